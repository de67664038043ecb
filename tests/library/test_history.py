"""Who covers when: positions, the state on a day, what changed, and the events beside them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from multifidus.errors import PolicyError, RequestError
from multifidus.library.events import between_days, events_of
from multifidus.library.history import Position, changes, tracks
from multifidus.library.shelf import shipped
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.library.history import Track

HEAD = "date,body,event,document,address,reading\n"


@cache
def followed() -> dict[str, Track]:
    return {each.id: each for each in tracks(shipped())}


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("anthem-surg-00158", date(2025, 4, 15), Position.EXCLUDED),
        ("anthem-surg-00158", date(2025, 4, 16), Position.CRITERIA),
        ("mp-623", date(2025, 4, 16), Position.CRITERIA),
        ("aetna-cpb-0011", date(2026, 4, 16), Position.OUT_OF_REACH),
        ("aetna-cpb-0011", date(2026, 4, 17), Position.UNREAD),
        ("medicare-l34328", date(2026, 4, 17), Position.OUT_OF_REACH),
        ("ncd-160-7", date(2026, 4, 17), Position.SILENT),
    ],
)
def test_a_payer_has_one_position_on_a_day(name: str, day: date, expected: Position) -> None:
    spell = followed()[name].on(day)

    assert spell is not None
    assert expected is spell.position


def test_before_the_first_version_that_was_read_there_is_none() -> None:
    assert followed()["anthem-surg-00158"].on(date(2024, 3, 31)) is None


def test_only_payers_are_followed() -> None:
    assert {"fda-p190021", "isass-2025", "nice-ipg739", "medicare-pns-explainer"}.isdisjoint(
        followed()
    )


def test_a_long_name_gives_way_to_the_one_a_payer_is_asked_for() -> None:
    track = followed()["washington-lni-scs"]

    assert "Washington L&I" == track.body_within(20)
    assert "Washing…" == track.body_within(8)


def test_changes_tell_what_began_and_what_was_before() -> None:
    steps = changes([followed()["aetna-cpb-0011"]], date(2025, 12, 31), date(2026, 4, 17))

    assert [
        (date(2026, 1, 1), Position.OUT_OF_REACH, Position.OUT_OF_REACH),
        (date(2026, 4, 17), Position.OUT_OF_REACH, Position.UNREAD),
    ] == [
        (each.day, each.before and each.before.position, each.after and each.after.position)
        for each in steps
    ]


def test_a_version_that_ends_without_another_is_a_change(tmp_path: Path) -> None:
    write_policy(tmp_path, days="2026-01-01 to 2026-01-31")
    (track,) = [each for each in tracks(shipped(tmp_path)) if each.id == "ours"]

    (step,) = changes([track], date(2026, 1, 15), date(2026, 2, 15))

    assert date(2026, 2, 1) == step.day
    assert step.before is track.spells[0]
    assert step.after is None


@pytest.mark.parametrize("last", [date(2026, 1, 1), date(2025, 12, 31)])
def test_days_out_of_order_are_told(last: date) -> None:
    with pytest.raises(RequestError, match="is not before"):
        changes([], date(2026, 1, 1), last)


def test_every_event_of_the_package_is_read_in_the_order_of_time() -> None:
    events = events_of(shipped())

    assert "approves ReActiv8 (P190021)" == events[0].event
    assert sorted(each.days.first or date.min for each in events) == [
        each.days.first for each in events
    ]


def test_an_event_whose_day_was_not_seen_may_lie_on_either_side() -> None:
    events = [each for each in events_of(shipped()) if each.date == "2022"]

    assert events == between_days(events, date(2022, 6, 1), date(2022, 7, 1))
    assert [] == between_days(events, date(2022, 12, 31), date(2023, 7, 1))


def test_a_library_of_ones_own_adds_events(tmp_path: Path) -> None:
    line = "2021-02,Our plan,meets,Minutes,https://example.org,second-hand\n"
    tmp_path.joinpath("events.csv").write_text(HEAD + line, encoding="utf-8")

    (event,) = [each for each in events_of(shipped(tmp_path)) if each.body == "Our plan"]

    assert "2021-02-01 to 2021-02-28" == str(event.days)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,body\n", "does not name the columns"),
        (HEAD + "2021-13,a,b,c,d,verified\n", "`2021-13` is no date"),
        (HEAD + "2021-02-30,a,b,c,d,verified\n", "`2021-02-30` is no date"),
        (HEAD + "soon,a,b,c,d,verified\n", "`soon` is no date"),
        (HEAD + "0000,a,b,c,d,verified\n", "`0000` is no date"),
        (HEAD + "2021,a,b,c,d,attested\n", "`attested` does not say how well"),
        (HEAD + "2021,a,b,c,verified\n", "a cell is missing or too many"),
        (HEAD + "2021,a,b,c,d,verified,more\n", "a cell is missing or too many"),
        (HEAD + '2021,a,"b"b,c,d,verified\n', "no table"),
    ],
)
def test_a_broken_table_of_events_is_told_with_its_line(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(PolicyError) as raised:
        events_of(shipped(tmp_path))

    assert message in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_file_of_events_that_is_no_text_is_told(tmp_path: Path) -> None:
    tmp_path.joinpath("events.csv").write_bytes(b"\xff\xfe")

    with pytest.raises(PolicyError, match="cannot be read"):
        events_of(shipped(tmp_path))
