"""
An answer about policies as text for a terminal.

First the answer in one sentence, then what it rests on: the clauses that clash or the made-up
patient, the premises, and how well the clauses were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.analysis.reply import Outcome, Question
from multifidus.cli.lines import Lines
from multifidus.cli.words import count_words
from multifidus.core.citation import OF_SOURCES, ReadingStatus
from multifidus.core.determination import Answer
from multifidus.core.policy import Sense
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.analysis.reply import Clause, Reply, Step, Told, Witness

_OUTCOMES = {
    Outcome.PROVED: "Proved",
    Outcome.WITNESS: "Shown by a made-up patient",
    Outcome.NOT_DECIDED: "Not decided",
}
_ANSWERS = {Answer.MET: "met", Answer.NOT_MET: "not met", Answer.MORE_INFORMATION: "open"}
_TRUTHS = {
    (Sense.FOR, Truth.TRUE): "met",
    (Sense.FOR, Truth.FALSE): "not met",
    (Sense.AGAINST, Truth.TRUE): "applies",
    (Sense.AGAINST, Truth.FALSE): "does not apply",
}
_OTHER_GROUNDS = "Nor, without the premise above, can these"
LABEL_WIDTH = 38


def show_reply(reply: Reply) -> str:
    """Tell an answer."""
    return "\n".join(_Page().reply(reply))


def sentence(reply: Reply) -> str:
    """Say the answer in one sentence."""
    first, *others = reply.about
    both = " and ".join(reply.about)
    if reply.holds is None:
        return f"{_subject(reply)}: {reply.because}."
    on_premises = f", granted {', '.join(reply.premises)}" if reply.premises else ""
    match reply.question, reply.holds:
        case Question.IMPLIES, True:
            words = f"Whoever meets {first} meets {others[0]}"
        case Question.IMPLIES, False:
            words = f"Not everybody who meets {first} meets {others[0]}{_for_want(reply)}"
        case (Question.EQUIVALENT, True) | (Question.DIFFERS, False):
            words = f"The same patients meet {both}"
        case (Question.EQUIVALENT, False) | (Question.DIFFERS, True):
            words = f"A patient can meet one of {both} and not the other"
        case Question.CAN_BE_MET, True:
            words = f"A patient can meet {both}"
        case Question.CAN_BE_MET, False:
            words = f"No patient can meet {both}" + (" together" if others else "")
        case Question.NEVER_MET, True:
            words = f"Nobody who meets {' and '.join(others)} can meet {first}"
        case Question.NEVER_MET, False:
            words = f"Who meets {' and '.join(others)} can meet {first}"
        case _:
            words = _of_clauses(reply)
    return f"{words}{on_premises}."


def _of_clauses(reply: Reply) -> str:
    first, *others = reply.about
    found = count_words(len(reply.parts), "clause")
    match reply.question, reply.holds:
        case Question.DEAD, True:
            return f"In {first}, {found} can be spared or never hold"
        case Question.DEAD, False:
            return f"Every clause of {first} changes the answer for some patient"
        case Question.CONFLICTS, True:
            never = f"No patient can meet {first}"
            return never if reply.proof else f"Clauses of {first} exclude each other"
        case Question.CONFLICTS, False:
            return f"No two clauses of {first} exclude each other, and a patient can meet all"
        case Question.DIFFERENCE, True:
            return f"To make {others[0]} of {first}, {found} would have to go or to come"
        case Question.DIFFERENCE, False:
            return f"{first} and {others[0]} ask the same"
        case Question.READING, True:
            return f"The other reading of {first} changes the answer for some patient"
        case _:
            return f"The other reading of {first} changes no answer"


def _for_want(reply: Reply) -> str:
    """Name what the witness lacks, where it is one thing."""
    told = reply.witness.told[-1] if reply.witness else None
    if told is None or len(told.deciding) != 1:
        return ""
    return f", for want of {_named(told.deciding[0])}"


def _subject(reply: Reply) -> str:
    return f"{reply.question.value.replace('-', ' ')} {', '.join(reply.about)}"


class _Page(Lines):
    """Lays out an answer."""

    def reply(self, reply: Reply) -> Iterator[str]:
        yield self.paint(_OUTCOMES[reply.outcome], "head")
        yield from self.wrapped(sentence(reply), "")
        if reply.holds is None:
            seconds = f"The limit was {reply.limit:g} seconds; --limit gives more."
            if "time" in reply.because:
                yield from self.wrapped(seconds, "")
            return
        if reply.because:
            yield from self.wrapped(f"{reply.because}.", "")
        yield from self.proof(reply)
        if reply.witness and reply.question is not Question.DIFFERENCE:
            yield from self.witness(reply.witness)
        yield from self.parts(reply)
        yield from self.premises(reply)
        yield from self.read(reply)
        yield ""
        yield from self.wrapped(
            "These are findings about the policies as they were transcribed. A person decides.", ""
        )

    # Proofs

    def proof(self, reply: Reply) -> Iterator[str]:
        steps = reply.proof if reply.outcome is Outcome.PROVED else ()
        for number, step in enumerate(each for each in steps if each.shows is None):
            yield ""
            alone = len(step.clauses) + len(step.premises) == 1
            head = "This cannot hold" if alone else "These cannot hold together"
            yield self.paint(head if number == 0 else _OTHER_GROUNDS, "head")
            for clause in step.clauses:
                yield from self.clause(clause)
            for premise in step.premises:
                yield from self.wrapped(f"{premise.policy} {_named(premise)}", "  ", hang="  ")
        shown = [step for step in steps if step.shows]
        if shown:
            yield ""
            yield self.paint("What follows from what", "head")
            for step in shown:
                yield from self.follows(step)

    def follows(self, step: Step) -> Iterator[str]:
        if step.shows is None:
            return
        grounds = [f"{_policy(each)} {each.id}" for each in (*step.clauses, *step.premises)]
        words = f"from {', '.join(grounds)}" if grounds else "always"
        named = _named(step.shows)
        if len(named) < LABEL_WIDTH:
            yield from self.wrapped(f"{named:<{LABEL_WIDTH}}{words}", "  ", hang=" " * LABEL_WIDTH)
            return
        yield from self.wrapped(named, "  ", hang="  ")
        yield from self.wrapped(words, "  " + " " * LABEL_WIDTH)

    def clause(self, clause: Clause) -> Iterator[str]:
        known = _TRUTHS.get((clause.sense, clause.truth), "open")
        yield from self.wrapped(f"{_policy(clause)} {_named(clause)}: {known}", "  ", hang="  ")
        yield from self.text_of(clause)

    def asks(self, clause: Clause) -> Iterator[str]:
        yield from self.wrapped(f"{_policy(clause)} {_named(clause)}", "  ", hang="  ")
        yield from self.text_of(clause)

    def text_of(self, clause: Clause) -> Iterator[str]:
        yield from self.wrapped(clause.sentence, "      ")
        if clause.test:
            yield from self.wrapped(f"`{clause.test}`", "      ")
        yield from self.wrapped(_sources(clause), "      ")

    # Witnesses

    def witness(self, witness: Witness) -> Iterator[str]:
        yield ""
        day = witness.case.service.date
        yield self.paint(f"A made-up patient, service on {day}", "head")
        for detail in witness.details:
            yield from self.wrapped(
                f"{detail.label:<{LABEL_WIDTH}}{detail.value}", "  ", hang=" " * LABEL_WIDTH
            )
        yield from self.wrapped("What is not listed can be anything.", "  ")
        yield ""
        yield self.paint("What is made of this patient", "head")
        for told in witness.told:
            yield from self.told(told)

    def told(self, told: Told) -> Iterator[str]:
        word = _ANSWERS[told.answer]
        yield f"  {told.about:<{LABEL_WIDTH}}{self.paint(word, word)}"
        if told.answer is not Answer.MET:
            for clause in told.deciding:
                yield from self.clause(clause)

    # Parts of an answer

    def parts(self, reply: Reply) -> Iterator[str]:
        match reply.question:
            case Question.CAN_BE_MET | Question.NEVER_MET:
                yield from self.settled(reply.parts)
                yield from self.without_premises(reply.parts)
                yield from self.read_otherwise(reply.parts)
            case Question.DIFFERS | Question.EQUIVALENT:
                yield from self.directions(reply.parts)
            case Question.READING:
                for part in reply.parts:
                    yield from self.directions(part.parts)
            case Question.DEAD if reply.holds:
                yield from self.idle(reply.parts)
            case Question.CONFLICTS:
                for part in reply.parts:
                    yield from self.proof(part)
            case Question.DIFFERENCE:
                yield from self.changes(reply.parts)
            case _:
                return

    def without_premises(self, parts: Sequence[Reply]) -> Iterator[str]:
        for part in parts:
            if part.question is Question.CAN_BE_MET and part.witness:
                yield ""
                yield self.paint("Without the premises", "head")
                yield from self.wrapped(sentence(part), "")
                yield from self.witness(part.witness)

    def read_otherwise(self, parts: Sequence[Reply]) -> Iterator[str]:
        """Tell the readings of which the proof is no better."""
        chosen = [part for part in parts if part.question is Question.READING]
        if chosen:
            yield ""
            yield self.paint("Readings that the proof rests on", "head")
        for part in chosen:
            if part.clause:
                yield from self.wrapped(
                    f"{part.clause.policy} {_named(part.clause)}", "  ", hang="  "
                )
                yield from self.wrapped(part.because, "      ")
                yield from self.wrapped("On the other reading a patient can meet all.", "      ")

    def settled(self, parts: Sequence[Reply]) -> Iterator[str]:
        heads = {
            "against": "Never in the patient's favour",
            "for": "Always in the patient's favour",
        }
        for side, head in heads.items():
            chosen = [part for part in parts if _side(part) == side]
            if chosen:
                yield ""
                yield self.paint(head, "head")
            for part in chosen:
                for step in part.proof:
                    yield from self.follows(step)

    def directions(self, parts: Sequence[Reply]) -> Iterator[str]:
        yield ""
        yield self.paint("Each way", "head")
        for part in parts:
            mark = _OUTCOMES[part.outcome].lower()
            yield from self.wrapped(f"{sentence(part)} ({mark})", "  ", hang="  ")

    def idle(self, parts: Sequence[Reply]) -> Iterator[str]:
        words = {
            Question.CLAUSE_NEVER_HOLDS: "never holds",
            Question.CLAUSE_ALWAYS_HOLDS: "always holds",
            Question.CLAUSE_MATTERS: "changes no answer when it is left out",
        }
        for part in parts:
            if part.clause is None:
                continue
            yield ""
            yield from self.wrapped(f"{_named(part.clause)} {words[part.question]}", "")
            for step in part.proof:
                if step.clauses or step.premises:
                    yield from self.follows(step)

    def changes(self, parts: Sequence[Reply]) -> Iterator[str]:
        gone = _clauses(parts, Question.CLAUSE_DROPPED)
        come = _clauses(parts, Question.CLAUSE_ADDED)
        for old in list(gone):
            new = [each for each in come if set(each.elements) == set(old.elements)]
            if new:
                yield ""
                yield self.paint("Would have to change", "head")
                yield from self.asks(old)
                yield "  to"
                for each in new:
                    yield from self.asks(each)
                    come.remove(each)
                gone.remove(old)
        for head, clauses in (("Would have to go", gone), ("Would have to come", come)):
            if clauses:
                yield ""
                yield self.paint(head, "head")
            for clause in clauses:
                yield from self.asks(clause)

    # What it rests on

    def premises(self, reply: Reply) -> Iterator[str]:
        if not reply.premises:
            return
        used = {
            (each.policy, each.id): each
            for one in (reply, *reply.parts)
            for step in one.proof
            for each in step.premises
        }
        yield ""
        yield self.paint("Premises that the proof rests on", "head")
        if not used:
            yield "  none"
        for clause in used.values():
            yield from self.clause(clause)

    def read(self, reply: Reply) -> Iterator[str]:
        yield ""
        yield self.paint("How well the clauses were read", "head")
        for policy, counts in reply.read.items():
            told = [each for each in ReadingStatus if counts[each] or each in OF_SOURCES]
            words = ", ".join(f"{counts[each]} {each}" for each in told)
            yield from self.wrapped(f"{policy:<{LABEL_WIDTH}}{words}", "  ")


def _named(clause: Clause) -> str:
    return f"{clause.id} {clause.title}".strip().rstrip(".")


def _policy(clause: Clause) -> str:
    """Name its policy; with a clause left out it is still that policy."""
    return clause.policy.partition("+without-")[0]


def _clauses(parts: Sequence[Reply], question: Question) -> list[Clause]:
    return [part.clause for part in parts if part.question is question and part.clause]


def _sources(clause: Clause) -> str:
    cited = "; ".join(f"{each.source}, {each.place}" for each in clause.citations)
    return f"{clause.reading}: {cited}" if cited else clause.reading


def _side(part: Reply) -> str:
    """Tell whom a settled clause favours: what never holds of a contraindication is good news."""
    settled = (Question.CLAUSE_ALWAYS_HOLDS, Question.CLAUSE_NEVER_HOLDS)
    if part.clause is None or part.question not in settled:
        return ""
    holds = part.question is Question.CLAUSE_ALWAYS_HOLDS
    return "for" if holds is (part.clause.sense is Sense.FOR) else "against"
