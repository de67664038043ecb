"""`multifidus evidence check`: what does not fit among extracted numbers; nothing is repaired."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.cli.lines import Lines
from multifidus.cli.words import count_words
from multifidus.core.canonical import plain
from multifidus.errors import RequestError
from multifidus.evidence.check import Rule, check_results
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.study import Evidence, read_results, read_studies, shipped_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multifidus.evidence.check import Finding

RULES = {
    Rule.WHOLE_COUNT: "A percentage that no whole number of people gives",
    Rule.COUNT_AND_PERCENT: "A count and a percentage that are not the same",
    Rule.RANGE: "A number outside of its scale, or more events than people",
    Rule.INTERVAL: "An interval that does not hold its estimate, or runs backwards",
    Rule.ASYMMETRY: "An interval that does not lie evenly about its mean",
    Rule.SE_AND_SD: "A standard deviation that looks like a standard error, or the other way round",
    Rule.SPREAD: "SD, SE, interval and number of people that do not fit each other",
    Rule.P_AND_INTERVAL: "A p value and an interval that say different things",
    Rule.CHANGE: "A change that is not follow-up minus baseline",
    Rule.DISAGREEMENT: "One quantity of the same people with several values",
    Rule.SAME_PEOPLE: "The same people under several names: never pool these",
    Rule.REGISTRATION: "One registration number for several cohorts",
    Rule.DEFINITIONS: "A composite of one name that reports define differently",
    Rule.SITES: "A study that is said to have been done at several numbers of sites",
    Rule.ATTRITION: "More people later than at the start",
}


def tell_findings(results: Path | None, studies: Path | None, form: str) -> str:
    """Check the shipped results, or a table of somebody's own."""
    evidence = _evidence(results, studies)
    found = check_results(evidence.results, evidence.studies, shipped_cohorts())
    if form == "json":
        told = [_data(each, evidence) for each in found]
        return json.dumps(told, indent=2, ensure_ascii=False)
    return "\n".join(_text(found, evidence))


def _evidence(results: Path | None, studies: Path | None) -> Evidence:
    if results is None and studies is None:
        return shipped_evidence()
    return Evidence(
        studies=() if studies is None else read_studies(_read(studies), file=str(studies)),
        results=() if results is None else read_results(_read(results), file=str(results)),
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message, hint = "the file cannot be read", "name a table of results, in UTF-8"
        raise RequestError.at(str(path), message, hint) from None


def _data(finding: Finding, evidence: Evidence) -> object:
    return {**_fields(finding), "sources": _sources(finding, evidence)}


def _fields(finding: Finding) -> dict[str, object]:
    told = plain(finding)
    return dict(told) if isinstance(told, dict) else {}


def _sources(finding: Finding, evidence: Evidence) -> list[str]:
    known = {each.id: each.source for each in evidence.studies}
    known |= {each.id: each.source for each in evidence.results}
    found = (known.get(name, "") for name in finding.results)
    return list(dict.fromkeys(each for each in found if each))


def _text(found: Sequence[Finding], evidence: Evidence) -> Iterator[str]:
    page = Lines()
    results = count_words(len(evidence.results), "result")
    yield page.paint(f"{count_words(len(found), 'finding')} in {results}", "head")
    yield from page.wrapped("A person decides which number is right; nothing was changed.", "  ")
    for rule in Rule:
        mine = [each for each in found if each.rule is rule]
        if not mine:
            continue
        yield ""
        yield page.paint(f"{RULES[rule]} ({rule})", "head")
        for each in mine:
            yield from page.wrapped(f"- {each.message}", "  ", hang="  ")
            yield from page.wrapped(", ".join(each.results), "    ")
            yield from page.wrapped("; ".join(_sources(each, evidence)), "    ")
