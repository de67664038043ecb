"""The codes of a request and what is said of them, for a person and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.billing.check import check_codes
from multifidus.billing.request import CodedRequest, RequestCode, System, coded
from multifidus.billing.tables import Severity, shipped_tables
from multifidus.core.canonical import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.billing.check import CodingFinding
    from multifidus.chart.statements.requested import RequestedCode
    from multifidus.cli.lines import Lines
    from multifidus.core.canonical import Plain
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

SEVERITY_WORDS = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.INFORMATION: "To know",
}
SITES = {
    "office": "11",
    "inpatient-hospital": "21",
    "outpatient-hospital": "22",
    "ambulatory-surgery-center": "24",
}
"""The dictionary's places of service, by CMS's numbers."""
NO_SOURCE = "no source; general knowledge"


def codes_of_record(requested: Iterable[RequestedCode]) -> tuple[RequestCode, ...]:
    """
    Give the codes of a record's requests, each once.

    An order and the claim for it name the same code: the line that tells units or modifiers counts.
    """
    lines: dict[tuple[System, str], list[RequestCode]] = {}
    for each in requested:
        code = coded(each.system, each.code)
        if code is not None:
            told = RequestCode(code.system, code.code, each.units, each.modifiers)
            lines.setdefault((code.system, code.code), []).append(told)
    found: list[RequestCode] = []
    for same in lines.values():
        detailed = [each for each in same if each.units > 1 or each.modifiers]
        found += dict.fromkeys(detailed or same[:1])
    return tuple(found)


def request_of(
    requested: Iterable[RequestedCode], case: Case, policies: Sequence[Policy]
) -> CodedRequest:
    """Give a record's request as it is put to a policy; to several, to none in particular."""
    policy = policies[0] if len(policies) == 1 else None
    lines = policy.scope.lines_of_business if policy else ()
    return CodedRequest(
        on=case.service.date,
        codes=codes_of_record(requested),
        site=SITES.get(str(case.value("place_of_service")), ""),
        line_of_business=lines[0] if len(lines) == 1 else None,
        policy=policy.about.id if policy else "",
    )


def show_findings(findings: Sequence[CodingFinding], lines: Lines) -> Iterator[str]:
    """Lay out findings for a terminal, each with its fix and its source."""
    if not findings:
        yield "  nothing to say of them"
    for each in findings:
        yield ""
        head = lines.paint(SEVERITY_WORDS[each.severity], each.severity)
        yield f"  {head}  {', '.join(each.codes)}"
        yield from lines.wrapped(f"{each.message[0].upper()}{each.message[1:]}.", "    ")
        yield from lines.wrapped(f"Way forward: {each.fix}.", "    ", hang="  ")
        source = each.source or NO_SOURCE
        yield from lines.wrapped(f"{each.rule}; {each.reading}: {source}", "    ", hang="  ")


def report_code(code: RequestCode) -> dict[str, Plain]:
    """Lay out one line of a request."""
    return {
        "system": code.system.value,
        "code": code.code,
        "units": code.units,
        "modifiers": list(code.modifiers),
    }


def report_coding(request: CodedRequest) -> dict[str, Plain]:
    """Lay out a request's codes, and what is said of them."""
    return {
        "codes": [report_code(each) for each in request.codes],
        "site": request.site or None,
        "line_of_business": None
        if request.line_of_business is None
        else str(request.line_of_business),
        "findings": [plain(each) for each in check_codes(request, shipped_tables())],
    }
