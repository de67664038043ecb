"""
Made-up records, drawn by seed: what the dictionary's rules ask for, and all that may go wrong.

Every record is drawn from its number alone. Codes stand in and outside of their validity, statuses
count or do not, units are accepted or not, days are exact, partial, missing, on a boundary or after
the service, entries repeat and contradict each other, and a person answers in between.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Choice, Constant, Content, Number, Since, SinceAtLatest, YesNo
from multifidus.core.quantity import UCUM_SYSTEM, UNITS
from multifidus.core.resource import NOT_OBTAINED, QUESTIONNAIRE, SAID_ON, STATED_ON
from tests.export.cql.facts import PATIENT, bundle_of, own_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multifidus.core.element import DataElement, Dictionary, Filter, Rule
    from multifidus.core.quantity import Quantity

Json = dict[str, Any]

SUBJECT_FIELDS = {"Claim": "patient", "Coverage": "beneficiary"}
CODE_FIELDS = {
    "DeviceRequest": "codeCodeableConcept",
    "MedicationAdministration": "medicationCodeableConcept",
    "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept",
}
DAY_FIELDS = {
    "Claim": ("created",),
    "Condition": ("recordedDate",),
    "DeviceRequest": ("authoredOn",),
    "DiagnosticReport": ("effectiveDateTime", "issued", "effectivePeriod"),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectiveDateTime", "dateAsserted", "effectivePeriod"),
    "Observation": ("effectiveDateTime", "issued", "effectivePeriod", "effectiveInstant"),
    "Procedure": ("performedDateTime", "performedPeriod"),
    "ServiceRequest": ("authoredOn",),
}
"""The fields that may date a resource, the commonest first."""
LISTS = frozenset({"interpretation", "conclusionCode", "reasonCode", "category"})
OTHER_STATUSES = ("entered-in-error", "unknown", "draft", "cancelled")
SERVICE_DATES = (date(2026, 3, 1), date(2026, 6, 30), date(2028, 2, 29), date(2024, 9, 30))


class Record:
    """One made-up record: its bundle, and the day of the service."""

    def __init__(
        self,
        number: int,
        dictionary: Dictionary,
        elements: Sequence[str],
        bounds: Mapping[str, Sequence[Quantity]],
    ) -> None:
        """Draw a record about some elements; `bounds` are numbers near which its values may lie."""
        self.number = number
        self.chance = random.Random(number)  # noqa: S311  it draws records, not secrets
        self.dictionary = dictionary
        self.bounds = bounds
        self.on = self.chance.choice(SERVICE_DATES)
        self.resources: list[Json] = []
        for name in elements:
            self._draw(dictionary.elements[name])
        self.chance.shuffle(self.resources)
        self.bundle = bundle_of(self.resources)
        self.bundle["entry"][0]["resource"] |= self._birth()

    # What is drawn of an element

    def _draw(self, element: DataElement) -> None:
        how_many = self.chance.choices((0, 1, 2, 3), weights=(20, 45, 25, 10))[0]
        for _ in range(how_many):
            rule = self.chance.choice(element.rules)
            if self._happens(0.2):
                self._add(self._response(element))
            elif rule.resource not in ("Patient", "Coverage"):
                self._add(self._resource(element, rule))
            elif rule.resource == "Coverage":
                self._add(self._coverage(rule))

    def _add(self, resource: Json) -> None:
        self.resources.append({**resource, "id": f"r{len(self.resources)}"})

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _birth(self) -> Json:
        if self._happens(0.1):
            return {}
        age = self.chance.choice((17, 18, 21, 22, 45, 74, 75, 76, 80))
        born = self.on.replace(year=self.on.year - age, day=min(self.on.day, 28))
        born += timedelta(days=self.chance.randint(-2, 3))
        return {"birthDate": self._cut(born)}

    # Days

    def _day(self, element: DataElement) -> date:
        """Draw the day of an entry: often near a boundary of the window, or the service itself."""
        near = [self.on, self.on, self.on - timedelta(days=40), self.on - timedelta(days=400)]
        if element.window is not None:
            size = int(element.window.value) * int(UNITS[element.window.unit].size)
            year, month = divmod(self.on.year * 12 + self.on.month - 1 - size, 12)
            near += [date(year, month + 1, min(self.on.day, 28))] * 2
        shift = self.chance.choice((0, 0, 0, 0, -1, 1, -2, 5))
        return self.chance.choice(near) + timedelta(days=shift)

    def _cut(self, day: date) -> str:
        """Write a day to the precision that somebody knows."""
        text = day.isoformat()
        return text[: self.chance.choices((10, 7, 4), weights=(80, 12, 8))[0]]

    def _instant(self, day: date) -> str:
        hour, zone = self.chance.choice(("00:15", "12:00", "23:45")), self.chance.choice("Z+-")
        return f"{day.isoformat()}T{hour}:00{zone if zone == 'Z' else f'{zone}07:00'}"

    def _moment(self, day: date) -> str:
        return self._instant(day) if self._happens(0.2) else self._cut(day)

    def _dated(self, kind: str, element: DataElement) -> Json:
        fields = DAY_FIELDS[kind]
        if self._happens(0.06):
            return {}
        weights = (12, *([1] * (len(fields) - 1)))
        field = self.chance.choices(fields, weights=weights)[0]
        day = self._day(element)
        if field.endswith("Period"):
            return {field: {"start": self._moment(day)} if self._happens(0.9) else {}}
        if field in ("issued", "effectiveInstant"):
            return {field: self._instant(day)}
        return {field: self._moment(day)}

    # Resources

    def _resource(self, element: DataElement, rule: Rule) -> Json:
        kind = rule.resource
        resource: Json = {
            "resourceType": kind,
            SUBJECT_FIELDS.get(kind, "subject"): PATIENT,
            **self._statuses(rule),
            **self._dated(kind, element),
        }
        content = self._content(element, rule)
        coded = self._code(element, rule)
        if kind == "Claim":
            item = {"sequence": 1, "productOrService": coded, **content}
            extra = [{"sequence": 2, "productOrService": self._other_code()}]
            return {**resource, "item": [item, *(extra if self._happens(0.3) else [])]}
        resource |= {CODE_FIELDS.get(kind, "code"): coded, **content}
        if kind == "Observation" and self._happens(0.05):
            resource |= self._not_obtained(resource)
        if kind == "Observation" and self._happens(0.03):
            resource["focus"] = [{"reference": "RelatedPerson/child"}]
        if kind == "Condition":
            resource |= self._ended()
        return resource

    def _statuses(self, rule: Rule) -> Json:
        own = {each.field for each in rule.filters}
        counting = self.dictionary.counts.get(rule.resource, ())
        filters = [*(each for each in counting if each.field not in own), *rule.filters]
        states = {"status", "intent", "use", "clinicalStatus", "verificationStatus"}
        found: Json = {}
        for each in filters:
            if each.field in states:
                found |= self._status(each)
        return found

    def _status(self, condition: Filter) -> Json:
        if self._happens(0.1):
            if condition.or_absent and self._happens(0.7):
                return {}
            word = self.chance.choice(OTHER_STATUSES)
        else:
            word = self.chance.choice(condition.among)
        is_concept = condition.field.endswith("Status")
        return {condition.field: {"coding": [{"code": word}]} if is_concept else word}

    def _code(self, element: DataElement, rule: Rule) -> Json:
        if rule.own:
            return own_code(element)
        codes = [each for name in rule.code_in for each in self.dictionary.value_sets[name].codes]
        chosen = self.chance.sample(codes, k=min(len(codes), self.chance.choice((1, 1, 1, 2))))
        codings = [
            {
                "system": each.system,
                "code": each.code + ("01" if each.with_descendants and self._happens(0.7) else ""),
            }
            for each in chosen
        ]
        return {"coding": codings}

    def _other_code(self) -> Json:
        return {"coding": [{"system": OWN_SYSTEM, "code": "something-else"}]}

    def _ended(self) -> Json:
        if self._happens(0.9):
            return {}
        near = self.on + timedelta(days=self.chance.choice((-40, -1, 0, 1, 40)))
        return self.chance.choice(
            (
                {"abatementDateTime": self._cut(near)},
                {"abatementPeriod": {"start": self._cut(near)}},
                {"abatementString": "long ago"},
            )
        )

    def _not_obtained(self, resource: Json) -> Json:
        reason = self.chance.choice((*sorted(NOT_OBTAINED), "unknown", "masked"))
        if self._happens(0.8):
            for field in [each for each in resource if each.startswith(("value", "interpret"))]:
                del resource[field]
        return {"dataAbsentReason": {"coding": [{"code": reason}]}}

    def _coverage(self, rule: Rule) -> Json:
        near = self.on + timedelta(days=self.chance.choice((-400, -1, 0, 1, 400)))
        period = {"start": self._cut(self.on - timedelta(days=300)), "end": self._cut(near)}
        return {
            "resourceType": "Coverage",
            "beneficiary": PATIENT,
            **self._statuses(rule),
            **({"period": period} if self._happens(0.8) else {}),
        }

    # Contents

    def _content(self, element: DataElement, rule: Rule) -> Json:
        found: Json = {}
        for each in rule.filters:
            if each.field in ("value", "interpretation", "conclusionCode", "placeOfService"):
                found |= self._coded(each)
        match rule.gives:
            case Content("value"):
                found |= self._value(element)
            case Content(path) if self._happens(0.8):
                found |= {path: [self._concept(element)]}
            case Since(path) | SinceAtLatest(path) if path != "recordedDate":
                found |= self._began(path)
            case Constant() | Content() | Since() | SinceAtLatest():
                pass
            case _:
                found |= self._value(element)
        return found

    def _coded(self, condition: Filter) -> Json:
        codes = [
            each for name in condition.among for each in self.dictionary.value_sets[name].codes
        ]
        coding = self.chance.choice(
            [{"system": each.system, "code": each.code} for each in codes]
            + [{"system": OWN_SYSTEM, "code": "not-understood"}]
        )
        concept = {"coding": [coding]}
        field = {"value": "valueCodeableConcept", "placeOfService": "locationCodeableConcept"}.get(
            condition.field, condition.field
        )
        if self._happens(0.1):
            return {}
        return {field: [concept] if condition.field in LISTS else concept}

    def _began(self, path: str) -> Json:
        days = self.chance.choice((1, 30, 89, 90, 91, 180, 183, 365, 2000))
        start = self.on - timedelta(days=days + self.chance.randint(-1, 1))
        if path == "onset" and self._happens(0.1):
            return {"onsetAge": {"value": 40, "code": "a"}}
        if self._happens(0.1):
            return {f"{path}Period": {"start": self._cut(start)}}
        return {f"{path}DateTime": self._moment(start)} if self._happens(0.9) else {}

    def _value(self, element: DataElement) -> Json:
        if self._happens(0.05):
            return self.chance.choice(({}, {"valueString": "see report"}, {"valueInteger": 3}))
        match element.answer:
            case YesNo():
                if self._happens(0.5):
                    return {"valueBoolean": self._happens(0.5)}
                return {"valueCodeableConcept": self._concept(element)}
            case Choice():
                return {"valueCodeableConcept": self._concept(element)}
            case Number() as answer:
                return {"valueQuantity": self._quantity(element, answer)}
            case _:
                return self._time(element)

    def _concept(self, element: DataElement) -> Json:
        return {"coding": [self._coding(element)] * self.chance.choice((1, 1, 2))}

    def _coding(self, element: DataElement) -> Json:
        if isinstance(element.answer, Choice):
            code = self.chance.choice((*element.answer.options, "something-else"))
            return {"system": OWN_SYSTEM, "code": code}
        yes_no = "http://terminology.hl7.org/CodeSystem/v2-0136"
        pairs = ((OWN_SYSTEM, "yes"), (OWN_SYSTEM, "no"), (yes_no, "Y"), (yes_no, "N"))
        system, code = self.chance.choice((*pairs, (OWN_SYSTEM, "perhaps")))
        return {"system": system, "code": code}

    def _quantity(self, element: DataElement, answer: Number) -> Json:
        near = [*self.bounds.get(element.name, ())]
        low, high = float(answer.low), float(answer.high)
        number = round(self.chance.uniform(low, min(high, low + 100)), 1)
        unit = UNITS[answer.unit]
        if near and self._happens(0.7):
            bound = self.chance.choice(near)
            unit = UNITS[bound.unit]
            number = float(bound.value) + self.chance.choice((-1, -0.1, 0, 0, 0.1, 1))
        codes = [each for each in element.units if each != "none"]
        code = self.chance.choice((*codes, unit.ucum))
        other = next(each for each in UNITS.values() if each.ucum == code)
        if other.dimension is unit.dimension:
            number = number * float(unit.size) / float(other.size)
        number = round(number, 4)
        found: Json = {"value": int(number) if number.is_integer() else number}
        found |= {"unit": other.name, "system": UCUM_SYSTEM, "code": code}
        if self._happens(0.1):
            del found["code"]
        if self._happens(0.05):
            found |= {"unit": "furlong", "code": "[fur_us]"}
        if self._happens(0.05):
            found = {"value": found["value"]}
        if self._happens(0.04):
            found["comparator"] = self.chance.choice(("<", ">="))
        return found

    def _time(self, element: DataElement) -> Json:
        if self._happens(0.5):
            return self._began("value")
        code = self.chance.choice((*element.units, "h"))
        number = self.chance.choice((0, 1, 3, 6, 12, 13, 90, 2.5))
        return {"valueQuantity": {"value": number, "unit": code, "code": code}}

    # Answers

    def _response(self, element: DataElement) -> Json:
        answer = self._answer(element)
        item: Json = {"linkId": element.name, "answer": [answer]}
        if self._happens(0.1):
            item["answer"].append(self._answer(element))
        shape = self.chance.randint(0, 5)
        if shape == 0:
            item = {"linkId": "group", "item": [item]}
        if shape == 1:
            item = {"linkId": "group", "answer": [{"valueBoolean": True, "item": [item]}]}
        own = f"{QUESTIONNAIRE}{self.dictionary.name}"
        url = own if self._happens(0.95) else "https://example.org/other"
        dated = {"authored": self._moment(self._day(element))} if self._happens(0.95) else {}
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": url,
            "status": self.chance.choice(("completed", "completed", "amended", "in-progress")),
            "subject": PATIENT,
            "item": [item],
            **dated,
        }

    def _answer(self, element: DataElement) -> Json:
        value = self._value(element)
        if "valueCodeableConcept" in value:
            value = {"valueCoding": self._coding(element)}
        if "valueDateTime" in value and len(value["valueDateTime"]) <= len("2026-03-01"):
            return {"valueDate": value["valueDateTime"]}
        if "valuePeriod" in value:
            return {"valueString": "since then"}
        if "valueQuantity" in value and self._happens(0.3):
            day = self.on - timedelta(days=self.chance.choice((0, 30, 400)))
            return {**value, "extension": [{"url": STATED_ON, "valueDate": self._cut(day)}]}
        if isinstance(element.answer, Number) and self._happens(0.1):
            return {"valueDecimal": 4.5}
        if self._happens(0.2):
            day = self.on - timedelta(days=self.chance.choice((20, 90, 200, 400)))
            return {**value, "extension": [{"url": SAID_ON, "valueDate": self._cut(day)}]}
        return value
