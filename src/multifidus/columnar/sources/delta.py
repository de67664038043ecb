"""Delta tables: which Parquet files are the table now, as its log says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from multifidus.errors import RequestError

PLAIN = frozenset({"timestampNtz", "domainMetadata", "vacuumProtocolCheck", "v2Checkpoint"})
"""What a table may ask of its readers and leaves its files as they are."""


def delta_files(folder: Path) -> tuple[Path, ...]:
    """
    List the files of a Delta table in its newest version.

    Raises `RequestError` where the library is not there, the log cannot be read, or the files
    alone do not say what is in the table.
    """
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ImportError:
        hint = "pip install 'multifidus[delta]', or write the table as Parquet"
        raise RequestError.at(folder.name, "a Delta table needs `deltalake`", hint) from None
    try:
        table = DeltaTable(folder)
        asked = frozenset(table.protocol().reader_features or ())
        files = tuple(Path(unquote(each.removeprefix("file://"))) for each in table.file_uris())
    except DeltaError:
        hint = "see whether its log is whole"
        raise RequestError.at(folder.name, "the Delta table cannot be read", hint) from None
    if asked - PLAIN:
        message = f"the Delta table asks its readers for {', '.join(sorted(asked - PLAIN))}"
        hint = "write it as Parquet, or as a table without these"
        raise RequestError.at(folder.name, message, hint)
    return files
