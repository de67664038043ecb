"""
A lexicon of general findings with the context that we ship.

The outsiders' notes speak little of low back pain. So that the context is compared on more than a
few mentions, it is put around common findings; the context's words are those of our lexicon.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from multifidus.chart.prose.notes import Reader
from multifidus.core.element import DataElement, Dictionary, Effort, Pick, YesNo
from multifidus.core.wording import Lexicon, Piece, Takes, Wording

if TYPE_CHECKING:
    from multifidus.core.wording import Context, Phrase

FILE = Path(__file__).with_name("findings.yaml")


def findings_lexicon(context: Context) -> Lexicon:
    """Read the findings, and put a context around them."""
    content: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    elements = {
        name: Wording(
            alone={"yes": tuple(_phrase(text) for text in texts)},
            negated={"yes": "no"},
            settles="it is only compared",
        )
        for name, texts in content.items()
    }
    return Lexicon(name="findings", version="0", elements=elements, context=context)


def findings_reader(context: Context) -> Reader:
    """Index them."""
    lexicon = findings_lexicon(context)
    dictionary = Dictionary(
        name="findings",
        version="0",
        elements={name: _element(name) for name in lexicon.elements},
        value_sets={},
        counts={},
        dates={},
    )
    return Reader(dictionary, lexicon)


def _phrase(text: str) -> Phrase:
    return tuple(
        Piece(Takes.WORDS, frozenset(word.removesuffix("?").split("|")), word.endswith("?"))
        for word in text.split()
    )


def _element(name: str) -> DataElement:
    words = name.replace("_", " ")
    return DataElement(
        name=name,
        label=words,
        question=f"Is there {words}?",
        answer=YesNo(),
        rules=(),
        pick=Pick.LATEST,
        effort=Effort.RECORD,
        source="none",
    )
