"""
The matrix as one page of HTML that holds all it needs, fetches nothing and runs no script.

A cell says its relation in words; colour only repeats it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.analysis.matrix import Relation
from multifidus.analysis.statement import name_of
from multifidus.cli.shell import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from multifidus.analysis.matrix import Matrix
    from multifidus.core.policy import Policy


REPORTED = "Of these reports alone were read: they may ask for more than is told"


def matrix_page(
    found: Matrix, on: date, *, meanings: Mapping[Relation, str], apart: Mapping[str, str]
) -> str:
    """Write the page; `apart` names the policies that stand outside of the table, and why."""
    title = f"Policies against each other, {on}"
    return page(title, ["matrix.css"], matrix_body(found, on, meanings=meanings, apart=apart))


def matrix_body(
    found: Matrix, on: date, *, meanings: Mapping[Relation, str], apart: Mapping[str, str]
) -> Iterator[str]:
    """Write what stands on the page: a header, the matrix, a footer."""
    shown = [each for each in found.policies if name_of(each) not in apart]
    yield "<header>"
    yield "<h1>Which policy asks more</h1>"
    yield (
        f"<p>Policies as of {on}. Each row is compared with each column, as proofs over all"
        " possible patients; no chart was read.</p>"
    )
    assumed = ", ".join(map(escape, found.premises)) or "none"
    yield f"<p>Premises assumed: {assumed}.</p>"
    yield "</header>"
    yield "<main>"
    yield from _legend(found, meanings, shown)
    yield from _table(found, shown)
    yield "<p>See who differs: <code>multifidus policy ask differs A B</code></p>"
    yield from _apart(found, apart)
    yield "</main>"
    yield "<footer>"
    yield (
        f"<p>multifidus {escape(__version__)}. These are findings about the policies as they"
        " were transcribed. A person decides.</p>"
    )
    yield "</footer>"


def _legend(
    found: Matrix, meanings: Mapping[Relation, str], shown: Sequence[Policy]
) -> Iterator[str]:
    names = {name_of(each) for each in shown}
    seen = {each for pair, each in found.relations.items() if names.issuperset(pair)}
    yield '<dl class="legend" aria-label="What the words mean">'
    for relation in Relation:
        if relation in seen:
            yield f'<div><dt class="{_class(relation)}">{relation}</dt>'
            yield f"<dd>{escape(meanings[relation])}</dd></div>"
    yield "</dl>"


def _table(found: Matrix, shown: Sequence[Policy]) -> Iterator[str]:
    # Whoever uses the keyboard has to reach what scrolls.
    yield '<div class="scroll" tabindex="0" role="region" aria-label="The matrix">'
    yield "<table>"
    yield "<thead><tr>"
    yield '<th scope="col">compared with</th>'
    ids = [each.about.id for each in shown]
    for policy in shown:
        # Two versions of one policy stand here only where their days overlap.
        name = policy.about.id if ids.count(policy.about.id) == 1 else name_of(policy)
        yield f'<th scope="col"><span>{escape(name)}</span></th>'
    yield "</tr></thead>"
    yield "<tbody>"
    for row in shown:
        about = row.about
        yield "<tr>"
        yield (
            f'<th scope="row">{escape(about.id)} <small>{escape(about.version)}</small>'
            f"<small>{escape(about.body)}</small></th>"
        )
        for column in shown:
            if row is column:
                yield '<td class="self"><span class="hidden">itself</span></td>'
                continue
            relation = found.relations[name_of(row), name_of(column)]
            words = f"{about.id} against {column.about.id}: {relation}"
            yield f'<td class="{_class(relation)}" title="{escape(words)}">{relation}</td>'
        yield "</tr>"
    yield "</tbody>"
    yield "</table>"
    yield "</div>"


def _apart(found: Matrix, apart: Mapping[str, str]) -> Iterator[str]:
    reported = [each for each in found.policies if each.is_reported]
    if reported:
        yield from _list(REPORTED, reported)
    for reason in dict.fromkeys(apart.values()):
        mine = [each for each in found.policies if apart.get(name_of(each)) == reason]
        yield from _list(reason, mine)


def _list(heading: str, policies: Sequence[Policy]) -> Iterator[str]:
    yield f"<h2>{escape(heading)}</h2>"
    yield "<ul>"
    for policy in policies:
        about = policy.about
        yield (
            f"<li>{escape(about.id)} <small>{escape(about.version)}</small>"
            f" {escape(about.body)} <small>{escape(about.stance)}</small></li>"
        )
    yield "</ul>"


def _class(relation: Relation) -> str:
    return relation.value.replace(" ", "-")
