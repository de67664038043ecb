"""
The entries of a C-CDA document → resources, and the count of all that stands there.

Every clinical statement, at whatever depth, is counted once: as read, as skipped, or as
unreadable. A statement that says that something is not so, that is a relative's, a goal, or a risk
is skipped with all that belongs to it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.ccda import codes as known
from multifidus.chart.ccda.nodes import Node, child, numbered, steps, tags
from multifidus.chart.ccda.resources import Around, Made, Maker, roles_of
from multifidus.chart.ccda.values import Unreadable, code_of, codings
from multifidus.chart.fhir import Address, Entry
from multifidus.errors import Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from multifidus.chart.ccda.narrative import Narrative
    from multifidus.chart.ccda.tree import Element

DEEPEST_ENTRY = 30
MOST_PROBLEMS = 20
STATEMENTS = tags(
    *("act", "encounter", "observation", "observationMedia", "organizer", "procedure"),
    *("regionOfInterest", "substanceAdministration", "supply"),
)
"""The elements that are clinical statements (CDA R2, clinicalStatement)."""
_ENTRY = tags("entry")

# Why a statement is skipped.
EMPTY = "said to hold no information"
GOAL = "a goal"
GROUP = "a group, whose entries count by themselves"
KIND = "of a kind that is not used"
MOOD = "neither done nor asked for"
NEGATED = "negated"
NO_PAYER = "paid by the patient"

_PARTS = frozenset({known.PART, known.STATUS})
_ROLES_SKIPPED = (known.RISK, known.ALLERGY, known.RELATIVE)
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


_TOO_DEEP = "its entries are nested too deeply"


class _Statement(NamedTuple):
    """A clinical statement, where it stands, and what it is."""

    node: Node
    kind: str
    path: str
    around: Around
    relation: str
    """The `typeCode` by which it belongs to another one."""
    roles: AbstractSet[str]
    """What it is by its templates."""
    intent: str
    """What is asked for or intended by it; empty if it has happened."""


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
        around = Around(section=code, skipped=known.SKIPPED_SECTIONS.get(code, ""))
        for entry, _, here in numbered(section, path, _ENTRY):
            count = 0
            for each in numbered(entry, here, STATEMENTS):
                self._take(each, around, "", 0)
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

    def _take(
        self, found: tuple[Element, str, str], around: Around, relation: str, depth: int
    ) -> None:
        element, kind, path = found
        node = Node(element)
        roles = roles_of(node)
        skipped = around.skipped or _why_all_skipped(node, roles)
        if skipped or depth == DEEPEST_ENTRY:
            self._skip(element, path, skipped)
            return
        mood = element.get("moodCode") or known.HAPPENED
        intent = known.INTENTS.get(mood, "")
        make = _MAKERS[kind] if intent or mood == known.HAPPENED else Entries._promised
        try:
            made = make(self, _Statement(node, kind, path, around, relation, roles, intent))
        except Skipped as why:
            self.skipped[str(why)] += 1
        except Unreadable as why:
            self._wrong(element, path, str(why))
        else:
            self._keep(made, element, path)
        links = [*node.all("entryRelationship"), *node.all("component")]
        if links:
            inner = _inside(node, kind, around, roles)
            for link, _, here in steps(links, path):
                relation = link.get("typeCode") or ""
                for each in numbered(link, here, STATEMENTS):
                    self._take(each, inner, relation, depth + 1)

    def _skip(self, element: Element, path: str, why: str) -> None:
        """Count a statement and all within it."""
        count = sum(1 for _ in element.iter(*STATEMENTS))
        if why:
            self.skipped[why] += count
        else:
            self.unreadable[_TOO_DEEP] += count
            self._note(element, path, _TOO_DEEP)

    def _keep(self, made: Made, element: Element, path: str) -> None:
        address = Address(self.name, path)
        self.entries.append(Entry(made.resource, f"{self.name}#{path}", address=address))
        if made.unreadable:
            self._wrong(element, path, made.unreadable)
        else:
            self.read[made.resource["resourceType"]] += 1
        for words in made.notes:
            self._note(element, path, words)

    # Its kinds

    def _observation(self, statement: _Statement) -> Made:
        node, _, _, around, relation, roles, intent = statement
        code = code_of(node.child("code"))
        is_ours = relation in _OF_ITS_PARENT and around.parent not in {"", "organizer"}
        if is_ours or not roles.isdisjoint(_PARTS) or code in known.PART_CODES:
            raise Skipped(known.PART)
        if node.get("classCode") in _IMAGES:
            raise Skipped(KIND)
        if intent:
            return self.maker.service_request(node, around, intent)
        if _is_problem(statement, code):
            return self.maker.condition(node, around)
        if known.PROCEDURE in roles:
            return self.maker.procedure(node, around)
        return self.maker.observation(node, around)

    def _act(self, statement: _Statement) -> Made:
        node, _, path, around, relation, roles, intent = statement
        is_in_payers = around.section == known.PAYERS and relation == "COMP" and not intent
        if known.POLICY in roles or is_in_payers:
            if _is_self_pay(node):
                raise Skipped(NO_PAYER)
            return self.maker.coverage(node, around)
        if known.INSTRUCTION in roles:
            raise Skipped(KIND)
        if _is_service(statement):
            if intent:
                return self.maker.service_request(node, around, intent)
            return self.maker.procedure(node, around)
        if known.NOTE in roles or code_of(node.child("code")) == known.NOTE_CODE:
            # Words that only refer to the section's narrative add none.
            self.narrative.add("", node.child("text"), f"{path}/text", path)
        raise Skipped(GROUP if node.all("entryRelationship") else KIND)

    def _procedure(self, statement: _Statement) -> Made:
        if statement.intent:
            return self.maker.service_request(statement.node, statement.around, statement.intent)
        return self.maker.procedure(statement.node, statement.around)

    def _encounter(self, statement: _Statement) -> Made:
        if statement.around.parent and statement.node.child("code") is None:
            raise Skipped(known.PART)
        return self.maker.encounter(statement.node, statement.around, statement.intent)

    def _medication(self, statement: _Statement) -> Made:
        node, _, _, around, _, roles, intent = statement
        make = self.maker.medication
        if around.parent == "substanceAdministration":
            raise Skipped(known.PART)  # Another dose of the same.
        if intent:
            # What somebody intends that the patient takes is a prescription, unless it stands in
            # the plan (C-CDA R2.1, Medication Activity).
            is_plan = around.section in known.PLANS or known.PLANNED_MEDICATION in roles
            is_order = node.get("moodCode") == "INT" and not is_plan
            return make("MedicationRequest", node, around, "order" if is_order else intent)
        if around.section == known.IMMUNIZATIONS or known.IMMUNIZATION in roles:
            return make("Immunization", node, around)
        if around.section == known.ADMINISTERED:
            return make("MedicationAdministration", node, around)
        return make("MedicationStatement", node, around)

    def _supply(self, statement: _Statement) -> Made:
        if statement.around.parent not in {"", "organizer", "act"}:
            raise Skipped(known.PART)
        if not statement.intent:
            raise Skipped(KIND)
        return self.maker.device_request(statement.node, statement.around, statement.intent)

    def _group(self, _: _Statement) -> Made:
        raise Skipped(GROUP)

    def _promised(self, _: _Statement) -> Made:
        raise Skipped(MOOD)

    def _other(self, _: _Statement) -> Made:
        raise Skipped(KIND)

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


def _why_all_skipped(statement: Node, roles: AbstractSet[str]) -> str:
    """Tell why a statement is skipped with all that belongs to it; empty if it is not."""
    element = statement.element
    if element.get("nullFlavor"):
        return EMPTY
    if element.get("negationInd", "").strip() in _TRUE:
        return NEGATED
    if element.get("moodCode") == known.GOAL:
        return GOAL
    for role in _ROLES_SKIPPED:
        if role in roles:
            return role
    relative = statement.child("subject", "relatedSubject")
    is_relative = relative is not None and code_of(child(relative, "code")) not in _SELF
    return known.RELATIVE if is_relative else ""


def _inside(statement: Node, kind: str, around: Around, roles: AbstractSet[str]) -> Around:
    """Tell what holds for the statements within one."""
    section, concern = around.section, around.concern
    if kind == "organizer":
        status = code_of(statement.child("statusCode")).lower()
        return Around(section, "", kind, "", concern, status, statement.all("effectiveTime"))
    if kind != "act":
        return Around(section, "", kind, "", concern)
    code = code_of(statement.child("code"))
    is_concern = code == known.CONCERN_CODE or known.CONCERN in roles
    return Around(section, "", kind, code, statement if is_concern else concern)


def _is_problem(statement: _Statement, code: str) -> bool:
    """Whether an observation is a problem: by its template, or by its value and its place."""
    node, around = statement.node, statement.around
    if known.PROBLEM in statement.roles:
        return True
    if not codings(node.child("value")):
        return False
    is_held = around.concern is not None or around.group in known.DIAGNOSES
    is_bare = code in {"", known.ASSERTION} and around.section in known.PROBLEMS
    return is_held or is_bare or code in known.PROBLEM_TYPES


def _is_service(statement: _Statement) -> bool:
    """Whether an act is something done to the patient, or asked for."""
    roles, around = statement.roles, statement.around
    if known.PROCEDURE in roles:
        return True
    if statement.intent:
        return known.PLANNED_ACT in roles or (around.section in known.PLANS and not around.parent)
    return around.section == known.PROCEDURES and not around.parent


def _is_self_pay(statement: Node) -> bool:
    return any(
        each.get("system") == _PAYMENT and each["code"].startswith(known.NO_PAYER)
        for each in codings(statement.child("code"))
    )


_PAYMENT = "https://nahdo.org/sopt"
_MAKERS: Mapping[str, Callable[[Entries, _Statement], Made]] = {
    "act": Entries._act,  # noqa: SLF001  of one module
    "encounter": Entries._encounter,  # noqa: SLF001
    "observation": Entries._observation,  # noqa: SLF001
    "observationMedia": Entries._other,  # noqa: SLF001
    "organizer": Entries._group,  # noqa: SLF001
    "procedure": Entries._procedure,  # noqa: SLF001
    "regionOfInterest": Entries._other,  # noqa: SLF001
    "substanceAdministration": Entries._medication,  # noqa: SLF001
    "supply": Entries._supply,  # noqa: SLF001
}
