"""`multifidus policy ask`: answers for people and programs, and names that are not known."""

from __future__ import annotations

import builtins
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_USAGE
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "questions.txt"
DAY = ("--on", "2026-06-01")

GIVEN = """\
---
policy: given
version: 1.0.0
status: draft
kind: premises
stance: criteria
body: Our plan
in_force: 2026-01-01 to open
source: ours
dictionary: low-back-pain
---

# What we take as given

The premises hold when **all of** [@ours, section 1]

- **P No MRI.** MRI of the multifidus is normal, and the prone instability test is negative.
  `multifidus_mri is normal and prone_instability_test is negative`
"""

NONE, GIVEN_ONLY = ("--premises", "none"), ("--premises", "given")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Write a library with a policy, an unread one, an excluding one, and premises."""
    folder = tmp_path / "library"
    sources = write_policy(folder).with_name("sources.yaml").read_text(encoding="utf-8")
    write_policy(folder, "nobody-read-it", stance="unread")
    write_policy(folder, "excluding", stance="excluded")
    given = folder / "given" / "policy.md"
    given.parent.mkdir()
    given.write_text(GIVEN, encoding="utf-8")
    given.with_name("sources.yaml").write_text(sources, encoding="utf-8")
    return folder


def asked(
    capsys: pytest.CaptureFixture[str], library: Path, *words: str, status: int = DONE
) -> str:
    """Ask, and give what is printed."""
    assert status == main(["policy", "ask", *words, "--library", str(library), *DAY])
    told = capsys.readouterr()
    return told.err if status else told.out


def test_an_implication_is_proved_clause_by_clause(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "implies", "ours", "fda-p190021:I3")

    assert out.startswith("Proved\nWhoever meets ours@1.0.0 meets fda-p190021@0.1.0:I3.\n")
    assert "I3 Adult                              from ours@1.0.0 A" in out
    assert out.endswith("A person decides.\n")


def test_what_is_not_implied_has_a_patient_and_the_clause_he_breaks(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "implies", "fda-p190021", "ours")

    assert out.startswith(
        "Shown by a made-up patient\n"
        "Not everybody who meets fda-p190021@0.1.0 meets ours@1.0.0, for want of A Adult.\n"
    )
    assert "A made-up patient, service on 2026-06-01" in out
    assert "Age                                   20 years" in out
    assert "  ours@1.0.0                            not met\n  ours@1.0.0 A Adult: not met" in out
    assert "`age >= 21 years`" in out
    assert "second-hand: ours, section 1" in out
    assert "fda-p190021@0.1.0                     13 verified, 0 second-hand, 0 unverified" in out


def test_a_proof_on_premises_names_them_and_shows_what_they_exclude(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "can-be-met", "ours", "--given", "fda-p190021", *GIVEN_ONLY)

    assert "No patient can meet ours@1.0.0 and fda-p190021@0.1.0 together, granted given." in out
    assert "These cannot hold together\n  ours@1.0.0 B Dysfunction: met" in out
    assert "  given@1.0.0 P No MRI\n" in out
    assert "Without the premises\nA patient can meet ours@1.0.0 and fda-p190021@0.1.0." in out
    assert "Premises that the proof rests on\n  given@1.0.0 P No MRI: met" in out


def test_all_premises_on_the_shelf_are_assumed_where_none_are_named(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(asked(capsys, library, "can-be-met", "ours", "--format", "json"))

    assert "given" in told["premises"]
    told = json.loads(asked(capsys, library, "implies", "ours", "ours", "--format", "json"))
    assert [] == told["premises"]


@pytest.mark.parametrize("premises", [["none"], ["given"], ["none", "given"]])
def test_premises_are_chosen_by_name(
    premises: list[str], library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [word for each in premises for word in ("--premises", each)]
    out = asked(capsys, library, "can-be-met", "ours", *named)

    assert out.startswith("Proved" if "given" in premises else "Shown by a made-up patient")


def test_what_a_label_settles_is_told_either_way(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "never-met", "isass-2025", "--given", "fda-p190021", *NONE)

    assert "Who meets fda-p190021@0.1.0 can meet isass-2025@0.1.0." in out
    assert "Always in the patient's favour\n  G1 Chronic low back pain" in out
    assert "X1 Operation of the system            from fda-p190021@0.1.0 X1" in out
    out = asked(capsys, library, "never-met", "ours", "--given", "fda-p190021", *GIVEN_ONLY)
    assert "Nobody who meets fda-p190021@0.1.0 can meet ours@1.0.0, granted given." in out
    assert "Never in the patient's favour\n  B Dysfunction" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("equivalent", "ours", "ours"), "The same patients meet ours@1.0.0 and ours@1.0.0."),
        (("differs", "ours", "ours"), "The same patients meet ours@1.0.0 and ours@1.0.0."),
        (
            ("differs", "ours", "excluding"),
            "A patient can meet one of ours@1.0.0 and excluding@1.0.0 and not the other.",
        ),
        (
            ("dead", "ours"),
            "Every clause of ours@1.0.0 changes the answer for some patient.",
        ),
        (
            ("dead", "mp-623"),
            "In mp-623@0.1.0, 3 clauses can be spared or never hold.",
        ),
        (
            ("conflicts", "ours"),
            "No two clauses of ours@1.0.0 exclude each other, and a patient can meet all.",
        ),
        (("conflicts", "excluding"), "No patient can meet excluding@1.0.0."),
        (
            ("difference", "ours", "fda-p190021"),
            "clauses would have to go or to come.",
        ),
        (("difference", "ours", "ours"), "ours@1.0.0 and ours@1.0.0 ask the same."),
        (
            ("reading", "isass-2025", "S1"),
            "The other reading of isass-2025@0.1.0:S1 changes the answer for some patient.",
        ),
        (("can-be-met", "excluding"), "No patient can meet excluding@1.0.0."),
        (
            ("implies", "excluding", "ours"),
            "excluding@1.0.0 can never be met, and so implies anything.",
        ),
        (
            ("implies", "ours", "nobody-read-it"),
            "of nobody-read-it@1.0.0; what was not read proves nothing.",
        ),
    ],
)
def test_the_answer_is_one_sentence(
    words: tuple[str, ...], sentence: str, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, *words)

    assert sentence in " ".join(out.split("\n\n")[0].split())


def test_a_clause_that_can_be_spared_is_told_with_what_makes_it_so(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "dead", "mp-623")

    assert (
        "M2.1 Medication changes no answer when it is left out\n"
        "  M2.1 Medication                       from mp-623@0.1.0 L6.1\n"
    ) in out


def test_the_smallest_change_puts_clauses_of_one_element_side_by_side(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "difference", "ours", "fda-p190021")

    assert "Would have to change\n  ours@1.0.0 A Adult\n" in out
    assert "  to\n  fda-p190021@0.1.0 I3 Adult\n" in out
    assert "Would have to go\n  ours@1.0.0 B Dysfunction" in out
    assert "Would have to come\n" in out


def test_each_way_is_told_of_a_difference(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "differs", "ours", "ours:A")

    assert "Each way\n  Whoever meets ours@1.0.0 meets ours@1.0.0:A. (proved)" in out
    assert "Not everybody who meets ours@1.0.0:A meets ours@1.0.0. (shown by a made-up" in out


def test_time_that_is_up_is_told_with_the_limit(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, library, "implies", "ours", "fda-p190021", "--limit", "0.0001")

    assert out == (
        "Not decided\n"
        "implies ours@1.0.0, fda-p190021@0.1.0: the time was up.\n"
        "The limit was 0.0001 seconds; --limit gives more.\n"
    )


def test_programs_get_json(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = asked(capsys, library, "implies", "fda-p190021", "ours", "--format", "json")
    told: Mapping[str, Any] = json.loads(out)

    assert ("implies", False, "witness") == (told["question"], told["holds"], told["outcome"])
    assert ["fda-p190021@0.1.0", "ours@1.0.0"] == told["about"]


def test_the_same_question_gets_the_same_bytes(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("dead", "isass-2025", "--format", "json")

    assert asked(capsys, library, *words) == asked(capsys, library, *words)


def test_the_day_chooses_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["policy", "ask", "can-be-met", "anthem-surg-00158", "--on"]
    main([*words, "2025-04-15"])
    before = capsys.readouterr().out
    main([*words, "2025-04-16"])

    assert "No patient can meet anthem-surg-00158@2024.4.1" in before
    assert "A patient can meet anthem-surg-00158@2025.4.16" in capsys.readouterr().out


def test_a_version_that_is_not_in_force_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["policy", "ask", "can-be-met", "anthem-surg-00158@2024.4.1", "--on", "2026-06-01"]
    assert DONE == main(words)

    assert capsys.readouterr().out.endswith(
        "A person decides.\nanthem-surg-00158@2024.4.1 is not in force on 2026-06-01.\n"
    )


# What goes wrong

WRONG = {
    "no such policies": ("implies", "uors", "fda-p190022"),
    "no such clause": ("implies", "ours:A", "fda-p190021:I99"),
    "no other reading": ("reading", "isass-2025", "G1"),
    "no reading at all": ("reading", "ours", "A"),
    "a clause in the place of a policy": ("dead", "ours:A"),
    "a clause to be made of a policy": ("difference", "ours:A", "fda-p190021:I3"),
    "a policy as premises": ("can-be-met", "ours", "--premises", "fda-p190021"),
    "no such premises": ("can-be-met", "ours", "--premises", "givne"),
}


def test_wrong_names_are_told_all_at_once_word_for_word(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "\n".join(
        f"# {name}: {' '.join(words)}\n{asked(capsys, library, *words, status=WRONG_USAGE)}"
        for name, words in WRONG.items()
    )
    # What else stands on the shelf is no part of this.
    told = re.sub(r"(?<=the (policies|premises) )are: .*", "are: …", told)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(told, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == told


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "soon", "3601"])
def test_a_limit_that_is_none_is_told(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["policy", "ask", "dead", "isass-2025", f"--limit={limit}"])

    assert WRONG_USAGE == stopped.value.code
    assert "the limit is a number of seconds above 0, up to 3600" in capsys.readouterr().err


def test_without_a_question_the_questions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["policy", "ask"])

    assert "does whoever meets A meet B?" in capsys.readouterr().out


@pytest.mark.parametrize("missing", ["z3", "something_else"])
@pytest.mark.parametrize("words", [["ask", "dead", "isass-2025"], ["matrix"]])
def test_without_the_solver_one_is_told_what_to_install(
    words: list[str],
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = [name for name in sys.modules if name.startswith(("multifidus.analysis", "z3"))]
    for name in (*ours, "multifidus.cli.ask", "multifidus.cli.matrix"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    real = builtins.__import__

    def importing(name: str, *rest: Any) -> Any:  # noqa: ANN401  as the real one
        if name == "z3":
            raise ModuleNotFoundError(name=missing)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", importing)

    if missing == "z3":
        assert WRONG_USAGE == main(["policy", *words])
        assert capsys.readouterr().err == (
            "multifidus: proofs need z3-solver, which is not installed\n"
            "    install it with `pip install 'multifidus[analysis]'`\n"
        )
    else:
        with pytest.raises(ModuleNotFoundError):
            main(["policy", *words])
