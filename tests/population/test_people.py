"""Made-up populations: true to what they say of themselves, and the same bytes for a seed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import derive
from multifidus.chart.record import read_record
from multifidus.core.case import Service
from multifidus.core.determination import Answer, determine
from multifidus.library.shelf import shipped
from multifidus.population.habits import HABITS, MANNERS
from multifidus.population.people import Population
from multifidus.population.topic import Topic
from tests.chart.records import ON, dictionary, shipped_plan
from tests.population.truth import cases, told

if TYPE_CHECKING:
    from pathlib import Path

SOME = 200


@cache
def population(seed: int = 1, on: date = ON) -> Population:
    """Prepare a population once."""
    return Population(dictionary(), seed=seed, on=on)


def truths(people: Population, numbers: range) -> dict[str, dict[str, object]]:
    """Give what is true of persons."""
    lines = (json.loads(people.person(number).truth) for number in numbers)
    return {each["patient"]: each["elements"] for each in lines}


@pytest.mark.parametrize(("seed", "on"), [(1, ON), (2, ON), (3, date(2028, 2, 29))])
def test_what_is_said_to_be_true_is_what_a_reader_finds(seed: int, on: date) -> None:
    """Every element of every person: its value, or why it cannot be used."""
    people = population(seed, on)
    found = cases((people.person(number) for number in range(SOME)), on)
    true = truths(people, range(SOME))

    assert found.keys() == true.keys()
    for patient, case in found.items():
        assert told(case) == true[patient], patient


def test_every_way_that_a_record_may_speak_of_a_matter_is_true() -> None:
    """The ways that chance seldom takes, too: each topic by itself, way by way."""
    people = Population(dictionary(), seed=4, on=ON)
    birth, *others = people.topics
    ways = [way for topic in others for way in topic.ways]
    people.noise = {}
    persons = []
    for number, way in enumerate(ways):
        people.topics = [birth, Topic((way,), ((1.0,),) * len(MANNERS))]
        persons.append(people.person(number))
    found = cases(persons, ON)
    for person in persons:
        true = json.loads(person.truth)
        assert told(found[true["patient"]]) == true["elements"]

    faults = Counter(json.dumps(json.loads(b"{%b}" % way.truth)) for way in ways)
    for reason in ("too-old", "in-conflict", "unreadable"):
        assert any(reason in each for each in faults)


def test_a_person_is_the_same_whatever_the_number_of_persons() -> None:
    """So that parts can be made apart, and a larger population begins with a smaller one."""
    one, other = Population(dictionary(), seed=9, on=ON), Population(dictionary(), seed=9, on=ON)
    other.person(3)

    assert one.person(17) == other.person(17)
    assert one.person(17) != one.person(18)
    assert one.person(17).lines != population(seed=1).person(17).lines


def test_no_two_resources_of_a_population_have_the_same_id() -> None:
    """And each is of the person whose id it begins with; nobody has a name."""
    seen: set[tuple[str, str]] = set()
    for number in range(60):
        for kind, text in population().person(number).lines.items():
            for line in text.splitlines():
                resource = json.loads(line)
                key = (kind, resource["id"])
                assert resource["resourceType"] == kind
                assert key not in seen
                assert resource["id"].startswith(f"p{number:07d}")
                assert kind != "Patient" or "name" not in resource
                seen.add(key)


def test_a_record_is_as_large_as_one_of_the_workload() -> None:
    """About 100 resources and 90 kB each, most of which say nothing of the elements."""
    people = [population().person(number) for number in range(SOME)]
    lines = sum(text.count(b"\n") for each in people for text in each.lines.values())
    size = sum(len(text) for each in people for text in each.lines.values())

    assert 95 < lines / SOME < 125
    assert 80_000 < size / SOME < 100_000


def test_a_population_has_people_of_every_answer() -> None:
    """Some are met, some are not, and of most something is missing."""
    shelf = shipped()
    policy = shelf.read(next(each for each in shelf.entries if each.id == "isass-2025"))
    found = cases((population().person(number) for number in range(SOME)), ON)
    answers = Counter(determine(policy, case).answer for case in found.values())

    assert answers[Answer.MET] > SOME * 0.04
    assert answers[Answer.NOT_MET] > SOME * 0.15
    assert answers[Answer.MORE_INFORMATION] > SOME * 0.4


def test_the_notes_of_a_record_say_nothing(tmp_path: Path) -> None:
    """What is true of a person is true whether or not documents are read."""
    people = [population().person(number) for number in range(6)]
    for kind in sorted({kind for each in people for kind in each.lines}):
        text = b"".join(each.lines.get(kind, b"") for each in people)
        (tmp_path / f"{kind}.ndjson").write_bytes(text)
    shelf = shipped()
    record = read_record(shipped_plan(), [tmp_path], lexicon=lambda: shelf.lexicon("low-back-pain"))

    assert len(record.charts) == len(people)
    for chart, person in zip(record.charts, people, strict=True):
        case = derive(shipped_plan(), chart, Service(date=ON))
        assert len(chart.documents) > 0
        assert told(case) == json.loads(person.truth)["elements"]


def test_the_shares_of_the_habits_add_up() -> None:
    """Of each element's values, and of the manners of keeping records."""
    assert sum(each.share for each in MANNERS) == pytest.approx(1)
    for name, habit in HABITS.items():
        assert sum(share for _, share in habit.values) == pytest.approx(1), name
        assert name in dictionary().elements
