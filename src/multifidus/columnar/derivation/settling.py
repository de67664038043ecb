"""
Statements → the facts table, in SQL: `chart.statements.settle`, for many patients at once.

It goes in four steps. *Standing*: statements as of the date of service. *Counted*: those that are
young enough, whose code was valid, and that are not passed over for one with a value. *Bearing*:
those that the element's way to pick takes, with what comes of it. *Facts*: one row for each subject
and date of service, with the columns of `columnar.layout`.

Three-valued logic of SQL is kept out: a day that is not known is a condition of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar import layout
from multifidus.columnar.derivation.values import SAYS_NO_VALUE, SAYS_PROBLEM
from multifidus.columnar.dialect import text
from multifidus.core.case import Basis, Reason
from multifidus.core.element import Choice, Number, Pick, Time, YesNo
from multifidus.core.quantity import UNITS, Dimension, anniversary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.quantity import Quantity

_FIRST_MADE = "coalesce(made_first, made_last)"
_FIRST_SINCE = "coalesce(since_first, since_last)"

# What a fact rests on, the weightiest first (chart.statements.settle).
_BY_WEIGHT = (Basis.STRUCTURED, Basis.ANSWER, Basis.TEXT)

_WIDTH = 65_536
"""More than there are elements: one whole number, `g`, stands for a patient and an element."""
_WIDEST = 9_999_999
"""More days than there are between any two."""

_ONE_OF = (Pick.LATEST, Pick.EARLIEST, Pick.AGREED, Pick.ANY)


def elements_table(dictionary: Dictionary) -> Iterator[str]:
    """Give the SQL that makes the table of elements: how each is picked."""
    yield (
        "CREATE OR REPLACE TEMP TABLE elements(element USMALLINT, pick VARCHAR, has_window BOOLEAN)"
    )
    lines = [
        f"({place}, {text(each.pick.value)}, {str(each.window is not None).lower()})"
        for place, each in enumerate(dictionary.elements.values())
    ]
    yield f"INSERT INTO elements VALUES {', '.join(lines)}"


def windows_table(dictionary: Dictionary, days: Iterable[date]) -> Iterator[str]:
    """Give the SQL that makes the table of windows: the oldest day that is in, for each date."""
    yield "CREATE OR REPLACE TEMP TABLE windows(element USMALLINT, service DATE, oldest DATE)"
    lines = [
        f"({place}, DATE '{on}', DATE '{_oldest(each.window, on)}')"
        for on in days
        for place, each in enumerate(dictionary.elements.values())
        if each.window is not None
    ]
    if lines:
        yield f"INSERT INTO windows VALUES {', '.join(lines)}"


def _oldest(window: Quantity, on: date) -> date:
    """Find the oldest day within a window; the later a day, the later its anniversary."""
    low, high = 1, on.toordinal()
    while low < high:
        middle = (low + high) // 2
        if on <= anniversary(type(on).fromordinal(middle), int(window.value), window.unit):
            high = middle
        else:
            low = middle + 1
    return type(on).fromordinal(low)


def settled(statements: str) -> str:
    """
    Write the query that settles every element: a row for each subject, date and element.

    `statements` is a table of statements with `nr`, the patient's number, and `service`, the date;
    `elements` and `windows` are the tables that are made here.
    """
    return f"""
WITH standing AS (
  SELECT nr::BIGINT * {_WIDTH} + element AS g, service, pick, resource, path, basis,
    made_first, made_last, code,
    resource || '#' || path AS address,
    coalesce(made_last > service AND (since_first IS DISTINCT FROM made_first
      OR since_last IS DISTINCT FROM made_last), false)
    OR coalesce(until_first < service AND until_last >= service, false) AS is_doubted,
    if(is_doubted, {SAYS_PROBLEM}, problem) AS problem,
    if(is_doubted, NULL, truth) AS truth, if(is_doubted, NULL, word) AS word,
    if(is_doubted, NULL, number) AS number,
    if(is_doubted, NULL, since_first) AS since_first,
    if(is_doubted, NULL, since_last) AS since_last,
    has_window, oldest,
    NOT has_window OR coalesce(made_first >= oldest, false) AS is_sure,
    NOT has_window OR made_last IS NULL OR made_last >= oldest AS may_be,
    valid IS NULL OR len(list_filter(valid, lambda each:
      (each.first IS NULL OR each.first <= coalesce({_FIRST_MADE}, service))
      AND (each.last IS NULL OR coalesce(made_last, service) <= each.last))) > 0 AS is_valid
  FROM {statements} JOIN elements USING (element) LEFT JOIN windows USING (element, service)
  WHERE NOT coalesce({_FIRST_MADE} > service, false)
    AND NOT coalesce({_FIRST_SINCE} > service, false)
    AND NOT coalesce(until_last < service, false)
), young AS MATERIALIZED (
  SELECT *, if(pick = '{Pick.LATEST}', may_be, is_sure) AS is_young FROM standing
), judged AS (
  SELECT * FROM young JOIN (SELECT g, bool_or(is_sure) AS is_any_sure,
    bool_or(is_young AND is_valid) AS is_any_valid,
    bool_or(is_young AND is_valid AND problem <> {SAYS_NO_VALUE}) AS is_any_said,
    bool_or(made_last IS NOT NULL) AS is_any_dated,
    bool_or(made_last >= oldest) AS is_any_maybe
  FROM young GROUP BY g) USING (g)
), aside AS (
  SELECT g, address, made_first, made_last,
    if(is_any_sure, '{Reason.UNREADABLE}',
      if(is_any_dated AND NOT coalesce(is_any_maybe, false), '{Reason.TOO_OLD}',
        '{Reason.UNREADABLE}')) AS reason
  FROM judged WHERE (is_any_sure AND NOT is_any_valid AND is_young)
    OR (NOT is_any_sure AND CASE
      WHEN is_any_dated AND NOT coalesce(is_any_maybe, false) THEN made_last IS NOT NULL
      WHEN coalesce(is_any_maybe, false) THEN coalesce(made_last >= oldest, false)
      ELSE true END)
), counted AS MATERIALIZED (
  SELECT *, CASE WHEN truth IS NOT NULL THEN truth::VARCHAR WHEN word IS NOT NULL THEN word
      WHEN number IS NOT NULL THEN number::VARCHAR
      WHEN since_last IS NOT NULL THEN coalesce(since_first::VARCHAR, '') || ' ' || since_last
      ELSE '' END AS said,
    {_FIRST_MADE} AS made,
    list_position([{_words(_BY_WEIGHT)}], basis) AS weight
  FROM judged WHERE is_any_sure AND is_any_valid AND is_young AND is_valid
    AND (problem <> {SAYS_NO_VALUE} OR NOT is_any_said)
), measured AS (
  SELECT * FROM counted JOIN (SELECT g, bool_or(problem > 0) AS is_any_bad,
    bool_or(coalesce(truth, false)) AS is_any_yes,
    max(made) AS last_made, min(made_last) AS first_end,
    max(made) FILTER (problem = 0) AS last_read, max(made) FILTER (problem > 0) AS last_bad,
    max(made) FILTER (truth = false) AS last_no, max(made) FILTER (truth) AS last_yes,
    coalesce(min(said) FILTER (problem = 0) <> max(said) FILTER (problem = 0), false)
      AS is_differing,
    max(made_last) FILTER (problem = 0 AND basis = '{Basis.ANSWER}') AS last_answer,
    max(number) AS highest, min(number) AS lowest, min(since_last) AS first_start
  FROM counted GROUP BY g) USING (g)
), answered AS MATERIALIZED (
  SELECT *,
    coalesce(problem = 0 AND basis = '{Basis.ANSWER}' AND made_last = last_answer, false) AS is_last
  FROM measured
), later AS (
  SELECT g, NOT coalesce(bool_or(made_last IS NULL) FILTER (NOT is_last), false)
    AND coalesce(max(made_last) FILTER (NOT is_last) < min(made) FILTER (is_last), true)
    AS is_settled
  FROM answered WHERE pick = '{Pick.AGREED}' AND is_differing AND last_answer IS NOT NULL GROUP BY g
), weighed AS (
  SELECT * FROM answered LEFT JOIN later USING (g)
), bearing AS (
  SELECT *, CASE pick
    WHEN '{Pick.LATEST}' THEN made_last IS NULL OR made_last >= last_made
    WHEN '{Pick.EARLIEST}' THEN made_last IS NULL OR made <= first_end
    WHEN '{Pick.AGREED}' THEN if(coalesce(is_settled, false), is_last,
      problem = 0 OR made_last IS NULL OR last_read IS NULL OR made_last >= last_read)
    WHEN '{Pick.ANY}' THEN CASE
      WHEN is_any_yes THEN coalesce(truth, false) OR (coalesce(truth = false, false)
        AND (made_last IS NULL OR last_yes IS NULL OR made_last >= last_yes))
      WHEN is_any_bad THEN problem > 0 AND (made_last IS NULL OR made_last >= last_bad)
      ELSE made_last IS NULL OR made_last >= last_no END
    WHEN '{Pick.SPAN}' THEN first_start IS NULL OR coalesce(since_last = first_start, false)
    WHEN '{Pick.HIGHEST}' THEN if(is_any_bad, problem > 0,
      coalesce(number, 0) = coalesce(highest, 0))
    WHEN '{Pick.LOWEST}' THEN if(is_any_bad, problem > 0,
      coalesce(number, 0) = coalesce(lowest, 0))
    ELSE NOT is_any_bad OR problem > 0 END AS is_bearing
  FROM weighed
), outcome AS (
  SELECT g, any_value(pick) AS pick,
    bool_or(problem > 0) AS is_unreadable,
    min(said) <> max(said) AS is_conflict,
    any_value(truth) AS truth, any_value(word) AS word, any_value(number) AS number,
    max(since_first) AS since_first, any_value(since_last) AS since_last,
    arg_min({{'address': address, 'weight': weight, 'last': made_last, 'first': made_first}},
      {{'wide': coalesce(since_last - since_first, {_WIDEST}), 'resource': resource, 'path': path}})
      FILTER (pick = '{Pick.SPAN}') AS narrowest,
    list(code) FILTER (pick = '{Pick.DISTINCT_CODES}') AS codes,
    list(made_last) FILTER (pick = '{Pick.DISTINCT_DAYS}') AS days,
    bool_or(made_first IS NULL OR made_first <> made_last) AS is_any_vague,
    min(weight) AS weight,
    list(address) AS addresses, list(address) FILTER (problem > 0) AS unread,
    max({{'last': made_last, 'first': made_first}}) AS made,
    max({{'last': made_last, 'first': made_first}}) FILTER (problem > 0) AS made_unread
  FROM bearing WHERE is_bearing GROUP BY g
)
SELECT (g // {_WIDTH})::INTEGER AS nr, (g % {_WIDTH})::USMALLINT AS element,
  CASE WHEN is_unreadable THEN '{Reason.UNREADABLE}'
    WHEN pick IN ({_words(_ONE_OF)}) AND is_conflict THEN '{Reason.IN_CONFLICT}'
    WHEN pick = '{Pick.DISTINCT_DAYS}' AND is_any_vague THEN '{Reason.UNREADABLE}' END AS reason,
  if(reason IS NULL, truth, NULL) AS truth, if(reason IS NULL, word, NULL) AS word,
  if(reason IS NULL, CASE pick WHEN '{Pick.COUNT}' THEN len(list_distinct(addresses))
    WHEN '{Pick.DISTINCT_CODES}' THEN len(list_distinct(codes))
    WHEN '{Pick.DISTINCT_DAYS}' THEN len(list_distinct(days)) ELSE number END, NULL
    )::{layout.Sort.NUMBER} AS number,
  if(reason IS NULL, since_first, NULL) AS since_first,
  if(reason IS NULL, since_last, NULL) AS since_last,
  if(reason IS NULL, [{_words(_BY_WEIGHT)}][coalesce(narrowest.weight, weight)], NULL) AS basis,
  CASE WHEN is_unreadable THEN {_in_order("unread")}
    WHEN narrowest IS NOT NULL THEN [narrowest.address]
    ELSE {_in_order("addresses")} END AS addresses,
  CASE WHEN is_unreadable THEN made_unread
    WHEN narrowest IS NOT NULL THEN {{'last': narrowest.last, 'first': narrowest.first}}
    ELSE made END AS made
FROM outcome
UNION ALL
SELECT (g // {_WIDTH})::INTEGER, (g % {_WIDTH})::USMALLINT, any_value(reason),
  NULL, NULL, NULL, NULL, NULL, NULL,
  {_in_order("list(address)")}, max({{'last': made_last, 'first': made_first}})
FROM aside GROUP BY g
"""


def _in_order(words: str) -> str:
    """
    Put a list in order, each word once; most lists have one.

    Aggregates with DISTINCT would each make a pass of their own over the groups.
    """
    return f"if(len({words}) = 1, {words}, list_sort(list_distinct({words})))"


def _words(words: Iterable[str]) -> str:
    return ", ".join(text(str(each)) for each in words)


def facts(dictionary: Dictionary, *, rows: str, settled_rows: str) -> str:
    """
    Write the query that lays settled elements side by side: the facts table.

    `rows` is the table of patients with their numbers and dates of service; it gives the order.
    """
    names = [*enumerate(dictionary.elements.values())]
    columns = [
        f"patient AS {layout.SUBJECT}",
        f"service AS {layout.SERVICE_DATE}",
        *(each for place, element in names for each in _columns(f"e{place}", element)),
    ]
    # A list for each patient, and a place in it for each element: aggregates that are filtered by
    # element take twenty times as long, and a map three times. Put in order before it is wide.
    held = ", ".join(f"'{name}': {name}" for name in _HELD)
    found = ", ".join(f"held[list_position(places, {place})] AS e{place}" for place, _ in names)
    return (
        f"SELECT {', '.join(columns)} FROM (SELECT patient, service, {found} FROM ("
        "SELECT patient, service, places, held "
        f"FROM {rows} LEFT JOIN (SELECT nr, list(element) AS places, list({{{held}}}) AS held "
        f"FROM {settled_rows} GROUP BY nr) USING (nr) ORDER BY nr))"
    )


_HELD = (
    "reason",
    "truth",
    "word",
    "number",
    "since_first",
    "since_last",
    "basis",
    "addresses",
    "made",
)


def _columns(held: str, element: DataElement) -> Iterator[str]:
    name = element.name
    silent = f"{held} IS NULL"
    no = "false" if element.silence else "NULL"
    match element.answer:
        case YesNo():
            yield f'CASE WHEN {silent} THEN {no} ELSE {held}.truth END AS "{name}"'
        case Choice():
            yield f'{held}.word AS "{name}"'
        case Number(unit) if UNITS[unit].is_time:
            yield from _stated(element, f"{held}.number", UNITS[unit].dimension)
        case Number():
            yield f'{held}.number AS "{name}"'
        case Time():
            yield f'{held}.since_first AS "{name}{layout.EARLIEST}"'
            yield f'{held}.since_last AS "{name}{layout.LATEST}"'
            yield from _stated(element, f"NULL::{layout.Sort.NUMBER}", None)
    basis = f"'{Basis.SILENCE}'" if element.silence else "NULL"
    absent = "NULL" if element.silence else f"'{Reason.NOT_RECORDED}'"
    yield f'CASE WHEN {silent} THEN {basis} ELSE {held}.basis END AS "{name}{layout.BASIS}"'
    yield f'CASE WHEN {silent} THEN {absent} ELSE {held}.reason END AS "{name}{layout.ABSENT}"'
    yield f'written_days({held}.made.first, {held}.made.last) AS "{name}{layout.DATE}"'
    yield f'{held}.addresses AS "{name}{layout.ADDRESS}"'


def _stated(element: DataElement, number: str, dimension: Dimension | None) -> Iterator[str]:
    none = f"NULL::{layout.Sort.NUMBER}"
    months = none if dimension is Dimension.DAYS else number
    days = number if dimension is Dimension.DAYS else none
    yield f'{months} AS "{element.name}{layout.MONTHS}"'
    yield f'{days} AS "{element.name}{layout.DAYS}"'
