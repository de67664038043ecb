"""The outside CQL engine, given our export of the policy and the first persons as Bundles."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.peers import NAMES, ON
from benchmarks.peers.workload import policy
from multifidus.export.cql import cql

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKOUT = Path(__file__).parents[2]
RUNNER = CHECKOUT / "validation" / "cql" / "run.mjs"
HOME = Path(os.environ.get("MULTIFIDUS_CQL") or CHECKOUT / "build" / "cql")
OWNERS = ("subject", "patient", "beneficiary")
"""The fields that say whose a resource is."""


def missing() -> str:
    """Say why the engine cannot be run; nothing if it can."""
    if shutil.which("node") is None:
        return "Node is not installed"
    return "" if (HOME / "node_modules").is_dir() else "`make cql` sets it up"


def job(export: Path, *, patients: int) -> tuple[list[str], str]:
    """Write what the engine reads: the library, and so many persons, whose names come first."""
    bundles: dict[str, list[Any]] = {f"p{number:07d}": [] for number in range(patients)}
    for path in sorted(export.glob("*.ndjson")) if patients else ():
        with path.open("rb") as file:
            for line in file:
                resource = orjson.loads(line)
                bundles.get(_owner(resource), []).append({"resource": resource})
    asked = policy()
    cases = [
        {"on": str(ON), "bundle": {"resourceType": "Bundle", "type": "collection", "entry": each}}
        for each in bundles.values()
    ]
    library = cql(asked, asked.dictionary).content
    return list(bundles), json.dumps({"library": library, "cases": cases})


def _owner(resource: Mapping[str, Any]) -> str:
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    found: Mapping[str, Any] = next((resource[name] for name in OWNERS if name in resource), {})
    return str(found.get("reference", "")).removeprefix("Patient/")


def truths(told: str) -> list[tuple[bool | None, ...]]:
    """Read what the engine told; it tells nothing of what the translator does not take."""
    cases = json.loads(told)["cases"]
    return [tuple(case[name] for name in NAMES) for case in cases]
