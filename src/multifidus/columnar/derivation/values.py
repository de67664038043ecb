"""
`value[x]` of an observation → an answer, in SQL: `chart.statements.value`, for many at once.

A query has one column for each shape that a value may have, and a rule reads those that its
element's type of answer asks for. What has another shape is odd (columnar.derivation.shapes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar.derivation.shapes import any_of
from multifidus.columnar.dialect import text
from multifidus.core.coding import OWN_SYSTEM, YES_NO
from multifidus.core.element import Choice, Number, YesNo

if TYPE_CHECKING:
    from collections.abc import Collection

    from multifidus.columnar.derivation.rules import Numbered
    from multifidus.columnar.derivation.shapes import Fields

SAYS_PROBLEM, SAYS_NO_VALUE = 1, 2
"""Why a statement has no value: it cannot be read, or none was obtained."""

# A JSON float keeps 15 digits for certain (chart.fhir reads longer ones as decimals).
_LONG_NUMBER = r'"value(?:Decimal|Integer)?"\s*:\s*-?[0-9][0-9.eE+-]{15,}'
_PLAIN_NUMBER = r"-?[0-9]{1,9}(\.[0-9]{1,9})?"
_CODED = "valueCodeableConcept"
_MEASURED = "valueQuantity"
_WORDS = "valueString"


def columns(fields: Fields, paths: Collection[str]) -> dict[str, str]:
    """Give the columns of what can be an answer; `paths` are the contents that rules ask for."""
    if not paths:
        return {}
    if {*paths} != {"value"}:
        begins = any_of(f"starts_with(each, {text(path)})" for path in sorted(paths))
        return {"has_content": f"len(list_filter(keys, lambda each: {begins})) > 0"}
    unit = [f"{_MEASURED}.code", f"{_MEASURED}.unit"]
    return {
        "names": _names(),
        "is_strange": f"regexp_matches(line, {text(_LONG_NUMBER)})",
        "is_words": fields.is_text(_WORDS),
        **_coded(fields),
        "boolean": fields.json_of("valueBoolean"),
        "has_comparator": fields.is_there(f"{_MEASURED}.comparator"),
        "digits": fields.json_of(f"{_MEASURED}.value"),
        "unit": f"coalesce({', '.join(_if_any(fields.text_of(each)) for each in unit)})",
        "is_odd_unit": any_of(
            f"NOT {any_of([fields.is_absent(each), fields.is_text(each)])}" for each in unit
        ),
    }


def _names() -> str:
    """Give the names of the values: `value`, and `valueQuantity` and the like."""
    named = "regexp_matches(each, '^value(?:[^a-z]|$)')"
    return f"list_filter(keys, lambda each: {named})"


def _if_any(words: str) -> str:
    return f"nullif({words}, '')"


def _coded(fields: Fields) -> dict[str, str]:
    codings = fields.codings(_CODED)
    yes, no = (
        any_of(
            f"(each.system = {text(system)} AND each.code = {text(code)})"
            for (system, code), answer in YES_NO.items()
            if answer is wanted
        )
        for wanted in (True, False)
    )
    own = f"list_filter({codings}, lambda each: each.system = {text(OWN_SYSTEM)})"
    return {
        "is_coded": fields.is_plain_concept(_CODED),
        "says_yes": f"coalesce(len(list_filter({codings}, lambda each: {yes})), 0) > 0",
        "says_no": f"coalesce(len(list_filter({codings}, lambda each: {no})), 0) > 0",
        "own": f"list_distinct(list_transform({own}, lambda each: each.code))",
    }


def read(each: Numbered) -> dict[str, str]:
    """Read `value[x]` as the type of the element's answer; several, or none, are a problem."""
    many = "len(names) <> 1"
    path = f"if({many}, 'value', names[1])"
    match each.answer:
        case Number():
            made = _number()
        case Choice(_):
            found = "list_intersect(led.options, own)"
            bad = f"NOT (names[1] = '{_CODED}' AND len({found}) = 1)"
            made = {"word": f"({found})[1]", "problem": bad, "odd": _ODD_CONCEPT}
        case YesNo():
            one = "names[1] = 'valueBoolean'"
            value = f"if({one}, boolean = 'true', says_yes)"
            bad = f"NOT ({one} OR (names[1] = '{_CODED}' AND says_yes <> says_no))"
            odd = f"if({one}, boolean NOT IN ('true', 'false'), {_ODD_CONCEPT})"
            made = {"truth": value, "problem": bad, "odd": odd}
        case _:
            # A time is counted back from its day on the calendar: the chart reader does that.
            made = {"odd": "true", "problem": "true"}
    problem = f"{many} OR coalesce({made['problem']}, true)"
    values: dict[str, str] = {
        name: f"if({problem}, NULL, {made[name]})"
        for name in ("truth", "word", "number")
        if name in made
    }
    return {
        "path": path,
        "odd": f"(is_strange OR if({many}, false, coalesce({made['odd']}, true)))",
        "problem": f"if({problem}, {SAYS_PROBLEM}, 0)",
        "join": made.get("join", ""),
        **values,
    }


def _number() -> dict[str, str]:
    """Say how a Quantity is read as a number in the unit that the table keeps."""
    size = "if(unit IS NULL, led.bare, units.size)"
    number = f"(TRY_CAST(digits AS DECIMAL(20, 9)) * {size})::DECIMAL(38, 16)"
    measured = f"names[1] = '{_MEASURED}' AND NOT has_comparator"
    known = f"(unit IS NULL OR units.written IS NOT NULL) AND {size} IS NOT NULL"
    plain = f"regexp_full_match(digits, {text(_PLAIN_NUMBER)})"
    # A unit that is no short decimal of the kept one stands in the table without a size.
    long_unit = "unit IS NOT NULL AND units.written IS NOT NULL AND units.size IS NULL"
    odd = (
        f"CASE WHEN names[1] = '{_WORDS}' AND is_words THEN false "
        f"WHEN names[1] <> '{_MEASURED}' THEN true "
        f"WHEN has_comparator THEN false ELSE is_odd_unit OR NOT {plain} OR {long_unit} END"
    )
    return {
        "number": number,
        "problem": f"NOT ({measured} AND {known} AND {number} BETWEEN led.low AND led.high)",
        "odd": odd,
        "join": "LEFT JOIN units ON units.element = led.element AND units.written = unit ",
    }


_ODD_CONCEPT = f"if(names[1] = '{_CODED}', NOT is_coded, NOT (names[1] = '{_WORDS}' AND is_words))"
"""Codings stand in other values too, as of a Quantity, and may answer; a text has none."""
