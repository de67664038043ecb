"""
Fields of a FHIR resource in SQL: their types, their texts, and whether they are plain.

JSON allows more shapes than FHIR does, and the chart reader has an answer to each of them. A query
has one for the shape that FHIR gives a field, and it tells every other shape apart: what is not
plain is *odd*, and a resource with an odd field is left to the chart reader.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import text
from multifidus.core.resource import dated_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CODING = {"system": "VARCHAR", "code": "VARCHAR"}
RAW_CODING = {"system": "JSON", "code": "JSON"}
"""A coding of which the types stay: `11` is no code, `"11"` is."""

MACROS = """
CREATE OR REPLACE TEMP MACRO written_day(words) AS
  CASE WHEN length(words) <= 10 THEN words
       WHEN regexp_full_match(words, '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.,Z+-]+')
       THEN left(words, 10) END;
CREATE OR REPLACE TEMP MACRO first_day(day) AS
  CASE WHEN starts_with(day, '0000') THEN NULL
       WHEN regexp_full_match(day, '[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?')
       THEN TRY_CAST(day || substr('-01-01', length(day) - 3) AS DATE) END;
CREATE OR REPLACE TEMP MACRO last_day_of(day, first) AS
  CASE length(day) WHEN 10 THEN first WHEN 7 THEN last_day(first)
       ELSE make_date(year(first), 12, 31) END;
CREATE OR REPLACE TEMP MACRO written_days(first, last) AS
  CASE WHEN first = last THEN last::VARCHAR
       WHEN month(first) = month(last) THEN left(last::VARCHAR, 7)
       ELSE left(last::VARCHAR, 4) END;
"""
"""Days as `chart.fhir.read_date` and `core.quantity.DateRange.parse` read them."""


def any_of(conditions: Iterable[str]) -> str:
    """Join conditions of which one must hold."""
    return f"({' OR '.join(conditions) or 'false'})"


def all_of(conditions: Iterable[str]) -> str:
    """Join conditions that must all hold."""
    return f"({' AND '.join(conditions) or 'true'})"


def listed(words: Iterable[str]) -> str:
    """Write a list of texts, for `IN`; an empty one holds a null, which nothing equals."""
    return f"({', '.join(map(text, words)) or 'NULL'})"


class Fields:
    """The fields that one query reads of a resource; each is asked for once."""

    def __init__(self) -> None:
        """Begin with none."""
        self.paths: dict[str, int] = {}
        self.structure: dict[str, object] = {}

    def _place(self, path: str) -> int:
        return self.paths.setdefault(path, len(self.paths) + 1)

    def type_of(self, path: str) -> str:
        """Give the JSON type of a field: null where it is not there, `NULL` where it is null."""
        return f"t[{self._place(path)}]"

    def text_of(self, path: str) -> str:
        """Give a field as text."""
        return f"x[{self._place(path)}]"

    def is_there(self, path: str) -> str:
        """Whether a field is there, even as a null."""
        return f"{self.type_of(path)} IS NOT NULL"

    def is_absent(self, path: str) -> str:
        """Whether a field is not there, or is null."""
        return f"coalesce({self.type_of(path)}, 'NULL') = 'NULL'"

    def is_of(self, path: str, *types: str) -> str:
        """Whether a field is there and of one of some JSON types."""
        return f"coalesce({self.type_of(path)}, '') IN {listed(types)}"

    def texts(self) -> str:
        """Write the list of the paths."""
        return f"[{', '.join(text(f'$.{path}') for path in self.paths)}]"

    def struct(self) -> str:
        """Write the structure of the codings that are read."""
        return text(json.dumps(self.structure or {"id": "VARCHAR"}))

    # Codes

    def codings(self, field: str, coding: Mapping[str, str] = CODING) -> str:
        """Give the codings of a CodeableConcept."""
        self.structure[field] = {"coding": [dict(coding)]}
        return f"j.{field}.coding"

    def codings_of_all(self, field: str) -> str:
        """Give the codings of a list of CodeableConcepts."""
        self.structure[field] = [{"coding": [dict(CODING)], "code": "VARCHAR"}]
        return f"flatten(list_transform(j.{field}, lambda each: coalesce(each.coding, [])))"

    def is_plain_concept(self, field: str) -> str:
        """Whether a field is nothing, or a CodeableConcept as FHIR has it."""
        none = f"{self.type_of(field + '.coding')} IS NULL"
        bare = f"{self.type_of(field + '.code')} IS NULL"
        coded = any_of([self.is_of(f"{field}.coding", "ARRAY"), all_of([none, bare])])
        return any_of([self.is_absent(field), all_of([self.is_of(field, "OBJECT"), coded])])

    def is_plain_list(self, field: str) -> str:
        """Whether a field is nothing, or a list of CodeableConcepts as FHIR has it."""
        self.codings_of_all(field)
        odd = "lambda each: each.coding IS NULL AND each.code IS NOT NULL"
        plain = f"coalesce(len(list_filter(j.{field}, {odd})), 0) = 0"
        return any_of([self.is_absent(field), all_of([self.is_of(field, "ARRAY"), plain])])

    # Days

    def day_in(self, fields: Sequence[str]) -> str:
        """Give the text of the day in the first that is there of some fields, of any type."""
        names = dated_names(*fields)
        if not names:
            return "NULL::VARCHAR"
        cases = " ".join(f"WHEN {self.is_there(name)} THEN {self._start(name)}" for name in names)
        return f"CASE {cases} END"

    def _start(self, name: str) -> str:
        start = f"{name}.start"
        return (
            f"CASE WHEN {self.is_of(name, 'VARCHAR')} THEN {self.text_of(name)} "
            f"WHEN {self.is_of(start, 'VARCHAR')} THEN {self.text_of(start)} END"
        )
