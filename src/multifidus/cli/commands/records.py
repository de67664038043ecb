"""
What reads a patient's record: `multifidus check | read | confirm`, their arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import (
    add_format,
    add_on,
    add_scope,
    day,
    library_arguments,
    record_arguments,
    service_codes,
    today,
)
from multifidus.cli.question import question_of
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands

ON = "the day of service, as 2026-03-01; default: the record's own, else today"


def add_records(commands: Commands) -> None:
    """Add the commands that read a patient's record."""
    record = record_arguments()
    _add_check(
        commands.add_parser(
            "check",
            parents=[record, library_arguments()],
            help="determine what a policy's criteria come to for a record",
        )
    )
    _add_read(
        commands.add_parser(
            "read",
            parents=[record],
            help="show what a record says of each data element, and in which words",
        )
    )
    _add_confirm(
        commands.add_parser(
            "confirm",
            parents=[record],
            help="confirm what was read from text, or list what waits for that",
        )
    )


def _add_check(check: argparse.ArgumentParser) -> None:
    which = check.add_mutually_exclusive_group()
    which.add_argument(
        "--policy",
        default="",
        metavar="ID",
        help="a policy's id, or id@version; default: guideline and label",
    )
    which.add_argument(
        "--payer",
        default="",
        metavar="NAME",
        help="the payer's policy that is in force on the day of service",
    )
    add_scope(check)
    add_on(check, ON)
    check.add_argument(
        "--service-codes",
        type=service_codes,
        default=(),
        metavar="CODES",
        help="the codes asked for, as 64555,64590",
    )
    add_format(check)
    check.set_defaults(command=_check)


def _add_read(read: argparse.ArgumentParser) -> None:
    add_on(read, ON)
    add_format(read)
    read.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write a page with the documents and what was read in them, into a new file",
    )
    read.add_argument(
        "--all", action="store_true", help="list the elements too of which nothing is said"
    )
    read.set_defaults(command=_read)


def _add_confirm(confirm: argparse.ArgumentParser) -> None:
    # An option for each element: a bare word beside the records would be taken for one more.
    confirm.add_argument(
        "--element",
        dest="elements",
        action="append",
        default=[],
        metavar="NAME[=ANSWER]",
        help="confirm what the text says of an element, or give another answer; may be repeated",
    )
    confirm.add_argument(
        "--all", dest="everything", action="store_true", help="confirm everything that waits"
    )
    confirm.add_argument("--by", default="", metavar="WHO", help="who confirms it")
    confirm.add_argument(
        "--on",
        dest="confirmed_on",  # Not the day of service, which the record gives.
        type=day,
        metavar="DATE",
        help="the day of the confirmation; default: today",
    )
    confirm.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the answers are written; default: answers-DATE.json beside the record",
    )
    confirm.set_defaults(command=_confirm)


def _check(options: argparse.Namespace) -> int:
    from multifidus.cli.check import answer_in_json, answer_in_text

    question = question_of(options)
    answer = answer_in_json if options.format == "json" else answer_in_text
    print(answer(question, today=today()))
    return DONE


def _read(options: argparse.Namespace) -> int:
    from multifidus.cli.read import (
        check_is_new,
        read_chart,
        reading_in_json,
        reading_in_text,
        save_page,
    )

    question = question_of(options)
    if options.html:
        check_is_new(options.html)  # Before a large record is read.
    reading = read_chart(question, today=today())
    if options.html:
        save_page(reading, options.html)
    if options.format == "json":
        print(reading_in_json(reading))
    else:
        print(reading_in_text(reading, with_silent=options.all))
    return DONE


def _confirm(options: argparse.Namespace) -> int:
    from multifidus.cli.confirm import Confirmation, confirm_or_list

    asked = Confirmation(
        question=question_of(options),
        elements=tuple(options.elements),
        everything=options.everything,
        by=options.by,
        on=options.confirmed_on or today(),
        out=options.out,
    )
    told = confirm_or_list(asked)
    for note in told.notes:
        print(note, file=sys.stderr)
    print(told.text)
    return DONE
