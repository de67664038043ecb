"""`multifidus dictionary show`, as a policy's author meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_USAGE
from multifidus.library.shelf import shipped
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    from pathlib import Path

ELEMENTS = shipped().dictionaries["low-back-pain"].elements


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the terminal as wide as the lines below were written for."""
    monkeypatch.setenv("COLUMNS", "100")


def test_all_elements_are_listed_in_the_order_of_the_dictionary(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With how many policies ask for each; of the unread it is told that nobody knows."""
    assert DONE == main(["dictionary", "show"])

    out = capsys.readouterr().out
    names = [
        line.split()[0] for line in out.splitlines() if "asked by " in line or "not ask" in line
    ]
    assert list(ELEMENTS) == [each for each in names if each in ELEMENTS]
    assert "  pregnant                            not asked yet  Pregnancy\n" in out
    assert "nobody has read the position, so what they ask for is not known" in out


def test_an_element_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    """Question, type, unit, where FHIR keeps it, which counts, silence, documents, and who asks."""
    assert DONE == main(["dictionary", "show", "oswestry_index"])

    out = " ".join(capsys.readouterr().out.split())
    for words in (
        "What is the most recent Oswestry Disability Index?",
        "Answer points, 0 to 100; in a record its UCUM unit is {score} or %",
        "In a policy `oswestry_index >= N points`",
        "In FHIR R4 Observation where code in [oswestry-index] gives value",
        "[oswestry-index] LOINC 97909-6",
        "own the code `oswestry-index` of https://multifidus.org/",
        "Which counts the newest, at most 3 months before the service (no source gives one;",
        "Silence unknown: an empty record says nothing of it",
        "In documents the words alone settle it, because",
        "isass-2025@0.1.0: S3.2 (second-hand)",
    ):
        assert words in out


def test_what_silence_means_is_told_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    main(["dictionary", "show", "treats_post_herpetic_neuralgia"])

    out = " ".join(capsys.readouterr().out.split())
    assert "Silence no because a request names the pain it is meant to treat;" in out
    assert "In documents not read there" in out


def test_a_policy_of_ones_own_is_among_those_that_ask(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path, "ours")

    main(["dictionary", "show", "multifidus_mri", "--library", str(tmp_path)])

    assert "ours@1.0.0: B2 (second-hand)" in capsys.readouterr().out


def test_a_policy_that_cannot_be_read_keeps_no_element_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path, "ours")
    path.write_text(path.read_text().replace("`age >=", "`ago >="))

    assert DONE == main(["dictionary", "show", "age", "--library", str(tmp_path)])

    printed = capsys.readouterr()
    assert "unknown name `ago`" in printed.err
    assert "How old is the patient" in printed.out


def test_programs_get_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["dictionary", "show", "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert list(ELEMENTS) == list(told["elements"])
    mri, index = told["elements"]["multifidus_mri"], told["elements"]["oswestry_index"]
    assert ["abnormal", "normal"] == mri["options"]
    assert ("points", "0", "100") == (index["unit"], index["lowest"], index["highest"])
    assert ("unknown", None) == (index["silence"], index["silence_because"])
    assert index["documents"]["settles"]
    assert not mri["documents"]["settles"]
    asked = {each["policy"]: each["clauses"] for each in index["asked_by"]}
    assert {"S3.2": "second-hand"} == asked["isass-2025"]
    assert "humana-0412-033@0.1.0" in told["unread"]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("oswestri_index", "`oswestry_index`"),
        ("Oswestry Disability Index", "`oswestry_index`"),
        ("mri", "`multifidus_mri`"),
        ("Age", "`age`"),
    ],
)
def test_a_name_that_is_nearly_right_is_told(
    capsys: pytest.CaptureFixture[str], name: str, like: str
) -> None:
    assert WRONG_USAGE == main(["dictionary", "show", name])

    err = capsys.readouterr().err
    assert f"no element `{name}` in the dictionary low-back-pain" in err
    assert f"did you mean {like}" in err


def test_all_unknown_names_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert WRONG_USAGE == main(["dictionary", "show", "age", "xyzzy", "plugh"])

    printed = capsys.readouterr()
    assert ("", 2) == (printed.out, printed.err.count("no element"))
    assert "`multifidus dictionary show` lists the elements" in printed.err


def test_an_unknown_dictionary_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert WRONG_USAGE == main(["dictionary", "show", "--dictionary", "neck-pain"])

    assert "there are: low-back-pain" in capsys.readouterr().err
