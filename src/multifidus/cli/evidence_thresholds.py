"""`multifidus evidence thresholds`: what counts as a response, by whom, and from which source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.cli.lines import Lines
from multifidus.core.canonical import plain
from multifidus.evidence.study import Estimate, shipped_evidence
from multifidus.evidence.summary import unit_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.study import Result


def tell_thresholds(form: str) -> str:
    """List every threshold in use."""
    rows = shipped_evidence().results
    found = [each for each in rows if each.estimate is Estimate.THRESHOLD]
    if form == "json":
        return json.dumps([plain(each) for each in found], indent=2, ensure_ascii=False)
    return "\n".join(_text(found))


def _text(found: Sequence[Result]) -> Iterator[str]:
    page = Lines()
    yield page.paint("Thresholds in use", "head")
    words = "Of one scale several stand side by side: who responds depends on who counts."
    yield from page.wrapped(words, "  ")
    for outcome in dict.fromkeys(each.outcome for each in found):
        yield ""
        yield page.paint(f"  {outcome}", "head")
        for each in found:
            if each.outcome == outcome:
                note = f"; {each.note}" if each.note else ""
                value = f"{each.value} {unit_words(each.unit)}".strip()
                told = f"{value:<22}{each.definition} [{each.publication}{note}]"
                yield from page.wrapped(told, "    ", hang=" " * 22)
                yield from page.wrapped(each.source, " " * 26)
