"""Reading what was written gives the same policy, for every form that a policy may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.core.expression import Holds, connective
from multifidus.errors import Severity
from multifidus.language.check import check_policy
from multifidus.language.write import write_policy
from multifidus.library.shelf import Shelved, shipped
from tests.language.small import EXCLUDED, POLICY, SOURCES, UNREAD, UNREAD_SOURCES, checked, edited

if TYPE_CHECKING:
    from multifidus.errors import Problem

SHELF = shipped()

OF_A_GROUP = """\
> **Reading of I2.** It is.
> Other reading: `unfit`. Reviewed by A. Person on 2026-01-31.
"""
OF_A_CLAUSE = """\
> **Reading of E1.** It is.
> Other reading: `unfit`. Not yet reviewed by a clinician.
"""

VARIANTS = {
    "as it is": (POLICY, ()),
    "excluding": (EXCLUDED, ()),
    "unread": (UNREAD, ()),
    "one plan": (UNREAD, (("[One plan, Another]", "One plan"),)),
    "one that replaces another": (
        POLICY,
        (("source: made-up\n", "replaces: small@0.9.0\nsource: made-up\n"),),
    ),
    "of the kind that needs no word": (UNREAD, (("kind: assessment", "kind: coverage"),)),
    "a colon in the front matter": (POLICY, (("body: Nobody", 'body: "Nobody: of note # 1"'),)),
    "a comma in a payer": (POLICY, (("[One payer,", '["One, the payer", "é",'),)),
    "no payer": (POLICY, (("payer: [One payer, Another]\n", ""),)),
    "a title that begins a longer word": (
        POLICY,
        (("**X1** The patient is unfit.", "**X1 Unfit.** Unfitness is shown."),),
    ),
    "a title with a comma after it": (
        POLICY,
        (("**X1** The patient is unfit.", "**X1 Unfit**, the patient is."),),
    ),
    "a title alone": (POLICY, (("**X1** The patient is unfit.", "**X1 Unfit.**"),)),
    "an id alone": (POLICY, (("**X1** The patient is unfit.", "**X1**"),)),
    "none of": (POLICY, (("is shown by **any of**", "is shown by **none of**"),)),
    "at least": (POLICY, (("is shown by **any of**", "is shown by **at least 02 of**"),)),
    "spaces in a link": (POLICY, (("[no contraindication]", "[no  contraindication]"),)),
    "a connective in a list": (POLICY, (("(#indications) are met", "(#indications) hold"),)),
    "a reading of a group": (
        POLICY,
        (("> **Reading of I1.**", f"{OF_A_GROUP}\n> **Reading of I1.**"),),
    ),
    "a reading of an excluding clause": (
        EXCLUDED,
        (("[@second, page 6]\n", f"[@second, page 6]\n\n{OF_A_CLAUSE}"),),
    ),
}  # fmt: skip


def errors(problems: tuple[Problem, ...]) -> list[Problem]:
    """List the errors: a note of a source that no clause cites is none."""
    return [each for each in problems if each.severity is Severity.ERROR]


@pytest.mark.parametrize("name", VARIANTS)
def test_what_was_written_is_read_as_it_was(name: str) -> None:
    text, edits = VARIANTS[name]
    policy, problems = checked(edited(text, *edits), sources=SOURCES + UNREAD_SOURCES)
    assert not errors(problems)
    assert policy is not None

    written = write_policy(policy)
    again, problems = checked(written, sources=SOURCES + UNREAD_SOURCES)

    assert not errors(problems)
    assert policy == again
    assert again is not None
    assert written == write_policy(again)


@pytest.mark.parametrize("shelved", SHELF.entries, ids=str)
def test_a_shipped_policy_is_written_as_it_stands(shelved: Shelved) -> None:
    text = shelved.path.read_text(encoding="utf-8")
    policy, _ = check_policy(
        text,
        sources_text=shelved.path.with_name("sources.yaml").read_text(encoding="utf-8"),
        dictionaries=SHELF.dictionaries,
    )

    assert policy is not None
    assert text == write_policy(policy)


@pytest.mark.parametrize("text", [POLICY, EXCLUDED, UNREAD])
def test_the_small_policies_are_in_canonical_form(text: str) -> None:
    policy, _ = checked(text, sources=SOURCES + UNREAD_SOURCES)

    assert policy is not None
    assert text == write_policy(policy)


def test_only_a_group_has_a_connective() -> None:
    with pytest.raises(ValueError, match="only a group"):
        connective(Holds("unfit"))
