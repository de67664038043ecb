"""Promise 8: reading what was written, and writing what was read, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from multifidus.language.read import parse_policy
from multifidus.language.write import write_policy
from multifidus.library.shelf import Shelved, shipped
from tests.promises.strategies import of_any_stance, read, texts, texts_without_list

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

SHELF = shipped()


@given(of_any_stance())
def test_reading_what_was_written_gives_the_same_policy(policy: Policy) -> None:
    again = read(write_policy(policy))

    assert policy == again
    assert policy.about.digest == again.about.digest


@given(texts() | texts_without_list())
def test_writing_what_was_read_gives_the_same_text_the_second_time(text: str) -> None:
    canonical = write_policy(read(text))

    assert canonical == write_policy(read(canonical))


@pytest.mark.parametrize("shelved", SHELF.entries, ids=str)
def test_a_shipped_policy_is_read_again_as_it_was(shelved: Shelved) -> None:
    policy = SHELF.read(shelved)
    again, problems = parse_policy(
        write_policy(policy),
        sources_text=shelved.path.with_name("sources.yaml").read_text(encoding="utf-8"),
        dictionaries=SHELF.dictionaries,
    )

    assert () == problems
    assert policy == again
