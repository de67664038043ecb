"""Made-up bulk exports of any size, for measuring; nobody in them is real."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
OBSERVATIONS_A_PATIENT = 60


def write_bulk_export(folder: Path, *, megabytes: int) -> tuple[int, int]:
    """Write `Patient.ndjson` and `Observation.ndjson`; give the bytes and the patients."""
    size = patients = 0
    with (
        (folder / "Patient.ndjson").open("w", encoding="utf-8") as people,
        (folder / "Observation.ndjson").open("w", encoding="utf-8") as findings,
    ):
        while size < megabytes * 1024 * 1024:
            patients += 1
            name = f"patient-{patients}"
            born = f"{1940 + patients % 60}-03-02"
            size += people.write(
                json.dumps({"resourceType": "Patient", "id": name, "birthDate": born}) + "\n"
            )
            for number in range(OBSERVATIONS_A_PATIENT):
                size += findings.write(json.dumps(_observation(name, number)) + "\n")
    return size, patients


def _observation(patient: str, number: int) -> dict[str, object]:
    """Make an observation; one in six is asked about by the dictionary."""
    code = {"system": "http://loinc.org", "code": "97909-6" if number % 6 == 0 else f"{number}-1"}
    return {
        "resourceType": "Observation",
        "id": f"{patient}-{number}",
        "status": "final",
        "category": [{"coding": [{"system": OWN, "code": "survey"}], "text": "made up"}],
        "code": {"coding": [code]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": f"2026-0{1 + number % 9}-1{number % 10}T08:30:00-05:00",
        "valueQuantity": {
            "value": 20 + number,
            "unit": "score",
            "system": "http://unitsofmeasure.org",
            "code": "{score}",
        },
        "note": [{"text": "made up for a measurement " * 8}],
    }
