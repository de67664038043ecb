"""The criteria as the policy has them: nested lists, with ids, sentences, tests and citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.expression import connective
from multifidus.core.policy import Stance
from multifidus.export.document.parts import (
    Block,
    Clauses,
    Item,
    Line,
    Paragraph,
    Section,
    Words,
    code,
    paragraph,
    prose,
    quiet,
    slug,
    spaced,
    strong,
    tag,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.core.citation import Citation
    from multifidus.core.policy import Criterion, Policy
    from multifidus.export.document.marks import Marks

_WITHOUT_TEST = {
    Stance.EXCLUDED: "no test: whatever the chart says, the clause stands against the service",
    Stance.SILENT: "no test: the text does not name the service",
    Stance.UNREAD: "no test: nobody has read its position",
    Stance.CRITERIA: "no test",
}


def criteria(policy: Policy, marks: Marks) -> Section:
    """Lay out the logic: the list, and the sections that its items lead to."""
    told = _Criteria(policy, marks)
    return Section(
        anchor="criteria",
        heading="Criteria" if policy.about.stance is Stance.CRITERIA else "What it says",
        blocks=(*told.prose(policy.prose), *told.group(policy.root)),
        sections=tuple(told.section(each) for each in policy.criteria() if each.section),
    )


class _Criteria:
    """Lays out the criteria of one policy, with the marks of a record if there is one."""

    def __init__(self, policy: Policy, marks: Marks) -> None:
        self.policy = policy
        self.marks = marks

    def prose(self, paragraphs: Sequence[str]) -> Iterator[Block]:
        yield from (Paragraph(prose(each)) for each in paragraphs)

    def section(self, criterion: Criterion) -> Section:
        """Spell a criterion out that the list above leads to."""
        return Section(
            anchor=section_anchor(criterion),
            heading=criterion.section,
            blocks=(*self.prose(criterion.prose), *self.group(criterion)),
        )

    def group(self, criterion: Criterion) -> Iterator[Block]:
        """Write the sentence over a list, and the list."""
        lead = criterion.lead or criterion.sentence
        if lead:
            words = (*self.marks.mark(criterion.id), *_ending_in_connective(lead, criterion))
            yield Paragraph(spaced((*words, *_cited(criterion.lead_cited))))
        yield Clauses(tuple(self.item(each) for each in criterion.parts))

    def item(self, criterion: Criterion) -> Item:
        head = spaced((strong(criterion.id, f"#{criterion.id}"), *self.marks.mark(criterion.id)))
        return Item(
            anchor=criterion.id,
            blocks=(
                Paragraph((*head, Words(" "), *_sentence(criterion))),
                *self._how_decided(criterion),
                *_readings(criterion),
                *self._parts(criterion),
            ),
        )

    def _how_decided(self, criterion: Criterion) -> Iterator[Block]:
        if criterion.is_group:
            if criterion.cited:
                yield Paragraph(spaced(_cited(criterion.cited)))
            return
        yield Paragraph(spaced(self._test(criterion)))
        cited = (*_attested(criterion), *_cited(criterion.citations))
        yield Paragraph(spaced((tag(criterion.reading), *cited)))
        yield from self.marks.values(criterion.elements)

    def _test(self, criterion: Criterion) -> Iterator[Words]:
        if not criterion.elements:
            yield quiet(_WITHOUT_TEST[self.policy.about.stance])
            return
        yield code(criterion.notation)
        elements = self.policy.dictionary.elements
        for name in criterion.elements:
            yield Words(elements[name].label, link=f"#{element_anchor(name)}")

    def _parts(self, criterion: Criterion) -> Iterator[Block]:
        """Nest the parts, unless they stand in a section of their own."""
        if criterion.is_group and not criterion.section:
            yield Clauses(tuple(self.item(each) for each in criterion.parts))


def section_anchor(criterion: Criterion) -> str:
    """Name the section that spells a criterion out."""
    return f"section-{criterion.id}"


def reading_anchor(criterion: Criterion, number: int) -> str:
    """Name a reading of a criterion."""
    return f"reading-{criterion.id}" + (f"-{number}" if number > 1 else "")


def element_anchor(name: str) -> str:
    """Name a data element."""
    return f"element-{slug(name)}"


def source_anchor(key: str) -> str:
    """Name a source."""
    return f"source-{slug(key)}"


def _sentence(criterion: Criterion) -> Line:
    """Write the sentence, its title in bold, the connective too, and the link to its section."""
    title, rest = criterion.title, criterion.sentence
    if not title:
        return _linked(rest, criterion)
    if rest.startswith(title):
        return (strong(title), *_linked(rest.removeprefix(title), criterion))
    return (strong(f"{title}."), Words(" "), *_linked(rest, criterion))


def _linked(words: str, criterion: Criterion) -> Line:
    if criterion.section and criterion.link in words:
        before, _, after = words.partition(criterion.link)
        link = Words(criterion.link, link=f"#{section_anchor(criterion)}")
        return (*prose(before), link, *prose(after))
    return _ending_in_connective(words, criterion)


def _ending_in_connective(words: str, criterion: Criterion) -> Line:
    if not criterion.is_group:
        return prose(words)
    last = connective(criterion.test)
    return (*prose(words.removesuffix(last)), *((strong(last),) if words.endswith(last) else ()))


def _cited(citations: Sequence[Citation]) -> Iterator[Words]:
    for each in citations:
        yield quiet(f"[{each.source}, {each.place}]", f"#{source_anchor(each.source)}")


def _attested(criterion: Criterion) -> Iterator[Words]:
    for each in criterion.attested:
        yield quiet(f"by {each.by}: {each.document}, {each.edition}, {each.page}, on {each.on}")


def _readings(criterion: Criterion) -> Iterator[Block]:
    for number, each in enumerate(criterion.readings, 1):
        link = f"#{reading_anchor(criterion, number)}"
        yield paragraph(Words("There is another reading:", link=link), code(each.notation))
