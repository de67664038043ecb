"""What was read is kept for the next time: never stale, never in the way, never somebody else's."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import date
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from multifidus.core.element import Dictionary
from multifidus.core.policy import Policy
from multifidus.library import kept as room
from multifidus.library.kept import MOST_KEPT, OFF, SETTING, kept
from multifidus.library.shelf import Shelf, shipped

if TYPE_CHECKING:
    from pathlib import Path

SHELF = shipped()
DICTIONARY = SHELF.dictionaries["low-back-pain"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep things in a folder of the test's own."""
    monkeypatch.setenv(SETTING, str(tmp_path / "kept"))
    return tmp_path / "kept"


class Maker:
    """Makes a word, and counts how often it is asked to."""

    def __init__(self, word: str = "made") -> None:
        self.word = word
        self.times = 0

    def __call__(self) -> str:
        """Make it once more."""
        self.times += 1
        return self.word


def test_what_was_made_of_a_text_is_made_once(folder: Path) -> None:
    """The second time it is read from the folder, which nobody else can look into."""
    make = Maker()

    assert [kept(str, [b"text"], make) for _ in range(3)] == ["made"] * 3
    assert make.times == 1
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_text_is_made_anew(folder: Path) -> None:
    """And so are the same bytes that are cut elsewhere."""
    make = Maker()
    for texts in ([b"text"], [b"texts"], [b"te", b"xt"]):
        kept(str, texts, make)

    assert make.times == 3
    assert len(list(folder.iterdir())) == 3


def test_other_code_makes_it_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that was changed may read the same text otherwise."""
    make = Maker()
    kept(str, [b"text"], make)
    monkeypatch.setattr(room, "_code", lambda: b"another release")
    kept(str, [b"text"], make)

    assert make.times == 2
    assert folder.exists()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 4096])
def test_what_is_damaged_is_made_anew(folder: Path, content: bytes) -> None:
    """Cut off, or overwritten."""
    make = Maker()
    kept(str, [b"text"], make)
    (file,) = folder.iterdir()
    file.write_bytes(content)

    assert kept(str, [b"text"], make) == "made"
    assert make.times == 2
    assert kept(str, [b"text"], make) == "made"
    assert make.times == 2


def test_what_is_of_another_kind_is_made_anew(folder: Path) -> None:
    """A name says what a file holds; the file may say otherwise."""
    kept(str, [b"text"], Maker())
    (word,) = folder.iterdir()
    word.rename(folder / word.name.replace("str-", "dictionary-"))

    assert kept(Dictionary, [b"text"], lambda: DICTIONARY) is DICTIONARY


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_in_which_others_can_write_is_not_trusted(folder: Path, mode: int) -> None:
    """Neither for reading nor for writing."""
    make = Maker()
    kept(str, [b"text"], make)
    folder.chmod(mode)
    kept(str, [b"text"], make)
    kept(str, [b"other"], make)

    assert make.times == 3
    assert len(list(folder.iterdir())) == 1


def test_a_file_in_which_others_can_write_is_not_trusted(folder: Path) -> None:
    """Even where the folder is."""
    make = Maker()
    kept(str, [b"text"], make)
    (file,) = folder.iterdir()
    file.chmod(0o666)
    kept(str, [b"text"], make)

    assert make.times == 2


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """Neither for the file nor for the folder."""
    make = Maker()
    kept(str, [b"text"], make)
    (file,) = folder.iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    kept(str, [b"text"], make)
    folder.rename(tmp_path / "other")
    folder.symlink_to(tmp_path / "other")
    kept(str, [b"text"], make)

    assert make.times == 3


def test_a_folder_that_cannot_be_made_keeps_nobody_from_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands in its place."""
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    monkeypatch.setenv(SETTING, str(tmp_path / "kept" / "below"))

    assert kept(str, [b"text"], Maker()) == "made"


def test_a_disk_that_is_full_keeps_nobody_from_an_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves no half-written file."""

    def full(_self: Path, _target: Path) -> Path:
        raise OSError

    monkeypatch.setattr("pathlib.Path.replace", full)

    assert kept(str, [b"text"], Maker()) == "made"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("setting", [OFF, "a/relative/folder"])
def test_nothing_is_kept_where_nobody_wants_it(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the user's word, or where the folder depends on where one stands."""
    monkeypatch.setenv(SETTING, setting)
    make = Maker()
    kept(str, [b"text"], make)
    kept(str, [b"text"], make)

    assert make.times == 2


def test_the_folder_is_where_such_things_belong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the XDG base directories have it."""
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept(str, [b"text"], Maker())

    assert os.listdir(tmp_path) == ["multifidus"]  # noqa: PTH208  the name alone


def test_the_oldest_go_when_there_are_too_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no disk fills up."""
    monkeypatch.setattr(room, "MOST_KEPT", 2)
    for number in range(4):
        kept(str, [bytes([number])], Maker())

    assert len(list(folder.iterdir())) == 2
    assert MOST_KEPT > len(list(SHELF.entries))


def test_a_policy_is_kept_without_its_dictionary(folder: Path) -> None:
    """It refers to the one that was read; both come back the same."""
    policy = SHELF.read(SHELF.find("isass-2025", date(2026, 10, 5)))
    known = {"low-back-pain": DICTIONARY}
    first = kept(Policy, [b"policy"], lambda: policy, dictionaries=known)
    again = kept(Policy, [b"policy"], lambda: pytest.fail("made twice"), dictionaries=known)

    assert first is policy
    assert again == policy
    assert again.dictionary is DICTIONARY
    files = list(folder.glob("policy-*"))
    assert files
    assert not any(b"most recent Oswestry" in each.read_bytes() for each in files)


ASK = """
import sys
from datetime import date
from multifidus.library.shelf import Shelf, shipped
shelf = shipped()
policy = shelf.read(shelf.find("isass-2025", date(2026, 10, 5)))
lexicon = shelf.lexicon("low-back-pain")
parsers = {"lark", "markdown_it", "multifidus.language.wording", "yaml"} & set(sys.modules)
print(policy.about.digest, len(lexicon.elements), sorted(parsers))
"""


def test_the_second_time_nothing_is_parsed(folder: Path) -> None:
    """A new process gives the same policy, and has no need of the parsers."""

    def run() -> str:
        environment = {**os.environ, SETTING: str(folder)}
        done = subprocess.run(  # noqa: S603  our own words
            [sys.executable, "-c", ASK],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        return done.stdout

    first, again = run(), run()

    assert "'lark', 'markdown_it', 'multifidus.language.wording', 'yaml'" in first
    assert again == first.partition("[")[0] + "[]\n"


def test_a_policy_whose_text_changes_is_read_anew(folder: Path, tmp_path: Path) -> None:
    """As is one whose dictionary changes."""
    copytree(SHELF.folder, tmp_path / "shelf")
    path = tmp_path / "shelf" / "isass-2025" / "policy.md"

    def title() -> str:
        shelf = Shelf(tmp_path / "shelf")
        return shelf.read(shelf.find("isass-2025", date(2026, 10, 5))).about.title

    before = title()
    path.write_text(path.read_text("utf-8").replace(f"# {before}", "# Another title"), "utf-8")
    changed = title()
    dictionary = tmp_path / "shelf" / "dictionaries" / "low-back-pain.yaml"
    dictionary.write_text(dictionary.read_text("utf-8") + "\n# a comment\n", "utf-8")
    title()

    assert before != changed == "Another title"
    names = [each.name.partition("-")[0] for each in folder.iterdir()]
    assert (names.count("policy"), names.count("dictionary")) == (3, 2)
