"""The file of judgements: what it says, and what is told of one that cannot be read."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.certainty import DOMAINS, Level, Reason, Risk
from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.judgement import read_judgements, shipped_judgements

WHOLE = (files("multifidus.evidence") / "data" / "judgements.toml").read_text(encoding="utf-8")


def test_every_judgement_has_an_author_and_a_day_and_is_marked_as_ours() -> None:
    shipped = shipped_judgements()

    assert ("The multifidus authors", date(2026, 11, 28)) == (shipped.author, shipped.on)
    assert "nobody outside has reviewed them" in WHOLE
    theirs = {(each.author, each.on) for each in shipped.lines.values()}
    assert {(shipped.author, shipped.on)} == theirs
    assert {(shipped.author, shipped.on)} == {(each.author, each.on) for each in shipped.bias}


def test_every_line_of_evidence_is_judged_and_nothing_else() -> None:
    assert set(shipped_chain().lines) == set(shipped_judgements().lines)


def test_all_eight_reasons_and_all_domains_have_a_rationale_and_a_source() -> None:
    shipped = shipped_judgements()

    for certainty in shipped.lines.values():
        assert tuple(Reason) == tuple(each.reason for each in certainty.judgements)
        assert all(each.rationale and each.source for each in certainty.judgements)
    for bias in shipped.bias:
        assert DOMAINS[bias.tool] == tuple(each.name for each in bias.domains)
        assert all(each.rationale and each.source for each in bias.domains)


def test_only_comparisons_start_high_and_only_they() -> None:
    lines = shipped_chain().lines

    for name, certainty in shipped_judgements().lines.items():
        assert lines[name].is_controlled == (certainty.design.start is Level.HIGH)


def test_the_open_label_trial_is_at_high_risk_and_what_has_no_control_at_critical() -> None:
    overall = {each.study: each.overall for each in shipped_judgements().bias}

    assert Risk.SOME_CONCERNS is overall.pop("R8B")
    assert Risk.HIGH is overall.pop("RESTORE")
    assert {Risk.CRITICAL} == set(overall.values())


def test_another_panel_may_judge_otherwise() -> None:
    other = WHOLE.replace("The multifidus authors", "A panel").replace("steps = 2", "steps = 1")

    read = read_judgements(other, file="theirs.toml")

    assert "A panel" == read.author
    assert Level.MODERATE is read.lines["pain-v-omm"].level


def without(*path: str) -> str:
    """Write a small file anew without one of its fields."""
    return "\n".join(line for line in SMALL.splitlines() if line.split(" =")[0] not in path)


SMALL = (
    """
author = "A panel"
on = 2026-01-02

[common.shared]
design = "randomised"
"""
    + "".join(
        f'[common.shared.judged."{each}"]\nsteps = 0\nwhy = "none"\nsource = "a paper"\n'
        for each in Reason
    )
    + """
[line.pain]
like = "shared"
"""
)


def test_the_small_file_of_these_tests_is_sound() -> None:
    assert Level.HIGH is read_judgements(SMALL, file="small.toml").lines["pain"].level


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("author", "small.toml: this is no TOML: Expected '=' after a key"),
        (without("author"), "small.toml: the file: `author` is missing"),
        (without("on"), "small.toml: on: is no day"),
        (SMALL.replace("2026-01-02", '"today"'), "small.toml: on: is no day"),
        (
            SMALL.replace('like = "shared"', 'like = "sharde"'),
            "small.toml: line.pain: there is no `common.sharde`",
        ),
        (SMALL.replace('"randomised"', '"random"'), "line.pain.design: `random` is none of its"),
        (
            SMALL.replace("steps = 0", "steps = 3", 1),
            "line.pain.judged.risk of bias: `steps` is 3",
        ),
        (
            SMALL.replace('why = "none"', 'why = ""', 1),
            "line.pain.judged.risk of bias: `why` is missing",
        ),
        (
            SMALL.replace('judged."imprecision"', 'judged."precision"'),
            "line.pain: `imprecision` is not judged",
        ),
        (
            SMALL.replace('judged."imprecision"', 'judged."precision"'),
            "line.pain: unknown name `precision`",
        ),
        (SMALL + "colour = 1", "line.pain: unknown name `colour`"),
        ("line = 3\n" + SMALL.partition("[line")[0], "small.toml: line: is no table"),
        ("common = {shared = 3}\n" + SMALL.partition("[common")[0], "common.shared: is no table"),
        ("bias = 3\n" + SMALL, "small.toml: bias: is no list of tables"),
        (
            SMALL + '[[bias]]\nstudy = "A"\nresult = "b"\ntool = "RoB 2"\n',
            "`randomisation process`",
        ),
        (
            SMALL + '[[bias]]\nstudy = "A"\nresult = "b"\ntool = "Jadad"\n',
            "bias of A.tool: `Jadad` is none of its words",
        ),
        (
            SMALL
            + '[[bias]]\nstudy = "A"\nresult = "b"\ntool = "RoB 2"\n'
            + '[bias.domains."missing outcome data"]\nrisk = "serious"\nwhy = "a"\nsource = "b"\n',
            "bias of A.missing outcome data.risk: `serious` is none of its words",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text: str, message: str) -> None:
    with pytest.raises(EvidenceError) as raised:
        read_judgements(text, file="small.toml")

    assert message in str(raised.value)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(EvidenceError) as raised:
        read_judgements(without("author", "on", "steps"), file="small.toml")

    assert 2 + len(Reason) == len(raised.value.problems)


def test_the_form_is_toml_that_python_reads_by_itself() -> None:
    assert {"author", "on", "common", "line", "bias"} == set(tomllib.loads(WHOLE))
