"""What the evaluator says of cases and what a table engine says, laid out alike."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus.chart.derive import Plan, derive
from multifidus.chart.record import read_record
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import connection, save_determinations, save_facts
from multifidus.core.case import Service
from multifidus.core.determination import Finding, determine
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.case import Case
    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy

Row = dict[str, object]
TRUTHS = {Finding.MET: True, Finding.NOT_MET: False, Finding.OPEN: None}


def evaluated(policy: Policy, cases: Sequence[Case]) -> list[Row]:
    """Lay out what the evaluator says, one row a case, as a table of determinations has it."""
    return [_row(policy, case, str(place)) for place, case in enumerate(cases)]


def _row(policy: Policy, case: Case, subject: str) -> Row:
    told = determine(policy, case)
    return {
        "subject": subject,
        "service_date": case.service.date,
        "in_force": told.in_force_on_service_date,
        "answer": told.answer.value,
        "settled_by": list(told.settled_by),
        "open": [each.element for each in told.open],
        **{each.id: TRUTHS[each.truth] for each in told.criteria.walk()},
    }


def by_duckdb(policy: Policy, cases: Sequence[Case]) -> list[Row]:
    """Put the cases to the compiled policy, by way of the two files."""
    with TemporaryDirectory() as folder:
        facts, found = Path(folder) / "facts.parquet", Path(folder) / "found.parquet"
        save_cases(cases, dictionary=policy.dictionary, path=facts)
        return determined(policy, facts=facts, path=found)


def save_cases(cases: Sequence[Case], *, dictionary: Dictionary, path: Path) -> None:
    """Write cases as facts; the subject is the place of the case."""
    named = [(str(place), case) for place, case in enumerate(cases)]
    save_facts(named, dictionary=dictionary, path=path)


def determined(policy: Policy, *, facts: Path, path: Path) -> list[Row]:
    """Put a table of facts to the compiled policy."""
    save_determinations(compile_policy(policy), facts=facts, path=path)
    return rows(path)


def rows(path: Path) -> list[Row]:
    """Read a table that was written."""
    with connection() as opened:
        told = opened.execute(f"SELECT * FROM read_parquet('{path}')")
        names = [column[0] for column in told.description]
        return [dict(zip(names, row, strict=True)) for row in told.fetchall()]


def shipped_charts() -> list[Case]:
    """Read every shipped chart, at every day for which it promises an answer."""
    folder = Path(str(files("multifidus") / "examples"))
    catalogue = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    shelf = shipped()
    plan = Plan(shelf.dictionaries["low-back-pain"])
    found = []
    for about in catalogue["charts"]:
        path = folder / about["file"]
        record = path if path.parent == folder else path.parent
        (chart,) = read_record(
            plan, [record], lexicon=lambda: shelf.lexicon("low-back-pain")
        ).charts
        days = sorted({promise["on"] for promise in about["promises"]})
        found += [derive(plan, chart, Service(date=date.fromisoformat(day))) for day in days]
    return found
