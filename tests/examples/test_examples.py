"""The made-up charts are what their stories make, are whole as records, and keep their promises."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from authoring import __main__ as author
from multifidus import Plan, Service, derive, determine, gather, read_entries, shipped
from multifidus.chart.formats.attached import Attachment, read_attachment
from multifidus.chart.record import read_record
from multifidus.cli import main
from multifidus.library.choice import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus import Determination

FOLDER = author.EXAMPLES
CATALOGUE: dict[str, Any] = json.loads((FOLDER / author.CATALOGUE).read_text(encoding="utf-8"))
CHARTS: list[dict[str, Any]] = CATALOGUE["charts"]
FILES: list[str] = [chart["file"] for chart in CHARTS]
DOCUMENTS: list[str] = [name for chart in CHARTS for name in chart.get("documents", ())]
WITH_DOCUMENTS = [chart for chart in CHARTS if "documents" in chart]


def record_of(file: str) -> Path:
    """Give the record that a Bundle's file belongs to: itself, or the folder with its documents."""
    path = FOLDER / file
    return path if path.parent == FOLDER else path.parent


PROMISES = [
    pytest.param(
        chart["file"],
        promise,
        id=f"{chart['file']}-{promise.get('payer', '')}-{promise['policy']}-{promise['on']}",
    )
    for chart in CHARTS
    for promise in chart["promises"]
]
CONFIRMED = [
    pytest.param(chart, promise, id=f"{chart['file']}-{promise['policy']}")
    for chart in WITH_DOCUMENTS
    for promise in chart["confirmed"]["promises"]
]

SHELF = shipped()
PLAN = Plan(SHELF.dictionaries["low-back-pain"])

MADE_UP = ("https://multifidus.org/fhir/CodeSystem/record-origin", "made-up")
MADE_UP_WORDS = "Made-up record for multifidus; no real person."
WORDS = {"met": "Met", "not-met": "Not met", "more-information": "More information needed"}

# What R4 requires to be there, of the types that the charts hold; a slash parts a choice.
REQUIRED = {
    "AllergyIntolerance": "patient",
    "Claim": "status type use patient created provider priority insurance",
    "Condition": "subject",
    "Coverage": "status beneficiary payor",
    "DeviceRequest": "intent codeCodeableConcept/codeReference subject",
    "DiagnosticReport": "status code",
    "DocumentReference": "status content",
    "Encounter": "status class",
    "FamilyMemberHistory": "status patient relationship",
    "Immunization": "status vaccineCode patient occurrenceDateTime",
    "MedicationRequest": "status intent medicationCodeableConcept subject",
    "Observation": "status code",
    "Organization": "name/identifier",
    "Patient": "",
    "Practitioner": "",
    "Procedure": "status subject",
    "QuestionnaireResponse": "status",
    "ServiceRequest": "status intent subject",
}
SUBJECT = ("subject", "patient", "beneficiary")
ABOUT_NOBODY = ("Organization", "Patient", "Practitioner")


def bundle(file: str) -> dict[str, Any]:
    """Read a chart as plain JSON."""
    found: dict[str, Any] = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    return found


def resources(file: str) -> list[dict[str, Any]]:
    """Give the resources of a chart."""
    return [entry["resource"] for entry in bundle(file)["entry"]]


def references(part: object) -> Iterator[str]:
    """Give every reference below a part."""
    match part:
        case {"reference": str(reference)}:
            yield reference
        case dict():
            for each in part.values():
                yield from references(each)
        case list():
            for each in part:
                yield from references(each)
        case _:
            pass


def tags(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the tags of a resource."""
    return [(tag["system"], tag["code"]) for tag in resource.get("meta", {}).get("tag", ())]


def answer(path: Path, promise: dict[str, Any]) -> Determination:
    """Put a record to the policy of a promise, or to the payer's of the day."""
    [chart] = read_record(PLAN, [path], lexicon=lambda: SHELF.lexicon("low-back-pain")).charts
    case = derive(PLAN, chart, Service(date=date.fromisoformat(promise["on"])))
    day = case.service.date
    shelved = (
        SHELF.choose_for(Asked(payer=promise["payer"]), day).shelved
        if "payer" in promise
        else SHELF.find(promise["policy"], day)
    )
    assert promise["policy"] == str(shelved)
    return determine(SHELF.read(shelved), case)


def is_kept(path: Path, promise: dict[str, Any]) -> bool:
    """Whether a record gets the answer of a promise, and leaves open what that says."""
    told = answer(path, promise)
    left = [each.element for each in told.open]
    return (promise["answer"], promise.get("open", [])) == (told.answer, left)


def asked(file: str, promise: dict[str, Any], *more: str) -> list[str]:
    """Write the command that a person would type."""
    who = ["--payer", promise["payer"]] if "payer" in promise else ["--policy", promise["policy"]]
    return ["check", str(record_of(file)), *who, "--on", promise["on"], *more]


# The files


def test_the_stories_give_the_same_bytes(tmp_path: Path) -> None:
    author.main([str(tmp_path)])

    written = {name: (tmp_path / name).read_bytes() for name in names_below(tmp_path)}
    assert {name: (FOLDER / name).read_bytes() for name in written} == written
    assert EVERY_FILE == sorted(written)


def names_below(folder: Path) -> list[str]:
    """Name every file below a folder, but for code and what it leaves behind."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".py" not in path.suffix)
    return sorted(path.relative_to(folder).as_posix() for path in files)


EVERY_FILE = sorted([*FILES, *DOCUMENTS, author.CATALOGUE])


def test_no_file_is_left_over_from_an_earlier_story() -> None:
    assert EVERY_FILE == names_below(FOLDER)


def test_without_a_folder_the_files_stand_beside_the_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(author, "EXAMPLES", tmp_path)

    author.main([])

    assert EVERY_FILE == names_below(tmp_path)


def test_each_chart_is_described_in_one_sentence_and_promises_something() -> None:
    for chart in CHARTS:
        assert re.fullmatch(r"[A-Z].*\.", chart["told"])
        assert chart["promises"]


# The records


@pytest.mark.parametrize("file", FILES)
def test_a_chart_is_a_collection_of_60_to_150_resources(file: str) -> None:
    record = bundle(file)

    assert ("Bundle", "collection") == (record["resourceType"], record["type"])
    assert 60 <= len(record["entry"]) <= 150


@pytest.mark.parametrize("file", FILES)
def test_the_bundle_and_every_resource_say_that_they_are_made_up(file: str) -> None:
    for each in [bundle(file), *resources(file)]:
        assert [MADE_UP] == tags(each), each["id"]


@pytest.mark.parametrize("file", FILES)
def test_ids_and_urls_are_unique(file: str) -> None:
    ids = Counter((each["resourceType"], each["id"]) for each in resources(file))
    urls = Counter(entry["fullUrl"] for entry in bundle(file)["entry"])

    assert {1} == {*ids.values()} | {*urls.values()}
    assert all(re.fullmatch(r"[A-Za-z0-9.-]{1,64}", name) for _, name in ids)


@pytest.mark.parametrize("chart", CHARTS, ids=FILES)
def test_every_reference_leads_to_a_resource_of_the_bundle(chart: dict[str, Any]) -> None:
    """By `urn:uuid:` in some charts, by type and id relative to the URLs in the others."""
    record = bundle(chart["file"])
    urls = {entry["fullUrl"] for entry in record["entry"]}
    named = {f"{each['resourceType']}/{each['id']}" for each in resources(chart["file"])}
    found = set(references(record))

    assert found
    assert found <= (urls if chart["links"] == "urn:uuid" else named)
    assert all(url.startswith("urn:uuid:") for url in urls) is (chart["links"] == "urn:uuid")
    if chart["links"] == "relative":
        assert all(url.endswith(tuple(f"/{name}" for name in named)) for url in urls)


def test_both_kinds_of_links_are_exercised() -> None:
    assert {"urn:uuid", "relative"} == {chart["links"] for chart in CHARTS}


@pytest.mark.parametrize("file", FILES)
def test_every_resource_has_what_r4_requires(file: str) -> None:
    for each in resources(file):
        for choice in REQUIRED[each["resourceType"]].split():
            assert any(field in each for field in choice.split("/")), (each["id"], choice)


@pytest.mark.parametrize("file", FILES)
def test_every_resource_about_a_person_is_about_the_one_patient(file: str) -> None:
    record = bundle(file)
    [patient] = [
        entry for entry in record["entry"] if entry["resource"]["resourceType"] == "Patient"
    ]
    names = {patient["fullUrl"], f"Patient/{patient['resource']['id']}"}

    for each in resources(file):
        if each["resourceType"] not in ABOUT_NOBODY:
            [subject] = [each[field] for field in SUBJECT if field in each]
            assert subject["reference"] in names, each["id"]


@pytest.mark.parametrize("file", FILES)
def test_an_end_and_a_clinical_status_agree(file: str) -> None:
    """R4, con-4 and con-5: what has ended is not active; a mistake has no clinical status."""
    for each in resources(file):
        if each["resourceType"] == "Condition":
            verification = each["verificationStatus"]["coding"][0]["code"]
            clinical = each.get("clinicalStatus", {"coding": [{"code": ""}]})["coding"][0]["code"]
            assert ("abatementDateTime" not in each) or clinical == "resolved"
            assert (verification == "entered-in-error") is (clinical == "")


@pytest.mark.parametrize("file", FILES)
def test_no_licensed_words_stand_beside_a_code(file: str) -> None:
    """A code of somebody else's system has no display: the words are our own, in `text`."""
    for each in resources(file):
        text = json.dumps({key: value for key, value in each.items() if key != "meta"})
        displays = re.findall(r'"system": "([^"]*)", "code": "[^"]*", "display"', text)
        assert {"https://multifidus.org/fhir/CodeSystem/low-back-pain"} >= set(displays)
        assert '"http://www.nlm.nih.gov/research/umls/rxnorm"' not in text


def test_nothing_of_the_anthem_candidate_was_written_after_the_policy_changed() -> None:
    dates = ("effectiveDateTime", "recordedDate", "authoredOn", "authored", "created")
    for each in resources("anthem-candidate.json"):
        for field in dates:
            assert each.get(field, "") < "2025-04-15", each["id"]


# A code counts from a day on; none of these is used before it.
FIRST_DAYS = {"M54.50": "2021-10-01", "M54.59": "2021-10-01", "M62.5A2": "2022-10-01"}
FIRST_DAYS |= {"M62.85": "2024-10-01", "E66.812": "2024-10-01"}


@pytest.mark.parametrize("file", FILES)
def test_no_diagnosis_is_older_than_its_code(file: str) -> None:
    for each in resources(file):
        if each["resourceType"] == "Condition":
            [coding] = each["code"]["coding"]
            assert each["recordedDate"] >= FIRST_DAYS.get(coding["code"], ""), each["id"]


# The promises


@pytest.mark.parametrize(("file", "promise"), PROMISES)
def test_a_chart_keeps_its_promise(file: str, promise: dict[str, Any]) -> None:
    told = answer(record_of(file), promise)
    earliest = (
        {"date": str(told.earliest.date), "answer": told.earliest.answer} if told.earliest else None
    )
    conflicts = [name for name, each in told.absences.items() if each.reason == "in-conflict"]
    otherwise = {
        each.criterion: each.answer for each in told.readings if each.answer is not told.answer
    }

    assert promise["answer"] == told.answer
    assert promise.get("open", []) == [each.element for each in told.open]
    assert promise.get("earliest") == earliest
    assert promise.get("in_conflict", []) == conflicts
    if told.answer == "not-met":
        assert promise["settled_by"] == list(told.settled_by)
    if "other_readings" in promise:
        assert promise["other_readings"] == otherwise


@pytest.mark.parametrize("file", [each for each in FILES if "/" not in each])
def test_a_policy_over_its_own_elements_says_the_same(file: str) -> None:
    """Whoever asks one policy need not read what it does not ask about."""
    service = Service(date=date(2026, 10, 5))
    entries = list(read_entries(FOLDER / file))
    [whole] = gather(PLAN, entries)
    case = derive(PLAN, whole, service)
    for policy in map(SHELF.read, SHELF.entries):
        alone = policy.alone()
        [chart] = gather(plan := Plan(alone.dictionary), entries)
        told = determine(alone, derive(plan, chart, service))

        assert told.case.entries.keys() == alone.dictionary.elements.keys()
        assert determine(policy, case) == replace(told, case=case)


@pytest.mark.parametrize(("file", "promise"), PROMISES)
def test_the_command_line_keeps_it_in_json(
    file: str, promise: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(asked(file, promise, "--format", "json"))
    printed = json.loads(capsys.readouterr().out)

    assert 0 == status
    assert promise["answer"] == printed["answer"]
    policy = printed["policy"]
    assert promise["policy"] == f"{policy['id']}@{policy['version']}"
    assert promise.get("open", []) == [each["element"] for each in printed["open"]]
    assert promise.get("earliest") == printed["earliest"]
    if promise["answer"] == "not-met":
        assert promise["settled_by"] == printed["settled_by"]


@pytest.mark.parametrize(("file", "promise"), PROMISES)
def test_the_command_line_keeps_it_in_text(
    file: str, promise: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(asked(file, promise))
    printed = capsys.readouterr().out
    policy = promise["policy"].replace("@", " ")

    assert 0 == status
    assert re.search(rf"^{WORDS[promise['answer']]} +{re.escape(policy)}$", printed, re.MULTILINE)
    if "settled_by" in promise:
        assert f"Settled by {', '.join(promise['settled_by'])}." in printed
    for element in promise.get("open", ()):
        label = re.escape(PLAN.dictionary.elements[element].label)
        # What waits for confirmation stands with its value.
        assert re.search(rf"^  {label}(: \S+)? \(", printed, re.MULTILINE)
    if "earliest" in promise:
        assert f"The answer from {promise['earliest']['date']} on" in printed
    assert ("in conflict (2 entries contradict each other)" in printed) is (
        "in_conflict" in promise
    )


@pytest.mark.parametrize(
    ("file", "day"),
    [
        *(
            (file, "2026-10-05")
            for file in FILES
            if file not in ("silent-chart.json", "anthem-candidate.json")
        ),
        ("anthem-candidate.json", "2025-04-16"),
        ("silent-chart.json", None),
    ],
)
def test_a_request_says_for_which_day_it_is(file: str, day: str | None) -> None:
    """A request that was taken back names a later day, which does not count."""
    [chart] = gather(PLAN, read_entries(FOLDER / file))

    said = chart.service_date()

    assert day == (said and str(said[0]))


@pytest.mark.parametrize(
    "chart",
    [each for each in CHARTS if "entered-in-error" in (FOLDER / each["file"]).read_text("utf-8")],
    ids=lambda chart: chart["file"],
)
def test_what_was_entered_in_error_is_put_there_to_mislead(
    chart: dict[str, Any], tmp_path: Path
) -> None:
    """If the mistakes counted, the chart would break a promise; one chart's mistake is harmless."""
    record = bundle(chart["file"])
    for entry in record["entry"]:
        resource = entry["resource"]
        if resource.get("status") == "entered-in-error":
            resource["status"] = "final"
        resource.pop("verificationStatus", None)
    path = tmp_path / chart["file"]
    if "documents" in chart:
        copytree(record_of(chart["file"]), path.parent)
    path.write_text(json.dumps(record), encoding="utf-8")
    copied = path.parent if "documents" in chart else path

    changed = [each for each in chart["promises"] if not is_kept(copied, each)]

    assert bool(changed) is (chart["file"] != "seventeen-years.json")


# Documents


def text_of(name: str) -> str:
    """Give the text of a document as it is read."""
    path = FOLDER / name
    [document] = read_attachment(Attachment(path.name, path.read_bytes())).documents
    return document.text


def documents_inside(file: str) -> Iterator[str]:
    """Give the text of the documents inside of a Bundle."""
    for each in resources(file):
        if each["resourceType"] == "DocumentReference":
            content = base64.b64decode(each["content"][0]["attachment"]["data"])
            [document] = read_attachment(Attachment(each["id"], content)).documents
            yield document.text


def test_three_charts_mix_fhir_pdf_and_notes() -> None:
    kinds = {
        chart["file"]: {Path(name).suffix for name in chart["documents"]}
        for chart in CHARTS
        if "documents" in chart
    }

    assert 3 == len(kinds)
    assert {".txt", ".pdf", ".md", ".rtf", ".html"} == set().union(*kinds.values())
    assert list(documents_inside("mri-report/record.json"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_that_it_is_made_up(name: str) -> None:
    assert MADE_UP_WORDS in text_of(name)


def test_a_document_inside_of_a_record_says_that_it_is_made_up() -> None:
    inside = [text for file in FILES for text in documents_inside(file)]

    assert inside
    assert all(MADE_UP_WORDS in text for text in inside)


@pytest.mark.parametrize("chart", WITH_DOCUMENTS, ids=lambda chart: str(chart["file"]))
def test_everything_of_the_folder_is_read(chart: dict[str, Any]) -> None:
    record = read_record(
        PLAN, [record_of(chart["file"])], lexicon=lambda: SHELF.lexicon("low-back-pain")
    )

    [read] = record.charts
    assert () == record.unread
    assert all(document.date is not None for document, _ in read.documents)
    assert {Path(name).name for name in chart["documents"]} <= {
        document.name for document, _ in read.documents
    }


@pytest.mark.parametrize("chart", WITH_DOCUMENTS, ids=lambda chart: str(chart["file"]))
def test_only_the_text_holds_the_instability_test_and_what_therapy_brought(
    chart: dict[str, Any],
) -> None:
    [coded] = gather(PLAN, read_entries(FOLDER / chart["file"]))
    promise = chart["promises"][0]
    told = answer(record_of(chart["file"]), promise)

    for element in ("prone_instability_test", "physical_therapy_response"):
        assert element not in coded.statements
        assert element in promise["open"]
    assert {"unconfirmed"} == {str(each.reason) for each in told.open}


@pytest.mark.parametrize(("chart", "promise"), CONFIRMED)
def test_a_chart_keeps_its_promise_once_a_person_has_confirmed_it(
    chart: dict[str, Any],
    promise: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = copytree(record_of(chart["file"]), tmp_path / "chart")
    confirmed = chart["confirmed"]
    named = [word for name in confirmed["elements"] for word in ("--element", name)]
    who = ["--by", "Dr. Q", "--on", confirmed["on"]]

    assert 0 == main(["confirm", str(folder), *(named or ["--all"]), *who])

    assert "" == capsys.readouterr().err
    told = answer(folder, promise)
    assert promise["answer"] == told.answer
    for element in chart["promises"][0]["open"]:
        assert element not in told.facts or told.facts[element].basis == "answer"


@pytest.mark.parametrize(
    "element", ["prone_instability_test=negative", "physical_therapy_response=adequate"]
)
def test_an_answer_that_speaks_against_the_text_leaves_it_unmet(
    element: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = next(each for each in CHARTS if each["file"] == "spine-clinic/record.json")
    folder = copytree(record_of(chart["file"]), tmp_path / "chart")

    main(
        [
            "confirm",
            str(folder),
            "--all",
            "--element",
            element,
            "--by",
            "Dr. Q",
            "--on",
            chart["confirmed"]["on"],
        ]
    )

    assert "" == capsys.readouterr().err
    assert "not-met" == answer(folder, chart["promises"][0]).answer
