"""`multifidus check`: a record, a policy or payer, and a day → what the criteria come to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.derive import Plan, derive, with_requested_codes
from multifidus.chart.record import read_record, some_of
from multifidus.cli.coding import report_coding, request_of
from multifidus.cli.text import About, show_determinations
from multifidus.core.case import Service
from multifidus.core.determination import determine
from multifidus.core.quantity import DateRange
from multifidus.core.report import report
from multifidus.errors import Problem, RequestError
from multifidus.library.shelf import DEFAULT_POLICIES, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from multifidus.chart.derive import Chart
    from multifidus.chart.record import Record
    from multifidus.core.case import Case
    from multifidus.core.determination import Determination
    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf, Shelved

DICTIONARY = "low-back-pain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a record: which policy, for which day, which codes, of which patient."""

    records: tuple[Path, ...]
    policy: str = ""
    payer: str = ""
    on: date | None = None
    service_codes: tuple[str, ...] = ()
    patient: str = ""
    document_date: date | None = None
    ocr: bool = False


def answer_in_text(question: Question, *, today: date) -> str:
    """Show determinations; without policy and payer, of guideline and label side by side."""
    told = _answer(question, today)
    about = About(
        patient=told.chart.patient,
        date_origin=told.date_origin,
        request=request_of(told.chart.requested, told.case, told.policies),
        unread=told.unread,
    )
    return show_determinations(told.determinations, told.dictionary, about)


def answer_in_json(question: Question, *, today: date) -> str:
    """Give the published JSON: one object for a policy or payer, a list for those side by side."""
    told = _answer(question, today)
    reports = [
        {
            **report(each, version=__version__, unread=told.unread),
            "coding": report_coding(request_of(told.chart.requested, told.case, [policy])),
        }
        for policy, each in zip(told.policies, told.determinations, strict=True)
    ]
    is_one = question.policy or question.payer
    return json.dumps(reports[0] if is_one else reports, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    chart: Chart
    dictionary: Dictionary
    date_origin: str
    case: Case
    policies: tuple[Policy, ...]
    determinations: tuple[Determination, ...]
    unread: tuple[Problem, ...]


def _answer(question: Question, today: date) -> _Told:
    shelf = shipped()
    # A name that is not on the shelf is told before a large record is read.
    _chosen(shelf, question, None)
    dictionary = shelf.dictionaries[DICTIONARY]
    plan = Plan(dictionary)
    record = read(question, shelf, plan)
    chart = only_chart(record, question.records)
    if question.service_codes:
        chart = with_requested_codes(plan, chart, question.service_codes)
    day, origin = service_date(question, chart, today)
    case = derive(plan, chart, Service(date=day, codes=question.service_codes))
    policies = tuple(shelf.read(each) for each in _chosen(shelf, question, day))
    return _Told(
        chart=chart,
        dictionary=dictionary,
        date_origin=origin,
        case=case,
        policies=policies,
        determinations=tuple(determine(policy, case) for policy in policies),
        unread=record.unread,
    )


def read(question: Question, shelf: Shelf, plan: Plan) -> Record:
    """Read the record that is asked about."""
    day = question.document_date
    return read_record(
        plan,
        question.records,
        lexicon=lambda: shelf.lexicon(DICTIONARY),
        only=question.patient,
        document_date=DateRange.exactly(day) if day else None,
        ocr=question.ocr,
    )


def service_date(question: Question, chart: Chart, today: date) -> tuple[date, str]:
    """Give the day of service, and who says so."""
    if question.on:
        return question.on, "as asked"
    said = chart.service_date()
    return said or (today, "today; the record asks for no day")


def _chosen(shelf: Shelf, question: Question, day: date | None) -> list[Shelved]:
    """Find the policies that answer; with no day yet, only whether the names are known."""
    if question.payer:
        payer = question.payer
        return [shelf.of_payer(payer, day)] if day else shelf.all_of_payer(payer)
    names = (question.policy,) if question.policy else DEFAULT_POLICIES
    return [shelf.find(name, day or date.max) for name in names]


def only_chart(record: Record, paths: Sequence[Path]) -> Chart:
    """Give the one chart of a record; `RequestError` when there are several."""
    charts = record.charts
    if len(charts) == 1:
        return charts[0]
    names = some_of([chart.patient for chart in charts])
    message = f"the record holds {len(charts)} patients"
    raise RequestError.at(paths[0].name, message, f"choose one with --patient: {names}")
