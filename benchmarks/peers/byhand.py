"""
The policy by hand, as a plain Python function over parsed lines: the honest yardstick.

It knows of the dictionary's rules what these twelve criteria need of made-up records, and no more.
`python -m benchmarks.peers.byhand FOLDER OUT` writes the truths as CSV, sorted by patient.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.peers import NAMES, ON
from multifidus import shipped
from multifidus.core.coding import OWN_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.core.coding import Days

Json = dict[str, Any]
Truth = bool | None
Said = tuple[str, object]
"""A day and a value; `UNREAD` where there is one that cannot be read."""

UNREAD = object()
OBSERVED = {
    "pain_nrs": ("2026-03-01", {"", "1", "{score}"}),
    "oswestry_index": ("2026-03-01", {"%", "{score}"}),
    "body_mass_index": ("2025-06-01", {"kg/m2"}),
    "active_infection": ("2026-03-01", set()),
    "prone_instability_test": ("", set()),
    "multifidus_mri": ("", set()),
    "spine_surgery_indicated": ("", set()),
    "radiculopathy": ("", set()),
    "chronic_low_back_pain": ("", set()),
}
"""For each element its first day, and the units that are read."""

WORDS = {True: "1", False: "0", None: ""}
TODAY, HALF_A_YEAR_AGO = str(ON), "2025-12-01"


@dataclass(slots=True)
class Patient:
    """What the lines of a patient say."""

    born: str = ""
    said: dict[str, list[Said]] = field(default_factory=dict)
    since: list[str] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    medicines: set[str] = field(default_factory=set)


class Reader:
    """Reads the lines of an export, one at a time."""

    def __init__(self) -> None:
        """Lay out the codes."""
        sets = shipped().dictionaries["low-back-pain"].value_sets

        def codes(name: str) -> dict[tuple[str, str], Days]:
            return {(each.system, each.code): each.valid for each in sets[name].codes}

        self.asked = {(OWN_SYSTEM, name.replace("_", "-")): name for name in OBSERVED}
        for name, element in (
            ("pain-nrs", "pain_nrs"),
            ("oswestry-index", "oswestry_index"),
            ("body-mass-index", "body_mass_index"),
        ):
            self.asked |= dict.fromkeys(codes(name), element)
        self.asked.pop((OWN_SYSTEM, "body-mass-index"))
        self.chronic, self.radicular = codes("chronic-low-back-pain"), codes("radiculopathy")
        self.painful = {**self.chronic, **codes("low-back-pain")}
        self.therapy = codes("physical-therapy")
        self.medicines = [(each.system, each.code) for each in sets["pain-medication"].codes]
        self.patients: dict[str, Patient] = {}

    def read(self, folder: Path) -> None:
        """Read all files of the types that the policy needs."""
        kinds = {
            "Patient": self._person,
            "Observation": self._observation,
            "Condition": self._condition,
            "Procedure": self._procedure,
            "MedicationRequest": self._medicine,
        }
        for kind, take in kinds.items():
            for path in sorted(folder.glob(f"{kind}*.ndjson")):
                with path.open("rb") as file:
                    for line in file:
                        take(orjson.loads(line))

    def _of(self, resource: Json) -> Patient:
        return self.patients[resource["subject"]["reference"].removeprefix("Patient/")]

    def _person(self, resource: Json) -> None:
        self.patients[resource["id"]] = Patient(born=resource.get("birthDate", ""))

    def _observation(self, resource: Json) -> None:
        name = next(filter(None, map(self.asked.get, _coded(resource.get("code")))), None)
        if name is None or resource["status"] not in {"final", "amended", "corrected"}:
            return
        day = resource["effectiveDateTime"][:10]
        first, units = OBSERVED[name]
        if "focus" not in resource and first <= day <= TODAY:
            said = self._of(resource).said.setdefault(name, [])
            said.append((day, _value(resource, units)))

    def _condition(self, resource: Json) -> None:
        codes = [each for each in _coded(resource.get("code")) if each[0]]
        there = next(
            (each for each in codes if each in self.painful or each in self.radicular), None
        )
        status = {code for _, code in _coded(resource.get("clinicalStatus"))}
        doubt = {code for _, code in _coded(resource.get("verificationStatus"))}
        if there is None or status & {"resolved", "inactive", "remission"}:
            return
        if doubt & {"entered-in-error", "refuted"}:
            return
        recorded = resource["recordedDate"][:10]
        if recorded > TODAY or resource.get("abatementDateTime", "9") <= TODAY:
            return
        patient = self._of(resource)
        valid = {**self.painful, **self.radicular}[there].include(date.fromisoformat(recorded))
        for name, codes_of in (
            ("chronic_low_back_pain", self.chronic),
            ("radiculopathy", self.radicular),
        ):
            if there in codes_of:
                patient.said.setdefault(name, []).append((recorded, valid or UNREAD))
        if there in self.painful and valid:
            patient.since.append(resource.get("onsetDateTime", "") or f"<{recorded}")

    def _procedure(self, resource: Json) -> None:
        day = resource["performedDateTime"][:10]
        is_one = any(each in self.therapy for each in _coded(resource.get("code")))
        if is_one and resource["status"] == "completed" and day <= TODAY:
            self._of(resource).sessions.add(day)

    def _medicine(self, resource: Json) -> None:
        counts = resource["status"] in {"active", "completed", "stopped"}
        if not counts or resource["intent"] != "order" or resource["authoredOn"][:10] > TODAY:
            return
        for system, code in _coded(resource.get("medicationCodeableConcept")):
            if any(system == each[0] and code.startswith(each[1]) for each in self.medicines):
                self._of(resource).medicines.add(code)


def _coded(concept: Json | None) -> list[tuple[str, str]]:
    if concept is None:
        return []
    return [(each.get("system", ""), each.get("code", "")) for each in concept.get("coding", ())]


def _value(resource: Json, units: set[str]) -> object:
    if "valueBoolean" in resource:
        return resource["valueBoolean"]
    if "valueQuantity" in resource:
        quantity = resource["valueQuantity"]
        return quantity["value"] if quantity.get("code", "") in units else UNREAD
    if "valueCodeableConcept" in resource:
        return _coded(resource["valueCodeableConcept"])[0][1]
    return UNREAD


def truths(patient: Patient) -> list[Truth]:
    """Put a patient to the twelve criteria, their parts, and the whole."""
    said = patient.said
    nrs, odi = _latest(said.get("pain_nrs")), _latest(said.get("oswestry_index"))
    bmi, infection = _latest(said.get("body_mass_index")), _latest(said.get("active_infection"))
    surgery = _agreed(said.get("spine_surgery_indicated"))
    prone = _agreed(said.get("prone_instability_test"))
    mri = _agreed(said.get("multifidus_mri"))
    shown = (
        None if prone is None else prone == "positive",
        None if mri is None else mri == "abnormal",
    )
    parts: list[Truth] = [
        _any(said.get("chronic_low_back_pain")),
        patient.born <= "2004-06-01" if patient.born else None,
        None if nrs is None else nrs >= 6,  # type: ignore[operator]  # noqa: PLR2004  the policy's
        None if odi is None else 21 <= odi <= 60,  # type: ignore[operator]  # noqa: PLR2004  as above
        _lasting(patient.since),
        len(patient.sessions) >= 8 if patient.sessions else None,  # noqa: PLR2004  as above
        len(patient.medicines) >= 2 if patient.medicines else None,  # noqa: PLR2004  as above
        _or(shown),
        _not(surgery),
        _not(_any(said.get("radiculopathy"))),
        None if bmi is None else bmi < 35,  # type: ignore[operator]  # noqa: PLR2004  as above
        _not(infection),
    ]
    whole = False if False in parts else None if None in parts else True
    return [whole, *parts[:8], *shown, *parts[8:]]


def _latest(said: list[Said] | None) -> object | None:
    last = max(said, key=lambda each: each[0])[0] if said else ""
    return _agreed([each for each in said or () if each[0] == last])


def _agreed(said: list[Said] | None) -> object | None:
    values = {value for _, value in said or ()}
    return values.pop() if len(values) == 1 and UNREAD not in values else None


def _any(said: list[Said] | None) -> Truth:
    yes = [day for day, value in said or () if value is True]
    no = [day for day, value in said or () if value is False]
    if yes:
        return None if no and max(no) >= max(yes) else True
    return False if no and not any(value is UNREAD for _, value in said or ()) else None


def _lasting(since: list[str]) -> Truth:
    """Tell by the days since when pain is known, to their precision, if half a year is full."""
    found = [_since(each) for each in since]
    return True if True in found else None if None in found or not found else False


def _since(onset: str) -> Truth:
    if onset.startswith("<"):
        return True if onset[1:] <= HALF_A_YEAR_AGO else None
    day = onset[:10]
    cut = HALF_A_YEAR_AGO[: len(day)]
    if len(day) == len(HALF_A_YEAR_AGO):
        return day <= cut
    return None if day == cut else day < cut


def _or(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return True if True in found else None if None in found else False


def _not(truth: object) -> Truth:
    return None if truth is None else not truth


def rows(reader: Reader) -> Iterator[list[str]]:
    """Lay out the truths, a row a patient, in their order."""
    for name in sorted(reader.patients):
        yield [name, *(WORDS[each] for each in truths(reader.patients[name]))]


def main(folder: Path, out: Path) -> None:
    """Serve as the process that is measured."""
    reader = Reader()
    reader.read(folder)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("patient", *NAMES))
        writer.writerows(rows(reader))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
