"""The web page of a packet stands alone, shows what a chart says as words, and is accessible."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from multifidus.packet.compose import Kind
from multifidus.packet.exhibit import Place, Span
from multifidus.packet.page import marked, page_of
from tests.packet.packets import CHARTS, MIXED, again, decided, packet
from tests.packet.syllables import grade

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY = {"meta", "br", "hr"}


class Tags(HTMLParser):
    """Every tag of a page, and those that are open."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.leads: list[str] = []
        self.seen: Counter[str] = Counter()
        self.open: list[str] = []
        self.foreign: list[str] = []
        self.feed(words)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note a tag, its name, where it leads, and what it would fetch or run."""
        told = dict(attrs)
        self.seen[tag] += 1
        self.ids += [told["id"] or ""] if "id" in told else []
        self.leads += [(told["href"] or "")[1:]] if "href" in told else []
        self.foreign += [tag for name in ("src", "srcset", "action", "style") if name in told]
        self.foreign += [tag for name in told if name.startswith("on")]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that it closes what was opened last."""
        assert tag == self.open.pop()


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_page_stands_alone_and_its_links_lead_to_its_own_places(chart: str, kind: Kind) -> None:
    words = page_of(again(decided(packet(chart).material), kind))
    tags = Tags(words)

    assert [] == tags.open
    assert [] == tags.foreign
    assert not {"script", "link", "img", "iframe"} & set(tags.seen)
    assert not re.search(r"@import|url\(", words[: words.index("</style>")])
    assert len(tags.ids) == len(set(tags.ids))
    assert set(tags.leads) <= set(tags.ids)


@pytest.mark.parametrize("chart", MIXED)
def test_marked_words_are_the_words_of_the_place(chart: str) -> None:
    made = packet(chart)
    words = page_of(made)
    for exhibit in made.exhibits.all:
        for place in exhibit.places:
            if place.words:
                start = words.index(f'id="place-{place.key}"')
                told = unescape(re.sub(r"<[^>]*>", "", words[words.index(">", start) + 1 :]))
                assert told.startswith(place.words)


def test_one_document_has_a_page_of_its_own() -> None:
    made = packet("spine-clinic")
    words = page_of(made, only=made.checklist)

    assert "<title>Before it is sent</title>" in words
    assert "Letter of medical necessity" not in words


def place(key: str, start: int, end: int) -> Place:
    """Mark a stretch."""
    return Place(key=key, exhibit="A", span=Span(start, end), words="x")


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ((), "a &lt;b&gt; c"),
        ((place("1", 2, 5),), 'a <mark id="place-1">&lt;b&gt;</mark> c'),
        (
            (place("1", 0, 4), place("2", 2, 5)),
            '<mark id="place-1">a </mark><mark id="place-2">&lt;b</mark><mark>&gt;</mark> c',
        ),
        (
            (place("1", 0, 1), place("2", 0, 1)),
            '<span id="place-2"></span><mark id="place-1">a</mark> &lt;b&gt; c',
        ),
        ((place("1", 6, 99),), 'a &lt;b&gt; <mark id="place-1">c</mark>'),
    ],
)
def test_places_may_lie_over_each_other(places: tuple[Place, ...], shown: str) -> None:
    assert shown == marked("a <b> c", 0, 7, places)


# The patient's page


@pytest.mark.parametrize("chart", CHARTS)
def test_the_patients_page_is_read_at_grade_eight_or_below(chart: str) -> None:
    (document,) = again(packet(chart).material, Kind.PATIENT).documents

    assert grade(document.words()) <= 8


def test_the_measure_tells_hard_words_from_easy_ones() -> None:
    """Flesch-Kincaid; published examples of it are 2 for a primer and above 12 for a statute."""
    easy = "The cat sat on the mat. It was a big cat."
    hard = (
        "Restorative neurostimulation of the dorsal ramus medial branch constitutes a"
        " physiologically differentiated intervention requiring multidisciplinary evaluation."
    )

    assert grade(easy) < 2
    assert grade(hard) > 18


@pytest.mark.parametrize("chart", CHARTS)
def test_the_patients_page_promises_nothing(chart: str) -> None:
    (document,) = again(packet(chart).material, Kind.PATIENT).documents
    words = document.words().lower()

    assert "can not promise" in words
    assert not re.search(r"\b(will be (covered|paid|approved)|guarantee)", words)
