"""Lines of bulk files in DuckDB: each as it stands, with the few fields that are asked for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import text
from multifidus.columnar.duck import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from multifidus.columnar.rules import Tables

LARGEST = 16 * 1024 * 1024
"""Bytes that one line may have, as for the chart reader."""


def scan(paths: Sequence[Path], fields: Mapping[str, object]) -> str:
    """Write the query that gives each line of some files, and the fields that are asked for."""
    files = ", ".join(text(str(path)) for path in paths)
    structure = text(json.dumps(fields))
    # One column with a delimiter and without quotes: JSON holds no raw control characters.
    return (
        f"SELECT line, filename AS file, json_transform(line, {structure}) AS j "
        f"FROM read_csv([{files}], columns = {{'line': 'VARCHAR'}}, header = false, "
        "delim = '\x01', quote = '', escape = '', auto_detect = false, strict_mode = false, "
        f"new_line = '\\n', max_line_size = {LARGEST}, buffer_size = {2 * LARGEST}, "
        "filename = true) WHERE line IS NOT NULL"
    )


# By its JSON text: only a text names a resource.
NAMED = (
    "if(starts_with(j.id::VARCHAR, '\"') AND j.id::VARCHAR <> '\"\"', "
    "hash(j.resourceType, j.id::VARCHAR), NULL)"
)
"""The hash of a resource's name; null where it has none."""


def short(reference: str) -> str:
    """Cut a reference to type and id, as `chart.fhir.short_reference` does."""
    return f"array_to_string(string_split(split_part({reference}, '/_history/', 1), '/')[-2:], '/')"


def pattern(tables: Tables, kinds: Iterable[str]) -> str:
    """Write the regular expression that the text of codings matches if a code may matter."""
    rules = {each.number for kind in kinds for each in tables.of_kind(kind)}
    codes = dict.fromkeys(
        re.escape(hit.code) + ("" if hit.is_stem else '"')
        for hit in tables.hits
        if hit.rule in rules
    )
    return f'"code":"(?:{"|".join(codes)})' if codes else "$^"


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
