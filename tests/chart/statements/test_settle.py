"""Which statements count, which one is picked, and when they contradict each other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.core.case import NOT_RECORDED, Absence, Basis, Fact, Reason
from multifidus.core.element import Pick
from multifidus.core.quantity import Quantity
from tests.chart.records import (
    ATC,
    CPT,
    absence,
    coded,
    concept,
    condition,
    entry,
    item,
    observation,
    own,
    patient,
    plan_with,
    quantity,
    response,
    value,
)

if TYPE_CHECKING:
    from tests.chart.records import Resource

ODI = "oswestry_index"
TEST = "prone_instability_test"
CONFLICT = "2 entries contradict each other"


def odi(points: object, day: str | None = "2026-09-01", **fields: object) -> Resource:
    return observation(
        ODI, valueQuantity=quantity(points, "{score}"), effectiveDateTime=day, **fields
    )


def finding(word: str, day: str | None = "2026-09-01") -> Resource:
    return observation(TEST, valueCodeableConcept=own(word), effectiveDateTime=day)


def answered(word: str, day: str | None = "2026-10-01") -> Resource:
    # The test's answer is read from a coding of its own options.
    return response(item(TEST, valueCoding=own(word)["coding"][0]), authored=day)


# Silence


def test_an_element_that_nothing_speaks_of_is_not_recorded() -> None:
    assert NOT_RECORDED == entry(ODI)


def test_silence_means_no_where_the_dictionary_says_why() -> None:
    found = entry("treats_post_herpetic_neuralgia")

    assert isinstance(found, Fact)
    assert (False, Basis.SILENCE) == (found.value, found.basis)
    assert found.because.startswith("a request names the pain")


# Days


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2026-10-04", True), ("2026-10-05", True), ("2026-10-06", False), ("2027", False)],
)
def test_what_is_dated_after_the_service_does_not_count(day: str, *, counts: bool) -> None:
    assert counts is isinstance(entry(ODI, odi(40, day)), Fact)


@pytest.mark.parametrize("day", ["2026-10", "2026"])
def test_a_day_that_may_be_after_the_service_is_not_guessed(day: str) -> None:
    reason, detail = absence("pain_intractable", observed_yes("pain_intractable", day))

    assert (
        "unreadable",
        "its day is not precise enough to show that it was made by the service",
    ) == (
        reason,
        detail,
    )


def observed_yes(element: str, day: str | None = "2026-09-01") -> Resource:
    return observation(element, valueBoolean=True, effectiveDateTime=day)


@pytest.mark.parametrize("day", ["2026-09", "2025", None])
def test_a_day_that_is_surely_before_the_service_need_not_be_precise(day: str | None) -> None:
    assert value("pain_intractable", observed_yes("pain_intractable", day)) is True


@pytest.mark.parametrize(
    ("day", "on", "counts"),
    [
        ("2026-07-04", date(2026, 10, 5), False),
        ("2026-07-05", date(2026, 10, 5), True),
        ("2026-07-06", date(2026, 10, 5), True),
        # Three months after 30 November is the first of March: February has no such day.
        ("2025-11-30", date(2026, 3, 1), True),
        ("2025-11-30", date(2026, 3, 2), False),
        ("2027-11-29", date(2028, 2, 29), True),
        ("2027-11-29", date(2028, 3, 1), False),
        ("2026-11-28", date(2027, 2, 28), True),
        ("2026-11-28", date(2027, 3, 1), False),
    ],
)
def test_a_window_holds_its_last_day(day: str, on: date, *, counts: bool) -> None:
    found = entry(ODI, odi(40, day), on=on)

    if counts:
        assert isinstance(found, Fact)
    else:
        assert isinstance(found, Absence)
        assert (Reason.TOO_OLD, "more than 3 months before the service") == (
            found.reason,
            found.detail,
        )
        assert [str(each.date) for each in found.provenance] == [day]


@pytest.mark.parametrize("day", ["2026-07", "2026", None])
def test_a_window_needs_a_day_that_is_precise_enough(day: str | None) -> None:
    expected = "its day is not precise enough to show that it is at most 3 months old"

    assert ("unreadable", expected) == absence(ODI, odi(40, day))


@pytest.mark.parametrize("day", ["2026-07", "2026", None])
def test_an_entry_without_a_precise_day_may_be_the_newest(day: str | None) -> None:
    assert absence(ODI, odi(40, "2026-07-10"), odi(50, day))[0] in ("in-conflict", "unreadable")


def test_a_month_that_lies_within_the_window_will_do() -> None:
    assert Quantity(40, "points") == value(ODI, odi(40, "2026-09"))


def test_an_entry_that_may_be_too_old_does_not_answer_other_picks() -> None:
    plan = plan_with(ODI, pick=Pick.AGREED)

    assert Quantity(40, "points") == value(ODI, odi(40), odi(50, "2026"), plan=plan)


# Codes and their days


@pytest.mark.parametrize(
    ("code", "day", "counts"),
    [
        ("M62.85", "2024-09-30", False),
        ("M62.85", "2024-10-01", True),
        ("M62.85", "2024", False),
        ("M62.85", "2024-10", True),
        ("M62.85", "2024-09", False),
    ],
)
def test_a_code_counts_from_the_day_it_is_valid(code: str, day: str, *, counts: bool) -> None:
    found = entry("multifidus_diagnosis_coded", condition(code, recordedDate=day))

    assert counts is isinstance(found, Fact)
    if isinstance(found, Absence):
        assert "the code was not valid on the day of the entry" == found.detail


@pytest.mark.parametrize(("day", "counts"), [("2021-09-30", True), ("2021-10-01", False)])
def test_a_code_counts_to_the_day_it_is_valid(day: str, *, counts: bool) -> None:
    found = entry("pain_duration", condition("M54.5", recordedDate=day, onsetDateTime="2015"))

    assert counts is isinstance(found, Fact)


def test_a_code_without_a_day_is_asked_on_the_day_of_service() -> None:
    undated = condition("M62.85", recordedDate=None)

    assert value("multifidus_diagnosis_coded", undated) is True
    assert absence("multifidus_diagnosis_coded", undated, on=date(2024, 9, 30))[0] == "unreadable"


@pytest.mark.parametrize("codes", [("M54.5", "M54.50"), ("M54.50", "M54.5")])
def test_of_two_codes_one_that_is_valid_is_enough(codes: tuple[str, str]) -> None:
    both = condition(*codes, recordedDate="2022-05-01", onsetDateTime="2015-01-01")

    assert "11 years" == str(value("pain_duration", both))


# Ends


def test_a_condition_that_had_ended_before_the_service_does_not_count() -> None:
    ended = condition("M54.16", clinicalStatus=None, abatementDateTime="2026-10-04")

    assert NOT_RECORDED == entry("radiculopathy", ended)


def test_a_condition_that_ended_on_the_day_of_service_or_later_counts() -> None:
    for day in ("2026-10-05", "2026-11"):
        ended = condition("M54.16", clinicalStatus=None, abatementDateTime=day)
        assert value("radiculopathy", ended) is True


def test_a_condition_that_may_have_ended_is_not_guessed() -> None:
    ended = condition("M54.16", clinicalStatus=None, abatementDateTime="2026")

    assert (
        "unreadable",
        "the day it ended is not precise enough to show that it lasted to the service",
    ) == absence("radiculopathy", ended)


def test_a_coverage_counts_to_the_end_of_its_period() -> None:
    def covered(end: str | None) -> Resource:
        period = {"start": "2026-01-01"} | ({"end": end} if end else {})
        beneficiary = {"reference": "Patient/p1"}
        return coded("Coverage", status="active", beneficiary=beneficiary, period=period)

    for end in (None, "2026-10-05", "2026-12-31T23:59:59Z"):
        assert value("active_coverage", covered(end)) is True
    assert NOT_RECORDED == entry("active_coverage", covered("2026-10-04"))
    assert ("unreadable", "its end is not a day") == absence("active_coverage", covered("soon"))


# Latest


def test_the_latest_answers() -> None:
    assert Quantity(44, "points") == value(
        ODI, odi(40, "2026-08-01"), odi(44, "2026-09-30"), odi(50, "2026-09-01")
    )


def test_two_of_the_latest_day_that_differ_are_in_conflict_and_both_are_named() -> None:
    found = entry(ODI, odi(40, id="a"), odi(44, id="b"), odi(1, "2026-08-01", id="c"))

    assert isinstance(found, Absence)
    assert (Reason.IN_CONFLICT, CONFLICT) == (found.reason, found.detail)
    assert ["Observation/a", "Observation/b"] == [each.resource for each in found.provenance]
    assert {"valueQuantity"} == {each.path for each in found.provenance}


def test_two_of_the_latest_day_that_say_the_same_are_one_fact_with_two_addresses() -> None:
    found = entry(
        "pain_vas",
        observation("pain_vas", valueQuantity=quantity(7, "cm")),
        observation("pain_vas", valueQuantity=quantity(70, "mm")),
    )

    assert isinstance(found, Fact)
    assert 2 == len(found.provenance)


def test_a_newer_entry_that_cannot_be_read_hides_an_older_value() -> None:
    newer = observation(ODI, valueQuantity={"value": 44}, effectiveDateTime="2026-09-02")

    assert ("unreadable", "the value has no unit") == absence(ODI, odi(40), newer)
    assert Quantity(40, "points") == value(ODI, odi(40, "2026-09-03"), newer)


@pytest.mark.parametrize("code", ["not-performed", "asked-declined", "not-asked"])
def test_that_nothing_was_measured_does_not_hide_an_older_value(code: str) -> None:
    newer = observation(ODI, dataAbsentReason=concept("x", code), effectiveDateTime="2026-09-02")

    assert Quantity(40, "points") == value(ODI, odi(40), newer)
    assert ("unreadable", "the record says that no value was obtained") == absence(ODI, newer)


@pytest.mark.parametrize("code", ["masked", "as-text", "error", "unknown"])
def test_a_value_that_may_be_elsewhere_hides_an_older_one(code: str) -> None:
    newer = observation(ODI, dataAbsentReason=concept("x", code), effectiveDateTime="2026-09-02")

    assert ("unreadable", "the record says that the value is absent") == absence(
        ODI, odi(40), newer
    )


# Agreed


def test_all_must_agree_whatever_their_day() -> None:
    assert "positive" == value(TEST, finding("positive"), finding("positive", "2020-01-01"))
    assert ("in-conflict", CONFLICT) == absence(
        TEST, finding("positive"), finding("negative", "2020-01-01")
    )


def test_one_entry_may_contradict_itself() -> None:
    one = response(
        {
            "linkId": "spine_surgery_indicated",
            "answer": [{"valueBoolean": True}, {"valueBoolean": False}],
        }
    )

    assert ("in-conflict", "one entry contradicts itself") == absence(
        "spine_surgery_indicated", one
    )


@pytest.mark.parametrize(
    ("day", "settles"),
    [
        ("2026-09-03", True),
        ("2026-09-02", False),
        ("2026-09-01", False),
        # It may have been given before the record's entries.
        ("2026", False),
        (None, False),
    ],
)
def test_an_answer_settles_a_disagreement_only_when_it_is_later(
    day: str | None, *, settles: bool
) -> None:
    found = entry(
        TEST, finding("positive"), finding("negative", "2026-09-02"), answered("positive", day)
    )

    assert settles is isinstance(found, Fact)
    if isinstance(found, Fact):
        assert ("positive", Basis.ANSWER) == (found.value, found.basis)


def test_of_several_answers_the_last_settles_a_disagreement() -> None:
    assert "negative" == value(
        TEST,
        finding("positive"),
        answered("positive", "2026-09-20"),
        answered("negative", "2026-09-25"),
    )


def test_answers_of_one_day_that_differ_settle_nothing() -> None:
    assert "in-conflict" == absence(TEST, answered("positive"), answered("negative"))[0]


def test_an_undated_answer_that_differs_keeps_the_conflict() -> None:
    assert (
        "in-conflict"
        == absence(TEST, finding("positive"), answered("negative"), answered("positive", None))[0]
    )


def test_what_cannot_be_read_speaks_against_the_rest_unless_that_is_newer() -> None:
    unread = finding("perhaps", "2026-09-02")

    assert "unreadable" == absence(TEST, finding("positive"), unread)[0]
    assert "positive" == value(TEST, finding("positive", "2026-09-03"), unread)


# Earliest, highest, lowest


def test_the_earliest_answers() -> None:
    plan = plan_with(ODI, pick=Pick.EARLIEST)
    late, early = odi(40), odi(50, "2026-08-01")

    assert Quantity(50, "points") == value(ODI, late, early, plan=plan)
    assert "in-conflict" == absence(ODI, early, odi(51, "2026-08-01"), plan=plan)[0]


def test_without_a_window_an_undated_entry_may_be_the_earliest() -> None:
    plan = plan_with(ODI, pick=Pick.EARLIEST, window=None)

    assert "in-conflict" == absence(ODI, odi(40), odi(50, None), plan=plan)[0]
    assert Quantity(50, "points") == value(ODI, odi(50, None), plan=plan)


@pytest.mark.parametrize(("pick", "expected"), [(Pick.HIGHEST, "71 mm"), (Pick.LOWEST, "6.9 cm")])
def test_the_highest_and_the_lowest_answer_whatever_their_unit(pick: Pick, expected: str) -> None:
    vas = [
        observation("pain_vas", valueQuantity=quantity(number, unit))
        for number, unit in ((7, "cm"), (71, "mm"), (6.9, "cm"))
    ]

    assert expected == str(value("pain_vas", *vas, plan=plan_with("pain_vas", pick=pick)))


def test_the_same_size_in_two_units_is_cited_from_both() -> None:
    vas = [
        observation("pain_vas", valueQuantity=quantity(number, unit))
        for number, unit in ((7, "cm"), (70, "mm"))
    ]

    found = entry("pain_vas", *vas, plan=plan_with("pain_vas", pick=Pick.HIGHEST))

    assert len(found.provenance) == len(vas)


def test_an_entry_that_cannot_be_read_may_be_the_highest() -> None:
    angle = observation("scoliosis_angle", valueQuantity=quantity(12, "deg"))
    unread = observation("scoliosis_angle", valueQuantity=quantity(30, None))

    assert ("unreadable", "the value has no unit") == absence("scoliosis_angle", angle, unread)


# Any


def test_one_yes_is_enough() -> None:
    no = observation("radiculopathy", valueBoolean=False, effectiveDateTime="2025-01-01")

    assert value("radiculopathy", condition("M54.16"), no) is True


@pytest.mark.parametrize("day", ["2026-01-10", "2026-01-11", "2026-01", None])
def test_a_no_of_the_same_day_or_later_contradicts_every_yes(day: str | None) -> None:
    no = observation("radiculopathy", valueBoolean=False, effectiveDateTime=day)

    assert ("in-conflict", CONFLICT) == absence("radiculopathy", condition("M54.16"), no)


def test_without_a_yes_the_newest_no_answers_unless_something_is_unread() -> None:
    no = observation("radiculopathy", valueBoolean=False)
    unread = observation("radiculopathy", valueString="maybe")

    assert value("radiculopathy", no) is False
    assert "unreadable" == absence("radiculopathy", no, unread)[0]


# Counts


def therapy(code: str, day: str | None, **fields: object) -> Resource:
    built = coded("Procedure", status="completed", code=concept(CPT, code), **fields)
    return built | ({"performedDateTime": day} if day else {})


def test_days_are_counted_once() -> None:
    assert Quantity(2, "times") == value(
        "physical_therapy_days",
        therapy("97110", "2026-05-01T08:00:00Z"),
        therapy("97140", "2026-05-01T09:00:00Z"),
        therapy("97110", "2026-05-02"),
    )


@pytest.mark.parametrize("day", [None, "2026-05"])
def test_days_are_not_counted_when_an_entry_has_none(day: str | None) -> None:
    assert ("unreadable", "an entry has no day") == absence(
        "physical_therapy_days", therapy("97110", "2026-05-01"), therapy("97110", day)
    )


def test_entries_are_counted() -> None:
    plan = plan_with("physical_therapy_days", pick=Pick.COUNT)

    assert Quantity(3, "times") == value(
        "physical_therapy_days", *[therapy("97110", "2026-05-01")] * 3, plan=plan
    )


def test_nothing_is_counted_when_an_entry_may_or_may_not_count() -> None:
    plan = plan_with("physical_therapy_days", pick=Pick.COUNT)

    assert "unreadable" == absence("physical_therapy_days", therapy("97110", "2026"), plan=plan)[0]


def drug(*codes: str) -> Resource:
    return coded(
        "MedicationRequest",
        status="completed",
        intent="order",
        authoredOn="2026-05-01",
        medicationCodeableConcept=concept(ATC, *codes),
    )


@pytest.mark.parametrize(
    ("codes", "classes"),
    [
        (["M01AB05"], 1),
        (["M01AB05", "M01AE01"], 1),
        (["M01AB05", "N02AA01"], 2),
        # Gabapentinoids are a class of their own below the other analgesics.
        (["N02BF01", "N02BE01"], 2),
        (["N06AX21"], 1),
    ],
)
def test_medication_is_counted_by_class(codes: list[str], classes: int) -> None:
    drugs = [drug(code) for code in codes]

    assert Quantity(classes, "times") == value("medication_classes_tried", *drugs)


def test_a_drug_with_codes_of_two_classes_is_one_class() -> None:
    assert Quantity(1, "times") == value("medication_classes_tried", drug("M01AB05", "M02AA15"))


@pytest.mark.parametrize("code", ["N06AX2", "N06AX212", "n02aa01", "XN02AA"])
def test_a_code_that_only_resembles_one_is_not_counted(code: str) -> None:
    assert NOT_RECORDED == entry("medication_classes_tried", drug(code))


# Spans


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2008-10-05", date(2026, 10, 5), "18 years"),
        ("2008-10-06", date(2026, 10, 5), "17 years"),
        ("2008-02-29", date(2026, 2, 28), "17 years"),
        ("2008-02-29", date(2026, 3, 1), "18 years"),
        ("1974", date(2026, 10, 5), "51 to 52 years"),
        ("1974-10", date(2026, 10, 5), "51 to 52 years"),
        ("1974-09", date(2026, 10, 5), "52 years"),
    ],
)
def test_an_age_is_as_precise_as_the_day_of_birth(born: str, on: date, age: str) -> None:
    assert age == str(value("age", patient(birthDate=born), on=on))


def test_a_day_of_birth_that_is_none_gives_no_age() -> None:
    assert ("unreadable", "`birthDate` holds no day") == absence(
        "age", patient(birthDate="1974-13")
    )
    assert NOT_RECORDED == entry("age", patient(birthDate="2027-01-01"))


def test_a_span_counts_from_the_earliest_start() -> None:
    older = condition("M54.50", onsetDateTime="2016-10-05", recordedDate="2022-01-01")
    newer = condition("M54.59", onsetDateTime="2020-01-01", recordedDate="2022-01-01")

    assert "10 years" == str(value("pain_duration", newer, older))


@pytest.mark.parametrize("turn", [1, -1])
def test_of_starts_that_end_on_one_day_the_narrowest_counts_in_whatever_order(turn: int) -> None:
    vague = condition("M54.50", onsetDateTime="2016", recordedDate="2022-01-01")
    exact = condition("M54.59", onsetDateTime="2016-12-31", recordedDate="2022-01-01")

    assert "9 years" == str(value("pain_duration", *[vague, exact][::turn]))


def test_a_span_is_at_least_as_long_as_the_record() -> None:
    assert "at least 4 years" == str(
        value("pain_duration", condition("M54.50", recordedDate="2022-01-01"))
    )


def test_a_start_that_is_stated_goes_before_one_that_is_bounded() -> None:
    found = value(
        "pain_duration",
        condition("M54.50", onsetDateTime="2022-01-01", recordedDate="2022-01-01"),
    )

    assert "4 years" == str(found)


def test_a_stated_time_counts_from_the_day_it_was_stated() -> None:
    stated = observation("pain_duration", valueQuantity=quantity(6, "mo"))

    # On 1 September six months were completed and the seventh was not.
    assert "7 to 8 months" == str(value("pain_duration", stated, on=date(2026, 10, 5)))


def test_a_span_without_a_start_says_why() -> None:
    unread = condition("M54.50", onsetString="long ago", recordedDate=None)

    assert "unreadable" == absence("pain_duration", unread)[0]


def test_a_time_may_be_picked_by_its_newest_entry() -> None:
    ablations = [
        coded(
            "Procedure",
            status="completed",
            code=concept(CPT, "64635"),
            performedPeriod={"start": day},
        )
        for day in ("2020-01-01", "2025-10-05")
    ]

    assert "1 year" == str(value("facet_ablation_since", *ablations))
