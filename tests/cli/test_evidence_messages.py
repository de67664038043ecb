"""
What `multifidus evidence` says when it cannot do something, word for word.

It stands in tests/golden/errors/evidence.txt; MULTIFIDUS_UPDATE_GOLDEN=1 writes it anew.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest

from multifidus.cli import main

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "evidence.txt"
DATA = files("multifidus.evidence") / "data"
HEAD = (DATA / "results.csv").read_text(encoding="utf-8").splitlines()[0]
ROW = ",".join(
    {"id": "x", "n": "few", "value": "many", "estimate": "guess", "status": "heard"}.get(name, "")
    for name in HEAD.split(",")
)

FILES = {
    "effects.csv": "study,value,se\na,1,0\nb,two,0.1\n",
    "kinds.csv": "study,treated,control\na,1/9,mean=1 se=2\nb,1/9,nine\nc,11/9,1/9\n",
    "bare.csv": "study,size\na,9\n",
    "moderator.csv": "study,value,se,year\na,1,0.5,1990\nb,2,0.5,early\nc,2,0.5,2000\n",
    "results.csv": f"{HEAD}\nx,A\n{ROW}\n{ROW}\n",
    "columns.csv": "id,study\nx,y\n",
    "no.toml": "author",
    "judgements.toml": 'author = ""\non = "today"\n[line.pain]\nlike = "v-shame"\n'
    "[line.pain.judged.imprecision]\nsteps = 3\n"
    '[[bias]]\nstudy = "A"\nresult = "pain"\ntool = "RoB 2"\n'
    '[bias.domains."missing outcome data"]\nrisk = "serious"\n',
}
COMMANDS = (
    "show Q9",
    "show isass-2052:G5",
    "table pian",
    "table --judgements nowhere.toml",
    "table --judgements no.toml",
    "table --judgements judgements.toml",
    "check nowhere.csv",
    "check results.csv",
    "check columns.csv",
    "effect nine",
    "effect 11/9",
    "effect 5/9 mean=1,se=2",
    "effect r8b-120d-vas-change-active",
    "effect r8b-120d-vas-chance-active",
    "pool",
    "pool pain-v-omm",
    "pool pain-change",
    "pool pain-change --repeated 0.5",
    "pool pain-v-omm pmcf-uk-2y-nrs-change",
    "pool disability-v-omm pain-v-sham",
    "pool r8b-2y-vas-change pool3-2y-odi-responder-15",
    "pool r8b-12mo-odi-responder-20 pmcf-uk-2y-odi-responder-15",
    "pool other-cohorts --by country",
    "pool other-cohorts --data effects.csv",
    "pool --data nowhere.csv",
    "pool --data effects.csv",
    "pool --data kinds.csv",
    "pool --data bare.csv",
    "pool --data moderator.csv --over year",
    "pool other-cohorts --method every --figure forest.svg",
    "figure pie",
    "figure flow --output flow.gif",
    "figure flow --output nowhere/flow.svg",
)


def test_every_message_is_what_was_agreed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    told = []
    for command in COMMANDS:
        status = main(["evidence", *command.split()])
        printed = capsys.readouterr()
        assert "" == printed.out
        told.append(f"$ multifidus evidence {command}\n{printed.err}exit {status}\n")
    now = "\n".join(told)

    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(now, encoding="utf-8")
        pytest.skip("the golden text was written anew")
    assert GOLDEN.read_text(encoding="utf-8") == now
