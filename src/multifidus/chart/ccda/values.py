"""
The data types of HL7 version 3, as C-CDA writes them, in the shapes of FHIR R4.

CD becomes a CodeableConcept, TS a date, IVL_TS a period, PQ a Quantity. A null flavor is no value.
Of a time only the day is kept: nothing here asks for the hour, and half of the documents have no
time zone.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.ccda.nodes import V3, child, local, value_of, words_in
from multifidus.chart.fhir import read_date
from multifidus.core.coding import YES_NO_INDICATOR
from multifidus.core.quantity import UCUM_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.chart.ccda.tree import Element
    from multifidus.chart.fhir import Resource

TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

SYSTEMS: Mapping[str, str] = {
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.8": UCUM_SYSTEM,
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.13": "http://www.ada.org/cdt",
    "2.16.840.1.113883.6.14": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.285": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.50": (
        "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
    ),
    "2.16.840.1.113883.6.69": "http://hl7.org/fhir/sid/ndc",
    "2.16.840.1.113883.6.73": "http://www.whocc.no/atc",
    "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.104": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.4.9": "http://fdasis.nlm.nih.gov",
    "2.16.840.1.113883.3.26.1.1": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "2.16.840.1.113883.3.221.5": "https://nahdo.org/sopt",
    "2.16.840.1.113883.5.4": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "2.16.840.1.113883.5.6": "http://terminology.hl7.org/CodeSystem/v3-ActClass",
    "2.16.840.1.113883.5.83": INTERPRETATION,
    "2.16.840.1.113883.12.136": YES_NO_INDICATOR,
    "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
}
"""The code systems that FHIR has a URI for, by object identifier."""

_NAMES: Mapping[str, str] = {
    "CPT": SYSTEMS["2.16.840.1.113883.6.12"],
    "CPT4": SYSTEMS["2.16.840.1.113883.6.12"],
    "CURRENTPROCEDURALTERMINOLOGY": SYSTEMS["2.16.840.1.113883.6.12"],
    "CVX": SYSTEMS["2.16.840.1.113883.12.292"],
    "HCPCS": SYSTEMS["2.16.840.1.113883.6.285"],
    "ICD10CM": SYSTEMS["2.16.840.1.113883.6.90"],
    "ICD9CM": SYSTEMS["2.16.840.1.113883.6.103"],
    "LOINC": SYSTEMS["2.16.840.1.113883.6.1"],
    "RXNORM": SYSTEMS["2.16.840.1.113883.6.88"],
    "SNOMEDCT": SYSTEMS["2.16.840.1.113883.6.96"],
}
"""The same by the names that some write instead, in capitals and without signs."""

_SIGNS = re.compile(r"[^A-Z0-9]")
_OBJECT_IDENTIFIER = re.compile(r"[0-2](?:\.\d+)+")
_TIME = re.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?"
    r"(?:(?<=\d{8})\d{2}(?:\d{2}){0,2}(?:\.\d*)?|(?<=-\d\d)T[\d:.]+)?(?:[+-]\d\d:?(?:\d\d)?|Z)?"
)

# Why there is no value (FHIR data-absent-reason), by the null flavor.
_REASONS: Mapping[str, str] = {
    "ASKU": "asked-unknown",
    "MSK": "masked",
    "NA": "not-applicable",
    "NASK": "not-asked",
    "NAV": "temp-unknown",
    "NINF": "negative-infinity",
    "PINF": "positive-infinity",
}


class Unreadable(Exception):  # noqa: N818  it never leaves the reader of C-CDA
    """Why something in a document cannot be read."""


# Codes


def system_of(element: Element) -> str:
    """Give the URI of an element's code system; empty if it names none."""
    identifier = (element.get("codeSystem") or "").strip()
    known = SYSTEMS.get(identifier)
    if known is not None:
        return known
    for words in (identifier, element.get("codeSystemName") or ""):
        if words.startswith(("http://", "https://", "urn:")):
            return words.strip()
        named = _NAMES.get(_SIGNS.sub("", words.upper()))
        if named is not None:
            return named
    return f"urn:oid:{identifier}" if _OBJECT_IDENTIFIER.fullmatch(identifier) else ""


def codings(element: Element | None, *, within: str = "") -> list[Resource]:
    """
    Give the codes of a CD, its own and its translations', as Codings.

    `within` is the system of a code that names none, where the standard allows only one.
    """
    if element is None:
        return []
    found = [] if element.get("nullFlavor") else [_coding(element, within)]
    if len(element):
        found += [_coding(each, within) for each in element if each.tag == _TRANSLATION]
    return [each for each in found if each]


_TRANSLATION = f"{V3}translation"


def _coding(element: Element, within: str) -> Resource:
    code = (element.get("code") or "").strip()
    if not code:
        return {}
    coding = {"code": code}
    if system := system_of(element) or within:
        coding["system"] = system
    if display := element.get("displayName"):
        coding["display"] = display
    return coding


def code_of(element: Element | None) -> str:
    """Give the code of an element as it stands, whatever its system; empty if there is none."""
    if element is None or element.get("nullFlavor"):
        return ""
    return (element.get("code") or "").strip()


# Times


@lru_cache(maxsize=4096)
def day_of(time: str) -> str:
    """
    Give the day of a TS as FHIR writes it, with the precision it has; empty if it is none.

    >>> day_of("201204161310-0500"), day_of("201204"), day_of("20121340")
    ('2012-04-16', '2012-04', '')
    """
    found = _TIME.fullmatch(time.strip())
    if found is None:
        return ""
    day = "-".join(each for each in found.groups() if each)
    return day if read_date(day) is not None else ""


class When(NamedTuple):
    """A TS or IVL_TS: a day, or from one to another; empty where there is none."""

    day: str = ""
    start: str = ""
    end: str = ""
    is_ended: bool = False
    """Whether it has ended, on an unknown day if `end` is empty."""
    is_unreadable: bool = False
    """Whether something in it is no day."""

    @property
    def first(self) -> str:
        """The day, or the first of them."""
        return self.day or self.start or self.end

    def fields(self, name: str) -> Resource:
        """Write it as a choice of FHIR: `performedDateTime` or `performedPeriod`."""
        if self.day:
            return {f"{name}DateTime": self.day}
        period = self.period()
        return {f"{name}Period": period} if period else {}

    def period(self) -> Resource:
        """Write it as a Period; empty if it has no day."""
        start, end = self.start or self.day, self.end
        return {key: day for key, day in (("start", start), ("end", end)) if day}


def when(*elements: Element) -> When:
    """Read a time; of several (a period, and how often) the first that has a day."""
    if len(elements) == 1:
        return _when(elements[0])
    found = [_when(each) for each in elements]
    best = next((each for each in found if each.first), None)
    if best is None:
        best = next((each for each in found if each.is_ended), When())
    return best._replace(is_unreadable=any(each.is_unreadable for each in found))


def _when(element: Element) -> When:
    text = value_of(element)
    day = day_of(text) if text else ""
    is_unreadable = bool(text) and not day
    if not len(element):
        return When(day, is_unreadable=is_unreadable)
    days: dict[str, str] = {}
    is_ended = False
    for each in element:
        name, text = local(each.tag), value_of(each)
        if name == "high":
            # `UNK` says that it has ended, and nobody knows when; `NI` and `NA` say nothing (C-CDA
            # R2.1, Problem Observation).
            is_ended = bool(text) or each.get("nullFlavor") == "UNK"
        if text and name in _ENDS:
            days[name] = day_of(text)
            is_unreadable |= not days[name]
    day = day or days.get("center", "")
    return When(day, days.get("low", ""), days.get("high", ""), is_ended, is_unreadable)


_ENDS = frozenset({"low", "high", "center"})


# Values


def value_fields(value: Element, words: str) -> Resource:
    """
    Write a `value` as FHIR's `value[x]`, or the reason why there is none.

    `words` are those that it refers to in the narrative. Raises `Unreadable`.
    """
    flavor = value.get("nullFlavor")
    kind = (value.get(TYPE) or _guessed(value)).rpartition(":")[2]
    if kind in _CODED:
        return _coded(value, flavor, words)
    if flavor:
        return _absent(flavor)
    if kind in {"PQ", "REAL", "MO"}:
        return {"valueQuantity": _quantity(value)}
    if kind == "INT":
        return _integer(value)
    if kind == "IVL_PQ":
        return _interval(value)
    if kind == "BL":
        return {"valueBoolean": value.get("value") == "true"}
    if kind in {"TS", "IVL_TS"}:
        return _time(value)
    text = words or words_in(value) or value_of(value)
    if not text:
        message = "its value is empty"
        raise Unreadable(message)
    return {"valueString": text}


_CODED = frozenset({"CD", "CE", "CV", "CO", "CS", "CR"})


def _guessed(value: Element) -> str:
    """Tell the type of a value that does not say it, by its attributes."""
    if value.get("code") or value.get("codeSystem"):
        return "CD"
    return "PQ" if value.get("value") else "ST"


def _coded(value: Element, flavor: str | None, words: str) -> Resource:
    concept = concept_of(value, words)
    if concept:
        return {"valueCodeableConcept": concept}
    if flavor:
        return _absent(flavor)
    message = "its value has neither a code nor words"
    raise Unreadable(message)


def concept_of(element: Element | None, words: str = "") -> Resource:
    """Write a CD as a CodeableConcept; empty if it has neither a code nor words."""
    found = codings(element)
    text = words or words_in(child(element, "originalText"))
    text = text or next((each["display"] for each in found if "display" in each), "")
    if not text and element is not None:
        text = (element.get("displayName") or "").strip()
    concept: Resource = {"coding": found} if found else {}
    return {**concept, "text": text} if text else concept


def _absent(flavor: str) -> Resource:
    code = _REASONS.get(flavor, "unknown")
    return {"dataAbsentReason": {"coding": [{"system": ABSENT, "code": code}]}}


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        message = "its value is not a number"
        raise Unreadable(message)
    return number


def _quantity(element: Element) -> Resource:
    quantity: Resource = {"value": _number(value_of(element))}
    unit = (element.get("unit") or "").strip()
    return {**quantity, "unit": unit, "system": UCUM_SYSTEM, "code": unit} if unit else quantity


def _integer(value: Element) -> Resource:
    number = _number(value_of(value))
    if number != number.to_integral_value():
        message = "its value is not a whole number"
        raise Unreadable(message)
    return {"valueInteger": int(number)}


def _interval(value: Element) -> Resource:
    """Write from one number to another; where one is missing, the other is a bound."""
    low, high = child(value, "low"), child(value, "high")
    ends = {
        name: each
        for name, each in (("low", low), ("high", high))
        if each is not None and value_of(each)
    }
    if not ends:
        return {"valueQuantity": _quantity(value)}
    if len(ends) > 1:
        return {"valueRange": {name: _quantity(each) for name, each in ends.items()}}
    ((name, end),) = ends.items()
    sign = ">" if name == "low" else "<"
    comparator = sign if end.get("inclusive") == "false" else f"{sign}="
    return {"valueQuantity": {**_quantity(end), "comparator": comparator}}


def _time(value: Element) -> Resource:
    found = when(value)
    if found.is_unreadable or not found.first:
        message = "its value is not a day"
        raise Unreadable(message)
    return found.fields("value")
