"""
The codes that a record's requests hold, as they are written: what is treated, what is asked for.

Requests are orders (ServiceRequest, DeviceRequest) and claims; one counts by its status, as
everywhere. What treats whom is not judged here, nor whether a code is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.fhir import codings_of, is_newer_than
from multifidus.core.resource import CODE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.chart.fhir import Entry, Resource

REQUESTING = frozenset({"ServiceRequest", "DeviceRequest", "Claim"})
DIAGNOSIS = "Condition"


class RequestedCode(NamedTuple):
    """A code of a request, and where it stands; the units and modifiers of its line."""

    system: str
    code: str
    resource: str
    path: str
    units: int = 1
    modifiers: tuple[str, ...] = ()


class _Request(NamedTuple):
    """The newest version of a request that counts."""

    updated: str
    subject: str
    codes: tuple[RequestedCode, ...]
    reasons: tuple[str, ...]
    """References to the conditions that it is made for."""


class Requests:
    """Takes the requests and the diagnoses of a record one at a time."""

    def __init__(self) -> None:
        """Begin with none."""
        self._requests: dict[str, _Request] = {}
        self._diagnoses: dict[str, tuple[RequestedCode, ...]] = {}

    def add(self, entry: Entry, *, subject: str, updated: str) -> None:
        """Keep the codes of a request, unless it is an older version of one that was seen."""
        known = self._requests.get(entry.reference)
        if known is None or is_newer_than(updated, known.updated):
            codes = tuple(_codes_of(entry.resource, entry.reference))
            reasons = tuple(_reasons_of(entry.resource))
            self._requests[entry.reference] = _Request(updated, subject, codes, reasons)

    def drop(self, entry: Entry, *, updated: str) -> None:
        """Note that a version of a request does not count."""
        known = self._requests.get(entry.reference)
        if known is None or is_newer_than(updated, known.updated):
            self._requests[entry.reference] = _Request(updated, "", (), ())

    def diagnose(self, entry: Entry) -> None:
        """Keep the codes of a diagnosis, to which a request may refer."""
        codes = tuple(_coded(entry.resource.get("code"), entry.reference, "code"))
        self._diagnoses[entry.reference] = self._diagnoses[entry.full_url] = codes

    def by_subject(self) -> Mapping[str, Sequence[RequestedCode]]:
        """Give the codes by whom they are asked for: the diagnoses first, each once."""
        found: dict[str, dict[RequestedCode, None]] = {}
        for request in self._requests.values():
            mine = found.setdefault(request.subject, {})
            for reason in request.reasons:
                mine |= dict.fromkeys(self._diagnoses.get(reason, ()))
        for request in self._requests.values():
            found[request.subject] |= dict.fromkeys(request.codes)
        return {subject: tuple(codes) for subject, codes in found.items()}


def _codes_of(resource: Resource, reference: str) -> Iterator[RequestedCode]:
    yield from _coded(_list(resource.get("reasonCode")), reference, "reasonCode")
    for number, each in enumerate(_list(resource.get("diagnosis"))):
        path = "diagnosisCodeableConcept"
        yield from _coded(each.get(path), reference, f"diagnosis[{number}].{path}")
    field = CODE_FIELDS.get(resource["resourceType"], "code")
    yield from _coded(resource.get(field), reference, field)
    for number, item in enumerate(_list(resource.get("item"))):
        quantity = item.get("quantity")
        units = quantity.get("value") if isinstance(quantity, dict) else None
        modifiers = tuple(str(each.get("code")) for each in codings_of(_list(item.get("modifier"))))
        for code in _coded(item.get(field), reference, f"item[{number}].{field}"):
            count = units if isinstance(units, int) and not isinstance(units, bool) else 1
            yield code._replace(units=max(1, count), modifiers=modifiers)


def _coded(concept: object, reference: str, path: str) -> Iterator[RequestedCode]:
    for coding in codings_of(concept):
        system, code = coding.get("system"), coding.get("code")
        if isinstance(system, str) and isinstance(code, str):
            yield RequestedCode(system, code, reference, path)


def _reasons_of(resource: Resource) -> Iterator[str]:
    diagnoses = [each.get("diagnosisReference") for each in _list(resource.get("diagnosis"))]
    for each in [*_list(resource.get("reasonReference")), *_list(diagnoses)]:
        reference = each.get("reference")
        if isinstance(reference, str):
            yield reference


def _list(content: object) -> list[Resource]:
    return [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []
