"""
What the standard asks of a ViewDefinition (SQL on FHIR 2.0.0), told of one as a list of breaches.

The rules are those of the logical model, of the profiles `ShareableViewDefinition` and
`TabularViewDefinition`, and of the part of FHIRPath that every runner has to understand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

VIEW = {
    *("resourceType", "id", "meta", "url", "identifier", "name", "title", "status"),
    *("experimental", "publisher", "contact", "description", "useContext", "copyright"),
    *("resource", "fhirVersion", "constant", "select", "where"),
}
NEEDED = ("url", "name", "status", "resource", "fhirVersion", "select")
SELECT = {"column", "select", "forEach", "forEachOrNull", "repeat", "unionAll"}
COLUMN = {"name", "path", "type", "description", "collection", "tag"}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
PRIMITIVES = {
    *("boolean", "code", "date", "dateTime", "decimal", "id", "instant", "integer", "string"),
    *("time", "uri", "url", "uuid"),
}
FUNCTIONS = {
    *("where", "exists", "empty", "extension", "join", "ofType", "first", "not"),
    *("getResourceKey", "getReferenceKey"),
}
OPERATORS = {"=", "!=", ">", "<=", "and", "or", ".", ",", "(", ")"}
TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|%?\w+|!=|<=|>=|\S")


def breaches(view: Json) -> Iterator[str]:
    """Tell every breach."""
    yield from (f"unknown field {each}" for each in view.keys() - VIEW)
    yield from (f"no {each}" for each in NEEDED if not view.get(each))
    if not NAME.fullmatch(view["name"]) or not ID.fullmatch(view["id"]):
        yield "its name cannot be a table's, or its id a resource's"
    names: list[str] = []
    for select in view["select"]:
        yield from _select(select, names)
    if len(names) != len(set(names)):
        yield "two columns have one name"
    constants = {each["name"] for each in view.get("constant", ())}
    for each in view.get("constant", ()):
        values = [name for name in each if name.startswith("value")]
        if len(values) != 1 or each.keys() != {"name", *values}:
            yield f"the constant {each['name']} has no one typed value"
    used: set[str] = set()
    for path in paths(view):
        yield from _path(path, used)
    yield from (f"the constant {each} is not used" for each in constants - used)
    yield from (f"the constant {each} is not there" for each in used - constants)


def _select(select: Json, names: list[str]) -> Iterator[str]:
    yield from (f"unknown field {each}" for each in select.keys() - SELECT)
    if len(select.keys() & {"forEach", "forEachOrNull", "repeat"}) > 1:
        yield "rows are made in two ways at once"
    for column in select.get("column", ()):
        names.append(column["name"])
        yield from (f"unknown field {each}" for each in column.keys() - COLUMN)
        if not NAME.fullmatch(column["name"]) or column.get("type") not in PRIMITIVES:
            yield f"the column {column['name']} has no name for SQL, or is not of a simple type"
    for inner in select.get("select", ()):
        yield from _select(inner, names)
    shapes = []
    for branch in select.get("unionAll", ()):
        here: list[str] = []
        yield from _select(branch, here)
        types = [column["type"] for column in branch["column"]]
        shapes.append(list(zip(here, types, strict=True)))
    if any(shape != shapes[0] for shape in shapes):
        yield "the branches of a union have other columns"
    names += [name for name, _ in shapes[0]] if shapes else []


def paths(view: Json) -> Iterator[str]:
    """Give every expression of a view, wherever it stands."""
    yield from (each["path"] for each in view.get("where", ()))
    selects = list(view["select"])
    while selects:
        select = selects.pop()
        yield from (each["path"] for each in select.get("column", ()))
        yield from (select[each] for each in ("forEach", "forEachOrNull") if each in select)
        yield from select.get("repeat", ())
        selects += [*select.get("select", ()), *select.get("unionAll", ())]


def _path(path: str, used: set[str]) -> Iterator[str]:
    tokens = TOKEN.findall(path)
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if token.startswith("%"):
            used.add(token[1:])
        elif following == "(" and token not in {*FUNCTIONS, *OPERATORS}:
            yield f"runners need not know the function {token}"
        elif not (token[0] == "'" or token in OPERATORS or re.fullmatch(r"\w+", token)):
            yield f"runners need not know the operator {token}"
