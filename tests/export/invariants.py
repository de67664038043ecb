"""
HL7's own invariants of R4, read from its definitions and asked of a resource by an outside engine.

A definition's `constraint` is a FHIRPath expression that has to hold of each node of its type, or
at its path. Warnings are best practice and are not asked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fhirpathpy import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Resource = dict[str, Any]

NOT_HERE = ("ele-1", "ext-1", "per-1", "dom-3")
"""
Left to the validator: a node has content, an extension one value, a period its days in order, and
what is referred to inside of a resource is there.
"""


class Invariants:
    """The invariants of a folder of definitions."""

    def __init__(self, folder: Path) -> None:
        self.definitions: dict[str, dict[str, Resource]] = {}
        for path in sorted(folder.glob("StructureDefinition-*.json")):
            told = json.loads(path.read_text(encoding="utf-8-sig"))
            if told.get("derivation") != "constraint":
                self.definitions[told["type"]] = {
                    each["path"]: each for each in told["snapshot"]["element"]
                }
        self.asked = 0

    def broken(self, resource: Resource) -> list[str]:
        """Name each invariant that a resource breaks, and where."""
        return list(self._broken(resource, resource["resourceType"], ""))

    def _broken(self, node: Resource, kind: str, path: str) -> Iterator[str]:
        elements = self.definitions.get(kind, {})
        here = path or kind
        if here in elements:
            yield from self._asked(node, elements[here], here)
        for name, child in node.items():
            nodes = [each for each in _listed(child) if isinstance(each, dict)]
            for element, type_name in self._leads(elements, here, name):
                for each in nodes:
                    if type_name in ("BackboneElement", "Element"):
                        yield from self._broken(each, kind, element)
                    elif type_name in self.definitions:
                        yield from self._asked(each, elements[element], element)
                        yield from self._broken(each, type_name, "")

    def _leads(
        self, elements: dict[str, Resource], here: str, name: str
    ) -> Iterator[tuple[str, str]]:
        """Say which element of the definition a field is, and of which type its value is."""
        element = elements.get(f"{here}.{name}")
        if element is not None:
            if "contentReference" in element:
                yield element["contentReference"].lstrip("#"), "BackboneElement"
            else:
                yield from ((f"{here}.{name}", each["code"]) for each in element["type"])
            return
        for path, told in elements.items():
            stem = path.removesuffix("[x]").rpartition(".")[2]
            if path == f"{here}.{stem}[x]" and name.startswith(stem):
                chosen = name.removeprefix(stem)
                yield from (
                    (path, each["code"])
                    for each in told["type"]
                    if each["code"].lower() == chosen.lower()
                )

    def _asked(self, node: Resource, element: Resource, path: str) -> Iterator[str]:
        for each in element.get("constraint", []):
            if each["severity"] != "error" or each["key"] in NOT_HERE:
                continue
            self.asked += 1
            if evaluate(node, each["expression"]) != [True]:
                yield f"{path}: {each['key']}: {each['human']}"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
