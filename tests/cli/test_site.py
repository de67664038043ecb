"""`multifidus publish --site`: what the folder holds, and that every way in it leads somewhere."""

from __future__ import annotations

import os
from datetime import date
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from multifidus.cli import main
from multifidus.cli.arguments import SECONDS
from multifidus.cli.site import site_of
from multifidus.cli.status import DONE, WRONG_POLICY, WRONG_USAGE
from multifidus.evidence.gallery.catalog import NAMES
from multifidus.library.shelf import shipped
from tests.cli.shelves import write_policy
from tests.test_architecture import DENIAL

# lxml belongs to the room `chart` and has no types of its own.
html: Any = import_module("lxml.html")

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "site.txt"
ON = date(2026, 6, 1)


@pytest.fixture(scope="module")
def site() -> dict[str, bytes]:
    """Make the site of what is shipped."""
    return site_of(shipped(), on=ON, limit=SECONDS)


@pytest.fixture(scope="module")
def pages(site: dict[str, bytes]) -> dict[str, Any]:
    """Read its pages as a browser would."""
    names = [each for each in site if each.endswith(".html")]
    return {name: html.document_fromstring(site[name].decode()) for name in names}


def publish(capsys: pytest.CaptureFixture[str], folder: Path, *more: object) -> tuple[int, str]:
    """Publish; exit status, and what was told on either stream."""
    words = ["publish", "--site", str(folder), "--on", str(ON), *map(str, more)]
    status = main(words)
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def led(name: str, way: str) -> str:
    """Give the file of the site that a link on a page leads to."""
    path = unquote(urlsplit(way).path)
    return os.path.normpath(PurePosixPath(name).parent / path) if path else name


# The ways


def test_every_way_leads_to_a_file_of_the_site_and_to_an_anchor_in_it(
    site: dict[str, bytes], pages: dict[str, Any]
) -> None:
    anchors = {name: set(tree.xpath("//@id")) for name, tree in pages.items()}
    count = 0
    for name, tree in pages.items():
        for way in tree.xpath("//a/@href | //img/@src"):
            parts = urlsplit(way)
            if parts.scheme in ("http", "https"):
                continue
            assert ("", "") == (parts.scheme, parts.netloc), (name, way)
            target = led(name, way)
            assert target in site, (name, way)
            assert not parts.fragment or parts.fragment in anchors[target], (name, way)
            count += 1
    assert count > 2000


def test_every_page_can_be_reached_from_the_first(pages: dict[str, Any]) -> None:
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        name = waiting.pop()
        for way in pages[name].xpath("//a/@href"):
            parts = urlsplit(way)
            target = led(name, way)
            if not parts.scheme and target in pages and target not in reached:
                reached.add(target)
                waiting.append(target)

    assert set(pages) == reached


def test_every_page_has_the_ways_one_heading_and_says_that_a_person_decides(
    pages: dict[str, Any],
) -> None:
    for name, tree in pages.items():
        assert 1 == len(tree.xpath("//h1")), name
        assert 7 == len(tree.xpath("//nav[@aria-label='Site']//a")), name
        assert "A person decides." in tree.text_content(), name
        (first,) = tree.xpath("//body/*[1]")
        assert ("skip", "#content") == (first.get("class"), first.get("href")), name
        assert 1 == len(tree.xpath("//*[@id='content']")), name


def test_no_page_has_a_word_of_denial_or_fetches_anything(pages: dict[str, Any]) -> None:
    for name, tree in pages.items():
        assert not DENIAL.search(tree.text_content()), name
        (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; style-src 'sha256-"), name
        assert [] == [*tree.iter("link", "iframe", "object", "base")], name
        assert [] == tree.xpath("//script[@src] | //@style | //@*[starts-with(name(), 'on')]")


# The pages


def test_every_version_has_a_document_and_every_change_a_page(site: dict[str, bytes]) -> None:
    for shelved in shipped().entries:
        assert f"policies/{shelved.id}/{shelved.version}.html" in site
    assert "diffs/aetna-cpb-0011-2025.9.26-to-aetna-cpb-0011-2026.1.1.html" in site
    assert "diffs/isass-2025-0.1.0-to-mp-623-0.1.0.html" in site


def test_the_first_page_lists_every_payer_with_what_it_does_on_the_day(
    pages: dict[str, Any],
) -> None:
    rows = [
        [" ".join(each.text_content().split()) for each in row]
        for row in pages["index.html"].xpath("//section[@id='payers']//tbody/tr")
    ]

    (anthem,) = [each for each in rows if each[0].startswith("Anthem")]
    assert "anthem-surg-00158@2025.4.16" in anthem[1]
    assert ["criteria", "from 2025-04-16; no last day is stated", "second-hand"] == anthem[2:5]


def test_the_pages_use_one_word_for_what_a_version_does(pages: dict[str, Any]) -> None:
    """By payer and by date; and its own page does not say otherwise."""
    payers, dates = (
        [
            [" ".join(each.text_content().split()) for each in row]
            for row in pages[page].xpath(f"//section[@id='{part}']//tbody/tr")
        ]
        for page, part in (("index.html", "payers"), ("dates.html", "versions"))
    )
    by_date = {row[3].split()[-1]: row[4] for row in dates}

    assert {"criteria", "out of reach", "excluded", "silent", "unknown"} == {
        row[2] for row in payers
    }
    for row in payers:
        assert row[2] == by_date[row[1].split()[-1]]
    assert "criteria trial" == by_date["reactiv8-b@0.1.0"]
    page = pages["policies/bcbsmn-ii-149/0.1.0.html"].text_content()
    assert "it sets criteria for covering the service; no patient on the label can meet" in page
    assert "out of reach" in pages["dates.html"].xpath("//section[@id='words']")[0].text_content()


def test_a_day_before_a_version_shows_the_one_that_was_in_force_or_none() -> None:
    early = site_of(shipped(), on=date(2025, 4, 15), limit=SECONDS)
    tree = html.document_fromstring(early["index.html"].decode())
    rows = [" ".join(each.text_content().split()) for each in tree.iterfind(".//tbody/tr")]

    assert any("anthem-surg-00158@2024.4.1 excluded" in each for each in rows)
    assert any("nothing on the shelf" in each for each in rows)


def test_the_versions_stand_in_the_order_of_their_days(pages: dict[str, Any]) -> None:
    days = pages["dates.html"].xpath("//tbody/tr/th//text()")
    stated = [each for each in days if each != "not stated"]

    assert stated == sorted(stated)
    assert len(days) == len(shipped().entries)


def test_the_search_lists_every_clause_with_its_place(pages: dict[str, Any]) -> None:
    items = [
        " ".join(each.text_content().split())
        for each in pages["search.html"].xpath("//section[@id='clauses']//li")
    ]

    assert (
        "S3.2 of isass-2025@0.1.0 Disability: The Oswestry Disability Index is at least 21 points."
        " International Society for the Advancement of Spine Surgery; second-hand" in items
    )


def test_a_difference_says_of_which_side_reports_alone_were_read(pages: dict[str, Any]) -> None:
    """Where it says looser, that is of what the reports tell."""
    words = "reports alone were read: it may ask for more than they tell."
    anthem = pages["diffs/isass-2025-0.1.0-to-anthem-surg-00158-2025.4.16.html"].text_content()
    family = pages["diffs/isass-2025-0.1.0-to-mp-623-0.1.0.html"].text_content()

    assert f"Of anthem-surg-00158@2025.4.16 {words}" in anthem
    assert f"Of isass-2025@0.1.0 {words}" not in anthem
    assert words not in family


def test_a_difference_shows_topic_clauses_and_reading_status(pages: dict[str, Any]) -> None:
    tree = pages["diffs/isass-2025-0.1.0-to-mp-623-0.1.0.html"]
    rows = [[" ".join(each.text_content().split()) for each in row] for row in tree.iter("tr")]

    (duration,) = [each for each in rows if each[0] == "Duration of low back pain"]
    assert duration[2].startswith("pain_duration > 90 days S2 verified")
    assert "A made-up patient who meets" in tree.text_content()


def test_the_timeline_says_in_words_what_the_picture_shows(
    site: dict[str, bytes], pages: dict[str, Any]
) -> None:
    words = " ".join(pages["timeline.html"].text_content().split())

    assert site["timeline.svg"].startswith(b"<svg ")
    assert (
        "Anthem excluded anthem-surg-00158@2024.4.1 criteria anthem-surg-00158@2025.4.16" in words
    )
    assert "approves ReActiv8 (P190021)" in words


def test_the_figures_of_the_evidence_lie_beside_their_page(
    site: dict[str, bytes], pages: dict[str, Any]
) -> None:
    sources = pages["evidence.html"].xpath("//img/@src")

    assert len(NAMES) == len(sources)
    assert all(site[each].startswith(b"<svg ") for each in sources)


def test_the_same_library_and_day_give_the_same_bytes(site: dict[str, bytes]) -> None:
    assert site == site_of(shipped(), on=ON, limit=SECONDS)


# The folder


def test_a_site_is_written_and_written_again_over_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, site: dict[str, bytes]
) -> None:
    folder = tmp_path / "new" / "site"
    status, told = publish(capsys, folder)
    assert (DONE, f"{folder}/index.html: written, 60 pages\n") == (status, told)
    assert site["index.html"] == (folder / "index.html").read_bytes()

    (folder / "diffs" / "old.html").write_text("old")
    contents = folder / "contents.txt"
    contents.write_text(contents.read_text() + "diffs/old.html\n")

    assert DONE == publish(capsys, folder)[0]
    there = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert {*site, "contents.txt"} == there
    assert sorted(site) == contents.read_text().splitlines()


def test_a_list_that_names_a_file_elsewhere_leads_to_nothing_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept, folder = tmp_path / "kept.txt", tmp_path / "site"
    kept.write_text("mine")
    folder.mkdir()
    (folder / "contents.txt").write_text("../kept.txt\n/etc/hostname\n")

    assert DONE == publish(capsys, folder)[0]
    assert "mine" == kept.read_text()


def test_policies_of_ones_own_stand_on_the_site(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path / "own", "ours")
    status, _ = publish(capsys, tmp_path / "site", "--library", tmp_path / "own")

    assert DONE == status
    assert "ours@" in (tmp_path / "site" / "index.html").read_text()


def test_an_empty_library_of_ones_own_leaves_the_shipped_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, site: dict[str, bytes]
) -> None:
    (tmp_path / "own").mkdir()

    assert DONE == publish(capsys, tmp_path / "site", "--library", tmp_path / "own")[0]
    assert site["index.html"] == (tmp_path / "site" / "index.html").read_bytes()


def test_what_cannot_be_read_is_told_all_at_once_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("one", "two"):
        path = write_policy(tmp_path / "own", name)
        path.write_text(path.read_text().replace("`age >= 21 years`", "`ages >= 21 years`"))

    status, told = publish(capsys, tmp_path / "site", "--library", tmp_path / "own")

    assert WRONG_POLICY == status
    assert 2 == told.count("unknown name `ages`")
    assert not (tmp_path / "site").exists()


def _foreign(folder: Path) -> Path:
    folder.mkdir()
    for number in range(5):
        (folder / f"letter-{number}.txt").write_text("mine")
    return folder


def _no_longer_listed(folder: Path) -> Path:
    folder.mkdir()
    (folder / "contents.txt").write_text("index.html\n")
    (folder / "index.html").write_text("ours")
    (folder / "notes.txt").write_text("mine")
    return folder


def _file(path: Path) -> Path:
    path.write_text("mine")
    return path


def _below_a_file(path: Path) -> Path:
    path.write_text("mine")
    return path / "site"


def _linked_list(folder: Path) -> Path:
    folder.mkdir()
    (folder / "contents.txt").symlink_to("/etc/hostname")
    return folder


WRONG = {
    "a folder that holds other files": _foreign,
    "a site into which somebody has put a file": _no_longer_listed,
    "a file": _file,
    "a folder below a file": _below_a_file,
    "a list that is a link": _linked_list,
}


def test_what_is_in_the_way_is_told_and_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    parts = []
    for number, (name, make) in enumerate(WRONG.items()):
        folder = make(tmp_path / str(number))
        before = sorted(tmp_path.rglob("*"))
        status, told = publish(capsys, folder)
        assert WRONG_USAGE == status
        assert before == sorted(tmp_path.rglob("*"))
        parts.append(f"# {name}\n{told.replace(str(folder), 'DIR')}")
    text = "\n".join(parts)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text
