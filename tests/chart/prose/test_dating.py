"""The days that documents give for themselves and for their patients."""

from __future__ import annotations

import pytest

from multifidus.chart.prose.dating import HEAD, birth_date_in, day_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Date: 08/24/2026\nHPI", "2026-08-24"),
        ("DATE OF SERVICE: August 24, 2026", "2026-08-24"),
        ("Clinic note\n**Date of visit:** 2026-08-24\n", "2026-08-24"),
        ("Patient: A | Exam date: 8/24/26 | MRN", "2026-08-24"),
        ("Dictated: 08/30/2026\nDate of service: 08/24/2026", "2026-08-24"),
        ("Signed on 08/30/2026", "2026-08-30"),
        ("DOS 8-24-2026", "2026-08-24"),
        ("Date of visit: | 08/24/2026", "2026-08-24"),
        ("Date of consultation: 08/24/2026", "2026-08-24"),
        ("Date of exam:\t24 August, 2026", "2026-08-24"),
    ],
)
def test_a_day_counts_under_a_label(text: str, day: str) -> None:
    assert day == str(day_of(text, "note.txt"))


@pytest.mark.parametrize(
    "text",
    [
        "She fell on 08/24/2026 and came in.",
        "Date of birth: 08/24/1974",
        "Date: August 2026",
        "Date: 13/45/2026",
        "x" * HEAD + "\nDate: 08/24/2026",
        "Date:\n\nHPI 08/24/2026",
        "",
    ],
)
def test_other_days_are_not_the_documents_own(text: str) -> None:
    assert day_of(text, "note.txt") is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-08-24-visit.txt", "2026-08-24"),
        ("notes/mri_20260824.pdf", "2026-08-24"),
        ("12026-08-24.txt", "None"),
        ("2026-13-24.txt", "None"),
        ("visit.txt", "None"),
    ],
)
def test_the_name_of_a_file_may_tell_the_day(name: str, day: str) -> None:
    assert day == str(day_of("HPI: pain", name))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("DOB: 03/01/1974", "1974-03-01"),
        ("Patient A, D.O.B. 3/1/1974, seen today", "1974-03-01"),
        ("Date of birth: March 1, 1974", "1974-03-01"),
        ("Birth date 1974-03-01", "1974-03-01"),
        ("born in 1974", "None"),
        ("DOB on file", "None"),
    ],
)
def test_the_day_of_birth_is_read_where_it_is_whole(text: str, day: str) -> None:
    assert day == str(birth_date_in(text))
