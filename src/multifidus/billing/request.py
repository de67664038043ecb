"""
A request as its codes tell it: what is treated, what is done, with which device, where and when.

Codes are taken in any case, with or without dots and blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.policy import LineOfBusiness
from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

REQUEST = "request"


class System(StrEnum):
    """The code systems of a request."""

    ICD_10_CM = "icd-10-cm"
    ICD_10_PCS = "icd-10-pcs"
    CPT = "cpt"
    HCPCS = "hcpcs"
    MODIFIER = "modifier"
    PLACE_OF_SERVICE = "place-of-service"
    FDA_PRODUCT_CODE = "fda-product-code"


SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": System.ICD_10_CM,
    "http://www.cms.gov/Medicare/Coding/ICD10": System.ICD_10_PCS,
    "http://www.ama-assn.org/go/cpt": System.CPT,
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": System.HCPCS,
    "https://multifidus.org/fhir/sid/fda-product-code": System.FDA_PRODUCT_CODE,
}
"""The systems by the addresses that FHIR knows them by."""

_DIAGNOSIS = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?")
_PROCEDURES = (
    (System.CPT, re.compile(r"\d{4}[0-9TF]")),
    (System.HCPCS, re.compile(r"[A-V]\d{4}")),
    (System.ICD_10_PCS, re.compile(r"[0-9A-HJ-NP-Z]{7}")),
)
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_PRODUCT = re.compile(r"[A-Z]{3}")
_SITE = re.compile(r"\d{2}")


@dataclass(frozen=True, slots=True)
class RequestCode:
    """A code as its system writes it, with the units and modifiers of its line."""

    system: System
    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write the line as it is asked for: `64555:2-50`."""
        units = f":{self.units}" if self.units > 1 else ""
        return self.code + units + "".join(f"-{each}" for each in self.modifiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRequest:
    """The codes of one request for one day; the first diagnosis is the principal one."""

    on: date
    codes: tuple[RequestCode, ...] = ()
    site: str = ""
    """CMS place of service, two digits; empty if not told."""
    line_of_business: LineOfBusiness | None = None
    policy: str = ""
    """The policy that the request is put to; empty if none is named."""

    def of(self, *systems: System) -> tuple[RequestCode, ...]:
        """Give the codes of some systems, in the order of the request."""
        return tuple(each for each in self.codes if each.system in systems)


def read_codes(
    *,
    diagnoses: Iterable[str] = (),
    procedures: Iterable[str] = (),
    products: Iterable[str] = (),
) -> tuple[RequestCode, ...]:
    """
    Read codes as people type them; procedures and device lines as `CODE[:UNITS][-MODIFIER…]`.

    Raises `RequestError` with all that cannot be a code.
    """
    problems: list[Problem] = []
    kinds: tuple[tuple[Iterable[str], Callable[[str], RequestCode | None], str], ...] = (
        (diagnoses, _diagnosis, "a diagnosis is written M62.85"),
        (procedures, _line, "a procedure or device is written 64555, 64555:2 or 64555-RT"),
        (products, _product, "an FDA product code is written QLK"),
    )
    codes = []
    for words, read, hint in kinds:
        for each in words:
            code = read(re.sub(r"\s", "", each).upper())
            if code is None:
                problems.append(Problem.at(REQUEST, f"`{each}` is not a code", hint))
            else:
                codes.append(code)
    if problems:
        raise RequestError(*problems)
    return tuple(codes)


def read_site(words: str) -> str:
    """Read a CMS place of service; `RequestError` where it is none."""
    if words and not _SITE.fullmatch(words):
        hint = "a place of service is written with two digits: 22, on-campus outpatient hospital"
        raise RequestError.at(REQUEST, f"`{words}` is not a place of service", hint)
    return words


def read_line_of_business(words: str) -> LineOfBusiness | None:
    """Read a line of business; None for no words, `RequestError` for others."""
    if not words:
        return None
    word = words.strip().lower().replace(" ", "-").replace("_", "-")
    if word not in list(LineOfBusiness):
        hint = f"the lines are: {', '.join(LineOfBusiness)}"
        raise RequestError.at(REQUEST, f"`{words}` is not a line of business", hint)
    return LineOfBusiness(word)


def coded(system: str, code: str) -> RequestCode | None:
    """Read a coding of a FHIR resource; None if it is of no system that requests use."""
    known = SYSTEMS.get(system)
    if known is None:
        return None
    word = re.sub(r"\s", "", code).upper()
    match known:
        case System.ICD_10_CM:
            return _diagnosis(word)
        case System.FDA_PRODUCT_CODE:
            return _product(word)
        case _:
            return _line(word)


def _diagnosis(word: str) -> RequestCode | None:
    plain = word.replace(".", "")
    if not _DIAGNOSIS.fullmatch(plain):
        return None
    code = f"{plain[:3]}.{plain[3:]}" if plain[3:] else plain
    return RequestCode(System.ICD_10_CM, code)


def _line(word: str) -> RequestCode | None:
    before, *modifiers = word.split("-")
    code, _, units = before.partition(":")
    number = int(units) if re.fullmatch(r"[1-9]\d{0,2}", units) else None if units else 1
    system = next((system for system, form in _PROCEDURES if form.fullmatch(code)), None)
    if system is None or number is None or not all(map(_MODIFIER.fullmatch, modifiers)):
        return None
    return RequestCode(system, code, number, tuple(modifiers))


def _product(word: str) -> RequestCode | None:
    return RequestCode(System.FDA_PRODUCT_CODE, word) if _PRODUCT.fullmatch(word) else None
