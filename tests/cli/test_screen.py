"""`multifidus screen | explain | impact`, as a user meets them."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from multifidus.cli.main import main
from multifidus.cli.progress import Progress, told_of
from multifidus.cli.screened import RESULTS
from multifidus.cli.status import DONE, INTERRUPTED, UNREADABLE_RECORD, WRONG_USAGE
from multifidus.columnar.rows import case_of_subject
from multifidus.columnar.watch import Stage
from multifidus.core.case import Absence
from tests.columnar.exports import dictionary, written

if TYPE_CHECKING:
    from pathlib import Path

ON = "2026-10-05"
PATIENTS = 60


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a population up."""
    folder = tmp_path_factory.mktemp("made") / "people"
    main(("generate", "--patients", str(PATIENTS), "--out", str(folder), "--seed", "3"))
    return folder


def arguments(source: Path, out: Path, *more: str) -> list[str]:
    """Ask for a screen."""
    asked = ["screen", str(source), "--policy", "isass-2025", "--on", ON, "--out", str(out)]
    return [*asked, *more]


@pytest.fixture(scope="module")
def screened(people: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Screen it."""
    out = tmp_path_factory.mktemp("screened") / "out"
    assert main(arguments(people, out)) == DONE
    return out


def results(out: Path) -> dict[str, bytes]:
    """Give what a screen wrote for people, by name."""
    return {name: (out / name).read_bytes() for name in RESULTS}


def test_a_screen_says_what_each_patient_comes_to(
    people: Path, screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a table, in counts and in a picture; each row is what `check` says."""
    with (screened / "determinations.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = json.loads((screened / "summary.json").read_text())

    assert len(rows) == PATIENTS == told["patients"]
    for answer, count in told["answers"].items():
        assert count == sum(row["answer"] == answer for row in rows)
    assert (screened / "attrition.svg").read_text().count('class="ink bold"') == 14
    assert "A person decides" in (screened / "summary.txt").read_text()
    for row in rows[:3]:
        name = row["subject"].removeprefix("Patient/")
        asked = ["--patient", name, "--policy", "isass-2025", "--on", ON, "--format", "json"]
        main(["check", str(people), *asked])
        one = json.loads(capsys.readouterr().out)
        assert (one["answer"], " ".join(one["settled_by"])) == (row["answer"], row["settled_by"])


def test_what_is_said_of_patients_is_for_the_owner_alone(screened: Path) -> None:
    """Files and folders, facts too."""
    for path in (screened, *screened.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_a_second_run_makes_nothing_anew_and_the_same_bytes(
    people: Path, screened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it goes on in the folder or begins in another."""
    before = results(screened)
    assert main(arguments(people, tmp_path / "other")) == DONE
    monkeypatch.setattr("multifidus.columnar.screen.save_determinations", None)
    assert main(arguments(people, screened)) == DONE

    assert results(screened) == before
    assert results(tmp_path / "other") == before


def in_parts(source: Path, out: Path) -> subprocess.Popen[bytes]:
    """Screen in a process of its own, few patients at a time."""
    words = (
        "import sys; import multifidus.columnar.population as p; p.TOGETHER = 7; "
        "from multifidus.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", words, *arguments(source, out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_screen_that_was_killed_goes_on_and_gives_the_same_bytes(
    people: Path, tmp_path: Path
) -> None:
    """Killed at three moments of chance, and whatever it left behind."""
    began = time.monotonic()
    assert in_parts(people, tmp_path / "whole").wait() == DONE
    length = time.monotonic() - began
    dice = random.Random()  # noqa: S311  another moment each time
    for _ in range(3):
        running = in_parts(people, tmp_path / "killed")
        time.sleep(length * dice.uniform(0.25, 0.95))
        running.send_signal(signal.SIGKILL)
        running.wait()

    assert in_parts(people, tmp_path / "killed").wait() == DONE
    assert results(tmp_path / "killed") == results(tmp_path / "whole")
    names = {each.relative_to(tmp_path / "killed") for each in (tmp_path / "killed").rglob("*")}
    whole = {each.relative_to(tmp_path / "whole") for each in (tmp_path / "whole").rglob("*")}
    assert names == whole


def test_a_screen_that_is_interrupted_says_nothing_is_finished(
    people: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And how to go on."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("multifidus.cli.screen.screen", interrupted)
        assert main(arguments(people, tmp_path / "out")) == INTERRUPTED
    assert "the same command goes on" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "out"), "p0000001"]) == WRONG_USAGE
    assert "the folder holds no finished screen" in capsys.readouterr().err
    assert main(arguments(people, tmp_path / "out")) == DONE


@pytest.fixture
def damaged(people: Path, tmp_path: Path) -> Path:
    """Give an export with a fault of each kind."""
    folder = tmp_path / "damaged"
    shutil.copytree(people, folder)
    conditions = folder / "Condition.000.ndjson"
    lines = conditions.read_text().splitlines()
    lines[4] = lines[4][:50]
    lines[6] = json.dumps({"resourceType": "Basic", "id": "stray"})
    conditions.write_text("\n".join(lines) + "\n")
    procedures = folder / "Procedure.000.ndjson"
    packed = gzip.compress(procedures.read_bytes())
    (folder / "Procedure.000.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    procedures.unlink()
    output = [{"type": "Condition", "url": f"https://example.org/{n}.ndjson"} for n in ("gone",)]
    (folder / "manifest.json").write_text(json.dumps({"output": output}))
    return folder


def test_what_cannot_be_read_is_told_and_counted_and_the_rest_is_done(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With file and line, and never with what stands there."""
    assert main(arguments(damaged, tmp_path / "out")) == DONE

    told = capsys.readouterr().err
    assert "Condition.000.ndjson:5" in told
    assert "Condition.000.ndjson:7: note: this is no Condition" in told
    assert re.search(r"Procedure\.000\.ndjson\.gz:\d+: the gzip data is damaged", told)
    assert "it names `gone.ndjson`, which is not in the folder" in told
    assert "p00000" not in told
    counted = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert counted["patients"] == PATIENTS
    assert counted["not_read"] >= 3
    assert counted["to_be_looked_at"] == 1
    written = (tmp_path / "out" / "problems.txt").read_text()
    assert told.strip() in written.strip()


def test_a_strict_screen_stops_at_what_cannot_be_read(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And no answer is written."""
    out = tmp_path / "out"
    assert main(arguments(damaged, out, "--strict")) == UNREADABLE_RECORD

    assert "gone.ndjson" in capsys.readouterr().err
    assert not (out / "determinations.parquet").exists()


def test_a_strict_screen_stops_at_a_resource_of_another_type(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is read otherwise, and told."""
    folder = tmp_path / "strays"
    shutil.copytree(people, folder)
    with (folder / "Condition.000.ndjson").open("a") as file:
        file.write(json.dumps({"resourceType": "Basic", "id": "stray"}) + "\n")

    assert main(arguments(folder, tmp_path / "out", "--strict")) == UNREADABLE_RECORD
    assert "this is no Condition" in capsys.readouterr().err


def test_many_problems_are_told_in_part_and_written_in_full(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty on the spot."""
    folder = tmp_path / "broken"
    shutil.copytree(people, folder)
    with (folder / "Condition.000.ndjson").open("a") as file:
        file.write("{\n" * 30)

    assert main(arguments(folder, tmp_path / "out")) == DONE
    told = capsys.readouterr().err
    assert "and 10 more, in problems.txt" in told
    assert len((tmp_path / "out" / "problems.txt").read_text().splitlines()) == 60


def test_each_record_may_have_its_own_day(people: Path, tmp_path: Path) -> None:
    """Who asks for no day has no row, and is counted."""
    asked = ["screen", str(people), "--policy", "isass-2025", "--out", str(tmp_path / "out")]
    assert main(asked) == DONE

    told = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert told["patients"] + told["without_date_of_service"] == PATIENTS
    assert told["without_date_of_service"]
    assert "Without a date of service" in (tmp_path / "out" / "summary.txt").read_text()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--policy", "no-such"), "no-such"),
        (("--memory", "much"), "memory is written 600MB"),
    ],
)
def test_words_that_are_wrong_are_told(
    people: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    asked: tuple[str, ...],
    said: str,
) -> None:
    """Before anything is read."""
    try:
        status = main(arguments(people, tmp_path / "out", *asked))
    except SystemExit as ended:
        status = int(str(ended.code))

    assert status == WRONG_USAGE
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_population_of_nobody_is_counted_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no record gives a day there is no row, and all files are there."""
    source = tmp_path / "people"
    source.mkdir()
    (source / "Patient.ndjson").write_text('{"resourceType": "Patient", "id": "a"}\n')
    asked = ["screen", str(source), "--policy", "isass-2025", "--out", str(tmp_path / "out")]
    assert main(asked) == DONE

    assert "0 patients" in capsys.readouterr().out
    assert all((tmp_path / "out" / name).exists() for name in RESULTS)
    assert main(["screen", *asked[1:4], "--on", ON, *asked[4:]]) == DONE
    assert "1 patient\n" in capsys.readouterr().out


def test_a_folder_that_is_somebody_elses_is_left_alone(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One with other files, one inside of the export, one that is a file, and one that is none."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")

    assert main(arguments(people, tmp_path / "mine")) == WRONG_USAGE
    assert main(arguments(people, people / "out")) == WRONG_USAGE
    assert main(arguments(people, tmp_path / "mine" / "letter.txt")) == WRONG_USAGE
    assert main(arguments(tmp_path / "gone", tmp_path / "out")) == WRONG_USAGE
    told = capsys.readouterr().err
    assert "the folder holds other files" in told
    assert "the folder lies in the one that is read" in told
    assert "the folder cannot be made" in told
    assert "there is no such folder" in told


# explain


@pytest.mark.parametrize("number", range(0, PATIENTS, 9))
def test_a_row_is_explained_as_check_explains_the_record(
    people: Path, screened: Path, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    """The tree, criterion by criterion, with values and addresses."""
    name = f"p{number:07d}"
    asked = ["--patient", name, "--policy", "isass-2025", "--on", ON]
    main(["check", str(people), *asked])
    checked = tree(capsys.readouterr().out)
    assert main(["explain", str(screened), name]) == DONE

    assert tree(capsys.readouterr().out) == checked


def tree(text: str) -> list[str]:
    """Cut out the determination; a row keeps millimetres as the dictionary's centimetres."""
    told = text.split("Coding of the request", maxsplit=1)[0].split(
        "Evidence behind the criteria", maxsplit=1
    )[0]
    lines = told.rstrip().removesuffix("A person decides.").splitlines()[3:]
    kept = [each for each in lines if "analogue scale:" not in each and "findings" not in each]
    # What an absence says in words is not in the row.
    kept = [re.sub(r"in conflict \(.*", "in conflict", each) for each in kept]
    # Of several addresses it has no order, and the date of one.
    addresses = [each for each in kept if re.search(r"[A-Z]\w+/p\d{7}", each)]
    bare = [re.sub(r"\d{4}-\d\d-\d\d  ", "", each) for each in addresses]
    return [*(each for each in kept if each not in addresses), *sorted(bare)]


def test_a_row_is_explained_to_programs(screened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the name that the table has, too."""
    assert main(["explain", str(screened), "Patient/p0000002", "--format", "json"]) == DONE

    assert json.loads(capsys.readouterr().out)["policy"]["id"] == "isass-2025"


def test_a_patient_who_is_not_there_is_not_named(
    screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name may be somebody's."""
    assert main(["explain", str(screened), "p7654321"]) == WRONG_USAGE

    told = capsys.readouterr().err
    assert "the screen holds no such patient" in told
    assert "7654321" not in told


def test_a_screen_by_another_text_is_not_explained_by_this_one(
    screened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The policy may have changed since."""
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy)
    manifest = json.loads((copy / "screen.json").read_text())
    (copy / "screen.json").write_text(json.dumps({**manifest, "digest": "another"}))

    assert main(["explain", str(copy), "p0000002"]) == WRONG_USAGE
    assert "has changed since the screen" in capsys.readouterr().err


# impact


def test_who_moves_is_told_without_small_counts(
    screened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, as JSON and in a picture."""
    asked = ["impact", "isass-2025", "fda-p190021", "--facts", str(screened)]
    assert main([*asked, "--figure", str(tmp_path / "moves.svg")]) == DONE
    told = capsys.readouterr().out
    assert main([*asked, "--format", "json"]) == DONE
    report = json.loads(capsys.readouterr().out)

    numbers = [
        count for row in report["patients"].values() for count in row.values() if count is not None
    ]
    assert not [count for count in numbers if 0 < count < 11]
    assert "not shown" in told
    assert "counts below 11" in told
    figure = (tmp_path / "moves.svg").read_text()
    assert 'class="hidden"' in figure
    assert main([*asked, "--threshold", "1", "--figure", str(tmp_path / "all.svg")]) == DONE
    assert "not shown" not in capsys.readouterr().out
    assert 'class="hidden"' not in (tmp_path / "all.svg").read_text()


def test_impact_takes_a_folder_of_facts_too(
    screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says so where there are none."""
    asked = ["impact", "isass-2025", "isass-2025", "--facts"]
    assert main([*asked, str(screened / "facts")]) == DONE
    assert main([*asked, str(screened / "parts" / "none")]) == WRONG_USAGE

    assert "there are no facts" in capsys.readouterr().err


def test_a_threshold_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With the numbers that are."""
    with pytest.raises(SystemExit):
        main(["impact", "a", "b", "--facts", "x", "--threshold", "0"])

    assert "from 1" in capsys.readouterr().err


# progress


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [
        (0, 2000, 0.0, "settling: 0 of 2,000 patients"),
        (500, 2000, 10.0, "settling: 500 of 2,000 patients, 50 a second, 30 s left"),
        (100, 6_000, 10.0, "settling: 100 of 6,000 patients, 10 a second, 9 min 50 s left"),
        (5, 20, 10.0, "settling: 5 of 20 patients, 0.5 a second, 30 s left"),
        (2000, 2000, 1.0, "settling: 2,000 of 2,000 patients, 2,000 a second"),
    ],
)
def test_the_rate_and_the_time_that_is_left_are_told(
    done: int, total: int, seconds: float, said: str
) -> None:
    """Once there is a rate."""
    assert told_of(Stage.SETTLING, done=done, total=total, seconds=seconds) == said


def test_progress_is_shown_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log has no use for it."""
    shown = Progress(clock=lambda: 0.0)
    shown(Stage.DETERMINING, 1, 2)
    assert not capsys.readouterr().err

    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    shown(Stage.DETERMINING, 1, 2)
    shown(Stage.DETERMINING, 2, 2)
    shown(Stage.DETERMINING, 0, 0)
    assert capsys.readouterr().err.count("determining") == 2


def test_words_are_read_as_in_check_unless_they_are_to_be_left(tmp_path: Path) -> None:
    """A finding in a note waits for a person; where notes are left it is not recorded."""
    source = written(
        tmp_path / "in",
        {"resourceType": "Patient", "id": "one", "birthDate": "1970-05-05"},
        {
            "resourceType": "DocumentReference",
            "id": "note",
            "status": "current",
            "subject": {"reference": "Patient/one"},
            "date": "2026-01-20T10:00:00Z",
            "content": [
                {
                    "attachment": {
                        "contentType": "text/plain",
                        "data": b64encode(b"Prone instability test was positive.").decode(),
                    }
                }
            ],
        },
    )
    for name, more in (("read", ()), ("left", ("--documents", "leave"))):
        assert main(arguments(source, tmp_path / name, "--processes", "1", *more)) == DONE

    facts = {name: _absent(tmp_path / name) for name in ("read", "left")}
    assert facts == {"read": "unconfirmed", "left": "not-recorded"}


def _absent(out: Path) -> str:
    case = case_of_subject("one", facts=out / "facts", dictionary=dictionary())
    assert case is not None
    entry = case.entry("prone_instability_test")
    assert isinstance(entry, Absence)
    return entry.reason.value


@pytest.mark.parametrize("words", ["0", "two", "-1"])
def test_a_number_of_processes_is_a_whole_one(words: str, tmp_path: Path) -> None:
    """None reads nothing."""
    asked = arguments(tmp_path, tmp_path / "out", "--processes", words)
    with pytest.raises(SystemExit):
        main(asked)
