"""`multifidus check`: a record, a policy or payer, and a day → what the criteria come to."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.derive import Plan, derive, gather, with_requested_codes
from multifidus.chart.fhir import read_entries
from multifidus.cli.text import show_determinations
from multifidus.core.case import Service
from multifidus.core.determination import determine
from multifidus.core.report import report
from multifidus.errors import BundleError, Place, Problem, RequestError
from multifidus.library.shelf import DEFAULT_POLICIES, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from multifidus.chart.derive import Chart
    from multifidus.library.shelf import Shelf, Shelved

DICTIONARY = "low-back-pain"
SHOWN_PATIENTS = 5


def check(
    record: Path,
    *,
    policy: str | None = None,
    payer: str | None = None,
    on: date | None = None,
    service_codes: tuple[str, ...] = (),
    patient: str = "",
    as_json: bool = False,
) -> str:
    """Determine and show; without policy and payer, for the guideline and the label side by side."""
    shelf = shipped()
    # A name that is not on the shelf is told before a large record is read.
    _chosen(shelf, policy, payer, on)
    dictionary = shelf.dictionaries[DICTIONARY]
    plan = Plan(dictionary)
    chart = _only_chart(list(gather(plan, read_entries(record), only=patient)), record, patient)
    if service_codes:
        chart = with_requested_codes(plan, chart, service_codes)
    said = chart.service_date()
    day, origin = (
        (on, "as asked") if on else said or (date.today(), "today; the record asks for no day")
    )
    case = derive(plan, chart, Service(date=day, codes=service_codes))
    determinations = [
        determine(shelf.read(each), case) for each in _chosen(shelf, policy, payer, day)
    ]
    if not as_json:
        return show_determinations(
            determinations, dictionary, patient=chart.patient, date_origin=origin
        )
    told = [report(each, version=__version__) for each in determinations]
    return json.dumps(told[0] if policy or payer else told, indent=2, ensure_ascii=False)


def _chosen(shelf: Shelf, policy: str | None, payer: str | None, day: date | None) -> list[Shelved]:
    """Find the policies that answer; with no day yet, only whether the names are known."""
    if payer:
        return [shelf.of_payer(payer, day)] if day else shelf.all_of_payer(payer)
    return [
        shelf.find(name, day or date.max) for name in ((policy,) if policy else DEFAULT_POLICIES)
    ]


def _only_chart(charts: Sequence[Chart], record: Path, patient: str) -> Chart:
    if len(charts) == 1:
        return charts[0]
    names = ", ".join(chart.patient for chart in charts[:SHOWN_PATIENTS])
    more = f" and {len(charts) - SHOWN_PATIENTS} more" if len(charts) > SHOWN_PATIENTS else ""
    place = Place(file=record.name)
    if patient:  # pragma: no cover  a record without the patient asked for is told by `gather`
        raise BundleError(
            Problem(place=place, message="the patient asked for is not in it", hint="see --patient")
        )
    message = f"the record holds {len(charts)} patients"
    raise RequestError(
        Problem(place=place, message=message, hint=f"choose one with --patient: {names}{more}")
    )
