"""`multifidus evidence table`: the summary of findings, as GRADE lays it out."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, fields
from io import StringIO
from typing import TYPE_CHECKING

from multifidus.cli.behind_words import judged_by
from multifidus.cli.judged import judgements_of
from multifidus.cli.lines import Lines
from multifidus.errors import RequestError
from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.study import shipped_evidence
from multifidus.evidence.summary import difference_words, summarize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multifidus.evidence.chain import EvidenceLine
    from multifidus.evidence.judgement import Judgements

COMMAND = "multifidus evidence table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table, in words."""

    line: str
    outcome: str
    studies: str
    """Which studies, and whether something stands against them."""
    people: str
    found: str
    difference: str
    """Treated minus control; empty without a control."""
    certainty: str
    because: str
    """What moved the certainty, with the rationale."""
    doubt: str


def tell_table(names: Sequence[str], form: str, judgements: Path | None) -> str:
    """Write the table of some lines, or of all."""
    judged = judgements_of(judgements)
    rows = [_row(each, judged) for each in _lines(names, judged)]
    match form:
        case "json":
            told = {
                "judged_by": judged.author,
                "judged_on": judged.on.isoformat(),
                "rows": [_fields(each) for each in rows],
            }
            return json.dumps(told, indent=2, ensure_ascii=False)
        case "csv":
            return _csv(rows)
        case "markdown":
            return "\n".join(_markdown(rows, judged))
        case _:
            return "\n".join(_text(rows, judged))


def _lines(names: Sequence[str], judged: Judgements) -> list[EvidenceLine]:
    known = shipped_chain().lines
    unknown = [each for each in names if each not in known]
    if unknown:
        message = f"there is no line of evidence {', '.join(f'`{each}`' for each in unknown)}"
        raise RequestError.at(COMMAND, message, f"lines: {', '.join(known)}")
    # Another panel need not judge every line.
    return [known[each] for each in names or known if each in judged.lines]


def _row(line: EvidenceLine, judged: Judgements) -> Row:
    told = summarize(line, shipped_evidence())
    certainty = judged.lines[line.id]
    studies = ", ".join(dict.fromkeys(each.study for each in told.results))
    moved = "; ".join(
        f"{each.reason} {each.move:+d}: {each.rationale.rstrip('.')}" for each in certainty.moved_by
    )
    return Row(
        line=line.id,
        outcome=line.title,
        studies=f"{studies}, {certainty.design if line.is_controlled else 'no control'}",
        people=line.people.value,
        found=told.words_of_groups,
        difference="" if told.difference is None else difference_words(told.difference),
        certainty=f"{certainty.level.signs} {certainty.level}",
        because=f"starts {certainty.design.start}; {moved or 'nothing moved it'}.",
        doubt=line.doubt,
    )


def _fields(row: Row) -> dict[str, str]:
    return {each.name: getattr(row, each.name) for each in fields(row)}


def _head(judged: Judgements) -> str:
    return (
        f"Certainty by GRADE. {judged_by(judged)}"
        " What has no control is a change since baseline, and no effect."
    )


def _csv(rows: Sequence[Row]) -> str:
    stream = StringIO()
    writer = csv.DictWriter(stream, [each.name for each in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_fields(each) for each in rows)
    return stream.getvalue().rstrip("\n")


def _markdown(rows: Sequence[Row], judged: Judgements) -> Iterator[str]:
    yield "| outcome | studies | people | what was found | difference | certainty | why |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for each in rows:
        cells = (
            each.outcome,
            each.studies,
            each.people,
            each.found,
            each.difference or "no control",
            each.certainty,
            f"{each.because} {each.doubt}",
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""
    yield _head(judged)


def _text(rows: Sequence[Row], judged: Judgements) -> Iterator[str]:
    page = Lines()
    yield page.paint("Summary of findings", "head")
    yield from page.wrapped(_head(judged), "  ")
    for each in rows:
        yield ""
        yield page.paint(f"{each.outcome}", "head")
        yield from page.wrapped(f"{each.certainty} ({each.line})", "  ")
        yield from page.wrapped(f"Studies: {each.studies}; people: {each.people}", "  ", hang="  ")
        yield from page.wrapped(f"Found: {each.found}", "  ", hang="  ")
        if each.difference:
            yield from page.wrapped(
                f"{each.difference[0].upper()}{each.difference[1:]}", "  ", hang="  "
            )
        yield from page.wrapped(f"Why: {each.because}", "  ", hang="  ")
        yield from page.wrapped(f"Doubt: {each.doubt}", "  ", hang="  ")
