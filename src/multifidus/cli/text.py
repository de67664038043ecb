"""
A determination as text for a terminal.

What was not read and the answer first, and what to do about it: what to obtain, to confirm and to
ask for, the shortest routes, dates. Then the findings, each with its facts and their addresses,
readings, and how well the sources were read.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.billing.check import check_codes
from multifidus.billing.tables import shipped_tables
from multifidus.cli.behind_words import show_behind
from multifidus.cli.coding import show_findings
from multifidus.cli.lines import Lines
from multifidus.core.case import Basis, Fact, Reason
from multifidus.core.citation import OF_SOURCES, ReadingStatus
from multifidus.core.determination import Answer, CriterionResult, Finding
from multifidus.core.policy import Stance
from multifidus.core.words import (
    ANSWER_WORDS,
    absence_words,
    address_words,
    demand_words,
    finding_words,
    heading_words,
    in_force_words,
    obtain_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.billing.request import CodedRequest
    from multifidus.cli.behind import Behind
    from multifidus.core.case import Absence
    from multifidus.core.determination import Determination
    from multifidus.core.element import Dictionary
    from multifidus.errors import Problem

FINDING_WIDTH = 15
SHOWN_ROUTES = 3
SHOWN_ADDRESSES = 3
UNREAD_AT_HEAD = 3
"""So much of what was not read is told before the findings, which do not rest on it."""

_READ_WORDS = {
    **{status.value: f"on {status} sources" for status in OF_SOURCES},
    ReadingStatus.ATTESTED.value: "attested by a person",
}
_KINDS = {"does not apply": "met", "not needed": ""}
"""The colours of findings that are not called by their own words."""
_ASK_WORDS = {Reason.IN_CONFLICT: "settle this", Reason.UNCONFIRMED: "confirm this"}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What stands around the determinations of one case."""

    patient: str
    date_origin: str
    """Who says for which day the service is asked."""
    request: CodedRequest | None = None
    """The codes that the record asks for."""
    behind: Behind | None = None
    """The evidence behind the criteria."""
    unread: tuple[Problem, ...] = ()
    """What of the record was not read."""


def show_determinations(
    told: Sequence[tuple[Determination, str]], dictionary: Dictionary, about: About
) -> str:
    """
    Show determinations of one case, one below the other; several begin with a summary.

    Each comes with the reason why it is this version that answers, where that needs words.
    """
    page = _Page(dictionary)
    service = told[0][0].service
    codes = ", ".join(service.codes)
    lines = [
        f"{about.patient}, service on {service.date} ({about.date_origin})"
        + (f", codes {codes}" if codes else "")
    ]
    lines += page.unread(about.unread[:UNREAD_AT_HEAD])
    if len(about.unread) > UNREAD_AT_HEAD:
        lines.append(f"  and {len(about.unread) - UNREAD_AT_HEAD} more, told at the end")
    if len(told) > 1:
        lines.append("")
        lines += [page.summary(each) for each, _ in told]
    for each, why in told:
        lines += ["", "", *page.determination(each, why)]
    if about.request is not None and about.request.codes:
        lines += ["", "", *page.coding(about.request)]
    if about.behind is not None and about.behind.topics:
        policies = [each.policy.id for each, _ in told]
        lines += ["", "", *show_behind(about.behind, policies, page)]
    lines += page.unread(about.unread[UNREAD_AT_HEAD:])
    lines += ["", "These are findings about criteria. A person decides."]
    return "\n".join(lines)


class _Page(Lines):
    """Lays out determinations."""

    def __init__(self, dictionary: Dictionary) -> None:
        super().__init__()
        self.dictionary = dictionary

    def coding(self, request: CodedRequest) -> Iterator[str]:
        """Say what is to be said of the codes that the record asks for."""
        yield self.paint("Coding of the request", "head")
        yield from self.wrapped(", ".join(map(str, request.codes)), "  ", hang="  ")
        yield from show_findings(check_codes(request, shipped_tables()), self)

    def summary(self, told: Determination) -> str:
        head = self.paint(f"{ANSWER_WORDS[told.answer]:<25}", "head")
        aside = "" if told.in_force_on_service_date else ", not in force on the day of service"
        aside += ", position not read" if told.policy.stance is Stance.UNREAD else ""
        return f"  {head}{told.policy.id} {told.policy.version}{aside}"

    def determination(self, told: Determination, why: str) -> Iterator[str]:
        head = ANSWER_WORDS[told.answer]
        name = f"{told.policy.id} {told.policy.version}"
        yield self.paint(head, "head") + f"{name:>{self.width - len(head)}}"
        yield from self.wrapped(told.policy.title, "")
        yield from self.wrapped(f"{told.policy.body}.", "")
        yield from self.wrapped(_sentence(in_force_words(told.policy.in_force)), "")
        if why:
            yield from self.wrapped(f"Chosen: {why}.", "")
        if not told.in_force_on_service_date:
            yield from self.wrapped("This version is not in force on the day of service.", "! ")
        if told.policy.stance is Stance.EXCLUDED:
            yield from self.wrapped(
                "This policy excludes the service; nothing in a chart can meet it.", "! "
            )
        if told.policy.stance is Stance.SILENT:
            yield from self.wrapped(
                "This policy does not name the service; nothing in a chart can settle it.", "! "
            )
        if told.policy.stance is Stance.UNREAD:
            yield from self.wrapped(
                "Nobody has read the position of this policy; nothing in a chart can settle it.",
                "! ",
            )
        # What to do stands before the long tree: many read no further.
        yield from self.settled(told)
        yield from self.obtain(told)
        yield from self.questions(told)
        yield from self.routes(told)
        yield from self.dates(told)
        yield ""
        yield self.paint("Criterion by criterion", "head")
        open_elements = {each.element for each in told.open}
        for part in told.criteria.parts:
            yield from self.criterion(part, told, open_elements, depth=0, needed=True)
        yield from self.readings(told)
        yield from self.sources(told)
        yield from self.obligations(told)

    def criterion(
        self,
        result: CriterionResult,
        told: Determination,
        asked: set[str],
        *,
        depth: int,
        needed: bool,
    ) -> Iterator[str]:
        words = finding_words(result, needed=needed)
        indent = "  " * depth
        label = f"{indent}{result.id:<{max(4, len(result.id) + 1)}} {heading_words(result)}"
        room = self.width - FINDING_WIDTH
        first, *rest = textwrap.wrap(
            label, room - 1, subsequent_indent=indent + "     ", drop_whitespace=False
        ) or [""]
        yield f"{first:<{room}}{self.paint(words, _KINDS.get(words, words))}"
        yield from rest
        if not result.parts:
            for element in result.elements:
                yield from self.entry(element, told, asked if needed else set(), indent + "       ")
        for part in result.parts:
            settled_without = result.truth is not Finding.OPEN and part.truth is Finding.OPEN
            yield from self.criterion(
                part, told, asked, depth=depth + 1, needed=needed and not settled_without
            )

    def entry(
        self, element: str, told: Determination, asked: set[str], indent: str
    ) -> Iterator[str]:
        """Show the fact of an element with its address, or why there is none."""
        label = self.dictionary.elements[element].label
        fact = told.facts.get(element)
        if fact is not None:
            yield from self.wrapped(f"{label}: {value_words(fact.value)}", indent)
            yield from self.addresses(fact, indent + "  ")
            return
        absence = told.absences[element]
        words = _ASK_WORDS.get(absence.reason, "ask for this")
        mark = self.paint(f"  ◄ {words}", "ask") if element in asked else ""
        # Why a person has to confirm what was read is told by `multifidus read`.
        is_told = absence.detail and absence.reason is not Reason.UNCONFIRMED
        detail = f" ({absence.detail})" if is_told else ""
        lines = self.wrapped(f"{label}: {absence_words(absence)}{detail}", indent)
        yield from lines[:-1]
        yield lines[-1] + mark
        yield from self.addresses(absence, indent + "  ")

    def addresses(self, entry: Fact | Absence, indent: str) -> Iterator[str]:
        for provenance in entry.provenance[:SHOWN_ADDRESSES]:
            yield from self.wrapped(address_words(provenance), indent, hang="  ")
            if provenance.quote is not None:
                words = " ".join(provenance.quote.words.split())
                yield from self.wrapped(f"“{words}”", indent + "  ")
        if len(entry.provenance) > SHOWN_ADDRESSES:
            yield f"{indent}and {len(entry.provenance) - SHOWN_ADDRESSES} more"
        if isinstance(entry, Fact) and entry.basis is Basis.SILENCE:
            yield from self.wrapped(f"nothing recorded; {entry.because}", indent)
        if isinstance(entry, Fact) and entry.basis is Basis.ANSWER and not entry.provenance:
            yield f"{indent}as answered"

    # Around the tree

    def settled(self, told: Determination) -> Iterator[str]:
        if told.settled_by and told.answer is Answer.NOT_MET:
            yield ""
            yield from self.wrapped(f"Settled by {', '.join(told.settled_by)}.", "")

    def obtain(self, told: Determination) -> Iterator[str]:
        if not told.obtain:
            return
        yield ""
        yield self.paint("Obtain and read", "head")
        for words in obtain_words(told):
            yield from self.wrapped(words, "  ", hang="  ")

    def questions(self, told: Determination) -> Iterator[str]:
        read = [each for each in told.open if each.reason == Reason.UNCONFIRMED]
        asked = [each for each in told.open if each.reason != Reason.UNCONFIRMED]
        if read:
            yield ""
            yield self.paint("Confirm next, with `multifidus confirm`", "head")
        for each in read:
            found = told.absences[each.element].found
            value = "" if found is None else f": {value_words(found)}"
            yield from self.wrapped(
                f"{each.label}{value} ({', '.join(each.criteria)})", "  ", hang="  "
            )
        if asked:
            yield ""
            yield self.paint("Ask for next", "head")
        for each in asked:
            yield from self.wrapped(
                f"{each.label} ({', '.join(each.criteria)}). {each.question}", "  ", hang="  "
            )

    def routes(self, told: Determination) -> Iterator[str]:
        if not told.routes:
            return
        count = len(told.routes)
        labels = {each.element: each.label for each in told.open}
        yield ""
        yield self.paint("Shortest ways to met" if count > 1 else "The way to met", "head")
        for number, route in enumerate(told.routes[:SHOWN_ROUTES], start=1):
            demands = [
                demand_words(labels.get(name, name), name, test)
                for name, test in route.favourable.items()
            ]
            yield from self.wrapped(f"{number}. {'; '.join(demands)}", "  ", hang="   ")
        if count > SHOWN_ROUTES:
            yield f"  and {count - SHOWN_ROUTES} more, see --format json"

    def dates(self, told: Determination) -> Iterator[str]:
        waiting = [each for each in told.criteria.walk() if each.earliest is not None]
        if not waiting:
            return
        yield ""
        yield self.paint("Time alone", "head")
        for each in waiting:
            yield from self.wrapped(
                f"{each.id} {heading_words(each)}: met from {each.earliest} on", "  ", hang="  "
            )
        if told.earliest is not None:
            words = ANSWER_WORDS[told.earliest.answer].lower()
            yield from self.wrapped(
                f"The answer from {told.earliest.date} on, if nothing else changes: {words}.", "  "
            )

    def readings(self, told: Determination) -> Iterator[str]:
        other = [each for each in told.readings if each.answer is not told.answer]
        if not told.readings:
            return
        yield ""
        yield self.paint("Readings", "head")
        if not other:
            count = len(told.readings)
            yield from self.wrapped(
                f"None of the {count} other readings of this policy would change the answer.", "  "
            )
        for each in other:
            words = ANSWER_WORDS[each.answer].lower()
            told_otherwise = f"{each.criterion} read otherwise, as `{each.other}`: {words}."
            yield from self.wrapped(f"{told_otherwise} {each.review}", "  ", hang="  ")

    def sources(self, told: Determination) -> Iterator[str]:
        total = sum(told.sources_read.values())
        if not total:
            return
        what = "the answer" if told.settled_by else "it open"
        verb = "settle" if told.settled_by else "hold"
        who = f"1 clause {verb}s" if total == 1 else f"{total} clauses {verb}"
        counts = ", ".join(
            f"{count} {_READ_WORDS[status]}" for status, count in told.sources_read.items() if count
        )
        yield ""
        yield self.paint("Sources", "head")
        yield from self.wrapped(f"{who} {what}: {counts}.", "  ")
        for words, clauses in _attested(told).items():
            yield from self.wrapped(f"Attested by {words}: {', '.join(clauses)}.", "  ", hang="  ")

    def obligations(self, told: Determination) -> Iterator[str]:
        if not told.obligations:
            return
        yield ""
        yield self.paint("Due after the decision", "head")
        for each in told.obligations:
            title = (
                f"{each.title}. " if each.title and not each.sentence.startswith(each.title) else ""
            )
            yield from self.wrapped(f"{each.id} {title}{each.sentence}", "  ", hang="  ")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _attested(told: Determination) -> dict[str, list[str]]:
    """List the clauses that bear the answer and are attested, by who did so, and in what."""
    bearing = {*told.settled_by, *(name for each in told.open for name in each.criteria)}
    found: dict[str, list[str]] = {}
    for each in told.criteria.walk():
        for one in each.attested if each.id in bearing else ():
            words = f"{one.by}, {one.on}, in {one.document}, {one.edition}"
            found.setdefault(words, []).append(f"{each.id} (page {one.page})")
    return found
