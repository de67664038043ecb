"""The count of compared criteria stands in the summary of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARED = pytest.StashKey[dict[str, int]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing compared."""
    config.stash[COMPARED] = {}


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Tell how many criteria were compared, and what they were criteria of."""
    compared = request.config.stash[COMPARED]
    return compared.__setitem__


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was compared."""
    for what, criteria in config.stash[COMPARED].items():
        terminalreporter.write_line(f"CQL oracle: {criteria} criteria of {what} compared")
