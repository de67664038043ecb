"""
Citations in R4: a related artifact, with the place in it and how well it was read.

The resource Citation came with R5, and R4 has nothing like it: a `relatedArtifact` holds the
document, its edition and its address. For the place in the document and for the reading status
there is no element; two extensions of ours say them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.export.resource import extension, lean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.core.citation import Citation, Source
    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

_ADDRESS = re.compile(r"https?://\S+")


def artifact(source: Source, *, kind: str = "citation", place: str = "") -> Resource:
    """Name a document, its edition, where it stands, and how well it was read."""
    words = [source.document, source.edition, place]
    read = [extension("reading-status", valueCode=source.reading.value)]
    if place:
        read.append(extension("citation-place", valueString=place))
    return lean(
        {
            "extension": read,
            "type": kind,
            "label": source.key,
            "display": source.document,
            "citation": ". ".join(each.rstrip(".") for each in words if each) + ".",
            "url": source.address if _ADDRESS.fullmatch(source.address) else "",
        }
    )


def cited(policy: Policy, citations: Iterable[Citation]) -> list[Resource]:
    """List what a clause cites, each with its place."""
    return [
        artifact(policy.sources[each.source], place=each.place)
        for each in citations
        if each.source in policy.sources
    ]
