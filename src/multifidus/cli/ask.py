"""`multifidus policy ask`: find what is asked about on the shelf, ask, and tell the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.analysis import clauses, questions
from multifidus.analysis.inquiry import Asker
from multifidus.analysis.prove import Prover
from multifidus.analysis.report import report_reply
from multifidus.analysis.statement import Statement
from multifidus.cli.commands.proofs import NO_PREMISES
from multifidus.cli.library import open_shelf
from multifidus.cli.reply_text import show_reply
from multifidus.errors import MultifidusError, Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.analysis.reply import Reply
    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf

_COMMAND = "multifidus policy"
_ON_PREMISES = ("can-be-met", "never-met")
_OF_POLICIES = ("dead", "conflicts", "difference", "never-met", "reading")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as somebody typed it."""

    question: str
    subjects: tuple[str, ...]
    given: tuple[str, ...] = ()
    clause: str = ""
    premises: tuple[str, ...] = ()
    """Names of premises; none named: those that the question assumes by itself."""
    on: date
    limit: float
    library: tuple[Path, ...] = ()


def answer_in_text(asked: Asked) -> str:
    """Answer a question for people."""
    found = _find(asked)
    told = show_reply(_answer(asked, found))
    late = [
        f"{each.name.partition(':')[0]} is not in force on {asked.on}."
        for each in found.statements
        if not each.policy.about.in_force.include(asked.on)
    ]
    return "\n".join([told, *dict.fromkeys(late)])


def answer_in_json(asked: Asked) -> str:
    """Answer a question for programs."""
    told = report_reply(_answer(asked, _find(asked)), version=__version__)
    return json.dumps(told, indent=2, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What a question is about, as it stands on the shelf."""

    statements: tuple[Statement, ...]
    premises: tuple[Policy, ...]


def _find(asked: Asked) -> _Found:
    """Find what is named; raises `RequestError` with all names that are not known."""
    problems: list[Problem] = []
    with open_shelf(asked.library) as shelf:
        statements = [
            statement
            for name in (*asked.subjects, *asked.given)
            for statement in _statements(shelf, name, asked, problems)
        ]
        premises = premises_named(shelf, asked.premises, asked.on, problems)
        if not asked.premises and asked.question in _ON_PREMISES:
            premises = all_premises(shelf, asked.on)
    if problems:
        raise RequestError(*problems)
    return _Found(statements=tuple(statements), premises=tuple(premises))


def _answer(asked: Asked, found: _Found) -> Reply:
    policies = [each.policy for each in found.statements]
    different = {id(each): each for each in (*policies, *found.premises)}
    prover = Prover(list(different.values()), on=asked.on)
    asker = Asker(prover=prover, premises=found.premises, limit=asked.limit)
    return _ANSWERS[asked.question](asker, *found.statements)


_ANSWERS: dict[str, Callable[..., Reply]] = {
    "implies": questions.implies,
    "equivalent": questions.equivalent,
    "differs": questions.differs,
    "difference": questions.difference,
    "can-be-met": questions.can_be_met,
    "never-met": clauses.never_met,
    "dead": clauses.dead,
    "conflicts": clauses.conflicts,
    "reading": clauses.reading,
}


def _statements(
    shelf: Shelf, name: str, asked: Asked, problems: list[Problem]
) -> Sequence[Statement]:
    """Find a policy, or a clause of one; what is wrong is added to the problems."""
    policy_name, _, clause = name.partition(":")
    try:
        policy = shelf.read(shelf.find(policy_name, asked.on))
    except MultifidusError as error:
        problems += error.problems
        return ()
    if clause and asked.question in _OF_POLICIES:
        message = f"`{asked.question}` is asked of policies, and `{name}` is a clause"
        problems.append(Problem.at(_COMMAND, message, f"ask it of `{policy_name}`"))
        return ()
    clause = asked.clause or clause or policy.root.id
    found = [each for each in policy.criteria() if each.id == clause]
    if not found:
        ids = [each.id for each in policy.criteria() if each is not policy.root]
        message = f"`{policy_name}` has no clause `{clause}`"
        problems.append(Problem.at(_COMMAND, message, f"its clauses are: {', '.join(ids)}"))
        return ()
    if asked.question == "reading" and not found[0].readings:
        read = [each.id for each in policy.criteria() if each.readings]
        message = f"no other reading of `{clause}` is written down in `{policy_name}`"
        hint = f"clauses with a reading are: {', '.join(read) or 'none'}"
        problems.append(Problem.at(_COMMAND, message, hint))
        return ()
    return (Statement(policy, clause),)


def premises_named(
    shelf: Shelf, names: Sequence[str], on: date, problems: list[Problem]
) -> list[Policy]:
    """Find the premises of these names; `none` stands for none."""
    found: list[Policy] = []
    for name in names:
        if name == NO_PREMISES:
            continue
        try:
            shelved = shelf.find(name, on)
            if shelved.answers:
                known = [each.id for each in shelf.entries if not each.answers]
                message = f"`{name}` is a policy, not premises"
                hint = f"the premises on the shelf are: {', '.join(known) or 'none'}"
                problems.append(Problem.at(_COMMAND, message, hint))
            else:
                found.append(shelf.read(shelved))
        except MultifidusError as error:
            problems += error.problems
    return found


def all_premises(shelf: Shelf, on: date) -> list[Policy]:
    """Give all premises on the shelf that hold on a day."""
    return [
        shelf.read(each) for each in shelf.entries if not each.answers and each.in_force.include(on)
    ]
