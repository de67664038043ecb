"""A command that lacks a library says which one, and how to install it."""

from __future__ import annotations

import pytest

from multifidus.cli import extras
from multifidus.errors import RequestError

EXTRAS = {
    "columnar": (extras.with_columns, "duckdb", "many patients need duckdb"),
    "spark": (extras.with_cluster, "pyspark", "a cluster needs pyspark"),
    "analysis": (extras.with_solver, "z3", "proofs need z3-solver"),
    "evidence": (extras.with_statistics, "scipy", "effects and their pooling need scipy"),
    "packet": (lambda: extras.with_press("a PDF"), "docx", "a PDF needs python-docx"),
}


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_library_that_is_missing_is_told_with_its_extra(extra: str) -> None:
    lacking, module, words = EXTRAS[extra]

    with pytest.raises(RequestError) as told, lacking():
        raise ModuleNotFoundError(name=module)

    (problem,) = told.value.problems
    assert f"{words}, which is not installed" == problem.message
    assert f"install it with `pip install 'multifidus[{extra}]'`" == problem.hint


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_module_of_our_own_that_is_missing_is_our_fault(extra: str) -> None:
    lacking, _, _ = EXTRAS[extra]

    with pytest.raises(ModuleNotFoundError), lacking():
        raise ModuleNotFoundError(name="multifidus.nowhere")
