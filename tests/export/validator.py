"""
What is wrong with an exported resource, as a list of sentences.

fhirkit-rs checks structure: unknown and missing elements, types, formats, empty values. It does not
look at codes, ids, extensions or references, and knows no rule of the guides that artifacts are
published by (CRMI: a canonical resource names itself; CPG: who and when); those are checked here.

`r4_required_codes.json` holds, for each type of FHIR R4 4.0.1 that our exports may use, the codes
of its required bindings, or the type of a child that leads to some. It was made of HL7's own
definitions (CC0-1.0) and lists what is enumerable there: not media types, currencies or UCUM.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fhirkit

if TYPE_CHECKING:
    from collections.abc import Iterator

Resource = dict[str, Any]

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,254}")
DENIAL = re.compile(r"den(?:y|ied|ies|ial)|reject", re.IGNORECASE)
ABSOLUTE = re.compile(r"(https?://|urn:)\S+")
KINDS_OF_LIBRARY = ("logic-library", "model-definition", "asset-collection", "module-definition")

KNOWLEDGE = (
    "ActivityDefinition",
    "CodeSystem",
    "EffectEvidenceSynthesis",
    "Evidence",
    "Library",
    "PlanDefinition",
    "Questionnaire",
    "StructureDefinition",
    "ValueSet",
)
"""Types that are published under a canonical URL."""
SHAREABLE = ("id", "url", "version", "title", "status", "experimental", "date", "description")
"""What CRMI asks of each of them; `name` and `publisher` have rules of their own."""
WITHOUT_EXPERIMENTAL = ("EffectEvidenceSynthesis", "Evidence")
"""R4 gives these no `experimental`."""
NOT_R4 = ("ViewDefinition",)
"""A type that R4 does not have: its structure is told by another standard, and not checked here."""


def faults(resource: Resource) -> list[str]:
    """Tell everything that is wrong with a resource; an empty list where nothing was found."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        return ["the resource has no type"]
    base = [] if kind in NOT_R4 else [str(each) for each in fhirkit.validate(resource)]
    told = [*base, *_codes(resource, kind), *_everywhere(resource, kind)]
    if kind in KNOWLEDGE:
        told += _published(resource)
    return [*told, *_OF_TYPE.get(kind, _nothing)(resource)]


# Required codes


@cache
def _required() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "r4_required_codes.json").read_text(encoding="utf-8")
    read: dict[str, dict[str, Any]] = json.loads(text)
    return read


def _codes(node: Resource, kind: str, path: str = "") -> Iterator[str]:
    for name, lead in _required().get(kind, {}).items():
        if name not in node:
            continue
        values = node[name] if isinstance(node[name], list) else [node[name]]
        where = f"{path or kind}.{name}"
        for value in values:
            if isinstance(lead, str) and isinstance(value, dict):
                yield from _codes(value, lead, where)
            elif isinstance(lead, list):
                yield from (
                    f"{where}: `{code}` is no code of the required value set"
                    for code in _coded(value)
                    if code not in lead
                )


def _coded(value: object) -> Iterator[str]:
    """Give the codes of a code, a Coding or a CodeableConcept."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for coding in value.get("coding", [value] if "code" in value else []):
            yield coding.get("code", "")


# Everywhere


def _everywhere(resource: Resource, kind: str) -> Iterator[str]:
    name = resource.get("id")
    if name is not None and not (isinstance(name, str) and ID.fullmatch(name)):
        yield f"{kind}.id: `{name}` is no id"
    contained = {f"#{each.get('id')}" for each in resource.get("contained", [])}
    for path, key, node in _nodes(resource, kind):
        if "extension" in path.rpartition(".")[2]:
            yield from _extension(node, path)
        reference = node.get("reference")
        if isinstance(reference, str) and reference.startswith("#") and reference not in contained:
            yield f"{path}: `{reference}` is not contained"
        if key == "coding" and not ABSOLUTE.fullmatch(str(node.get("system", "urn:none"))):
            yield f"{path}.system: `{node['system']}` is no absolute address"
        if str(node.get("start", "")) > str(node.get("end", "9")):
            yield f"{path}: ends before it starts"
        for name, word in node.items():
            if isinstance(word, str) and DENIAL.search(_text(name, word)):
                yield f"{path}: says a word of denial"


def _text(name: str, word: str) -> str:
    """Read what is attached: chance puts any four letters into base64."""
    if name != "data":
        return word
    try:
        return b64decode(word).decode(errors="replace")
    except ValueError:
        return ""


def _extension(node: Resource, path: str) -> Iterator[str]:
    values = [each for each in node if each.startswith("value")]
    if len(values) + ("extension" in node) != 1:
        yield f"{path}: an extension has a value or extensions, one of both"
    if path.count("extension") == 1 and not ABSOLUTE.fullmatch(str(node.get("url"))):
        yield f"{path}.url: `{node.get('url')}` is no absolute address"


def _nodes(value: object, path: str, key: str = "") -> Iterator[tuple[str, str, Resource]]:
    """Give every object of a resource with its path and the name that it stands under."""
    if isinstance(value, dict):
        yield path, key, value
        for name, child in value.items():
            yield from _nodes(child, f"{path}.{name}", name)
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _nodes(child, f"{path}[{number}]", key)


# What is published


def _published(resource: Resource) -> Iterator[str]:
    kind = resource["resourceType"]
    optional = {"experimental"} if kind in WITHOUT_EXPERIMENTAL else set()
    for name in SHAREABLE:
        # A date that nobody knows says so in an extension, under `_date`.
        if not {name, f"_{name}"} & set(resource) and name not in optional:
            yield f"{kind}.{name}: is missing (CRMI shareable artifact)"
    if not NAME.fullmatch(str(resource.get("name", ""))):
        yield f"{kind}.name: `{resource.get('name')}` is no name that programs can use"
    if not resource.get("publisher"):
        yield f"{kind}.publisher: is missing (CRMI publishable artifact)"
    url = str(resource.get("url", ""))
    # An id has no underscores; the name of a library, with which its address ends, may.
    if not url.replace("_", "-").endswith(f"/{kind}/{resource.get('id')}"):
        yield f"{kind}.url: `{url}` does not end with the type and the id"


# Types


def _nothing(_: Resource) -> list[str]:
    return []


def _plan(resource: Resource) -> Iterator[str]:
    ids: list[str] = []
    libraries = resource.get("library", [])
    for path, key, node in _nodes(resource, "PlanDefinition"):
        if key != "action":
            continue
        ids.append(str(node.get("id")))
        for condition in node.get("condition", []):
            told = condition.get("expression", {})
            if not told.get("expression"):
                yield f"{path}.condition: has no expression"
            if told.get("language") == "text/cql-identifier" and len(libraries) != 1:
                yield f"{path}.condition: names a define, and the plan has not one library"
        if "definitionUri" in node and "definitionCanonical" in node:
            yield f"{path}: has two definitions"
    if len(ids) != len(set(ids)):
        yield "PlanDefinition.action: an id stands twice"


def _library(resource: Resource) -> Iterator[str]:
    codes = list(_coded(resource.get("type", {})))
    if not set(codes) & set(KINDS_OF_LIBRARY):
        yield "Library.type: is none of the kinds of R4"
    if "logic-library" in codes and not resource.get("content"):
        yield "Library.content: a logic library has its logic"
    if "asset-collection" in codes and not resource.get("relatedArtifact"):
        yield "Library.relatedArtifact: a collection lists what it holds"


def _value_set(resource: Resource) -> Iterator[str]:
    expansion = resource.get("expansion", {})
    seen = [(each.get("system"), each.get("code")) for each in expansion.get("contains", [])]
    if len(seen) != len(set(seen)):
        yield "ValueSet.expansion: a code stands twice"
    total = expansion.get("total", len(seen))
    if total != len(seen):
        yield f"ValueSet.expansion.total: {total}, and {len(seen)} codes"


def _questionnaire(resource: Resource) -> Iterator[str]:
    items = [node for _, key, node in _nodes(resource, "Questionnaire") if key == "item"]
    links = [str(each.get("linkId")) for each in items]
    if len(links) != len(set(links)):
        yield "Questionnaire.item: a linkId stands twice"
    for each in items:
        for condition in each.get("enableWhen", []):
            if condition.get("question") not in links:
                yield f"Questionnaire.item `{each.get('linkId')}`: enableWhen names no item"
        if len(each.get("enableWhen", [])) > 1 and "enableBehavior" not in each:
            yield f"Questionnaire.item `{each.get('linkId')}`: enableBehavior is missing"
        if each.get("type") == "display" and ("required" in each or "code" in each):
            yield f"Questionnaire.item `{each.get('linkId')}`: a display asks nothing"


_OF_TYPE = {
    "Library": _library,
    "PlanDefinition": _plan,
    "Questionnaire": _questionnaire,
    "ValueSet": _value_set,
}
