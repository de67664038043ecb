"""`multifidus check`: a record, a policy or payer, and a day → what the criteria come to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.derive import Plan, derive, with_requested_codes
from multifidus.chart.record import read_record, some_of
from multifidus.cli.behind import behind_case
from multifidus.cli.behind_words import report_behind
from multifidus.cli.coding import report_coding, request_of
from multifidus.cli.library import open_shelf
from multifidus.cli.text import About, show_determinations
from multifidus.core.case import Service
from multifidus.core.determination import determine
from multifidus.core.quantity import DateRange
from multifidus.core.report import report
from multifidus.errors import Problem, RequestError
from multifidus.library.shelf import DEFAULT_POLICIES, Asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.chart.derive import Chart
    from multifidus.chart.record import Record
    from multifidus.cli.behind import Behind
    from multifidus.cli.question import Question
    from multifidus.core.case import Case
    from multifidus.core.determination import Determination
    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Choice, Shelf

DICTIONARY = "low-back-pain"


def answer_in_text(question: Question, *, today: date) -> str:
    """Show determinations; without policy and payer, of guideline and label side by side."""
    told = _answer(question, today)
    about = About(
        patient=told.chart.patient,
        date_origin=told.date_origin,
        request=request_of(told.chart.requested, told.case, told.policies),
        behind=told.behind,
        unread=told.unread,
    )
    why = [each.because if question.payer or each.among > 1 else "" for each in told.chosen]
    return show_determinations(
        list(zip(told.determinations, why, strict=True)), told.dictionary, about
    )


def answer_in_json(question: Question, *, today: date) -> str:
    """Give the published JSON: one object for a policy or payer, a list for those side by side."""
    told = _answer(question, today)
    reports = [
        {
            **report(each, version=__version__, chosen=choice.because, unread=told.unread),
            "coding": report_coding(request_of(told.chart.requested, told.case, [policy])),
            "evidence": report_behind(told.behind, policy.about.id),
        }
        for policy, choice, each in zip(
            told.policies, told.chosen, told.determinations, strict=True
        )
    ]
    is_one = question.names_a_policy
    return json.dumps(reports[0] if is_one else reports, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    chart: Chart
    dictionary: Dictionary
    date_origin: str
    case: Case
    chosen: tuple[Choice, ...]
    policies: tuple[Policy, ...]
    determinations: tuple[Determination, ...]
    behind: Behind
    unread: tuple[Problem, ...]


def _answer(question: Question, today: date) -> _Told:
    with open_shelf(question.library) as shelf:
        # A name that is not on the shelf is told before a large record is read.
        _check_names(shelf, question)
        dictionary = shelf.dictionaries[DICTIONARY]
        plan = Plan(dictionary)
        record = read(question, shelf, plan)
        chart = only_chart(record, question.records)
        if question.service_codes:
            chart = with_requested_codes(plan, chart, question.service_codes)
        day, origin = service_date(question, chart, today)
        case = derive(plan, chart, Service(date=day, codes=question.service_codes))
        chosen = tuple(choose(shelf, question, day))
        policies = tuple(shelf.read(each.shelved) for each in chosen)
        return _Told(
            chart=chart,
            dictionary=dictionary,
            date_origin=origin,
            case=case,
            chosen=chosen,
            policies=policies,
            determinations=tuple(determine(policy, case) for policy in policies),
            behind=behind_case(policies, case, shelf),
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


def _check_names(shelf: Shelf, question: Question) -> None:
    """See that the names are known; the day, which may choose between versions, is not yet."""
    if question.payer:
        shelf.all_of_payer(question.payer)
    elif question.plan or question.line_of_business or question.jurisdiction:
        message = "a plan, a line of business or a jurisdiction narrows a payer's policies"
        raise RequestError(Problem.at("--payer", message, "name the payer with --payer"))
    elif question.policy:
        shelf.check_name(question.policy)


def choose(shelf: Shelf, question: Question, day: date) -> Iterator[Choice]:
    """Find the policies that answer, each with why it is that one."""
    if question.payer:
        asked = Asked(
            payer=question.payer,
            plan=question.plan,
            line_of_business=question.line_of_business,
            jurisdiction=question.jurisdiction,
        )
        yield shelf.choose_for(asked, day)
    elif question.policy:
        yield shelf.choose(question.policy, day)
    else:
        yield from (shelf.choose(name, day) for name in DEFAULT_POLICIES)


def only_chart(record: Record, paths: Sequence[Path]) -> Chart:
    """Give the one chart of a record; `RequestError` when there are several."""
    charts = record.charts
    if len(charts) == 1:
        return charts[0]
    names = some_of([chart.patient for chart in charts])
    message = f"the record holds {len(charts)} patients"
    raise RequestError.at(paths[0].name, message, f"choose one with --patient: {names}")
