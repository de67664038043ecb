"""Made-up records put to our own derivation and to the outside engine, criterion by criterion."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from multifidus.chart.derive import Plan, derive, gather
from multifidus.chart.fhir import Entry, reference_of
from multifidus.core.case import Fact, Service
from multifidus.core.coding import Days
from multifidus.core.determination import determine
from multifidus.core.element import Choice, Number, Pick, Time, YesNo
from multifidus.core.expression import AnyOf, Compare, Holds, Matches, Part, leaves
from multifidus.core.policy import ROOT, Criterion, Policy, PolicyVersion, Scope, Stance, Status
from multifidus.core.quantity import Operator, Quantity
from multifidus.export.cql import ANSWER, cql
from multifidus.library.shelf import shipped
from tests.export.cql.engine import Asked, Job, Told, run
from tests.export.cql.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.case import Case
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.expression import Expression

Json = dict[str, Any]

HOW_MANY = 520
"""Records that are drawn; the issue asks for at least 500."""
POLICIES = ("isass-2025", "reactiv8-b", "restore", "anthem-surg-00158@2025.4.16")
"""The shipped policies that records are put to."""
PARTS = 5
"""In so many policies of their own the elements of the dictionary are asked for."""
PICKS: Mapping[type, Sequence[Pick]] = {
    YesNo: (Pick.EARLIEST, Pick.AGREED, Pick.ANY, Pick.LATEST),
    Choice: (Pick.EARLIEST, Pick.AGREED, Pick.LATEST, Pick.AGREED),
    Number: (Pick.HIGHEST, Pick.EARLIEST, Pick.LOWEST, Pick.LATEST),
    Time: (Pick.EARLIEST, Pick.LATEST, Pick.AGREED, Pick.SPAN),
}
"""Other ways to pick, by the kind of answer."""
COUNTS = (Pick.COUNT, Pick.DISTINCT_CODES, Pick.DISTINCT_DAYS, Pick.COUNT)
WINDOWS = (None, Quantity(6, "months"), Quantity(30, "days"))
FINDINGS = {"met": True, "not-met": False, "open": None}


@cache
def dictionary() -> Dictionary:
    """Give the shipped dictionary."""
    shelf = shipped()
    return shelf.read(shelf.find(POLICIES[0], on=date(2026, 3, 1))).dictionary


@cache
def bounds() -> Mapping[str, Sequence[Quantity]]:
    """List the numbers that shipped policies compare each element with."""
    shelf = shipped()
    found: dict[str, list[Quantity]] = defaultdict(list)
    for policy in (shelf.read(each) for each in shelf.entries):
        for criterion in policy.criteria():
            for leaf in leaves(criterion.test):
                if isinstance(leaf, Compare):
                    found[leaf.element].append(leaf.bound)
    return found


@cache
def policies() -> tuple[Policy, ...]:
    """Give the policies that records are put to: shipped ones, and some that ask every element."""
    shelf = shipped()
    named = [shelf.read(shelf.find(each, on=date(2026, 3, 1))) for each in POLICIES]
    made = [
        asking(list(each.elements)[part::PARTS], each)
        for each in (dictionary(), varied())
        for part in range(PARTS)
    ]
    return (*named, *made)


def varied() -> Dictionary:
    """Give the dictionary with other ways to pick and other windows, so that each is drawn."""
    elements = {
        name: replace(element, pick=_picks(element)[number % 4], window=WINDOWS[number % 3])
        for number, (name, element) in enumerate(dictionary().elements.items())
    }
    return replace(dictionary(), elements=elements)


def _picks(element: DataElement) -> Sequence[Pick]:
    match element.answer:
        case Number("times"):
            return COUNTS
        case answer:
            return PICKS[type(answer)]


def asking(elements: Sequence[str], dictionary: Dictionary) -> Policy:
    """Make a policy that asks about some elements, each in clauses of its own."""
    tests = [test for each in elements for test in _tests(dictionary.elements[each])]
    parts = tuple(_criterion(f"E{place}", each) for place, each in enumerate(tests, 1))
    root = _criterion(ROOT, AnyOf(tuple(Part(each.id) for each in parts)), parts)
    about = PolicyVersion(
        id="elements",
        version="1.0.0",
        title="Some elements of the dictionary",
        body="the tests",
        stance=Stance.CRITERIA,
        status=Status.DRAFT,
        in_force=Days(),
        digest="",
    )
    return Policy(
        about=about, scope=Scope(), source="", dictionary=dictionary, sources={}, root=root
    )


def _criterion(name: str, test: Expression, parts: tuple[Criterion, ...] = ()) -> Criterion:
    return Criterion(id=name, title="", sentence=f"{name} holds.", test=test, parts=parts)


def _tests(element: DataElement) -> Iterator[Expression]:
    name = element.name
    match element.answer:
        case YesNo():
            yield Holds(name)
        case Choice((first, *_)):
            yield Matches(name, (first,))
        case Number(unit, low, high):
            middle = Quantity((low + high) / Decimal(2), unit)
            for bound in [*bounds().get(name, ()), middle][:2]:
                yield Compare(name, Operator.AT_LEAST, bound)
        case _:
            for operator in (Operator.AT_LEAST, Operator.MORE):
                yield Compare(name, operator, Quantity(6, "months"))
            yield Compare(name, Operator.AT_MOST, Quantity(90, "days"))


# Our own answer


def derived(asked: Asked, plan: Plan) -> Case:
    """Derive the facts of a record."""
    assert asked.on is not None
    entries = [
        Entry(each["resource"], reference_of(each["resource"]), each.get("fullUrl", ""))
        for each in asked.bundle["entry"]
    ]
    (chart,) = gather(plan, entries)
    return derive(plan, chart, Service(date=asked.on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What both say of one record: what the criteria came to, and where they differ."""

    number: int
    findings: Counter[str]
    differences: Sequence[str]


def compared(number: int, policy: Policy, case: Case, told: Told) -> Compared:
    """Hold what the engine told against our determination, and against which facts there are."""
    ours = determine(policy, case)
    results = list(ours.criteria.walk())
    wrong = [
        f"{each.id} is {each.truth}, CQL says {told[each.id]}"
        for each in results
        if FINDINGS[each.truth] is not told[each.id]
    ]
    wrong += [
        f"{name} is {case.entry(name)}, CQL says {told[name]}"
        for name in policy.elements
        if isinstance(case.entry(name), Fact) is (told[name] is None)
    ]
    if ours.answer.replace("-", " ") != told[ANSWER]:
        wrong.append(f"the answer is {ours.answer}, CQL says {told[ANSWER]}")
    return Compared(
        number=number, findings=Counter(each.truth for each in results), differences=wrong
    )


def agreement(how_many: int = HOW_MANY) -> list[Compared]:
    """Draw records, each about what one policy asks, and put it to that policy."""
    step = len(policies())
    drawn = [
        [
            Record(each, policy.dictionary, policy.elements, bounds())
            for each in range(first, how_many, step)
        ]
        for first, policy in enumerate(policies())
    ]
    jobs = [
        Job(
            library=cql(policy, policy.dictionary).content,
            cases=[Asked(on=each.on, bundle=each.bundle) for each in records],
        )
        for policy, records in zip(policies(), drawn, strict=True)
    ]
    return [
        compared(
            record.number,
            policy,
            derived(Asked(on=record.on, bundle=record.bundle), Plan(policy.dictionary)),
            told,
        )
        for policy, records, tellings in zip(policies(), drawn, run(jobs), strict=True)
        for record, told in zip(records, tellings, strict=True)
    ]
