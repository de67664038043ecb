"""The page that `multifidus read --html` writes: what stands in it, and how a browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.chart.document import Document, Passage, ReadDocument
from multifidus.chart.mention import Mention
from multifidus.cli.page import page_of
from multifidus.cli.question import Question
from multifidus.cli.read import read_chart
from multifidus.cli.reading import ElementReading, Found, Reading
from multifidus.core.case import NOT_RECORDED, Service
from multifidus.core.wording import Assertion
from multifidus.library.shelf import shipped
from tests.cli.readings import mixed_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# lxml belongs to the room `chart` and has no types of its own.
html: Any = import_module("lxml.html")

HOSTILE = """
<script>document.title = "run"</script></div></article></style></title><style>*{display:none}
<img src=x onerror="document.title='run'"> &lt;b&gt; &amp; &#0; "' --> ]]> <!-- <mark id="e-age">
<a href="javascript:document.title='run'">BMI 27.4</a> <meta http-equiv=refresh content=0;url=x>
\u202eevitisop\u202c tset\u2066 \u200b\x07\x1b[31m\x00 <base href="https://example.org/">
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """Read the made-up mixed chart."""
    records = mixed_chart(tmp_path_factory.mktemp("chart"))
    return read_chart(Question(records=tuple(records)), today=date(2026, 10, 5))


def reading_of(tmp_path: Path, **texts: str) -> Reading:
    """Read notes alone."""
    paths = []
    for name, text in texts.items():
        paths.append(tmp_path / f"{name}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    return read_chart(Question(records=tuple(paths)), today=date(2026, 10, 5))


def parsed(reading: Reading) -> Any:  # noqa: ANN401  lxml has no types
    """Write the page and read it as a browser would."""
    return html.document_fromstring(page_of(reading, version="1").encode(errors="replace"))


def texts_in(page: Any) -> list[str]:  # noqa: ANN401
    """Give the text of each document, its pages one after another."""
    return [
        "".join(each.text_content() for each in article.iter("div"))
        for article in page.get_element_by_id("documents").iter("article")
    ]


def marked(page: Any, found: Found) -> str:  # noqa: ANN401
    """Give the marked words of a mention, its pieces one after another."""
    pieces = page.xpath(f"//mark[@data-of='{found.mark}']")
    return "".join(each.text_content() for each in pieces)


def mentions(reading: Reading) -> list[Found]:
    """Give all mentions."""
    return [found for each in reading.elements for found in each.mentions]


# What stands in it


def test_the_documents_stand_there_as_they_are(mixed: Reading) -> None:
    expected = [document.text for document, _ in mixed.documents]

    assert expected == texts_in(parsed(mixed))


def test_the_marked_words_are_the_quoted_words(mixed: Reading) -> None:
    page = parsed(mixed)

    assert len(mentions(mixed)) > 30
    for found in mentions(mixed):
        assert found.words == marked(page, found)
        assert found.mark == page.xpath(f"//mark[@data-of='{found.mark}']")[0].get("id")


def test_a_mark_says_what_is_read_there_and_how_it_is_meant(mixed: Reading) -> None:
    titles = {each.get("title") for each in parsed(mixed).iter("mark")}

    assert "Prone instability test: positive (present)" in titles
    assert "Lumbar radiculopathy: no (negated)" in titles
    assert "Lumbar radiculopathy (only possible)" in titles
    assert "Lumbar scoliosis (of somebody else)" in titles


def test_each_finding_leads_to_its_words_and_they_lead_back(mixed: Reading) -> None:
    page = parsed(mixed)
    names = page.xpath("//@id")
    targets = [each.removeprefix("#") for each in page.xpath("//a/@href")]

    assert len(names) == len(set(names))
    assert set() == set(targets) - set(names)
    for found in mentions(mixed):
        assert {found.mark, f"f-{found.mark}"} <= set(targets)
        (way,) = page.xpath(f"//a[@href='#f-{found.mark}']")
        assert way.get("aria-label").endswith("; back to the finding")


def test_each_element_shows_its_value_and_status(mixed: Reading) -> None:
    page = parsed(mixed)

    shown = {
        each.element.name: " ".join(page.get_element_by_id(f"e-{each.element.name}")[1].itertext())
        for each in mixed.elements
        if not each.is_silent
    }
    assert "46 years   coded" == shown["age"]
    assert "inadequate   unconfirmed" == shown["medication_response"]
    assert "in conflict" == shown["oswestry_index"]
    assert "no   answered by a person" == shown["unable_to_operate_device"]


def test_the_pages_of_a_pdf_are_shown(mixed: Reading) -> None:
    page = parsed(mixed)

    assert ["Page 1", "Page 2"] == page.xpath("//article[@id='d4']/h4/text()")
    (second,) = page.xpath("//h4[@id='d4-p2']/following-sibling::div")
    assert second.text_content().startswith("Prone instability test positive.")


def test_elements_of_which_nothing_is_said_stand_folded(mixed: Reading) -> None:
    (folded,) = parsed(mixed).iter("details")

    assert "Post-herpetic neuralgia: no" in folded.text_content()


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a <b>.docx").write_bytes(b"PK\3\4")
    (tmp_path / "visit.txt").write_text("BMI 27.4")
    reading = read_chart(Question(records=(tmp_path,)), today=date(2026, 10, 5))

    assert "a <b>.docx: files of this kind are not read" in parsed(reading).text_content()


def test_a_record_without_documents_has_a_page(tmp_path: Path) -> None:
    path = tmp_path / "patient.json"
    path.write_text('{"resourceType": "Patient", "id": "p1", "birthDate": "1980-01-01"}')
    reading = read_chart(Question(records=(path,)), today=date(2026, 10, 5))

    assert "The record holds no documents." in parsed(reading).text_content()


def test_the_page_needs_nothing_else_and_runs_nothing(mixed: Reading) -> None:
    page = parsed(mixed)

    assert [] == [*page.iter("script", "link", "img", "iframe", "object", "form", "base")]
    assert [] == page.xpath("//@src | //@style | //@*[starts-with(name(), 'on')]")
    assert [] == [each for each in page.xpath("//@href") if not each.startswith("#")]
    (style,) = page.xpath("//style/text()")
    assert not re.search(r"url\(|@import|@font-face", style)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "en" == page.get("lang")


def test_the_same_reading_gets_the_same_bytes(mixed: Reading) -> None:
    assert page_of(mixed, version="1") == page_of(mixed, version="1")


# Spans

WORDS = st.text(st.sampled_from("ab <>&\"'\n\t\u00e9\U0001f600"), min_size=1, max_size=40)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], list[int]]:
    """Draw a text, spans in it, and where its pages begin."""
    text = draw(WORDS)
    places = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(places, places), max_size=6))
    pages = draw(st.lists(places, max_size=3, unique=True))
    return text, [(min(each), max(each)) for each in spans if each[0] != each[1]], sorted(pages)


@given(marked_texts())
def test_whatever_overlaps_the_text_and_the_marked_words_stay_whole(
    drawn: tuple[str, list[tuple[int, int]], list[int]],
) -> None:
    text, spans, pages = drawn
    passages = tuple(Passage(start, number) for number, start in enumerate(pages, 1))
    document = Document(name="n", text=text, passages=passages)
    found = [
        Found(document, Mention("age", start, end, Assertion.POSSIBLE), 0, number)
        for number, (start, end) in enumerate(spans)
    ]
    element = shipped().dictionaries["low-back-pain"].elements["age"]
    reading = Reading(
        patient="Patient/p1",
        service=Service(date=date(2026, 1, 1)),
        date_origin="as asked",
        elements=(
            ElementReading(
                element=element, entry=NOT_RECORDED, statements=(), mentions=tuple(found)
            ),
        ),
        documents=(ReadDocument(document, tuple(each.mention for each in found)),),
        unread=(),
        counts={},
    )

    page = parsed(reading)
    assert [text] == texts_in(page)
    for each in found:
        assert each.words == marked(page, each)
        assert 1 == len(page.xpath(f"//mark[@id='{each.mark}']"))
        assert 1 == len(page.xpath(f"//a[@href='#f-{each.mark}']"))


def test_two_documents_of_one_name_keep_their_own_words(tmp_path: Path) -> None:
    """The same file, named twice."""
    path = tmp_path / "visit.txt"
    path.write_text("BMI 27.4. Prone instability test positive.")
    reading = read_chart(Question(records=(path, path)), today=date(2026, 10, 5))

    told = [told for each in reading.elements for told in each.statements]
    assert 4 == len({each.found.mark for each in told if each.found})


# Hostile documents


def test_whatever_stands_in_a_document_is_text(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, visit=HOSTILE)
    page = parsed(reading)

    assert [reading.documents[0].document.text] == texts_in(page)
    assert [] == [*page.iter("script", "img", "base")]
    assert 1 == len([*page.iter("style")])
    assert [] == [each for each in page.xpath("//@href") if not each.startswith("#")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00\x07\x1b]", page.text_content())


def test_whatever_a_document_is_called_is_text(tmp_path: Path) -> None:
    name = "<script>alert(1)<\u202etxt.exe' \"&amp;"
    reading = reading_of(tmp_path, **{name: "BMI 27.4"})
    page = parsed(reading)

    assert [] == [*page.iter("script")]
    (shown,) = page.xpath("//h3[@id='d1-name']")
    assert f"{name}.txt".replace("\u202e", " ") == shown.text_content()


def test_a_megabyte_is_no_matter(tmp_path: Path) -> None:
    line = "Prone instability test positive. " + "Nothing else is told here. " * 60 + "\n"
    reading = reading_of(tmp_path, visit=line * (1_000_000 // len(line)) + HOSTILE)

    page = parsed(reading)
    assert [reading.documents[0].document.text] == texts_in(page)
    assert len([*page.iter("mark")]) > 500


# In a browser


class Shown(NamedTuple):
    """What a browser made of a page: its elements, and what it said on its console."""

    dom: str
    console: list[str]


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=5000"),
)
in_chromium = pytest.mark.skipif(not CHROMIUM, reason="the program chromium is not installed")

PROBE = """
<script>
const result = [];
const seen = (name) => {
  const box = document.getElementById(name).getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
};
addEventListener("load", () => {
  const there = document.querySelector("a[href='#MARK']");
  const back = document.querySelector("a[href='#f-MARK']");
  result.push(seen("MARK"));
  there.click();
  setTimeout(() => {
    result.push(seen("MARK"), location.hash, back.offsetWidth > 20);
    back.click();
    setTimeout(() => { document.title = [...result, seen("f-MARK")].join(" "); }, 100);
  }, 100);
});
</script>
"""


def browse(page: Path, profile: Path, *options: str, fragment: str = "") -> Shown:
    """Show a page in headless Chromium, without a network."""
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", *options]
    done = subprocess.run(  # noqa: S603  the program is named above
        [*command, f"{page.as_uri()}{fragment}"],
        capture_output=True,
        check=True,
        text=True,
        timeout=180,
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Shown(done.stdout, console)


def write(reading: Reading, folder: Path, *, probe: str = "") -> Path:
    """Write the page; with a probe, a copy that may run that script and nothing else differs."""
    text = page_of(reading, version="1")
    if probe:
        text = re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", f"{probe}</body>")
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8", errors="replace")
    return path


def colours(picture: Path) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Give the colours of a picture and how often they are there."""
    image = import_module("PIL.Image").open(picture).convert("RGB")
    yield from image.getcolors(maxcolors=1 << 24)


def last_mention(reading: Reading) -> Found:
    """Give the mention that stands farthest down."""
    return max(mentions(reading), key=lambda each: (each.document_number, each.mention.start))


@pytest.mark.system
@in_chromium
def test_a_browser_shows_the_page_and_has_nothing_to_say(mixed: Reading, tmp_path: Path) -> None:
    shown = browse(write(mixed, tmp_path), tmp_path / "profile", "--dump-dom")

    assert [] == shown.console
    page = html.document_fromstring(shown.dom)
    for found in mentions(mixed):
        assert found.words == marked(page, found)


@pytest.mark.system
@in_chromium
@pytest.mark.parametrize("size", ["1280,900", "500,900"])
def test_a_click_on_a_finding_brings_its_words_into_view_and_one_on_them_leads_back(
    mixed: Reading, tmp_path: Path, size: str
) -> None:
    mark = last_mention(mixed).mark
    path = write(mixed, tmp_path, probe=PROBE.replace("MARK", mark))

    shown = browse(path, tmp_path / "profile", "--dump-dom", f"--window-size={size}")

    (title,) = html.document_fromstring(shown.dom).xpath("//title/text()")
    assert f"false true #{mark} true true" == title


TARGET = (0xC2, 0x18, 0x5B)
"""The colour of the line around what a link led to."""


@pytest.mark.system
@in_chromium
def test_the_words_that_an_address_names_are_framed(mixed: Reading, tmp_path: Path) -> None:
    path = write(mixed, tmp_path)
    counts = []
    for number, fragment in enumerate(["", f"#{last_mention(mixed).mark}"]):
        picture = tmp_path / f"{number}.png"
        options = ("--window-size=1280,900", f"--screenshot={picture}")
        shown = browse(path, tmp_path / f"profile{number}", *options, fragment=fragment)
        assert [] == shown.console
        counts.append(sum(count for count, colour in colours(picture) if colour == TARGET))

    without, within = counts
    assert 0 == without
    assert within > 100


@pytest.mark.system
@in_chromium
def test_a_hostile_document_does_nothing_in_a_browser(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, visit=HOSTILE * 20)

    shown = browse(write(reading, tmp_path), tmp_path / "profile", "--dump-dom")

    assert [] == shown.console
    page = html.document_fromstring(shown.dom)
    assert ["What the record says of Patient/of-these-documents"] == page.xpath("//title/text()")
    assert [reading.documents[0].document.text] == texts_in(page)


@pytest.mark.system
@in_chromium
def test_the_policy_of_the_page_would_stop_a_script_that_got_in(
    mixed: Reading, tmp_path: Path
) -> None:
    """A second wall, and it shows that the tests above would see what a console says."""
    path = write(mixed, tmp_path)
    planted = '<script>document.title = "run"</script></body>'
    path.write_text(path.read_text(encoding="utf-8").replace("</body>", planted), encoding="utf-8")

    shown = browse(path, tmp_path / "profile", "--dump-dom")

    assert "<title>run</title>" not in shown.dom
    assert any("Content Security Policy" in line for line in shown.console)


# Colours


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    red, green, blue = (
        part / 12.92
        if (part := int(digits[at : at + 2], 16) / 255) <= 0.04045
        else ((part + 0.055) / 1.055) ** 2.4
        for at in (0, 2, 4)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rules(style: str) -> Sequence[tuple[str, str]]:
    """Give the ink and the ground of each rule that names both, variables spelled out."""
    names = dict(re.findall(r"(--\w+): (#\w+)", style))
    spelled = re.sub(r"var\((--\w+)\)", lambda found: names[found[1]], style)
    ink = names["--ink"]
    found = []
    for rule in re.findall(r"\{([^{}]*background: #[^{}]*)\}", spelled):
        colour = re.search(r"(?<![-\w])color: (#\w+)", rule)
        ground = re.search(r"background: (#\w+)", rule)
        assert ground
        found.append((colour[1] if colour else ink, ground[1]))
    found += [(names[name], ground) for name in ("--soft", "--link") for ground in ("#fff",)]
    return found


def test_every_ink_stands_out_from_its_ground(mixed: Reading) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    (style,) = parsed(mixed).xpath("//style/text()")
    pairs = rules(style)

    assert len(pairs) > 8
    for one, other in pairs:
        low, high = sorted((luminance(one), luminance(other)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (one, other)


def test_headings_do_not_skip_a_step(mixed: Reading) -> None:
    steps = [int(each.tag[1]) for each in parsed(mixed).iter("h1", "h2", "h3", "h4")]

    assert 1 == steps[0]
    assert [] == [(one, other) for one, other in pairwise(steps) if other > one + 1]
