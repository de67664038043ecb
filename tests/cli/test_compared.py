"""`multifidus policy diff | compare | state | changes | timeline`, as a user sees them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_USAGE
from multifidus.cli.trend import CHANGE_COLUMNS
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "comparisons.txt"
ON = ("--on", "2026-03-01")
DENIAL = re.compile(r"den(?:y|ied|ies|ial)|reject", re.IGNORECASE)
SVG = "{http://www.w3.org/2000/svg}"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert DONE == main(["policy", *words])
    out, err = capsys.readouterr()
    assert "" == err
    assert not DENIAL.search(out)
    return out


# Two policies


def test_a_difference_is_told_with_both_sentences_and_the_patient_who_shows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = told(capsys, "diff", "fda-p190021", "reactiv8-b", *ON)

    assert "Neither is stricter: some patients meet only fda-p190021@0.1.0" in out
    assert (
        "  Age\n"
        "    - age >= 18 years\n"
        "      I3, verified: The patient is an adult, read as at least 18 years old.\n"
        "    + age >= 22 years and age <= 75 years\n"
        "      B1, verified: The patient is at least 22 years and at most 75 years old.\n"
        "      meets fda-p190021@0.1.0 only: Age: 78 years\n"
    ) in out
    assert "+ body_mass_index <= 35 kg/m2\n      X1, verified, speaks against: Body mass" in out


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("fda-p190021", "mp-623", "mp-623@0.1.0 is stricter than fda-p190021@0.1.0: whoever"),
        ("mp-623", "fda-p190021", "fda-p190021@0.1.0 is looser than mp-623@0.1.0: whoever"),
        ("mp-623", "mp-623", "mp-623@0.1.0 asks the same as mp-623@0.1.0."),
        ("isass-2025", "aetna-cpb-0011", "Neither is stricter: no patient meets both"),
        ("mp-623", "cigna-0539", "cigna-0539@0.1.0 excludes the service whatever the chart says."),
        ("cigna-0539", "premera-7-01-574", "cigna-0539@0.1.0 and premera-7-01-574@0.1.0 exclude"),
        (
            "mp-623",
            "uhc-2026t0126tt",
            "Not compared: nobody has read the position of uhc-2026t0126tt",
        ),
        ("ncd-160-7", "mp-623", "Not compared: ncd-160-7@0.1.0 does not speak of the service."),
    ],
)
def test_the_verdict_on_the_whole_is_a_sentence(
    first: str, second: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys, "diff", first, second, *ON)

    assert expected in " ".join(out.split())


@pytest.mark.parametrize(
    ("name", "word"), [("uhc-2026t0126tt", "unknown"), ("ncd-160-7", "silent")]
)
def test_of_what_was_not_read_or_is_silent_each_topic_says_so(
    name: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys, "diff", "fda-p190021", name, *ON)

    assert f"    + {name}@0.1.0: {word}\n" in out
    assert f"What is known of {name}@0.1.0" in out
    assert not re.search(r"^(Added|Dropped|Tightened|Loosened)", out, re.MULTILINE)


def test_a_difference_in_json_holds_both_sides_of_every_topic(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = json.loads(told(capsys, "diff", "fda-p190021", "reactiv8-b", *ON, "--format", "json"))

    assert "incomparable" == report["second_is"]
    (age,) = [each for each in report["topics"] if each["elements"] == ["age"]]
    assert "tightened" == age["change"]
    assert ["age >= 18 years"] == [each["requires"] for each in age["first"]]
    assert [{"age": "78 years"}] == [each["patient"] for each in age["witnesses"]]
    assert {"I3"} == {clause["id"] for each in age["first"] for clause in each["clauses"]}


def test_a_silent_policy_is_as_little_ranked_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(told(capsys, "diff", "mp-623", "ncd-160-7", *ON, "--format", "json"))

    assert "silent" == report["second_is"]
    assert {"silent"} == {each["change"] for each in report["topics"]}
    assert [] == report["witnesses"]


def test_of_what_a_report_leaves_out_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither dropped nor added; and the verdict says on what it rests."""
    out = told(capsys, "diff", "fda-p190021", "anthem-surg-00158@2025.4.16", *ON)

    assert "Of anthem-surg-00158@2025.4.16 reports alone were read: it may ask for more" in out
    assert "Dropped" not in out
    part = out.partition("Asked by one; of the other reports alone were read")[2]
    assert "    + anthem-surg-00158@2025.4.16: not told\n" in part
    report = json.loads(
        told(capsys, "diff", "fda-p190021", "anthem-surg-00158@2025.4.16", "--format", "json")
    )
    assert (False, True) == (report["first"]["reported"], report["second"]["reported"])


def test_in_too_short_a_time_nothing_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "diff", "fda-p190021", "mp-623", *ON, "--limit", "0.000001")

    assert "Not decided within the limit: how mp-623@0.1.0 stands to fda-p190021@0.1.0." in out


# Payers against references


def test_payers_are_compared_row_by_row(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "compare", *ON)

    assert "   1  aetna-cpb-0011@2026.1.1, Aetna; reports alone were read\n" in out
    assert "Where reports alone were read, the policy may ask for more than they tell" in out
    assert "Against isass-2025@0.1.0" in out
    assert "Against fda-p190021@0.1.0" in out
    assert re.search(r"^  Kind of pain +clashes ", out, re.MULTILINE)
    assert "Unknown in every row: nobody has read the position\n" in out
    assert "  uhc-2026t0126tt@0.1.0, UnitedHealthcare\n" in out


def rows_of(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_the_csv_says_unknown_of_every_element_where_nothing_was_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = rows_of(told(capsys, "compare", *ON, "--to", "fda-p190021", "--format", "csv"))

    found = {(each["policy"], each["elements"]): each["standing"] for each in rows}
    unread = {name: word for (name, _), word in found.items() if name.startswith("uhc-2026")}
    assert {"uhc-2026t0126tt@0.1.0": "unknown"} == unread
    assert "silent" == found["ncd-160-7@0.1.0", "age"]
    assert "excluded" == found["cigna-0539@0.1.0", "age"]
    assert "same" == found["mp-623@0.1.0", "age"]
    assert "not told" == found["aetna-cpb-0011@2026.1.1", "age"]
    assert "not asked" == found["bcbsmn-ii-149@0.1.0", "age"]
    assert ("mp-623@0.1.0", "body_mass_index") not in found


def test_a_policy_is_not_compared_with_itself(capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(told(capsys, "compare", *ON, "--to", "mp-623", "--format", "csv"))

    assert "mp-623@0.1.0" not in {each["policy"] for each in rows}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_of_payers_is_whole_and_fetches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(tmp_path, "a-b", more="jurisdictions: [US]\n")
    file = tmp_path / "page.html"

    words = ("--library", str(tmp_path), "--format", "html", "--output", str(file))
    out = told(capsys, "compare", *ON, *words)

    assert f"{file}: written, 26 policies\n" == out
    tags = _Tags()
    tags.feed(file.read_text(encoding="utf-8"))
    assert [] == tags.open
    assert [] == tags.links
    assert {"A: clashes", "stricter", "not asked", "a-b "} <= set(tags.words)


def test_without_a_payer_to_compare_there_is_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    before = ("--on", "2010-01-01", "--to", "hcsc-med205-036")

    assert "The columns" not in told(capsys, "compare", *before)
    assert "<table" not in told(capsys, "compare", *before, "--format", "html")


# Through time


def test_the_state_of_every_payer_differs_by_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for day in ("2025-04-15", "2025-04-16"):
        rows = rows_of(told(capsys, "state", "--on", day, "--format", "csv"))
        found += [each["position"] for each in rows if each["policy"] == "anthem-surg-00158"]

    assert ["excluded", "criteria"] == found


def test_the_state_is_told_by_position(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "state", "--on", "2026-03-01")

    assert re.search(
        r"^  Aetna +aetna-cpb-0011@2026\.1\.1 +2026-01-01 to 2026-04-16  sec", out, re.MULTILINE
    )
    assert re.search(r"^  UnitedHealthcare +uhc-csnct0126-10 +from 2026-06-01$", out, re.MULTILINE)
    assert re.search(r"^  eviCore +evicore-cmm-211@0\.1\.0 +dates not known", out, re.MULTILINE)


def test_a_version_without_days_is_said_to_be_listed_on_every_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whether it was in force on that day nobody knows."""
    day = ("--on", "1990-01-01")
    out = " ".join(told(capsys, "state", *day).split())

    assert "eviCore evicore-cmm-211@0.1.0 dates not known" in out
    assert "Dates not known: the document states no day, so the version is listed on every" in out
    rows = {
        each["policy"]: each for each in rows_of(told(capsys, "state", *day, "--format", "csv"))
    }
    assert ("no", "") == (rows["evicore-cmm-211"]["dated"], rows["mp-623"]["dated"])


def test_what_has_ended_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_policy(tmp_path, days="2026-01-01 to 2026-01-31")
    library = ("--library", str(tmp_path), "--on", "2026-03-01")

    assert re.search(r"^  Our plan +ours +ended$", told(capsys, "state", *library), re.MULTILINE)
    (row,) = [
        each
        for each in json.loads(told(capsys, "state", *library, "--format", "json"))["payers"]
        if each["policy"] == "ours"
    ]
    assert ("nothing on the shelf", "", "") == (row["position"], row["version"], row["read"])


def test_changes_between_two_days_are_listed_with_the_events(
    capsys: pytest.CaptureFixture[str],
) -> None:
    days = ("--from", "2025-04-01", "--to", "2025-04-30")

    out = told(capsys, "changes", *days)
    assert (
        "2025-04-16  Anthem, anthem-surg-00158: excluded (2024.4.1) → criteria (2025.4.16)" in out
    )
    assert "2025-04-16  Anthem: revises SURG.00158" in out
    rows = rows_of(told(capsys, "changes", *days, "--format", "csv"))
    assert rows == json.loads(told(capsys, "changes", *days, "--format", "json"))["changes"]
    assert ["policy", "policy", "event"] == [each["kind"] for each in rows]
    assert all(list(CHANGE_COLUMNS) == list(each) for each in rows)


def test_where_nothing_changed_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    days = ("--from", "2019-01-01", "--to", "2019-02-01")

    assert "No version began or ended." in told(capsys, "changes", *days)
    assert "None is known." in told(capsys, "changes", *days)
    head = told(capsys, "changes", *days, "--format", "csv")
    assert "date,kind,body,policy,before,after,event,document,address,read\n" == head


def test_the_timeline_in_text_follows_each_payer(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "timeline")

    assert (
        "Anthem, anthem-surg-00158\n"
        "  2024-04-01 to 2025-04-15  excluded       verified\n"
        "  2025-04-16 to open        criteria       second-hand\n"
    ) in out
    assert "2024-10-01  ICD-10-CM: M62.85" in out


def drawn(capsys: pytest.CaptureFixture[str], *words: str) -> ET.Element:
    return ET.fromstring(told(capsys, "timeline", "--format", "svg", *words))  # noqa: S314  our own


def test_the_picture_says_in_words_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    root = drawn(capsys)

    assert "img" == root.get("role")
    assert {"title", "desc"} <= {each.get("id") for each in root}
    titles = {each.text for each in root.iter(f"{SVG}title")}
    assert "anthem-surg-00158@2025.4.16: criteria, 2025-04-16 to open" in titles
    assert "evicore-cmm-211@0.1.0: excluded, dates not known" in titles
    patterns = set(re.findall(r"url\(#(\w+)\)", ET.tostring(root, "unicode")))
    assert {each.get("id") for each in root.iter(f"{SVG}pattern")} == patterns


def test_every_bar_and_word_of_the_picture_lies_within_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(tmp_path, "short", days="2026-03-01 to 2026-03-02")
    write_policy(tmp_path, "past", days="2001-03-01 to 2001-03-02")
    root = drawn(capsys, "--library", str(tmp_path))
    width, height = (float(root.get(each, "")) for each in ("width", "height"))

    for box in root.iter(f"{SVG}rect"):
        x, y, wide, high = (float(box.get(each, 0)) for each in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height
    for text in root.iter(f"{SVG}text"):
        words = "".join(text.itertext())
        # In a common face, a letter of 12 units is less than 6.6 wide on the average.
        start = 0 if text.get("text-anchor") else float(text.get("x", ""))
        assert words == TITLE or start + len(words) * 6.6 <= width, words
        assert 0 < float(text.get("y", "")) < height


TITLE = "Who covers restorative neurostimulation, and when"


def test_a_bar_without_room_for_its_word_shows_its_letter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    letters = [
        each.findtext(f"{SVG}text")
        for each in drawn(capsys).iter(f"{SVG}g")
        if (each.findtext(f"{SVG}title") or "").startswith("aetna-cpb-0011@2026.1.1")
    ]

    assert ["O"] == letters


def test_marks_of_events_do_not_cover_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    circles = [
        (float(each.get("cx", "")), float(each.get("cy", "")))
        for each in drawn(capsys).iter(f"{SVG}circle")
        if each.get("class") == "mark"
    ]

    pairs = [(one, other) for one in circles for other in circles if one < other]
    assert all((a - c) ** 2 + (b - d) ** 2 >= 16**2 for (a, b), (c, d) in pairs)


def test_a_line_is_drawn_only_at_a_day_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    days = [
        [each for each in drawn(capsys, *words).iter(f"{SVG}path") if each.get("class") == "day"]
        for words in ((), ("--on", "2026-03-01"), ("--on", "2001-01-01"))
    ]

    assert [0, 1, 0] == [len(each) for each in days]


def test_the_same_library_gives_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "timeline.svg"

    assert f"{file}: written\n" == told(
        capsys, "timeline", "--format", "svg", "--output", str(file)
    )
    assert file.read_text(encoding="utf-8") == told(capsys, "timeline", "--format", "svg")


# What cannot be understood

WRONG = {
    "no such policies": "diff fda-p190022 mp-632",
    "premises are no policy": "diff fda-p190021 premises-restorative-neurostimulation",
    "no such references": "compare --to fda-p190022 --to isass-2026",
    "nothing to compare with": "compare --to cigna-0539 --to uhc-2026t0126tt",
    "days out of order": "changes --from 2026-02-01 --to 2026-01-01",
    "no folder to write into": "timeline --output /no/such/folder/timeline.svg",
}


def _wrong(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    on = () if words[0] in ("changes", "timeline") else ON
    assert WRONG_USAGE == main(["policy", *words, *on])
    out, err = capsys.readouterr()
    assert "" == out
    return re.sub(r"(the policies are: ).*", r"\1…", err)


def test_what_is_wrong_is_told_with_the_way_forward(capsys: pytest.CaptureFixture[str]) -> None:
    parts = [f"# {name}: {line}\n{_wrong(line.split(), capsys)}" for name, line in WRONG.items()]
    text = "\n".join(parts)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text
