"""
Which version answers: by a payer, or by name, on a day; and why it is that one.

A policy that names no plan, line of business or jurisdiction may apply to any of them. It answers
where none of the payer's names the one asked for, and the choice says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.library.stock import Shelved

SHELF = "shelf"
MOST_LIKE = 3
"""So many names are told that are like an unknown one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose policy is asked for; what is empty narrows nothing."""

    payer: str
    plan: str = ""
    line_of_business: str = ""
    jurisdiction: str = ""
    """A country or a part of one, as an ISO 3166 code; a policy of the country serves its parts."""

    def __str__(self) -> str:
        """Name it as it was asked."""
        more = (self.plan, self.line_of_business, self.jurisdiction)
        return ", ".join([f"`{self.payer}`", *(f"`{each}`" for each in more if each)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The version that answers, and why it is that one."""

    shelved: Shelved
    because: str
    among: int
    """How many versions could have answered on some day."""


def of_payer(policies: Iterable[Shelved], payer: str) -> list[Shelved]:
    """Find all policies of a payer, whenever in force; `RequestError` when there is none."""
    known = list(policies)
    wanted = _plain(payer)
    mine = [each for each in known if wanted in map(_plain, each.front.scope.payers)]
    if not mine:
        payers = sorted({name for each in known for name in each.front.scope.payers})
        raise RequestError(unknown(f"no policy of `{payer}` on the shelf", payer, "payers", payers))
    return mine


def in_force_for(policies: Iterable[Shelved], asked: Asked, on: date) -> Choice:
    """
    Find the one version of a payer's policies that is in force on a day.

    Raises `RequestError` when none or several are, with all of them and the way forward.
    """
    mine = of_payer(policies, asked.payer)
    in_force = _in_force(mine, on)
    close = narrowed(in_force, asked)
    if len(close) != 1:
        raise RequestError(_none_or_several(asked, on, mine, in_force, close))
    (found,) = close
    others = [each for each in mine if each.id == found.id]
    words = [f"the policy of {asked} in force on {on}", *_unnamed(found, asked)]
    because = "; ".join([*words, *_neighbors(found, others)])
    return Choice(shelved=found, because=because, among=len(mine))


def named(policies: Sequence[Shelved], name: str, on: date) -> Choice:
    """
    Find a policy by `id` or `id@version`.

    Of several versions the one in force on the day answers, else the one that was in force last
    before it, else the first. Raises `RequestError` when there is none of that name, or where two
    are in force on the day.
    """
    versions = check_name(policies, name)
    if "@" in name:
        return Choice(shelved=versions[0], because="the version that was named", among=1)
    in_force = _in_force(versions, on)
    if len(in_force) > 1:
        message = f"several versions of `{name}` are in force on {on}"
        raise RequestError(Problem.at(SHELF, message, _listed("name one of them", in_force)))
    if in_force:
        words = [f"the version in force on {on}", *_neighbors(in_force[0], versions)]
        return Choice(shelved=in_force[0], because="; ".join(words), among=len(versions))
    begun = [each for each in versions if (each.in_force.first or date.min) <= on]
    found, which = (begun[-1], "the last before it") if begun else (versions[0], "the first after")
    return Choice(
        shelved=found,
        because=f"no version of it is in force on {on}; this is {which}",
        among=len(versions),
    )


def answering(policies: Sequence[Shelved], on: date) -> list[Shelved]:
    """
    List what answers on a day, of each policy by its id.

    That is one version of it, but for those whose days overlap by mistake: of these all are given,
    for whoever looks at the whole shelf can name none of them.
    """
    found: list[Shelved] = []
    for name in sorted({each.id for each in policies}):
        versions = [each for each in policies if each.id == name]
        in_force = _in_force(versions, on)
        found += in_force if len(in_force) > 1 else [named(versions, name, on).shelved]
    return found


def check_name(policies: Sequence[Shelved], name: str) -> list[Shelved]:
    """Find the versions that a name may mean; `RequestError` when there is none."""
    identifier, _, version = name.partition("@")
    mine = [each for each in policies if each.id == identifier]
    versions = [each for each in mine if version in ("", each.version)]
    if not versions:
        names = [str(each) for each in mine] or sorted({each.id for each in policies})
        raise RequestError(unknown(f"no policy `{name}` on the shelf", name, "policies", names))
    return versions


def narrowed(policies: Iterable[Shelved], asked: Asked) -> list[Shelved]:
    """Keep what fits the plan, line of business and jurisdiction asked for most closely."""
    kept = list(policies)
    for wanted, field in (
        (asked.plan, "plans"),
        (asked.line_of_business, "lines_of_business"),
        (asked.jurisdiction, "jurisdictions"),
    ):
        if wanted:
            ranked = [(_rank(getattr(each.front.scope, field), wanted), each) for each in kept]
            ranks = [rank for rank, _ in ranked if rank is not None]
            kept = [each for rank, each in ranked if ranks and rank == min(ranks)]
    return kept


def _rank(names: Sequence[str], wanted: str) -> int | None:
    """Tell how closely a policy fits: it names what is wanted, what holds it, or nothing at all."""
    plain = [_plain(name) for name in names]
    if _plain(wanted) in plain:
        return 0
    if any(_plain(wanted).startswith(f"{name}-") for name in plain if len(name) == len("us")):
        return 1
    return None if names else 2


def _in_force(policies: Iterable[Shelved], on: date) -> list[Shelved]:
    """Keep what is in force; a retired transcription only where no other version of it is."""
    in_force = [each for each in policies if each.in_force.include(on)]
    current = {each.id for each in in_force if not each.is_retired}
    return [each for each in in_force if not (each.is_retired and each.id in current)]


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _unnamed(found: Shelved, asked: Asked) -> Iterator[str]:
    """Say what of the question the policy itself does not name."""
    scope = found.front.scope
    for wanted, names, what in (
        (asked.plan, scope.plans, "plan"),
        (asked.line_of_business, scope.lines_of_business, "line of business"),
        (asked.jurisdiction, scope.jurisdictions, "jurisdiction"),
    ):
        if wanted and not names:
            yield f"it names no {what}"


def _neighbors(found: Shelved, versions: Iterable[Shelved]) -> Iterator[str]:
    """Say which version was in force before, and which follows."""
    order = [each for each in versions if not each.is_retired or each is found]
    place = order.index(found)
    if place:
        yield f"before it {order[place - 1].version}"
    if order[place + 1 :]:
        after = order[place + 1]
        yield f"from {after.in_force.first} on {after.version}"


def _none_or_several(
    asked: Asked,
    on: date,
    mine: Sequence[Shelved],
    in_force: Sequence[Shelved],
    close: Sequence[Shelved],
) -> Problem:
    if close:
        fields = ("plans", "lines_of_business", "jurisdictions")
        options = ("--plan", "--line-of-business", "--jurisdiction")
        telling = [
            option
            for field, option in zip(fields, options, strict=True)
            if len({getattr(each.front.scope, field) for each in close}) > 1
        ]
        way = f"narrow it with {' or '.join(telling)}, or name" if telling else "name"
        message = f"several policies of {asked} are in force on {on}"
        return Problem.at(SHELF, message, _listed(f"{way} one with --policy", close))
    if in_force:
        message = f"no policy of {asked} in force on {on} is for that"
        hint = "name one of these with --policy if it applies"
        return Problem.at(SHELF, message, _listed(hint, in_force))
    message = f"no policy of {asked} is in force on {on}"
    hint = "ask for another day, or name a version with --policy"
    return Problem.at(SHELF, message, _listed(hint, narrowed(mine, asked) or mine))


def _listed(way: str, policies: Iterable[Shelved]) -> str:
    """List policies below the way forward, each with its days and for whom it is."""
    lines = [f"{way}:"]
    for each in policies:
        scope = each.front.scope
        words = ", ".join((*scope.plans, *scope.lines_of_business, *scope.jurisdictions))
        lines.append(f"      {each}, {each.in_force}" + (f" ({words})" if words else ""))
    return "\n".join(lines)


def unknown(message: str, name: str, kind: str, names: Sequence[str]) -> Problem:
    """Tell a name that is not on the shelf, with those that are."""
    from difflib import get_close_matches  # noqa: PLC0415  for a name that is not there

    plain = {_plain(each): each for each in names}
    wanted = _plain(name.partition("@")[0]) or _plain(name)
    close = [plain[each] for each in get_close_matches(_plain(name), plain, n=1)]
    close += [each for key, each in plain.items() if wanted in key and len(wanted) > 1]
    like = list(dict.fromkeys(close))[:MOST_LIKE]
    hint = f"did you mean {' or '.join(f'`{each}`' for each in like)}? " if like else ""
    told = f"the {kind} are: {', '.join(names)}" if names else f"there are no {kind} on it"
    return Problem.at(SHELF, message, hint + told)
