"""
The extensions of ours: what each says, and where it may stand.

R4 has no element for how well a source was read, for *none of*, or for an interpretation and the
one not taken. A program that does not know an extension may pass over it: none changes the meaning
of what it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.export.metadata import PUBLISHER
from multifidus.export.resource import definition, machine_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.export.resource import Resource

VERSION = "0.1.0"
DATE = "2026-11-28"
"""The day on which these definitions last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An extension: its name, the type of its value, where it stands and what it means."""

    name: str
    type: str
    on: tuple[str, ...]
    says: str
    parts: tuple[tuple[str, str], ...] = ()
    """The extensions inside of it, each with the type of its value; then it has no value itself."""


ANSWERED, READ = ("PlanDefinition.action",), "RelatedArtifact"
EXTENSIONS = (
    Told(
        name="reading-status",
        type="code",
        on=(READ, "PlanDefinition.action", "Element"),
        says="How well the source was read: verified (itself), attested (a person who had it in"
        " hand says so), second-hand (through a report of it) or unverified.",
    ),
    Told(
        name="citation-place",
        type="string",
        on=(READ,),
        says="The place in the document: a page, a section, the abstract.",
    ),
    Told(
        name="connective",
        type="string",
        on=ANSWERED,
        says="How the criteria below decide this one: all of, any of, none of, at least n of."
        " R4's selection behaviors have no word for the last two.",
    ),
    Told(
        name="reading",
        type="",
        on=ANSWERED,
        says="An interpretation that was made where the source is silent or ambiguous, the reading"
        " not taken as a test, and who reviewed it.",
        parts=(("decided", "string"), ("other", "string"), ("review", "string")),
    ),
    Told(
        name="criterion",
        type="string",
        on=("Questionnaire.item",),
        says="The id of a criterion that asks for the item; there may be several.",
    ),
    Told(
        name="data-element",
        type="string",
        on=("DataRequirement",),
        says="The data element of the dictionary that the data answer.",
    ),
    Told(
        name="or-absent",
        type="boolean",
        on=("DataRequirement.codeFilter",),
        says="Whether a resource counts, too, that does not have the field.",
    ),
    Told(
        name="code-validity",
        type="Period",
        on=("ValueSet.compose.include.concept", "ValueSet.expansion.contains"),
        says="The days on which the code is valid; outside of them it does not count.",
    ),
)


def extension_definitions() -> list[Resource]:
    """Write a definition of each extension, as the package carries it."""
    return [_structure(each) for each in EXTENSIONS]


def _structure(told: Told) -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "id": told.name,
        "url": definition(told.name),
        "version": VERSION,
        "name": machine_name(told.name),
        "title": told.name.replace("-", " ").capitalize(),
        "status": "draft",
        "experimental": False,
        "date": DATE,
        "publisher": PUBLISHER,
        "description": told.says,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": each} for each in told.on],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": list(_elements(told))},
    }


def _elements(told: Told) -> Iterator[Resource]:
    yield {"id": "Extension", "path": "Extension", "short": told.says, "definition": told.says}
    if told.parts:
        for name, kind in told.parts:
            yield from _part(name, kind)
    else:
        yield {"id": "Extension.extension", "path": "Extension.extension", "max": "0"}
    yield {"id": "Extension.url", "path": "Extension.url", "fixedUri": definition(told.name)}
    yield {
        "id": "Extension.value[x]",
        "path": "Extension.value[x]",
        **({"max": "0"} if told.parts else {"min": 1, "type": [{"code": told.type}]}),
    }


def _part(name: str, kind: str) -> Iterator[Resource]:
    here, path = f"Extension.extension:{name}", "Extension.extension"
    yield {"id": here, "path": path, "sliceName": name, "min": 1, "max": "1"}
    yield {"id": f"{here}.url", "path": f"{path}.url", "fixedUri": name}
    yield {
        "id": f"{here}.value[x]",
        "path": f"{path}.value[x]",
        "min": 1,
        "type": [{"code": kind}],
    }
