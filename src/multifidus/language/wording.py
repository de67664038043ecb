"""
YAML to lexicon: how documents word the data elements.

A phrase is words with blanks between them, in lower case. `a|b` takes either word, `word?` may be
missing, `*` takes up to a few words, `#` a number, `#time` a count and a calendar unit, `#date` a
day, month or year, `#level` a lumbar level. `^f` stands right after what is before it. Hyphens
between letters are left out: `follow up`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import UNITS
from multifidus.core.wording import (
    Assertion,
    Context,
    Lexicon,
    Phrase,
    Piece,
    Takes,
    Wording,
)
from multifidus.errors import DictionaryError, Problem
from multifidus.language.located import Fields, Located, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from multifidus.core.element import DataElement, Dictionary

PLACES = ("before", "after", "headings")
"""Where words stand that say how a finding is meant."""
MOST_PIECES = 16
MOST_GAPS = 2
"""So many gaps a phrase may have: each multiplies the ways in which it can be laid on a text."""

_WORD = re.compile(r"[^\W\d_]+|[0-9]+(?:\.[0-9]+)?|[^\w\s]")
_JOINING = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""A hyphen between two letters, which a text is read without."""
_GROUP = re.compile(r"<(?P<name>[a-z-]+)>")
_PLACEHOLDERS = {
    "*": Takes.ANY,
    "#": Takes.NUMBER,
    "#time": Takes.TIME,
    "#date": Takes.DATE,
    "#level": Takes.LEVEL,
}
_PHRASE_HINT = (
    "write words in lower case, `a|b`, `word?`, `*`, `#`, `#time`, `#date` or `#level`, with blanks"
    " between them; signs stand by themselves, as in `y / o`"
)


def read_lexicon(path: Path, dictionary: Dictionary) -> Lexicon:
    """
    Read how documents word the elements of a dictionary.

    Raises `DictionaryError` with everything that is wrong.
    """
    located, problems = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
    top = Fields(located, path.stem, problems)
    groups = {name: each.items for name, each in _pairs(top.find("groups"), "groups", problems)}
    found = top.find("context")
    context = _read_context(
        found and _expanded(found, groups, "context", problems), located, problems
    )
    elements: dict[str, Wording] = {}
    for name, each in _pairs(top.find("elements"), "elements", problems):
        element = dictionary.elements.get(name)
        if element is None:
            hint = f"the elements are those of `{dictionary.name}`"
            _wrong(each, name, f"unknown name `{name}`", hint, problems)
        else:
            located_here = _expanded(each, groups, name, problems)
            elements[name] = _read_wording(element, located_here, dictionary, problems)
    lexicon = Lexicon(
        name=path.stem, version=top.text("version"), elements=elements, context=context
    )
    top.close()
    if problems:
        raise DictionaryError(*problems)
    return lexicon


def _expanded(
    located: Located, groups: Mapping[str, list[Located]], subject: str, problems: list[Problem]
) -> Located:
    """Put the phrases of a group in the place of its name."""
    if isinstance(located.content, dict):
        fields = {
            name: _expanded(each, groups, subject, problems)
            for name, each in located.content.items()
        }
        return Located(fields, located.place)
    if isinstance(located.content, str):
        return located
    items: list[Located] = []
    for each in located.content:
        found = _GROUP.fullmatch(each.text)
        if found is None:
            items.append(each)
        elif found["name"] in groups:
            items += groups[found["name"]]
        else:
            hint = f"the groups are: {', '.join(groups)}" if groups else "add it under `groups:`"
            _wrong(each, subject, f"unknown group `{each.text}`", hint, problems)
    return Located(items, located.place)


def _read_context(found: Located | None, top: Located, problems: list[Problem]) -> Context:
    fields = Fields(found or Located({}, top.place), "context", problems)
    assertions = list(Assertion)
    before, after, headings = (
        {
            Assertion(word): phrases
            for word, phrases in _by_option(fields.find(name), name, assertions, problems)
        }
        for name in PLACES
    )
    context = Context(
        before=before,
        after=after,
        headings=headings,
        plans=dict(_by_option(fields.find("plans"), "plans", PLACES, problems)),
        no_triggers=_phrases(fields.list("no_triggers"), "context", problems),
        ends=_phrases(fields.list("ends"), "context", problems),
        affirms=_phrases(fields.list("affirms"), "context", problems),
        bounds=_phrases(fields.list("bounds"), "context", problems),
        other_tests=_phrases(fields.list("other_tests"), "context", problems),
    )
    fields.close()
    return context


def _read_wording(
    element: DataElement, located: Located, dictionary: Dictionary, problems: list[Problem]
) -> Wording:
    name = element.name
    fields = Fields(located, name, problems)
    options, units = _options(element), _units(element)
    negated = {
        option: each.text
        for option, each in _pairs(fields.find("negated"), name, problems)
        if _is_known(option, options, each, name, problems)
        and _is_known(each.text, options, each, name, problems)
    }
    confirm, settles = fields.text("confirm", ""), fields.text("settles", "")
    if bool(confirm) == bool(settles):
        hint = "write `confirm: because …` or `settles: because …`, one of the two"
        fields.wrong(None, "it does not say whether the text alone settles the element", hint)
    wording = Wording(
        names=_phrases(fields.list("names"), name, problems),
        says=dict(_by_option(fields.find("says"), name, options, problems)),
        reads=dict(_by_option(fields.find("reads"), name, units, problems)),
        alone=dict(_by_option(fields.find("alone"), name, (*options, *units), problems)),
        unclear=dict(_by_option(fields.find("unclear"), name, None, problems)),
        negated=negated,
        needs=_phrases(fields.list("needs"), name, problems),
        unless=_phrases(fields.list("unless"), name, problems),
        bare=fields.text("bare", ""),
        beside=_read_beside(fields, dictionary),
        past_counts=fields.choice("past_counts", ("no", "yes"), "no") == "yes",
        passes=fields.choice("passes", ("no", "yes"), "no") == "yes",
        reaches_next=fields.choice("reaches_next", ("no", "yes"), "no") == "yes",
        confirm=confirm.removeprefix("because "),
        settles=settles.removeprefix("because "),
    )
    if (wording.says or wording.reads) and not (wording.names or wording.beside):
        hint = "add `names:`, or move the phrases to `alone:`"
        fields.wrong(None, "results without a name to stand beside", hint)
    if not (wording.says or wording.reads or wording.alone):
        fields.wrong(None, "nothing is read", "add `says:`, `reads:` or `alone:`")
    fields.close()
    return wording


def _options(element: DataElement) -> tuple[str, ...]:
    match element.answer:
        case YesNo():
            return "yes", "no"
        case Choice(options):
            return options
        case Number() | Time():
            return ()


def _units(element: DataElement) -> tuple[str, ...]:
    """Name the ways in which a number, a time or a level may be written."""
    match element.answer:
        case Number(unit):
            same = [each.name for each in UNITS.values() if each.dimension is UNITS[unit].dimension]
            return (*same, f"half {unit}")
        case Time():
            return "time", "since"
        case Choice():
            return ("level",)
        case YesNo():
            return ()


def _read_beside(fields: Fields, dictionary: Dictionary) -> tuple[str, str] | None:
    text = fields.text("beside", "")
    if not text:
        return None
    name, _, option = text.partition(" is ")
    element = dictionary.elements.get(name)
    if element is None or option not in _options(element):
        hint = "write `beside: multifidus_mri is abnormal`, an element and one of its options"
        fields.wrong(fields.find("beside"), f"`beside` is `{text}`", hint)
    return name, option


def _by_option(
    found: Located | None,
    subject: str,
    options: Iterable[str] | None,
    problems: list[Problem],
) -> Iterable[tuple[str, tuple[Phrase, ...]]]:
    for option, each in _pairs(found, subject, problems):
        if options is None or _is_known(option, options, each, subject, problems):
            yield option, _phrases(each.items, subject, problems)


def _is_known(
    option: str, options: Iterable[str], at: Located, subject: str, problems: list[Problem]
) -> bool:
    known = list(options)
    if option not in known:
        hint = f"write one of: {', '.join(known)}" if known else "leave it out"
        _wrong(at, subject, f"`{option}` has no meaning here", hint, problems)
    return option in known


def _phrases(items: Iterable[Located], subject: str, problems: list[Problem]) -> tuple[Phrase, ...]:
    return tuple(
        phrase for each in items if (phrase := _read_phrase(each, subject, problems)) is not None
    )


def _read_phrase(located: Located, subject: str, problems: list[Problem]) -> Phrase | None:
    phrase = tuple(piece for word in located.text.split() for piece in _read_pieces(word))
    gaps = sum(piece.takes is Takes.ANY for piece in phrase)
    if not phrase or _NOT_A_PIECE in phrase or len(phrase) > MOST_PIECES:
        _wrong(located, subject, "this is not a phrase", _PHRASE_HINT, problems)
    elif phrase[0].takes is Takes.ANY or phrase[0].is_optional or phrase[-1].takes is Takes.ANY:
        hint = "begin with words that must be there, and end with no gap"
        _wrong(located, subject, "a phrase has firm ends", hint, problems)
    elif gaps > MOST_GAPS:
        hint = f"use at most {MOST_GAPS}, or write two phrases"
        _wrong(located, subject, "the phrase has too many gaps", hint, problems)
    else:
        return phrase
    return None


_NOT_A_PIECE = Piece(Takes.WORDS)
"""Stands in for what is no piece; it would take nothing."""


def _read_pieces(text: str) -> Iterable[Piece]:
    if text in _PLACEHOLDERS:
        return [Piece(_PLACEHOLDERS[text])]
    is_glued = len(text) > 1 and text.startswith("^")
    if is_glued:
        return [replace(each, is_glued=True) for each in _read_pieces(text[1:])]
    is_optional = len(text) > 1 and text.endswith("?")
    text = text.removesuffix("?") if is_optional else text
    if text in _PLACEHOLDERS and text != "*":
        return [Piece(_PLACEHOLDERS[text], is_optional=is_optional)]
    if "|" in text:
        words = text.split("|")
        is_known = all(_WORD.fullmatch(word) for word in words) and text == text.lower()
        return [Piece(Takes.WORDS, frozenset(words), is_optional) if is_known else _NOT_A_PIECE]
    if text != text.lower() or "_" in text:
        return [_NOT_A_PIECE]
    words = _WORD.findall(_JOINING.sub(" ", text))
    return [Piece(Takes.WORDS, frozenset([word]), is_optional) for word in words]


def _pairs(
    located: Located | None, subject: str, problems: list[Problem]
) -> Iterable[tuple[str, Located]]:
    if located is None:
        return ()
    if isinstance(located.content, dict):
        return located.content.items()
    message = "fields with names stand here, not words or a list"
    _wrong(located, subject, message, "write `name: …`", problems)
    return ()


def _wrong(
    located: Located, subject: str, message: str, hint: str, problems: list[Problem]
) -> None:
    problem = Problem(place=located.place, subject=subject, message=message, hint=hint)
    problems.append(problem)
