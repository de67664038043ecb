"""
Policy → document: what it is, its criteria, and all that stands beside them.

The document says what the policy file says, in its order and with its ids and sentences; where a
record is put to it, each clause carries its mark, the value and the value's address.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from multifidus.core.citation import ReadingStatus
from multifidus.core.policy import Kind, Stance, Status
from multifidus.core.words import days_words
from multifidus.export.document import beside
from multifidus.export.document.clauses import criteria, source_anchor
from multifidus.export.document.marks import Marks, answer
from multifidus.export.document.parts import (
    Block,
    Document,
    Line,
    Notice,
    Pairs,
    Section,
    Words,
    code,
    paragraph,
    strong,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.policy import Policy
    from multifidus.export.document.material import Material

KIND_WORDS = {
    Kind.COVERAGE: "coverage policy",
    Kind.LABEL: "label",
    Kind.GUIDELINE: "guideline",
    Kind.RESEARCH: "entry criteria of a trial",
    Kind.ASSESSMENT: "assessment",
    Kind.PREMISES: "premises of proofs",
}
_TESTS = {
    Kind.COVERAGE: "it sets criteria for covering the service",
    Kind.LABEL: "it names criteria for the approved use of the device, and covers nothing itself",
    Kind.GUIDELINE: "it names criteria by which a society recommends the service, and covers"
    " nothing itself",
    Kind.RESEARCH: "it names criteria for entering a trial, and covers nothing",
    Kind.ASSESSMENT: "it names criteria under which the service was assessed, and covers nothing"
    " itself",
    Kind.PREMISES: "it states what proofs may assume; no chart is put to it",
}
_WITHOUT_TESTS = {
    Stance.EXCLUDED: "it excludes the service whatever the chart says",
    Stance.SILENT: "it was read, and does not name the service",
    Stance.UNREAD: "nobody has read its position",
}
_STATUS_WORDS = {
    Status.DRAFT: "draft",
    Status.ACTIVE: "active",
    Status.RETIRED: "retired",
}
_READ_WORDS = {
    ReadingStatus.VERIFIED: "the document itself was read",
    ReadingStatus.ATTESTED: "a person vouches for it, who had the document in hand",
    ReadingStatus.SECOND_HAND: "read through a report of the document",
    ReadingStatus.UNVERIFIED: "nobody has read the document",
}
_PARAPHRASE = (
    "A transcription in our own words, not the document itself; each clause says how well its"
    " source was read."
)


def document_of(material: Material) -> Document:
    """Lay a policy out."""
    policy, about = material.policy, material.policy.about
    cases = beside.worked(material)
    marks = Marks(material.marked, policy.dictionary)
    return Document(
        title=about.title,
        above=f"{about.body}: {KIND_WORDS[about.kind]}",
        lead=tuple(_lead(policy)),
        sections=(
            *([answer(material.marked)] if material.marked else []),
            _about(material),
            criteria(policy, marks),
            *beside.readings(material, cases),
            *beside.obligations(policy),
            *beside.elements(policy),
            *beside.cases_of(material, cases),
            *beside.history(material),
            *beside.sources(policy),
            *beside.attributes(material),
        ),
        footer=f"{about.id} {about.version}, by multifidus {material.software}. A person decides.",
    )


def _lead(policy: Policy) -> Iterator[Block]:
    draft = [strong("Draft.")] if policy.about.status is Status.DRAFT else []
    yield Notice((paragraph(*draft, Words(_PARAPHRASE)),))


def _about(material: Material) -> Section:
    rows = tuple((name, line) for name, line in _pairs(material) if line)
    return Section(anchor="about", heading="About this policy", blocks=(Pairs(rows),))


def _pairs(material: Material) -> Iterator[tuple[str, Line]]:
    policy = material.policy
    about, scope = policy.about, policy.scope
    yield "Policy", (code(f"{about.id}@{about.version}"),)
    yield "In force", (Words(days_words(about.in_force)),)
    remark = f"; {material.remark}" if material.remark else ""
    yield "What it does", (Words(f"{does_words(policy)}{remark}"),)
    yield "Payers", _listed(scope.payers)
    yield "Plans", _listed(scope.plans)
    yield "Lines of business", _listed(scope.lines_of_business)
    yield "Jurisdictions", _listed(scope.jurisdictions)
    yield "Transcription", (Words(_STATUS_WORDS[about.status]),)
    source = policy.sources.get(policy.source)
    if source:
        yield "Document", (Words(source.document, link=f"#{source_anchor(source.key)}"),)
    yield "How well it was read", (Words(read_words(policy, meanings=_READ_WORDS)),)
    yield "Replaces", (code(policy.replaces),) if policy.replaces else ()
    yield "Digest of the text", (code(about.digest),)


def _listed(names: tuple[str, ...]) -> Line:
    return (Words(", ".join(names)),) if names else ()


def does_words(policy: Policy) -> str:
    """Say what a policy does with the service, which only one that pays can cover."""
    about = policy.about
    return _WITHOUT_TESTS.get(about.stance) or _TESTS[about.kind]


def read_words(policy: Policy, *, meanings: Mapping[ReadingStatus, str] | None = None) -> str:
    """Count the clauses by how well they were read, with what the words mean where it is given."""
    counts = Counter(clause.reading for clause in policy.clauses())
    told = [
        f"{counts[status]} {status}" + (f" ({meanings[status]})" if meanings else "")
        for status in ReadingStatus
        if counts[status]
    ]
    if policy.about.stance is Stance.UNREAD:
        return f"nobody has read its position; what is told of it beside: {', '.join(told)}"
    return f"clauses: {', '.join(told)}"
