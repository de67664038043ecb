"""
FHIR R4 records to resources, one at a time; nothing clinical here.

A record is a Bundle of any type, a single resource, an NDJSON file, or a folder of these (a bulk
export); each may be compressed with gzip. Bulk files are streamed and never held as a whole.
What cannot be read is reported together, by resource type and id, without a patient's data.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from multifidus.core.quantity import DateRange
from multifidus.core.resource import dated_names
from multifidus.errors import BundleError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import BufferedReader
    from pathlib import Path

    Stream = BufferedReader | gzip.GzipFile

Resource = dict[str, Any]

LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes that one JSON document may have, unpacked; larger records come as NDJSON."""
LARGEST_LINE = 16 * 1024 * 1024
"""Bytes that one NDJSON line may have."""
DEEPEST_BUNDLE = 3
MOST_PROBLEMS = 20
NDJSON = (".ndjson", ".jsonl")
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SHORTEST_LONG_INTEGER = 19

# A JSON float keeps 15 digits for certain. Most of the time goes into looking for the first letter
# of a name, so the quotation mark before it, of which a record has thousands, is left out.
_LONG_NUMBER = re.compile(rb'value(?:Decimal|Integer)?"\s*:\s*(-?[0-9][0-9.eE+-]{15,})')
LONGEST_DAY = len("2026-03-01")
_OF_A_CLOCK = "0123456789:.,Z+-"


class Address(NamedTuple):
    """Where a resource stands in a source that is not FHIR: what statements of it cite."""

    resource: str
    """The source: the name of its file."""
    path: str


# A record has hundreds, each asked for its parts many times: a plain class with slots is made in
# half the time of a tuple with names, and read in a tenth.
@dataclass(slots=True)
class Entry:
    """A resource of a record, the name by which people find it, and the URL by which others do."""

    resource: Resource
    reference: str
    """Unique in a record; another resource with this name is another version of this one."""
    full_url: str = ""
    address: Address | None = None
    """None for a resource of FHIR, whose statements cite its reference and its fields."""


def read_entries(path: Path) -> Iterator[Entry]:
    """
    Read the resources of a record, one at a time.

    Raises `BundleError` when the record, or a file of it, cannot be read.
    """
    for each in _files(path):
        for entries in _read_file(each):
            yield from entries


def reference_of(
    resource: Resource, full_url: str = "", file: str = "", number: int | None = None
) -> str:
    """Name a resource as people find it: `Observation/odi-7`, or by its URL, or by its place."""
    kind = resource.get("resourceType", "")
    if (identifier := resource.get("id")) and isinstance(identifier, str):
        return f"{kind}/{identifier}"
    if full_url:
        return f"{kind} {full_url}"
    return f"{kind} at {file}" if number is None else f"{kind} at {file}: entry[{number}]"


def short_reference(reference: str) -> str:
    """Cut a reference to type and id: absolute URLs, versions and relative references alike."""
    words = reference.split("/_history/", maxsplit=1)[0].split("/")
    return "/".join(words[-2:])


def is_newer_than(updated: str, before: str) -> bool | None:
    """Whether one instant is after another; None when they are the same or cannot be compared."""
    try:
        one, other = datetime.fromisoformat(updated), datetime.fromisoformat(before)
        is_newer = one > other
    except (TypeError, ValueError):
        return None
    return is_newer if one != other else None


def codings_of(concept: object) -> Sequence[Resource]:
    """Give the codings of a CodeableConcept, of a Coding, or of a list of them."""
    if isinstance(concept, dict):
        codings = concept.get("coding")
        if isinstance(codings, list):
            if len(codings) == 1 and isinstance(codings[0], dict):
                return codings  # As nearly all have.
            return [coding for coding in codings if isinstance(coding, dict)]
        return [concept] if isinstance(concept.get("code"), str) else ()
    if isinstance(concept, list):
        # One level: FHIR has no lists of lists.
        concepts = [each for each in concept if isinstance(each, dict)]
        return [coding for each in concepts for coding in codings_of(each)]
    return ()


def read_date(text: str) -> DateRange | None:
    """
    Read a FHIR date, dateTime or instant, with the precision it has; None when it is none.

    The day is the one written, at the writer's own clock.
    """
    day, time = text[:LONGEST_DAY], text[LONGEST_DAY:]
    if time and (time == "T" or time.rstrip(_OF_A_CLOCK) != "T"):
        return None
    return _day(day)


@lru_cache(maxsize=65536)
def _day(text: str) -> DateRange | None:
    # A large export has many instants and few days: they share one object a day.
    try:
        return DateRange.parse(text)
    except ValueError:
        return None


def read_start(content: object) -> DateRange | None:
    """Read a date, or the start of a period."""
    if isinstance(content, dict):
        content = content.get("start")
    return read_date(content) if isinstance(content, str) else None


def date_in(resource: Resource, field: str) -> DateRange | None:
    """Read a field that may be a date, a dateTime, an instant or a period; its start counts."""
    return first_date(resource, dated_names(field))


def first_date(resource: Resource, names: Iterable[str]) -> DateRange | None:
    """Read the first field that is there, of those with some names; None if it cannot be read."""
    for name in names:
        if name in resource:
            content = resource[name]
            return read_date(content) if isinstance(content, str) else read_start(content)
    return None


# Files


def _files(path: Path) -> Sequence[Path]:
    """List the files of a record: itself, or what a folder holds under the names of FHIR files."""
    try:
        if not path.is_dir():
            return [path]
        files = sorted(each for each in path.iterdir() if _kind(each) and each.is_file())
    except OSError as error:
        raise unopened(path, error) from None
    if not files:
        raise BundleError.at(
            path.name,
            "the folder holds no FHIR files",
            "put *.ndjson, *.json or their .gz files into it",
        )
    return files


def _kind(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    if name.startswith("."):
        return ""  # What an operating system leaves beside the files.
    if name.endswith(NDJSON):
        return "ndjson"
    return "json" if name.endswith(".json") else ""


def unopened(path: Path, error: OSError) -> BundleError:
    """Say that the system does not give a file."""
    message = f"the file cannot be read: {error.strerror}"
    return BundleError.at(path.name, message, "check the path and its permissions")


def _read_file(path: Path) -> Iterator[Sequence[Entry]]:
    """Read a document's resources together, and those of each line of a bulk export."""
    try:
        with path.open("rb") as raw:
            is_packed = raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            stream = gzip.GzipFile(fileobj=raw) if is_packed else raw
            if _kind(path) == "ndjson":
                yield from _read_lines(path, stream)
            else:
                yield _read_document(path, stream)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BundleError.at(
            path.name, "the gzip data is damaged or cut off", "fetch the file again"
        ) from None
    except OSError as error:
        raise unopened(path, error) from None


def _read_document(path: Path, stream: Stream) -> Sequence[Entry]:
    document = _parse(_read_bytes(path, stream), path.name)
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        if isinstance(document, dict) and "transactionTime" in document:
            return ()  # The manifest of a bulk export lies beside its files.
        raise BundleError.at(
            path.name,
            "this is JSON, but not a FHIR resource",
            "give a Bundle, a resource, or a folder of NDJSON",
        )
    problems: list[Problem] = []
    entries = _unpack(document, path.name, problems, depth=0)
    if problems:
        raise BundleError(*_shortened(problems))
    return entries


def _read_bytes(path: Path, stream: Stream) -> bytes:
    # To ask for so many bytes makes room for them all: it costs more than reading a small file.
    size = 0 if isinstance(stream, gzip.GzipFile) else path.stat().st_size
    is_small = 0 < size <= LARGEST_DOCUMENT
    content = stream.read(-1 if is_small else LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        limit = LARGEST_DOCUMENT // 1024 // 1024
        raise BundleError.at(
            path.name,
            f"the document is larger than {limit} MB",
            "export the record as NDJSON, which is streamed",
        )
    return content


def _unpack(
    document: Resource, place: str, problems: list[Problem], *, depth: int, full_url: str = ""
) -> Sequence[Entry]:
    if document["resourceType"] != "Bundle":
        return [Entry(document, reference_of(document, full_url, place), full_url)]
    entries = document.get("entry", [])
    if not isinstance(entries, list) or depth > DEEPEST_BUNDLE:
        is_list = isinstance(entries, list)
        message = "Bundles are nested too deeply" if is_list else "`entry` is not a list"
        hint = "give a Bundle as FHIR R4 defines it"
        problems.append(Problem.at(place, message, hint))
        return ()
    unpacked: list[Entry] = []
    for number, entry in enumerate(entries):
        try:
            resource = entry["resource"]
            kind = resource["resourceType"]
        except (KeyError, TypeError):
            kind = None
        if kind == "Bundle":
            here = f"{place}: entry[{number}]"
            unpacked += _unpack(resource, here, problems, depth=depth + 1)
        elif isinstance(kind, str):
            url = entry.get("fullUrl", "")
            url = url if isinstance(url, str) else ""
            unpacked.append(Entry(resource, reference_of(resource, url, place, number), url))
        # A request or a response alone has none, as in transactions and histories.
        elif not isinstance(entry, dict) or "resource" in entry:
            at = f"{place}: entry[{number}]"
            hint = "every entry holds a resource with a `resourceType`"
            problems.append(Problem.at(at, "this is not a resource", hint))
    return unpacked


def _read_lines(path: Path, stream: Stream) -> Iterator[Sequence[Entry]]:
    problems: list[Problem] = []
    number = 0
    while line := stream.readline(LARGEST_LINE + 1):
        number += 1
        place = f"{path.name}:{number}"
        if len(line) > LARGEST_LINE:
            limit = LARGEST_LINE // 1024 // 1024
            raise BundleError.at(
                place, f"the line is longer than {limit} MB", "write one resource a line"
            )
        if _is_blank(line.removeprefix(BYTE_ORDER_MARK)):
            continue
        try:
            entries = read_line(line, place)
        except BundleError as error:
            problems.extend(error.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
            continue
        yield entries
    if problems:
        raise BundleError(*_shortened(problems))


def read_line(line: bytes, place: str) -> Sequence[Entry]:
    """
    Read the resources of one line of a bulk export: one, or those of a Bundle.

    Raises `BundleError` when it cannot be read, with the place that is given.
    """
    resource = _parse(line, place)
    # Bulk exports carry logs beside the resources.
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return ()
    problems: list[Problem] = []
    entries = _unpack(resource, place, problems, depth=0)
    if problems:
        raise BundleError(*problems)
    return entries


def _parse(content: bytes, place: str) -> object:
    content = content.removeprefix(BYTE_ORDER_MARK)
    if _is_blank(content):
        raise BundleError.at(place, "the file is empty", "give a FHIR R4 record")
    try:
        document: object = orjson.loads(content)
        if any(_loses_digits(found[1]) for found in _LONG_NUMBER.finditer(content)):
            # Read again with decimals, so that 5.99999999999999999999 does not become 6.
            document = json.loads(content, parse_float=Decimal, parse_int=_integer)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise BundleError.at(place, *_why_not_json(content, error)) from None
    return document


def _is_blank(content: bytes) -> bool:
    # To strip it would copy it all.
    return not content or content.isspace()


def _loses_digits(number: bytes) -> bool:
    text = number.decode("ascii")
    return Decimal(text) != Decimal(repr(float(text)))


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < SHORTEST_LONG_INTEGER else Decimal(text)


_TOO_DEEP = "the JSON is nested too deeply", "no FHIR resource is; export the record again"
_CUT_OFF = "the file was cut off; export the record again"


def _why_not_json(content: bytes, error: Exception) -> tuple[str, str]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.reason == "unexpected end of data":
            return "the file stops short in the middle of a character", _CUT_OFF
        return "the file is not in UTF-8", "save it in UTF-8, as FHIR asks"
    if text.count("\0", 0, 4):
        return "the file is not in UTF-8", "save it in UTF-8, as FHIR asks"
    if not isinstance(error, orjson.JSONDecodeError) or "depth" in error.msg:
        return _TOO_DEEP
    if error.pos >= len(text.rstrip()):
        return f"the JSON stops short at line {error.lineno}", _CUT_OFF
    where = f"line {error.lineno}, column {error.colno}"
    if "infinity" in error.msg:
        return f"a number is too large to be read, at {where}", "mend the number at its source"
    if "after document" in error.msg:
        hint = "if it holds one resource a line, name the file *.ndjson"
        return f"the JSON goes on after its end, at {where}", hint
    return f"this is not JSON, at {where}", "give a FHIR R4 record in JSON"


def _shortened(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    rest = len(problems) - MOST_PROBLEMS
    last = problems[MOST_PROBLEMS - 1]
    more = Problem(place=last.place, message=f"and {rest} more like these", hint="mend these first")
    return [*problems[:MOST_PROBLEMS], more]
