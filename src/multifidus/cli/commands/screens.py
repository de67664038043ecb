"""
Populations: `multifidus screen | explain | impact`, their arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_format, add_on, library_arguments, today
from multifidus.cli.extras import with_cluster, with_columns
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    from multifidus.cli.arguments import Commands

THRESHOLD = 11
"""Counts of fewer patients are not shown, as the CMS asks of what is made of its data."""


def add_screens(commands: Commands) -> None:
    """Add the commands that put populations to policies."""
    _add_screen(
        commands.add_parser(
            "screen",
            parents=[library_arguments()],
            help="put a population to a policy: who meets it, who is lost where, who is near",
        )
    )
    _add_explain(
        commands.add_parser(
            "explain",
            parents=[library_arguments()],
            help="show what the criteria come to for one patient of a screen, as `check` does",
        )
    )
    _add_impact(
        commands.add_parser(
            "impact",
            parents=[library_arguments()],
            help="count who moves from what to what between two policies",
        )
    )


def _add_screen(screen: argparse.ArgumentParser) -> None:
    screen.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="a folder: a FHIR bulk export, NDJSON; Bundles, one a file; or tables of OMOP",
    )
    screen.add_argument(
        "--policy", required=True, metavar="ID", help="a policy's id, or id@version"
    )
    add_on(screen, "the day of service of all; default: that of each record")
    screen.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a new folder, or one to go on with"
    )
    screen.add_argument(
        "--strict", action="store_true", help="stop at what cannot be read, instead of telling it"
    )
    screen.add_argument(
        "--memory", type=_memory, default="600MB", metavar="SIZE", help="default: %(default)s"
    )
    screen.add_argument(
        "--omop",
        type=Path,
        metavar="FILE",
        help="how tables of OMOP are read, instead of the shipped mapping",
    )
    screen.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="who does the work; the answers are the same; default: %(default)s",
    )
    screen.add_argument(
        "--elements",
        choices=("all", "policy"),
        default="all",
        help="derive facts of all elements, which serve every policy, or of those alone that this "
        "policy asks about, which is faster; default: %(default)s",
    )
    screen.add_argument(
        "--documents",
        choices=("read", "leave"),
        default="read",
        help="read the words of notes and reports too, as `check` does, or leave them; "
        "default: %(default)s",
    )
    screen.add_argument(
        "--processes",
        type=_processes,
        default=os.cpu_count() or 1,
        metavar="N",
        help="so many read documents at once; default: as many as there are processors",
    )
    screen.set_defaults(command=_screen)


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("folder", type=Path, metavar="DIR", help="the folder of a screen")
    explain.add_argument("patient", metavar="PATIENT", help="the patient's id")
    add_format(explain)
    explain.set_defaults(command=_explain)


def _add_impact(impact: argparse.ArgumentParser) -> None:
    impact.add_argument("before", metavar="A", help="a policy's id, or id@version")
    impact.add_argument("after", metavar="B", help="another one")
    impact.add_argument(
        "--facts",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder of a screen, or one of facts as Parquet",
    )
    add_on(impact, "the day that chooses the versions; default: today")
    impact.add_argument(
        "--threshold",
        type=_threshold,
        default=THRESHOLD,
        metavar="N",
        help="counts below are not shown; default: %(default)s",
    )
    impact.add_argument(
        "--figure", type=Path, metavar="FILE", help="draw the transitions into this file, as SVG"
    )
    add_format(impact)
    impact.set_defaults(command=_impact)


def _memory(words: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,5}(MB|GB)", words):
        message = "memory is written 600MB or 2GB"
        raise argparse.ArgumentTypeError(message)
    return words


def _processes(words: str) -> int:
    return _whole(words, "a number of processes is a whole number, from 1 to 999", digits=3)


def _threshold(words: str) -> int:
    said = "a threshold is a number of patients, from 1; 1 shows every count"
    return _whole(words, said, digits=6)


def _whole(words: str, message: str, *, digits: int) -> int:
    number = int(words) if re.fullmatch(rf"\d{{1,{digits}}}", words, re.ASCII) else 0
    if not number:
        raise argparse.ArgumentTypeError(message)
    return number


def _screen(options: argparse.Namespace) -> int:
    from multifidus.cli.screen import (
        Documents,
        Elements,
        EngineName,
        Wanted,
        screen_population,
    )
    from multifidus.columnar.sources.asked import Faults

    wanted = Wanted(
        source=options.source,
        policy=options.policy,
        on=options.on,
        today=today(),
        out=options.out,
        library=options.library,
        faults=Faults.STOP if options.strict else Faults.TELL,
        memory=options.memory,
        omop=options.omop,
        engine=EngineName(options.engine),
        elements=Elements(options.elements),
        documents=Documents(options.documents),
        processes=options.processes,
    )
    with with_columns(), with_cluster():
        print(screen_population(wanted))
    return DONE


def _explain(options: argparse.Namespace) -> int:
    from multifidus.cli.explain import explain_in_json, explain_in_text

    explain = explain_in_json if options.format == "json" else explain_in_text
    with with_columns():
        print(explain(options.folder, options.patient, library=options.library))
    return DONE


def _impact(options: argparse.Namespace) -> int:
    from multifidus.cli.impact import Wanted, impact

    wanted = Wanted(
        before=options.before,
        after=options.after,
        facts=options.facts,
        on=options.on or today(),
        library=options.library,
        threshold=options.threshold,
        figure=options.figure,
        as_json=options.format == "json",
    )
    with with_columns():
        print(impact(wanted))
    return DONE
