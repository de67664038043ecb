"""
Templates → documents.

A template is a file of Jinja2 that makes a small subset of HTML; a practice may lay its own over
ours. What comes from a chart is a value, never a template: it is escaped wherever it is put, so no
word of it can become a tag or an instruction.

The subset: `h1` to `h3`, `p`, `ul`, `ol`, `li`, `table` (with `caption`, `tr`, `th`, `td`; `widths`
gives the shares of its columns), `aside` for what must not be overlooked, `footer` for a signature,
`hr` for a new page; in lines `strong`, `em`, `small`, `br`, and what `cite` and `quote` make.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from multifidus.errors import Place, PracticeError, Problem
from multifidus.packet.document import (
    Block,
    Break,
    Cited,
    Document,
    Heading,
    Inline,
    Items,
    Line,
    Notice,
    PageBreak,
    Paragraph,
    Signature,
    Style,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ENDING = ".html"
_WRONG_VALUES = (TypeError, ValueError, ArithmeticError, AttributeError)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
_STYLES = {"strong": Style.STRONG, "em": Style.EMPHASIS, "small": Style.QUIET}
_LISTS = ("ul", "ol")
_PLACE = "data-place"
_QUOTED, _NAMED = "q", "a"
_SPACES = re.compile(r"\s+")
# XML has no words for these; a chart may hold them all the same.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Leading:
    """Words that lead to a place in an exhibit, as a value that a template may put anywhere."""

    words: str
    place: str
    quoted: bool

    def __html__(self) -> str:
        """Say it as a tag; the words are escaped."""
        tag = _QUOTED if self.quoted else _NAMED
        return f'<{tag} {_PLACE}="{escape(self.place)}">{_escaped(self.words)}</{tag}>'


class Wording:
    """The templates: ours, with those of a practice over them."""

    def __init__(self, own: Path | None = None) -> None:
        """Look for templates in a folder of the practice's first; it has to be there."""
        if own and not own.is_dir():
            message = "there is no such folder of templates"
            raise PracticeError.at(str(own), message, "name a folder with --templates")
        ours = PackageLoader("multifidus.packet", "templates")
        loader = ChoiceLoader([FileSystemLoader(own), ours]) if own else ours
        # In a sandbox: a template of somebody else's reads what it is given, and nothing more.
        self._jinja = SandboxedEnvironment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_as_value,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def document(self, name: str, values: Mapping[str, object]) -> Document:
        """
        Make a document of the template with that name.

        Raises `PracticeError` with the file, the line and what is wrong with it.
        """
        file = name + ENDING
        try:
            words = self._jinja.get_template(file).render(values)
        except TemplateNotFound as error:
            raise _fault(str(error.name), 0, "there is no such template", "name one") from None
        except TemplateSyntaxError as error:
            raise _fault(error.name or file, error.lineno, str(error), "correct it") from None
        except UnicodeDecodeError:
            raise _fault(file, 0, "the template is not text in UTF-8", "save it anew") from None
        except RecursionError:
            message = "the template holds itself"
            raise _fault(file, 0, message, "take the `include` out") from None
        except (TemplateError, SecurityError, LookupError, *_WRONG_VALUES) as error:
            # The message may hold a value of the chart; the kind of error does not.
            where = type(error).__name__
            message = f"the template asks for what it is not given ({where})"
            hint = "compare it with the shipped template of the same name"
            raise _fault(file, 0, message, hint) from None
        return read_document(words, name=name, file=file)


def _as_value(value: object) -> object:
    """Put a value into a template: None says nothing, and control characters are left out."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return value
    return _escaped(str(value))


def _escaped(words: str) -> Markup:
    return escape(_NO_CHARACTERS.sub("\ufffd", words))


def read_document(words: str, *, name: str, file: str) -> Document:
    """Read what a template made; raises `PracticeError` with all that is wrong with it."""
    try:
        root = ET.fromstring(f"<document>{words}</document>")  # noqa: S314  no DTD can stand there
    except ET.ParseError as error:
        line, column = error.position
        message = "the template makes no well-formed text"
        hint = "close every tag, and write `&amp;` for an ampersand"
        raise PracticeError(
            Problem(place=Place(file=file, line=line, column=column), message=message, hint=hint)
        ) from None
    reading = _Reading(file)
    blocks = tuple(reading.blocks(root))
    if reading.problems:
        raise PracticeError(*reading.problems)
    titles = [each.line for each in blocks if isinstance(each, Heading) and each.level == 1]
    title = "".join(one.words for one in titles[0] if not isinstance(one, Break)) if titles else ""
    return Document(name=name, title=title or name, blocks=blocks)


class _Reading:
    """A document while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def blocks(self, parent: ET.Element) -> Iterator[Block]:
        """Read what stands below a tag, where blocks are."""
        self._no_words(parent.text, parent.tag)
        for each in parent:
            yield from self.block(each)
            self._no_words(each.tail, parent.tag)

    def block(self, tag: ET.Element) -> Iterator[Block]:
        """Read one tag; a table without rows, or a list without items, says nothing."""
        match tag.tag:
            case "h1" | "h2" | "h3":
                yield Heading(_HEADINGS[tag.tag], self.line(tag))
            case "ul" | "ol":
                items = tuple(self.item(each) for each in self._only(tag, "li"))
                yield from [Items(items, is_ordered=tag.tag == "ol")] if items else []
            case "table":
                yield from self.table(tag)
            case _:
                yield from self.simple(tag)

    def simple(self, tag: ET.Element) -> Iterator[Block]:
        """Read a tag that is neither heading, list nor table."""
        match tag.tag:
            case "p":
                line = self.line(tag)
                yield from [Paragraph(line)] if line else []
            case "aside":
                yield Notice(tuple(self.blocks(tag)))
            case "footer":
                yield Signature(tuple(self.line(each) for each in self._only(tag, "p")))
            case "hr":
                yield PageBreak()
            case _:
                self._unknown(tag.tag)

    def item(self, tag: ET.Element) -> tuple[Block, ...]:
        """Read an item: a line, with a list below it if there is one."""
        below = [each for each in tag if each.tag in _LISTS]
        if not below and any(each.tag == "p" for each in tag):
            return tuple(self.blocks(tag))
        line = self.line(tag, without=_LISTS)
        return (Paragraph(line), *(one for each in below for one in self.block(each)))

    def table(self, tag: ET.Element) -> Iterator[Table]:
        """Read a table: a first row of `th` alone is its head."""
        captions = [self.words_of(each) for each in tag if each.tag == "caption"]
        rows = [each for each in tag if each.tag != "caption"]
        head: tuple[Line, ...] = ()
        body: list[tuple[Line, ...]] = []
        has_row_heads = False
        for row in rows:
            if row.tag != "tr":
                self._unknown(row.tag)
                continue
            cells = [each.tag for each in row]
            for each in set(cells) - {"th", "td"}:
                self._unknown(each)
            lines = tuple(self.line(each) for each in row)
            if set(cells) == {"th"} and not head and not body:
                head = lines
            else:
                has_row_heads = has_row_heads or cells[:1] == ["th"]
                body.append(lines)
        if not body:
            return
        columns = len(head or body[0])
        if any(len(each) != columns for each in body):
            self._fault("the rows of a table differ in length", "give every row the same cells")
            return
        shares = tag.get("widths", "").split()
        yield Table(
            head=head,
            rows=tuple(body),
            widths=tuple(int(each) for each in shares if each.isdigit()),
            caption="".join(captions),
            has_row_heads=has_row_heads,
        )

    def line(self, tag: ET.Element, *, without: tuple[str, ...] = ()) -> Line:
        """Read the words below a tag; white space is one space, and none at the ends."""
        return _trimmed(list(self.inlines(tag, Style.PLAIN, without)))

    def words_of(self, tag: ET.Element) -> str:
        """Read the words below a tag without their style."""
        return "".join(one.words for one in self.line(tag) if not isinstance(one, Break))

    def inlines(
        self, tag: ET.Element, style: Style, without: tuple[str, ...] = ()
    ) -> Iterator[Inline]:
        """Read words and what stands among them."""
        if tag.text:
            yield Text(tag.text, style)
        for each in tag:
            match each.tag:
                case "br":
                    yield Break()
                case "strong" | "em" | "small":
                    yield from self.inlines(each, _STYLES[each.tag])
                case "q" | "a" if each.get(_PLACE):
                    words = each.text or ""
                    yield Cited(words, each.get(_PLACE, ""), quoted=each.tag == _QUOTED)
                case name if name in without:
                    pass
                case name:
                    self._unknown(name)
            if each.tail:
                yield Text(each.tail, style)

    def _only(self, tag: ET.Element, wanted: str) -> Iterator[ET.Element]:
        self._no_words(tag.text, tag.tag)
        for each in tag:
            self._no_words(each.tail, tag.tag)
            if each.tag == wanted:
                yield each
            else:
                self._unknown(each.tag)

    def _no_words(self, words: str | None, where: str) -> None:
        if words and words.strip():
            hint = "put them into a paragraph: `<p>…</p>`"
            self._fault(f"words stand by themselves in `<{where}>`", hint)

    def _unknown(self, tag: str) -> None:
        self._fault(f"`<{tag}>` cannot stand there", "the tags that can are told in docs/reference")

    def _fault(self, message: str, hint: str) -> None:
        problem = Problem(place=Place(file=self.file), message=message, hint=hint)
        if problem not in self.problems:
            self.problems.append(problem)


def _trimmed(line: list[Inline]) -> Line:
    """Make white space one space; what is quoted stays as it is."""
    told: list[Inline] = []
    after_space = True
    for each in line:
        if isinstance(each, Text):
            words = _SPACES.sub(" ", each.words)
            if after_space:
                words = words.removeprefix(" ")
            if not words:
                continue
            after_space = words.endswith(" ")
            told.append(Text(words, each.style))
        else:
            after_space = isinstance(each, Break)
            told.append(each)
    if told and isinstance(last := told[-1], Text):
        told[-1:] = [Text(last.words.rstrip(" "), last.style)] if last.words.strip() else []
    return tuple(told)


def _fault(file: str, line: int, message: str, hint: str) -> PracticeError:
    return PracticeError(Problem(place=Place(file=file, line=line), message=message, hint=hint))
