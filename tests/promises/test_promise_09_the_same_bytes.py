"""Promise 9: same policy, same case, same version: the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from multifidus import __version__
from multifidus.core.canonical import canonical_bytes
from multifidus.core.case import Case
from multifidus.core.determination import determine
from multifidus.core.report import report
from multifidus.language.write import write_policy
from tests.conformance.engines import case_of, files, policy_of
from tests.promises.strategies import cases, policies, read

if TYPE_CHECKING:
    from random import Random

    from multifidus.core.policy import Policy

ROOT = Path(__file__).parents[2]
SEEDS = ("0", "1", "4711")
SCRIPT = """
from tests.promises.test_promise_09_the_same_bytes import fingerprint
print(fingerprint())
"""


def told(policy: Policy, case: Case) -> bytes:
    """Give the published JSON as bytes."""
    return canonical_bytes(report(determine(policy, case), version=__version__))


@given(policies(), cases())
def test_a_determination_repeated_gives_the_same_bytes(policy: Policy, case: Case) -> None:
    assert told(policy, case) == told(policy, case)


@given(policies(), cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_came_makes_no_difference(
    policy: Policy, case: Case, chance: Random
) -> None:
    names = list(case.entries)
    chance.shuffle(names)
    shuffled = Case(service=case.service, entries={name: case.entries[name] for name in names})

    assert told(policy, case) == told(policy, shuffled)


@given(policies(), cases())
def test_a_policy_read_anew_gives_the_same_bytes(policy: Policy, case: Case) -> None:
    assert told(policy, case) == told(read(write_policy(policy)), case)


def fingerprint() -> str:
    """Fingerprint the determinations of a tenth of the conformance cases, by fresh reading."""
    every = sha256()
    for _, suite in files():
        policy = policy_of(json.dumps(suite))
        for case in suite["cases"][::10]:
            every.update(told(policy, case_of(suite, case)))
    return every.hexdigest()


def test_other_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    """Sets and hashes of strings come out in another order in each process."""
    printed = [
        subprocess.run(  # noqa: S603  our own script
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in SEEDS
    ]

    assert [fingerprint()] * len(SEEDS) == printed
