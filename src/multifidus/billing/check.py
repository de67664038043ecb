"""
A request's codes against the tables: findings, each with its rule, source and way forward.

A finding is a remark on how a request is written. It never changes what a policy's criteria come
to, and is no decision about care.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from multifidus.billing.groups import group_of
from multifidus.billing.request import System
from multifidus.billing.tables import Kind, Severity, is_under
from multifidus.core.citation import ReadingStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from multifidus.billing.request import CodedRequest, RequestCode
    from multifidus.billing.tables import KnownCode, PolicyCodes, Rule, Tables

DIAGNOSES = (System.ICD_10_CM,)
LINES = (System.CPT, System.HCPCS, System.ICD_10_PCS)
SIDES = frozenset({"RT", "LT"})
BOTH = "50"
DEVICE_CLASS = "QLK"
TABLE = "the project's table of codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingFinding:
    """What a rule says of some codes of a request."""

    rule: str
    severity: Severity
    codes: tuple[str, ...]
    message: str
    fix: str
    reading: ReadingStatus
    source: str


def check_codes(request: CodedRequest, tables: Tables) -> tuple[CodingFinding, ...]:
    """Find what is to be said of a request's codes, the gravest first."""
    found = [
        *_by_code(request, tables),
        *_twice(request),
        *_device(request, tables),
        *_group(request),
    ]
    for rule in tables.rules:
        if rule.when.holds(request):
            found += [_finding(rule, codes) for codes in _LOOKS[rule.kind](rule, request)]
    for listed in tables.policies:
        if listed.policy == request.policy:
            found += _of_policy(listed, request)
    order = list(Severity)
    return tuple(sorted(found, key=lambda each: order.index(each.severity)))


# Each code by itself


def _by_code(request: CodedRequest, tables: Tables) -> Iterator[CodingFinding]:
    for code in dict.fromkeys((each.system, each.code) for each in request.codes):
        known = tables.codes.get(code)
        if known is None:
            yield CodingFinding(
                rule="not-in-table",
                severity=Severity.INFORMATION,
                codes=(code[1],),
                message="this code is not in the table, so its validity was not looked at",
                fix="look it up in the code set of the day of service",
                reading=ReadingStatus.VERIFIED,
                source=TABLE,
            )
        elif not known.valid.include(request.on):
            yield _not_valid(known, request)


def _not_valid(known: KnownCode, request: CodedRequest) -> CodingFinding:
    first, last = known.valid.first, known.valid.last
    if last is not None and request.on > last:
        message = f"valid until {last}, and the service is on {request.on}"
        fix = f"use the one that the record supports: {', '.join(known.successors)}"
        return _validity(known, message, fix if known.successors else "use the code of the day")
    message = f"valid from {first}, and the service is on {request.on}"
    return _validity(known, message, "use a code that was valid on the day of service")


def _validity(known: KnownCode, message: str, fix: str) -> CodingFinding:
    return CodingFinding(
        rule="valid-on-the-day",
        severity=Severity.ERROR,
        codes=(known.code,),
        message=message,
        fix=fix,
        reading=known.reading,
        source=known.source,
    )


def _twice(request: CodedRequest) -> Iterator[CodingFinding]:
    for one, other in combinations(request.codes, 2):
        if one == other:
            yield CodingFinding(
                rule="twice",
                severity=Severity.WARNING,
                codes=(one.code,),
                message="the same line stands in the request more than once",
                fix="keep one, or tell them apart by units or modifiers",
                reading=ReadingStatus.VERIFIED,
                source=TABLE,
            )


def _device(request: CodedRequest, tables: Tables) -> Iterator[CodingFinding]:
    for each in request.of(System.FDA_PRODUCT_CODE):
        known = tables.codes.get((each.system, each.code))
        if known is not None and each.code != DEVICE_CLASS:
            yield CodingFinding(
                rule="other-device-class",
                severity=Severity.ERROR,
                codes=(each.code,),
                message="this product code is of another kind of stimulator, which the label and"
                " the policies of restorative neurostimulation do not speak of",
                fix=f"the restorative neurostimulator is of product code {DEVICE_CLASS}, P190021",
                reading=known.reading,
                source=known.source,
            )


def _group(request: CodedRequest) -> Iterator[CodingFinding]:
    group = group_of(request)
    if group is None:
        return
    graver = [
        f"{number} with {words}"
        for number, words in (
            (group.with_cc, "a complication or comorbidity"),
            (group.with_mcc, "a major one"),
        )
        if number
    ]
    yield CodingFinding(
        rule="ms-drg",
        severity=Severity.INFORMATION,
        codes=(group.principal, *group.procedures),
        message="; ".join([f"these group to MS-DRG {group.group} (versions 42 to 43.1)", *graver]),
        fix="group the whole stay with the grouper of the day of discharge",
        reading=group.reading,
        source=group.source,
    )


# Rules between codes

_Found = tuple[str, ...]


def _finding(rule: Rule, codes: _Found) -> CodingFinding:
    return CodingFinding(
        rule=rule.id,
        severity=rule.severity,
        codes=codes,
        message=rule.says,
        fix=rule.fix,
        reading=rule.reading,
        source=rule.source,
    )


def _present(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    if codes := _matching(rule.codes, request.codes):
        yield codes


def _together(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    others = _matching(rule.others, request.codes)
    for code in _matching(rule.codes, request.codes):
        for other in others:
            if other != code:
                yield code, other


def _needs(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    codes = _matching(rule.codes, request.codes)
    if codes and not _matching(rule.others, request.codes):
        yield codes


def _first(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    yield from ((each,) for each in _matching(rule.codes, request.of(*DIAGNOSES)[:1]))


def _both_sides(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    lines = _lines(rule, request)
    if lines and not any(_ways_of_sides(lines)):
        yield _codes(lines)


def _sides_twice(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    lines = _lines(rule, request)
    if sum(_ways_of_sides(lines)) > 1:
        yield _codes(lines)


def _ways_of_sides(lines: Sequence[RequestCode]) -> tuple[bool, bool, bool]:
    """Tell by which means some lines say both sides: one modifier, two lines or sides, units."""
    modifiers = {modifier for line in lines for modifier in line.modifiers}
    return (
        BOTH in modifiers,
        modifiers >= SIDES,
        sum(line.units for line in lines) > 1 and not modifiers >= SIDES,
    )


def _most_units(rule: Rule, request: CodedRequest) -> Iterator[_Found]:
    (most,) = rule.others
    for line in _lines(rule, request):
        if line.units > int(most):
            yield (line.code,)


_LOOKS: dict[Kind, Callable[[Rule, CodedRequest], Iterator[_Found]]] = {
    Kind.PRESENT: _present,
    Kind.TOGETHER: _together,
    Kind.NEEDS: _needs,
    Kind.FIRST: _first,
    Kind.BOTH_SIDES: _both_sides,
    Kind.SIDES_TWICE: _sides_twice,
    Kind.MOST_UNITS: _most_units,
}


def _lines(rule: Rule, request: CodedRequest) -> tuple[RequestCode, ...]:
    return tuple(each for each in request.of(*LINES) if is_under(each.code, rule.codes))


def _codes(lines: Sequence[RequestCode]) -> _Found:
    return tuple(dict.fromkeys(line.code for line in lines))


def _matching(patterns: Sequence[str], codes: Sequence[RequestCode]) -> _Found:
    return tuple(dict.fromkeys(each.code for each in codes if is_under(each.code, patterns)))


# What a policy says of codes


def _of_policy(listed: PolicyCodes, request: CodedRequest) -> Iterator[CodingFinding]:
    for code in _matching(listed.codes, request.codes):
        yield CodingFinding(
            rule=f"{listed.policy}-{listed.standing}",
            severity=Severity.WARNING if listed.standing == "excluded" else Severity.INFORMATION,
            codes=(code,),
            message=f"{listed.policy} lists this code: {listed.says}",
            fix="see the policy's criteria; a list of codes does not stand for them",
            reading=listed.reading,
            source=listed.source,
        )
