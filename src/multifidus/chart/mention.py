"""What a document says of a data element, and how it means it, before anything is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from multifidus.core.quantity import DateRange, Value


class Mention(NamedTuple):
    """What a document says of an element, and how it means it; spans are offsets into its text."""

    element: str
    start: int
    end: int
    assertion: Assertion
    value: Value | None = None
    since: DateRange | None = None
    date: DateRange | None = None
    """The day that the words themselves give; None where only the document has one."""
    problem: str = ""
    """Why there is no value, though the mention is about the patient."""

    @property
    def counts(self) -> bool:
        """Whether it makes a statement of the patient."""
        says = self.value is not None or self.since is not None or bool(self.problem)
        return says and self.assertion in (Assertion.PRESENT, Assertion.NEGATED)
