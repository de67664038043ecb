"""What a command says where it lacks a library: each is an optional extra of the package."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

COLUMNAR = {"duckdb": "duckdb"}
SPARK = {"pyspark": "pyspark"}
ANALYSIS = {"z3": "z3-solver"}
EVIDENCE = {"numpy": "numpy", "scipy": "scipy"}
PACKET = {
    "docx": "python-docx",
    "jinja2": "jinja2",
    "markupsafe": "markupsafe",
    "pikepdf": "pikepdf",
    "typst": "typst",
}
"""The packages of an extra, by the name under which they are imported."""


def with_columns() -> AbstractContextManager[None]:
    """Say what to install where bulk data cannot be read."""
    return _with("columnar", COLUMNAR, "many patients need")


def with_cluster() -> AbstractContextManager[None]:
    """Say what to install where no cluster can be asked."""
    return _with("spark", SPARK, "a cluster needs")


def with_solver() -> AbstractContextManager[None]:
    """Say what to install where nothing can be proved."""
    return _with("analysis", ANALYSIS, "proofs need")


def with_statistics() -> AbstractContextManager[None]:
    """Say what to install where no effect can be reckoned."""
    return _with("evidence", EVIDENCE, "effects and their pooling need")


def with_press(what: str) -> AbstractContextManager[None]:
    """Say what to install where `what` cannot be set."""
    return _with("packet", PACKET, f"{what} needs")


@contextmanager
def _with(extra: str, packages: Mapping[str, str], needs: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        package = packages.get(error.name or "")
        if package is None:
            raise
        message = f"{needs} {package}, which is not installed"
        hint = f"install it with `pip install 'multifidus[{extra}]'`"
        raise RequestError(Problem.at("multifidus", message, hint)) from None
