"""`multifidus evidence show`: what stands behind a clause, or a line, study or result itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.behind import Behind, behind_policies
from multifidus.cli.behind_words import judged_by, level_of, line_words, report_behind, report_line
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.core.canonical import plain
from multifidus.errors import RequestError
from multifidus.evidence.chain import EvidenceLine, People, shipped_chain
from multifidus.evidence.judgement import shipped_judgements
from multifidus.evidence.study import Result, Study, shipped_evidence
from multifidus.evidence.summary import result_words, summarize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from multifidus.core.canonical import Plain

COMMAND = "multifidus evidence show"
PEOPLE = {
    People.INSIDE: "people whom the pivotal trial would have taken",
    People.MIXED: "people some of whom the pivotal trial would not have taken",
    People.OUTSIDE: "people whom the pivotal trial would not have taken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown; a clause is one of a policy, on a day."""

    name: str
    """A clause, a line, a study or a result; empty for all clauses of a policy, or all lines."""
    policy: str
    on: date
    library: tuple[Path, ...] = ()


def show_in_text(wanted: Wanted) -> str:
    """Show it for a person; raises `RequestError` where nothing has that name."""
    page = _Page()
    found = _find(wanted)
    match found:
        case None:
            words = page.overview()
        case EvidenceLine():
            words = page.line(found)
        case Result():
            words = page.result(found)
        case Study():
            words = page.study(found)
        case Behind():
            words = page.clause(wanted, found)
    return "\n".join(words)


def show_in_json(wanted: Wanted) -> str:
    """Show it for a program; raises `RequestError` where nothing has that name."""
    return json.dumps(_data(wanted, _find(wanted)), indent=2, ensure_ascii=False)


def _find(wanted: Wanted) -> EvidenceLine | Result | Study | Behind | None:
    if not wanted.name:
        return _behind_policy(wanted) if wanted.policy else None
    evidence, name = shipped_evidence(), wanted.name
    studies = {each.id: each for each in evidence.studies}
    known = shipped_chain().lines.get(name) or evidence.by_id.get(name) or studies.get(name)
    return known or _behind_clause(wanted)


def _behind_policy(wanted: Wanted) -> Behind:
    with open_shelf(wanted.library) as shelf:
        return behind_policies([shelf.read(shelf.find(wanted.policy, wanted.on))])


def _behind_clause(wanted: Wanted) -> Behind:
    policy_id, _, clause = wanted.name.rpartition(":")
    with open_shelf(wanted.library) as shelf:
        policy = shelf.read(shelf.find(policy_id or wanted.policy, wanted.on))
    below = next((each for each in policy.criteria() if each.id == clause), None)
    if below is None:
        names = ", ".join(each.id for each in policy.criteria() if each.id != policy.root.id)
        message = f"`{wanted.name}` is no clause of {policy.about.id}, nor a line of evidence"
        hint = f"clauses: {names}; lines: {', '.join(shipped_chain().lines)}"
        raise RequestError.at(COMMAND, message, hint)
    return behind_policies([policy], only=frozenset(each.id for each in below.walk()))


def _data(wanted: Wanted, found: EvidenceLine | Result | Study | Behind | None) -> Plain:
    evidence, judged = shipped_evidence(), shipped_judgements()
    match found:
        case None:
            lines: list[Plain] = [report_line(each) for each in shipped_chain().lines.values()]
            return {"lines": lines}
        case EvidenceLine():
            cited = [evidence.result(each) for each in found.results]
            return {
                "line": report_line(found),
                "judgement": plain(judged.lines[found.id]),
                "results": plain(cited),
            }
        case Result():
            return {"result": plain(found)}
        case Study():
            return {
                "study": plain(found),
                "bias": plain([each for each in judged.bias if each.study == found.id]),
                "results": plain(evidence.of(found.id)),
            }
        case Behind():
            policies = {each.policy for topic in found.topics for each in topic.clauses}
            told = report_behind(found, next(iter(policies), wanted.policy))
            return {"clause": wanted.name or None, **told}


class _Page(Lines):
    """Lays out what was found."""

    def overview(self) -> Iterator[str]:
        """List the lines of evidence, and what they stand behind."""
        yield self.paint("Lines of evidence", "head")
        yield from self.wrapped(judged_by(), "  ")
        for line in shipped_chain().lines.values():
            level = level_of(line)
            against = "" if line.is_controlled else ", no control"
            yield f"  {line.id:<24}{level.signs} {level}{against}"
            yield from self.wrapped(line.title, "    ")
        yield ""
        yield self.paint("What they stand behind", "head")
        for link in shipped_chain().links:
            yield from self.wrapped(f"{link.topic}. {link.says}", "  ", hang="  ")

    def clause(self, wanted: Wanted, behind: Behind) -> Iterator[str]:
        """Show everything that stands behind a clause and those below it."""
        yield self.paint(f"Evidence behind {wanted.name or wanted.policy}", "head")
        if not behind.topics:
            whose = "this clause asks about" if wanted.name else "is known to be asked there"
            yield f"  No evidence is linked to what {whose}."
            return
        yield from self.wrapped(judged_by(), "  ")
        for topic in behind.topics:
            yield ""
            clauses = ", ".join(each.id for each in topic.clauses)
            yield from self.wrapped(f"{topic.link.topic} ({clauses})", "  ")
            yield from self.wrapped(topic.link.says, "    ")
            for each in topic.link.rows:
                yield from self.cited(shipped_evidence().result(each), "    ")
            for line in topic.link.lines:
                yield from self.wrapped(f"- {line_words(line)}", "    ", hang="  ")
                yield from self.wrapped(f"{line.doubt} ({line.id})", "      ")

    def line(self, line: EvidenceLine) -> Iterator[str]:
        """Show a line: its numbers, whom they speak of, and what moved its certainty."""
        told = summarize(line, shipped_evidence())
        certainty = shipped_judgements().lines[line.id]
        yield self.paint(line.title, "head")
        yield from self.wrapped(f"{told.words}.", "  ")
        yield from self.wrapped(f"Of {PEOPLE[line.people]}.", "  ")
        yield from self.wrapped(line.doubt, "  ")
        yield ""
        yield self.paint(f"Certainty: {certainty.level.signs} {certainty.level}", "head")
        yield from self.wrapped(judged_by(), "  ")
        yield f"  starts {certainty.design.start}: {certainty.design}"
        for each in certainty.judgements:
            yield from self.wrapped(
                f"{each.move:+d} {each.reason}: {each.rationale} [{each.source}]"
                if each.steps
                else f" 0 {each.reason}: {each.rationale} [{each.source}]",
                "  ",
                hang="   ",
            )
        yield ""
        yield self.paint("Results", "head")
        for name in line.results:
            yield from self.cited(shipped_evidence().result(name), "  ")

    def cited(self, result: Result, indent: str) -> Iterator[str]:
        """Show a result with its address."""
        what = ", ".join(filter(None, (result.arm, result.outcome, result.definition)))
        p = f", p {result.p}" if result.p and result.value is not None else ""
        words = f"{result.study}, {result.timepoint}, {what}: {result_words(result)}{p}"
        yield from self.wrapped(f"- {words} ({result.status}; {result.id})", indent, hang="  ")

    def result(self, result: Result) -> Iterator[str]:
        """Show everything that is known of a result."""
        yield self.paint(result.id, "head")
        for name, value in plain_fields(result):
            yield from self.wrapped(f"{name:<14}{value}", "  ", hang=" " * 14)

    def study(self, study: Study) -> Iterator[str]:
        """Show a study, its risk of bias and its results."""
        yield self.paint(study.id, "head")
        for name, value in plain_fields(study):
            yield from self.wrapped(f"{name:<14}{value}", "  ", hang=" " * 14)
        for bias in (each for each in shipped_judgements().bias if each.study == study.id):
            yield ""
            yield self.paint(f"Risk of bias ({bias.tool}): {bias.overall}", "head")
            yield from self.wrapped(f"Of {bias.result}. {judged_by()}", "  ")
            for each in bias.domains:
                words = f"{each.risk}: {each.name}. {each.rationale} [{each.source}]"
                yield from self.wrapped(words, "  ", hang="  ")
        results = shipped_evidence().of(study.id)
        if results:
            yield ""
            yield self.paint("Results", "head")
        for result in results:
            yield from self.cited(result, "  ")


def plain_fields(value: Result | Study) -> Iterator[tuple[str, str]]:
    """Give the names and values of what is told, without what is empty."""
    told = plain(value)
    if isinstance(told, dict):
        for name, each in told.items():
            if each not in (None, ""):
                yield name.replace("_", " "), str(each)
