"""`multifidus evidence anchors`: published numbers reckoned again, with the method that fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.cli.lines import Lines
from multifidus.cli.words import count_words
from multifidus.core.canonical import plain
from multifidus.evidence.anchors import reckon, shipped_anchors
from multifidus.evidence.study import shipped_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.anchors import Reckoned


def tell_anchors(form: str) -> str:
    """Reckon every anchor, and lay them out."""
    found = [reckon(each, shipped_evidence()) for each in shipped_anchors()]
    if form == "json":
        return json.dumps([plain(each) for each in found], indent=2, ensure_ascii=False)
    return "\n".join(_text(found))


def _text(found: Sequence[Reckoned]) -> Iterator[str]:
    page = Lines()
    following = sum(each.holds for each in found)
    head = (
        f"{following} of {count_words(len(found), 'published number')} follow from what is printed"
    )
    yield page.paint(head, "head")
    for each in found:
        yield ""
        mark = "follows" if each.holds else "does not follow"
        yield from page.wrapped(f"{each.anchor.title}: {mark}", "  ", hang="  ")
        yield from page.wrapped(f"printed   {each.printed}", "    ", hang=" " * 10)
        yield from page.wrapped(f"reckoned  {each.ours}", "    ", hang=" " * 10)
        tried = "by" if each.holds else "tried"
        words = f"{tried:<8}  {', '.join(each.methods)} ({each.anchor.printed})"
        yield from page.wrapped(words, "    ", hang=" " * 10)
