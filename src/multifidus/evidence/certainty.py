"""
How sure one may be of a result: GRADE, and the risk of bias of the studies behind it.

GRADE starts with the design (randomised: high; everything else: low), goes down for five reasons
and up for three, and ends at one of four levels. RoB 2 and ROBINS-I say of each domain of a study
how it may mislead; what the worst domain says, the whole says.

A judgement is an opinion. Each one here has its rationale, its source, its author and its day, and
is the project's own unless it says otherwise: nobody outside has reviewed it.

Sources: Guyatt and others, BMJ 336:924-926, 2008 (GRADE); Sterne and others, BMJ 366:l4898, 2019
(RoB 2); Sterne and others, BMJ 355:i4919, 2016 (ROBINS-I).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Level(StrEnum):
    """How certain a body of evidence is, the least certain first."""

    VERY_LOW = "very low"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def filled(self) -> int:
        """How many of GRADE's four signs are filled."""
        return LEVELS.index(self) + 1

    @property
    def signs(self) -> str:
        """
        Draw the level as GRADE does; beside the word, never in its place.

        >>> Level.LOW.signs
        '●●○○'
        """
        return "●" * self.filled + "○" * (len(LEVELS) - self.filled)


LEVELS = tuple(Level)


class Design(StrEnum):
    """What decides where GRADE starts."""

    RANDOMISED = "randomised"
    NOT_RANDOMISED = "not randomised"

    @property
    def start(self) -> Level:
        """The level before any reason is weighed."""
        return Level.HIGH if self is Design.RANDOMISED else Level.LOW


class Reason(StrEnum):
    """Why certainty goes down or up."""

    RISK_OF_BIAS = "risk of bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication bias"
    LARGE_EFFECT = "large effect"
    DOSE_RESPONSE = "dose-response"
    OPPOSING_CONFOUNDING = "opposing confounding"

    @property
    def goes_up(self) -> bool:
        """Whether it raises certainty; the others lower it."""
        return self in UP


UP = (Reason.LARGE_EFFECT, Reason.DOSE_RESPONSE, Reason.OPPOSING_CONFOUNDING)
DOWN = tuple(each for each in Reason if each not in UP)
MOST_STEPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was judged of one reason: how many levels it moves, why, and on what ground."""

    reason: Reason
    steps: int
    """Levels, 0 to 2; the reason says which way."""
    rationale: str
    source: str

    @property
    def move(self) -> int:
        """Levels with their sign."""
        return self.steps if self.reason.goes_up else -self.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """A GRADE rating: all eight reasons judged, by whom and when."""

    design: Design
    judgements: tuple[Judgement, ...]
    author: str
    on: date

    @property
    def level(self) -> Level:
        """Where the reasons lead from the start; no further than the ends of the scale."""
        place = LEVELS.index(self.design.start) + sum(each.move for each in self.judgements)
        return LEVELS[max(0, min(place, len(LEVELS) - 1))]

    @property
    def moved_by(self) -> tuple[Judgement, ...]:
        """The judgements that moved it, in GRADE's order."""
        return tuple(each for each in self.judgements if each.steps)

    @property
    def words(self) -> str:
        """
        Say the level and what led there.

        A line of a summary of findings: `low: starts high, risk of bias -1, imprecision -1`.
        """
        moves = [f"{each.reason} {each.move:+d}" for each in self.moved_by]
        return f"{self.level}: " + ", ".join([f"starts {self.design.start}", *moves])


class Tool(StrEnum):
    """With what a study's risk of bias was judged; the design decides."""

    ROB_2 = "RoB 2"
    ROBINS_I = "ROBINS-I"


class Risk(StrEnum):
    """What a domain may do to the result, in the words of the two tools."""

    LOW = "low"
    SOME_CONCERNS = "some concerns"
    MODERATE = "moderate"
    SERIOUS = "serious"
    CRITICAL = "critical"
    HIGH = "high"
    NO_INFORMATION = "no information"


RISKS = {
    Tool.ROB_2: (Risk.LOW, Risk.SOME_CONCERNS, Risk.HIGH),
    Tool.ROBINS_I: (
        Risk.LOW,
        Risk.NO_INFORMATION,
        Risk.MODERATE,
        Risk.SERIOUS,
        Risk.CRITICAL,
    ),
}
"""The words of each tool, the mildest first; what was not told is never better than low."""

DOMAINS = {
    Tool.ROB_2: (
        "randomisation process",
        "deviations from the intended interventions",
        "missing outcome data",
        "measurement of the outcome",
        "selection of the reported result",
    ),
    Tool.ROBINS_I: (
        "confounding",
        "selection of participants",
        "classification of interventions",
        "deviations from the intended interventions",
        "missing data",
        "measurement of outcomes",
        "selection of the reported result",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What was judged of one domain of a study."""

    name: str
    risk: Risk
    rationale: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasRisk:
    """The risk of bias of one result of a study: every domain of the tool, by whom and when."""

    study: str
    result: str
    """Which result: risk of bias is judged of a result, for a study may measure well and ill."""
    tool: Tool
    domains: tuple[Domain, ...]
    author: str
    on: date

    @property
    def overall(self) -> Risk:
        """What the worst domain says."""
        return max((each.risk for each in self.domains), key=RISKS[self.tool].index)
