"""`multifidus policy state | changes | timeline`: who covers when, as text, tables or a picture."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.cli.diff import CLOSING
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.cli.timeline_svg import timeline_svg
from multifidus.core.citation import ReadingStatus
from multifidus.core.policy import Stance
from multifidus.library.events import between_days, events_of
from multifidus.library.history import Position, changes, check_order, tracks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.core.policy import Policy
    from multifidus.library.events import Event
    from multifidus.library.history import Spell, Step, Track

WORDS = {
    Position.CRITERIA: "criteria",
    Position.OUT_OF_REACH: "out of reach",
    Position.EXCLUDED: "excluded",
    Position.SILENT: "silent",
    Position.UNREAD: "unknown",
}
MEANINGS = {
    Position.CRITERIA: "tests criteria that a patient on the label can meet",
    Position.OUT_OF_REACH: "tests criteria that no patient on the label can meet (proved, on the"
    " premises of the library)",
    Position.EXCLUDED: "excludes the service whatever the chart says",
    Position.SILENT: "was read and does not speak of the service",
    Position.UNREAD: "nobody has read the position",
}
NOTHING = "nothing on the shelf"
NOT_DATED = "dates not known"
UNDATED = (
    "Dates not known: the document states no day, so the version is listed on every day; whether it"
    " was in force on this one is not known."
)
CHANGE_COLUMNS = (
    *("date", "kind", "body", "policy", "before", "after"),
    *("event", "document", "address", "read"),
)
_BODY, _POLICY, _WORD = 34, 34, 13


def tell_state(on: date, form: str, library: Sequence[Path]) -> str:
    """Tell what every payer does on a day."""
    with open_shelf(library) as shelf:
        followed = tracks(shelf)
    return {"text": _state_text, "csv": _state_csv, "json": _state_json}[form](followed, on)


def _state_text(followed: Sequence[Track], on: date) -> str:
    lines = [f"What every payer does on {on}", ""]
    rows = [(each, each.on(on)) for each in followed]
    for position in (*Position, None):
        mine = [(track, spell) for track, spell in rows if _position(spell) is position]
        if not mine:
            continue
        word = WORDS[position] if position else NOTHING
        meaning = f": {MEANINGS[position]}" if position else " for that day"
        lines += [*Lines().wrapped(f"{word}{meaning}", ""), ""]
        for track, spell in mine:
            named = spell.name if spell else track.id
            told = _days_words(spell) if spell else _begins(track, on)
            read = f"  {least_well_read(spell.policy)}" if spell else ""
            lines.append(f"  {track.body_within(_BODY):<{_BODY}}  {named:<{_POLICY}}  {told}{read}")
        lines.append("")
    if any(spell and not spell.is_dated for _, spell in rows):
        lines += [*Lines().wrapped(UNDATED, ""), ""]
    return "\n".join([*lines, CLOSING])


def _position(spell: Spell | None) -> Position | None:
    return spell.position if spell else None


def _days_words(spell: Spell) -> str:
    if not spell.is_dated:
        return f"{NOT_DATED:<24}"
    return f"{spell.days!s:<24}"


def _begins(track: Track, on: date) -> str:
    later = [each.days.first for each in track.spells if each.days.first and each.days.first > on]
    return f"from {min(later)}" if later else "ended"


def least_well_read(policy: Policy) -> str:
    """Say how the clauses were read, by the least well read; of an unread position, nothing."""
    if policy.about.stance is Stance.UNREAD:
        return ""
    order = list(ReadingStatus)
    found = [clause.reading for clause in policy.clauses()]
    return max(found, key=order.index).value if found else ""


def _state_csv(followed: Sequence[Track], on: date) -> str:
    rows = [_state_row(each, on) for each in followed]
    return _table(rows)


def _state_json(followed: Sequence[Track], on: date) -> str:
    told = {
        "multifidus": __version__,
        "on": str(on),
        "payers": [_state_row(each, on) for each in followed],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _state_row(track: Track, on: date) -> dict[str, str]:
    spell = track.on(on)
    about = spell.policy.about if spell else track.spells[-1].policy.about
    scope = (spell or track.spells[-1]).policy.scope
    return {
        "on": str(on),
        "body": track.body,
        "payers": "; ".join(scope.payers),
        "lines_of_business": "; ".join(scope.lines_of_business),
        "policy": track.id,
        "version": about.version if spell else "",
        "position": WORDS[spell.position] if spell else NOTHING,
        "first": str(spell.days.first or "") if spell else "",
        "last": str(spell.days.last or "") if spell else "",
        "read": least_well_read(spell.policy) if spell else "",
        "dated": ("yes" if spell.is_dated else "no") if spell else "",
    }


def _table(rows: Sequence[dict[str, str]], head: Sequence[str] = ()) -> str:
    """Write a table; where its head is given, it stands there without a row, too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if rows or head:
        writer.writerow(head or rows[0])
    writer.writerows(each.values() for each in rows)
    return out.getvalue().rstrip("\n")


def tell_changes(first: date, last: date, form: str, library: Sequence[Path]) -> str:
    """Tell what changed after one day and up to another; raises `RequestError`."""
    check_order(first, last)
    with open_shelf(library) as shelf:
        steps = changes(tracks(shelf), first, last)
        events = between_days(events_of(shelf), first, last)
    rows = [*map(_step_row, steps), *map(_event_row, events)]
    if form == "csv":
        return _table(rows, CHANGE_COLUMNS)
    if form == "json":
        told = {"multifidus": __version__, "after": str(first), "to": str(last), "changes": rows}
        return json.dumps(told, indent=2, ensure_ascii=False)
    return "\n".join(_changes_text(first, last, steps, events))


def _changes_text(
    first: date, last: date, steps: Sequence[Step], events: Sequence[Event]
) -> Iterator[str]:
    page = Lines()
    yield f"What changed after {first}, up to {last}"
    yield ""
    yield page.paint("Policies on the shelf", "head")
    if not steps:
        yield "  No version began or ended."
    for step in steps:
        before, after = (_position_words(each) for each in (step.before, step.after))
        words = f"{step.track.body}, {step.track.id}: {before} → {after}"
        yield from page.wrapped(f"{step.day}  {words}", "  ", hang=" " * 12)
    yield ""
    yield page.paint("Events", "head")
    if not events:
        yield "  None is known."
    for event in events:
        yield from page.wrapped(_event_words(event), "  ", hang=" " * 12)
    yield ""
    yield CLOSING


def _position_words(spell: Spell | None) -> str:
    return f"{WORDS[spell.position]} ({spell.policy.about.version})" if spell else NOTHING


def _event_words(event: Event) -> str:
    return f"{event.date:<10}  {event.body}: {event.event} ({event.reading})"


def _step_row(step: Step) -> dict[str, str]:
    before, after = step.before, step.after
    return {
        "date": str(step.day),
        "kind": "policy",
        "body": step.track.body,
        "policy": step.track.id,
        "before": WORDS[before.position] if before else NOTHING,
        "after": WORDS[after.position] if after else NOTHING,
        "event": "",
        "document": "",
        "address": "",
        "read": least_well_read(after.policy) if after else "",
    }


def _event_row(event: Event) -> dict[str, str]:
    return {
        "date": event.date,
        "kind": "event",
        "body": event.body,
        "policy": "",
        "before": "",
        "after": "",
        "event": event.event,
        "document": event.document,
        "address": event.address,
        "read": event.reading.value,
    }


def tell_timeline(on: date | None, form: str, library: Sequence[Path]) -> str:
    """Draw who covers when; `on` is a day at which a line is drawn."""
    with open_shelf(library) as shelf:
        followed, events = tracks(shelf), events_of(shelf)
    if form == "svg":
        return timeline_svg(followed, events, on, words=WORDS, meanings=MEANINGS)
    return "\n".join(_timeline_text(followed, events))


def _timeline_text(followed: Sequence[Track], events: Sequence[Event]) -> Iterator[str]:
    page = Lines()
    yield page.paint("Who covers when", "head")
    for track in followed:
        yield ""
        yield f"{track.body}, {track.id}"
        for spell in track.spells:
            days = str(spell.days) if spell.is_dated else NOT_DATED
            read = least_well_read(spell.policy)
            yield f"  {days:<24}  {WORDS[spell.position]:<{_WORD}}  {read}".rstrip()
    yield ""
    yield page.paint("Events", "head")
    for event in events:
        yield from page.wrapped(_event_words(event), "  ", hang=" " * 12)
    yield ""
    yield page.paint("What the words say", "head")
    for position, word in WORDS.items():
        meaning = f"{word:<{_WORD}} {MEANINGS[position]}"
        yield from page.wrapped(meaning, "  ", hang=" " * (_WORD + 1))
    yield ""
    yield CLOSING
