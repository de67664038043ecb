"""Who asks for an element: in clauses, in readings not taken, and not where nobody has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.policy import Stance
from multifidus.library.askers import askers
from tests.language.small import POLICY, UNREAD, UNREAD_SOURCES, checked, edited

if TYPE_CHECKING:
    from multifidus.core.policy import Policy
    from multifidus.library.askers import Asking


def told(asking: tuple[Asking, ...]) -> list[tuple[str, list[str], list[str]]]:
    return [
        (
            each.policy.about.id,
            [one.id for one in each.clauses],
            [one.id for one in each.otherwise],
        )
        for each in asking
    ]


def small(text: str | None = None, *, sources: str | None = None) -> Policy:
    given = {"sources": sources} if sources else {}
    policy, problems = checked(text, **given) if text else checked()
    assert () == problems
    assert policy is not None
    return policy


def test_each_element_is_told_with_the_clauses_that_ask_for_it() -> None:
    found = askers([small()])

    assert {"age", "lift_test", "pain", "unfit"} == set(found)
    assert [("small", ["I1"], [])] == told(found["age"])
    assert [("small", ["I2.2"], [])] == told(found["pain"])


def test_a_reading_that_was_not_taken_is_told_apart() -> None:
    """Only as it could be read otherwise does I1 ask how long the pain has lasted."""
    reading = ("Other reading: `age >= 22 years`", "Other reading: `pain_duration >= 22 years`")

    found = askers([small(edited(POLICY, reading))])

    assert [("small", [], ["I1"])] == told(found["pain_duration"])


def test_a_position_that_nobody_has_read_asks_for_nothing_that_is_known() -> None:
    unread = small(UNREAD, sources=UNREAD_SOURCES)

    assert Stance.UNREAD is unread.about.stance
    assert {} == askers([unread])
