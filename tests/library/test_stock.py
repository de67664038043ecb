"""
What is wrong in the folders of a library: told all at once, and no sound policy is lost to it.

What is said stands word for word in tests/golden/errors/library.txt; MULTIFIDUS_UPDATE_GOLDEN=1
writes it anew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from multifidus.library.stock import take_stock
from tests.library.shelves import Small, put

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "library.txt"
SOUND = Small(id="sound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What stands in a folder, and in a second one over it; which policies are kept."""

    policies: tuple[Small, ...] = ()
    own: tuple[Small, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def broken(old: str, new: str) -> bytes:
    """Give the text of a policy in which some words are others."""
    text = Small(id="broken").text()
    assert text.count(old) == 1
    return text.replace(old, new).encode()


SECOND = Small(version="2.0.0", days="2025-01-01 to open")
NEW = Small(version="2.0.0", days="2025-01-01 to open", more="replaces: a@1.0.0\n")

FOLDERS = {
    "nothing is wrong": Folder(
        policies=(
            Small(days="2024-01-01 to 2024-12-31"),
            SECOND,
        ),
        kept=("a@1.0.0", "a@2.0.0"),
    ),
    "no front matter": Folder(files={"x/policy.md": b"# A policy\n"}),
    "a front matter without an end": Folder(files={"x/policy.md": b"---\npolicy: a\n"}),
    "an empty file": Folder(files={"x/policy.md": b""}),
    "not in UTF-8": Folder(files={"x/policy.md": b"---\npolicy: \xff\n---\n"}),
    "not YAML": Folder(files={"x/policy.md": broken("body: Nobody", "body: [")}),
    "fields that are wrong": Folder(
        files={
            "x/policy.md": broken("stance: criteria", "stance: maybe").replace(
                b"version: 1.0.0\n", b""
            )
        }
    ),
    "an id that cannot be asked for": Folder(
        files={"x/policy.md": broken("policy: broken", "policy: ../Broken@1")}
    ),
    "a replaced version without its version": Folder(
        files={"x/policy.md": broken("payer: [Payer]", "replaces: a")}
    ),
    "twins": Folder(policies=(Small(), Small())),
    "three of one name": Folder(policies=(Small(), Small(), Small())),
    "a twin of a shipped policy": Folder(policies=(Small(),), own=(Small(),), kept=("a@1.0.0",)),
    "twins in one's own folder": Folder(own=(Small(), Small())),
    "twins over a shipped policy": Folder(
        policies=(Small(),), own=(Small(), Small()), kept=("a@1.0.0",)
    ),
    "an overlap": Folder(
        policies=(
            Small(days="2024-01-01 to 2025-06-30"),
            SECOND,
        ),
        kept=("a@1.0.0", "a@2.0.0"),
    ),
    "an overlap of days that nobody stated": Folder(
        policies=(Small(days="open to open"), Small(version="2.0.0", days="open to open")),
        kept=("a@1.0.0", "a@2.0.0"),
    ),
    "an overlap on one day": Folder(
        policies=(
            Small(days="2024-01-01 to 2025-01-01"),
            SECOND,
        ),
        kept=("a@1.0.0", "a@2.0.0"),
    ),
    "a replaced version that ends too late by itself": Folder(
        policies=(Small(days="2024-01-01 to 2025-06-30"), NEW), kept=("a@1.0.0", "a@2.0.0")
    ),
    "one that replaces nothing": Folder(policies=(NEW,), kept=("a@2.0.0",)),
    "one that replaces on no day": Folder(
        policies=(
            Small(id="b"),
            Small(days="open to open", more="replaces: b@1.0.0\n"),
        ),
        kept=("a@1.0.0", "b@1.0.0"),
    ),
    "one that replaces what begins later": Folder(
        policies=(Small(id="b", days="2026-01-01 to open"), Small(more="replaces: b@1.0.0\n")),
        kept=("a@1.0.0", "b@1.0.0"),
    ),
    "one that replaces itself": Folder(
        policies=(Small(more="replaces: a@1.0.0\n"),), kept=("a@1.0.0",)
    ),
    "a ring": Folder(
        policies=(
            Small(id="a", days="2024-01-01 to open", more="replaces: c@1.0.0\n"),
            Small(id="b", days="2025-01-01 to open", more="replaces: a@1.0.0\n"),
            Small(id="c", days="2026-01-01 to open", more="replaces: b@1.0.0\n"),
            Small(id="d", days="2027-01-01 to open", more="replaces: c@1.0.0\n"),
        ),
        kept=("a@1.0.0", "b@1.0.0", "c@1.0.0", "d@1.0.0"),
    ),
    "everything at once": Folder(
        policies=(Small(), Small(), Small(id="b"), Small(id="b", version="2.0.0")),
        own=(Small(id="c", more="replaces: c@1.0.0\n"), Small(id="b")),
        files={"x/policy.md": b"# A policy\n", "y/policy.md": b"\xff"},
        kept=("b@1.0.0", "b@2.0.0", "c@1.0.0"),
    ),
}


def stock(folder: Path, name: str) -> tuple[list[str], list[str]]:
    """Write folders; what is kept of their policies, and what is said of them."""
    about = FOLDERS[name]
    shipped, mine = folder / "shipped", folder / "mine"
    put(shipped, *about.policies, SOUND)
    put(mine, *about.own)
    for file, content in about.files.items():
        path = shipped / file
        path.parent.mkdir()
        path.write_bytes(content)
    found = take_stock((shipped, mine))
    said = [str(each).replace(str(folder) + os.sep, "") for each in found.faults]
    return [str(each) for each in found.entries], said


def test_what_is_said_is_as_it_was(tmp_path: Path) -> None:
    blocks = []
    for number, name in enumerate(FOLDERS):
        _, said = stock(tmp_path / str(number), name)
        blocks.append("\n".join([f"# {name}", "", *said, ""]))
    now = "\n".join(blocks)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(now, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == now


@pytest.mark.parametrize("name", FOLDERS)
def test_the_sound_policies_stay(tmp_path: Path, name: str) -> None:
    kept, said = stock(tmp_path, name)

    assert [*FOLDERS[name].kept, "sound@1.0.0"] == kept
    assert bool(said) == (name != "nothing is wrong")


def test_a_policy_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """Root may read everything, so the folder stands where the file should."""
    (tmp_path / "x" / "policy.md").mkdir(parents=True)

    [fault] = take_stock((tmp_path,)).faults

    assert str(fault) == (
        f"{tmp_path}/x/policy.md: this is no file\n    remove it, or write a policy"
    )


def test_a_file_that_fails_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, SOUND)

    def fail(*_arguments: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", fail)
    [fault] = take_stock((tmp_path,)).faults

    assert fault.message == "the file cannot be read: Permission denied"


def test_an_open_end_is_closed_by_what_replaces_it_even_under_another_id(tmp_path: Path) -> None:
    other = Small(id="z", days="2026-01-01 to open", more="replaces: a@1.0.0\n")
    found = take_stock((put(tmp_path, Small(), other),))

    [old, new] = found.entries
    assert "2024-01-01 to 2025-12-31" == str(old.in_force)
    assert ("z@1.0.0", "") == (old.replaced_by, new.replaced_by)
    assert () == found.faults


def test_a_stated_end_is_not_moved_by_what_replaces_it(tmp_path: Path) -> None:
    [old, _] = take_stock((put(tmp_path, Small(days="2024-01-01 to 2024-06-30"), NEW),)).entries

    assert "2024-01-01 to 2024-06-30" == str(old.in_force)


def test_of_a_long_file_only_the_beginning_is_read(tmp_path: Path) -> None:
    path = put(tmp_path, SOUND) / "0" / "policy.md"
    path.write_bytes(path.read_bytes() + b"\n" + b"word " * 200_000 + b"\xff")

    found = take_stock((tmp_path,))

    assert ("The policy sound",) == tuple(each.title for each in found.entries)
