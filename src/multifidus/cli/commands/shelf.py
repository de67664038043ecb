"""
What works with the shelf: `multifidus policies | policy`, their arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import (
    KINDS,
    STANCES,
    add_format,
    add_on,
    add_scope,
    library_arguments,
    show_help,
    today,
)
from multifidus.cli.commands.comparisons import add_comparisons
from multifidus.cli.commands.documents import add_document
from multifidus.cli.commands.export import add_export
from multifidus.cli.commands.proofs import add_proofs
from multifidus.cli.status import DONE, WRONG_POLICY

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands

FILES = "a policy's file, or a folder for every policy.md in it and below"


def add_shelf(commands: Commands) -> None:
    """Add the commands that list, show, check and compare policies."""
    library = library_arguments()
    _add_policies(
        commands.add_parser("policies", parents=[library], help="list the policies on the shelf")
    )
    policy = commands.add_parser("policy", help="show, check, format or attest a policy's text")
    policy.set_defaults(command=lambda _options: show_help(policy))
    _add_verbs(policy.add_subparsers(metavar="VERB"), library)


def _add_policies(policies: argparse.ArgumentParser) -> None:
    policies.add_argument("--payer", default="", metavar="NAME", help="those of a payer")
    add_scope(policies)
    policies.add_argument("--kind", default="", choices=KINDS, help="those of a kind")
    policies.add_argument("--stance", default="", choices=STANCES, help="those of a stance")
    add_on(policies, "those in force on a day, as 2026-03-01")
    add_format(policies)
    policies.set_defaults(command=_policies)


def _add_verbs(verbs: Commands, library: argparse.ArgumentParser) -> None:
    show = verbs.add_parser(
        "show", parents=[library], help="print a policy and how well its sources were read"
    )
    show.add_argument("policy", metavar="ID", help="a policy's id, or id@version")
    add_on(show, "the version in force on this day; default: today")
    show.add_argument(
        "--elsewhere",
        action="store_true",
        help="tell, clause by clause, where else on the shelf the same is asked for",
    )
    add_format(show, "the document, or its tree as JSON")
    show.set_defaults(command=_show)
    proof = verbs.add_parser("check", help="find everything that is wrong with policy files")
    proof.add_argument("files", type=Path, nargs="+", metavar="FILE", help=FILES)
    proof.set_defaults(command=_check)
    canon = verbs.add_parser("format", help="write policy files in their canonical form")
    canon.add_argument("files", type=Path, nargs="+", metavar="FILE", help=FILES)
    canon.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a file would change"
    )
    canon.set_defaults(command=_format)
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
    add_on(attest, "the day on which it was read; default: today")
    attest.set_defaults(command=_attest)
    add_document(verbs, library)
    add_proofs(verbs, library)
    add_comparisons(verbs, library)
    add_export(verbs, library)


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


def _show(options: argparse.Namespace) -> int:
    from multifidus.cli.policies import show_policy

    told = show_policy(
        options.policy,
        options.on or today(),
        library=tuple(options.library),
        as_json=options.format == "json",
        elsewhere=options.elsewhere,
    )
    print(told)
    return DONE


def _check(options: argparse.Namespace) -> int:
    from multifidus.cli.policies import check_files

    text, sound = check_files(options.files)
    print(text)
    return DONE if sound else WRONG_POLICY


def _format(options: argparse.Namespace) -> int:
    from multifidus.cli.policies import format_files

    text, unchanged = format_files(options.files, write=not options.check)
    print(text)
    return DONE if unchanged or not options.check else WRONG_POLICY


def _attest(options: argparse.Namespace) -> int:
    from multifidus.cli.attest import Vouching, attest

    asked = Vouching(
        policy=options.policy,
        clause=options.clause,
        document=options.document,
        edition=options.edition,
        page=options.page,
        by=options.by,
        on=options.on or today(),
        library=tuple(options.library),
    )
    print(attest(asked, today=today()))
    return DONE
