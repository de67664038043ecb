"""
XML → a tree, from sources that nobody vouches for.

A document type declaration is refused before a parser sees it: with it go entities, what they
refer to, and what they expand to. Size, number of pieces and depth have limits, so that time and
memory have some too.

What is not well-formed by a slip (a stray `&`, `&nbsp;`, a control character) is mended, and the
result says so. What stops short is refused: nobody can tell what the missing part would have said.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any, NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from multifidus.chart.formats.characters import decoded, neutral
from multifidus.errors import BundleError, Problem

Element = Any
"""An element of lxml, which has no types."""

LARGEST_XML = 64 * 1024 * 1024
"""Bytes that one file may have."""
MOST_PIECES = 2_000_000
"""So many tags and attributes it may have; a summary of 300 KB has 10,000."""
LONGEST_TEXT = 10_000_000
"""From so many bytes on the parser is told that one text, as a PDF inside, may be long."""
MOST_SLIPS = 100_000
"""A document with more `&` than that is not mended."""

_DECLARED = re.compile(r"\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_DECLARED_WITHIN = 1024
_ENTITY = re.compile(r"&(?:#(?P<number>x?[0-9A-Fa-f]{1,8});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_FIRST_PRINTED = 0x20
_CUT_OFF = "the file was cut off; export it again"
_AGAIN = "export the document again; it has to be well-formed XML"


class Tree(NamedTuple):
    """The root of a document, and what had to be done to read it."""

    root: Element
    problems: tuple[Problem, ...] = ()


def read_tree(content: bytes, name: str) -> Tree:
    """
    Parse a document; comments and processing instructions are left out.

    Raises `BundleError` when it is empty, too large, no XML, cut off, or declares a document type.
    """
    _check(content, name)
    is_long = len(content) >= LONGEST_TEXT
    charset = _charset(content)
    if charset in _UTF_8 and not content.startswith(_MARKS):
        # Most documents: parsed as they are, for a copy of them costs as much as half a parse.
        try:
            return Tree(_parsed(_plain(content, name), is_long=is_long))
        except etree.XMLSyntaxError:
            pass  # It is looked at more closely.
    text, problems = _decoded(content, name, charset)
    try:
        return Tree(_parsed(_encoded(text, name), is_long=is_long), problems)
    except etree.XMLSyntaxError as error:
        mended = _mended(text)
        if mended == text:
            raise _why_not_xml(text, name, error) from None
    try:
        root = _parsed(_encoded(mended, name), is_long=is_long)
    except etree.XMLSyntaxError as error:
        raise _why_not_xml(mended, name, error) from None
    message = "it is not well-formed XML; stray signs in it were taken as text"
    return Tree(root, (*problems, Problem.note(name, message, _AGAIN)))


def _check(content: bytes, name: str) -> None:
    if not content.strip():
        raise BundleError.at(name, "the file is empty", "give a document as XML")
    if len(content) > LARGEST_XML:
        limit = LARGEST_XML // 1024 // 1024
        raise BundleError.at(
            name, f"the file is larger than {limit} MB", "export it in smaller parts"
        )
    # To count takes a fifth of a parse, and what has fewer bytes has fewer pieces.
    is_small = len(content) <= MOST_PIECES
    if not is_small and content.count(b"<") + content.count(b"=") > MOST_PIECES:
        message = f"it has more than {MOST_PIECES:,} tags and attributes"
        raise BundleError.at(name, message, "export it in smaller parts")


def _charset(content: bytes) -> str:
    """Give the charset that a document declares, in small letters; empty if it declares none."""
    declared = _DECLARED.match(content[:_DECLARED_WITHIN].decode("latin-1").removeprefix(_BOM))
    # Whoever can read the declaration as ASCII has seen that it is not in UTF-16.
    return "" if declared is None or "16" in declared[1] else declared[1].lower()


def _plain(content: bytes, name: str) -> bytes:
    """Refuse what is no XML or declares a document type."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise BundleError.at(name, "this is not XML", "give a document as XML")
    if _declares_type(content):
        message = "it declares a document type (DOCTYPE), which is refused"
        raise BundleError.at(name, message, "no clinical document has one; export it again")
    return content


def _encoded(text: str, name: str) -> bytes:
    text = text.removeprefix("\ufeff").lstrip()
    if text.startswith("<?xml"):
        # What it says of the encoding holds for the bytes, which were decoded here.
        text = text[text.find("?>") + 2 :]
    return _plain(text.encode("utf-8", errors="replace"), name)


_OTHER_CHARSET = (
    "it is not in the encoding that it declares; it was read as Windows-1252",
    "look whether its accented letters are right",
)


def _decoded(content: bytes, name: str, charset: str) -> tuple[str, tuple[Problem, ...]]:
    text = decoded(content, name, charset)
    if charset not in _UTF_8 or content.startswith(_MARKS):
        return text, ()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return text, (Problem.note(name, *_OTHER_CHARSET),)
    return text, ()


_UTF_8 = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""The byte order marks of UTF-16 and UTF-32."""
_BOM = "\xef\xbb\xbf"


def _declares_type(content: bytes) -> bool:
    """Look through what may stand before the root, in one pass."""
    at = content.find(b"<")
    while at >= 0:
        if content.startswith(b"<?", at):
            end = content.find(b"?>", at)
        elif content.startswith(b"<!--", at):
            end = content.find(b"-->", at)
        else:
            return content.startswith(b"<!", at)
        at = content.find(b"<", end) if end >= 0 else -1
    return False


def _parsed(content: bytes, *, is_long: bool) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",  # Whatever it declares.
        collect_ids=False,
        dtd_validation=False,
        # Without a document type there is nothing to expand; it lifts the limit of one text, and
        # that of depth to 2048.
        huge_tree=is_long,
        load_dtd=False,
        no_network=True,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
    )
    return etree.fromstring(content, parser)


def _mended(text: str) -> str:
    if text.count("&") > MOST_SLIPS:
        return text
    return _ENTITY.sub(_sign, neutral(text))


def _sign(found: re.Match[str]) -> str:
    number, name = found["number"], found["name"]
    if number is not None:
        code = int(number[1:], 16) if number.startswith("x") else _decimal(number)
        return found[0] if code >= _FIRST_PRINTED else " "
    if name is None:
        return "&amp;"
    if name in _OF_XML:
        return found[0]
    # The signs behind names are not signs of markup, but for those of XML, which have capitals.
    sign = html5.get(f"{name};", "")
    return sign if sign and sign not in "<&" else f"&amp;{name};"


def _decimal(digits: str) -> int:
    return int(digits) if digits.isdecimal() else 0


def _why_not_xml(text: str, name: str, error: etree.XMLSyntaxError) -> BundleError:
    """Tell what is wrong with it; the parser's own words may quote the document."""
    words = error.msg or ""
    if "depth" in words:
        return BundleError.at(name, "the XML is nested too deeply", "no clinical document is")
    line, column = error.position
    lines = text.rstrip().split("\n")
    if "Premature end" in words or (line == len(lines) and column > len(lines[-1])):
        return BundleError.at(name, f"the XML stops short at line {line}", _CUT_OFF)
    return BundleError.at(
        name, f"this is not well-formed XML, at line {line}, column {column}", _AGAIN
    )
