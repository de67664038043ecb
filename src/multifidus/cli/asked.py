"""The arguments of `multifidus policy ask` and `multifidus policy matrix`."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from typing import Any

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  it has no other name

NO_PREMISES = "none"
SECONDS, MOST_SECONDS = 10.0, 3600.0

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


def add_ask(
    verbs: Verbs,
    day: Callable[[str], date],
    command: Callable[..., int],
    show_help: Callable[[argparse.ArgumentParser], int],
    library: argparse.ArgumentParser,
) -> None:
    """Add `policy ask`, with a verb for each question."""
    ask = verbs.add_parser(
        "ask",
        help="prove how policies differ, or find the patient in whom they do",
    )
    ask.set_defaults(command=lambda _options: show_help(ask))
    questions = ask.add_subparsers(metavar="QUESTION")
    for name, words in _QUESTIONS.items():
        parser = questions.add_parser(name, parents=[library], help=words)
        parser.set_defaults(command=command, question=name, given=[])
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
        _add_common(parser, day, assumes=assumes)
        parser.add_argument(
            "--format",
            choices=("text", "json"),
            default="text",
            help="text for people, JSON for programs",
        )


def add_matrix(
    verbs: Verbs,
    day: Callable[[str], date],
    command: Callable[..., int],
    library: argparse.ArgumentParser,
    kinds: Sequence[str],
) -> None:
    """Add `policy matrix`."""
    matrix = verbs.add_parser(
        "matrix",
        parents=[library],
        help="compare every policy with every other: stricter, looser, neither",
    )
    matrix.set_defaults(command=command)
    matrix.add_argument(
        "--kind",
        action="append",
        choices=kinds,
        default=[],
        help="only policies of this kind; may be repeated",
    )
    _add_common(matrix, day, assumes=NO_PREMISES)
    matrix.add_argument(
        "--format", choices=("text", "csv", "html"), default="text", help="what to write"
    )
    matrix.add_argument("--output", type=Path, metavar="FILE", help="write into this file")


def _add_common(
    parser: argparse.ArgumentParser, day: Callable[[str], date], *, assumes: str
) -> None:
    parser.add_argument(
        "--premises",
        action="append",
        default=[],
        metavar="NAME",
        help=f"cited facts to assume, or `{NO_PREMISES}`; may be repeated; default: {assumes}",
    )
    parser.add_argument(
        "--on",
        type=day,
        metavar="DATE",
        help="the day that chooses the versions, as 2026-03-01; default: today",
    )
    parser.add_argument(
        "--limit",
        type=seconds,
        default=SECONDS,
        metavar="SECONDS",
        help="how long one answer may take; default: %(default)g",
    )


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


def seconds(text: str) -> float:
    """Read a limit; argparse tells what is wrong with it."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not isfinite(number) or not 0 < number <= MOST_SECONDS:
        message = f"the limit is a number of seconds above 0, up to {MOST_SECONDS:g}"
        raise argparse.ArgumentTypeError(message)
    return number


@contextmanager
def with_solver() -> Iterator[None]:
    """Say what to install where the solver is missing; it is an optional extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        message = "proofs need z3-solver, which is not installed"
        hint = "install it with `pip install 'multifidus[analysis]'`"
        raise RequestError(Problem.at("multifidus policy", message, hint)) from None
