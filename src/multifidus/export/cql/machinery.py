"""What the elements of a library rest on: codes, answers, the resources that are read."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM, YES_NO_INDICATOR
from multifidus.core.resource import NOT_OBTAINED, QUESTIONNAIRE, SAID_ON, STATED_ON
from multifidus.export.cql import field, shapes
from multifidus.export.cql.retrieve import asking, codes_of
from multifidus.export.cql.words import chained, comment, day, define, name, string, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.core.coding import Code
    from multifidus.core.element import Dictionary
    from multifidus.export.cql.element import Defined
    from multifidus.export.cql.retrieve import Asking

DEEPEST_ITEM = 4
"""How deep an answer may stand in a questionnaire response: CQL has no recursion."""

_TYPES = {
    "Entry": "Tuple { system String, code String, descendants Boolean, first Date, last Date }",
    "Origin": (
        "Tuple { source String, place String, code String, is_valid Boolean, is_answer Boolean,"
        " made Date, is_doubtful Boolean, is_obtained Boolean, ended Date }"
    ),
    "Value": ("Tuple { flag Boolean, option String, number Decimal, earliest Date, latest Date }"),
    "Span": "Tuple { earliest Date, latest Date }",
    "Unit": "Tuple { name String, size Decimal }",
    "CalendarUnit": "Tuple { name String, in_months Integer, in_days Integer }",
    "Statement": (
        "Tuple { source String, place String, code String, is_valid Boolean, is_answer Boolean,"
        " is_readable Boolean, is_obtained Boolean, flag Boolean, option String, number Decimal,"
        " began_earliest Date, began_latest Date, made_earliest Date, made_latest Date,"
        " ended_earliest Date, ended_latest Date }"
    ),
}
"""CQL has no names for types, so each stands in full wherever it is taken."""
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)+)"')
_TITLE = re.compile(r'^define (?:function )?"((?:[^"\\\n]|\\.)+)"', re.MULTILINE)
_TYPED = re.compile(rf"(?<=[ <])(?:{'|'.join(_TYPES)})(?=[,)>])")
_CONSTANTS = {
    "{own}": OWN_SYSTEM,
    "{yes_no}": YES_NO_INDICATOR,
    "{not_obtained}": strings(sorted(NOT_OBTAINED)),
}


def machinery(defined: Iterable[Defined], dictionary: Dictionary) -> Iterator[str]:
    """Define all that elements may rest on."""
    rules = [asking(rule, dictionary) for each in defined for rule in each.element.rules]
    resources = sorted({shapes.OBSERVATION, *(each.rule.resource for each in rules)})
    yield from (_codes(sets, dictionary) for sets in sorted(set(_value_sets(rules))))
    yield from _answers(dictionary)
    yield from (field.referring(each) for each in resources if each in shapes.REFERRED)
    yield from (field.origin(each) for each in resources)
    yield from (field.made(each, dictionary.dates.get(each, ())) for each in resources)
    yield from field.days()
    written = files(__package__).joinpath("settle.cql").read_text(encoding="utf-8")
    yield from (f"{each.strip()}\n" for each in written.split("\n\n") if "define " in each)


def needed(roots: Sequence[str], others: Iterable[str]) -> Iterator[str]:
    """Choose those definitions on which others rest, and write their types in full."""
    named = {title_of(each): each for each in others}
    asked, waiting = dict.fromkeys(named, False), list(roots)
    while waiting:
        for title in _QUOTED.findall(waiting.pop()):
            if asked.get(title) is False:
                asked[title] = True
                waiting.append(named[title])
    yield from (_typed(named[title]) for title, is_asked in asked.items() if is_asked)


def title_of(definition: str) -> str:
    """Find the name of a definition."""
    found = _TITLE.search(definition)
    if found is None:  # pragma: no cover  all that is written here has one
        raise AssertionError
    return found[1]


def _typed(text: str) -> str:
    """Write the types in full, and the systems that functions know."""
    for word, system in _CONSTANTS.items():
        text = text.replace(word, system)
    return _TYPED.sub(lambda found: _TYPES[found[0]], text)


# Codes


def _value_sets(rules: Iterable[Asking]) -> Iterator[tuple[str, ...]]:
    for each in rules:
        if each.rule.code_in:
            yield each.rule.code_in
        yield from (content.among for content in each.contents)


def _codes(value_sets: tuple[str, ...], dictionary: Dictionary) -> str:
    found = [dictionary.value_sets[each] for each in value_sets]
    said = comment(*(f"{each.name} {each.version}" for each in found))
    codes = [code for each in found for code in each.codes]
    # A whole code goes before one that stands for its descendants, a longer one before a shorter.
    codes.sort(key=lambda code: (code.with_descendants, -len(code.code) * code.with_descendants))
    rows = ",\n".join(f"  {_entry(each)}" for each in codes)
    return said + define(codes_of(value_sets), f"{{\n{rows}\n}}")


def _entry(code: Code) -> str:
    return (
        f"Tuple {{ system: {string(code.system)}, code: {string(code.code)},"
        f" descendants: {str(code.with_descendants).lower()},"
        f" first: {day(code.valid.first)}, last: {day(code.valid.last)} }}"
    )


# Answers


def _answers(dictionary: Dictionary) -> Iterator[str]:
    """Define the answers that a person gave to our questionnaires, wherever they stand in one."""
    kind = shapes.ANSWERS
    statuses = field.counts(kind, dictionary.counts.get(kind, ()))
    ours = f"StartsWith(R.questionnaire.value, {string(QUESTIONNAIRE)})"
    where = "\n    and ".join([ours, *statuses, "exists R.item"])
    yield define(
        "Items: level 1",
        f"flatten([{kind}] R\n  where {where}\n"
        "  return (R.item I return Tuple { response: R, item: I }))",
    )
    yield from (_below(level) for level in range(2, DEEPEST_ITEM + 1))
    yield field.made(kind, dictionary.dates.get(kind, ()))
    items = chained(name(f"Items: level {level}") for level in range(1, DEEPEST_ITEM + 1))
    yield define("Answers", _ANSWERS.replace("ITEMS", items))


def _below(level: int) -> str:
    above = name(f"Items: level {level - 1}")
    return define(
        f"Items: level {level}",
        "flatten {\n"
        f"  flatten({above} P where exists P.item.item\n"
        "    return (P.item.item I return Tuple { response: P.response, item: I })),\n"
        f"  flatten({above} P where exists P.item.answer\n"
        "    return flatten(P.item.answer A where exists A.item\n"
        "      return (A.item I return Tuple { response: P.response, item: I })))\n"
        "}",
    )


_ANSWERS = f"""flatten((ITEMS) P
  where exists P.item.answer
  return (P.item.answer A
    let answered: "Made In {shapes.ANSWERS}"(P.response),
      said_on: (A.extension E where E.url.value = {string(SAID_ON)}),
      stated_on: (A.extension E where E.url.value = {string(STATED_ON)})
    return Tuple {{
      name: P.item.linkId.value,
      value: A.value,
      stated: if exists stated_on then "Stated On"(First(stated_on)) else answered,
      origin: Tuple {{
        source: {string(f"{shapes.ANSWERS}/")} + P.response.id.value,
        place: 'item',
        code: '',
        is_valid: true,
        is_answer: true,
        made: if exists said_on then "Stated On"(First(said_on)) else answered,
        is_doubtful: false,
        is_obtained: true,
        ended: null as Date
      }}
    }}))"""
