"""
Every error and note of the room, word for word.

Each family of messages is one text under tests/golden/errors: the edit of a small sound text, then
all that is said about it. MULTIFIDUS_UPDATE_GOLDEN=1 writes the texts anew.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

import multifidus.language
from tests.language.small import (
    CASES,
    DICTIONARY,
    EXCLUDED,
    LEXICON,
    POLICY,
    SOURCES,
    UNREAD,
    UNREAD_SOURCES,
    VALUE_SET,
    checked,
    dictionary_problems,
    edited,
    lexicon_problems,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "errors"
ROOM = Path(str(multifidus.language.__file__)).parent

Edits = tuple[tuple[str, str], ...]

I1 = "- **I1 Adult.** The patient is at least 18 years old.\n  `age >= 18 years`\n"
LEAD = "The indications are met when **all of** [@made-up, page 1]\n"
READING = (
    "> **Reading of I1.** The source says adults; the trial took at least 22 years.\n"
    "> Other reading: `age >= 22 years`. Not yet reviewed by a clinician.\n"
)
OBLIGATION = "- **O1 Registry.** The implant is entered in a registry. [@made-up, page 4]"
X1 = "- **X1** The patient is unfit.\n  `unfit`"


def after(words: str, more: str) -> tuple[str, str]:
    """Add words after others."""
    return words, words + more


def instead_of_the_test(test: str) -> Edits:
    """Put another test in the place of that of I1."""
    return (("`age >= 18 years`\n", f"`{test}`\n"),)


FAMILIES: dict[str, tuple[str, dict[str, Edits]]] = {
    "front-matter": (
        POLICY,
        {
            "no front matter": (("---\npolicy: small", "policy: small"),),
            "no title": (("# A small policy\n", ""),),
            "unknown dictionary": (("dictionary: small", "dictionary: large"),),
            "unknown source of the policy": (("source: made-up", "source: nobody"),),
            "in force from a later day to an earlier one": (
                ("01-01 to open", "01-01 to 2024-01-01"),
            ),
            "in force without an end": (("2025-01-01 to open", "2025-01-01"),),
            "a field is missing": (("body: Nobody\n", ""),),
            "a field is empty": (("body: Nobody", "body:"),),
            "a field that is one of some words": (("status: draft", "status: done"),),
            "unknown field": (after("body: Nobody\n", "mood: good\n"),),
            "a list that is a mapping": (("[One payer, Another]", "{one: payer}"),),
            "an id in words": (("policy: small", "policy: A small one"),),
            "a replaced policy without its version": (
                after("body: Nobody\n", "replaces: smaller\n"),
            ),
            "two numbers in the version": (("version: 1.0.0", "version: 1.0"),),
            "not YAML": (("body: Nobody", "body: No: body"),),
            "a field twice": (after("body: Nobody\n", "body: Somebody\n"),),
            "an alias": (("body: Nobody", "body: &a Nobody"), ("[One payer, Another]", "*a")),
            "a tag": (("body: Nobody", "body: !person Nobody"),),
            "a name that is a list": (after("body: Nobody\n", "? [a, b]\n: c\n"),),
            "nested too deeply": (("[One payer, Another]", "[" * 22 + "]" * 22),),
            "nested far too deeply": (("[One payer, Another]", "[" * 300 + "]" * 300),),
        },
    ),
    "blocks": (
        POLICY,
        {
            "a table of code": (after("Words for people only.\n", "\n    code\n"),),
            "a heading of the third level": (("## Obligations", "### Obligations"),),
            "a heading twice": (after(X1, "\n\n## Indications\n\nWords."),),
            "an unlinked section": (("[no contraindication](#contraindications)", "none"),),
            "a second list": (after(X1, "\n\nMore.\n\n- **X2** Unfit.\n  `unfit`"),),
            "a second connective under a heading": (after(LEAD, "\nOr when **any of**\n"),),
            "a test above a list": ((LEAD, LEAD.replace(" [@", " `unfit` [@")),),
            "words after a connective": ((LEAD, LEAD.replace("**all of**", "**all of** these")),),
            "no group in a section": ((LEAD, "The indications.\n"),),
            "no list": (
                ("- **I** The [indications](#indications) are met.\n", ""),
                ("- **X** There is [no contraindication](#contraindications).\n", ""),
            ),
            "a clause outside the list of a section": (after(LEAD, "\n**I9 Odd.** A clause.\n"),),
            "a clause outside the list at the top": (
                after("Words for people only.\n", "\n**E1 Odd.** A clause.\n"),
            ),
            "a quotation": (("> **Reading of I1.**", "> Reading of I1."),),
            "an empty quotation": ((READING, ">\n"),),
            "a reading with a list": (after(READING, ">\n> - more\n"),),
            "a reading without the other": (("Other reading: `age >= 22 years`. ", ""),),
            "a reading without a review": ((" Not yet reviewed by a clinician.", ""),),
            "a reading of nothing": (("Reading of I1", "Reading of I9"),),
            "a reading that is the same": (
                ("at least 22 years", "at least 18 years"),
                ("`age >= 22 years`", "`age >= 18 years`"),
            ),
            "an unreadable other reading": (("`age >= 22 years`", "`age >= `"),),
            "nested too deeply": ((X1, "- " * 30 + "x"),),
            "words beside obligations": (("## Obligations\n", "## Obligations\n\nWords.\n"),),
            "an obligation in two parts": (after(OBLIGATION, "\n  - more"),),
            "an obligation without an id": (("**O1 Registry.** ", ""),),
            "an obligation with a test": (after(OBLIGATION, " `unfit`"),),
        },
    ),
    "items": (
        POLICY,
        {
            "no id": (("**I1 Adult.** ", ""), (READING, "")),
            "no test": (("  `age >= 18 years`\n", ""),),
            "two tests": (after("  `age >= 18 years`", " `unfit`"),),
            "a connective without a list": (
                ("  - **I2.1** The lift test is positive.\n    `lift_test is positive`\n", ""),
                ("  - **I2.2** Pain is more than 6 cm.\n    `pain > 6 cm`\n", ""),
            ),
            "a list without a connective": (("is shown by **any of**", "is shown by"),),
            "two connectives": (("is shown by **any of**", "is **all of** and **any of**"),),
            "a second paragraph with an id": (after(I1, "\n  **I9 Odd.** More.\n"),),
            "code in an item": (after(I1, "\n      code\n"),),
            "no words": ((I1, "-\n"), (READING, "")),
            "HTML": (("The patient is at", "The <b>patient is at"),),
            "a broken link": (("(#indications)", "(#indicatoins)"),),
            "a link twice": (("(#contraindications)", "(#indications)"),),
            "a link without words": (("[indications]", "[]"),),
            "too many links in a row": (
                (
                    OBLIGATION,
                    OBLIGATION
                    + "".join(
                        f"\n\n## S{n}\n\nMet when **all of** [@second, page {n}]\n\n"
                        f"- **I2.2{'.1' * (n + 1)}** See [the next](#s{n + 1})."
                        for n in range(14)
                    ),
                ),
                (
                    "  - **I2.2** Pain is more than 6 cm.\n    `pain > 6 cm`\n",
                    "  - **I2.2** See [the next](#s0).\n",
                ),
            ),
            "beside its group": (
                ("  - **I2.1**", "- **I2.1**"),
                ("\n    `lift_test is positive`", "\n  `lift_test is positive`"),
            ),
            "under another group": (("**I2.1**", "**X2.1**"),),
            "at the top": (("- **I** The", "- **I1** The"),),
            "below the top": ((I1, I1.replace("I1 Adult", "I")), (READING, "")),
            "unknown source": (("[@second, page 2]", "[@third, page 2]"),),
            "a citation without a place": (("[@second, page 2]", "[@second]"),),
            "no citation": (("**none of** [@made-up, page 3]", "**none of**"),),
            "an obligation without a citation": ((" [@made-up, page 4]", ""),),
            "an id twice": (("**I2.2**", "**I2.1**"),),
            "ids out of order": (("**I2.1**", "**I2.3**"),),
            "more than there are": (("by **any of**", "by **at least 3 of**"),),
            "at least none": (("by **any of**", "by **at least 0 of**"),),
            "a quoted sentence": (
                ("The patient is unfit.", "The patient is “unfit for any operation whatever”."),
            ),
        },
    ),
    "tests-in-code-font": (
        POLICY,
        {
            words: instead_of_the_test(words)
            for words in (
                "age >=",
                "age => 18 years",
                "age is not positive",
                "age exists",
                "age >= 18 winters",
                "age >= 100000000000000000000 years",
                "not " * 31 + "unfit",
                "agee >= 18 years",
                "zzz",
                "history_recorded",
                "lift_test is doubtful",
                "lift_test >= 18 years",
                "unfit is positive",
                "pain",
                "age",
                "pain >= 18 years",
                "pain >= 18 cm",
                "pain < -1 cm",
                "age >= 18 points",
                "age >= 18.5 years",
                "age >= 18 months",
                "age >= 19 years",
                "age < 18 years",
                "unfit and not unfit",
                "unfit or not unfit",
                "age >= 18 years and pain > 6 cm",
            )
        },
    ),
    "notes": (
        POLICY,
        {
            "unless": (("The patient is unfit.", "The patient is unfit unless treated."),),
            "except": (("The patient is unfit.", "The patient is unfit except today."),),
            "or": (("The patient is unfit.", "The patient is unfit or worse."),),
            "a source that nobody cites": ((" [@second, page 2]", ""),),
        },
    ),
    "excluded": (
        EXCLUDED,
        {
            "a list": (
                after(
                    "# An excluding policy\n", "\nMet when **all of**\n\n- **I1** A.\n  `unfit`\n"
                ),
            ),
            "no clause": (("**E1 Excluded.** ", ""),),
            "a test": (("is not covered.", "is not covered. `unfit`"),),
        },
    ),
    "unread": (
        UNREAD,
        {
            "a document that was read": (("source: unseen", "source: seen"),),
            "a list": (
                after(
                    "# A policy that nobody has read\n",
                    "\nMet when **all of**\n\n- **I1** A.\n  `unfit`\n",
                ),
            ),
            "no clause": (("**U1 Not read.** ", ""),),
            "a test": (("was not read. [", "was not read. `unfit` ["),),
            "a kind that is none": (("kind: assessment", "kind: opinion"),),
            "an empty kind": (("kind: assessment", "kind:"),),
            "a plan that is a mapping": (("[One plan, Another]", "{one: plan}"),),
            "a line of business that is none": (
                ("medicare-advantage]", "medicare-advantage, Medicaid]"),
            ),
            "a jurisdiction in words": (("[GB, US-NC]", "[GB, North Carolina]"),),
            "a state that is none": (("[GB, US-NC]", "[GB, US-ZZ]"),),
            "a state without its country": (("[GB, US-NC]", "[GB, NC]"),),
        },
    ),
    "sources": (
        SOURCES,
        {
            "how it was read": (("second-hand", "glanced at"),),
            "a field is missing": (("  read: a report\n", ""),),
            "unknown field": (after("  read: a report\n", "  mood: good\n"),),
            "words for fields": ((SOURCES, "made-up"),),
        },
    ),
    "worked-cases": (
        CASES,
        {
            "another answer": (("=> met\n", "=> not met\n"),),
            "another reason": (("not met: X1", "not met: I1"),),
            "a longer answer": (("unfit no\n", "lift_test positive\n"),),
            "no name": (('```case "unfit"', "```case"),),
            "a name twice": (
                ('```case "unfit"', '```case "typical"'),
                ('like "typical" without unfit\n', ""),
            ),
            "no answer": (("=> met\n", ""),),
            "an answer that is none": (("=> met\n", "=> maybe\n"),),
            "two answers": (after("=> met\n", "=> not met\n"),),
            "no end": (("X1\n```\n", "X1\n"),),
            "no such case": (('like "typical"', 'like "untypical"'),),
            "not in that case": (("without unfit", "without pain"),),
            "not a day": (("unfit no\n", "unfit no; on 2026-13-01\n"),),
            "a day in another form": (("unfit no\n", "unfit no; on 20260301\n"),),
            "unknown name": (("age 52", "agee 52"),),
            "not a time": (("52 years", "52 points"),),
            "not an option": (("lift_test positive", "lift_test doubtful"),),
            "not yes or no": (("unfit no\n", "unfit maybe\n"),),
            "outside the range": (("unfit no\n", "unfit no; pain 11 cm\n"),),
        },
    ),
    "dictionary": (
        DICTIONARY,
        {
            "no elements": ((DICTIONARY[DICTIONARY.index("elements:") :], ""),),
            "elements in a list": (("elements:\n", "elements: []\nothers:\n"),),
            "counts in a list": (("  Observation: status in [final] or absent", "  - status"),),
            "a name": (("  pain_duration:", "  PainDuration:"),),
            "no silence": (
                ("    silence: no because nobody writes down that a patient is fit\n", ""),
            ),
            "a silence": (("no because nobody writes down that a patient is fit", "no"),),
            "an answer": (("answer: cm, 0 to 10", "answer: cm, 10 to 0"),),
            "a number that is none": (("answer: cm, 0 to 10", "answer: cm, 0.0.0 to 10"),),
            "a unit that is none": (("answer: cm, 0 to 10", "answer: ells, 0 to 10"),),
            "an option": (("positive | negative", "positive | Not so"),),
            "an option twice": (("positive | negative", "positive | negative | positive"),),
            "a unit": (("units: [cm]", "units: [cm, ell]"),),
            "a number without units": (("    units: [cm]\n", ""),),
            "a pick": (("pick: earliest", "pick: some"),),
            "no pick": (("    pick: earliest\n", ""),),
            "a window": (("at most 3 months", "at most 3 points"),),
            "a long window": (("at most 3 months", "at most 30000 months"),),
            "an effort": (("times, 0 to 100\n", "times, 0 to 100\n    effort: none\n"),),
            "a rule": (("Patient gives since birthDate", "the birth date"),),
            "a condition": (("status in [final]", "mood in [good]"),),
            "a value set": (("interpretation in [pain]", "interpretation in [joy]"),),
            "two codes": (("own and interpretation in", "own and code in"),),
            "a day": (("since birthDate", "since birthday"),),
            "since for a number": (("[pain] gives one", "[pain] gives since onset"),),
            "an answer of a rule": (("[pain] gives yes", "[pain] gives perhaps"),),
            "a field that dates": (("[effective, issued]", "[effective, issue]"),),
        },
    ),
    "value-sets": (
        VALUE_SET,
        {
            "a system": (("system: made", "system: unmade"),),
            "no system": (("  - system: made\n    code: A1\n", "  - code: A1\n"),),
            "days": (("2024-10-01 to open", "2024-10-32 to open"),),
            "descendants": (("descendants: yes", "descendants: some"),),
        },
    ),
    "wording": (
        LEXICON,
        {
            "not fields with names": ((LEXICON, "- a list"),),
            "not YAML": (("bounds: [over]", "bounds: [over"),),
            "unknown element": (("  unfit:\n", "  unfitt:\n"),),
            "unknown field": (("    reaches_next:", "    reaches_far:"),),
            "unknown field of the context": (("  affirms:", "  affirm:"),),
            "unknown assertion": (("    possible: [likely]", "    maybe: [likely]"),),
            "unknown option": (("      positive: [<weak>", "      doubtful: [<weak>"),),
            "unknown unit": (("      mm: [", "      ell: ["),),
            "a unit of something without numbers": (
                after("    names: [lift test]\n", "    reads: {level: [low], cm: [far]}\n"),
            ),
            "an option of something without options": (
                after("    names: [back pain, follow-up pain]\n", "    says: {long: [long]}\n"),
            ),
            "a negation of an unknown option": (("{positive: negative}", "{pos: negative}"),),
            "a negation that means nothing": (("{positive: negative}", "{positive: fine}"),),
            "a list for fields with names": (
                ('      cm: ["# / 10 cm?"]\n      mm: ["# mm"]\n', '      - "# mm"\n'),
            ),
            "fields with names for a list": (("ends: [but]", "ends: {but: yes}"),),
            "no phrases": (("[pain]", "[]"),),
            "an empty phrase": (("[pain]", '[pain, ""]'),),
            "a list for a phrase": (("[pain]", "[pain, [ache]]"),),
            "unknown group": (("<weak>", "<week>"),),
            "a group in a group": (("    - gives way", "    - <weak>"),),
            "a capital letter": (("[lift test]", "[Lift test]"),),
            "a gap at the start": (("holds * well", '"* well"'),),
            "a gap at the end": (("holds * well", "holds *"),),
            "a gap that may be missing": (("holds * well", "holds *? well"),),
            "joined to nothing": (("holds * well", "^holds well"),),
            "a missing word at the start": (("holds * well", "holds? well"),),
            "gap after gap": (("holds * well", "holds * it * very * well"),),
            "a long phrase": (("holds * well", "holds " * 17),),
            "much that may be missing": (("holds * well", f"holds{' a?' * 11} b"),),
            "an unknown placeholder": (("for about? #time", "for about? #years"),),
            "joined by a hyphen": (("fit|cleared", "well-fit|cleared"),),
            "two words of which both may be missing": (("about?", "just-about?"),),
            "a sign that no text is read with": (("[lift test]", "[lift_test, lift ٣]"),),
            "no number is taken": (('["# mm"]', "[millimeters]"),),
            "two numbers are taken": (('["# mm"]', '["# to # mm"]'),),
            "another thing is taken": (('["since #date"]', '["since #time"]'),),
            "under two options": (("negative: [neg,", "negative: [neg, gives way,"),),
            "under two options by one of its forms": (
                ("fit|cleared for", "unfit|cleared for the?"),
            ),
            "a name and an answer": (after("unfit:\n", "    names: [cleared for surgery]\n"),),
            "a unit and a reason": (('["# mm"]', '["# mm", "#"]'),),
            "under two assertions": (("possible: [likely]", "possible: [likely, no]"),),
            "a trigger and an end": (("ends: [but]", "ends: [but, is likely]"),),
            "a trigger and a plan": (("before: [plan for]", "before: [plan for, likely]"),),
            "a plan at an unknown place": (("    before: [plan for]", "    beside: [plan for]"),),
            "two headings": (after("other: [family history]", "\n    present: [family history]"),),
            "no name": (("    names: [lift test]\n", ""),),
            "nothing is read": (
                ("    says:\n", ""),
                ("      positive: [<weak>, pos]\n", ""),
                ("      negative: [neg, holds * well]\n", ""),
            ),
            "beside nothing": (("lift_test is positive", "lift_test"),),
            "beside an unknown element": (("lift_test is positive", "lift is positive"),),
            "beside what has no options": (("lift_test is positive", "unfit is yes"),),
            "neither": (("    confirm: because the side is not told\n", ""),),
            "both": (after("    names: [lift test]\n", "    settles: because it is plain\n"),),
            "a switch": (('past_counts: "yes"', 'past_counts: "sometimes"'),),
            "no context": ((LEXICON[: LEXICON.index("groups:")], "version: 1.0.0\n"),),
            "no elements": ((LEXICON[LEXICON.index("elements:") :], ""),),
            "all together": (
                ("version: 1.0.0\n", ""),
                ("  unfit:\n", "  unfitt:\n"),
                ("[pain]", "[Pain]"),
                ("ends: [but]", "ends: [but, likely]"),
            ),
        },
    ),
}


def said(family: str, edits: Edits) -> list[str]:
    """List all that is said about an edited text."""
    text = edited(FAMILIES[family][0], *edits)
    match family:
        case "dictionary":
            _, problems = dictionary_problems(text)
        case "value-sets":
            _, problems = dictionary_problems(DICTIONARY, text)
        case "wording":
            _, problems = lexicon_problems(text)
        case "unread":
            seen = UNREAD_SOURCES.replace("unseen", "seen").replace("unverified", "second-hand")
            _, problems = checked(text, sources=UNREAD_SOURCES + seen)
        case "sources":
            _, problems = checked(sources=text)
        case "worked-cases":
            _, problems = checked(cases=text)
        case _:
            _, problems = checked(text)
    return [str(each) for each in problems]


def page(family: str) -> str:
    """Write down a family: each edit as lines taken out and put in, then what is said."""
    blocks = []
    for name, edits in FAMILIES[family][1].items():
        lines = [f"# {name}", ""]
        for old, new in edits:
            lines += [_marked("-", old), _marked("+", new)]
        blocks.append("\n".join([*lines, "", *said(family, edits), ""]))
    return "\n".join(blocks)


def _marked(mark: str, text: str) -> str:
    return "\n".join(f"{mark} {line}".rstrip() for line in text.rstrip("\n").split("\n"))


@pytest.mark.parametrize("family", FAMILIES)
def test_messages_are_as_they_were(family: str) -> None:
    golden = GOLDEN / f"{family}.txt"
    now = page(family)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        golden.write_text(now, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == now


EDITS = [
    pytest.param(family, edits, id=f"{family}: {name}")
    for family, (_, cases) in FAMILIES.items()
    for name, edits in cases.items()
]


@pytest.mark.parametrize(("family", "edits"), EDITS)
def test_every_edit_is_spoken_of_in_the_style_of_the_house(family: str, edits: Edits) -> None:
    """The first line begins in lower case and has no full stop; the second is the way forward."""
    told = said(family, edits)

    assert told
    for each in told:
        first, hint = each.split("\n")
        assert not first.endswith(".")
        assert hint.startswith("    ")
        assert hint.strip()


def templates() -> dict[str, tuple[str, ...]]:
    """Find the messages in the source: for each place the fixed words of its message."""
    found = {}
    for path in sorted(ROOM.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for message in _messages(node):
                words = tuple(_fixed_words(message))
                if words:
                    found[f"{path.name}:{message.lineno}"] = words
    return found


def _messages(node: ast.AST) -> list[ast.expr]:
    """Give what stands where a message does: in a call, an assignment, or a yielded pair."""
    match node:
        case ast.Call(func=ast.Name(id="Problem"), keywords=keywords):
            return [each.value for each in keywords if each.arg == "message"]
        case ast.Call(func=ast.Name(id="TestError"), args=[message, *_]):
            return [message]
        case ast.Call(func=ast.Name(id="wrong") | ast.Attribute(attr="wrong"), args=args):
            return args[:-1]
        case ast.Assign(targets=[ast.Name(id="message")], value=value):
            return [value]
        case ast.Yield(value=ast.Tuple(elts=[message, _])):
            return [message]
        case _:
            return []


def _fixed_words(message: ast.expr) -> list[str]:
    match message:
        case ast.Constant(value=str(text)):
            return [text] if len(text) > 1 else []
        case ast.JoinedStr(values=values):
            pieces = [each for part in values for each in _fixed_words(part)]
            return [each for each in pieces if re.search("[a-z]", each)]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_fixed_words(body), *_fixed_words(orelse)]
        case _:
            return []


INTERNAL = {"only a group has a connective"}
"""Told to programmers: no text of an author's leads to it."""


@pytest.mark.parametrize(("place", "words"), templates().items())
def test_every_message_in_the_source_stands_in_some_golden_text(
    place: str, words: tuple[str, ...]
) -> None:
    """A new message needs an edit above that produces it."""
    told = "\n".join(
        line
        for path in sorted(GOLDEN.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line[:2] not in ("# ", "- ", "+ ")
    )

    assert [] == [each for each in words if each not in told and each not in INTERNAL], place


def test_the_messages_in_the_source_are_found() -> None:
    assert len(templates()) > 80
