"""One drawing of every kind, of made-up rows that use all that the kind can show."""

from __future__ import annotations

from multifidus.evidence.figure import bias, flow, forest, funnel, responders, trajectory
from multifidus.evidence.figure.bias import Judgement

FOREST = forest.Forest(
    name="forest",
    title="Change in every cohort, and the one comparison",
    subtitle="Change in disability from baseline, and difference from control",
    measure="Change in ODI, points; below 0 is better",
    lower="favours stimulation",
    higher="favours control",
    groups=(
        forest.Group(
            heading="Before and after, no control",
            results=(
                forest.Result(
                    label="First cohort, 2 years",
                    detail="n 159 of 204, sponsored",
                    value=-21.7,
                    low=-24.3,
                    high=-19.1,
                    weight=77.4,
                ),
                forest.Result(
                    label="A cohort whose name is so long that no column holds it",
                    detail="n not told, of 42",
                    value=-17.0,
                    low=-24.4,
                    high=-9.6,
                    weight=22.6,
                    is_derived=True,
                ),
            ),
            total=forest.Total(
                label="Pooled change",
                value=-20.1,
                low=-23.5,
                high=-16.6,
                prediction=(-26.2, -14.0),
                method="REML with Hartung\N{EN DASH}Knapp; I² 12 % (0 to 83), τ² 1.9",
            ),
        ),
        forest.Group(
            heading="Against a control",
            results=(forest.Result(label="A trial", value=-16.8),),
        ),
    ),
    notes=("The two groups are not pooled: a change is no effect.",),
)

RATIOS = forest.Forest(
    name="ratios",
    title="Ratios",
    measure="Risk ratio",
    no_effect=1.0,
    is_ratio=True,
    limits=(0.25, 4.0),
    digits=2,
    groups=(
        forest.Group(
            results=(
                forest.Result(label="One", value=1.2, low=0.1, high=2.0, weight=30.0),
                forest.Result(label="Two", value=2.1, low=0.9, high=9.0, weight=70.0),
            )
        ),
    ),
    total=forest.Total(label="Pooled", value=1.8, low=1.0, high=3.2),
)

FUNNEL = funnel.Funnel(
    name="funnel",
    title="Change against its precision",
    measure="Change in ODI, points",
    pooled=-20.1,
    results=(
        funnel.Result(label="First", value=-21.7, standard_error=1.33, group="trial"),
        funnel.Result(label="Second", value=-21.9, standard_error=1.4, group="cohort"),
        funnel.Result(label="Third", value=-17.0, standard_error=3.8, group="cohort"),
        funnel.Result(label="Far away", value=-8.9, standard_error=2.37, group="cohort"),
    ),
    test="Egger's test was not made.",
)

_FALL = (
    trajectory.Point(days=120, value=-3.3, n=102),
    trajectory.Point(days=730, value=-4.8, n=159, low=-5.2, high=-4.4),
    trajectory.Point(days=1826, value=-4.9, n=126, is_derived=True),
)

TRAJECTORY = trajectory.Trajectory(
    name="trajectory",
    title="Those who stay keep what they gained",
    subtitle="Mean change from baseline in people who had the visit",
    years=5,
    phase=trajectory.Phase(first=0, last=120, label="blinded against a sham"),
    panels=(
        trajectory.Panel(
            heading="Back pain: change on a scale of 0 to 10",
            limits=(-6, 0),
            thresholds=(trajectory.Threshold(value=-2, label="2: smallest change that matters"),),
            series=(
                trajectory.Series(label="Trial", points=_FALL, of=204),
                trajectory.Series(
                    label="Sham",
                    points=(trajectory.Point(days=120, value=-2.4, n=102),),
                    of=102,
                    is_joined=False,
                ),
                trajectory.Series(
                    label="Cohort", points=(trajectory.Point(days=1461, value=-4.8),)
                ),
            ),
        ),
        trajectory.Panel(
            heading="Disability: change in ODI",
            limits=(-30, 0),
            series=(
                trajectory.Series(
                    label="Trial",
                    points=(trajectory.Point(days=730, value=-21.7, n=155),),
                    of=204,
                ),
            ),
        ),
    ),
    notes=("At five years 78 of 204 people have no data.",),
)

RESPONDERS = responders.Responders(
    name="responders",
    title="It depends on the definition",
    threshold="Relief of back pain, percent of baseline",
    curves=(
        responders.Curve(label="2 years", points=((30, 82.6), (50, 71.6), (70, 61.9))),
        responders.Curve(label="3 years", points=((50, 77), (70, 62))),
    ),
    definitions=(
        responders.Definition(
            label="≥ 50 % less pain",
            group="Back pain",
            when="2 years",
            shares=(
                responders.Share(percent=71, source="paper", n=156),
                responders.Share(percent=71.6, source="overview", n=155, low=64.5, high=78.7),
                responders.Share(percent=72, source="sponsor's page"),
            ),
        ),
        responders.Definition(
            label="≥ 50 % less pain and ODI at least 20 points less",
            group="Both",
            when="5 years",
            shares=(responders.Share(percent=56.4, source="paper", n=126, is_derived=True),),
        ),
    ),
    notes=("Marks of one definition that lie apart are sources that disagree.",),
)

BIAS = bias.TrafficLight(
    name="bias",
    title="No study is free of concern",
    judged="Judged by the multifidus authors on 2026-11-28",
    tools=(
        bias.Tool(
            name="RoB 2",
            domains=("randomisation", "deviations", "missing data", "measurement", "selection"),
            studies=(
                bias.Study(
                    label="A trial with a sham",
                    detail="120 days",
                    judgements=(
                        Judgement.NO_INFORMATION,
                        Judgement.LOW,
                        Judgement.SOME_CONCERNS,
                        Judgement.LOW,
                        Judgement.HIGH,
                    ),
                    overall=Judgement.HIGH,
                ),
            ),
        ),
        bias.Tool(
            name="ROBINS-I",
            domains=("confounding", "selection"),
            studies=(
                bias.Study(
                    label="A cohort",
                    judgements=(Judgement.SERIOUS, Judgement.MODERATE),
                    overall=Judgement.CRITICAL,
                ),
            ),
        ),
    ),
    notes=("These judgements are ours.",),
)

FLOW = flow.Flow(
    name="flow",
    title="From what was found to what is pooled",
    steps=(
        flow.Step(
            count=27,
            unit="reports",
            label="found",
            asides=(
                flow.Aside(count=4, reason="reviews without data of their own"),
                flow.Aside(count=2, reason="guidance and approval"),
            ),
        ),
        flow.Step(count=21, unit="reports", label="with results of their own"),
        flow.Step(count=9, unit="cohorts", label="behind them: no person is counted twice"),
    ),
)

DRAWINGS = {
    "forest": forest.draw(FOREST),
    "ratios": forest.draw(RATIOS),
    "funnel": funnel.draw(FUNNEL),
    "trajectory": trajectory.draw(TRAJECTORY),
    "responders": responders.draw(RESPONDERS),
    "bias": bias.draw(BIAS),
    "flow": flow.draw(FLOW),
}
