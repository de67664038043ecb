"""Which policies are a payer's, and which of them answer on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.policy import Kind

if TYPE_CHECKING:
    from datetime import date

    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf


def is_payers(policy: Policy) -> bool:
    """Tell whether somebody pays by a policy: it is a coverage policy and names a payer."""
    return policy.about.kind is Kind.COVERAGE and bool(policy.scope.payers)


def payers_policies(shelf: Shelf, on: date) -> list[Policy]:
    """Give what each policy of a payer says on a day, in the version that is in force."""
    found = shelf.answering(on)
    policies = shelf.read_sound(each for each in found if each.in_force.include(on))
    return [each for each in policies if is_payers(each)]
