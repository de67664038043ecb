"""Small policies as text, over a dictionary with every type of answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Asker
from multifidus.analysis.prove import Prover
from multifidus.analysis.statement import Statement
from multifidus.core.element import Number
from multifidus.language.read import parse_policy
from tests.promises.strategies import ANSWERS, DICTIONARY, SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.policy import Policy

ON = date(2026, 6, 1)

MORE = {
    "visits": Number("times", Decimal(0), Decimal(50)),
    "therapy": Number("weeks", Decimal(0), Decimal(200)),
    "waiting": Number("months", Decimal(0), Decimal(60)),
}
"""Besides the answers of the promises: a count, and stated times in days and in months."""

ELEMENTS = replace(
    DICTIONARY,
    elements={
        **DICTIONARY.elements,
        **{
            name: replace(DICTIONARY.elements["unfit"], name=name, label=name, answer=answer)
            for name, answer in MORE.items()
        },
    },
)
NAMES = (*ANSWERS, *MORE)
READING = (
    "> **Reading of A.** The source says adults; we read at least 18 years.\n"
    "> Other reading: `{}`. Not yet reviewed by a clinician.\n"
)
"""Of the first clause, with another test."""


def policy(name: str, *tests: str, connective: str = "all of", more: str = "") -> Policy:
    """Write a policy of one list, its clauses A, B, C…, and read it."""
    items = "\n".join(
        f"- **{letter} Clause.** Sentence {letter}.\n  `{test}`"
        for letter, test in zip("ABCDEFGH", tests, strict=False)
    )
    lead = f"Coverage criteria are met when **{connective}** [@made-up, page 1]"
    return read(_front(name, "criteria") + f"{lead}\n\n{items}\n\n{more}")


def listed(name: str, items: str) -> Policy:
    """Write a policy whose items are given."""
    lead = "Coverage criteria are met when **all of**"
    return read(_front(name, "criteria") + f"{lead}\n\n{items}\n")


def without_criteria(name: str, stance: str) -> Policy:
    """Write a policy that excludes the service, or of which nothing was read."""
    return read(_front(name, stance) + "**E1 Position.** A sentence. [@made-up, page 1]\n")


def premises(*tests: str) -> Policy:
    """Write premises, P1, P2…."""
    items = "\n".join(
        f"- **P{number} Premise.** Sentence.\n  `{test}`"
        for number, test in enumerate(tests, start=1)
    )
    front = _front("given", "criteria").replace("stance:", "kind: premises\nstance:")
    lead = "The premises hold when **all of**\n\n- **P** The [premises](#premises) hold.\n\n"
    section = "## Premises\n\nThe premises hold when **all of** [@second, page 3]\n\n"
    return read(front + lead + section + items + "\n")


def _front(name: str, stance: str) -> str:
    return f"""---
policy: {name}
version: 1.0.0
status: draft
stance: {stance}
body: Nobody
in_force: 2020-01-01 to open
source: made-up
dictionary: small
---

# A policy that nobody wrote

"""


@cache
def read(text: str) -> Policy:
    """Read a policy; a problem with it is a fault of the test."""
    found, problems = parse_policy(
        text, sources_text=SOURCES, dictionaries={"small": ELEMENTS}, file="small.md"
    )
    assert () == problems
    assert found is not None
    return found


def asked_of(
    *policies: Policy, given: Sequence[Policy] = (), limit: float = 60.0
) -> tuple[Asker, list[Statement]]:
    """Give what questions are asked of, and the statements of the policies."""
    prover = Prover([*policies, *given], on=ON)
    return Asker(prover=prover, premises=tuple(given), limit=limit), [
        Statement(each) for each in policies
    ]
