"""The site in a browser: axe-core finds nothing, no page is too wide, and keys are enough."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli.arguments import SECONDS
from multifidus.cli.document import Wanted, write_document
from multifidus.cli.question import Question
from multifidus.cli.site import site_of
from multifidus.cli.site_folder import write_site
from multifidus.library.shelf import shipped
from tests.cli.browser import CHROMIUM, DESK, PHONE, Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

axe_core_python = pytest.importorskip("axe_core_python")

AXE = Path(str(axe_core_python.__file__)).with_name("axe.min.js").read_text(encoding="utf-8")
ON = date(2026, 6, 1)
CHART = Path(__file__).parents[2] / "src" / "multifidus" / "examples" / "anthem-candidate.json"
GUIDELINE = "policies/isass-2025/0.1.0.html"
MARKED = "marked.html"
PAGES = (
    *("index.html", "dates.html", "timeline.html", "payers.html", "matrix.html", "evidence.html"),
    *("search.html", GUIDELINE, "policies/anthem-surg-00158/2025.4.16.html"),
    *("policies/anthem-surg-00158/2024.4.1.html", "policies/cigna-0539/0.1.0.html"),
    *("diffs/aetna-cpb-0011-2025.9.26-to-aetna-cpb-0011-2026.1.1.html", MARKED),
)
"""One of each kind, and documents of each stance."""

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CHROMIUM, reason="the program chromium is not installed"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the site, and beside it a policy with the marks of a record."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, site_of(shipped(), on=ON, limit=SECONDS))
    question = Question(records=(CHART,), policy="anthem-surg-00158", on=ON)
    wanted = Wanted(question=question, out=folder / MARKED, limit=SECONDS)
    write_document(wanted, today=ON)
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the browser once for all pages."""
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    name: str, width: int, scheme: str, folder: Path, browser: Browser
) -> None:
    browser.show(folder / name, width=width, scheme=scheme)

    assert [] == browser.violations(AXE)
    assert width >= browser.run("document.documentElement.scrollWidth")


def test_axe_would_find_a_field_without_a_label(folder: Path, browser: Browser) -> None:
    """It shows that the test above can fail."""
    browser.show(folder / "index.html")
    browser.run("document.querySelector('label').remove()")

    assert "label" in [each[0] for each in browser.violations(AXE)]


FOCUS = """(() => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const look = getComputedStyle(at);
    return {
        words: at.textContent.trim(), kind: at.tagName,
        at: [...document.querySelectorAll("*")].indexOf(at),
        seen: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2
            && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    };
})()"""


def ways(browser: Browser, count: int) -> list[dict[str, Any]]:
    """Go on with the key Tab, and tell where one is each time, until the page is through."""
    found = []
    for _ in range(count):
        browser.press("Tab")
        found.append(dict(browser.run(FOCUS)))
        if found[-1]["kind"] == "BODY":
            return found[:-1]
    return found


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_goes_through_a_page_in_its_order_and_shows_where_it_is(
    name: str, width: int, folder: Path, browser: Browser
) -> None:
    browser.show(folder / name, width=width)
    found = ways(browser, 14)

    first = "About this policy" if name == MARKED else "Policies"
    words = [each["words"] for each in found]
    assert "Skip to the content" == words[0]
    assert first in words[1:4]
    assert [] == [each["words"] for each in found if not each["seen"]]
    places = [each["at"] for each in found]
    assert sorted(places) == places


@pytest.mark.parametrize("name", ["index.html", "matrix.html", GUIDELINE])
def test_the_link_past_the_ways_leads_to_the_content(
    name: str, folder: Path, browser: Browser
) -> None:
    browser.show(folder / name)
    browser.press("Tab")
    browser.run("document.activeElement.click()")

    assert "content" == browser.run("document.activeElement.id || location.hash.slice(1)")
    (after,) = ways(browser, 1)
    assert "Policies" != after["words"]


SHOWN = "[...document.querySelectorAll('{rows}')].filter((each) => each.offsetParent).length"


def test_a_search_shows_what_holds_all_the_words(folder: Path, browser: Browser) -> None:
    browser.show(folder / "search.html")
    rows = SHOWN.format(rows="#clauses li")
    everything = browser.run(rows)
    browser.run("document.querySelector('#filter').focus()")
    browser.write("oswestry isass-2025")

    assert browser.run(rows) == 1 < everything
    assert f"1 of {everything} shown" == browser.run("document.querySelector('output').value")


def test_a_day_shows_the_versions_in_force_on_it(folder: Path, browser: Browser) -> None:
    browser.show(folder / "dates.html")
    rows = "[...document.querySelectorAll('tbody tr')].filter((each) => each.offsetParent)"
    script = f"""
        const field = document.querySelector("#filter");
        field.value = "2025-04-15";
        field.dispatchEvent(new Event("input"));
        {rows}.map((each) => each.textContent)
    """
    shown = browser.run(script)

    assert 1 == sum("anthem-surg-00158@2024.4.1" in each for each in shown)
    assert [] == [each for each in shown if "anthem-surg-00158@2025.4.16" in each]
    assert 1 == sum("cam-10131hb" in each for each in shown)


def test_without_its_script_a_page_shows_everything_and_no_field(
    folder: Path, browser: Browser
) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.show(folder / "search.html")
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
        assert browser.run(SHOWN.format(rows="#clauses li")) > 200
        assert 0 == browser.run(SHOWN.format(rows="#filter"))
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_the_pictures_are_shown_from_the_folder(folder: Path, browser: Browser) -> None:
    browser.show(folder / "evidence.html")

    assert browser.run("[...document.images].every((each) => each.naturalWidth > 0)")


def test_paper_gets_the_text_without_the_ways(folder: Path, browser: Browser) -> None:
    browser.show(folder / GUIDELINE)
    browser.ask("Emulation.setEmulatedMedia", media="print")

    assert [0, 0] == [browser.run(SHOWN.format(rows=rows)) for rows in (".site a", ".contents a")]
    browser.ask("Emulation.setEmulatedMedia", media="")
