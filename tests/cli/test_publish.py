"""`multifidus publish ID --out DIR`: what is written, where it may be written, and what is told."""

from __future__ import annotations

import base64
import json
import tarfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli import main
from multifidus.cli.publish import Wanted, publish_policy
from multifidus.cli.status import DONE, WRONG_POLICY, WRONG_USAGE
from multifidus.errors import NotExpressible
from multifidus.export.said import Exported
from tests.cli.shelves import write_policy
from tests.export.publications import actions
from tests.export.validator import faults

if TYPE_CHECKING:
    from pathlib import Path

PACKED = "multifidus.isass-2025-0.1.0.tgz"


def publish(
    capsys: pytest.CaptureFixture[str], folder: Path, *words: str, policy: str = "isass-2025"
) -> tuple[int, str, str]:
    """Publish a policy; exit status, and what was printed on both streams."""
    status = main(["publish", policy, "--out", str(folder), *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def resource(folder: Path, name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "package" / name).read_text(encoding="utf-8"))
    return told


def test_everything_that_is_published_of_a_policy_stands_in_one_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = publish(capsys, tmp_path / "out")
    written = files(tmp_path / "out")

    assert (DONE, "") == (status, err)
    assert out.startswith(f"{tmp_path / 'out' / PACKED}: written, and ")
    assert {PACKED, "isass-2025.html", "contents.txt", "package/package.json"} <= set(written)
    assert [name for name in written if name.startswith("views/")]
    with tarfile.open(tmp_path / "out" / PACKED) as tar:
        assert {name for name in written if name.startswith("package/")} == set(tar.getnames())


def test_every_resource_that_the_command_writes_is_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(capsys, tmp_path)
    told = [
        json.loads(content)
        for name, content in files(tmp_path).items()
        if name.startswith("package/") and name.count("/") == 1 and "-" in name
    ]

    assert "PlanDefinition" in {each["resourceType"] for each in told}
    assert "Questionnaire" in {each["resourceType"] for each in told}
    assert [] == [(each["id"], fault) for each in told for fault in faults(each)]


def test_the_same_policy_gives_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "other"):
        publish(capsys, tmp_path / name, policy="anthem-surg-00158@2025.4.16")

    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_a_folder_of_an_earlier_run_is_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the other policy does not have is gone; nothing of it is left behind."""
    publish(capsys, tmp_path)
    status, _, _ = publish(capsys, tmp_path, policy="ncd-160-7")

    assert DONE == status
    assert not [name for name in files(tmp_path) if "isass-2025" in name]


def test_the_day_chooses_the_version_and_expands_the_value_sets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(capsys, tmp_path, "--on", "2025-04-15", policy="anthem-surg-00158")
    plan = resource(tmp_path, "PlanDefinition-anthem-surg-00158.json")
    codes = resource(tmp_path, "ValueSet-lead-implant.json")

    assert "2024.4.1" == plan["version"]
    assert "2025-04-15" == codes["expansion"]["timestamp"]


@pytest.mark.parametrize("stance", ["excluded", "silent", "unread"])
def test_a_policy_without_a_list_is_published_with_its_clause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stance: str
) -> None:
    write_policy(tmp_path / "library", stance=stance)
    status, _, err = publish(
        capsys, tmp_path / "out", "--library", str(tmp_path / "library"), policy="ours"
    )
    (clause,) = resource(tmp_path / "out", "PlanDefinition-ours.json")["action"][0]["action"]

    assert (DONE, "") == (status, err)
    assert "What it says of the service." == clause["description"]


def test_an_unknown_policy_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = publish(capsys, tmp_path / "out", policy="isass-2052")

    assert (WRONG_USAGE, "") == (status, out)
    assert "`isass-2052`" in err
    assert "isass-2025" in err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    status, out, err = publish(capsys, tmp_path)

    assert (WRONG_USAGE, "") == (status, out)
    assert (
        f"{tmp_path}: the folder holds what is not of a publication: `letter.txt`\n"
        "    name an empty folder, or one that an earlier run wrote; nothing was written\n"
    ) == err
    assert {"letter.txt": b"mine"} == files(tmp_path)


def test_a_file_where_the_folder_should_be_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    status, _, err = publish(capsys, tmp_path / "out")

    assert WRONG_USAGE == status
    assert (
        f"{tmp_path / 'out'}: this is a file, not a folder\n"
        "    name a folder for the publication, with --out\n"
    ) == err


def test_a_place_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    status, _, err = publish(capsys, tmp_path / "file" / "out")

    assert WRONG_USAGE == status
    assert f"{tmp_path / 'file' / 'out'}: the publication cannot be written: Not a directory" in err


@pytest.mark.parametrize(
    "words",
    [["isass-2025"], ["isass-2025", "--site", "x"], ["--out", "x"], ["--out", "x", "--site", "y"]],
)
def test_a_policy_goes_with_out_and_the_library_with_site(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["publish", *words])

    assert WRONG_USAGE == stopped.value.code
    assert "usage: multifidus publish" in capsys.readouterr().err


ELM = '{"library": {"identifier": {"id": "Isass_2025", "version": "0.1.0"}}}'


def test_what_a_translator_made_is_attached_beside_the_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elm.json").write_text(ELM, encoding="utf-8")
    publish(capsys, tmp_path / "out", "--elm", str(tmp_path / "elm.json"))
    content = resource(tmp_path / "out", "Library-Isass-2025.json")["content"]
    texts = {each["contentType"]: base64.b64decode(each["data"]) for each in content}

    assert ELM.encode() == texts["application/elm+json"]
    assert (tmp_path / "out" / "isass-2025.cql").read_bytes() == texts["text/cql"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("define", "this is not ELM in JSON"),
        ("[]", "this is not ELM in JSON"),
        ('{"library": {}}', "this is not ELM in JSON"),
        (
            ELM.replace("0.1.0", "0.2.0"),
            "this is ELM of `Isass_2025` 0.2.0, not of `Isass_2025` 0.1.0",
        ),
        (None, "the file cannot be read: No such file or directory"),
    ],
)
def test_elm_of_something_else_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, told: str
) -> None:
    path = tmp_path / "elm.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    status, _, err = publish(capsys, tmp_path / "out", "--elm", str(path))

    assert WRONG_USAGE == status
    assert err.startswith(f"{path}: {told}\n    ")
    assert not (tmp_path / "out").exists()


def test_every_criterion_of_the_plan_is_decided_by_the_library_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(capsys, tmp_path)
    text = (tmp_path / "isass-2025.cql").read_text(encoding="utf-8")
    plan = resource(tmp_path, "PlanDefinition-isass-2025.json")
    library = resource(tmp_path, "Library-Isass-2025.json")
    found = actions(plan)
    decided = {
        name: each["condition"][0]["expression"]["expression"]
        for name, each in found.items()
        if name == "policy" or name[0].isupper()
    }

    assert 26 == len(decided)
    assert {name: name for name in decided} == decided
    assert all(f'\ndefine "{name}":\n' in text for name in decided)
    assert [f"{library['url']}|{library['version']}"] == plan["library"]
    assert "Service Date" in {each["name"] for each in library["parameter"]}


GAP = NotExpressible.at("views: S1", "SQL on FHIR cannot say it", "leave it out with --partial")


@pytest.fixture
def _with_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one language be unable to say a part of the policy."""
    monkeypatch.setattr("multifidus.cli.publish.views", lambda _: Exported(content={}, gaps=(GAP,)))


@pytest.mark.usefixtures("_with_a_gap")
@pytest.mark.parametrize(("words", "expected"), [([], WRONG_POLICY), (["--partial"], DONE)])
def test_what_cannot_be_said_is_told_and_everything_else_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: int
) -> None:
    status, _, err = publish(capsys, tmp_path, *words)

    assert (expected, f"{GAP}\n") == (status, err)
    assert "package/PlanDefinition-isass-2025.json" in files(tmp_path)


def test_a_policy_is_published_though_the_clock_stands_elsewhere(tmp_path: Path) -> None:
    """The day of the machine chooses a version that is not named, and nothing else."""
    for name, today in (("one", date(2026, 1, 1)), ("other", date(2031, 7, 9))):
        wanted = Wanted(policy="isass-2025@0.1.0", folder=tmp_path / name, on=None, limit=10.0)
        publish_policy(wanted, today=today)

    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_premises_are_not_published_as_a_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan of them would propose a request where they hold."""
    name = "premises-restorative-neurostimulation"
    status, _, err = publish(capsys, tmp_path / "out", policy=name)

    assert WRONG_USAGE == status
    assert f"`{name}` holds premises, to which no chart is put" in err
    assert not (tmp_path / "out").exists()
