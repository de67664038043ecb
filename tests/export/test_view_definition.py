"""A dictionary's views: what they are by the standard, and what they say by an outside runner."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import Chart, derive, gather
from multifidus.chart.fhir import Entry, read_entries, reference_of
from multifidus.cli.views import texts
from multifidus.core.case import Fact, Service
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Constant, Content, Filter, Rule, Since
from multifidus.core.quantity import Quantity
from multifidus.core.resource import SAID_ON, STATED_ON
from multifidus.export.view_definition import views
from tests.chart.records import (
    ON,
    SUBJECT,
    dictionary,
    item,
    observation,
    patient,
    quantity,
    response,
    shipped_plan,
)
from tests.conftest import CHECKOUT
from tests.export.bulk import read_exported
from tests.export.rows import candidates, read, run
from tests.export.strange import strange
from tests.export.view_rules import breaches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from multifidus.chart.fhir import Resource
    from multifidus.chart.statements.statement import Statement
    from multifidus.core.case import Absence
    from multifidus.core.element import Dictionary

PAGE = CHECKOUT / "docs/reference/views.md"
GOLDEN = CHECKOUT / "tests/golden/export/views.json"
EXAMPLES = sorted(
    each
    for each in (CHECKOUT / "src/multifidus/examples").glob("**/*.json")
    if each.name != "catalogue.json"
)
SHIPPED = views(dictionary()).content


# What they are


@pytest.mark.parametrize("name", SHIPPED)
def test_a_view_keeps_to_the_standard(name: str) -> None:
    """Known fields, unique columns, typed constants, and FHIRPath that every runner knows."""
    assert list(breaches(dict(SHIPPED[name]))) == []
    assert SHIPPED[name]["name"] == name


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "1st"}, "its name cannot be a table's, or its id a resource's"),
        ({"sql": "select"}, "unknown field sql"),
        (
            {"where": [{"path": "code.startsWith('A')"}]},
            "runners need not know the function startsWith",
        ),
        ({"where": [{"path": "id = %day"}]}, "the constant day is not there"),
        ({"constant": [{"name": "day"}]}, "the constant day has no one typed value"),
        (
            {"select": [{"column": [{"name": "a", "path": "id"}]}]},
            "the column a has no name for SQL, or is not of a simple type",
        ),
    ],
)
def test_what_does_not_keep_to_it_is_seen(change: dict[str, object], told: str) -> None:
    """The check of the standard's rules is one that can fail."""
    assert told in breaches({**SHIPPED["oswestry_index_observation"], **change})


def test_the_views_are_the_golden_ones() -> None:
    """A change is reviewed as text."""
    assert "".join(f"{text}\n" for text in texts(SHIPPED).values()) == GOLDEN.read_text("utf-8")


def test_every_rule_has_its_view_and_nothing_is_left_out() -> None:
    """The shipped dictionary asks nothing that a view cannot say."""
    exported = views(dictionary())
    ours = {
        (name, rule.resource)
        for name, rules in (
            ("service_date", dictionary().service_date),
            *((name, each.rules) for name, each in dictionary().elements.items()),
        )
        for rule in rules
    }

    assert exported.gaps == ()
    assert len(exported.content) == len(ours) + len(("answers",))


def test_the_description_says_what_is_left_to_sql() -> None:
    """Which row answers, how old it may be, and what no row means."""
    said = str(SHIPPED["oswestry_index_observation"]["description"])
    silent = str(SHIPPED["treats_post_herpetic_neuralgia_observation"]["description"])

    assert "Pick: latest, at most 3 months before the service. Silence: unknown." in said
    assert "Silence: no because a request names the pain" in silent


# What they cannot say


def dictionary_with(*rules: Rule) -> Dictionary:
    """Give the shipped dictionary with one element that is answered by other rules."""
    element = replace(dictionary().elements["oswestry_index"], rules=rules)
    return replace(dictionary(), elements={"oswestry_index": element})


LEFT_OUT = (
    Rule(resource="Encounter", gives=Content("value")),
    Rule(resource="Condition", gives=Content("value")),
    Rule(resource="Condition", gives=Since("performed")),
    Rule(
        resource="Claim",
        filters=(Filter(field="conclusionCode", among=("office",)),),
        gives=Constant(value="office"),
    ),
)


def test_rules_that_fhir_has_no_field_for_are_left_out_and_told() -> None:
    """All of them at once, and the rest is there."""
    known = dictionary().elements["oswestry_index"].rules[0]
    exported = views(dictionary_with(known, *LEFT_OUT))
    told = "\n\n".join(str(gap) for gap in exported.gaps)

    assert "oswestry_index_observation" in exported.content
    assert f"{told}\n" == (CHECKOUT / "tests/golden/errors/views.txt").read_text("utf-8")


# What they say


def charts(resources: Iterable[Resource]) -> list[Chart]:
    """Read the charts of a bulk export as `multifidus check` does."""
    entries = (Entry(each, reference_of(each)) for each in resources)
    return list(gather(shipped_plan(), entries))


def hold_against_ours(resources: list[Resource], folder: Path) -> tuple[int, int]:
    """
    Put the views to the runner, and hold all that it says against our own reading.

    Gives the number of candidates and of facts that were the same.
    """
    said = read(dictionary(), SHIPPED, run(SHIPPED, resources, folder))
    compared = facts = 0
    for ours in charts(resources):
        mine = [each for statements in ours.statements.values() for each in statements]
        theirs = said.get(ours.patient, [])
        assert candidates(dictionary(), theirs) == candidates(dictionary(), mine)
        compared += len(mine)
        case, other = (
            derive(shipped_plan(), each, Service(date=ON))
            for each in (ours, chart_of(ours, theirs))
        )
        for name, entry in case.entries.items():
            assert _row(entry) == _row(other.entries[name]), name
            facts += isinstance(entry, Fact)
    return compared, facts


def chart_of(ours: Chart, statements: list[Statement]) -> Chart:
    """Make a chart of what the views say of the same patient."""
    chart = Chart(patient=ours.patient)
    for each in statements:
        chart.statements[each.element].append(each)
    return chart


def _row(entry: Fact | Absence) -> object:
    return entry.value if isinstance(entry, Fact) else entry.reason


@pytest.mark.system
def test_a_runner_says_of_the_shipped_charts_what_we_say(tmp_path: Path) -> None:
    """Every candidate is the same, and so is the row of facts that is settled from them."""
    compared, facts = hold_against_ours(read_exported(*EXAMPLES), tmp_path)

    assert compared > 400
    assert facts > 300


@pytest.mark.system
def test_a_runner_says_of_strange_resources_what_we_say(tmp_path: Path) -> None:
    """Wrong statuses, foreign codes, several types of days and values, reasons for absence."""
    resources = [*strange(dictionary(), seed=7, count=350), *answered()]
    compared, _ = hold_against_ours(resources, tmp_path)

    assert compared > 200


def answered() -> list[Resource]:
    """Give answers of every kind, inside each other, to our questionnaires and another's."""
    deep = {**item("pain_vas", valueQuantity=quantity(7, "cm")), "linkId": "pain_vas"}
    inner = item("scoliosis", valueBoolean=True)
    stated = {"url": STATED_ON, "valueDate": "2026-01-15"}
    items = [
        item("scoliosis", valueBoolean=False),
        item("pregnant", valueCoding={"system": OWN_SYSTEM, "code": "yes"}),
        {
            "linkId": "multifidus_mri",
            "answer": [
                {
                    "valueCoding": {"system": OWN_SYSTEM, "code": "abnormal"},
                    "extension": [{"url": SAID_ON, "valueDate": "2025-11-02"}],
                }
            ],
        },
        item("multifidus_emg", valueCoding={"system": "http://example.org", "code": "abnormal"}),
        item("pain_nrs", valueDecimal=6.5),
        item("phq_9", valueInteger=3),
        item("oswestry_index", valueInteger=3),
        item("pain_duration", valueDate="2019-06"),
        {
            "linkId": "medical_management_duration",
            "answer": [{"valueQuantity": quantity(3, "mo"), "extension": [stated]}],
        },
        {"linkId": "group", "item": [deep]},
        {
            "linkId": "unheard-of",
            "answer": [{"valueBoolean": True, "item": [inner]}],
        },
    ]
    return [
        response(*items, id="a1"),
        response(*items, id="a2", status="in-progress"),
        response(*items, id="a3", questionnaire="https://example.org/Questionnaire/x"),
        response(item("phq_9", valueInteger=9), id="a4", authored="2026-02"),
    ]


@pytest.mark.system
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status = 'final' or ", ""),
        (" and code = 'oswestry-index'", ""),
        ("focus.empty()", "id.exists()"),
        ("value.ofType(Quantity).code", "value.ofType(Quantity).unit"),
    ],
)
def test_a_view_that_is_wrong_in_one_place_is_found_out(old: str, new: str, tmp_path: Path) -> None:
    """The comparison is one that can fail."""
    name = "oswestry_index_observation"
    text = json.dumps(SHIPPED[name])
    assert old in text
    wrong = {name: json.loads(text.replace(old, new))}
    resources = [
        patient(),
        observation("oswestry_index", id="o1", valueQuantity=quantity(44, "{score}")),
        observation("phq_9", id="o2", valueQuantity=quantity(4, "{score}")),
        observation("oswestry_index", id="o3", valueQuantity=quantity(2, "%"), focus=[SUBJECT]),
    ]
    said = read(dictionary(), wrong, run(wrong, resources, tmp_path)).get("Patient/p1", [])
    (ours,) = charts(resources)

    assert candidates(dictionary(), said) != candidates(
        dictionary(), ours.statements["oswestry_index"]
    )


@pytest.mark.system
def test_the_query_on_the_page_gives_our_answer(tmp_path: Path) -> None:
    """The newest index of the shipped charts, and of records in which something speaks against."""
    duckdb = pytest.importorskip("duckdb")
    (query,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    name = "oswestry_index_observation"
    resources = read_exported(*EXAMPLES) + [patient(id=f"q{number}") for number in range(4)]
    resources += [
        scored("q0", 44, "{score}", "2026-09-01"),
        scored("q0", 60, "{score}", "2025-01-01"),
        scored("q1", 44, "{score}", "2026-09-01"),
        scored("q1", 45, "%", "2026-09-01"),
        scored("q2", 44, "mg", "2026-09-01"),
        scored("q3", 44, "%", "2026-10-06"),
    ]
    rows = run({name: SHIPPED[name]}, resources, tmp_path)[name]
    with duckdb.connect() as database:
        database.execute(TABLE)
        database.executemany(INSERT, [[row[each] for each in COLUMNS] for row in rows])
        found = database.execute(query).fetchall()
    said = {f"Patient/{who}": float(index) for who, index in found}
    cases = {
        each.patient: derive(shipped_plan(), each, Service(date=ON)) for each in charts(resources)
    }
    ours = {
        who: float(entry.value.value)
        for who, case in cases.items()
        if isinstance(entry := case.entries["oswestry_index"], Fact)
        and isinstance(entry.value, Quantity)
    }
    assert said == ours
    assert "Patient/q0" in ours


def scored(who: str, number: int, unit: str, day: str) -> Resource:
    """Build an index of somebody, on a day."""
    return observation(
        "oswestry_index",
        id=f"{who}-{number}",
        subject={"reference": f"Patient/{who}"},
        valueQuantity=quantity(number, unit),
        effectiveDateTime=day,
    )


COLUMNS = {
    "patient": "VARCHAR",
    "effective_date_time": "VARCHAR",
    "effective_instant": "VARCHAR",
    "effective_period_start": "VARCHAR",
    "issued": "VARCHAR",
    "is_absent": "BOOLEAN",
    "number": "DECIMAL(18, 4)",
    "unit_code": "VARCHAR",
    "unit": "VARCHAR",
    "bound": "VARCHAR",
}
_TYPED = ", ".join(f"{name} {its_type}" for name, its_type in COLUMNS.items())
TABLE = f"CREATE TABLE oswestry_index_observation ({_TYPED})"
INSERT = "INSERT INTO oswestry_index_observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


# Outsiders' records


@pytest.mark.system
@pytest.mark.shared
def test_a_runner_says_of_outsiders_bundles_what_we_say(shared: Path, tmp_path: Path) -> None:
    """Synthetic records of two makers, laid out as their bulk export would be."""
    folders = ("fhir-r4-synthea-2021", "fhir-r4-tietai-lowbackpain")
    # The runner reads the whole export for each view, so a few of each maker's must do.
    records = [
        path
        for each in folders
        for path in sorted((shared / "samples" / each).glob("*.json.gz"))[:4]
    ]
    compared, facts = hold_against_ours(read_exported(*records), tmp_path)

    assert compared > 10
    assert facts > 10


@pytest.mark.system
@pytest.mark.shared
def test_a_runner_says_of_an_outsiders_bulk_export_what_we_say(
    shared: Path, tmp_path: Path
) -> None:
    """Line by line as it came."""
    folder = shared / "samples" / "fhir-bulk-ndjson-10"
    compared, facts = hold_against_ours([each.resource for each in read_entries(folder)], tmp_path)

    assert compared > 10
    assert facts > 10
