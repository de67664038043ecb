"""
Outsiders' records: all are read, and none meets a policy, for none was written for the therapy.

`python -m tests.chart.test_samples FOLDER` prints the counts by policy.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import derive, gather
from multifidus.chart.fhir import read_entries
from multifidus.core.case import Fact, Service
from multifidus.core.determination import Answer, determine
from multifidus.library.shelf import shipped
from tests.chart.records import shipped_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.chart.derive import Chart

BUNDLES = ("fhir-r4-synthea-2021", "fhir-r4-tietai-lowbackpain")
BULK = "fhir-bulk-ndjson-10"
DAYS = (date(2026, 10, 5), date(2024, 9, 30), date(2021, 1, 1))


def records(samples: Path) -> Iterator[tuple[str, Chart]]:
    """Read every chart of the samples."""
    for folder in BUNDLES:
        for path in sorted((samples / folder).glob("*.json.gz")):
            for chart in gather(shipped_plan(), read_entries(path)):
                yield path.name, chart
    for chart in gather(shipped_plan(), read_entries(samples / BULK)):
        yield BULK, chart


def answers(charts: list[Chart], on: date) -> Counter[tuple[str, str]]:
    """Count the answers of every policy version on the shelf, for a day of service."""
    shelf = shipped()
    policies = [shelf.read(each) for each in shelf.entries]
    cases = [derive(shipped_plan(), chart, Service(date=on)) for chart in charts]
    return Counter(
        (str(name), str(determine(policy, case).answer))
        for name, policy in zip(shelf.entries, policies, strict=True)
        for case in cases
    )


@pytest.fixture(scope="session")
def charts(shared: Path) -> list[Chart]:
    """Read the samples once."""
    return [chart for _, chart in records(shared / "samples")]


def test_every_sample_is_read(charts: list[Chart]) -> None:
    # 15 and 3 Bundles, and an export of 13 patients.
    assert 31 == len(charts)
    assert 31 == len({chart.patient for chart in charts})


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_no_sample_meets_a_policy(charts: list[Chart], on: date) -> None:
    counts = answers(charts, on)

    assert not [name for name, answer in counts if answer == Answer.MET]
    assert sum(counts.values()) == len(charts) * len(shipped().entries)


def test_back_pain_is_found_where_it_is(charts: list[Chart]) -> None:
    on = Service(date=DAYS[0])
    found = [
        chart
        for chart in charts
        if isinstance(derive(shipped_plan(), chart, on).entry("chronic_low_back_pain"), Fact)
    ]

    # Three bundles were made with it, and two patients of the export have it.
    assert 5 == len(found)


@pytest.mark.shared
def test_a_patient_of_the_export_is_the_same_alone(shared: Path, charts: list[Chart]) -> None:
    folder = shared / "samples" / BULK
    wanted = charts[-1]
    (alone,) = gather(shipped_plan(), read_entries(folder), only=wanted.patient)

    assert wanted.patient == alone.patient
    assert dict(wanted.statements) == dict(alone.statements)


if __name__ == "__main__":
    everything = [chart for _, chart in records(Path(sys.argv[1]) / "samples")]
    for each_day in DAYS:
        for key, count in sorted(answers(everything, each_day).items()):
            sys.stdout.write(f"{each_day} {key[0]:50} {key[1]:18} {count}\n")
