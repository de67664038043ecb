"""
Made-up exports with the shapes that real ones have, and with those that none should have.

Every rule of a dictionary is hit; then fields go missing, change their type, repeat, stand under
another system, lose their unit or get one that nobody accepts, and days lose their precision.
"""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Choice, Content, Number, Since, SinceAtLatest, Time, YesNo
from multifidus.core.quantity import UNITS
from multifidus.core.resource import (
    CODE_FIELDS,
    CONCEPT_REFERENCES,
    FIELD_NAMES,
    QUESTIONNAIRE,
    SUBJECT_FIELDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import AnswerType, DataElement, Dictionary, Filter, Rule

Resource = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
KEPT = ("resourceType", "meta")
"""What stays as it is: versions that nobody can put in order are tested by themselves."""


class Hostile:
    """Makes resources about some patients, by chance, from a seed."""

    def __init__(self, dictionary: Dictionary, *, seed: int) -> None:
        """Make them for a dictionary, the same from the same seed."""
        self.dictionary = dictionary
        self.random = Random(seed)  # noqa: S311  chance for tests, no secret
        self.number = 0

    def lines(self, patients: int, *, each: int) -> Iterator[tuple[str, str]]:
        """Give lines, each with the type of its resource."""
        for number in range(patients):
            name = f"p{number}"
            for resource in self.about(name, each):
                yield resource["resourceType"], json.dumps(resource)

    def about(self, name: str, count: int) -> Iterator[Resource]:
        """Give a patient's resources."""
        born = self.day(1940, 2010)
        yield {"resourceType": "Patient"} | self.without({"id": name, "birthDate": born}, 0.02)
        rules: list[tuple[DataElement | None, Rule]] = [
            (element, rule)
            for element in self.dictionary.elements.values()
            for rule in element.rules
            if rule.resource != "Patient"
        ]
        rules += [(None, rule) for rule in self.dictionary.service_date]
        made: list[Resource] = []
        for _ in range(count):
            if made and self.chance(0.03):
                made.append(self.another_version(self.random.choice(made)))
            elif self.chance(0.05):
                made.append(self.answers(name))
            else:
                made.append(self.resource(name, *self.random.choice(rules)))
        yield from made

    def another_version(self, resource: Resource) -> Resource:
        """Give a newer version of a resource, perhaps one that no longer counts."""
        copy: Resource = json.loads(json.dumps(resource))
        self.number += 1
        second, hundredth = divmod(self.number, 100)
        minute, second = divmod(second, 60)
        time = f"{minute // 60:02d}:{minute % 60:02d}:{second:02d}.{hundredth:02d}0"
        copy["meta"] = {"lastUpdated": f"2026-01-01T{time}Z"}
        if self.chance(0.5):
            copy["status"] = "entered-in-error"
        if self.chance(0.3):
            copy.pop("code", None)
        return copy

    # One resource

    def resource(self, patient: str, element: DataElement | None, rule: Rule) -> Resource:
        """Make a resource that a rule may read, and see what can go wrong with it."""
        self.number += 1
        kind = rule.resource
        made: Resource = {
            "resourceType": kind,
            "id": f"r{self.number}",
            "meta": {"lastUpdated": f"2025-06-01T00:00:{self.number % 60:02d}Z"},
            SUBJECT_FIELDS.get(kind, "subject"): {"reference": self.reference(patient)},
        }
        self.fill_statuses(made, kind)
        self.fill_code(made, element, rule)
        self.fill_dates(made, kind)
        self.fill_content(made, element, rule)
        self.fill_oddities(made)
        return made

    def reference(self, patient: str) -> str:
        """Refer to a patient, in one of the ways that records do."""
        forms = [
            f"Patient/{patient}",
            f"https://example.org/fhir/Patient/{patient}",
            f"Patient/{patient}/_history/2",
            "Patient/nobody",
            "",
        ]
        return self.random.choices(forms, [90, 5, 3, 1, 1])[0]

    def fill_statuses(self, made: Resource, kind: str) -> None:
        """Give it statuses, mostly such that it counts."""
        for condition in self.dictionary.counts.get(kind, ()):
            if self.chance(0.05):
                continue
            word = self.random.choice([*condition.among, *condition.among, "entered-in-error"])
            if condition.field in {"clinicalStatus", "verificationStatus"}:
                made[condition.field] = self.concept([("http://example.org/status", word)])
            else:
                made[condition.field] = word

    def fill_code(self, made: Resource, element: DataElement | None, rule: Rule) -> None:
        """Code it as a rule asks, among other codes."""
        codes = [self.code(element, rule)] if rule.own or rule.code_in else []
        if codes and self.chance(0.2):
            codes.insert(self.random.randrange(2), self.any_code())
        if codes and self.chance(0.1):
            codes.append(("http://example.org/local", codes[0][1]))
        field = CODE_FIELDS.get(rule.resource, "code")
        if rule.resource == "Claim":
            made["item"] = [{"sequence": 1, field: self.concept(codes)}]
        elif codes and rule.resource in CONCEPT_REFERENCES and self.chance(0.1):
            made["contained"] = [
                {"resourceType": "Medication", "id": "m", "code": self.concept(codes)}
            ]
            made[CONCEPT_REFERENCES[rule.resource]] = {"reference": "#m"}
        elif codes:
            made[field] = self.concept(codes)

    def code(self, element: DataElement | None, rule: Rule) -> tuple[str, str]:
        """Give a code that leads to a rule."""
        if rule.own and element is not None:
            return OWN_SYSTEM, element.name.replace("_", "-")
        chosen = self.random.choice(
            [each for name in rule.code_in for each in self.dictionary.value_sets[name].codes]
        )
        more = self.random.choice(["", "1", "9"]) if chosen.with_descendants else ""
        return chosen.system, f"{chosen.code}{more}"

    def any_code(self) -> tuple[str, str]:
        """Give a code that leads to some other rule."""
        sets = [each for each in self.dictionary.value_sets.values() if each.codes]
        chosen = self.random.choice(self.random.choice(sets).codes)
        return chosen.system, chosen.code

    def fill_dates(self, made: Resource, kind: str) -> None:
        """Date it, with any type and precision that a date may have."""
        for field in self.dictionary.dates.get(kind, ()):
            if self.chance(0.2):
                continue
            suffix = self.random.choice(["", "DateTime", "DateTime", "Date", "Period", "Instant"])
            day: object = self.day(2015, 2027)
            if suffix == "Period" or field == "period":
                day = self.without({"start": day, "end": self.day(2024, 2029)}, 0.2)
            made[field + ("" if field in {"period", "issued", "recordedDate"} else suffix)] = day

    def fill_content(self, made: Resource, element: DataElement | None, rule: Rule) -> None:
        """Give it the fields that a rule reads."""
        if isinstance(rule.gives, Since | SinceAtLatest):
            path = rule.gives.path
            suffix = self.random.choice(["", "DateTime", "Period"])
            day = self.day(2010, 2027)
            made[f"{path}{suffix}"] = {"start": day} if suffix == "Period" else day
        if isinstance(rule.gives, Content) and element is not None:
            for _ in range(1 if self.chance(0.95) else 2):
                name, value = self.value(element, element.answer)
                made[name] = value
        for condition in rule.filters:
            self.fill_filter(made, condition)

    def fill_filter(self, made: Resource, condition: Filter) -> None:
        """Give it a code that a rule asks for, or another."""
        sets = self.dictionary.value_sets
        if condition.field == "code" or not set(condition.among) <= sets.keys():
            return
        chosen = self.random.choice([each for name in condition.among for each in sets[name].codes])
        codes = [(chosen.system, chosen.code)] if self.chance(0.8) else [self.any_code()]
        concept = self.concept(codes)
        name = FIELD_NAMES.get(condition.field, condition.field)
        made[name] = [concept] if name == "interpretation" else concept
        if "item" in made:
            made["item"][0][name] = made.pop(name)

    # Values

    def value(self, element: DataElement, answer: AnswerType) -> tuple[str, object]:
        """Give an answer, of the right type or of a wrong one."""
        if self.chance(0.08):
            return self.random.choice(
                [
                    ("valueString", "yes"),
                    ("valueInteger", 5),
                    ("valueBoolean", "true"),
                    ("valueQuantity", {"value": "7", "code": "cm"}),
                    ("valueQuantity", {"code": "yes", "system": OWN_SYSTEM}),
                    ("valueCodeableConcept", {"text": "negative"}),
                    ("valueDateTime", "2020"),
                    ("valueset", True),
                    ("value", None),
                    ("valueBoolean", None),
                ]
            )
        match answer:
            case YesNo():
                if self.chance(0.6):
                    return "valueBoolean", self.chance(0.5)
                codes = [(OWN_SYSTEM, self.random.choice(["yes", "no"]))]
                if self.chance(0.2):
                    codes.append((OWN_SYSTEM, self.random.choice(["yes", "no"])))
                return "valueCodeableConcept", self.concept(codes)
            case Choice(options):
                codes = [(OWN_SYSTEM, self.random.choice([*options, "unheard-of"]))]
                if self.chance(0.1):
                    codes.append((OWN_SYSTEM, self.random.choice(options)))
                return "valueCodeableConcept", self.concept(codes)
            case Number():
                return "valueQuantity", self.quantity(element, answer)
            case Time():
                return self.time(element)

    def quantity(self, element: DataElement, answer: Number) -> Resource:
        """Give a number, near the bounds of the scale, in some unit."""
        low, high = float(answer.low), float(answer.high)
        number: object = round(self.random.uniform(low - 1, high / 4 + 2), self.random.randrange(4))
        if self.chance(0.2):
            number = self.random.choice([int(low), int(high), 1e-7, 5.99999999999999999, -0.0, "7"])
        if self.chance(0.05):
            number = self.random.choice([10**19, 0.1 + 0.2, True, None, 12345678901.25])
        code = self.random.choice([*element.units, *element.units, "furlong", ""])
        made: Resource = {"value": number, "unit": code, "system": UCUM, "code": code}
        if code == "none":
            made = {"value": number}
        if self.chance(0.1):
            made["unit"] = self.random.choice([*UNITS, "cm", ""])
            made.pop("code", None)
        if self.chance(0.03):
            made["comparator"] = "<"
        return self.without(made, 0.05)

    def time(self, element: DataElement) -> tuple[str, object]:
        """Give a day or a length of time."""
        match self.random.randrange(3):
            case 0:
                return "valueDateTime", self.day(2010, 2027)
            case 1:
                return "valuePeriod", {"start": self.day(2010, 2027)}
            case _:
                code = self.random.choice([*element.units, "furlong"])
                number = self.random.choice([1, 3, 6, 10, 18, 2.5, -1])
                return "valueQuantity", {"value": number, "code": code, "system": UCUM}

    def concept(self, codes: list[tuple[str, str]]) -> object:
        """Code something, now and then in another shape than FHIR has."""
        codings: list[object] = [
            self.without({"system": system, "code": code}, 0.01) for system, code in codes
        ]
        if self.chance(0.02):
            codings.insert(0, self.random.choice([5, None, {}, {"code": 11}, [{}]]))
        if self.chance(0.02) and codes:
            return {"system": codes[0][0], "code": codes[0][1]}
        if self.chance(0.01):
            return [{"coding": codings}]
        return {"coding": codings, "text": "as\nwritten"}

    def answers(self, patient: str) -> Resource:
        """Make a person's answers."""
        self.number += 1
        elements = self.random.choices([*self.dictionary.elements.values()], k=3)
        return {
            "resourceType": "QuestionnaireResponse",
            "id": f"r{self.number}",
            "meta": {"lastUpdated": "2025-06-01T00:00:00Z"},
            "questionnaire": f"{QUESTIONNAIRE}x" if self.chance(0.9) else "https://example.org/x",
            "status": self.random.choice(["completed", "amended", "in-progress"]),
            "subject": {"reference": self.reference(patient)},
            "authored": self.day(2023, 2027),
            "item": [
                {"linkId": each.name, "answer": [dict([self.value(each, each.answer)])]}
                for each in elements
            ],
        }

    # Days and chances

    def day(self, first: int, last: int) -> str:
        """Give a day, with some precision, or words that are none."""
        year = self.random.randint(first, last)
        month, day = self.random.randint(1, 12), self.random.randint(1, 28)
        forms = [
            f"{year}-{month:02d}-{day:02d}",
            f"{year}-{month:02d}-{day:02d}T23:30:00-05:00",
            f"{year}-{month:02d}",
            f"{year}",
            f"{year}-02-30",
            "last summer",
            f"{year}-{month}-{day}",
            "0000-01-01",
        ]
        return self.random.choices(forms, [60, 20, 8, 8, 1, 1, 1, 1])[0]

    def fill_oddities(self, made: Resource) -> None:
        """Let fields change their type, and go missing."""
        if self.chance(0.02):
            made["focus"] = [{"reference": "Patient/other"}]
        if self.chance(0.03):
            made["dataAbsentReason"] = self.concept(
                [("x", self.random.choice(["not-performed", "masked"]))]
            )
        if made["resourceType"] == "Condition" and self.chance(0.1):
            made[self.random.choice(["abatementDateTime", "abatementString"])] = self.day(
                2018, 2027
            )
            if self.chance(0.3):
                made.pop("clinicalStatus", None)
        if self.chance(0.08):
            field = self.random.choice([*made])
            if field not in KEPT:
                text = made["id"] if field == "id" else "x"
                made[field] = self.random.choice(
                    [None, 5, text, [], {}, True, [{}], [[1]], {"coding": "x"}]
                )
        if self.chance(0.05):
            made.pop(self.random.choice([name for name in made if name not in KEPT]))

    def without(self, made: Resource, chance: float) -> Resource:
        """Leave out fields by chance."""
        return {name: each for name, each in made.items() if not self.chance(chance)}

    def chance(self, part: float) -> bool:
        """Let something happen so often."""
        return self.random.random() < part
