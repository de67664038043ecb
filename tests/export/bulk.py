"""Records as a bulk export has them: resources with ids, which refer to each other by type/id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multifidus.chart.fhir import read_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from multifidus.chart.fhir import Entry, Resource


def read_exported(*records: Path) -> list[Resource]:
    """Read records as one bulk export: ids that two of them share become different ones."""
    return [
        resource
        for number, record in enumerate(records)
        for resource in exported(read_entries(record), prefix=f"{number}-")
    ]


def exported(entries: Iterable[Entry], *, prefix: str) -> Iterator[Resource]:
    """Give the resources of a record under short references, as a server stores a Bundle."""
    everything = list(entries)
    names = {}
    for each in everything:
        kind, _, identifier = each.reference.partition("/")
        names[each.reference] = names[each.full_url] = f"{kind}/{prefix}{identifier}"
    for each in everything:
        resource = _resolved(each.resource, names)
        yield {**resource, "id": names[each.reference].partition("/")[2]}


def _resolved(content: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  any JSON
    match content:
        case dict():
            return {
                name: names.get(each, each)
                if name == "reference" and isinstance(each, str)
                else _resolved(each, names)
                for name, each in content.items()
            }
        case list():
            return [_resolved(each, names) for each in content]
        case _:
            return content
