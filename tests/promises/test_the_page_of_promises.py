"""Every promise of the page names the test that shows it, and every such test has its promise."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "promises.md"
PROMISE = re.compile(r"(?P<number>\d+)\. .+\. \[Shown here\]\((?P<test>[^)]+)\)\.")


def promises() -> list[tuple[int, Path]]:
    """Give the number of each promise, and the test it names."""
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    found = [PROMISE.fullmatch(line) for line in lines if re.match(r"\d+\. ", line)]
    return [(int(each["number"]), (PAGE.parent / each["test"]).resolve()) for each in found if each]


def test_the_promises_are_numbered_from_one_to_ten() -> None:
    assert list(range(1, 11)) == [number for number, _ in promises()]


def test_every_promise_names_a_test_and_every_test_has_its_promise() -> None:
    tests = sorted((ROOT / "tests" / "promises").glob("test_promise_*.py"))

    assert tests == sorted(path for _, path in promises())


def test_a_promise_and_its_test_bear_the_same_number() -> None:
    for number, path in promises():
        assert path.name.startswith(f"test_promise_{number:02}_")
        assert path.read_text(encoding="utf-8").split("Promise ")[1].startswith(f"{number}:")
