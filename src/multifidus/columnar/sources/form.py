"""What a population is given as: which form its files have, told by their names."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.source import NDJSON
from multifidus.columnar.sources.tables import DATABASES, OMOP_NEEDS, names_in
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class Form(Enum):
    """How a population is laid down."""

    BULK = "a FHIR bulk export: *.ndjson or *.ndjson.gz"
    OMOP = "tables of the OMOP model: person, concept and others, in Parquet, CSV or a *.duckdb"
    VIEWS = "tables of our views: oswestry_index_observation and others, in the same forms"
    RECORDS = "records: *.json or *.json.gz, a FHIR Bundle in each"


def form_of(source: Path, *, views: Collection[str]) -> Form:
    """
    Tell the form of a population; `views` are the names of the tables that views make.

    Lines go before tables, and tables before records: a manifest or a data dictionary in JSON may
    lie beside either. Raises `RequestError` when it is none of them, and says what they are.
    """
    try:
        if source.is_file():
            return _form_of_file(source, views)
        if not source.is_dir():
            raise _none(source, "there is no such file or folder")
        names = [each.name for each in source.rglob("*") if not each.name.startswith(".")]
        if any(each.removesuffix(".gz").endswith(NDJSON) for each in names):
            return Form.BULK
        if form := _form_of_tables(source, views):
            return form
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
        raise RequestError.at(str(source), message, "check the path and its permissions") from None
    if any(each.removesuffix(".gz").endswith(".json") for each in names):
        return Form.RECORDS
    raise _none(source, "this is no population that can be read")


def _form_of_file(source: Path, views: Collection[str]) -> Form:
    if source.name.removesuffix(".gz").endswith(".json"):
        return Form.RECORDS
    form = _form_of_tables(source, views) if source.name.endswith(DATABASES) else None
    if form is None:
        raise _none(source, "this is no population that can be read")
    return form


def _form_of_tables(source: Path, views: Collection[str]) -> Form | None:
    names = names_in(source, {*OMOP_NEEDS, *views})
    if names & OMOP_NEEDS:
        return Form.OMOP
    return Form.VIEWS if names else None


def _none(source: Path, message: str) -> RequestError:
    forms = "\n".join(f"    {each.value}" for each in Form)
    hint = f"give a folder that holds one of these\n{forms}"
    return RequestError.at(str(source), message, hint)
