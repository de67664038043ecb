"""
`multifidus publish ID --out DIR`: one policy in all the languages that we write.

A table of parts says what is published; each part gives its files, what of it goes into the
package, and its gaps. What a language cannot say is left out and told, and everything else is
written. The package comes last, for it holds what the others made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from multifidus.cli.document import material_of
from multifidus.cli.findings import findings_behind
from multifidus.cli.library import open_shelf
from multifidus.cli.site_folder import Kind, check_folder, write_folder
from multifidus.cli.words import count_words
from multifidus.errors import RequestError
from multifidus.export.cql import cql
from multifidus.export.document.compose import document_of
from multifidus.export.document.web import web_page
from multifidus.export.library import Logic
from multifidus.export.package import archive, package_name
from multifidus.export.published import Parts, published
from multifidus.export.questionnaire import questionnaire
from multifidus.export.resource import text_of
from multifidus.export.view_definition import views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.errors import NotExpressible, Problem
    from multifidus.export.resource import Resource
    from multifidus.library.shelf import Shelf, Shelved

FOLDER = Kind(noun="publication", option="--out")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which policy, into which folder, and for which day."""

    policy: str
    folder: Path
    on: date | None
    """The day that chooses the version, and for which value sets are expanded."""
    limit: float
    elm: Path | None = None
    library: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was written, in words, and what could not be said."""

    words: str
    gaps: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What parts are made from."""

    wanted: Wanted
    shelf: Shelf
    shelved: Shelved
    policy: Policy
    day: date
    """The day on which versions are compared: the one asked for, else the first day in force."""

    @property
    def dictionary(self) -> Dictionary:
        """The dictionary, with the elements alone that the policy asks about."""
        asked = self.policy.elements
        whole = self.policy.dictionary
        return replace(whole, elements={name: whole.elements[name] for name in asked})


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What a part made: files, what of it goes into the package, and what it could not say."""

    files: Mapping[str, str] = field(default_factory=dict)
    logic: Logic | None = None
    form: Resource | None = None
    gaps: tuple[NotExpressible, ...] = ()


def publish_policy(wanted: Wanted, *, today: date) -> Told:
    """Write everything that is published of one policy, and say what was written."""
    with open_shelf(wanted.library) as shelf:
        # Premises are no policy: a plan of them would propose a request where they hold.
        shelf.check_name(wanted.policy)
        shelved = shelf.find(wanted.policy, wanted.on or today)
        check_folder(wanted.folder, kind=FOLDER)
        policy = shelf.read(shelved)
        day = wanted.on or policy.about.in_force.first or today
        ground = _Ground(wanted=wanted, shelf=shelf, shelved=shelved, policy=policy, day=day)
        made = [part(ground) for part in _PARTS]
    held = published(policy, parts=_parts(ground, made))
    beside = {name: text.encode() for each in made for name, text in each.files.items()}
    packed = f"{package_name(policy)}-{policy.about.version}.tgz"
    write_folder(wanted.folder, {packed: archive(held), **held, **beside}, kind=FOLDER)
    count = count_words(len(held) + len(beside), "file")
    return Told(
        words=f"{wanted.folder / packed}: written, and {count} beside it",
        gaps=tuple(problem for each in made for gap in each.gaps for problem in gap.problems),
    )


def _parts(ground: _Ground, made: Iterable[_Made]) -> Parts:
    """Gather what goes into the package."""
    several = tuple(made)
    return Parts(
        logic=next((each.logic for each in several if each.logic), None),
        questionnaire=next((each.form for each in several if each.form), None),
        findings=findings_behind(ground.policy),
        on=ground.wanted.on,
    )


# The parts


def _logic(ground: _Ground) -> _Made:
    """Write the logic, and attach what a translator made of it if that is handed in."""
    policy = ground.policy
    told = cql(policy, policy.dictionary)
    logic = Logic(cql=told.content)
    if ground.wanted.elm:
        logic = replace(logic, elm=_elm(ground.wanted.elm, logic, policy.about.version))
    return _Made(files={f"{policy.about.id}.cql": told.content}, logic=logic, gaps=told.gaps)


def _elm(path: Path, logic: Logic, version: str) -> str:
    """Read what a translator made; `RequestError` where it is of another library, or no ELM."""
    try:
        text = path.read_text(encoding="utf-8")
        told = json.loads(text)["library"]["identifier"]
        of, found = told["id"], told.get("version", "")
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise RequestError.at(str(path), message, "name a file of ELM, with --elm") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        message = "this is not ELM in JSON"
        hint = "name what a translator made of the CQL: an object with `library.identifier`"
        raise RequestError.at(str(path), message, hint) from None
    if (of, found) != (logic.name, version):
        message = f"this is ELM of `{of}` {found}, not of `{logic.name}` {version}"
        raise RequestError.at(str(path), message, "translate the CQL of this version anew")
    return text


def _form(ground: _Ground) -> _Made:
    """Write the form that asks what can still move the answer."""
    told = questionnaire(ground.policy)
    return _Made(form=told.content, gaps=told.gaps)


def _views(ground: _Ground) -> _Made:
    """Write the views of the elements that the policy asks about."""
    told = views(ground.dictionary)
    files = {f"views/{name}.json": text_of(view) for name, view in told.content.items()}
    return _Made(files=files, gaps=told.gaps)


def _document(ground: _Ground) -> _Made:
    """Write the page for people."""
    material = material_of(ground.shelf, ground.shelved, on=ground.day, limit=ground.wanted.limit)
    return _Made(files={f"{ground.policy.about.id}.html": f"{web_page(document_of(material))}\n"})


_PARTS: tuple[Callable[[_Ground], _Made], ...] = (_logic, _form, _views, _document)
