"""
The words that a person confirmed, found again in the documents of the record.

An answer of `multifidus confirm` keeps which words it rests on. They are cited where they still
stand; where the document was changed since, or is no longer there, that is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.chart.answer import CONFIRMED_WORDS
from multifidus.core.case import Basis, Fact, Provenance
from multifidus.packet.material import Confirmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.document import Document
    from multifidus.core.case import Case

# Where an answer stands: `item[0].item[2].answer[0].valueCoding`.
_STEP = re.compile(r"(item|answer)\[(\d+)\]")


def confirmed_in(
    case: Case, documents: Iterable[Document], entries: Mapping[str, object]
) -> Iterator[Confirmed]:
    """Give what a person confirmed among the answers that a case rests on."""
    named = {each.name: each for each in documents}
    for name, fact in case.entries.items():
        if not isinstance(fact, Fact) or fact.basis is Basis.SILENCE:
            continue
        for each in fact.provenance:
            response = entries.get(each.resource)
            answer = _answer_at(response, each.path)
            told = [_told(one) for one in _extensions(answer) if one.get("url") == CONFIRMED_WORDS]
            if told:
                words = [_provenance(one, named) for one in told]
                yield Confirmed(
                    element=name,
                    answer=each,
                    by=_author(response),
                    on=_authored(response),
                    words=tuple(one for one in words if one is not None),
                    is_lost=None in words,
                )


def _answer_at(resource: object, path: str) -> object:
    """Find an answer of a QuestionnaireResponse by the path of its value."""
    found = resource
    for name, number in _STEP.findall(path):
        below = found.get(name) if isinstance(found, dict) else None
        at = int(number)
        found = below[at] if isinstance(below, list) and at < len(below) else None
    return found


def _extensions(answer: object) -> Sequence[Mapping[str, object]]:
    told = answer.get("extension") if isinstance(answer, dict) else None
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _told(extension: Mapping[str, object]) -> Mapping[str, object]:
    """Give what an extension says of some words, by name."""
    found: dict[str, object] = {}
    for part in _extensions(extension):
        values = [value for name, value in part.items() if name.startswith("value")]
        if values:
            found[str(part.get("url"))] = values[0]
    return found


def _provenance(told: Mapping[str, object], documents: Mapping[str, Document]) -> Provenance | None:
    """Say where the words stand; None where they no longer do."""
    document = documents.get(str(told.get("document")))
    start, end, words = told.get("start"), told.get("end"), told.get("words")
    if document is None or not isinstance(start, int) or not isinstance(end, int):
        return None
    if not 0 <= start < end or document.text[start:end] != words:
        return None
    return Provenance(
        resource=document.name,
        path=document.passage(start).path,
        date=document.date,
        quote=document.quote(start, end),
    )


def _author(resource: object) -> str:
    author = resource.get("author") if isinstance(resource, dict) else None
    name = author.get("display") if isinstance(author, dict) else None
    return name if isinstance(name, str) else ""


def _authored(resource: object) -> str:
    day = resource.get("authored") if isinstance(resource, dict) else None
    return day[: len("2026-09-21")] if isinstance(day, str) else ""
