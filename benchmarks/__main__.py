"""
`make bench`: every figure as a ratio against the floor that was measured in the same run.

These are measurements, not tests: they print a table and judge nothing.
Floors: `orjson.loads` or lxml on the same bytes for reading a record, its words alone for a note,
the bytes of the files for a library, DuckDB's reading of the same columns for a table of cases,
`python -c pass` for a whole process. Named peers: medSpaCy, where `make validate` has set it up,
and those of `python -m benchmarks.peers`, which takes the number of persons.
Medians over many runs; the machine is shared and noisy, so compare ratios, not milliseconds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from benchmarks.bulk import reading_bulk
from benchmarks.ccda import reading
from benchmarks.columnar import putting_rows_to_a_policy
from benchmarks.library import loading_a_library
from benchmarks.notes import reading_notes
from benchmarks.packet import sending
from benchmarks.pdf import reading_pdf
from benchmarks.peak import peak
from benchmarks.peers.__main__ import contest
from benchmarks.policies import asking
from benchmarks.pooling import pooling
from benchmarks.population import making_up
from benchmarks.records import write_bulk_export
from multifidus import Plan, Service, derive, determine, gather, shipped
from multifidus.chart.fhir import read_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from multifidus.core.policy import Policy

EXAMPLES = Path(str(files("multifidus"))) / "examples"
CHART = EXAMPLES / "complete-candidate.json"
SILENT = EXAMPLES / "silent-chart.json"
ABOUT_A_HUNDRED = (
    SILENT,
    EXAMPLES / "seventeen-years.json",
    EXAMPLES / "surgical-candidate.json",
    EXAMPLES / "no-medication-record.json",
    CHART,
)
"""Charts of 94, 99, 108, 111 and 144 resources, from a silent one to one that says everything."""
SERVICE = Service(date=date(2026, 10, 5))
BULK_MEGABYTES = 200

Row = tuple[str, str, str, str]


def median(work: Callable[[], object], *, runs: int) -> float:
    """Time some work so often; the median in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def milliseconds(seconds: float) -> str:
    """Show a time."""
    return f"{seconds * 1000:.3f} ms"


def one_chart() -> Iterator[Row]:
    """
    Measure one record in process: read, derive, determine, against parsing the same bytes.

    Once for what the policy asks about, and once for all that the dictionary knows.
    """
    shelf = shipped()
    policies = [shelf.read(each) for each in shelf.entries]
    whole = next(each for each in policies if each.about.id == "isass-2025")
    asked = [(policy, Plan(policy.dictionary)) for policy in (whole.alone(), whole)]
    for path in ABOUT_A_HUNDRED:
        content = path.read_bytes()
        count = len(json.loads(content)["entry"])
        floor = median(lambda content=content: orjson.loads(content), runs=400)  # type: ignore[misc]
        for policy, plan in asked:

            def answer(path: Path = path, policy: Policy = policy, plan: Plan = plan) -> object:
                (chart,) = gather(plan, read_entries(path))
                return determine(policy, derive(plan, chart, SERVICE))

            taken = median(answer, runs=400)
            elements = len(policy.dictionary.elements)
            yield (
                f"read + derive + determine, {path.stem}, {count} resources, {elements} elements",
                milliseconds(taken),
                f"{taken / floor:.1f} x orjson.loads ({milliseconds(floor)})",
                f"3 x + 1 ms = {milliseconds(3 * floor + 0.001)}",
            )
    largest = max(policies, key=lambda each: sum(1 for _ in each.criteria()))
    yield from determining(largest, Plan(largest.dictionary))


def determining(policy: Policy, plan: Plan) -> Iterator[Row]:
    """Measure `determine` alone, on a full case and on an empty one."""
    size = sum(1 for _ in policy.criteria())
    for name, path in (("complete", CHART), ("silent", SILENT)):
        (chart,) = gather(plan, read_entries(path))
        case = derive(plan, chart, SERVICE)
        taken = median(lambda case=case: determine(policy, case), runs=1000)  # type: ignore[misc]
        words = f"determine alone, {policy.about.id} ({size} criteria), {name} chart"
        yield words, milliseconds(taken), "", "0.5 ms"


def one_document() -> Iterator[Row]:
    """Measure one C-CDA document and one PDF, against what their libraries take by themselves."""
    yield reading(lambda work: median(work, runs=40), milliseconds)
    yield reading_pdf(lambda work: median(work, runs=15), milliseconds)


def a_population() -> Iterator[Row]:
    """Measure what made-up persons take, of whom benchmarks need many."""
    dictionary = shipped().dictionaries["low-back-pain"]
    yield making_up(dictionary, lambda work: median(work, runs=5), milliseconds)


def a_packet() -> Iterator[Row]:
    """Measure what a person sends, against a peer that makes PDF of a page."""
    yield from sending(lambda work: median(work, runs=5), milliseconds)


def a_library() -> Iterator[Row]:
    """Measure what a shelf of many policies costs."""
    yield from loading_a_library(median, milliseconds)
    yield from asking(lambda work: median(work, runs=5), milliseconds)


def whole_process() -> Iterator[Row]:
    """
    Measure the command line from cold start to answer, against an empty interpreter.

    As it is on most days, and as it is the first time, when nothing that was read is kept yet.
    """
    # Compiled once, as it is when it is installed.
    env = {name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).with_name("multifidus")), "check", str(CHART)]

    def run(*arguments: str, kept: str) -> Callable[[], object]:
        there = {**env, "MULTIFIDUS_CACHE": kept}
        return lambda: subprocess.run(arguments, check=True, capture_output=True, env=there)  # noqa: S603  our own words

    with tempfile.TemporaryDirectory() as folder:
        floor = median(run(sys.executable, "-c", "pass", kept="off"), runs=15)
        limit = 4 * floor + 0.25
        for name, kept in (("", folder), (", nothing kept yet", "off")):
            answer = run(*command, "--policy", "isass-2025", kept=kept)
            answer()
            taken = median(answer, runs=15)
            yield (
                f"multifidus check, whole process{name}",
                milliseconds(taken),
                f"{taken / floor:.1f} x python -c pass ({milliseconds(floor)})",
                f"4 x + 250 ms = {milliseconds(limit)}",
            )


def bulk_export() -> Iterator[Row]:
    """Measure the peak memory of reading a bulk export, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        size, patients = write_bulk_export(Path(folder), megabytes=BULK_MEGABYTES)
        for who, only in (
            (f"all of {patients} patients", ""),
            ("one patient of it", "patient-7"),
        ):
            start = time.perf_counter()
            found = subprocess.run(  # noqa: S603  our own words
                [sys.executable, "-m", "benchmarks", "--read", folder, only],
                check=True,
                capture_output=True,
                text=True,
            )
            peak = int(found.stdout) / 1024
            taken = time.perf_counter() - start
            speed = f"{size / taken / 1024 / 1024:.0f} MB/s"
            words = f"bulk export of {size / 1024 / 1024:.0f} MB, {who}"
            yield words, f"{peak:.0f} MB peak", speed, "300 MB"


def read_bulk(folder: str, only: str) -> int:
    """Read a bulk export and derive each case; the peak memory of this process in KiB."""
    plan = Plan(shipped().dictionaries["low-back-pain"])
    for chart in gather(plan, read_entries(Path(folder)), only=only):
        derive(plan, chart, SERVICE)
    return int(peak())


def main(arguments: list[str]) -> None:
    """Print the table, or serve as the process whose memory is measured."""
    if arguments[:1] == ["--read"]:
        print(read_bulk(*arguments[1:]))
        return
    rows = [("what", "median", "against the floor", "aim")]
    measures = (one_chart, one_document, reading_notes, a_library, pooling, whole_process)
    more = (a_packet, a_population, bulk_export, reading_bulk, putting_rows_to_a_policy, contest)
    for measure in (*measures, *more):
        rows += list(measure())
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [f"{words:<{width}}" for words, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
