"""The pages of the site that list: policies by payer, versions by date, clauses to search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from multifidus.cli.site_frame import (
    DATES,
    INDEX,
    SEARCH,
    Page,
    filter_script,
    listing,
    policy_path,
)
from multifidus.cli.trend import MEANINGS, NOTHING, WORDS, least_well_read
from multifidus.cli.words import count_words
from multifidus.core.policy import Kind, Stance
from multifidus.core.words import days_words
from multifidus.export.document.compose import KIND_WORDS
from multifidus.export.document.markup import Markup, tag
from multifidus.export.document.parts import (
    Item,
    Items,
    Line,
    Pairs,
    Paragraph,
    Row,
    Section,
    Table,
    Words,
    code,
    paragraph,
    quiet,
    spaced,
    strong,
)
from multifidus.export.document.parts import tag as mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.policy import Criterion, Policy
    from multifidus.library.history import Track

TITLE = "Coverage of restorative neurostimulation"
UNREACHABLE = (
    "no patient on the label can meet them (proved, on the premises of the library; see the"
    " timeline)"
)
_KIND_WORDS = {
    Kind.LABEL: "label",
    Kind.GUIDELINE: "guideline",
    Kind.RESEARCH: "trial",
    Kind.ASSESSMENT: "assessment",
    Kind.PREMISES: "premises",
}
_STANCE_WORDS = {
    Stance.CRITERIA: "criteria",
    Stance.EXCLUDED: "excluded",
    Stance.SILENT: "silent",
    Stance.UNREAD: "unknown",
}
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What the site is made of, on a day."""

    on: date
    policies: tuple[Policy, ...]
    """Every version on the shelf, by id and by the first day in force."""
    tracks: tuple[Track, ...]
    against: Mapping[str, str]
    """By the name of a payer's version, the page that compares it with the guideline."""


# By payer


def index_page(stock: Stock) -> Page:
    """List what every payer does on the day, and what else is on the shelf."""
    payers = count_words(len(stock.tracks), "policy of a payer", "policies of payers")
    versions = count_words(len(stock.policies), "version")
    lead = (
        paragraph(
            Words(
                "Restorative neurostimulation for multifidus dysfunction: what payers, the society,"
                " the regulator and the trials ask, clause by clause, each with its source and how"
                " well that was read."
            )
        ),
        paragraph(Words(f"{payers}; {versions} on the shelf in all. As of {stock.on}.")),
    )
    others = [each for each in stock.policies if not _is_tracked(each, stock)]
    parts = (
        Section(anchor="payers", heading="Payers", blocks=(_payers(stock),)),
        Section(
            anchor="others",
            heading="Guideline, label, trials, assessments and premises",
            blocks=(Items(tuple(map(_other, others))),),
        ),
        Section(anchor="words", heading="What the words say", blocks=(_meanings(),)),
    )
    form = _form("Payer or policy", "search", "#payers tbody tr")
    return Page(
        path=INDEX,
        title=TITLE,
        body=listing(TITLE, stock.on, lead=lead, before=(form,), parts=parts),
        script=filter_script(),
    )


def _is_tracked(policy: Policy, stock: Stock) -> bool:
    return any(policy.about.id == each.id for each in stock.tracks)


def _payers(stock: Stock) -> Table:
    return Table(
        caption="What every payer does",
        head=("Payer", "Policy", "What it does", "In force", "Least well read clause", "Compared"),
        rows=tuple(_payer(each, stock) for each in stock.tracks),
    )


def _payer(track: Track, stock: Stock) -> Row:
    spell = track.on(stock.on)
    policy = (spell or track.spells[-1]).policy
    names = [each for each in policy.scope.payers if each != track.body]
    compared = stock.against.get(f"{policy.about.id}@{policy.about.version}", "")
    return Row(
        cells=(
            spaced((strong(track.body), *([quiet(", ".join(names))] if names else []))),
            _named(policy),
            (mark(WORDS[spell.position]) if spell else quiet(NOTHING),),
            (Words(days_words(policy.about.in_force)),),
            (Words(least_well_read(policy)),),
            (Words(f"{track.id} with the guideline", link=compared),) if compared else (),
        )
    )


def _named(policy: Policy) -> Line:
    about = policy.about
    return spaced(
        (Words(about.title, link=policy_path(policy)), code(f"{about.id}@{about.version}"))
    )


def _other(policy: Policy) -> Item:
    about = policy.about
    more = quiet(f"{about.body}: {KIND_WORDS[about.kind]}; {days_words(policy.about.in_force)}")
    return Item(blocks=(Paragraph(_named(policy)), paragraph(more)))


def _meanings() -> Pairs:
    return Pairs(tuple((WORDS[each], (Words(MEANINGS[each]),)) for each in WORDS))


# By date


def dates_page(stock: Stock) -> Page:
    """List every version by the day from which it is in force."""
    # What states no first day comes last.
    dated = sorted(stock.policies, key=lambda each: each.about.in_force.first or date.max)
    words = {spell.name: WORDS[spell.position] for each in stock.tracks for spell in each.spells}
    rows = tuple(_version(each, words) for each in dated)
    title = "Versions by date"
    table = Table(
        caption="Versions and the days on which they are in force",
        head=("From", "To", "Whose", "Policy", "What it does"),
        rows=rows,
    )
    lead = (
        "Each version with the days on which it is in force, as far as its document states them."
        " A version without days may be in force on any."
    )
    return Page(
        path=DATES,
        title=title,
        body=listing(
            title,
            stock.on,
            lead=(paragraph(Words(lead)),),
            before=(_form("In force on", "date", "#versions tbody tr"),),
            parts=(
                Section(anchor="versions", heading="Versions", blocks=(table,)),
                Section(anchor="words", heading="What the words say", blocks=(_meanings(),)),
            ),
        ),
        script=filter_script(),
    )


def _version(policy: Policy, words: Mapping[str, str]) -> Row:
    """Write a version; of a payer's the word is that of the other pages, else what sort it is."""
    about, days = policy.about, policy.about.in_force
    word = words.get(f"{about.id}@{about.version}", _STANCE_WORDS[about.stance])
    kind = [quiet(_KIND_WORDS[about.kind])] if about.kind in _KIND_WORDS else []
    return Row(
        cells=(
            (Words(str(days.first or NOT_STATED)),),
            (Words(str(days.last or NOT_STATED)),),
            (Words(policy.about.body),),
            _named(policy),
            spaced((mark(word), *kind)),
        )
    )


# Search


def search_page(stock: Stock) -> Page:
    """List every clause of every version; the script hides those that were not searched for."""
    items = tuple(item for policy in stock.policies for item in _entries(policy))
    title = "Search the clauses"
    words = "Every clause on the shelf, each with a link to its place in its policy."
    return Page(
        path=SEARCH,
        title=title,
        body=listing(
            title,
            stock.on,
            lead=(paragraph(Words(words)),),
            before=(_form("Words of a clause, a payer or an id", "search", "#clauses li"),),
            parts=(Section(anchor="clauses", heading="Clauses", blocks=(Items(items),)),),
        ),
        script=filter_script(),
    )


def _entries(policy: Policy) -> Iterator[Item]:
    for criterion in policy.criteria():
        if criterion is not policy.root:
            yield Item(blocks=(paragraph(*_entry(policy, criterion)),))


def _entry(policy: Policy, criterion: Criterion) -> Sequence[Words]:
    about = policy.about
    title = f"{criterion.title}: " if criterion.title else ""
    link = f"{policy_path(policy)}#{criterion.id}"
    return (
        strong(f"{criterion.id} of {about.id}@{about.version}", link),
        Words(f"{title}{criterion.sentence}"),
        quiet(f"{about.body}; {criterion.reading}"),
    )


def _form(label: str, kind: str, rows: str) -> Markup:
    """Write a field that the script brings to life; without it, nothing is seen of it."""
    field = tag("input", type=kind, id="filter", autocomplete="off")
    return tag(
        "form",
        tag("label", label, for_="filter"),
        field,
        tag("p", tag("output", for_="filter", aria_live="polite")),
        class_="filter",
        role="search",
        hidden="",
        data_filter=rows,
    )
