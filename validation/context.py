"""
Our reading of contexts held against medSpaCy's: `python -m validation.context PYTHON`.

PYTHON is the one of medSpaCy's own environment; `make validate` sets it up and calls this. Both
sides are given the same words of the same texts. The run prints how far they agree, names every
disagreement that nobody has judged and every verdict that has no disagreement left, and stores the
figures in `context.json`. Nothing of a text is stored but its name and offsets into it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from multifidus.chart.prose.notes import Reader
from multifidus.chart.prose.phrases import Phrasebook
from multifidus.chart.prose.words import Words
from multifidus.core.wording import Assertion
from multifidus.library.shelf import shipped
from validation.findings import findings_reader
from validation.texts import CHECKOUT, outsiders, shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.document import Document
    from multifidus.chart.prose.phrases import Group
    from multifidus.core.wording import Phrase, Wording

FOLDER = Path(__file__).parent
ORACLE = FOLDER / "oracle.py"
JUDGED = FOLDER / "context-judged.yaml"
FIGURES = FOLDER / "context.json"
DICTIONARY = "low-back-pain"
FINDINGS = "findings"
RIGHT = ("ours", "theirs", "both", "neither")
"""Who is right of two that disagree; `both` where either can be defended."""
AROUND = 220
"""So many characters around a finding are shown to who judges it."""

Json = dict[str, Any]


class Key(NamedTuple):
    """A mention of ours: the lexicon, the text, the words of the finding, and its name."""

    lexicon: str
    text: str
    start: int
    end: int
    element: str


class Verdict(NamedTuple):
    """Who is right about a mention on which we disagree, and why."""

    ours: str
    theirs: str
    right: str
    because: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What both sides say of every mention."""

    ours: Mapping[Key, str]
    theirs: Mapping[Key, str]
    versions: Mapping[str, str]

    @property
    def disagreements(self) -> dict[Key, tuple[str, str]]:
        """The mentions that are read differently, with both readings."""
        return {
            key: (mine, self.theirs[key])
            for key, mine in self.ours.items()
            if mine != self.theirs[key]
        }


# Our side


class _Phrases:
    """The phrases of a lexicon's elements, to find a finding's own words within a mention."""

    def __init__(self, elements: Mapping[str, Wording]) -> None:
        self.book = Phrasebook()
        self.groups: dict[str, Group[None]] = {
            name: self.book.group([(phrase, None) for phrase in _phrases(wording)])
            for name, wording in elements.items()
        }

    def own(self, element: str, text: str, start: int, end: int) -> tuple[int, int]:
        """
        Give the span of the finding itself.

        A mention that is negated is quoted with its negation, which is no part of a target.
        """
        words = Words(text[start:end])
        found = list(self.book.read(words).longest(self.groups[element], 0, len(words)))
        if not found:
            return start, end
        first, last = words.quoted(found[0].start, max(each.end for each in found))
        return start + first, start + last


def _phrases(wording: Wording) -> Iterator[Phrase]:
    yield from wording.names
    for group in (wording.says, wording.reads, wording.alone, wording.unclear):
        for phrases in group.values():
            yield from phrases


def readers() -> dict[str, Reader]:
    """Give our reader with the shipped lexicon, and with general findings in the same context."""
    shelf = shipped()
    lexicon = shelf.lexicon(DICTIONARY)
    return {
        DICTIONARY: Reader(shelf.dictionaries[DICTIONARY], lexicon),
        FINDINGS: findings_reader(lexicon.context),
    }


def our_side(texts: Sequence[Document]) -> dict[Key, str]:
    """Read every text with every reader."""
    found: dict[Key, str] = {}
    for name, reader in readers().items():
        elements = reader.lexicon.elements
        phrases = _Phrases(elements)
        for document in texts:
            for each in reader.mentions(document):
                start, end = each.start, each.end
                if each.assertion is Assertion.NEGATED:
                    start, end = phrases.own(each.element, document.text, start, end)
                key = Key(name, document.name, start, end, each.element)
                found.setdefault(key, str(each.assertion))
    return found


# Their side


def ask(python: Path, command: str, lines: Iterable[Json]) -> tuple[Json, list[Any]]:
    """Ask medSpaCy something; gives its versions and its answers."""
    done = subprocess.run(  # noqa: S603  our own words
        [str(python), str(ORACLE), command],
        input="\n".join(json.dumps(each) for each in lines),
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    versions, *answers = (json.loads(line) for line in done.stdout.splitlines())
    return versions, answers


def compared(python: Path, texts: Sequence[Document]) -> Compared:
    """Let both sides read the texts."""
    ours = our_side(texts)
    by_text: dict[str, list[Key]] = {document.name: [] for document in texts}
    for key in ours:
        by_text[key.text].append(key)
    asked = [
        {
            "text": document.text,
            "spans": [(key.start, key.end) for key in by_text[document.name]],
        }
        for document in texts
    ]
    versions, answers = ask(python, "classes", asked)
    past = {
        (name, element)
        for name, reader in readers().items()
        for element, wording in reader.lexicon.elements.items()
        if wording.past_counts
    }
    theirs: dict[Key, str] = {}
    for document, answer in zip(texts, answers, strict=True):
        for key, word in zip(by_text[document.name], answer, strict=True):
            # What was so once answers these elements as well, so that we tell it as present.
            is_past = word == Assertion.HISTORICAL and (key.lexicon, key.element) in past
            theirs[key] = str(Assertion.PRESENT) if is_past else word
    return Compared(ours, theirs, versions)


# Figures


def table(both: Compared, lexicon: str) -> dict[str, dict[str, int]]:
    """Count the mentions of a lexicon by our class and by theirs."""
    counts = Counter(
        (mine, both.theirs[key]) for key, mine in both.ours.items() if key.lexicon == lexicon
    )
    return {
        mine: {theirs: counts[mine, theirs] for theirs in Assertion if counts[mine, theirs]}
        for mine in Assertion
        if any(counts[mine, theirs] for theirs in Assertion)
    }


def agreement(counts: Mapping[str, Mapping[str, int]]) -> tuple[int, float, float]:
    """
    Give the number of mentions, the share on which both agree, and Cohen's kappa.

    Cohen, Educational and Psychological Measurement 20(1):37-46, 1960.
    """
    total = sum(sum(row.values()) for row in counts.values())
    same = sum(row.get(word, 0) for word, row in counts.items()) / total
    chance = sum(
        sum(row.values()) * sum(each.get(word, 0) for each in counts.values())
        for word, row in counts.items()
    ) / (total * total)
    kappa = (same - chance) / (1 - chance) if chance < 1 else 1.0
    return total, round(same, 4), round(kappa, 4)


def share_not_wrong(
    counts: Mapping[str, Mapping[str, int]], verdicts: Iterable[Verdict], side: str
) -> float:
    """Give the share of mentions on which a side agrees, is right, or can be defended."""
    total = sum(sum(row.values()) for row in counts.values())
    wrong = sum(each.right not in (side, "both") for each in verdicts)
    return round(1 - wrong / total, 4)


def figures(both: Compared, verdicts: Mapping[Key, Verdict], *, texts: int) -> Json:
    """Put the figures together as they are stored."""
    lexicons: Json = {}
    for lexicon in (DICTIONARY, FINDINGS):
        counts = table(both, lexicon)
        mentions, same, kappa = agreement(counts)
        mine = [each for key, each in verdicts.items() if key.lexicon == lexicon]
        lexicons[lexicon] = {
            "mentions": mentions,
            "agreement": same,
            "kappa": kappa,
            "verdicts": {word: sum(each.right == word for each in mine) for word in RIGHT},
            "not_judged_wrong": {
                side: share_not_wrong(counts, mine, side) for side in ("ours", "theirs")
            },
            "ours_by_theirs": counts,
        }
    return {"texts": texts, "lexicons": lexicons}


# Verdicts


def read_verdicts() -> dict[Key, Verdict]:
    """Read who was judged right; raises `ValueError` with everything that is wrong in the file."""
    content = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    reasons: Mapping[str, str] = content["reasons"]
    found: dict[Key, Verdict] = {}
    problems: list[str] = []
    for lexicon, by_text in content["judged"].items():
        for text, rows in by_text.items():
            for span, element, ours, theirs, right, because in rows:
                start, end = (int(each) for each in span.split("-"))
                key = Key(lexicon, text, start, end, element)
                if key in found:
                    problems.append(f"{text} {span} {element}: it is judged twice")
                if right not in RIGHT or because not in reasons:
                    problems.append(f"{text} {span} {element}: unknown `{right}` or `{because}`")
                found[key] = Verdict(ours, theirs, right, because)
    unused = set(reasons) - {each.because for each in found.values()}
    problems += [f"reason `{each}` is given by no verdict" for each in sorted(unused)]
    if problems:
        raise ValueError("\n".join(problems))
    return found


def unjudged(both: Compared, verdicts: Mapping[Key, Verdict]) -> list[Key]:
    """Name the disagreements without a verdict, or with one about another disagreement."""
    return [
        key
        for key, pair in both.disagreements.items()
        if key not in verdicts or (verdicts[key].ours, verdicts[key].theirs) != pair
    ]


def stale(both: Compared, verdicts: Mapping[Key, Verdict]) -> list[Key]:
    """Name the verdicts about what is no disagreement any more."""
    return [key for key in verdicts if key not in both.disagreements]


def shown(key: Key, pair: tuple[str, str], text: str) -> str:
    """Show a disagreement to who judges it; for the terminal alone, as it quotes the text."""
    low, high = max(key.start - AROUND, 0), key.end + AROUND
    marked = f"{text[low : key.start]}[[{text[key.start : key.end]}]]{text[key.end : high]}"
    where = f"{key.lexicon} {key.text} {key.start}-{key.end} {key.element}"
    return f"{where}\n  ours {pair[0]}, theirs {pair[1]}: …{' '.join(marked.split(' '))}…"


# What is printed


def _printed(stored: Json) -> Iterator[str]:
    for name, each in stored["lexicons"].items():
        yield (
            f"{name}: {each['mentions']} mentions, agreement {each['agreement']:.3f},"
            f" kappa {each['kappa']:.3f}; verdicts {each['verdicts']};"
            f" not judged wrong {each['not_judged_wrong']}"
        )
        yield "ours \\ theirs   " + "".join(f"{word:>13}" for word in Assertion)
        for mine, row in each["ours_by_theirs"].items():
            yield f"{mine:15} " + "".join(f"{row.get(word, 0):13}" for word in Assertion)
        yield ""


def _store(new: Json, versions: Mapping[str, str]) -> None:
    """Store figures with the day on which they were last found to be different."""
    old: Json = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    content = {"versions": dict(versions), **new}
    if {name: each for name, each in old.items() if name != "date"} == content:
        return
    dated = {"date": datetime.now(tz=UTC).date().isoformat(), **content}
    FIGURES.write_text(json.dumps(dated, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Compare, print, and store the figures if every disagreement is judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", type=Path, help="the Python of medSpaCy's environment")
    options = parser.parse_args()
    texts = list(outsiders(shared()))
    both = compared(options.python, texts)
    verdicts = read_verdicts()
    new = figures(both, verdicts, texts=len(texts))
    print("\n".join(_printed(new)))
    by_name = {document.name: document.text for document in texts}
    open_ones, gone = unjudged(both, verdicts), stale(both, verdicts)
    for key in open_ones:
        print(shown(key, both.disagreements[key], by_name[key.text]), "\n")
    for key in gone:
        print(f"no disagreement any more: {key}")
    if open_ones or gone:
        where = JUDGED.relative_to(CHECKOUT)
        sys.exit(f"{len(open_ones)} disagreements to judge, {len(gone)} to take out of {where}")
    _store(new, both.versions)


if __name__ == "__main__":
    main()
