"""Columns of a table → fields of a resource, in SQL: keys, days, codings and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar.dialect import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.core.omop import Valued

UCUM = "UCUM"
"""The vocabulary whose codes are units."""

FOREIGN = "urn:omop:"
"""What the system of a concept begins with that no mapped vocabulary has; no rule knows it."""

_DIGITS = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_BOUNDS = ("<", "<=", ">", ">=")


def as_number(column: str) -> str:
    """Write the number of a concept or of a part of a day; null where it is none."""
    return f"TRY_CAST({column} AS BIGINT)"


def as_key(column: str) -> str:
    """Write a key as text; the same number is the same key, however a file writes it."""
    return f"coalesce({as_number(column)}::VARCHAR, {column})"


def as_coding(system: str, code: str) -> str:
    """Write a coding."""
    return f"json_object('system', {system}, 'code', {code})"


def as_object(fields: Mapping[str, str]) -> str:
    """Write an object without the fields that are null; a null would be a field that is there."""
    named = ", ".join(f"{text(name)}, {sql}" for name, sql in fields.items())
    return f"json_merge_patch('{{}}', json_object({named}))"


def as_day(column: str) -> str:
    """Write a day; what is none stays as it is, so that it is a day that cannot be read."""
    return f"coalesce(TRY_CAST({column} AS DATE)::VARCHAR, {column})"


def as_end(column: str, same: str = "") -> str:
    """Write a day at which something ended; the same day as another one says nothing."""
    day = as_day(column)
    return f"nullif({day}, {as_day(same)})" if same else day


def as_birth_date(year: str, month: str, day: str) -> str:
    """Write a birth date as far as it is known: a year, a month, or a day."""
    parts = [f"lpad({as_number(each)}::VARCHAR, 2, '0')" for each in (month, day)]
    return (
        f"CASE WHEN {as_number(year)} IS NULL THEN {year} "
        f"WHEN {as_number(month)} IS NULL THEN {as_number(year)}::VARCHAR "
        f"WHEN {as_number(day)} IS NULL THEN {as_number(year)} || '-' || {parts[0]} "
        f"ELSE {as_number(year)} || '-' || {' || '.join([parts[0], text('-'), parts[1]])} END"
    )


def as_value(value: Valued) -> Mapping[str, str]:
    """Write the value: a number, which a concept then qualifies; or a concept; or words."""
    digits = f"regexp_full_match({value.number}, {text(_DIGITS)})" if value.number else "false"
    is_number = f"coalesce({digits}, false)"
    concept = _concept(value.concept) if value.concept else "NULL"
    words = [*([value.number] if value.number else []), *value.text]
    said = [f"nullif({each}, '')" for each in words]
    written = f"coalesce({', '.join(said)})"
    return {
        "valueQuantity": f"CASE WHEN {is_number} THEN {_quantity(value)} END",
        "valueCodeableConcept": f"CASE WHEN NOT {is_number} THEN {concept} END",
        "interpretation": (
            f"CASE WHEN {is_number} AND {concept} IS NOT NULL THEN json_array({concept}) END"
        ),
        "valueString": (
            f"CASE WHEN NOT {is_number} AND {concept} IS NULL THEN {written} END"
            if words
            else "NULL"
        ),
    }


def _quantity(value: Valued) -> str:
    if not value.number:
        return "NULL"
    units = [
        f"CASE WHEN {each}_names.vocabulary = '{UCUM}' THEN {each}_names.code END"
        for each in value.unit
    ]
    # A unit that is given and that nobody knows is no unit at all only to a careless reader.
    unknown = [f"CASE WHEN {each} IS NOT NULL THEN '{FOREIGN}unit' END" for each in value.unit]
    written = [f"nullif({value.unit_written}, '')"] if value.unit_written else []
    fields = {
        "value": f"{value.number}::JSON",
        "code": f"coalesce({', '.join([*units, 'NULL'])})",
        "unit": f"coalesce({', '.join([*written, *unknown, 'NULL'])})",
    }
    if value.bound:
        name = f"{value.bound}_names.name"
        known = ", ".join(map(text, _BOUNDS))
        fields["comparator"] = (
            f"CASE WHEN coalesce({as_number(value.bound)}, 0) = 0 OR {name} = '=' THEN NULL "
            f"WHEN {name} IN ({known}) THEN {name} ELSE '{FOREIGN}bound' END"
        )
    return as_object(fields)


def _concept(column: str) -> str:
    names = f"{column}_names"
    known = as_coding(f"{names}.system", f"{names}.code")
    unknown = as_coding(text(f"{FOREIGN}concept"), column)
    coding = f"CASE WHEN {names}.code IS NULL THEN {unknown} ELSE {known} END"
    return (
        f"CASE WHEN {column} IS NOT NULL AND {as_number(column)} IS DISTINCT FROM 0 "
        f"THEN json_object('coding', json_array({coding})) END"
    )
