"""What a policy's text becomes; whatever stands in the file, messages come back and no crash."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.core.case import Case, Service
from multifidus.core.determination import Answer, determine
from multifidus.core.expression import AllOf, AnyOf, AtLeast, Not
from multifidus.core.policy import Kind, LineOfBusiness, Scope
from multifidus.errors import PolicyError
from multifidus.language.read import anchor, parse_policy, read_policy
from tests.language.small import (
    EXCLUDED,
    POLICY,
    SMALL,
    SOURCES,
    UNREAD,
    UNREAD_SOURCES,
    checked,
    edited,
    messages,
)

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

BODY = POLICY.index("# A small policy")
X1 = "- **X1** The patient is unfit.\n  `unfit`"
CHAIN = "".join(
    f"\n\n## S{n}\n\nMet when **all of**\n\n- **I2.2{'.1' * (n + 1)}** See [it](#s{n + 1})."
    for n in range(400)
)

HOSTILE = {
    "an empty file": "",
    "only a line end": "\n",
    "only front matter": POLICY[:BODY],
    "front matter that does not end": POLICY[: BODY - 5],
    "no front matter": POLICY[BODY:],
    "two lines more of dashes": POLICY.replace("# A small", "---\n\n---\n\n# A small"),
    "a list nested ten thousand deep": POLICY + "- " * 10_000 + "x\n",
    "quotations nested ten thousand deep": POLICY + "> " * 10_000 + "x\n",
    "ten thousand brackets": POLICY.replace("only.", "[" * 10_000, 1) + "- **X2** " + "[" * 10_000,
    "emphasis nested deep": POLICY.replace("unfit.", "*a " * 5_000 + "b*" * 5_000, 1),
    "brackets in the front matter": POLICY.replace("Nobody", "[" * 10_000),
    "braces in the front matter": POLICY.replace("Nobody", "{a: " * 10_000),
    "dashes in the front matter": POLICY.replace("body: Nobody", "body:\n " + "- " * 10_000),
    "an alias of itself": POLICY.replace("Nobody", "&a [*a, *a, *a]"),
    "a tag in the front matter": POLICY.replace("Nobody", "!!python/object:os.system Nobody"),
    "a control character": POLICY.replace("Nobody", "No\x00body"),
    "tabs in the front matter": POLICY.replace("body: Nobody", "\tbody: Nobody"),
    "a huge number": POLICY.replace("`age >= 18 years`", f"`age >= {'9' * 400} years`"),
    "a huge number in words": POLICY.replace("least 18 years", f"least {'9' * 5_000} years"),
    "a number with an exponent": POLICY.replace("`age >= 18 years`", "`age >= 1e9 years`"),
    "a huge count": POLICY.replace("any of", f"at least {'9' * 5_000} of"),
    "huge ids": POLICY.replace("I2.2", f"I2.{'9' * 5_000}").replace("I2.1", f"I2.{'8' * 5_001}"),
    "sections linked in a row": POLICY.replace(
        "Pain is more than 6 cm.\n    `pain > 6 cm`", "See [it](#s0)."
    )
    + CHAIN,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_in_messages(name: str) -> None:
    policy, problems = checked(HOSTILE[name])

    assert policy is None
    assert problems
    for each in problems:
        assert each.message
        assert each.hint


@pytest.mark.parametrize(
    "text",
    [
        POLICY.replace("\n", "\r\n"),
        POLICY.replace("\n", "\r"),
        "\ufeff" + POLICY,
        POLICY.replace("  `age", "\t`age"),
        POLICY.replace("The patient is unfit", "The patient\n  is unfit"),
        POLICY.replace("**Reading of I1.**", "__Reading of I1.__"),
        POLICY.replace("by **any of**", "by **at least 01 of**").replace("at least 01", "any"),
    ],
    ids=["CRLF", "CR", "byte-order mark", "tab", "line break", "underscores", "connective"],
)
def test_what_an_editor_does_to_a_file_changes_nothing(text: str) -> None:
    policy, problems = checked(text)

    assert () == problems
    assert checked()[0] == policy


def test_ten_thousand_stars_are_words() -> None:
    policy, problems = checked(POLICY.replace("unfit.", "**" * 10_000 + " unfit.", 1))

    assert () == problems
    assert policy is not None


def test_random_damage_ends_in_messages_or_in_a_policy() -> None:
    """Lines and characters lost, doubled and moved."""
    dice = random.Random(20260301)  # noqa: S311  no secret is drawn
    for _ in range(150):
        text = list(dice.choice([POLICY, EXCLUDED]))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text))
            text[at] = dice.choice(["", "\n", "*", "`", "- ", "[", "> ", "9", text[at] * 2])
        policy, problems = checked("".join(text))
        assert policy is not None or problems


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("all of", AllOf),
        ("any of", AnyOf),
        ("none of", Not),
        ("at least 1 of", AtLeast),
        ("at least 02 of", AtLeast),
    ],
)
def test_a_connective_becomes_the_test_of_its_group(words: str, kind: type) -> None:
    policy, problems = checked(edited(POLICY, ("by **any of**", f"by **{words}**")))

    assert () == problems
    assert policy is not None
    [group] = [each for each in policy.criteria() if each.id == "I2"]
    assert isinstance(group.test, kind)


def test_a_paragraph_more_of_an_item_belongs_to_it() -> None:
    """Its sentence, test and citation are not lost."""
    text = edited(
        POLICY, (X1, "- **X1** The patient is unfit.\n\n  Truly. [@second, p 9]\n  `unfit`")
    )

    policy, problems = checked(text)

    assert () == problems
    assert policy is not None
    [clause] = [each for each in policy.clauses() if each.id == "X1"]
    assert clause.sentence == "The patient is unfit. Truly."
    assert [each.source for each in clause.citations] == ["second"]


def test_an_excluding_policy_is_never_met() -> None:
    policy, problems = checked(EXCLUDED)

    assert () == problems
    assert policy is not None
    assert [each.id for each in policy.clauses()] == ["E1"]


def test_an_unread_policy_is_open_and_names_the_document_to_obtain() -> None:
    policy, problems = checked(UNREAD, sources=UNREAD_SOURCES)
    assert () == problems
    assert policy is not None

    told = determine(policy, Case(service=Service(date=date(2026, 1, 1)), entries={}))

    assert told.answer is Answer.MORE_INFORMATION
    assert ["A document that nobody has read"] == [each.document for each in told.obtain]
    assert ((), (), ()) == (told.settled_by, told.open, told.routes)


def test_the_front_matter_says_what_sort_of_text_it_is_and_for_whom() -> None:
    policy, _ = checked(UNREAD, sources=UNREAD_SOURCES)

    assert policy is not None
    assert policy.about.kind is Kind.ASSESSMENT
    assert policy.scope == Scope(
        plans=("One plan", "Another"),
        lines_of_business=(LineOfBusiness.COMMERCIAL, LineOfBusiness.MEDICARE_ADVANTAGE),
        jurisdictions=("GB", "US-NC"),
    )


def test_a_front_matter_that_does_not_say_so_is_of_a_coverage_policy() -> None:
    policy, _ = checked(POLICY)

    assert policy is not None
    assert policy.about.kind is Kind.COVERAGE
    assert policy.scope == Scope(payers=("One payer", "Another"))


ELSEWHERE_ON_THE_SHELF = [
    ("status: draft", "status: active"),
    ("status: draft", "status: draft\nkind: guideline"),
    ("payer: [One payer, Another]", "payer: [A third]\nplan: [One]\njurisdictions: [US]"),
    ("2025-01-01 to open", "2025-01-01 to 2025-12-31"),
    ("Words for people only.", "Other words for people only.\n\nAnd more."),
]
ANOTHER_TEXT = [
    ("version: 1.0.0", "version: 1.0.1"),
    ("body: Nobody", "body: Somebody"),
    ("2025-01-01 to open", "2025-01-02 to open"),
    ("# A small policy", "# Another policy"),
    ("The patient is unfit.", "The patient is not fit."),
    ("[@made-up, page 3]", "[@made-up, page 4]"),
    ("Not yet reviewed by a clinician.", "Reviewed by A. Person on 2026-01-31."),
    ("is entered in a registry", "is entered in two registries"),
]


@pytest.mark.parametrize("edit", ELSEWHERE_ON_THE_SHELF)
def test_the_digest_is_not_of_the_place_on_the_shelf(edit: tuple[str, str]) -> None:
    assert digest_of(POLICY) == digest_of(edited(POLICY, edit))


@pytest.mark.parametrize("edit", ANOTHER_TEXT)
def test_the_digest_is_of_the_text(edit: tuple[str, str]) -> None:
    assert digest_of(POLICY) != digest_of(edited(POLICY, edit))


def digest_of(text: str) -> str:
    """Give the digest of a sound policy."""
    policy, problems = checked(text)
    assert () == problems
    assert policy is not None
    return policy.about.digest


def test_emphasis_and_other_bold_words_stay_words() -> None:
    text = edited(POLICY, ("The patient is unfit.", "The *patient* is **very** unfit."))
    policy, _ = checked(text)

    assert policy is not None
    assert "The patient is **very** unfit." in [each.sentence for each in policy.clauses()]


def test_code_over_two_lines_is_placed_at_its_item() -> None:
    text = edited(POLICY, ("`pain > 6 cm`", "`pain >\n    6 ells`"))
    _, problems = checked(text)

    assert ["unknown unit `ells`"] == [each.message for each in problems]
    assert text.split("\n")[problems[0].place.line - 1].strip().startswith("- **I2.2**")


def test_a_policy_without_obligations_has_none() -> None:
    policy, problems = checked(POLICY[: POLICY.index("## Obligations")])

    assert () == problems
    assert policy is not None
    assert () == policy.obligations


def test_obligations_without_a_list_are_nothing() -> None:
    policy, _ = checked(POLICY[: POLICY.index("- **O1")])

    assert policy is not None
    assert () == policy.obligations


def test_an_unknown_citation_in_the_text_is_unverified() -> None:
    assert "unknown source `third`" in messages(
        edited(POLICY, ("@second, page 2", "@third, page 2"))
    )


def read(text: bytes, sources: bytes = SOURCES.encode()) -> Policy:
    """Read a policy over the small dictionary."""
    return read_policy(text, sources=sources, dictionaries={"small": SMALL}, file="policy.md")


def test_reading_raises_all_problems_together() -> None:
    assert read(POLICY.encode()).about.id == "small"

    text = edited(POLICY, ("  `age >= 18 years`\n", ""), ("  `unfit`\n", ""))
    with pytest.raises(PolicyError) as raised:
        read(text.encode())
    assert [each.subject for each in raised.value.problems] == ["I1", "X1"]


@pytest.mark.parametrize(
    ("text", "sources"), [(b"\xff", SOURCES.encode()), (POLICY.encode(), b"a: \xe9")]
)
def test_what_is_not_in_utf_8_is_told(text: bytes, sources: bytes) -> None:
    with pytest.raises(PolicyError) as raised:
        read(text, sources)

    assert str(raised.value) == (
        "policy.md: the file is not in UTF-8\n    save it, and the sources.yaml beside it, in UTF-8"
    )


def test_without_a_dictionary_there_is_no_policy() -> None:
    policy, problems = parse_policy(POLICY, sources_text=SOURCES, dictionaries={})

    assert policy is None
    assert "unknown dictionary `small`" in [each.message for each in problems]


def test_an_anchor_is_the_one_of_markdown_renderers() -> None:
    assert anchor("Stand-ins: the label & the trials") == "stand-ins-the-label--the-trials"
