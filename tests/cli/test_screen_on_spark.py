"""`multifidus screen --engine spark`: the same bytes, and on from where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from multifidus.cli.main import main
from multifidus.cli.screened import RESULTS
from multifidus.cli.status import DONE, WRONG_USAGE
from tests.columnar.elsewhere import CHECKOUT, python_of, surroundings

if TYPE_CHECKING:
    from pathlib import Path

PATIENTS = 60
TOGETHER = 7
SLOWLY = 600
"""Seconds that a run may take on a machine that has other things to do."""
# A file is a batch, and few patients are settled at a time: there are pieces to hand out.
SCREEN = (
    "import sys; from multifidus.columnar.derivation import population, source; "
    f"population.TOGETHER, source.BATCH = {TOGETHER}, 1; "
    "from multifidus.cli import main; sys.exit(main(sys.argv[1:]))"
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a population up."""
    folder = tmp_path_factory.mktemp("made") / "people"
    main(("generate", "--patients", str(PATIENTS), "--out", str(folder), "--seed", "3"))
    return folder


def arguments(source: Path, out: Path, *more: str) -> list[str]:
    """Ask for a screen."""
    asked = ["screen", str(source), "--policy", "isass-2025", "--on", "2026-10-05"]
    return [*asked, "--out", str(out), *more]


def on_spark(source: Path, out: Path) -> subprocess.Popen[bytes]:
    """Screen with Spark, in a process and a group of its own."""
    return subprocess.Popen(  # noqa: S603  our own words
        [python_of("Spark"), "-c", SCREEN, *arguments(source, out, "--engine", "spark")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings(),
        start_new_session=True,
    )


def killed_when(running: subprocess.Popen[bytes], folder: Path, pattern: str, count: int) -> None:
    """Kill a screen and its Java as soon as so many files of a pattern stand."""
    until = time.monotonic() + SLOWLY
    while len([*folder.glob(pattern)]) < count and time.monotonic() < until:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def times(folder: Path, *patterns: str) -> dict[str, int]:
    """Tell when files were last written."""
    found = (each for pattern in patterns for each in folder.glob(pattern))
    return {str(each.relative_to(folder)): each.stat().st_mtime_ns for each in found}


@pytest.mark.system
def test_a_screen_on_spark_that_was_killed_goes_on_and_gives_the_bytes_of_duckdb(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed once among the facts; what was finished is not made again, and nothing is left."""
    python_of("Spark")
    out = tmp_path / "spark"
    killed_when(on_spark(people, out), out, "facts/part-*.parquet", 2)
    finished = times(out, "statements/*", "facts/part-*.parquet")
    assert on_spark(people, out).wait(SLOWLY) == DONE
    # Parquet is written in other bytes of other parts, whatever they hold.
    monkeypatch.setattr("multifidus.columnar.derivation.population.TOGETHER", TOGETHER)
    assert main(arguments(people, tmp_path / "duckdb")) == DONE

    assert finished.items() <= times(out, "statements/*", "facts/part-*.parquet").items()
    pieces = -(-PATIENTS // TOGETHER)
    assert len([*out.glob("parts/*.near")]) == len([*out.glob("facts/*.parquet")]) == pieces
    assert not (out / "temporary").exists()
    assert all(not each.stat().st_mode & 0o077 for each in out.rglob("*"))
    for name in RESULTS:
        assert (out / name).read_bytes() == (tmp_path / "duckdb" / name).read_bytes(), name


def test_a_screen_on_spark_without_spark_is_told(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the extra that brings it; the checkout's own environment has none."""
    assert main(arguments(people, tmp_path / "out", "--engine", "spark")) == WRONG_USAGE
    told = capsys.readouterr().err
    assert "a cluster needs pyspark, which is not installed" in told
    assert "multifidus[spark]" in told


@pytest.mark.system
def test_spark_without_java_is_told(people: Path, tmp_path: Path) -> None:
    """What is missing, and the package of Debian that brings it."""
    python = python_of("Spark")
    nowhere = {**surroundings(), "JAVA_HOME": str(tmp_path)}
    asked = arguments(people, tmp_path / "out", "--engine", "spark")
    ended = subprocess.run(  # noqa: S603  our own words
        [python, "-c", SCREEN, *asked],
        capture_output=True,
        text=True,
        check=False,
        env=nowhere,
        cwd=CHECKOUT,
    )
    assert ended.returncode == WRONG_USAGE
    assert "Spark does not start" in ended.stderr
    assert "openjdk-17-jre-headless" in ended.stderr
    assert "Traceback" not in ended.stderr
