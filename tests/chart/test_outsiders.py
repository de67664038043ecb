"""
Outsiders' records and notes, whole: all are read, every quote stands where it says, none is met.

`python -m tests.chart.test_outsiders FOLDER` prints the counts by policy.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import Chart, derive
from multifidus.chart.prose.notes import Reader
from multifidus.chart.record import Record, read_record
from multifidus.core.case import Service
from multifidus.core.determination import Answer, determine
from multifidus.core.quantity import DateRange
from multifidus.library.shelf import Shelf, shipped
from tests.chart.records import shipped_plan
from validation.texts import outsiders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.chart.document import Document

pytestmark = pytest.mark.shared

DICTIONARY = "low-back-pain"
DAY = DateRange.parse("2026-09-15")
ON = date(2026, 10, 5)
FOLDERS = ("fhir-r4-synthea-2021", "fhir-r4-tietai-lowbackpain")
DOCUMENTS = ("ccda-hl7-examples", "ccda-vendor")


@cache
def shelf() -> Shelf:
    return shipped()


def read(path: Path) -> Record:
    return read_record(
        shipped_plan(), [path], lexicon=lambda: shelf().lexicon(DICTIONARY), document_date=DAY
    )


def files(samples: Path) -> Iterator[Path]:
    """List every file of the samples that is a record by itself."""
    for folder in (*FOLDERS, *DOCUMENTS):
        yield from sorted(each for each in (samples / folder).iterdir() if each.is_file())


def records(samples: Path) -> Iterator[tuple[str, Record]]:
    """Read every record of the samples; those of the export are one."""
    for path in files(samples):
        yield path.name, read(path)
    yield "fhir-bulk-ndjson-10", read(samples / "fhir-bulk-ndjson-10")


def answers(records: dict[str, Record]) -> Counter[tuple[str, str]]:
    """Count the answers of every policy version on the shelf."""
    policies = [(str(each), shelf().read(each)) for each in shelf().entries]
    cases = [
        derive(shipped_plan(), chart, Service(date=ON))
        for record in records.values()
        for chart in record.charts
    ]
    return Counter(
        (name, str(determine(policy, case).answer)) for name, policy in policies for case in cases
    )


@pytest.fixture(scope="module")
def everything(shared: Path) -> dict[str, Record]:
    return dict(records(shared / "samples"))


def test_every_record_is_read(everything: dict[str, Record], shared: Path) -> None:
    assert len(list(files(shared / "samples"))) + 1 == len(everything)
    assert all(record.charts for record in everything.values())
    # Of every C-CDA document it is told what became of its statements.
    ccda = [name for name in everything if name.lower().endswith(".xml")]
    assert sorted(ccda) == sorted(name for each in everything.values() for name in each.counts)


def test_every_quote_stands_where_it_says(everything: dict[str, Record]) -> None:
    quotes = 0
    for record in everything.values():
        for chart in record.charts:
            texts = {each.document.name: each.document.text for each in chart.documents}
            for statement in (each for group in chart.statements.values() for each in group):
                if statement.quote is not None:
                    quote, text = statement.quote, texts[statement.resource]
                    assert quote.words == text[quote.start : quote.end]
                    quotes += 1

    assert quotes > 0


def test_no_record_meets_a_policy(everything: dict[str, Record]) -> None:
    counts = answers(everything)

    assert not [name for name, answer in counts if answer == Answer.MET]


def test_no_note_meets_a_policy(shared: Path) -> None:
    reader = Reader(shipped_plan().dictionary, shelf().lexicon(DICTIONARY))
    policies = [shelf().read(each) for each in shelf().entries]
    read_so_far = 0
    for undated in outsiders(shared):
        chart = chart_of(reader, replace(undated, date=DAY))
        case = derive(shipped_plan(), chart, Service(date=ON))
        assert not [each for each in policies if determine(each, case).answer is Answer.MET]
        read_so_far += 1

    assert 187 == read_so_far


def chart_of(reader: Reader, document: Document) -> Chart:
    """Give the chart of a note alone."""
    chart = Chart(patient="Patient/nobody")
    for statement in reader.statements(document, reader.mentions(document)):
        quote = statement.quote
        assert quote is not None
        assert quote.words == document.text[quote.start : quote.end]
        chart.statements[statement.element].append(statement)
    return chart


if __name__ == "__main__":
    for key, count in sorted(answers(dict(records(Path(sys.argv[1]) / "samples"))).items()):
        sys.stdout.write(f"{key[0]:50} {key[1]:18} {count}\n")
