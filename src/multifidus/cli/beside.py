"""Guideline and label beside a payer's policy: on the case, element by element, and as a proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Asker
from multifidus.analysis.prove import Prover
from multifidus.analysis.questions import can_be_met
from multifidus.analysis.reply import Outcome, Question
from multifidus.analysis.statement import Statement, name_of
from multifidus.cli.ask import all_premises
from multifidus.cli.reply_text import sentence
from multifidus.cli.restrictive_words import asks, labels_of, reading
from multifidus.core.determination import determine
from multifidus.core.policy import Kind, Stance
from multifidus.library.restrictiveness import Standing, restrictiveness
from multifidus.library.shelf import DEFAULT_POLICIES
from multifidus.packet.material import ComparedRow, Contrast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.analysis.reply import Clause
    from multifidus.core.case import Case
    from multifidus.core.determination import Determination
    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf

SECONDS = 10.0
_COMPARED = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_NOTATION = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b|[<>]=?")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside a payer's policy."""

    determinations: tuple[Determination, ...]
    rows: tuple[ComparedRow, ...]
    contrasts: tuple[Contrast, ...]


def beside_of(shelf: Shelf, policy: Policy, case: Case) -> Beside:
    """Hold guideline and label against a policy, for a case and for all."""
    on = case.service.date
    references = [shelf.read(shelf.choose(name, on).shelved) for name in DEFAULT_POLICIES]
    others = [each for each in references if each.about.id != policy.about.id]
    if policy.about.stance is not Stance.CRITERIA:
        told = tuple(determine(each, case) for each in others)
        return Beside(determinations=told, rows=(), contrasts=())
    premises = all_premises(shelf, on)
    prover = Prover([policy, *others, *premises], on=on)
    return Beside(
        determinations=tuple(determine(each, case) for each in others),
        rows=tuple(_rows(Asker(prover=prover, limit=SECONDS), others, policy)),
        contrasts=tuple(
            _contrasts(
                Asker(prover=prover, premises=tuple(premises), limit=SECONDS), others, policy
            )
        ),
    )


def _rows(asker: Asker, references: Sequence[Policy], policy: Policy) -> Iterator[ComparedRow]:
    """Compare element by element; rows in which neither asks are left out."""
    guideline = _of_kind(references, Kind.GUIDELINE)
    label = _of_kind(references, Kind.LABEL)
    table = restrictiveness(asker, references, [policy])
    mine = name_of(policy)
    labels = {name: each.label for name, each in policy.dictionary.elements.items()}
    for row in table.rows:
        standing = row.standings.get((mine, guideline), Standing.NEITHER)
        told = ComparedRow(
            label=" / ".join(labels_of(row, table)),
            policy=_in_words(asks(row, mine), labels),
            policy_reading=reading(row, mine),
            guideline=_in_words(asks(row, guideline), labels),
            guideline_reading=reading(row, guideline),
            labelling=_in_words(asks(row, label), labels),
            labelling_reading=reading(row, label),
            standing=str(standing.value),
        )
        if told.policy or told.guideline or told.labelling:
            yield told


def _in_words(test: str, labels: Mapping[str, str]) -> str:
    """Say a test for a reader who does not know our notation."""
    words = {**_COMPARED, **labels}
    return _NOTATION.sub(lambda found: words.get(found[0], found[0]), test)


def _of_kind(policies: Sequence[Policy], kind: Kind) -> str:
    return next((name_of(each) for each in policies if each.about.kind is kind), "")


def _contrasts(asker: Asker, references: Sequence[Policy], policy: Policy) -> Iterator[Contrast]:
    """Say what no patient on the label can meet, where that is proved."""
    for each in references:
        if each.about.kind is not Kind.LABEL:
            continue
        reply = can_be_met(asker, Statement(policy), Statement(each))
        if reply.holds is False and reply.outcome is Outcome.PROVED:
            steps = reply.proof
            yield Contrast(
                policy=name_of(policy),
                sentence=sentence(reply),
                clauses=tuple(_clauses([one for step in steps for one in step.clauses])),
                premises=tuple(_clauses([one for step in steps for one in step.premises])),
                readings=tuple(
                    f"{part.clause.id}: {part.because}"
                    for part in reply.parts
                    if part.question is Question.READING and part.clause
                ),
            )


def _clauses(clauses: Sequence[Clause]) -> Iterator[str]:
    for each in dict.fromkeys((one.policy, one.id, one.sentence, one.reading) for one in clauses):
        policy, number, words, read = each
        yield f"{policy} {number}: {words} ({read})"
