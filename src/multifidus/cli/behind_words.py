"""The evidence behind criteria, for a terminal, a document and a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.evidence_kept import shipped_evidence, shipped_judgements
from multifidus.cli.words import count_words
from multifidus.core.canonical import plain
from multifidus.core.determination import Answer
from multifidus.core.words import value_words
from multifidus.evidence.certainty import LEVELS
from multifidus.evidence.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from multifidus.cli.behind import Behind, Standing, Topic
    from multifidus.cli.lines import Lines
    from multifidus.core.canonical import Plain
    from multifidus.core.determination import CriterionResult
    from multifidus.evidence.certainty import Level
    from multifidus.evidence.chain import EvidenceLine
    from multifidus.evidence.judgement import Judgements

STANDING = {
    Answer.MET: "inside",
    Answer.NOT_MET: "outside",
    Answer.MORE_INFORMATION: "not known",
}
"""Whether a trial would have taken the patient."""
MORE = "multifidus evidence show"


def judged_by(judged: Judgements | None = None) -> str:
    """Say whose opinion the ratings are, of the project's own or of those that are given."""
    ours = shipped_judgements()
    told = judged or ours
    words = f"Judged by {told.author}, {told.on}"
    return f"{words}; nobody outside has reviewed it." if told is ours else f"{words}."


def level_of(line: EvidenceLine) -> Level:
    """Say how certain a line is."""
    return shipped_judgements().lines[line.id].level


def line_words(line: EvidenceLine) -> str:
    """Say a line: its title, its numbers, how certain it is."""
    told = summarize(line, shipped_evidence()).words
    level = level_of(line)
    against = "" if line.is_controlled else ", no control"
    return f"{line.title}: {told}. {level.signs} {level}{against}."


# -- A terminal


def show_behind(behind: Behind, policies: Sequence[str], lines: Lines) -> Iterator[str]:
    """
    Lay out what stands behind the criteria of one case, in short; each line of evidence once.

    Clauses for which there is a sentence and no result are gathered in one: few of those who read a
    determination ask about them.
    """
    yield lines.paint("Evidence behind the criteria", "head")
    yield from lines.wrapped(f"Certainty by GRADE. {judged_by()}", "  ")
    told: set[str] = set()
    for topic in (each for each in behind.topics if each.link.lines):
        yield ""
        yield from lines.wrapped(f"{topic.link.topic} ({_clauses(topic, policies)})", "  ")
        yield from lines.wrapped(topic.link.says, "    ")
        for words in _topic_words(topic, told):
            yield from lines.wrapped(f"- {words}", "    ", hang="  ")
        told.update(line.id for line in topic.link.lines)
    bare = [each for each in behind.topics if not each.link.lines]
    if bare:
        yield ""
        yield from lines.wrapped(
            "No study compared people who meet these with people who do not", "  "
        )
        for topic in bare:
            words = f"{topic.link.topic} ({_clauses(topic, policies)})"
            yield from lines.wrapped(f"- {words}", "    ", hang="  ")
    yield from show_standings(behind, lines)


def _topic_words(topic: Topic, told: Collection[str]) -> Iterator[str]:
    """
    Say a topic's lines in short: comparisons with their numbers, the others by name.

    What has been told of another topic is named again.
    """
    fresh = [line for line in topic.link.lines if line.id not in told]
    for line in (each for each in fresh if each.is_controlled):
        level = level_of(line)
        yield f"{level.signs} {level}. {line.title}: {summarize(line, shipped_evidence()).brief}"
    for level in reversed(LEVELS):
        names = [line.id for line in fresh if not line.is_controlled and level_of(line) is level]
        if names:
            yield f"{level.signs} {level}, no control. {', '.join(names)}: see `{MORE} {names[0]}`"
    again = [line.id for line in topic.link.lines if line.id in told]
    if again:
        yield f"as above: {', '.join(again)}"


def show_standings(behind: Behind, lines: Lines) -> Iterator[str]:
    """Say whether the trials would have taken the patient; where not, who is nearest."""
    if not behind.standings:
        return
    yield ""
    yield from lines.wrapped("Whether the trials were about people like this one", "  ")
    for each in behind.standings:
        yield from lines.wrapped(f"- {standing_words(each)}", "    ", hang="  ")
    for line in behind.nearest:
        words = f"Nearest to this patient: {line_words(line)} {line.doubt}"
        yield from lines.wrapped(f"- {words}", "    ", hang="  ")


def standing_words(standing: Standing) -> str:
    """Say how a patient stands to a trial."""
    name = f"{standing.entry.name}: {STANDING[standing.told.answer]}."
    if standing.told.answer is Answer.MET:
        return f"{name} Its results are about people like this one."
    if standing.told.answer is Answer.NOT_MET:
        conditions = " ".join(_condition_words(standing, each) for each in standing.outside_by)
        return f"{name} {conditions} Its results are about other people."
    count = count_words(len(standing.told.open), "fact")
    return f"{name} Of its conditions of entry, {count} cannot be told; none speaks against it."


def _condition_words(standing: Standing, condition: CriterionResult) -> str:
    sentence = condition.sentence.rstrip(".")
    here = ", ".join(value_words(each.value) for each in standing.facts(condition))
    return f"{standing.entry.policy} {condition.id}: {sentence}; here: {here}."


def _clauses(topic: Topic, policies: Sequence[str]) -> str:
    return "; ".join(
        f"{policy} {', '.join(topic.of(policy))}" for policy in policies if topic.of(policy)
    )


# -- A document


def document_of(behind: Behind, policy: str) -> Iterator[str]:
    """Lay out what stands behind a policy's clauses, in Markdown, as its document goes on."""
    if not behind.topics:
        return
    yield ""
    yield "## Evidence"
    yield ""
    yield f"Certainty by GRADE. {judged_by()}"
    yield "This is no part of the policy's text: evidence changes, a published version does not."
    told: set[str] = set()
    for topic in behind.topics:
        yield ""
        yield f"- **{', '.join(topic.of(policy))}** {topic.link.topic}."
        yield f"  {topic.link.says}"
        for line in topic.link.lines:
            if line.id in told:
                yield f"  - As above: {line.title}."
                continue
            yield f"  - {line_words(line)}"
            yield f"    {line.doubt}"
        told.update(line.id for line in topic.link.lines)


# -- A program


def report_behind(behind: Behind, policy: str) -> dict[str, Plain]:
    """Lay out what stands behind one policy's criteria as data."""
    judged = shipped_judgements()
    mine = [each for each in behind.topics if each.of(policy)]
    cited = [line for topic in mine for line in topic.link.lines]
    lines = {line.id: line for line in (*cited, *behind.nearest)}
    return {
        "judged_by": judged.author,
        "judged_on": judged.on.isoformat(),
        "topics": [_topic(each, policy) for each in mine],
        "lines": [report_line(each) for each in lines.values()],
        "trials": [_standing(each) for each in behind.standings],
        "nearest": [each.id for each in behind.nearest],
    }


def report_line(line: EvidenceLine) -> dict[str, Plain]:
    """Lay out a line of evidence with its numbers and how certain it is."""
    told = summarize(line, shipped_evidence())
    certainty = shipped_judgements().lines[line.id]
    return {
        "id": line.id,
        "title": line.title,
        "controlled": line.is_controlled,
        "people": line.people.value,
        "apart": list(line.apart),
        "says": told.words,
        "difference": None if told.difference is None else plain(told.difference),
        "certainty": certainty.level.value,
        "because": certainty.words,
        "doubt": line.doubt,
        "results": list(line.results),
    }


def _topic(topic: Topic, policy: str) -> Plain:
    return {
        "topic": topic.link.topic,
        "criteria": list(topic.of(policy)),
        "says": topic.link.says,
        "lines": [each.id for each in topic.link.lines],
        "results": list(topic.link.rows),
    }


def _standing(standing: Standing) -> Plain:
    return {
        "study": standing.entry.study,
        "name": standing.entry.name,
        "policy": standing.entry.policy,
        "standing": STANDING[standing.told.answer].replace(" ", "-"),
        "outside_by": [
            {"id": each.id, "sentence": each.sentence, "elements": list(each.elements)}
            for each in standing.outside_by
        ],
        "missing": [each.element for each in standing.told.open],
    }
