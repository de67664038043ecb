"""
The MS-DRGs that the billing tables give, asked of an outside grouper (msdrg, a port of CMS's own).

`python -m validation.drg PYTHON` runs it with the Python of an environment that holds `msdrg`, and
writes `drg.json`; `tests/validation` holds the tables against that file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from multifidus.billing.groups import ms_drgs

HERE = Path(__file__).parent
STORED = HERE / "drg.json"
VERSIONS = (420, 421, 430, 431)
"""MS-DRG 42 to 43.1: the releases that know M62.85 and that the grouper has."""

ASK = """
import json, sys
from importlib import metadata
import msdrg

def final(grouper, version, each):
    claim = msdrg.create_claim(version=version, age=52, sex=1, discharge_status=1,
        pdx=each["principal"].replace(".", ""), pdx_poa="Y", procedures=each["procedures"])
    return f'{grouper.group(claim)["final_drg"]:03d}'

asked = json.load(sys.stdin)
with msdrg.MsdrgGrouper() as grouper:
    told = [{**each, "found": {str(v): final(grouper, v, each) for v in asked["versions"]}}
        for each in asked["rows"]]
print(json.dumps({"msdrg": metadata.version("msdrg"), "rows": told}))
"""


def main(python: str) -> None:
    """Ask the grouper about every row, and store what it says."""
    rows = [{"principal": each.principal, "procedures": each.procedures} for each in ms_drgs()]
    asked = json.dumps({"versions": VERSIONS, "rows": rows})
    told = subprocess.run(  # noqa: S603  the Python that the user names
        [python, "-c", ASK], input=asked, capture_output=True, text=True, check=True
    )
    STORED.write_text(json.dumps(json.loads(told.stdout), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
