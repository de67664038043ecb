"""C-CDA documents: what is read, how it is written in FHIR, and what is skipped."""

from __future__ import annotations

import base64
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from lxml import etree  # type: ignore[import-untyped]

from benchmarks.ccda import document as large_document
from multifidus.chart.ccda.entries import DEEPEST_ENTRY, STATEMENTS
from multifidus.chart.ccda.read import read_ccda
from multifidus.chart.derive import derive, gather
from multifidus.core.case import Absence, Fact, Service
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.quantity import Quantity, Span
from multifidus.errors import BundleError, Severity
from tests.chart.documents import (
    CPT,
    HEAD,
    LOINC,
    MARKER,
    NAME,
    PATIENT,
    SNOMED,
    cd,
    codes,
    concern,
    document,
    done,
    link,
    low_high,
    medicine,
    only,
    problem,
    procedure,
    read,
    resources,
    result,
    section,
    status_of_problem,
    template,
    unstructured,
)
from tests.chart.pdfs import page, pdf
from tests.chart.records import shipped_plan

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.chart.ccda.read import CcdaReading
    from multifidus.chart.fhir import Resource

SNOMED_URI = "http://snomed.info/sct"
PROBLEMS, RESULTS, PROCEDURES, PLAN = "11450-4", "30954-2", "47519-4", "18776-5"
DEVICE = cd("code", "468063009", SNOMED)
PQ = '<value xsi:type="PQ" value="39" unit="%"/>'


def clinical(resource: Resource) -> str:
    """Give a condition's clinical status; empty if it has none."""
    return str(resource.get("clinicalStatus", {"coding": [{"code": ""}]})["coding"][0]["code"])


# The document as a whole


def test_a_document_is_one_patient() -> None:
    reading = read_ccda(document(), NAME)

    assert {"resourceType": "Patient", "birthDate": "1974-03-01", "gender": "female"} == (
        reading.patient
    )
    (entry,) = reading.entries
    assert f"Patient/{NAME}" == entry.reference
    assert MARKER not in repr(reading)


def test_whom_it_is_about_may_be_told() -> None:
    """Then the patient is another source's, and only what is said of him is given."""
    content = document(section(PROBLEMS, concern(problem())))
    reading = read_ccda(content, NAME, subject="Patient/p1")

    (entry,) = reading.entries
    assert {"reference": "Patient/p1"} == entry.resource["subject"]
    assert ["Patient/p1"] == [each.subject for each in reading.documents]
    assert "1974-03-01" == reading.patient["birthDate"]


def test_a_document_that_names_no_patient_says_so() -> None:
    reading = read_ccda(document(patient=""), NAME)

    assert {"resourceType": "Patient"} == reading.patient
    assert ["it does not say whom it is about"] == [each.message for each in reading.problems]


def test_a_document_about_several_patients_is_refused() -> None:
    with pytest.raises(BundleError, match="it is about several patients"):
        read_ccda(document(patient=PATIENT + PATIENT), NAME)


def test_a_document_without_a_body_says_so() -> None:
    reading = read_ccda(f"{HEAD}{PATIENT}</ClinicalDocument>".encode(), NAME)

    assert ["it has no body"] == [each.message for each in reading.problems]
    assert not reading.documents


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(' xmlns="urn:hl7-org:v3"', ""),
        HEAD.replace("urn:hl7-org:v3", "urn:hl7-org:V3"),
    ],
    ids=["none", "another"],
)
def test_a_document_in_no_or_another_namespace_is_read(head: str) -> None:
    content = document(section(PROBLEMS, concern(problem()))).decode().replace(HEAD, head)

    assert {"Condition": 1} == read_ccda(content.encode(), NAME).counts.read


def test_a_prefix_is_no_part_of_a_name() -> None:
    content = document(section(PROBLEMS, concern(problem()))).decode()
    content = re.sub(r"(</?)(?=[a-zA-Z])", r"\1h:", content).replace('xmlns="', 'xmlns:h="')
    (_, entry) = read_ccda(content.encode(), NAME).entries

    assert entry.reference.endswith("/section/entry/act/entryRelationship/observation")


def test_another_xml_document_is_refused() -> None:
    with pytest.raises(BundleError, match="not a C-CDA document"):
        read_ccda(b'<Bundle xmlns="http://hl7.org/fhir"/>', NAME)


def test_a_document_without_a_day_gives_none() -> None:
    device = done("supply", "<text>A device</text>", mood="RQO")
    content = document(
        section(PROBLEMS, problem(time=low_high("UNK"))),
        section(PLAN, procedure("64555", mood="INT"), device),
        section("10160-0", medicine(), medicine(mood="INT")),
        section("48768-6", payer().replace(cd("code", "1", "3.221.5"), "")),
    ).replace(b"effectiveTime", b"time")
    reading = read_ccda(content, NAME)

    assert 6 == sum(reading.counts.read.values())
    assert reading.documents[0].date is None
    days = ("recordedDate", "authoredOn", "dateAsserted")
    assert not [day for entry in reading.entries for day in days if day in entry.resource]


# Provenance


def elements_at(content: bytes, path: str) -> list[object]:
    """Follow an XPath without prefixes."""
    names = re.sub(r"/(?=[a-zA-Z])", "/h:", path)
    found = etree.fromstring(content).xpath(names, namespaces={"h": "urn:hl7-org:v3"})
    return list(found)


def test_every_path_leads_to_one_element() -> None:
    content = document(
        section(
            PROBLEMS,
            concern(problem(), problem(time=low_high("20210110"))),
            concern(problem()),
            text="<table><tr><td>one</td></tr><tr><td>two</td></tr></table><paragraph>x</paragraph>"
            "<list><item>a<list><item>b</item></list></item></list>",
        ),
        section(RESULTS, done("organizer", f"<component>{result(PQ)}</component>")),
    )
    reading = read_ccda(content, NAME)
    paths = [each.address.path for each in reading.entries if each.address]
    paths += [each.path for document in reading.documents for each in document.passages]

    assert 5 + 7 == len(paths)
    assert [1] * len(paths) == [len(elements_at(content, each)) for each in paths]


def test_statements_cite_the_file_and_the_path() -> None:
    reading = read(section(PROBLEMS, concern(problem())), section(RESULTS, result(PQ)))
    (chart,) = gather(shipped_plan(), reading.entries)
    body = "/ClinicalDocument/component/structuredBody"

    (index,) = chart.statements["oswestry_index"]
    assert (NAME, f"{body}/component[2]/section/entry/observation") == (index.resource, index.path)
    assert {f"{body}/component[1]/section/entry/act/entryRelationship/observation"} == {
        each.path for each in chart.statements["pain_duration"]
    }


def test_two_entries_of_a_file_may_contradict_each_other() -> None:
    other = PQ.replace("39", "40")
    reading = read(section(RESULTS, result(PQ), result(other)))
    (chart,) = gather(shipped_plan(), reading.entries)
    index = derive(shipped_plan(), chart, Service(date=date(2026, 10, 5))).entry("oswestry_index")

    assert isinstance(index, Absence)
    assert "2 entries contradict each other" == index.detail


def test_entries_with_the_same_words_stay_apart() -> None:
    reading = read(section(PROCEDURES, *[procedure("97110") for _ in range(3)]))

    assert 4 == len({each.reference for each in reading.entries})


def test_a_case_is_derived() -> None:
    reading = read(
        section(PROBLEMS, concern(problem())),
        section(RESULTS, result(PQ)),
    )
    (chart,) = gather(shipped_plan(), reading.entries)
    case = derive(shipped_plan(), chart, Service(date=date(2026, 10, 5)))

    index, duration = case.entry("oswestry_index"), case.entry("pain_duration")
    assert isinstance(index, Fact)
    assert Quantity("39", "points") == index.value
    assert isinstance(duration, Fact)
    assert isinstance(duration.value, Span)
    assert date(2020, 1, 10) == duration.value.since.latest


# Problems


def condition(*parts: str, section_code: str = PROBLEMS) -> Resource:
    """Read the one problem of a section."""
    resource = only(section(section_code, *parts))
    assert "Condition" == resource["resourceType"]
    return resource


def test_a_problem_is_a_condition() -> None:
    translation = '<translation code="M54.9" codeSystem="2.16.840.1.113883.6.90"/>'
    value = cd("value", "279039007", SNOMED, translation, "CD")
    found = condition(concern(problem(value=value)))

    assert [(SNOMED_URI, "279039007"), ("http://hl7.org/fhir/sid/icd-10-cm", "M54.9")] == codes(
        found["code"]
    )
    assert ("active", "2020-01-10", "2020-02-01") == (
        clinical(found),
        found["onsetDateTime"],
        found["recordedDate"],
    )
    assert "verificationStatus" not in found


@pytest.mark.parametrize(
    ("own", "end", "of_concern", "expected"),
    [
        ("55561003", "", "completed", "active"),
        ("413322009", "", "active", "resolved"),
        ("73425007", "", "active", "inactive"),
        ("246455001", "", "active", "recurrence"),
        ("74964007", "", "active", "unknown"),
        ("55561003", "UNK", "active", "active"),
        ("", "", "active", "active"),
        ("", "", "completed", "inactive"),
        ("", "", "aborted", "inactive"),
        ("", "20210101", "active", "resolved"),
        ("", "UNK", "active", "resolved"),
        ("", "NI", "active", "active"),
    ],
)
def test_whether_a_problem_goes_on(own: str, end: str, of_concern: str, expected: str) -> None:
    """Its own status counts first, then its end, then its concern's status."""
    inner = status_of_problem(own) if own else ""
    found = condition(
        concern(problem(time=low_high("20200110", end), inner=inner), status=of_concern)
    )

    assert expected == clinical(found)
    assert ("2021-01-01" if end.isdigit() else None) == found.get("abatementDateTime")


def test_a_status_may_be_a_word_or_known_by_its_template() -> None:
    words = problem(inner=status_of_problem("", display="Resolved"))
    bare = status_of_problem("73425007").replace(cd("code", "33999-4", LOINC), template("4.6"))

    assert "resolved" == clinical(condition(concern(words)))
    assert "inactive" == clinical(condition(concern(problem(inner=bare))))


def test_a_past_illness_without_a_status_is_past() -> None:
    assert "inactive" == clinical(condition(problem(), section_code="11348-0"))
    assert "" == clinical(condition(problem()))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "nullified"}, "entered-in-error"),
        ({"status": "aborted"}, "unconfirmed"),
        ({"inner": '<uncertaintyCode code="U"/>'}, "unconfirmed"),
        (
            {
                "value": cd(
                    "value",
                    "279039007",
                    SNOMED,
                    '<qualifier><name code="408729009"/><value code="415684004"/></qualifier>',
                    "CD",
                )
            },
            "unconfirmed",
        ),
    ],
)
def test_a_doubtful_problem_is_not_confirmed(changes: dict[str, str], expected: str) -> None:
    found = condition(concern(problem(**changes)))

    assert expected == found["verificationStatus"]["coding"][0]["code"]


def test_one_day_is_a_day_with_the_problem_and_not_its_onset() -> None:
    found = condition(concern(problem(time='<effectiveTime value="20190301"/>')))

    assert "onsetDateTime" not in found
    assert "2019-03-01" == found["recordedDate"]


def test_the_day_of_record_is_the_authors_or_the_documents() -> None:
    author = '<author><time value="202005010900-0500"/></author>'
    by_author = problem(inner=author)

    assert "2020-05-01" == condition(concern(by_author))["recordedDate"]
    # A concern of two problems began with the first of them.
    second = resources(section(PROBLEMS, concern(problem(), problem())))[1]
    assert "2026-09-01" == second["recordedDate"]
    assert "2026-09-01" == condition(problem())["recordedDate"]


@pytest.mark.parametrize(
    "statement",
    [
        # By its template, its code, its concern, the act that holds it, its section.
        problem().replace(cd("code", "55607006", SNOMED), '<code nullFlavor="NA"/>'),
        problem().replace(template("4.4"), ""),
        concern(
            problem().replace(template("4.4"), "").replace("55607006", "ASSERTION"),
        ).replace(template("4.3"), ""),
        done(
            "act",
            cd("code", "29308-4", LOINC)
            + link(problem().replace(template("4.4"), "").replace("55607006", "X")),
        ),
        problem().replace(template("4.4"), "").replace("55607006", "ASSERTION"),
    ],
)
def test_a_problem_is_known_without_its_template(statement: str) -> None:
    assert [(SNOMED_URI, "279039007")] == codes(condition(statement)["code"])


def test_an_encounter_holds_its_diagnosis() -> None:
    diagnosis = done("act", cd("code", "29308-4", LOINC) + link(problem()))
    visit = done(
        "encounter",
        cd("code", "99213", CPT)
        + '<effectiveTime value="20260801"/>'
        + link(diagnosis, "REFR")
        + link(result(cd("value", "59621000", SNOMED, kind="CD")), "RSON"),
    )
    encounter, found = resources(section("46240-8", visit))

    assert ("Encounter", "unknown") == (encounter["resourceType"], encounter["status"])
    assert {"start": "2026-08-01"} == encounter["period"]
    assert [[(SNOMED_URI, "59621000")]] == [codes(each) for each in encounter["reasonCode"]]
    assert "Condition" == found["resourceType"]


# Words


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ('<content ID="p1">Low back pain</content>', '<reference value="#p1"/>'),
        (
            '<table><tr><td><content ID="p1"/>Low back pain</td></tr></table>',
            '<reference value="#p1"/>',
        ),
        ("", "Low back pain"),
        ("", 'Low back pain<reference value="#missing"/>'),
    ],
    ids=["words", "a place before the words", "its own", "the place is missing"],
)
def test_an_entry_takes_its_words_from_the_narrative(text: str, inner: str) -> None:
    value = f'<value xsi:type="CD" nullFlavor="OTH"><originalText>{inner}</originalText></value>'
    found = only(section(PROBLEMS, concern(problem(value=value)), text=text))

    assert {"text": "Low back pain"} == found["code"]


def test_the_text_of_an_entry_stands_for_its_code() -> None:
    text = '<text><reference value="#p1"/></text>'
    value = '<value xsi:type="CD" nullFlavor="OTH"/>'
    found = only(
        section(
            PROBLEMS,
            concern(problem(value=value, inner=text)),
            text='<paragraph ID="p1">Memory loss</paragraph>',
        )
    )

    assert {"text": "Memory loss"} == found["code"]


def test_a_reference_to_a_whole_table_gives_its_first_words() -> None:
    rows = "".join(f"<tr><td>word{n}</td></tr>" for n in range(2000))
    value = (
        '<value xsi:type="CD" nullFlavor="OTH"><originalText><reference value="#t"/>'
        "</originalText></value>"
    )
    found = only(
        section(PROBLEMS, concern(problem(value=value)), text=f'<table ID="t">{rows}</table>')
    )

    assert 100 < len(found["code"]["text"]) <= 500


def test_an_entry_without_code_and_words_is_unreadable() -> None:
    reading = read(section(PROBLEMS, concern(problem(value="<value xsi:type='CD'/>"))))

    assert {"it has neither a code nor words": 1} == reading.counts.unreadable
    (note,) = reading.problems
    assert Severity.NOTE is note.severity
    assert str(note).startswith(f"{NAME}:1: note: /ClinicalDocument/component/structuredBody")


# Codes


@pytest.mark.parametrize(
    ("attributes", "system"),
    [
        ('codeSystem="2.16.840.1.113883.6.96"', SNOMED_URI),
        ('codeSystem="2.16.840.1.113883.6.1"', "http://loinc.org"),
        ('codeSystem="2.16.840.1.113883.6.90"', "http://hl7.org/fhir/sid/icd-10-cm"),
        ('codeSystem="2.16.840.1.113883.6.103"', "http://hl7.org/fhir/sid/icd-9-cm"),
        (
            'codeSystem="2.16.840.1.113883.6.285"',
            "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        ),
        ('codeSystem="2.16.840.1.113883.12.292"', "http://hl7.org/fhir/sid/cvx"),
        ('codeSystem="CPT" codeSystemName="Current Procedural"', "http://www.ama-assn.org/go/cpt"),
        ('codeSystemName="SNOMED-CT"', SNOMED_URI),
        (f'codeSystem="{OWN_SYSTEM}"', OWN_SYSTEM),
        ('codeSystem="2.999.7"', "urn:oid:2.999.7"),
        ('codeSystem="local words"', ""),
    ],
)
def test_code_systems_have_the_names_of_fhir(attributes: str, system: str) -> None:
    value = f'<value xsi:type="CD" code=" 1 " {attributes} displayName="One"/>'

    found = condition(concern(problem(value=value)))

    assert [(system, "1")] == codes(found["code"])
    assert "One" == found["code"]["text"]


def test_a_null_flavor_may_have_a_translation() -> None:
    inner = '<translation code="M54.50" codeSystem="2.16.840.1.113883.6.90"/>'
    value = f'<value xsi:type="CD" nullFlavor="OTH">{inner}</value>'

    assert [("http://hl7.org/fhir/sid/icd-10-cm", "M54.50")] == codes(
        condition(concern(problem(value=value)))["code"]
    )


def test_a_word_for_a_display_name_is_kept_without_a_code() -> None:
    value = '<value xsi:type="CD" nullFlavor="OTH" displayName="Low back pain"/>'

    assert {"text": "Low back pain"} == condition(concern(problem(value=value)))["code"]


# Times


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020", "2020"),
        ("202003", "2020-03"),
        ("20200310", "2020-03-10"),
        ("202003101530", "2020-03-10"),
        ("20200310153000.1234-0500", "2020-03-10"),
        ("2020-03-10", "2020-03-10"),
        ("2020-03-10T15:30:00Z", "2020-03-10"),
    ],
)
def test_times_are_days_with_their_precision(written: str, day: str) -> None:
    assert day == condition(concern(problem(time=low_high(written))))["onsetDateTime"]


@pytest.mark.parametrize("written", ["200130311", "20201340", "03/10/2020", "2020031"])
def test_a_time_that_is_none_is_told(written: str) -> None:
    for time in (low_high(written), f'<effectiveTime value="{written}"/>'):
        reading = read(section(PROBLEMS, concern(problem(time=time))))

        assert ["a time of it is no day"] == [each.message for each in reading.problems]
        assert "onsetDateTime" not in reading.entries[1].resource
        assert written not in repr(reading.problems)


# Results


def observed(value: str, **changes: str) -> Resource:
    """Read the one result of a section."""
    resource = only(section(RESULTS, result(value, **changes)))
    assert "Observation" == resource["resourceType"]
    return resource


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            PQ,
            {
                "valueQuantity": {
                    "value": Decimal(39),
                    "unit": "%",
                    "system": "http://unitsofmeasure.org",
                    "code": "%",
                }
            },
        ),
        (
            '<value xsi:type="hl7:REAL" value="5.25"/>',
            {"valueQuantity": {"value": Decimal("5.25")}},
        ),
        ('<value value="7"/>', {"valueQuantity": {"value": Decimal(7)}}),
        ('<value xsi:type="INT" value="7"/>', {"valueInteger": 7}),
        ('<value xsi:type="BL" value="true"/>', {"valueBoolean": True}),
        ('<value xsi:type="TS" value="20260801"/>', {"valueDateTime": "2026-08-01"}),
        (
            '<value xsi:type="IVL_TS"><low value="20260801"/></value>',
            {"valuePeriod": {"start": "2026-08-01"}},
        ),
        ('<value xsi:type="ST">as it was</value>', {"valueString": "as it was"}),
        ("<value>as it was</value>", {"valueString": "as it was"}),
        (
            '<value xsi:type="ED"><reference value="#n"/></value>',
            {"valueString": "in the narrative"},
        ),
        (
            '<value xsi:type="IVL_PQ"><low value="3" unit="%"/><high value="5"/></value>',
            {
                "valueRange": {
                    "low": {
                        "value": Decimal(3),
                        "unit": "%",
                        "system": "http://unitsofmeasure.org",
                        "code": "%",
                    },
                    "high": {"value": Decimal(5)},
                }
            },
        ),
        (
            '<value xsi:type="IVL_PQ"><low value="3"/></value>',
            {"valueQuantity": {"value": Decimal(3), "comparator": ">="}},
        ),
        (
            '<value xsi:type="IVL_PQ"><high value="3" inclusive="false"/></value>',
            {"valueQuantity": {"value": Decimal(3), "comparator": "<"}},
        ),
        ('<value xsi:type="IVL_PQ" value="3"/>', {"valueQuantity": {"value": Decimal(3)}}),
        (
            '<value code="1" codeSystem="2.16.840.1.113883.6.96"/>',
            {"valueCodeableConcept": {"coding": [{"code": "1", "system": SNOMED_URI}]}},
        ),
        ("", {}),
    ],
)
def test_values(value: str, expected: Resource) -> None:
    found = only(section(RESULTS, result(value), text='<content ID="n">in the narrative</content>'))

    assert expected == {key: each for key, each in found.items() if key.startswith("value")}


@pytest.mark.parametrize(
    ("flavor", "reason"),
    [("NASK", "not-asked"), ("ASKU", "asked-unknown"), ("UNK", "unknown"), ("NI", "unknown")],
)
def test_a_null_flavor_is_no_value_and_says_why(flavor: str, reason: str) -> None:
    for kind in ("PQ", "CD"):
        found = observed(f'<value xsi:type="{kind}" nullFlavor="{flavor}"/>')

        assert reason == found["dataAbsentReason"]["coding"][0]["code"]
        assert not [key for key in found if key.startswith("value")]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('<value xsi:type="PQ" value="12/3"/>', "its value is not a number"),
        ('<value xsi:type="PQ" value="NaN"/>', "its value is not a number"),
        ('<value xsi:type="INT" value="1.5"/>', "its value is not a whole number"),
        ('<value xsi:type="TS" value="yesterday"/>', "its value is not a day"),
        ('<value xsi:type="ST"/>', "its value is empty"),
        ('<value xsi:type="CD"/>', "its value has neither a code nor words"),
        (PQ + PQ, "it has several values"),
    ],
)
def test_a_result_that_cannot_be_read_does_not_give_way_to_an_older_one(
    value: str, why: str
) -> None:
    older = result(PQ, time='<effectiveTime value="20260701"/>')
    reading = read(section(RESULTS, result(value), older))
    (chart,) = gather(shipped_plan(), reading.entries)
    case = derive(shipped_plan(), chart, Service(date=date(2026, 10, 5)))

    assert {why: 1} == reading.counts.unreadable
    assert {"Observation": 1} == reading.counts.read
    assert not isinstance(case.entry("oswestry_index"), Fact)


def test_a_problem_with_several_values_is_unreadable() -> None:
    value = cd("value", "1", SNOMED, kind="CD")
    reading = read(section(PROBLEMS, concern(problem(value=value + value))))

    assert {"it has several values": 1} == reading.counts.unreadable


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", "final"),
        ("active", "preliminary"),
        ("aborted", "cancelled"),
        ("nullified", "entered-in-error"),
        ("", "final"),
        ("finished", "unknown"),
    ],
)
def test_the_status_of_a_result(status: str, expected: str) -> None:
    assert expected == observed(PQ, status=status)["status"]


def test_a_status_that_is_none_is_told() -> None:
    reading = read(section(RESULTS, result(PQ, status="finished")))

    assert ["its status is none that CDA has for it"] == [each.message for each in reading.problems]


def test_a_group_gives_its_time_and_status_to_results_that_have_none() -> None:
    def battery(status: str, of_result: str) -> Resource:
        inner = result(PQ, status=of_result, time="")
        return only(
            section(
                RESULTS,
                done(
                    "organizer",
                    f'<statusCode code="{status}"/><effectiveTime value="20260715"/>'
                    f"<component>{inner}</component>",
                ),
            )
        )

    assert ("final", "2026-07-15") == (
        battery("completed", "")["status"],
        battery("completed", "")["effectiveDateTime"],
    )
    assert "preliminary" == battery("active", "")["status"]
    # What is taken back as a whole is taken back in all its parts.
    assert "entered-in-error" == battery("nullified", "completed")["status"]


def test_marks_beside_a_result_are_those_of_the_one_system_allowed() -> None:
    inner = '<interpretationCode code="POS"/><interpretationCode nullFlavor="NA"/>'
    found = observed(PQ, inner=inner)

    assert [[("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "POS")]] == [
        codes(each) for each in found["interpretation"]
    ]


def test_an_assessment_and_its_parts_are_results() -> None:
    part = done("observation", cd("code", "2", LOINC) + '<value xsi:type="INT" value="3"/>')
    whole = result('<value xsi:type="INT" value="12"/>', code="44261-6", inner=link(part, "COMP"))

    assert [12, 3] == [each["valueInteger"] for each in resources(section("47420-5", whole))]


def test_an_own_code_answers_its_element() -> None:
    value = cd("value", "positive", OWN_SYSTEM, kind="CD")
    test = result(value, code="prone-instability-test", system=OWN_SYSTEM)
    (chart,) = gather(shipped_plan(), read(section("29545-1", test)).entries)

    assert ["positive"] == [each.value for each in chart.statements["prone_instability_test"]]


# What was done, and what is asked for


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", "completed"),
        ("", "completed"),
        ("active", "in-progress"),
        ("aborted", "stopped"),
        ("cancelled", "not-done"),
        ("nullified", "entered-in-error"),
    ],
)
def test_a_procedure(status: str, expected: str) -> None:
    site = cd("targetSiteCode", "122496007", SNOMED) + '<targetSiteCode nullFlavor="NA"/>'
    found = only(section(PROCEDURES, procedure("97110", status=status, more=site)))

    assert ("Procedure", expected) == (found["resourceType"], found["status"])
    assert "2026-03-01" == found["performedDateTime"]
    assert [[(SNOMED_URI, "122496007")]] == [codes(each) for each in found["bodySite"]]


@pytest.mark.parametrize(
    "statement",
    [
        done("act", cd("code", "97110", CPT)),
        done("act", template("4.12") + cd("code", "97110", CPT)),
        done("observation", template("4.13") + cd("code", "97110", CPT)),
    ],
)
def test_an_act_or_observation_may_be_a_procedure(statement: str) -> None:
    assert "Procedure" == only(section(PROCEDURES, statement))["resourceType"]


@pytest.mark.parametrize(
    ("mood", "intent"), [("RQO", "order"), ("INT", "plan"), ("PRP", "proposal")]
)
@pytest.mark.parametrize("kind", ["procedure", "observation", "act"])
def test_what_is_planned_is_a_request(kind: str, mood: str, intent: str) -> None:
    author = '<author><time value="20260815"/></author>'
    inner = f'{cd("code", "64555", CPT)}<statusCode code="new"/><effectiveTime value="20261005"/>'
    found = only(section(PLAN, done(kind, inner + author, mood=mood)))

    assert ("ServiceRequest", "active", intent) == (
        found["resourceType"],
        found["status"],
        found["intent"],
    )
    assert ("2026-10-05", "2026-08-15") == (found["occurrenceDateTime"], found["authoredOn"])


def test_a_plan_without_an_author_is_of_the_documents_day() -> None:
    found = only(section(PLAN, procedure("64555", mood="INT", status="active")))

    assert "2026-09-01" == found["authoredOn"]


def test_a_day_of_service_is_found() -> None:
    plan = procedure("64555", mood="RQO", status="active").replace("20260301", "20261005")
    (chart,) = gather(shipped_plan(), read(section(PLAN, plan)).entries)

    day, resource = chart.service_date() or (None, "")
    assert (date(2026, 10, 5), NAME) == (day, resource)


@pytest.mark.parametrize(
    "inner",
    [
        "<participant><participantRole><playingDevice>CODE</playingDevice></participantRole>"
        "</participant>".replace("CODE", DEVICE),
        "<product><manufacturedProduct><manufacturedMaterial>CODE</manufacturedMaterial>"
        "</manufacturedProduct></product>".replace("CODE", DEVICE),
    ],
)
def test_a_device_that_is_asked_for(inner: str) -> None:
    found = only(section(PLAN, done("supply", inner + low_high("20261005"), mood="RQO")))

    assert ("DeviceRequest", "order", "2026-09-01") == (
        found["resourceType"],
        found["intent"],
        found["authoredOn"],
    )
    assert [(SNOMED_URI, "468063009")] == codes(found["codeCodeableConcept"])
    assert {"start": "2026-10-05"} == found["occurrencePeriod"]


def test_a_planned_encounter() -> None:
    visit = done("encounter", cd("code", "99213", CPT) + '<statusCode code="active"/>', mood="INT")

    assert "planned" == only(section(PLAN, visit))["status"]


# Medication


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", "active"),
        ("completed", "completed"),
        ("aborted", "stopped"),
        ("suspended", "on-hold"),
        ("cancelled", "not-taken"),
        ("nullified", "entered-in-error"),
    ],
)
def test_a_medication_that_is_taken(status: str, expected: str) -> None:
    times = (
        '<effectiveTime xsi:type="PIVL_TS"><period value="12" unit="h"/></effectiveTime>'
        '<effectiveTime xsi:type="IVL_TS"><low value="20250301"/><high value="20250401"/>'
        "</effectiveTime>"
    )
    found = only(section("10160-0", medicine(f'<statusCode code="{status}"/>{times}')))

    assert ("MedicationStatement", expected) == (found["resourceType"], found["status"])
    assert {"start": "2025-03-01", "end": "2025-04-01"} == found["effectivePeriod"]
    assert "2026-09-01" == found["dateAsserted"]
    assert [("http://www.nlm.nih.gov/research/umls/rxnorm", "197380")] == codes(
        found["medicationCodeableConcept"]
    )


def test_several_times_without_a_day_may_still_tell_an_end() -> None:
    times = (
        '<effectiveTime><period value="1"/></effectiveTime>'
        '<effectiveTime><high nullFlavor="UNK"/></effectiveTime>'
    )

    assert "effectivePeriod" not in only(section("10160-0", medicine(times)))


def test_a_medication_may_have_a_name_only() -> None:
    code = '<code nullFlavor="UNK"/><name>Gabapentin</name>'
    found = only(section("10160-0", medicine(code=code)))

    assert {"text": "Gabapentin"} == found["medicationCodeableConcept"]


def test_a_labeled_drug_is_a_medication() -> None:
    text = medicine().replace("manufacturedMaterial", "manufacturedLabeledDrug")

    assert {"MedicationStatement": 1} == read(section("10160-0", text)).counts.read


@pytest.mark.parametrize(
    ("code", "mood", "intent"),
    [
        ("10160-0", "INT", "order"),
        ("10160-0", "RQO", "order"),
        (PLAN, "INT", "plan"),
        (PLAN, "RQO", "order"),
        ("10160-0", "PRP", "proposal"),
    ],
)
def test_a_medication_that_is_asked_for(code: str, mood: str, intent: str) -> None:
    inner = '<statusCode code="active"/>' + low_high("20250301")
    found = only(section(code, medicine(inner, mood=mood)))

    assert ("MedicationRequest", intent, "2025-03-01") == (
        found["resourceType"],
        found["intent"],
        found["authoredOn"],
    )


def test_a_medication_given_and_a_vaccine() -> None:
    given = only(section("29549-3", medicine('<effectiveTime value="20250301"/>')))
    vaccine = only(section("11369-6", medicine('<effectiveTime value="20250301"/>')))

    assert ("MedicationAdministration", "completed") == (given["resourceType"], given["status"])
    assert ("Immunization", "2025-03-01") == (
        vaccine["resourceType"],
        vaccine["occurrenceDateTime"],
    )


# Coverage


def payer(code: str = "1", more: str = "", type_code: str = "COMP") -> str:
    """Build a payer's policy as C-CDA nests it."""
    policy = done(
        "act",
        cd("code", code, "3.221.5") + '<statusCode code="completed"/>' + more,
    )
    return done("act", cd("code", "48768-6", LOINC) + link(policy, type_code))


def test_a_policy_is_a_coverage() -> None:
    time = '<time><low value="20250101"/><high value="20261231"/></time>'
    more = f'<participant typeCode="COV">{time}</participant><participant typeCode="HLD"/>'
    found = only(section("48768-6", payer(more=more)))

    assert ("Coverage", "active") == (found["resourceType"], found["status"])
    assert {"start": "2025-01-01", "end": "2026-12-31"} == found["period"]
    assert [("https://nahdo.org/sopt", "1")] == codes(found["type"])


def test_a_policy_that_has_ended_on_an_unknown_day_is_none() -> None:
    more = '<participant typeCode="COV"><time><high nullFlavor="UNK"/></time></participant>'

    assert "cancelled" == only(section("48768-6", payer(more=more)))["status"]


def test_a_policy_with_a_time_that_is_none_says_so() -> None:
    more = '<participant typeCode="COV"><time><low value="soon"/></time></participant>'
    reading = read(section("48768-6", payer(more=more)))

    assert ["a time of it is no day"] == [each.message for each in reading.problems]


def test_what_is_no_policy() -> None:
    reading = read(section("48768-6", payer("81"), payer(type_code="REFR")))

    assert {} == reading.counts.read
    assert 1 == reading.counts.skipped["paid by the patient"]
    assert 1 == reading.counts.skipped["of a kind that is not used"]


# What is skipped

GROUP = "a group, whose entries count by themselves"
SELF = '<subject><relatedSubject><code code="SELF"/></relatedSubject></subject>'


@pytest.mark.parametrize(
    ("code", "statement", "skipped"),
    [
        (PROBLEMS, concern(problem(attributes=' negationInd="true"')), {"negated": 1, GROUP: 1}),
        (
            PROBLEMS,
            concern(problem()).replace("<act ", '<act negationInd="1" '),
            {"negated": 2},
        ),
        (
            PROCEDURES,
            procedure("1").replace("<procedure ", '<procedure negationInd="true" '),
            {"negated": 1},
        ),
        (
            "10160-0",
            medicine().replace(
                "<substanceAdministration", '<substanceAdministration nullFlavor="NI"'
            ),
            {"said to hold no information": 1},
        ),
        (
            "10157-6",
            done("organizer", f"<component>{problem()}</component>"),
            {"about a relative": 2},
        ),
        (PROBLEMS, problem(inner=SELF.replace("SELF", "FTH")), {"about a relative": 1}),
        (PROBLEMS, done("organizer", template("4.45")), {"about a relative": 1}),
        ("48765-2", concern(problem()), {"an allergy": 2}),
        (PROBLEMS, done("act", template("4.30")), {"an allergy": 1}),
        ("61146-7", done("observation", cd("code", "1", LOINC), mood="GOL"), {"a goal": 1}),
        ("75310-3", done("act", template("4.136") + link(problem())), {"a risk": 2}),
        (PLAN, procedure("1", mood="PRMS"), {"neither done nor asked for": 1}),
        (PLAN, done("act", template("4.20"), mood="INT"), {"of a kind that is not used": 1}),
        (RESULTS, done("act", cd("code", "1", LOINC)), {"of a kind that is not used": 1}),
        (RESULTS, done("observationMedia", ""), {"of a kind that is not used": 1}),
        (
            RESULTS,
            result(PQ).replace("OBS", "DGIMG"),
            {"of a kind that is not used": 1},
        ),
        ("46264-8", done("supply", ""), {"of a kind that is not used": 1}),
        (
            "10160-0",
            done("act", link(done("supply", "") + done("encounter", ""))),
            {GROUP: 1, "of a kind that is not used": 1, "a part of another entry": 1},
        ),
    ],
)
def test_what_is_skipped_is_counted(code: str, statement: str, skipped: dict[str, int]) -> None:
    reading = read(section(code, statement))

    assert skipped == reading.counts.skipped
    assert {} == reading.counts.read
    assert sum(skipped.values()) == reading.counts.total


def test_a_subject_may_be_the_patient() -> None:
    assert {"Condition": 1} == read(section(PROBLEMS, problem(inner=SELF))).counts.read


@pytest.mark.parametrize(
    "part",
    [
        link(done("observation", template("4.8") + cd("code", "SEV", "5.4"))),
        link(done("observation", cd("code", "445518008", SNOMED))),
        link(done("observation", template("4.19") + cd("code", "404684003", SNOMED)), "RSON"),
        link(done("substanceAdministration", ""), "COMP"),
        link(done("supply", "", mood="INT"), "REFR"),
    ],
)
def test_a_part_is_counted_with_its_entry(part: str) -> None:
    reading = read(section("10160-0", medicine(more=part)))

    assert {"MedicationStatement": 1} == reading.counts.read
    assert {"a part of another entry": 1} == reading.counts.skipped


def test_a_section_is_known_by_its_template() -> None:
    family = section("", problem(), title="Relatives", more=template("2.15"))
    reading = read(family)

    assert {"about a relative": 1} == reading.counts.skipped
    # Readers of text tell by the heading whom the words are about.
    assert reading.documents[0].text.startswith("Family history")


def test_an_empty_entry_is_unreadable() -> None:
    reading = read(section(PROBLEMS, ""))

    assert {"it holds no clinical statement": 1} == reading.counts.unreadable


def test_many_problems_are_told_in_short() -> None:
    broken = [problem(value='<value xsi:type="CD"/>') for _ in range(30)]
    reading = read(section(PROBLEMS, *broken))

    assert 30 == sum(reading.counts.unreadable.values())
    assert 21 == len(reading.problems)
    assert "and 10 more like these" == reading.problems[-1].message


def test_entries_nested_too_deeply_are_counted_and_told() -> None:
    statement = problem()
    for _ in range(DEEPEST_ENTRY + 3):
        statement = done("act", link(statement))
    reading = read(section(PROBLEMS, statement))

    assert {"its entries are nested too deeply": 4} == reading.counts.unreadable
    assert DEEPEST_ENTRY + 4 == reading.counts.total


def test_sections_nested_too_deeply_are_told() -> None:
    inner = section(PROBLEMS, problem())
    for _ in range(25):
        inner = section("1").replace("</section>", f"<component>{inner}</component></section>")
    reading = read(inner)

    assert ["its sections are nested too deeply"] == [each.message for each in reading.problems]


def test_a_section_may_stand_without_its_component() -> None:
    inner = section(PROBLEMS, problem())
    reading = read(section("1").replace("</section>", f"{inner}</section>"))

    assert {"Condition": 1} == reading.counts.read


# Bodies that are no XML


def embedded(content: bytes, media_type: str, more: str = "") -> CcdaReading:
    """Read a document whose body is a file."""
    data = base64.encodebytes(content).decode()
    return read_ccda(
        unstructured(f'<text mediaType="{media_type}" representation="B64"{more}>{data}</text>'),
        NAME,
    )


def test_an_embedded_text_is_a_document() -> None:
    (found,) = embedded(b"Low back pain for 6 years.", "text/plain").documents

    assert (NAME, "Low back pain for 6 years.") == (found.name, found.text)
    assert ("A made-up summary", f"Patient/{NAME}") == (found.title, found.subject)
    assert "/ClinicalDocument/component/nonXMLBody/text" == found.passage(3).path
    assert found.date is not None
    assert date(2026, 9, 1) == found.date.latest


def test_an_embedded_pdf_is_a_document() -> None:
    (found,) = embedded(pdf(page("Low back pain for 6 years.")), "application/pdf").documents

    assert "Low back pain" in found.text
    assert (1, "/ClinicalDocument/component/nonXMLBody/text") == (
        found.passage(0).page,
        found.passage(0).path,
    )


def test_a_body_may_be_plain_words() -> None:
    (found,) = read_ccda(unstructured("<text>Low back pain</text>"), NAME).documents

    assert "Low back pain" == found.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<text><reference value="report.pdf"/></text>',
            "its content lies outside of the document",
        ),
        ('<text representation="B64" compression="GZ">eA==</text>', "its content is compressed"),
        ('<text representation="B64">%%%</text>', "its base64 data is damaged"),
        ('<text mediaType="image/png" representation="B64">eA==</text>', "not read"),
        ("", "its body is empty"),
    ],
)
def test_a_body_that_cannot_be_read_is_told(text: str, message: str) -> None:
    reading = read_ccda(unstructured(text), NAME)

    assert not reading.documents
    (note,) = reading.problems
    assert message in note.message
    assert Severity.NOTE is note.severity


def test_a_section_may_hold_a_file() -> None:
    data = base64.b64encode(b"Low back pain for 6 years.").decode()
    text = section("10164-2").replace(
        "<text></text>", f'<text mediaType="text/plain" representation="B64">{data}</text>'
    )
    narrative, found = read(text).documents

    assert "Title" == narrative.text
    assert f"{NAME}#/ClinicalDocument/component/structuredBody/component/section/text" == found.name


def test_the_words_of_a_note_are_read_though_the_narrative_lacks_them() -> None:
    note = done("act", template("4.202") + "<text>Low back pain for 6 years.</text>")
    reading = read(section("34109-9", note))

    assert "Title\n\nLow back pain for 6 years." == reading.documents[0].text
    assert reading.documents[0].passages[-1].path.endswith("/section/entry/act/text")


# Documents that others made


@pytest.fixture(scope="session")
def samples(shared: Path) -> dict[str, bytes]:
    """Give every C-CDA document of the samples."""
    files = [
        path
        for folder in ("ccda-hl7-examples", "ccda-vendor")
        for path in sorted((shared / "samples" / folder).iterdir())
        if path.suffix.lower() == ".xml"
    ]
    return {path.name: path.read_bytes() for path in files}


def test_every_sample_is_read_and_counted(samples: dict[str, bytes]) -> None:
    """Each clinical statement below an entry is read, skipped or unreadable."""
    assert 25 == len(samples)
    names = " or ".join(f"self::h:{each.rpartition('}')[2]}" for each in sorted(STATEMENTS))
    for name, content in samples.items():
        reading = read_ccda(content, name)
        found = etree.fromstring(content).xpath(
            f"count(//h:entry//*[{names}])", namespaces={"h": "urn:hl7-org:v3"}
        )

        assert found == reading.counts.total, name
        assert reading.documents, name
        assert all(each.severity is Severity.NOTE for each in reading.problems), name
        (chart,) = gather(shipped_plan(), reading.entries)
        assert chart.statements["age"], name


def test_every_path_of_a_sample_leads_to_one_element(samples: dict[str, bytes]) -> None:
    for name, content in samples.items():
        root = etree.fromstring(content)
        reading = read_ccda(content, name)
        paths = {each.address.path for each in reading.entries if each.address}
        paths |= {each.path for found in reading.documents for each in found.passages}
        for path in paths:
            prefixed = re.sub(r"/(?=[a-zA-Z])", "/h:", path)

            assert 1 == len(root.xpath(prefixed, namespaces={"h": "urn:hl7-org:v3"})), path


def test_low_back_pain_is_found_where_it_is(samples: dict[str, bytes]) -> None:
    """Four documents have it as a problem, each since a day of 2010."""
    on = Service(date=date(2026, 10, 5))
    found = {}
    for name, content in samples.items():
        (chart,) = gather(shipped_plan(), read_ccda(content, name).entries)
        entry = derive(shipped_plan(), chart, on).entry("pain_duration")
        if isinstance(entry, Fact) and isinstance(entry.value, Span):
            found[name] = entry.value.since.latest.year

    assert dict.fromkeys([f"EMERGE_Patient-{n}.xml" for n in (123, 276, 344, 474)], 2010) == found


def test_the_document_of_the_benchmark_is_read() -> None:
    content = large_document(kilobytes=20)
    reading = read_ccda(content, NAME)

    assert not reading.problems
    assert {"Condition", "MedicationStatement", "Observation"} == set(reading.counts.read)
