"""`multifidus dictionary show`: the data elements as a policy's author asks for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.cli.words import count_words
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Choice, Number, Pick, Time, YesNo
from multifidus.core.policy import Stance
from multifidus.core.quantity import Counting
from multifidus.errors import Problem, RequestError
from multifidus.language.entry import answer_text, pick_text, rule_text, silence_text, window_text
from multifidus.library.askers import askers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.policy import Policy
    from multifidus.core.wording import Lexicon, Wording
    from multifidus.library.askers import Asking
    from multifidus.library.shelf import Shelf

NAME_WIDTH, HEAD_WIDTH = 36, 14
MOST_CODES = 6
"""So many codes of a value set are listed in a line of text; JSON has them all."""
SHORTEST_WORD = 3
"""Shorter words, as `of`, stand in too many names to tell which one was meant."""
_SYSTEMS = {
    OWN_SYSTEM: "own",
    "https://multifidus.org/fhir/sid/fda-product-code": "FDA product code",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": "interpretation",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED CT",
    "http://www.ama-assn.org/go/cpt": "CPT",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
}
_PICKS = {
    Pick.LATEST: "the newest",
    Pick.EARLIEST: "the oldest",
    Pick.AGREED: "all must say the same",
    Pick.HIGHEST: "the highest value",
    Pick.LOWEST: "the lowest value",
    Pick.ANY: "yes if one says yes and no later one says no",
    Pick.COUNT: "how many there are",
    Pick.DISTINCT_CODES: "how many different codes there are",
    Pick.DISTINCT_DAYS: "on how many days there is one",
    Pick.SPAN: "the time since the earliest start",
}


@dataclass(frozen=True, kw_only=True)
class Entries:
    """A dictionary, the elements that were asked for, how documents word them, and who asks."""

    dictionary: Dictionary
    lexicon: Lexicon | None
    elements: tuple[DataElement, ...]
    asking: Mapping[str, tuple[Asking, ...]]
    unread: tuple[Policy, ...]
    """Versions of which nobody has read the position: what they ask for is not known."""

    def wording(self, element: DataElement) -> Wording | None:
        """Say how documents word an element; None where they are not read for it."""
        return self.lexicon.elements.get(element.name) if self.lexicon else None


def show_dictionary(
    name: str, elements: Sequence[str], *, library: Sequence[Path] = (), as_json: bool = False
) -> str:
    """Show the elements that are named, or list them all; unknown names are told all at once."""
    with open_shelf(library) as shelf:
        found = _entries(shelf, name, elements)
    if as_json:
        return json.dumps(_report(found), indent=2, ensure_ascii=False)
    sheet = _Sheet()
    return "\n".join(sheet.entries(found) if elements else sheet.overview(found))


def _entries(shelf: Shelf, name: str, elements: Sequence[str]) -> Entries:
    if name not in shelf.dictionaries:
        known = ", ".join(sorted(shelf.dictionaries))
        raise RequestError.at(name, "no such dictionary on the shelf", f"there are: {known}")
    dictionary = shelf.dictionaries[name]
    wanted = dict.fromkeys(elements or dictionary.elements)
    unknown = [each for each in wanted if each not in dictionary.elements]
    if unknown:
        raise RequestError(*(_unknown(each, dictionary) for each in unknown))
    policies = [each for each in shelf.read_sound(shelf.entries) if each.dictionary.name == name]
    return Entries(
        dictionary=dictionary,
        lexicon=_lexicon(shelf, name),
        elements=tuple(dictionary.elements[each] for each in wanted),
        asking=askers(policies),
        unread=tuple(each for each in policies if each.about.stance is Stance.UNREAD),
    )


def _unknown(name: str, dictionary: Dictionary) -> Problem:
    """Tell the names that are like an unknown one, by letters or by a word that they share."""
    plain = "_".join(name.casefold().replace("-", " ").split())
    labels = {
        each.label.casefold().replace(" ", "_"): key for key, each in dictionary.elements.items()
    }
    close = get_close_matches(plain, [*dictionary.elements, *labels], n=3)
    parts = {each for each in plain.split("_") if len(each) >= SHORTEST_WORD}
    sharing = [key for key in dictionary.elements if parts & {*key.split("_")}]
    like = list(dict.fromkeys([*(labels.get(each, each) for each in close), *sharing]))[:5]
    where = "`multifidus dictionary show` lists the elements"
    told = " or ".join(f"`{each}`" for each in like)
    hint = f"did you mean {told}? {where}" if like else where
    message = f"no element `{name}` in the dictionary {dictionary.name} {dictionary.version}"
    return Problem.at("dictionary", message, hint)


def _lexicon(shelf: Shelf, name: str) -> Lexicon | None:
    try:
        return shelf.lexicon(name)
    except RequestError:
        return None


class _Sheet(Lines):
    """Lays out elements."""

    def overview(self, found: Entries) -> Iterator[str]:
        dictionary = found.dictionary
        yield self.paint(f"{dictionary.name} {dictionary.version}", "head")
        yield ""
        for element in found.elements:
            asking = found.asking.get(element.name, ())
            ids = {each.policy.about.id for each in asking}
            by = f"asked by {len(ids)}" if ids else "not asked yet"
            words = f"{element.name:<{NAME_WIDTH}}{by:<15}{element.label}"
            yield from self.wrapped(words, "  ", hang=" " * NAME_WIDTH)
        count = count_words(len(dictionary.elements), "element")
        yield ""
        yield from self.wrapped(
            f"{count}; `asked by` counts policies, whichever version. One of them in full:"
            " multifidus dictionary show ELEMENT",
            "",
        )
        yield from self.wrapped(_unread_words(found.unread), "")

    def entries(self, found: Entries) -> Iterator[str]:
        for element in found.elements:
            yield from self.entry(element, found)
            yield ""
        yield from self.wrapped(_unread_words(found.unread), "")

    def entry(self, element: DataElement, found: Entries) -> Iterator[str]:
        dictionary = found.dictionary
        aside = f"{dictionary.name} {dictionary.version}"
        yield f"{self.paint(element.name, 'head')}{aside:>{self.width - len(element.name)}}"
        yield from self.wrapped(f"{element.label}. {element.question}", "  ")
        yield ""
        yield from self.line("Answer", _answer(element))
        yield from self.line("In a policy", ", or ".join(_written(element)))
        for number, rule in enumerate(element.rules):
            words = rule_text(rule, element.answer)
            yield from self.line("In FHIR R4" if not number else "", words)
        for name in _value_sets(element):
            yield from self.line(f"[{name}]", _codes(dictionary, name))
        if any(each.own for each in element.rules):
            own = element.name.replace("_", "-")
            yield from self.line("own", f"the code `{own}` of {OWN_SYSTEM}")
        yield from self.line("Which counts", _which(element))
        yield from self.line("Silence", _silence(element))
        yield from self.line("In documents", _documents(found.wording(element), found))
        yield from self.line("To get it", element.effort.name.lower())
        yield from self.line("Source", element.source)
        asking = found.asking.get(element.name, ())
        for number, each in enumerate(asking):
            yield from self.line("Asked by" if not number else "", _asked(each))
        if not asking:
            yield from self.line("Asked by", "no policy on the shelf that was read")

    def line(self, head: str, words: str) -> Iterator[str]:
        hang = " " * HEAD_WIDTH
        if len(head) >= HEAD_WIDTH:
            words, head = f"{head} {words}", ""
        yield from self.wrapped(f"{head:<{HEAD_WIDTH}}{words}", "  ", hang=hang)


def _answer(element: DataElement) -> str:
    words = answer_text(element.answer)
    if not element.units:
        return words
    units = ["no unit" if each == "none" else each for each in element.units]
    told = f"in a record its UCUM unit is {' or '.join(units)}"
    return f"{words}; {told}{_because(element.units_because)}"


def _written(element: DataElement) -> Iterator[str]:
    """Give tests as a policy may write them; N is a number that the policy's source tells."""
    name = element.name
    match element.answer:
        case YesNo():
            yield f"`{name}`"
            yield f"`not {name}`"
        case Choice((first, second, *_)):
            yield f"`{name} is {first}`"
            yield f"`{name} is one of {first}, {second}`"
        case Choice(options):
            yield f"`{name} is {options[0]}`"
        case Number(unit):
            yield f"`{name} >= N {unit}`"
        case Time(Counting.COMPLETED):
            yield f"`{name} >= N years`"
        case Time():
            yield f"`{name} >= N months`"


def _value_sets(element: DataElement) -> Sequence[str]:
    """Name the value sets that an entry uses, each once."""
    used = [name for rule in element.rules for name in rule.code_in]
    used += [name for rule in element.rules for each in rule.filters for name in each.among]
    return list(dict.fromkeys(used))


def _codes(dictionary: Dictionary, name: str) -> str:
    value_set = dictionary.value_sets.get(name)
    if value_set is None:
        return "a word, not a value set"
    told = [
        f"{_SYSTEMS.get(each.system, each.system)} {each.code}{'…' * each.with_descendants}"
        for each in value_set.codes
    ]
    rest = len(told) - MOST_CODES
    more = f" and {rest} more" if rest > 0 else ""
    return f"{', '.join(told[:MOST_CODES])}{more}"


def _which(element: DataElement) -> str:
    window = f"{window_text(element)}{_because(element.window_because)}"
    return f"{_PICKS[element.pick]}{window}"


def _silence(element: DataElement) -> str:
    if element.silence:
        return silence_text(element)
    return "unknown: an empty record says nothing of it, and a criterion that asks stays open"


def _documents(wording: Wording | None, found: Entries) -> str:
    if found.lexicon is None:
        return "nobody has written down how documents word this dictionary"
    if wording is None:
        return "not read there: structured data or a person's answer has to say it"
    if wording.settles:
        return f"the words alone settle it, because {wording.settles}"
    return f"counts once a person has confirmed what was read, because {wording.confirm}"


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _asked(asking: Asking) -> str:
    about = asking.policy.about
    told = [f"{each.id} ({each.reading})" for each in asking.clauses]
    told += [f"{each.id} in the reading not taken" for each in asking.otherwise]
    return f"{about.id}@{about.version}: {', '.join(told)}"


def _unread_words(unread: Sequence[Policy]) -> str:
    if not unread:
        return ""
    count = count_words(len(unread), "version")
    return (
        f"Of {count} nobody has read the position, so what they ask for is not known:"
        " multifidus policies --stance unread"
    )


# For programs


def _report(found: Entries) -> dict[str, object]:
    dictionary = found.dictionary
    return {
        "multifidus": __version__,
        "dictionary": dictionary.name,
        "version": dictionary.version,
        "elements": {each.name: _element(each, found) for each in found.elements},
        "unread": [f"{each.about.id}@{each.about.version}" for each in found.unread],
    }


def _element(element: DataElement, found: Entries) -> dict[str, object]:
    answer, wording = element.answer, found.wording(element)
    return {
        "label": element.label,
        "question": element.question,
        "answer": answer_text(answer),
        "type": _type(element),
        "unit": answer.unit if isinstance(answer, Number) else None,
        "options": list(answer.options) if isinstance(answer, Choice) else None,
        "lowest": f"{answer.low:f}" if isinstance(answer, Number) else None,
        "highest": f"{answer.high:f}" if isinstance(answer, Number) else None,
        "units_of_records": list(element.units),
        "in_a_policy": [each.strip("`") for each in _written(element)],
        "from": [rule_text(each, answer) for each in element.rules],
        "value_sets": {
            name: [{"system": each.system, "code": each.code} for each in value_set.codes]
            for name in _value_sets(element)
            if (value_set := found.dictionary.value_sets.get(name))
        },
        "pick": pick_text(element),
        "pick_because": element.window_because or None,
        "silence": "no" if element.silence else "unknown",
        "silence_because": element.silence or None,
        "documents": None
        if wording is None
        else {
            "settles": bool(wording.settles),
            "because": wording.settles or wording.confirm,
        },
        "effort": element.effort.name.lower(),
        "source": element.source,
        "asked_by": [
            {
                "policy": each.policy.about.id,
                "version": each.policy.about.version,
                "clauses": {clause.id: clause.reading.value for clause in each.clauses},
                "otherwise": [clause.id for clause in each.otherwise],
            }
            for each in found.asking.get(element.name, ())
        ],
    }


def _type(element: DataElement) -> str:
    match element.answer:
        case YesNo():
            return "yes or no"
        case Choice():
            return "option"
        case Number():
            return "number"
        case Time():
            return "time"
