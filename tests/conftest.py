"""
Fixtures for every test, and the law of the markers `shared` and `system`.

A test marked `shared` reads the collection of outsiders' records, one marked `system` needs a
program that is no Python package.
Where that folder or program is missing, the test is skipped and says why.
With MULTIFIDUS_REQUIRE_SHARED or MULTIFIDUS_REQUIRE_SYSTEM set, as in CI, such a test fails instead
of being skipped, whatever the reason for the skip.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

REQUIRED_BY = {"shared": "MULTIFIDUS_REQUIRE_SHARED", "system": "MULTIFIDUS_REQUIRE_SYSTEM"}
"""By marker, the variable that forbids to skip a test with it."""

CHECKOUT = Path(__file__).resolve().parents[1]

TOLD = "told in the summary"
"""The property of a test that stands, as a line, in the summary of the run."""

# Every test reads the texts themselves, and leaves the user's own folder alone.
os.environ["MULTIFIDUS_CACHE"] = "off"

# Pages are as wide in every terminal, and in none.
os.environ["COLUMNS"] = "100"

# A generated example has no deadline of its own: a busy machine would fail it, not a fault.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of outsiders' records: $MULTIFIDUS_SHARED, or `shared` by the checkout."""
    return shared_folder()


def shared_folder() -> Path:
    """Find the folder, or skip the test that asks for it."""
    folder = Path(os.environ.get("MULTIFIDUS_SHARED") or CHECKOUT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no `shared` folder beside the checkout, and MULTIFIDUS_SHARED names none")
    return folder


# Before pytest chooses by marker: `-m "not shared"` then leaves out every test that reads the
# folder, marked by hand or not.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for the folder."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a marked test without the folder, even if it does not ask for the fixture."""
    if item.get_closest_marker("shared"):
        shared_folder()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a marked test into a failure where what it needs is required."""
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    for marker, variable in REQUIRED_BY.items():
        if is_skip and item.get_closest_marker(marker) and os.environ.get(variable):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"{variable} forbids this skip: {reason}"
            break
    return report


# Here, and not beside the tests that tell: a run on several cores looks for it nowhere else.
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests tell of themselves, each line once."""
    reports = (report for group in terminalreporter.stats.values() for report in group)
    told = (each for report in reports for each in getattr(report, "user_properties", ()))
    for line in dict.fromkeys(str(words) for name, words in told if name == TOLD):
        terminalreporter.write_line(line)
