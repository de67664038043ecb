"""What fills a record and says nothing of the elements: laboratory values, visits, the rest."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from multifidus.population.habits import NOISE
from multifidus.population.resource import (
    SUBJECT,
    Resource,
    concept,
    condition,
    line,
    observation,
    prescription,
    procedure,
    quantity,
    resource,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOCAL = "https://example.org/fhir/CodeSystem/local"
MEASURED = (
    ("2345-7", "Glucose", "mg/dL", 70, 180),
    ("718-7", "Hemoglobin", "g/dL", 10, 17),
    ("2160-0", "Creatinine", "mg/dL", 1, 2),
    ("8867-4", "Heart rate", "/min", 52, 110),
    ("8310-5", "Body temperature", "Cel", 36, 38),
    ("9279-1", "Respiratory rate", "/min", 10, 22),
    ("2093-3", "Cholesterol", "mg/dL", 120, 280),
    ("29463-7", "Body weight", "kg", 48, 130),
    ("8302-2", "Body height", "cm", 150, 200),
)
PROBLEMS = (
    "E11.9",
    "I10",
    "E78.5",
    "F41.1",
    "J45.909",
    "K21.9",
    "G47.33",
    "N39.0",
    "R51.9",
    "H52.4",
)
PROCEDURES = ("colonoscopy", "immunization", "mammogram", "ecg", "spirometry")
MEDICINES = ("statin", "metformin", "lisinopril", "omeprazole", "salbutamol")
WORDS = (
    *("seen", "today", "for", "a", "visit", "questions", "answered", "vital", "signs", "stable"),
    *("next", "visit", "arranged", "letter", "sent", "records", "requested", "labs", "drawn"),
    *("results", "discussed", "will", "call", "with", "results"),
)
LONG_AGO = 2500
STOCK = 600
"""How many resources of each type there are to take a stretch of."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Lines of one type, one after the other, and where each begins: a stretch is one slice."""

    text: bytes
    starts: tuple[int, ...]
    fewest: int
    most: int

    def stretch(self, first: float, length: float) -> bytes:
        """Take some lines in a row, by two numbers from 0 up to 1."""
        count = self.fewest + int(length * (self.most - self.fewest + 1))
        begin = int(first * (len(self.starts) - count))
        return self.text[self.starts[begin] : self.starts[begin + count]]


def stocks(*, on: date, chance: Random) -> dict[str, Stock]:
    """Write the stock of every type."""
    noise = _Noise(on, chance)
    writers: dict[str, Callable[[int], Resource]] = {
        "Observation": noise.measured,
        "Condition": noise.problem,
        "Procedure": noise.done,
        "MedicationRequest": noise.prescribed,
        "Encounter": noise.visit,
        "DocumentReference": noise.note,
    }
    return {kind: _stock(write, *NOISE[kind]) for kind, write in writers.items()}


def _stock(write: Callable[[int], Resource], fewest: int, most: int) -> Stock:
    lines = [line(write(number)) for number in range(STOCK)]
    starts = [0]
    for each in lines:
        starts.append(starts[-1] + len(each))
    return Stock(b"".join(lines), tuple(starts), fewest, most)


@dataclass(frozen=True, slots=True)
class _Noise:
    on: date
    chance: Random

    def day(self) -> date:
        return self.on - timedelta(days=self.chance.randint(1, LONG_AGO))

    def measured(self, number: int) -> Resource:
        code, text, unit, low, high = self.chance.choice(MEASURED)
        value = {"valueQuantity": quantity(self.chance.randint(low * 10, high * 10) / 10, unit)}
        about = concept(LOINC, code, text)
        return observation(f"measured-{number}", about, self.day(), self.chance, **value)

    def problem(self, number: int) -> Resource:
        status = self.chance.choice(("active", "resolved"))
        clinical = concept("http://terminology.hl7.org/CodeSystem/condition-clinical", status)
        code = concept(ICD, self.chance.choice(PROBLEMS), "another problem")
        name = f"problem-{number}"
        return condition(name, code, self.day(), self.chance, clinicalStatus=clinical)

    def done(self, number: int) -> Resource:
        code = concept(LOCAL, self.chance.choice(PROCEDURES))
        return procedure(f"done-{number}", code, self.day(), self.chance)

    def prescribed(self, number: int) -> Resource:
        code = concept(LOCAL, self.chance.choice(MEDICINES))
        return prescription(f"medicine-{number}", code, self.day(), self.chance)

    def visit(self, number: int) -> Resource:
        day = self.day()
        return resource(
            "Encounter",
            f"encounter-{number}",
            day,
            self.chance,
            status="finished",
            **{
                "class": {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                    "code": "AMB",
                }
            },
            subject=SUBJECT,
            period={"start": f"{day}T09:00:00Z", "end": f"{day}T09:30:00Z"},
        )

    def note(self, number: int) -> Resource:
        text = " ".join(self.chance.choices(WORDS, k=self.chance.randint(120, 400)))
        data = b64encode(text.encode()).decode()
        day = self.day()
        return resource(
            "DocumentReference",
            f"note-{number}",
            day,
            self.chance,
            status="current",
            type=concept(LOINC, "11506-3", "Progress note"),
            subject=SUBJECT,
            date=f"{day}T09:30:00Z",
            content=[{"attachment": {"contentType": "text/plain", "data": data}}],
        )
