"""`multifidus codes`: the codes of a request against the tables, and what is known of a code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from multifidus import __version__
from multifidus.billing.check import check_codes
from multifidus.billing.device import DEVICE, device_facts
from multifidus.billing.request import (
    REQUEST,
    CodedRequest,
    RequestCode,
    read_codes,
    read_line_of_business,
    read_site,
)
from multifidus.billing.tables import shipped_tables
from multifidus.chart.derive import Plan
from multifidus.cli.check import DICTIONARY, only_chart, read, service_date
from multifidus.cli.coding import NO_SOURCE, codes_of_record, report_coding, show_findings
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.core.canonical import plain
from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from multifidus.billing.device import DeviceFact
    from multifidus.billing.tables import KnownCode
    from multifidus.cli.question import Question

NOT_TOLD = "not told by a source that was read"
TABLE_NAME = "codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a user names beside a record, in the user's own words."""

    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    site: str = ""
    line_of_business: str = ""


def asked_request(question: Question, named: Named, *, today: date) -> CodedRequest:
    """
    Put together the request that is asked about: the codes of its record, and those that are named.

    Raises `RequestError` with everything that cannot be read, or when there is no code at all.
    """
    problems: list[Problem] = []
    asked = _tried(
        problems,
        lambda: read_codes(
            diagnoses=named.diagnoses, procedures=named.procedures, products=named.products
        ),
    )
    place = _tried(problems, lambda: read_site(named.site))
    line = _tried(problems, lambda: read_line_of_business(named.line_of_business))
    if not question.records and not (named.diagnoses or named.procedures or named.products):
        hint = "name codes with --diagnosis, --procedure, --device, --product, or a --record"
        problems.append(Problem.at(REQUEST, "there is no code", hint))
    if problems:
        raise RequestError(*problems)
    day, recorded = _recorded(question, today) if question.records else (question.on or today, ())
    return CodedRequest(
        on=day,
        codes=(*recorded, *(asked or ())),
        site=place or "",
        line_of_business=line,
        policy=question.policy.partition("@")[0],
    )


def _recorded(question: Question, today: date) -> tuple[date, tuple[RequestCode, ...]]:
    with open_shelf(question.library) as shelf:
        plan = Plan(shelf.dictionaries[DICTIONARY])
        chart = only_chart(read(question, shelf, plan), question.records)
    day, _ = service_date(question, chart, today)
    return day, codes_of_record(chart.requested)


_Read = TypeVar("_Read")


def _tried(problems: list[Problem], read: Callable[[], _Read]) -> _Read | None:
    """Read something; what is wrong with it joins the other problems."""
    try:
        return read()
    except RequestError as error:
        problems += error.problems
        return None


def findings_in_text(request: CodedRequest) -> str:
    """Show the findings on a request, the gravest first."""
    lines = Lines()
    named = ", ".join(map(str, request.codes)) or "no codes"
    findings = check_codes(request, shipped_tables())
    text = [*lines.wrapped(f"Codes on {request.on}: {named}", "", hang="  ")]
    text += show_findings(findings, lines)
    text += ["", "These are remarks on how a request is coded. A person decides."]
    return "\n".join(text)


def findings_in_json(request: CodedRequest) -> str:
    """Give the findings as the published JSON: docs/reference/coding.schema.json."""
    told = {
        "multifidus": __version__,
        "date": request.on.isoformat(),
        "policy": request.policy or None,
        **report_coding(request),
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


# One code


def code_in_text(word: str) -> str:
    """Show what the table holds of a code; `RequestError` where it holds none of that name."""
    lines = Lines()
    return "\n".join(line for known in _known(word) for line in _told(known, lines))


def _known(word: str) -> Sequence[KnownCode]:
    plain_word = re.sub(r"[\s.]", "", word).upper()
    codes = shipped_tables().codes.values()
    found = [each for each in codes if each.code.replace(".", "") == plain_word]
    if not found:
        message = f"no code `{word}` in the table"
        hint = "it holds the codes of this therapy alone; look others up in their code set"
        raise RequestError.at(TABLE_NAME, message, hint)
    return found


def _told(known: KnownCode, lines: Lines) -> Iterator[str]:
    yield lines.paint(known.code, "head") + f"  {known.system}"
    yield from lines.wrapped(known.label, "  ")
    yield f"  {_validity(known)}"
    if known.successors:
        yield from lines.wrapped(f"replaced by {', '.join(known.successors)}", "  ")
    yield from lines.wrapped(f"{known.reading}: {known.source or NO_SOURCE}", "  ", hang="  ")


def _validity(known: KnownCode) -> str:
    first, last = known.valid.first, known.valid.last
    if first is None and last is None:
        return "valid; no first and no last day in the sources read"
    begun = f"from {first}" if first else ""
    ended = f"until {last}" if last else ""
    return " ".join(filter(None, ("valid", begun, ended)))


# The device


def device_in_text() -> str:
    """Show what is known of the device, and what is not; the sources stand below."""
    lines = Lines()
    facts = device_facts()
    sources = list(dict.fromkeys(each.source for each in facts if each.source))
    width = max(len(each.label) for each in facts)
    text = [lines.paint(f"{DEVICE}, as its sources describe it", "head"), ""]
    for each in facts:
        mark = f"  {each.reading} [{sources.index(each.source) + 1}]" if each.source else ""
        words = f"{each.label:<{width}}  {_value(each)}{mark}"
        text += lines.wrapped(words, "  ", hang=" " * (width + 2))
    text += ["", "What has no value here, look up in the current labelling of the model.", ""]
    for number, source in enumerate(sources, start=1):
        text += lines.wrapped(f"[{number}] {source}", "  ", hang="    ")
    return "\n".join(text)


def _value(told: DeviceFact) -> str:
    return NOT_TOLD if told.value is None else f"{told.value} {told.unit}".strip()


def device_in_json() -> str:
    """Give the same as JSON; what no source told is null."""
    facts = {each.fact: plain(each) for each in device_facts()}
    told = {"multifidus": __version__, "device": DEVICE, "facts": facts}
    return json.dumps(told, indent=2, ensure_ascii=False)
