"""What stands beside a pool: pools of some studies, Egger's test, groups, a moderator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from multifidus.cli.evidence_pool_text import DIGITS, three
from multifidus.cli.words import count_words
from multifidus.errors import RequestError
from multifidus.evidence.pool.bias import Egger, egger
from multifidus.evidence.pool.regression import Regression, regress
from multifidus.evidence.pool.sensitivity import Groups, cumulative, leave_one_out, subgroups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.cli.lines import Lines
    from multifidus.evidence.pool import Approach, Method
    from multifidus.evidence.pool.sensitivity import Step
    from multifidus.evidence.selection import Gathered

COMMAND = "multifidus evidence pool"


@dataclass(frozen=True, slots=True)
class Steps:
    """Pools of some of the studies: without one of them, or up to one."""

    title: str
    steps: tuple[Step, ...]


Beside: TypeAlias = "Steps | Egger | Groups | Regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for beside a pool, and how it is pooled."""

    method: Method
    approach: Approach
    more: tuple[str, ...] = ()
    """`leave-one-out`, `cumulative`, `egger`."""
    by: str = ""
    """The column that names groups of studies."""
    over: str = ""
    """The column with a moderator."""


def beside(gathered: Gathered, asked: Asked) -> Iterator[tuple[str, Beside]]:
    """Reckon what was asked for beside the pool, each with its name."""
    effects, method, approach = gathered.effects, asked.method, asked.approach
    for name in asked.more:
        match name:
            case "leave-one-out":
                steps = leave_one_out(effects, method=method, approach=approach)
                yield name, Steps("Without one study", steps)
            case "cumulative":
                steps = cumulative(effects, method=method, approach=approach)
                yield name, Steps("One study more at a time", steps)
            case _:
                yield name, egger(effects)
    if asked.by:
        names = _column(gathered, asked.by)
        yield "groups", subgroups(effects, names=names, method=method, approach=approach)
    if asked.over:
        column = _column(gathered, asked.over)
        try:
            over = [float(each) for each in column]
        except ValueError:
            message = f"the column `{asked.over}` holds something that is no number"
            raise RequestError.at(
                COMMAND, message, "a moderator is a number, of each study"
            ) from None
        told = regress(effects, over=over, moderator=asked.over, method=method, approach=approach)
        yield "regression", told


def _column(gathered: Gathered, name: str) -> tuple[str, ...]:
    if name not in gathered.columns:
        message = f"there is no column `{name}`"
        raise RequestError.at(COMMAND, message, f"there are: {', '.join(gathered.columns)}")
    return gathered.columns[name]


def text_beside(told: Beside, page: Lines) -> Iterator[str]:
    """Lay one of them out."""
    match told:
        case Steps():
            yield page.paint(told.title, "head")
            for step in told.steps:
                words = f"{three(step.pooled.natural)}, I² {step.pooled.i2:.1f} %"
                yield from page.wrapped(f"{step.label}: {words}", "  ", hang="  ")
        case Egger():
            yield page.paint("Egger's test", "head")
            words = (
                f"slope {told.slope:.{DIGITS}g}, p {told.p:.{DIGITS}g}; a study without error would"
                f" lie at {three((told.limit, told.limit_low, told.limit_high))}"
            )
            yield from page.wrapped(words, "  ")
            if told.warning:
                yield from page.wrapped(f"{told.warning}.", "  ")
        case Groups():
            yield page.paint("Groups of studies", "head")
            for group in told.groups:
                pooled = group.pooled
                natural = group.effects[0].natural if pooled is None else pooled.natural
                studies = count_words(len(group.effects), "study", "studies")
                words = f"{group.name}: {three(natural)}, {studies}"
                yield from page.wrapped(words, "  ", hang="  ")
            yield f"  do they differ: Q {told.q:.{DIGITS}g}, df {told.df}, p {told.p:.{DIGITS}g}"
        case Regression():
            yield page.paint(f"Over {told.moderator}", "head")
            for term in (told.intercept, told.slope):
                found = three((term.value, term.low, term.high))
                words = f"{term.name}: {found}, p {term.p:.{DIGITS}g}"
                yield from page.wrapped(words, "  ", hang="  ")
            left = f"tau² left {told.tau2:.{DIGITS}g}, I² {told.i2:.1f} %"
            explained = "" if told.r2 is None else f", {told.r2:.1f} % explained"
            yield f"  {left}{explained}; on the scale of analysis"
            if told.warning:
                yield from page.wrapped(f"{told.warning}.", "  ")
