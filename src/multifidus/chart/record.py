"""
A patient's record, whatever it is made of → charts.

A record is one or more files or folders: FHIR R4 as `chart.fhir` reads it, C-CDA documents, PDF,
and notes as text, Markdown, HTML or RTF. FHIR resources go to a `Gatherer`, the documents inside of
them and beside them to a `chart.prose.notes` reader; both end as statements of one chart.

A FHIR file that cannot be read makes the record unreliable, and is an error. A document stands by
itself: one that cannot be read is told, and the others are read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.document import ReadDocument
from multifidus.chart.fhir import NDJSON, Entry, first_date, read_entries, unopened
from multifidus.chart.statements.gather import Chart, Gatherer
from multifidus.core.resource import dated_names
from multifidus.errors import BundleError, Problem, RequestError, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from multifidus.chart.ccda.entries import Counts
    from multifidus.chart.document import Document
    from multifidus.chart.fhir import Resource
    from multifidus.chart.formats.attached import Attachment, Attachments, Reading
    from multifidus.chart.prose.notes import Reader
    from multifidus.chart.statements.plan import Plan
    from multifidus.core.quantity import DateRange
    from multifidus.core.wording import Lexicon

MOST_FILES = 20_000
"""So many files a record may have; a bulk export has some hundreds."""
NO_NAME = "Patient/of-these-documents"
"""The patient of a record that is documents alone."""
FHIR_ENDS = (*NDJSON, ".json")
PDF_SIGN = b"%PDF-"
NAMED_A_PDF = (
    "the file is named a PDF and is none; it was read as text",
    "look whether it is the document that is meant: a portal may have sent a page instead",
)
DOCUMENT_ENDS = (".xml", ".pdf", ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".rtf")
"""Of a folder the files with these names are read; a file that is named by itself always is."""
DOCUMENT_KINDS = ("DocumentReference", "DiagnosticReport", "Composition", "Binary")
SHOWN_PATIENTS = 5
OF_ANOTHER = (
    "its date of birth is not the patient's",
    "look whose it is; nothing of it was used",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The charts of a record, and what of it was not read."""

    charts: tuple[Chart, ...]
    unread: tuple[Problem, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
    """What became of the clinical statements of each C-CDA document."""


class File(NamedTuple):
    """A file of a record, and the name by which people find it."""

    path: Path
    name: str


def read_record(  # noqa: PLR0913  how a record is to be read
    plan: Plan,
    paths: Sequence[Path],
    *,
    lexicon: Callable[[], Lexicon],
    only: str = "",
    document_date: DateRange | None = None,
    ocr: bool = False,
    also: Callable[[Entry], None] | None = None,
) -> Record:
    """
    Read the charts of a record, one a patient; `only` limits it to the patient with that id.

    The lexicon is asked for once a document is there. `document_date` is the day of documents that
    have none of their own. `also` is shown every resource that is read, for whoever needs more of
    it than the dictionary asks. Raises `BundleError` when the record holds no patient or cannot be
    relied on, and `RequestError` when nobody can tell whose a document is.
    """
    reading = _Reading(plan, lexicon, only=only, ocr=ocr)
    reading.also = also or _nothing
    for file in _files(paths):
        if _is_known(file.path) or file.path in paths:
            reading.add(file, document_date)
        else:
            reading.pass_over(file)
    return reading.record()


class _Reading:
    """The files of one record on their way to charts."""

    def __init__(self, plan: Plan, lexicon: Callable[[], Lexicon], *, only: str, ocr: bool) -> None:
        self.plan = plan
        self.lexicon = lexicon
        self.ocr = ocr
        self.gatherer = Gatherer(plan, only=only)
        self.attachments: Attachments | None = None
        self.attached: dict[str, Document] = {}
        self.loose: list[Document] = []
        self.ccda: list[Attachment] = []
        self.counts: dict[str, Counts] = {}
        self.births: set[DateRange] = set()
        """The patient's day of birth, by whatever gave it first."""
        self.unread: list[Problem] = []
        self.also: Callable[[Entry], None] = _nothing

    def add(self, file: File, document_date: DateRange | None) -> None:
        """Read one file; a document that cannot be read is told."""
        if _is_fhir(file):
            for entry in read_entries(file.path):
                self._add_entry(entry)
            return
        try:
            self._add_document(file, document_date)
        except BundleError as error:
            self.unread += error.problems

    def pass_over(self, file: File) -> None:
        """Tell of a file in a folder whose name is none of those that are read."""
        hint = "name it by itself if it is a note, or save it as text or PDF"
        self._note(file.name, "files of this kind are not read from a folder", hint)

    def _add_entry(self, entry: Entry) -> None:
        self.gatherer.add(entry)
        self.also(entry)
        kind = entry.resource["resourceType"]
        if kind == "Patient" and self.gatherer.is_wanted(entry.reference):
            self._born(entry.resource)
        if kind in DOCUMENT_KINDS:
            if self.attachments is None:
                self.attachments = self._attachments()
            for document in self.attachments.add(entry):
                self.attached[document.name] = document

    def _born(self, patient: Resource) -> None:
        day = first_date(patient, dated_names("birthDate"))
        if day is not None:
            self.births.add(day)

    def _attachments(self) -> Attachments:
        # Most records are coded data alone.
        from multifidus.chart.formats.attached import Attachments  # noqa: PLC0415

        return Attachments(
            # One that does not say whose it is may be of the only patient there is.
            is_wanted=lambda subject: not subject or self.gatherer.is_wanted(subject),
            read=self._read_attachment,
        )

    def _read_attachment(self, attachment: Attachment) -> Reading:
        """Read an attachment; of a C-CDA document its entries join the coded data."""
        from multifidus.chart.formats.attached import Reading, read_attachment  # noqa: PLC0415
        from multifidus.chart.formats.kinds import kind_of, media_type_of  # noqa: PLC0415

        is_xml = kind_of(attachment.content, attachment.name) == "xml"
        said = media_type_of(attachment.media_type)
        if not is_xml or (said.startswith("text/") and said != "text/xml"):
            return read_attachment(attachment, ocr=self.ocr)
        if not attachment.subject:
            self.ccda.append(attachment)
            return Reading(())
        return Reading(tuple(self._read_ccda(attachment, attachment.subject)))

    def _add_document(self, file: File, document_date: DateRange | None) -> None:
        from multifidus.chart.formats.attached import LARGEST_ATTACHMENT, Attachment  # noqa: PLC0415
        from multifidus.chart.prose.dating import day_of  # noqa: PLC0415

        # One byte more than may be tells that it is too large.
        attachment = Attachment(file.name, _content(file, LARGEST_ATTACHMENT + 1))
        documents, problems = self._read_attachment(attachment)
        self.unread += problems
        if documents and file.name.lower().endswith(".pdf") and PDF_SIGN not in attachment.content:
            self._note(file.name, *NAMED_A_PDF)
        for document in documents:
            day = document.date or day_of(document.text, file.name) or document_date
            self.loose.append(replace(document, date=day))

    def _read_ccda(self, attachment: Attachment, subject: str) -> Iterator[Document]:
        """Read a C-CDA document about a patient; one of somebody else is told, and not used."""
        from multifidus.chart.ccda.read import read_ccda  # noqa: PLC0415
        from multifidus.chart.formats.attached import read_attachment  # noqa: PLC0415

        name = attachment.name
        try:
            reading = read_ccda(
                attachment.content,
                name,
                subject=subject,
                read=partial(read_attachment, ocr=self.ocr),
            )
        except BundleError as error:
            self.unread += (replace(each, severity=Severity.NOTE) for each in error.problems)
            return
        born = first_date(reading.patient, dated_names("birthDate"))
        if born is not None and self.births and born not in self.births:
            self._note(name, *OF_ANOTHER)
            return
        if born is not None and not self.births:
            self.births.add(born)
        self.unread += reading.problems
        self.counts[name] = reading.counts
        if subject == NO_NAME and NO_NAME not in self.gatherer.patients:
            self.gatherer.add(Entry(reading.patient, NO_NAME, address=reading.born))
        for entry in reading.entries:
            self.gatherer.add(entry)
            self.also(entry)
        yield from reading.documents

    # Charts

    def record(self) -> Record:
        """Settle whose each document is, and read them."""
        if self.attachments is not None:
            for document in self.attachments.rest():
                self.attached[document.name] = document
            for name in self.attachments.withdrawn():
                self.attached.pop(name, None)
            self.unread += self.attachments.problems()
        for attachment in self.ccda:
            self.loose += self._read_ccda(attachment, self._owner(attachment.name))
        if self.loose and not self.gatherer.patients and not self.gatherer.only:
            self.gatherer.patients[NO_NAME] = NO_NAME
        patients = set(self.gatherer.patients.values())
        if len(patients) == 1:
            # What a person answered about documents alone holds when FHIR joins them.
            self.gatherer.patients.setdefault(NO_NAME, patients.pop())
        if not (self.gatherer.patients or self.loose) and self.unread:
            raise BundleError(*self.unread)
        charts = {chart.patient: chart for chart in self.gatherer.charts()}
        self._assign(charts)
        self._read_documents(charts.values())
        return Record(charts=tuple(charts.values()), unread=tuple(self.unread), counts=self.counts)

    def _owner(self, name: str) -> str:
        """Name the patient of a document that does not name one; there must be no two."""
        patients = list(dict.fromkeys(self.gatherer.patients.values()))
        if len(patients) > 1:
            raise RequestError(_whose(name, patients))
        return patients[0] if patients else NO_NAME

    def _assign(self, charts: dict[str, Chart]) -> None:
        """Lay each document into the chart of its patient; the loose ones belong to the one."""
        loose = list(self.loose)
        for document in self.attached.values():
            owner = self.gatherer.patient_of(document.subject)
            if owner is not None:
                charts[owner].documents.append(ReadDocument(document))
            elif not document.subject:
                loose.append(document)
        if loose and len(charts) > 1:
            raise RequestError(_whose(loose[0].name, [*charts]))
        for chart in charts.values():
            for document in loose:
                if self._is_of_another(document):
                    self._note(document.name, *OF_ANOTHER)
                else:
                    chart.documents.append(ReadDocument(document))

    def _is_of_another(self, document: Document) -> bool:
        """Whether a document gives a date of birth that is not the patient's."""
        from multifidus.chart.prose.dating import birth_date_in  # noqa: PLC0415

        born = birth_date_in(document.text)
        return born is not None and bool(self.births) and born not in self.births

    def _read_documents(self, charts: Iterable[Chart]) -> None:
        reader: Reader | None = None
        for chart in charts:
            for number, (document, _) in enumerate(chart.documents):
                if reader is None:
                    from multifidus.chart.prose.notes import Reader  # noqa: PLC0415

                    reader = Reader(self.plan.dictionary, self.lexicon())
                mentions = tuple(reader.mentions(document))
                chart.documents[number] = ReadDocument(document, mentions)
                for statement in reader.statements(document, mentions):
                    chart.statements[statement.element].append(statement)

    def _note(self, where: str, message: str, hint: str) -> None:
        self.unread.append(Problem.note(where, message, hint))


def _nothing(_entry: Entry) -> None:
    """Look at a resource no further."""


def _whose(name: str, patients: Sequence[str]) -> Problem:
    message = f"the record holds {len(patients)} patients, and does not tell whose this is"
    hint = "choose one with --patient, and give documents of that one alone"
    return Problem.at(name, message, f"{hint}: {some_of(patients)}")


def some_of(patients: Sequence[str]) -> str:
    """Name the patients of a record, the first few of many."""
    names = ", ".join(patients[:SHOWN_PATIENTS])
    rest = len(patients) - SHOWN_PATIENTS
    return f"{names} and {rest} more" if rest > 0 else names


# Files


def _files(paths: Sequence[Path]) -> Iterator[File]:
    found = [file for path in paths for file in _files_of(path)]
    if len(found) > MOST_FILES:
        raise BundleError.at(
            paths[0].name, f"the record has more than {MOST_FILES:,} files", "give less"
        )
    names = Counter(file.name for file in found)
    for file in found:
        # Two folders may each have a `visit.txt`.
        yield file if names[file.name] == 1 else File(file.path, str(file.path))


def _files_of(path: Path) -> Iterator[File]:
    try:
        if not path.is_dir():
            yield File(path, path.name)
            return
        inside = list(_inside(path))
    except OSError as error:
        raise unopened(path, error) from None
    if not any(map(_is_known, inside)):
        hint = "put *.ndjson, *.json, *.xml, *.pdf, *.txt, *.md, *.html or *.rtf into it"
        raise BundleError.at(path.name, "the folder holds no records", hint)
    yield from (File(each, str(each.relative_to(path))) for each in inside)


def _inside(folder: Path) -> Iterator[Path]:
    for each in sorted(folder.iterdir()):
        if each.name.startswith("."):
            continue  # What an operating system leaves beside the files.
        if each.is_dir():
            # A link may lead back up.
            yield from () if each.is_symlink() else _inside(each)
        elif each.is_file():
            yield each


def _is_known(path: Path) -> bool:
    name = path.name.lower()
    return name.removesuffix(".gz").endswith(FHIR_ENDS) or name.endswith(DOCUMENT_ENDS)


def _is_fhir(file: File) -> bool:
    """Whether a file holds FHIR resources: by its name, else by how it begins."""
    if file.name.removesuffix(".gz").endswith(FHIR_ENDS):
        return True
    from multifidus.chart.formats.kinds import HEAD, kind_of  # noqa: PLC0415

    return kind_of(_content(file, HEAD), file.name) in ("json", "ndjson", "gzip")


def _content(file: File, most: int) -> bytes:
    try:
        with file.path.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise unopened(file.path, error) from None
