"""
The labelled notes: read from the form in which people write them, written as JSON for any reader.

A `.note` file has four parts: a head (id, kind, date, title), the text, the mentions (one a line:
`element | assertion | value | quote | occurrence`), and the facts (`element = value`). The labels
were written before the lexicon was tuned to them, by people who had not seen it.

What is tuned sees the one half, what is claimed is measured on the other. A head may say which half
a note belongs to; without it, its id and the seed draw one. A note that somebody has tuned by says
`half: tuning` from then on.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "notes"
HERE = Path(__file__).parents[1] / "conformance" / "notes"
SEED = "multifidus-notes-1"
HALVES = ("tuning", "test")
UNREADABLE = "unreadable"


def half_of(identifier: str) -> str:
    """Draw the half of a note; it stays as it is when notes are added."""
    drawn = hashlib.sha256(f"{SEED}:{identifier}".encode()).digest()[0]
    return HALVES[drawn % 2]


def notes() -> list[Json]:
    """Read every labelled note, by id."""
    return [read_note(path) for path in sorted(FOLDER.glob("*.note"))]


def read_note(path: Path) -> Json:
    """Read one file; `ValueError` names the line that is wrong."""
    head, _, rest = path.read_text(encoding="utf-8").partition("--- text\n")
    text, _, rest = rest.rpartition("--- mentions\n")
    mentions, _, facts = rest.partition("--- facts\n")
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    if fields["id"] != path.stem:
        message = f"{path.name}: the id is `{fields['id']}`"
        raise ValueError(message)
    lines = [line for line in mentions.splitlines() if line.strip()]
    return {
        "half": half_of(fields["id"]),
        **fields,
        "text": text,
        "mentions": sorted(
            (_mention(line, text, path.name) for line in lines),
            key=lambda each: (each["start"], each["end"], each["element"]),
        ),
        "facts": {
            name: _value(value)
            for name, _, value in (line.partition(" = ") for line in facts.strip().splitlines())
        },
    }


def _mention(line: str, text: str, file: str) -> Json:
    element, assertion, value, quote, *number = (each.strip() for each in line.split("|"))
    # A quote may run over the end of a line.
    pattern = r"\s+".join(map(re.escape, quote.split()))
    found = list(re.finditer(pattern, text))
    occurrence = int(number[0]) if number else 1
    if len(found) < occurrence:
        message = f"{file}: the text does not hold this quote {occurrence} times: {quote}"
        raise ValueError(message)
    start, end = found[occurrence - 1].span()
    mention: Json = {
        "element": element,
        "start": start,
        "end": end,
        "words": text[start:end],
        "assertion": assertion,
    }
    return mention | (_value(value) if value else {})


def _value(words: str) -> Json:
    """Lay an answer out: an option, yes or no, a number with its unit, or a day from which on."""
    if words in {"yes", "no"}:
        return {"value": words == "yes"}
    if words.startswith("since "):
        return {"since": words.removeprefix("since ")}
    if words == "conflict" or words.startswith(UNREADABLE):
        return {"problem": words.partition(":")[0]}
    number, _, unit = words.partition(" ")
    return {"value": number, "unit": unit} if unit else {"value": words}


def files() -> dict[str, bytes]:
    """Give the files of the labelled notes by their name: one for each half."""
    everything = notes()
    return {
        f"{half}.json": _bytes(
            {
                "$schema": "schema.json",
                "seed": SEED,
                "half": half,
                "notes": [
                    {name: each for name, each in note.items() if name != "half"}
                    for note in everything
                    if note["half"] == half
                ],
            }
        )
        for half in HALVES
    }


def _bytes(content: Json) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def main() -> None:
    """Write the files."""
    for name, content in files().items():
        (HERE / name).write_bytes(content)
        print(f"{name}: {len(json.loads(content)['notes'])} notes")


if __name__ == "__main__":
    main()
