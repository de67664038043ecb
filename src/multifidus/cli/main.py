"""
`multifidus`: the commands, their arguments and their exit status.

Exit status: 0 when the work was done, 1 when a policy or the evidence has errors, 2 for wrong
usage, 3 for a record that cannot be read. Errors go to standard error; nothing there holds a
patient's data.
What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.asked import add_ask, add_matrix, with_solver
from multifidus.cli.compared import add_comparisons
from multifidus.cli.evidence import add_evidence
from multifidus.cli.lines import tell
from multifidus.errors import BundleError, MultifidusError, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWER_COLLECTIONS = 100_000
"""Objects made before the collector looks for cycles: reading a record makes many and no cycles."""

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

DONE, WRONG_POLICY, WRONG_USAGE, UNREADABLE_RECORD, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    gc.set_threshold(FEWER_COLLECTIONS)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        sys.stdout.flush()
    except MultifidusError as error:
        tell(error.problems)
        return _status(error)
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter quiet at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _status(error: MultifidusError) -> int:
    if isinstance(error, RequestError):
        return WRONG_USAGE
    return UNREADABLE_RECORD if isinstance(error, BundleError) else WRONG_POLICY


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="multifidus",
        description="Put a patient's record to a coverage guideline, criterion by criterion."
        " It says met, not met or more information; a person decides.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    parser.set_defaults(command=lambda options: _version() if options.version else _help(parser))
    commands = parser.add_subparsers(metavar="COMMAND")

    record, library = _record_arguments(), _library_arguments()
    _add_check(
        commands.add_parser(
            "check",
            parents=[record, library],
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
    _add_policies(
        commands.add_parser("policies", parents=[library], help="list the policies on the shelf")
    )
    policy = commands.add_parser("policy", help="show, check, format or attest a policy's text")
    policy.set_defaults(command=lambda _options: _help(policy))
    _add_verbs(policy.add_subparsers(metavar="VERB"), library)

    _add_codes(
        commands.add_parser("codes", help="check the codes of a request, or look one up"), library
    )

    add_evidence(
        commands.add_parser("evidence", help="show, pool, check and draw the evidence"),
        _day,
        _today,
        library,
    )

    demo = commands.add_parser("demo", help="run four made-up charts and explain what one sees")
    demo.set_defaults(command=_demo)
    return parser


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
    _add_scope(check)
    check.add_argument(
        "--on",
        type=_day,
        metavar="DATE",
        help="the day of service, as 2026-03-01; default: the record's own, else today",
    )
    check.add_argument(
        "--service-codes",
        type=_codes,
        default=(),
        metavar="CODES",
        help="the codes asked for, as 64555,64590",
    )
    _add_format(check, "text for people, JSON for programs")
    check.set_defaults(command=_check)


def _add_scope(parser: argparse.ArgumentParser) -> None:
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
        type=_place,
        default="",
        metavar="CODE",
        help="that of a country or a part of one, as US or US-NC",
    )


def _add_format(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help=words)


def _library_arguments() -> argparse.ArgumentParser:
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


def _add_policies(policies: argparse.ArgumentParser) -> None:
    policies.add_argument("--payer", default="", metavar="NAME", help="those of a payer")
    _add_scope(policies)
    policies.add_argument("--kind", default="", choices=KINDS, help="those of a kind")
    policies.add_argument("--stance", default="", choices=STANCES, help="those of a stance")
    policies.add_argument(
        "--on", type=_day, metavar="DATE", help="those in force on a day, as 2026-03-01"
    )
    _add_format(policies, "text for people, JSON for programs")
    policies.set_defaults(command=_policies)


def _add_verbs(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], library: argparse.ArgumentParser
) -> None:
    show = verbs.add_parser(
        "show", parents=[library], help="print a policy and how well its sources were read"
    )
    show.add_argument("policy", metavar="ID", help="a policy's id, or id@version")
    show.add_argument(
        "--on", type=_day, metavar="DATE", help="the version in force on this day; default: today"
    )
    _add_format(show, "the document, or its tree as JSON")
    show.set_defaults(command=_policy_show)
    proof = verbs.add_parser("check", help="find everything that is wrong with policy files")
    proof.add_argument("files", type=Path, nargs="+", metavar="FILE")
    proof.set_defaults(command=_policy_check)
    canon = verbs.add_parser("format", help="write policy files in their canonical form")
    canon.add_argument("files", type=Path, nargs="+", metavar="FILE")
    canon.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a file would change"
    )
    canon.set_defaults(command=_policy_format)
    attest = verbs.add_parser(
        "attest", parents=[library], help="vouch that a clause says what its document says"
    )
    attest.add_argument("policy", metavar="ID", help="a policy's id, or id@version")
    attest.add_argument("clause", metavar="CLAUSE", help="a clause's id, as I3.2")
    for name, words in (
        ("--document", "the document in hand"),
        ("--edition", "its edition or date"),
        ("--page", "the page or section where the clause stands"),
        ("--by", "who read it"),
    ):
        attest.add_argument(name, required=True, metavar="WORDS", help=words)
    attest.add_argument(
        "--on", type=_day, metavar="DATE", help="the day on which it was read; default: today"
    )
    attest.set_defaults(command=_policy_attest)
    add_ask(verbs, _day, _policy_ask, _help, library)
    # Premises are what proofs assume; nothing is compared with them.
    compared = [each for each in KINDS if each != "premises"]
    add_matrix(verbs, _day, _policy_matrix, library, compared)
    add_comparisons(verbs, _day, _today, library)


def _add_codes(codes: argparse.ArgumentParser, library: argparse.ArgumentParser) -> None:
    codes.set_defaults(command=lambda _options: _help(codes))
    verbs = codes.add_subparsers(metavar="VERB")
    check = verbs.add_parser(
        "check", parents=[library], help="find what is to be said of a request's codes"
    )
    check.add_argument(
        "--record",
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
        default="",
        metavar="LINE",
        help="for whom the plan pays, as medicare or commercial",
    )
    check.add_argument("--policy", default="", metavar="ID", help="what this policy says of codes")
    check.add_argument("--on", type=_day, metavar="DATE", help="the day of service; default: today")
    _add_format(check, "text for people, JSON for programs")
    check.set_defaults(command=_codes_check)
    show = verbs.add_parser("show", help="show what the table holds of a code")
    show.add_argument("code", metavar="CODE")
    show.set_defaults(command=_codes_show)
    device = verbs.add_parser("device", help="show what is known of the device, with sources")
    _add_format(device, "text for people, JSON for programs")
    device.set_defaults(command=_codes_device)


def _add_read(read: argparse.ArgumentParser) -> None:
    read.add_argument(
        "--on",
        type=_day,
        metavar="DATE",
        help="the day of service, as 2026-03-01; default: the record's own, else today",
    )
    read.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people, JSON for programs",
    )
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


def _record_arguments() -> argparse.ArgumentParser:
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
    parser.add_argument(
        "--patient", default="", metavar="ID", help="the patient, where the record holds several"
    )
    parser.add_argument(
        "--document-date",
        type=_day,
        metavar="DATE",
        help="the day of documents that give none themselves",
    )
    parser.add_argument(
        "--ocr",
        action="store_true",
        help="recognize scanned pages; needs multifidus[ocr] and tesseract",
    )
    return parser


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
        "--on", type=_day, metavar="DATE", help="the day of the confirmation; default: today"
    )
    confirm.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the answers are written; default: answers-DATE.json beside the record",
    )
    confirm.set_defaults(command=_confirm)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = "a date is written 2026-03-01"
        raise argparse.ArgumentTypeError(message) from None


def _place(text: str) -> str:
    code = text.strip().upper()
    if text and not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", code):
        message = "a country or a part of one is written as its ISO 3166 code: US, US-NC"
        raise argparse.ArgumentTypeError(message)
    return code


def _today() -> date:
    """Give the day at the user's own clock, as a calendar on the wall does."""
    return datetime.now().astimezone().date()


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    if not codes or not all(re.fullmatch(r"[A-Z0-9]{4,7}", code) for code in codes):
        message = "service codes are written 64555,64590"
        raise argparse.ArgumentTypeError(message)
    return codes


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return DONE


def _version() -> int:
    from multifidus import __version__

    print(f"multifidus {__version__}")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from multifidus.cli.check import Question, answer_in_json, answer_in_text

    question = Question(
        records=tuple(options.records),
        policy=options.policy,
        payer=options.payer,
        on=options.on,
        plan=options.plan,
        line_of_business=options.line_of_business,
        jurisdiction=options.jurisdiction,
        library=tuple(options.library),
        service_codes=options.service_codes,
        patient=options.patient,
        document_date=options.document_date,
        ocr=options.ocr,
    )
    answer = answer_in_json if options.format == "json" else answer_in_text
    print(answer(question, today=_today()))
    return DONE


def _confirm(options: argparse.Namespace) -> int:
    from multifidus.cli.check import Question
    from multifidus.cli.confirm import Confirmation, confirm_or_list

    asked = Confirmation(
        question=Question(
            records=tuple(options.records),
            patient=options.patient,
            document_date=options.document_date,
            ocr=options.ocr,
        ),
        elements=tuple(options.elements),
        everything=options.everything,
        by=options.by,
        on=options.on or _today(),
        out=options.out,
    )
    told = confirm_or_list(asked)
    for note in told.notes:
        print(note, file=sys.stderr)
    print(told.text)
    return DONE


def _read(options: argparse.Namespace) -> int:
    from multifidus.cli.check import Question
    from multifidus.cli.read import (
        check_is_new,
        read_chart,
        reading_in_json,
        reading_in_text,
        save_page,
    )

    question = Question(
        records=tuple(options.records),
        on=options.on,
        patient=options.patient,
        document_date=options.document_date,
        ocr=options.ocr,
    )
    if options.html:
        check_is_new(options.html)  # Before a large record is read.
    reading = read_chart(question, today=_today())
    if options.html:
        save_page(reading, options.html)
    if options.format == "json":
        print(reading_in_json(reading))
    else:
        print(reading_in_text(reading, with_silent=options.all))
    return DONE


def _codes_check(options: argparse.Namespace) -> int:
    from multifidus.cli.check import Question
    from multifidus.cli.codes import Named, asked_request, findings_in_json, findings_in_text

    request = asked_request(
        Question(
            records=tuple(options.record),
            on=options.on,
            patient=options.patient,
            policy=options.policy,
            library=tuple(options.library),
        ),
        Named(
            diagnoses=tuple(options.diagnosis),
            procedures=(*options.procedure, *options.device),
            products=tuple(options.product),
            site=options.site,
            line_of_business=options.line_of_business,
        ),
        today=_today(),
    )
    print(findings_in_json(request) if options.format == "json" else findings_in_text(request))
    return DONE


def _codes_show(options: argparse.Namespace) -> int:
    from multifidus.cli.codes import code_in_text

    print(code_in_text(options.code))
    return DONE


def _codes_device(options: argparse.Namespace) -> int:
    from multifidus.cli.codes import device_in_json, device_in_text

    print(device_in_json() if options.format == "json" else device_in_text())
    return DONE


def _policies(options: argparse.Namespace) -> int:
    from multifidus.cli.listing import Wanted, list_policies

    wanted = Wanted(
        payer=options.payer,
        plan=options.plan,
        line_of_business=options.line_of_business,
        jurisdiction=options.jurisdiction,
        kind=options.kind,
        stance=options.stance,
        on=options.on,
        library=tuple(options.library),
    )
    text, is_sound = list_policies(wanted, as_json=options.format == "json")
    print(text)
    return DONE if is_sound else WRONG_POLICY


def _policy_show(options: argparse.Namespace) -> int:
    from multifidus.cli.policies import show_policy

    day, as_json = options.on or _today(), options.format == "json"
    print(show_policy(options.policy, day, library=tuple(options.library), as_json=as_json))
    return DONE


def _policy_attest(options: argparse.Namespace) -> int:
    from multifidus.cli.attest import Vouching, attest

    asked = Vouching(
        policy=options.policy,
        clause=options.clause,
        document=options.document,
        edition=options.edition,
        page=options.page,
        by=options.by,
        on=options.on or _today(),
        library=tuple(options.library),
    )
    print(attest(asked, today=_today()))
    return DONE


def _policy_check(options: argparse.Namespace) -> int:
    from multifidus.cli.policies import check_files

    text, sound = check_files(options.files)
    print(text)
    return DONE if sound else WRONG_POLICY


def _policy_format(options: argparse.Namespace) -> int:
    from multifidus.cli.policies import format_files

    text, unchanged = format_files(options.files, write=not options.check)
    print(text)
    return DONE if unchanged or not options.check else WRONG_POLICY


def _policy_ask(options: argparse.Namespace) -> int:
    with with_solver():
        from multifidus.cli.ask import Asked, answer_in_json, answer_in_text

    asked = Asked(
        question=options.question,
        subjects=tuple(options.subjects),
        given=tuple(options.given),
        clause=getattr(options, "clause", ""),
        premises=tuple(options.premises),
        on=options.on or _today(),
        limit=options.limit,
        library=tuple(options.library),
    )
    print(answer_in_json(asked) if options.format == "json" else answer_in_text(asked))
    return DONE


def _policy_matrix(options: argparse.Namespace) -> int:
    with with_solver():
        from multifidus.cli.matrix import Wanted, tell_matrix

    wanted = Wanted(
        on=options.on or _today(),
        kinds=tuple(options.kind),
        premises=tuple(options.premises),
        limit=options.limit,
        form=options.format,
        output=options.output,
        library=tuple(options.library),
    )
    print(tell_matrix(wanted))
    return DONE


def _demo(_options: argparse.Namespace) -> int:
    from multifidus.cli.demo import demo

    print(demo())
    return DONE
