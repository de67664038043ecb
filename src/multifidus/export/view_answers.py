"""The view of what people answered: items of questionnaire responses, those inside others too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.resource import QUESTIONNAIRE, SAID_ON, STATED_ON
from multifidus.export.view_columns import NO, YES, Column, dated, whose
from multifidus.export.view_paths import any_of, begins, equals
from multifidus.export.view_resource import View, resource_of, written

if TYPE_CHECKING:
    from multifidus.core.element import Dictionary, Filter
    from multifidus.export.view_resource import Json

RESOURCE = "QuestionnaireResponse"


def answers(dictionary: Dictionary) -> Json:
    """Make the view that gives a row for each answer to one of our questionnaires."""
    statuses = dictionary.counts[RESOURCE]
    view = View(
        name="answers",
        title="What people answered",
        description=(
            "Each row is an answer to the element named in the column `element`; take those of a"
            " dictionary's elements, as candidates beside the rows of their own views."
            f" Dictionary {dictionary.name} {dictionary.version}."
        ),
        resource=RESOURCE,
        where=(begins("questionnaire", QUESTIONNAIRE), *(_status(each) for each in statuses)),
        columns=(*whose(RESOURCE), *dated(RESOURCE, dictionary.dates.get(RESOURCE, ()))),
        branches=(),
    )
    return resource_of(view, select=[_items()])


def _status(condition: Filter) -> str:
    return any_of(equals(condition.field, each) for each in condition.among)


def _items() -> Json:
    return {
        "repeat": ["item", "answer.item"],
        "column": [written(Column("element", "linkId", "string"))],
        "select": [{"forEach": "answer", "column": [written(each) for each in _columns()]}],
    }


def _columns() -> list[Column]:
    coding, quantity = "value.ofType(Coding)", "value.ofType(Quantity)"
    stated, said = (f"extension('{each}').value" for each in (STATED_ON, SAID_ON))
    return [
        Column("yes", f"value.ofType(boolean) = true or {coding}.where({YES}).exists()", "boolean"),
        Column("no", f"value.ofType(boolean) = false or {coding}.where({NO}).exists()", "boolean"),
        Column("value", f"{coding}.where({equals('system', OWN_SYSTEM)}).code", "code"),
        Column("number", f"{quantity}.value", "decimal"),
        Column("unit_code", f"{quantity}.code", "code"),
        Column("unit", f"{quantity}.unit", "string"),
        Column("bound", f"{quantity}.comparator", "code"),
        Column("bare_number", "value.ofType(decimal)", "decimal"),
        Column("bare_integer", "value.ofType(integer)", "integer"),
        Column("since_date", "value.ofType(date)", "date"),
        Column("since_date_time", "value.ofType(dateTime)", "dateTime"),
        Column("stated_on_date", f"{stated}.ofType(date)", "date"),
        Column("stated_on_date_time", f"{stated}.ofType(dateTime)", "dateTime"),
        Column("said_on_date", f"{said}.ofType(date)", "date"),
        Column("said_on_date_time", f"{said}.ofType(dateTime)", "dateTime"),
    ]
