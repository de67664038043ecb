"""
The evidence behind a policy, handed over to the room that writes it as FHIR resources.

The room `evidence` knows no policy and `export` knows no results; here the two meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.behind import behind_policies
from multifidus.evidence.certainty import Design
from multifidus.evidence.judgement import shipped_judgements
from multifidus.evidence.study import Status, shipped_evidence
from multifidus.evidence.summary import summarize, unit_words
from multifidus.export.evidence import Effect, Finding, Measure, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from multifidus.core.policy import Policy
    from multifidus.evidence.chain import EvidenceLine
    from multifidus.evidence.study import Result, Study
    from multifidus.evidence.summary import Summary


def findings_behind(policy: Policy) -> tuple[Finding, ...]:
    """Give every line of evidence behind some clause of a policy, once, with those clauses."""
    clauses: dict[str, dict[str, None]] = {}
    lines: dict[str, EvidenceLine] = {}
    for topic in behind_policies([policy]).topics:
        for line in topic.link.lines:
            lines[line.id] = line
            clauses.setdefault(line.id, {}).update(dict.fromkeys(topic.of(policy.about.id)))
    return tuple(_finding(line, tuple(clauses[name])) for name, line in lines.items())


def _finding(line: EvidenceLine, clauses: tuple[str, ...]) -> Finding:
    told = summarize(line, shipped_evidence())
    judged = shipped_judgements()
    certainty = judged.lines.get(line.id)
    studies = _studies(told.results)
    return Finding(
        id=line.id,
        title=line.title,
        population=_several(each.population for each in studies),
        treated=_several(each.arm for each in _treated(told)),
        control="" if told.control is None else told.control.arm,
        outcome=_several(f"{each.outcome}, {each.timepoint}" for each in told.results),
        words=told.words,
        doubt=line.doubt,
        effect=_effect(told),
        randomised=certainty is not None and certainty.design is Design.RANDOMISED,
        certainty="" if certainty is None else certainty.level.value,
        judged="" if certainty is None else f"{certainty.words} ({judged.author}, {judged.on})",
        judged_on=None if certainty is None else judged.on,
        reports=tuple(_report(each, told.results) for each in studies),
        clauses=clauses,
    )


def _treated(told: Summary) -> Sequence[Result]:
    return told.results if told.treated is None else (told.treated,)


def _effect(told: Summary) -> Effect | None:
    difference = told.difference
    if difference is None or told.treated is None:
        return None
    shares = told.treated.estimate.is_proportion
    return Effect(
        value=difference.value,
        low=difference.low,
        high=difference.high,
        unit=unit_words(difference.unit),
        measure=Measure.SHARES if shares else Measure.MEANS,
        method=difference.method,
    )


def _studies(results: Sequence[Result]) -> list[Study]:
    asked = {each.study for each in results}
    return [each for each in shipped_evidence().studies if each.id in asked]


def _report(study: Study, results: Sequence[Result]) -> Report:
    """Name a report; a number reckoned from verified ones was read as well as they were."""
    read = [each.status for each in results if each.study == study.id]
    doubtful = Status.UNVERIFIED in read
    return Report(
        study=study.id,
        citation=study.citation,
        doi=study.doi,
        reading=(Status.UNVERIFIED if doubtful else Status.VERIFIED).value,
    )


def _several(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))
