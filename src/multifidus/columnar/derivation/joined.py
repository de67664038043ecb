"""What is particular about each rule and element, as tables of DuckDB that queries join with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar.derivation import rules as rows
from multifidus.columnar.dialect import text
from multifidus.core.element import (
    Choice,
    Constant,
    Content,
    Nothing,
    Number,
    Since,
    SinceAtLatest,
)
from multifidus.core.resource import CODE_FIELDS, FIELD_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from multifidus.columnar.derivation.rules import Hit, Numbered, Tables


def load(tables: Tables) -> Iterator[str]:
    """Give the statements of SQL that make the tables which queries join with."""
    hits = [
        f"({hit.rule}, {text(quoted(hit.system))}, {text(_start(hit))}, "
        f"{len(_start(hit)) if hit.is_stem else 0}, {text(hit.code)}, {_days(hit)})"
        for hit in tables.hits
    ]
    yield (
        "CREATE OR REPLACE TEMP TABLE hits(rule USMALLINT, system VARCHAR, code VARCHAR, "
        "stem USMALLINT, named VARCHAR, valid STRUCT(first DATE, last DATE))"
    )
    yield f"INSERT INTO hits VALUES {', '.join(hits)}"
    yield (
        "CREATE OR REPLACE TEMP TABLE units"
        "(element USMALLINT, written VARCHAR, size DECIMAL(18, 6))"
    )
    units = [
        f"({each.element}, {text(each.written)}, {size if size is not None else 'NULL'})"
        for each in rows.accepted(tables.dictionary)
        for size in [rows.decimal(each.size)]
    ]
    yield f"INSERT INTO units VALUES {', '.join(units)}"
    yield (
        "CREATE OR REPLACE TEMP TABLE asked(rule USMALLINT, element USMALLINT, truth BOOLEAN, "
        "word VARCHAR, path VARCHAR, options VARCHAR[], low DECIMAL(38, 16), high DECIMAL(38, 16), "
        "bare DECIMAL(18, 6))"
    )
    yield f"INSERT INTO asked VALUES {', '.join(_asked(tables, each) for each in tables.rules)}"


def _asked(tables: Tables, each: Numbered) -> str:
    """Write what is particular about a rule, and no matter of its form."""
    truth = word = options = low = high = bare = "NULL"
    gives, answer = each.rule.gives, each.answer
    if isinstance(gives, Constant) and isinstance(gives.value, bool):
        truth = str(gives.value).lower()
    elif isinstance(gives, Constant):
        word = text(str(gives.value))
    if isinstance(answer, Choice):
        options = f"[{', '.join(map(text, answer.options))}]"
    elif isinstance(answer, Number):
        low, high = map(_exactly, rows.bounds(answer))
        size = rows.bare_size([*tables.dictionary.elements.values()][each.element])
        bare = "NULL" if size is None else str(rows.decimal(size))
    path = text(_path(each))
    cells = (each.number, each.element, truth, word, path, options, low, high, bare)
    return f"({', '.join(map(str, cells))})"


def _path(each: Numbered) -> str:
    """Tell which field a constant is cited from: the last that is asked for, else the code."""
    if isinstance(each.rule.gives, Since | SinceAtLatest):
        return each.rule.gives.path
    if each.contents and not isinstance(each.rule.gives, Nothing):
        field = each.contents[-1].field
        return FIELD_NAMES.get(field, field)
    if not each.is_always:
        return CODE_FIELDS.get(each.rule.resource, "code")
    return each.statuses[0].field if each.statuses else ""


def form(each: Numbered) -> tuple[object, ...]:
    """Tell rules apart that are read by different queries; the others differ by data alone."""
    gives = each.rule.gives
    what = gives.path if isinstance(gives, Content | Since | SinceAtLatest) else ""
    kind = type(each.answer) if isinstance(gives, Content) else None
    return type(gives), what, kind, each.statuses, each.contents, each.rule.own


def quoted(word: str) -> str:
    """Write a word as the JSON text of a code is."""
    return f'"{word}"'


def _start(hit: Hit) -> str:
    """Write a code as JSON does; of a stem only its beginning."""
    whole = quoted(hit.code)
    return whole[:-1] if hit.is_stem else whole


def _days(hit: Hit) -> str:
    if hit.valid is None:
        return "NULL"
    first, last = (f"'{day}'" if day else "NULL" for day in (hit.valid.first, hit.valid.last))
    return f"{{'first': {first}, 'last': {last}}}"


def _exactly(number: Fraction) -> str:
    """Write a bound; those of dictionaries are decimals."""
    return f"{rows.decimal(number)}::DECIMAL(38, 16)"
