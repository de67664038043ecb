"""
YAML to lexicon: how documents word the data elements.

A phrase is words with blanks between them, in lower case. `a|b` takes either word, `word?` may be
missing, `*` takes up to a few words, `#` a number, `#time` a count and a calendar unit, `#date` a
day, month or year, `#level` a lumbar level. `^f` stands right after what is before it. Hyphens
between letters are left out: `follow up`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import UNITS
from multifidus.core.wording import (
    WORD,
    Assertion,
    Context,
    Lexicon,
    Phrase,
    Piece,
    Takes,
    Wording,
)
from multifidus.errors import DictionaryError
from multifidus.language.located import Fields, Located, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.errors import Problem

SEXES = ("female", "male")
PLACES = ("before", "after", "headings")
"""Where words stand that say how a finding is meant."""
MOST_PIECES = 16
MOST_GAPS = 2
"""So many gaps a phrase may have: each multiplies the ways in which it can be laid on a text."""
MOST_OPTIONAL = 10
"""So many pieces of a phrase may be missing: each doubles its place in the tree of phrases."""
MOST_FORMS = 16
"""So many forms of a phrase, by its `a|b` and `word?`, are held against those of others."""

_GROUP = re.compile(r"<(?P<name>[a-z-]+)>")
_NOT_WORDS = re.compile(rf"[*#_]|{_GROUP.pattern}")
_PLACEHOLDERS = {
    "*": Takes.ANY,
    "#": Takes.NUMBER,
    "#time": Takes.TIME,
    "#date": Takes.DATE,
    "#level": Takes.LEVEL,
}
_SIGN_OF = {takes: sign for sign, takes in _PLACEHOLDERS.items()}
_PHRASE_HINT = (
    "write words in lower case, `a|b`, `word?`, `^word`, `*`, `#`, `#time`, `#date` or `#level`,"
    " with blanks between them; signs stand by themselves, as in `y / o`"
)

_Read = list[tuple[Located, Phrase]]
"""Phrases, each with its place."""
_Labels = Mapping[str, frozenset[Takes]]
"""What phrases may mean, and for each meaning what they take from the text; empty: words alone."""
_NO_CAPTURE: frozenset[Takes] = frozenset()
_ASSERTIONS: _Labels = dict.fromkeys(Assertion, _NO_CAPTURE)


def read_lexicon(path: Path, dictionary: Dictionary) -> Lexicon:
    """
    Read how documents word the elements of a dictionary.

    Raises `DictionaryError` with everything that is wrong.
    """
    file = f"{path.parent.name}/{path.name}"
    located, problems = read_yaml(path.read_text(encoding="utf-8"), file=file)
    if problems and not located.content:
        raise DictionaryError(*problems)
    lexicon = _Reader(dictionary, problems).lexicon(Fields(located, path.stem, problems))
    if problems:
        raise DictionaryError(*sorted(problems, key=lambda each: each.place.line))
    return lexicon


class _Reader:
    """A lexicon on its way from YAML; collects what is wrong with it."""

    def __init__(self, dictionary: Dictionary, problems: list[Problem]) -> None:
        self.dictionary = dictionary
        self.problems = problems
        self.groups: dict[str, Sequence[str]] = {}
        self.pieces: dict[str, Sequence[Piece]] = {}

    def lexicon(self, top: Fields) -> Lexicon:
        for name in ("context", "elements"):
            if top.find(name) is None:
                top.wrong(None, f"`{name}` is missing", f"add `{name}: …`")
        groups = self.inside(top, "groups")
        for name in groups.mapping:
            # A group may use those before it, and its phrases need not have firm ends.
            self.groups[name] = [
                text
                for each in self.items(groups, name)
                for text in self.texts(groups, each)
                if self.all_pieces(groups, each, text)
            ]
        context = self.context(self.inside(top, "context"))
        inside = self.inside(top, "elements")
        elements: dict[str, Wording] = {}
        for name, each in inside.mapping.items():
            element = self.dictionary.elements.get(name)
            if element is None:
                hint = f"the elements are those of the dictionary `{self.dictionary.name}`"
                inside.wrong(each, f"unknown element `{name}`", hint)
            else:
                elements[name] = self.wording(element, Fields(each, name, self.problems))
        version = top.text("version")
        top.close()
        return Lexicon(name=top.subject, version=version, elements=elements, context=context)

    def context(self, fields: Fields) -> Context:
        before, after, headings = (self.by_label(fields, name, _ASSERTIONS) for name in PLACES)
        plans = self.by_label(fields, "plans", dict.fromkeys(PLACES, _NO_CAPTURE))
        sexes, pronouns = (
            self.by_label(fields, name, dict.fromkeys(SEXES, _NO_CAPTURE))
            for name in ("sexes", "pronouns")
        )
        asked, general, returns, claimants, no_triggers, ends, affirms, *rest = (
            self.phrases(fields, name)
            for name in (
                "asked",
                "general",
                "returns",
                "claimants",
                "no_triggers",
                "ends",
                "affirms",
                "bounds",
                "joins",
                "purposes",
                "titles",
                "region",
                "elsewhere",
                "other_tests",
            )
        )
        bounds, joins, purposes, titles, region, elsewhere, other_tests = rest
        neither = {"no_triggers": no_triggers, "ends": ends}
        _tell_apart(fields, {**before, **neither, "plans": plans.get("before", [])})
        _tell_apart(fields, {**after, **neither, "plans": plans.get("after", [])})
        _tell_apart(fields, {**headings, "asked": asked, "plans": plans.get("headings", [])})
        _tell_apart(fields, sexes)
        _tell_apart(fields, pronouns)
        fields.close()
        return Context(
            before={Assertion(label): _plain(read) for label, read in before.items()},
            after={Assertion(label): _plain(read) for label, read in after.items()},
            headings={Assertion(label): _plain(read) for label, read in headings.items()},
            plans={place: _plain(plans.get(place, [])) for place in PLACES},
            asked=_plain(asked),
            general=_plain(general),
            returns=_plain(returns),
            claimants=_plain(claimants),
            sexes={sex: _plain(read) for sex, read in sexes.items()},
            pronouns={sex: _plain(read) for sex, read in pronouns.items()},
            no_triggers=_plain(no_triggers),
            ends=_plain(ends),
            affirms=_plain(affirms),
            bounds=_plain(bounds),
            joins=_plain(joins),
            purposes=_plain(purposes),
            titles=_plain(titles),
            region=_plain(region),
            elsewhere=_plain(elsewhere),
            other_tests=_plain(other_tests),
        )

    def wording(self, element: DataElement, fields: Fields) -> Wording:
        options, units = _options(element), _units(element)
        names = self.phrases(fields, "names")
        says = self.by_label(fields, "says", options)
        reads = self.by_label(fields, "reads", units)
        alone = self.by_label(fields, "alone", {**options, **units})
        unclear = self.by_label(fields, "unclear", None)
        _tell_apart(fields, {"names": names, **alone})
        _tell_apart(fields, {**says, **reads, **unclear})
        wording = Wording(
            names=_plain(names),
            says={label: _plain(read) for label, read in says.items()},
            reads={label: _plain(read) for label, read in reads.items()},
            alone={label: _plain(read) for label, read in alone.items()},
            unclear={label: _plain(read) for label, read in unclear.items()},
            bare=fields.text("bare", ""),
            negated=self.pairs(fields, "negated", options),
            yields=self.pairs(fields, "yields", options),
            needs=_plain(self.phrases(fields, "needs")),
            but_not=_plain(self.phrases(fields, "but_not")),
            unless=_plain(self.phrases(fields, "unless")),
            beside=self.beside(fields),
            past_counts=fields.choice("past_counts", ("no", "yes"), "no") == "yes",
            passes=fields.choice("passes", ("no", "yes"), "no") == "yes",
            plain=fields.choice("plain", ("no", "yes"), "no") == "yes",
            regional=fields.choice("regional", ("no", "yes"), "no") == "yes",
            reaches_next=fields.choice("reaches_next", ("no", "yes"), "no") == "yes",
            confirm=_reason(fields, "confirm"),
            settles=_reason(fields, "settles"),
        )
        there = fields.mapping.keys()
        if there & {"says", "reads"} and not there & {"names", "beside"}:
            hint = "add `names:`, or move the phrases to `alone:`"
            fields.wrong(None, "results without a name to stand beside", hint)
        if not there & {"says", "reads", "alone"}:
            fields.wrong(None, "nothing is read", "add `says:`, `reads:` or `alone:`")
        if bool(wording.confirm) == bool(wording.settles):
            hint = "write `confirm: because …` or `settles: because …`, one of the two"
            fields.wrong(None, "it does not say whether the text alone settles the element", hint)
        fields.close()
        return wording

    def pairs(self, fields: Fields, name: str, options: _Labels) -> Mapping[str, str]:
        """Read what an option becomes, by its negation or by what follows."""
        inside = self.inside(fields, name)
        return {
            option: each.text
            for option, each in inside.mapping.items()
            if _is_known(option, options, inside, each)
            and _is_known(each.text, options, inside, each)
        }

    def beside(self, fields: Fields) -> tuple[str, str] | None:
        text = fields.text("beside", "")
        name, _, option = text.partition(" is ")
        element = self.dictionary.elements.get(name)
        answer = element.answer if element else None
        if text and not (isinstance(answer, Choice) and option in answer.options):
            hint = "write `beside: multifidus_mri is abnormal`, an element and one of its options"
            fields.wrong(fields.find("beside"), f"`beside` is `{text}`", hint)
        return (name, option) if text else None

    # Phrases

    def inside(self, fields: Fields, name: str) -> Fields:
        """Give the fields below a field; a missing one has none."""
        found = fields.find(name)
        if found is not None and not isinstance(found.content, dict):
            message = f"below `{name}` stand words or a list, not fields with names"
            fields.wrong(found, message, "write `name: …`")
        return Fields(found or Located({}, fields.located.place), fields.subject, self.problems)

    def by_label(self, fields: Fields, name: str, labels: _Labels | None) -> Mapping[str, _Read]:
        """Read phrases by what they mean: one of some labels, or any words."""
        inside = self.inside(fields, name)
        return {
            label: self.phrases(inside, label, labels[label] if labels else _NO_CAPTURE)
            for label, each in inside.mapping.items()
            if labels is None or _is_known(label, labels, inside, each)
        }

    def phrases(self, fields: Fields, name: str, takes: frozenset[Takes] = _NO_CAPTURE) -> _Read:
        items = self.items(fields, name)
        read = [(each, phrase) for each in items for phrase in self.written(fields, each)]
        for located, phrase in read:
            if takes and sum(piece.takes in takes for piece in phrase) != 1:
                signs = " or ".join(sorted(f"`{_SIGN_OF[each]}`" for each in takes))
                message = f"from this, nothing or too much is read as `{name}`"
                fields.wrong(located, message, f"write {signs} once")
        return read

    def items(self, fields: Fields, name: str) -> Sequence[Located]:
        found = fields.find(name)
        items = found.items if found and not isinstance(found.content, dict) else []
        if found and not items:
            fields.wrong(found, f"`{name}` has no phrases", "write a list of them, or leave it out")
        return items

    def written(self, fields: Fields, located: Located) -> Sequence[Phrase]:
        """Read a phrase; the name of a group in it stands for each phrase of the group."""
        read: list[Phrase] = []
        for text in self.texts(fields, located):
            phrase = self.all_pieces(fields, located, text)
            if not phrase:
                return ()
            for message, hint in _faults(phrase):
                fields.wrong(located, message, hint)
                return ()
            read.append(tuple(phrase))
        return read

    def texts(self, fields: Fields, located: Located) -> Sequence[str]:
        """Write out each group in its place."""
        groups = [each for each in _GROUP.finditer(located.text) if each["name"] not in self.groups]
        for each in groups:
            known = ", ".join(self.groups)
            hint = f"the groups are: {known}" if known else "write the phrases themselves"
            fields.wrong(located, f"unknown group `{each[0]}`", hint)
        return () if groups else self.expanded(located.text)

    def expanded(self, text: str) -> Sequence[str]:
        group = _GROUP.search(text)
        if group is None:
            return [text]
        before, after = text[: group.start()], text[group.end() :]
        return [
            expanded
            for inner in self.groups[group["name"]]
            for expanded in self.expanded(f"{before}{inner}{after}")
        ]

    def all_pieces(self, fields: Fields, located: Located, text: str) -> Sequence[Piece]:
        """Read the pieces of a phrase; none if one of them is no piece, or there are none."""
        read: list[Piece] = []
        for word in text.split():
            pieces = self.pieces.get(word)
            if pieces is None:
                pieces = self.pieces[word] = _pieces(word)
            if not pieces:
                fields.wrong(located, f"`{word}` is no piece of a phrase", _PHRASE_HINT)
                return ()
            read += pieces
        if not read:
            fields.wrong(located, "an empty phrase", "write its words, or remove it")
        return read


def _plain(read: _Read) -> tuple[Phrase, ...]:
    return tuple([phrase for _, phrase in read])


def _reason(fields: Fields, name: str) -> str:
    return fields.text(name, "").removeprefix("because ")


def _options(element: DataElement) -> _Labels:
    match element.answer:
        case YesNo():
            return dict.fromkeys(("yes", "no"), _NO_CAPTURE)
        case Choice(options):
            return dict.fromkeys(options, _NO_CAPTURE)
        case Number() | Time():
            return {}


def _units(element: DataElement) -> _Labels:
    """Name the ways in which a number, a time or a level may be written."""
    match element.answer:
        case Number(unit):
            same = [each.name for each in UNITS.values() if each.dimension is UNITS[unit].dimension]
            return dict.fromkeys((*same, f"half {unit}"), frozenset([Takes.NUMBER]))
        case Time():
            # A number alone is in years by its phrase: `# y / o`.
            return {
                "time": frozenset([Takes.TIME, Takes.NUMBER]),
                "since": frozenset([Takes.DATE]),
            }
        case Choice():
            return {"level": frozenset([Takes.LEVEL])}
        case YesNo():
            return {}


def _is_known(word: str, among: Iterable[str], fields: Fields, at: Located) -> bool:
    known = list(among)
    if word not in known:
        hint = f"write one of: {', '.join(known)}" if known else "leave it out"
        fields.wrong(at, f"`{word}` has no meaning here", hint)
    return word in known


def _pieces(text: str) -> Sequence[Piece]:
    """Read what stands between two blanks; nothing if it is no piece of a phrase."""
    if text in _PLACEHOLDERS:
        return [Piece(_PLACEHOLDERS[text])]
    if text.startswith("^") and len(text) > 1:
        return [replace(each, is_glued=True) for each in _pieces(text[1:])]
    is_optional = len(text) > 1 and text.endswith("?")
    text = text.removesuffix("?") if is_optional else text
    if text in _PLACEHOLDERS and text != "*":
        return [Piece(_PLACEHOLDERS[text], is_optional=is_optional)]
    if text.isupper():
        sign = "?" if is_optional else ""
        return [replace(each, is_capital=True) for each in _pieces(text.lower() + sign)]
    alternatives = [_words(each) for each in (text.split("|") if text != "|" else [text])]
    if len(alternatives) == 1 and not is_optional:
        return [Piece(Takes.WORDS, frozenset([word])) for word in alternatives[0]]
    # Of `a|b` and of `word?` each is one word: what is left out is left out whole.
    if any(len(words) != 1 for words in alternatives):
        return []
    return [Piece(Takes.WORDS, frozenset([word for (word,) in alternatives]), is_optional)]


def _words(text: str) -> Sequence[str]:
    """Take a text apart as documents are; nothing if they could not hold it so."""
    padded = f" {text} "
    is_plain = text == text.lower() and not _NOT_WORDS.search(text)
    return WORD.findall(padded) if is_plain and not WORD.sub("", padded).strip(" -") else []


def _faults(phrase: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    takes = [piece.takes for piece in phrase]
    if len(phrase) > MOST_PIECES:
        yield "the phrase is too long", f"use at most {MOST_PIECES} words"
    elif phrase[0].is_optional or phrase[0].is_glued or Takes.ANY in (takes[0], takes[-1]):
        hint = "begin with words that must be there, and end with no gap"
        yield "a phrase has firm ends", hint
    elif takes.count(Takes.ANY) > MOST_GAPS:
        yield "the phrase has too many gaps", f"use at most {MOST_GAPS}, or write two phrases"
    elif sum(piece.is_optional for piece in phrase) > MOST_OPTIONAL:
        hint = f"use at most {MOST_OPTIONAL}, or write two phrases"
        yield "too many words of the phrase may be missing", hint


def _tell_apart(fields: Fields, labelled: Mapping[str, _Read]) -> None:
    """Note the phrases that would mean two things."""
    seen: dict[str, str] = {}
    for label, read in labelled.items():
        for located, phrase in read:
            others = {seen.setdefault(form, label) for form in _forms(phrase)} - {label}
            for other in sorted(others):
                message = f"the phrase stands under `{other}` and under `{label}`"
                fields.wrong(located, message, "keep it where it surely belongs, or in neither")


def _forms(phrase: Phrase) -> Iterator[str]:
    """List ways to write a phrase, the same on every run: words have no order of their own."""
    choices = [
        [*(sorted(piece.words) or (_SIGN_OF[piece.takes],)), *([""] if piece.is_optional else ())]
        for piece in phrase
    ]
    return (" ".join(filter(None, words)) for words in islice(product(*choices), MOST_FORMS))
