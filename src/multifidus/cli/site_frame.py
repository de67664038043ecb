"""The frame of a page of the site: the ways to the other pages, what it holds, and who decides."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.cli.diff import CLOSING
from multifidus.export.document.frame import page
from multifidus.export.document.markup import Markup, tag
from multifidus.export.document.web import CONTENT, blocks, sections, sheet, skip_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from multifidus.core.policy import Policy
    from multifidus.export.document.parts import Block, Section

INDEX, DATES, TIMELINE = "index.html", "dates.html", "timeline.html"
COMPARE, MATRIX, EVIDENCE, SEARCH = "payers.html", "matrix.html", "evidence.html", "search.html"
_WAYS = {
    INDEX: "Policies",
    DATES: "By date",
    TIMELINE: "Timeline",
    COMPARE: "Payers compared",
    MATRIX: "Every pair",
    EVIDENCE: "Evidence",
    SEARCH: "Search",
}
BESIDE = "'self'"
"""What the security policy says of pictures that lie beside a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the site, and where it lies below the site's folder."""

    path: str
    title: str
    body: tuple[Markup, ...]
    """What stands below the ways: a header, what it is about, and a footer."""
    style: str = ""
    """Its sheets behind that of every page; empty: those of a document."""
    script: str = ""
    pictures: str = ""

    def written(self) -> str:
        """Write it."""
        own = self.style or sheet("document.css") + _own("site.css")
        return page(
            self.title,
            style=sheet("base.css") + own,
            body=[skip_link(), ways(self.path), *self.body],
            script=self.script,
            pictures=self.pictures,
        )


def _own(name: str) -> str:
    return files("multifidus.cli").joinpath(name).read_text(encoding="utf-8")


def filter_script() -> str:
    """Give the script that hides what was not searched for; no page needs it to be read."""
    return _own("site.js")


def ways(path: str) -> Markup:
    """Lead from a page to the others."""
    up = to_top(path)
    links = [
        tag("li", tag("a", words, href=up + to, aria_current="page" if to == path else None))
        for to, words in _WAYS.items()
    ]
    return tag("nav", tag("ul", *links), class_="site", aria_label="Site")


def to_top(path: str) -> str:
    """Lead from a page to the folder of the site."""
    return "../" * path.count("/")


def policy_path(policy: Policy) -> str:
    """Say where the document of a policy lies."""
    return f"policies/{policy.about.id}/{policy.about.version}.html"


def listing(
    title: str,
    on: date,
    *,
    lead: Sequence[Block] = (),
    before: Sequence[Markup] = (),
    parts: Sequence[Section],
) -> tuple[Markup, ...]:
    """Write the body of a page that is made as documents are; `before` stands above its parts."""
    return (
        tag("header", tag("h1", title)),
        tag("main", *blocks(lead), *before, *sections(parts), id=CONTENT, tabindex="-1"),
        footer(on),
    )


def footer(on: date) -> Markup:
    """Say what the page tells of, and who decides."""
    words = f"The library as of {on}, by multifidus {__version__}. {CLOSING}"
    return tag("footer", tag("p", words))
