"""`multifidus check` with a library of one's own: which policy answers, and what it says of why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_POLICY, WRONG_USAGE
from tests.cli.shelves import write_policy

CHART = Path(__file__).parents[2] / "src" / "multifidus" / "examples" / "anthem-candidate.json"
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "determination.schema.json"


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the terminal as wide as the lines below were written for."""
    monkeypatch.setenv("COLUMNS", "100")


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Put the chart to a policy; exit status, and what was printed on both streams."""
    status = main(["check", str(CHART), *map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """Give the published JSON, which follows its schema."""
    _, out, _ = check(capsys, "--format", "json", *arguments)
    found: dict[str, Any] = json.loads(out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(found)
    return found


@pytest.mark.parametrize(
    ("day", "version", "answer", "beside"),
    [
        ("2025-04-15", "2024.4.1", "Not met", "from 2025-04-16 on 2025.4.16"),
        ("2025-04-16", "2025.4.16", "Met", "before it 2024.4.1"),
    ],
)
def test_a_day_apart_two_versions_answer_and_each_says_which_it_is(
    capsys: pytest.CaptureFixture[str], day: str, version: str, answer: str, beside: str
) -> None:
    status, out, err = check(capsys, "--payer", "anthem", "--on", day)

    lines = out.splitlines()
    assert (DONE, "") == (status, err)
    assert lines[3].split() == [*answer.split(), "anthem-surg-00158", version]
    assert f"Chosen: the policy of `anthem` in force on {day}; {beside}." in lines
    report = told(capsys, "--payer", "anthem", "--on", day)
    assert f"the policy of `anthem` in force on {day}; {beside}" == report["chosen"]


def test_why_a_named_version_answers_is_told_where_there_are_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, several, _ = check(capsys, "--policy", "anthem-surg-00158", "--on", "2025-04-15")
    _, one, _ = check(capsys, "--policy", "fda-p190021", "--on", "2025-04-15")
    _, named, _ = check(capsys, "--policy", "anthem-surg-00158@2025.4.16", "--on", "2025-04-15")

    assert "Chosen: the version in force on 2025-04-15; from 2025-04-16 on 2025.4.16." in several
    assert "Chosen" not in one
    assert "Chosen" not in named
    assert "! This version is not in force on the day of service." in named


def test_guideline_and_label_say_in_json_why_they_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = check(capsys, "--on", "2026-01-01", "--format", "json")

    assert 2 * ["the version in force on 2026-01-01"] == [
        each["chosen"] for each in json.loads(out)
    ]


def test_a_policy_of_ones_own_answers_and_what_it_does_not_name_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path, "gold", more="plan: [Gold]\n")
    write_policy(tmp_path, "any")
    words = ("--payer", "Our plan", "--on", "2026-03-01", "--library", tmp_path)

    gold = told(capsys, *words, "--plan", "gold")
    silver = told(capsys, *words, "--plan", "silver", "--jurisdiction", "US-NC")

    assert ("gold", "any") == (gold["policy"]["id"], silver["policy"]["id"])
    assert silver["chosen"] == (
        "the policy of `Our plan`, `silver`, `US-NC` in force on 2026-03-01;"
        " it names no plan; it names no jurisdiction"
    )


def test_several_policies_of_a_payer_are_told_with_what_tells_them_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path, "gold", more="plan: [Gold]\n")
    write_policy(tmp_path, "silver", more="plan: [Silver]\n")

    status, out, err = check(
        capsys, "--payer", "Our plan", "--on", "2026-03-01", "--library", tmp_path
    )

    assert (WRONG_USAGE, "") == (status, out)
    assert err == (
        "shelf: several policies of `Our plan` are in force on 2026-03-01\n"
        "    narrow it with --plan, or name one with --policy:\n"
        "      gold@1.0.0, 2026-01-01 to open (Gold)\n"
        "      silver@1.0.0, 2026-01-01 to open (Silver)\n"
    )


@pytest.mark.parametrize(
    "words", [("--plan", "Gold"), ("--line-of-business", "medicare"), ("--jurisdiction", "US")]
)
def test_what_narrows_a_payers_policies_needs_the_payer(
    capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    status, _, err = check(capsys, *words)

    assert WRONG_USAGE == status
    assert err == (
        "--payer: a plan, a line of business or a jurisdiction narrows a payer's policies\n"
        "    name the payer with --payer\n"
    )


def test_a_policy_that_nobody_has_read_says_which_document_to_obtain(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path, stance="unread", days="open to open")
    words = ("--payer", "Our plan", "--on", "2026-03-01", "--library", tmp_path)

    _, out, _ = check(capsys, *words)
    report = told(capsys, *words)

    assert out.splitlines()[3].startswith("More information needed")
    assert "! Nobody has read the position of this policy; nothing in a chart can settle it." in out
    assert (
        "\nObtain and read\n"
        "  Medical policy of our plan, January 2026. https://example.org/policy\n"
    ) in out
    assert "more-information" == report["answer"]
    assert ["Medical policy of our plan"] == [each["document"] for each in report["obtain"]]


def test_premises_answer_no_chart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_policy(tmp_path, "facts", more="kind: premises\n")

    status, _, err = check(capsys, "--policy", "facts", "--library", tmp_path)

    assert WRONG_USAGE == status
    assert err == (
        "shelf: `facts` holds premises, to which no chart is put\n"
        "    they are what proofs may assume; see them with `multifidus policy show facts`\n"
    )
    assert DONE == main(["policy", "show", "facts", "--library", str(tmp_path)])


def test_faults_of_a_library_are_told_and_a_sound_policy_answers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.md").write_text("# Nothing")

    status, out, err = check(
        capsys, "--payer", "Our plan", "--on", "2026-03-01", "--library", tmp_path
    )

    assert DONE == status
    assert "ours 1.0.0" in out
    assert 2 == err.count("the front matter is missing")


def test_the_faults_are_told_beside_the_error_that_they_may_explain(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path)
    path.write_text(path.read_text().replace("stance: criteria", "stance: maybe"))

    status, _, err = check(capsys, "--payer", "Our plan", "--library", tmp_path)

    assert WRONG_USAGE == status
    assert f"{path}:5:9: front matter: `stance` is `maybe`" in err
    assert "shelf: no policy of `Our plan` on the shelf" in err


def test_a_policy_whose_text_is_broken_is_told_when_it_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path)
    path.write_text(path.read_text().replace("`age >= 21 years`", "`age >= 21 ells`"))
    words = ("--on", "2026-03-01", "--library", tmp_path)

    assert WRONG_POLICY == check(capsys, "--payer", "Our plan", *words)[0]
    assert DONE == check(capsys, "--payer", "Anthem", *words)[0]


def test_a_library_without_a_policy_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It may be another folder than was meant; the shipped policies answer all the same."""
    words = ["policies", "--payer", "Anthem", "--library"]
    (tmp_path / "empty").mkdir()
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "events.csv").write_text(
        "date,body,event,document,address,reading\n", encoding="utf-8"
    )

    assert DONE == main([*words, str(tmp_path / "empty")])
    err = capsys.readouterr().err
    assert f"{tmp_path / 'empty'}: note: this library holds no policy\n" in err
    assert DONE == main([*words, str(tmp_path / "events")])
    assert "" == capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("ISASS-2025", "`isass-2025`"),
        ("anthem", "`anthem-surg-00158`"),
        ("mp623", "`mp-623`"),
        ("uhc", "`uhc-2026t0126tt` or `uhc-csnct0126-10` or `uhc-cso36id-b`"),
    ],
)
def test_a_policy_that_is_nearly_named_is_told(
    capsys: pytest.CaptureFixture[str], name: str, like: str
) -> None:
    """In other letters, or by a part of its name."""
    assert WRONG_USAGE == main(["policy", "show", name])

    assert f"did you mean {like}? the policies are: " in capsys.readouterr().err


def test_a_payer_that_is_nearly_named_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert WRONG_USAGE == main(["policies", "--payer", "ALABAMA"])

    told = "did you mean `BCBS Alabama` or `Blue Cross and Blue Shield of Alabama`?"
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("state",),
        ("compare",),
        ("matrix",),
        ("timeline",),
        ("changes", "--from", "2025-01-01", "--to", "2026-12-01"),
    ],
    ids=lambda words: str(words[0]),
)
def test_drafts_that_are_not_sound_keep_nobody_from_the_rest(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """All of them are told at once, and the sound policies answer."""
    for name in ("one", "two"):
        path = write_policy(tmp_path, name)
        path.write_text(path.read_text().replace("`age >=", "`ago >="), encoding="utf-8")
    write_policy(tmp_path, "sound")

    assert DONE == main(["policy", *words, "--library", str(tmp_path)])

    printed = capsys.readouterr()
    assert 2 == printed.err.count("unknown name `ago`")
    assert "sound" in printed.out
    assert "anthem-surg-00158" in printed.out


def test_a_control_character_is_told_as_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """And nothing is said of fields that nobody could read."""
    path = write_policy(tmp_path)
    path.write_text(path.read_text().replace("body: Our plan", "body: Our \x1b[31mplan"))

    assert WRONG_POLICY == main(["policy", "check", str(path)])

    out = capsys.readouterr().out
    assert "this is not YAML: a character in it may not stand in a text\n" in out
    assert "is missing" not in out


@pytest.mark.parametrize("verb", ["compare", "matrix"])
def test_versions_whose_days_overlap_stand_side_by_side(
    verb: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is wrong is told; who looks at the whole shelf could name neither of them."""
    write_policy(tmp_path, version="1.0.0")
    write_policy(tmp_path, version="1.1.0", days="2026-03-01 to open")

    words = ["policy", verb, "--on", "2026-06-01", "--library", str(tmp_path)]
    assert DONE == main(words)

    printed = capsys.readouterr()
    assert "ours@1.0.0 and ours@1.1.0 are both in force" in printed.err
    assert "ours@1.0.0" in printed.out
    assert "ours@1.1.0" in printed.out
