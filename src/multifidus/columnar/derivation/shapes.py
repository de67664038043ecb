"""
Fields of a FHIR resource in SQL: their types, their texts, and whether they are plain.

A line is parsed once for all fields that a query reads. Each comes as its own JSON text, `"final"`
or `21.5`, which tells its type, too; an object of which a field is read comes as a struct.

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

_TEXT, _ARRAY = '"', "["
"""How the JSON text of a value begins that is a text or an array."""

CODING = {"system": "VARCHAR", "code": "VARCHAR"}
RAW_CODING = {"system": "JSON", "code": "JSON"}
"""A coding of which the types stay: `11` is no code, `"11"` is."""

MACROS = """
CREATE OR REPLACE TEMP MACRO unquoted(words) AS
  CASE WHEN contains(words, '\\') THEN json_extract_string(words, '$')
       WHEN starts_with(words, '"') THEN substr(words, 2, length(words) - 2) ELSE words END;
CREATE OR REPLACE TEMP MACRO started(words) AS
  CASE WHEN starts_with(words, '"') THEN unquoted(words)
       WHEN starts_with(words, '{') AND json_type(words, '$.start') = 'VARCHAR'
       THEN json_extract_string(words, '$.start') END;
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
"""
The text of a JSON value, and days as `chart.fhir.read_date` and `DateRange.parse` read them.

A day may be a period, which stands for its start.
"""


NULL_OR_NAN = r":\s*(?:null|-?(?i:nan|inf))"
LOOSE_COMMA = r",\s*[}\]]"
"""
A field that is null, and what DuckDB takes for JSON and the chart reader does not.

Each begins with a character of its own, which is what makes the search fast. A text may hold the
like; its resource is read by the chart reader for nothing.
"""


def any_of(conditions: Iterable[str]) -> str:
    """Join conditions of which one must hold."""
    return f"({' OR '.join(conditions) or 'false'})"


def all_of(conditions: Iterable[str]) -> str:
    """Join conditions that must all hold."""
    return f"({' AND '.join(conditions) or 'true'})"


def first_of(conditions: Iterable[str]) -> str:
    """Join conditions of which one must hold; where one does, the next are not even looked at."""
    return f"CASE {' '.join(f'WHEN {each} THEN true' for each in conditions)} ELSE false END"


def listed(words: Iterable[str]) -> str:
    """Write a list of texts, for `IN`; an empty one holds a null, which nothing equals."""
    return f"({', '.join(map(text, words)) or 'NULL'})"


class Fields:
    """
    The fields that one query reads of a resource; each is asked for once.

    The query gives `j`, the struct of them, `keys`, the names of all, and what is `shared`. What is
    null in JSON is not told from what is not there; a line with a null is odd (`NULL_OR_NAN`).
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.structure: dict[str, object] = {}
        self.shared: dict[str, str] = {}
        """What several columns are made of, by name: DuckDB would work it out for each of them."""

    def struct(self) -> str:
        """Write the structure of what is read."""
        return text(json.dumps(self.structure or {"id": "JSON"}))

    def _json(self, path: str) -> str:
        """Give the JSON text of a field."""
        outer, _, inner = path.partition(".")
        if not inner:
            self.structure[path] = "JSON"
            return _named(path)
        parts = self.structure.setdefault(outer, {})
        if not isinstance(parts, dict):  # It is read as a whole, too.
            return f"json_extract({_named(outer)}, {text(f'$.{inner}')})"
        parts[inner] = "JSON"
        return _named(path)

    def text_of(self, path: str) -> str:
        """Give a field as text, of whatever type it is."""
        return f"unquoted({self.json_of(path)})"

    def json_of(self, path: str) -> str:
        """Give a field as the text of its JSON."""
        return f"{self._json(path)}::VARCHAR"

    def is_there(self, path: str) -> str:
        """Whether a field is there."""
        if "." in path:
            return f"({self._json(path)} IS NOT NULL)"
        return f"list_contains(keys, {text(path)})"

    def is_absent(self, path: str) -> str:
        """Whether a field is not there."""
        return f"NOT {self.is_there(path)}"

    def is_text(self, path: str) -> str:
        """Whether a field is there and is a text."""
        return self._begins(path, _TEXT)

    def _begins(self, path: str, mark: str) -> str:
        return f"coalesce(starts_with({self.json_of(path)}, {text(mark)}), false)"

    # Codes

    def raw_codings(self, field: str) -> str:
        """Give the codings of a CodeableConcept as JSON texts; null where they are no array."""
        self.structure[field] = {"coding": [dict(RAW_CODING)]}
        return _named(f"{field}.coding")

    def codings(self, field: str, coding: Mapping[str, str] = CODING) -> str:
        """Give the codings of a CodeableConcept."""
        name = f"{field}_codings" if coding is CODING else f"{field}_raw_codings"
        form = text(json.dumps([{**coding}]))
        self.shared[name] = f"json_transform({self._json(f'{field}.coding')}, {form})"
        return f'"{name}"'

    def codings_of_all(self, field: str) -> str:
        """Give the codings of a list of CodeableConcepts."""
        each = f"list_transform({self._concepts(field)}, lambda each: coalesce(each.coding, []))"
        self.shared[f"{field}_codings_of_all"] = f"flatten({each})"
        return f'"{field}_codings_of_all"'

    def _concepts(self, field: str) -> str:
        concept = {"coding": [CODING], "code": "VARCHAR"}
        return f"json_transform({self._json(field)}, {text(json.dumps([concept]))})"

    def is_plain_concept(self, field: str) -> str:
        """Whether a field is nothing, or a CodeableConcept as FHIR has it."""
        coding, code, words = (f"{field}.{part}" for part in ("coding", "code", "text"))
        coded = self._begins(coding, _ARRAY)
        # What is no object has no parts, so one of them must be there.
        bare = all_of([self.is_absent(coding), self.is_absent(code), self.is_there(words)])
        return any_of([self.is_absent(field), coded, bare])

    def is_plain_list(self, field: str) -> str:
        """Whether a field is nothing, or a list of CodeableConcepts as FHIR has it."""
        odd = "lambda each: each.coding IS NULL AND each.code IS NOT NULL"
        plain = f"coalesce(len(list_filter({self._concepts(field)}, {odd})), 0) = 0"
        return any_of([self.is_absent(field), all_of([self._begins(field, _ARRAY), plain])])

    # Days

    def day_in(self, fields: Sequence[str]) -> str:
        """Give the text of the day in the first that is there of some fields, of any type."""
        names = [self._json(name) for name in dated_names(*fields)]
        if not names:
            return "NULL::VARCHAR"
        return f"started(coalesce({', '.join(names)})::VARCHAR)"


def _named(path: str) -> str:
    return ".".join(["j", *(f'"{name}"' for name in path.split("."))])
