"""
YAML to a table mapping: how tables of the OMOP model say what resources of FHIR say.

What a mapping may say is closed: columns for codes, days, a value, words that hold for every row,
and rows that are passed over. See docs/reference/omop.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.core.omop import Laid, LaidNotes, TableMapping, Valued
from multifidus.errors import DictionaryError
from multifidus.language.located import Fields, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from multifidus.core.element import Dictionary
    from multifidus.errors import Problem
    from multifidus.language.located import Located

_COLUMN = re.compile(r"[a-z][a-z0-9_]*")
_DAYS = (
    "recordedDate",
    "onsetDateTime",
    "performedDateTime",
    "effectiveDateTime",
    "issued",
    "authoredOn",
)
_ENDS = ("abatementDateTime",)
_WORDS = ("status", "intent")
_TABLES = "condition_occurrence, measurement, observation and so on"
_ENDS_SHOWN = 2
_BORN_SHOWN = 3


def read_mapping(path: Path, *, dictionary: Dictionary) -> TableMapping:
    """
    Read a mapping beside the dictionary whose resources it gives.

    Raises `DictionaryError` with everything that is wrong.
    """
    located, problems = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
    top = Fields(located, path.stem, problems)
    kinds = {rule.resource for each in dictionary.elements.values() for rule in each.rules}
    systems = {name: each.text for name, each in _pairs(top, "systems")}
    if not systems:
        hint = "name your vocabularies: `ICD10CM: http://hl7.org/fhir/sid/icd-10-cm`"
        top.wrong(top.find("systems"), "there are no systems", hint)
    tables = [_table(name, each, kinds, problems) for name, each in _pairs(top, "tables")]
    if not any(each.resource == "Patient" for each in tables):
        hint = "add `person:` with `resource: Patient`"
        top.wrong(top.find("tables"), "no table holds the patients", hint)
    mapping = TableMapping(
        name=path.stem,
        version=top.text("version"),
        model=top.text("model"),
        systems=systems,
        answers=dict(_answers(top)),
        tables=tables,
        notes=_notes(top.find("notes"), problems),
    )
    top.close()
    if problems:
        raise DictionaryError(*problems)
    return mapping


def _answers(fields: Fields) -> Iterator[tuple[str, str]]:
    for concept, each in _pairs(fields, "answers"):
        if each.text not in {"yes", "no"} or len(concept.split()) != _ENDS_SHOWN:
            hint = "write `VOCABULARY code: yes`, or `no`"
            fields.wrong(each, f"`{concept}` is no concept that answers yes or no", hint)
        yield concept, each.text


def _table(name: str, located: Located, kinds: set[str], problems: list[Problem]) -> Laid:
    fields = Fields(located, name, problems)
    if not _COLUMN.fullmatch(name):
        fields.wrong(located, f"`{name}` is no name of a table", f"write {_TABLES}")
    resource = fields.text("resource")
    if resource and resource not in {*kinds, "Patient"}:
        at = fields.find("resource")
        hint = f"it asks about: {', '.join(sorted(kinds))}"
        fields.wrong(at, f"the dictionary asks nothing of `{resource}`", hint)
    words = {field: each.text for field, each in _pairs(fields, "words", among=_WORDS)}
    laid = Laid(
        table=name,
        resource=resource,
        id=_column(fields, "id"),
        person=_column(fields, "person"),
        codes=_columns(fields, "codes"),
        classes=_columns(fields, "classes"),
        days={
            field: _named(fields, each, each.text)
            for field, each in _pairs(fields, "days", among=_DAYS)
        },
        ends=dict(_ends(fields)),
        born=_columns(fields, "born"),
        words=words,
        because=fields.text("because", "" if not words else None),
        value=_value(fields.find("value"), name, problems),
        passed=dict(_passed(fields)),
        unsaid={field: each.text for field, each in _pairs(fields, "unsaid")},
    )
    _check(fields, laid)
    fields.close()
    return laid


def _check(fields: Fields, laid: Laid) -> None:
    """See that the parts of a table's entry fit each other."""
    if laid.resource == "Patient":
        if len(laid.born) != _BORN_SHOWN:
            hint = "write `born: [year_of_birth, month_of_birth, day_of_birth]`"
            fields.wrong(fields.find("born"), "a patient has a year, a month and a day", hint)
    elif not laid.codes:
        hint = "write `codes: [condition_concept_id, condition_source_concept_id]`"
        fields.wrong(fields.find("codes"), "no column tells what a row is about", hint)
    for each in laid.classes:
        if each not in laid.codes:
            message = f"`{each}` gives classes and is no column of `codes`"
            fields.wrong(fields.find("classes"), message, "add it to `codes`")
    if laid.value.columns and laid.resource != "Observation":
        message = f"a {laid.resource} has no value"
        fields.wrong(fields.find("value"), message, "remove `value`, or map to Observation")


def _value(located: Located | None, name: str, problems: list[Problem]) -> Valued:
    if located is None:
        return Valued()
    fields = Fields(located, name, problems)
    valued = Valued(
        number=_column(fields, "number", ""),
        bound=_column(fields, "bound", ""),
        unit=_columns(fields, "unit"),
        unit_written=_column(fields, "unit_written", ""),
        concept=_column(fields, "concept", ""),
        text=_columns(fields, "text"),
    )
    fields.close()
    return valued


def _notes(located: Located | None, problems: list[Problem]) -> LaidNotes | None:
    if located is None:
        return None
    fields = Fields(located, "notes", problems)
    names = ("table", "id", "person", "date", "text")
    notes = LaidNotes(**{each: _column(fields, each) for each in names})
    fields.close()
    return notes


def _ends(fields: Fields) -> Iterator[tuple[str, Sequence[str]]]:
    for field, each in _pairs(fields, "ends", among=_ENDS):
        columns = tuple(_named(fields, item, item.text) for item in each.items)
        if not 0 < len(columns) <= _ENDS_SHOWN:
            hint = "write `[condition_end_date, condition_start_date]`"
            fields.wrong(each, f"`{field}` names no end, or too many columns", hint)
        yield field, columns


def _passed(fields: Fields) -> Iterator[tuple[str, Sequence[str]]]:
    for column, each in _pairs(fields, "passed"):
        words = tuple(item.text.lower() for item in each.items if item.text)
        if not words:
            hint = "write the words of a concept's name: `[preliminary, suspected]`"
            fields.wrong(each, f"`{column}` has no words", hint)
        yield _named(fields, each, column), words


def _column(fields: Fields, name: str, default: str | None = None) -> str:
    found = fields.text(name, default)
    return _named(fields, fields.find(name), found) if found else ""


def _columns(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(_named(fields, each, each.text) for each in fields.list(name))


def _named(fields: Fields, at: Located | None, column: str) -> str:
    if not _COLUMN.fullmatch(column):
        hint = "write it in small letters, as the model's field list does"
        fields.wrong(at, f"`{column}` is no name of a column", hint)
    return column


def _pairs(
    fields: Fields, name: str, *, among: Sequence[str] = ()
) -> Iterator[tuple[str, Located]]:
    """Give the entries of a field that is a mapping itself."""
    found = fields.find(name)
    content: Mapping[str, Located] = {}
    if found is not None and isinstance(found.content, dict):
        content = found.content
    elif found is not None:
        fields.wrong(found, f"`{name}` has no entries", f"write `{name}:` and an entry a line")
    for key, each in content.items():
        if among and key not in among:
            fields.wrong(each, f"`{name}` has no `{key}`", f"write one of: {', '.join(among)}")
        else:
            yield key, each
