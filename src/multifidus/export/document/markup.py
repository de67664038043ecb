"""
HTML out of values: whatever is not markup yet is text, and is escaped.

A template language would be one library more for a few dozen tags, and would let a page hold a
value that nobody escaped; here that is a type error.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_INLINE = frozenset(
    {"a", "b", "button", "caption", "code", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"label", "option", "output", "p", "small", "span", "strong", "summary", "td", "th"}
)
_VOID = frozenset({"br", "hr", "img", "input"})
_CONTROLS = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)]
_TURNING = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_BLANKS = dict.fromkeys([*_CONTROLS, *_TURNING, 0x200B, 0x2060, 0xFEFF], " ")
"""Controls, and what turns the order of letters around or is not seen at all."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(words: str) -> Markup:
    r"""
    Write words as text of a page, without what nobody sees; markup stays as it is.

    >>> text("1 < 2\u202e, \x07so")
    '1 &lt; 2 ,  so'
    """
    return words if isinstance(words, Markup) else Markup(escape(words.translate(_BLANKS)))


def joined(pieces: Iterable[str], between: str = "") -> Markup:
    """Put pieces one after another."""
    return Markup(between.join(text(each) for each in pieces))


def tag(name: str, *content: str, **attributes: str | None) -> Markup:
    """
    Write an element; `class_` stands for `class`, `aria_label` for `aria-label`.

    An attribute that is None is left out, and one that is empty stands by its name.

    >>> tag("p", "1 < 2 ", tag("b", "so"), class_="note", hidden=None)
    '<p class="note">1 &lt; 2 <b>so</b></p>'
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{name}{told}>")
    between = "" if name in _INLINE else "\n"
    inside = joined(content, between)
    if between and inside:
        inside = Markup(f"\n{inside}\n")
    return Markup(f"<{name}{told}>{inside}</{name}>")


def _attribute(key: str, value: str) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f' {name}="{escape(value)}"' if value else f" {name}"
