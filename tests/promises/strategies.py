"""
Policies and cases that nobody has written yet.

A policy is generated as text and read as any other: text in, answer out. Its elements are those of
a small dictionary with every type of answer.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from multifidus.core.case import Absence, Basis, Case, Fact, Reason, Service
from multifidus.core.element import (
    Choice,
    DataElement,
    Dictionary,
    Effort,
    Number,
    Pick,
    Time,
    YesNo,
)
from multifidus.core.policy import Kind, Stance
from multifidus.core.quantity import Counting, DateRange, Quantity, Span
from multifidus.language.read import parse_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.element import AnswerType
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

SERVICE = date(2026, 6, 1)
MOST_PARTS = 4
DEEPEST = 3

ANSWERS: dict[str, AnswerType] = {
    **{name: YesNo() for name in ("unfit", "fit", "coded", "tried", "surgical", "infected")},
    "test_a": Choice(("positive", "negative")),
    "test_b": Choice(("positive", "negative", "doubtful")),
    "response": Choice(("inadequate", "adequate", "unsuitable", "not-tried")),
    "scale": Number("cm", Decimal(0), Decimal(10)),
    "index": Number("points", Decimal(0), Decimal(100)),
    "weight": Number("kg", Decimal(1), Decimal(400)),
    "age": Time(Counting.COMPLETED),
    "duration": Time(Counting.ELAPSED),
}
EFFORTS = tuple(Effort)

DICTIONARY = Dictionary(
    name="small",
    version="1.0.0",
    elements={
        name: DataElement(
            name=name,
            label=name.replace("_", " "),
            question=f"What is {name}?",
            answer=answer,
            rules=(),
            pick=Pick.LATEST,
            effort=EFFORTS[place % len(EFFORTS)],
            source="made up",
        )
        for place, (name, answer) in enumerate(ANSWERS.items())
    },
    value_sets={},
    counts={},
    dates={},
)
NAMES = tuple(ANSWERS)

BOUNDS = {
    "scale": ("6 cm", "60 mm", "0.5 cm"),
    "index": ("21 points", "60 points"),
    "weight": ("120 kg", "220 lb"),
    "age": ("18 years", "75 years"),
    "duration": ("90 days", "6 months", "12 weeks", "1 years"),
}

SOURCES = """
made-up:
  document: A document that nobody wrote
  edition: the first
  read: itself
  reading: verified
second:
  document: Another
  edition: the first
  read: a report
  reading: second-hand
unseen:
  document: One more
  edition: not known
  read: not read
  reading: unverified
"""

FRONT = """---
policy: made-up
version: 1.0.0
status: draft
stance: criteria
body: Nobody
in_force: 2020-01-01 to open
source: made-up
dictionary: small
---

# A policy that nobody wrote

Coverage criteria are met when **{connective}** [@made-up, page 1]

{items}
"""


WITHOUT_LIST = """---
policy: made-up
version: 1.0.0
status: draft
kind: {kind}
stance: {stance}
body: Nobody
in_force: 2020-01-01 to open
source: unseen
dictionary: small
---

# A policy that nobody wrote

{clauses}
"""


@dataclass(frozen=True, slots=True)
class _Node:
    """An item before it has its id: a test, or a connective with parts."""

    test: str = ""
    connective: str = ""
    parts: tuple[_Node, ...] = ()


# Policies


def policies(*, each_once: bool = False) -> st.SearchStrategy[Policy]:
    """Give policies; with `each_once` none tests an element twice."""
    return texts(each_once=each_once).map(read)


def texts(*, each_once: bool = False) -> st.SearchStrategy[str]:
    """Give the text of policies."""
    return _roots(each_once=each_once).map(_text)


def of_any_stance() -> st.SearchStrategy[Policy]:
    """Give policies that test criteria, and policies with any other stance."""
    return st.one_of(policies(), texts_without_list().map(read))


@st.composite
def texts_without_list(draw: st.DrawFn) -> str:
    """Give the text of policies that exclude the service, do not name it, or were not read."""
    stance = draw(st.sampled_from([each for each in Stance if each is not Stance.CRITERIA]))
    clauses = [f"**E{n}** Sentence {n}. [@unseen, page {n}]" for n in range(1, 4)]
    return WITHOUT_LIST.format(
        kind=draw(st.sampled_from(list(Kind))),
        stance=stance,
        clauses="\n\n".join(clauses[: draw(st.integers(1, 3))]),
    )


@cache
def read(text: str) -> Policy:
    """Read a generated policy; a problem with it is a fault of the generator or of the reader."""
    policy, problems = parse_policy(
        text, sources_text=SOURCES, dictionaries={"small": DICTIONARY}, file="made-up.md"
    )
    assert () == problems
    assert policy is not None
    return policy


@st.composite
def _roots(draw: st.DrawFn, *, each_once: bool) -> _Node:
    left = list(draw(st.permutations(NAMES))) if each_once else None
    return _draw_group(draw, left, depth=0)


def _draw_group(draw: st.DrawFn, left: list[str] | None, *, depth: int) -> _Node:
    parts: list[_Node] = []
    for _ in range(draw(st.integers(1, MOST_PARTS))):
        if left is not None and not left:
            break
        is_group = depth < DEEPEST and draw(st.integers(0, 2)) == 0
        parts.append(
            _draw_group(draw, left, depth=depth + 1) if is_group else _Node(_draw_test(draw, left))
        )
    words = ["all of", "any of", "none of"]
    words += [f"at least {count} of" for count in range(1, len(parts) + 1)]
    return _Node(connective=draw(st.sampled_from(words)), parts=tuple(parts))


def _draw_test(draw: st.DrawFn, left: list[str] | None) -> str:
    """Draw a test: a question, at times turned round, at times two together."""
    several = (left is None or len(left) > 1) and draw(st.integers(0, 5)) == 0
    first = _draw_question(draw, left)
    if several:
        word = draw(st.sampled_from(["and", "or"]))
        first = f"({first} {word} {_draw_question(draw, left)})"
    return f"not {first}" if draw(st.integers(0, 3)) == 0 else first


def _draw_question(draw: st.DrawFn, left: list[str] | None) -> str:
    name = left.pop() if left is not None else draw(st.sampled_from(NAMES))
    match ANSWERS[name]:
        case YesNo():
            return name
        case Choice(options):
            chosen = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
            # All options together would be met by every answer.
            kept = chosen[: len(options) - 1]
            return (
                f"{name} is {kept[0]}" if len(kept) == 1 else f"{name} is one of {', '.join(kept)}"
            )
        case Number() | Time():
            operator = draw(st.sampled_from([">=", "<=", ">", "<"]))
            return f"{name} {operator} {draw(st.sampled_from(BOUNDS[name]))}"


def _text(root: _Node) -> str:
    lines = [
        line
        for number, part in enumerate(root.parts)
        for line in _item(part, chr(ord("A") + number), "")
    ]
    return FRONT.format(connective=root.connective, items="\n".join(lines))


def _item(node: _Node, name: str, indent: str) -> list[str]:
    if not node.connective:
        return [f"{indent}- **{name}** Sentence {name}.", f"{indent}  `{node.test}`"]
    dot = "." if name[-1].isdigit() else ""
    lines = [f"{indent}- **{name} Group.** It holds: **{node.connective}** [@second, page 2]"]
    for number, part in enumerate(node.parts, start=1):
        lines += _item(part, f"{name}{dot}{number}", f"{indent}  ")
    return lines


# Cases


def values(name: str) -> st.SearchStrategy[Value]:
    """Give values of an element that leave nothing open: a day is known exactly."""
    match ANSWERS[name]:
        case YesNo():
            return st.booleans()
        case Choice(options):
            return st.sampled_from(options)
        case Number(unit, low, high):
            numbers = st.decimals(low, high, places=1, allow_nan=False)
            return numbers.map(lambda number: Quantity(number, unit))
        case Time(counting):
            return _starts().map(
                lambda day: Span(since=DateRange.exactly(day), until=SERVICE, counting=counting)
            )


def _starts() -> st.SearchStrategy[date]:
    return st.one_of(
        st.integers(0, 500).map(lambda days: SERVICE - timedelta(days=days)),
        st.dates(date(1930, 1, 1), SERVICE),
        # Ages on and around a birthday.
        st.builds(
            lambda years, days: date(SERVICE.year - years, 6, 1) + timedelta(days=days),
            st.sampled_from([18, 75]),
            st.integers(-1, 1),
        ),
    )


def vague(name: str) -> st.SearchStrategy[Value]:
    """Give values that may leave a comparison open: days known to the month, stated times."""
    match ANSWERS[name]:
        case Time(counting):
            partial = _starts().map(
                lambda day: Span(
                    since=DateRange(
                        earliest=day.replace(day=1),
                        latest=day.replace(day=monthrange(day.year, day.month)[1]),
                    ),
                    until=SERVICE,
                    counting=counting,
                )
            )
            by = _starts().map(
                lambda day: Span(
                    since=DateRange(earliest=None, latest=day), until=SERVICE, counting=counting
                )
            )
            units = ["years"] if counting is Counting.COMPLETED else ["years", "months", "days"]
            stated = st.builds(Quantity, st.integers(0, 120), st.sampled_from(units))
            return st.one_of(partial, by, stated)
        case YesNo() | Choice() | Number():
            return values(name)


def absences() -> st.SearchStrategy[Absence]:
    """Give absences of every reason."""
    return st.sampled_from([Absence(reason=reason) for reason in Reason])


def fact(value: Value) -> Fact:
    """Make a fact."""
    return Fact(value=value, basis=Basis.ANSWER)


@st.composite
def cases(draw: st.DrawFn, *, names: Sequence[str] = NAMES, exact: bool = False) -> Case:
    """Give cases: of each element a value, an absence, or nothing; exact ones hold no vague day."""
    entries: dict[str, Fact | Absence] = {}
    for name in names:
        kind = draw(st.sampled_from(["value", "value", "absent", "left out"]))
        if kind == "value":
            entries[name] = fact(draw(values(name) if exact else values(name) | vague(name)))
        elif kind == "absent":
            entries[name] = draw(absences())
    return Case(service=Service(date=SERVICE), entries=entries)


def missing(policy: Policy, case: Case) -> list[str]:
    """List the elements that a policy asks about and a case lacks."""
    return [name for name in policy.elements if case.value(name) is None]


def supplied(case: Case, more: dict[str, Value]) -> Case:
    """Give the case with more facts."""
    return Case(
        service=case.service,
        entries={**case.entries, **{name: fact(value) for name, value in more.items()}},
    )


@st.composite
def completions(draw: st.DrawFn, case: Case, names: Sequence[str]) -> Case:
    """Give the case with a value for each of some elements."""
    return supplied(case, {name: draw(values(name)) for name in names})
