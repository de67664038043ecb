"""Lines of bulk files in DuckDB: each as it stands, what it names, and whether it may matter."""

from __future__ import annotations

import json
import re
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import text
from multifidus.columnar.duck import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from multifidus.columnar.derivation.rules import Tables

LARGEST = 16 * 1024 * 1024
"""Bytes that one line may have, as for the chart reader."""


NAME = r'^\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]+)"\s*,\s*"id"\s*:\s*"([A-Za-z0-9.-]+)"'
"""How a line begins that most servers write: type and name need no parsing then."""


def scan(paths: Sequence[Path]) -> str:
    """
    Write the query that gives each line of some files: the line, its file, and what it names.

    `kind` and `id` are null where they are missing or no texts. A line that is no JSON, or longer
    than any may be, fails the query (`failures`).
    """
    files = ", ".join(text(str(path)) for path in paths)
    fields = text(json.dumps({"resourceType": "VARCHAR", "id": "JSON"}))
    is_long = f"strlen(json) >= {LARGEST}"
    return (
        "SELECT line, file, if(j IS NULL, start.kind, j.resourceType) AS kind, "
        "CASE WHEN j IS NULL THEN start.id "
        "WHEN starts_with(j.id::VARCHAR, '\"') THEN nullif(unquoted(j.id::VARCHAR), '') END AS id, "
        "if(id IS NULL, NULL, hash(kind, id)) AS h FROM ("
        f"SELECT *, CASE WHEN start.kind = '' THEN json_transform(line, {fields}) END AS j FROM ("
        f"SELECT *, regexp_extract(line, {text(NAME)}, ['kind', 'id']) AS start FROM ("
        f"SELECT if({is_long}, error('a line is too long'), json::VARCHAR) AS line, "
        f"filename AS file FROM read_ndjson_objects([{files}], filename = true, "
        f"maximum_object_size = {LARGEST}))))"
    )


def short(reference: str) -> str:
    """Cut a reference to type and id, as `chart.fhir.short_reference` does."""
    return f"array_to_string(string_split(split_part({reference}, '/_history/', 1), '/')[-2:], '/')"


# What a line must hold to matter. It is sought in the text of the line, which is many times faster
# than to parse it; what is found may stand elsewhere than in a code, and then nothing comes of it.
# A name is sought by the quote after it alone: there is one before every name and word of the line,
# and a search for it would halt at each.


def may_speak(tables: Tables, kinds: Iterable[str]) -> str:
    """Write the condition that a line may hold a code that leads to a rule of some types."""
    rules = {each.number for kind in kinds for each in tables.of_kind(kind)}
    codes = dict.fromkeys(
        _written(hit.code) + ("" if hit.is_stem else '"')
        for hit in tables.hits
        if hit.rule in rules
    )
    if not codes:
        return "false"
    sought = text(rf'code"\s*:\s*"(?:{"|".join(codes)})')
    return f"regexp_matches(line, {sought})"


def has(field: str) -> str:
    """Write the condition that a line has a field of a name, at any place."""
    sought = text(json.dumps(field).removeprefix('"'))
    return f"contains(line, {sought})"


def says(words: str) -> str:
    """Write the condition that a line holds some words."""
    return f"regexp_matches(line, {text(_written(words))})"


def may_be_spelled(tables: Tables) -> str:
    """Write the condition that a line may write a letter of some code or name as its number."""
    letters = {*ascii_letters, *digits, *(each for code, _ in tables.codes() for each in code)}
    numbers = sorted({each.encode("utf-16-be")[:2].hex() for each in letters})
    spelled = text(f"(?i)\\\\u(?:{'|'.join(numbers)})")
    return f"(contains(line, '\\u') AND regexp_matches(line, {spelled}))"


def _written(words: str) -> str:
    """Write the pattern of words in JSON, where a slash may have a backslash before it."""
    return re.escape(json.dumps(words, ensure_ascii=False)[1:-1]).replace("/", r"\\?/")


def save(
    opened: duckdb.DuckDBPyConnection, sql: str, path: Path, about: Mapping[str, str] | None = None
) -> None:
    """Write a query's rows as Parquet, under its name when it is complete."""
    told = ", ".join(f"{key}: {text(word)}" for key, word in (about or {}).items())
    kept = f", KV_METADATA {{{told}}}" if told else ""
    form = f"FORMAT parquet, COMPRESSION zstd{kept}"
    with whole(path) as part:
        opened.execute(f"COPY ({sql}) TO {text(str(part))} ({form})")


def failures() -> tuple[type[Exception], ...]:
    """Give what DuckDB raises on a file that it cannot read."""
    import duckdb

    return (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)
