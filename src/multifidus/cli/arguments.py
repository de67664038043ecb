"""The arguments that several commands take, and how their words are read."""

from __future__ import annotations

import argparse
import re
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.status import DONE

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  it has no other name

# Written out, for whoever asks for help should not wait for the enumerations; a test compares them.
LINES_OF_BUSINESS = (
    "commercial",
    "exchange",
    "medicare",
    "medicare-advantage",
    "medicaid",
    "workers-compensation",
    "national-health-service",
)
KINDS = ("coverage", "label", "guideline", "research", "assessment", "premises")
STANCES = ("criteria", "excluded", "silent", "unread")

SECONDS, MOST_SECONDS = 10.0, 3600.0
"""How long a proof may take when nothing is said, and at most."""


# Groups of arguments


def record_arguments() -> argparse.ArgumentParser:
    """What every command takes that reads a patient's record."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "records",
        type=Path,
        nargs="+",
        metavar="RECORD",
        help="FHIR R4 (Bundle, resource, NDJSON; .gz too), C-CDA, PDF, notes as text, Markdown,"
        " HTML or RTF, or a folder of these; all of one patient",
    )
    add_patient(parser)
    return parser


def add_patient(parser: argparse.ArgumentParser) -> None:
    """How a record is read: of which patient, and what its documents do not say themselves."""
    parser.add_argument(
        "--patient", default="", metavar="ID", help="the patient, where the record holds several"
    )
    parser.add_argument(
        "--document-date",
        type=day,
        metavar="DATE",
        help="the day of documents that give none themselves",
    )
    parser.add_argument(
        "--ocr",
        action="store_true",
        help="recognize scanned pages; needs multifidus[ocr] and tesseract",
    )


def library_arguments() -> argparse.ArgumentParser:
    """What every command takes that looks at the shelf."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--library",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of policies of your own, over the shipped ones; may be repeated; default:"
        " MULTIFIDUS_LIBRARY",
    )
    return parser


def add_scope(parser: argparse.ArgumentParser) -> None:
    """What narrows a payer's policies down."""
    parser.add_argument(
        "--plan", default="", metavar="NAME", help="of the payer's policies, that of a plan"
    )
    parser.add_argument(
        "--line-of-business",
        default="",
        choices=LINES_OF_BUSINESS,
        metavar="LINE",
        help=f"that of a line of business: {', '.join(LINES_OF_BUSINESS)}",
    )
    parser.add_argument(
        "--jurisdiction",
        type=place,
        default="",
        metavar="PLACE",
        help="that of a country or a part of one, as US, US-NC or North Carolina",
    )


def add_format(
    parser: argparse.ArgumentParser, words: str = "text for people, JSON for programs"
) -> None:
    """Whether people or programs read the answer."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help=words)


def add_output(parser: argparse.ArgumentParser, forms: tuple[str, ...]) -> None:
    """In which form the answer is written, the first unless another is asked for, and where."""
    parser.add_argument("--format", choices=forms, default=forms[0], help="what to write")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write into this file")


def add_on(parser: argparse.ArgumentParser, words: str) -> None:
    """Take a day, of which `words` say what it chooses."""
    parser.add_argument("--on", type=day, metavar="DATE", help=words)


def add_limit(parser: argparse.ArgumentParser, words: str) -> None:
    """Take how long a proof may go on."""
    parser.add_argument(
        "--limit",
        type=seconds,
        default=SECONDS,
        metavar="SECONDS",
        help=f"{words}; default: %(default)g",
    )


# Words


def day(text: str) -> date:
    """Read a day; argparse tells what is wrong with it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = "a date is written 2026-03-01"
        raise argparse.ArgumentTypeError(message) from None


def place(text: str) -> str:
    """
    Read a country or a part of one, as its code or by its name.

    The letters of a state alone are refused: `NC` is New Caledonia, and would narrow to nothing.
    """
    from multifidus.core.place import COUNTRIES, NAMES, STATES, place_of  # noqa: PLC0415  where one is named

    alone = text.strip().upper()
    code = place_of(text)
    if alone in STATES:
        message = f"for {STATES[alone]} write US-{alone}"
        if alone in COUNTRIES:
            named = next((name for name, known in NAMES.items() if known == alone), "")
            message += f"; for {named.title()} write its name" if named else ""
        raise argparse.ArgumentTypeError(message)
    if text.strip() and not code:
        message = (
            f"`{text}` is no place that is known: write an ISO 3166 code, as US for a country and"
            " US-NC for a part of it, or the name of a state"
        )
        raise argparse.ArgumentTypeError(message)
    return code


def service_codes(text: str) -> tuple[str, ...]:
    """Read the codes that are asked for."""
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    if not codes or not all(re.fullmatch(r"[A-Z0-9]{4,7}", code) for code in codes):
        message = "service codes are written 64555,64590"
        raise argparse.ArgumentTypeError(message)
    return codes


def seconds(text: str) -> float:
    """Read a limit."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not isfinite(number) or not 0 < number <= MOST_SECONDS:
        message = f"the limit is a number of seconds above 0, up to {MOST_SECONDS:g}"
        raise argparse.ArgumentTypeError(message)
    return number


# What stands where nothing was said


def today() -> date:
    """Give the day at the user's own clock, as a calendar on the wall does."""
    return datetime.now().astimezone().date()


def show_help(parser: argparse.ArgumentParser) -> int:
    """Show what a command without its verb would take."""
    parser.print_help()
    return DONE
