"""What the evidence rests on: what was found and used, and how far each study may mislead."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from multifidus.evidence.figure import bias, flow
from multifidus.evidence.gallery import changes
from multifidus.evidence.gallery.changes import DISABILITY
from multifidus.evidence.gallery.wording import cohort

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.evidence.certainty import BiasRisk, Tool
    from multifidus.evidence.cohort import Cohorts
    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.judgement import Judgements
    from multifidus.evidence.study import Evidence

_REVIEWS = "reviews and guidance without data of their own"
_ASIDE = {
    "MA-COPLEY": _REVIEWS,
    "SR-DSOUZA": _REVIEWS,
    "REV": _REVIEWS,
    "NICE-IPG739": _REVIEWS,
    "FDA-P190021": "review for approval, its tables not read",
    "RESTORE-PROT": "protocol of a trial",
    "ADL-REG": "registered, no results found",
    "R8C": "registry, no results of its own found",
    "PNS60": "another device",
}
"""Why a document gives no result of its own to this project, by its id in studies.csv."""

_AGAIN = "whose people are, or may be, counted in another"
_CONTROLLED = "compared with a control instead"
_SILENT = "no change with a standard error"


def bias_of(judgements: Judgements) -> Drawing:
    """Draw the risk of bias of every judged result, a panel for each tool."""
    tools = dict.fromkeys(each.tool for each in judgements.bias)
    return bias.draw(
        bias.TrafficLight(
            name="risk-of-bias",
            title="No result is free of concern; most had no control at all",
            judged=f"Judged by {judgements.author.replace('The ', 'the ')} on {judgements.on}",
            tools=tuple(_tool(tool, judgements) for tool in tools),
            notes=(
                (
                    "These judgements are ours. They rest on abstracts and registry pages; nobody"
                    " outside has reviewed them, and full texts may change them."
                ),
                (
                    "Nearly all studies were paid for by the maker of the device, which neither"
                    " tool counts as a domain."
                ),
            ),
        )
    )


def _tool(tool: Tool, judgements: Judgements) -> bias.Tool:
    judged = [each for each in judgements.bias if each.tool is tool]
    return bias.Tool(
        name=tool.value,
        domains=tuple(domain.name for domain in judged[0].domains),
        studies=tuple(_study(each) for each in judged),
    )


def _study(judged: BiasRisk) -> bias.Study:
    return bias.Study(
        label=cohort(judged.study),
        detail=judged.result,
        judgements=tuple(bias.Judgement(domain.risk.value) for domain in judged.domains),
        overall=bias.Judgement(judged.overall.value),
    )


def flow_of(evidence: Evidence, *, cohorts: Cohorts) -> Drawing:
    """Draw what was found, what was set aside and why, and what is pooled."""
    used = [each.id for each in evidence.studies if each.id not in _ASIDE]
    reasons = Counter(_ASIDE[each.id] for each in evidence.studies if each.id in _ASIDE)
    return flow.draw(
        flow.Flow(
            name="flow",
            title="From what was found to what is pooled",
            subtitle="Reports and documents known to the project, and the people behind them",
            steps=(
                flow.Step(
                    count=len(evidence.studies),
                    unit="reports and documents",
                    label="found",
                    asides=_asides(reasons),
                ),
                flow.Step(
                    count=len(used), unit="reports and documents", label="with results of their own"
                ),
                *_cohorts(evidence, cohorts=cohorts, used=used),
            ),
            notes=(
                (
                    "This is no systematic review: the documents are those that the project met,"
                    " mostly as abstracts. What was never published is not here."
                ),
                "Several reports of one cohort count once.",
            ),
        )
    )


def _cohorts(evidence: Evidence, *, cohorts: Cohorts, used: Sequence[str]) -> Iterator[flow.Step]:
    """Count people instead of reports, and nobody twice."""
    found = {each.id: each for study in used if (each := cohorts.of(study))}
    inner = {name for each in found.values() for name in each.may_hold if name in found}
    inner |= {each.id for each in found.values() if set(each.holds) & set(found)}
    pooled = {
        each.id
        for row in changes.chosen(evidence, DISABILITY, cohorts=cohorts)
        if (each := cohorts.of(row.study))
    }
    controlled = {
        each.id
        for row in changes.controlled(evidence, DISABILITY)
        if (each := cohorts.of(row.study))
    }
    alone = set(found) - inner
    unit = "cohorts of people"
    yield flow.Step(
        count=len(found),
        unit=unit,
        label="behind these reports",
        asides=_asides({_AGAIN: len(inner)}),
    )
    yield flow.Step(
        count=len(alone),
        unit=unit,
        label="nobody counted twice",
        asides=_asides({_CONTROLLED: len(controlled), _SILENT: len(alone - controlled - pooled)}),
    )
    yield flow.Step(count=len(pooled), unit=unit, label="in the pooled change of disability")


def _asides(reasons: Mapping[str, int]) -> tuple[flow.Aside, ...]:
    return tuple(
        flow.Aside(count=count, reason=reason) for reason, count in Counter(reasons).most_common()
    )
