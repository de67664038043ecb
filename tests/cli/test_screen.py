"""`multifidus screen | explain | impact`, as a user meets them."""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
import stat
import time
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from multifidus import shipped
from multifidus.cli.main import main
from multifidus.cli.progress import Progress, told_of
from multifidus.cli.screened import RESULTS
from multifidus.cli.status import (
    DONE,
    INTERRUPTED,
    UNREADABLE_RECORD,
    WRONG_POLICY,
    WRONG_USAGE,
)
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
    people: Path,
    screened: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whether it goes on in the folder or begins in another."""
    before = results(screened)
    assert main(arguments(people, tmp_path / "other")) == DONE
    monkeypatch.setattr("multifidus.cli.screen.extract_any", None)
    capsys.readouterr()
    assert main(arguments(people, screened)) == DONE

    told = capsys.readouterr()
    assert told.err == f"{screened}: nothing has changed; the answers stand as they were\n"
    assert told.out == (screened / "summary.txt").read_text()
    assert results(screened) == before
    assert results(tmp_path / "other") == before


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


def test_an_answer_that_somebody_changed_is_written_anew(screened: Path, people: Path) -> None:
    """As a program for tables does when it saves what it has shown."""
    before = results(screened)
    (screened / "near-misses.csv").write_text("changed")
    (screened / "summary.txt").unlink()
    assert main(arguments(people, screened)) == DONE

    assert results(screened) == before


def test_another_policy_over_the_same_facts_settles_nothing(
    people: Path, screened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no old answer stands beside the new ones."""
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy)
    monkeypatch.setattr("multifidus.columnar.derivation.population.Population.settle", None)
    asked = ["screen", str(people), "--policy", "fda-p190021", "--on", ON, "--out", str(copy)]
    assert main(asked) == DONE

    assert "fda-p190021" in (copy / "summary.txt").read_text()


def test_facts_that_are_damaged_are_settled_again(
    people: Path, screened: Path, tmp_path: Path
) -> None:
    """A file of another size than was written is not trusted."""
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy)
    (part,) = (copy / "facts").glob("*.parquet")
    part.write_bytes(part.read_bytes()[:-100])
    (copy / "screen.json").unlink()
    assert main(arguments(people, copy)) == DONE

    assert results(copy) == results(screened)


def test_a_strict_screen_stops_at_what_a_lenient_one_has_told(
    damaged: Path, tmp_path: Path
) -> None:
    """Though nothing has changed; and the answers of the lenient one are gone."""
    out = tmp_path / "out"
    assert main(arguments(damaged, out)) == DONE
    assert main(arguments(damaged, out)) == DONE
    assert main(arguments(damaged, out, "--strict")) == UNREADABLE_RECORD

    assert not any((out / name).exists() for name in RESULTS)


def test_a_day_on_which_the_version_is_not_in_force_is_told(people: Path, tmp_path: Path) -> None:
    """The answers say what it would say."""
    asked = ["screen", str(people), "--policy", "isass-2025", "--on", "2024-01-01"]
    assert main([*asked, "--out", str(tmp_path / "out")]) == DONE

    told = (tmp_path / "out" / "summary.txt").read_text()
    assert re.search(
        rf"Version not in force +{PATIENTS}\n  It is in force from 2025-12-28; no last", told
    )


def test_a_fault_among_a_thousand_files_is_told_and_all_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One is missing, one has a line cut off, one ends too early, one holds another type."""
    folder = tmp_path / "export"
    folder.mkdir()
    output = []
    for number in range(1000):
        name = f"Patient.{number:03d}.ndjson"
        line = json.dumps({"resourceType": "Patient", "id": f"q{number:03d}"}) + "\n"
        (folder / name).write_text(line)
        output.append({"type": "Patient", "url": f"https://example.org/x/{name}"})
    (folder / "manifest.json").write_text(json.dumps({"output": output}))
    (folder / "Patient.100.ndjson").unlink()
    (folder / "Patient.200.ndjson").write_text('{"resourceType": "Pat\n')
    packed = gzip.compress((folder / "Patient.300.ndjson").read_bytes())
    (folder / "Patient.300.ndjson").write_bytes(packed[:20])
    (folder / "Patient.400.ndjson").write_text('{"resourceType": "Basic", "id": "b"}\n')
    assert main(arguments(folder, tmp_path / "out")) == DONE

    told = capsys.readouterr().err
    for said in (
        "manifest.json: it names `Patient.100.ndjson`, which is not in the folder",
        "Patient.200.ndjson:1: ",
        "Patient.300.ndjson:1: the gzip data is damaged or cut off here",
        "Patient.400.ndjson:1: note: this is no Patient",
    ):
        assert said in told
    counted = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (counted["patients"], counted["not_read"], counted["to_be_looked_at"]) == (996, 3, 1)


def test_a_manifest_that_names_its_files_otherwise_is_told(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For then a missing file is not known."""
    folder = tmp_path / "export"
    shutil.copytree(people, folder)
    output = [{"type": "Patient", "url": "https://example.org/files/8f3a?x=1"}]
    (folder / "manifest.json").write_text(json.dumps({"output": output}))
    assert main(arguments(folder, tmp_path / "out")) == DONE

    assert "a missing one is not known" in capsys.readouterr().err


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
    assert "there is no such file or folder" in told


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


@pytest.mark.parametrize(
    "asked",
    [("explain", "{}", "p0000002"), ("impact", "isass-2025", "fda-p190021", "--facts", "{}")],
)
def test_facts_that_are_damaged_are_told(
    screened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    """And no traceback shows what stands in them."""
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy)
    (part,) = (copy / "facts").glob("*.parquet")
    part.write_bytes(part.read_bytes()[:-100])

    assert main([each.format(copy) for each in asked]) == WRONG_USAGE
    assert "cannot be read as a table of facts" in capsys.readouterr().err


def test_an_impact_without_room_is_told(
    screened: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its tables are temporary."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("multifidus.cli.impact.count", full)
    assert main(["impact", "isass-2025", "fda-p190021", "--facts", str(screened)]) == WRONG_USAGE
    assert "there is no room to count: No space left on device" in capsys.readouterr().err


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


def test_who_moves_is_told_in_words_and_no_more_than_the_table_shows(
    screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["impact", "isass-2025", "fda-p190021", "--facts", str(screened)]
    main([*asked, "--format", "json", "--threshold", "1"])
    table = json.loads(capsys.readouterr().out)["patients"]
    main([*asked, "--threshold", "1"])
    told = capsys.readouterr().out
    main([*asked, "--threshold", str(PATIENTS)])
    hidden = capsys.readouterr().out

    assert "  isass-2025 0.1.0: criteria, in force 2025-12-28 to open\n" in told
    moved = table["not-met"]["more-information"]
    share = f"{moved / PATIENTS:.0%}"
    words = f"  {moved} of {PATIENTS} ({share}) from not met to more information needed\n"
    assert moved > 0
    assert words in told
    assert "  not shown: from not met to more information needed\n" in hidden
    assert not re.search(r"\(\d+%\)", hidden)
    assert "nobody" not in hidden.partition("Who moves")[2]


def test_that_nobody_moves_is_told(screened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["impact", "isass-2025", "isass-2025", "--facts", str(screened)])

    assert "Who moves\n  nobody: every patient keeps the answer\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("humana-0412-033", "Nobody has read the position of humana-0412-033 0.1.0"),
        ("cigna-0539", "cigna-0539 0.1.0 excludes the service whatever the chart says."),
        ("ncd-160-7", "ncd-160-7 0.1.0 does not speak of the service"),
        ("anthem-surg-00158@2025.4.16", "Of anthem-surg-00158 2025.4.16 reports alone were read"),
    ],
)
def test_what_the_answers_of_a_policy_rest_on_is_told(
    name: str, words: str, screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["impact", "mp-623", name, "--facts", str(screened)]
    assert main(asked) == DONE
    assert words in " ".join(capsys.readouterr().out.split())
    main([*asked, "--format", "json"])
    assert words in json.loads(capsys.readouterr().out)["remarks"][0]


def test_a_day_before_most_entries_gets_a_hint(
    people: Path, screened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Most clauses stay open then; on the day that the records lead up to, nothing is said."""
    early = tmp_path / "early"
    words = ["screen", str(people), "--policy", "isass-2025", "--on", "2012-01-01"]
    assert main([*words, "--out", str(early)]) == DONE

    told = " ".join(capsys.readouterr().out.split())
    assert "Half of the clauses, or more, stay open for nearly everybody." in told
    assert "What is dated after the day of service, here 2012-01-01, does not count: give" in told
    assert "Half of the clauses" not in (screened / "summary.txt").read_text()


def test_facts_of_a_screen_that_is_not_whole_are_not_compared(
    screened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They may be those of some patients only."""
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy)
    (copy / "screen.json").unlink()

    assert main(["impact", "isass-2025", "fda-p190021", "--facts", str(copy)]) == WRONG_USAGE
    assert "holds no finished screen" in capsys.readouterr().err


def test_facts_of_the_policys_elements_alone_give_the_same_answers(
    people: Path, screened: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One patient is explained by them; two policies are not compared over them."""
    out = tmp_path / "out"
    assert main(arguments(people, out, "--elements", "policy")) == DONE

    for name in ("determinations.csv", "near-misses.csv", "summary.txt", "attrition.svg"):
        assert (out / name).read_bytes() == (screened / name).read_bytes()
    told = []
    for folder in (screened, out):
        capsys.readouterr()
        assert main(["explain", str(folder), "p0000001", "--format", "json"]) == DONE
        explained = json.loads(capsys.readouterr().out)
        told.append({name: explained[name] for name in ("answer", "criteria", "facts", "routes")})
    assert told[0] == told[1]
    asked = ["impact", "isass-2025", "fda-p190021", "--facts", str(out)]
    assert main(asked) == WRONG_USAGE
    assert "or of some elements alone" in capsys.readouterr().err


def test_facts_of_another_dictionary_are_not_compared(
    screened: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What they say was derived by other rules."""
    dictionary = shipped().dictionaries["low-back-pain"]
    monkeypatch.setattr(type(dictionary), "digest", "sha256:another", raising=False)

    asked = ["impact", "isass-2025", "fda-p190021", "--facts", str(screened / "facts")]
    assert main(asked) == WRONG_USAGE
    assert "by another text of the dictionary `low-back-pain`" in capsys.readouterr().err


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


def test_progress_goes_on_while_a_step_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And its line is ended, whatever ends the work."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("multifidus.cli.progress.TICK", 0.01)
    shown = Progress()

    def broken() -> None:
        with shown.ticking():
            shown(Stage.READING, 0, 2_000_000)
            time.sleep(0.2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    told = capsys.readouterr().err
    assert told.count("reading: 0 of 1 MB") > 2
    assert told.endswith("\n")


def test_records_are_screened_as_a_bulk_export_is(
    people: Path, screened: Path, tmp_path: Path
) -> None:
    """The same resources, a Bundle for each patient: the same determinations."""
    by_patient: dict[str, list[object]] = {}
    for path in sorted(people.rglob("*.ndjson*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                resource = json.loads(line)
                subject = resource.get("subject", resource.get("beneficiary", {}))
                name = subject.get("reference", f"Patient/{resource['id']}").partition("/")[2]
                by_patient.setdefault(name, []).append({"resource": resource})
    source = tmp_path / "records"
    source.mkdir()
    for name, entries in by_patient.items():
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        (source / f"{name}.json").write_text(json.dumps(bundle), encoding="utf-8")

    assert main(arguments(source, tmp_path / "out")) == DONE

    assert determinations(tmp_path / "out") == determinations(screened)
    assert main(("explain", str(tmp_path / "out"), "p0000001")) == DONE


def determinations(folder: Path) -> list[str]:
    """Give what the patients come to, line by line."""
    return sorted((folder / "determinations.csv").read_text(encoding="utf-8").splitlines())


def test_tables_of_omop_are_screened_by_the_shipped_mapping_or_by_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "cdm", tmp_path / "out"
    source.mkdir()
    for name, text in (
        ("person", "person_id,year_of_birth,month_of_birth,day_of_birth\n1,1970,5,5\n"),
        ("concept", "concept_id,concept_name,vocabulary_id,concept_code\n1,a,ICD10CM,M62.85\n"),
        (
            "condition_occurrence",
            (
                "condition_occurrence_id,person_id,condition_concept_id,condition_start_date\n"
                "1,1,1,2025-06-01\n"
            ),
        ),
    ):
        (source / f"{name}.csv").write_text(text, encoding="utf-8")

    assert main(arguments(source, out)) == DONE
    assert "the tables cannot say anything of" in (out / "problems.txt").read_text("utf-8")
    capsys.readouterr()
    assert main(("explain", str(out), "1")) == DONE
    assert "Condition/condition_occurrence-1" in capsys.readouterr().out

    mapping = tmp_path / "mine.yaml"
    mapping.write_text("version: 1\n", encoding="utf-8")
    assert main(arguments(source, out, "--omop", str(mapping))) == WRONG_POLICY
    assert "`model` is missing" in capsys.readouterr().err
    assert main(arguments(source, out, "--omop", "gone.yaml")) == WRONG_USAGE


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


def test_a_folder_that_may_not_be_read_is_no_unfinished_screen(
    screened: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has no right to it need not screen again."""

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refused)

    assert main(["explain", str(screened), "p0000001"]) == WRONG_USAGE
    told = capsys.readouterr().err
    assert "the folder may not be read" in told
    assert "no finished screen" not in told
