"""Questions about the policies on the shelf, against the solver's own work on the same terms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped]

from multifidus import shipped
from multifidus.analysis.encode import Encoding, days_for
from multifidus.analysis.inquiry import Asker
from multifidus.analysis.matrix import matrix
from multifidus.analysis.prove import Prover
from multifidus.analysis.questions import differs, implies
from multifidus.analysis.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.analysis.reply import Reply
    from multifidus.core.policy import Policy

ON = date(2026, 6, 1)
QUICK, WHOLE = "1,000 ms", "60,000 ms"
Row = tuple[str, str, str, str]


def asking(
    median: Callable[[Callable[[], object]], float], milliseconds: Callable[[float], str]
) -> list[Row]:
    """Measure one question of the largest two policies from scratch, and the whole matrix."""
    shelf = shipped()
    policies = [shelf.read(each) for each in shelf.policies]
    largest = sorted(policies, key=lambda each: sum(1 for _ in each.criteria()))[-2:]
    names = " and ".join(each.about.id for each in largest)
    floor = median(lambda: _solver_alone(largest))
    rows = [
        (
            f"{ask.__name__}, {names}",
            milliseconds(taken := median(lambda ask=ask: _answer(ask, largest))),  # type: ignore[misc]
            f"{taken / floor:.1f} x encoding and two checks ({milliseconds(floor)})",
            QUICK,
        )
        for ask in (implies, differs)
    ]
    taken = median(lambda: _matrix(policies))
    count = len(policies)
    pairs = count * (count - 1) // 2
    rows.append(
        (
            f"matrix of {count} policies, {pairs} pairs",
            milliseconds(taken),
            f"{milliseconds(taken / pairs)} a pair",
            WHOLE,
        )
    )
    return rows


def _answer(ask: Callable[[Asker, Statement, Statement], Reply], policies: list[Policy]) -> Reply:
    one, other = map(Statement, policies)
    return ask(Asker(prover=Prover(policies, on=ON)), one, other)


def _matrix(policies: list[Policy]) -> object:
    asker = Asker(prover=Prover(policies, on=ON))
    return matrix(asker, policies, lambda _done, _of: None)


def _solver_alone(policies: list[Policy]) -> None:
    """Encode both and ask the solver twice, without proof, witness or ordinary values."""
    encoding = Encoding(policies, days_for(policies, on=ON))
    roots = [encoding.pairs(each)[each.root.id] for each in policies]
    solver = z3.Solver()
    solver.add(*encoding.calendar.rules)
    for answer in encoding.answers.values():
        solver.add(*answer.ruled, answer.exact)
    solver.check(roots[0].true, roots[1].false)
    solver.check(roots[0].false, roots[1].true)
