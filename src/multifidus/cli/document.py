"""
`multifidus policy document`: a policy as a web page or a PDF, with the marks of a record.

Here the other rooms hand the document what they know: the library its versions and how they differ,
the worked cases beside the policy, and the chart what a record says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.derive import Plan, derive, with_requested_codes
from multifidus.cli.check import DICTIONARY, only_chart, read, service_date
from multifidus.cli.diff import compared_policies, side_without, title, verdict
from multifidus.cli.findings import findings_behind
from multifidus.cli.library import open_shelf
from multifidus.cli.written import FOR_ALL, FOR_THE_OWNER, put
from multifidus.core.case import Service
from multifidus.core.determination import determine
from multifidus.core.words import REPORTED, days_words
from multifidus.errors import PolicyError, RequestError, Severity
from multifidus.export.attributes import RULE, Standing, attributes
from multifidus.export.document.compose import document_of, does_words
from multifidus.export.document.material import (
    Answered,
    AttributeList,
    Change,
    Example,
    Marked,
    Material,
    Version,
)
from multifidus.export.document.print import laid, program
from multifidus.export.document.web import web_page
from multifidus.language.cases import read_cases, run_cases
from multifidus.library.comparison import Change as Alteration
from multifidus.library.topics import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.cli.question import Question
    from multifidus.core.policy import Policy
    from multifidus.errors import Problem
    from multifidus.export.attributes import Attribute
    from multifidus.export.document.parts import Document
    from multifidus.language.cases import WorkedCase
    from multifidus.library.comparison import Comparison
    from multifidus.library.shelf import Shelf, Shelved

HTML, PDF = ".html", ".pdf"
CASES = "cases.md"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which policy, with which record, into which file."""

    question: Question
    """Its policy, the records if there are any, and the day."""
    out: Path
    limit: float


def write_document(wanted: Wanted, *, today: date) -> str:
    """Write the document and say so."""
    form = wanted.out.suffix.lower()
    if form not in (HTML, PDF):
        hint = f"end its name in {HTML} or {PDF}"
        raise RequestError.at(str(wanted.out), "a policy is written as HTML or PDF", hint)
    question = wanted.question
    with open_shelf(question.library) as shelf:
        shelved, marked = _found(shelf, question, today)
        day = marked.determination.service.date if marked else question.on or today
        material = material_of(shelf, shelved, on=day, limit=wanted.limit)
    document = document_of(replace(material, marked=marked))
    # What is said of a patient is for the owner of the file alone.
    mode = FOR_THE_OWNER if marked else FOR_ALL
    _write(wanted.out, _bytes(document, wanted.out, day), mode)
    return f"{wanted.out}: written"


def _found(shelf: Shelf, question: Question, today: date) -> tuple[Shelved, Marked | None]:
    """Find the version that is asked for, and put the record to it if there is one."""
    if not question.records:
        return shelf.find(question.policy, question.on or today), None
    # A name that is not on the shelf is told before a large record is read.
    shelf.check_name(question.policy)
    return _marked(shelf, question, today)


def _bytes(document: Document, out: Path, day: date) -> bytes:
    if out.suffix.lower() == HTML:
        return f"{web_page(document)}\n".encode(errors="replace")
    # It brings in typst, which a page does without.
    from multifidus.packet.press import document_pdf  # noqa: PLC0415

    return document_pdf(program(), laid(document, day=day), name=str(out))


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        put(path, content, mode=mode)
    except OSError as error:
        message = f"the file cannot be written: {error.strerror}"
        hint = "name a file in a folder that is there and may be written"
        raise RequestError.at(str(path), message, hint) from None


def _marked(shelf: Shelf, question: Question, today: date) -> tuple[Shelved, Marked]:
    """Put the record to the policy."""
    plan = Plan(shelf.dictionaries[DICTIONARY])
    record = read(question, shelf, plan)
    chart = only_chart(record, question.records)
    if question.service_codes:
        chart = with_requested_codes(plan, chart, question.service_codes)
    day, origin = service_date(question, chart, today)
    case = derive(plan, chart, Service(date=day, codes=question.service_codes))
    shelved = shelf.choose(question.policy, day).shelved
    return shelved, Marked(
        determination=determine(sound_policy(shelf, shelved), case),
        patient=chart.patient,
        date_origin=origin,
        unread=record.unread,
    )


def sound_policy(shelf: Shelf, shelved: Shelved) -> Policy:
    """
    Read a policy that is to be published; raises `PolicyError` with all that is wrong with it.

    Of the user's own, its worked cases have to come to what they expect, too; what is shipped was
    put to them before.
    """
    policy = shelf.read(shelved)
    if shelved.folder != shelf.folder:
        cases, problems = _cases(shelved, policy)
        errors = _errors(problems) or _errors(run_cases(policy, cases))
        if errors:
            raise PolicyError(*errors)
    return policy


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [each for each in problems if each.severity is Severity.ERROR]


def _cases(shelved: Shelved, policy: Policy) -> tuple[tuple[WorkedCase, ...], tuple[Problem, ...]]:
    path = shelved.path.with_name(CASES)
    return read_cases(_text(path), dictionary=policy.dictionary, file=str(path))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def material_of(shelf: Shelf, shelved: Shelved, *, on: date, limit: float) -> Material:
    """Gather what a document is made from."""
    mine = [each for each in shelf.entries if each.id == shelved.id]
    policies = {str(each): sound_policy(shelf, each) for each in mine}
    policy, versions = policies[str(shelved)], list(policies.values())
    return Material(
        policy=policy,
        software=__version__,
        examples=examples_of(shelved, policy),
        history=versions_of(versions, following(versions, on=on, limit=limit)),
        attributes=attributes_of(policy),
    )


def examples_of(shelved: Shelved, policy: Policy) -> tuple[Example, ...]:
    """Read the worked cases beside a policy, if there are any."""
    cases, _ = _cases(shelved, policy)
    return tuple(Example(name=each.name, case=each.case) for each in cases)


def attributes_of(policy: Policy) -> tuple[AttributeList, ...]:
    """Answer the source attributes, with the reports that stand behind the clauses."""
    reports = (each for finding in findings_behind(policy) for each in finding.reports)
    citations = dict.fromkeys(each.citation for each in reports)
    told = attributes(policy, evidence=tuple(citations))
    return tuple(
        AttributeList(
            heading=heading,
            attributes=tuple(_answered(each) for each in told if each.id.startswith(letter)),
        )
        for letter, heading in _LISTS.items()
    )


_LISTS = {
    "A": f"Of decision support that rests on evidence ({RULE}(A))",
    "B": f"Of decision support that predicts ({RULE}(B))",
}
"""By the letter with which the attributes of a list begin."""


def _answered(each: Attribute) -> Answered:
    lacking = "" if each.standing is Standing.ANSWERED else each.standing.value
    return Answered(question=f"{each.id} {each.question}", answer=each.answer, lacking=lacking)


def following(versions: Sequence[Policy], *, on: date, limit: float) -> list[Comparison]:
    """Compare each version of a policy with the one before."""
    return [
        compared_policies(earlier, later, on=on, limit=limit)
        for earlier, later in pairwise(versions)
    ]


def versions_of(policies: Sequence[Policy], compared: Sequence[Comparison]) -> tuple[Version, ...]:
    """Tell all versions of a policy, with what each changed of the one before."""
    return tuple(map(_version, policies, [None, *compared]))


def _version(policy: Policy, compared: Comparison | None) -> Version:
    about = policy.about
    return Version(
        name=f"{about.id}@{about.version}",
        days=days_words(about.in_force),
        does=does_words(policy),
        verdict=" ".join(_verdict(compared)) if compared else "",
        changes=changes_of(compared) if compared else (),
    )


def _verdict(compared: Comparison) -> Iterator[str]:
    """Say how a version stands to the one before, and of which of them reports alone were read."""
    yield f"{verdict(compared)}."
    for each in (compared.first, compared.second):
        if each.policy.is_reported:
            yield REPORTED.format(each.name)


def changes_of(compared: Comparison) -> tuple[Change, ...]:
    """Tell what the second of two policies changed of the first, topic by topic."""
    return tuple(
        Change(
            word=each.change.value,
            topic=title(each, compared),
            before=words_of(each.topic.first),
            nothing=side_without(each),
            after=words_of(each.topic.second),
        )
        for each in compared.findings
        if each.change is not Alteration.SAME
    )
