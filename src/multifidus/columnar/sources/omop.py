"""
Tables of the OMOP model → lines of an export, as a mapping says.

Each row that a code may lead from becomes a resource of FHIR with the fields that the mapping
names, and no others; the lines are then read as a bulk export is. So a row is read by the same
rules as a resource, and what the model cannot say is not there.

Systems and codes are those of the user's own concept table; no vocabulary is shipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.rules import name_of
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import whole
from multifidus.columnar.sources.columns import (
    FOREIGN,
    as_birth_date,
    as_coding,
    as_day,
    as_end,
    as_key,
    as_number,
    as_object,
    as_value,
)
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.resource import CODE_FIELDS
from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from multifidus.columnar.derivation.rules import Tables
    from multifidus.columnar.sources.tables import Table
    from multifidus.core.omop import Laid, LaidNotes, TableMapping

CONCEPT, ANCESTOR = "concept", "concept_ancestor"
VOCABULARY = (CONCEPT, ANCESTOR)
"""The tables of the vocabulary that are joined, beside those that a mapping names."""

CONCEPT_COLUMNS = ("concept_id", "concept_name", "vocabulary_id", "concept_code")
ANCESTOR_COLUMNS = ("ancestor_concept_id", "descendant_concept_id")

_PLAIN = "(FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')"
"""How lines are written as they are: JSON holds no raw control characters."""


def tables_of(mapping: TableMapping) -> frozenset[str]:
    """List the tables that a mapping reads."""
    notes = [mapping.notes.table] if mapping.notes else []
    return frozenset({*VOCABULARY, *(each.table for each in mapping.tables), *notes})


class Model:
    """The tables of one population, and how they are read."""

    def __init__(
        self,
        opened: duckdb.DuckDBPyConnection,
        tables: Tables,
        mapping: TableMapping,
        found: Mapping[str, Table],
    ) -> None:
        """
        Join the user's concepts with the codes that the dictionary asks for.

        Raises `RequestError` with every table and column that is needed and not there.
        """
        self.opened = opened
        self.tables = tables
        self.mapping = mapping
        self.found = found
        self.laid = [each for each in mapping.tables if each.table in found]
        self.problems: list[Problem] = [*self._gaps()]
        self._load()

    def _gaps(self) -> Iterator[Problem]:
        """Tell of tables and columns that are not there; raises where one is needed."""
        wrong: list[Problem] = []
        hint = f"the names are those of {self.mapping.model}; see the mapping {self.mapping.name}"
        needed: dict[str, tuple[str, ...]] = {CONCEPT: CONCEPT_COLUMNS}
        needed |= {each.table: each.needed for each in self.laid}
        if ANCESTOR in self.found:
            needed[ANCESTOR] = ANCESTOR_COLUMNS
        for each in self.mapping.tables:
            if each.resource == "Patient":
                needed.setdefault(each.table, each.needed)
        for name, columns in needed.items():
            if name not in self.found:
                wrong.append(Problem.at(name, "there is no such table", hint))
                continue
            for column in columns:
                if column not in self.found[name].columns:
                    message = f"there is no column `{column}`"
                    wrong.append(Problem.at(name, message, hint))
        if wrong:
            raise RequestError(*wrong)
        yield from self._lacking()

    def _lacking(self) -> Iterator[Problem]:
        for each in self.mapping.tables:
            if each.table not in self.found:
                message = f"there is no such table; nothing is read of {each.resource}"
                yield Problem.note(each.table, message, "add the table, if the population has it")
                continue
            for column in each.columns:
                if column not in self.found[each.table].columns:
                    hint = "add the column, if the population has it"
                    message = f"there is no column `{column}`; it counts as empty"
                    yield Problem.note(each.table, message, hint)
            if each.classes and ANCESTOR not in self.found:
                message = f"there is no such table; no class is known of rows of {each.table}"
                yield Problem.note(ANCESTOR, message, "add the table of your vocabulary")

    def _load(self) -> None:
        """Make the tables of the concepts that lead to a rule, and of those that are named."""
        asked = ", ".join(
            f"({hit.rule}, {text(hit.system)}, {text(hit.code)}, {str(hit.is_stem).lower()})"
            for hit in self.tables.hits
        )
        systems = ", ".join(f"({text(v)}, {text(s)})" for v, s in self.mapping.systems.items())
        concept = self.found[CONCEPT].cells(CONCEPT_COLUMNS)
        run = self.opened.execute
        run(
            "CREATE OR REPLACE TEMP TABLE asked_codes AS FROM "
            f"(VALUES {asked}) AS _(rule, system, code, is_stem)"
        )
        run(
            "CREATE OR REPLACE TEMP TABLE systems AS FROM "
            f"(VALUES {systems}) AS _(vocabulary_id, system)"
        )
        run(
            "CREATE OR REPLACE TEMP TABLE ruled AS SELECT DISTINCT "
            f"{as_number('concept_id')} AS concept_id, system, concept_code AS code, rule, "
            f"asked_codes.code AS entry FROM ({concept}) JOIN systems USING (vocabulary_id) "
            "JOIN asked_codes USING (system) WHERE concept_code = asked_codes.code "
            "OR (is_stem AND starts_with(concept_code, asked_codes.code))"
        )
        run(
            "CREATE OR REPLACE TEMP TABLE led_to AS SELECT concept_id, "
            f"any_value({as_coding('system', 'code')}) AS coding "
            "FROM ruled GROUP BY concept_id"
        )
        run("CREATE OR REPLACE TEMP TABLE classes(concept_id BIGINT, codings JSON[])")
        if ANCESTOR in self.found:
            ancestor = self.found[ANCESTOR].cells(ANCESTOR_COLUMNS)
            # A drug that falls under two entries of what one rule asks for says neither, unless one
            # lies within the other.
            run(
                "INSERT INTO classes SELECT concept_id, list(DISTINCT coding) FROM ("
                "SELECT descendant AS concept_id, rule, list(entry) AS entries, "
                "max_by(entry, length(entry)) AS longest, "
                f"max_by({as_coding('system', 'code')}, {{'n': length(code), 'code': code}}) "
                "AS coding FROM ("
                f"SELECT {as_number('descendant_concept_id')} AS descendant, "
                f"{as_number('ancestor_concept_id')} AS concept_id FROM ({ancestor})) "
                "JOIN ruled USING (concept_id) GROUP BY descendant, rule"
                ") WHERE len(list_filter(entries, "
                "lambda each: NOT starts_with(longest, each))) = 0 GROUP BY concept_id"
            )
        self._load_names(concept)

    def _load_names(self, concept: str) -> None:
        """Keep of the vocabulary, which may be large, the concepts that rows name."""
        used = " UNION ".join(
            f"SELECT {as_number(column)} AS concept_id FROM ({self._cells(each, column)})"
            for each in self.laid
            for column in [*each.codes[:1], *_named(each)]
        )
        answers = [(*each.split(), word) for each, word in self.mapping.answers.items()]
        rows = ", ".join(f"({', '.join(map(text, each))})" for each in answers)
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE answers AS FROM "
            f"(VALUES {rows or '(NULL, NULL, NULL)'}) AS _(vocabulary_id, concept_code, word)"
        )
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE names AS "
            f"SELECT {as_number('concept_id')} AS concept_id, concept_name AS name, "
            "vocabulary_id AS vocabulary, coalesce(word, concept_code) AS code, "
            f"CASE WHEN word IS NOT NULL THEN {text(OWN_SYSTEM)} "
            f"ELSE coalesce(system, {text(FOREIGN)} || vocabulary_id) END AS system "
            f"FROM ({concept}) LEFT JOIN systems USING (vocabulary_id) "
            "LEFT JOIN answers USING (vocabulary_id, concept_code) "
            f"WHERE {as_number('concept_id')} IN ({used})"
        )

    def unsaid(self) -> frozenset[str]:
        """
        Name the elements of which these tables cannot say anything.

        No table gives a resource that a rule asks for, or no concept has a code of one.
        """
        known = {each for (each,) in self._rows("SELECT DISTINCT rule FROM ruled")}
        kinds = {each.resource for each in self.laid}
        dictionary = self.tables.dictionary
        said = {
            name_of(dictionary, each.element)
            for each in self.tables.rules
            if each.rule.resource in kinds and (each.is_always or each.number in known)
        }
        return frozenset(dictionary.elements.keys() - said)

    def lay(self, folder: Path) -> None:
        """Write the lines of every table, a file each."""
        folder.mkdir(parents=True, exist_ok=True)
        for each in self.laid:
            self._copy(self._lines(each), folder / f"{each.resource}.{each.table}.ndjson")
            self.problems += self._odd_rows(each)
        if (notes := self.mapping.notes) is not None and notes.table in self.found:
            path = folder / f"DocumentReference.{notes.table}.ndjson"
            self._copy(self._documents(notes), path)

    def _copy(self, sql: str, path: Path) -> None:
        with whole(path) as part:
            self.opened.execute(f"COPY ({sql}) TO {text(str(part))} {_PLAIN}")

    def _documents(self, laid: LaidNotes) -> str:
        """Write the query that makes a document of each note, as an export holds them."""
        attachment = as_object(
            {
                "contentType": text("text/plain; charset=utf-8"),
                "data": f"base64(encode({laid.text}))",
            }
        )
        fields = {
            "resourceType": text("DocumentReference"),
            "id": f"{text(f'{laid.table}-')} || {as_key(laid.id)}",
            "status": text("current"),
            "subject": f"json_object('reference', 'Patient/' || {as_key(laid.person)})",
            "date": as_day(laid.date),
            "content": f"json_array(json_object('attachment', {attachment}))",
        }
        cells = self.found[laid.table].cells((laid.id, laid.person, laid.date, laid.text))
        there = " AND ".join(f"{each} IS NOT NULL" for each in (laid.id, laid.person, laid.text))
        return f"SELECT {as_object(fields)} FROM ({cells}) WHERE {there}"

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.opened.execute(sql).fetchall()

    # Rows to resources

    def _lines(self, laid: Laid) -> str:
        fields = {
            "resourceType": text(laid.resource),
            "id": self._id(laid),
            **{name: text(word) for name, word in laid.words.items()},
        }
        if laid.resource == "Patient":
            fields["birthDate"] = as_birth_date(*laid.born)
            return f"SELECT {as_object(fields)} FROM ({self._read(laid)})"
        fields["subject"] = f"json_object('reference', 'Patient/' || {as_key(laid.person)})"
        fields[CODE_FIELDS.get(laid.resource, "code")] = (
            f"json_object('coding', {self._codings(laid)})"
        )
        fields |= {name: as_day(column) for name, column in laid.days.items()}
        fields |= {name: as_end(*columns) for name, columns in laid.ends.items()}
        if laid.value.columns:
            fields |= as_value(laid.value)
        return f"SELECT {as_object(fields)} FROM {self._joined(laid)} WHERE {self._counts(laid)}"

    def _read(self, laid: Laid) -> str:
        return self.found[laid.table].cells(laid.columns)

    def _cells(self, laid: Laid, *columns: str) -> str:
        return self.found[laid.table].cells(columns)

    def _id(self, laid: Laid) -> str:
        # The key is the patient's id alone: other tables name the patient by it.
        key = as_key(laid.id)
        return key if laid.resource == "Patient" else f"{text(f'{laid.table}-')} || {key}"

    def _joined(self, laid: Laid) -> str:
        """Join the rows of a table with the concepts that their columns name."""
        joins = [f"({self._read(laid)})"]
        joins += [_join("led_to", each) for each in laid.codes]
        joins += [_join("classes", each) for each in laid.classes]
        joins += [_join("names", each) for each in _named(laid)]
        return " ".join(joins)

    @staticmethod
    def _codings(laid: Laid) -> str:
        own = ", ".join(f"{each}_led_to.coding" for each in laid.codes)
        more = "".join(f" || coalesce({each}_classes.codings, [])" for each in laid.classes)
        return f"list_distinct(list_filter([{own}]{more}, lambda each: each IS NOT NULL))"

    def _counts(self, laid: Laid) -> str:
        leads = [f"{each}_led_to.coding IS NOT NULL" for each in laid.codes]
        leads += [f"{each}_classes.codings IS NOT NULL" for each in laid.classes]
        passed = [
            f"NOT coalesce(regexp_matches({column}_names.name, {text(_any_word(words))}, 'i'), "
            "false)"
            for column, words in laid.passed.items()
        ]
        there = [f"{laid.id} IS NOT NULL", f"{laid.person} IS NOT NULL"]
        return " AND ".join([f"({' OR '.join(leads)})", *passed, *there])

    # What is told of rows

    def _odd_rows(self, laid: Laid) -> Iterator[Problem]:
        """Tell how many rows have no key, no patient, or a concept that nobody names."""
        hint = "see how the tables were filled; the other rows were read"
        person = next(each for each in self.laid if each.resource == "Patient")
        people = f"SELECT {as_key(person.id)} FROM ({self._read(person)})"
        lacks_key = f"{laid.id} IS NULL OR {laid.person} IS NULL"
        lacks_person = (
            f"{as_key(laid.person)} NOT IN (SELECT * FROM ({people}) AS _(p) WHERE p IS NOT NULL)"
        )
        counts = {
            f"row without `{laid.id}` or `{laid.person}`, which cannot be read": (
                lacks_key,
                Problem.at,
            ),
        }
        if laid is not person:
            code = as_number(laid.codes[0])
            known = "SELECT concept_id FROM names WHERE concept_id IS NOT NULL"
            lacks_concept = f"{code} <> 0 AND {code} NOT IN ({known})"
            words = f"row of a person whom `{person.table}` lacks"
            counts[words] = (lacks_person, Problem.note)
            words = f"row with a concept in `{laid.codes[0]}` that `{CONCEPT}` lacks"
            counts[words] = (lacks_concept, Problem.note)
        sums = ", ".join(f"count(*) FILTER ({condition})" for condition, _ in counts.values())
        [found] = self._rows(f"SELECT {sums} FROM ({self._read(laid)})")
        for (words, (_, make)), count in zip(counts.items(), found, strict=True):
            if count:
                yield make(laid.table, f"{count:,} × {words}", hint)


def _named(laid: Laid) -> Sequence[str]:
    """List the columns with concepts of which the name or the code is asked."""
    value = laid.value
    return [*filter(None, [value.concept, value.bound, *value.unit]), *laid.passed]


def _join(table: str, column: str) -> str:
    alias = f"{column}_{table}"
    return f"LEFT JOIN {table} AS {alias} ON {alias}.concept_id = {as_number(column)}"


def _any_word(words: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(map(re.escape, words))})\b"
