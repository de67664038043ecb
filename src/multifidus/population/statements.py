"""
The ways to speak of an element that one statement answers, compiled from the dictionary's rules.

Some ways cannot be used, each for a reason that real records have: entered in error, too old, no
unit, a foreign code, words in place of a value, a contradiction, somebody else's problem, a code
before its time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM, Code
from multifidus.core.element import Choice, Constant, Content, Number, Pick, Rule, Time, YesNo
from multifidus.core.quantity import UCUM, UNITS, Quantity, days_in
from multifidus.population.resource import (
    Resource,
    concept,
    condition,
    observation,
    own,
    procedure,
    quantity,
)
from multifidus.population.topic import Topic, topic, way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.population.habits import Habit, Said
    from multifidus.population.topic import Way

    _Drawn = bool | str | int

GOOD, FAULTY = 10, 3
"""How many ways are written for each value, and for each fault."""

RECENT, LONG = 80, 900
"""Days before the service: within every window, and within none."""

OUTDATED = 0.4
"""How often there is an earlier statement that says something else."""

FOREIGN = "https://example.org/fhir/CodeSystem/local"
MISTAKEN: dict[str, Resource] = {
    "Observation": {"status": "entered-in-error"},
    "Condition": {"verificationStatus": concept(FOREIGN, "entered-in-error")},
    "Procedure": {"status": "entered-in-error"},
}


class Statements:
    """Writes statements about one element, for one day of service."""

    def __init__(
        self, dictionary: Dictionary, element: DataElement, *, on: date, chance: Random
    ) -> None:
        """Prepare an element."""
        self.dictionary = dictionary
        self.element = element
        self.on = on
        self.chance = chance
        self.count = 0

    def topic(self, habit: Habit) -> Topic:
        """Write the ways for a habit."""
        good = [[self._good(value) for _ in range(GOOD)] for value, _ in habit.values]
        faulty = [each for _ in range(FAULTY) for each in self._faults(habit)]
        return topic(habit, good, faulty)

    # Ways

    def _good(self, value: Said) -> Way:
        said, day = self._drawn(value), self._day(1, RECENT)
        resource, truth = self._statement(said, day)
        resources = [resource]
        if self.element.pick is Pick.LATEST and self.chance.random() < OUTDATED:
            # An earlier one that says something else no longer counts.
            older, _ = self._statement(self._other(said), self._day(RECENT + 10, LONG))
            resources.insert(0, older)
        return way(resources, {self.element.name: truth})

    def _faults(self, habit: Habit) -> Iterator[Way]:
        name, day = self.element.name, self._day(1, RECENT)
        said = self._drawn(habit.values[0][0])
        resource, _ = self._statement(said, day)
        yield way([{**resource, **MISTAKEN[resource["resourceType"]]}], {})
        yield way([{**resource, "code": concept(FOREIGN, name)}], {})
        if resource["resourceType"] == "Observation":
            yield from self._unread(resource, said)
        if self.element.window is not None:
            old, _ = self._statement(said, self._day(LONG // 2, LONG))
            yield way([old], {name: {"absent": "too-old"}})
        if self.element.pick in (Pick.LATEST, Pick.AGREED) or self._says_no():
            other, _ = self._statement(self._other(said), day)
            yield way([resource, other], {name: {"absent": "in-conflict"}})
        bounded = [code for code in self._codes(said) if code.valid.first is not None]
        if bounded and resource["resourceType"] == "Condition" and self.element.pick is Pick.ANY:
            first = bounded[0].valid.first or self.on
            early = {"recordedDate": str(first - timedelta(days=self.chance.randint(30, LONG)))}
            code = concept(bounded[0].system, bounded[0].code)
            told = {name: {"absent": "unreadable"}}
            yield way([{**resource, **early, "code": code}], told)

    def _unread(self, resource: Resource, said: _Drawn) -> Iterator[Way]:
        yield way([{**resource, "focus": [{"reference": "Patient/@P-relative"}]}], {})
        bare = {name: each for name, each in resource.items() if not name.startswith("value")}
        told = {self.element.name: {"absent": "unreadable"}}
        yield way([{**bare, "valueString": "see note"}], told)
        if isinstance(self.element.answer, Number) and "none" not in self.element.units:
            yield way([{**bare, "valueQuantity": quantity(said, "")}], told)

    # Statements

    def _statement(self, said: _Drawn, day: date) -> tuple[Resource, object]:
        """Write what is said on a day, and what is then true."""
        self.count += 1
        name = f"{self.element.name.replace('_', '-')}-{self.count}"
        codes = self._codes(said)
        if said is True and codes and (rule := self._constant()) is not None:
            write = condition if rule.resource == "Condition" else procedure
            valid = self.chance.choice([each for each in codes if each.valid.include(day)])
            return write(name, _coded(valid), day, self.chance), True
        code = _coded(self.chance.choice(self._observed()))
        fields, truth = self._value(said, day)
        return observation(name, code, day, self.chance, **fields), truth

    def _value(self, said: _Drawn, day: date) -> tuple[Resource, object]:
        match self.element.answer:
            case YesNo():
                return {"valueBoolean": said}, said
            case Choice():
                return {"valueCodeableConcept": own(str(said))}, said
            case Time():
                start = day - timedelta(days=days_in(Quantity(int(str(said)), "months"))[1])
                return {"valueDateTime": str(start)}, {"since": str(start)}
            case Number() as answer:
                return self._number(int(str(said)), answer)

    def _number(self, number: int, answer: Number) -> tuple[Resource, object]:
        accepted = self.chance.choice(self.element.units)
        unit = UCUM.get(accepted)
        if unit is None or unit.dimension is not UNITS[answer.unit].dimension:
            # Another name for the element's own unit, or none where none is needed.
            code = "" if accepted == "none" else accepted
            return {"valueQuantity": quantity(number, code)}, str(Quantity(number, answer.unit))
        scaled = int(number * UNITS[answer.unit].size / unit.size)
        truth = str(Quantity(scaled, unit.name))
        return {"valueQuantity": quantity(scaled, accepted)}, truth

    # What may be said

    def _drawn(self, value: Said) -> _Drawn:
        return self.chance.randint(*value) if isinstance(value, tuple) else value

    def _other(self, said: _Drawn) -> _Drawn:
        """Give an answer that differs."""
        match self.element.answer:
            case YesNo():
                return not said
            case Choice(options):
                return self.chance.choice([each for each in options if each != said])
            case Number(_, low, _):
                number = int(str(said))
                return number - 1 if number > low else number + 1
            case Time():
                return int(str(said)) + 1

    def _day(self, nearest: int, farthest: int) -> date:
        return self.on - timedelta(days=self.chance.randint(nearest, farthest))

    def _constant(self) -> Rule | None:
        """Find the rule by which a problem or a procedure says yes by being there."""
        kinds = ("Condition", "Procedure")
        found = [each for each in self.element.rules if each.resource in kinds]
        return next((each for each in found if each.gives == Constant(value=True)), None)

    def _codes(self, said: _Drawn) -> Sequence[Code]:
        rule = self._constant()
        if said is not True or rule is None:
            return ()
        value_sets = self.dictionary.value_sets
        return [code for name in rule.code_in for code in value_sets[name].codes]

    def _observed(self) -> Sequence[Code]:
        """Give the codes of observations that answer."""
        mine = Code(system=OWN_SYSTEM, code=self.element.name.replace("_", "-"), label="")
        found: list[Code] = []
        for rule in self.element.rules:
            if rule.resource == "Observation" and rule.gives is not None:
                found += [mine] if rule.own else self._read(rule)
        return found

    def _read(self, rule: Rule) -> Sequence[Code]:
        value_sets = self.dictionary.value_sets
        is_read = isinstance(rule.gives, Content)
        return [code for name in rule.code_in for code in value_sets[name].codes] if is_read else []

    def _says_no(self) -> bool:
        has_own = any(rule.own for rule in self.element.rules)
        return self.element.pick is Pick.ANY and has_own


def _coded(code: Code) -> Resource:
    return concept(code.system, code.code, code.label)
