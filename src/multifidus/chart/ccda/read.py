"""
C-CDA documents (R1.1 and R2.1) → the resources, documents and notes of one patient's chart.

The coded entries become resources in the shapes of FHIR R4, so that a dictionary's rules read them
like any others; what they say cites the file and an XPath. The narrative becomes one document, and
so does a body that is no XML: a PDF, a text.

Templates are not checked. Vendors break them, and a document that breaks one still says what it
says: what can be read is taken, and what cannot be is told.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.chart.ccda import codes as known
from multifidus.chart.ccda.entries import Counts, Entries
from multifidus.chart.ccda.narrative import Narrative, References
from multifidus.chart.ccda.nodes import V3, child, local, numbered, tags, value_of, words_in
from multifidus.chart.ccda.resources import Maker
from multifidus.chart.ccda.tree import read_tree
from multifidus.chart.ccda.values import code_of, day_of, when
from multifidus.chart.fhir import Address, Entry, read_date
from multifidus.chart.formats.attached import Attachment, read_attachment
from multifidus.errors import BundleError, Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.chart.ccda.tree import Element
    from multifidus.chart.document import Document
    from multifidus.chart.fhir import Resource
    from multifidus.chart.formats.attached import Reading
    from multifidus.core.quantity import DateRange

ROOT = "ClinicalDocument"
DEEPEST_SECTION = 20
_TEXT = "text/plain"
_SEXES = {"F": "female", "M": "male", "UN": "other"}
_COMPONENT, _SECTION = tags("component"), tags("section")
_SECTIONS = _COMPONENT | _SECTION
_BODIES = tags("structuredBody", "nonXMLBody")
_FAMILY_TITLE = "Family history"


@dataclass(frozen=True, slots=True, kw_only=True)
class CcdaReading:
    """What a document says, and what became of all that stands in it."""

    patient: Resource
    """The day of birth and the sex; no name and no identifier."""
    born: Address
    """Where it says so."""
    entries: tuple[Entry, ...]
    """With the patient at first, unless the caller said whom the document is about."""
    documents: tuple[Document, ...]
    """The narrative, or the body that is no XML, and whatever else is embedded."""
    problems: tuple[Problem, ...]
    counts: Counts


def read_ccda(
    content: bytes,
    name: str,
    *,
    subject: str = "",
    read: Callable[[Attachment], Reading] = read_attachment,
) -> CcdaReading:
    """
    Read a document; embedded files are read with `read`.

    `subject` is the reference of the patient, where other sources name the same one; else it is
    made of the file's name. Raises `BundleError` when the document as a whole cannot be read.
    """
    root, problems = read_tree(content, name)
    if local(root.tag) != ROOT:
        hint = "give a C-CDA document, whose root is `ClinicalDocument`"
        raise BundleError.at(name, "this is XML, but not a C-CDA document", hint)
    if root.tag != V3 + ROOT:
        _put_into_namespace(root)
    reader = _Reader(root, name, subject, read)
    reader.read_body()
    return reader.reading(problems)


class _Reader:
    """One document on its way to entries and documents."""

    def __init__(
        self, root: Element, name: str, subject: str, read: Callable[[Attachment], Reading]
    ) -> None:
        self.root = root
        self.name = name
        self.read = read
        self.given_subject = subject
        self.subject = subject or f"Patient/{name}"
        self.notes: list[Problem] = []
        self.documents: list[Document] = []
        self.patient = self._patient()
        day = when(*root.iterchildren(V3 + "effectiveTime")).first
        self.date: DateRange | None = read_date(day)
        self.title = words_in(child(root, "title")) or _display(child(root, "code"))
        self.narrative = Narrative()
        maker = Maker(References(root), subject=self.subject, day=day)
        self.entries = Entries(name, maker, self.narrative)

    def reading(self, problems: tuple[Problem, ...]) -> CcdaReading:
        """Put together what was read."""
        about = {"date": self.date, "title": self.title, "subject": self.subject}
        text = self.narrative.document(self.name, **about)  # type: ignore[arg-type]
        born = Address(self.name, f"/{ROOT}/recordTarget/patientRole/patient")
        patient = Entry(self.patient, self.subject, address=born)
        return CcdaReading(
            patient=self.patient,
            born=born,
            entries=(*(() if self.given_subject else (patient,)), *self.entries.entries),
            documents=(*(() if text is None else (text,)), *self.documents),
            problems=(*problems, *self.notes, *self.entries.notes()),
            counts=self.entries.counts(),
        )

    def _patient(self) -> Resource:
        targets = list(self.root.iterchildren(V3 + "recordTarget"))
        if len(targets) > 1:
            hint = "give one document a patient"
            raise BundleError.at(self.name, "it is about several patients", hint)
        patient = child(targets[0], "patientRole", "patient") if targets else None
        if patient is None:
            self._note(self.root, "", "it does not say whom it is about", "see that it is his")
        resource: Resource = {"resourceType": "Patient"}
        if born := day_of(value_of(child(patient, "birthTime"))):
            resource["birthDate"] = born
        if sex := _SEXES.get(code_of(child(patient, "administrativeGenderCode"))):
            resource["gender"] = sex
        return resource

    # Body

    def read_body(self) -> None:
        """Read sections, or the body that is no XML."""
        bodies = 0
        for component, _, path in numbered(self.root, f"/{ROOT}", _COMPONENT):
            for body, kind, here in numbered(component, path, _BODIES):
                bodies += 1
                if kind == "nonXMLBody":
                    self._embedded(child(body, "text"), f"{here}/text")
                else:
                    self._sections(body, here, 0)
        if not bodies:
            self._note(self.root, "", "it has no body", "export it with its contents")

    def _sections(self, parent: Element, path: str, depth: int) -> None:
        """Read the sections of a body or of a section; some stand there without `component`."""
        for each, kind, here in numbered(parent, path, _SECTIONS):
            if kind == "section":
                self._section(each, here, depth)
            else:
                for section, _, place in numbered(each, here, _SECTION):
                    self._section(section, place, depth)

    def _section(self, section: Element, path: str, depth: int) -> None:
        if depth == DEEPEST_SECTION:
            hint = "no document is; export it again"
            self._note(section, path, "its sections are nested too deeply", hint)
            return
        code = _code_of_section(section)
        title, title_path = _title(section, path)
        if code == known.FAMILY and "family" not in title.lower():
            # Readers of text tell by the heading whom the words are about.
            title = _FAMILY_TITLE
        text = child(section, "text")
        is_file = text is not None and text.get("representation") == "B64"
        self.narrative.add(title, None if is_file else text, f"{path}/text", title_path)
        if is_file:
            self._embedded(text, f"{path}/text")
        self.entries.add(section, path, code)
        self._sections(section, path, depth + 1)

    # Embedded files

    def _embedded(self, text: Element | None, path: str) -> None:
        if text is None:
            self._note(self.root, path, "its body is empty", "export it with its contents")
            return
        if child(text, "reference") is not None and not (text.text or "").strip():
            hint = "give the file itself; nothing is fetched from elsewhere"
            self._note(text, path, "its content lies outside of the document", hint)
            return
        media_type = text.get("mediaType") or ""
        content = self._content(text, path, media_type)
        if content is None:
            return
        is_body = path.endswith("/nonXMLBody/text")
        name = self.name if is_body else f"{self.name}#{path}"
        said = (media_type, self.date, self.title, self.subject, path)
        documents, problems = self.read(Attachment(name, content, *said))
        self.documents += documents
        self.notes += problems

    def _content(self, text: Element, path: str, media_type: str) -> bytes | None:
        if text.get("compression"):
            hint = "export it without compression"
            self._note(text, path, "its content is compressed", hint)
            return None
        words = "".join(text.itertext())
        is_text = media_type.partition(";")[0].strip().lower() in {"", _TEXT, "text/html"}
        if text.get("representation") != "B64" and is_text:
            return words.encode(errors="replace")
        try:
            return base64.b64decode("".join(words.split()), validate=True)
        except (binascii.Error, ValueError):
            hint = "export it again; what it says is not used"
            self._note(text, path, "its base64 data is damaged", hint)
            return None

    def _note(self, element: Element, path: str, message: str, hint: str) -> None:
        place = Place(file=self.name, line=element.sourceline or 0)
        note = Problem(
            place=place, subject=path, message=message, hint=hint, severity=Severity.NOTE
        )
        self.notes.append(note)


def _code_of_section(section: Element) -> str:
    if code := code_of(child(section, "code")):
        return code
    roots = [each.get("root") for each in section.iterchildren(f"{V3}templateId")]
    return next((known.SECTIONS[root] for root in roots if root in known.SECTIONS), "")


def _title(section: Element, path: str) -> tuple[str, str]:
    """Give what a section is called, and where that stands: its title, else its code."""
    if title := words_in(child(section, "title")):
        return title, f"{path}/title"
    code = child(section, "code")
    return _display(code), path if code is None else f"{path}/code"


def _display(element: Element | None) -> str:
    return "" if element is None else (element.get("displayName") or "").strip()


def _put_into_namespace(root: Element) -> None:
    """Take a document without a namespace, or with another one, for one of HL7's."""
    namespace = root.tag.rpartition("}")[0]
    for each in root.iter():
        if each.tag.rpartition("}")[0] == namespace:
            each.tag = V3 + local(each.tag)
