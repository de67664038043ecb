"""The pages of the site that compare: through time, by payer, by pair, and two by two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.diff import reading_of, side_without, title, verdict
from multifidus.cli.matrix import body_of as matrix_body
from multifidus.cli.restrictive_page import restrictive_body
from multifidus.cli.shell import sheets
from multifidus.cli.site_frame import (
    BESIDE,
    COMPARE,
    MATRIX,
    TIMELINE,
    Page,
    listing,
    policy_path,
    to_top,
)
from multifidus.cli.trend import MEANINGS, NOTHING, WORDS
from multifidus.core.words import REPORTED
from multifidus.export.document.markup import Markup, tag
from multifidus.export.document.parts import (
    Block,
    Line,
    Pairs,
    Row,
    Section,
    Table,
    Words,
    code,
    paragraph,
    quiet,
    spaced,
    strong,
    web_address,
)
from multifidus.export.document.parts import tag as mark
from multifidus.export.document.web import CONTENT, scrolled
from multifidus.library.comparison import Change
from multifidus.library.topics import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from multifidus.analysis.matrix import Matrix
    from multifidus.analysis.reply import Reply
    from multifidus.analysis.statement import Claim, Statement
    from multifidus.cli.site_lists import Stock
    from multifidus.core.policy import Policy
    from multifidus.library.comparison import Comparison, Finding
    from multifidus.library.events import Event
    from multifidus.library.history import Spell, Step
    from multifidus.library.restrictiveness import Table as Standings

PICTURE = "timeline.svg"
MEANT = {
    Change.CLASHING: "no patient meets both",
    Change.TIGHTENED: "whoever meets the second meets the first, and not the other way round",
    Change.LOOSENED: "whoever meets the first meets the second, and not the other way round",
    Change.CHANGED: "some patients meet only the first, some only the second, some both",
    Change.ADDED: "only the second asks",
    Change.DROPPED: "only the first asks",
    Change.NOT_TOLD: "one asks; of the other reports alone were read, and they do not tell",
    Change.NOT_DECIDED: "not decided within the limit",
    Change.UNKNOWN: "of one side nobody has read the position",
    Change.SILENT: "one side was read and does not speak of the service",
    Change.SAME: "the same patients meet both",
}
"""What the words of a comparison say, in the order in which its topics stand."""


# Through time


def timeline_page(stock: Stock, steps: Iterable[Step], events: Sequence[Event]) -> Page:
    """Show the picture, and in words what it shows."""
    heading = "Who covers when"
    image = tag(
        "img",
        src=PICTURE,
        alt="Timeline of the policies of payers and of the events; the tables below say the same.",
        width="1200",
    )
    picture = tag("div", scrolled(image, "The timeline as a picture"), class_="wide")
    parts = (
        Section(anchor="spells", heading="Policies of payers", blocks=(_spells(stock),)),
        Section(anchor="changes", heading="Changes", blocks=(_changes(steps),)),
        Section(anchor="events", heading="Events", blocks=(_events(events),)),
        Section(anchor="words", heading="What the words say", blocks=(_meanings(),)),
    )
    return Page(
        path=TIMELINE,
        title=heading,
        body=listing(heading, stock.on, before=(picture,), parts=parts),
        pictures=BESIDE,
    )


def _meanings() -> Pairs:
    return Pairs(tuple((WORDS[each], (Words(MEANINGS[each]),)) for each in WORDS))


def _spells(stock: Stock) -> Table:
    rows = tuple(
        Row(
            cells=(
                (strong(track.body),),
                _linked(spell.policy),
                (Words(str(spell.days) if spell.is_dated else "no day is stated"),),
                (mark(WORDS[spell.position]),),
            )
        )
        for track in stock.tracks
        for spell in track.spells
    )
    head = ("Payer", "Version", "In force", "What it does")
    return Table(caption="Versions of the policies of payers", head=head, rows=rows)


def _linked(policy: Policy, up: str = "") -> Line:
    name = f"{policy.about.id}@{policy.about.version}"
    return (Words(name, link=up + policy_path(policy)),)


def _changes(steps: Iterable[Step]) -> Table:
    rows = tuple(
        Row(
            cells=(
                (strong(str(each.day)),),
                (Words(each.track.body),),
                _position(each.before),
                _position(each.after),
            )
        )
        for each in steps
    )
    head = ("Day", "Payer", "Before", "After")
    return Table(caption="Versions that began or ended", head=head, rows=rows)


def _position(spell: Spell | None) -> Line:
    if spell is None:
        return (quiet(NOTHING),)
    return spaced((mark(WORDS[spell.position]), *_linked(spell.policy)))


def _events(events: Iterable[Event]) -> Table:
    rows = tuple(
        Row(
            cells=(
                (strong(each.date),),
                (Words(each.body),),
                (Words(each.event),),
                (Words(each.document, link=web_address(each.address)),),
                (mark(each.reading),),
            )
        )
        for each in events
    )
    head = ("Day", "Who", "What", "Document", "How well it was read")
    return Table(caption="Events", head=head, rows=rows)


# Payer by payer, pair by pair


def compare_page(table: Standings, on: date) -> Page:
    """Set the payers against guideline and label."""
    return Page(
        path=COMPARE,
        title="Which payer asks more",
        body=(_around(restrictive_body(table, on)),),
        style=sheets(["matrix.css", "restrictive.css", "wide.css"]),
    )


def matrix_page(found: Matrix, on: date) -> Page:
    """Set every policy against every other."""
    return Page(
        path=MATRIX,
        title="Which policy asks more",
        body=(_around(matrix_body(found, on)),),
        style=sheets(["matrix.css", "wide.css"]),
    )


def _around(body: Iterable[str]) -> Markup:
    """Let the link past the ways lead to a page that was written without them."""
    return tag("div", Markup("\n".join(body)), id=CONTENT, tabindex="-1")


# Two by two


def diff_path(first: Policy, second: Policy) -> str:
    """Say where the comparison of two versions lies."""
    names = (f"{each.about.id}-{each.about.version}" for each in (first, second))
    return f"diffs/{'-to-'.join(names)}.html"


def diff_page(compared: Comparison, on: date) -> Page:
    """Show by what they mean how two policies differ."""
    first, second = compared.first, compared.second
    path = diff_path(first.policy, second.policy)
    heading = f"From {first.name} to {second.name}"
    lead: tuple[Block, ...] = (
        paragraph(strong(f"{verdict(compared)}.")),
        *(
            paragraph(Words(REPORTED.format(each.name)))
            for each in (first, second)
            if each.policy.is_reported
        ),
        *(_witness(each) for each in compared.answers if each.witness),
        Pairs(tuple((each.name, _side(each, to_top(path))) for each in (first, second))),
    )
    topics = Table(
        caption="Topic by topic",
        head=("Topic", "Change", first.name, second.name),
        rows=tuple(_topics(compared, to_top(path))),
    )
    seen = {each.change for each in compared.findings}
    words = Pairs(
        tuple((change.value, (Words(MEANT[change]),)) for change in MEANT if change in seen)
    )
    return Page(
        path=path,
        title=heading,
        body=listing(
            heading,
            on,
            lead=lead,
            parts=(
                Section(anchor="topics", heading="Topic by topic", blocks=(topics,)),
                Section(anchor="words", heading="What the words say", blocks=(words,)),
            ),
        ),
    )


def _side(each: Statement, up: str) -> Line:
    about = each.policy.about
    link = up + policy_path(each.policy)
    return spaced((Words(about.title, link=link), quiet(f"{about.body}; {about.in_force}")))


def _witness(answer: Reply) -> Block:
    met, missed = answer.about
    details = answer.witness.details if answer.witness else ()
    told = "; ".join(f"{each.label}: {each.value}" for each in details)
    return paragraph(
        Words(f"A made-up patient who meets {met} and not {missed}:"), quiet(f"{told}.")
    )


def _topics(compared: Comparison, up: str) -> Iterator[Row]:
    for change in MEANT:
        for finding in compared.findings:
            if finding.change is change:
                yield _topic(finding, compared, up)


def _topic(finding: Finding, compared: Comparison, up: str) -> Row:
    return Row(
        cells=(
            (strong(title(finding, compared)),),
            (mark(finding.change.value),),
            _claims(finding.topic.first, up) or (quiet(side_without(finding)),),
            _claims(finding.topic.second, up) or (quiet(side_without(finding)),),
        )
    )


def _claims(claims: Sequence[Claim], up: str) -> Line:
    """Say what is asked, in which clauses, and how well these were read; nothing if nothing is."""
    if not claims:
        return ()
    clauses = {
        each.about.criterion.id: f"{up}{policy_path(each.about.policy)}#{each.about.criterion.id}"
        for each in claims
        if each.about.criterion is not each.about.policy.root
    }
    links = (Words(name, link=link) for name, link in clauses.items())
    read = (mark(each) for each in dict.fromkeys(reading_of(claim).value for claim in claims))
    return spaced((code(words_of(claims)), *links, *read))
