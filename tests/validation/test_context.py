"""
The comparison with medSpaCy that is stored: it agrees with itself, and our side has not moved.

medSpaCy itself is asked by `make validate` alone; the suite needs none.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.core.wording import Assertion
from validation.context import (
    FIGURES,
    RIGHT,
    Compared,
    Key,
    Verdict,
    agreement,
    our_side,
    read_verdicts,
    share_not_wrong,
    stale,
    unjudged,
)
from validation.texts import outsiders

if TYPE_CHECKING:
    from pathlib import Path

LEAST_KAPPA = 0.75
"""
With general findings. The measured 0.784, rounded down; what is missing is judged one by one, and a
lower figure would say that the two read by different rules.
"""
LEAST_MENTIONS = 1000

KEY = Key("findings", "aci-bench/made-up", 10, 15, "fever")
VERDICT = Verdict("present", "negated", "ours", "their-sentence")


@pytest.fixture(scope="module")
def figures() -> Any:  # noqa: ANN401  JSON
    """Read the stored figures."""
    return json.loads(FIGURES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def verdicts() -> dict[Key, Verdict]:
    """Read who was judged right."""
    return read_verdicts()


def test_the_figures_tell_with_what_and_when_they_were_made(figures: Any) -> None:  # noqa: ANN401
    assert {"medspacy", "spacy", "PyRuSH", "numpy"} == set(figures["versions"])
    assert "2026-01-01" < figures["date"]
    assert 187 == figures["texts"]


@pytest.mark.parametrize("lexicon", ["low-back-pain", "findings"])
def test_the_figures_follow_from_the_table_and_the_verdicts(
    figures: Any,  # noqa: ANN401
    verdicts: dict[Key, Verdict],
    lexicon: str,
) -> None:
    stored = figures["lexicons"][lexicon]
    counts = stored["ours_by_theirs"]
    mine = [each for key, each in verdicts.items() if key.lexicon == lexicon]
    apart = {
        (ours, theirs): count
        for ours, row in counts.items()
        for theirs, count in row.items()
        if ours != theirs
    }

    assert apart == Counter((each.ours, each.theirs) for each in mine)
    assert (stored["mentions"], stored["agreement"], stored["kappa"]) == agreement(counts)
    assert stored["verdicts"] == {word: sum(each.right == word for each in mine) for word in RIGHT}
    for side in ("ours", "theirs"):
        assert stored["not_judged_wrong"][side] == share_not_wrong(counts, mine, side)


def test_contexts_are_compared_on_a_thousand_mentions_and_mostly_agree(figures: Any) -> None:  # noqa: ANN401
    """A table of mentions that are nearly all present would agree by chance: hence kappa."""
    findings = figures["lexicons"]["findings"]

    assert LEAST_MENTIONS <= findings["mentions"]
    assert LEAST_KAPPA <= findings["kappa"]
    assert findings["not_judged_wrong"]["theirs"] < findings["not_judged_wrong"]["ours"]


@pytest.mark.parametrize("lexicon", ["low-back-pain", "findings"])
def test_the_readme_states_the_stored_figures(figures: Any, lexicon: str) -> None:  # noqa: ANN401
    each = figures["lexicons"][lexicon]
    cells = [
        {"low-back-pain": "low back pain", "findings": "general findings"}[lexicon],
        f"{each['mentions']:,}",
        f"{each['agreement']:.1%}".replace("%", " %"),
        f"{each['kappa']:.3f}",
        *(str(each["verdicts"][word]) for word in RIGHT),
    ]

    assert f"| {' | '.join(cells)} |" in FIGURES.with_name("README.md").read_text(encoding="utf-8")


def test_our_reading_of_what_was_judged_has_not_moved(
    shared: Path, verdicts: dict[Key, Verdict]
) -> None:
    """A change of the reader that moves a judged mention needs a new comparison."""
    ours = our_side(list(outsiders(shared)))
    moved = {
        key: (each.ours, ours.get(key, "not found"))
        for key, each in verdicts.items()
        if ours.get(key) != each.ours
    }

    assert {} == moved, "the reader reads these otherwise than judged: run `make validate`"


def test_a_disagreement_without_a_verdict_is_found() -> None:
    both = Compared({KEY: "present"}, {KEY: "negated"}, {})

    assert [KEY] == unjudged(both, {})
    assert [] == unjudged(both, {KEY: VERDICT})


def test_a_verdict_about_another_disagreement_is_none() -> None:
    both = Compared({KEY: "historical"}, {KEY: "negated"}, {})

    assert [KEY] == unjudged(both, {KEY: VERDICT})


def test_a_verdict_about_what_is_agreed_by_now_is_stale() -> None:
    both = Compared({KEY: "negated"}, {KEY: "negated"}, {})

    assert [KEY] == stale(both, {KEY: VERDICT})
    assert [] == unjudged(both, {KEY: VERDICT})


def test_kappa_is_nothing_where_agreement_is_what_chance_gives() -> None:
    """
    Half of each side's words, paired at random, agree half the time.

                 theirs present  theirs negated
    ours present             25              25
    ours negated             25              25
    """
    present, negated = str(Assertion.PRESENT), str(Assertion.NEGATED)
    counts = {present: {present: 25, negated: 25}, negated: {present: 25, negated: 25}}

    assert (100, 0.5, 0.0) == agreement(counts)


def test_kappa_is_the_share_of_agreement_that_chance_does_not_explain() -> None:
    """
    Both agree on 35 of 50; chance gives 0.5 * 0.6 + 0.5 * 0.4 = 0.5; (0.7 - 0.5) / (1 - 0.5).

                 theirs present  theirs negated
    ours present             20               5
    ours negated             10              15
    """
    present, negated = str(Assertion.PRESENT), str(Assertion.NEGATED)
    counts = {present: {present: 20, negated: 5}, negated: {present: 10, negated: 15}}

    assert (50, 0.7, 0.4) == agreement(counts)
