"""A view as a resource: the ViewDefinition of SQL on FHIR 2.0.0, in its shareable profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multifidus.export.resource import canonical
from multifidus.export.view_columns import Column
from multifidus.export.view_paths import NOTHING, all_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

Json = dict[str, object]

_PROFILES = tuple(
    f"https://sql-on-fhir.org/ig/StructureDefinition/{each}"
    for each in ("ShareableViewDefinition", "TabularViewDefinition")
)
_FHIR = ("4.0.1",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What one rule reads: when the resource counts, when it answers, and the columns it fills."""

    statuses: tuple[str, ...] = ()
    """Conditions on the resource."""
    conditions: tuple[str, ...] = ()
    """On what is coded by itself: the resource, or an item of it."""
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view before it is written."""

    name: str
    title: str
    description: str
    resource: str
    where: tuple[str, ...] = ()
    columns: tuple[Column, ...]
    branches: tuple[Branch, ...]
    each: str = ""
    days: tuple[date, ...] = ()
    """The days that columns name as constants."""


def constant_of(day: date) -> str:
    """
    Name the constant that holds a day; runners need not read days in a path.

    >>> from datetime import date
    >>> constant_of(date(2024, 10, 1))
    'day_2024_10_01'
    """
    return f"day_{day.isoformat().replace('-', '_')}"


def resource_of(view: View, *, select: Iterable[Json] = ()) -> Json:
    """Write a view as a ViewDefinition; `select` stands beside its columns in place of branches."""
    where, branches = _hoisted(view)
    branches = _aligned(branches)
    if len(branches) == 1 and not view.each:
        columns, select = (*view.columns, *branches[0].columns), ()
    else:
        columns, select = view.columns, (*select, *_union(view.each, branches))
    name = view.name.replace("_", "-")
    return {
        "resourceType": "ViewDefinition",
        "id": name,
        "meta": {"profile": list(_PROFILES)},
        "url": canonical("ViewDefinition", name),
        "name": view.name,
        "title": view.title,
        "status": "draft",
        "description": view.description,
        "resource": view.resource,
        "fhirVersion": list(_FHIR),
        **_constants(view.days),
        "select": [{"column": [written(each) for each in columns]}, *select],
        **_where((*where, *view.where)),
    }


def written(column: Column) -> Json:
    """Write a column."""
    return {"name": column.name, "path": column.path, "type": column.type}


def _union(each: str, branches: Iterable[Branch]) -> list[Json]:
    rows: list[Json] = [
        {
            "forEach": _for_each(each, branch),
            "column": [written(column) for column in branch.columns],
        }
        for branch in branches
    ]
    return rows if len(rows) < 2 else [{"unionAll": rows}]  # noqa: PLR2004  one is no union


def _for_each(each: str, branch: Branch) -> str:
    # A branch that looks at the resource itself takes it or leaves it, by a `where` at its root.
    if not each:
        return f"where({all_of((*branch.statuses, *branch.conditions))})"
    items = f"{each}.where({all_of(branch.conditions)})"
    return f"where({all_of(branch.statuses)}).{items}" if branch.statuses else items


def _hoisted(view: View) -> tuple[tuple[str, ...], tuple[Branch, ...]]:
    """Take out of the branches what all of them ask of the resource: the view asks it once."""
    statuses = _shared([each.statuses for each in view.branches])
    conditions = () if view.each else _shared([each.conditions for each in view.branches])
    # What a resource is about goes first: it leaves out most of them.
    return (*conditions, *statuses), tuple(
        replace(
            branch,
            statuses=tuple(each for each in branch.statuses if each not in statuses),
            conditions=tuple(each for each in branch.conditions if each not in conditions),
        )
        for branch in view.branches
    )


def _shared(conditions: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Give the conditions that stand in every branch."""
    first, *rest = [*conditions] or [()]
    return tuple(each for each in dict.fromkeys(first) if all(each in other for other in rest))


def _aligned(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    """Give every branch all columns, in one order: rows of a union must have the same ones."""
    known = {column.name: column.type for branch in branches for column in branch.columns}
    return tuple(
        replace(
            branch,
            columns=tuple(
                next(
                    (column for column in branch.columns if column.name == name),
                    Column(name, NOTHING, its_type),
                )
                for name, its_type in known.items()
            ),
        )
        for branch in branches
    )


def _constants(days: Iterable[date]) -> Mapping[str, object]:
    constants = [
        {"name": constant_of(day), "valueDate": day.isoformat()} for day in sorted(set(days))
    ]
    return {"constant": constants} if constants else {}


def _where(conditions: Iterable[str]) -> Mapping[str, object]:
    paths = [{"path": each} for each in conditions if each]
    return {"where": paths} if paths else {}
