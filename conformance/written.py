"""
The policies that are written for the suite, each with its cases.

A case may say by hand what it must come to; the generator stops where the oracle differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from conformance.notation import (
    REASONS,
    Given,
    clause,
    compare,
    group,
    holds,
    matches,
    policy_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

SERVICE = "2026-06-01"
LETTERS = {"T": True, "F": False}
WORDS = {"T": "met", "F": "not-met", "U": "open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A case as its author writes it; `by_hand` holds what it must come to, as far as said."""

    name: str
    tags: Sequence[str]
    facts: Mapping[str, Given]
    on: str = SERVICE
    by_hand: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A policy written for the suite, the elements it speaks of, and its cases."""

    name: str
    title: str
    about: str
    elements: Mapping[str, Json]
    root: Json
    cases: Sequence[Written]
    stance: str = "criteria"


YES_NO: Json = {"type": "boolean"}


def number(unit: str, low: str, high: str) -> Json:
    """Describe an element that is a number with a unit."""
    return {"type": "number", "unit": unit, "low": low, "high": high}


def options(*words: str) -> Json:
    """Describe an element that is one of some options."""
    return {"type": "code", "options": list(words)}


def time(counting: str) -> Json:
    """Describe an element that is calendar time."""
    return {"type": "time", "counting": counting}


def suites() -> Iterator[Suite]:
    """Give every policy written for the suite."""
    yield from connectives()
    yield inline()
    yield nesting()
    yield twice()
    yield operators()
    yield units()
    yield durations()
    yield from dates()
    yield ages()
    yield countings()
    yield partial_dates()
    yield absences()
    yield from stances()


# Connectives


def _letters(names: str, letters: str) -> dict[str, Given]:
    """Give the facts of a row of a truth table; an unknown has each reason in turn."""
    facts: dict[str, Given] = {}
    for place, (name, letter) in enumerate(zip(names, letters, strict=True)):
        reason = REASONS[(place + letters.count("U")) % len(REASONS)]
        facts[name] = LETTERS.get(letter, f"no: {reason}")
    return facts


# What the root comes to, by how many of three are true and how many unknown.
#                          true unknown
TABLES: Mapping[str, Mapping[tuple[int, int], str]] = {
    "all of": {(3, 0): "T", (2, 1): "U", (1, 2): "U", (0, 3): "U"},
    "any of": {(0, 0): "F", (0, 1): "U", (0, 2): "U", (0, 3): "U"},
    "none of": {(0, 0): "T", (0, 1): "U", (0, 2): "U", (0, 3): "U"},
    "at least 1 of": {(0, 0): "F", (0, 1): "U", (0, 2): "U", (0, 3): "U"},
    "at least 2 of": {
        (0, 0): "F",
        (0, 1): "F",
        (0, 2): "U",
        (0, 3): "U",
        (1, 0): "F",
        (1, 1): "U",
        (1, 2): "U",
    },
    "at least 3 of": {(3, 0): "T", (2, 1): "U", (1, 2): "U", (0, 3): "U"},
}
# And wherever the table above says nothing.
OTHERWISE = {
    "all of": "F",
    "any of": "T",
    "none of": "F",
    "at least 1 of": "T",
    "at least 2 of": "T",
    "at least 3 of": "F",
}


def connectives() -> Iterator[Suite]:
    """Draw each connective's table in full, over three parts."""
    for connective, table in TABLES.items():
        name = connective.replace(" ", "-")
        parts = [clause(each.upper(), f"There is {each}.", holds(each)) for each in "abc"]
        yield Suite(
            name=f"table-{name}",
            title=f"Truth table of {connective}",
            about=f"Every combination of true, false and unknown under {connective} three parts.",
            elements=dict.fromkeys("abc", YES_NO),
            root=policy_of(connective, *parts),
            cases=[
                Written(
                    name=f"{connective}: {row}",
                    tags=(f"connective:{name}", f"row:{row}"),
                    facts=_letters("abc", row),
                    by_hand={
                        "policy": WORDS[
                            table.get((row.count("T"), row.count("U")), OTHERWISE[connective])
                        ]
                    },
                )
                for row in map("".join, product("TFU", repeat=3))
            ],
        )


def inline() -> Suite:
    """Draw the tables of *and*, *or* and *not* within one test."""
    both = [holds("a"), holds("b")]
    #             TT TF TU FT FF FU UT UF UU
    tables: Mapping[str, tuple[str, Json]] = {
        "A": ("FFFTTTUUU", {"not": holds("a")}),
        "B": ("TFUFFFUFU", {"all": both}),
        "C": ("TTTTFUTUU", {"any": both}),
        "D": ("FTUTTTUTU", {"not": {"all": both}}),
        "E": ("FFFFTUFUU", {"not": {"any": both}}),
        "F": ("TTTFFFUUU", {"not": {"not": holds("a")}}),
    }
    clauses = [
        clause(name, f"Test {name} holds.", test) for name, (_, test) in sorted(tables.items())
    ]
    rows = ["".join(row) for row in product("TFU", repeat=2)]
    return Suite(
        name="table-inline",
        title="Truth tables of and, or, not",
        about="Every combination of true, false and unknown within a test.",
        elements=dict.fromkeys("ab", YES_NO),
        root=policy_of("at least 3 of", *clauses),
        cases=[
            Written(
                name=f"and, or, not: {row}",
                tags=("connective:not", "connective:and", "connective:or", f"row:{row}"),
                facts=_letters("ab", row),
                by_hand={name: WORDS[table[place]] for name, (table, _) in tables.items()},
            )
            for place, row in enumerate(rows)
        ],
    )


def nesting() -> Suite:
    """Put every connective under another."""
    root = policy_of(
        "any of",
        group(
            "A",
            "Both hold:",
            "all of",
            clause("A1", "There is a.", holds("a")),
            group(
                "A2",
                "Two of them:",
                "at least 2 of",
                clause("A2.1", "There is b.", holds("b")),
                group(
                    "A2.2",
                    "Neither:",
                    "none of",
                    clause("A2.2.1", "There is c.", holds("c")),
                    clause("A2.2.2", "There is d.", holds("d")),
                ),
                clause("A2.3", "There is no e.", {"not": holds("e")}),
            ),
        ),
        group(
            "B",
            "None of these:",
            "none of",
            group(
                "B1",
                "Any:",
                "any of",
                clause("B1.1", "There is b.", holds("b")),
                clause("B1.2", "There is d.", holds("d")),
            ),
            clause(
                "B2",
                "There is a and c, or e.",
                {"any": [{"all": [holds("a"), holds("c")]}, holds("e")]},
            ),
        ),
    )
    rows = ["".join(row) for row in product("TFU", repeat=5)]
    # Every fifth row of 243 meets every letter in every place.
    return Suite(
        name="nesting",
        title="Connectives within connectives",
        about="Four levels, each connective under another, some elements asked twice.",
        elements=dict.fromkeys("abcde", YES_NO),
        root=root,
        cases=[
            *(
                Written(
                    name=f"nested: {row}",
                    tags=("nesting", f"row:{row}"),
                    facts=_letters("abcde", row),
                )
                for row in rows[::5]
            ),
            Written(
                name="a settled branch, the rest unknown",
                tags=("nesting",),
                facts={"a": True, "b": True, "e": False},
                by_hand={"A": "met", "A2": "met", "A2.2": "open", "B": "not-met", "policy": "met"},
            ),
            Written(
                name="both branches fail, the rest unknown",
                tags=("nesting",),
                facts={"a": False, "d": True},
                by_hand={"A": "not-met", "B1": "met", "B": "not-met", "policy": "not-met"},
            ),
            Written(
                name="nothing known",
                tags=("nesting",),
                facts={},
                by_hand={"policy": "open"},
            ),
        ],
    )


def twice() -> Suite:
    """Ask one element twice: unknown stays open though no value could meet both."""
    clauses = [
        clause("A", "There is a.", holds("a")),
        clause("B", "There is no a.", {"not": holds("a")}),
        clause("C", "There is a or there is none.", {"any": [holds("a"), {"not": holds("a")}]}),
    ]
    return Suite(
        name="asked-twice",
        title="One element in several tests",
        about="Kleene's logic looks at each test by itself.",
        elements={"a": YES_NO},
        root=policy_of("all of", *clauses),
        cases=[
            Written(
                name="asked twice: unknown",
                tags=("asked-twice",),
                facts={"a": "no: in-conflict"},
                by_hand={"A": "open", "B": "open", "C": "open", "policy": "open"},
            ),
            Written(
                name="asked twice: true",
                tags=("asked-twice",),
                facts={"a": True},
                by_hand={"A": "met", "B": "not-met", "C": "met", "policy": "not-met"},
            ),
            Written(
                name="asked twice: false",
                tags=("asked-twice",),
                facts={"a": False},
                by_hand={"A": "not-met", "B": "met", "C": "met", "policy": "not-met"},
            ),
        ],
    )


# Numbers and options


def operators() -> Suite:
    """Compare on, just under and just over a bound with every operator; match options."""
    signs = {
        "A": (">=", "at least 6 cm"),
        "B": ("<=", "at most 6 cm"),
        "C": (">", "more than 6 cm"),
        "D": ("<", "less than 6 cm"),
        "E": ("=", "exactly 6 cm"),
    }
    clauses = [
        clause(name, f"The length is {words}.", compare("length", sign, "6", "cm"))
        for name, (sign, words) in signs.items()
    ]
    clauses += [
        clause("F", "The color is red.", matches("color", "red")),
        clause("G", "The color is red or dark-blue.", matches("color", "red", "dark-blue")),
        clause("H", "The color is not red.", {"not": matches("color", "red")}),
    ]
    #                    >= <= >  <  =
    hand = {
        "under": ("5.9 cm", "FTFTF"),
        "hair-under": ("5.999999 cm", "FTFTF"),
        "on": ("6 cm", "TTFFT"),
        "on-with-zeros": ("6.000 cm", "TTFFT"),
        "hair-over": ("6.000001 cm", "TFTFF"),
        "over": ("6.1 cm", "TFTFF"),
        "zero": ("0 cm", "FTFTF"),
        "unknown": ("no: not-recorded", "UUUUU"),
    }
    cases = [
        Written(
            name=f"operators: {place}",
            tags=(
                f"threshold:{place.removeprefix('hair-')}",
                *(f"operator:{sign}" for sign, _ in signs.values()),
            ),
            facts={"length": given},
            by_hand={name: WORDS[letter] for name, letter in zip(signs, row, strict=True)},
        )
        for place, (given, row) in hand.items()
    ]
    colors = {"red": "TTF", "dark-blue": "FTT", "green": "FFT", "no: unreadable": "UUU"}
    cases += [
        Written(
            name=f"options: {given.removeprefix('no: ')}",
            tags=("operator:is", "operator:is-one-of", "operator:is-not"),
            facts={"color": given},
            by_hand={
                name: WORDS[letter] for name, letter in zip(("F", "G", "H"), row, strict=True)
            },
        )
        for given, row in colors.items()
    ]
    return Suite(
        name="operators",
        title="Every operator",
        about="A bound on, just under and just over it; options one and several.",
        elements={
            "length": number("cm", "0", "300"),
            "color": options("red", "dark-blue", "green"),
        },
        root=policy_of("at least 4 of", *clauses),
        cases=cases,
    )


def units() -> Suite:
    """Convert exactly at the comparison; the author's units stay as written."""
    clauses = [
        clause("A", "The height is at least 72 in.", compare("height", ">=", "72", "in")),
        clause("B", "The height is at most 1.9 m.", compare("height", "<=", "1.9", "m")),
        clause("C", "The weight is under 220 lb.", compare("weight", "<", "220", "lb")),
        clause("D", "The weight is over 45 kg.", compare("weight", ">", "45", "kg")),
        clause("E", "The mark is exactly 70 mm.", compare("mark", "=", "70", "mm")),
        clause("F", "The share is at least 50 percent.", compare("share", ">=", "50", "percent")),
    ]
    rows: list[tuple[str, str, dict[str, Given], dict[str, str]]] = [
        ("72 in is 182.88 cm", "in-cm", {"height": "182.88 cm"}, {"A": "T", "B": "T"}),
        ("a hair under 72 in", "in-cm", {"height": "182.8799 cm"}, {"A": "F"}),
        ("a hair over 72 in", "in-cm", {"height": "182.8801 cm"}, {"A": "T"}),
        ("72 in as written", "in-cm", {"height": "72 in"}, {"A": "T"}),
        ("1.9 m is 190 cm", "m-cm", {"height": "190 cm"}, {"B": "T"}),
        ("1.9 m is 1900 mm", "m-mm", {"height": "1900 mm"}, {"B": "T"}),
        ("1901 mm is over 1.9 m", "m-mm", {"height": "1901 mm"}, {"B": "F"}),
        ("75 in is over 1.9 m", "in-m", {"height": "75 in"}, {"A": "T", "B": "F"}),
        ("220 lb in kg", "lb-kg", {"weight": "99.7903214 kg"}, {"C": "F", "D": "T"}),
        ("a hair under 220 lb", "lb-kg", {"weight": "99.7903213 kg"}, {"C": "T"}),
        ("a hair over 220 lb", "lb-kg", {"weight": "99.7903215 kg"}, {"C": "F"}),
        ("220 lb in g", "lb-g", {"weight": "99790.3214 g"}, {"C": "F"}),
        ("45 kg in g", "kg-g", {"weight": "45000 g"}, {"D": "F"}),
        ("100 lb is over 45 kg", "lb-kg", {"weight": "100 lb"}, {"C": "T", "D": "T"}),
        ("99 lb is under 45 kg", "lb-kg", {"weight": "99 lb"}, {"D": "F"}),
        ("7 cm is 70 mm", "mm-cm", {"mark": "7 cm"}, {"E": "T"}),
        ("7.0 cm is 70 mm", "mm-cm", {"mark": "7.0 cm"}, {"E": "T"}),
        ("7.01 cm is not 70 mm", "mm-cm", {"mark": "7.01 cm"}, {"E": "F"}),
        ("69 mm is not 70 mm", "mm-cm", {"mark": "69 mm"}, {"E": "F"}),
        ("half is half", "percent", {"share": "50 percent"}, {"F": "T"}),
        ("less than half", "percent", {"share": "49.9 percent"}, {"F": "F"}),
    ]
    return Suite(
        name="units",
        title="Exact units",
        about="Inch, pound and their metric neighbors, exactly; no rounding decides.",
        elements={
            "height": number("cm", "0", "300"),
            "weight": number("kg", "0", "500"),
            "mark": number("mm", "0", "100"),
            "share": number("percent", "0", "100"),
        },
        root=policy_of("any of", *clauses),
        cases=[
            Written(
                name=name,
                tags=(f"units:{pair}",),
                facts=facts,
                by_hand={each: WORDS[letter] for each, letter in hand.items()},
            )
            for name, pair, facts, hand in rows
        ],
    )


def durations() -> Suite:
    """Compare stated times; months against days are open where the calendar could go either way."""
    clauses = [
        clause("A", "It has lasted at least 3 months.", compare("pain", ">=", "3", "months")),
        clause("B", "It has lasted more than 90 days.", compare("pain", ">", "90", "days")),
        clause("C", "It has lasted at least 1 year.", compare("pain", ">=", "1", "years")),
        clause("D", "It has lasted under 8 weeks.", compare("pain", "<", "8", "weeks")),
        clause("E", "It has lasted exactly 12 weeks.", compare("pain", "=", "12", "weeks")),
    ]
    #                        D1-D5
    rows = [
        ("3 months", "months-days", "TUFFF"),
        ("90 days", "months-days", "UFFFF"),
        ("88 days", "months-days", "FFFFF"),
        ("89 days", "months-days", "UFFFF"),
        ("91 days", "months-days", "UTFFF"),
        ("92 days", "months-days", "TTFFF"),
        ("2 months", "months-days", "FFFFF"),
        ("4 months", "months-days", "TTFFF"),
        ("365 days", "years-days", "TTUFF"),
        ("364 days", "years-days", "TTFFF"),
        ("366 days", "years-days", "TTTFF"),
        ("12 months", "years-months", "TTTFF"),
        ("11 months", "years-months", "TTFFF"),
        ("1 years", "years-months", "TTTFF"),
        ("53 weeks", "years-weeks", "TTTFF"),
        ("52 weeks", "years-weeks", "TTFFF"),
        ("56 days", "weeks-days", "FFFFF"),
        ("55 days", "weeks-days", "FFFTF"),
        ("84 days", "weeks-days", "FFFFT"),
        ("12 weeks", "weeks-days", "FFFFT"),
        ("13 weeks", "months-weeks", "UTFFF"),
        ("1 months", "months-weeks", "FFFTF"),
    ]
    return Suite(
        name="durations",
        title="Stated times",
        about="Weeks and days, years and months convert exactly; months against days do not.",
        elements={"pain": time("elapsed")},
        root=policy_of("at least 2 of", *clauses),
        cases=[
            Written(
                name=f"stated: {given}",
                tags=("stated-time", f"units:{pair}"),
                facts={"pain": given},
                by_hand={
                    each["id"]: WORDS[letter] for each, letter in zip(clauses, row, strict=True)
                },
            )
            for given, pair, row in rows
        ],
    )


# The calendar


def dates() -> Iterator[Suite]:
    """Count months and years over leap days and month ends."""
    rows = [
        # start, service, reached one month, reached more than one month
        ("month-end", "2026-01-31", "2026-02-28", "FF"),
        ("month-end", "2026-01-31", "2026-03-01", "TF"),
        ("month-end", "2026-01-31", "2026-03-02", "TT"),
        ("month-end", "2026-01-30", "2026-03-01", "TF"),
        ("month-end", "2026-01-28", "2026-02-28", "TF"),
        ("month-end", "2026-01-28", "2026-03-01", "TT"),
        ("month-end", "2026-03-31", "2026-04-30", "FF"),
        ("month-end", "2026-03-31", "2026-05-01", "TF"),
        ("month-end", "2026-04-30", "2026-05-30", "TF"),
        ("month-end", "2026-04-30", "2026-05-29", "FF"),
        ("month-end", "2026-12-31", "2027-01-31", "TF"),
        ("month-end", "2026-12-31", "2027-01-30", "FF"),
        ("leap-day", "2024-01-29", "2024-02-29", "TF"),
        ("leap-day", "2024-01-31", "2024-02-29", "FF"),
        ("leap-day", "2024-01-31", "2024-03-01", "TF"),
        ("leap-day", "2024-02-29", "2024-03-28", "FF"),
        ("leap-day", "2024-02-29", "2024-03-29", "TF"),
        ("after-service", "2026-06-02", "2026-06-01", "FF"),
    ]
    yield Suite(
        name="months",
        title="One calendar month",
        about="A day that the month lacks falls on the first of the next.",
        elements={"pain": time("elapsed")},
        root=policy_of(
            "all of",
            clause("A", "It has lasted at least 1 month.", compare("pain", ">=", "1", "months")),
            clause("B", "It has lasted more than 1 month.", compare("pain", ">", "1", "months")),
        ),
        cases=[
            Written(
                name=f"month: {start} to {service}",
                tags=(f"date:{kind}",),
                facts={"pain": f"since {start}"},
                on=service,
                by_hand={"A": WORDS[row[0]], "B": WORDS[row[1]]},
            )
            for kind, start, service, row in rows
        ],
    )
    years = [
        ("leap-day", "2024-02-29", "2025-02-28", "FF"),
        ("leap-day", "2024-02-29", "2025-03-01", "TF"),
        ("leap-day", "2024-02-29", "2025-03-02", "TT"),
        ("leap-day", "2023-02-28", "2024-02-28", "TF"),
        ("leap-day", "2023-02-28", "2024-02-29", "TT"),
        ("leap-day", "2023-03-01", "2024-02-29", "FF"),
        ("leap-day", "2023-03-01", "2024-03-01", "TF"),
        ("year-end", "2024-12-31", "2025-12-30", "FF"),
        ("year-end", "2024-12-31", "2025-12-31", "TF"),
        ("year-end", "2024-12-31", "2026-01-01", "TT"),
    ]
    yield Suite(
        name="years",
        title="One calendar year",
        about="Who began on 29 February has a full year on 1 March of a common year.",
        elements={"pain": time("elapsed")},
        root=policy_of(
            "any of",
            clause("A", "It has lasted at least 1 year.", compare("pain", ">=", "1", "years")),
            clause("B", "It has lasted more than 1 year.", compare("pain", ">", "1", "years")),
        ),
        cases=[
            Written(
                name=f"year: {start} to {service}",
                tags=(f"date:{kind}",),
                facts={"pain": f"since {start}"},
                on=service,
                by_hand={"A": WORDS[row[0]], "B": WORDS[row[1]]},
            )
            for kind, start, service, row in years
        ],
    )
    days = [
        ("day-count", "2026-03-03", "2026-06-01", "FT"),  # 90 days
        ("day-count", "2026-03-02", "2026-06-01", "TF"),  # 91 days
        ("day-count", "2026-03-10", "2026-06-01", "FF"),  # 83 days
        ("day-count", "2026-03-09", "2026-06-01", "FT"),  # 84 days
        ("leap-day", "2023-12-02", "2024-03-01", "FT"),  # 90 days, with 29 February
        ("leap-day", "2022-12-02", "2023-03-01", "FT"),  # 89 days, without it
    ]
    yield Suite(
        name="days",
        title="Days and weeks",
        about="Days are counted, and a week is seven of them.",
        elements={"pain": time("elapsed")},
        root=policy_of(
            "none of",
            clause("A", "It has lasted more than 90 days.", compare("pain", ">", "90", "days")),
            clause(
                "B",
                "It has lasted at least 12 weeks and at most 90 days.",
                {
                    "all": [
                        compare("pain", ">=", "12", "weeks"),
                        compare("pain", "<=", "90", "days"),
                    ]
                },
            ),
        ),
        cases=[
            Written(
                name=f"days: {start} to {service}",
                tags=(f"date:{kind}",),
                facts={"pain": f"since {start}"},
                on=service,
                by_hand={"A": WORDS[row[0]], "B": WORDS[row[1]]},
            )
            for kind, start, service, row in days
        ],
    )


def ages() -> Suite:
    """Count ages in completed years on the day before, of and after the birthday."""
    clauses = [
        clause("A", "The age is at least 18 years.", compare("age", ">=", "18", "years")),
        clause("B", "The age is more than 18 years.", compare("age", ">", "18", "years")),
        clause("C", "The age is exactly 18 years.", compare("age", "=", "18", "years")),
        clause("D", "The age is at most 18 years.", compare("age", "<=", "18", "years")),
        clause("E", "The age is under 18 years.", compare("age", "<", "18", "years")),
    ]
    before, on, over = "FFFTT", "TFTTF", "TTFFF"
    rows = [
        ("day-before", "2008-06-01", "2026-05-31", before),
        ("birthday", "2008-06-01", "2026-06-01", on),
        ("day-after", "2008-06-01", "2026-06-02", on),
        ("day-before", "2008-06-01", "2027-05-31", on),
        ("birthday", "2008-06-01", "2027-06-01", over),
        ("day-after", "2008-06-01", "2027-06-02", over),
        ("29-february", "2008-02-29", "2026-02-28", before),
        ("29-february", "2008-02-29", "2026-03-01", on),
        ("29-february", "2008-02-29", "2026-03-02", on),
        ("29-february", "2008-02-29", "2027-02-28", on),
        ("29-february", "2008-02-29", "2027-03-01", over),
        ("29-february", "2008-02-29", "2028-02-28", over),
        ("29-february", "2008-02-29", "2028-02-29", over),
        ("29-february", "2006-02-28", "2024-02-28", on),
        ("29-february", "2006-03-01", "2024-02-29", before),
        ("year-end", "2007-12-31", "2025-12-30", before),
        ("year-end", "2007-12-31", "2025-12-31", on),
        ("newborn", "2026-06-01", "2026-06-01", before),
    ]
    stated = [("17 years", before), ("18 years", on), ("19 years", over)]
    cases = [
        Written(
            name=f"age: {born} on {service}",
            tags=(f"age:{kind}",),
            facts={"age": f"since {born}"},
            on=service,
            by_hand={each["id"]: WORDS[letter] for each, letter in zip(clauses, row, strict=True)},
        )
        for kind, born, service, row in rows
    ]
    cases += [
        Written(
            name=f"age: {given}",
            tags=("age:stated",),
            facts={"age": given},
            by_hand={each["id"]: WORDS[letter] for each, letter in zip(clauses, row, strict=True)},
        )
        for given, row in stated
    ]
    return Suite(
        name="ages",
        title="Ages",
        about="Completed years; who was born on 29 February is a year older on 1 March.",
        elements={"age": time("completed")},
        root=policy_of("at least 3 of", *clauses),
        cases=cases,
    )


def countings() -> Suite:
    """Set completed years beside time as it elapses, for the same dates."""
    clauses = [
        clause("A", "The age is at most 75 years.", compare("age", "<=", "75", "years")),
        clause("B", "The time is at most 75 years.", compare("pain", "<=", "75", "years")),
        clause("C", "The age is more than 75 years.", compare("age", ">", "75", "years")),
        clause("D", "The time is more than 75 years.", compare("pain", ">", "75", "years")),
        clause("E", "The age is exactly 75 years.", compare("age", "=", "75", "years")),
        clause("F", "The time is exactly 75 years.", compare("pain", "=", "75", "years")),
    ]
    rows = [
        ("1951-06-02", "TTFFFF"),  # 74 years and 364 days
        ("1951-06-01", "TTFFTT"),  # 75 years to the day
        ("1951-05-31", "TFFTTF"),  # a day more
        ("1950-06-02", "TFFTTF"),  # the day before 76 years
        ("1950-06-01", "FFTTFF"),  # 76 years to the day
    ]
    return Suite(
        name="countings",
        title="Completed units and elapsed time",
        about="An age stays at its number until the next birthday; a time passes it the day after.",
        elements={"age": time("completed"), "pain": time("elapsed")},
        root=policy_of("at least 4 of", *clauses),
        cases=[
            Written(
                name=f"countings: since {start}",
                tags=("counting:completed", "counting:elapsed"),
                facts={"age": f"since {start}", "pain": f"since {start}"},
                by_hand={
                    each["id"]: WORDS[letter] for each, letter in zip(clauses, row, strict=True)
                },
            )
            for start, row in rows
        ],
    )


def partial_dates() -> Suite:
    """Compare what is known to the month, to the year, or only from one side."""
    clauses = [
        clause("A", "It has lasted at least 6 months.", compare("pain", ">=", "6", "months")),
        clause("B", "It has lasted at most 2 years.", compare("pain", "<=", "2", "years")),
        clause("C", "It has lasted under 30 days.", compare("pain", "<", "30", "days")),
        clause("D", "The age is at least 18 years.", compare("age", ">=", "18", "years")),
    ]
    #                                             P1-P4
    rows = [
        ("month", {"pain": "since 2025-12"}, "UTFU"),
        ("month", {"pain": "since 2025-11"}, "TTFU"),
        ("month", {"pain": "since 2026-01"}, "FTFU"),
        ("month", {"pain": "since 2026-05"}, "FTUU"),
        ("month", {"pain": "since 2024-06"}, "TTFU"),
        ("month", {"pain": "since 2024-05"}, "TFFU"),
        ("year", {"pain": "since 2025"}, "UTFU"),
        ("year", {"pain": "since 2024"}, "TUFU"),
        ("year", {"pain": "since 2023"}, "TFFU"),
        ("year", {"pain": "since 2026"}, "FTUU"),
        ("bounded-above", {"pain": "by 2025-12-01"}, "TUFU"),
        ("bounded-above", {"pain": "by 2025-12-02"}, "UUFU"),
        ("bounded-above", {"pain": "by 2024-05-31"}, "TFFU"),
        ("bounded-above", {"pain": "by 2026-05-20"}, "UUUU"),
        ("bounded-above", {"pain": "by 2025"}, "UUFU"),
        ("month", {"age": "since 2008-06"}, "UUUU"),
        ("month", {"age": "since 2008-05"}, "UUUT"),
        ("month", {"age": "since 2008-07"}, "UUUF"),
        ("year", {"age": "since 2008"}, "UUUU"),
        ("year", {"age": "since 2007"}, "UUUT"),
        ("year", {"age": "since 2009"}, "UUUF"),
        ("bounded-above", {"age": "by 2008-06-01"}, "UUUT"),
        ("bounded-above", {"age": "by 2008-06-02"}, "UUUU"),
    ]
    return Suite(
        name="partial-dates",
        title="Days known in part",
        about="What holds on every day that it may be holds; what holds on some is open.",
        elements={"pain": time("elapsed"), "age": time("completed")},
        root=policy_of("all of", *clauses),
        cases=[
            Written(
                name=f"partial: {name} {given}",
                tags=(f"partial:{kind}",),
                facts={name: given},
                by_hand={
                    each["id"]: WORDS[letter] for each, letter in zip(clauses, row, strict=True)
                },
            )
            for kind, facts, row in rows
            for name, given in facts.items()
        ],
    )


# What is not there


def absences() -> Suite:
    """Leave out a fact of each type for each reason, or without a word."""
    clauses = [
        clause("A", "There is a.", holds("a")),
        clause("B", "There is no b.", {"not": holds("b")}),
        clause("C", "The color is red.", matches("color", "red")),
        clause("D", "The length is at least 6 cm.", compare("length", ">=", "6", "cm")),
        clause("E", "It has lasted at least 6 months.", compare("pain", ">=", "6", "months")),
    ]
    complete: dict[str, Given] = {
        "a": True,
        "b": False,
        "color": "red",
        "length": "6 cm",
        "pain": "since 2025-01-01",
    }
    waiting = dict(zip(complete, ("A", "B", "C", "D", "E"), strict=True))
    cases = [
        Written(
            name=f"absent: {name}, {reason}",
            tags=(f"absence:{reason}",),
            facts={**complete, name: f"no: {reason}"},
            by_hand={waiting[name]: "open", "policy": "open"},
        )
        for name in complete
        for reason in REASONS
    ]
    cases += [
        Written(
            name=f"left out: {name}",
            tags=("absence:left-out",),
            facts={each: value for each, value in complete.items() if each != name},
            by_hand={waiting[name]: "open", "policy": "open"},
        )
        for name in complete
    ]
    cases += [
        Written(
            name="complete",
            tags=("absence:none",),
            facts=complete,
            by_hand={**dict.fromkeys(waiting.values(), "met"), "policy": "met"},
        ),
        Written(
            name="nothing at all",
            tags=("absence:left-out",),
            facts={},
            by_hand={**dict.fromkeys(waiting.values(), "open"), "policy": "open"},
        ),
        Written(
            name="one fails, the rest is absent",
            tags=("absence:left-out",),
            facts={"b": True},
            by_hand={"B": "not-met", "policy": "not-met"},
        ),
    ]
    return Suite(
        name="absences",
        title="Absences",
        about="Whatever the reason, what is absent is open, never false.",
        elements={
            "a": YES_NO,
            "b": YES_NO,
            "color": options("red", "green"),
            "length": number("cm", "0", "300"),
            "pain": time("elapsed"),
        },
        root=policy_of("all of", *clauses),
        cases=cases,
    )


def stances() -> Iterator[Suite]:
    """Put cases to policies that exclude the service, do not name it, or were not read."""
    given: list[tuple[str, dict[str, Given]]] = [
        ("nothing known", {}),
        ("a fact", {"a": True}),
        ("the contrary", {"a": False}),
    ]
    sentences = {
        "excluded": ("E1", "The service is outside the policy.", "not-met"),
        "silent": ("S1", "The policy does not name the service.", "open"),
        "unread": ("U1", "Nobody has read the position of the policy.", "open"),
    }
    for stance, (name, sentence, word) in sentences.items():
        # Nothing in a chart meets an empty *any of*; without a position it is never evaluated.
        parts = [clause(name, sentence, {"any": []})]
        yield Suite(
            name=stance,
            title=f"A policy that is {stance}",
            about="Nothing in a chart changes what it comes to.",
            elements={"a": YES_NO},
            root={
                "id": "policy",
                "sentence": "",
                "test": {"all": [{"part": name}]},
                "parts": parts,
            },
            stance=stance,
            cases=[
                Written(
                    name=f"{stance}: {words}",
                    tags=(f"stance:{stance}",),
                    facts=facts,
                    by_hand={name: word, "policy": word},
                )
                for words, facts in given
            ],
        )
