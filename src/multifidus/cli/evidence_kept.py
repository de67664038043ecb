"""
The evidence that comes with the package, as it was read before.

It is told with every determination, and the room `evidence` keeps nothing: it knows no folder of
the user's.
"""

from __future__ import annotations

from functools import cache

from multifidus.evidence import chain, judgement, study
from multifidus.evidence.shipped import shipped_text
from multifidus.library.kept import kept


@cache
def shipped_chain() -> chain.Chain:
    """Give what stands behind clauses."""
    return kept(chain.Chain, _texts(chain.SHIPPED), chain.shipped_chain)


@cache
def shipped_judgements() -> judgement.Judgements:
    """Give the project's own judgements."""
    return kept(judgement.Judgements, _texts(judgement.SHIPPED), judgement.shipped_judgements)


@cache
def shipped_evidence() -> study.Evidence:
    """Give the studies and their results."""
    return kept(study.Evidence, _texts(study.STUDIES, study.RESULTS), study.shipped_evidence)


def _texts(*names: str) -> list[bytes]:
    return [shipped_text(name).encode() for name in names]
