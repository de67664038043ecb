"""
Ten thousand data sets of twenty studies pooled by REML: ours, metafor, and PyMARE, in one run.

All three get the same numbers and must give the same answer: beside the time stands how far tau² is
apart at most. The peers run as they come, so they stop earlier than ours does. They are measured
where they are installed (metafor: Debian's r-cran-metafor; PyMARE: `make peer`), each inside of its
own process, without its start and without reading.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from multifidus.evidence.pool import Approach, Method, pool_many

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS, STUDIES, ROUNDS, SEED = 10_000, 20, 5, 20251203
AIM = 20
PEER = Path(__file__).parents[1] / "build" / "peer" / "bin" / "python"
"""The Python of PyMARE's environment; `make peer` sets it up."""

METAFOR = r"""
suppressMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)
values <- as.matrix(read.csv(file.path(folder, "values.csv"), header = FALSE))
variances <- as.matrix(read.csv(file.path(folder, "variances.csv"), header = FALSE))
start <- proc.time()[["elapsed"]]
tau2 <- vapply(seq_len(nrow(values)), function(i) tryCatch(
  rma(values[i, ], variances[i, ], method = "REML", test = "knha")$tau2,
  error = function(e) NaN), 0)
taken <- proc.time()[["elapsed"]] - start
writeLines(c(format(taken, digits = 15), format(tau2, digits = 17)), file.path(folder, "metafor"))
"""
PYMARE = r"""
import sys, time
import numpy as np
from pymare.estimators import VarianceBasedLikelihoodEstimator
folder = sys.argv[1]
values = np.loadtxt(folder + "/values.csv", delimiter=",").T.copy()
variances = np.loadtxt(folder + "/variances.csv", delimiter=",").T.copy()
times = []
for _ in range(5):
    start = time.perf_counter()
    estimator = VarianceBasedLikelihoodEstimator("reml")
    found = estimator.fit(values, variances, np.ones((len(values), 1)))
    found.summary().get_fe_stats()
    times.append(time.perf_counter() - start)
np.savetxt(folder + "/pymare", [min(times), *found.params_["tau2"].ravel()], fmt="%.17g")
"""


def pooling() -> Iterator[tuple[str, str, str, str]]:
    """Measure ours, then each peer against it."""
    values, variances = numbers()
    taken, tau2 = ours(values, variances)
    what = f"pool {SETS:,} data sets of {STUDIES} studies by REML"
    yield what, f"{taken * 1000:.0f} ms", "", ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savetxt(folder / "values.csv", values, delimiter=",", fmt="%.17g")
        np.savetxt(folder / "variances.csv", variances, delimiter=",", fmt="%.17g")
        for peer, command, aim in (
            ("metafor", metafor(folder), f"{AIM} x"),
            ("PyMARE", pymare(folder), "1 x"),
        ):
            if not command:
                yield f"the same with {peer}", "not installed", "", ""
                continue
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603  our own words
            theirs, *their_tau2 = np.loadtxt(folder / peer.lower())
            apart = np.abs(np.array(their_tau2) - tau2)
            times = f"{theirs / taken:.1f} x ours; tau² at most {np.nanmax(apart):.0e} apart"
            without = int(np.isnan(apart).sum())
            times += f", {without} without an answer" if without else ""
            yield f"the same with {peer}", f"{theirs * 1000:.0f} ms", times, aim


def numbers() -> tuple[np.ndarray, np.ndarray]:
    """Make up effects that scatter by tau² 0.05, with errors of many sizes."""
    chance = np.random.default_rng(SEED)
    variances = chance.uniform(0.01, 0.1, (SETS, STUDIES))
    return chance.normal(0.3, np.sqrt(variances + 0.05)), variances


def ours(values: np.ndarray, variances: np.ndarray) -> tuple[float, np.ndarray]:
    """Pool with Hartung and Knapp's interval, prediction and I² included; the shortest time."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = pool_many(
            values,
            variances=variances,
            method=Method.RESTRICTED,
            approach=Approach.HARTUNG_KNAPP,
        )
        times.append(time.perf_counter() - start)
    return min(times), found.tau2


def metafor(folder: Path) -> list[str]:
    """Give the command that runs metafor; none where R is not there."""
    program = shutil.which("Rscript")
    return [program, "-e", METAFOR, str(folder)] if program else []


def pymare(folder: Path) -> list[str]:
    """Give the command that runs PyMARE; none where `make peer` has not set it up."""
    return [str(PEER), "-c", PYMARE, str(folder)] if PEER.exists() else []


if __name__ == "__main__":
    for row in pooling():
        print("  ".join(row))
