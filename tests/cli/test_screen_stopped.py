"""Screens that are stopped, by whatever and whenever, and those that meet in one folder."""

from __future__ import annotations

import fcntl
import random
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from multifidus.cli.main import main
from multifidus.cli.screened import OURS, RESULTS
from multifidus.cli.status import DONE, INTERRUPTED, TERMINATED, WRONG_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PATIENTS, TOGETHER = 40, 12
BEGINNING = f"""
import os, signal, sys, threading
import multifidus.columnar.derivation.population as population
population.TOGETHER = {TOGETHER}
signal.signal(signal.SIGINT, signal.default_int_handler)
"""
"""Whoever runs the tests in the background has Ctrl-C ignored, and what they start inherits it."""
ENDING = """
from multifidus.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
COUNTING = """
from pathlib import Path
import multifidus.columnar.duck
replace, left = Path.replace, [{}]
def counted(*names):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(*names)
Path.replace = counted
"""
"""A file takes its name so many times, and before the next one the process is killed."""
SIGNALLING = """
import multifidus.cli.progress
begun = set()
def noted(self, stage, done, total):
    if stage == "{}" and stage not in begun:
        begun.add(stage)
        threading.Timer({}, os.kill, (os.getpid(), signal.{})).start()
multifidus.cli.progress.Progress.__call__ = noted
"""
"""
A signal comes soon after a stage has begun, wherever the work is then; and one alone, for a second
one may come when nobody listens any more, and ends the process as the system does.
"""


QUICKLY = ("--elements", "policy", "--documents", "leave")
"""A screen without what takes long in it, and is stopped like the rest."""


def run(
    people: Path,
    out: Path,
    words: str = "",
    *,
    how: Sequence[str] = QUICKLY,
    limit: Callable[[], None] | None = None,
) -> tuple[int, str]:
    """Screen in a process of its own, few patients at a time; give its status and its errors."""
    asked = ("screen", people, "--policy", "isass-2025", "--on", "2026-10-05", "--out", out, *how)
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", BEGINNING + words + ENDING, *map(str, asked)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=limit,
        timeout=300,  # A process that is left behind holds the pipe open.
    )
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a population up."""
    folder = tmp_path_factory.mktemp("made") / "people"
    main(("generate", "--patients", str(PATIENTS), "--out", str(folder), "--seed", "3"))
    return folder


@pytest.fixture(scope="module")
def whole(people: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Screen it without a break."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert run(people, out) == (DONE, "")
    return out


def same(one: Path, other: Path) -> bool:
    """Whether two screens wrote the same bytes, and no file beside them."""
    names = [sorted(str(each.relative_to(out)) for each in out.rglob("*")) for out in (one, other)]
    return names[0] == names[1] and all(
        (one / name).read_bytes() == (other / name).read_bytes()
        for name in (*RESULTS, "screen.json")
    )


def killed_in_each_stage(
    people: Path, out: Path, *, seed: int, how: Sequence[str] = QUICKLY
) -> None:
    """Screen, and kill it at a moment of each stage; the last time it is left alone."""
    dice = random.Random(seed)  # noqa: S311  a draw of moments
    for stage in ("reading", "settling", "determining"):
        words = SIGNALLING.format(stage, dice.uniform(0, 0.5), "SIGKILL")
        assert run(people, out, words, how=how)[0] in (-signal.SIGKILL, DONE)
    assert run(people, out, how=how)[0] == DONE


def test_a_screen_that_is_killed_again_and_again_gives_the_same_bytes(
    people: Path, whole: Path, tmp_path: Path
) -> None:
    """It gets a little further each time, and is killed between two files at a moment of chance."""
    dice = random.Random(7)  # noqa: S311  a draw of moments
    killed = 0
    for _ in range(12):
        status, told = run(people, tmp_path / "out", COUNTING.format(dice.randrange(6)))
        if status == DONE:
            break
        assert status == -signal.SIGKILL, told
        killed += 1
        assert not (tmp_path / "out" / "screen.json").exists()

    assert killed > 3
    assert run(people, tmp_path / "out")[0] == DONE
    assert same(tmp_path / "out", whole)


@pytest.mark.parametrize("seed", range(2))
def test_a_screen_that_is_killed_in_the_middle_of_something_gives_the_same_bytes(
    people: Path, whole: Path, tmp_path: Path, seed: int
) -> None:
    """Wherever it is then: in a query, or in the middle of a file."""
    killed_in_each_stage(people, tmp_path / "out", seed=seed)
    assert same(tmp_path / "out", whole)


def test_a_screen_of_all_elements_and_documents_that_is_killed_gives_the_same_bytes(
    people: Path, tmp_path: Path
) -> None:
    """Other processes read the documents then; they go with the one that is killed."""
    assert run(people, tmp_path / "whole", how=()) == (DONE, "")
    killed_in_each_stage(people, tmp_path / "out", seed=4, how=())
    assert same(tmp_path / "out", tmp_path / "whole")


@pytest.mark.parametrize(
    ("moment", "ended"),
    [
        (("reading", 0.0, "SIGINT"), (INTERRUPTED, "Interrupted")),
        (("reading", 0.3, "SIGINT"), (INTERRUPTED, "Interrupted")),
        (("settling", 0.1, "SIGTERM"), (TERMINATED, "Terminated")),
        (("determining", 0.05, "SIGINT"), (INTERRUPTED, "Interrupted")),
    ],
)
def test_a_screen_that_is_told_to_stop_leaves_nothing_half_written(
    people: Path,
    whole: Path,
    tmp_path: Path,
    moment: tuple[str, float, str],
    ended: tuple[int, str],
) -> None:
    """It says how to go on, and goes on then."""
    out = tmp_path / "out"
    status, said = ended
    assert run(people, out, SIGNALLING.format(*moment)) == (
        status,
        f"\n{said}; the same command goes on where it was.\n",
    )

    assert not [each for each in out.rglob("*") if each.suffix == ".part"]
    assert {each.name for each in out.iterdir()} <= OURS - {*RESULTS, "screen.json"}
    assert run(people, out)[0] == DONE
    assert same(out, whole)


def test_two_screens_do_not_work_in_one_folder(
    people: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second leaves it as it is; what the first holds it lets go of, however it ends."""
    out = tmp_path / "out"
    asked = ("screen", str(people), "--policy", "isass-2025", "--on", "2026-10-05")
    assert run(people, out, COUNTING.format(2))[0] == -signal.SIGKILL
    before = sorted(out.rglob("*"))
    with (out / "lock").open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert main((*asked, "--out", str(out))) == WRONG_USAGE
    told = capsys.readouterr().err

    assert f"{out}: another screen is at work in the folder" in told
    assert "wait until it has ended, or name another folder" in told
    assert before == sorted(out.rglob("*"))
    assert run(people, out) == (DONE, "")
    assert same(out, whole)


@pytest.mark.parametrize("size", [1_000, 20_000])
def test_a_disk_that_is_full_is_told(people: Path, whole: Path, tmp_path: Path, size: int) -> None:
    """By a limit on files here; with room, the screen goes on."""
    out = tmp_path / "out"
    status, told = run(
        people, out, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    )

    assert status == WRONG_USAGE
    assert told == (
        f"{out}: the folder cannot be written: File too large\n"
        "    make room or name another folder; the same command goes on where it was\n"
    )
    assert run(people, out) == (DONE, "")
    assert same(out, whole)


def test_a_folder_that_cannot_be_written_is_told(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is read."""
    asked = ("screen", str(people), "--policy", "isass-2025", "--out", "/proc/screen")

    assert main(asked) == WRONG_USAGE
    assert "the folder cannot be made" in capsys.readouterr().err
