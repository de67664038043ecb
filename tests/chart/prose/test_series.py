"""Readings of one scale in tables: each with the day of its column, or against each other."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.document import Document
from multifidus.chart.formats.pdf import read_pdf
from multifidus.chart.prose.notes import Reader
from multifidus.chart.statements.weigh import weigh
from multifidus.core.case import Absence, Fact, Reason
from multifidus.core.quantity import DateRange, Quantity
from multifidus.library.shelf import shipped
from tests.chart.pdfs import Line, Sheet, pdf

if TYPE_CHECKING:
    from multifidus.chart.statements.statement import Statement

WRITTEN = DateRange.parse("2026-09-01")
ON = date(2026, 10, 5)
JULY, AUGUST = "2026-07-15", "2026-08-28"
SOME_DAY = f"{JULY} to {AUGUST}"
BACK = "Low back pain.\n\n"


@cache
def reader() -> Reader:
    shelf = shipped()
    return Reader(shelf.dictionaries["low-back-pain"], shelf.lexicon("low-back-pain"))


def statements(document: Document, element: str) -> list[Statement]:
    found = reader().statements(document, reader().mentions(document))
    return [each for each in found if each.element == element]


def told(text: str, element: str) -> list[tuple[str, str]]:
    document = Document(name="note.txt", text=BACK + text, title="", date=WRITTEN)
    return [(str(each.value), str(each.date)) for each in statements(document, element)]


def settled(text: str, element: str) -> Fact | Absence:
    document = Document(name="note.txt", text=BACK + text, title="", date=WRITTEN)
    dictionary = shipped().dictionaries["low-back-pain"]
    return weigh(dictionary.elements[element], statements(document, element), ON)


@pytest.mark.parametrize(
    "table",
    [
        "Measure 07/15/2026 08/28/2026\nODI 52% 18%\nNRS 8/10 3/10\n",
        "Measure 7/15/26 8/28/26\nODI 52/100 18/100\nNRS 8/10 3/10\n",
        "Measure July 15, 2026 Aug 28, 2026\nODI (%) 52 18\nNRS (0-10) 8 3\n",
        "Measure    07/15/2026   08/28/2026\nODI        52%          18%\nNRS      8/10    3/10\n",
        "Measure | 07/15/2026 | 08/28/2026\nODI | 52% | 18%\nNRS | 8/10 | 3/10\n",
        "Eval date: 07/15/2026 D/C date: 08/28/2026\nODI 52% 18%\nNRS 8/10 3/10\n",
        "Initial 07/15/2026 Discharge 08/28/2026 Change\nODI 52% 18%\nNRS 8/10 3/10 -5\n",
        "ODI: 07/15/2026: 52% 08/28/2026: 18%\nNRS: 07/15/2026: 8/10 08/28/2026: 3/10\n",
    ],
)
def test_each_reading_of_a_row_is_of_the_day_of_its_column(table: str) -> None:
    """The newest counts, and none is taken for the day of the document."""
    assert [("8 points", JULY), ("3 points", AUGUST)] == told(table, "pain_nrs")
    assert [("52 points", JULY), ("18 points", AUGUST)] == told(table, "oswestry_index")


def test_the_order_of_the_columns_does_not_matter() -> None:
    table = "Measure 08/28/2026 07/15/2026\nNRS 3/10 8/10\n"

    fact = settled(table, "pain_nrs")

    assert isinstance(fact, Fact)
    assert Quantity("3", "points") == fact.value


def test_each_row_below_the_name_of_a_column_is_read() -> None:
    table = "Date ODI NRS low back pain\n07/15/2026 52% 8/10\n08/28/2026 18% 3/10\n"

    assert [("8 points", JULY), ("3 points", AUGUST)] == told(table, "pain_nrs")


@pytest.mark.parametrize(
    ("table", "element"),
    [
        ("Measure Initial Discharge\nNRS 8/10 3/10\n", "pain_nrs"),
        ("Measure Initial Discharge\nNRS (0-10) 8 3\n", "pain_nrs"),
        ("Measure Initial Discharge\nODI 52% 18%\n", "oswestry_index"),
        ("Measure Initial Discharge\nVAS 78 mm 31 mm\n", "pain_vas"),
        ("Date NRS leg NRS back\n08/28/2026 2/10 8/10\n", "pain_nrs"),
        ("ODI % NRS\nInitial 52 8/10\nDischarge 18 3/10\n", "pain_nrs"),
        ("Measure 07/15/2026 08/28/2026 Goal\nNRS 8/10 3/10 2/10\n", "pain_nrs"),
    ],
)
def test_readings_whose_days_nobody_can_tell_are_in_conflict(table: str, element: str) -> None:
    absence = settled(table, element)

    assert isinstance(absence, Absence)
    assert Reason.IN_CONFLICT is absence.reason


def test_a_reading_beside_an_empty_cell_is_of_some_day_among_the_columns() -> None:
    assert [("18 points", SOME_DAY)] == told(
        "Measure 07/15/2026 08/28/2026\nODI 18%\n", "oswestry_index"
    )


@pytest.mark.parametrize(
    ("text", "element", "said"),
    [
        (
            "DOB: 05/19/1977 DOS: 09/01/2026\nODI 52%\n",
            "oswestry_index",
            [("52 points", "2026-09-01")],
        ),
        ("Seen 07/15/2026.\n\nODI 52%\n", "oswestry_index", [("52 points", "2026-09-01")]),
        (
            "Fused 03/12/2009, revised 04/02/2019.\nODI 52%\n",
            "oswestry_index",
            [("52 points", "2026-09-01")],
        ),
        ("ODI 52% 10 sections answered\n", "oswestry_index", [("52 points", "2026-09-01")]),
        ("BMI 31.2 178 82\n", "body_mass_index", [("31.2 kg/m2", "2026-09-01")]),
        ("NRS 8/10 VAS 7.8 cm\n", "pain_vas", [("7.8 cm", "2026-09-01")]),
        ("NRS 8/10 3/10 VAS 7.8 cm\n", "pain_vas", [("7.8 cm", "2026-09-01")]),
        ("Rates it 7/10 VAS today\n", "pain_vas", [("7 cm", "2026-09-01")]),
    ],
)
def test_what_only_stands_near_makes_no_table(
    text: str, element: str, said: list[tuple[str, str]]
) -> None:
    assert said == told(text, element)


def test_a_table_of_a_pdf_has_the_days_of_its_columns() -> None:
    """Its cells come one blank apart, whatever their places on the page."""
    rows = [("Measure", "07/15/2026", "08/28/2026"), ("NRS low back pain", "8/10", "3/10")]
    lines = [
        Line(cell, x=72 + 150 * column, y=700 - 20 * row)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    document = read_pdf(pdf(Sheet(lines=lines)), "discharge.pdf", date=WRITTEN).document

    found = statements(document, "pain_nrs")

    assert [("8 points", JULY), ("3 points", AUGUST)] == [
        (str(each.value), str(each.date)) for each in found
    ]
    assert [1, 1] == [each.quote.page for each in found if each.quote]
