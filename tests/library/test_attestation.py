"""Attestations: added for good, held to the clause as it was, and read whatever else is broken."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import pytest

from multifidus.core.citation import Attestation, ReadingStatus
from multifidus.errors import RequestError
from multifidus.language.read import parse_policy
from multifidus.library.attestation import (
    Entry,
    Register,
    attested_policy,
    fingerprint,
    read_register,
    save_attestation,
)
from tests.language.small import EXCLUDED, POLICY, SMALL, SOURCES, edited

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.policy import Policy

SAID = Attestation(
    by="A. Person",
    document='The "Document": of note # 1',
    edition="the third — of 2026",
    page="3 to 4",
    on=date(2026, 5, 1),
)


def policy_of(text: str = POLICY, sources: str = SOURCES) -> Policy:
    """Read a policy."""
    policy, problems = parse_policy(text, sources_text=sources, dictionaries={"small": SMALL})
    assert () == problems
    assert policy is not None
    return policy


def entry_of(policy: Policy, clause: str, said: Attestation = SAID) -> Entry:
    """Attest a clause as it is."""
    [found] = [each for each in policy.clauses() if each.id == clause]
    return Entry(
        clause=clause,
        policy=f"{policy.about.id}@{policy.about.version}",
        digest=fingerprint(policy, found),
        attestation=said,
    )


# What is attested


def attested(policy: Policy, *entries: Entry) -> list[str]:
    """Name the clauses that are attested."""
    told = attested_policy(policy, Register(entries=entries))
    return [each.id for each in told.clauses() if each.attested]


KEEPING = [
    ("status: draft", "status: active"),
    ("version: 1.0.0", "version: 1.0.1"),
    ("The patient is at least 18 years old.", "The patient is at least 21 years old."),
    ("`age >= 18 years`", "`age >= 18 years and not unfit`"),
    ("are met when **all of** [@made-up", "are met, that is **all of** [@made-up"),
    ("> Other reading: `age >= 22 years`.", "> Other reading: `age >= 23 years`."),
]
LOSING = [
    ("Pain is more than 6 cm.", "Pain is more than 7 cm."),
    ("`pain > 6 cm`", "`pain > 60 mm`"),
    ("[@second, page 2]", "[@second, page 3]"),
    ("[@second, page 2]", "[@made-up, page 2]"),
    ("**I2.2** Pain", "**I2.2 Pain.** Pain"),
    ("**I2.2** Pain", "**I2.3** Pain"),
    ("is shown by **any of**", "is shown by **all of**"),
    ("are met when **all of** [@made-up", "are met when **any of** [@made-up"),
]


@pytest.mark.parametrize("edit", KEEPING)
def test_a_clause_keeps_its_attestation_when_something_else_changes(edit: tuple[str, str]) -> None:
    entry = entry_of(policy_of(), "I2.2")

    assert ["I2.2"] == attested(policy_of(edited(POLICY, edit)), entry)


@pytest.mark.parametrize("edit", LOSING)
def test_a_changed_clause_loses_its_attestation_which_is_told_as_stale(
    edit: tuple[str, str],
) -> None:
    entry = entry_of(policy_of(), "I2.2")
    changed = policy_of(edited(POLICY, edit))

    assert [] == attested(changed, entry)
    assert [entry] == Register(entries=(entry,)).stale(changed)


def test_another_edition_of_the_document_is_another_clause() -> None:
    entry = entry_of(policy_of(), "I2.2")
    changed = policy_of(sources=edited(SOURCES, ("edition: the second", "edition: the third")))

    assert [] == attested(changed, entry)


def test_how_well_a_source_was_read_and_what_its_key_is_are_no_part_of_it() -> None:
    entry = entry_of(policy_of(), "I2.2")
    sources = edited(SOURCES, ("second-hand", "verified"), ("second:\n", "other:\n"))
    text = edited(POLICY, ("[@second, page 2]", "[@other, page 2]"))

    assert ["I2.2"] == attested(policy_of(text, sources), entry)


def test_what_was_attested_of_another_version_is_not_stale_here() -> None:
    entry = replace(entry_of(policy_of(), "I2.2"), digest="sha256:of-another", policy="small@0.9.0")
    register = Register(entries=(entry,))

    assert [entry] == register.stale(policy_of())
    assert [] == register.stale(policy_of(), others={"small@0.9.0"})


def test_an_attested_clause_is_read_so_in_its_own_word_and_its_digest_stays() -> None:
    before = policy_of()
    after = attested_policy(before, Register(entries=(entry_of(before, "I2.2"),)))

    readings = {each.id: each.reading for each in after.clauses()}
    assert readings == {
        "I1": ReadingStatus.VERIFIED,
        "I2.1": ReadingStatus.SECOND_HAND,
        "I2.2": ReadingStatus.ATTESTED,
        "X1": ReadingStatus.VERIFIED,
    }
    assert before.about.digest == after.about.digest
    assert before == after


def test_several_persons_may_attest_a_clause() -> None:
    policy = policy_of()
    other = replace(SAID, by="B. Person")
    register = Register(entries=(entry_of(policy, "X1"), entry_of(policy, "X1", other)))

    [clause] = [each for each in attested_policy(policy, register).clauses() if each.attested]

    assert (SAID, other) == clause.attested


def test_a_clause_of_a_policy_without_a_list_can_be_attested() -> None:
    policy = policy_of(EXCLUDED)

    assert ["E1"] == attested(policy, entry_of(policy, "E1"))


# The file


def test_what_was_written_is_read_as_it_was_said(tmp_path: Path) -> None:
    policy = policy_of()
    path = tmp_path / "new" / "attestations.yaml"
    entries = (entry_of(policy, "I1"), entry_of(policy, "X1"))

    for each in entries:
        save_attestation(path, each)

    assert Register(entries=entries) == read_register([path])
    assert path.read_text(encoding="utf-8").startswith(
        '- clause: "I1"\n'
        '  policy: "small@1.0.0"\n'
        f'  digest: "{entries[0].digest}"\n'
        '  by: "A. Person"\n'
        '  document: "The \\"Document\\": of note # 1"\n'
        '  edition: "the third — of 2026"\n'
        '  page: "3 to 4"\n'
        '  on: "2026-05-01"\n'
        "- clause:"
    )


def test_a_file_that_is_not_there_attests_nothing(tmp_path: Path) -> None:
    assert Register(entries=()) == read_register([tmp_path / "attestations.yaml", tmp_path])


BROKEN = {
    "a line that was cut off": '- clause: "I1"\n  policy: "sm',
    "a field is missing": "- clause: I1\n  policy: small@1.0.0\n",
    "a day that is none": (
        "- {clause: I1, policy: a, digest: d, by: b, document: d, edition: e, page: p, on: May}\n"
    ),
    "a field that nobody knows": (
        "- {clause: I1, policy: a, digest: d, by: b, document: d, edition: e, page: p,"
        " on: 2026-05-01, mood: good}\n"
    ),
    "words": "nothing of the sort\n",
    "bytes": "- \udcff\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_block_is_told_and_costs_no_other(tmp_path: Path, name: str) -> None:
    path = tmp_path / "attestations.yaml"
    one, other = entry_of(policy_of(), "I1"), entry_of(policy_of(), "X1")
    save_attestation(path, one)
    with path.open("ab") as stream:
        stream.write(BROKEN[name].encode("utf-8", "surrogateescape"))
    save_attestation(path, other)

    register = read_register([path])

    # Words below a block belong to it; all the others begin a block of their own.
    assert ((other,) if name == "words" else (one, other)) == register.entries
    assert register.faults
    assert {str(path)} == {each.place.file for each in register.faults}


def test_comments_blank_lines_and_blocks_written_by_hand_are_read(tmp_path: Path) -> None:
    path = tmp_path / "attestations.yaml"
    save_attestation(path, entry_of(policy_of(), "I1"))
    block = "".join(f"  {line}" for line in path.read_text().splitlines(keepends=True))
    path.write_text(f"---\n# By hand.\n\n{block}\n  # More.\n{block}", encoding="utf-8")

    register = read_register([path])

    assert 2 * (entry_of(policy_of(), "I1"),) == register.entries
    assert () == register.faults


def test_writers_in_other_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "attestations.yaml"
    program = (
        "import sys\n"
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from multifidus.core.citation import Attestation\n"
        "from multifidus.library.attestation import Entry, save_attestation\n"
        "for n in range(25):\n"
        "    said = Attestation(by=sys.argv[2], document='d' * (n + 1), edition='e', page=str(n),"
        " on=date(2026, 5, 1))\n"
        "    save_attestation(Path(sys.argv[1]),"
        " Entry(clause='I1', policy='a@1', digest='d', attestation=said))\n"
    )
    writers = [
        subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-c", program, str(path), name]
        )
        for name in ("one", "two", "three")
    ]
    assert [0, 0, 0] == [each.wait() for each in writers]

    register = read_register([path])

    assert () == register.faults
    pages = [str(n) for n in range(25)]
    for name in ("one", "two", "three"):
        mine = [each.attestation for each in register.entries if each.attestation.by == name]
        assert pages == [each.page for each in mine]


def test_a_file_that_an_editor_replaced_meanwhile_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is on the old file; what is written there would be lost."""
    path = tmp_path / "attestations.yaml"
    path.write_text("# old\n")
    real = os.open
    opened: list[int] = []

    def open_and_replace(name: Path, how: int, mode: int = 0o777) -> int:
        handle = real(name, how, mode)
        if name == path and not opened:
            (tmp_path / "new").write_text("# new\n")
            (tmp_path / "new").replace(path)
            opened.append(handle)
        return handle

    monkeypatch.setattr(os, "open", open_and_replace)
    save_attestation(path, entry_of(policy_of(), "I1"))

    assert path.read_text(encoding="utf-8").startswith("# new\n- clause:")


def test_a_file_that_vanished_meanwhile_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "attestations.yaml"
    real = os.open
    opened: list[int] = []

    def open_and_remove(name: Path, how: int, mode: int = 0o777) -> int:
        handle = real(name, how, mode)
        if name == path and not opened:
            path.unlink()
            opened.append(handle)
        return handle

    monkeypatch.setattr(os, "open", open_and_remove)
    save_attestation(path, entry_of(policy_of(), "I1"))

    assert 1 == len(read_register([path]).entries)


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "attestations.yaml"
    save_attestation(path, entry_of(policy_of(), "I1"))
    before = path.read_bytes()
    real = os.write

    def half(handle: int, content: bytes) -> int:
        if len(content) > 20:
            return real(handle, content[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(RequestError) as error:
        save_attestation(path, entry_of(policy_of(), "X1"))

    assert before == path.read_bytes()
    assert str(error.value) == (
        f"{path}: the attestation cannot be written: No space left on device\n"
        "    check the folder and its permissions; nothing was attested"
    )


def test_a_disk_that_cannot_sync_acknowledges_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "attestations.yaml"

    def fail(_handle: int) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RequestError, match="Input/output error"):
        save_attestation(path, entry_of(policy_of(), "X1"))

    assert b"" == path.read_bytes()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """In a folder that others may write to, it may lead anywhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("as it was")
    path = tmp_path / "attestations.yaml"
    path.symlink_to(elsewhere)

    with pytest.raises(RequestError, match="cannot be written"):
        save_attestation(path, entry_of(policy_of(), "I1"))

    assert "as it was" == elsewhere.read_text()


def test_a_system_without_file_locks_attests_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "attestations.yaml"
    monkeypatch.setitem(sys.modules, "fcntl", None)

    with pytest.raises(RequestError) as error:
        save_attestation(path, entry_of(policy_of(), "I1"))

    assert str(error.value) == (
        f"{path}: this system cannot lock a file, so writers might lose each other's words\n"
        "    attest on Linux or macOS; what is attested there is read here as well"
    )
    assert not path.exists()


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "attestations.yaml"
    path.touch()

    def fail(*_arguments: object, **_named: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(path), "read_text", fail)
    [fault] = read_register([path]).faults

    assert str(fault) == (
        f"{path}: the attestations cannot be read: Permission denied\n"
        "    check the file and its permissions"
    )


def test_a_writer_waits_for_the_one_before_it(tmp_path: Path) -> None:
    import fcntl  # noqa: PLC0415

    path = tmp_path / "attestations.yaml"
    path.touch()
    with path.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        writer = threading.Thread(
            target=save_attestation, args=(path, entry_of(policy_of(), "I1")), daemon=True
        )
        writer.start()
        writer.join(0.2)
        assert writer.is_alive()
        assert b"" == path.read_bytes()
    writer.join(10)

    assert 1 == len(read_register([path]).entries)
