"""
The elements of a C-CDA document: their children by name, their XPaths, their words.

Names are those of HL7 version 3, and XPaths are written without its namespace. A name in an XPath
has a number where several siblings have it.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from multifidus.chart.ccda.tree import Element

V3 = "{urn:hl7-org:v3}"
LONGEST_WORDS = 500
"""So many characters are kept of the words of an entry."""
MOST_PIECES_OF_WORDS = 100


@cache
def local(tag: str) -> str:
    """Give a tag without its namespace."""
    return tag.rpartition("}")[2]


def child(element: Element | None, *names: str) -> Element | None:
    """Follow the first child with each of some names; None where one is missing."""
    found = element
    for name in names:
        if found is None:
            return None
        tag = V3 + name
        # Faster than to ask lxml for it by its tag: most elements have few children.
        for each in found:
            if each.tag == tag:
                found = each
                break
        else:
            return None
    return found


class Node:
    """An element and its children by their names, which are gone through once."""

    __slots__ = ("children", "element")

    def __init__(self, element: Element) -> None:
        """Look at an element's children."""
        self.element = element
        self.children: dict[str, list[Element]] = {}
        children = self.children
        for each in element:
            tag = each.tag
            if tag in children:
                children[tag].append(each)
            else:
                children[tag] = [each]

    def get(self, name: str) -> str:
        """Give an attribute; empty if it is missing."""
        return self.element.get(name) or ""

    def all(self, name: str) -> Sequence[Element]:
        """Give the children with a name."""
        return self.children.get(V3 + name, ())

    def child(self, name: str, *names: str) -> Element | None:
        """Follow the first child with each of some names; None where one is missing."""
        found = self.children.get(V3 + name)
        if found is None:
            return None
        return child(found[0], *names) if names else found[0]


def tags(*names: str) -> frozenset[str]:
    """Give names as tags of HL7 version 3."""
    return frozenset(V3 + name for name in names)


def numbered(
    parent: Element, path: str, wanted: AbstractSet[str]
) -> Sequence[tuple[Element, str, str]]:
    """Give the children with some tags, each with its name and its XPath, in their order."""
    return steps([each for each in parent if each.tag in wanted], path)


def steps(children: Sequence[Element], path: str) -> Sequence[tuple[Element, str, str]]:
    """Give elements with their names and XPaths; `children` has all siblings of their names."""
    if len(children) == 1:
        name = local(children[0].tag)
        return [(children[0], name, f"{path}/{name}")]
    names = [local(each.tag) for each in children]
    if len(set(names)) == len(names):
        return [(each, name, f"{path}/{name}") for each, name in zip(children, names, strict=True)]
    totals: dict[str, int] = {}
    for name in names:
        totals[name] = totals.get(name, 0) + 1
    seen: dict[str, int] = {}
    found = []
    for each, name in zip(children, names, strict=True):
        seen[name] = number = seen.get(name, 0) + 1
        step = f"{path}/{name}[{number}]" if totals[name] > 1 else f"{path}/{name}"
        found.append((each, name, step))
    return found


def value_of(element: Element | None) -> str:
    """Give the attribute `value`; empty for a null flavor."""
    if element is None or element.get("nullFlavor"):
        return ""
    return (element.get("value") or "").strip()


def words_in(element: Element | None) -> str:
    """Give the text of an element and of all in it on one line, up to a length."""
    if element is None:
        return ""
    pieces = islice(element.itertext(), MOST_PIECES_OF_WORDS)
    return " ".join("".join(pieces).split())[:LONGEST_WORDS]
