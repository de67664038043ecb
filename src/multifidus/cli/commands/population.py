"""
Made-up populations: `multifidus generate`, its arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_on
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    from multifidus.cli.arguments import Commands

ON = date(2026, 10, 5)
"""The day of service where none is named: not today, so that a seed gives the same bytes."""

MOST = 10_000_000
"""Persons, because their numbers have seven digits."""


def add_population(commands: Commands) -> None:
    """Add the command that makes a population up."""
    generate = commands.add_parser(
        "generate", help="make up a population as a FHIR bulk export, with what is true of it"
    )
    generate.add_argument(
        "--patients", type=_count, default=1000, metavar="N", help="how many; default: 1000"
    )
    generate.add_argument(
        "--seed", type=_seed, default=1, metavar="N", help="another seed, other persons; default: 1"
    )
    add_on(generate, f"the day of service that records lead up to; default: {ON}")
    generate.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a new or empty folder"
    )
    generate.add_argument("--gzip", action="store_true", help="compress the files")
    generate.add_argument(
        "--truth", action="store_true", help="write what is true of each person, too"
    )
    generate.set_defaults(command=_generate)


def _count(words: str) -> int:
    number = int(words) if words.isascii() and words.isdecimal() else 0
    if not 0 < number <= MOST:
        message = f"a number of patients is from 1 to {MOST}"
        raise argparse.ArgumentTypeError(message)
    return number


def _seed(words: str) -> int:
    if not (words.isascii() and words.isdecimal() and len(words) <= len(str(MOST))):
        message = f"a seed is from 0 to {MOST}"
        raise argparse.ArgumentTypeError(message)
    return int(words)


def _generate(options: argparse.Namespace) -> int:
    from multifidus.cli.generate import Wanted, generate

    wanted = Wanted(
        patients=options.patients,
        seed=options.seed,
        on=options.on or ON,
        folder=options.out,
        packed=options.gzip,
        with_truth=options.truth,
    )
    print(generate(wanted))
    return DONE
