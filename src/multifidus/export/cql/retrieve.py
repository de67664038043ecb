"""
The rules of an element → the statements that a record makes about it: one query a rule.

A resource that counts, and whose rules all ask for a field that does not give the answer, makes one
statement that cannot be read; so a finding that nobody understands is never passed over in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING

from multifidus.core.element import Constant, Content, Nothing, Rule, Since, SinceAtLatest
from multifidus.core.resource import STATUS_FIELDS
from multifidus.export.cql import field, shapes
from multifidus.export.cql.gap import CannotSay
from multifidus.export.cql.read import NOT_READ, Reader
from multifidus.export.cql.words import all_of, chained, name, string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.core.element import DataElement, Dictionary, Filter, Gives


def codes_of(value_sets: Iterable[str]) -> str:
    """Name the definition that lists the codes of some value sets."""
    return f"Codes: {', '.join(value_sets)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A rule with all that must hold of a resource."""

    rule: Rule
    statuses: tuple[Filter, ...]
    """Whether the resource counts at all."""
    contents: tuple[Filter, ...]
    """Whether it gives this rule's answer."""


def asking(rule: Rule, dictionary: Dictionary) -> Asking:
    """Complete a rule by what the dictionary says of all resources of its type."""
    if rule.resource not in shapes.RESOURCES:
        reason = f"`{rule.resource}` is no resource that it reads"
        raise CannotSay(reason)
    own = {each.field for each in rule.filters}
    counting = [each for each in dictionary.counts.get(rule.resource, ()) if each.field not in own]
    filters = (*counting, *rule.filters)
    return Asking(
        rule=rule,
        statuses=tuple(each for each in filters if each.field in STATUS_FIELDS),
        contents=tuple(each for each in filters if each.field not in STATUS_FIELDS),
    )


def statements(element: DataElement, reader: Reader, dictionary: Dictionary) -> str:
    """Write the list of what a record says of an element."""
    rules = [asking(rule, dictionary) for rule in element.rules]
    queries = [_query(element, reader, each) for each in rules]
    for resource in dict.fromkeys(each.rule.resource for each in rules):
        queries += _unanswered(element, [each for each in rules if each.rule.resource == resource])
    return chained([*queries, reader.answered()])


def _query(element: DataElement, reader: Reader, each: Asking) -> str:
    rule = each.rule
    conditions = [_holds(rule.resource, content) for content in each.contents]
    if isinstance(rule.gives, Content) and rule.gives.path != "value":
        # Nothing said: only an observation owes a value.
        conditions.append(f"not ({field.is_absent(rule.resource, rule.gives.path)})")
    value = _value(reader, rule.resource, rule.gives)
    return _selected(element, each, conditions, value, _place(each))


def _selected(
    element: DataElement, each: Asking, conditions: Iterable[str], value: str, place: str
) -> str:
    """Write the query of what is about an element and counts, under some conditions."""
    resource = each.rule.resource
    entries = _entries(element, each.rule)
    lets, found = "", "\"Own Code\"('')"
    where = [*field.counts(resource, each.statuses), *_of_the_patient(resource), *conditions]
    if entries:
        lets, found = f"  let entries: {entries}\n", "entries"
        where.insert(0, "exists entries")
    origin = (
        f"{name(f'Origin In {resource}')}({field.RESOURCE}, {found}, {_placed(resource, place)})"
    )
    chosen = f"  where {indent(all_of(where), '  ').lstrip()}\n" if where else ""
    said = f'  return "Said"({origin},\n{indent(value, "    ")})'
    if resource == shapes.CLAIM:
        items = f"({field.RESOURCE}.item {field.ITEM}\n{indent(f'{lets}{chosen}{said}', '  ')})"
        return (
            f"flatten([{resource}] {field.RESOURCE}\n"
            f"  where exists {field.RESOURCE}.item\n  return {items})"
        )
    return f"[{resource}] {field.RESOURCE}\n{lets}{chosen}{said}"


def _placed(resource: str, place: str) -> str:
    if resource == shapes.CLAIM:
        return f"'item ' + ToString({field.ITEM}.sequence.value) + {string(f' {place}')}"
    return string(place)


def _of_the_patient(resource: str) -> Iterator[str]:
    if resource == shapes.OBSERVATION:
        # `focus` says that it is about somebody or something else.
        yield f"not exists {field.RESOURCE}.focus"


def _entries(element: DataElement, rule: Rule) -> str:
    """Find the entries of value sets that lead to a rule; empty where it asks for no code."""
    lists = [f'"Own Code"({string(element.name.replace("_", "-"))})'] if rule.own else []
    lists += [name(codes_of(rule.code_in))] if rule.code_in else []
    if not lists:
        return ""
    if rule.resource not in shapes.CODE_FIELDS:
        reason = f"`{rule.resource}` has no code"
        raise CannotSay(reason)
    return f'"Entries"({field.about(rule.resource)}, {chained(lists)})'


def _holds(resource: str, content: Filter) -> str:
    codings = field.codings(resource, content.field)
    holds = f'exists "Entries"({codings}, {name(codes_of(content.among))})'
    return (
        f"({field.is_absent(resource, content.field)} or {holds})" if content.or_absent else holds
    )


def _place(each: Asking) -> str:
    """Name the field that gives the answer."""
    match each.rule.gives:
        case Content(path) | Since(path) | SinceAtLatest(path):
            return path
        case Constant() if each.contents:
            return each.contents[-1].field
        case Constant() | Nothing():
            return shapes.CODE_FIELDS.get(each.rule.resource, "")


def _value(reader: Reader, resource: str, gives: Gives) -> str:
    match gives:
        case Constant(bool() as value):
            return f'"Flag"({str(value).lower()})'
        case Constant(value):
            return f'"Option"({string(str(value))})'
        case Nothing():
            return NOT_READ
        case Since(path):
            return f'"Since"({field.day(resource, path)})'
        case SinceAtLatest(path):
            return f'"Since At Latest"({field.day(resource, path)})'
        case Content("value") if resource == shapes.OBSERVATION:
            return reader.observed(field.RESOURCE)
        case Content(path):
            return reader.coded(field.codings(resource, path))


def _unanswered(element: DataElement, rules: Sequence[Asking]) -> Iterator[str]:
    """Find what is about the element by one of its rules, and answered by none."""
    none = [f"not ({_leads(element, each, each.contents)})" for each in rules]
    asked = [each for each in rules if each.contents]
    groups = [[other for other in asked if _is_alike(other, each)] for each in asked]
    before: list[str] = []
    for group in (group for each, group in zip(asked, groups, strict=True) if group[0] is each):
        first = group[0]
        is_about = list(_is_about(group))
        yield _selected(element, first, [*none, *is_about, *before], NOT_READ, _code_place(first))
        # Once is enough: two unreadable statements of one resource say no more than one.
        about_it = [_leads(element, first, ()), *is_about]
        before.append(f"not ({' and '.join(about_it)})")


def _leads(element: DataElement, each: Asking, contents: Iterable[Filter]) -> str:
    """Say that a resource counts for a rule, and holds some contents."""
    resource = each.rule.resource
    entries = _entries(element, each.rule)
    return " and ".join(
        [
            f"exists {entries}" if entries else "true",
            *field.counts(resource, each.statuses),
            *(_holds(resource, content) for content in contents),
        ]
    )


def _code_place(each: Asking) -> str:
    return shapes.CODE_FIELDS.get(each.rule.resource, "")


def _is_alike(one: Asking, other: Asking) -> bool:
    """Whether two rules are about the same resources."""
    return (one.rule.own, one.rule.code_in, one.statuses) == (
        other.rule.own,
        other.rule.code_in,
        other.statuses,
    )


def _is_about(rules: Sequence[Asking]) -> Iterator[str]:
    """Say that a resource speaks of the element: by its own code, or by a field that is there."""
    if rules[0].rule.own:
        return
    resource = rules[0].rule.resource
    fields = dict.fromkeys(content.field for each in rules for content in each.contents)
    yield f"({' or '.join(f'not ({field.is_absent(resource, each)})' for each in fields)})"
