"""The practice's file: what it holds, and everything that is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest

from multifidus.errors import PracticeError
from multifidus.packet.practice import Ground, Level, Urgency, is_npi, read_practice
from tests.packet.packets import PRACTICE

GOOD = PRACTICE.read_text(encoding="utf-8")


def faults(text: str) -> list[str]:
    """Say all that is wrong with a file."""
    with pytest.raises(PracticeError) as error:
        read_practice(text, file="practice.toml")
    return [f"{each.subject}: {each.message}".removeprefix(": ") for each in error.value.problems]


def test_the_shipped_example_is_read() -> None:
    practice = read_practice(GOOD, file="practice.toml")

    assert "Example Spine Center" == practice.practice.name
    assert ("1 Example Way", "Exampleville, EX 00000") == practice.practice.address
    assert Urgency.STANDARD is practice.request.urgency
    assert practice.decision is None
    assert "practice.toml" == practice.file


def test_the_decision_of_the_example_is_read_once_its_marks_are_taken_away() -> None:
    start = GOOD.index("# [decision]")
    text = GOOD[:start] + GOOD[start:].replace("# ", "")
    decision = read_practice(text, file="practice.toml").decision

    assert decision
    assert (date(2026, 9, 25), Ground.CONSERVATIVE_CARE, Level.FIRST) == (
        decision.date,
        decision.ground,
        decision.level,
    )


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = (
        "extra = 1\nclinician = 3\n"
        '[practice]\nname = " "\naddress = []\nphone = 5\nnpi = "1234567890"\n'
        "[contact]\nname = 'x'\n"
        '[request]\nauthorization_months = true\nfollow_up = [1]\nurgency = "soon"\n'
        'service_from = "2026-10-01"\n'
        "[decision]\npayer = 'x'\ndate = 2026-09-01T10:00:00\nground = 'because'\n"
    )

    assert [
        "unknown name `extra`",
        "practice.name: is not a text",
        "practice.address: is not a list of texts",
        "practice.phone: is not a text",
        "practice.npi: is not a valid NPI",
        "clinician: is not a table",
        "contact: `contact.phone` is missing",
        "request.authorization_months: is not a whole number above 0",
        "request.follow_up: is not a list of texts",
        "request: `request.outcomes` is missing",
        "request.urgency: is none of the words that can stand there",
        "request.service_from: is not a day",
        "decision.date: is not a day",
        "decision.ground: is none of the words that can stand there",
    ] == faults(text)


def test_an_empty_file_lacks_every_part_that_must_be_there() -> None:
    parts = ("practice", "clinician", "contact", "request")

    assert [f"`{each}` is missing" for each in parts] == faults("")


@pytest.mark.parametrize(("text", "message"), [("a = ", "not TOML"), ("x" * 1_000_001, "too long")])
def test_what_is_no_file_of_a_practice_is_told(text: str, message: str) -> None:
    (fault,) = faults(text)
    assert message in fault


def test_the_name_of_the_file_cannot_be_set_in_it() -> None:
    assert "unknown name `file`" in faults(f'file = "x"\n{GOOD}')


@pytest.mark.parametrize(
    ("number", "valid"),
    [("1234567893", True), ("1234567890", False), ("123456789", False), ("12345678\uff193", False)],
)
def test_the_last_digit_of_an_npi_checks_the_others(number: str, valid: bool) -> None:  # noqa: FBT001
    assert valid is is_npi(number)
