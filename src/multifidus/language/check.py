"""
Static checks: what a policy's words mean, against the dictionary and against each other.

Errors are what no policy may have; notes are sentences that a person should look at.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from difflib import get_close_matches
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from multifidus.core.case import Basis, Case, Fact, Service
from multifidus.core.citation import ReadingStatus
from multifidus.core.demand import candidates
from multifidus.core.determination import evaluate
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Holds,
    Matches,
    Not,
    Part,
    elements_of,
    leaves,
    notation,
    parts_of,
)
from multifidus.core.place import STATES
from multifidus.core.policy import Stance
from multifidus.core.quantity import UNITS, Counting, Operator, Quantity, compare
from multifidus.core.truth import Truth
from multifidus.errors import Place, PolicyError, Problem, Severity
from multifidus.language.cases import DEFAULT_DATE, read_cases, run_cases
from multifidus.language.read import parse_policy, read_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.expression import Leaf
    from multifidus.core.policy import Criterion, Obligation, Policy

MOST_COMBINATIONS = 4000

_WORDS = {
    word: str(n)
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}
_UNIT_WORDS = sorted((*UNITS, "%"), key=len, reverse=True)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<number>\d+(?:\.\d+)?|{'|'.join(_WORDS)})[\s-]*"
    rf"(?P<unit>{'|'.join(map(re.escape, _UNIT_WORDS))})(?![a-z])",
    re.IGNORECASE | re.ASCII,
)
_PHRASES = {
    "at least": Operator.AT_LEAST,
    "no less than": Operator.AT_LEAST,
    "not less than": Operator.AT_LEAST,
    "no fewer than": Operator.AT_LEAST,
    "more than": Operator.MORE,
    "over": Operator.MORE,
    "above": Operator.MORE,
    "at most": Operator.AT_MOST,
    "no more than": Operator.AT_MOST,
    "not more than": Operator.AT_MOST,
    "up to": Operator.AT_MOST,
    "less than": Operator.LESS,
    "fewer than": Operator.LESS,
    "under": Operator.LESS,
    "below": Operator.LESS,
    "exactly": Operator.EQUAL,
}
_BEFORE = re.compile(rf"\b({'|'.join(sorted(_PHRASES, key=len, reverse=True))})\s+$", re.IGNORECASE)
_CONTRARY = {
    Operator.AT_LEAST: Operator.LESS,
    Operator.LESS: Operator.AT_LEAST,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
    Operator.EQUAL: Operator.EQUAL,
}
_QUOTED = re.compile(r"[\"“][^\"”]{25,}[\"”]")
_ASKS_RECORD = re.compile(r"(^|_)(recorded|documented|on_file|available|exists)(_|$)")


def check_policy(
    text: str,
    *,
    sources_text: str,
    dictionaries: Mapping[str, Dictionary],
    file: str = "policy.md",
    cases_text: str | None = None,
) -> tuple[Policy | None, tuple[Problem, ...]]:
    """
    Read a policy and find everything that is wrong with it, its sources and its worked cases.

    The policy is None when there are errors; notes alone do not stand in its way.
    """
    policy, found = parse_policy(
        text, sources_text=sources_text, dictionaries=dictionaries, file=file
    )
    problems = list(found)
    if policy is not None:
        problems += list(_Check(policy, file).problems())
        if cases_text is not None:
            cases_file = file.replace("policy.md", "cases.md")
            cases, wrong = read_cases(cases_text, dictionary=policy.dictionary, file=cases_file)
            problems += wrong
            if not any(problem.severity is Severity.ERROR for problem in problems):
                problems += run_cases(policy, cases)
    problems.sort(
        key=lambda each: (
            each.place.file != file,
            each.place.file,
            each.place.line,
            each.place.column,
        )
    )
    sound = policy is not None and not any(
        problem.severity is Severity.ERROR for problem in problems
    )
    return policy if sound else None, tuple(problems)


def read_sound_policy(
    content: bytes, *, sources: bytes, dictionaries: Mapping[str, Dictionary], file: str
) -> Policy:
    """Read the bytes of a policy; raises `PolicyError` with all errors, of its form or not."""
    policy = read_policy(content, sources=sources, dictionaries=dictionaries, file=file)
    found = _Check(policy, file).problems()
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        raise PolicyError(*errors)
    return policy


class _Check:
    """The checks of one policy."""

    def __init__(self, policy: Policy, file: str) -> None:
        self.policy = policy
        self.file = file
        self.names = policy.dictionary.elements

    def problems(self) -> Iterator[Problem]:
        yield from self.numbering()
        for criterion in self.policy.criteria():
            if criterion.is_group:
                yield from self.group(criterion)
            elif _was_read(criterion.test):
                yield from self.test(criterion, criterion.test, criterion.sentence, "the sentence")
                yield from self.logic_in_prose(criterion)
            yield from self.words(criterion)
            for reading in criterion.readings:
                at = replace(criterion, place=reading.place)
                if _was_read(reading.other):
                    yield from self.test(at, reading.other, reading.decided, "the reading")
                if reading.other == criterion.test and _was_read(reading.other):
                    yield self.wrong(
                        at, "the other reading is the same test", "give the reading not taken"
                    )
        yield from self.citations()
        yield from self.front_matter()

    def wrong(
        self, at: Criterion, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        return Problem(place=at.place, subject=at.id, message=message, hint=hint, severity=severity)

    # Names and numbers

    def numbering(self) -> Iterator[Problem]:
        everything: list[Criterion | Obligation] = [
            *self.policy.criteria(),
            *self.policy.obligations,
        ]
        counts = Counter(each.id for each in everything if each.id)
        seen: set[str] = set()
        for each in everything:
            if counts[each.id] > 1 and each.id in seen:
                yield Problem(
                    place=each.place,
                    subject=each.id,
                    message="this id stands here twice",
                    hint="ids are never reused; give it its own",
                )
            seen.add(each.id)
        for criterion in self.policy.criteria():
            order = [_order(part.id) for part in criterion.parts]
            for part, before, after in zip(criterion.parts[1:], order, order[1:], strict=False):
                if before > after and before[0] == after[0]:
                    yield self.wrong(
                        part,
                        "it stands after a higher number",
                        "put the items in the order of their ids",
                    )

    def group(self, criterion: Criterion) -> Iterator[Problem]:
        match criterion.test:
            case AtLeast(count, parts) if count > len(parts):
                yield self.wrong(
                    criterion,
                    f"at least {count} of {len(parts)} can never be met",
                    "correct the number, or add items",
                )
            case AtLeast(0, _):
                yield self.wrong(criterion, "at least 0 is always met", "correct the number")
            case AllOf() | AnyOf() | AtLeast() | Not() | Part() | Compare() | Matches() | Holds():
                pass

    def test(
        self, criterion: Criterion, test: Expression, sentence: str, whose: str
    ) -> Iterator[Problem]:
        found = [problem for leaf in leaves(test) for problem in self.leaf(criterion, leaf)]
        yield from found
        yield from _numbers(criterion, test, sentence, whose)
        if not found:
            yield from self.dead(criterion, test)

    def leaf(self, criterion: Criterion, leaf: Leaf) -> Iterator[Problem]:
        element = self.names.get(leaf.element)
        if element is None:
            close = get_close_matches(leaf.element, self.names, n=1)
            name = self.policy.dictionary.name
            where = (
                f"names are defined in dictionaries/{name}.yaml; `multifidus dictionary show` lists"
                " them"
            )
            hint = f"did you mean `{close[0]}`? {where}" if close else where
            yield self.wrong(criterion, f"unknown name `{leaf.element}`", hint)
            return
        if _ASKS_RECORD.search(element.name) and not element.silence:
            yield self.wrong(
                criterion,
                f"`{element.name}` asks whether something is recorded",
                "give it a silence that means no in the dictionary, or ask what the record says",
            )
        yield from (
            self.wrong(criterion, message, hint) for message, hint in _misuse(element, leaf)
        )

    def dead(self, criterion: Criterion, test: Expression) -> Iterator[Problem]:
        """Find tests that come out the same whatever the chart says."""
        names = elements_of(test)
        tests = list(leaves(test))
        values = [
            list(
                candidates(
                    self.names[name].answer, [leaf for leaf in tests if leaf.element == name]
                )
            )
            for name in names
        ]
        if prod(map(len, values)) > MOST_COMBINATIONS:
            return
        truths = set()
        for chosen in product(*values):
            entries = {
                name: Fact(value=value, basis=Basis.ANSWER)
                for name, value in zip(names, chosen, strict=True)
            }
            truths.add(
                evaluate(test, Case(service=Service(date=DEFAULT_DATE), entries=entries), {})
            )
        if Truth.TRUE not in truths:
            yield self.wrong(
                criterion,
                "no value can meet this test",
                "correct the test; a dead criterion refuses everybody",
            )
        elif Truth.FALSE not in truths:
            yield self.wrong(
                criterion,
                "every value meets this test",
                "correct the test, or leave the criterion out",
            )

    # Words

    def logic_in_prose(self, criterion: Criterion) -> Iterator[Problem]:
        structure = _kinds(criterion.test)
        for word, wanted in (("unless", {Not}), ("except", {Not}), ("or", {AnyOf, Matches})):
            if re.search(rf"\b{word}\b", criterion.sentence) and not structure & wanted:
                yield self.wrong(
                    criterion,
                    f"the sentence says “{word}”, the test has no such structure",
                    "see whether logic is hidden in the sentence; make it a list if so",
                    Severity.NOTE,
                )

    def words(self, criterion: Criterion) -> Iterator[Problem]:
        said = [(criterion, text) for text in (criterion.sentence, criterion.lead)]
        said += [
            (replace(criterion, place=each.place), each.decided) for each in criterion.readings
        ]
        for at, text in said:
            if _QUOTED.search(text):
                yield self.wrong(
                    at,
                    "a quoted sentence",
                    "a policy is a paraphrase; say it in our own neutral words",
                )

    def citations(self) -> Iterator[Problem]:
        clauses: list[Criterion | Obligation] = [*self.policy.clauses(), *self.policy.obligations]
        for clause in clauses:
            if not clause.citations:
                yield Problem(
                    place=clause.place,
                    subject=clause.id,
                    message="the clause cites no source",
                    hint="add `[@source, place]` to it or to its group",
                )
        told: set[tuple[str, str]] = set()
        for criterion in self.policy.criteria():
            for citation in (*criterion.cited, *criterion.lead_cited):
                if not citation.place and (criterion.id, citation.source) not in told:
                    told.add((criterion.id, citation.source))
                    yield self.wrong(
                        criterion,
                        f"`{citation.source}` is cited without a place",
                        "write `[@source, section or page]`",
                    )

    def front_matter(self) -> Iterator[Problem]:
        place = Place(file=self.file, line=1, column=1)
        source = self.policy.sources.get(self.policy.source)
        was_read = source is not None and source.reading is not ReadingStatus.UNVERIFIED
        if self.policy.about.stance is Stance.UNREAD and was_read:
            yield Problem(
                place=place,
                subject="front matter",
                message=f"`stance` is `unread`, but `{self.policy.source}` was read",
                hint="say what it says with another stance, or mark the source `unverified`",
            )
        for code in self.policy.scope.jurisdictions:
            if code in STATES:
                yield Problem(
                    place=place,
                    subject="front matter",
                    message=f"`jurisdictions` has `{code}`, which is a country",
                    hint=f"write `US-{code}` if {STATES[code]} is meant",
                    severity=Severity.NOTE,
                )
        cited = {
            citation.source for clause in self.policy.criteria() for citation in clause.citations
        }
        cited |= {
            citation.source for each in self.policy.obligations for citation in each.citations
        }
        for key in sorted(set(self.policy.sources) - cited - {self.policy.source}):
            yield Problem(
                place=Place(file=self.file.replace("policy.md", "sources.yaml")),
                subject=key,
                message="no clause cites this source",
                hint="cite it, or remove it",
                severity=Severity.NOTE,
            )


def _misuse(element: DataElement, leaf: Leaf) -> Iterator[tuple[str, str]]:
    """Find what a test asks of an element that its answers cannot give."""
    match leaf, element.answer:
        case (Holds(), YesNo()):
            return
        case (Matches(_, options), Choice(known)):
            for option in options:
                if option not in known:
                    yield (
                        f"`{element.name}` has no option `{option}`",
                        f"its options are: {', '.join(known)}",
                    )
        case (Compare(_, _, bound), Number() as number):
            yield from _misuse_of_number(element.name, bound, number)
        case (Compare(_, _, bound), Time(counting)):
            yield from _misuse_of_time(element.name, bound, counting)
        case _:
            yield f"`{element.name}` is not asked in this way", f"its test is {_form(element)}"


def _misuse_of_number(name: str, bound: Quantity, number: Number) -> Iterator[tuple[str, str]]:
    unit, low, high = number.unit, number.low, number.high
    if UNITS[bound.unit].dimension is not UNITS[unit].dimension:
        yield f"`{name}` is measured in {unit}, not in {bound.unit}", f"state the bound in {unit}"
    elif (
        compare(bound, Operator.LESS, Quantity(low, unit)) is Truth.TRUE
        or compare(bound, Operator.MORE, Quantity(high, unit)) is Truth.TRUE
    ):
        yield (
            f"{bound} lies outside the range of `{name}`",
            f"it goes from {low} to {high} {unit}",
        )


def _misuse_of_time(name: str, bound: Quantity, counting: Counting) -> Iterator[tuple[str, str]]:
    if not UNITS[bound.unit].is_time:
        yield (
            f"`{name}` is a time, not measured in {bound.unit}",
            "state the bound in years, months, weeks or days",
        )
    elif bound.value != int(bound.value) or bound.value < 0:
        yield (
            f"{bound} is not a whole number of {bound.unit}",
            "state it in whole calendar units",
        )
    elif counting is Counting.COMPLETED and bound.unit != "years":
        yield f"`{name}` is counted in completed years", "state the bound in years"


def _form(element: DataElement) -> str:
    match element.answer:
        case YesNo():
            return f"`{element.name}` or `not {element.name}`"
        case Choice(options):
            return f"`{element.name} is {options[0]}`"
        case Number(unit):
            return f"`{element.name} >= … {unit}`"
        case Time():
            return f"`{element.name} >= … years`"


def _numbers(
    criterion: Criterion, test: Expression, sentence: str, whose: str
) -> Iterator[Problem]:
    """Hold the numbers of a test against its sentence's: the same number, unit and direction."""
    stated = _stated(sentence)
    for compared, contrary in _compared(test):
        bound = compared.bound
        if bound not in stated:
            numbers = ", ".join(str(each) for each in stated)
            says = f"says {numbers}" if stated else "does not"
            yield Problem(
                place=criterion.place,
                subject=criterion.id,
                message=f"the test says {bound}, {whose} {says}",
                hint=f"state the number in {whose}, or correct the test",
            )
            continue
        operator = _CONTRARY[compared.operator] if contrary else compared.operator
        said = stated[bound]
        if said is not None and said not in (compared.operator, operator):
            yield Problem(
                place=criterion.place,
                subject=criterion.id,
                message=f"the test says `{notation(compared)}`, {whose} says otherwise of {bound}",
                hint="bring the words (at least, more than, at most, less than) and the sign"
                " together",
            )


def _stated(sentence: str) -> dict[Quantity, Operator | None]:
    """Find the numbers with units that a sentence states, with the direction before each."""
    stated: dict[Quantity, Operator | None] = {}
    for found in _NUMBER.finditer(sentence):
        number = _WORDS.get(found["number"].lower(), found["number"])
        before = _BEFORE.search(sentence[: found.start()])
        operator = _PHRASES[before[1].lower()] if before else None
        try:
            stated[Quantity(number, _unit_word(found["unit"]))] = operator
        except ValueError:
            continue  # no test can say a number outside any clinical range
    return stated


def _was_read(test: Expression) -> bool:
    """Whether it is a test; what stands in for an unreadable one is an empty group."""
    return isinstance(test, Compare | Matches | Holds) or bool(parts_of(test))


def _unit_word(word: str) -> str:
    return UNITS[word if word in UNITS else word.lower()].name


def _compared(test: Expression, *, contrary: bool = False) -> Iterable[tuple[Compare, bool]]:
    """List the comparisons, and whether each stands under a *not*."""
    if isinstance(test, Compare):
        yield test, contrary
    for part in parts_of(test):
        yield from _compared(part, contrary=contrary != isinstance(test, Not))


def _kinds(test: Expression) -> set[type]:
    wide = isinstance(test, Matches) and len(test.options) > 1
    own = {type(test)} if wide or not isinstance(test, Matches) else set()
    return own.union(*(_kinds(part) for part in parts_of(test)))


def _order(identifier: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    letters = identifier.rstrip("0123456789.")
    return letters, tuple(
        # By length, then digit by digit: as numbers compare, however many digits they have.
        (len(part.lstrip("0")), part.lstrip("0"))
        for part in identifier[len(letters) :].split(".")
        if part
    )
