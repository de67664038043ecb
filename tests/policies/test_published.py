"""A published version never changes: its digest is written down, and stays what it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.core.policy import Status
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).with_name("published.json")


def shipped_digests() -> dict[str, str]:
    """Give the digest of every shipped version that is active or retired."""
    shelf = shipped()
    return {
        str(each): shelf.read(each).about.digest
        for each in shelf.entries
        if each.front.about.status is not Status.DRAFT
    }


def broken(published: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Tell what was published and is no longer so, and what is published and not written down."""
    for name, digest in published.items():
        if name not in now:
            yield f"{name} was published: ship it still, as `retired` if another takes its place"
        elif now[name] != digest:
            yield f"the text of {name} was published and has changed: publish a new version"
    for name, digest in now.items():
        if name not in published:
            yield f"{name} is published: add it to {FILE.name}, with {digest}"


def test_a_published_version_is_as_it_was() -> None:
    assert [] == list(broken(json.loads(FILE.read_text(encoding="utf-8")), shipped_digests()))


def test_there_is_a_published_version() -> None:
    assert shipped_digests()


def test_a_change_a_removal_and_a_new_version_are_told() -> None:
    now = {"changed@1.0.0": "sha256:b", "same@1.0.0": "sha256:c", "new@1.0.0": "sha256:d"}
    published = {"changed@1.0.0": "sha256:a", "same@1.0.0": "sha256:c", "gone@1.0.0": "sha256:e"}

    assert [
        "the text of changed@1.0.0 was published and has changed: publish a new version",
        "gone@1.0.0 was published: ship it still, as `retired` if another takes its place",
        "new@1.0.0 is published: add it to published.json, with sha256:d",
    ] == list(broken(published, now))
