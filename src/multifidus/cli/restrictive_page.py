"""
The table of payers as one page of HTML that holds all it needs.

A cell says first what the payer asks, then how that stands to each reference, in words; colour only
repeats them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.analysis.statement import name_of
from multifidus.cli.diff import CLOSING
from multifidus.cli.restrictive_words import (
    APART,
    MAY_ASK_MORE,
    MEANINGS,
    REPORTED,
    WHOLES,
    asks,
    labels_of,
    reading,
)
from multifidus.cli.shell import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from multifidus.core.policy import Policy
    from multifidus.library.restrictiveness import Row, Standing, Table


def restrictive_page(table: Table, on: date) -> str:
    """Write the page."""
    return page(
        f"Payers against the references, {on}",
        ["matrix.css", "restrictive.css"],
        restrictive_body(table, on),
    )


def restrictive_body(table: Table, on: date) -> Iterator[str]:
    """Write what stands on the page: a header, the table, a footer."""
    yield "<header>"
    yield "<h1>Which payer asks more</h1>"
    yield (
        f"<p>Policies of payers as of {on}, row by row against"
        f" {_listed(table)}. Each word is proved over all possible patients; no chart was read.</p>"
    )
    if any(each.is_reported for each in table.payers):
        yield f"<p>{escape(MAY_ASK_MORE)}</p>"
    yield "</header>"
    yield "<main>"
    yield from _legend(table)
    if table.payers:
        yield from _table(table)
    yield "<p>See what is asked: <code>multifidus policy diff A B</code></p>"
    yield from _apart(table)
    yield "</main>"
    yield f"<footer><p>multifidus {escape(__version__)}. {CLOSING}</p></footer>"


def _listed(table: Table) -> str:
    told = [
        f"<b>{_letter(number)}</b>, {escape(each.about.title)}"
        for number, each in enumerate(table.references)
    ]
    return "; ".join(told)


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _legend(table: Table) -> Iterator[str]:
    seen = {each for row in table.rows for each in row.standings.values()}
    yield '<dl class="legend" aria-label="What the words mean">'
    for standing, meaning in MEANINGS.items():
        if standing in seen:
            yield f'<div><dt class="{_class(standing)}">{standing}</dt>'
            yield f"<dd>{escape(meaning)}</dd></div>"
    yield "</dl>"


def _table(table: Table) -> Iterator[str]:
    columns = (*table.references, *table.payers)
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Payers, row by row">'
    yield '<table class="rows">'
    yield '<thead><tr><th scope="col">what is asked about</th>'
    for number, policy in enumerate(columns):
        about = policy.about
        letter = f"{_letter(number)}: " if policy in table.references else ""
        yield (
            f'<th scope="col">{letter}{escape(about.id)} <small>{escape(about.version)}</small>'
            f"<small>{escape(about.body)}</small>"
            f"{f'<small>{REPORTED}</small>' if policy.is_reported else ''}</th>"
        )
    yield "</tr></thead>"
    for heading in dict.fromkeys(row.heading for row in table.rows):
        yield "<tbody>"
        yield f'<tr class="heading"><th colspan="{len(columns) + 1}" scope="rowgroup">'
        yield f"<span>{escape(heading)}</span></th></tr>"
        for row in table.rows:
            if row.heading == heading:
                yield from _row(row, table)
        yield "</tbody>"
    yield from _wholes(table)
    yield "</table>"
    yield "</div>"


def _row(row: Row, table: Table) -> Iterator[str]:
    yield f'<tr><th scope="row">{escape(" / ".join(labels_of(row, table)))}</th>'
    for reference in table.references:
        yield f'<td class="reference">{_asks(row, reference)}</td>'
    for payer in table.payers:
        standings = [row.standings[name_of(payer), name_of(each)] for each in table.references]
        yield f"<td>{_asks(row, payer)}{_tags(standings)}</td>"
    yield "</tr>"


def _asks(row: Row, policy: Policy) -> str:
    told = asks(row, name_of(policy)).replace("_", " ")
    if not told:
        return ""
    read = reading(row, name_of(policy))
    return f'<span class="asks">{escape(told)}</span> <small>{escape(read)}</small>'


def _tags(standings: list[Standing]) -> str:
    """Write one word where all references get the same, else one for each, with its letter."""
    if not any(standings):
        return ""
    if len(set(standings)) == 1:
        return _tag("", standings[0])
    return "".join(
        _tag(f"{_letter(number)}: ", each) for number, each in enumerate(standings) if each
    )


def _tag(letter: str, standing: Standing) -> str:
    return f'<span class="tag {_class(standing)}">{letter}{escape(standing)}</span>'


def _wholes(table: Table) -> Iterator[str]:
    yield '<tbody><tr class="whole"><th scope="row">as a whole</th>'
    yield from ('<td class="reference"></td>' for _ in table.references)
    for payer in table.payers:
        told = [WHOLES[table.wholes[name_of(payer), name_of(each)]] for each in table.references]
        yield f"<td>{_tags(told)}</td>"
    yield "</tr></tbody>"


def _apart(table: Table) -> Iterator[str]:
    for stance, reason in APART.items():
        mine = [each for each in table.apart if each.about.stance is stance]
        if not mine:
            continue
        yield f"<h2>{escape(reason)}</h2>"
        yield "<ul>"
        for policy in mine:
            about = policy.about
            yield (
                f"<li>{escape(about.body)} <small>{escape(about.id)} {escape(about.version)}"
                "</small></li>"
            )
        yield "</ul>"


def _class(standing: Standing) -> str:
    return standing.value.replace(" ", "-")
