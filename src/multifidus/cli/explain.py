"""`multifidus explain`: one patient of a screen → the tree that `check` shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.cli.behind import behind_case
from multifidus.cli.library import open_shelf
from multifidus.cli.screened import FACTS, made_of, policy_of
from multifidus.cli.text import About, show_determinations
from multifidus.columnar.rows import case_of_subject
from multifidus.core.determination import determine
from multifidus.core.report import report
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from multifidus.core.determination import Determination
    from multifidus.core.element import Dictionary


def explain_in_text(folder: Path, patient: str, *, library: Sequence[Path]) -> str:
    """Show what the criteria come to for a patient of a screen."""
    told, dictionary, about = _explained(folder, patient, library)
    return show_determinations([(told, "")], dictionary, about)


def explain_in_json(folder: Path, patient: str, *, library: Sequence[Path]) -> str:
    """Give the published JSON of a patient of a screen."""
    told, _, _ = _explained(folder, patient, library)
    return json.dumps(report(told, version=__version__), indent=2, ensure_ascii=False)


def _explained(
    folder: Path, patient: str, library: Sequence[Path]
) -> tuple[Determination, Dictionary, About]:
    made = made_of(folder)
    with open_shelf(library) as shelf:
        policy = policy_of(made, shelf)
        case = case_of_subject(patient, facts=folder / FACTS, dictionary=policy.dictionary)
        if case is None:
            # The name is not repeated: it is a patient's.
            hint = "give the id of a patient of the export; without a date of service it has no row"
            raise RequestError.at(str(folder), "the screen holds no such patient", hint)
        behind = behind_case((policy,), case, shelf)
    about = About(
        patient=patient if "/" in patient else f"Patient/{patient}",
        date_origin="as asked of the screen" if made.on else "as the record asks",
        behind=behind,
    )
    return determine(policy, case), policy.dictionary, about
