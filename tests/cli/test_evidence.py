"""The evidence behind criteria, as `check`, `policy show` and `evidence …` tell it."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from multifidus.cli import evidence_kept, main
from multifidus.core.policy import Kind
from multifidus.evidence import chain, judgement, study
from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.study import shipped_evidence
from multifidus.library.shelf import shipped

EXAMPLES = Path(str(files("multifidus"))) / "examples"
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "determination.schema.json"
OLD = EXAMPLES / "bmi-38-age-78.json"
DAY = date(2026, 11, 28)
TYPICAL = EXAMPLES / "complete-candidate.json"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; its exit status, and what it printed in lines of any width."""
    status = main(arguments)
    printed = capsys.readouterr()
    return status, " ".join(printed.out.split()), printed.err


def in_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:  # noqa: ANN401  JSON
    """Run a command for programs."""
    main([*arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


# What stands behind a determination


def test_a_determination_tells_the_missed_endpoint_with_its_certainty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "check", str(TYPICAL), "--policy", "isass-2025")

    told = out.partition("Evidence behind the criteria")[2]
    assert "Whether the therapy works, and harms (isass-2025 G5)" in told
    assert "the primary endpoint was not met" in told
    assert "●●○○ low. Responders against active sham, 120 days: 57.1 v 46.6 %;" in told
    assert "difference 10.4 (-3.3 to 24.1), p 0.138" in told
    assert "nobody outside has reviewed it" in told


def test_what_has_no_control_says_so_beside_its_certainty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "check", str(TYPICAL), "--policy", "isass-2025")

    assert "●○○○ very low, no control. pain-change, disability-change" in out


def test_clauses_that_no_result_bears_on_are_named_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "check", str(TYPICAL), "--policy", "isass-2025")

    told = out.partition("No study compared people who meet these with people who do not")[2]
    assert "Signs of multifidus dysfunction (isass-2025 S4.1, S4.2, S4.3, S4.4)" in told


def test_a_78_year_old_is_told_that_the_trial_stopped_at_75(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "check", str(OLD))

    told = out.partition("Whether the trials were about people like this one")[2]
    assert "ReActiv8-B, the pivotal trial: outside." in told
    assert "at most 75 years old; here: 78 years." in told
    assert "Its results are about other people." in told
    assert "Nearest to this patient: Older people, 2 years since baseline" in told


def test_a_patient_whom_the_trials_may_have_taken_is_told_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = in_json(capsys, "check", str(TYPICAL), "--policy", "isass-2025")

    standings = {each["study"]: each for each in told["evidence"]["trials"]}
    assert {"R8B", "RESTORE"} == set(standings)
    for each in standings.values():
        assert ("not-known" == each["standing"]) == bool(each["missing"])
        assert [] == each["outside_by"]
    assert [] == told["evidence"]["nearest"]


def test_evidence_moves_no_answer_and_follows_the_schema(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schema = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    for each in in_json(capsys, "check", str(OLD)):
        schema.validate(each)
        known = {line["id"] for line in each["evidence"]["lines"]}
        for topic in each["evidence"]["topics"]:
            assert set(topic["lines"]) <= known
            assert all(shipped_evidence().result(name) for name in topic["results"])
        (pivotal,) = (one for one in each["evidence"]["trials"] if "R8B" == one["study"])
        assert {"B1", "X1"} == {one["id"] for one in pivotal["outside_by"]}
        assert "older-people" in each["evidence"]["nearest"]


def test_a_policy_that_excludes_the_service_is_told_beside_the_evidence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "check", str(TYPICAL), "--policy", "cigna-0539")

    assert "Whether the therapy works, and harms (cigna-0539 E1)" in out


def test_a_policy_is_shown_with_its_evidence_after_its_own_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "policy", "show", "fda-p190021")
    told = in_json(capsys, "policy", "show", "fda-p190021")["evidence"]

    assert out.index("## Sources") < out.index("## Evidence")
    assert "no part of the policy's text" in out
    assert "As above: Disability against medical management" in out
    assert [] == told["trials"]
    assert "Whether the therapy works, and harms" == told["topics"][0]["topic"]


def test_a_policy_without_linked_clauses_has_no_section(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "policy", "show", "ncd-160-7")

    assert "## Evidence" not in out


# The chain and the shelf


def test_every_element_and_stance_of_the_chain_is_known_to_the_shelf() -> None:
    elements = set(shipped().dictionaries["low-back-pain"].elements)
    stances = {"criteria", "excluded", "silent", "unread"}

    for link in shipped_chain().links:
        assert link.elements <= elements
        assert link.stances <= stances
    for line in shipped_chain().lines.values():
        assert set(line.apart) <= elements


def test_every_trial_of_the_chain_is_on_the_shelf_and_among_the_studies() -> None:
    studies = {each.id for each in shipped_evidence().studies}
    shelf = shipped()

    for entry in shipped_chain().entries:
        assert Kind.RESEARCH is shelf.read(shelf.find(entry.policy, DAY)).about.kind
        assert entry.study in studies


def test_every_clause_of_the_guideline_has_its_evidence_told() -> None:
    """Or its absence: X1, whether somebody can work the remote, was studied by nobody."""
    shelf = shipped()
    policy = shelf.read(shelf.find("isass-2025", DAY))
    linked = {name for link in shipped_chain().links for name in link.elements}

    unlinked = [each.id for each in policy.clauses() if not linked & set(each.elements)]
    assert ["X1"] == unlinked


# evidence show


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Lines of evidence"),
        ("", "What they stand behind"),
        ("G5", "Evidence behind G5"),
        ("S3", "How bad pain and disability are (S3.1.1, S3.1.2, S3.2)"),
        ("fda-p190021:I3", "Age (I3)"),
        ("reactiv8-b:X1", "Body mass (X1)"),
        ("X1", "No evidence is linked to what this clause asks about."),
        ("pain-v-omm", "-2 risk of bias: Open label"),
        ("pain-v-omm", "Of people whom the pivotal trial would have taken."),
        ("after-lumbar-surgery", "Of people whom the pivotal trial would not have taken."),
        ("r8b-5y-odi-change", "low -25.4"),
        ("RESTORE", "Risk of bias (RoB 2): high"),
        ("SR-DSOUZA", "GRADE very low"),
    ],
)
def test_show_finds_whatever_is_named(
    capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    status, out, _ = run(capsys, "evidence", "show", *([name] if name else []))

    assert 0 == status
    assert words in out


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("", "lines"),
        ("G5", "topics"),
        ("pain-v-omm", "judgement"),
        ("r8b-5y-odi-change", "result"),
        ("RESTORE", "bias"),
    ],
)
def test_show_gives_the_same_as_data(
    capsys: pytest.CaptureFixture[str], name: str, key: str
) -> None:
    assert key in in_json(capsys, "evidence", "show", *([name] if name else []))


def test_what_nobody_has_named_is_told_with_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, _, err = run(capsys, "evidence", "show", "Q9")

    assert 2 == status
    assert "`Q9` is no clause of isass-2025, nor a line of evidence" in err
    assert "lines: responders-v-sham, " in err


# evidence table


def test_the_table_gives_every_line_with_reasons_and_doubts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, text, _ = run(capsys, "evidence", "table")
    told = in_json(capsys, "evidence", "table")

    assert set(shipped_chain().lines) == {each["line"] for each in told["rows"]}
    assert "The multifidus authors" == told["judged_by"]
    for each in told["rows"]:
        assert each["outcome"] in text
        assert bool(each["difference"]) == ("no control" not in each["studies"])
    assert "What has no control is a change since baseline, and no effect." in text


def test_the_table_comes_as_csv_and_markdown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    main(["evidence", "table", "--format", "csv", "--output", str(path)])
    assert f"{path}: written" in capsys.readouterr().out
    rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))
    main(["evidence", "table", "pain-v-omm", "older-people", "--format", "markdown"])
    lines = capsys.readouterr().out.splitlines()

    assert len(shipped_chain().lines) == len(rows)
    assert {8} == {line.count("|") for line in lines[:4]}
    assert "Judged by" in lines[-1]


def test_another_panel_may_rate_otherwise(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ours = (files("multifidus.evidence") / "data" / "judgements.toml").read_text(encoding="utf-8")
    theirs = tmp_path / "theirs.toml"
    theirs.write_text(
        ours.replace("The multifidus authors", "A panel").replace("steps = 2", "steps = 1")
    )

    _, out, _ = run(capsys, "evidence", "table", "pain-v-omm", "--judgements", str(theirs))

    assert "Judged by A panel, 2026-11-28. " in out
    assert "●●●○ moderate (pain-v-omm)" in out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("table", "pian"), 2, "there is no line of evidence `pian`"),
        (("table", "--judgements", "nowhere.toml"), 2, "nowhere.toml: the file cannot be read"),
        (("check", "nowhere.csv"), 2, "nowhere.csv: the file cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, words: str
) -> None:
    ended, _, err = run(capsys, "evidence", *arguments)

    assert status == ended
    assert words in err


# evidence check


def test_check_shows_what_does_not_fit_and_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = shipped_evidence()

    _, out, _ = run(capsys, "evidence", "check")

    assert "no whole number of 102 is 57.1 %: 58/102 is 56.9 %, 59/102 is 57.8 %" in out
    assert "1 of 26 is 3.8 %, and 3.6 % is printed" in out
    assert "A person decides which number is right; nothing was changed." in out
    assert before is shipped_evidence()


def test_check_gives_findings_with_their_sources_as_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = in_json(capsys, "evidence", "check")

    (uneven,) = (each for each in told if ["r8b-5y-odi-change"] == each["results"])
    assert "asymmetry" == uneven["rule"]
    assert all(each.startswith("http") for each in uneven["sources"])


def test_a_table_of_ones_own_is_checked_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shipped_text = (files("multifidus.evidence") / "data" / "results.csv").read_text("utf-8")
    head, first, *_ = shipped_text.splitlines()
    path = tmp_path / "mine.csv"
    path.write_text(f"{head}\n{first}\n", encoding="utf-8")

    _, out, _ = run(capsys, "evidence", "check", str(path))

    assert out.startswith("1 finding in 1 result")


def test_a_verb_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "evidence")

    assert 0 == status
    assert "show" in out
    assert "table" in out


# evidence effect


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("96/155",), "0.6194 (0.5429 to 0.6958) Wald interval"),
        (("57/102", "48/102"), "Miettinen-Nurminen interval"),
        (("57/102", "48/102"), "Fisher's exact test"),
        (
            ("restore-12mo-odi-change-rn", "restore-12mo-odi-change-omm"),
            "-16.8 (-20.68 to -12.92) normal interval",
        ),
        (("mean=-19.7,se=1.4", "mean=-2.9,se=1.4"), "-16.8 (-20.68 to -12.92)"),
        (("mean=-4.8,sd=2.4,n=159",), "Mean change from baseline"),
        (
            ("mean=4,sd=2,n=40", "mean=7,sd=2,n=50", "--correlation", "0.5"),
            "of the same people, correlation 0.5 (an assumption)",
        ),
    ],
)
def test_an_effect_is_reckoned_in_every_way(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    status, out, _ = run(capsys, "evidence", "effect", *arguments)

    assert 0 == status
    assert words in out


def test_effects_come_as_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    told = in_json(capsys, "evidence", "effect", "57/102", "48/102")

    (wald,) = (
        each for each in told["effects"] if "risk difference; Wald interval" == each["method"]
    )
    assert 0.0882 == pytest.approx(wald["value"], abs=1e-4)
    assert {"method", "statistic", "df", "p"} == set(told["tests"][0])


def test_groups_of_two_kinds_are_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "evidence", "effect", "57/102", "mean=1,se=2")

    assert 2 == status
    assert "nothing can be reckoned from these groups together" in err


def test_what_is_missing_for_statistics_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if "multifidus.cli.evidence_effect" in each]:
        monkeypatch.delitem(sys.modules, name)
    for name in [each for each in sys.modules if each.startswith("multifidus.evidence.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)

    status, _, err = run(capsys, "evidence", "effect", "57/102", "48/102")

    assert 2 == status
    assert "need scipy, which is not installed" in err
    assert "pip install 'multifidus[evidence]'" in err


# evidence figure


def test_figures_are_listed_and_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "evidence", "figure")
    assert "risk-of-bias" in out

    main(["evidence", "figure", "trajectory"])
    assert capsys.readouterr().out.startswith("<svg")

    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    main(["evidence", "figure", "flow", "--output", str(svg)])
    main(["evidence", "figure", "flow", "--output", str(png)])
    assert svg.read_text(encoding="utf-8").startswith("<svg")
    assert png.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pie",), "there is no figure `pie`"),
        (("flow", "--output", "flow.gif"), "a figure is written as SVG or PNG"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_told(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    status, _, err = run(capsys, "evidence", "figure", *arguments)

    assert status
    assert words in err


def test_the_forest_of_a_pool_is_drawn_into_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = ("pmcf-uk-2y-odi-change", "itz-12mo-odi-change")
    path = tmp_path / "forest.svg"

    status, out, _ = run(capsys, "evidence", "pool", *names, "--figure", str(path))

    assert 0 == status
    assert f"{path}: written" == out
    assert all(f"{name}</text>" in path.read_text(encoding="utf-8") for name in names)


def test_every_way_of_pooling_has_no_one_forest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = ("pmcf-uk-2y-odi-change", "itz-12mo-odi-change")
    options = ("--method", "every", "--figure", str(tmp_path / "forest.svg"))

    status, _, err = run(capsys, "evidence", "pool", *names, *options)

    assert 2 == status
    assert "a forest shows one way of pooling" in err
    assert [] == list(tmp_path.iterdir())


def test_only_a_figure_that_pools_needs_statistics(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ("multifidus.cli.evidence_figure", "multifidus.evidence.")
    for name in [each for each in sys.modules if each.startswith(mine)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)

    assert 0 == run(capsys, "evidence", "figure", "trajectory")[0]
    status, _, err = run(capsys, "evidence", "figure", "forest-pain")

    assert 2 == status
    assert "need scipy, which is not installed" in err


# evidence anchors, evidence thresholds


def test_every_anchor_is_reckoned_again_with_its_method(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All follow but the interval that is not even about its mean: a finding about the report."""
    _, out, _ = run(capsys, "evidence", "anchors")
    told = in_json(capsys, "evidence", "anchors")

    assert "reckoned 96/155 = 61.94 % (54.29 to 69.58) by Wald" in out
    assert ["r8b-5y-odi"] == [each["anchor"]["id"] for each in told if not each["holds"]]
    assert all(each["methods"] for each in told)


def test_thresholds_stand_side_by_side_with_their_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "evidence", "thresholds")
    told = in_json(capsys, "evidence", "thresholds")

    assert "10 points minimal important change [Ostelo 2008 consensus]" in out
    assert "20 points substantial improvement threshold" in out
    assert all(each["source"] for each in told)
    assert {"0.03", "0.08", "0.081", "0.1"} == {
        each["value"] for each in told if "EQ-5D index" == each["outcome"]
    }


def test_the_evidence_that_was_read_before_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept, as policies are: the second time nothing of it is read."""
    monkeypatch.setenv("MULTIFIDUS_CACHE", str(tmp_path))
    read = (chain.shipped_chain(), judgement.shipped_judgements(), study.shipped_evidence())

    def told() -> object:
        return (
            evidence_kept.shipped_chain.__wrapped__(),
            evidence_kept.shipped_judgements.__wrapped__(),
            evidence_kept.shipped_evidence.__wrapped__(),
        )

    assert read == told()
    for module, name in ((chain, "chain"), (judgement, "judgements"), (study, "evidence")):
        monkeypatch.setattr(module, f"shipped_{name}", None)
    assert read == told()


def test_a_policy_without_a_clause_shows_what_stands_behind_all_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It was passed over without a word; of what nobody has read, nothing is known to be asked."""
    assert main(["evidence", "show", "--policy", "mp-623"]) == 0
    told = capsys.readouterr().out
    assert main(["evidence", "show", "--policy", "humana-0412-033"]) == 0
    unread = capsys.readouterr().out

    assert "Evidence behind mp-623\n" in told
    assert "Age (L3)" in told
    assert "No evidence is linked to what is known to be asked there." in unread
    assert main(["evidence", "show"]) == 0
    assert "Lines of evidence\n" in capsys.readouterr().out
