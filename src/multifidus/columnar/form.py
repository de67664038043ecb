"""What a population is given as: which form its files have, told by their names."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from multifidus.columnar.source import NDJSON
from multifidus.columnar.tables import DATABASES, OMOP_NEEDS, files_by_table
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path


class Form(Enum):
    """How a population is laid down."""

    BULK = "a FHIR bulk export: *.ndjson or *.ndjson.gz"
    OMOP = "tables of the OMOP model: person.parquet or .csv and the others, or one *.duckdb"
    RECORDS = "records: *.json or *.json.gz, a FHIR Bundle in each"


def form_of(source: Path) -> Form:
    """
    Tell the form of a population.

    Lines go before tables, and tables before records: a manifest or a data dictionary in JSON may
    lie beside either. Raises `RequestError` when it is none of them, and says what they are.
    """
    try:
        if source.is_file():
            return _form_of_file(source)
        if not source.is_dir():
            hint = f"give a folder that holds one of these\n{_forms()}"
            raise RequestError.at(str(source), "there is no such file or folder", hint)
        names = [each.name for each in source.rglob("*") if not each.name.startswith(".")]
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
        raise RequestError.at(str(source), message, "check the path and its permissions") from None
    if any(each.removesuffix(".gz").endswith(NDJSON) for each in names):
        return Form.BULK
    if any(each.endswith(DATABASES) for each in names) or files_by_table(source, OMOP_NEEDS):
        return Form.OMOP
    if any(each.removesuffix(".gz").endswith(".json") for each in names):
        return Form.RECORDS
    raise _unknown(source)


def _form_of_file(source: Path) -> Form:
    name = source.name.removesuffix(".gz")
    if name.endswith(DATABASES):
        return Form.OMOP
    if name.endswith(".json"):
        return Form.RECORDS
    raise _unknown(source)


def _unknown(source: Path) -> RequestError:
    hint = f"give a folder that holds one of these\n{_forms()}"
    return RequestError.at(str(source), "this is no population that can be read", hint)


def _forms() -> str:
    return "\n".join(f"    {each.value}" for each in Form)
