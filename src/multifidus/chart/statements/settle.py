"""
The statements about one element → one fact, or one absence with its reason.

Which statements count (not those dated after the service, nor those too old, nor those whose code
was not valid on their day), which one to pick, and whether they contradict each other. What is
particular about statements that rest on text is in `chart.statements.weigh`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from multifidus.chart.statements.plan import ALWAYS, silence_of
from multifidus.core.case import Absence, Basis, Fact, Reason
from multifidus.core.element import Pick, Time
from multifidus.core.quantity import UNITS, Quantity, Span, anniversary, in_base_units
from multifidus.core.resource import NO_VALUE_OBTAINED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from multifidus.chart.statements.statement import Statement
    from multifidus.core.case import Provenance
    from multifidus.core.element import DataElement
    from multifidus.core.quantity import DateRange, Value

    _Picker = Callable[[DataElement, Sequence[Statement], date], Fact | Absence]

# A plain name: Python 3.11 takes 200 ns to look up a member of an enumeration.
_LATEST = Pick.LATEST

NOT_SURELY_BEFORE = "its day is not precise enough to show that it was made by the service"
NOT_SURELY_LASTING = "the day it ended is not precise enough to show that it lasted to the service"


def settle(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Settle an element for a date of service, whatever its statements rest on."""
    standing = [here for each in statements if (here := _as_of(on, each)) is not None]
    if not standing:
        return silence_of(element)
    counted = standing if element.window is None else _recent(element, standing, on)
    if not counted:
        return _out_of_window(element, standing, on)
    valid = [each for each in counted if each.valid is ALWAYS or _is_valid(each, on)]
    if not valid:
        return absent(Reason.UNREADABLE, "the code was not valid on the day of the entry", counted)
    if len(valid) > 1:
        # That nothing was measured is no reason to pass over what was measured before.
        valid = [each for each in valid if each.problem != NO_VALUE_OBTAINED] or valid
    if len(valid) == 1 and element.pick in _ONE_DECIDES:
        return _alone(element, valid[0], on)
    return _PICKS[element.pick](element, valid, on)


def is_later(statement: Statement, on: date) -> bool:
    """Whether a statement was surely made, or its time surely began, after the service."""
    made, since = statement.date, statement.since
    if made is not None and (made.earliest or made.latest) > on:
        return True
    return since is not None and (since.earliest or since.latest) > on


def _as_of(on: date, statement: Statement) -> Statement | None:
    """
    Give a statement if it was made by the service, and what it tells of had not ended before.

    It is doubted if its days do not tell.
    """
    made, since, until = statement.date, statement.since, statement.until
    if (
        until is None
        and (made is None or made.latest <= on)
        and (since is None or since.latest <= on)
    ):
        return statement  # As nearly all are.
    if is_later(statement, on) or (until is not None and until.latest < on):
        return None
    if made is not None and made.latest > on and made != statement.since:
        # A time counted from a day knows the precision of that day by itself.
        return statement._replace(value=None, since=None, problem=NOT_SURELY_BEFORE)
    if until is not None and until.earliest is not None and until.earliest < on:
        return statement._replace(value=None, since=None, problem=NOT_SURELY_LASTING)
    return statement


def _is_valid(statement: Statement, on: date) -> bool:
    """Whether one of the codes that led to a statement was surely valid on its day."""
    day = statement.date
    first, last = (on, on) if day is None else (day.earliest or day.latest, day.latest)
    return any(days.include(first) and days.include(last) for days in statement.valid)


def _recent(element: DataElement, statements: Sequence[Statement], on: date) -> Sequence[Statement]:
    """
    Give the statements that are surely young enough.

    For the newest, those too that may be, if any is for sure: one of them may be the newest.
    """
    sure = [each for each in statements if _is_recent(element, each, on)]
    if not sure or len(sure) == len(statements) or element.pick is not _LATEST:
        return sure
    return [
        each for each in statements if each.date is None or _within(element, each.date.latest, on)
    ]


def _is_recent(element: DataElement, statement: Statement, on: date) -> bool:
    """Whether a statement is surely young enough; one without a day cannot show it."""
    day = statement.date
    return day is not None and day.earliest is not None and _within(element, day.earliest, on)


def _out_of_window(element: DataElement, statements: Sequence[Statement], on: date) -> Absence:
    dated = [each for each in statements if each.date is not None]
    maybe = [each for each in dated if each.date and _within(element, each.date.latest, on)]
    if dated and not maybe:
        return absent(Reason.TOO_OLD, f"more than {element.window} before the service", dated)
    detail = f"its day is not precise enough to show that it is at most {element.window} old"
    return absent(Reason.UNREADABLE, detail, maybe or statements)


def _within(element: DataElement, day: date, on: date) -> bool:
    return element.window is None or on <= anniversary(
        day, int(element.window.value), element.window.unit
    )


# Picking


def _newest(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Pick the newest; what may be of the same day and differs is a conflict."""
    dated = [each for each in statements if each.date is not None]
    last = max(
        (each.date.earliest or each.date.latest for each in dated if each.date), default=None
    )
    top = [
        each for each in statements if last is None or each.date is None or each.date.latest >= last
    ]
    return _one_of(element, top, on)


def _oldest(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    dated = [each for each in statements if each.date is not None]
    first = min((each.date.latest for each in dated if each.date), default=None)
    top = [
        each
        for each in statements
        if first is None or each.date is None or (each.date.earliest or each.date.latest) <= first
    ]
    return _one_of(element, top, on)


def _agreed(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Take what all say; a person's answer given after all the rest settles a disagreement."""
    readable = [each for each in statements if not each.problem]
    if _differ(readable):
        last = _last_answers(readable)
        if last and _are_after(last, [each for each in statements if each not in last]):
            return _one_of(element, last, on)
    # What cannot be read may speak against what can, unless that is newer.
    doubtful = [
        each
        for each in statements
        if each.problem and all(is_not_before(each, one) for one in readable)
    ]
    return _one_of(element, [*doubtful, *readable], on)


def _last_answers(statements: Sequence[Statement]) -> Sequence[Statement]:
    answers = [each for each in statements if each.basis is Basis.ANSWER and each.date]
    last = max((each.date.latest for each in answers if each.date), default=None)
    return [each for each in answers if each.date and each.date.latest == last]


def _are_after(statements: Sequence[Statement], others: Sequence[Statement]) -> bool:
    """Whether some statements were surely all made on a later day than all of the others."""
    return not any(is_not_before(other, each) for each in statements for other in others)


def _alone(element: DataElement, statement: Statement, on: date) -> Fact | Absence:
    """Make a fact of one statement; it has nothing to agree with."""
    if statement.problem:
        return absent(Reason.UNREADABLE, statement.problem, [statement])
    return Fact(
        value=_value(element, statement, on),
        basis=statement.basis,
        provenance=(statement.provenance,),
    )


def _one_of(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Make a fact of statements that should say the same."""
    unreadable = [each for each in statements if each.problem]
    if unreadable:
        return absent(Reason.UNREADABLE, unreadable[0].problem, unreadable)
    if _differ(statements):
        count = len({each.entry for each in statements})
        what = (
            f"{count} entries contradict each other"
            if count > 1
            else "one entry contradicts itself"
        )
        return absent(Reason.IN_CONFLICT, what, statements)
    return _fact(element, statements[0], statements, on)


def _any(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Say yes if one says yes, unless a *no* of the same day or later speaks against them all."""
    yes = [each for each in statements if each.value is True]
    no = [each for each in statements if each.value is False]
    if not yes:
        unreadable = [each for each in statements if each.problem]
        return _newest(element, unreadable or no, on)
    against = [each for each in no if all(is_not_before(each, other) for other in yes)]
    if against:
        return absent(
            Reason.IN_CONFLICT,
            f"{len(yes) + len(against)} entries contradict each other",
            yes + against,
        )
    return _fact(element, yes[0], yes, on)


def is_not_before(one: Statement, other: Statement) -> bool:
    """Whether one statement may be of the same day as another, or later; unknown days may be."""
    if one.date is None or other.date is None:
        return True
    return one.date.latest >= (other.date.earliest or other.date.latest)


def _extreme(choose: Callable[[Sequence[Statement]], Statement]) -> _Picker:
    def pick(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
        unreadable = [each for each in statements if each.problem]
        if unreadable:
            # The entry that cannot be read might be the extreme one.
            return absent(Reason.UNREADABLE, unreadable[0].problem, unreadable)
        chosen = choose(statements)
        return _fact(
            element, chosen, [each for each in statements if _size(each) == _size(chosen)], on
        )

    return pick


def _size(statement: Statement) -> Fraction:
    value = statement.value
    return in_base_units(value) if isinstance(value, Quantity) else Fraction(0)


def _count(key: Callable[[Statement], object]) -> _Picker:
    def pick(_element: DataElement, statements: Sequence[Statement], _on: date) -> Fact | Absence:
        unreadable = [each for each in statements if each.problem]
        if unreadable:
            # Whether this entry counts is not known, so neither is the count.
            return absent(Reason.UNREADABLE, unreadable[0].problem, unreadable)
        keys = {key(each) for each in statements}
        if None in keys:
            return absent(Reason.UNREADABLE, "an entry has no day", statements)
        return Fact(
            value=Quantity(len(keys), "times"),
            basis=_basis(statements),
            provenance=_addresses(statements),
        )

    return pick


def _exact_day(statement: Statement) -> date | None:
    day = statement.date
    return day.latest if day is not None and day.earliest == day.latest else None


def _span(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Count from the earliest start; of those that end on one day the narrowest says the most."""
    starts = [(each.since, each) for each in statements if each.since is not None]
    if not starts:
        return absent(Reason.UNREADABLE, statements[0].problem, statements)
    # By address at last: an answer must not hang on the order of the files of an export.
    _, first = min(starts, key=lambda start: (_end_and_width(start[0]), start[1][1:3]))
    return _fact(element, first, [first], on)


def _end_and_width(since: DateRange) -> tuple[date, int]:
    return since.latest, -(since.earliest.toordinal() if since.earliest else 0)


_ONE_DECIDES = frozenset({Pick.LATEST, Pick.EARLIEST, Pick.AGREED, Pick.ANY})
"""Ways to pick to which one statement leaves no choice."""

_PICKS: dict[Pick, _Picker] = {
    Pick.LATEST: _newest,
    Pick.AGREED: _agreed,
    Pick.EARLIEST: _oldest,
    Pick.HIGHEST: _extreme(lambda statements: max(statements, key=_size)),
    Pick.LOWEST: _extreme(lambda statements: min(statements, key=_size)),
    Pick.ANY: _any,
    Pick.COUNT: _count(lambda statement: (statement.resource, statement.path)),
    Pick.DISTINCT_CODES: _count(lambda statement: statement.code),
    Pick.DISTINCT_DAYS: _count(_exact_day),
    Pick.SPAN: _span,
}


# Facts


def _differ(statements: Sequence[Statement]) -> bool:
    # Mostly there is one, and a key takes exact fractions.
    return len(statements) > 1 and len({_key(each) for each in statements}) > 1


def _key(statement: Statement) -> object:
    """What a statement says, made comparable: 70 mm and 7 cm say the same."""
    value = statement.value
    if isinstance(value, Quantity):
        return UNITS[value.unit].dimension, _size(statement)
    return statement.since if statement.since is not None else value


def _fact(
    element: DataElement, chosen: Statement, statements: Sequence[Statement], on: date
) -> Fact:
    return Fact(
        value=_value(element, chosen, on),
        basis=_basis(statements),
        provenance=_addresses(statements),
    )


def _value(element: DataElement, chosen: Statement, on: date) -> Value:
    if isinstance(element.answer, Time) and chosen.since is not None:
        return Span(since=chosen.since, until=on, counting=element.answer.counting)
    if (
        chosen.value is None
    ):  # pragma: no cover  statements without a value have a problem and never come here
        raise AssertionError
    return chosen.value


_BY_WEIGHT = (Basis.STRUCTURED, Basis.ANSWER, Basis.TEXT)


def _basis(statements: Sequence[Statement]) -> Basis:
    """A fact rests on what is coded if anything coded says it, then on a person, then on text."""
    if len(statements) == 1:
        return statements[0].basis
    return min({each.basis for each in statements}, key=_BY_WEIGHT.index)


def _addresses(statements: Sequence[Statement]) -> tuple[Provenance, ...]:
    if len(statements) == 1:
        return (statements[0].provenance,)
    return tuple(dict.fromkeys([each.provenance for each in statements]))


def absent(reason: Reason, detail: str, statements: Sequence[Statement]) -> Absence:
    """Say why there is no fact, with the addresses of what was said."""
    return Absence(reason=reason, detail=detail, provenance=_addresses(statements))
