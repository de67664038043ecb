"""
What asks and answers by form: `multifidus questionnaire | answer`, their arguments and what runs.

What a command needs is imported when it runs, so that an answer is not kept waiting.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.arguments import (
    add_on,
    add_scope,
    day,
    library_arguments,
    record_arguments,
    today,
)
from multifidus.cli.question import question_of
from multifidus.cli.status import DONE, WRONG_POLICY

if TYPE_CHECKING:
    import argparse

    from multifidus.cli.arguments import Commands


def add_forms(commands: Commands) -> None:
    """Add the commands that make a policy's form, and that answer it."""
    _add_questionnaire(
        commands.add_parser(
            "questionnaire",
            parents=[record_arguments(), library_arguments()],
            help="make a policy's form, filled in from a record, and tell what is still asked",
        )
    )
    _add_answer(
        commands.add_parser("answer", help="answer the open questions of a form, and complete it")
    )


def _add_questionnaire(form: argparse.ArgumentParser) -> None:
    which = form.add_mutually_exclusive_group()
    which.add_argument("--policy", default="", metavar="ID", help="a policy's id, or id@version")
    which.add_argument(
        "--payer",
        default="",
        metavar="NAME",
        help="the payer's policy that is in force on the day of service",
    )
    add_scope(form)
    add_on(form, "the day of service, as 2026-03-01; default: the record's own, else today")
    form.add_argument(
        "--prefill",
        choices=("fhirpath", "cql"),
        default="fhirpath",
        help="in which language the form says what a record answers; default: %(default)s",
    )
    form.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write questionnaire.json and response.json there; default: tell only",
    )
    form.add_argument(
        "--partial",
        action="store_true",
        help="count it as done, even where a form cannot say all of the policy",
    )
    form.set_defaults(command=_questionnaire)


def _add_answer(answer: argparse.ArgumentParser) -> None:
    answer.add_argument(
        "response", type=Path, metavar="RESPONSE", help="the response that was filled in"
    )
    answer.add_argument(
        "answers", nargs="+", metavar="ELEMENT=VALUE", help="an answer, as pain_vas='7 cm'"
    )
    answer.add_argument("--by", required=True, metavar="WHO", help="who answers")
    answer.add_argument(
        "--on",
        dest="answered_on",
        type=day,
        metavar="DATE",
        help="the day of the answers; default: today",
    )
    answer.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the completed response is written; default: answers-DATE.json beside it",
    )
    answer.set_defaults(command=_answer)


def _questionnaire(options: argparse.Namespace) -> int:
    from multifidus.cli.form import write_form
    from multifidus.cli.lines import tell
    from multifidus.export.questionnaire import PrefillLanguage

    told = write_form(
        question_of(options),
        out=options.out,
        language=PrefillLanguage(options.prefill),
        today=today(),
    )
    tell([*told.notes, *(problem for gap in told.gaps for problem in gap.problems)])
    print(told.text)
    return WRONG_POLICY if told.gaps and not options.partial else DONE


def _answer(options: argparse.Namespace) -> int:
    from multifidus.cli.form import Answering, answer

    asked = Answering(
        response=options.response,
        answers=tuple(options.answers),
        by=options.by,
        on=options.answered_on or today(),
        out=options.out,
    )
    print(answer(asked).text)
    return DONE
