"""
Runs queries on Spark or Sail, in the environment of `make engines`: `run_elsewhere.py NAME JOBS`.

JOBS is a JSON file: a list of objects with `sql`, `facts` and `path`.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.columnar.spark import local_sail, save_rows, spark

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

SESSIONS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "Sail": local_sail,
    "Spark": partial(spark, master="local[2]"),
}


def main(name: str, jobs: Path) -> None:
    """Run every job in one session."""
    with SESSIONS[name]() as session:
        for job in json.loads(jobs.read_text(encoding="utf-8")):
            save_rows(job["sql"], session=session, facts=job["facts"], path=job["path"])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
