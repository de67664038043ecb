"""Documents inside of resources: which are read, what they are called, and which are told."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.chart.document import Document, Passage
from multifidus.chart.fhir import Entry, read_entries
from multifidus.chart.formats import attached, holders
from multifidus.chart.formats.attached import Attachment, Attachments, Reading, read_attachment
from multifidus.core.quantity import DateRange
from multifidus.errors import Severity
from tests.chart.pdfs import PICTURE, page, pdf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Resource = dict[str, Any]
MARKDOWN = "text/markdown"
SUBJECT = {"reference": "Patient/p1"}


def packed(content: bytes | str) -> str:
    return base64.b64encode(content if isinstance(content, bytes) else content.encode()).decode()


def attachment(content: bytes | str = "Low back pain", **fields: object) -> Resource:
    return {"contentType": MARKDOWN, "data": packed(content)} | fields


def linked(url: str, **fields: object) -> Resource:
    return {"url": url} | fields


def pointer(*attachments: object, **fields: object) -> Resource:
    return {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "subject": SUBJECT,
        "content": [{"attachment": each} for each in attachments],
    } | fields


def report(*attachments: object, **fields: object) -> Resource:
    return {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "subject": SUBJECT,
        "presentedForm": list(attachments),
    } | fields


def composition(*sections: object, **fields: object) -> Resource:
    return {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "subject": SUBJECT,
        "section": list(sections),
    } | fields


def section(title: str, words: str, **fields: object) -> Resource:
    return {"title": title, "text": {"status": "generated", "div": words}} | fields


def binary(content: bytes | str = "from a Binary", **fields: object) -> Resource:
    return {
        "resourceType": "Binary",
        "id": "b",
        "contentType": "text/plain",
        "data": packed(content),
    } | fields


def on(day: str, **fields: object) -> dict[str, object]:
    return {"meta": {"lastUpdated": f"{day}T00:00:00Z"}} | fields


def entry(resource: Resource, full_url: str = "") -> Entry:
    return Entry(resource, f"{resource['resourceType']}/{resource.get('id')}", full_url)


def gathered(
    *resources: Resource | Entry, attachments: Attachments | None = None
) -> tuple[dict[str, Document], list[str]]:
    """Read a record; give the documents that count, by name, and what is told."""
    attachments = attachments or Attachments()
    documents: dict[str, Document] = {}
    for each in resources:
        there = each if isinstance(each, Entry) else entry(each)
        documents |= {document.name: document for document in attachments.add(there)}
    documents |= {document.name: document for document in attachments.rest()}
    for name in attachments.withdrawn():
        documents.pop(name, None)
    return documents, [f"{each.place}: {each.message}" for each in attachments.problems()]


def texts(*resources: Resource | Entry) -> Mapping[str, str]:
    documents, told = gathered(*resources)
    assert [] == told
    return {name: each.text for name, each in documents.items()}


def told(*resources: Resource | Entry) -> list[str]:
    documents, messages = gathered(*resources)
    assert {} == documents
    return messages


# DocumentReference


def test_a_note_is_read_with_what_the_record_says_of_it() -> None:
    resource = pointer(
        attachment(creation="2024-02-03T10:00:00Z", title="a"),
        date="2026-01-01T00:00:00Z",
        context={"period": {"start": "2024-02-01"}},
        description="Clinic note",
    )

    documents, messages = gathered(resource)
    assert [] == messages
    assert documents == {
        "DocumentReference/d": Document(
            name="DocumentReference/d",
            text="Low back pain",
            date=DateRange.parse("2024-02-03"),
            title="Clinic note",
            subject="Patient/p1",
            passages=(Passage(0, None, "content[0].attachment.data"),),
        )
    }


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"context": {"period": {"start": "2024-02-01"}}, "date": "2026-01-01"}, "2024-02-01"),
        ({"context": {}, "date": "2026-01-01T00:00:00Z"}, "2026-01-01"),
        ({"context": [], "date": "2026-01-01T00:00:00Z"}, "2026-01-01"),
        ({}, None),
    ],
)
def test_the_day_is_that_of_the_care_before_that_of_the_pointer(
    fields: dict[str, object], day: str | None
) -> None:
    documents, _ = gathered(pointer(attachment(), **fields))

    expected = None if day is None else DateRange.parse(day)
    assert expected == documents["DocumentReference/d"].date


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"description": "MRI", "type": {"text": "x"}}, "MRI"),
        ({"type": {"text": "MRI", "coding": [{"display": "x"}]}}, "MRI"),
        ({"type": {"coding": [{"code": "x"}, {"code": "y", "display": "MRI"}]}}, "MRI"),
        ({"type": []}, "of the file"),
    ],
)
def test_the_title_is_in_the_words_of_the_record(fields: dict[str, object], title: str) -> None:
    documents, _ = gathered(pointer(attachment(title="of the file"), **fields))

    assert title == documents["DocumentReference/d"].title


def test_several_attachments_have_names_of_their_own() -> None:
    assert texts(pointer(attachment("one"), attachment("<p>two</p>", contentType="text/html"))) == {
        "DocumentReference/d.content[0]": "one",
        "DocumentReference/d.content[1]": "two",
    }


def test_a_pdf_is_read_with_its_pages() -> None:
    content = pdf(page("one"), PICTURE)
    for media_type in ("application/pdf", "", "text/plain"):
        documents, messages = gathered(pointer(attachment(content, contentType=media_type)))
        document = documents["DocumentReference/d"]
        assert document.passages[1] == Passage(5, 2, "content[0].attachment.data")
        assert document.boxes is not None
        assert document.boxes(0, 3)
        assert ["DocumentReference/d: page 2 is a picture with no text"] == messages


@pytest.mark.parametrize("fields", [{"status": "entered-in-error"}, {"docStatus": "cancelled"}])
def test_what_the_record_takes_back_is_not_read(fields: dict[str, object]) -> None:
    assert [] == told(pointer(attachment(), linked("Binary/b"), **fields), binary())


def test_what_is_superseded_is_not_read_and_counted() -> None:
    older = [pointer(attachment(), id=str(n), status="superseded") for n in range(3)]

    assert ["record: documents that are superseded, and so not read: 3"] == told(*older)
    assert 2 == len(texts(pointer(attachment()), pointer(attachment(), id="e")))


@pytest.mark.parametrize(
    "fields", [{"docStatus": "preliminary"}, {"status": "x"}, {"status": None}, {"docStatus": "x"}]
)
def test_what_is_not_final_is_told(fields: dict[str, object]) -> None:
    assert ["DocumentReference/d: it is not final, so it is not read"] == told(
        pointer(attachment(), **fields)
    )


@pytest.mark.parametrize("status", ["final", "amended"])
def test_what_is_final_is_read(status: str) -> None:
    assert 1 == len(texts(pointer(attachment(), docStatus=status)))


# Contents


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "it has no content, and no place where it is"),
        ({"data": ""}, "it has no content"),
        ({"data": 5}, "it has no content"),
        (attachment(b""), "it has no content"),
        ({"data": "Zm9v!"}, "its base64 data is damaged"),
        ({"data": "Zm9vY"}, "its base64 data is damaged"),
        ({"data": "Zm9vé"}, "its base64 data is damaged"),
        (attachment(" "), "the file is empty"),
        (attachment("x", contentType="image/png"), "documents of its media type are not read"),
        (attachment("x", contentType="x"), "documents of its media type are not read"),
        (attachment(b"\0" * 99), "this is not text"),
        (attachment(gzip.compress(b"x")), "this is packed with gzip, not a note"),
        (attachment("<a/>", contentType=""), "this is XML, not a note"),
        (attachment("x", contentType="application/pdf"), "this is not a PDF"),
        (linked("https://ehr.invalid/note/1"), "its content lies outside of the record"),
        (linked("file:///etc/passwd"), "its content lies outside of the record"),
        (linked("#gone"), "its content lies outside of the record"),
        (linked("Binary/gone"), "its content lies outside of the record"),
    ],
)
def test_a_content_that_cannot_be_read_is_told(content: Resource, message: str) -> None:
    documents, messages = gathered(pointer(content))

    assert {} == documents
    assert [f"DocumentReference/d: {message}"] == messages


def test_white_space_in_base64_is_allowed() -> None:
    data = packed("Low back pain")

    assert texts(pointer({"data": f"{data[:4]}\n {data[4:]}\n", "contentType": MARKDOWN}))


def test_an_attachment_that_is_too_large_is_told_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attached, "LARGEST_ATTACHMENT", 1024 * 1024)

    assert ["DocumentReference/d: it is larger than 1 MB"] == told(
        pointer(attachment(bytes(1024 * 1024 + 9)))
    )


def test_what_is_packed_many_times_over_is_not_unpacked() -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))

    for media_type in ("application/gzip", "application/zip", "text/plain", ""):
        assert 1 == len(told(pointer(attachment(bomb, contentType=media_type))))


def test_a_resource_without_attachments_is_told() -> None:
    for content in ([], None, "x", [5], [{"attachment": 5}]):
        assert ["DocumentReference/d: it has no attachment"] == told(pointer(content=content))


# Binary resources


@pytest.mark.parametrize(
    "url",
    [
        "Binary/b",
        "https://ehr.invalid/fhir/Binary/b",
        "https://ehr.invalid/fhir/Binary/b/_history/2",
        "Binary/b/_history/2",
    ],
)
def test_a_binary_may_stand_before_or_after_what_refers_to_it(url: str) -> None:
    read = {"DocumentReference/d": "from a Binary"}

    assert read == texts(binary(), pointer(linked(url)))
    assert read == texts(pointer(linked(url)), binary())
    absolute = entry(binary(), "https://ehr.invalid/fhir/Binary/b")
    assert read == texts(pointer(linked(url)), absolute)


def test_a_binary_is_found_by_its_url_or_inside_of_the_resource() -> None:
    by_url = entry(binary(), "urn:uuid:1")
    inside = pointer(linked("#b"), contained=[5, binary(id="a"), binary()])

    assert texts(pointer(linked("urn:uuid:1")), by_url) == texts(
        by_url, pointer(linked("Binary/b"))
    )
    assert {"DocumentReference/d": "from a Binary"} == texts(inside)


def test_a_binary_of_another_server_is_not_taken_for_one_of_the_record() -> None:
    there = entry(binary(), "https://ehr.invalid/fhir/Binary/b")

    _, messages = gathered(there, pointer(linked("https://other.invalid/fhir/Binary/b")))
    assert "DocumentReference/d: its content lies outside of the record" in messages


def test_what_the_attachment_says_of_its_media_type_goes_before_what_the_binary_says() -> None:
    page_of_html = binary("<p>a &amp; b</p>")

    assert ["a & b"] == list(
        texts(pointer(linked("Binary/b", contentType="text/html")), page_of_html).values()
    )


def test_a_binary_to_which_nothing_refers_is_told() -> None:
    """Whose it is, of what day, and whether it counts, nobody can tell."""
    assert ["Binary/b: no document refers to it, so it is not read"] == told(binary())


def test_a_binary_without_content_is_told_where_it_is_wanted() -> None:
    empty = {"resourceType": "Binary", "id": "b"}

    assert ["DocumentReference/d: it has no content"] == told(empty, pointer(linked("Binary/b")))


def test_no_more_than_a_limit_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "MOST_HELD", 20)
    first, second = binary("x" * 15), binary("y" * 15, id="c")

    documents, messages = gathered(first, second, pointer(linked("Binary/b"), linked("Binary/c")))
    assert ["DocumentReference/d.content[0]"] == list(documents)
    (message,) = messages
    assert message.startswith("DocumentReference/d.content[1]: the record has more than")


def test_the_newest_version_of_a_binary_counts() -> None:
    old, new = binary("old", **on("2024-01-01")), binary("new", **on("2024-01-02"))
    for order in ((old, new), (new, old), (new, new)):
        assert ["new"] == list(texts(*order, pointer(linked("Binary/b"))).values())
    assert ["DocumentReference/d: two resources with this id differ"] == told(
        binary("one"), binary("two"), pointer(linked("Binary/b"))
    )


# Reports


def test_the_presented_form_of_a_report_is_read() -> None:
    resource = report(
        attachment("Stenosis."), code={"text": "MRI lumbar spine"}, effectiveDateTime="2024-02-03"
    )

    documents, messages = gathered(resource)
    document = documents["DiagnosticReport/r"]
    assert [] == messages
    assert ("Stenosis.", "MRI lumbar spine") == (document.text, document.title)
    assert DateRange.parse("2024-02-03") == document.date
    assert (Passage(0, None, "presentedForm[0].data"),) == document.passages
    two = texts(report(attachment("a"), attachment("b"), issued="2024-01-01T00:00:00Z"))
    assert ["DiagnosticReport/r.presentedForm[0]", "DiagnosticReport/r.presentedForm[1]"] == [*two]


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "appended"])
def test_a_report_is_read_once_it_is_final(status: str) -> None:
    assert 1 == len(texts(report(attachment(), status=status)))


@pytest.mark.parametrize("status", ["registered", "partial", "preliminary", "unknown", None])
def test_a_report_that_is_not_final_is_told_if_it_has_a_form(status: str | None) -> None:
    assert ["DiagnosticReport/r: it is not final, so it is not read"] == told(
        report(attachment(), status=status)
    )
    assert [] == told(report(status=status))
    assert [] == told(report(attachment(), status="cancelled"))


# Compositions


def test_the_narratives_of_a_composition_are_one_document() -> None:
    resource = composition(
        section("History", "<div><p>Low back pain</p></div>"),
        section(
            "Plan",
            "<div>Surgery</div>",
            section=[section("", "<div>No &gt; 5</div>", code={"text": "Notes"})],
        ),
        {"title": "Labs", "text": {"status": "empty", "div": "<div>none</div>"}},
        {"title": "Empty"},
        5,
        title="Consultation",
        date="2024-02-03",
    )

    documents, messages = gathered(resource)
    assert [] == messages
    assert documents == {
        "Composition/c": Document(
            name="Composition/c",
            text="History\nLow back pain\n\nPlan\nSurgery\n\nNotes\nNo > 5",
            date=DateRange.parse("2024-02-03"),
            title="Consultation",
            subject="Patient/p1",
            passages=(
                Passage(0, None, "section[0].text.div"),
                Passage(23, None, "section[1].text.div"),
                Passage(37, None, "section[1].section[0].text.div"),
            ),
        )
    }
    untitled = composition({"text": {"div": "<div>a</div>"}}, type={"text": "Letter"})
    assert {"Composition/c": "a"} == texts(untitled)


def test_a_narrative_that_cannot_be_read_is_told() -> None:
    deep = section("x", "<div>x</div>")
    for _ in range(holders.DEEPEST_SECTION + 5):
        deep = {"section": [deep]}

    assert ["Composition/c: `section[0]`: there is no text in it"] == told(
        composition(section("a", "<div><img/></div>"))
    )
    assert ["Composition/c: its sections are nested too deeply"] == told(composition(deep))


def test_a_composition_counts_by_its_status() -> None:
    words = section("a", "<div>a</div>")

    assert 1 == len(texts(composition(words, status="amended")))
    assert [] == told(composition(words, status="entered-in-error"))
    assert ["Composition/c: it is not final, so it is not read"] == told(
        composition(words, status="preliminary")
    )
    assert [] == told(composition())


# Versions


def test_the_newest_version_of_a_document_counts() -> None:
    old = pointer(attachment("old"), **on("2024-01-01"))
    new = pointer(attachment("new"), **on("2024-01-02"))
    for order in ((old, new), (new, old), (old, new, old, new)):
        assert {"DocumentReference/d": "new"} == texts(*order)


def test_a_newer_version_takes_documents_back() -> None:
    old = pointer(attachment("a"), attachment("b"), **on("2024-01-01"))
    less = pointer(attachment("a"), **on("2024-01-02"))
    void = pointer(attachment("a"), status="entered-in-error", **on("2024-01-02"))
    for newer, names in ((less, ["DocumentReference/d"]), (void, [])):
        for order in ((old, newer), (newer, old)):
            assert names == list(texts(*order))


def test_a_report_without_a_form_may_be_the_newer_version() -> None:
    old, new = report(attachment(), **on("2024-01-01")), report(**on("2024-01-02"))
    for order in ((old, new), (new, old), (new, old, new)):
        assert {} == texts(*order)
    assert 1 == len(texts(report(**on("2024-01-01")), report(attachment(), **on("2024-01-02"))))


def test_a_document_that_waits_gives_way_to_its_newer_version() -> None:
    old = pointer(linked("Binary/b"), **on("2024-01-01"))
    new = pointer(attachment("new"), **on("2024-01-02"))

    assert {"DocumentReference/d": "new"} == texts(old, new, binary())


def test_a_superseded_version_that_is_current_again_is_read() -> None:
    old = pointer(attachment(), status="superseded", **on("2024-01-01"))

    assert 1 == len(texts(old, pointer(attachment(), **on("2024-01-02"))))


def test_two_versions_of_one_day_must_say_the_same() -> None:
    attachments = Attachments()
    gathered(pointer(attachment("a")), pointer(attachment("a")), attachments=attachments)
    assert () == attachments.problems()

    for other in (attachment("b"), attachment("a", creation="2024-01-01")):
        attachments = Attachments()
        gathered(pointer(attachment("a")), pointer(other), attachments=attachments)
        (problem,) = attachments.problems()
        assert Severity.ERROR is problem.severity
        assert "DocumentReference/d: two resources with this id differ" in str(problem)
    assert 1 == len(gathered(pointer(attachment()), pointer(attachment(), status="superseded"))[1])


@pytest.mark.parametrize(
    "target", ["DocumentReference/d", "https://x/DocumentReference/d", "urn:d"]
)
def test_a_document_that_another_replaces_does_not_count(target: str) -> None:
    old = entry(pointer(attachment("old")), "urn:d")
    related = [5, {"code": "replaces", "target": {"reference": target}}, {"code": "replaces"}]
    new = entry(pointer(attachment("new"), id="e", relatesTo=related))

    for order in ((old, new), (new, old)):
        assert {"DocumentReference/e": "new"} == texts(*order)
    appends = pointer(
        attachment("more"), id="e", relatesTo=[{"code": "appends", "target": {"reference": target}}]
    )
    assert 2 == len(texts(old, appends))


def test_what_was_entered_in_error_replaces_nothing() -> None:
    related = [{"code": "replaces", "target": {"reference": "DocumentReference/d"}}]
    void = pointer(attachment(), id="e", status="entered-in-error", relatesTo=related)

    assert ["DocumentReference/d"] == list(texts(pointer(attachment()), void))


def test_a_composition_may_replace_another() -> None:
    words = section("a", "<div>a</div>")
    related = [{"code": "replaces", "targetReference": {"reference": "Composition/c"}}]

    assert ["Composition/e"] == list(
        texts(composition(words), composition(words, id="e", relatesTo=related))
    )


# Subjects, readers, problems


def test_only_documents_of_those_who_are_wanted_are_read() -> None:
    for resource in (
        pointer(linked("Binary/b")),
        report(attachment()),
        composition(section("a", "<div><img/></div>"), status="final"),
        composition(section("a", "<div>a</div>"), status="preliminary"),
    ):
        attachments = Attachments(is_wanted=lambda subject: subject == "Patient/p2")
        documents, messages = gathered(resource, attachments=attachments)
        assert ({}, []) == (documents, messages)


def test_a_document_that_does_not_say_whose_it_is_is_given_so() -> None:
    for subject in (None, {}, "x", {"reference": 5}):
        documents, _ = gathered(pointer(attachment(), subject=subject))
        assert "" == documents["DocumentReference/d"].subject


def test_another_reader_may_read_what_is_not_read_here() -> None:
    def read(each: Attachment) -> Reading:
        if each.media_type == "text/xml":
            return Reading((Document(name=each.name, text="a C-CDA", subject=each.subject),))
        return read_attachment(each)

    resource = pointer(attachment("<a/>", contentType="text/xml"), attachment("plain"))
    documents, _ = gathered(resource, attachments=Attachments(read=read))
    assert ["a C-CDA", "plain"] == [each.text for each in documents.values()]


def test_problems_are_notes_and_many_are_counted() -> None:
    attachments = Attachments()
    many = [pointer(linked("http://x.invalid"), id=str(n)) for n in range(30)]
    _, messages = gathered(*many, attachments=attachments)

    assert all(each.severity is Severity.NOTE for each in attachments.problems())
    assert 21 == len(messages)
    assert "and 10 more like these" in messages[-1]


def test_other_resources_are_passed_over() -> None:
    assert {} == texts({"resourceType": "Patient", "id": "p1"})


# Whatever stands in a field

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
SAMPLES = [
    pointer(
        attachment(creation="2024"),
        linked("#b"),
        linked("Binary/b"),
        type={"text": "x", "coding": [{"code": "y", "display": "z"}]},
        relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/e"}}],
        context={"period": {"start": "2024"}},
        contained=[binary()],
        docStatus="final",
        meta={"lastUpdated": "2024-01-01T00:00:00Z"},
    ),
    report(attachment(), code={"text": "x"}, effectivePeriod={"start": "2024"}),
    composition(section("a", "<div>a</div>", section=[section("b", "<div>b</div>")]), title="x"),
    binary(),
]


def paths(content: object) -> list[tuple[str | int, ...]]:
    """List the places in a resource, without its type."""
    found: list[tuple[str | int, ...]] = []
    items: list[tuple[Any, object]] = []
    if isinstance(content, dict):
        items = [(key, each) for key, each in content.items() if key != "resourceType"]
    elif isinstance(content, list):
        items = list(enumerate(content))
    for key, each in items:
        found += [(key,), *((key, *rest) for rest in paths(each))]
    return found


PLACES = [(sample, path) for sample in SAMPLES for path in paths(sample)]


@given(st.sampled_from(PLACES), ANYTHING)
def test_whatever_stands_in_a_field_is_read_or_told(
    place: tuple[Resource, tuple[str | int, ...]], content: object
) -> None:
    sample, path = place
    resource = json.loads(json.dumps(sample))
    inner: Any = resource
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = content

    documents, _ = gathered(sample, resource, binary(), resource)
    assert all(each.text.strip() for each in documents.values())


@given(st.binary(max_size=200), st.sampled_from(["", "text/plain", "text/html", "application/pdf"]))
def test_whatever_is_attached_is_read_or_told(content: bytes, media_type: str) -> None:
    documents, messages = gathered(pointer(attachment(content, contentType=media_type)))

    assert 1 == len(documents) or 1 <= len(messages)


# Outsiders' records


@pytest.mark.shared
def test_every_note_of_the_export_is_read(shared: Path) -> None:
    """By its status nearly every one is superseded; as a text each of them can be read."""
    path = shared / "samples" / "fhir-bulk-ndjson-10" / "DocumentReference.000.ndjson.gz"
    entries = list(read_entries(path))

    documents, messages = gathered(*entries)
    assert 13 == len(documents)
    assert ["record: documents that are superseded, and so not read: 1202"] == messages

    current = [replace(each, resource=each.resource | {"status": "current"}) for each in entries]
    documents, messages = gathered(*current)
    assert ([], 1215) == (messages, len(documents))
    for each in documents.values():
        assert each.date is not None
        assert each.title
        assert each.subject.startswith("Patient/")


@pytest.mark.shared
def test_every_note_of_the_low_back_pain_charts_is_read(shared: Path) -> None:
    for path in sorted((shared / "samples" / "fhir-r4-tietai-lowbackpain").glob("*.json.gz")):
        documents, messages = gathered(*read_entries(path))
        assert [] == messages
        assert 100 < len(documents)
