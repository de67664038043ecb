"""
What a pool hangs on: one study left out, one more each time, groups of studies apart.

Sources: Cochrane Handbook (version 6), section 10.11.3.1 (test between subgroups).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.spread import LEVEL
from multifidus.evidence.pool.heterogeneity import Method
from multifidus.evidence.pool.model import Table
from multifidus.evidence.pool.pooled import Approach, Pooled, pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.estimate import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A pool of some of the effects: without the study of this label, or up to it."""

    label: str
    pooled: Pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The effects of one group of studies; a group of one study has no pool."""

    name: str
    effects: tuple[Effect, ...]
    pooled: Pooled | None

    @property
    def value(self) -> float:
        """The pooled effect, or that of the only study."""
        return self.effects[0].value if self.pooled is None else self.pooled.value

    @property
    def standard_error(self) -> float:
        """The error of the same."""
        if self.pooled is None:
            return self.effects[0].standard_error
        return self.pooled.standard_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Groups of studies, each with a tau² of its own, and the test whether they differ."""

    groups: tuple[Group, ...]
    q: float
    df: int
    p: float


def leave_one_out(
    effects: Sequence[Effect],
    *,
    method: Method = Method.RESTRICTED,
    approach: Approach | None = None,
    level: float = LEVEL,
) -> tuple[Step, ...]:
    """Pool without each study in turn; raises `EvidenceError` as `pool` does, so below three."""
    pool(effects, method=method, approach=approach, level=level)
    return tuple(
        Step(
            label=left_out.label,
            pooled=pool(
                [each for place, each in enumerate(effects) if place != index],
                method=method,
                approach=approach,
                level=level,
            ),
        )
        for index, left_out in enumerate(effects)
    )


def cumulative(
    effects: Sequence[Effect],
    *,
    method: Method = Method.RESTRICTED,
    approach: Approach | None = None,
    level: float = LEVEL,
) -> tuple[Step, ...]:
    """Pool the first two studies, the first three, and so on, in the order that is given."""
    pool(effects, method=method, approach=approach, level=level)
    return tuple(
        Step(
            label=effects[count - 1].label,
            pooled=pool(effects[:count], method=method, approach=approach, level=level),
        )
        for count in range(2, len(effects) + 1)
    )


def subgroups(
    effects: Sequence[Effect],
    *,
    names: Sequence[str],
    method: Method = Method.RESTRICTED,
    approach: Approach | None = None,
    level: float = LEVEL,
) -> Groups:
    """
    Pool each group of studies apart, and test whether the groups differ.

    `names` has the group of each effect. The test weighs each group's effect by the model's own
    error, without Hartung and Knapp's correction, as the handbook's does.
    Raises `EvidenceError` for fewer than two groups, and as `pool` does.
    """
    if len(names) != len(effects) or len(set(names)) < 2:  # noqa: PLR2004  one group is no comparison
        where, message = "subgroups", f"{len(set(names))} groups named for {len(effects)} effects"
        raise EvidenceError.at(where, message, "name a group for each effect, and two at least")
    pool(effects, method=Method.FIXED)
    groups = []
    plain: list[tuple[float, float]] = []
    for name in dict.fromkeys(names):
        own = tuple(each for each, of in zip(effects, names, strict=True) if of == name)
        pooled = None
        if len(own) > 1:
            pooled = pool(own, method=method, approach=approach, level=level)
            model = pool(own, method=method, approach=Approach.NORMAL)
            plain.append((model.value, model.standard_error))
        else:
            plain.append((own[0].value, own[0].standard_error))
        groups.append(Group(name=name, effects=own, pooled=pooled))
    q, df = _between(plain), len(groups) - 1
    return Groups(groups=tuple(groups), q=q, df=df, p=float(special.chdtrc(df, q)))


def _between(found: Sequence[tuple[float, float]]) -> float:
    """Give Cochran's Q of the groups' effects."""
    values = np.array([[value for value, _ in found]])
    table = Table.plain(values, variances=np.array([[error**2 for _, error in found]]))
    return float(table.weighed(np.zeros(1)).q[0])
