"""The topics that take several resources: birth, pain, therapy, medicines, request, coverage."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from multifidus.population.habits import Habit
from multifidus.population.resource import (
    SUBJECT,
    Resource,
    concept,
    condition,
    prescription,
    procedure,
    resource,
)
from multifidus.population.topic import Topic, Way, topic, way

if TYPE_CHECKING:
    from random import Random

    from multifidus.core.coding import Code
    from multifidus.core.element import Dictionary

MANY = 120
"""How many ways are written where ways differ much."""

DONE, ORDERED = 0.95, 0.9
"""How often a session was held, and how often a prescription was not withdrawn."""

YEAR = 365.25
TEST_DATA = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "made up; no real person",
}
"""HL7's mark for data of tests."""


class Histories:
    """Writes what is told of persons over time, for one day of service."""

    def __init__(self, dictionary: Dictionary, *, on: date, chance: Random) -> None:
        """Prepare the value sets."""
        self.dictionary = dictionary
        self.on = on
        self.chance = chance

    def topics(self) -> list[Topic]:
        """Write all of them."""
        return [
            self._birth(),
            self._pain(),
            self._therapy(),
            self._medicines(),
            self._request(),
            self._coverage(),
        ]

    def _codes(self, *names: str) -> list[Code]:
        return [code for name in names for code in self.dictionary.value_sets[name].codes]

    def _day(self, nearest: int, farthest: int) -> date:
        return self.on - timedelta(days=self.chance.randint(nearest, farthest))

    # Birth

    def _birth(self) -> Topic:
        apt = [self._born(22, 75) for _ in range(MANY * 2)]
        rest = [self._born(16, 95) for _ in range(MANY * 2)]
        everybody = Habit(1.0, ((True, 0.8), (False, 0.2)))
        return topic(everybody, [apt, rest], [])

    def _born(self, youngest: int, oldest: int) -> Way:
        born = self._day(int(youngest * YEAR) + 2, int((oldest + 1) * YEAR) - 2)
        person: Resource = {
            "resourceType": "Patient",
            "id": "@P",
            "meta": {
                "lastUpdated": f"{self.on}T00:00:00Z",
                "security": [TEST_DATA],
            },
            "identifier": [{"system": "https://example.org/made-up", "value": "@P"}],
            "gender": self.chance.choice(("male", "female")),
            "birthDate": str(born),
        }
        return way([person], {"age": {"since": str(born)}})

    # Pain

    def _pain(self) -> Topic:
        known = self._codes("chronic-low-back-pain")
        stated = {(each.system, each.code) for each in known}
        unstated = [
            each for each in self._codes("low-back-pain") if (each.system, each.code) not in stated
        ]
        chronic = [self._hurting(known, {"chronic_low_back_pain": True}) for _ in range(MANY)]
        plain = [self._hurting(unstated, {}) for _ in range(MANY)]
        over = [self._resolved() for _ in range(MANY // 10)]
        habit = Habit(0.93, ((True, 0.6), (False, 0.4)))
        return topic(habit, [chronic, plain], over)

    def _hurting(self, codes: list[Code], truth: dict[str, object]) -> Way:
        recorded = self._day(20, 900)
        began = recorded - timedelta(days=self.chance.randint(400, 3000))
        onset = self.chance.choice(
            ("", str(began), str(began), f"{began:%Y-%m}", f"{began:%Y}", f"{began}T08:00:00Z")
        )
        code = self.chance.choice([each for each in codes if each.valid.include(recorded)])
        fields = {"onsetDateTime": onset} if onset else {}
        name = f"back-pain-{self.chance.randint(0, 10**6)}"
        made = condition(name, _coded(code), recorded, self.chance, **fields)
        since = onset.partition("T")[0] or f"{recorded} or earlier"
        return way([made], {**truth, "pain_duration": {"since": since}})

    def _resolved(self) -> Way:
        day = self._day(20, 900)
        code = self.chance.choice(self._codes("chronic-low-back-pain"))
        ended = {
            "clinicalStatus": concept(
                "http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved"
            ),
            "abatementDateTime": str(day + timedelta(days=10)),
        }
        return way([condition("back-pain-over", _coded(code), day, self.chance, **ended)], {})

    # Therapy and medicines

    def _therapy(self) -> Topic:
        full = [self._sessions(8, 24) for _ in range(MANY)]
        few = [self._sessions(1, 7) for _ in range(MANY)]
        return topic(Habit(0.9, ((True, 0.8), (False, 0.2))), [full, few], [])

    def _sessions(self, fewest: int, most: int) -> Way:
        codes, made = self._codes("physical-therapy"), []
        days: set[date] = set()
        for number in range(self.chance.randint(fewest, most)):
            day = self._day(10, 400)
            is_done = self.chance.random() < DONE
            status = {} if is_done else {"status": self.chance.choice(("not-done", "preparation"))}
            code = _coded(self.chance.choice(codes))
            made.append(procedure(f"session-{number}", code, day, self.chance, **status))
            days |= {day} if is_done else set()
        return way(made, _counted("physical_therapy_days", len(days)))

    def _medicines(self) -> Topic:
        several = [self._prescribed(2, 4) for _ in range(MANY)]
        one = [self._prescribed(1, 1) for _ in range(MANY // 4)]
        return topic(Habit(0.9, ((True, 0.85), (False, 0.15))), [several, one], [])

    def _prescribed(self, fewest: int, most: int) -> Way:
        classes = self.chance.sample(
            self._codes("pain-medication"), self.chance.randint(fewest, most)
        )
        made: list[Resource] = []
        counted: set[str] = set()
        for number, code in enumerate(classes * 2):
            is_counted = self.chance.random() < ORDERED
            status = {} if is_counted else {"status": self.chance.choice(("cancelled", "draft"))}
            day = self._day(10, 900)
            made.append(prescription(f"pain-{number}", _coded(code), day, self.chance, **status))
            counted |= {code.code} if is_counted else set()
        return way(made, _counted("medication_classes_tried", len(counted)))

    # The request

    def _request(self) -> Topic:
        whole = [self._requested() for _ in range(MANY // 4)]
        another = [self._requested_other() for _ in range(MANY // 10)]
        withdrawn = [self._withdrawn() for _ in range(MANY // 10)]
        return topic(Habit(0.5, ((True, 0.9), (False, 0.1))), [whole, another], withdrawn)

    def _ordered(self, kind: str, name: str, code: Resource, **fields: object) -> Resource:
        day = self._day(1, 20)
        named = "codeCodeableConcept" if kind == "DeviceRequest" else "code"
        return resource(
            kind,
            name,
            day,
            self.chance,
            **{
                "status": "active",
                "intent": "order",
                named: code,
                "subject": SUBJECT,
                "authoredOn": str(day),
                "occurrenceDateTime": str(self.on),
                **fields,
            },
        )

    def _requested(self) -> Way:
        orders = [
            self._ordered(
                "ServiceRequest", set_name, _coded(self.chance.choice(self._codes(set_name)))
            )
            for set_name in ("lead-implant", "generator-implant")
        ]
        device = self._ordered(
            "DeviceRequest", "device", _coded(self._codes("restorative-neurostimulator")[0])
        )
        truth = {
            "lead_procedure_requested": True,
            "generator_procedure_requested": True,
            "requested_device": "restorative-neurostimulator",
        }
        return way(
            [*orders, device, self._claim()], {**truth, "place_of_service": "outpatient-hospital"}
        )

    def _claim(self) -> Resource:
        item = {
            "sequence": 1,
            "productOrService": _coded(self._codes("lead-implant")[0]),
            "locationCodeableConcept": _coded(
                self.chance.choice(self._codes("outpatient-hospital"))
            ),
        }
        return resource(
            "Claim",
            "preauthorization",
            self.on,
            self.chance,
            status="active",
            use="preauthorization",
            patient=SUBJECT,
            created=str(self._day(1, 10)),
            item=[item],
        )

    def _requested_other(self) -> Way:
        code = _coded(self.chance.choice(self._codes("other-neurostimulator")))
        made = self._ordered("DeviceRequest", "device", code)
        return way([made], {"requested_device": "other-neurostimulator"})

    def _withdrawn(self) -> Way:
        code = _coded(self._codes("lead-implant")[0])
        return way([self._ordered("ServiceRequest", "withdrawn", code, status="revoked")], {})

    def _coverage(self) -> Topic:
        covered = [self._insured({"end": str(self.on + timedelta(days=200))}) for _ in range(20)]
        for_long = [self._insured({}) for _ in range(20)]
        ended = [self._insured({"end": str(self._day(30, 300))}, is_on=False) for _ in range(10)]
        return topic(Habit(0.95, ((True, 0.6), (False, 0.4))), [covered, for_long], ended)

    def _insured(self, until: dict[str, str], *, is_on: bool = True) -> Way:
        made = resource(
            "Coverage",
            "coverage",
            self.on,
            self.chance,
            status="active",
            beneficiary=SUBJECT,
            payor=[{"reference": "Organization/made-up-payer"}],
            period={"start": str(self._day(400, 900)), **until},
        )
        return way([made], {"active_coverage": True} if is_on else {})


def _counted(element: str, count: int) -> dict[str, object]:
    if not count:
        return {}
    return {element: f"{count} time" if count == 1 else f"{count} times"}


def _coded(code: Code) -> Resource:
    return concept(code.system, code.code, code.label)
