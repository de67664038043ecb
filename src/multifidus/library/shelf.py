"""
The policies on the shelf, by id, by payer, and by the day on which they are in force.

The shelf reads the front matter of every policy, and the text of one only when it is asked for;
so it does with a lexicon, which nobody needs whose chart holds no document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.core.coding import Days
from multifidus.errors import Place, PolicyError, Problem, RequestError
from multifidus.language.dictionary import read_days, read_dictionary
from multifidus.language.located import Fields, read_yaml
from multifidus.language.read import read_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.core.wording import Lexicon

DEFAULT_POLICIES = ("isass-2025", "fda-p190021")
"""What answers when nobody names a policy: the guideline and the label, side by side."""

SHELF = Place(file="shelf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A policy as its front matter describes it, and where its text stands."""

    id: str
    version: str
    payers: tuple[str, ...]
    in_force: Days
    path: Path

    def __str__(self) -> str:
        """Name it so that it can be asked for."""
        return f"{self.id}@{self.version}"


class Shelf:
    """A folder of policies and the dictionaries that they use."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder; nothing is read yet."""
        self.folder = folder
        self._lexicons: dict[str, Lexicon] = {}

    @cached_property
    def entries(self) -> Sequence[Shelved]:
        """Every policy on the shelf, by id and by the first day in force."""
        found = [_shelved(path) for path in self.folder.rglob("policy.md")]
        return sorted(found, key=lambda each: (each.id, str(each.in_force.first), each.version))

    @cached_property
    def dictionaries(self) -> Mapping[str, Dictionary]:
        """The dictionaries, by name."""
        paths = sorted((self.folder / "dictionaries").glob("*.yaml"))
        return {path.stem: read_dictionary(path) for path in paths}

    def lexicon(self, name: str) -> Lexicon:
        """
        Read, once, how documents word the elements of a dictionary.

        Raises `DictionaryError`, or `RequestError` where nobody has written it down.
        """
        # Most records are coded data alone.
        from multifidus.language.wording import read_lexicon  # noqa: PLC0415

        if name not in self._lexicons:
            paths = (self.folder / "dictionaries" / "wording").glob("*.yaml")
            known = {each.stem: each for each in sorted(paths) if each.stem in self.dictionaries}
            if name not in known:
                message = f"no lexicon `{name}` on the shelf"
                raise RequestError(_unknown(message, name, "lexicons", list(known)))
            self._lexicons[name] = read_lexicon(known[name], self.dictionaries[name])
        return self._lexicons[name]

    def read(self, shelved: Shelved) -> Policy:
        """Read a policy's text; raises `PolicyError`."""
        return read_policy(shelved.path, self.dictionaries)

    def find(self, name: str, on: date) -> Shelved:
        """
        Find a policy by `id` or `id@version`.

        Of several versions the one in force on the day answers, else the one that was in force last
        before it, else the first. Raises `RequestError` when there is none of that name.
        """
        identifier, _, version = name.partition("@")
        mine = [each for each in self.entries if each.id == identifier]
        versions = [each for each in mine if version in ("", each.version)]
        if not versions:
            names = [str(each) for each in mine] or sorted({each.id for each in self.entries})
            raise RequestError(
                _unknown(f"no policy `{name}` on the shelf", name, "policies", names)
            )
        in_force = [each for each in versions if each.in_force.include(on)]
        begun = [each for each in versions if (each.in_force.first or date.min) <= on]
        return (in_force or begun or versions[:1])[-1]

    def of_payer(self, payer: str, on: date) -> Shelved:
        """
        Find the policy of a payer that is in force on a day.

        Raises `RequestError` when none or several are, or the payer is not known.
        """
        mine = self.all_of_payer(payer)
        in_force = [each for each in mine if each.in_force.include(on)]
        if len(in_force) == 1:
            return in_force[0]
        told = "; ".join(f"{each}, {each.in_force}" for each in in_force or mine)
        if in_force:
            message = f"several policies of `{payer}` are in force on {on}"
            hint = f"name one with --policy: {told}"
        else:
            message = f"no policy of `{payer}` is in force on {on}"
            hint = f"ask for another day, or name a version with --policy: {told}"
        raise RequestError(Problem(place=SHELF, message=message, hint=hint))

    def all_of_payer(self, payer: str) -> list[Shelved]:
        """Find all policies of a payer, whenever in force; `RequestError` when there is none."""
        wanted = payer.casefold().strip()
        mine = [each for each in self.entries if wanted in map(str.casefold, each.payers)]
        if not mine:
            payers = sorted({name for each in self.entries for name in each.payers})
            message = f"no policy of `{payer}` on the shelf"
            raise RequestError(_unknown(message, payer, "payers", payers))
        return mine


def shipped() -> Shelf:
    """Give the shelf that comes with the package."""
    return Shelf(Path(__file__).parents[1] / "policies")


def _shelved(path: Path) -> Shelved:
    text = path.read_text(encoding="utf-8").partition("---\n")[2].partition("\n---\n")[0]
    located, problems = read_yaml(text, file=str(path), first_line=2)
    front = Fields(located, "front matter", problems)
    days = read_days(front.text("in_force"))
    shelved = Shelved(
        id=front.text("policy"),
        version=front.text("version"),
        payers=tuple(each.text for each in front.list("payer")),
        in_force=days or Days(),
        path=path,
    )
    if problems or days is None:
        hint = "see it with `multifidus policy check FILE`"
        unread = Problem(
            place=Place(file=str(path)), message="the front matter is unread", hint=hint
        )
        raise PolicyError(*(problems or [unread]))
    return shelved


def _unknown(message: str, name: str, kind: str, names: Sequence[str]) -> Problem:
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean `{close[0]}`? " if close else ""
    told = f"the {kind} are: {', '.join(names)}" if names else f"there are no {kind} on it"
    return Problem(place=SHELF, message=message, hint=hint + told)
