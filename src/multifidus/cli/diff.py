"""`multifidus policy diff`: two policies by what they mean, as text or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.analysis.inquiry import Asker
from multifidus.analysis.matrix import Relation
from multifidus.analysis.prove import Prover
from multifidus.analysis.statement import Statement
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.core.citation import ReadingStatus
from multifidus.core.policy import Sense, Stance
from multifidus.core.words import REPORTED, in_force_words
from multifidus.errors import MultifidusError, Problem, RequestError
from multifidus.library.comparison import Change, Comparison, compare
from multifidus.library.topics import SERVICE, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.analysis.reply import Reply, Witness
    from multifidus.analysis.statement import Claim
    from multifidus.core.policy import Criterion, Policy
    from multifidus.library.comparison import Finding

HEADS = {
    Change.CLASHING: "Clashing: no patient meets both",
    Change.TIGHTENED: "Tightened",
    Change.LOOSENED: "Loosened",
    Change.CHANGED: "Changed: stricter for some patients, looser for others",
    Change.ADDED: "Added",
    Change.DROPPED: "Dropped",
    Change.NOT_TOLD: "Asked by one; of the other reports alone were read, and they do not tell",
    Change.NOT_DECIDED: "Not decided within the limit",
    Change.UNKNOWN: "Unknown: of one side nobody has read the position",
    Change.SILENT: "Not compared: one side does not speak of the service",
    Change.SAME: "The same",
}
_ONE_SIDED = (Change.UNKNOWN, Change.SILENT, Change.NOT_TOLD)
"""Words for a side that claims nothing, and of which that is no finding."""
_WHOLES = {
    Relation.SAME: "{second} asks the same as {first}",
    Relation.STRICTER: "{second} is stricter than {first}: whoever meets it meets {first} too",
    Relation.LOOSER: "{second} is looser than {first}: whoever meets {first} meets it too",
    Relation.INCOMPARABLE: "Neither is stricter: some patients meet only {first}, some only"
    " {second}, some both",
    Relation.DISJOINT: "Neither is stricter: no patient meets both {first} and {second}",
    Relation.NOT_DECIDED: "Not decided within the limit: how {second} stands to {first}",
}
CLOSING = "These are findings about the policies as they were transcribed. A person decides."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants compared: the policy that was, and the one that is looked at."""

    first: str
    second: str
    on: date
    limit: float
    library: tuple[Path, ...] = ()


def diff_in_text(wanted: Wanted) -> str:
    """Tell how the second policy differs from the first."""
    return "\n".join(_Page().page(_compared(wanted)))


def diff_in_json(wanted: Wanted) -> str:
    """Tell it for programs."""
    told = _report(_compared(wanted))
    return json.dumps(told, indent=2, ensure_ascii=False)


def _compared(wanted: Wanted) -> Comparison:
    """Find both policies, and compare; raises `RequestError` with all names that are not known."""
    problems: list[Problem] = []
    found: list[Policy] = []
    with open_shelf(wanted.library) as shelf:
        for name in (wanted.first, wanted.second):
            try:
                found.append(shelf.read(shelf.choose(name, wanted.on).shelved))
            except MultifidusError as error:
                problems += error.problems
    if problems:
        raise RequestError(*problems)
    first, second = found
    return compared_policies(first, second, on=wanted.on, limit=wanted.limit)


def compared_policies(first: Policy, second: Policy, *, on: date, limit: float) -> Comparison:
    """Compare two policies for a day of service."""
    asker = Asker(prover=Prover([first, second], on=on), limit=limit)
    return compare(asker, Statement(first), Statement(second))


def verdict(compared: Comparison) -> str:
    """Say how the second stands to the first, as wholes, in a sentence."""
    names = {"first": compared.first.name, "second": compared.second.name}
    sides = (compared.first, compared.second)
    without = {
        Stance.UNREAD: "nobody has read the position of {}",
        Stance.SILENT: "{} does not speak of the service",
    }
    told = [
        without[stance].format(each.name)
        for each in sides
        if (stance := each.policy.about.stance) in without
    ]
    if told:
        return f"Not compared: {', and '.join(told)}"
    if compared.whole is Relation.NEVER_MET:
        never = [each.name for each in sides if each.policy.about.stance is Stance.EXCLUDED]
        words = " and ".join(never) or "one of the two"
        verb = "exclude" if len(never) > 1 else "excludes"
        return f"{words} {verb} the service whatever the chart says" if never else _NOBODY
    return _WHOLES[compared.whole].format(**names)


_NOBODY = "One of the two is met by nobody"


class _Page(Lines):
    """Lays out a comparison."""

    def page(self, compared: Comparison) -> Iterator[str]:
        first, second = compared.first, compared.second
        yield self.paint(f"{first.name} → {second.name}", "head")
        for each in (first, second):
            about = each.policy.about
            words = f"{each.name}: {about.title}; {in_force_words(about.in_force)}; {about.stance}"
            yield from self.wrapped(words, "  ", hang="  ")
        yield ""
        yield from self.wrapped(f"{verdict(compared)}.", "")
        for each in (first, second):
            if each.policy.is_reported:
                yield from self.wrapped(REPORTED.format(each.name), "")
        for answer in compared.answers:
            yield from self.answer(answer)
        for change, head in HEADS.items():
            chosen = [each for each in compared.findings if each.change is change]
            if chosen:
                yield ""
                yield self.paint(head, "head")
            for finding in chosen:
                yield from self.finding(finding, compared)
        yield from self.known(compared)
        yield ""
        yield from self.wrapped(CLOSING, "")

    def answer(self, answer: Reply) -> Iterator[str]:
        if answer.witness:
            met, missed = answer.about
            yield ""
            yield from self.wrapped(f"A made-up patient who meets {met} and not {missed}", "")
            yield from self.patient(answer.witness, "  ")

    def patient(self, witness: Witness, indent: str) -> Iterator[str]:
        told = [f"{each.label}: {each.value}" for each in witness.details]
        yield from self.wrapped("; ".join(told), indent)

    def finding(self, finding: Finding, compared: Comparison) -> Iterator[str]:
        yield f"  {title(finding, compared)}"
        topic = finding.topic
        for mark, claims, side in (
            ("-", topic.first, compared.first),
            ("+", topic.second, compared.second),
        ):
            marked = "=" if finding.change is Change.SAME else mark
            for claim in claims:
                yield from self.claim(claim, marked)
            if not claims and finding.change in _ONE_SIDED:
                yield f"    {mark} {side.name}: {finding.change.value}"
        for answer in finding.answers:
            if answer.witness and answer.holds is False:
                told = "; ".join(f"{each.label}: {each.value}" for each in answer.witness.details)
                yield from self.wrapped(
                    f"meets {answer.about[0]} only: {told}", "      ", hang="  "
                )

    def claim(self, claim: Claim, mark: str) -> Iterator[str]:
        yield from self.wrapped(f"{mark} {words_of([claim])}", "    ", hang="  ")
        for criterion in sentences(claim):
            against = claim.about.policy.sense(criterion) is Sense.AGAINST
            side = ", speaks against" if against else ""
            words = f"{criterion.id}, {criterion.reading}{side}: {criterion.sentence}"
            yield from self.wrapped(words, "      ", hang="  ")

    def known(self, compared: Comparison) -> Iterator[str]:
        for each in (compared.first, compared.second):
            if each.policy.about.stance.is_without_position:
                yield ""
                yield self.paint(f"What is known of {each.name}", "head")
                for clause in each.policy.clauses():
                    words = f"{clause.id}, {clause.reading}: {clause.sentence}"
                    yield from self.wrapped(words, "  ", hang="  ")


def side_without(finding: Finding) -> str:
    """Say of a side that claims nothing that it does not ask, or why that is not known."""
    return finding.change.value if finding.change in _ONE_SIDED else "not asked"


def title(finding: Finding, compared: Comparison) -> str:
    """Name a topic in the words of the dictionary."""
    elements = {
        **compared.first.policy.dictionary.elements,
        **compared.second.policy.dictionary.elements,
    }
    labels = [elements[name].label for name in finding.topic.elements]
    return " / ".join(labels) or SERVICE[0].upper() + SERVICE[1:]


def sentences(claim: Claim) -> Sequence[Criterion]:
    """Give the criterion that a claim is about, and those that spell it out."""
    return tuple(claim.about.criterion.walk())


def reading_of(claim: Claim) -> ReadingStatus:
    """Say how well a claim was read: no better than the least well read of its criteria."""
    return max((each.reading for each in sentences(claim)), key=list(ReadingStatus).index)


def _report(compared: Comparison) -> dict[str, object]:
    """Tell a comparison in names that stay."""
    return {
        "multifidus": __version__,
        "first": _side(compared.first),
        "second": _side(compared.second),
        "second_is": compared.whole.value,
        "verdict": verdict(compared),
        "witnesses": _witnesses(compared.answers),
        "topics": [
            {
                "elements": list(each.topic.elements),
                "change": each.change.value,
                "first": [_claim(claim) for claim in each.topic.first],
                "second": [_claim(claim) for claim in each.topic.second],
                "witnesses": _witnesses(each.answers),
            }
            for each in compared.findings
        ],
    }


def _side(statement: Statement) -> dict[str, object]:
    about = statement.policy.about
    return {
        "policy": about.id,
        "version": about.version,
        "title": about.title,
        "body": about.body,
        "stance": about.stance.value,
        "reported": statement.policy.is_reported,
        "in_force": str(about.in_force),
    }


def _claim(claim: Claim) -> dict[str, object]:
    criteria = sentences(claim)
    return {
        "requires": words_of([claim]),
        "reading": reading_of(claim).value,
        "clauses": [
            {"id": each.id, "sentence": each.sentence, "reading": each.reading.value}
            for each in criteria
        ],
    }


def _witnesses(answers: Sequence[Reply]) -> list[dict[str, object]]:
    return [
        {
            "meets": each.about[0],
            "not": each.about[1],
            "patient": {detail.element: detail.value for detail in each.witness.details},
        }
        for each in answers
        if each.witness
    ]
