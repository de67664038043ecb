"""Some of what `make agreement` puts to both engines, and that it finds what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar import kleene
from tests.columnar.agreement import main

if TYPE_CHECKING:
    import pytest


def test_a_made_up_population_comes_out_alike_by_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("--patients", "150", "--seed", "2")) == 0
    assert ", 0 differ" in capsys.readouterr().out


def test_a_null_that_is_taken_for_a_no_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As by an engine that asks whether something is true, and not whether it is false."""
    right = kleene.all_of
    monkeypatch.setattr(kleene, "all_of", lambda truths: f"coalesce({right(truths)}, FALSE)")

    assert main(("--patients", "60", "--seed", "2")) == 1
    assert "differ\nisass-2025: Patient/p" in capsys.readouterr().out
