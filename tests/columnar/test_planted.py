"""The near-miss list of a population that was made to have it, line for line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus import shipped
from multifidus.columnar import near
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import connection
from multifidus.columnar.engines.screen import screen
from tests.columnar.exports import read
from tests.columnar.planted import ON, Way, planted

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

PATIENTS = 1200


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, frozenset[Way]]:
    """Plant a population, and read its facts."""
    folder = tmp_path_factory.mktemp("planted")
    ways = planted(folder / "people", patients=PATIENTS, seed=11)
    return read(folder / "people", folder / "read", on=ON).facts, ways


def listed(facts: Path, out: Path) -> frozenset[Way]:
    """Screen them, and read the list as it is written."""
    shelf = shipped()
    out.mkdir()
    screen(
        compile_policy(shelf.read(shelf.find("isass-2025", ON))),
        facts=facts,
        parts=out / "parts",
        out=out,
    )
    with connection() as opened:
        found = opened.execute(
            "SELECT subject, answer, since, elements, by_time, effort "
            f"FROM read_parquet('{out / 'near-misses.parquet'}')"
        ).fetchall()
    ways = [_way(*each) for each in found]
    assert len(ways) == len(set(ways)), "a way is listed twice"
    efforts: dict[str, list[int]] = {}
    for subject, *_, effort in found:
        efforts.setdefault(subject, []).append(effort)
    assert all(each == sorted(each) for each in efforts.values()), "not the least effort first"
    return frozenset(ways)


def _way(
    subject: str,
    answer: str,
    since: date,
    elements: list[str],
    by_time: list[date | None],
    _effort: int,
) -> Way:
    pairs = sorted(zip(elements, by_time, strict=True))
    names, days = tuple(name for name, _ in pairs), tuple(str(day or "-") for _, day in pairs)
    return subject, answer, since, names, days


def test_the_list_says_what_was_planted(
    population: tuple[Path, frozenset[Way]], tmp_path: Path
) -> None:
    """Who, what they lack, and from which day it is enough: no line more and none less."""
    facts, ways = population

    found = listed(facts, tmp_path / "out")

    assert sorted(found - ways) == []
    assert sorted(ways - found) == []
    assert {len(elements) for *_, elements, _ in ways} == {0, 1, 2}
    assert {answer for _, answer, *_ in ways} == {"not-met", "more-information"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("MOST_LACKING", 1),
        ("MOST_LACKING", 3),
        ("_turning", lambda columns: {leaf.element: ["false"] for leaf in columns}),
        ("_least_lacking", lambda _policy: "3"),
        ("_lacking_at_any_time", lambda _policy: "3"),
        ("_timeless", lambda _policy, source: source),
    ],
)
def test_a_list_that_is_made_wrongly_is_not_the_one_that_was_planted(
    population: tuple[Path, frozenset[Way]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    wrong: object,
) -> None:
    """Each mistake is one that the list might have been made with."""
    facts, ways = population
    monkeypatch.setattr(near, name, wrong)

    assert listed(facts, tmp_path / "out") != ways
