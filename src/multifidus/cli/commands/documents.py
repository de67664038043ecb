"""The arguments of `multifidus policy document`, and what runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import (
    add_limit,
    add_on,
    add_patient,
    service_codes,
    today,
)
from multifidus.cli.extras import with_press, with_solver
from multifidus.cli.question import question_of
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_document(verbs: Commands, library: argparse.ArgumentParser) -> None:
    """Add the verb that writes a policy for people, with the marks of a record if one is given."""
    document = verbs.add_parser(
        "document",
        parents=[library],
        help="write a policy as a web page or PDF, with the marks of a record if one is given",
    )
    document.add_argument("policy", metavar="ID", help="a policy's id, or id@version")
    document.add_argument(
        "records",
        type=Path,
        nargs="*",
        metavar="RECORD",
        help="what a patient's record holds, as `multifidus check` reads it; each clause is then"
        " marked: met, not met, more information",
    )
    add_patient(document)
    document.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="a file that ends in .html or .pdf"
    )
    add_on(
        document,
        "the day that chooses the version, and the day of service; default: the record's own,"
        " else today",
    )
    document.add_argument(
        "--service-codes", type=service_codes, default=(), metavar="CODES", help="as 64555,64590"
    )
    add_limit(document, "how long a proof of how two versions differ may take")
    document.set_defaults(command=_document)


def _document(options: argparse.Namespace) -> int:
    with with_solver(), with_press("a PDF"):
        from multifidus.cli.document import Wanted, write_document

        wanted = Wanted(question=question_of(options), out=options.out, limit=options.limit)
        print(write_document(wanted, today=today()))
    return DONE
