"""Spark and Sail, each in an environment of its own that `make engines` sets up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("run_elsewhere.py")
# For a minute's work the second compiler of Java costs more than it gives, and so do many pieces.
SUBMITTED = (
    "--driver-java-options -XX:TieredStopAtLevel=1 --conf spark.sql.shuffle.partitions=2 "
    "pyspark-shell"
)


def python_of(engine: str) -> Path:
    """Find the Python of an engine's environment, or skip the test that asks for it."""
    python = CHECKOUT / "build" / engine.lower() / "bin" / "python"
    if not python.exists():
        pytest.skip(f"`make engines` has not set up {engine}")
    if engine == "Spark" and not shutil.which("java"):
        pytest.skip("Spark needs the Debian package openjdk-17-jre-headless")
    return python


def surroundings() -> dict[str, str]:
    """Give what an engine finds around it: a time zone of half hours, which is to move no day."""
    return {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT / "src"),
        "PYSPARK_SUBMIT_ARGS": SUBMITTED,
        "TZ": "America/St_Johns",
    }


def run(engine: str, jobs: Sequence[dict[str, Any]], *, folder: Path) -> None:
    """Do jobs on an engine, all in one session."""
    path = folder / f"{engine}.json"
    path.write_text(json.dumps(jobs), encoding="utf-8")
    subprocess.run(  # noqa: S603  our own script
        [python_of(engine), SCRIPT, engine, path],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env=surroundings(),
    )
