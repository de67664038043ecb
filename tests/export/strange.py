"""
Resources of all shapes that a dictionary's rules look at, made by chance from a seed.

Each begins as one that a rule reads, and then loses, doubles or changes fields: statuses, codes,
systems, types of days and values, precision, reasons for absence, ends, and whom it is about.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Choice, Content, Number, Since, SinceAtLatest
from multifidus.export.view_fields import SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import DataElement, Dictionary, Rule

Resource = dict[str, Any]

DAYS = ("2026", "2026-02", "2025-11-30", "2024-09-30", "2024-10-01", "2019-07", "2030-01-01")
INSTANTS = ("2026-02-28T23:59:59Z", "2021-10-01T00:00:00.123+02:00")
WORDS = ("active", "final", "draft", "completed", "entered-in-error", "order", "plan", "cancelled")
REASONS = ("not-performed", "asked-declined", "unknown", "error")
FIELDS = {
    "value": "valueCodeableConcept",
    "placeOfService": "locationCodeableConcept",
    "medication.ofType(CodeableConcept)": "medicationCodeableConcept",
    "code.ofType(CodeableConcept)": "codeCodeableConcept",
}
SEVERAL = ("interpretation", "conclusionCode", "category", "bodySite", "reasonCode")


def strange(dictionary: Dictionary, *, seed: int, count: int) -> Iterator[Resource]:
    """Make a patient and so many resources about the patient, or somebody else."""
    chance = Random(seed)  # noqa: S311  no secret hangs on it
    rules = [(element, rule) for element in dictionary.elements.values() for rule in element.rules]
    # Every rule first, then whichever chance picks.
    picked = [*rules, *(chance.choice(rules) for _ in range(count - len(rules)))]
    yield {"resourceType": "Patient", "id": "p1", "birthDate": "1970-02"}
    for number, (element, rule) in enumerate(picked):
        if rule.resource != "Patient":
            yield _Making(dictionary, element, rule, chance).resource(f"r{number}")


class _Making:
    def __init__(
        self, dictionary: Dictionary, element: DataElement, rule: Rule, chance: Random
    ) -> None:
        self.dictionary = dictionary
        self.element = element
        self.rule = rule
        self.chance = chance

    def seldom(self) -> bool:
        return self.chance.random() < 0.12

    def resource(self, identifier: str) -> Resource:
        rule, chance = self.rule, self.chance
        shape = SHAPES[rule.resource]
        made: Resource = {"resourceType": rule.resource, "id": identifier}
        subject = "Patient/p2" if self.seldom() else "Patient/p1"
        made[shape.patient.partition(".")[0]] = {"reference": subject}
        self.statuses(made)
        coded: Resource = {}
        if rule.own or rule.code_in:
            coded[FIELDS.get(shape.concept, shape.concept)] = self.concept(rule.code_in)
        self.answer(coded)
        for name, day in shape.days.items():
            if name != "period" and (chance.random() < 0.5 or self.is_asked(name)):
                self.date(made, name, day.types)
        if rule.resource == "Coverage":
            made["period"] = {"start": chance.choice(DAYS), "end": chance.choice(DAYS)}
        if rule.resource == "Condition" and not self.seldom():
            for name in [each for each in made if each.startswith("abatement")]:
                del made[name]
        self.doubt(made)
        if shape.each:
            other = {"productOrService": {"coding": [{"system": "s", "code": "x"}]}}
            made[shape.each] = [other, coded] if self.seldom() else [coded]
        else:
            made |= coded
        return made

    def statuses(self, made: Resource) -> None:
        rule, chance, shape = self.rule, self.chance, SHAPES[self.rule.resource]
        for condition in (*self.dictionary.counts.get(rule.resource, ()), *rule.filters):
            word = chance.choice(WORDS if self.seldom() else condition.among)
            if condition.field in shape.words and not self.seldom():
                made[condition.field] = word
            elif condition.field in shape.concepts and chance.random() < 0.7:
                made[condition.field] = {"coding": [{"system": "s", "code": word}]}

    def is_asked(self, name: str) -> bool:
        gives = self.rule.gives
        return isinstance(gives, Since | SinceAtLatest) and gives.path == name

    def concept(self, value_sets: tuple[str, ...]) -> Resource:
        chance = self.chance
        codes = [
            (code.system, code.code + ("1" if code.with_descendants and self.seldom() else ""))
            for name in value_sets
            for code in self.dictionary.value_sets[name].codes
        ] or [(OWN_SYSTEM, self.element.name.replace("_", "-"))]
        chosen = [chance.choice(codes)]
        if self.seldom():
            chosen.append(chance.choice([*codes, ("http://example.org", "x")]))
        if self.seldom():
            chosen[0] = ("http://example.org", chosen[0][1])
        return {"coding": [{"system": system, "code": code} for system, code in chosen]}

    def answer(self, coded: Resource) -> None:
        for condition in self.rule.filters:
            if condition.field in SHAPES[self.rule.resource].coded and not self.seldom():
                concept = self.concept(condition.among)
                name = FIELDS.get(condition.field, condition.field)
                coded[name] = [concept] if condition.field in SEVERAL else concept
        if isinstance(self.rule.gives, Content) and not self.seldom():
            if self.rule.gives.path == "value":
                coded |= self.value()
            else:
                coded[self.rule.gives.path] = [self.choice()]

    def choice(self) -> Resource:
        answer = self.element.answer
        options = answer.options if isinstance(answer, Choice) else ("yes", "no")
        picked = [self.chance.choice(options)] + (["maybe"] if self.seldom() else [])
        return {"coding": [{"system": OWN_SYSTEM, "code": each} for each in picked]}

    def value(self) -> Resource:
        chance = self.chance
        kinds: list[Resource] = [
            {"valueBoolean": chance.random() < 0.5},
            {"valueCodeableConcept": self.choice()},
            {"valueString": "some"},
            {"valueInteger": chance.choice((0, 3, 400))},
            {"valueDateTime": chance.choice((*DAYS, *INSTANTS))},
            {"valuePeriod": {"start": chance.choice(DAYS)}},
            self.quantity(),
        ]
        if self.seldom():
            return chance.choice(kinds)
        match self.element.answer:
            case Number():
                return self.quantity()
            case Choice():
                return kinds[1]
            case _:
                return chance.choice(kinds)

    def quantity(self) -> Resource:
        chance = self.chance
        units = [each for each in self.element.units if each != "none"] or ["mg"]
        made: Resource = {"value": chance.choice((0, 1, 7.25, 41, 1e3, 0.1))}
        if not self.seldom():
            made[chance.choice(("code", "code", "unit"))] = chance.choice([*units, "kg"])
        if self.seldom():
            made["comparator"] = "<"
        return {"valueQuantity": made}

    def date(self, made: Resource, name: str, types: tuple[str, ...]) -> None:
        kind = self.chance.choice(types)
        day = self.chance.choice(INSTANTS if kind == "instant" else DAYS)
        if kind == "dateTime" and self.seldom():
            day = self.chance.choice(INSTANTS)
        typed = name if len(types) == 1 else f"{name}{kind[0].upper()}{kind[1:]}"
        made[typed] = {"start": day} if kind == "Period" else day

    def doubt(self, made: Resource) -> None:
        if self.rule.resource != "Observation":
            return
        if self.seldom():
            reasons = [self.chance.choice(REASONS) for _ in range(self.chance.choice((1, 1, 2)))]
            made["dataAbsentReason"] = {"coding": [{"code": each} for each in reasons]}
        if self.seldom():
            made["focus"] = [{"reference": "Patient/p3"}]
