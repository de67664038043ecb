"""
Who sends a packet, and what is asked for: the practice's own file, in TOML.

Nobody's name, number or plan is guessed from a chart: what stands in a packet about the sender
comes from here. Of the patient the record tells name and day of birth; the member's number is the
file's, because a record seldom has the right one.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_type_hints

from multifidus.errors import Place, PracticeError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_FILE = 1_000_000
NPI_LENGTH = 10
# The prefix that the check digit of a National Provider Identifier is reckoned with
# (CMS, "Requirements for National Provider Identifier and NPI check digit", 2004).
_NPI_PREFIX = "80840"


class Urgency(StrEnum):
    """How soon an answer is needed, as Da Vinci PAS and 42 CFR 422.568 to 422.572 tell apart."""

    STANDARD = "standard"
    EXPEDITED = "expedited"


class Level(StrEnum):
    """The step of an appeal."""

    FIRST = "first"
    SECOND = "second"
    EXTERNAL = "external"


class Ground(StrEnum):
    """Why a payer would not cover, as reasons have been seen or can be inferred."""

    UNPROVEN = "unproven"
    """Held to be experimental, investigational or unproven."""
    NOT_NECESSARY = "not-medically-necessary"
    """A blanket rule for implanted peripheral nerve stimulation."""
    CONSERVATIVE_CARE = "conservative-care"
    """Conservative care judged incomplete, or badly documented."""
    PIVOTAL_TRIAL = "pivotal-trial"
    """The pivotal trial's primary endpoint, or the amount of evidence."""
    NEUROPATHIC = "neuropathic-pain"
    """Rules that ask for neuropathic pain or a named nerve."""
    TRIAL_STIMULATION = "trial-stimulation"
    """Rules that ask for a trial stimulation."""
    OTHER_GUIDELINE = "other-guideline"
    """A guideline about other procedures."""
    CODING = "coding"
    """Codes of another family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The practice."""

    name: str
    address: tuple[str, ...]
    phone: str
    npi: str
    fax: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinician:
    """Who signs."""

    name: str
    credentials: str
    npi: str
    specialty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the payer may call."""

    name: str
    phone: str
    fax: str = ""
    email: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The patient as the payer knows them."""

    member_id: str = ""
    group_id: str = ""
    name: str = ""
    """As the card has it, where the record has another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for."""

    authorization_months: int
    follow_up: tuple[str, ...]
    outcomes: tuple[str, ...]
    urgency: Urgency = Urgency.STANDARD
    urgency_reason: str = ""
    service_from: date | None = None
    service_to: date | None = None
    site: str = ""
    """Where the service is done, where the record does not say."""
    facility: str = ""
    facility_npi: str = ""
    laterality: str = ""
    sent_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A payer's adverse determination, as it was received."""

    payer: str
    date: date
    ground: Ground
    words: str = ""
    """In the payer's own words."""
    reference: str = ""
    level: Level = Level.FIRST
    policy: str = ""
    """The policy that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The practice's file."""

    practice: Sender
    clinician: Clinician
    contact: Contact
    request: Request
    member: Member = field(default_factory=Member)
    decision: Decision | None = None
    file: str = field(default="", compare=False)
    """The name of the file; it is not written in it."""


def read_practice(text: str, *, file: str) -> Practice:
    """
    Read the practice's file.

    Raises `PracticeError` with everything that is missing, unknown or of another kind.
    """
    if len(text) > LONGEST_FILE:
        raise PracticeError.at(file, "the file is too long", "it holds some dozen lines")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The message names the line, and quotes nothing but a character.
        raise PracticeError.at(
            file, f"not TOML: {error}", "see `multifidus packet --help`"
        ) from None
    reading = _Reading(file)
    practice = reading.record(Practice, content, "")
    if reading.problems:
        raise PracticeError(*reading.problems)
    if not isinstance(practice, Practice):
        raise TypeError
    return replace(practice, file=file)


class _Reading:
    """A file while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def record(self, kind: type[Any], content: Mapping[str, Any], at: str) -> object | None:
        """Read a table; the fields of its class say what may stand there."""
        hints = get_type_hints(kind)
        known = {each.name: each for each in fields(kind) if each.compare}
        for name in content.keys() - known.keys():
            hint = f"there are: {', '.join(known)}"
            self.fault(at, f"unknown name `{name}`", hint)
        found = {}
        for name, each in known.items():
            where = f"{at}.{name}" if at else name
            if name in content:
                found[name] = self.value(hints[name], content[name], where)
            elif each.default is MISSING and each.default_factory is MISSING:
                self.fault(at, f"`{where}` is missing", "add it")
                found[name] = None
        return None if self.problems else kind(**found)

    def value(self, hint: Any, content: Any, at: str) -> object:  # noqa: ANN401  of any kind
        """Read a value of the kind that a field has."""
        kinds = [each for each in getattr(hint, "__args__", (hint,)) if each is not type(None)]
        kind = hint if getattr(hint, "__origin__", None) is tuple else kinds[0]
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self.one_of(kind, content, at)
        if hasattr(kind, "__dataclass_fields__"):
            if isinstance(content, dict):
                return self.record(kind, content, at)
            return self.fault(at, "is not a table", f"write `[{at}]` and its lines below")
        if getattr(kind, "__origin__", None) is tuple:
            return self.several(content, at)
        return self.simple(kind, content, at)

    def one_of(self, kind: type[StrEnum], content: object, at: str) -> object:
        """Read a word of a closed list."""
        words = [str(each.value) for each in kind]
        if content in words:
            return kind(content)
        return self.fault(at, "is none of the words that can stand there", f"{', '.join(words)}")

    def several(self, content: object, at: str) -> object:
        """Read a list of texts; one text is a list of one."""
        items = [content] if isinstance(content, str) else content
        if isinstance(items, list) and items and all(_is_text(each) for each in items):
            return tuple(each.strip() for each in items)
        return self.fault(at, "is not a list of texts", 'write `["…", "…"]`')

    def simple(self, kind: type[Any], content: object, at: str) -> object:
        """Read a text, a number of months or a day."""
        if kind is int:
            if isinstance(content, int) and not isinstance(content, bool) and content > 0:
                return content
            return self.fault(at, "is not a whole number above 0", "write it without quotes")
        if kind is date:
            if type(content) is date:
                return content
            return self.fault(at, "is not a day", "write it without quotes, as 2026-10-05")
        if not _is_text(content):
            return self.fault(at, "is not a text", "write it in quotes, and not empty")
        words = str(content).strip()
        if at.endswith("npi") and not is_npi(words):
            return self.fault(at, "is not a valid NPI", "ten digits, the last of which checks them")
        return words

    def fault(self, at: str, message: str, hint: str) -> object:
        """Note what is wrong, and give nothing; no value of the file is told."""
        place = Place(file=self.file)
        self.problems.append(Problem(place=place, subject=at, message=message, hint=hint))
        return None


def _is_text(content: object) -> bool:
    return isinstance(content, str) and bool(content.strip())


def is_npi(words: str) -> bool:
    """
    Tell whether the last digit of a National Provider Identifier fits the others (Luhn).

    >>> is_npi("1234567893"), is_npi("1234567890")
    (True, False)
    """
    if len(words) != NPI_LENGTH or not (words.isascii() and words.isdigit()):
        return False
    return sum(_luhn(_NPI_PREFIX + words)) % 10 == 0


def _luhn(digits: str) -> Iterator[int]:
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        yield number - 9 if number > 9 else number  # noqa: PLR2004  two digits, added up
