"""`multifidus demo`: four made-up charts, determined and explained."""

from __future__ import annotations

import textwrap
from datetime import date
from importlib.resources import as_file, files
from typing import NamedTuple

from multifidus.cli.check import answer_in_text
from multifidus.cli.confirm import Confirmation, confirm_or_list
from multifidus.cli.question import Question

RULE = "─" * 78
NEXT = (
    "Next: `multifidus policies` lists the policies, `multifidus policy show isass-2025` prints\n"
    "one, and `multifidus check RECORD` reads a FHIR R4 record of yours."
)


class Scene(NamedTuple):
    """A chart, the policy it is put to, and what to look at."""

    chart: str
    policy: str
    told: str


SCENES = (
    Scene(
        "complete-candidate.json",
        "isass-2025",
        "A complete chart. Every clause of the guideline is met; below each stands the fact that"
        " met it, and its address: the resource of the record and the field in it. Clauses G rest"
        " on the guideline's abstract, clauses S stand in from the label and the trials, and the"
        " last lines say how well the sources were read.",
    ),
    Scene(
        "no-medication-record.json",
        "isass-2025",
        "The same kind of chart, but nobody recorded what pain medication brought. Silence is not a"
        " no: the answer is more information, and the one thing to ask for is marked.",
    ),
    Scene(
        "only-time-lacking.json",
        "isass-2025",
        "Everything is there but time: the pain has not lasted long enough. The answer is not met"
        " today, and the last lines name the first day on which it will be.",
    ),
)


OF_NOTES = "spine-clinic"
OF_NOTES_TOLD = (
    "A chart with a clinic's note and a PDF, which hold what nobody coded. It was read, and each"
    " finding waits for a person, with its words and their place. The commands below confirm it:"
    " use them on a copy of the folder, for the answers are written beside the chart."
)


def demo() -> str:
    """Run the scenes, each with the command that a person would type."""
    pages = ["Four charts, made up for this demonstration; no real person is in them."]
    for number, scene in enumerate(SCENES, start=1):
        told = textwrap.fill(f"{number}. {scene.told}", 78)
        with as_file(files("multifidus").joinpath("examples", scene.chart)) as path:
            question = Question(records=(path,), policy=scene.policy)
            answer = answer_in_text(question, today=date.max)
            command = f"$ multifidus check {path} --policy {scene.policy}"
        pages += [RULE, told, command, answer]
    pages += [RULE, *_of_notes(len(SCENES) + 1), RULE, NEXT]
    return "\n\n".join(pages)


def _of_notes(number: int) -> tuple[str, str, str]:
    told = textwrap.fill(f"{number}. {OF_NOTES_TOLD}", 78)
    with as_file(files("multifidus").joinpath("examples", OF_NOTES)) as path:
        asked = Confirmation(question=Question(records=(path,)), on=date.max)
        return told, f"$ multifidus confirm {path}", confirm_or_list(asked).text
