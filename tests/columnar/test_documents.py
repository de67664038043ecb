"""Documents of a bulk export: facts are those of one chart, and what fails costs nobody else."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import multifidus
from conformance.score import labelled_notes
from multifidus.chart.derive import derive
from multifidus.chart.noted import NoteReader
from multifidus.chart.record import read_record
from multifidus.columnar import facts
from multifidus.columnar.derivation import documents
from multifidus.columnar.derivation.processes import Group, Notes, Part, read_parts
from multifidus.core.case import Service
from multifidus.errors import BundleError
from multifidus.library.shelf import shipped
from tests.columnar import exports
from tests.columnar.exports import (
    SERVICE,
    as_cell,
    dictionary,
    differing,
    plan,
    rows,
    write,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.chart.statements.lines import LinesRead
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.core.wording import Lexicon
    from tests.columnar.exports import Rows

EXAMPLES = Path(multifidus.__file__).parent / "examples"


@cache
def lexicon() -> Lexicon:
    """Give the shipped lexicon."""
    return shipped().lexicon("low-back-pain")


def reader() -> NoteReader:
    """Give a reader of documents."""
    return NoteReader(dictionary(), lexicon())


def read(source: Path, out: Path, *, notes: Notes | None = None) -> Extracted:
    """Read an export, and the documents in it."""
    notes = notes or Notes(reader=reader(), key="1", processes=2)
    return exports.read(source, out, notes=notes)


def charted(source: Path) -> Rows:
    """Give the rows that `check` makes of an export, documents and all."""
    made: Rows = {}
    for chart in read_record(plan(), [source], lexicon=lexicon).charts:
        case = derive(plan(), chart, Service(date=SERVICE))
        row = facts.row(chart.patient, case=case, dictionary=dictionary())
        made[chart.patient] = {name: as_cell(name, each) for name, each in row.items()}
    return made


def note(patient: str, text: str, *, name: str, day: str = "2026-01-20") -> dict[str, Any]:
    """Make a reference to a note, with the note in it."""
    content = {"contentType": "text/plain", "data": b64encode(text.encode()).decode()}
    return {
        "resourceType": "DocumentReference",
        "id": name,
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "date": f"{day}T10:00:00Z",
        "content": [{"attachment": content}],
    }


def patient(name: str) -> dict[str, Any]:
    """Make a patient."""
    return {"resourceType": "Patient", "id": name, "birthDate": "1970-05-05"}


def of_a_clinic(patients: int) -> Iterator[dict[str, Any]]:
    """Give coded entries and notes about some patients; words and codes meet, and disagree."""
    notes = [each["text"] for each in labelled_notes("tuning")]
    bundle = json.loads((EXAMPLES / "surgical-candidate.json").read_bytes())
    coded = [each["resource"] for each in bundle["entry"]]
    for number in range(patients):
        name = f"p{number}"
        yield patient(name)
        for at in range(3):
            day = f"20{20 + at * 3}-0{1 + number % 6}-20"
            text = notes[(number * 3 + at) % len(notes)]
            yield note(name, text, name=f"{name}-note-{at}", day=day)
        for each in coded[number % 4 :: 4]:
            if "subject" in each:
                about = {"id": f"{name}-{each['id']}", "subject": {"reference": f"Patient/{name}"}}
                yield each | about


def test_facts_of_notes_and_codes_are_those_of_each_chart(tmp_path: Path) -> None:
    """Words are settled beside codes as for one patient: conflicts, open facts and all."""
    source = written(tmp_path / "in", *of_a_clinic(30))

    expected = charted(source)

    assert differing(rows(read(source, tmp_path / "out")), expected) == []
    absent = {
        cell for row in expected.values() for name, cell in row.items() if name.endswith("__absent")
    }
    assert {"unconfirmed", "in-conflict"} <= absent


MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".rtf": "application/rtf",
}


@pytest.mark.parametrize("name", ["mri-report", "referral-packet", "spine-clinic"])
def test_facts_of_shipped_charts_with_documents_are_those_of_each_chart(
    tmp_path: Path, name: str
) -> None:
    """Their notes and PDF are attached to references, as an export has them."""
    found: list[dict[str, Any]] = []
    for path in sorted((EXAMPLES / name).iterdir()):
        if path.suffix == ".json":
            told = json.loads(path.read_bytes())
            found += [each["resource"] for each in told["entry"]]
    (about,) = (each["id"] for each in found if each["resourceType"] == "Patient")
    for path in sorted((EXAMPLES / name).iterdir()):
        if path.suffix in MEDIA_TYPES:
            made = note(about, "", name=path.stem.replace(" ", "-"))
            data = b64encode(path.read_bytes()).decode()
            content = {"contentType": MEDIA_TYPES[path.suffix], "data": data}
            found.append(made | {"content": [{"attachment": content}]})
    source = written(tmp_path / "in", *found)

    made = rows(read(source, tmp_path / "out"))

    assert differing(made, charted(source)) == []
    assert "unconfirmed" in made[f"Patient/{about}"].values()


def test_a_note_in_a_binary_and_one_that_was_replaced_are_read_as_in_a_chart(
    tmp_path: Path,
) -> None:
    """Content may stand in another file, and a newer document takes the place of an older one."""
    words = "Prone instability test was positive."
    there = note("one", "", name="there")
    there["content"] = [{"attachment": {"url": "Binary/b"}}]
    binary = {
        "resourceType": "Binary",
        "id": "b",
        "contentType": "text/plain",
        "data": b64encode(words.encode()).decode(),
    }
    newer = note("two", "Prone instability test was negative.", name="newer")
    newer["relatesTo"] = [{"code": "replaces", "target": {"reference": "DocumentReference/older"}}]
    source = written(
        tmp_path / "in",
        patient("one"),
        patient("two"),
        there,
        binary,
        note("two", words, name="older"),
        newer,
    )

    made = rows(read(source, tmp_path / "out"))

    assert differing(made, charted(source)) == []
    assert made["Patient/one"]["prone_instability_test__address"] == {
        "DocumentReference/there#char=0,35"
    }


def test_without_a_note_reader_documents_are_left_alone(tmp_path: Path) -> None:
    """What is not asked for is not read."""
    source = written(
        tmp_path / "in",
        patient("one"),
        note("one", "Prone instability test was positive.", name="n"),
    )

    extracted = exports.read(source, tmp_path / "out")

    assert rows(extracted)["Patient/one"]["prone_instability_test__absent"] == "not-recorded"


def test_what_was_read_is_not_read_again_and_the_facts_are_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process or two, in one go or gone on with: Parquet is the same."""
    monkeypatch.setattr(documents, "PART", 20_000)
    source = written(tmp_path / "in", *of_a_clinic(12))
    two = read(source, tmp_path / "two", notes=Notes(reader=reader(), key="1", processes=2))

    one = read(source, tmp_path / "one", notes=Notes(reader=reader(), key="1", processes=1))

    parts = sorted(each.name for each in (tmp_path / "two" / "notes").glob("*.json"))
    assert len(parts) > 1
    assert _bytes(one.facts) == _bytes(two.facts)
    again = read(source, tmp_path / "two", notes=Notes(reader=Refusing(), key="1", processes=2))
    assert _bytes(again.facts) == _bytes(one.facts)


def _bytes(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in sorted(folder.glob("*.parquet"))]


class Refusing(NoteReader):
    """A reader that reads nothing, and settles as any does."""

    def __init__(self) -> None:
        """Settle by the shipped dictionary."""
        super().__init__(dictionary(), lexicon())

    def read(self, lines: Iterable[tuple[str, bytes]]) -> LinesRead:
        """Fail: it was read before."""
        raise AssertionError(lines)


class Deadly(NoteReader):
    """A reader whose process dies of one note, and which raises at another."""

    def __reduce__(self) -> tuple[object, ...]:
        """Stay deadly in another process."""
        return Deadly, (self.dictionary, self.lexicon)

    def read(self, lines: Iterable[tuple[str, bytes]]) -> LinesRead:
        """Read lines, or die."""
        lines = list(lines)
        for _, line in lines:
            if b"deadly" in line:
                os._exit(1)
            if b"raising" in line:
                raise RecursionError
        return super().read(lines)


def test_a_note_that_ends_its_process_costs_no_other_patient() -> None:
    """It is told by the name of its document; the others of its part are read."""

    def group(name: str, *, key: str = "plain") -> Group:
        line = note(name, "Prone instability test was positive.", name=f"n-{name}") | {"x": key}
        return Group(f"Patient/{name}", [(f"DocumentReference/n-{name}", json.dumps(line))])

    parts = [
        Part("a", [group("one"), group("two", key="deadly"), group("three")]),
        Part("b", [group("four", key="raising"), group("five")]),
    ]
    notes = Notes(reader=Deadly(dictionary(), lexicon()), key="1", processes=1)

    told = [each for _, each in read_parts(parts, notes=notes, dictionary=dictionary())]

    read = sorted(str(row["subject"]) for each in told for row in each.rows)
    assert read == ["Patient/five", "Patient/one", "Patient/three"]
    failed = sorted(str(each.place) for one in told for each in one.problems)
    assert failed == ["DocumentReference/n-four", "DocumentReference/n-two"]


def test_a_document_without_a_patient_is_told(tmp_path: Path) -> None:
    """Nobody can say whose it is in an export of many."""
    nobodys = note("one", "Prone instability test was positive.", name="n")
    del nobodys["subject"]
    source = written(tmp_path / "in", patient("one"), patient("two"), nobodys)

    extracted = read(source, tmp_path / "out")

    assert [str(each.place) for each in extracted.problems] == ["DocumentReference/n"]


def test_a_damaged_line_among_documents_is_told_once(tmp_path: Path) -> None:
    """Its neighbors are read."""
    good = json.dumps(note("one", "Prone instability test was positive.", name="n"))
    lines = [("Patient", json.dumps(patient("one")))]
    lines += [("DocumentReference", each) for each in (good, good[:-20])]
    source = write(tmp_path / "in", lines)

    extracted = read(source, tmp_path / "out")

    assert [str(each.place) for each in extracted.problems] == ["DocumentReference.ndjson:2"]
    assert "prone_instability_test__absent" in rows(extracted)["Patient/one"]
    with pytest.raises(BundleError):
        read_record(plan(), [source], lexicon=lexicon)
