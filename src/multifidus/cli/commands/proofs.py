"""
The arguments of `multifidus policy ask` and `multifidus policy matrix`, and what runs.

What a command needs is imported when it runs; both prove, and need the solver.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import KINDS, add_format, add_limit, add_on, show_help, today
from multifidus.cli.extras import with_solver
from multifidus.cli.status import DONE

if TYPE_CHECKING:
    from typing import Any

    from multifidus.cli.arguments import Commands

NO_PREMISES = "none"
# Premises are what proofs assume; nothing is compared with them.
COMPARED_KINDS = tuple(each for each in KINDS if each != "premises")

_SUBJECT = "a policy's id, id@version, or either with a clause, as id:I3"
_QUESTIONS = {
    "implies": "does whoever meets A meet B?",
    "equivalent": "are A and B met by the same patients?",
    "differs": "find a patient who meets one of A and B and not the other",
    "difference": "which clauses would have to go and to come to make B of A?",
    "can-be-met": "can anybody meet A, and the policies given with it?",
    "never-met": "which clauses of A does a label settle?",
    "dead": "which clauses of A never change an answer?",
    "conflicts": "which clauses of A exclude each other?",
    "reading": "who changes if a clause of A is read the other way?",
}


def add_proofs(verbs: Commands, library: argparse.ArgumentParser) -> None:
    """Add the verbs that prove how policies differ."""
    _add_ask(verbs, library)
    _add_matrix(verbs, library)


def _add_ask(verbs: Commands, library: argparse.ArgumentParser) -> None:
    ask = verbs.add_parser(
        "ask",
        help="prove how policies differ, or find the patient in whom they do",
    )
    ask.set_defaults(command=lambda _options: show_help(ask))
    questions = ask.add_subparsers(metavar="QUESTION")
    for name, words in _QUESTIONS.items():
        parser = questions.add_parser(name, parents=[library], help=words)
        parser.set_defaults(command=_ask, question=name, given=[])
        parser.add_argument("subjects", metavar="A", action=_Append, help=_SUBJECT)
        if name in ("implies", "equivalent", "differs", "difference"):
            parser.add_argument("subjects", metavar="B", action=_Append, help=_SUBJECT)
        if name == "reading":
            parser.add_argument("clause", metavar="CLAUSE", help="the id of the clause, as I3")
        if name in ("can-be-met", "never-met"):
            parser.add_argument(
                "--given",
                action="append",
                default=[],
                required=name == "never-met",
                metavar="B",
                help="a policy that the same patient has to meet, as fda-p190021",
            )
        assumes = "all of them" if name in ("can-be-met", "never-met") else NO_PREMISES
        _add_common(parser, assumes=assumes)
        add_format(parser)


def _add_matrix(verbs: Commands, library: argparse.ArgumentParser) -> None:
    matrix = verbs.add_parser(
        "matrix",
        parents=[library],
        help="compare every policy with every other: stricter, looser, neither",
    )
    matrix.set_defaults(command=_matrix)
    matrix.add_argument(
        "--kind",
        action="append",
        choices=COMPARED_KINDS,
        default=[],
        help="only policies of this kind; may be repeated",
    )
    _add_common(matrix, assumes=NO_PREMISES)
    matrix.add_argument(
        "--format", choices=("text", "csv", "html"), default="text", help="what to write"
    )
    matrix.add_argument("--output", type=Path, metavar="FILE", help="write into this file")


def _add_common(parser: argparse.ArgumentParser, *, assumes: str) -> None:
    parser.add_argument(
        "--premises",
        action="append",
        default=[],
        metavar="NAME",
        help=f"cited facts to assume, or `{NO_PREMISES}`; may be repeated; default: {assumes}",
    )
    add_on(parser, "the day that chooses the versions, as 2026-03-01; default: today")
    add_limit(parser, "how long one answer may take")


class _Append(argparse.Action):
    """Gather positional arguments that have names of their own in one list."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002  argparse hands it over
        namespace: argparse.Namespace,
        values: Any,  # noqa: ANN401  a word
        option_string: str | None = None,  # noqa: ARG002  argparse hands it over
    ) -> None:
        namespace.subjects = [*(getattr(namespace, "subjects", None) or []), values]


def _ask(options: argparse.Namespace) -> int:
    with with_solver():
        from multifidus.cli.ask import Asked, answer_in_json, answer_in_text

    asked = Asked(
        question=options.question,
        subjects=tuple(options.subjects),
        given=tuple(options.given),
        clause=getattr(options, "clause", ""),
        premises=tuple(options.premises),
        on=options.on or today(),
        limit=options.limit,
        library=tuple(options.library),
    )
    print(answer_in_json(asked) if options.format == "json" else answer_in_text(asked))
    return DONE


def _matrix(options: argparse.Namespace) -> int:
    with with_solver():
        from multifidus.cli.matrix import Wanted, tell_matrix

    wanted = Wanted(
        on=options.on or today(),
        kinds=tuple(options.kind),
        premises=tuple(options.premises),
        limit=options.limit,
        form=options.format,
        output=options.output,
        library=tuple(options.library),
    )
    print(tell_matrix(wanted))
    return DONE
