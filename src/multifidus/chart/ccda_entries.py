"""
The entries of a C-CDA document → resources, and the count of all that stands there.

Every clinical statement, at whatever depth, is counted once: as read, as skipped, or as
unreadable. A statement that says that something is not so, that is a relative's, a goal, or a risk
is skipped with all that belongs to it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from multifidus.chart import ccda_codes as known
from multifidus.chart.ccda_resources import Around, Made, Maker, templates_of
from multifidus.chart.ccda_values import V3, Unreadable, child, code_of, codings, numbered
from multifidus.chart.fhir import Address, Entry
from multifidus.errors import Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.chart.narrative import Narrative
    from multifidus.chart.tree import Element

DEEPEST_ENTRY = 30
MOST_PROBLEMS = 20
STATEMENTS = (
    *("act", "encounter", "observation", "observationMedia", "organizer", "procedure"),
    *("regionOfInterest", "substanceAdministration", "supply"),
)
"""The elements that are clinical statements (CDA R2, clinicalStatement)."""
LINKS = ("entryRelationship", "component")

# Why a statement is skipped.
ALLERGY = "an allergy"
EMPTY = "said to hold no information"
GOAL = "a goal"
GROUP = "a group, whose entries count by themselves"
KIND = "of a kind that is not used"
MOOD = "neither done nor asked for"
NEGATED = "negated"
NO_PAYER = "paid by the patient"
PART = "a part of another entry"
RELATIVE = "about a relative"
RISK = "a risk"

_TRUE = frozenset({"true", "1"})
_SELF = frozenset({"SELF", "ONESELF"})
_IMAGES = frozenset({"DGIMG", "ROIBND", "ROIOVL"})
_OF_ITS_PARENT = frozenset({"RSON", "MFST", "CAUS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the clinical statements of a document."""

    read: Mapping[str, int] = field(default_factory=dict)
    """By the resource that was made of them."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """By the reason."""
    unreadable: Mapping[str, int] = field(default_factory=dict)
    """By what is wrong; an observation whose value cannot be read is kept without it."""

    @property
    def total(self) -> int:
        """All of them."""
        return sum(sum(each.values()) for each in (self.read, self.skipped, self.unreadable))


class Skipped(Exception):  # noqa: N818  it never leaves this module
    """Why a clinical statement is not read."""


class Entries:
    """Takes the entries of a document's sections, and keeps the resources they make."""

    def __init__(self, name: str, maker: Maker, narrative: Narrative) -> None:
        """Read a document; the inline words of notes go to its narrative."""
        self.name = name
        self.maker = maker
        self.narrative = narrative
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.more = 0
        self.read: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.unreadable: Counter[str] = Counter()

    def add(self, section: Element, path: str, code: str) -> None:
        """Read the entries of a section."""
        around = Around(section=code, skipped=_SECTIONS_SKIPPED.get(code, ""))
        for entry, _, here in numbered(section, path, ("entry",)):
            count = 0
            for statement, kind, place in numbered(entry, here, STATEMENTS):
                self._take(statement, kind, place, around, 0)
                count += 1
            if not count and not entry.get("nullFlavor"):
                self._wrong(entry, here, "it holds no clinical statement")

    def counts(self) -> Counts:
        """Count what was seen."""
        return Counts(
            read=dict(self.read), skipped=dict(self.skipped), unreadable=dict(self.unreadable)
        )

    def notes(self) -> tuple[Problem, ...]:
        """Tell what could not be read; of many, the first ones."""
        if not self.more:
            return tuple(self.problems)
        last = replace(self.problems[-1], message=f"and {self.more} more like these", subject="")
        return (*self.problems, last)

    # One statement

    def _take(self, statement: Element, kind: str, path: str, around: Around, depth: int) -> None:
        if depth == DEEPEST_ENTRY:
            count = sum(1 for _ in statement.iter(*(V3 + each for each in STATEMENTS)))
            self.unreadable["it is nested too deeply"] += count
            self._note(statement, path, "its entries are nested too deeply")
            return
        templates = templates_of(statement)
        skipped = around.skipped or _why_all_skipped(statement, templates)
        if skipped:
            self.skipped[skipped] += 1
        else:
            self._read(statement, kind, path, around, templates)
        inner = _inside(statement, kind, around, templates)._replace(skipped=skipped)
        for link, _, here in numbered(statement, path, LINKS):
            inner = inner._replace(relation=link.get("typeCode") or "")
            for each, name, place in numbered(link, here, STATEMENTS):
                self._take(each, name, place, inner, depth + 1)

    def _read(
        self, statement: Element, kind: str, path: str, around: Around, templates: set[str]
    ) -> None:
        try:
            made = self._made(statement, kind, path, around, templates)
        except Skipped as why:
            self.skipped[str(why)] += 1
            return
        except Unreadable as why:
            self._wrong(statement, path, str(why))
            return
        address = Address(self.name, path)
        self.entries.append(Entry(made.resource, f"{self.name}#{path}", address=address))
        if made.unreadable:
            self._wrong(statement, path, made.unreadable)
        else:
            self.read[made.resource["resourceType"]] += 1
        for words in made.notes:
            self._note(statement, path, words)

    def _made(
        self, statement: Element, kind: str, path: str, around: Around, templates: set[str]
    ) -> Made:
        mood = statement.get("moodCode") or known.HAPPENED
        intent = known.INTENTS.get(mood, "")
        if not intent and mood != known.HAPPENED:
            raise Skipped(MOOD)
        match kind:
            case "observation":
                return self._observation(statement, around, templates, intent)
            case "act":
                return self._act(statement, path, around, templates, intent)
            case "procedure" if intent:
                return self.maker.service_request(statement, around, intent)
            case "procedure":
                return self.maker.procedure(statement, around)
            case "encounter":
                if around.parent and child(statement, "code") is None:
                    raise Skipped(PART)
                return self.maker.encounter(statement, around, intent)
            case "substanceAdministration":
                return self._medication(statement, around, templates, mood)
            case "supply":
                if around.parent not in {"", "organizer", "act"}:
                    raise Skipped(PART)
                if not intent:
                    raise Skipped(KIND)
                return self.maker.device_request(statement, around, intent)
            case "organizer":
                raise Skipped(GROUP)
            case _:
                raise Skipped(KIND)

    def _observation(
        self, statement: Element, around: Around, templates: set[str], intent: str
    ) -> Made:
        code = code_of(statement, "code")
        is_ours = around.relation in _OF_ITS_PARENT and around.parent not in {"", "organizer"}
        if is_ours or templates & known.PARTS or code in known.PART_CODES:
            raise Skipped(PART)
        if statement.get("classCode") in _IMAGES:
            raise Skipped(KIND)
        if intent:
            return self.maker.service_request(statement, around, intent)
        if _is_problem(statement, code, around, templates):
            return self.maker.condition(statement, around)
        if templates & known.PROCEDURE:
            return self.maker.procedure(statement, around)
        return self.maker.observation(statement, around)

    def _act(
        self, statement: Element, path: str, around: Around, templates: set[str], intent: str
    ) -> Made:
        is_group = any(True for _ in statement.iterchildren(V3 + "entryRelationship"))
        if templates & known.POLICY or (
            around.section == known.PAYERS and around.relation == "COMP" and not intent
        ):
            if _is_self_pay(statement):
                raise Skipped(NO_PAYER)
            return self.maker.coverage(statement, around)
        if templates & known.INSTRUCTION:
            raise Skipped(KIND)
        is_planned = templates & known.PLANNED_ACT or (
            around.section in known.PLANS and not around.parent
        )
        if intent and (is_planned or templates & known.PROCEDURE):
            return self.maker.service_request(statement, around, intent)
        is_procedure = around.section == known.PROCEDURES and not around.parent
        if not intent and (is_procedure or templates & known.PROCEDURE):
            return self.maker.procedure(statement, around)
        if templates & known.NOTE or code_of(statement, "code") == known.NOTE_CODE:
            # Words that only refer to the section's narrative add none.
            self.narrative.add("", child(statement, "text"), f"{path}/text")
        raise Skipped(GROUP if is_group else KIND)

    def _medication(
        self, statement: Element, around: Around, templates: set[str], mood: str
    ) -> Made:
        if around.parent == "substanceAdministration":
            raise Skipped(PART)  # Another dose of the same.
        make = self.maker.medication
        if mood != known.HAPPENED:
            # What somebody intends that the patient takes is a prescription, unless it stands in
            # the plan (C-CDA R2.1, Medication Activity).
            is_plan = around.section in known.PLANS or templates & known.PLANNED_MEDICATION
            is_order = mood == "RQO" or (mood == "INT" and not is_plan)
            intent = "order" if is_order else known.INTENTS[mood]
            return make("MedicationRequest", statement, around, intent)
        if around.section == known.IMMUNIZATIONS or templates & known.IMMUNIZATION:
            return make("Immunization", statement, around)
        if around.section == known.ADMINISTERED:
            return make("MedicationAdministration", statement, around)
        return make("MedicationStatement", statement, around)

    # Problems

    def _wrong(self, element: Element, path: str, words: str) -> None:
        self.unreadable[words] += 1
        self._note(element, path, words)

    def _note(self, element: Element, path: str, words: str) -> None:
        if len(self.problems) == MOST_PROBLEMS:
            self.more += 1
            return
        self.problems.append(
            Problem(
                place=Place(file=self.name, line=element.sourceline or 0),
                subject=path,
                message=words,
                hint="look at it there; what it says is not used",
                severity=Severity.NOTE,
            )
        )


_SECTIONS_SKIPPED: Mapping[str, str] = {known.ALLERGIES: ALLERGY, known.FAMILY: RELATIVE}


def _why_all_skipped(statement: Element, templates: set[str]) -> str:
    """Tell why a statement is skipped with all that belongs to it; empty if it is not."""
    if statement.get("nullFlavor"):
        return EMPTY
    if (statement.get("negationInd") or "").strip() in _TRUE:
        return NEGATED
    if statement.get("moodCode") == known.GOAL:
        return GOAL
    if templates & known.RISK:
        return RISK
    if templates & known.ALLERGY:
        return ALLERGY
    relative = child(statement, "subject", "relatedSubject")
    is_relative = relative is not None and code_of(relative, "code") not in _SELF
    return RELATIVE if is_relative or templates & known.OF_RELATIVES else ""


def _inside(statement: Element, kind: str, around: Around, templates: set[str]) -> Around:
    """Tell what holds for the statements within one."""
    inner = around._replace(parent=kind, group="", status="", times=())
    if kind == "organizer":
        times = tuple(statement.iterchildren(V3 + "effectiveTime"))
        status = code_of(statement, "statusCode").lower()
        return inner._replace(status=status, times=times)
    if kind != "act":
        return inner
    code = code_of(statement, "code")
    is_concern = code == known.CONCERN_CODE or templates & known.CONCERN
    concern = statement if is_concern else around.concern
    return inner._replace(group=code, concern=concern)


def _is_problem(statement: Element, code: str, around: Around, templates: set[str]) -> bool:
    """Whether an observation is a problem: by its template, or by its value and its place."""
    if templates & known.PROBLEM:
        return True
    if not codings(child(statement, "value")):
        return False
    is_held = around.concern is not None or around.group in known.DIAGNOSES
    is_bare = code in {"", known.ASSERTION} and around.section in known.PROBLEMS
    return is_held or is_bare or code in known.PROBLEM_TYPES


def _is_self_pay(statement: Element) -> bool:
    return any(
        each.get("system") == _PAYMENT and each["code"].startswith(known.NO_PAYER)
        for each in codings(child(statement, "code"))
    )


_PAYMENT = "https://nahdo.org/sopt"
