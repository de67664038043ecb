"""`multifidus policy attest`: what is written where, and what every output then says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_USAGE
from tests.cli.shelves import write_policy

CHART = Path(__file__).parents[2] / "src" / "multifidus" / "examples" / "anthem-candidate.json"
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "determination.schema.json"
WORDS = {
    "--document": "Medical policy",
    "--edition": "January 2026",
    "--page": "4",
    "--by": "A. Person",
    "--on": "2026-05-01",
}


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the terminal as wide as the lines below were written for."""
    monkeypatch.setenv("COLUMNS", "100")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command; its exit status and what it printed on both streams."""
    status = main([str(each) for each in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def attest(
    capsys: pytest.CaptureFixture[str], policy: str, clause: str, library: Path, **more: str
) -> tuple[int, str, str]:
    """Attest a clause, with some words of one's own."""
    words = {**WORDS, **{f"--{name}": each for name, each in more.items()}}
    flat = [word for pair in words.items() for word in pair]
    return run(capsys, "policy", "attest", policy, clause, *flat, "--library", library)


def test_an_attestation_stands_beside_a_policy_of_ones_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path).with_name("attestations.yaml")

    status, out, err = attest(capsys, "ours", "B1", tmp_path)

    assert (DONE, "") == (status, err)
    assert out == (
        "B1 of ours@1.0.0 is now attested by A. Person, 2026-05-01:\n"
        "    Medical policy, January 2026, page 4\n"
        f"1 of its 3 clauses is attested. Written in {path}.\n"
    )
    assert 1 == path.read_text().count("- clause:")


def test_what_stands_there_already_is_not_written_twice(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path).with_name("attestations.yaml")
    attest(capsys, "ours", "B1", tmp_path)
    before = path.read_bytes()

    status, out, _ = attest(capsys, "ours", "B1", tmp_path)

    assert DONE == status
    assert out.startswith("B1 of ours@1.0.0 is already attested by A. Person, 2026-05-01:\n")
    assert before == path.read_bytes()


def test_a_shipped_policy_is_attested_in_a_folder_of_ones_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The package may be read-only, and an upgrade replaces it."""
    status, out, _ = attest(capsys, "anthem-surg-00158@2024.4.1", "E1", tmp_path)

    path = tmp_path / "attestations" / "anthem-surg-00158.yaml"
    assert DONE == status
    assert path.is_file()
    assert f"1 of its 1 clauses is attested. Written in {path}." in out
    _, shown, _ = run(capsys, "policies", "--payer", "Anthem", "--library", tmp_path)
    assert "  1 clause: 1 attested (100 % attested).\n" in shown
    _, shown, _ = run(capsys, "policies", "--payer", "Anthem")
    assert "  1 clause: 1 verified.\n" in shown
    assert "attest" not in shown


def test_every_output_says_who_attests(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_policy(tmp_path)
    for clause, page in (("A", "3"), ("B1", "4")):
        attest(capsys, "ours", clause, tmp_path, page=page)
    library = ("--library", tmp_path)

    _, listed, _ = run(capsys, "policies", "--payer", "Our plan", *library)
    assert "  3 clauses: 2 attested, 1 second-hand (66 % attested).\n" in listed

    _, shown, _ = run(capsys, "policy", "show", "ours", *library)
    assert (
        "## Attestations\n\n"
        "- **A** by A. Person, 2026-05-01: Medical policy, January 2026, page 3.\n"
        "- **B1** by A. Person, 2026-05-01: Medical policy, January 2026, page 4.\n\n"
        "How it was read: 3 clauses: 2 attested, 1 second-hand (66 % attested).\n"
    ) in shown

    _, tree, _ = run(capsys, "policy", "show", "ours", "--format", "json", *library)
    said = {
        "by": "A. Person",
        "document": "Medical policy",
        "edition": "January 2026",
        "page": "4",
        "on": "2026-05-01",
    }
    assert {"A": [{**said, "page": "3"}], "B1": [said]} == json.loads(tree)["attested"]


def check(capsys: pytest.CaptureFixture[str], library: Path, *more: str) -> str:
    """Put the chart to the policy of one's own."""
    words = ("check", CHART, "--payer", "Our plan", "--on", "2026-06-01", "--library", library)
    return run(capsys, *words, *more)[1]


def test_a_determination_counts_attested_clauses_in_their_own_word(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path)
    attest(capsys, "ours", "A", tmp_path)

    before = json.loads(check(capsys, tmp_path, "--format", "json"))
    text = check(capsys, tmp_path)

    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(before)
    assert 1 == before["sources_read"]["attested"]
    assert "attested" == before["criteria"]["parts"][0]["reading"]
    assert "A. Person" == before["criteria"]["parts"][0]["attested"][0]["by"]
    assert "1 attested by a person" in text
    assert (
        "  Attested by A. Person, 2026-05-01, in Medical policy, January 2026: A (page 4).\n"
    ) in text


def test_a_changed_clause_loses_its_attestation_and_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path)
    attest(capsys, "ours", "A", tmp_path)
    attest(capsys, "ours", "B1", tmp_path)
    path.write_text(path.read_text().replace("21 years", "22 years"))
    library = ("--library", tmp_path)

    _, listed, _ = run(capsys, "policies", "--payer", "Our plan", *library)
    _, shown, _ = run(capsys, "policy", "show", "ours", *library)

    assert (
        "3 clauses: 1 attested, 2 second-hand (33 % attested). 1 attestation of changed clauses."
    ) in listed
    assert (
        "- **A** by A. Person, 2026-05-01: Medical policy, January 2026, page 4;"
        " the clause has changed since, so it no longer counts.\n"
    ) in shown
    assert 2 == path.with_name("attestations.yaml").read_text().count("- clause:")


def test_attestations_of_one_version_say_nothing_of_another(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    attest(capsys, "anthem-surg-00158@2024.4.1", "E1", tmp_path)

    _, out, _ = run(
        capsys, "policies", "--payer", "Anthem", "--format", "json", "--library", tmp_path
    )

    told = [
        (each["clauses_read"]["attested"], each["stale_attestations"]) for each in json.loads(out)
    ]
    assert [(1, 0), (0, 0)] == told


def test_broken_attestations_are_told_and_keep_no_policy_from_answering(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path).with_name("attestations.yaml")
    attest(capsys, "ours", "A", tmp_path)
    with path.open("a") as stream:
        stream.write("- clause: B1\n")

    status, out, err = run(capsys, "policy", "show", "ours", "--library", tmp_path)

    assert DONE == status
    assert "1 attested" in out
    assert f"{path}:9:3: attestation: `digest` is missing" in err
    assert 1 == err.count("`digest` is missing")


REFUSED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "no such policy": ("hours", "A", {}, "did you mean `ours`?"),
    "no such clause": (
        "ours",
        "Z",
        {},
        "ours@1.0.0: there is no clause `Z`\n    its clauses: A, B1, B2\n",
    ),
    "a group": ("ours", "B", {}, "ours@1.0.0: `B` is a group\n    attest its clauses: B1, B2\n"),
    "the policy as a whole": (
        "ours",
        "policy",
        {},
        "ours@1.0.0: `policy` is a group\n    attest its clauses: A, B1, B2\n",
    ),
    "nothing that was read": (
        "unseen",
        "E1",
        {},
        (
            "unseen@1.0.0: nobody has read its position, so there is nothing to attest\n"
            "    write down what the document says, as a policy in a folder of your own\n"
        ),
    ),
    "no words, and a day to come": (
        "ours",
        "A",
        {"by": " ", "page": "", "edition": "a\nb", "document": "d" * 301, "on": "2999-01-01"},
        (
            "--document: the words do not fit on a line\n"
            "    write at most 300 characters, without control characters\n"
            "--edition: the words do not fit on a line\n"
            "    write at most 300 characters, without control characters\n"
            "--page: there are no words\n"
            "    an attestation says who and where\n"
            "--by: there are no words\n"
            "    an attestation says who and where\n"
            "--on: 2999-01-01 has not come yet\n"
            "    give the day on which the document was read\n"
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_attested_is_told_with_the_way_forward(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    write_policy(tmp_path)
    write_policy(tmp_path, "unseen", stance="unread")
    policy, clause, more, words = REFUSED[name]

    status, out, err = attest(capsys, policy, clause, tmp_path, **more)

    assert (WRONG_USAGE, "") == (status, out)
    assert words in err
    assert [] == list(tmp_path.rglob("attestations*"))


def test_without_a_folder_of_ones_own_a_shipped_policy_is_not_attested(
    capsys: pytest.CaptureFixture[str],
) -> None:
    flat = [word for pair in WORDS.items() for word in pair]

    status, _, err = run(capsys, "policy", "attest", "mp-623", "X1", *flat)

    assert WRONG_USAGE == status
    assert err == (
        "mp-623@0.1.0: it is shipped with the package, which an upgrade replaces\n"
        "    name a folder of your own, with --library or MULTIFIDUS_LIBRARY, to keep attestations"
        " in\n"
    )


def test_a_folder_that_cannot_be_written_to_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "attestations").write_text("a file where the folder should be")

    status, _, err = attest(capsys, "anthem-surg-00158@2024.4.1", "E1", tmp_path)

    assert WRONG_USAGE == status
    assert "the attestation cannot be written: File exists" in err
