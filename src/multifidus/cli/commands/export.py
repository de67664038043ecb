"""
What writes a policy in another language: `multifidus policy export`, its arguments and what runs.

A language joins by one line in `LANGUAGES` of `cli.export`; the names stand here too, so that
whoever asks for help does not wait for the writers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import add_on, today
from multifidus.cli.status import DONE, WRONG_POLICY

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands

LANGUAGES = ("cql",)
"""Written out, as the choices of other commands are; a test compares them."""


def add_export(verbs: Commands, library: argparse.ArgumentParser) -> None:
    """Add the verb that writes a policy in another language."""
    export = verbs.add_parser(
        "export", parents=[library], help="write a policy in a language that others run"
    )
    export.add_argument("policy", metavar="ID", help="a policy's id, or id@version")
    export.add_argument(
        "--as", dest="language", choices=LANGUAGES, required=True, help="the language"
    )
    add_on(export, "the version in force on this day; default: today")
    export.add_argument("--out", type=Path, metavar="FILE", help="write into this file")
    export.add_argument(
        "--partial",
        action="store_true",
        help="be content where the language cannot say all; what it cannot say is told",
    )
    export.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    from multifidus.cli.export import export_policy
    from multifidus.cli.lines import tell
    from multifidus.cli.written import given

    on = options.on or today()
    exported = export_policy(
        options.policy, on, language=options.language, library=tuple(options.library)
    )
    print(given(exported.content.rstrip("\n"), options.out))
    tell(problem for gap in exported.gaps for problem in gap.problems)
    return DONE if options.partial or not exported.gaps else WRONG_POLICY
