"""`multifidus check`: what a person types, and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from multifidus import __version__
from multifidus.cli import main

Write = Callable[[dict[str, Any]], str]

OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "determination.schema.json"
YES_NO = {
    "spine-surgery-indicated": False,
    "unable-to-operate-device": False,
    "unsuitable-for-implant-surgery": False,
}
CHOICES = {
    "prone-instability-test": "positive",
    "medication-response": "inadequate",
    "physical-therapy-response": "inadequate",
    "stimulation-site": "bilateral-l2-medial-branch",
    "requested-device": "restorative-neurostimulator",
}


def observation(name: str, value: dict[str, Any], *, day: str = "2026-09-01") -> dict[str, Any]:
    """Make a finding of the dictionary's own code."""
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": OWN, "code": name}]},
        "effectiveDateTime": day,
        **value,
    }


def bundle(*resources: dict[str, Any], birth_date: str = "1974-03-02") -> dict[str, Any]:
    """Make a record of an adult with chronic low back pain, and what else is given."""
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": birth_date}
    pain = {
        "resourceType": "Condition",
        "id": "pain",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "278860009"}]},
        "onsetDateTime": "2016-03",
        "recordedDate": "2019-01-02",
    }
    entries = [{"resource": each} for each in (patient, pain, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def candidate(*, without: str = "", **more: dict[str, Any]) -> dict[str, Any]:
    """Make a record that meets the label, without one of its findings if asked."""
    findings = [observation(name, {"valueBoolean": each}) for name, each in YES_NO.items()]
    findings += [
        observation(name, {"valueCodeableConcept": {"coding": [{"system": OWN, "code": each}]}})
        for name, each in CHOICES.items()
    ]
    return bundle(*(each for each in findings if each["id"] != without), *more.values())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a record and give its path."""

    def write(record: dict[str, Any]) -> str:
        path = tmp_path / "chart.json"
        path.write_text(json.dumps(record))
        return str(path)

    return write


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; its exit status and what it printed on both streams."""
    status = main(arguments)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_complete_record_is_met(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    path = write(candidate())

    status, out, err = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert (0, "") == (status, err)
    assert out.startswith("Patient/p1, service on 2026-10-05 (as asked)\n")
    assert re.search(r"^Met +fda-p190021 0\.1\.0$", out, re.MULTILINE)
    assert "A person decides." in out


def test_each_fact_stands_with_its_value_date_and_source(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate())

    _, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert "Prone instability test: positive\n" in out
    assert re.search(r"2026-09-01  Observation/prone-instability-test \S+", out)
    assert "Age: 52 years" in out


def test_what_is_missing_is_asked_for_and_the_way_is_told(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate(without="medication-response"))

    status, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert 0 == status
    assert "More information needed" in out
    assert "Response to pain medication: not recorded  ◄ ask for this" in out
    assert "The way to met\n  1. Response to pain medication: inadequate" in out
    assert "1 clause holds it open: 1 on verified sources." in out


def test_a_part_that_no_longer_matters_is_marked_so(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    """MRI is not asked for once the prone instability test has settled the group."""
    path = write(candidate())

    _, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert re.search(r"I5\.1 +Imaging +not needed", out)
    assert "ask for this" not in out


def test_a_contraindication_applies_or_does_not(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    unfit = observation("unsuitable-for-implant-surgery", {"valueBoolean": True})
    path = write(candidate(without="unsuitable-for-implant-surgery", unfit=unfit))

    _, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert re.search(r"^Not met ", out, re.MULTILINE)
    assert re.search(r"X1 .* does not apply$", out, re.MULTILINE)
    assert re.search(r"X2 .* applies$", out, re.MULTILINE)
    assert "Settled by X2." in out


def test_entries_that_contradict_each_other_are_to_be_settled(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    other = observation("unable-to-operate-device", {"valueBoolean": True})
    path = write(candidate(other={**other, "id": "another"}))

    _, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert "in conflict (2 entries contradict each other)  ◄ settle this" in out
    assert "Observation/another" in out


def test_time_alone_is_told_with_its_day(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    record = candidate()
    record["entry"][0]["resource"]["birthDate"] = "2008-12-24"
    path = write(record)

    _, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    assert "I3 Adult: met from 2026-12-24 on" in out
    assert "The answer from 2026-12-24 on, if nothing else changes: met." in out


def test_without_a_policy_guideline_and_label_answer_side_by_side(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    status, out, _ = run(capsys, "check", write(candidate()), "--on", "2026-10-05")

    assert 0 == status
    assert "More information needed  isass-2025 0.1.0" in out
    assert "Met                      fda-p190021 0.1.0" in out


def test_a_version_that_is_not_in_force_says_so(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    _, out, _ = run(
        capsys, "check", write(candidate()), "--policy", "isass-2025", "--on", "2025-01-01"
    )

    assert "! This version is not in force on the day of service." in out


def test_an_excluding_policy_says_that_no_chart_can_meet_it(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate())

    _, out, _ = run(capsys, "check", path, "--payer", "Anthem", "--on", "2025-04-15")

    assert "! This policy excludes the service; nothing in a chart can meet it." in out
    assert "Settled by E1." in out


def test_what_falls_due_after_the_decision_is_shown(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate())

    _, out, _ = run(capsys, "check", path, "--policy", "mp-623", "--on", "2026-10-05")

    assert "Due after the decision\n  O1 Contraction at implant." in out


def test_silence_that_means_no_gives_its_reason(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate())

    _, out, _ = run(capsys, "check", path, "--policy", "mp-623", "--on", "2026-10-05")

    assert "Post-herpetic neuralgia: no" in out
    assert "nothing recorded; a request names the pain" in " ".join(out.split())


@pytest.mark.parametrize("width", ["40", "80", "100", "200"])
def test_no_line_of_words_is_wider_than_the_page(
    capsys: pytest.CaptureFixture[str],
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    width: str,
) -> None:
    """Eighty columns at least; only the mark of what to ask for may run over."""
    monkeypatch.setenv("COLUMNS", width)
    path = write(candidate(without="medication-response"))

    _, out, _ = run(capsys, "check", path, "--on", "2026-10-05")

    allowed = max(80, min(int(width), 110))
    wide = [line for line in out.splitlines() if len(line) > allowed and "◄" not in line]
    assert [] == wide


def test_colour_is_for_terminals_only(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    _, out, _ = run(capsys, "check", write(candidate()), "--on", "2026-10-05")

    assert "\x1b" not in out


def test_colour_repeats_the_words(
    capsys: pytest.CaptureFixture[str],
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write(candidate(without="medication-response"))
    _, plain, _ = run(capsys, "check", path, "--on", "2026-10-05")

    monkeypatch.setattr("multifidus.cli.lines._is_coloured", lambda: True)
    _, coloured, _ = run(capsys, "check", path, "--on", "2026-10-05")

    assert "\x1b[33m" in coloured
    assert plain == re.sub(r"\x1b\[\d+m", "", coloured)


# JSON


@pytest.mark.parametrize(
    "options",
    [
        ("--policy", "fda-p190021"),
        ("--policy", "isass-2025"),
        ("--policy", "mp-623"),
        ("--policy", "anthem-surg-00158@2024.4.1"),
        ("--payer", "Anthem"),
    ],
)
@pytest.mark.parametrize("without", ["", "medication-response"])
def test_the_json_keeps_to_its_published_schema(
    capsys: pytest.CaptureFixture[str],
    write: Write,
    options: tuple[str, str],
    without: str,
) -> None:
    path = write(candidate(without=without))

    _, out, _ = run(capsys, "check", path, *options, "--on", "2026-10-05", "--format", "json")

    told = json.loads(out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(told)
    assert __version__ == told["multifidus"]
    assert {"date": "2026-10-05", "codes": []} == told["service"]


def test_the_json_of_two_side_by_side_is_a_list(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate())

    _, out, _ = run(capsys, "check", path, "--on", "2026-10-05", "--format", "json")

    assert ["isass-2025", "fda-p190021"] == [each["policy"]["id"] for each in json.loads(out)]


def test_the_json_holds_facts_with_unit_basis_and_address(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate())

    _, out, _ = run(
        capsys, "check", path, "--policy", "isass-2025", "--on", "2026-10-05", "--format", "json"
    )

    facts = json.loads(out)["facts"]
    assert {
        "value": "52 years",
        "unit": None,
        "since": {"earliest": "1974-03-02", "latest": "1974-03-02"},
        "until": "2026-10-05",
        "basis": "structured",
        "because": "",
        "from": [{"resource": "Patient/p1", "path": "birthDate", "date": None, "quote": None}],
    } == facts["age"]
    assert "positive" == facts["prone_instability_test"]["value"]


def test_the_same_question_gets_the_same_bytes(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    arguments = ("check", write(candidate()), "--on", "2026-10-05", "--format", "json")

    assert run(capsys, *arguments) == run(capsys, *arguments)


# Day, codes, patient


def order(occurrence: str) -> dict[str, Any]:
    """Make an order for placing the lead."""
    return {
        "resourceType": "ServiceRequest",
        "id": "order",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "64555"}]},
        "occurrenceDateTime": occurrence,
        "authoredOn": "2026-09-01",
    }


def test_the_order_in_the_record_gives_the_day(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    _, out, _ = run(capsys, "check", write(bundle(order("2026-11-20"))))

    assert out.startswith("Patient/p1, service on 2026-11-20 (ServiceRequest/order)\n")


def test_without_an_order_the_day_is_today(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    _, out, _ = run(capsys, "check", write(bundle()))

    assert "(today; the record asks for no day)" in out.splitlines()[0]


def test_service_codes_are_taken_as_asked(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(bundle())

    _, out, _ = run(capsys, "check", path, "--on", "2026-10-05", "--service-codes", "64555, 64590")

    assert out.startswith("Patient/p1, service on 2026-10-05 (as asked), codes 64555, 64590\n")


def test_a_record_of_two_patients_asks_which(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    record = bundle({"resourceType": "Patient", "id": "p2", "birthDate": "2001-01-01"})
    path = write(record)

    status, out, err = run(capsys, "check", path, "--on", "2026-10-05")
    chosen, told, _ = run(capsys, "check", path, "--on", "2026-10-05", "--patient", "p2")

    assert (2, "") == (status, out)
    assert "the record holds 2 patients" in err
    assert "choose one with --patient: Patient/p1, Patient/p2" in err
    assert 0 == chosen
    assert told.startswith("Patient/p2, ")


def test_many_patients_are_not_all_listed(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    more = ({"resourceType": "Patient", "id": f"q{n}"} for n in range(9))

    _, _, err = run(capsys, "check", write(bundle(*more)), "--on", "2026-10-05")

    assert "and 5 more" in err


def test_a_patient_who_is_not_in_the_record_is_told(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    status, _, err = run(capsys, "check", write(bundle()), "--patient", "nobody")

    assert 3 == status
    assert "it holds no Patient/nobody" in err


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--policy", "isass-2024"), "did you mean `isass-2025`?"),
        (("--payer", "Antem"), "did you mean `Anthem`?"),
        (("--payer", "Anthem", "--on", "2020-01-01"), "no policy of `Anthem` is in force"),
    ],
)
def test_an_unknown_name_is_wrong_usage(
    capsys: pytest.CaptureFixture[str],
    write: Write,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    status, out, err = run(capsys, "check", write(bundle()), *arguments)

    assert (2, "") == (status, out)
    assert words in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "chart.json", "--on", "tomorrow"),
        ("check", "chart.json", "--service-codes", "the usual"),
        ("check", "chart.json", "--service-codes", ","),
        ("check", "chart.json", "--policy", "a", "--payer", "b"),
        ("check", "chart.json", "--format", "xml"),
        ("chek",),
    ],
)
def test_a_call_that_is_not_understood_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)

    assert 2 == stop.value.code
    assert "usage:" in capsys.readouterr().err


def test_what_to_do_stands_before_the_criteria(
    capsys: pytest.CaptureFixture[str],
    write: Write,
) -> None:
    path = write(candidate(without="medication-response"))

    _, out, _ = run(capsys, "check", path, "--policy", "fda-p190021", "--on", "2026-10-05")

    order = ["More information needed", "Ask for next", "The way to met", "Criterion by criterion"]
    places = [out.index(f"\n{each}") for each in order]
    assert sorted(places) == places


@pytest.mark.parametrize(("count", "told_at_the_end"), [(2, 0), (5, 2)])
def test_files_that_were_not_read_are_told_before_the_answer(
    capsys: pytest.CaptureFixture[str],
    write: Write,
    count: int,
    told_at_the_end: int,
) -> None:
    """An answer that rests on a part of a record must not look like one on all of it."""
    folder = Path(write(candidate())).parent
    for number in range(count):
        (folder / f"scan-{number}.docx").write_bytes(b"PK")

    _, out, _ = run(capsys, "check", str(folder), "--policy", "fda-p190021", "--on", "2026-10-05")

    head, tail = out.split("\nMet ")
    assert "Not read, or to be looked at\n  scan-0.docx" in head
    assert min(count, 3) == head.count(".docx")
    assert ("  and 2 more, told at the end\n" in head) is (count > 3)
    assert told_at_the_end == tail.count(".docx")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("isass-2025", "In force from 2025-12-28; no last day is stated."),
        ("anthem-surg-00158@2024.4.1", "In force from 2024-04-01 to 2025-04-15."),
        ("mp-623", "In force from 2024-10-31; no last day is stated."),
        ("humana-0412-033", "In force on days that are not stated."),
    ],
)
def test_an_edition_without_an_end_is_told_in_words(
    capsys: pytest.CaptureFixture[str],
    write: Write,
    policy: str,
    said: str,
) -> None:
    _, out, _ = run(capsys, "check", write(candidate()), "--policy", policy, "--on", "2026-10-05")

    assert f"\n{said}\n" in out
    assert "to open" not in out
