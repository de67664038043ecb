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

from multifidus.core.canonical import digest
from multifidus.core.citation import Citation, ReadingStatus
from multifidus.core.coding import Days
from multifidus.core.expression import AllOf, AnyOf, AtLeast, Expression, Not
from multifidus.core.policy import (
    ROOT,
    Criterion,
    Obligation,
    Policy,
    PolicyVersion,
    Reading,
    Stance,
    Status,
    over,
)
from multifidus.errors import Place, PolicyError, Problem
from multifidus.language.dictionary import read_days, read_sources
from multifidus.language.located import Fields, read_yaml
from multifidus.language.tests import TestError, read_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from multifidus.core.citation import Source
    from multifidus.core.element import Dictionary

UNREADABLE_TEST: Expression = AnyOf(())
"""Stands in for a test that could not be read; a policy with one is never handed out."""

_ID = re.compile(r"(?P<id>[A-Z]+(?:[0-9]+(?:\.[0-9]+)*)?)(?:\s+(?P<title>.*?))?(?P<dot>\.?)")
_CITATION = re.compile(r"\[@(?P<key>[A-Za-z0-9_-]+)(?:,\s*(?P<place>[^\]]+))?\]")
_CONNECTIVE = re.compile(r"all of|any of|none of|at least ([0-9]+) of")
_READING_OF = re.compile(r"Reading of (?P<id>[A-Z0-9.]+?)\.?")
_OTHER = "Other reading:"
OBLIGATIONS = "Obligations"


def read_policy(path: Path, dictionaries: Mapping[str, Dictionary]) -> Policy:
    """
    Read `policy.md` and the `sources.yaml` beside it.

    Raises `PolicyError` with everything that is wrong with their form.
    """
    policy, problems = parse_policy(
        path.read_text(encoding="utf-8"),
        sources_text=path.with_name("sources.yaml").read_text(encoding="utf-8"),
        dictionaries=dictionaries,
        file=str(path),
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
    reader = _Reader(text.replace("\r\n", "\n"), file)
    sources, wrong = read_sources(sources_text, file=str(file).replace("policy.md", "sources.yaml"))
    reader.problems.extend(wrong)
    policy = reader.policy(sources, dictionaries)
    return policy, tuple(
        sorted(
            reader.problems, key=lambda each: (each.place.file, each.place.line, each.place.column)
        )
    )


@dataclass(slots=True)
class _Words:
    """The words of an item or a paragraph, taken apart."""

    place: Place
    id: str = ""
    title: str = ""
    sentence: str = ""
    connective: str = ""
    tests: list[tuple[str, Place]] = field(default_factory=list)
    cited: tuple[Citation, ...] = ()
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Section:
    """What stands under a heading: prose, the sentence above the list, the list."""

    title: str
    place: Place
    prose: list[str] = field(default_factory=list)
    lead: _Words | None = None
    items: SyntaxTreeNode | None = None
    clauses: list[_Words] = field(default_factory=list)
    used: bool = False


class _Reader:
    """Reads one file; collects its problems."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.problems: list[Problem] = []
        self.sections: dict[str, _Section] = {}
        self.readings: list[Reading] = []
        self.sources: Mapping[str, Source] = {}
        self.first_line = 0

    def wrong(self, place: Place, subject: str, message: str, hint: str) -> None:
        self.problems.append(Problem(place=place, subject=subject, message=message, hint=hint))

    def place(self, line: int, column: int = 1) -> Place:
        return Place(file=self.file, line=line, column=column)

    def policy(
        self, sources: Mapping[str, Source], dictionaries: Mapping[str, Dictionary]
    ) -> Policy | None:
        self.sources = sources
        front, body_line = self.front_matter()
        body = "\n".join(self.lines[body_line:])
        self.first_line = body_line + 1
        tree = SyntaxTreeNode(MarkdownIt("commonmark").parse(body))
        intro = self.blocks(tree)
        stance = Stance(front.choice("stance", list(Stance)))
        root = self.root(intro, stance)
        obligations = tuple(self.obligations())
        for section in self.sections.values():
            if not section.used:
                link = anchor(section.title)
                self.wrong(
                    section.place,
                    section.title,
                    "no item links to this section",
                    f"its criteria would never be asked; link to it with `[words](#{link})`, or remove it",
                )
        root = self.with_readings(root)
        name = front.text("dictionary")
        if name and name not in dictionaries:
            known = ", ".join(dictionaries)
            front.wrong(
                front.find("dictionary"),
                f"unknown dictionary `{name}`",
                f"the dictionaries are: {known}",
            )
        source = front.text("source")
        if source and source not in sources:
            front.wrong(
                front.find("source"), f"unknown source `{source}`", "add it to sources.yaml"
            )
        days = read_days(front.text("in_force"))
        if days is None:
            front.wrong(
                front.find("in_force"),
                "`in_force` is not a range of days",
                "write `in_force: 2025-04-16 to open`",
            )
        about = PolicyVersion(
            id=front.text("policy"),
            version=front.text("version"),
            title=intro.title,
            body=front.text("body"),
            stance=stance,
            status=Status(front.choice("status", list(Status))),
            in_force=days or Days(),
            digest="",
        )
        payers = tuple(each.text for each in front.list("payer"))
        front.close()
        if name not in dictionaries:
            return None
        cited = {
            each.source: sources[each.source]
            for each in _citations(root, obligations)
            if each.source in sources
        }
        return Policy(
            about=replace(about, digest=digest((about, payers, cited, root, obligations))),
            payers=payers,
            source=source,
            dictionary=dictionaries[name],
            sources=sources,
            root=root,
            prose=tuple(intro.prose),
            obligations=obligations,
        )

    def front_matter(self) -> tuple[Fields, int]:
        end = next(
            (n for n, line in enumerate(self.lines[1:], start=1) if line.strip() == "---"), 0
        )
        if self.lines[0].strip() != "---" or not end:
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

    def blocks(self, tree: SyntaxTreeNode) -> _Section:
        """Sort the blocks of the page under its headings; the first section is what stands above them."""
        intro = _Section(title="", place=self.place(self.first_line))
        section = intro
        for node in tree.children:
            place = self.place_of(node)
            match node.type:
                case "heading" if node.tag == "h1" and not intro.title:
                    intro.title = _plain_text(node)
                case "heading" if node.tag == "h2":
                    section = _Section(title=_plain_text(node), place=place)
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
                    kind = node.type.replace("_", " ")
                    self.wrong(
                        place,
                        "",
                        f"a {kind} has no meaning here",
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
            section.lead = words
        elif words.id:
            section.clauses.append(words)
        else:
            section.prose.append(node.children[0].content)

    def blockquote(self, node: SyntaxTreeNode) -> None:
        place = self.place_of(node)
        words = " ".join(
            child.children[0].content for child in node.children if child.type == "paragraph"
        )
        words = " ".join(words.split())
        inline = (
            node.children[0].children[0] if node.children and node.children[0].children else None
        )
        first = next(iter(_words_of(inline)), None) if inline is not None else None
        named = (
            _READING_OF.fullmatch(_plain_text(first))
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
        if not re.match(
            r"Reviewed by .+ on \d{4}-\d\d-\d\d\.$|Not yet reviewed by a clinician\.$",
            found["review"],
        ):
            self.wrong(
                place,
                criterion,
                "the reading does not say who reviewed it",
                "end it with `Not yet reviewed by a clinician.` or `Reviewed by NAME on 2026-01-31.`",
            )
        self.readings.append(
            Reading(
                criterion=criterion,
                decided=decided.split("**", 2)[-1].strip(),
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
                    "only `excluded` and `silent` policies state their clause as a paragraph; make it an item",
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
        parts = tuple(
            Criterion(
                id=words.id,
                title=words.title,
                sentence=words.sentence,
                # Nothing in a chart meets an excluding clause; a silent one is never evaluated.
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
                "write a sentence that ends in **all of**, **any of**, **none of** or **at least n of**, then a list",
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
                    kind = other.type.replace("_", " ")
                    self.wrong(
                        self.place_of(other),
                        "",
                        f"a {kind} has no meaning inside an item",
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
                extra = self.words(more, place)
                words.tests.extend(extra.tests)
                words.cited += extra.cited
            yield self.item(words, lists, parent, inherited)

    def item(
        self,
        words: _Words,
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
            return self.linked(criterion, *words.links[0])
        if words.tests:
            text, place = words.tests[0]
            return replace(criterion, test=self.test(text, name, place))
        return criterion

    def linked(self, criterion: Criterion, link: str, href: str) -> Criterion:
        section = self.sections.get(href.removeprefix("#"))
        if section is None or section.used or section.title == OBLIGATIONS:
            cause = (
                "is linked to twice"
                if section is not None and section.used
                else "is no section of criteria here"
            )
            anchors = ", ".join(f"#{name}" for name in self.sections)
            self.wrong(
                criterion.place, criterion.id, f"`{href}` {cause}", f"the sections are: {anchors}"
            )
            return criterion
        return replace(self.group_of_section(section, criterion.id, criterion), link=link)

    def numbering(self, words: _Words, parent: str) -> None:
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
        for item in section.items.children if section.items else ():
            words = self.words(item.children[0], self.place_of(item))
            if not words.id:
                self.wrong(
                    words.place,
                    "",
                    "the item has no id",
                    "begin it with a bold id, as `**O1 Registry.**`",
                )
            if words.tests or words.connective:
                self.wrong(
                    words.place,
                    words.id,
                    "an obligation is never evaluated",
                    "state it without a test or a group",
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

    # Words

    def words(self, node: SyntaxTreeNode, place: Place) -> _Words:
        """Take a paragraph apart: id and title, sentence, connective, citations, links, tests."""
        words = _Words(place=place)
        inline = node.children[0]
        text: list[str] = []
        for index, child in enumerate(_words_of(inline)):
            match child.type:
                case "strong":
                    bold = " ".join(_plain_text(child).split())
                    named = _ID.fullmatch(bold)
                    if index == 0 and named:
                        words.id = named["id"]
                        words.title = named["title"] or ""
                        text.append("" if named["dot"] else words.title)
                    elif _CONNECTIVE.fullmatch(bold):
                        if words.connective:
                            self.wrong(
                                place,
                                words.id,
                                "two connectives in one sentence",
                                "make each a group of its own",
                            )
                        words.connective = bold
                        text.append(bold)
                    else:
                        text.append(f"**{bold}**")
                case "code_inline":
                    words.tests.append(
                        (child.content, self.find_words(f"`{child.content}`", node, place))
                    )
                case "link":
                    label = _plain_text(child)
                    words.links.append((label, str(child.attrs.get("href", ""))))
                    text.append(label)
                case "softbreak" | "hardbreak":
                    text.append(" ")
                case "text":
                    text.append(child.content)
                case _:
                    text.append(_plain_text(child))
        raw = "".join(text)
        words.cited = tuple(self.citations(raw, words))
        words.sentence = " ".join(_CITATION.sub("", raw).split())
        return words

    def citations(self, raw: str, words: _Words) -> Iterator[Citation]:
        for found in _CITATION.finditer(raw):
            source = self.sources.get(found["key"])
            if source is None:
                self.wrong(
                    words.place,
                    words.id,
                    f"unknown source `{found['key']}`",
                    f"add it to sources.yaml, or cite one of: {', '.join(self.sources)}",
                )
            yield Citation(
                source=found["key"],
                place=" ".join((found["place"] or "").split()),
                reading=source.reading if source else ReadingStatus.UNVERIFIED,
            )

    def find_words(self, words: str, node: SyntaxTreeNode, otherwise: Place) -> Place:
        """Find where some words stand in the lines of a block."""
        first, last = node.map or (0, 0)
        for line in range(first + self.first_line, last + self.first_line):
            column = self.lines[line - 1].find(words)
            if column >= 0:
                return self.place(line, column + 1)
        return otherwise

    def place_of(self, node: SyntaxTreeNode) -> Place:
        line = (node.map[0] if node.map else 0) + self.first_line
        words = self.lines[line - 1] if line <= len(self.lines) else ""
        return self.place(line, len(words) - len(words.lstrip()) + 1)


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


def _words_of(inline: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """Give the pieces of a paragraph; the parser puts an empty text before bold words."""
    return [child for child in inline.children if child.type != "text" or child.content]


def _plain_text(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(_plain_text(child) for child in node.children)


def anchor(title: str) -> str:
    """Make the anchor that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
