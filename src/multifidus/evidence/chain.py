"""
From a clause of a policy to the results behind it.

A link begins at what a clause asks about (a data element), at what its policy does (its stance), or
at the clause itself; it leads to *lines* of evidence, each one outcome of one comparison, and says
in a sentence what they tell of the clause and what nobody knows. The links stand in `chain.toml`,
beside the policies and not inside of them: a published version of a policy never changes, while
evidence does.

The room knows neither policies nor patients; whoever asks hands over the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from multifidus.evidence.fields import Fields
from multifidus.evidence.shipped import shipped_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.evidence.fields import Table

SHIPPED = "chain.toml"


class People(StrEnum):
    """Who was studied, against whom the pivotal trial would have taken."""

    INSIDE = "inside"
    MIXED = "mixed"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One outcome of one comparison: which results tell it, of whom, and what to doubt."""

    id: str
    title: str
    treated: str = ""
    """The result of the treated arm; empty without a comparison."""
    control: str = ""
    """The result of the arm beside it."""
    difference: str = ""
    """The difference as its report prints it; empty where it has to be computed."""
    rows: tuple[str, ...] = ()
    """Results without a control, and what stands beside a comparison."""
    people: People
    apart: tuple[str, ...] = ()
    """The data elements in which people who are not inside differ."""
    doubt: str

    @property
    def is_controlled(self) -> bool:
        """Whether something stands against it; else it is a change since baseline, or a count."""
        return bool(self.control)

    @property
    def results(self) -> tuple[str, ...]:
        """The ids of all results that it cites."""
        compared = (self.treated, self.control, self.difference)
        return (*(each for each in compared if each), *self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What stands behind clauses that ask about the same things."""

    topic: str
    elements: frozenset[str]
    stances: frozenset[str]
    clauses: frozenset[str]
    """Single clauses, as `isass-2025:G4.1`."""
    lines: tuple[EvidenceLine, ...]
    rows: tuple[str, ...]
    """Results that the sentence rests on, beside those of the lines."""
    says: str

    def bears_on(self, clause: Clause) -> bool:
        """Whether a clause is one of those."""
        return bool(
            clause.address in self.clauses
            or clause.stance in self.stances
            or not self.elements.isdisjoint(clause.elements)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause as the chain sees it: its address, what it asks about, what its policy does."""

    policy: str
    id: str
    elements: tuple[str, ...]
    stance: str

    @property
    def address(self) -> str:
        """Policy and clause, as `chain.toml` names them."""
        return f"{self.policy}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A trial whose entry criteria stand on the shelf, as a policy of their own."""

    study: str
    policy: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All lines of evidence and what they stand behind."""

    entries: tuple[Entry, ...]
    lines: Mapping[str, EvidenceLine]
    links: tuple[Link, ...]

    def behind(self, clauses: Iterable[Clause]) -> Iterator[tuple[Link, tuple[Clause, ...]]]:
        """Give each link that bears on some of the clauses, with those clauses."""
        asked = tuple(clauses)
        for link in self.links:
            found = tuple(each for each in asked if link.bears_on(each))
            if found:
                yield link, found


@cache
def shipped_chain() -> Chain:
    """Read the chain that comes with the package."""
    return read_chain(shipped_text(SHIPPED), file=SHIPPED)


def read_chain(text: str, *, file: str) -> Chain:
    """Read a chain; `EvidenceError` tells everything that is wrong with it."""
    reader = _Reader(file)
    chain = reader.chain(reader.parse(text))
    reader.finish()
    return chain


class _Reader(Fields):
    """Reads a file of lines and links."""

    def chain(self, told: Table) -> Chain:
        self.only(told, "the file", ("entry", "line", "link"))
        lines: dict[str, EvidenceLine] = {}
        for each in self.listed(told.get("line", []), "line"):
            line = self.line(each)
            if line.id in lines:
                self.wrong(f"line {line.id}", "stands there twice", "an id is used once")
            lines[line.id] = line
        return Chain(
            entries=tuple(self.entry(each) for each in self.listed(told.get("entry", []), "entry")),
            lines=lines,
            links=tuple(
                self.link(each, lines) for each in self.listed(told.get("link", []), "link")
            ),
        )

    def entry(self, told: Table) -> Entry:
        self.only(told, "entry", ("study", "policy", "name"))
        return Entry(
            study=self.words(told, "entry", "study"),
            policy=self.words(told, "entry", "policy"),
            name=self.words(told, "entry", "name"),
        )

    def line(self, told: Table) -> EvidenceLine:
        name = self.words(told, "line", "id")
        where = f"line {name}"
        compared = ("treated", "control", "difference")
        self.only(told, where, ("id", "title", *compared, "rows", "people", "apart", "doubt"))
        rows, apart = self.names(told, where, "rows"), self.names(told, where, "apart")
        people = self.word(told.get("people"), f"{where}.people", People)
        if not rows and "treated" not in told:
            self.wrong(where, "cites no result", "name `treated` and `control`, or `rows`")
        if ("treated" in told) != ("control" in told):
            hint = "name both arms, or put the result under `rows`"
            self.wrong(where, "compares one arm with nothing", hint)
        if bool(apart) == (people is People.INSIDE):
            hint = "`apart` names the data elements in which people differ from the trial's"
            self.wrong(where, f"people are {people}, and `apart` says otherwise", hint)
        return EvidenceLine(
            id=name,
            title=self.words(told, where, "title"),
            treated=self.words(told, where, "treated") if "treated" in told else "",
            control=self.words(told, where, "control") if "control" in told else "",
            difference=self.words(told, where, "difference") if "difference" in told else "",
            rows=rows,
            people=people,
            apart=apart,
            doubt=self.words(told, where, "doubt"),
        )

    def link(self, told: Table, lines: Mapping[str, EvidenceLine]) -> Link:
        topic = self.words(told, "link", "topic")
        where = f"link {topic}"
        begins = ("elements", "stances", "clauses")
        self.only(told, where, ("topic", *begins, "lines", "rows", "says"))
        elements, stances, clauses = (frozenset(self.names(told, where, each)) for each in begins)
        if not elements | stances | clauses:
            self.wrong(where, "begins nowhere", "name `elements`, `stances` or `clauses`")
        named = self.names(told, where, "lines")
        for name in named:
            if name not in lines:
                self.wrong(where, f"there is no line `{name}`", f"one of: {', '.join(lines)}")
        return Link(
            topic=topic,
            elements=elements,
            stances=stances,
            clauses=clauses,
            lines=tuple(lines[name] for name in named if name in lines),
            rows=self.names(told, where, "rows"),
            says=self.words(told, where, "says"),
        )
