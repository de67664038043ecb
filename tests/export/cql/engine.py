"""
The outside engine: the reference translator and cql-execution, in one Node process for many cases.

They are no Python packages: `make cql` sets them up, and a test that asks for the
engine is skipped, with the reason, where they or Node are missing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Json = dict[str, Any]
Told = dict[str, bool | str | None]
"""What every definition of a library came to; `True` for content that is neither word nor truth."""

CHECKOUT = Path(__file__).parents[3]
RUNNER = CHECKOUT / "validation" / "cql" / "run.mjs"
HOME = Path(os.environ.get("MULTIFIDUS_CQL") or CHECKOUT / "build" / "cql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A patient's record and the day of the service; None gives the engine no day."""

    on: date | None
    bundle: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A library and the cases that it is put to."""

    library: str
    cases: Sequence[Asked]


def run(jobs: Sequence[Job]) -> list[list[Told]]:
    """
    Translate each library and put its cases to it.

    Skips the test without the engine; a library that the translator does not take fails it.
    """
    lines = [
        json.dumps(
            {
                "library": job.library,
                "cases": [
                    {"on": each.on and each.on.isoformat(), "bundle": each.bundle}
                    for each in job.cases
                ],
            }
        )
        for job in jobs
    ]
    told = [json.loads(line) for line in _node("\n".join(lines)).strip().split("\n")]
    wrong = [error for each in told for error in each["errors"]]
    assert not wrong, wrong[:5]
    return [each["cases"] for each in told]


def translated(library: str) -> list[str]:
    """Give what the translator holds against a library."""
    (told,) = _node(json.dumps({"library": library, "cases": []})).strip().split("\n")
    errors: list[str] = json.loads(told)["errors"]
    return errors


def _node(text: str) -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed, and it runs the outside CQL engine")
    if not (HOME / "node_modules" / "cql-execution").is_dir():
        pytest.skip("the outside CQL engine is not set up; `make cql` does so")
    done = subprocess.run(  # noqa: S603  our own runner, over what the tests write
        # The translator makes much that it soon drops.
        [node, "--max-semi-space-size=64", str(RUNNER)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MULTIFIDUS_CQL": str(HOME), "TZ": "UTC"},
    )
    assert 0 == done.returncode, done.stderr[-2000:]
    return done.stdout
