"""`multifidus policy matrix`: as text, as CSV and as a page; into a file; with a bar."""

from __future__ import annotations

import csv
import io
import re
import sys
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from multifidus.cli import main
from multifidus.cli.arguments import KINDS
from multifidus.cli.matrix import Wanted, tell_matrix
from multifidus.cli.status import DONE, WRONG_USAGE
from multifidus.core.policy import Kind
from multifidus.errors import RequestError
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("--on", "2026-06-01")


def made(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert DONE == main(["policy", "matrix", *DAY, *words])
    told = capsys.readouterr()
    assert "" == told.err
    return told.out


def test_the_matrix_is_told_in_signs_with_their_meaning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = made(capsys)

    assert "Policies against each other, as of 2026-06-01" in out
    assert re.search(r"^\s*\d+  mp-623@0\.1\.0 +[. SLx|]+$", out, re.MULTILINE)
    assert "  S  stricter: the row asks more: whoever meets it meets the column" in out
    assert "Premises assumed: none" in out


def test_what_compares_with_none_stands_apart_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(tmp_path, "nobody-read-it", stance="unread")
    write_policy(tmp_path, "excluding", stance="excluded")
    out = made(capsys, "--library", str(tmp_path))

    lists = {head: names for head, *names in map(str.splitlines, out.split("\n\n"))}
    excluded = lists["Not compared: it excludes the service whatever the chart says"]
    assert "  excluding@1.0.0" in excluded
    unread = lists["Not compared: nobody has read its position, so what it asks is not known"]
    assert "  nobody-read-it@1.0.0" in unread
    silent = lists["Not compared: it was read, and does not speak of the service"]
    assert "  ncd-160-7@0.1.0" in silent
    assert not {*excluded} & {*unread} | {*silent} & {*unread}
    reported = lists["Of these reports alone were read: they may ask for more than is told"]
    assert "  anthem-surg-00158@2025.4.16" in reported
    assert "  mp-623@0.1.0" not in reported


def test_unread_and_silent_are_two_words_in_the_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(made(capsys, "--format", "csv"))))
    found = {(each["policy"], each["compared_with"]): each["relation"] for each in rows}

    assert "unknown" == found["humana-0412-033@0.1.0", "mp-623@0.1.0"]
    assert "silent" == found["ncd-160-7@0.1.0", "mp-623@0.1.0"]
    assert "unknown" == found["ncd-160-7@0.1.0", "humana-0412-033@0.1.0"]


def test_criteria_that_nobody_can_meet_are_no_exclusion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_policy(tmp_path, "impossible")
    text = path.read_text()
    path.write_text(
        f"{text}- **C Minor.** The patient is under 18 years old.\n  `age < 18 years`\n"
    )
    out = made(capsys, "--library", str(tmp_path))

    assert "Not compared: it tests criteria that nobody can meet\n  impossible@1.0.0\n" in out


def test_every_pair_stands_in_the_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(made(capsys, "--format", "csv"))))
    found = {(each["policy"], each["compared_with"]): each["relation"] for each in rows}

    assert "stricter" == found["mp-623@0.1.0", "fda-p190021@0.1.0"]
    assert "looser" == found["fda-p190021@0.1.0", "mp-623@0.1.0"]
    assert len(found) == len(rows)


def test_kinds_choose_the_policies(capsys: pytest.CaptureFixture[str]) -> None:
    out = made(capsys, "--kind", "label", "--kind", "guideline")

    assert "fda-p190021@0.1.0" in out
    assert "isass-2025@0.1.0" in out
    assert "mp-623" not in out
    assert set(KINDS) == set(Kind)


class Page(HTMLParser):
    """Reads a page: its rows of cells, its tags, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        """Add to the cell."""
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def test_the_page_says_every_relation_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(tmp_path / "library", "excluding", stance="excluded")
    file = tmp_path / "matrix.html"
    words = ("--library", str(tmp_path / "library"), "--format", "html", "--output", str(file))
    assert made(capsys, *words).startswith(f"{file}: written, ")
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    heads, *rows = ([cell.split("\n")[0].strip() for cell in row] for row in page.rows)
    row = next(each for each in rows if each[0].startswith("mp-623"))
    cells = dict(zip(heads, row, strict=True))

    assert "stricter" == cells["fda-p190021"]
    assert "itself" == cells["mp-623"]
    assert "Not compared: it excludes the service whatever the chart says" in text
    assert "excluding" not in heads


def test_the_page_needs_nothing_else_and_names_its_parts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = made(capsys, "--format", "html")
    tags = Page(text).tags

    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags}
    assert "http" not in re.sub(r'http-equiv="[^"]*"', "", text)
    assert {"main", "header", "footer", "table"} <= {tag for tag, _ in tags}
    assert ("html", {"lang": "en"}) in tags
    scopes = [attributes.get("scope") for tag, attributes in tags if tag == "th"]
    assert {"col", "row"} == set(scopes)


def test_premises_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_policy(tmp_path, "given", more="kind: premises\n")
    assert path.is_file()
    words = ("--library", str(tmp_path), "--premises", "given")

    assert "Premises assumed: given" in made(capsys, *words)
    assert "Premises assumed: given." in made(capsys, *words, "--format", "html")
    assert ",given,mp-623@0.1.0," in made(capsys, *words, "--format", "csv")


def test_a_bar_grows_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert DONE == main(["policy", "matrix", *DAY])
    told = capsys.readouterr()

    assert re.search(r"\r█+ (?P<all>\d+) of (?P=all) pairs\r", told.err)
    assert "█" not in told.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--premises", "mp-623"), "`mp-623` is a policy, not premises"),
        (("--output", "/nowhere/matrix.html"), "the file cannot be written: No such file"),
    ],
)
def test_what_is_wrong_is_told(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert WRONG_USAGE == main(["policy", "matrix", *DAY, *words])

    assert message in capsys.readouterr().err


def test_fewer_than_two_policies_are_not_compared() -> None:
    wanted = Wanted(on=date(2026, 6, 1), kinds=("poem",), limit=1.0)

    with pytest.raises(RequestError) as told:
        tell_matrix(wanted)

    assert "there is nothing to compare: 0 policies of the kind poem" in str(told.value)


def test_two_versions_of_one_policy_are_told_apart_on_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stand there where their days overlap."""
    write_policy(tmp_path, version="1.0.0")
    write_policy(tmp_path, version="1.1.0", days="2026-03-01 to open")
    main(["policy", "matrix", *DAY, "--library", str(tmp_path), "--format", "html"])

    heads = Page(capsys.readouterr().out).rows[0]
    assert {"ours@1.0.0", "ours@1.1.0", "mp-623"} <= {each.strip() for each in heads}
