"""
The pages still work: their examples are run, their links lead somewhere.

A block fenced with `console` holds commands after `$ ` and exactly what they print. They run in a
folder with a copy of the examples, one after the other, so that a page may copy and write files.
A block fenced with `file PATH` stands there as a file.
Where an output changed on purpose, MULTIFIDUS_UPDATE_PAGES=1 writes it anew; the difference is
reviewed as text.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import Plan, derive, gather
from multifidus.chart.document import Document
from multifidus.chart.fhir import Entry
from multifidus.chart.prose.notes import Reader
from multifidus.cli import main
from multifidus.core.case import Service
from multifidus.core.quantity import DateRange
from multifidus.core.wording import Context, Wording
from multifidus.language.check import check_policy
from multifidus.language.dictionary import read_dictionary
from multifidus.language.wording import read_lexicon
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")])
EXAMPLES = Path("src", "multifidus", "examples")
OURS = "$ multifidus "
OTHERS = ("cp -r ",)
"""What the pages run besides our own commands."""
CONSOLE = re.compile(r"```console\n(?P<text>.*?)\n```", re.DOTALL)
FILE = re.compile(r"(?P<fence>`{3,})file (?P<path>\S+)\n(?P<text>.*?\n)(?P=fence)", re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
SOURCE = """
source:
  document: A document
  edition: its edition
  read: a copy
  reading: verified
lorio2025:
  document: Another document
  edition: its edition
  read: a copy
  reading: verified
"""


def consoles(page: Path) -> Iterator[str]:
    """Give the text of each console block of a page."""
    for found in CONSOLE.finditer(page.read_text(encoding="utf-8")):
        yield found["text"]


def ran(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the commands of a block, and give the block with what they print."""
    lines = []
    for line in text.splitlines():
        if line.startswith("$ "):
            printed = ran_by_a_shell if "|" in line or not line.startswith(OURS) else ran_here
            lines += [line, *printed(line.removeprefix("$ "), capsys).rstrip("\n").splitlines()]
    return "\n".join(each.rstrip() for each in lines)


def ran_here(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run one of our commands, without the time that a new process takes."""
    main(shlex.split(command)[1:])
    printed = capsys.readouterr()
    return printed.out + printed.err


def ran_by_a_shell(command: str, _capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command as a person's shell does, in which `multifidus` is installed."""
    assert command.startswith((*OTHERS, OURS.removeprefix("$ ")))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(  # noqa: S603  the words of our own pages
        ["bash", "-c", command],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )
    return ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "page", [page for page in PAGES if list(consoles(page))], ids=lambda page: page.name
)
def test_the_commands_of_a_page_print_what_it_says(
    page: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    copytree(ROOT / EXAMPLES, tmp_path / EXAMPLES)
    for found in FILE.finditer(page.read_text(encoding="utf-8")):
        path = tmp_path / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    said = list(consoles(page))
    now = [ran(text, capsys) for text in said]

    if os.environ.get("MULTIFIDUS_UPDATE_PAGES"):
        whole = page.read_text(encoding="utf-8")
        for before, after in zip(said, now, strict=True):
            whole = whole.replace(f"```console\n{before}\n```", f"```console\n{after}\n```")
        page.write_text(whole, encoding="utf-8")
        pytest.skip("the page was written anew")
    assert now == said


def test_the_readme_shows_a_worked_example() -> None:
    assert list(consoles(ROOT / "README.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    targets = [found["target"] for found in LINK.finditer(page.read_text(encoding="utf-8"))]

    lost = [
        target for target in targets if "://" not in target and not (page.parent / target).exists()
    ]
    assert [] == lost


def test_the_policy_on_the_notation_page_is_sound() -> None:
    page = (ROOT / "docs" / "reference" / "notation.md").read_text(encoding="utf-8")
    example = page.split("````markdown\n")[1].split("\n````")[0] + "\n"

    policy, problems = check_policy(
        example, sources_text=SOURCE, dictionaries=shipped().dictionaries
    )

    assert [] == [str(problem) for problem in problems]
    assert policy is not None


def test_the_element_on_the_dictionary_page_can_be_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "reference" / "dictionary.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("\n```")[0]
    indented = "\n".join(f"  {line}" for line in example.splitlines())
    (tmp_path / "page.yaml").write_text(f"version: 0.1.0\nelements:\n{indented}\n")
    (tmp_path / "value-sets").mkdir()
    (tmp_path / "value-sets" / "oswestry-index.yaml").write_text(
        "version: 0.1.0\norigin: the page\nsystems:\n  loinc: http://loinc.org\n"
        'codes:\n  - system: loinc\n    code: "97909-6"\n    label: Oswestry score\n'
    )

    dictionary = read_dictionary(tmp_path / "page.yaml")

    assert ["oswestry_index"] == list(dictionary.elements)


def block(page: str, language: str) -> str:
    """Give the first block of a page in a language."""
    return page.split(f"```{language}\n")[1].split("\n```", maxsplit=1)[0]


def test_the_note_on_the_wording_page_is_read_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "reference" / "wording.md").read_text(encoding="utf-8")
    path = tmp_path / "page.yaml"
    path.write_text(block(page, "yaml"), encoding="utf-8")
    dictionary = shipped().dictionaries["low-back-pain"]
    reader = Reader(dictionary, read_lexicon(path, dictionary))
    note = Document(name="page", text=block(page, "note"), date=DateRange.parse("2026-05-06"))

    mentions = reader.mentions(note)

    said: dict[object, str] = {True: "yes", False: "no", None: "-"}
    assert block(page, "mentions").splitlines() == [
        f"{each.element} | {each.assertion} | {said.get(each.value, each.value)}"
        f" | {note.text[each.start : each.end]}"
        for each in mentions
    ]
    assert DateRange.parse("2026-05-04") == mentions[1].date


def test_the_fields_on_the_wording_page_are_those_that_are_read() -> None:
    page = (ROOT / "docs" / "reference" / "wording.md").read_text(encoding="utf-8")
    an_element, context = page.split("## An element\n")[1].split("## The context\n")
    for part, kind in ((an_element, Wording), (context, Context)):
        rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
        assert sorted(each.name for each in fields(kind)) == sorted(
            name for row in rows for name in re.findall("`([a-z_]+)`", row)
        )


def test_the_findings_on_the_how_to_page_are_read() -> None:
    page = (ROOT / "docs" / "how-to" / "record-a-finding.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", page, re.DOTALL)]
    patient = {"resourceType": "Patient", "id": "example", "birthDate": "1974-03-02"}
    plan = Plan(shipped().dictionaries["low-back-pain"])
    entries = [Entry(each, f"{each['resourceType']}/{each['id']}") for each in (patient, *blocks)]

    (chart,) = gather(plan, entries)
    case = derive(plan, chart, Service(date=date(2026, 10, 5)))

    assert "positive" == case.value("prone_instability_test")
    assert "inadequate" == case.value("physical_therapy_response")
    assert case.value("spine_surgery_indicated") is False
