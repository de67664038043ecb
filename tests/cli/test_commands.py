"""The other commands: policies, policy show, check and format, demo, help; and how they end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import multifidus
from multifidus.cli import main
from multifidus.cli import main as entry
from multifidus.cli.main import FAMILIES, parser_of
from multifidus.cli.status import DONE, WRONG_POLICY, WRONG_USAGE
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    import argparse

POLICIES = Path(str(files("multifidus"))) / "policies"
GUIDELINE = POLICIES / "isass-2025" / "policy.md"


def test_a_policy_is_shown_as_its_document_with_its_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert DONE == main(["policy", "show", "isass-2025"])

    out = capsys.readouterr().out
    assert out.startswith(GUIDELINE.read_text())
    assert "- **lorio2025** (verified): Recommendations and Coverage Criteria" in out
    assert "How it was read: 18 clauses: 16 verified, 2 second-hand." in out


def test_the_day_chooses_the_version_that_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    main(["policy", "show", "anthem-surg-00158", "--on", "2025-04-15"])
    before = capsys.readouterr().out
    main(["policy", "show", "anthem-surg-00158", "--on", "2025-04-16"])

    assert "version: 2024.4.1" in before
    assert "version: 2025.4.16" in capsys.readouterr().out


def test_a_policy_is_shown_as_a_tree(capsys: pytest.CaptureFixture[str]) -> None:
    main(["policy", "show", "fda-p190021", "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert ["I", "X"] == [part["id"] for part in told["criteria"]["parts"]]
    assert "verified" == told["sources"]["ssed-p190021"]["reading"]


def test_sound_files_are_called_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["policy", "check", *map(str, POLICIES.rglob("policy.md"))])

    assert capsys.readouterr().out.count(": sound") == len(list(POLICIES.rglob("policy.md")))


def test_a_damaged_copy_keeps_the_sources_of_its_original(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "damaged.md"
    copy.write_text(GUIDELINE.read_text().replace("`oswestry_index >=", "`oswestri_index >=", 1))

    assert WRONG_POLICY == main(["policy", "check", str(copy)])

    out = capsys.readouterr().out
    assert "S3.2: unknown name `oswestri_index`" in out
    assert "did you mean `oswestry_index`?" in out
    assert f"{copy}: 1 error\n" in out


def test_a_policy_of_ones_own_needs_its_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text(GUIDELINE.read_text().replace("policy: isass-2025", "policy: mine"))

    assert WRONG_POLICY == main(["policy", "check", str(mine)])

    assert "there is no sources.yaml beside it" in capsys.readouterr().out


def test_notes_do_not_make_a_policy_unsound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = GUIDELINE.read_text().replace(
        "The patient has chronic low back pain.",
        "The patient has chronic pain, unless it is acute.",
    )
    (tmp_path / "policy.md").write_text(text)

    assert DONE == main(["policy", "check", str(tmp_path / "policy.md")])

    out = capsys.readouterr().out
    assert "note: G1: the sentence says “unless”" in out
    assert "sound, 1 note\n" in out


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"\xff\xfe", "not in UTF-8")]
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, words: str
) -> None:
    path = tmp_path / "policy.md"
    if content is not None:
        path.write_bytes(content)

    assert WRONG_POLICY == main(["policy", "check", str(path)])
    assert words in capsys.readouterr().out
    assert WRONG_USAGE == main(["policy", "format", str(path)])
    assert words in capsys.readouterr().err


def test_format_writes_the_canonical_form_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "policy.md"
    path.write_text(
        GUIDELINE.read_text().replace("- **G1 ", "-   **G1 ").replace("`\n", "`\n\n", 1)
    )

    assert WRONG_POLICY == main(["policy", "format", "--check", str(path)])
    assert f"{path}: would change\n" == capsys.readouterr().out
    assert DONE == main(["policy", "format", str(path)])
    assert f"{path}: written\n" == capsys.readouterr().out
    assert DONE == main(["policy", "format", str(path)])
    assert f"{path}: unchanged\n" == capsys.readouterr().out
    assert GUIDELINE.read_text() == path.read_text()
    assert [path] == list(tmp_path.iterdir())


def test_format_leaves_a_damaged_file_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "policy.md"
    damaged = GUIDELINE.read_text().replace("**all of**", "all of", 1)
    path.write_text(damaged)

    assert WRONG_POLICY == main(["policy", "format", str(path)])

    assert "there is no group here" in capsys.readouterr().err
    assert damaged == path.read_text()


def test_the_demonstration_shows_four_charts(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["demo"])

    out = capsys.readouterr().out
    assert 3 == out.count("$ multifidus check ")
    assert 1 == out.count("$ multifidus confirm ")
    assert "4 findings wait for confirmation" in out
    assert all(f"\n{answer} " in out for answer in ("Met", "More information needed", "Not met"))
    assert "no real person" in out


@pytest.mark.parametrize("arguments", [[], ["policy"]])
def test_no_command_prints_the_help(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert DONE == main(arguments)

    assert "usage: multifidus" in capsys.readouterr().out


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["--version"])

    assert f"multifidus {multifidus.__version__}\n" == capsys.readouterr().out


def test_an_interrupted_command_ends_as_shells_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object, **_named: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("multifidus.cli.listing.list_policies", interrupt)

    assert 130 == entry(["policies"])


def test_a_reader_who_stops_early_is_no_error() -> None:
    """As in `multifidus policies | head -1`."""
    command = f"{sys.executable} -m multifidus.cli policies | head -1; exit ${{PIPESTATUS[0]}}"

    ended = subprocess.run(  # noqa: S603  our own words
        ["bash", "-c", command],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )

    assert (0, "") == (ended.returncode, ended.stderr)


def test_the_front_door_opens_on_every_name_it_lists() -> None:
    assert all(getattr(multifidus, name) is not None for name in multifidus.__all__)
    with pytest.raises(AttributeError):
        multifidus.nothing  # noqa: B018


def _listed(parser: argparse.ArgumentParser) -> set[str]:
    return set(re.findall(r"^    ([a-z]+)(?: |$)", parser.format_help(), re.MULTILINE))


def test_help_lists_every_command_and_each_is_found_by_its_name() -> None:
    """The arguments of one family are laid out for its commands, those of all for anything else."""
    assert set(FAMILIES) == _listed(parser_of("")) == _listed(parser_of("--help"))
    for name, add in FAMILIES.items():
        assert {each for each in FAMILIES if FAMILIES[each] is add} == _listed(parser_of(name))


def test_where_else_an_element_is_asked_for_is_told_on_demand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same test apart from another one; and that nobody knows it of what was not read."""
    assert DONE == main(["policy", "show", "isass-2025", "--elsewhere"])
    out = capsys.readouterr().out
    main(["policy", "show", "isass-2025"])

    assert "## Asked elsewhere" not in capsys.readouterr().out
    line = next(each for each in out.splitlines() if each.startswith("- **S1** `age >= 18 years`"))
    assert "the same in anthem-surg-00158@2025.4.16 C2, " in line
    assert "otherwise in reactiv8-a@0.1.0 A1 `age >= 18 years and age <= 65 years`" in line
    assert "isass-2025@" not in line
    assert "nobody has read is not known" in out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cigna-0539", "It asks for nothing."),
        ("humana-0412-033", "Nobody has read what it asks for."),
    ],
)
def test_what_asks_for_nothing_is_asked_nowhere_else(
    name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert DONE == main(["policy", "show", name, "--elsewhere"])

    assert capsys.readouterr().out.endswith(f"## Asked elsewhere\n\n{words}\n")


def test_where_else_is_told_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    main(["policy", "show", "isass-2025", "--elsewhere", "--format", "json"])

    told = json.loads(capsys.readouterr().out)["elsewhere"]["S1"]
    assert {
        "policy": "fda-p190021@0.1.0",
        "clause": "I3",
        "test": "age >= 18 years",
        "reading": "verified",
        "is_same": True,
    } in told


def test_a_folder_stands_for_every_policy_below_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To check and to format; beside a file that is named, each is told once."""
    one, other = write_policy(tmp_path, "one"), write_policy(tmp_path, "other")
    other.write_text(other.read_text().replace("at least 21", "at least 22"))

    assert WRONG_POLICY == main(["policy", "check", str(tmp_path), str(one)])
    out = capsys.readouterr().out
    assert f"{one}: sound\n" in out
    assert f"{other}: 1 error\n" in out
    assert 1 == out.count(f"{one}: ")
    assert DONE == main(["policy", "format", "--check", str(tmp_path)])
    assert 2 == capsys.readouterr().out.count(": unchanged\n")


@pytest.mark.parametrize("verb", ["check", "format"])
def test_folders_without_a_policy_are_told_all_at_once(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for each in folders:
        each.mkdir()

    assert WRONG_USAGE == main(["policy", verb, *map(str, folders)])

    err = capsys.readouterr().err
    for each in folders:
        assert f"{each}: no policy.md lies in this folder or below it\n" in err


def test_two_tags_in_a_paragraph_are_one_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_policy(tmp_path)
    path.write_text(
        path.read_text().replace("Coverage criteria", "A <b>bold</b> word.\n\nCoverage criteria")
    )

    assert WRONG_POLICY == main(["policy", "check", str(path)])

    out = capsys.readouterr().out
    assert 1 == out.count("HTML has no meaning here")
    assert f"{path}: 1 error\n" in out
