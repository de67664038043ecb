"""
The codes of a request: `multifidus codes`, its arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_format, add_on, library_arguments, show_help, today
from multifidus.cli.question import question_of
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_codes(commands: Commands) -> None:
    """Add the command that checks the codes of a request."""
    _add_codes(
        commands.add_parser("codes", help="check the codes of a request, or look one up"),
        library_arguments(),
    )


def _add_codes(codes: argparse.ArgumentParser, library: argparse.ArgumentParser) -> None:
    codes.set_defaults(command=lambda _options: show_help(codes))
    verbs = codes.add_subparsers(metavar="VERB")
    check = verbs.add_parser(
        "check", parents=[library], help="find what is to be said of a request's codes"
    )
    check.add_argument(
        "--record",
        dest="records",
        type=Path,
        action="append",
        default=[],
        metavar="RECORD",
        help="take the codes of the orders and claims in a record; may be repeated",
    )
    check.add_argument("--patient", default="", metavar="ID", help="the patient, of several")
    for name, example in (("diagnosis", "M62.85"), ("procedure", "64555:2"), ("device", "L8679")):
        check.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="CODE",
            help=f"as {example}; may be repeated",
        )
    check.add_argument(
        "--product",
        action="append",
        default=[],
        metavar="CODE",
        help="the FDA product code of the device, as QLK",
    )
    check.add_argument("--site", default="", metavar="NN", help="CMS place of service, as 22")
    check.add_argument(
        "--line-of-business",
        dest="line",
        default="",
        metavar="LINE",
        help="for whom the plan pays, as medicare or commercial",
    )
    check.add_argument("--policy", default="", metavar="ID", help="what this policy says of codes")
    add_on(check, "the day of service; default: today")
    add_format(check)
    check.set_defaults(command=_check)
    show = verbs.add_parser("show", help="show what the table holds of a code")
    show.add_argument("code", metavar="CODE")
    show.set_defaults(command=_show)
    device = verbs.add_parser("device", help="show what is known of the device, with sources")
    add_format(device)
    device.set_defaults(command=_device)


def _check(options: argparse.Namespace) -> int:
    from multifidus.cli.codes import Named, asked_request, findings_in_json, findings_in_text

    request = asked_request(
        question_of(options),
        Named(
            diagnoses=tuple(options.diagnosis),
            procedures=(*options.procedure, *options.device),
            products=tuple(options.product),
            site=options.site,
            line_of_business=options.line,
        ),
        today=today(),
    )
    print(findings_in_json(request) if options.format == "json" else findings_in_text(request))
    return DONE


def _show(options: argparse.Namespace) -> int:
    from multifidus.cli.codes import code_in_text

    print(code_in_text(options.code))
    return DONE


def _device(options: argparse.Namespace) -> int:
    from multifidus.cli.codes import device_in_json, device_in_text

    print(device_in_json() if options.format == "json" else device_in_text())
    return DONE
