"""
Notes as people write them, plain text and Markdown, HTML, RTF → text.

Of plain text and Markdown every character keeps its place: `text[start:end]` stands at the same
offsets in the decoded file. What is hidden, struck out or deleted in HTML and RTF is left out, as
a reader of the page would leave it out. Nothing is fetched and no script is run.

All of it takes time in proportion to the length of a file. That is why RTF has a reader of its own:
those at hand use patterns that a few kilobytes can keep busy for hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from multifidus.chart.document import Document, Passage
from multifidus.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.core.quantity import DateRange

Kind = Literal["pdf", "html", "rtf", "text", "xml", "json", "ndjson", "gzip", "binary"]

LARGEST_TEXT = 50 * 1024 * 1024
"""Bytes that one file may have."""
DEEPEST_NESTING = 1000
"""So deep may HTML or RTF be nested; word processors stay below 100."""
MOST_PIECES = 3_000_000
"""So many elements, words of markup and stretches of text may HTML or RTF have; a book has less."""
MOST_CONTROLS = 0.02
"""Where more than this share of the characters are controls, a file is not text."""
FEW_CONTROLS = 3
"""So many of them are forgiven in any file, however short."""

MEDIA_TYPES: Mapping[str, Kind] = {
    "text/plain": "text",
    "text/markdown": "text",
    "text/x-markdown": "text",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/rtf": "rtf",
    "application/rtf": "rtf",
    "application/x-rtf": "rtf",
}
"""The media types that are read here."""
_NAMES: Mapping[Kind, str] = {
    "pdf": "a PDF",
    "xml": "XML",
    "json": "JSON",
    "ndjson": "NDJSON",
    "gzip": "packed with gzip",
}


def read_written(  # noqa: PLR0913  what the record says of it are fields of the document
    content: bytes,
    name: str,
    media_type: str = "",
    *,
    date: DateRange | None = None,
    title: str = "",
    subject: str = "",
    path: str = "",
) -> Document:
    """
    Read a note; without a media type its first characters tell what it is.

    `path` is where the note stands in a structured source. Raises `BundleError` when it is empty,
    too large, no text, or of another kind.
    """
    if not content.strip():
        raise BundleError.at(name, "the file is empty", "give a note as text, HTML or RTF")
    if len(content) > LARGEST_TEXT:
        limit = LARGEST_TEXT // 1024 // 1024
        raise BundleError.at(
            name, f"the file is larger than {limit} MB", "split it into smaller files"
        )
    kind, charset = _meant(content, name, media_type)
    if kind == "rtf":
        text = _text_of_rtf(content, name)
    elif kind == "html":
        text = _text_of_html(decoded(content, name, charset or _charset_of_html(content)), name)
    else:
        text = neutral(decoded(content, name, charset))
    if not text.strip():
        hint = "look at it; if it is a picture, have it typed or recognized"
        raise BundleError.at(name, "there is no text in it", hint)
    passages = (Passage(0, None, path),) if path else ()
    return Document(
        name=name, text=text, date=date, title=title, subject=subject, passages=passages
    )


def media_type_of(words: str) -> str:
    """
    Give a media type without its parameters, in small letters.

    >>> media_type_of("Text/HTML; charset=utf-8")
    'text/html'
    """
    return words.partition(";")[0].strip().lower()


def _meant(content: bytes, name: str, media_type: str) -> tuple[Kind, str]:
    """Tell what a note is meant to be, and the charset that its media type gives."""
    kind: Kind
    said, found = MEDIA_TYPES.get(media_type_of(media_type)), kind_of(content, name)
    if said is None and media_type_of(media_type) not in {"", "application/octet-stream"}:
        hint = "give it as text, HTML, RTF or PDF"
        raise BundleError.at(name, "documents of its media type are not read", hint)
    if said is None or found in {"rtf", "pdf", "gzip"} or (said, found) == ("text", "html"):
        # These begin with signs that no note begins with: the media type is wrong, or is missing.
        kind = found
    else:
        kind = said
    if kind == "binary":
        raise BundleError.at(name, "this is not text", "give a note as text, HTML, RTF or PDF")
    if kind in _NAMES:
        raise BundleError.at(name, f"this is {_NAMES[kind]}, not a note", "name it for what it is")
    charset = _CHARSET.search(media_type)
    return kind, charset[1] if charset else ""


# What a file is

HEAD = 4096
"""So many bytes tell what a file is."""
_LONGEST_CHARACTER = 4
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    # Before UTF-16: one begins with the other.
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BINARY = (b"\x89PNG", b"PK\3\4", b"PK\5\6", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|span|br|h[1-6]|ul|ol|b|i|font|center|pre)\b",
    re.IGNORECASE,
)
_XML = re.compile(r"<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_][\w.:-]*[\s/>])")
_HTML_ROOT = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[{\[\]\"]")
_NDJSON = re.compile(r"\{[^\n]*\}\s*\n\s*\{")


def kind_of(content: bytes, name: str) -> Kind:
    """
    Tell what a file is, by its first characters, and by its name where those leave a doubt.

    >>> kind_of(b"%PDF-1.7 ...", "letter")
    'pdf'
    >>> kind_of(b"{}", "Patient.ndjson")
    'ndjson'
    """
    head = content[:HEAD]
    end = name.lower()
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-"):
        return "pdf"
    if end.endswith(".pdf") and b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_BINARY):
        return "binary"
    begin = _begin(head)
    return "binary" if _is_binary(begin) else _kind_of_text(begin.lstrip("\ufeff \t\r\n"), end)


def _begin(head: bytes) -> str:
    """Decode the beginning of a file, which may end within a character."""
    codec = _marked(head) or "utf-8"
    try:
        return head.decode(codec)
    except UnicodeDecodeError as error:
        is_cut = error.start > len(head) - _LONGEST_CHARACTER
        within, codec = (head[: error.start], codec) if is_cut else (head, _FALLBACK)
        return within.decode(codec, errors="replace")


def _kind_of_text(begin: str, name: str) -> Kind:
    if begin.startswith("{\\rtf"):
        return "rtf"
    if name.endswith((".txt", ".text", ".md", ".markdown")):
        return "text"
    if begin.startswith("<"):
        if _HTML.match(begin) or _HTML_ROOT.search(begin) or name.endswith((".html", ".htm")):
            return "html"
        return "xml" if _XML.match(begin) else "text"
    if name.endswith((".ndjson", ".jsonl")):
        return "ndjson"
    if _JSON.match(begin) or name.endswith(".json"):
        return "ndjson" if _NDJSON.match(begin) else "json"
    if name.endswith((".html", ".htm")):
        return "html"
    return "text"


def _marked(content: bytes) -> str:
    """Name the encoding whose byte order mark a file begins with; empty if there is none."""
    return next((codec for mark, codec in _MARKS if content.startswith(mark)), "")


# Characters

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_FALLBACK = "cp1252"
# By the names that Python gives them. Others are not used: some of its codecs are no charsets,
# and some take time that grows with the square of the length.
_CODECS = re.compile(
    r"utf-(?:8|16|16-le|16-be|32|32-le|32-be)|cp(?:125\d|437|85[0258]|86[0-9]|932|949|950)"
    r"|iso8859-\d\d?|mac-(?:roman|latin2|cyrillic|greek|turkish)|koi8-[rtu]|big5|gbk|gb2312|gb18030"
    r"|shift_jis|euc_(?:jp|kr)"
)
# Programs that say one of these two write Windows-1252, which differs in what else is unused
# (WHATWG Encoding Standard).
_LATIN = {"ascii", "iso8859-1"}
_TRUNCATED = "unexpected end of data"


def _codec(charset: str) -> str:
    """Give Python's name of a charset; empty if it is none that is read."""
    import codecs  # noqa: PLC0415  few notes name their charset

    try:
        codec = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    if codec in _LATIN:
        return _FALLBACK
    return codec if _CODECS.fullmatch(codec) else ""


def decoded(content: bytes, name: str, charset: str) -> str:
    """Decode by the mark at its beginning, the charset, as UTF-8, or as Windows-1252: the first."""
    codec = _marked(content) or (charset and _codec(charset)) or "utf-8"
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        is_cut = error.reason in {_TRUNCATED, "truncated data"} and error.end == len(content)
        if is_cut and (codec.startswith("utf-16") or not content[: error.start].isascii()):
            hint = "the file was cut off; fetch it again"
            raise BundleError.at(
                name, "it stops short in the middle of a character", hint
            ) from None
        text = content.decode(_FALLBACK, errors="replace")
    if _is_binary(text):
        raise BundleError.at(name, "this is not text", "give a note as text, HTML, RTF or PDF")
    return text


_CONTROLS = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# They turn the order of letters around, or are not seen at all.
_UNSEEN = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_ODD = re.compile(f"{_CONTROLS.pattern[:-1]}\x0b\x0c\r\x85\u2028\u2029{_UNSEEN}]")
_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\r\x85\u2028\u2029"), "\n")


def neutral(text: str) -> str:
    r"""
    Put a space for every control character, and `\n` for every end of a line; all stay in place.

    >>> neutral("one\r\ntwo\x07\u202ethree")
    'one \ntwo  three'
    """
    if "\r" in text:
        text = text.replace("\r\n", " \n")
    # Looked for first: most notes have none, and to replace is slow.
    return _ODD.sub(_replaced, text) if _ODD.search(text) else text


def _replaced(found: re.Match[str]) -> str:
    return _LINE_ENDS.get(ord(found[0]), " ")


def _is_binary(text: str) -> bool:
    forgiven = max(FEW_CONTROLS, int(len(text) * MOST_CONTROLS))
    return sum(1 for _ in islice(_CONTROLS.finditer(text), forgiven + 1)) > forgiven


# HTML

_LINES = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"),
        *(
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "legend",
            "li",
            "main",
        ),
        *("nav", "ol", "optgroup", "option", "p", "pre", "section", "summary", "table", "tbody"),
        *("textarea", "tfoot", "thead", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})
# What is not shown, and what its author has struck out.
_UNSHOWN = frozenset(
    {
        *(
            "applet",
            "audio",
            "canvas",
            "datalist",
            "del",
            "head",
            "iframe",
            "map",
            "math",
            "object",
        ),
        *("s", "script", "strike", "style", "svg", "template", "video"),
    }
)
_UNSHOWN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through",
    re.IGNORECASE,
)
_VERBATIM = frozenset({"pre", "textarea", "listing", "xmp"})
_SPACES = re.compile(r"[ \t\n]+")
_CHUNK = 65536
_CHARSET_WITHIN = 1024


def _charset_of_html(content: bytes) -> str:
    """Find the charset that a page gives for itself."""
    head = content[:_CHARSET_WITHIN].decode("latin-1")
    found = _CHARSET.search(head) or _XML_ENCODING.match(head)
    # Whoever reads it so far as ASCII has seen that it is not in UTF-16.
    return "" if found is None or "16" in found[1] else found[1]


_XML_ENCODING = re.compile(r"\s*<\?xml[^>]{0,80}encoding=[\"']([\w.:-]{1,40})")


def _text_of_html(source: str, name: str) -> str:
    # Most records have no HTML.
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    page = _Page()
    # Without a tree: a page of 50 MB would fill 2 GB.
    parser = etree.HTMLParser(
        target=page, encoding="utf-8", huge_tree=True, no_network=True, recover=True
    )
    content = neutral(source).encode("utf-8", errors="replace")
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
        parser.close()
    except _TooMuch as error:
        raise BundleError.at(name, f"the HTML {error}", _AGAIN) from None
    except etree.LxmlError:
        raise BundleError.at(name, "the HTML cannot be read", _AGAIN) from None
    return neutral("".join(page.words))


_AGAIN = "no note is like this; save it from its source again"
_TOO_DEEP = "is nested too deeply"
_TOO_MUCH = f"has more than {MOST_PIECES:,} pieces"


class _TooMuch(Exception):  # noqa: N818  it never leaves this module
    """What would take more time than it has text."""


@dataclass(slots=True)
class _Gap:
    """What comes between the text so far and the next."""

    space: bool = False
    line: bool = False
    row: bool = False
    """Whether a row of a table begins."""
    cells: int = 0
    """Cells ended since: those without text, and the last one with it."""
    item: bool = False

    def words(self) -> str:
        """Write it; a paragraph in an item or a cell begins no line of its own."""
        if self.row:
            words = "\n" + "| " * self.cells
        elif self.cells:
            words = " |" * self.cells + " "
        elif self.line or self.item:
            words = "\n"
        else:
            words = " " if self.space else ""
        return f"{words}- " if self.item else words


class _Page:
    """Takes the elements of a page as they come, and keeps the text that is shown."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.depth = 0
        self.pieces = 0
        self.unshown = 0
        """How deep stands the outermost element that is not shown; 0 outside of any."""
        self.verbatim = 0
        self.raised = False
        """Whether letters that come next stand above the line."""
        self.rows: list[int] = []
        """Cells begun in the row, for each table around."""
        self.gap = _Gap()

    # What lxml calls.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        self.depth += 1
        self._count()
        if self.depth > DEEPEST_NESTING:
            raise _TooMuch(_TOO_DEEP)
        if self.unshown:
            return
        if tag in _UNSHOWN or _is_unshown(tag, attributes):
            self.unshown = self.depth
        elif tag in _CELLS:
            self._cell()
        elif tag in _LINES:
            self._break(tag)
        elif tag == "sup":
            self.raised = True
        if not self.unshown:
            self.verbatim += tag in _VERBATIM
            self._fill(tag, attributes)

    def end(self, tag: str) -> None:
        """End an element."""
        if not self.unshown:
            self._end_shown(tag)
        elif self.unshown == self.depth:
            self.unshown = 0
        self.depth = max(self.depth - 1, 0)

    def data(self, words: str) -> None:
        """Add text."""
        self._count()
        if self.unshown:
            return
        if self.verbatim:
            self._add(words)
            return
        shown = _SPACES.sub(" ", words)
        if shown.startswith(" "):
            self.gap.space = True
        if core := shown.strip(" "):
            self._add(core)
            if shown.endswith(" "):
                self.gap.space = True

    def comment(self, words: str) -> None:
        """Leave it out."""

    def pi(self, target: str, words: str = "") -> None:
        """Leave it out."""

    def close(self) -> None:
        """End the page."""

    def _count(self) -> None:
        self.pieces += 1
        if self.pieces > MOST_PIECES:
            raise _TooMuch(_TOO_MUCH)

    # What comes between.

    def _end_shown(self, tag: str) -> None:
        if tag in _LINES and tag != "br":
            self.gap.line = True
        if tag == "tr":
            self.gap.cells, self.gap.row = 0, False
        if tag == "table" and self.rows:
            self.rows.pop()
        self.verbatim = max(self.verbatim - (tag in _VERBATIM), 0)
        self.raised &= tag != "sup"

    def _add(self, words: str) -> None:
        gap = self.gap.words()
        before = self.words[-1][-1:] if self.words else "\n"
        if self.raised and not gap and before.isdigit() and words[:1] in _RAISED:
            gap = "^"  # 10 with a raised 9 is not 109.
        self.words += (gap.lstrip() if before == "\n" else gap, words)
        self.raised = False
        self.gap = _Gap()

    def _break(self, tag: str) -> None:
        self.gap.line = True
        if tag == "table":
            self.rows.append(0)
        elif tag == "tr":
            self.gap.cells, self.gap.row = 0, True
            self.rows[-1:] = [0]
        elif tag == "li":
            self.gap.item = True

    def _cell(self) -> None:
        self.rows = self.rows or [0]
        self.gap.cells += self.rows[-1] > 0
        self.rows[-1] += 1

    def _fill(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Show what a page shows in place of some elements: ticks, fields, pictures."""
        kind = attributes.get("type", "").lower()
        if tag == "input" and kind in {"checkbox", "radio"}:
            self._add("[x]" if "checked" in attributes else "[ ]")
            self.gap.space = True
        elif tag == "input" and kind != "hidden":
            self.data(attributes.get("value", ""))
        elif tag == "img":
            self.data(attributes.get("alt", ""))


_RAISED = frozenset("0123456789-\N{MINUS SIGN}")


def _is_unshown(tag: str, attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes or (tag == "option" and "selected" not in attributes):
        return True
    return _UNSHOWN_STYLE.search(attributes.get("style", "")) is not None


# RTF

# One branch for each first character, and nothing is tried twice.
_TOKEN = re.compile(
    r"\\(?:([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|'([0-9A-Fa-f]{2})|([^A-Za-z]))|([{}])"
    r"|([^\\{}\r\n\0]+)|[\r\n\0\\]",
    re.DOTALL,
)
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(["header", "headerf", "headerl", "headerr", "footnote"], "\n"),
    **dict.fromkeys(["footer", "footerf", "footerl", "footerr"], "\n"),
    "par": "\n",
    "line": "\n",
    "sect": "\n",
    "page": "\n",
    "column": "\n",
    "tab": "\t",
    "cell": " | ",
    "nestcell": " | ",
    "row": "\n",
    "nestrow": "\n",
    "bullet": "\N{BULLET}",
    "emdash": "\N{EM DASH}",
    "endash": "\N{EN DASH}",
    "lquote": "\N{LEFT SINGLE QUOTATION MARK}",
    "rquote": "\N{RIGHT SINGLE QUOTATION MARK}",
    "ldblquote": "\N{LEFT DOUBLE QUOTATION MARK}",
    "rdblquote": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SIGNS: Mapping[str, str] = {
    "\\": "\\",
    "{": "{",
    "}": "}",
    "~": "\N{NO-BREAK SPACE}",
    "_": "-",
    "\n": "\n",
    "\r": "\n",
    "\t": "\t",
}
# Groups that hold no text of the note. Others of this sort begin with `\*`.
_ASIDE = frozenset(
    {
        *("annotation", "atnauthor", "atnid", "atrfend", "atrfstart", "bkmkend", "bkmkstart"),
        *("colortbl", "datastore", "filetbl", "fldinst", "fonttbl", "footnotesep", "generator"),
        *(
            "info",
            "listtable",
            "nonshppict",
            "objdata",
            "object",
            "pict",
            "pnseclvl",
            "revtbl",
            "rxe",
        ),
        *("stylesheet", "tc", "themedata", "txe", "xe"),
    }
)
_UNSHOWN_WORDS = frozenset({"v", "deleted", "strike", "striked"})
_ENDS_ROW = frozenset({"row", "nestrow"})
_PAGES: Mapping[str, str] = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}
# Charsets of fonts, by their numbers in RTF 1.9.1, "Font Table".
_CHARSETS: Mapping[int, str] = {
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
_BEYOND_UNICODE = 0x110000


@dataclass(frozen=True, slots=True)
class _Style:
    """What holds for a group of RTF, and for the groups in it until they say otherwise."""

    aside: bool = False
    """Whether it holds no text of the note."""
    in_fonts: bool = False
    unshown: frozenset[str] = frozenset()
    """The properties by which it is hidden, struck out or deleted."""
    is_raised: bool = False
    codec: str = ""
    """The charset of its font; empty for that of the file."""
    doubles: int = 1
    """So many characters after one in Unicode say the same for old readers."""


def _text_of_rtf(content: bytes, name: str) -> str:
    """Read the text of an RTF file, in one pass from left to right."""
    source = content.decode("latin-1")
    start = source.find("{\\rtf")
    if start < 0:
        raise BundleError.at(name, "this is not RTF", _AGAIN)
    reader = _Rtf()
    at, pieces = start, 0
    # It has a branch for every character, and so ends with the file.
    while (token := _TOKEN.match(source, at)) and not reader.take(token):
        pieces += 1
        if reader.depth > DEEPEST_NESTING or pieces > MOST_PIECES:
            why = _TOO_MUCH if pieces > MOST_PIECES else _TOO_DEEP
            raise BundleError.at(name, f"the RTF {why}", _AGAIN)
        at = token.end() + reader.to_skip
        reader.to_skip = 0
    if reader.depth:
        raise BundleError.at(name, "the RTF stops short", "the file was cut off; fetch it again")
    text = reader.text()
    if _is_binary(text):
        raise BundleError.at(name, "this is not text", _AGAIN)
    return neutral(text)


class _Rtf:
    """Takes the tokens of an RTF file one at a time, and keeps the text that is shown."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.letters = bytearray()
        """Bytes in the font's charset, which may take two for a letter."""
        self.style = _Style()
        self.outer: list[_Style] = []
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.codec = _FALLBACK
        self.doubles = 0
        """So many characters are still to be left out."""
        self.to_skip = 0
        """So many bytes of a picture come next."""

    @property
    def depth(self) -> int:
        """How many groups are open."""
        return len(self.outer)

    def text(self) -> str:
        """Give the text so far."""
        self._decode()
        # Letters beyond the first 65,536 are written as two halves.
        halves = "".join(self.words).encode("utf-16-le", errors="surrogatepass")
        return halves.decode("utf-16-le", errors="replace")

    def take(self, token: re.Match[str]) -> bool:
        """Take a token; true when it ends the file."""
        word, number, code, sign, brace, letters = token.groups()
        if letters:
            self._add(letters.encode("latin-1"))
        elif code:
            self._add(bytes([int(code, 16)]))
        elif word:
            self._decode()
            self._word(word, None if number is None else int(number))
        elif sign:
            self._decode()
            self._sign(sign)
        elif brace:
            self._decode()
            self.doubles = 0
            if brace == "{":
                self.outer.append(self.style)
            else:
                self.style = self.outer.pop()
        return brace == "}" and not self.outer

    def _add(self, letters: bytes) -> None:
        dropped = min(self.doubles, len(letters))
        self.doubles -= dropped
        letters = letters[dropped:]
        if self.style.aside or self.style.unshown or not letters:
            return
        if self.style.is_raised:
            # 10 with a raised 9 is not 109.
            self._decode()
            if letters[:1].isdigit() and self.words and self.words[-1][-1:].isdigit():
                self.words.append("^")
            self.style = replace(self.style, is_raised=False)
        self.letters += letters

    def _decode(self) -> None:
        if self.letters:
            codec = self.style.codec or self.codec
            self.words.append(self.letters.decode(codec, errors="replace"))
            self.letters.clear()

    def _say(self, words: str) -> None:
        if not self.style.aside and not self.style.unshown:
            self.words.append(words)

    def _sign(self, sign: str) -> None:
        self.doubles = 0
        if sign == "*":
            self.style = replace(self.style, aside=True)
        elif sign in _SIGNS:
            self._say(_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            number += 0x10000 if number < 0 else 0
            self._say(chr(number) if 0 <= number < _BEYOND_UNICODE else "\ufffd")
            self.doubles = self.style.doubles
            return
        self.doubles = 0
        if word == "bin":
            self.to_skip = max(number or 0, 0)
        elif word in _ENDS_ROW and self.words and self.words[-1] == " | ":
            if not self.style.aside and not self.style.unshown:
                self.words[-1] = "\n"
        elif word in _WORDS:
            self._say(_WORDS[word])
        elif word in _ASIDE:
            self.style = replace(self.style, aside=True, in_fonts=word == "fonttbl")
        elif word in _UNSHOWN_WORDS:
            unshown = self.style.unshown - {word} if number == 0 else self.style.unshown | {word}
            self.style = replace(self.style, unshown=unshown)
        elif word == "plain":
            self.style = replace(self.style, unshown=frozenset(), is_raised=False, codec="")
        elif word in {"super", "up"}:
            self.style = replace(self.style, is_raised=number != 0)
        else:
            self._charset(word, number)

    def _charset(self, word: str, number: int | None) -> None:
        if word in _PAGES:
            self.codec = _PAGES[word]
        elif number is None:
            return
        elif word == "ansicpg":
            self.codec = _codec(f"cp{number}") or _FALLBACK
        elif word == "uc":
            self.style = replace(self.style, doubles=max(number, 0))
        elif word == "f" and self.style.in_fonts:
            self.font = number
        elif word == "fcharset":
            self.fonts[self.font] = _CHARSETS.get(number, "")
        elif word == "f":
            self.style = replace(self.style, codec=self.fonts.get(number, ""))
