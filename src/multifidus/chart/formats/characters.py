"""
The characters of a file: in which charset they are, which of them a text has, which are no text.

What turns the order of letters around, or is not seen at all, is put out of the way, and every
character keeps its place.
"""

from __future__ import annotations

import re
from itertools import islice

from multifidus.errors import BundleError

MOST_CONTROLS = 0.02
"""Where more than this share of the characters are controls, a file is not text."""
FEW_CONTROLS = 3
"""So many of them are forgiven in any file, however short."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    # Before UTF-16: one begins with the other.
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
"""Where a media type or a page names its charset."""
FALLBACK = "cp1252"
"""The charset of what is in no other: every byte is a character of it."""
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


def codec_of(charset: str) -> str:
    """Give Python's name of a charset; empty if it is none that is read."""
    import codecs  # noqa: PLC0415  few notes name their charset

    try:
        codec = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    if codec in _LATIN:
        return FALLBACK
    return codec if _CODECS.fullmatch(codec) else ""


def marked(content: bytes) -> str:
    """Name the encoding whose byte order mark a file begins with; empty if there is none."""
    return next((codec for mark, codec in _MARKS if content.startswith(mark)), "")


def decoded(content: bytes, name: str, charset: str) -> str:
    """Decode by the mark at its beginning, the charset, as UTF-8, or as Windows-1252: the first."""
    codec = marked(content) or (charset and codec_of(charset)) or "utf-8"
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        is_cut = error.reason in {_TRUNCATED, "truncated data"} and error.end == len(content)
        if is_cut and (codec.startswith("utf-16") or not content[: error.start].isascii()):
            hint = "the file was cut off; fetch it again"
            raise BundleError.at(
                name, "it stops short in the middle of a character", hint
            ) from None
        text = content.decode(FALLBACK, errors="replace")
    if is_binary(text):
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


def is_binary(text: str) -> bool:
    """Whether so many characters are controls that a file is no text."""
    forgiven = max(FEW_CONTROLS, int(len(text) * MOST_CONTROLS))
    return sum(1 for _ in islice(_CONTROLS.finditer(text), forgiven + 1)) > forgiven
