"""
Promise 7: a witness, put through the evaluator, gets the answer that was claimed for it.

The solver is held against brute force over small domains, pair by pair; every witness of every
question over the whole library is put through `determine`; and a route to *met* has a witness too.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import chain, combinations, islice, permutations
from time import monotonic
from typing import TYPE_CHECKING

from hypothesis import assume, given

from multifidus.analysis import clauses, questions
from multifidus.analysis.inquiry import Asker
from multifidus.analysis.prove import Prover
from multifidus.analysis.reply import Outcome, Question
from multifidus.analysis.statement import Statement, truths
from multifidus.core.determination import Answer, determine
from multifidus.core.policy import Kind
from multifidus.core.route import MOST_ROUTES, witnessed_routes
from multifidus.core.truth import Truth
from multifidus.library.shelf import shipped
from tests.promises.pairs import groups
from tests.promises.strategies import cases, policies, supplied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from multifidus.analysis.reply import Reply
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

PAIRS = 2_000
GROUP = 8
ON = date(2026, 6, 1)
SHORTEST, PATIENCE = 0.001, 5.0
"""Seconds: a limit that nothing can keep, and what nobody would call a hang."""

OTHER_READING = "+other-reading-of-"


# The solver against brute force


def test_the_solver_and_brute_force_agree_on_two_thousand_pairs() -> None:
    """Implied is what no case of the whole domain breaks; everything else has a witness."""
    seen = []
    for drawn, domain in islice(groups(seed=7, of=GROUP), PAIRS // (GROUP * (GROUP - 1)) + 1):
        asker = Asker(prover=Prover(drawn, on=ON), limit=60)
        met = [[_is_met(policy, case) for case in domain] for policy in drawn]
        for one, other in permutations(range(GROUP), 2):
            reply = questions.implies(asker, Statement(drawn[one]), Statement(drawn[other]))
            counterexamples = [a and not b for a, b in zip(met[one], met[other], strict=True)]
            assert any(counterexamples) is not reply.holds, (drawn[one], drawn[other])
            _borne_out(reply, {Statement(each).name: each for each in drawn})
            seen.append(reply.holds)

    assert PAIRS <= len(seen)
    # Neither answer is so rare that the other could be a habit.
    assert PAIRS // 10 < seen.count(True) < len(seen) - PAIRS // 10


def _is_met(policy: Policy, case: Case) -> bool:
    return truths(policy, case)[policy.root.id] is Truth.TRUE


# Every witness over the library


@cache
def library() -> tuple[Policy, ...]:
    """Read every version of every policy on the shelf."""
    shelf = shipped()
    return tuple(shelf.read(each) for each in shelf.entries)


@cache
def asker(limit: float = 60.0) -> Asker:
    """Ask of the whole library."""
    premises = tuple(each for each in library() if each.about.kind is Kind.PREMISES)
    return Asker(prover=Prover(library(), on=ON), premises=premises, limit=limit)


def every_question(asker: Asker) -> Iterator[Callable[[], Reply]]:
    """Ask every question of every policy, and of every two of which something was read."""
    statements = [Statement(each) for each in library()]
    label = next(each for each in statements if each.policy.about.kind is Kind.LABEL)
    for one in statements:
        yield lambda one=one: clauses.dead(asker, one)  # type: ignore[misc]
        yield lambda one=one: clauses.conflicts(asker, one)  # type: ignore[misc]
        yield lambda one=one: questions.can_be_met(asker, one)  # type: ignore[misc]
        yield lambda one=one: clauses.never_met(asker, one, label)  # type: ignore[misc]
        for clause in (each for each in one.policy.criteria() if each.readings):
            about = one.at(clause.id)
            yield lambda about=about: clauses.reading(asker, about)  # type: ignore[misc]
    read = [each for each in statements if each.is_read]
    for one, other in permutations(read, 2):
        yield lambda one=one, other=other: questions.implies(asker, one, other)  # type: ignore[misc]
    for one, other in combinations(read, 2):
        yield lambda one=one, other=other: questions.can_be_met(asker, one, other)  # type: ignore[misc]
    for other in read:
        yield lambda other=other: questions.differs(asker, label, other)  # type: ignore[misc]
        yield lambda other=other: questions.difference(asker, label, other)  # type: ignore[misc]


def test_every_witness_over_the_library_gets_the_answer_that_was_claimed() -> None:
    known = {f"{each.about.id}@{each.about.version}": each for each in library()}
    witnesses = sum(_borne_out(ask(), known) for ask in every_question(asker()))

    assert witnesses > len(library())


def _borne_out(reply: Reply, known: dict[str, Policy]) -> int:
    """Put each witness of a reply through the evaluator; count them."""
    count = 0
    for part in _with_parts(reply):
        if part.witness is None:
            continue
        count += 1
        told = {each.about: each.answer for each in part.witness.told}
        for name, answer in told.items():
            # With a clause left out it is another policy, which the evaluator does not know.
            if name in known:
                assert answer is determine(known[name], part.witness.case).answer
            if OTHER_READING in name:
                assert answer is _with_the_other_reading(name, known, part.witness.case)
        answers = list(told.values())
        match part.question, part.holds:
            case Question.CAN_BE_MET, True:
                assert {Answer.MET} == set(answers)
            case Question.IMPLIES, False:
                assert [Answer.MET, Answer.NOT_MET] == answers
            case _:
                assert part.outcome is Outcome.WITNESS or part.parts
    return count


def _with_the_other_reading(name: str, known: dict[str, Policy], case: Case) -> Answer:
    """Give what the determination itself tells of a reading that was not taken."""
    policy, _, clause = name.partition(OTHER_READING)
    effects = determine(known[policy], case).readings
    (effect,) = [each for each in effects if each.criterion == clause]
    return effect.answer


def _with_parts(reply: Reply) -> Iterator[Reply]:
    yield reply
    yield from chain.from_iterable(map(_with_parts, reply.parts))


# Time


def test_a_question_without_time_is_not_decided_and_ends() -> None:
    hurried = asker(SHORTEST)
    for ask in every_question(hurried):
        start = monotonic()
        reply = ask()

        assert monotonic() - start < PATIENCE
        assert (reply.holds is None) is (reply.outcome is Outcome.NOT_DECIDED)


def test_the_time_that_is_up_is_told_with_the_limit() -> None:
    label, guideline = (
        next(Statement(each) for each in library() if each.about.id == name)
        for name in ("fda-p190021", "isass-2025")
    )
    fresh = Asker(prover=Prover(library(), on=ON), limit=SHORTEST)
    reply = questions.implies(fresh, label, guideline)

    assert (None, Outcome.NOT_DECIDED, "the time was up", SHORTEST) == (
        reply.holds,
        reply.outcome,
        reply.because,
        reply.limit,
    )


# Routes


@given(policies(), cases())
def test_the_witness_of_a_route_makes_the_answer_met(policy: Policy, case: Case) -> None:
    assume(determine(policy, case).answer is Answer.MORE_INFORMATION)

    for route, witness in witnessed_routes(policy, case):
        assert set(route.elements) == set(witness)
        assert Answer.MET is determine(policy, supplied(case, dict(witness))).answer


@given(policies(), cases())
def test_no_element_of_a_route_can_be_spared(policy: Policy, case: Case) -> None:
    assume(determine(policy, case).answer is Answer.MORE_INFORMATION)

    for route, witness in witnessed_routes(policy, case):
        for spared in route.elements:
            rest = {name: value for name, value in witness.items() if name != spared}
            assert Answer.MET is not determine(policy, supplied(case, rest)).answer


@given(policies(), cases())
def test_routes_speak_of_open_elements_only_and_none_holds_another(
    policy: Policy, case: Case
) -> None:
    determination = determine(policy, case)
    routes = [frozenset(route.elements) for route in determination.routes]

    assert len(routes) <= MOST_ROUTES
    assert all(route <= {each.element for each in determination.open} for route in routes)
    assert not any(one < other for one in routes for other in routes)


@given(policies(each_once=True), cases(exact=True))
def test_an_open_answer_has_a_route_if_no_element_is_tested_twice(
    policy: Policy, case: Case
) -> None:
    determination = determine(policy, case)

    assert (determination.answer is Answer.MORE_INFORMATION) == bool(determination.routes)
