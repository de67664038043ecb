"""
RTF → the text that it shows, in one pass from left to right.

It has a reader of its own because those at hand use patterns that a few kilobytes can keep busy for
hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multifidus.chart.formats.characters import FALLBACK, codec_of, is_binary, neutral
from multifidus.chart.formats.markup import AGAIN, DEEPEST_NESTING, MOST_PIECES, TOO_DEEP, TOO_MUCH
from multifidus.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def text_of_rtf(content: bytes, name: str) -> str:
    """Read the text of an RTF file, in one pass from left to right."""
    source = content.decode("latin-1")
    start = source.find("{\\rtf")
    if start < 0:
        raise BundleError.at(name, "this is not RTF", AGAIN)
    reader = _Rtf()
    at, pieces = start, 0
    # It has a branch for every character, and so ends with the file.
    while (token := _TOKEN.match(source, at)) and not reader.take(token):
        pieces += 1
        if reader.depth > DEEPEST_NESTING or pieces > MOST_PIECES:
            why = TOO_MUCH if pieces > MOST_PIECES else TOO_DEEP
            raise BundleError.at(name, f"the RTF {why}", AGAIN)
        at = token.end() + reader.to_skip
        reader.to_skip = 0
    if reader.depth:
        raise BundleError.at(name, "the RTF stops short", "the file was cut off; fetch it again")
    text = reader.text()
    if is_binary(text):
        raise BundleError.at(name, "this is not text", AGAIN)
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
        self.codec = FALLBACK
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
            self.codec = codec_of(f"cp{number}") or FALLBACK
        elif word == "uc":
            self.style = replace(self.style, doubles=max(number, 0))
        elif word == "f" and self.style.in_fonts:
            self.font = number
        elif word == "fcharset":
            self.fonts[self.font] = _CHARSETS.get(number, "")
        elif word == "f":
            self.style = replace(self.style, codec=self.fonts.get(number, ""))
