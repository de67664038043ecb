"""
Made-up tables of the OMOP model for tests: a record's resources, laid out as the model has them.

The converter knows the model and not the mapping: what it writes is what a careful person would
load. It writes what the model can say, and gives back the resources as far as that goes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VOCABULARIES = {
    "http://www.whocc.no/atc": "ATC",
    "http://www.ama-assn.org/go/cpt": "CPT4",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED",
    "https://multifidus.org/fhir/CodeSystem/low-back-pain": "multifidus",
    "http://unitsofmeasure.org": "UCUM",
    "http://terminology.hl7.org/CodeSystem/v2-0136": "HL7",
}
MEDICATION = ("MedicationRequest", "MedicationStatement", "MedicationAdministration")
NOT_SAID = ("entered-in-error", "cancelled", "not-done", "preliminary", "registered", "draft")

Row = dict[str, object]


@dataclass
class Made:
    """Tables, by name."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    concepts: dict[tuple[str, str], int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> int:
        """Add a row under the next key."""
        rows = self.rows.setdefault(table, [])
        key = len(rows) + 1
        rows.append({f"{table}_id": key} | row if table != "concept_ancestor" else row)
        return key

    def concept(self, coding: Mapping[str, Any] | None) -> int:
        """Give the concept of a coding; nought where there is none, as the model asks."""
        if not coding or coding.get("system") not in VOCABULARIES:
            return 0
        key = (VOCABULARIES[coding["system"]], str(coding["code"]))
        if key not in self.concepts:
            self.concepts[key] = 2_000_000_000 + len(self.concepts)
            self.rows.setdefault("concept", []).append(
                {
                    "concept_id": self.concepts[key],
                    "concept_name": f"{key[0]} {key[1]}",
                    "vocabulary_id": key[0],
                    "concept_code": key[1],
                }
            )
        return self.concepts[key]

    def named(self, name: str, vocabulary: str = "Type Concept") -> int:
        """Give a concept that counts by its name."""
        return self.concept_of(vocabulary, name, name)

    def concept_of(self, vocabulary: str, code: str, name: str) -> int:
        """Give a concept of any vocabulary."""
        key = (vocabulary, code)
        if key not in self.concepts:
            self.concepts[key] = 2_000_000_000 + len(self.concepts)
            self.rows.setdefault("concept", []).append(
                {
                    "concept_id": self.concepts[key],
                    "concept_name": name,
                    "vocabulary_id": vocabulary,
                    "concept_code": code,
                }
            )
        return self.concepts[key]

    def write(self, folder: Path) -> Path:
        """Write the tables as CSV."""
        folder.mkdir(parents=True, exist_ok=True)
        self.rows.setdefault("concept", [])
        for name, rows in self.rows.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns or ["concept_id"])
                writer.writeheader()
                writer.writerows(rows)
        return folder


def laid_out(resources: Iterable[Mapping[str, Any]]) -> tuple[Made, list[dict[str, Any]]]:
    """Lay out resources as tables; gives these, and the resources as far as the model says them."""
    made = Made()
    people_first = sorted(resources, key=lambda each: each["resourceType"] != "Patient")
    said = [_lay(made, each) for each in people_first]
    return made, [each for each in said if each is not None]


def _lay(made: Made, resource: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = resource["resourceType"]
    if kind == "Patient":
        return _lay_person(made, resource)
    subject = str(resource.get("subject", {}).get("reference", "")).rpartition("/")[2]
    person = made.people.get(subject)
    is_said = str(resource.get("status", "")) not in NOT_SAID
    if person is None or not is_said or "dataAbsentReason" in resource:
        return None
    about: Row = {"subject": {"reference": f"Patient/{person}"}}
    if kind not in LAID:
        return None
    return LAID[kind](made, resource, person, about)


def _lay_person(made: Made, resource: Mapping[str, Any]) -> dict[str, Any]:
    key = made.people[resource["id"]] = len(made.people) + 1
    year, month, day = [*map(int, resource["birthDate"].split("-")), None, None][:3]
    made.add("person", year_of_birth=year, month_of_birth=month, day_of_birth=day)
    return {"resourceType": "Patient", "id": str(key), "birthDate": resource["birthDate"]}


def _codings(resource: Mapping[str, Any], name: str = "code") -> list[dict[str, Any]]:
    known = [
        each
        for each in resource.get(name, {}).get("coding", [])
        if each.get("system") in VOCABULARIES
    ]
    return [{"system": each["system"], "code": each["code"]} for each in known[:2]]


def _columns(made: Made, prefix: str, codings: list[dict[str, Any]]) -> Row:
    first, second = [*map(made.concept, codings), 0, 0][:2]
    return {f"{prefix}_concept_id": first, f"{prefix}_source_concept_id": second}


def _lay_condition(
    made: Made, resource: Mapping[str, Any], person: int, about: Row
) -> dict[str, Any] | None:
    day = resource.get("recordedDate") or resource.get("onsetDateTime")
    words = str([resource.get(name) for name in ("clinicalStatus", "verificationStatus")])
    ended = resource.get("abatementDateTime")
    if not day or any(each in words for each in ("inactive", "resolved", "remission", "refuted")):
        return None
    if "verificationStatus" in resource and "'confirmed'" not in words:
        return None
    codings = _codings(resource)
    key = made.add(
        "condition_occurrence",
        person_id=person,
        condition_start_date=day[:10],
        condition_end_date=ended,
        **_columns(made, "condition", codings),
    )
    said = {"recordedDate": day[:10]} | ({"abatementDateTime": ended} if ended else {})
    name = f"condition_occurrence-{key}"
    return {"resourceType": "Condition", "id": name, "code": {"coding": codings}} | said | about


def _lay_procedure(
    made: Made, resource: Mapping[str, Any], person: int, about: Row
) -> dict[str, Any] | None:
    day = resource.get("performedDateTime") or resource.get("performedPeriod", {}).get("start")
    codings = _codings(resource)
    key = made.add(
        "procedure_occurrence",
        person_id=person,
        procedure_date=day and day[:10],
        procedure_type_concept_id=made.named("EHR encounter record"),
        **_columns(made, "procedure", codings),
    )
    said = {"performedDateTime": day[:10]} if day else {}
    said |= {"status": "completed", "code": {"coding": codings}}
    return {"resourceType": "Procedure", "id": f"procedure_occurrence-{key}"} | said | about


def _lay_drug(
    made: Made, resource: Mapping[str, Any], person: int, about: Row
) -> dict[str, Any] | None:
    day = (
        resource.get("authoredOn")
        or resource.get("effectiveDateTime")
        or resource.get("effectivePeriod", {}).get("start")
        or resource.get("dateAsserted")
    )
    codings = _codings(resource, "medicationCodeableConcept")
    classes = [each for each in codings if each["system"] == "http://www.whocc.no/atc"]
    drug = 0
    if classes:
        drug = made.concept_of("RxNorm", f"drug {classes[0]['code']}", "a drug")
        made.add(
            "concept_ancestor",
            ancestor_concept_id=made.concept(classes[0]),
            descendant_concept_id=drug,
        )
    key = made.add(
        "drug_exposure",
        person_id=person,
        drug_concept_id=drug,
        drug_source_concept_id=0,
        drug_exposure_start_date=day and day[:10],
    )
    said = {"effectiveDateTime": day[:10]} if day else {}
    said |= {"status": "completed", "medicationCodeableConcept": {"coding": classes[:1]}}
    return {"resourceType": "MedicationStatement", "id": f"drug_exposure-{key}"} | said | about


def _lay_observation(
    made: Made, resource: Mapping[str, Any], person: int, about: Row
) -> dict[str, Any] | None:
    day = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start")
    codings = _codings(resource)
    said: dict[str, Any] = {"status": "final", "code": {"coding": codings}}
    said |= {"effectiveDateTime": day[:10]} if day else {}
    quantity = resource.get("valueQuantity")
    columns: Row = {}
    if quantity is not None:
        unit = {"system": "http://unitsofmeasure.org", "code": quantity.get("code")}
        columns = {"value_as_number": quantity["value"], "unit_concept_id": made.concept(unit)}
        said["valueQuantity"] = {"value": quantity["value"], "code": quantity.get("code")}
    elif "valueBoolean" in resource:
        answer = "373066001" if resource["valueBoolean"] else "373067005"
        coding = {"system": "http://snomed.info/sct", "code": answer}
        columns = {"value_as_concept_id": made.concept(coding)}
        own = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
        word = "yes" if resource["valueBoolean"] else "no"
        said["valueCodeableConcept"] = {"coding": [{"system": own, "code": word}]}
    elif values := _codings(resource, "valueCodeableConcept"):
        columns = {"value_as_concept_id": made.concept(values[0])}
        said["valueCodeableConcept"] = {"coding": values[:1]}
    elif any(each.startswith("value") for each in resource) or "interpretation" in resource:
        return None
    table = "measurement" if quantity is not None else "observation"
    key = made.add(
        table,
        person_id=person,
        **{f"{table}_date": day and day[:10]},
        **columns,
        **_columns(made, table, codings),
    )
    return {"resourceType": "Observation", "id": f"{table}-{key}"} | said | about


LAID = {
    "Condition": _lay_condition,
    "Procedure": _lay_procedure,
    "Observation": _lay_observation,
    **dict.fromkeys(MEDICATION, _lay_drug),
}
