"""
multifidus: a medical coverage guideline that runs.

    from pathlib import Path
    import multifidus

    service = multifidus.Service(date=date(2026, 10, 5))
    shelf = multifidus.shipped()
    policy = shelf.read(shelf.find("isass-2025", on=service.date)).alone()
    plan = multifidus.Plan(policy.dictionary)
    (chart,) = multifidus.gather(plan, multifidus.read_entries(Path("chart.json")))
    multifidus.determine(policy, multifidus.derive(plan, chart, service)).answer

`alone` leaves out what the policy does not ask about. To put one case to several policies, make the
plan of their whole dictionary, `shelf.dictionaries["low-back-pain"]`.

A determination says *met*, *not met* or *more information*; a person decides.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multifidus.chart.derive import Plan, derive, gather
    from multifidus.chart.fhir import read_entries
    from multifidus.core.case import Case, Service
    from multifidus.core.determination import Answer, Determination, determine
    from multifidus.core.report import report
    from multifidus.errors import MultifidusError
    from multifidus.language.check import check_policy
    from multifidus.library.shelf import Shelf, shipped

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Case",
    "Determination",
    "MultifidusError",
    "Plan",
    "Service",
    "Shelf",
    "check_policy",
    "derive",
    "determine",
    "gather",
    "read_entries",
    "report",
    "shipped",
]

_HOMES = {
    "Answer": "core.determination",
    "Case": "core.case",
    "Determination": "core.determination",
    "MultifidusError": "errors",
    "Plan": "chart.derive",
    "Service": "core.case",
    "Shelf": "library.shelf",
    "check_policy": "language.check",
    "derive": "chart.derive",
    "determine": "core.determination",
    "gather": "chart.derive",
    "read_entries": "chart.fhir",
    "report": "core.report",
    "shipped": "library.shelf",
}


def __getattr__(name: str) -> object:
    """Import a name of the front door when it is first used: the command line needs few of them."""
    if name not in _HOMES:
        message = f"module 'multifidus' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"multifidus.{_HOMES[name]}"), name)
