"""
Resources → statements, in SQL: `chart.statements.statement`, for many of them at once.

A query reads the resources of one type. Each becomes a row for each rule that its codes lead to:
a statement, or nothing, or the mark that the resource is odd (columnar.derivation.shapes). Claims
and questionnaire responses, whose answers stand in nested items, are always left to the chart
reader; so are times stated as a length, which are counted back on the calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.columnar.derivation import values
from multifidus.columnar.derivation.joined import form, quoted
from multifidus.columnar.derivation.rules import name_of
from multifidus.columnar.derivation.shapes import (
    LOOSE_COMMA,
    NULL_OR_NAN,
    RAW_CODING,
    Fields,
    all_of,
    any_of,
    listed,
)
from multifidus.columnar.derivation.values import SAYS_PROBLEM
from multifidus.columnar.dialect import text
from multifidus.core.element import Constant, Content, Nothing, Since, SinceAtLatest, Time
from multifidus.core.resource import (
    CODE_FIELDS,
    CONCEPT_REFERENCES,
    END_FIELDS,
    FIELD_NAMES,
    FOREIGN_FIELDS,
    SUBJECT_FIELDS,
)
from multifidus.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.columnar.derivation.rules import Numbered, Tables
    from multifidus.core.coding import ValueSet
    from multifidus.core.element import Filter

LEFT_TO_THE_READER = frozenset({"Claim", "QuestionnaireResponse"})
"""Types of which each resource that matters is read by the chart reader."""


COLUMNS = {
    "h": "UBIGINT",
    "subject": "VARCHAR",
    "element": "USMALLINT",
    "resource": "VARCHAR",
    "path": "VARCHAR",
    "basis": "VARCHAR",
    "problem": "UTINYINT",
    "made_first": "DATE",
    "made_last": "DATE",
    "since_first": "DATE",
    "since_last": "DATE",
    "until_first": "DATE",
    "until_last": "DATE",
    "truth": "BOOLEAN",
    "word": "VARCHAR",
    "number": "DECIMAL(38, 16)",
    "code": "VARCHAR",
    "valid": "STRUCT(first DATE, last DATE)[]",
}
"""A table of statements; `h` is the hash of the resource's name, `valid` is null if always."""


def left_over(tables: Tables) -> Iterator[Problem]:
    """List what no query reads: the elements, and why the chart reader reads them instead."""
    for each in tables.rules:
        gives, name = each.rule.gives, name_of(tables.dictionary, each.element)
        if each.rule.resource in LEFT_TO_THE_READER:
            reason = f"a {each.rule.resource} has its codes in nested items"
        elif not isinstance(gives, Content) or each.answer is None:
            continue
        elif gives.path != "value":
            reason = f"`{gives.path}` may be of any type"
        elif isinstance(each.answer, Time):
            reason = "a length of time is counted back on the calendar"
        else:
            continue
        hint = "the chart reader reads these resources, one by one; answers are the same"
        yield Problem.note(name, f"{each.rule.resource}: {reason}", hint)


class Conditions(NamedTuple):
    """What a form of rule asks of a resource: each is a column, or holds for all or none."""

    counts: str
    """Whether its status counts."""
    gives: str
    """Whether it has the contents that are asked for, and so gives an answer."""
    about: str
    """Whether it is about the element, whatever it has to say."""
    odd: str


class Query:
    """The query for one type of resource; `kept` is the table of its lines."""

    def __init__(self, tables: Tables, kind: str) -> None:
        """Collect what is read of such a resource."""
        self.tables = tables
        self.kind = kind
        self.rules = tables.of_kind(kind)
        # Where one rule of an element may find no answer, all of its rules are looked at together.
        self.resting = {each.element for each in self.rules if each.contents}
        self.forms: dict[tuple[object, ...], list[Numbered]] = {}
        for each in self.rules:
            key = (*form(each), each.element in self.resting)
            self.forms.setdefault(key, []).append(each)
        self.fields = Fields()
        self.code_field = CODE_FIELDS.get(kind, "code")
        self.is_coded = any(not each.is_always for each in self.rules)
        self.is_patient = kind == "Patient"
        self.days: dict[str, str] = {}
        self.conditions: dict[str, str] = {}
        self.asked: dict[int, Conditions] = {}
        self.contents = {
            each.rule.gives.path for each in self.rules if isinstance(each.rule.gives, Content)
        }

    def sql(self, kept: str) -> tuple[str, ...]:
        """
        Make the tables `said` and `odd` of the lines of this type.

        `said` has the statements, with the mark of the odd ones; `odd` the hashes of odd resources.
        """
        resource = self._resource()
        said = self._said()
        days = ", ".join(
            f"first_day({name}_day) AS {name}_first, "
            f"last_day_of({name}_day, {name}_first) AS {name}_last"
            for name in self.days
        )
        fields = self.fields
        read = (
            f"SELECT h, line, json_transform(line, {fields.struct()}) AS j, "
            "json_keys(line) AS keys "
            f"FROM {kept} WHERE kind = {text(self.kind)} AND line IS NOT NULL"
        )
        shared = "".join(f', {sql} AS "{name}"' for name, sql in fields.shared.items())
        resources = (
            f"SELECT *, {days} FROM (SELECT h, {resource} FROM (SELECT *{shared} FROM ({read})))"
        )
        return (
            f"CREATE OR REPLACE TEMP TABLE resource AS {resources}",
            f"CREATE OR REPLACE TEMP TABLE hit AS {self._hit()}",
            f"CREATE OR REPLACE TEMP TABLE said AS {said}",
        )

    # The columns of a resource

    def _resource(self) -> str:
        fields = self.fields
        # These first: of a field that is read as a whole no part is read by itself.
        self.days["made"] = fields.day_in(self.tables.dictionary.dates.get(self.kind, ()))
        self._starts()
        subject = self._subject()
        columns = {
            "id": fields.text_of("id"),
            "is_odd": any_of(self._oddities()),
            "subject": subject,
            "is_silent": fields.is_there("focus"),
            **self._ends(),
            **self._conditions(),
            **values.columns(fields, self.contents),
        }
        columns |= {f"{name}_day": f"written_day({day})" for name, day in self.days.items()}
        if self.is_coded:
            columns["codings"] = fields.raw_codings(self.code_field)
        return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())

    def _subject(self) -> str:
        if self.is_patient:
            return f"'Patient/' || {self.fields.text_of('id')}"
        return self.fields.text_of(f"{SUBJECT_FIELDS.get(self.kind, 'subject')}.reference")

    def _oddities(self) -> Iterator[str]:
        """Say what makes a resource odd whatever its codes lead to."""
        fields = self.fields
        yield f"NOT {fields.is_text('id')}"
        yield f"coalesce({fields.text_of('id')}, '') = ''"
        # Faster than to count the distinct ones: there are few keys.
        yield "len(list_filter(keys, lambda key, n: list_position(keys, key) <> n)) > 0"
        for odd in (NULL_OR_NAN, LOOSE_COMMA):
            yield f"regexp_matches(line, {text(odd)})"
        if not self.is_patient:
            reference = f"{SUBJECT_FIELDS.get(self.kind, 'subject')}.reference"
            yield f"NOT {fields.is_text(reference)}"
        if self.is_coded:
            yield f"{fields.raw_codings(self.code_field)} IS NULL"
        if self.kind in CONCEPT_REFERENCES:
            yield fields.is_there(CONCEPT_REFERENCES[self.kind])
        for foreign in FOREIGN_FIELDS.get(self.kind, ()):
            yield fields.is_there(foreign)
        for field in dict.fromkeys(each.field for rule in self.rules for each in rule.statuses):
            concept = field in _STATUS_CONCEPTS
            plain = (
                fields.is_plain_concept(field)
                if concept
                else any_of([fields.is_absent(field), fields.is_text(field)])
            )
            yield f"NOT {plain}"

    def _ends(self) -> dict[str, str]:
        fields = self.fields
        self.days["until"] = "NULL::VARCHAR"
        if self.kind == "Coverage":
            field = f"{END_FIELDS[self.kind]}.end"
            self.days["until"] = f"if({fields.is_text(field)}, {fields.text_of(field)}, NULL)"
            # Whether its end can be read as a day is seen once it has been (`_said`).
            return {"is_doubtful": fields.is_there(field), "is_doubtful_odd": "false"}
        if self.kind in END_FIELDS:
            begins = f"starts_with(each, {text(END_FIELDS[self.kind])})"
            ended = f"len(list_filter(keys, lambda each: {begins})) > 0"
            active = fields.is_there("clinicalStatus")
            return {
                "is_doubtful": all_of([ended, active]),
                "is_doubtful_odd": all_of([ended, f"NOT {active}"]),
            }
        is_odd = fields.is_there("dataAbsentReason") if self.kind == "Observation" else "false"
        return {"is_doubtful": "false", "is_doubtful_odd": is_odd}

    def _conditions(self) -> dict[str, str]:
        """Give a column for each set of statuses, and for each content, that a rule asks for."""
        for each, *_ in self.forms.values():
            contents = each.contents
            self.asked[each.number] = Conditions(
                counts=self._once(all_of(map(self._counts, each.statuses))),
                gives=self._once(all_of(map(self._gives, contents))),
                about=self._once(
                    any_of(["true"] if each.rule.own else map(self._is_there, contents))
                ),
                odd=self._once(any_of(f"NOT {self._is_plain(one.field)}" for one in contents)),
            )
        return {name: sql for sql, name in self.conditions.items()}

    def _once(self, sql: str) -> str:
        """Name the column of a condition; what several forms ask for is one column."""
        if sql in (all_of(()), any_of(())):
            return sql
        return self.conditions.setdefault(sql, f"condition_{len(self.conditions)}")

    def _counts(self, condition: Filter) -> str:
        fields, field = self.fields, condition.field
        if field in _STATUS_CONCEPTS:
            among = listed(quoted(each) for each in condition.among)
            codings = fields.codings(field, RAW_CODING)
            found = f"list_filter({codings}, lambda each: each.code::VARCHAR IN {among})"
            holds = f"coalesce(len({found}), 0) > 0"
        else:
            among = listed(quoted(each) for each in condition.among)
            holds = f"coalesce({fields.json_of(field)} IN {among}, false)"
        absent = "true" if condition.or_absent else "false"
        return f"CASE WHEN {fields.is_absent(field)} THEN {absent} ELSE {holds} END"

    def _is_there(self, condition: Filter) -> str:
        return self.fields.is_there(FIELD_NAMES.get(condition.field, condition.field))

    def _is_plain(self, field: str) -> str:
        name = FIELD_NAMES.get(field, field)
        fields = self.fields
        return fields.is_plain_list(name) if name in _LISTS else fields.is_plain_concept(name)

    def _gives(self, condition: Filter) -> str:
        fields, field = self.fields, FIELD_NAMES.get(condition.field, condition.field)
        codings = fields.codings_of_all(field) if field in _LISTS else fields.codings(field)
        sets = [self.tables.dictionary.value_sets[name] for name in condition.among]
        member = any_of(each for value_set in sets for each in _members(value_set))
        holds = f"coalesce(len(list_filter({codings}, lambda each: {member})), 0) > 0"
        absent = "true" if condition.or_absent else "false"
        return f"CASE WHEN {fields.is_absent(field)} THEN {absent} ELSE {holds} END"

    def _starts(self) -> None:
        """Read the days from which times run."""
        for each in self.rules:
            if isinstance(each.rule.gives, Since | SinceAtLatest):
                path = each.rule.gives.path
                self.days[path] = self.fields.day_in((path,))

    # From resources to statements

    def _hit(self) -> str:
        """Find the rules that the codes of each resource lead to, each once."""
        always = [
            f"SELECT h, {each.number}::USMALLINT AS rule, '' AS code, 0::BIGINT AS place, "
            "NULL::STRUCT(first DATE, last DATE)[] AS valid FROM resource WHERE NOT is_odd"
            for each in self.rules
            if each.is_always
        ]
        numbers = ", ".join(str(each.number) for each in self.rules)
        # Of one coding the exact code goes before a stem, and of stems the longest before the rest.
        coded = (
            "SELECT h, rule, arg_min(named, place) AS code, min(place) AS place, "
            "CASE WHEN bool_or(valid IS NULL) THEN NULL ELSE list(valid) END AS valid FROM ("
            "SELECT h, rule, named, hits.valid, n * 1000 + if(stem > 0, 500 - stem, 0) AS place "
            "FROM (SELECT h, unnest(codings) AS coding, generate_subscripts(codings, 1) AS n "
            "FROM resource WHERE NOT is_odd) "
            "JOIN hits ON hits.system = coding.system::VARCHAR AND hits.code = "
            "if(stem > 0, left(coding.code::VARCHAR, stem), coding.code::VARCHAR) "
            f"WHERE rule IN ({numbers})"
            ") GROUP BY h, rule"
        )
        return " UNION ALL ".join([*always, *([coded] if self.is_coded else [])])

    def _said(self) -> str:
        """Give the statements of every rule; the odd ones are marked."""
        named = f"{text(self.kind + '/')} || id"
        doubtful = "(is_doubtful AND until_last IS NULL)"
        plain: list[str] = []
        resting: list[str] = []
        for alike in self.forms.values():
            asked = self.asked[alike[0].number]
            made = self._statement(alike[0])
            numbers = ", ".join(str(each.number) for each in alike)
            parts = resting if alike[0].element in self.resting else plain
            parts.append(
                f"SELECT h, subject, led.element, {named} AS resource, "
                f"{made['path']} AS path, made_first, made_last, until_first, until_last, "
                f"led.code AS code, led.valid AS valid, place, "
                f"{doubtful} AS is_doubtful, "
                f"(is_doubtful_odd OR {asked.odd} OR {made['odd']}) AS is_odd, "
                f"{asked.gives} AS is_answer, {asked.about} AS is_about, rule, "
                f"{made['none']} AS is_none, {made['problem']} AS problem, "
                f"{made['truth']} AS truth, {made['word']} AS word, {made['number']} AS number, "
                f"{made['first']} AS since_first, {made['last']} AS since_last "
                f"FROM led {made['join']}WHERE rule IN ({numbers}) AND {asked.counts}"
            )
        # Where no rule gives an answer the first that is about the element says so, once.
        answered = "bool_or(is_answer) OVER (PARTITION BY h, element)"
        same = "PARTITION BY h, element, is_answer, is_about"
        first = f"row_number() OVER ({same} ORDER BY place, rule)"
        also = " UNION ALL "
        judged = also.join(
            f"SELECT *, {is_answered} AS is_answered, {nth} AS nth FROM ({also.join(parts)})"
            for parts, is_answered, nth in ((plain, "true", "1"), (resting, answered, first))
            if parts
        )
        values = {
            "truth": "NULL::BOOLEAN",
            "word": "NULL::VARCHAR",
            "number": "NULL::DECIMAL(38, 16)",
            "since_first": "NULL::DATE",
            "since_last": "NULL::DATE",
        }
        gone = "NOT is_answer OR is_doubtful"
        cleared = ", ".join(
            f"if({gone}, {none}, {name}) AS {name}" for name, none in values.items()
        )
        coded = text(self.code_field)
        led = (
            "SELECT * FROM resource JOIN hit USING (h) JOIN asked USING (rule) "
            "WHERE NOT is_silent AND NOT is_odd"
        )
        return (
            f"WITH led AS MATERIALIZED ({led}) "
            f"SELECT h, subject, element, resource, if(is_answer, path, {coded}) AS path, "
            f"'structured' AS basis, if({gone}, {SAYS_PROBLEM}, problem)::UTINYINT AS problem, "
            f"made_first, made_last, until_first, until_last, {cleared}, code, valid, is_odd "
            f"FROM ({judged}) "
            "WHERE (is_odd OR is_answer OR (is_about AND NOT is_answered AND nth = 1)) "
            "AND (is_odd OR NOT (is_answer AND is_none))"
        )

    def _statement(self, each: Numbered) -> dict[str, str]:
        """Say what a rule reads, column by column."""
        made = {
            "path": "led.path",
            "odd": "false",
            "none": "false",
            "problem": "0",
            "truth": "NULL::BOOLEAN",
            "word": "NULL::VARCHAR",
            "number": "NULL::DECIMAL(38, 16)",
            "first": "NULL::DATE",
            "last": "NULL::DATE",
            "join": "",
        }
        match each.rule.gives:
            case Constant(_):
                return made | {"truth": "led.truth", "word": "led.word"}
            case Nothing(_):
                return made | {"problem": str(SAYS_PROBLEM)}
            case Since(path) | SinceAtLatest(path):
                is_bound = isinstance(each.rule.gives, SinceAtLatest)
                first, last = "NULL::DATE" if is_bound else f"{path}_first", f"{path}_last"
                problem = f"if({last} IS NULL, {SAYS_PROBLEM}, 0)"
                return made | {"problem": problem, "first": first, "last": last}
            case Content(path):
                if each.answer is None:
                    return made | {"none": "true"}
                if path != "value":
                    return made | {"odd": "has_content", "none": "NOT has_content"}
                return made | values.read(each)


def _members(value_set: ValueSet) -> Iterable[str]:
    systems: dict[str, list[str]] = {}
    for each in value_set.codes:
        systems.setdefault(each.system, []).append(each.code)
        if each.with_descendants:
            starts = f"starts_with(each.code, {text(each.code)})"
            yield f"(each.system = {text(each.system)} AND {starts})"
    for system, codes in systems.items():
        yield f"(each.system = {text(system)} AND each.code IN {listed(codes)})"


_STATUS_CONCEPTS = frozenset({"clinicalStatus", "verificationStatus"})
_LISTS = frozenset({"interpretation"})
