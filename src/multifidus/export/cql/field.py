"""Fields of a FHIR R4 resource as CQL reads them: days, words of status, codings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.export.cql import shapes
from multifidus.export.cql.gap import CannotSay
from multifidus.export.cql.words import name, string, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.core.element import Filter

RESOURCE, ITEM = "R", "I"
"""What queries call a resource, and an item of a claim."""


def day(resource: str, field: str, alias: str = RESOURCE) -> str:
    """Read the day in a field; of a period its start."""
    _types(resource, field)
    return f"{name(f'{field} Of {resource}')}({alias})"


def days() -> Iterator[str]:
    """Define how the day in each field is read."""
    for (resource, field), types in shapes.DAYS.items():
        path = f"R.{field}"
        if field in shapes.CHOICES:
            cases = [
                f"    when {path} is FHIR.{each} then {_start(each, f'({path} as FHIR.{each})')}"
                for each in types
            ]
            read = "\n".join(["  case", *cases, "    else null", "  end"])
        else:
            read = f"  {_start(types[0], path)}"
        title = name(f"{field} Of {resource}")
        yield f"define function {title}(R FHIR.{resource}):\n{read}\n"


def _types(resource: str, field: str) -> tuple[str, ...]:
    types = shapes.DAYS.get((resource, field))
    if types is None:
        reason = f"`{field}` of `{resource}` is no field that it reads a day from"
        raise CannotSay(reason)
    return types


def made(resource: str, fields: Iterable[str]) -> str:
    """Define the day that a resource gives for itself: that of the first field that is there."""
    cases = [f"    when {_is_there(resource, each)} then {day(resource, each)}" for each in fields]
    read = "\n".join(["  case", *cases, "    else null", "  end"]) if cases else "  null as Date"
    return f"define function {name(f'Made In {resource}')}(R FHIR.{resource}):\n{read}\n"


def _is_there(resource: str, field: str) -> str:
    """Ask whether a field holds what gives a day; a choice may hold what gives none."""
    types, path = _types(resource, field), f"{RESOURCE}.{field}"
    if field in shapes.CHOICES:
        return " or ".join(f"{path} is FHIR.{each}" for each in types)
    return f"{path} is not null"


def _start(kind: str, path: str) -> str:
    match kind:
        case "date":
            return f"{path}.value"
        case "Period":
            return f'date from {path}."start".value'
        case _:
            return f"date from {path}.value"


def counts(resource: str, statuses: Iterable[Filter], alias: str = RESOURCE) -> list[str]:
    """Say what must hold of the words of status for a resource to count at all."""
    return [_status(resource, each, f"{alias}.{each.field}") for each in statuses]


def _status(resource: str, condition: Filter, path: str) -> str:
    among = strings(condition.among)
    if resource in shapes.CODES.get(condition.field, ()):
        holds = f"{path}.value in {among}"
    elif resource in shapes.STATES.get(condition.field, ()):
        holds = f"exists ({path}.coding C where C.code.value in {among})"
    else:
        reason = f"`{resource}` has no `{condition.field}`"
        raise CannotSay(reason)
    return f"({path} is null or {holds})" if condition.or_absent else holds


def path_of(resource: str, field: str) -> str:
    """Name a field; of a claim it is its item's."""
    if resource == shapes.CLAIM:
        return f"{ITEM}.location" if field == "placeOfService" else f"{ITEM}.{field}"
    return f"{RESOURCE}.{field}"


def is_absent(resource: str, field: str) -> str:
    """Ask whether a coded field is missing."""
    path = path_of(resource, field)
    if resource in shapes.CONCEPTS.get(field, ()):
        return f"not exists {path}"
    return f"{_concept(resource, field, path)} is null"


def codings(resource: str, field: str) -> str:
    """Read the codings of a coded field."""
    path = path_of(resource, field)
    if resource in shapes.CONCEPTS.get(field, ()):
        return f'"Codings"({path})'
    return f"{_concept(resource, field, path)}.coding"


def _concept(resource: str, field: str, path: str) -> str:
    if resource not in shapes.ONE_CONCEPT.get(field, ()):
        reason = f"`{resource}` has no codes in `{field}`"
        raise CannotSay(reason)
    is_choice = field in ("value", "placeOfService")
    return f"({path} as FHIR.CodeableConcept)" if is_choice else path


def about(resource: str) -> str:
    """Read the codings that say what a resource is about, by reference or in itself."""
    if resource == shapes.CLAIM:
        return f"{ITEM}.{shapes.CODE_FIELDS[resource]}.coding"
    if resource in shapes.REFERRED:
        return f"{name(f'Codes Of {resource}')}({RESOURCE})"
    return f"{RESOURCE}.{shapes.CODE_FIELDS[resource]}.coding"


def referring(resource: str) -> str:
    """Define how the codings are found that a resource may give by reference."""
    target, field = shapes.REFERRED[resource]
    path = f"R.{shapes.CODE_FIELDS[resource]}"
    return f"""define function {name(f"Codes Of {resource}")}(R FHIR.{resource}):
  if {path} is FHIR.Reference
    then First([{target}] M
      where M.id.value = "Referred Id"(({path} as FHIR.Reference).reference.value)).{field}.coding
    else ({path} as FHIR.CodeableConcept).coding
"""


def origin(resource: str) -> str:
    """Define where a statement of such a resource comes from, and what is doubtful about it."""
    doubtful, obtained, ended = _doubts(resource)
    made_in = f"{name(f'Made In {resource}')}(R)"
    title = name(f"Origin In {resource}")
    return f"""define function {title}(R FHIR.{resource}, entries List<Entry>, place String):
  Tuple {{
    source: {string(f"{resource}/")} + R.id.value,
    place: place,
    code: First(entries).code,
    is_valid: "Are Valid"(entries, {made_in}),
    is_answer: false,
    made: {made_in},
    is_doubtful: {doubtful},
    is_obtained: {obtained},
    ended: {ended}
  }}
"""


def _doubts(resource: str) -> tuple[str, str, str]:
    """Say when a resource cannot be relied on, when it holds a value, and when its state ended."""
    match resource:
        case "Condition":
            ended = day(resource, "abatement")
            # FHIR forbids that what has a clinical status that counts has ended (rule con-4).
            is_unclear = f"(R.clinicalStatus is not null or {ended} is null)"
            ended = f"if R.clinicalStatus is not null then null else {ended}"
            return f"R.abatement is not null and {is_unclear}", "true", ended
        case "Coverage":
            return "false", "true", 'date from R.period."end".value'
        case shapes.OBSERVATION:
            return "R.dataAbsentReason is not null", 'not "Was Not Obtained"(R)', "null as Date"
        case _:
            return "false", "true", "null as Date"
