"""A policy as a document: what stands in it, with a record's marks and without."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.core.case import Absence, Basis, Case, Fact, Provenance, Quote, Reason, Service
from multifidus.core.citation import Attestation
from multifidus.core.policy import Kind, Stance
from multifidus.core.quantity import Counting, DateRange, Quantity, Span, Value
from multifidus.errors import Problem
from multifidus.export.document.compose import document_of, does_words
from multifidus.export.document.material import (
    Answered,
    AttributeList,
    Change,
    Example,
    Marked,
    Material,
    Version,
)
from multifidus.export.document.parts import Words, prose
from multifidus.export.document.print import laid
from multifidus.export.document.web import web_page
from multifidus.language.cases import read_cases
from multifidus.library.shelf import shipped
from tests.export.documents import (
    Page,
    case_of,
    examples,
    html,
    marked_by,
    policy_of,
    shown,
)
from tests.language import small
from tests.test_architecture import DENIAL

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

GOLDEN = Path(__file__).parents[1] / "golden" / "export"
UPDATE = "MULTIFIDUS_UPDATE_GOLDEN"
SHELF_POLICIES = [shipped().read(each) for each in shipped().entries]


def material(text: str = small.POLICY, **more: object) -> Material:
    return Material(policy=policy_of(text), software="1", **more)  # type: ignore[arg-type]


def marked(facts: str, text: str = small.POLICY) -> Page:
    policy = policy_of(text)
    return shown(Material(policy=policy, software="1", marked=marked_by(policy, case_of(facts))))


# The criteria


def test_a_clause_stands_under_its_id_with_its_sentence_test_source_and_reading_status() -> None:
    page = shown(material())

    assert [
        "I1 Adult. The patient is at least 18 years old.",
        "age >= 18 years Age",
        "verified [made-up, page 1]",
        "There is another reading: age >= 22 years",
    ] == page.words("//li[@id='I1']/p")


def test_the_lists_nest_as_the_policy_has_them() -> None:
    page = shown(material())

    assert "I2 Dysfunction is shown by any of" == page.said_at("I2")
    assert ["I2.1", "I2.2"] == page.tree.xpath("//li[@id='I2']/ul/li/@id")
    assert ["any of"] == page.words("//li[@id='I2']/p[1]/strong[last()]")


def test_what_has_a_section_of_its_own_leads_to_it() -> None:
    page = shown(material())

    assert "I The indications are met." == page.said_at("I")
    assert ["#section-I"] == page.tree.xpath("//li[@id='I']//a[.='indications']/@href")
    assert ["Indications"] == page.words("//section[@id='section-I']/h3")
    assert ["I1", "I2"] == page.tree.xpath("//section[@id='section-I']/ul/li/@id")
    assert "More words for people only." == page.said_at("section-I")


def test_what_excludes_the_service_says_so_and_has_no_test() -> None:
    page = shown(material(small.EXCLUDED))

    assert any("whatever the chart says" in each for each in page.words("//li[@id='E1']/p"))
    assert ["What it says"] == page.words("//section[@id='criteria']/h2")


def test_every_link_leads_somewhere_and_no_anchor_stands_twice() -> None:
    page = shown(material(examples=examples()))
    names = page.tree.xpath("//@id")
    targets = [each[1:] for each in page.tree.xpath("//a/@href") if each.startswith("#")]

    assert len(names) == len(set(names))
    assert set() == set(targets) - set(names)
    assert {"I1", "section-X", "source-made-up", "element-age", "reading-I1"} <= set(targets)


def test_an_attested_clause_says_who_attests_it() -> None:
    given = Attestation(
        by="A. Reader", document="The text", edition="2025", page="7", on=date(2026, 3, 1)
    )
    policy = policy_of()
    object.__setattr__(policy.root.parts[0].parts[0], "attested", (given,))

    line = shown(Material(policy=policy, software="1")).words("//li[@id='I1']/p")[2]

    assert line.startswith("attested by A. Reader: The text, 2025, 7, on 2026-03-01")


# What stands beside them


def test_a_reading_says_how_many_worked_cases_it_moves() -> None:
    young = '```case "nineteen"\nage 19 years; lift_test positive; unfit no\n=> met\n```\n'
    page = shown(material(examples=examples(small.CASES + young)))

    told = page.words("//li[@id='reading-I1']/p")
    assert "I1 The source says adults; the trial took at least 22 years." == told[0]
    assert (
        "With the other reading, 1 of 3 worked cases would be answered otherwise: “nineteen”, met"
        " to not met." == told[-1]
    )


def test_a_reading_that_moves_no_case_says_that() -> None:
    page = shown(material(examples=examples()))

    told = page.words("//li[@id='reading-I1']/p")
    assert "With the other reading, all 2 worked cases are answered the same." == told[-1]


def test_more_cases_than_can_be_named_are_counted() -> None:
    many = "".join(
        f'```case "number {each}"\nage 19 years; lift_test positive; unfit no\n=> met\n```\n'
        for each in range(7)
    )
    told = shown(material(examples=examples(many))).words("//li[@id='reading-I1']/p")[-1]

    assert "7 of 7 worked cases" in told
    assert told.endswith("“number 4”, met to not met; and 2 more.")


def test_a_worked_case_shows_facts_and_answer_and_one_like_the_first_only_the_difference() -> None:
    page = shown(material(examples=examples()))

    first, second = (page.words(f"//li[@id='case-{number}']/p") for number in (1, 2))
    assert first[0].startswith("Typical met settled by I1")
    assert "Age: 52 years; " in first[1]
    assert ["Unfit not met settled by X1", "On 2026-06-01: as “typical”, but Unfit: yes."] == second


def test_a_worked_case_without_facts_waits_for_what_is_asked() -> None:
    empty = '```case "nothing"\n=> more information\n```\n'
    told = shown(material(examples=examples(empty))).words("//li[@id='case-1']/p")

    assert told[0].startswith("Nothing more information needed for want of Age")
    assert "On 2026-06-01: nothing is recorded." == told[1]


def test_what_is_asked_is_told_with_its_clauses_and_what_silence_means() -> None:
    page = shown(material())

    row = page.words("//tr[@id='element-age']/*")
    assert "Age age" == row[0]
    assert "I1" == row[-1]
    (silent,) = {each for each in page.words("//tr/td[3]") if each.startswith("no, because")}
    assert silent


def test_an_obligation_is_shown_with_its_source() -> None:
    page = shown(material())

    assert "O1 Registry. The implant is entered in a registry. [made-up, page 4]" == page.said_at(
        "O1"
    )


def test_the_history_tells_what_each_version_changed() -> None:
    changed = Change(word="tightened", topic="Age", before="age >= 18 years", after="")
    history = (
        Version(name="small@0.9.0", days="up to 2024-12-31", does="it tests", link="0.9.0.html"),
        Version(
            name="small@1.0.0",
            days="from 2025-01-01",
            does="it tests",
            verdict="It is stricter.",
            changes=(changed,),
        ),
    )
    page = shown(material(history=history))

    first, second, verdict = page.words("//section[@id='history']/p")
    assert "small@0.9.0, up to 2024-12-31: it tests" == first
    assert "small@1.0.0, from 2025-01-01: it tests this version" == second
    assert "It is stricter." == verdict
    assert ["0.9.0.html"] == page.tree.xpath("//section[@id='history']/p/a/@href")
    assert ["Age", "tightened", "age >= 18 years", "not asked"] == page.words(
        "//section[@id='history']//tbody/tr/*"
    )


def test_the_only_version_says_that_there_is_no_other() -> None:
    only = Version(name="small@1.0.0", days="from 2025-01-01", does="it tests")

    page = shown(material(history=(only,)))

    assert "The library holds no other version." == page.words("//section[@id='history']/p")[-1]


def test_a_source_says_how_well_it_was_read_and_only_an_address_of_the_web_is_a_link() -> None:
    sources = small.SOURCES.replace("address: ", "address: javascript:alert(1) ", 1)
    policy = policy_of(sources=sources)
    page = shown(Material(policy=policy, software="1"))

    assert page.words("//li[@id='source-made-up']/p")[0].endswith(" verified")
    links = page.tree.xpath("//a/@href")
    assert all(re.match(r"#|https?://", each) for each in links)


def test_source_attributes_stand_in_lists_and_say_where_there_is_no_answer() -> None:
    told = (
        Answered(question="A1 What?", answer="The text."),
        Answered(question="A2 Why?", answer="None is.", lacking="not applicable"),
    )
    page = shown(material(attributes=(AttributeList(heading="Of some", attributes=told),)))

    assert ["Of some"] == page.words("//section[@id='attributes']/section/h3")
    assert ["A1 What?", "The text.", "A2 Why?", "not applicable None is."] == page.words(
        "//section[@id='attributes-1']/dl/div/*"
    )


# A record's marks


def test_each_clause_of_a_record_has_its_mark_value_and_address() -> None:
    policy = policy_of()
    entries: dict[str, Fact | Absence] = {
        "age": Fact(
            value=Quantity(30, "years"),
            basis=Basis.TEXT,
            provenance=(
                Provenance(
                    resource="visit.txt",
                    path="",
                    date=DateRange.parse("2026-02"),
                    quote=Quote(words="30  year old", start=4, end=15, page=2),
                ),
            ),
        ),
        "lift_test": Absence(reason=Reason.TOO_OLD, detail="older than 3 months"),
    }
    case = Case(service=Service(date=date(2026, 6, 1)), entries=entries)
    page = shown(Material(policy=policy, software="1", marked=marked_by(policy, case)))

    assert "I1 met Adult. The patient is at least 18 years old." == page.said_at("I1")
    assert "Age: 30 years (in words)" in page.words("//li[@id='I1']/p")
    assert ["“30 year old” 2026-02 visit.txt, page 2, characters 4 to 15"] == page.words(
        "//li[@id='I1']/ul/li"
    )
    assert page.said_at("I2.1").startswith("I2.1 more information")
    assert "Lift test: too old (older than 3 months)" in page.words("//li[@id='I2.1']/p")


def test_the_answer_stands_first_with_what_can_still_move_it() -> None:
    page = marked("age 52 years; lift_test positive")

    assert "answer" == page.tree.xpath("//main/section/@id")[0]
    assert (
        "more information needed This is a finding about criteria; a person decides."
        == (page.words("//section[@id='answer']/div/p")[0])
    )
    assert ["Unfit, not recorded: Is the patient unfit for the operation? (X1)"] == page.words(
        "//section[@id='answer']/ul/li"
    )


def test_a_settled_answer_names_the_clauses_that_settle_it() -> None:
    page = marked("unfit yes")

    assert "Settled by X1." in page.words("//section[@id='answer']/p")
    assert page.said_at("X1").startswith("X1 applies")
    assert page.said_at("I1").startswith("I1 not needed")


def test_what_was_not_read_and_an_unread_position_are_told() -> None:
    policy = policy_of(small.UNREAD, small.UNREAD_SOURCES)
    told = marked_by(policy, case_of("age 52 years"))
    problem = Problem.at("scan.pdf", "it has no text", "use --ocr")
    told = Marked(determination=told.determination, patient="p", date_origin="x", unread=(problem,))
    page = shown(Material(policy=policy, software="1", marked=told))

    assert any(each.startswith("To obtain: ") for each in page.words("//section[@id='answer']/p"))
    assert ["scan.pdf: it has no text; use --ocr"] == page.words("//section[@id='answer']/ul/li")


def test_only_time_lacking_and_a_day_out_of_force_are_told() -> None:
    page = marked("on 2024-06-01; age 17 years; lift_test positive; unfit no".replace("; ", "\n"))

    told = page.words("//section[@id='answer']/p")
    assert "This version is not in force on the day of service." in told


def test_a_day_on_which_time_alone_changes_the_answer_is_told() -> None:
    policy = policy_of()
    age = Span(
        since=DateRange.parse("2009-01-01"), until=date(2026, 6, 1), counting=Counting.COMPLETED
    )
    facts: dict[str, Value] = {"age": age, "lift_test": "positive", "unfit": False}
    entries = {name: Fact(value=each, basis=Basis.ANSWER) for name, each in facts.items()}
    case = Case(service=Service(date=date(2026, 6, 1)), entries=entries)
    page = shown(Material(policy=policy, software="1", marked=marked_by(policy, case)))

    assert "If only time passes, the answer from 2027-01-01 on is: met." in page.words(
        "//section[@id='answer']/p"
    )


def test_many_addresses_are_counted() -> None:
    policy = policy_of()
    places = tuple(Provenance(resource=f"Condition/{each}", path="code") for each in range(5))
    fact = Fact(value=True, basis=Basis.STRUCTURED, provenance=places)
    case = Case(service=Service(date=date(2026, 6, 1)), entries={"unfit": fact})
    page = shown(Material(policy=policy, software="1", marked=marked_by(policy, case)))

    assert "and 2 more" == page.words("//li[@id='X1']/ul/li")[-1]


def test_with_a_record_the_effect_of_a_reading_is_that_on_the_record() -> None:
    told = marked("age 19 years; lift_test positive; unfit no").words("//li[@id='reading-I1']/p")
    stays = marked("age 52 years; lift_test positive; unfit no").words("//li[@id='reading-I1']/p")

    assert "With the other reading, the answer for this record would be: not met." == told[-1]
    assert "With the other reading, the answer for this record stays: met." == stays[-1]


# The page and the data for a PDF


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    page = shown(material()).tree

    assert [] == [*page.iter("script", "link", "img", "iframe", "object", "form", "base")]
    assert [] == page.xpath("//@src | //@style | //@*[starts-with(name(), 'on')]")
    (style,) = page.xpath("//style/text()")
    assert not re.search(r"url\(|@import|@font-face", style)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "en" == page.get("lang")


def test_whatever_stands_in_a_policy_or_a_record_is_text() -> None:
    hostile = '<script>x</script>"\u202e'
    policy = policy_of(small.POLICY.replace("A small policy", "A <b>small</b> policy"))
    told = marked_by(policy, case_of("age 52 years"))
    told = Marked(determination=told.determination, patient=hostile, date_origin=hostile)
    page = shown(Material(policy=policy, software="1", marked=told)).tree

    assert [] == [*page.iter("script", "b")]
    assert "\u202e" not in html.tostring(page, encoding="unicode")


def test_backticks_in_a_sentence_are_code_and_a_single_one_is_itself() -> None:
    assert ["a ", "b", " c"] == [each.text for each in prose("a `b` c")]
    assert (Words("a ` c"),) == prose("a ` c")


def test_the_data_for_a_pdf_name_what_links_lead_to_and_leave_out_pages_beside_it() -> None:
    history = (Version(name="small@0.9.0", days="x", does="y", link="0.9.0.html"),)
    data = laid(document_of(material(examples=examples(), history=history)), day=date(2026, 6, 1))
    words = str(data)

    anchors = data["anchors"]
    assert isinstance(anchors, list)
    assert {"I1", "I2.1", "section-I", "source-made-up", "element-age", "case-1"} <= set(anchors)
    assert "0.9.0.html" not in words
    assert [2026, 6, 1] == data["date"]


# What is shipped


def of_the_shelf(name: str) -> Material:
    shelf = shipped()
    shelved = shelf.find(name, date(2026, 6, 1))
    policy: Policy = shelf.read(shelved)
    text = shelved.path.with_name("cases.md").read_text(encoding="utf-8")
    cases, _ = read_cases(text, dictionary=policy.dictionary, file="cases.md")
    return Material(
        policy=policy,
        software="1",
        examples=tuple(Example(name=each.name, case=each.case) for each in cases),
    )


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("isass-2025@0.1.0", "isass-2025.html"),
        ("anthem-surg-00158@2025.4.16", "anthem-surg-00158-2025.4.16.html"),
    ],
)
def test_the_page_is_the_one_that_was_looked_at(name: str, file: str) -> None:
    """MULTIFIDUS_UPDATE_GOLDEN=1 writes it anew; a change is reviewed as text."""
    now = web_page(document_of(of_the_shelf(name))) + "\n"
    golden = GOLDEN / file
    if os.environ.get(UPDATE):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(now, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == now


@pytest.mark.parametrize("name", [str(each) for each in shipped().entries])
def test_no_document_of_the_shelf_has_a_word_of_denial_or_a_link_that_leads_nowhere(
    name: str,
) -> None:
    page = shown(of_the_shelf(name))
    names = set(page.tree.xpath("//@id"))

    assert not DENIAL.search(page.tree.text_content())
    assert (
        set() == {each[1:] for each in page.tree.xpath("//a/@href") if each.startswith("#")} - names
    )


@pytest.mark.parametrize("policy", SHELF_POLICIES, ids=lambda each: str(each.about.id))
def test_only_a_policy_of_a_payer_is_said_to_cover(policy: Policy) -> None:
    """A trial took people, a label approves; of a position that nobody has read nothing is said."""
    words = does_words(policy)

    if policy.about.kind is Kind.COVERAGE and policy.about.stance is Stance.CRITERIA:
        assert "it sets criteria for covering the service" == words
    else:
        assert not re.search(r"covers the service|covering|is covered", words)
    if policy.about.stance is Stance.UNREAD:
        assert "nobody has read its position" == words
        told = shown(Material(policy=policy, software="1"))
        (read,) = told.words("//dt[text()='How well it was read']/following-sibling::dd[1]")
        assert read.startswith("nobody has read its position; what is told of it beside: ")
