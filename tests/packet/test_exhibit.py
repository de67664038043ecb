"""Exhibits: what of the record is shown, under which letter, and where in it a statement stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.chart.fhir import read_date
from multifidus.core.case import Provenance, Quote
from multifidus.packet.exhibit import (
    MOST_PLACES,
    Extent,
    Shelf,
    Source,
    Stretch,
    first_places,
    letter_of,
)
from tests.chart.pdfs import page, pdf
from tests.packet.charts import PATIENT, note, packet_from

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.packet.exhibit import Exhibit

TEXT = "\n".join(f"line {number}" for number in range(1, 41))


def quoted(words: str, *, text: str = TEXT, name: str = "note") -> Provenance:
    """Cite words of a text, where they stand first."""
    start = text.index(words)
    return Provenance(
        resource=name, path="", quote=Quote(words=words, start=start, end=start + len(words))
    )


def shown(*words: str, extent: Extent = Extent.CITED) -> Exhibit:
    """Make the exhibit of a text of forty lines of which some words are cited."""
    shelf = Shelf([Source(name="note", text=TEXT)], {})
    shelf.cite(quoted(each) for each in words)
    (exhibit,) = shelf.exhibits(extent).all
    return exhibit


# What is shown


def test_of_a_text_its_ends_and_the_lines_around_what_is_cited_are_shown() -> None:
    """The ends say whose it is, of which day, and who signed it."""
    assert (Stretch(1, 6), Stretch(17, 23), Stretch(38, 40)) == shown("line 20").stretches


def test_passages_that_meet_are_one() -> None:
    both = shown("line 20", "line 27")

    assert (Stretch(1, 6), Stretch(17, 30), Stretch(38, 40)) == both.stretches
    assert (Stretch(1, 12), Stretch(38, 40)) == shown("line 9").stretches


def test_words_that_run_over_a_line_are_shown_with_both_lines() -> None:
    assert Stretch(17, 24) in shown("line 20\nline 21").stretches


def test_a_text_is_whole_if_nothing_of_it_is_left_out() -> None:
    assert not shown("line 20").is_whole
    assert shown("line 20", extent=Extent.ALL).is_whole
    assert (Stretch(1, 40),) == shown("line 20", extent=Extent.ALL).stretches


def test_of_a_pdf_only_the_cited_pages_are_shown(tmp_path: Path) -> None:
    consult = pdf(page("Chronic low back pain."), page("nothing"), page("VAS 7.2 cm."))
    (exhibit, _) = packet_from(tmp_path, notes={"consult.pdf": consult}).exhibits.all

    assert (1, 3) == exhibit.pages
    assert not exhibit.is_whole
    assert ["Exhibit A, page 1", "Exhibit A, page 3"] == [each.label for each in exhibit.places]


def test_all_of_the_record_is_shown_where_that_is_asked(tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {
        "consult.pdf": pdf(page("VAS 7.2 cm."), page("x")),
        "other.txt": note("Nothing."),
    }
    made = packet_from(tmp_path, notes=notes, extent=Extent.ALL)
    shown_of = {each.title: (each.pages, each.stretches) for each in made.exhibits.all}

    assert ((1, 2), ()) == shown_of["consult.pdf"]
    assert ((), (Stretch(1, 9),)) == shown_of["other.txt"]


def test_what_is_not_cited_is_no_exhibit(tmp_path: Path) -> None:
    notes = {
        "a.txt": note("Chronic low back pain. VAS 7.2 cm."),
        "b.txt": note("The weather was fine."),
    }
    titles = [each.title for each in packet_from(tmp_path, notes=notes).exhibits.all]

    assert ["a.txt", "Entries of the electronic record"] == titles


# Letters and places


@pytest.mark.parametrize(
    ("number", "letter"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_letters_go_on_beyond_z(number: int, letter: str) -> None:
    assert letter == letter_of(number)


def test_more_exhibits_than_letters_are_told_apart(tmp_path: Path) -> None:
    notes = {
        f"note-{number:02}.txt": note("VAS 7.2 cm.", day=f"09/{number:02}/2026")
        for number in range(1, 31)
    }
    made = packet_from(tmp_path, notes=notes, extent=Extent.ALL)
    letters = [each.letter for each in made.exhibits.all]

    assert 31 == len(set(letters))
    assert ["Z", "AA", "AB"] == letters[25:28]


def test_exhibits_stand_in_the_order_of_their_days_and_those_without_a_day_last() -> None:
    sources = [
        Source(name="none", text="a"),
        Source(name="late", text="a", date=read_date("2026-03-01")),
        Source(name="early", text="a", date=read_date("2026-01")),
    ]

    found = Shelf(sources, {}).exhibits(Extent.ALL).all

    assert ["early", "late", "none"] == [each.source.name for each in found if each.source]


def test_a_place_tells_page_line_or_entry() -> None:
    source = Source(name="note", text=TEXT)
    letter = Source(name="letter", text="one\ntwo", page_starts=(0, 4))
    entry = Provenance(resource="Observation/o", path="valueQuantity")
    cited = (quoted("line 20"), quoted("two", text="one\ntwo", name="letter"), entry)
    shelf = Shelf([source, letter], {"Observation/o": {"resourceType": "Observation", "id": "o"}})
    shelf.cite(cited)
    exhibits = shelf.exhibits(Extent.CITED)
    places = [exhibits.place(each) for each in cited]

    assert ["Exhibit B, line 20", "Exhibit A, page 2", "Exhibit C, entry 1"] == [
        each.label for each in places if each
    ]
    assert exhibits.place(Provenance(resource="elsewhere", path="")) is None


def test_a_document_that_is_cited_as_a_whole_has_a_place_without_words() -> None:
    shelf = Shelf([Source(name="note", text=TEXT)], {})
    shelf.cite([Provenance(resource="note", path="")])
    ((place,),) = (each.places for each in shelf.exhibits(Extent.CITED).all)

    assert ("Exhibit A", "", None) == (place.label, place.words, place.span)


def test_of_many_places_of_one_fact_the_first_are_enough() -> None:
    many = [Provenance(resource=f"Observation/{number}", path="") for number in range(9)]
    shelf = Shelf([], {})
    shelf.cite(many)
    (exhibit,) = shelf.exhibits(Extent.CITED).all

    assert MOST_PLACES == len(first_places(many)) == len(exhibit.places)


def test_what_is_counted_is_shown_in_full() -> None:
    shelf = Shelf([], {})
    shelf.cite_all(Provenance(resource=f"Observation/{number}", path="") for number in range(9))
    (exhibit,) = shelf.exhibits(Extent.CITED).all

    assert 9 == len(exhibit.entries)


def test_a_record_without_documents_is_one_exhibit(tmp_path: Path) -> None:
    (exhibit,) = packet_from(tmp_path, notes={}, resources=[PATIENT]).exhibits.all

    assert ["Patient/p1"] == [each.reference for each in exhibit.entries]
    assert exhibit.is_whole
    assert () == exhibit.lines
