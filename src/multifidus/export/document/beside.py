"""What stands beside the criteria: readings, elements, cases, history, sources, attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.determination import determine
from multifidus.core.element import Choice, DataElement, Number, Time, YesNo
from multifidus.core.quantity import Counting
from multifidus.core.words import ANSWER_WORDS, entry_words
from multifidus.export.document.clauses import element_anchor, reading_anchor, source_anchor
from multifidus.export.document.parts import (
    Block,
    Item,
    Items,
    Line,
    Pairs,
    Paragraph,
    Row,
    Section,
    Table,
    Words,
    code,
    paragraph,
    prose,
    quiet,
    spaced,
    strong,
    tag,
    web_address,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.core.case import Absence, Fact
    from multifidus.core.citation import Source
    from multifidus.core.determination import Determination, ReadingEffect
    from multifidus.core.policy import Criterion, Obligation, Policy, Reading
    from multifidus.export.document.material import Answered, Change, Example, Material, Version

    Known = Mapping[str, DataElement]
    Entries = Mapping[str, Fact | Absence]

NAMED_CASES = 5
"""So many of the worked cases that another reading moves are named."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked case with what the policy says of it."""

    name: str
    told: Determination


def worked(material: Material) -> tuple[Worked, ...]:
    """Put the worked cases to the policy."""
    return tuple(
        Worked(each.name, determine(material.policy, each.case)) for each in material.examples
    )


def _section(anchor: str, heading: str, *blocks: Block) -> Section:
    return Section(anchor=anchor, heading=heading, blocks=blocks)


# Readings


def readings(material: Material, cases: Sequence[Worked]) -> Iterator[Section]:
    """Tell how the text was read where it leaves room, and what the other reading would change."""
    items = [
        Item(
            anchor=reading_anchor(criterion, number),
            blocks=tuple(_reading(criterion, reading, at, material, cases)),
        )
        for at, (criterion, number, reading) in enumerate(_all_readings(material.policy))
    ]
    if items:
        words = "Where the source is silent or can be read in two ways, one reading was taken."
        yield _section("readings", "Readings", paragraph(Words(words)), Items(tuple(items)))


def _all_readings(policy: Policy) -> Iterator[tuple[Criterion, int, Reading]]:
    """List them in the order in which a determination tells their effects."""
    for criterion in policy.criteria():
        for number, each in enumerate(criterion.readings, 1):
            yield criterion, number, each


def _reading(
    criterion: Criterion,
    reading: Reading,
    at: int,
    material: Material,
    cases: Sequence[Worked],
) -> Iterator[Block]:
    yield Paragraph((strong(criterion.id, f"#{criterion.id}"), Words(" "), *prose(reading.decided)))
    yield paragraph(Words("Other reading:"), code(reading.notation))
    yield paragraph(quiet(reading.review))
    if material.marked:
        told = material.marked.determination
        yield paragraph(Words(_effect_on_record(told.readings[at], told)))
    if cases:
        moved = [(each, each.told.readings[at]) for each in cases]
        yield paragraph(Words(_effect_on_cases(moved)))


def _effect_on_record(effect: ReadingEffect, told: Determination) -> str:
    answer = ANSWER_WORDS[effect.answer].lower()
    if effect.answer is told.answer:
        return f"With the other reading, the answer for this record stays: {answer}."
    return f"With the other reading, the answer for this record would be: {answer}."


def _effect_on_cases(effects: Sequence[tuple[Worked, ReadingEffect]]) -> str:
    moved = [(case, effect) for case, effect in effects if effect.answer is not case.told.answer]
    if not moved:
        return f"With the other reading, all {len(effects)} worked cases are answered the same."
    told = [
        f"“{case.name}”, {_answer(case.told)} to {ANSWER_WORDS[effect.answer].lower()}"
        for case, effect in moved[:NAMED_CASES]
    ]
    rest = len(moved) - len(told)
    more = f"; and {rest} more" if rest else ""
    count = f"{len(moved)} of {len(effects)} worked cases"
    return f"With the other reading, {count} would be answered otherwise: {'; '.join(told)}{more}."


def _answer(told: Determination) -> str:
    return ANSWER_WORDS[told.answer].lower()


# Elements


def elements(policy: Policy) -> Iterator[Section]:
    """Tell what is asked of a chart."""
    used: dict[str, list[Criterion]] = {name: [] for name in policy.elements}
    for criterion in policy.criteria():
        for name in criterion.elements:
            used[name].append(criterion)
    rows = [_element(policy.dictionary.elements[name], criteria) for name, criteria in used.items()]
    if rows:
        words = (
            f"By the dictionary {policy.dictionary.name} {policy.dictionary.version},"
            " which says where a chart keeps each answer."
        )
        table = Table(
            caption="What is asked of a chart",
            head=("Element", "Question", "Answer", "An empty record means", "Clauses"),
            rows=tuple(rows),
        )
        yield _section("elements", "What is asked", paragraph(Words(words)), table)


def _element(element: DataElement, criteria: Iterable[Criterion]) -> Row:
    window = f"at most {element.window} before the service" if element.window else ""
    answer = ", ".join(each for each in (_answer_words(element), window) if each)
    silence = f"no, because {element.silence}" if element.silence else "nothing: it stays open"
    return Row(
        anchor=element_anchor(element.name),
        cells=(
            spaced((strong(element.label), code(element.name))),
            (Words(element.question),),
            (Words(answer),),
            (Words(silence),),
            spaced((Words(each.id, link=f"#{each.id}") for each in criteria), ", "),
        ),
    )


def _answer_words(element: DataElement) -> str:
    match element.answer:
        case YesNo():
            return "yes or no"
        case Choice(options):
            return " or ".join(options)
        case Number(unit, low, high):
            return f"{unit}, {low:f} to {high:f}"
        case Time(Counting.COMPLETED):
            return "completed years"
        case Time():
            return "time up to the service"


# Obligations


def obligations(policy: Policy) -> Iterator[Section]:
    """Tell what falls due after the decision."""
    if policy.obligations:
        words = "These fall due after the decision; nothing here is evaluated before its time."
        items = tuple(
            Item(anchor=each.id, blocks=(Paragraph(_obligation(each)),))
            for each in policy.obligations
        )
        yield _section("obligations", "Obligations", paragraph(Words(words)), Items(items))


def _obligation(each: Obligation) -> Line:
    # Whoever wrote it may begin the sentence with its title.
    begins = each.sentence.startswith(each.title)
    title = () if begins or not each.title else (strong(f"{each.title}."),)
    cited = (
        quiet(f"[{one.source}, {one.place}]", f"#{source_anchor(one.source)}")
        for one in each.citations
    )
    return spaced((strong(each.id, f"#{each.id}"), *title, Words(each.sentence), *cited))


# Worked cases


def cases_of(material: Material, cases: Sequence[Worked]) -> Iterator[Section]:
    """Show the worked cases: facts, then the answer."""
    if cases:
        words = "Made-up cases, by which the authors of the transcription say what they mean."
        items = tuple(
            Item(anchor=f"case-{number}", blocks=tuple(_case(each, example, material)))
            for number, (each, example) in enumerate(zip(cases, material.examples, strict=True), 1)
        )
        yield _section("cases", "Worked cases", paragraph(Words(words)), Items(items))


def _case(each: Worked, example: Example, material: Material) -> Iterator[Block]:
    told, known = each.told, material.policy.dictionary.elements
    links = spaced((Words(name, link=f"#{name}") for name in told.settled_by), ", ")
    line: Line = (strong(each.name[:1].upper() + each.name[1:]), Words(" "), tag(_answer(told)))
    if told.settled_by:
        line += (Words(" settled by "), *links)
    elif told.open:
        labels = ", ".join(one.label for one in told.open)
        line += (Words(f" for want of {labels}"),)
    yield Paragraph(line)
    first = material.examples[0]
    facts = _unlike(example, first, known) or "; ".join(_facts(example.case.entries, known))
    yield paragraph(quiet(f"On {example.case.service.date}: {facts or 'nothing is recorded'}."))


def _unlike(example: Example, first: Example, known: Known) -> str:
    """Tell only what sets a case apart from the first one, where that is little; else nothing."""
    mine, others = example.case.entries, first.case.entries
    unlike = {name: entry for name, entry in mine.items() if others.get(name) != entry}
    without = [known[name].label for name in others if name not in mine]
    if example is first or 2 * (len(unlike) + len(without)) > len(others):
        return ""
    told = [*_facts(unlike, known), *(f"{label} left out" for label in without)]
    return f"as “{first.name}”, but {'; '.join(told)}" if told else f"as “{first.name}”"


def _facts(entries: Entries, known: Known) -> Iterator[str]:
    for name, entry in entries.items():
        yield f"{known[name].label}: {entry_words(entry)}"


# History


def history(material: Material) -> Iterator[Section]:
    """Tell the versions, and what each changed of the one before."""
    versions = material.history
    if not versions:
        return
    name = f"{material.policy.about.id}@{material.policy.about.version}"
    blocks: list[Block] = []
    for each in versions:
        line = (
            strong(each.name, each.link),
            Words(f", {each.days}: {each.does}"),
            *((Words(" "), tag("this version")) if each.name == name else ()),
        )
        blocks.append(Paragraph(line))
        blocks += _changes(each)
    if len(versions) == 1:
        blocks.append(paragraph(quiet("The library holds no other version.")))
    yield _section("history", "Change history", *blocks)


def _changes(version: Version) -> Iterator[Block]:
    if version.verdict:
        yield paragraph(Words(version.verdict, link=version.compared))
    if version.changes:
        yield Table(
            caption=f"What {version.name} changed",
            head=("Topic", "Change", "Before", "Now"),
            rows=tuple(map(_change, version.changes)),
        )


def _change(change: Change) -> Row:
    before, after = (
        code(each) if each else quiet(change.nothing) for each in (change.before, change.after)
    )
    return Row(cells=((strong(change.topic),), (tag(change.word),), (before,), (after,)))


# Sources


def sources(policy: Policy) -> Iterator[Section]:
    """List the sources with how well each was read."""
    items = tuple(
        Item(anchor=source_anchor(each.key), blocks=tuple(_source(each)))
        for each in policy.sources.values()
    )
    if items:
        yield _section("sources", "Sources", Items(items))


def _source(source: Source) -> Iterator[Block]:
    yield paragraph(strong(source.document), tag(source.reading))
    yield paragraph(Words(f"{source.edition}."), quiet(f"Key {source.key}; read: {source.read}."))
    if source.note:
        yield Paragraph(prose(source.note))
    if source.address:
        yield paragraph(Words(source.address, link=web_address(source.address)))


# Source attributes


def attributes(material: Material) -> Iterator[Section]:
    """Answer what the rule on decision support asks of its sources."""
    lists = tuple(
        _section(
            f"attributes-{number}", each.heading, Pairs(tuple(map(_answered, each.attributes)))
        )
        for number, each in enumerate(material.attributes, 1)
    )
    if lists:
        yield Section(anchor="attributes", heading="Source attributes", sections=lists)


def _answered(each: Answered) -> tuple[str, Line]:
    lacking = (tag(each.lacking), Words(" ")) if each.lacking else ()
    return each.question, (*lacking, *prose(each.answer))
