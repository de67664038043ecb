"""What a person sends: `multifidus packet` and `packet verify`, their arguments and what runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import (
    add_on,
    add_scope,
    library_arguments,
    record_arguments,
    service_codes,
    today,
)
from multifidus.cli.extras import with_press
from multifidus.cli.question import question_of
from multifidus.cli.status import DONE, WRONG_POLICY

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from multifidus.cli.arguments import Commands

# Written out, for whoever asks for help should not wait for the enumerations; a test compares them.
KINDS = ("request", "appeal", "peer-to-peer", "patient")
EXTENTS = ("cited", "all")
_VERIFY = "packet-verify"


def add_packet(commands: Commands) -> None:
    """Add `packet`, and `packet verify`."""
    packet = commands.add_parser(
        "packet",
        parents=[record_arguments(), library_arguments()],
        help="make what a person sends: letter, crosswalk, exhibits, appeal, brief",
    )
    packet.set_defaults(command=_send)
    which = packet.add_mutually_exclusive_group(required=True)
    which.add_argument("--policy", default="", metavar="ID", help="a policy's id, or id@version")
    which.add_argument(
        "--payer", default="", metavar="NAME", help="the payer's policy in force on the day"
    )
    add_scope(packet)
    packet.add_argument(
        "--practice",
        type=Path,
        required=True,
        metavar="FILE",
        help="the practice's details and what is asked for, in TOML",
    )
    packet.add_argument("--kind", choices=KINDS, default="request", help="what it is for")
    packet.add_argument(
        "--exhibits",
        choices=EXTENTS,
        default="cited",
        help="what of the record goes in: what is cited, or all of it",
    )
    packet.add_argument(
        "--out", type=Path, default=Path("packet"), metavar="DIR", help="the folder to write into"
    )
    packet.add_argument(
        "--templates", type=Path, metavar="DIR", help="templates of your own, over ours"
    )
    packet.add_argument(
        "--fonts", type=Path, metavar="DIR", help="fonts for scripts that ours do not have"
    )
    packet.add_argument(
        "--redact", type=Path, metavar="FILE", help="phrases to black out, one on a line"
    )
    packet.add_argument("--dry-run", action="store_true", help="say what would be made, and stop")
    add_on(packet, "the day of service, as 2026-03-01; default: the record's own, else today")
    packet.add_argument(
        "--service-codes", type=service_codes, default=(), metavar="CODES", help="as 64555,64590"
    )
    verify = commands.add_parser(
        _VERIFY,
        prog="multifidus packet verify",
        description="Check a packet's copy of record against the exhibits that travel inside it.",
    )
    verify.set_defaults(command=_verify)
    verify.add_argument("file", type=Path, metavar="FILE", help="the PDF, as it was made")


def with_verify(arguments: Sequence[str]) -> list[str]:
    """
    Make one command of `packet verify`.

    A command that takes any number of files cannot have a verb of its own beside them; a record
    that is called `verify` is named `./verify`.
    """
    if list(arguments[:2]) == ["packet", "verify"]:
        return [_VERIFY, *arguments[2:]]
    return list(arguments)


def _send(options: argparse.Namespace) -> int:
    with with_press("a packet"):
        from multifidus.cli.packet import Order
        from multifidus.cli.send import Destination, plan_in_text, send
        from multifidus.packet.compose import Kind
        from multifidus.packet.exhibit import Extent

        order = Order(
            question=question_of(options),
            practice=options.practice,
            kind=Kind(options.kind),
            extent=Extent(options.exhibits),
            templates=options.templates,
            redact=options.redact,
        )
        if options.dry_run:
            print(plan_in_text(order, today=today()))
        else:
            destination = Destination(folder=options.out, fonts=options.fonts)
            print(send(order, destination, today=today()))
    return DONE


def _verify(options: argparse.Namespace) -> int:
    with with_press("a packet"):
        from multifidus.cli.send import check_in_text

        words, holds = check_in_text(options.file)
    print(words)
    return DONE if holds else WRONG_POLICY
