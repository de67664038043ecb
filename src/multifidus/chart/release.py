"""
Whether a resource is of another release of FHIR than R4: told by its type, its fields, its shapes.

Nothing says so in a resource itself. Names that R4 does not have stand in `core.resource`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from multifidus.core.resource import FOREIGN_FIELDS, FOREIGN_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from multifidus.chart.fhir import Resource


def _is_there(_content: object) -> bool:
    return True


def _is_word(content: object) -> bool:
    return isinstance(content, str)


def _is_list(content: object) -> bool:
    return isinstance(content, list)


def _has_concept(content: object) -> bool:
    return isinstance(content, dict) and "concept" in content


_STU3_STATUS = "a word, as in STU3; R4 has a CodeableConcept"

_FOREIGN_SHAPES: Sequence[tuple[str, str, Callable[[object], bool], str]] = [
    ("Condition", "clinicalStatus", _is_word, _STU3_STATUS),
    ("Condition", "verificationStatus", _is_word, _STU3_STATUS),
    ("Encounter", "class", _is_list, "a list, as in R5; R4 has one Coding"),
    (
        "ServiceRequest",
        "code",
        _has_concept,
        "a CodeableReference, as in R5; R4 has a CodeableConcept",
    ),
]


def _telling() -> Mapping[str, Mapping[str, tuple[Callable[[object], bool], str]]]:
    """Give by type the fields that may tell another release: when they do, and in which words."""
    telling: dict[str, dict[str, tuple[Callable[[object], bool], str]]] = defaultdict(dict)
    for kind, release in FOREIGN_TYPES.items():
        telling[kind]["resourceType"] = _is_there, f"`{kind}` is a resource of {release}"
    for kind, releases in FOREIGN_FIELDS.items():
        for field, release in releases.items():
            telling[kind][field] = _is_there, f"`{field}` is a field of {release}"
    for kind, field, is_foreign, words in _FOREIGN_SHAPES:
        telling[kind][field] = is_foreign, f"`{field}` is {words}"
    return telling


_TELLING = _telling()


def wrong_release(resource: Resource) -> str:
    """Tell by its shape when a resource is not of FHIR R4; empty when nothing speaks against it."""
    telling = _TELLING.get(resource["resourceType"])
    # Of most types a resource has none of the fields that might tell, which two sets say at once.
    if telling is None or telling.keys().isdisjoint(resource.keys()):
        return ""
    for field, (is_foreign, words) in telling.items():
        if field in resource and is_foreign(resource[field]):
            return words
    return ""
