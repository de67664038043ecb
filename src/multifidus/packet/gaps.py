"""
What a payer would send back: everything that a packet lacks, with the way to mend it and from when.

Looked at before it is sent. A gap is a remark to the sender, never a finding about the patient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.case import Reason
from multifidus.core.policy import Stance
from multifidus.core.words import absence_words, obtain_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from multifidus.core.determination import OpenElement
    from multifidus.packet.exhibit import Source
    from multifidus.packet.material import Material
    from multifidus.packet.view import Mark, View

SIGNED = re.compile(
    r"\b(?:(?:electronically |digitally )?signed(?: by|:| on)?|e-?signed|signature on file|/s/"
    r"|authenticated by|dictated (?:and|&) (?:read|reviewed|signed))\b|/s/",
    re.IGNORECASE,
)
# Names of identifiers that a page may hold of somebody else; what follows is compared, never told.
_NUMBERED = re.compile(
    r"\b(?:MRN|medical record (?:no|number)|account (?:no|number))\b\W{0,3}(\w+)", re.IGNORECASE
)
_SOCIAL_SECURITY = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
_BIRTH = re.compile(
    r"\b(?:DOB|date of birth|born)\b\W{0,3}(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
# A pain score whose scale is not written beside it: 7 may be of 10 or of 100.
_SCORE = re.compile(
    r"\b(?:NRS|VAS|pain (?:score|level|rating|intensity)|pain (?:is|was) rated)\b"
    r"(?: (?:score|today|is|was|of|at))*[ :=]{1,3}(?P<score>\d{1,3}(?:\.\d)?)(?![\w.]*\d)"
    r"(?!\s?(?:[/%-]|(?:out of|of|on a|cm|mm|to)\b))",
    re.IGNORECASE,
)
MOST_ALIKE = 0.8
"""A note that shares this much of its longer lines with an earlier one was carried forward."""
SHORTEST_LINE = 30
FEWEST_LINES = 6


class Weight(StrEnum):
    """How much it matters."""

    MUST = "must"
    """A payer bounces it."""
    SHOULD = "should"
    """A reviewer asks for it."""
    LOOK = "look"
    """A person should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that is lacking."""

    weight: Weight
    about: str
    words: str
    fix: str
    from_day: date
    """The earliest day on which it can be mended."""
    marks: tuple[Mark, ...] = ()


def gaps_of(material: Material, view: View) -> tuple[Gap, ...]:
    """Find what is lacking, the weightiest first."""
    found = [
        *(_of_the_list(material, view) if material.has_criteria else _without_list(material)),
        *_request(material),
        *_coding(material),
        *_therapy(material),
        *_scores(material, view),
        *_documents(material, view),
        *_lost(material),
        *_unread(material),
    ]
    order = list(Weight)
    return tuple(sorted(found, key=lambda each: order.index(each.weight)))


_FIXES = {
    Reason.NOT_RECORDED: "record it, or send the document that says it",
    Reason.TOO_OLD: "repeat it, and send the new report",
    Reason.IN_CONFLICT: "settle which statement holds, and have it recorded",
    Reason.UNREADABLE: "record it so that value, unit and scale can be read",
    Reason.UNCONFIRMED: "confirm it with `multifidus confirm`",
}


def _of_the_list(material: Material, view: View) -> Iterator[Gap]:
    yield from _open(material, view)
    yield from _against(material, view)


def _open(material: Material, view: View) -> Iterator[Gap]:
    """Tell what is open: what every way to met needs, then where one way of several is enough."""
    told = material.determination
    waiting = {each.element: each for each in told.open}
    ways = [frozenset(each for each in way.favourable if each in waiting) for way in told.routes]
    always = frozenset(waiting).intersection(*ways)
    ever = frozenset().union(*ways)
    groups = _alternatives([way - always for way in ways])
    first = {min(group, key=list(waiting).index): group for group in groups}
    for name, each in waiting.items():
        if name in always:
            yield _lacking(material, view, each)
        elif name in first:
            options = dict.fromkeys(frozenset(way & first[name]) for way in ways)
            yield _one_of(material, view, [[waiting[one] for one in way] for way in options])
        elif name not in ever:
            gap = _lacking(material, view, each)
            words = f"{gap.words}; needed only if the shorter ways fail"
            yield replace(gap, weight=Weight.LOOK, words=words)


def _alternatives(ways: Sequence[frozenset[str]]) -> Sequence[frozenset[str]]:
    """
    Group the elements of which one can stand for another: no way needs both.

    >>> ways = [frozenset(way) for way in ("ac", "ad", "bc", "bd")]
    >>> sorted("".join(sorted(group)) for group in _alternatives(ways))
    ['ab', 'cd']
    """
    groups: list[frozenset[str]] = []
    for name in sorted(frozenset().union(*ways)):
        together = frozenset().union(*(way for way in ways if name in way))
        mine = [group for group in groups if not group <= together]
        groups = [group for group in groups if group <= together]
        groups.append(frozenset((name,)).union(*mine))
    return groups


def _lacking(material: Material, view: View, each: OpenElement) -> Gap:
    absence = material.determination.absences[each.element]
    detail = f" ({absence.detail})" if absence.detail else ""
    return Gap(
        weight=Weight.MUST,
        about=f"{', '.join(each.criteria)} {each.label}",
        words=f"{absence_words(absence)}{detail}",
        fix=_FIXES[absence.reason],
        from_day=each.earliest or material.today,
        marks=view.marks(absence.provenance),
    )


def _one_of(material: Material, view: View, ways: Sequence[Sequence[OpenElement]]) -> Gap:
    """Tell of several ways that one is enough, in one remark."""
    gaps = [[_lacking(material, view, each) for each in way] for way in ways]
    every = [gap for way in gaps for gap in way]
    states = dict.fromkeys(gap.words for gap in every)
    fixes = dict.fromkeys(gap.fix for gap in every)
    is_alike = len(states) == 1
    return Gap(
        weight=Weight.MUST,
        about="One of: " + "; or ".join(" and ".join(gap.about for gap in way) for way in gaps),
        words="; or ".join(
            states if is_alike else dict.fromkeys(f"{gap.about}: {gap.words}" for gap in every)
        ),
        fix=f"one of them is enough: {'; or '.join(fixes)}",
        from_day=min(max(gap.from_day for gap in way) for way in gaps),
        marks=tuple(dict.fromkeys(mark for gap in every for mark in gap.marks)),
    )


_WITHOUT_LIST = {
    Stance.EXCLUDED: (
        Weight.MUST,
        "as it was read, it excludes the service; nothing in a chart can meet it",
        "ask for an exception, or whether another policy answers; a person decides whether to ask",
    ),
    Stance.SILENT: (
        Weight.SHOULD,
        "as it was read, it does not name the service; nothing in a chart can settle it",
        "ask the payer by which policy or criteria it decides",
    ),
    Stance.UNREAD: (
        Weight.MUST,
        "nobody has read its position; nothing in a chart can settle it",
        "ask the payer for its policy, and read it",
    ),
}
"""What is to be said of a policy without a list of criteria, and the way forward."""


def _without_list(material: Material) -> Iterator[Gap]:
    told = material.determination
    weight, words, fix = _WITHOUT_LIST[told.policy.stance]
    documents = obtain_words(told)
    yield Gap(
        weight=weight,
        about=f"The policy {told.policy.id}",
        words=words,
        fix=f"obtain and read: {'; '.join(documents)}" if documents else fix,
        from_day=material.today,
    )


def _against(material: Material, view: View) -> Iterator[Gap]:
    told = material.determination
    results = {each.id: each for each in told.criteria.walk()}
    for each in view.against():
        earliest = results[each.id].earliest
        yield Gap(
            weight=Weight.MUST,
            about=f"{each.id} {each.title}",
            words=f"{each.finding} by what the record says",
            fix="wait until then"
            if earliest
            else "look whether the record is right; a person decides whether to ask all the same",
            from_day=earliest or material.today,
            marks=tuple(mark for fact in each.facts for mark in fact.marks),
        )


def _request(material: Material) -> Iterator[Gap]:
    practice, today = material.practice, material.today
    diagnoses = [each for each in material.codes if each.is_diagnosis]
    procedures = [each for each in material.codes if not each.is_diagnosis]
    lacking = {
        "Diagnosis code": not diagnoses,
        "Procedure codes": not procedures,
        "Member ID": not (practice.member.member_id or material.person.member_id),
        "Patient's name": not (practice.member.name or material.person.name),
        "Date of birth": not material.person.birth_date,
    }
    for name, lacks in lacking.items():
        if lacks:
            fix = "add it to the order or to the practice's file"
            yield Gap(weight=Weight.MUST, about=name, words="not given", fix=fix, from_day=today)
    place = material.determination.case.value("place_of_service")
    softer = {
        "Site of service": not (place or practice.request.site),
        "Side": not (practice.request.laterality or any(each.modifiers for each in material.codes)),
        "Contact's fax or e-mail": not (practice.contact.fax or practice.contact.email),
    }
    for name, lacks in softer.items():
        if lacks:
            yield Gap(
                weight=Weight.SHOULD,
                about=name,
                words="not given",
                fix="add it to the practice's file",
                from_day=today,
            )


_WEIGHTS = {"error": Weight.MUST, "warning": Weight.SHOULD}


def _coding(material: Material) -> Iterator[Gap]:
    for each in material.remarks:
        yield Gap(
            weight=_WEIGHTS.get(each.severity, Weight.LOOK),
            about=f"Coding {', '.join(each.codes)}",
            words=each.words,
            fix=each.fix,
            from_day=material.today,
        )


def _therapy(material: Material) -> Iterator[Gap]:
    case = material.determination.case
    response = case.value("physical_therapy_response")
    counted = any(
        each.kind == "physical therapy" and each.times > 1 for each in material.treatments
    )
    amounts = ("physical_therapy_visits", "physical_therapy_length", "physical_therapy_days")
    if response and not counted and not any(case.value(each) for each in amounts):
        yield Gap(
            weight=Weight.SHOULD,
            about="Physical therapy",
            words="its response is told, and neither visits nor weeks",
            fix="send the discharge summary with dates and visits",
            from_day=material.today,
        )


def _scores(material: Material, view: View) -> Iterator[Gap]:
    case = material.determination.case
    if case.value("pain_nrs") or case.value("pain_vas"):
        return
    letters = {each.source.name: each.letter for each in view.exhibits.all if each.source}
    for source in material.sources:
        if _SCORE.search(source.text):
            letter = letters.get(source.name)
            yield Gap(
                weight=Weight.SHOULD,
                about=f"Exhibit {letter}" if letter else source.title or source.name,
                words="a pain score stands there without its scale",
                fix="have it recorded with its scale, as 0 to 10",
                from_day=material.today,
            )


def _documents(material: Material, view: View) -> Iterator[Gap]:
    shown = [each.source for each in view.exhibits.all if each.source]
    letters = {each.source.name: each.letter for each in view.exhibits.all if each.source}
    for source in shown:
        about = f"Exhibit {letters[source.name]}"
        if not SIGNED.search(source.text):
            yield Gap(
                weight=Weight.SHOULD,
                about=about,
                words="no signature was found in its text",
                fix="send the signed copy, if there is one",
                from_day=material.today,
            )
        if source.date is None:
            yield Gap(
                weight=Weight.SHOULD,
                about=about,
                words="it has no date",
                fix="send the dated copy, or give the day with --document-date",
                from_day=material.today,
            )
        if _is_of_another(source, material):
            yield Gap(
                weight=Weight.MUST,
                about=about,
                words="an identifier on it may be somebody else's",
                fix="look at the page, and black it out with --redact",
                from_day=material.today,
            )
    for first, second in _carried_forward(shown):
        yield Gap(
            weight=Weight.LOOK,
            about=f"Exhibit {letters[second.name]}",
            words=f"most of its lines stand in Exhibit {letters[first.name]} already",
            fix="have the findings of the later visit recorded as of that visit",
            from_day=material.today,
        )


def _lost(material: Material) -> Iterator[Gap]:
    for each in material.confirmed:
        if each.is_lost:
            yield Gap(
                weight=Weight.SHOULD,
                about=material.dictionary.elements[each.element].label,
                words="words that a person confirmed no longer stand in the record that was read",
                fix="add the document as it was read, or confirm anew with `multifidus confirm`",
                from_day=material.today,
            )


def _is_of_another(source: Source, material: Material) -> bool:
    """Whether a page names two record numbers, a social security number, or another birthday."""
    numbers = {each.casefold() for each in _NUMBERED.findall(source.text)}
    days = {_digits(each) for each in _BIRTH.findall(source.text)}
    own = _digits(material.person.birth_date)
    other_day = any(len(each) == len(own) and each != own for each in days) if own else False
    return len(numbers) > 1 or other_day or bool(_SOCIAL_SECURITY.search(source.text))


def _digits(day: str) -> tuple[int, ...]:
    """Read the numbers of a day, sorted: 05/19/1977 and 1977-05-19 are the same."""
    return tuple(sorted(int(each) for each in re.findall(r"\d+", day)))


def _carried_forward(sources: Sequence[Source]) -> Iterator[tuple[Source, Source]]:
    dated = sorted(
        (each for each in sources if each.date),
        key=lambda each: str(each.date and each.date.latest),
    )
    lines = {each.name: _long_lines(each.text) for each in dated}
    for number, later in enumerate(dated):
        mine = lines[later.name]
        for earlier in dated[:number]:
            shared = mine & lines[earlier.name]
            if len(mine) >= FEWEST_LINES and len(shared) >= MOST_ALIKE * len(mine):
                yield earlier, later
                break


def _long_lines(text: str) -> set[str]:
    lines = (" ".join(each.split()) for each in text.split("\n"))
    return {each for each in lines if len(each) >= SHORTEST_LINE}


def _unread(material: Material) -> Iterator[Gap]:
    for each in material.unread:
        yield Gap(
            weight=Weight.LOOK,
            about=str(each.place),
            words=each.message,
            fix=each.hint,
            from_day=material.today,
        )
