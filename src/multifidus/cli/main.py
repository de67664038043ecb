"""
`multifidus`: the commands and their exit status.

Exit status: 0 when the work was done, 1 when a policy or the evidence has errors, 2 for wrong
usage, 3 for a record that cannot be read, 130 or 143 when the work was told to stop. Errors go to
standard error; nothing there holds a patient's data.
Each family of commands has a module in `cli.commands`, which adds its arguments and runs it.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import TYPE_CHECKING

from multifidus.cli.arguments import show_help
from multifidus.cli.commands.codes import add_codes
from multifidus.cli.commands.dictionary import add_dictionary
from multifidus.cli.commands.evidence import add_evidence
from multifidus.cli.commands.forms import add_forms
from multifidus.cli.commands.packet import add_packet, with_verify
from multifidus.cli.commands.population import add_population
from multifidus.cli.commands.publish import add_publish
from multifidus.cli.commands.records import add_records
from multifidus.cli.commands.screens import add_screens
from multifidus.cli.commands.shelf import add_shelf
from multifidus.cli.commands.tour import add_tour
from multifidus.cli.lines import tell
from multifidus.cli.status import (
    DONE,
    INTERRUPTED,
    TERMINATED,
    UNREADABLE_RECORD,
    WRONG_POLICY,
    WRONG_USAGE,
    Terminated,
)
from multifidus.errors import BundleError, MultifidusError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from multifidus.cli.arguments import Commands

FAMILIES: Mapping[str, Callable[[Commands], None]] = {
    "check": add_records,
    "read": add_records,
    "confirm": add_records,
    "questionnaire": add_forms,
    "answer": add_forms,
    "packet": add_packet,
    "policies": add_shelf,
    "policy": add_shelf,
    "dictionary": add_dictionary,
    "codes": add_codes,
    "evidence": add_evidence,
    "generate": add_population,
    "screen": add_screens,
    "explain": add_screens,
    "impact": add_screens,
    "publish": add_publish,
    "demo": add_tour,
}
"""Which family adds a command: to lay out the arguments of all of them takes a while."""
FEWER_COLLECTIONS = 100_000
"""Objects made before the collector looks for cycles: reading a record makes many and no cycles."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    gc.set_threshold(FEWER_COLLECTIONS)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        options = parser_of(words[0] if words else "").parse_args(with_verify(words))
        status: int = options.command(options)
        sys.stdout.flush()
    except MultifidusError as error:
        tell(error.problems)
        return _status(error)
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter quiet at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Terminated:
        return TERMINATED
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _status(error: MultifidusError) -> int:
    if isinstance(error, RequestError):
        return WRONG_USAGE
    return UNREADABLE_RECORD if isinstance(error, BundleError) else WRONG_POLICY


def parser_of(command: str) -> argparse.ArgumentParser:
    """Make the parser of one command, or of all where the first word is none of them."""
    parser = argparse.ArgumentParser(
        prog="multifidus",
        description="Put a patient's record to a coverage guideline, criterion by criterion."
        " It says met, not met or more information; a person decides.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    parser.set_defaults(
        command=lambda options: _version() if options.version else show_help(parser)
    )
    commands = parser.add_subparsers(metavar="COMMAND")

    every = tuple(dict.fromkeys(FAMILIES.values()))
    for add in (FAMILIES[command],) if command in FAMILIES else every:
        add(commands)
    return parser


def _version() -> int:
    from multifidus import __version__

    print(f"multifidus {__version__}")
    return DONE
