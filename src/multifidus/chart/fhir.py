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
from decimal import Decimal
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

import orjson

from multifidus.core.quantity import DateRange
from multifidus.errors import BundleError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Resource = dict[str, Any]

LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes that one JSON document may have, unpacked; larger records come as NDJSON."""
LARGEST_LINE = 16 * 1024 * 1024
"""Bytes that one NDJSON line may have."""
DEEPEST_BUNDLE = 3
MOST_PROBLEMS = 20
NDJSON = (".ndjson", ".jsonl")
GZIP_MAGIC = b"\x1f\x8b"

# JSON floats keep 15 digits; a longer number is read again as a decimal, so that
# 5.9999999999999999 does not become 6.
_LONG_NUMBER = re.compile(rb'"value"\s*:\s*-?[0-9][0-9.eE+-]{15,}')
_DATE = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T.*)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource of a record, the name by which people find it, and the URL under which others refer to it."""

    resource: Resource
    reference: str
    full_url: str = ""


def read_entries(path: Path) -> Iterator[Entry]:
    """
    Read the resources of a record, one at a time.

    Raises `BundleError` when the record, or a file of it, cannot be read.
    """
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.is_file() and _kind(each))
        if not files:
            raise _error(
                path,
                "the folder holds no FHIR files",
                "put *.ndjson, *.json or their .gz files into it",
            )
        for each in files:
            yield from _read_file(each)
    else:
        yield from _read_file(path)


def reference_of(resource: Resource, full_url: str = "") -> str:
    """Name a resource as people find it: `Observation/odi-7`, or its URL when it has no id."""
    kind = resource.get("resourceType", "")
    identifier = resource.get("id")
    return (
        f"{kind}/{identifier}"
        if isinstance(identifier, str) and identifier
        else f"{kind} {full_url}".strip()
    )


def codings_of(concept: Any) -> Sequence[Resource]:  # noqa: ANN401  whatever the record holds
    """Give the codings of a CodeableConcept, of a Coding, or of a list of them."""
    match concept:
        case {"coding": [*codings]}:
            return [coding for coding in codings if isinstance(coding, dict)]
        case {"code": str()}:
            return [concept]
        case [*concepts]:
            return [coding for each in concepts for coding in codings_of(each)]
        case _:
            return ()


@lru_cache(maxsize=65536)
def read_date(text: str) -> DateRange | None:
    """
    Read a FHIR date, dateTime or instant, with the precision it has; None when it is none.

    The day is the one written, at the writer's own clock.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return DateRange.parse(found[1])
    except ValueError:
        return None


def date_in(resource: Resource, field: str) -> DateRange | None:
    """Read a field that may be a date, a dateTime, an instant or a period, of which the start counts."""
    for name in (field, f"{field}DateTime", f"{field}Date", f"{field}Instant"):
        words = resource.get(name)
        if isinstance(words, str):
            return read_date(words)
    for name in (f"{field}Period", field):
        match resource.get(name):
            case {"start": str(words)}:
                return read_date(words)
    return None


def wrong_release(resource: Resource) -> str:
    """Tell by its shape when a resource is not of FHIR R4; empty when nothing speaks against it."""
    get = resource.get
    match get("resourceType"):
        case "Condition":
            for field in ("clinicalStatus", "verificationStatus"):
                if isinstance(get(field), str):
                    return f"`{field}` is a word, as in STU3; R4 has a CodeableConcept"
            if "participant" in resource:
                return "`participant` is a field of R5"
        case "Observation" if "context" in resource:
            return "`context` is a field of STU3; R4 has `encounter`"
        case "Procedure":
            if "context" in resource or "notDone" in resource:
                return "`context` and `notDone` are fields of STU3"
            if "occurrenceDateTime" in resource or "occurrencePeriod" in resource:
                return "`occurrence` is a field of R5; R4 has `performed`"
        case "MedicationRequest" | "MedicationStatement" | "MedicationAdministration":
            if "medication" in resource:
                return "`medication` is a field of R5; R4 has `medicationCodeableConcept`"
            if (
                ("context" in resource
                and get("resourceType") == "MedicationRequest")
                or "taken" in resource
            ):
                return "`context` and `taken` are fields of STU3"
        case "DeviceRequest" if "code" in resource:
            return "`code` is a field of R5; R4 has `codeCodeableConcept`"
        case "Encounter" if isinstance(get("class"), list):
            return "`class` is a list, as in R5; R4 has one Coding"
        case "Coverage" if "paymentBy" in resource or "kind" in resource:
            return "`kind` and `paymentBy` are fields of R5"
        case "DiagnosticReport" if "codedDiagnosis" in resource:
            return "`codedDiagnosis` is a field of STU3; R4 has `conclusionCode`"
    return ""


# Files


def _kind(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    if name.endswith(NDJSON):
        return "ndjson"
    return "json" if name.endswith(".json") else ""


def _error(where: Path | str, message: str, hint: str) -> BundleError:
    name = where if isinstance(where, str) else where.name
    return BundleError(Problem(place=Place(file=name), message=message, hint=hint))


def _read_file(path: Path) -> Iterator[Entry]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
            if _kind(path) == "ndjson":
                yield from _read_lines(path, stream)
            else:
                yield from _read_document(path, stream)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _error(path, "the gzip data is damaged or cut off", "fetch the file again") from None
    except IsADirectoryError:
        raise _error(path, "this is a folder inside the record", "name the folder itself") from None
    except OSError as error:
        raise _error(
            path, f"the file cannot be read: {error.strerror}", "check the path and its permissions"
        ) from None


def _read_document(path: Path, stream: IO[bytes]) -> Iterator[Entry]:
    content = stream.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        limit = LARGEST_DOCUMENT // 1024 // 1024
        raise _error(
            path,
            f"the document is larger than {limit} MB",
            "export the record as NDJSON, which is streamed",
        )
    document = _parse(content, path.name)
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise _error(
            path,
            "this is JSON, but not a FHIR resource",
            "give a Bundle, a resource, or a folder of NDJSON",
        )
    problems: list[Problem] = []
    entries = list(_unpack(document, path.name, problems, 0))
    if problems:
        raise BundleError(*_shortened(problems))
    yield from entries


def _unpack(
    document: Resource, file: str, problems: list[Problem], depth: int, full_url: str = ""
) -> Iterator[Entry]:
    if document.get("resourceType") != "Bundle":
        yield Entry(document, reference_of(document, full_url), full_url)
        return
    entries = document.get("entry", [])
    if not isinstance(entries, list) or depth > DEEPEST_BUNDLE:
        message = (
            "`entry` is not a list" if depth <= DEEPEST_BUNDLE else "Bundles are nested too deeply"
        )
        problems.append(
            Problem(
                place=Place(file=file), message=message, hint="give a Bundle as FHIR R4 defines it"
            )
        )
        return
    for number, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else entry
        if resource is None:
            continue  # A request or a response alone, as in transactions and histories.
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            place = Place(file=f"{file}: entry[{number}]")
            hint = "every entry holds a resource with a `resourceType`"
            problems.append(Problem(place=place, message="this is not a resource", hint=hint))
            continue
        url = entry.get("fullUrl")
        yield from _unpack(resource, file, problems, depth + 1, url if isinstance(url, str) else "")


def _read_lines(path: Path, stream: IO[bytes]) -> Iterator[Entry]:
    problems: list[Problem] = []
    number = 0
    while line := stream.readline(LARGEST_LINE + 1):
        number += 1
        place = f"{path.name}:{number}"
        if len(line) > LARGEST_LINE:
            limit = LARGEST_LINE // 1024 // 1024
            raise _error(place, f"the line is longer than {limit} MB", "write one resource a line")
        if not line.strip():
            continue
        try:
            resource = _parse(line, place)
        except BundleError as error:
            problems.extend(error.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
            continue
        # Bulk exports carry logs and manifests beside the resources.
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield from _unpack(resource, place, problems, 0)
    if problems:
        raise BundleError(*_shortened(problems))


def _parse(content: bytes, place: str) -> object:
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise _error(place, "the file is empty", "give a FHIR R4 record")
    try:
        document = orjson.loads(content)
        if _LONG_NUMBER.search(content):
            document = json.loads(content, parse_float=Decimal)
    except (orjson.JSONDecodeError, ValueError, RecursionError) as error:
        raise _error(place, *_why_not_json(content, error)) from None
    return document


def _why_not_json(content: bytes, error: Exception) -> tuple[str, str]:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "the file is not in UTF-8", "save it in UTF-8, as FHIR asks"
    if "recursion" in str(error).lower() or "depth" in str(error).lower():
        return (
            "the JSON is nested too deeply",
            "no FHIR resource is nested so; export the record again",
        )
    if isinstance(error, orjson.JSONDecodeError) and error.pos >= len(error.doc.rstrip()):
        return (
            f"the JSON stops short at line {error.lineno}",
            "the file was cut off; export the record again",
        )
    line, column = (
        (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
    )
    return f"this is not JSON, at line {line}, column {column}", "give a FHIR R4 record in JSON"


def _shortened(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    rest = len(problems) - MOST_PROBLEMS
    last = problems[MOST_PROBLEMS - 1]
    more = Problem(place=last.place, message=f"and {rest} more like these", hint="mend these first")
    return [*problems[:MOST_PROBLEMS], more]
