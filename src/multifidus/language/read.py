"""
Markdown to policy, with a place in the file for every node.

What a Markdown renderer shows as nested lists is what is read: blocks come from a CommonMark
parser, so that text and logic cannot part ways. Reading goes on after an error, and everything
that is wrong with the form is reported together; `check` looks at what the words mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from multifidus.core.expression import AllOf, AnyOf, AtLeast, Expression, Not
from multifidus.core.policy import (
    ROOT,
    Criterion,
    Obligation,
    Policy,
    Reading,
    Stance,
    over,
)
from multifidus.errors import PolicyError
from multifidus.language.dictionary import read_sources
from multifidus.language.front import end_of_front, read_front
from multifidus.language.located import Fields, lines_of, read_yaml
from multifidus.language.paragraph import Page, Words, pieces, plain_text
from multifidus.language.tests import TestError, read_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.core.citation import Citation, Source
    from multifidus.core.element import Dictionary
    from multifidus.errors import Place, Problem

UNREADABLE_TEST: Expression = AnyOf(())
"""Stands in for a test that could not be read; a policy with one is never handed out."""

_READING_OF = re.compile(r"Reading of (?P<id>[A-Z0-9.]+?)\.?")
_BOLD_HEAD = re.compile(r"(\*\*|__).*?\1")
_KINDS = {
    "ordered_list": "a numbered list",
    "html_block": "HTML",
    "hr": "a ruled line",
    "fence": "a code block",
}
_REVIEW = re.compile(
    r"Reviewed by .+ on [0-9]{4}-[0-9]{2}-[0-9]{2}\.|Not yet reviewed by a clinician\."
)
_OTHER = "Other reading:"
OBLIGATIONS = "Obligations"
DEEPEST = 40
"""So deep may blocks stand in each other; an item takes two steps."""
MOST_LINKS = 12
"""So many links to sections may follow from one another."""


def read_policy(
    content: bytes, *, sources: bytes, dictionaries: Mapping[str, Dictionary], file: str
) -> Policy:
    """
    Read the bytes of `policy.md` and of the `sources.yaml` beside it.

    Raises `PolicyError` with everything that is wrong with their form.
    """
    try:
        text, sources_text = content.decode(), sources.decode()
    except UnicodeDecodeError:
        hint = "save it, and the sources.yaml beside it, in UTF-8"
        raise PolicyError.at(file, "the file is not in UTF-8", hint) from None
    policy, problems = parse_policy(
        text, sources_text=sources_text, dictionaries=dictionaries, file=file
    )
    if problems or policy is None:
        raise PolicyError(*problems)
    return policy


def parse_policy(
    text: str, *, sources_text: str, dictionaries: Mapping[str, Dictionary], file: str = "policy.md"
) -> tuple[Policy | None, tuple[Problem, ...]]:
    """
    Read a policy's text as far as it goes, with everything that is wrong with its form.

    There is no policy when the front matter names no dictionary that is known.
    """
    reader = _Reader(lines_of(text), file)
    sources, wrong = read_sources(sources_text, file=str(file).replace("policy.md", "sources.yaml"))
    reader.problems.extend(wrong)
    policy = reader.policy(sources, dictionaries)
    # Two words of a paragraph may be wrong in the same way; it is told once.
    problems = dict.fromkeys(reader.problems)
    return policy, tuple(
        sorted(problems, key=lambda each: (each.place.file, each.place.line, each.place.column))
    )


@dataclass(slots=True)
class _Section:
    """What stands under a heading: prose, the sentence above the list, the list."""

    title: str
    place: Place
    prose: list[str] = field(default_factory=list)
    lead: Words | None = None
    items: SyntaxTreeNode | None = None
    clauses: list[Words] = field(default_factory=list)
    used: bool = False


class _Reader(Page):
    """Reads one file; collects its problems."""

    def __init__(self, lines: list[str], file: str) -> None:
        super().__init__(lines, file)
        self.sections: dict[str, _Section] = {}
        self.readings: list[Reading] = []
        self.links = 0

    def policy(
        self, sources: Mapping[str, Source], dictionaries: Mapping[str, Dictionary]
    ) -> Policy | None:
        self.sources = sources
        fields, body_line = self.front_matter()
        known = len(self.problems)
        front = read_front(fields)
        if not fields.mapping:
            # It is missing or no YAML, which was told: its fields are not missing one by one.
            del self.problems[known:]
        body = "\n".join(self.lines[body_line:])
        self.first_line = body_line + 1
        intro = self.blocks(self.tree(body))
        root = self.root(intro, front.about.stance)
        obligations = tuple(self.obligations())
        for section in self.sections.values():
            if not section.used:
                link = anchor(section.title)
                self.wrong(
                    section.place,
                    section.title,
                    "no item links to this section",
                    f"its criteria would never be asked; link to it with `[words](#{link})`,"
                    " or remove it",
                )
        root = self.with_readings(root)
        if front.dictionary and front.dictionary not in dictionaries:
            fields.wrong(
                fields.find("dictionary"),
                f"unknown dictionary `{front.dictionary}`",
                f"the dictionaries are: {', '.join(dictionaries)}",
            )
        if front.source and front.source not in sources:
            fields.wrong(
                fields.find("source"),
                f"unknown source `{front.source}`",
                "add it to sources.yaml",
            )
        if front.dictionary not in dictionaries:
            return None
        cited = {
            each.source: sources[each.source]
            for each in _citations(root, obligations)
            if each.source in sources
        }
        about = replace(front.about, title=intro.title)
        return Policy(
            about=replace(about, digest=about.digest_with(cited, root, obligations)),
            scope=front.scope,
            replaces=front.replaces,
            source=front.source,
            dictionary=dictionaries[front.dictionary],
            sources=sources,
            root=root,
            prose=tuple(intro.prose),
            obligations=obligations,
        )

    def front_matter(self) -> tuple[Fields, int]:
        end = end_of_front(self.lines)
        if not end:
            self.wrong(
                self.place(1),
                "",
                "the front matter is missing",
                "begin the file with `---`, fields, and `---`",
            )
            end = -1
        text = "\n".join(self.lines[1:end]) if end > 0 else ""
        located, problems = read_yaml(text, file=self.file, first_line=2)
        self.problems.extend(problems)
        return Fields(located, "front matter", self.problems), end + 1

    # Blocks

    def tree(self, body: str) -> SyntaxTreeNode:
        """Parse Markdown; what is nested so deeply that the parser lets go of it is a problem."""
        tokens = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).parse(body)
        for token in tokens:
            inner = max((each.level for each in token.children or ()), default=0)
            if max(token.level, inner) < DEEPEST - 2:
                continue
            place = self.place(self.first_line + (token.map[0] if token.map else 0))
            self.wrong(place, "", "the text is nested too deeply", "give the inner list a section")
            return SyntaxTreeNode([])
        return SyntaxTreeNode(tokens)

    def blocks(self, tree: SyntaxTreeNode) -> _Section:
        """Sort the blocks of the page under its headings; first comes what stands above them."""
        intro = _Section(title="", place=self.place(self.first_line))
        section = intro
        for node in tree.children:
            place = self.place_of(node)
            match node.type:
                case "heading" if node.tag == "h1" and not intro.title:
                    intro.title = plain_text(node)
                case "heading" if node.tag == "h2":
                    section = _Section(title=plain_text(node), place=place)
                    if anchor(section.title) in self.sections:
                        self.wrong(
                            place,
                            section.title,
                            "this heading stands here twice",
                            "give each its own words",
                        )
                    self.sections[anchor(section.title)] = section
                case "paragraph":
                    self.paragraph(node, section)
                case "bullet_list" if section.items is None:
                    section.items = node
                case "blockquote":
                    self.blockquote(node)
                case "bullet_list":
                    self.wrong(
                        place,
                        section.title,
                        "a second list under one heading",
                        "give it a heading and a link",
                    )
                case _:
                    self.wrong(
                        place,
                        "",
                        f"{_kind(node)} has no meaning here",
                        "use bullet lists, paragraphs, `##` headings",
                    )
        if not intro.title:
            self.wrong(
                intro.place, "", "the title is missing", "write `# Title` below the front matter"
            )
        return intro

    def paragraph(self, node: SyntaxTreeNode, section: _Section) -> None:
        words = self.words(node, self.place_of(node))
        if words.connective:
            if section.lead:
                self.wrong(
                    words.place,
                    section.title,
                    "a second sentence with a connective under one heading",
                    "give it a heading and a link",
                )
            if words.tests or words.links:
                self.wrong(
                    words.place,
                    section.title,
                    "a test or a link in the sentence above a list",
                    "make it an item of the list",
                )
            section.lead = words
        elif words.id:
            section.clauses.append(words)
        else:
            section.prose.append(node.children[0].content)

    def blockquote(self, node: SyntaxTreeNode) -> None:
        place = self.place_of(node)
        paragraphs = [child for child in node.children if child.type == "paragraph"]
        words = " ".join(word for child in paragraphs for word in child.children[0].content.split())
        first = next((each for child in paragraphs[:1] for each in pieces(child)), None)
        named = (
            _READING_OF.fullmatch(plain_text(first))
            if first is not None and first.type == "strong"
            else None
        )
        if named is None:
            self.wrong(
                place,
                "",
                "a quotation has no meaning here",
                "write `> **Reading of I2.** … Other reading: `…`.`",
            )
            return
        criterion = named["id"]
        if len(paragraphs) < len(node.children):
            self.wrong(
                place,
                criterion,
                "a reading is told in sentences",
                "say it without a list or a table",
            )
        decided, _, rest = words.partition(_OTHER)
        found = re.match(r"\s*`(?P<test>[^`]+)`\.?\s*(?P<review>.*)", rest)
        if found is None:
            self.wrong(
                place,
                criterion,
                "the reading does not give the other reading",
                "add `Other reading: `test`.`",
            )
            return
        test_place = self.find_words(f"`{found['test']}`", node, place)
        if not _REVIEW.fullmatch(found["review"]):
            self.wrong(
                place,
                criterion,
                "the reading does not say who reviewed it",
                "end it with `Not yet reviewed by a clinician.` or"
                " `Reviewed by NAME on 2026-01-31.`",
            )
        self.readings.append(
            Reading(
                criterion=criterion,
                decided=_BOLD_HEAD.sub("", decided, count=1).strip(),
                other=self.test(found["test"], criterion, test_place),
                review=found["review"],
                place=place,
            )
        )

    # Criteria

    def root(self, intro: _Section, stance: Stance) -> Criterion:
        place = intro.lead.place if intro.lead else intro.place
        if stance is Stance.CRITERIA:
            if intro.clauses:
                self.wrong(
                    intro.clauses[0].place,
                    intro.clauses[0].id,
                    "a clause outside the list",
                    "make it an item; only policies without criteria state one so",
                )
            return self.group_of_section(
                intro, ROOT, Criterion(id=ROOT, title="", sentence="", test=UNREADABLE_TEST)
            )
        if intro.lead or intro.items:
            self.wrong(
                place,
                "",
                f"a policy with stance `{stance}` has no list",
                "state its clause as a paragraph",
            )
        if not intro.clauses:
            self.wrong(
                place,
                "",
                "the clause is missing",
                "state it as a paragraph: `**E1 Excluded.** … [@source, place]`",
            )
        for words in intro.clauses:
            if words.tests or words.links:
                self.wrong(
                    words.place,
                    words.id,
                    f"a clause of a policy with stance `{stance}` has no test",
                    "state it in words alone",
                )
        parts = tuple(
            Criterion(
                id=words.id,
                title=words.title,
                sentence=words.sentence,
                # Nothing in a chart meets an excluding clause; the others are never evaluated.
                test=AnyOf(()),
                cited=words.cited,
                citations=words.cited,
                place=words.place,
            )
            for words in intro.clauses
        )
        return Criterion(
            id=ROOT, title="", sentence="", test=AllOf(over(parts)), parts=parts, place=place
        )

    def group_of_section(self, section: _Section, parent: str, criterion: Criterion) -> Criterion:
        section.used = True
        at_top = parent == ROOT
        for words in () if at_top else section.clauses:
            self.wrong(
                words.place, words.id, "a clause outside the list", "make it an item of the list"
            )
        if section.lead is None or section.items is None:
            self.wrong(
                section.place,
                section.title,
                "there is no group here",
                "write a sentence that ends in **all of**, **any of**, **none of** or"
                " **at least n of**, then a list",
            )
            return criterion
        citations = section.lead.cited or criterion.citations
        parts = tuple(self.items(section.items, parent, citations))
        group = replace(
            criterion,
            lead_cited=section.lead.cited,
            citations=citations,
            parts=parts,
            test=_connect(section.lead.connective, parts),
        )
        if at_top:
            return replace(group, sentence=section.lead.sentence, place=section.lead.place)
        return replace(
            group, section=section.title, lead=section.lead.sentence, prose=tuple(section.prose)
        )

    def items(
        self, node: SyntaxTreeNode, parent: str, inherited: tuple[Citation, ...]
    ) -> Iterator[Criterion]:
        for item in node.children:
            paragraphs = [child for child in item.children if child.type == "paragraph"]
            lists = [child for child in item.children if child.type == "bullet_list"]
            place = self.place_of(item)
            for other in item.children:
                if other.type not in ("paragraph", "bullet_list"):
                    self.wrong(
                        self.place_of(other),
                        "",
                        f"{_kind(other)} has no meaning inside an item",
                        "use a bullet list",
                    )
            if not paragraphs:
                self.wrong(
                    place,
                    "",
                    "an item without words",
                    "write `- **I1 Title.** Sentence. [@source, place]`",
                )
                continue
            words = self.words(paragraphs[0], place)
            for more in paragraphs[1:]:
                self.join(words, self.words(more, place))
            yield self.item(words, lists, parent, inherited)

    def join(self, words: Words, more: Words) -> None:
        """Add another paragraph of the same item."""
        if more.id or (words.connective and more.connective):
            self.wrong(
                words.place,
                words.id,
                "the item has a second paragraph with an id or a connective",
                "make each an item of its own",
            )
        words.sentence = " ".join(filter(None, (words.sentence, more.sentence)))
        words.connective = words.connective or more.connective
        words.tests += more.tests
        words.links += more.links
        words.cited += more.cited

    def item(
        self,
        words: Words,
        lists: Sequence[SyntaxTreeNode],
        parent: str,
        inherited: tuple[Citation, ...],
    ) -> Criterion:
        self.numbering(words, parent)
        ends = bool(words.tests) + bool(words.connective or lists) + bool(words.links)
        name = words.id or "?"
        if ends == 0:
            self.wrong(
                words.place,
                name,
                "the item has no test",
                "end it with a test in code font, a group, or a link to a section",
            )
        if ends > 1 or len(words.tests) > 1 or len(words.links) > 1 or len(lists) > 1:
            self.wrong(
                words.place,
                name,
                "the item has more than one test, group or link",
                "make each an item of its own",
            )
        if words.connective and not lists:
            self.wrong(
                words.place,
                name,
                f"**{words.connective}** has no list below it",
                "indent the list under the item",
            )
        if lists and not words.connective:
            self.wrong(
                words.place,
                name,
                "a list below it, but no connective",
                "end the sentence with **all of**, **any of**, **none of** or **at least n of**",
            )
        citations = words.cited or inherited
        criterion = Criterion(
            id=words.id,
            title=words.title,
            sentence=words.sentence,
            test=UNREADABLE_TEST,
            cited=words.cited,
            citations=citations,
            place=words.place,
        )
        if lists:
            parts = tuple(self.items(lists[0], words.id, citations))
            return replace(
                criterion, parts=parts, test=_connect(words.connective or "all of", parts)
            )
        if words.links:
            label, href = words.links[0]
            if not label or label not in words.sentence:
                self.wrong(words.place, name, "the link has no words", "write `[words](#section)`")
            return self.linked(criterion, label, href)
        if words.tests:
            text, place = words.tests[0]
            return replace(criterion, test=self.test(text, name, place))
        return criterion

    def linked(self, criterion: Criterion, link: str, href: str) -> Criterion:
        section = self.sections.get(href.removeprefix("#"))
        if self.links == MOST_LINKS:
            self.wrong(
                criterion.place,
                criterion.id,
                "too many links follow from one another",
                "state the list here",
            )
            return criterion
        if section is None or section.used or anchor(section.title) == anchor(OBLIGATIONS):
            cause = (
                "is linked to twice"
                if section is not None and section.used
                else "is no section of criteria here"
            )
            anchors = ", ".join(f"#{name}" for name in self.sections if name != anchor(OBLIGATIONS))
            self.wrong(
                criterion.place, criterion.id, f"`{href}` {cause}", f"the sections are: {anchors}"
            )
            return criterion
        self.links += 1
        group = self.group_of_section(section, criterion.id, criterion)
        self.links -= 1
        return replace(group, link=link)

    def numbering(self, words: Words, parent: str) -> None:
        if not words.id:
            self.wrong(
                words.place, "", "the item has no id", "begin it with a bold id, as `**I1 Adult.**`"
            )
            return
        expected = _parent(words.id)
        if expected == parent:
            return
        below = "the top" if expected == ROOT else expected
        beside = "stands at the top" if parent == ROOT else f"stands under {parent}"
        if parent != ROOT and _parent(expected) == parent:
            beside = f"stands beside {expected}"
        hint = f"its number says it belongs under {below}; indent it, or renumber it"
        self.wrong(words.place, "", f"{words.id} {beside}", hint)

    def obligations(self) -> Iterator[Obligation]:
        section = self.sections.get(anchor(OBLIGATIONS))
        if section is None:
            return
        section.used = True
        if section.prose or section.clauses or section.lead:
            self.wrong(
                section.place,
                section.title,
                "words beside the list of obligations",
                "make each paragraph an item of the list",
            )
        for item in section.items.children if section.items else ():
            if [child.type for child in item.children] != ["paragraph"]:
                self.wrong(
                    self.place_of(item),
                    "",
                    "an obligation is one paragraph",
                    "write `- **O1 Title.** Sentence. [@source, place]`",
                )
                continue
            words = self.words(item.children[0], self.place_of(item))
            if not words.id:
                self.wrong(
                    words.place,
                    "",
                    "the item has no id",
                    "begin it with a bold id, as `**O1 Registry.**`",
                )
            if words.tests or words.connective or words.links:
                self.wrong(
                    words.place,
                    words.id,
                    "an obligation is never evaluated",
                    "state it without a test, a group or a link",
                )
            yield Obligation(
                id=words.id,
                title=words.title,
                sentence=words.sentence,
                citations=words.cited,
                place=words.place,
            )

    def with_readings(self, root: Criterion) -> Criterion:
        known = {criterion.id for criterion in root.walk()}
        for reading in self.readings:
            if reading.criterion not in known:
                self.wrong(
                    reading.place,
                    reading.criterion,
                    "a reading of a criterion that is not here",
                    "correct the id",
                )

        def attach(criterion: Criterion) -> Criterion:
            mine = tuple(reading for reading in self.readings if reading.criterion == criterion.id)
            return replace(
                criterion, readings=mine, parts=tuple(attach(part) for part in criterion.parts)
            )

        return attach(root)

    def test(self, text: str, subject: str, place: Place) -> Expression:
        try:
            return read_test(text)
        except TestError as error:
            column = place.column + 1 + error.offset
            self.wrong(replace(place, column=column), subject, error.message, error.hint)
            return UNREADABLE_TEST


def _connect(connective: str, parts: tuple[Criterion, ...]) -> Expression:
    references = over(parts)
    match connective.split():
        case ["all", "of"]:
            return AllOf(references)
        case ["any", "of"]:
            return AnyOf(references)
        case ["none", "of"]:
            return Not(AnyOf(references))
        case [_, _, count, _]:
            return AtLeast(int(count), references)
        case _:  # pragma: no cover  the pattern of connectives lets nothing else through
            raise AssertionError


def _citations(root: Criterion, obligations: Iterable[Obligation]) -> Iterator[Citation]:
    for criterion in root.walk():
        yield from criterion.citations
    for obligation in obligations:
        yield from obligation.citations


def _parent(identifier: str) -> str:
    """Tell under which id an id belongs: I3.2 under I3, I3 under I, I at the top."""
    if "." in identifier:
        return identifier.rpartition(".")[0]
    letters = identifier.rstrip("0123456789")
    return letters if letters != identifier else ROOT


def _kind(block: SyntaxTreeNode) -> str:
    """Name a kind of block that the notation does without."""
    return _KINDS.get(block.type, f"a {block.type.replace('_', ' ')}")


def anchor(title: str) -> str:
    """Make the anchor that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
