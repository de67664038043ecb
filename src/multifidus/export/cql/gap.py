"""What CQL cannot say of a policy: found where it is said, told with the criterion it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.errors import NotExpressible, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

ENGINE = "CQL"


class CannotSay(Exception):  # noqa: N818  an engine's limit, not anybody's mistake
    """The reason why CQL, or this translation, cannot say a thing; never leaves the room."""


def gap(policy: str, criteria: Iterable[str], said: str, reason: str) -> NotExpressible:
    """Tell what is left out: the policy, the criteria that stay open without it, and why."""
    return NotExpressible(
        Problem(
            place=Place(file=policy),
            subject=", ".join(criteria),
            message=f"{ENGINE} cannot say `{said}`: {reason}",
            hint="it is exported as unknown, so what rests on it stays open; ask the dictionary"
            " otherwise, or judge it by hand",
        )
    )
