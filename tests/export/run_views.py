"""
Run by the Python of the outside runner: `python run_views.py VIEWS FOLDER` prints rows as JSON.

VIEWS is a JSON file, view by name; FOLDER holds a file of NDJSON for each type of resource.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

WHOLE = 1_000_000
"""Lines that are read at once: each file of a test in one piece."""


def main(views: Path, folder: Path) -> None:
    """Run each view over the file of its type of resource; a type without a file has no rows."""
    # Only the runner's own environment has it.
    pysof: Any = import_module("pysof")
    rows: dict[str, list[object]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "rows.ndjson"
        for name, view in json.loads(views.read_text(encoding="utf-8")).items():
            source = folder / f"{view['resource']}.ndjson"
            rows[name] = []
            if source.exists():
                pysof.process_ndjson_to_file(
                    view, str(source), str(out), "ndjson", chunk_size=WHOLE
                )
                rows[name] = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
