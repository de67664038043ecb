"""
YAML to dictionary, value sets and sources.

The derivation of an element is said in one-line rules of a closed form:

    Observation where code in [oswestry-index] gives value
    Observation where code is own and interpretation in [finding-positive] gives positive
    Condition where code in [chronic-low-back-pain] gives since onset
    Condition where code in [chronic-low-back-pain] gives since at latest recordedDate
    Observation where code in [pain-severity-unscaled] gives nothing because the scale is not stated
    Patient gives since birthDate
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from multifidus.core.citation import OF_SOURCES, ReadingStatus, Source
from multifidus.core.coding import OWN_SYSTEM, Code, Days, ValueSet
from multifidus.core.element import (
    AnswerType,
    Choice,
    Constant,
    Content,
    DataElement,
    Dictionary,
    Effort,
    Filter,
    Gives,
    Nothing,
    Number,
    Pick,
    Rule,
    Since,
    SinceAtLatest,
    Time,
    YesNo,
)
from multifidus.core.quantity import UCUM, UNITS, Counting, Quantity
from multifidus.errors import DictionaryError, Problem
from multifidus.language.located import Fields, Located, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

NAME = re.compile(r"[a-z][a-z0-9_]*")
TOKEN_FIELDS = ("status", "clinicalStatus", "verificationStatus", "intent", "use")
"""Fields that hold a status word."""
CODED_FIELDS = (
    "code",
    "value",
    "interpretation",
    "category",
    "bodySite",
    "conclusionCode",
    "reasonCode",
    "placeOfService",
)
"""Fields that hold codings, matched by value set."""
CONTENT_PATHS = ("value", "bodySite")
"""Fields that an answer may be read from."""
DATE_PATHS = (
    "birthDate",
    "onset",
    "recordedDate",
    "effective",
    "issued",
    "performed",
    "authoredOn",
    "authored",
    "occurrence",
    "created",
    "servicedDate",
    "period",
    "started",
    "date",
    "assertedDate",
    "dateAsserted",
    "value",
    "recorded",
)
"""Fields that hold a day or a period, of which the start counts."""

_RULE = re.compile(r"(?P<resource>[A-Z][A-Za-z]+)(?: where (?P<where>.+?))? gives (?P<gives>.+)")
_CONDITION = re.compile(r"(?P<field>[A-Za-z]+) in \[(?P<among>[^\]]*)\](?P<or_absent> or absent)?")
_RANGE = re.compile(r"(?P<unit>[a-z%][a-z0-9/]*), (?P<low>-?[0-9.]+) to (?P<high>-?[0-9.]+)")
_PICK = re.compile(
    r"(?P<pick>[a-z ]+?)(?:, at most (?P<number>[0-9]+) (?P<unit>[a-z]+) before the service)?"
)
_DAYS = re.compile(r"(?P<first>open|\d{4}-\d\d-\d\d) to (?P<last>open|\d{4}-\d\d-\d\d)")
MOST_DIGITS_OF_A_WINDOW = 4
_PLAIN_ANSWERS: Mapping[str, AnswerType] = {
    "yes or no": YesNo(),
    "time": Time(Counting.ELAPSED),
    "completed years": Time(Counting.COMPLETED),
}
_ELAPSED = Time(Counting.ELAPSED)
_OPTION = re.compile(r"[a-z0-9][a-z0-9-]*")
_RULE_HINT = (
    "write `Resource where code in [value-set] and field in [word, …] gives …`, where gives is"
    " `value`, `yes`, `no`, an option, `since FIELD`, `since at latest FIELD` or"
    " `nothing because …`"
)


def read_dictionary(path: Path) -> Dictionary:
    """
    Read a dictionary and the value sets in the folder `value-sets` beside it.

    Raises `DictionaryError` with everything that is wrong.
    """
    located, problems = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
    folder = path.parent / "value-sets"
    value_sets = dict(_read_value_sets(sorted(folder.glob("*.yaml")), problems))
    top = Fields(located, path.stem, problems)
    elements_at = top.find("elements")
    elements = {}
    for name, each in _mapping(elements_at, problems):
        elements[name] = _read_element(name, each, value_sets, problems)
    if not elements:
        top.wrong(elements_at, "there are no elements", "add `elements:` with an entry for each")
    dictionary = Dictionary(
        name=path.stem,
        version=top.text("version"),
        elements=elements,
        value_sets=value_sets,
        counts={
            resource: tuple(_read_filters(conditions, value_sets, problems, resource))
            for resource, conditions in _mapping(top.find("counts"), problems)
        },
        dates={
            resource: tuple(_known(paths, DATE_PATHS, problems, resource))
            for resource, paths in _mapping(top.find("dates"), problems)
        },
        service_date=tuple(
            rule
            for each in top.list("service_date")
            if (rule := _read_rule(each, "service_date", _ELAPSED, value_sets, problems))
        ),
    )
    top.close()
    if problems:
        raise DictionaryError(*problems)
    return dictionary


def read_sources(text: str, *, file: str) -> tuple[Mapping[str, Source], list[Problem]]:
    """Read `sources.yaml`: citation key to document, edition, what was read, and how well."""
    located, problems = read_yaml(text, file=file)
    sources = {}
    for key, each in _mapping(located, problems):
        fields = Fields(each, key, problems)
        sources[key] = Source(
            key=key,
            document=fields.text("document"),
            edition=fields.text("edition"),
            address=fields.text("address", ""),
            read=fields.text("read"),
            reading=ReadingStatus(fields.choice("reading", OF_SOURCES)),
            note=fields.text("note", ""),
        )
        fields.close()
    return sources, problems


def read_days(text: str) -> Days | None:
    """Read `2025-04-16 to open`; None when it is not written so."""
    found = _DAYS.fullmatch(text)
    if not found:
        return None
    try:
        first, last = (
            None if word == "open" else date.fromisoformat(word)
            for word in (found["first"], found["last"])
        )
    except ValueError:
        return None
    return None if first and last and first > last else Days(first=first, last=last)


def _mapping(located: Located | None, problems: list[Problem]) -> Iterable[tuple[str, Located]]:
    if located is None:
        return ()
    if isinstance(located.content, dict):
        return located.content.items()
    if located.content:
        message = "fields with names stand here, not words or a list"
        problems.append(Problem(place=located.place, message=message, hint="write `name: …`"))
    return ()


def _read_value_sets(
    paths: Iterable[Path], problems: list[Problem]
) -> Iterable[tuple[str, ValueSet]]:
    for path in paths:
        located, wrong = read_yaml(path.read_text(encoding="utf-8"), file=f"value-sets/{path.name}")
        problems.extend(wrong)
        top = Fields(located, path.stem, problems)
        systems = {name: each.text for name, each in _mapping(top.find("systems"), problems)}
        yield (
            path.stem,
            ValueSet(
                name=path.stem,
                version=top.text("version"),
                origin=top.text("origin"),
                codes=tuple(
                    _read_code(each, systems, path.stem, problems) for each in top.list("codes")
                ),
            ),
        )
        top.close()


def _read_code(
    located: Located, systems: Mapping[str, str], subject: str, problems: list[Problem]
) -> Code:
    fields = Fields(located, subject, problems)
    system = fields.text("system")
    if system and system not in systems and system != "own":
        fields.wrong(
            fields.find("system"),
            f"unknown system `{system}`",
            "name it under `systems:` with its URI",
        )
    days = read_days(fields.text("valid", "open to open"))
    if days is None:
        fields.wrong(
            fields.find("valid"), "`valid` is not a range of days", "write `2024-10-01 to open`"
        )
    code = Code(
        system=systems.get(system, OWN_SYSTEM),
        code=fields.text("code"),
        label=fields.text("label"),
        valid=days or Days(),
        with_descendants=fields.choice("descendants", ("no", "yes"), "no") == "yes",
        reading=ReadingStatus(fields.choice("reading", OF_SOURCES, "verified")),
        origin=fields.text("origin", ""),
    )
    fields.close()
    return code


def _read_element(
    name: str, located: Located, value_sets: Mapping[str, ValueSet], problems: list[Problem]
) -> DataElement:
    fields = Fields(located, name, problems)
    if not NAME.fullmatch(name):
        fields.wrong(
            None, "the name is not in lower case with underscores", "write it as `oswestry_index`"
        )
    answer = _read_answer(fields)
    pick, window = _read_pick(fields)
    silence = fields.text("silence")
    if silence not in ("", "unknown") and not (
        silence.startswith("no because ") and isinstance(answer, YesNo)
    ):
        fields.wrong(
            fields.find("silence"),
            f"`silence` is `{silence}`",
            "write `unknown`, or for a yes-or-no element `no because …` with the reason",
        )
    units = tuple(each.text for each in fields.list("units"))
    for each in fields.list("units"):
        if each.text != "none" and each.text not in UCUM:
            known = ", ".join(UCUM)
            fields.wrong(each, f"unknown unit `{each.text}`", f"the UCUM codes here: {known}")
    if isinstance(answer, Number) and not units:
        fields.wrong(None, "a number needs `units`", "list the UCUM codes that are accepted")
    element = DataElement(
        name=name,
        label=fields.text("label"),
        question=fields.text("question"),
        answer=answer,
        rules=tuple(
            rule
            for each in fields.list("from")
            if (rule := _read_rule(each, name, answer, value_sets, problems)) is not None
        ),
        units=units,
        units_because=fields.text("units_because", ""),
        pick=pick,
        window=window,
        window_because=fields.text("window_because") if window else "",
        silence=silence.removeprefix("no because ") if silence.startswith("no because ") else "",
        effort=Effort[fields.choice("effort", [each.name.lower() for each in Effort]).upper()],
        source=fields.text("source"),
    )
    fields.close()
    return element


def _read_answer(fields: Fields) -> AnswerType:
    text = fields.text("answer")
    plain = _PLAIN_ANSWERS.get(text) or _read_range(text)
    if plain:
        return plain
    options = tuple(word.strip() for word in text.split("|"))
    if len(options) > 1:
        for option in options:
            if not _OPTION.fullmatch(option):
                fields.wrong(
                    fields.find("answer"),
                    f"`{option}` is not an option",
                    "write each in lower case with hyphens, as `restorative-neurostimulator`",
                )
        if len(set(options)) < len(options):
            fields.wrong(fields.find("answer"), "an option stands here twice", "keep one of them")
        return Choice(options)
    if text:
        fields.wrong(
            fields.find("answer"),
            f"`answer` is `{text}`",
            "write `yes or no`, `time`, `completed years`, `points, 0 to 100`, or options as"
            " `positive | negative`",
        )
    return YesNo()


def _read_range(text: str) -> Number | None:
    """Read `points, 0 to 100`; None when it is not written so."""
    ranged = _RANGE.fullmatch(text)
    if not ranged or ranged["unit"] not in UNITS:
        return None
    try:
        low, high = (Quantity(ranged[end], ranged["unit"]) for end in ("low", "high"))
    except ValueError:
        return None
    return Number(low.unit, low.value, high.value) if low.value < high.value else None


def _read_pick(fields: Fields) -> tuple[Pick, Quantity | None]:
    text = fields.text("pick")
    if not text:
        return Pick.LATEST, None
    found = _PICK.fullmatch(text)
    words = found["pick"] if found else ""
    if found is None or words not in list(Pick):
        fields.wrong(
            fields.find("pick"),
            "`pick` is not understood",
            f"write one of: {', '.join(Pick)};"
            " after it, if need be, `, at most 3 months before the service`",
        )
        return Pick.LATEST, None
    if found["unit"] is None:
        return Pick(words), None
    if found["unit"] not in UNITS or not UNITS[found["unit"]].is_time:
        fields.wrong(
            fields.find("pick"),
            f"`{found['unit']}` is not a time",
            "write years, months, weeks or days",
        )
        return Pick(words), None
    if len(found["number"]) > MOST_DIGITS_OF_A_WINDOW:
        fields.wrong(fields.find("pick"), "the window is too long", "write at most four digits")
        return Pick(words), None
    return Pick(words), Quantity(found["number"], found["unit"])


def _read_rule(
    located: Located,
    name: str,
    answer: AnswerType,
    value_sets: Mapping[str, ValueSet],
    problems: list[Problem],
) -> Rule | None:
    found = _RULE.fullmatch(located.text)
    if found is None:
        problems.append(
            Problem(
                place=located.place,
                subject=name,
                message="this rule is not understood",
                hint=_RULE_HINT,
            )
        )
        return None
    codes: list[tuple[str, ...]] = []
    own = False
    filters: list[Filter] = []
    where = found["where"] or ""
    for condition in where.split(" and ") if where else ():
        if condition == "code is own":
            own = True
            continue
        read = list(_read_filter(condition, located, value_sets, problems, name))
        codes += [each.among for each in read if each.field == "code"]
        filters += [each for each in read if each.field != "code"]
    if len(codes) + own > 1:
        problems.append(
            Problem(
                place=located.place,
                subject=name,
                message="two conditions on the code",
                hint="name all its value sets in one: `code in [this, that]`",
            )
        )
    return Rule(
        resource=found["resource"],
        code_in=codes[0] if codes else (),
        own=own,
        filters=tuple(filters),
        gives=_read_gives(found["gives"], located, name, answer, problems),
    )


def _read_filters(
    located: Located, value_sets: Mapping[str, ValueSet], problems: list[Problem], subject: str
) -> Iterable[Filter]:
    for condition in located.text.split(" and "):
        yield from _read_filter(condition, located, value_sets, problems, subject)


def _read_filter(
    text: str,
    located: Located,
    value_sets: Mapping[str, ValueSet],
    problems: list[Problem],
    subject: str,
) -> Iterable[Filter]:
    found = _CONDITION.fullmatch(text.strip())
    if found is None or found["field"] not in (*TOKEN_FIELDS, *CODED_FIELDS):
        problems.append(
            Problem(
                place=located.place,
                subject=subject,
                message=f"the condition `{text}` is not understood",
                hint="write `FIELD in [word, …]`; the fields are "
                + ", ".join((*TOKEN_FIELDS, *CODED_FIELDS)),
            )
        )
        return
    among = tuple(word.strip() for word in found["among"].split(",") if word.strip())
    if found["field"] in CODED_FIELDS:
        problems.extend(
            Problem(
                place=located.place,
                subject=subject,
                message=f"unknown value set `{word}`",
                hint=f"the value sets are: {', '.join(sorted(value_sets))}",
            )
            for word in among
            if word not in value_sets
        )
    yield Filter(field=found["field"], among=among, or_absent=bool(found["or_absent"]))


def _read_gives(
    text: str, located: Located, name: str, answer: AnswerType, problems: list[Problem]
) -> Gives:
    def wrong(message: str, hint: str) -> None:
        problems.append(Problem(place=located.place, subject=name, message=message, hint=hint))

    if text.startswith("nothing because "):
        return Nothing(text.removeprefix("nothing because "))
    if text.startswith("since "):
        at_latest = text.startswith("since at latest ")
        path = text.removeprefix("since ").removeprefix("at latest ")
        if path not in DATE_PATHS:
            wrong(
                f"`{path}` is not a field that holds a day",
                f"the fields are: {', '.join(DATE_PATHS)}",
            )
        if not isinstance(answer, Time):
            wrong(
                "`since` answers a time only", "give the element the answer `time`, or another rule"
            )
        return SinceAtLatest(path) if at_latest else Since(path)
    if text in CONTENT_PATHS:
        return Content(text)
    match answer:
        case YesNo() if text in ("yes", "no"):
            return Constant(text == "yes")
        case Choice(options) if text in options:
            return Constant(text)
        case Number() if text == "one":
            return Constant(value=True)
    wrong(f"`{text}` is not an answer to this element", _RULE_HINT)
    return Nothing("not understood")


def _known(
    located: Located, among: tuple[str, ...], problems: list[Problem], subject: str
) -> Iterable[str]:
    for each in located.items:
        if each.text not in among:
            problems.append(
                Problem(
                    place=each.place,
                    subject=subject,
                    message=f"unknown field `{each.text}`",
                    hint=f"the fields are: {', '.join(among)}",
                )
            )
        yield each.text
