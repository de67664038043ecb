"""
Worked cases: what a policy's authors expect of it, in their words.

    ```case "nobody recorded the medication trial"
    like "typical candidate" without medication_response
    => more information: medication_response
    ```

Facts are `element value`, with `;` or a new line between them. A value is a number with a unit, an
option, `yes` or `no`, `since 2025-06`, or `in conflict`, `too old`, `unreadable`, `not recorded`.
`on 2026-03-01` sets the date of service.
The answer lists the clauses that settle it, or the elements that hold it open; all, or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from multifidus.core.case import Absence, Basis, Case, Fact, Reason, Service
from multifidus.core.determination import Answer, determine
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import UNITS, DateRange, Operator, Quantity, Span, compare
from multifidus.core.truth import Truth
from multifidus.errors import Place, Problem
from multifidus.language.located import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

DEFAULT_DATE = date(2026, 6, 1)
"""The date of service of a worked case that names none."""

_FENCE = re.compile(r'```case "(?P<name>[^"]+)"\s*')
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIKE = re.compile(r'like "(?P<name>[^"]+)"(?: without (?P<without>.+))?')
_EXPECTED = re.compile(r"=> (?P<answer>met|not met|more information)(?:: (?P<names>.+))?")
_ABSENT = {
    "not recorded": Reason.NOT_RECORDED,
    "in conflict": Reason.IN_CONFLICT,
    "too old": Reason.TOO_OLD,
    "unreadable": Reason.UNREADABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """A case and the answer that its author expects; `names`: what settles it or holds it open."""

    name: str
    case: Case
    answer: Answer
    names: frozenset[str]
    place: Place = field(compare=False)


def read_cases(
    text: str, *, dictionary: Dictionary, file: str
) -> tuple[tuple[WorkedCase, ...], tuple[Problem, ...]]:
    """Read the worked cases of a page, with everything that is wrong with them."""
    reader = _Reader(dictionary, file)
    lines = lines_of(text)
    for number, line in enumerate(lines, start=1):
        found = _FENCE.fullmatch(line)
        if found:
            end = next(
                (n for n in range(number, len(lines)) if lines[n].startswith("```")), len(lines)
            )
            reader.case(found["name"], number, lines[number:end])
            if end == len(lines) or lines[end].strip() != "```":
                reader.wrong(number, "the case does not end", "close it with a line of ` ``` `")
        elif line.startswith("```case"):
            reader.subject = ""
            reader.wrong(number, "a case without a name", 'write ```` ```case "name" ````')
    return tuple(reader.cases.values()), tuple(reader.problems)


def run_cases(policy: Policy, cases: tuple[WorkedCase, ...]) -> Iterator[Problem]:
    """Put each worked case to the policy, and report those that come out otherwise."""
    for each in cases:
        determination = determine(policy, each.case)
        told = determination.settled_by or tuple(one.element for one in determination.open)
        if determination.answer is each.answer and (
            not each.names or each.names == frozenset(told)
        ):
            continue
        words = f"{determination.answer}: {', '.join(told)}".replace(
            "-", " ", 1 if "-" in determination.answer else 0
        )
        yield Problem(
            place=each.place,
            subject=f'case "{each.name}"',
            message=f"the policy answers {words}",
            hint="correct the policy, or the expected answer",
        )


class _Reader:
    def __init__(self, dictionary: Dictionary, file: str) -> None:
        self.dictionary = dictionary
        self.file = file
        self.cases: dict[str, WorkedCase] = {}
        self.problems: list[Problem] = []
        self.subject = ""

    def wrong(self, line: int, message: str, hint: str) -> None:
        place = Place(file=self.file, line=line, column=1)
        self.problems.append(Problem(place=place, subject=self.subject, message=message, hint=hint))

    def case(self, name: str, first: int, lines: list[str]) -> None:
        self.subject = f'case "{name}"'
        case = Case(service=Service(date=DEFAULT_DATE))
        answers: list[str] = []
        if name in self.cases:
            self.wrong(first, "the name stands here twice", "give each case its own name")
        for number, line in enumerate(lines, start=first + 1):
            for words in filter(None, (each.strip() for each in line.split(";"))):
                if words.startswith("=>"):
                    answers.append(words)
                else:
                    case = self.statement(words, case, number)
        expected = _EXPECTED.fullmatch(answers[0]) if len(answers) == 1 else None
        if len(answers) > 1:
            self.wrong(first, "two expected answers", "keep one; a case has one answer")
            return
        if expected is None:
            self.wrong(
                first,
                "the expected answer is missing",
                "end it with `=> met`, `=> not met: ID` or `=> more information: element`",
            )
            return
        names = frozenset(
            part.strip() for part in (expected["names"] or "").split(",") if part.strip()
        )
        self.cases[name] = WorkedCase(
            name=name,
            case=_on_its_date(case),
            answer=Answer(expected["answer"].replace(" ", "-")),
            names=names,
            place=Place(file=self.file, line=first, column=1),
        )

    def statement(self, words: str, case: Case, line: int) -> Case:
        like = _LIKE.fullmatch(words)
        if like:
            return self.like(like, case, line)
        name, _, value = words.partition(" ")
        if name == "on":
            try:
                return replace(case, service=Service(date=_day(value)))
            except ValueError:
                self.wrong(line, "the date of service is not a day", "write `on 2026-03-01`")
                return case
        element = self.dictionary.elements.get(name)
        if element is None:
            self.wrong(line, f"unknown name `{name}`", "the names are those of the dictionary")
            return case
        entry = read_entry(element, value, case.service.date)
        if entry is None:
            self.wrong(
                line, f"`{value}` is not an answer to `{name}`", f"it takes {answer_words(element)}"
            )
            return case
        return replace(case, entries={**case.entries, name: entry})

    def like(self, found: re.Match[str], case: Case, line: int) -> Case:
        other = self.cases.get(found["name"])
        if other is None:
            self.wrong(
                line, f'no case "{found["name"]}" above this one', "name a case that stands above"
            )
            return case
        without = {part.strip() for part in (found["without"] or "").split(",")} - {""}
        for name in sorted(without - set(other.case.entries)):
            self.wrong(line, f"`{name}` is not in that case", "leave it out of `without`")
        entries = {name: entry for name, entry in other.case.entries.items() if name not in without}
        own_day = case.service.date != DEFAULT_DATE
        service = case.service if own_day else other.case.service
        return replace(case, entries={**entries, **case.entries}, service=service)


def read_entry(element: DataElement, text: str, on: date) -> Fact | Absence | None:
    """Read an answer as a person writes it; None when it is not one."""
    if text in _ABSENT:
        return Absence(reason=_ABSENT[text])
    value = read_value(element, text, on)
    return None if value is None else Fact(value=value, basis=Basis.ANSWER)


def read_value(element: DataElement, text: str, on: date) -> Value | None:
    """Read the value of an element as a person writes it; None when it is not one."""
    answer = element.answer
    try:
        match answer:
            case YesNo():
                return {"yes": True, "no": False}.get(text)
            case Choice(options):
                return text if text in options else None
            case Time(counting) if text.startswith("since "):
                since = DateRange.parse(text.removeprefix("since "))
                return Span(since=since, until=on, counting=counting)
            case Time() | Number():
                number, _, unit = text.partition(" ")
                quantity = Quantity(number, unit)
                return quantity if _fits(answer, quantity) else None
    except ValueError:
        return None


def _fits(answer: Number | Time, quantity: Quantity) -> bool:
    """Whether a number can be an answer: its unit is of the right kind, and it is in the range."""
    match answer:
        case Time():
            return UNITS[quantity.unit].is_time and quantity.value >= 0
        case Number(unit, low, high):
            if UNITS[quantity.unit].dimension is not UNITS[unit].dimension:
                return False
            above = compare(quantity, Operator.AT_LEAST, Quantity(low, unit))
            below = compare(quantity, Operator.AT_MOST, Quantity(high, unit))
            return above is below is Truth.TRUE


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError
    return date.fromisoformat(text)


def answer_words(element: DataElement) -> str:
    """Say what an element takes as an answer."""
    match element.answer:
        case YesNo():
            return "`yes` or `no`"
        case Choice(options):
            return f"one of {', '.join(options)}"
        case Time():
            return "a time, as `10 years` or `since 2025-06`"
        case Number(unit, low, high):
            return f"a number of {unit}, from {low} to {high}"


def _on_its_date(case: Case) -> Case:
    """Count spans up to the date of service, wherever in the case it was named."""
    return case.at(case.service.date)
