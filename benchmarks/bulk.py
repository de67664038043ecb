"""
A bulk export → determinations, against the same policy by hand in SQL, and reading alone.

The persons are made up by `multifidus.population`; the policy, `bulk.policy.md`, asks of each kind
of data that an export has. The query by hand is what a careful person writes for these files, and
for no others: it trusts their shapes, takes one version of each resource, and keeps no address.

    python -m benchmarks.bulk 20000 [FOLDER]

Each run is a process of its own. What counts is its CPU time, because the machine is shared; the
three take turns.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import duckdb

from benchmarks.peak import peak
from multifidus import shipped
from multifidus.chart.statements.lines import LineReader
from multifidus.chart.statements.plan import Plan
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import save_determinations
from multifidus.columnar.sources.asked import Asked
from multifidus.columnar.sources.bulk import extract_bulk
from multifidus.language.read import read_policy
from multifidus.population.people import Population

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.policy import Policy

PATIENTS, ROUNDS, ON = 5000, 3, date(2026, 10, 5)
Row = tuple[str, str, str, str]
WHAT = ("ours", "all elements", "by hand", "reading")
SOURCES = b"""
made-up:
  document: Criteria made up for benchmarks
  edition: "2026"
  read: written for them
  reading: verified
"""

CONCEPT = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])"
COLUMNS = {
    "Patient": {"id": "VARCHAR", "birthDate": "VARCHAR"},
    "Condition": {
        "clinicalStatus": CONCEPT,
        "code": CONCEPT,
        "subject": "STRUCT(reference VARCHAR)",
        "onsetDateTime": "VARCHAR",
        "recordedDate": "VARCHAR",
        "verificationStatus": CONCEPT,
    },
    "Observation": {
        "status": "VARCHAR",
        "code": CONCEPT,
        "subject": "STRUCT(reference VARCHAR)",
        "effectiveDateTime": "VARCHAR",
        "valueQuantity": "STRUCT(value DOUBLE, code VARCHAR)",
        "valueBoolean": "BOOLEAN",
        "valueCodeableConcept": CONCEPT,
    },
    "MedicationRequest": {
        "status": "VARCHAR",
        "intent": "VARCHAR",
        "authoredOn": "VARCHAR",
        "medicationCodeableConcept": CONCEPT,
        "subject": "STRUCT(reference VARCHAR)",
    },
}
"""The fields that the query by hand reads."""


@cache
def policy() -> Policy:
    """Read the policy that is measured."""
    path = Path(__file__).with_name("bulk.policy.md")
    return read_policy(
        path.read_bytes(), sources=SOURCES, dictionaries=shipped().dictionaries, file=path.name
    )


def write_export(folder: Path, patients: int) -> int:
    """Make persons up; the size of their files in bytes."""
    people = Population(policy().dictionary, seed=1, on=ON)
    files = {}
    for number in range(patients):
        for kind, words in people.person(number).lines.items():
            if kind not in files:
                files[kind] = (folder / f"{kind}.ndjson").open("wb")
            files[kind].write(words)
    for each in files.values():
        each.close()
    return sum(path.stat().st_size for path in folder.iterdir())


def ours(export: Path, out: Path, elements: tuple[str, ...]) -> Path:
    """Read an export and put it to the policy; some elements, or all of the dictionary's."""
    dictionary = policy().dictionary
    if elements:
        dictionary = dictionary.only(elements)
    reader = LineReader(Plan(dictionary))
    asked = Asked(source=export, dictionary=dictionary, reader=reader, out=out, on=ON)
    read = extract_bulk(asked)
    found = out / "determinations.parquet"
    save_determinations(compile_policy(policy()), facts=read.facts / "*.parquet", path=found)
    return found


def _read(export: Path, kind: str) -> str:
    columns = ", ".join(f"{name}: '{sort}'" for name, sort in COLUMNS[kind].items())
    path = export / f"{kind}.ndjson"
    return f"read_json('{path}', format = 'newline_delimited', columns = {{{columns}}})"


def reading(export: Path) -> None:
    """Let DuckDB read the fields of the query by hand, and do nothing with them."""
    with duckdb.connect() as opened:
        for kind in COLUMNS:
            opened.execute(f"SELECT count(DISTINCT hash(x)) FROM {_read(export, kind)} x")


def by_hand(export: Path, out: Path) -> Path:
    """Answer the same by the query of `bulk.sql`."""
    codes = policy().dictionary.value_sets["pain-medication"].codes
    classes = sorted((each.code for each in codes), key=len, reverse=True)
    tables = {kind: _read(export, kind) for kind in COLUMNS}
    script = Path(__file__).with_name("bulk.sql").read_text("utf-8")
    found = out / "by-hand.parquet"
    with duckdb.connect() as opened:
        opened.execute("SET preserve_insertion_order = false")
        opened.execute(script.format(**tables, classes=classes))
        opened.execute(f"COPY result TO '{found}' (FORMAT parquet)")
    return found


def run(what: str, export: Path, out: Path) -> None:
    """Do one of the things that are measured."""
    if what == "reading":
        reading(export)
    elif what == "by hand":
        by_hand(export, out)
    else:
        ours(export, out, policy().elements if what == "ours" else ())


def measured(what: str, export: Path) -> tuple[float, float]:
    """Run one of them as a process; its CPU seconds, and its peak in MB."""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(  # noqa: S603  our own words
            [sys.executable, "-m", "benchmarks.bulk", "--run", what, str(export), out],
            check=True,
            capture_output=True,
            text=True,
        )
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def used() -> tuple[float, float]:
    """Tell what this process has used: CPU seconds, peak in MB."""
    told = resource.getrusage(resource.RUSAGE_SELF)
    return told.ru_utime + told.ru_stime, peak() / 1024


def differing(export: Path) -> tuple[int, int, int]:
    """
    Count the cells in which the two differ, those of them that ours leaves open, and all.

    The query by hand does not see what cannot be read, contradicts itself or was withdrawn.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as opened:
        out = Path(folder)
        mine, theirs = ours(export, out, policy().elements), by_hand(export, out)
        criteria = [each.id for each in policy().root.parts]
        differ = " + ".join(f"(a.{each} IS DISTINCT FROM b.{each})::INT" for each in criteria)
        left = " + ".join(f"(a.{each} IS NULL AND b.{each} IS NOT NULL)::INT" for each in criteria)
        [row] = opened.execute(
            f"SELECT sum({differ}), sum({left}), count(*) * {len(criteria)} FROM '{mine}' AS a "
            f"JOIN '{theirs}' AS b ON a.subject = b.patient"
        ).fetchall()
        return row


def reading_bulk(patients: int = PATIENTS, kept: Path | None = None) -> Iterator[Row]:
    """Measure an export of so many patients, made anew or kept in a folder."""
    with tempfile.TemporaryDirectory() as made:
        export = kept or Path(made)
        export.mkdir(exist_ok=True)
        if not any(export.iterdir()):
            write_export(export, patients)
        size = sum(path.stat().st_size for path in export.iterdir())
        rounds = [{each: measured(each, export) for each in WHAT} for _ in range(ROUNDS)]
        runs = {each: [one[each] for one in rounds] for each in WHAT}
        cpu = {each: median(seconds for seconds, _ in runs[each]) for each in WHAT}
        peak = {each: max(most for _, most in runs[each]) for each in WHAT}
        differ, left, cells = differing(export)
    words = f"export of {patients:,} patients, {size / 1e6:,.0f} MB, to determinations"
    ratios = [f"{cpu['ours'] / cpu[each]:.2f} x {each}" for each in WHAT[2:]]
    aim = "1.25 x by hand, 1.6 x reading"
    yield words, f"{cpu['ours']:.2f} s of CPU", "; ".join(ratios), aim
    for each in WHAT[1:]:
        ratio = f"{cpu[each] / cpu['by hand']:.2f} x by hand"
        yield f"the same, {each}", f"{cpu[each]:.2f} s of CPU", ratio, ""
    yield "the same, peak memory", f"{peak['ours']:.0f} MB", "", "1,000 MB"
    differ_how = f"{left:,} of them open here, and answered by hand"
    yield "the same, cells that differ by hand", f"{differ:,} of {cells:,}", differ_how, ""


def main(arguments: list[str]) -> None:
    """Print the table, or serve as the process that is measured."""
    if arguments[:1] == ["--run"]:
        what, export, out = arguments[1:]
        run(what, Path(export), Path(out))
        print(json.dumps(used()))
        return
    patients, *kept = arguments or [str(PATIENTS)]
    for row in reading_bulk(int(patients), Path(kept[0]) if kept else None):
        print("  ".join(row))


if __name__ == "__main__":
    main(sys.argv[1:])
