"""
The files of a bulk export: which are read, in which batches, and which have changed since.

A file is known by its name, size and time of change; a batch by its files and by what it was read
with. What was read of a batch stays until one of those changes, so a run that was stopped goes on
where it was, and a changed file costs its own batch and no other.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

from multifidus.errors import BundleError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

NDJSON = (".ndjson", ".jsonl")
BATCH = 512 * 1024 * 1024
"""Bytes of files that are read together; a larger file is a batch of its own."""
PACKED = 8
"""So many times its size a gzip file counts: bulk data packs about so well."""
LARGEST_LINE = 16 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"

# An export names its files by the type of resource in them: `Condition.000.ndjson.gz`.
_TYPED = re.compile(r"(?:\d+[._-])?([A-Z][A-Za-z]+)(?=[._-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export, as it was found."""

    path: Path
    size: int
    changed: int
    """When it was last changed, in nanoseconds of the file system's clock."""

    @property
    def name(self) -> str:
        """The name by which people find it."""
        return self.path.name

    @property
    def weight(self) -> int:
        """About how many bytes it has when it is unpacked."""
        return self.size * (PACKED if self.name.endswith(".gz") else 1)

    def may_hold(self, kinds: Iterable[str]) -> bool:
        """Whether it may hold resources of some types: by its name, if that is a type's."""
        kind = kind_of(self.path)
        return kind is None or kind in set(kinds)


def kind_of(path: Path) -> str | None:
    """Tell by a file's name of which type its resources are; None where it does not say."""
    found = _TYPED.match(path.name)
    return found[1] if found and found[1] in RESOURCE_TYPES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Files that are read together."""

    files: tuple[File, ...]
    key: str
    """What it is read with: the digest of the dictionary, and of what it refers to."""

    @property
    def id(self) -> str:
        """Name it by its files and by what it is read with."""
        told = [self.key, *(f"{each.path}|{each.size}|{each.changed}" for each in self.files)]
        return sha256("\n".join(told).encode()).hexdigest()[:24]


def files_of(folder: Path) -> tuple[File, ...]:
    """
    List the NDJSON files of an export, in a folder and the folders in it.

    Raises `BundleError` when there are none, or the folder cannot be read.
    """
    try:
        paths = sorted(each for each in folder.rglob("*") if _is_bulk(each))
        found = tuple(seen(each) for each in paths)
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise BundleError.at(folder.name, message, "check the path and its permissions") from None
    if not found:
        hint = "give the folder of a bulk export, with *.ndjson or *.ndjson.gz files"
        raise BundleError.at(folder.name, "the folder holds no NDJSON files", hint)
    return found


def records_of(source: Path) -> tuple[File, ...]:
    """
    List the records of a folder and the folders in it, `*.json` and `*.json.gz`; or one file.

    Raises `BundleError` when there are none, or the folder cannot be read.
    """
    try:
        paths = [source] if source.is_file() else sorted(filter(_is_record, source.rglob("*")))
        found = tuple(map(seen, paths))
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise BundleError.at(source.name, message, "check the path and its permissions") from None
    if not found:
        hint = "give a folder of FHIR Bundles, *.json or *.json.gz"
        raise BundleError.at(source.name, "the folder holds no records", hint)
    return found


def _is_record(path: Path) -> bool:
    name = path.name.removesuffix(".gz")
    return name.endswith(".json") and not name.startswith(".") and path.is_file()


def _is_bulk(path: Path) -> bool:
    return _is_named(path.name) and not path.name.startswith(".") and path.is_file()


def seen(path: Path) -> File:
    """Take note of a file as it is now."""
    told = path.stat()
    return File(path=path, size=told.st_size, changed=told.st_mtime_ns)


def batches(
    files: Sequence[File], *, key: str, known: Iterable[Sequence[str]] = ()
) -> Iterator[Batch]:
    """
    Put files into batches; `known` are the paths of batches that were read before.

    A batch of before stays one as long as all of its files are there, changed or not.
    """
    by_path = {str(each.path): each for each in files}
    for paths in known:
        if all(path in by_path for path in paths):
            yield Batch(files=tuple(by_path.pop(path) for path in paths), key=key)
    together: list[File] = []
    for each in by_path.values():
        if together and sum(one.weight for one in together) + each.weight > BATCH:
            yield Batch(files=tuple(together), key=key)
            together = []
        together.append(each)
    if together:
        yield Batch(files=tuple(together), key=key)


def digest_of(files: Iterable[File]) -> str:
    """Fingerprint some files by name, size and time of change."""
    told = "\n".join(f"{each.path}|{each.size}|{each.changed}" for each in files)
    return sha256(told.encode()).hexdigest()[:24]


def everything_in(source: Path) -> tuple[File, ...]:
    """List all that a source is made of: a file, or those of a folder and the folders in it."""
    paths = [source] if source.is_file() else sorted(source.rglob("*"))
    return tuple(seen(each) for each in paths if each.is_file())


def manifests_of(folder: Path) -> tuple[File, ...]:
    """List what may be the manifest of an export: the JSON files beside its own."""
    return tuple(seen(each) for each in sorted(folder.glob("*.json")) if each.is_file())


def not_there(folder: Path, files: Iterable[File]) -> Iterator[Problem]:
    """
    Tell of the files that a manifest of the export names, and the folder lacks.

    A manifest is the answer to the request of the export: a JSON file beside the files, with a list
    `output` of addresses. A file that was kept under another name than that of its address cannot
    be told from a missing one; where none of them has such a name, that is told instead.
    """
    there = {name for each in files for name in (each.name, each.name.removesuffix(".gz"))}
    for manifest, names in _manifests(folder):
        missing = [name for name in names if not {name, name.removesuffix(".gz")} & there]
        if len(missing) == len(names) and not any(_is_named(name) for name in names):
            message = "it names its files otherwise than the folder, so a missing one is not known"
            hint = "keep each file under the last part of its address, or count them yourself"
            yield Problem.note(manifest, message, hint)
            continue
        for name in missing:
            message = f"it names `{name}`, which is not in the folder"
            yield Problem.at(manifest, message, "fetch the file; the rest was read without it")


def _manifests(folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    for file in manifests_of(folder):
        try:
            told = json.loads(file.path.read_bytes())
        except (OSError, ValueError):
            continue  # It is not asked for, and may be anything.
        outputs = told.get("output") if isinstance(told, dict) else None
        urls = [
            each.get("url") if isinstance(each, dict) else None
            for each in (outputs if isinstance(outputs, list) else ())
        ]
        names = [
            unquote(url.partition("?")[0].rpartition("/")[2])
            for url in urls
            if isinstance(url, str)
        ]
        if names:
            yield file.name, list(dict.fromkeys(names))


def _is_named(name: str) -> bool:
    return name.removesuffix(".gz").endswith(NDJSON)


# Lines, one at a time, for files that an engine cannot read as a whole


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, with its place."""

    place: str
    content: bytes


def lines_of(path: Path, problems: list[Problem]) -> Iterator[Line]:
    """Read a file line by line, as far as it goes; what stops it is added to the problems."""
    number = 0
    try:
        with path.open("rb") as raw:
            is_packed = raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            stream = gzip.GzipFile(fileobj=raw) if is_packed else raw
            while line := stream.readline(LARGEST_LINE + 1):
                number += 1
                if len(line) > LARGEST_LINE:
                    limit = LARGEST_LINE // 1024 // 1024
                    message, hint = (
                        f"the line is longer than {limit} MB",
                        "write one resource a line",
                    )
                    problems.append(Problem.at(f"{path.name}:{number}", message, hint))
                    while line and not line.endswith(b"\n"):
                        line = stream.readline(LARGEST_LINE)
                    continue
                yield Line(f"{path.name}:{number}", line)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        message = "the gzip data is damaged or cut off here"
        problems.append(Problem.at(f"{path.name}:{number + 1}", message, "fetch the file again"))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        problems.append(Problem.at(path.name, message, "check the path and its permissions"))


def strays_of(file: File) -> Iterator[Line]:
    """Find the lines of a file that hold another type of resource than its name says."""
    for line in lines_of(file.path, []):
        try:
            told = json.loads(line.content) if line.content.strip() else None
        except ValueError:
            continue
        if told is not None and not (
            isinstance(told, dict) and told.get("resourceType") == kind_of(file.path)
        ):
            yield line


RESOURCE_TYPES = frozenset(
    [
        "Account",
        "AllergyIntolerance",
        "Appointment",
        "AuditEvent",
        "Basic",
        "Binary",
        "CarePlan",
        "CareTeam",
        "Claim",
        "ClaimResponse",
        "Composition",
        "Condition",
        "Consent",
        "Coverage",
        "Device",
        "DeviceRequest",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "EpisodeOfCare",
        "ExplanationOfBenefit",
        "FamilyMemberHistory",
        "Flag",
        "Goal",
        "Group",
        "HealthcareService",
        "ImagingStudy",
        "Immunization",
        "List",
        "Location",
        "Media",
        "Medication",
        "MedicationAdministration",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
        "NutritionOrder",
        "Observation",
        "OperationOutcome",
        "Organization",
        "Patient",
        "Person",
        "Practitioner",
        "PractitionerRole",
        "Procedure",
        "Provenance",
        "Questionnaire",
        "QuestionnaireResponse",
        "RelatedPerson",
        "RiskAssessment",
        "Schedule",
        "ServiceRequest",
        "Slot",
        "Specimen",
        "SupplyDelivery",
        "SupplyRequest",
        "Task",
        "VisionPrescription",
    ]
)
"""Types by which exports name files; a file of another name is read, whatever it holds."""
