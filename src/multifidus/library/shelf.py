"""
The policies on the shelf, by id, by payer, and by the day on which they are in force.

The shelf reads the front matter of every policy, and the text of one only when it is asked for;
so it does with a lexicon, which nobody needs whose chart holds no document.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.core.element import Dictionary
from multifidus.core.policy import Policy
from multifidus.errors import PolicyError, RequestError
from multifidus.library import choice
from multifidus.library.attestation import Entry, Register, attested_policy, read_register
from multifidus.library.choice import SHELF, Asked, Choice
from multifidus.library.kept import kept
from multifidus.library.stock import Shelved, Stock, beginnings, take_stock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from multifidus.core.omop import TableMapping
    from multifidus.core.wording import Lexicon
    from multifidus.errors import Problem

DEFAULT_POLICIES = ("isass-2025", "fda-p190021")
"""What answers when nobody names a policy: the guideline and the label, side by side."""

__all__ = ["DEFAULT_POLICIES", "Asked", "Choice", "Shelf", "Shelved", "shipped"]


class Shelf:
    """
    A folder of policies and the dictionaries that they use, and folders of a user's own policies.

    Dictionaries and lexicons are those of the first folder, and its policies stay whatever the
    others hold.
    """

    def __init__(self, folder: Path, *own: Path) -> None:
        """Look at folders; nothing is read yet."""
        self.folder = folder
        self.own = tuple(dict.fromkeys(each for each in own if each != folder))
        self._lexicons: dict[str, Lexicon] = {}
        self._read: dict[Path, tuple[str, Policy]] = {}
        self._broken: dict[Path, Sequence[Problem]] = {}
        self._unsound: dict[Path, Sequence[Problem]] = {}

    @cached_property
    def _stock(self) -> Stock:
        folders = (self.folder, *self.own)
        return kept(Stock, beginnings(folders), partial(take_stock, folders))

    @property
    def entries(self) -> Sequence[Shelved]:
        """Everything on the shelf, by id and by the first day in force; premises too."""
        return self._stock.entries

    @cached_property
    def policies(self) -> Sequence[Shelved]:
        """What a chart may be put to, by id and by the first day in force."""
        return [each for each in self.entries if each.answers]

    @property
    def faults(self) -> Sequence[Problem]:
        """
        Everything that is wrong in the folders, and keeps nothing sound from the shelf.

        Of texts and attestations those are told that were read so far.
        """
        read = (*self._unsound.values(), *self._broken.values())
        return [*self._stock.faults, *(problem for problems in read for problem in problems)]

    @cached_property
    def dictionaries(self) -> Mapping[str, Dictionary]:
        """The dictionaries, by name."""
        # What reads a text is imported only where nothing of it is kept: here, and below.
        from multifidus.language.dictionary import read_dictionary  # noqa: PLC0415

        found = {}
        for path in sorted(self._dictionaries.glob("*.yaml")):
            texts = [path.name.encode(), *self._said_of_elements]
            found[path.stem] = kept(Dictionary, texts, partial(read_dictionary, path))
        return found

    @property
    def _dictionaries(self) -> Path:
        return self.folder / "dictionaries"

    @cached_property
    def _said_of_elements(self) -> Sequence[bytes]:
        """The texts of the dictionaries and of their value sets, on which all reading rests."""
        paths = sorted([*self._dictionaries.glob("*.yaml"), *self._dictionaries.glob("*/*.yaml")])
        return [text for path in paths for text in (path.name.encode(), path.read_bytes())]

    def lexicon(self, name: str) -> Lexicon:
        """
        Read, once, how documents word the elements of a dictionary.

        Raises `DictionaryError`, or `RequestError` where nobody has written it down.
        """
        if name not in self._lexicons:
            paths = (self._dictionaries / "wording").glob("*.yaml")
            known = {each.stem: each for each in sorted(paths) if each.stem in self.dictionaries}
            if name not in known:
                message = f"no lexicon `{name}` on the shelf"
                raise RequestError(choice.unknown(message, name, "lexicons", list(known)))
            self._lexicons[name] = self._wording(known[name])
        return self._lexicons[name]

    def mapping(self, name: str, *, own: Path | None = None) -> TableMapping:
        """
        Read how tables of the OMOP model answer a dictionary: as shipped, or by one's own file.

        Raises `DictionaryError`, or `RequestError` where nobody has written it down.
        """
        from multifidus.language.omop import read_mapping  # noqa: PLC0415  for tables alone

        path = own or self._dictionaries / "omop" / f"{name}.yaml"
        if not path.is_file():
            message = f"no file says how tables of the OMOP model answer the dictionary `{name}`"
            raise RequestError.at(path.name, message, "write one, and name it with --omop")
        return read_mapping(path, dictionary=self.dictionaries[name])

    def digest_of_wording(self) -> str:
        """Fingerprint all that documents are read by: dictionaries, value sets and lexicons."""
        return sha256(b"\0".join(self._said_of_elements)).hexdigest()

    def _wording(self, path: Path) -> Lexicon:
        from multifidus.core.wording import Lexicon  # noqa: PLC0415  for documents alone

        def read() -> Lexicon:
            from multifidus.language.wording import read_lexicon  # noqa: PLC0415

            return read_lexicon(path, self.dictionaries[path.stem])

        return kept(Lexicon, [path.name.encode(), *self._said_of_elements], read)

    def read(self, shelved: Shelved) -> Policy:
        """
        Read a policy's text, with what was attested of it; raises `PolicyError`.

        A text that was read before and is the same byte for byte is not read again.
        """
        policy = self._text(shelved)
        about = replace(policy.about, in_force=shelved.in_force)
        return attested_policy(replace(policy, about=about), self.register(shelved))

    def read_sound(self, entries: Iterable[Shelved]) -> list[Policy]:
        """
        Read policies; where a text is wrong, that joins the faults and the others are given.

        Commands that speak of the whole shelf read so: one draft that is not sound keeps nobody
        from an answer about the rest.
        """
        found = []
        for each in entries:
            try:
                found.append(self.read(each))
            except PolicyError as error:
                self._unsound[each.path] = error.problems
        return found

    def register(self, shelved: Shelved) -> Register:
        """Read what persons have attested of a policy's clauses."""
        register = read_register(self.attestation_files(shelved))
        self._broken[shelved.path] = register.faults
        return register

    def stale(self, shelved: Shelved) -> list[Entry]:
        """List what was attested of clauses of this version that have changed since."""
        others = {str(each) for each in self.entries if each.id == shelved.id} - {str(shelved)}
        return self.register(shelved).stale(self._text(shelved), others=others)

    def attestation_files(self, shelved: Shelved) -> tuple[Path, ...]:
        """
        Name the files that may hold attestations of a policy, the one to write to last.

        What is shipped lies where an upgrade replaces it, so attestations of it stand in the first
        of the user's own folders.
        """
        beside = shelved.path.with_name("attestations.yaml")
        if shelved.folder != self.folder:
            return (beside,)
        kept = (each / "attestations" / f"{shelved.id}.yaml" for each in self.own)
        return (beside, *reversed(list(kept)))

    def find(self, name: str, on: date) -> Shelved:
        """Find what stands on the shelf by `id` or `id@version`, premises too."""
        return choice.named(self.entries, name, on).shelved

    def answering(self, on: date) -> list[Shelved]:
        """List the versions that answer charts on a day, of each policy by its id."""
        return choice.answering(self.policies, on)

    def check_name(self, name: str) -> None:
        """See that a policy of that name answers charts; `RequestError` if not."""
        choice.check_name(self.entries, name)
        identifier = name.partition("@")[0]
        if any(each.id == identifier and not each.answers for each in self.entries):
            raise RequestError.at(
                SHELF,
                f"`{name}` holds premises, to which no chart is put",
                f"they are what proofs may assume; see them with `multifidus policy show {name}`",
            )

    def choose(self, name: str, on: date) -> Choice:
        """Find the version that answers a chart, by `id` or `id@version`; else `RequestError`."""
        self.check_name(name)
        return choice.named(self.entries, name, on)

    def choose_for(self, asked: Asked, on: date) -> Choice:
        """Find the policy of a payer that is in force on a day; `RequestError` if not one is."""
        return choice.in_force_for(self.policies, asked, on)

    def all_of_payer(self, payer: str) -> list[Shelved]:
        """Find all policies of a payer, whenever in force; `RequestError` when there is none."""
        return choice.of_payer(self.policies, payer)

    def _text(self, shelved: Shelved) -> Policy:
        path = shelved.path
        content, sources = _bytes(path), _bytes(path.with_name("sources.yaml"))
        digest = sha256(content + b"\0" + sources).hexdigest()
        before, policy = self._read.get(path, ("", None))
        if policy is None or before != digest:
            texts = [str(path).encode(), content, sources, *self._said_of_elements]
            read = partial(self._parsed, content, sources=sources, file=str(path))
            policy = kept(Policy, texts, read, dictionaries=self.dictionaries)
            self._read[path] = (digest, policy)
        return policy

    def _parsed(self, content: bytes, *, sources: bytes, file: str) -> Policy:
        # What is shipped was checked before; a text of the user's own may name what no dictionary
        # has.
        if Path(file).is_relative_to(self.folder):
            from multifidus.language.read import read_policy as read  # noqa: PLC0415
        else:
            from multifidus.language.check import read_sound_policy as read  # noqa: PLC0415
        return read(content, sources=sources, dictionaries=self.dictionaries, file=file)


def shipped(*own: Path) -> Shelf:
    """Give the shelf that comes with the package, with folders of one's own over it."""
    return Shelf(Path(__file__).parents[1] / "policies", *own)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        hint = "policy.md and the sources.yaml beside it make a policy; check both"
        raise PolicyError.at(str(path), message, hint) from None
