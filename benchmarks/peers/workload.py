"""The policy and the persons that all are given, and the form of what all must give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers import ON
from multifidus import shipped
from multifidus.cli.generate import Wanted, generate
from multifidus.language.read import parse_policy

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

HERE = Path(__file__).parent
SEED = 8


def policy() -> Policy:
    """Read the policy of the benchmark; it is on no shelf."""
    read, problems = parse_policy(
        (HERE / "policy.md").read_text(encoding="utf-8"),
        sources_text=(HERE / "sources.yaml").read_text(encoding="utf-8"),
        dictionaries=shipped().dictionaries,
        file="policy.md",
    )
    if read is None or problems:
        message = "\n".join(map(str, problems))
        raise ValueError(message)
    return read


def make(folder: Path, *, patients: int) -> None:
    """Make the persons up, as a bulk export."""
    generate(
        Wanted(patients=patients, seed=SEED, on=ON, folder=folder, packed=False, with_truth=False)
    )
