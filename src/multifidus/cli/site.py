"""`multifidus publish --site`: the whole library as a small static site that needs no server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.cli import matrix, restrictive
from multifidus.cli.diff import compared_policies
from multifidus.cli.document import attributes_of, examples_of, following, sound_policy, versions_of
from multifidus.cli.library import open_shelf
from multifidus.cli.site_evidence import evidence_page
from multifidus.cli.site_findings import (
    PICTURE,
    compare_page,
    diff_page,
    diff_path,
    matrix_page,
    timeline_page,
)
from multifidus.cli.site_folder import SITE, check_folder, write_site
from multifidus.cli.site_frame import policy_path, to_top, ways
from multifidus.cli.site_lists import UNREACHABLE, Stock, dates_page, index_page, search_page
from multifidus.cli.timeline_svg import timeline_svg
from multifidus.cli.trend import MEANINGS, WORDS
from multifidus.cli.words import count_words
from multifidus.core.policy import Stance
from multifidus.errors import MultifidusError, PolicyError, Problem
from multifidus.export.document.compose import document_of
from multifidus.export.document.material import Material
from multifidus.export.document.web import web_page
from multifidus.library.events import events_of
from multifidus.library.history import Position, changes, tracks
from multifidus.library.shelf import DEFAULT_POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from multifidus.cli.site_frame import Page
    from multifidus.core.policy import Policy
    from multifidus.export.document.material import Version
    from multifidus.library.comparison import Comparison
    from multifidus.library.history import Track
    from multifidus.library.shelf import Shelf, Shelved


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Where the site goes, the day that it tells of, and the library."""

    folder: Path
    on: date
    limit: float
    library: tuple[Path, ...] = ()


def publish_site(wanted: Wanted) -> str:
    """Write the site and say so; raises `PolicyError` with all that cannot be read."""
    check_folder(wanted.folder, kind=SITE)
    with open_shelf(wanted.library) as shelf:
        files = site_of(shelf, on=wanted.on, limit=wanted.limit)
    write_site(wanted.folder, files)
    pages = sum(name.endswith(".html") for name in files)
    return f"{wanted.folder / 'index.html'}: written, {count_words(pages, 'page')}"


def site_of(shelf: Shelf, *, on: date, limit: float) -> dict[str, bytes]:
    """Make all files of the site, by their paths: the same library and day, the same bytes."""
    policies = _all_read(shelf)
    followed = tracks(shelf)
    compared = _compared(shelf, policies, followed, on=on, limit=limit)
    events = events_of(shelf)
    stock = Stock(
        on=on,
        policies=tuple(policies.values()),
        tracks=tuple(followed),
        against=compared.against,
    )
    figures, drawn = evidence_page(on)
    pages: list[Page] = [
        index_page(stock),
        dates_page(stock),
        search_page(stock),
        timeline_page(stock, changes(followed, date.min, date.max), events),
        _standings(shelf, on, limit),
        _matrix(shelf, on, limit),
        figures,
        *(diff_page(each, on) for each in compared.all),
    ]
    picture = timeline_svg(followed, events, on, words=WORDS, meanings=MEANINGS)
    texts = {page.path: page.written() for page in pages}
    texts |= {PICTURE: picture, **drawn}
    texts |= dict(_documents(policies, compared.following, followed))
    return {name: f"{text}\n".encode(errors="replace") for name, text in texts.items()}


def _all_read(shelf: Shelf) -> dict[Shelved, Policy]:
    """Read every policy; raises `PolicyError` with everything that is wrong in any of them."""
    problems: list[Problem] = []
    found: dict[Shelved, Policy] = {}
    for shelved in shelf.entries:
        try:
            found[shelved] = sound_policy(shelf, shelved)
        except MultifidusError as error:
            problems += error.problems
    if problems:
        raise PolicyError(*problems)
    return found


@dataclass(frozen=True, kw_only=True)
class _Compared:
    """The comparisons of the site."""

    following: Mapping[str, Sequence[Comparison]]
    """By a policy's id, each of its versions with the one before."""
    others: tuple[Comparison, ...]
    """Payers with the guideline."""

    @property
    def all(self) -> Iterator[Comparison]:
        for each in self.following.values():
            yield from each
        yield from self.others

    @property
    def against(self) -> dict[str, str]:
        return {
            each.second.name: diff_path(each.first.policy, each.second.policy)
            for each in self.others
        }


def _compared(
    shelf: Shelf,
    policies: Mapping[Shelved, Policy],
    followed: Sequence[Track],
    *,
    on: date,
    limit: float,
) -> _Compared:
    """Compare each version with the one before, and the payers of the day with the guideline."""
    versions: dict[str, list[Policy]] = {}
    for shelved, policy in policies.items():
        versions.setdefault(shelved.id, []).append(policy)
    guideline = shelf.read(shelf.find(DEFAULT_POLICIES[0], on))
    spells = [spell for track in followed if (spell := track.on(on)) is not None]
    payers = [each.policy for each in spells if each.policy.about.stance is Stance.CRITERIA]
    return _Compared(
        following={name: following(mine, on=on, limit=limit) for name, mine in versions.items()},
        others=tuple(compared_policies(guideline, each, on=on, limit=limit) for each in payers),
    )


def _standings(shelf: Shelf, on: date, limit: float) -> Page:
    wanted = restrictive.Wanted(to=(), on=on, limit=limit)
    return compare_page(restrictive.compared(shelf, wanted), on)


def _matrix(shelf: Shelf, on: date, limit: float) -> Page:
    return matrix_page(matrix.compared(shelf, matrix.Wanted(on=on, limit=limit)), on)


def _documents(
    policies: Mapping[Shelved, Policy],
    compared: Mapping[str, Sequence[Comparison]],
    followed: Sequence[Track],
) -> Iterator[tuple[str, str]]:
    """Write the document of every version, with the ways to the other pages and versions."""
    spells = [spell for track in followed for spell in track.spells]
    unreachable = {each.name for each in spells if each.position is Position.OUT_OF_REACH}
    for shelved, policy in policies.items():
        mine = [each for one, each in policies.items() if one.id == shelved.id]
        path = policy_path(policy)
        material = Material(
            policy=policy,
            software=__version__,
            examples=examples_of(shelved, policy),
            history=_linked(versions_of(mine, compared[shelved.id]), mine, path),
            attributes=attributes_of(policy),
            remark=UNREACHABLE if str(shelved) in unreachable else "",
        )
        yield path, web_page(document_of(material), above=[ways(path)])


def _linked(
    versions: Sequence[Version], policies: Sequence[Policy], path: str
) -> tuple[Version, ...]:
    """Lead to the pages of the versions, and to those that compare each with the one before."""
    up = to_top(path)
    diffs = ["", *(up + diff_path(one, other) for one, other in pairwise(policies))]
    return tuple(
        replace(version, link=up + policy_path(policy), compared=diff)
        for version, policy, diff in zip(versions, policies, diffs, strict=True)
    )
