"""Facts in Parquet become determinations in Parquet, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import (
    Written,
    connection,
    described,
    save_determinations,
    save_facts,
    save_marked,
)
from multifidus.core.case import Case, Service
from multifidus.errors import RequestError
from tests.columnar.tables import evaluated, rows
from tests.promises.strategies import DICTIONARY, SERVICE, fact, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from multifidus.core.policy import Policy

POLICY = read("""---
policy: made-up
version: 1.0.0
status: draft
stance: criteria
body: Nobody
in_force: 2020-01-01 to open
source: made-up
dictionary: small
---

# A policy that nobody wrote

Coverage criteria are met when **all of** [@made-up, page 1]

- **A** Sentence.
  `fit`
- **B** At least 6 cm.
  `scale >= 6 cm`
""")
UNREAD = read("""---
policy: made-up
version: 1.0.0
status: draft
stance: unread
body: Nobody
in_force: 2020-01-01 to open
source: made-up
dictionary: small
---

# A policy that nobody read

**E1 Unread.** Nobody has read it. [@made-up, page 1]
""")
CASES = [
    Case(service=Service(date=SERVICE)),
    Case(service=Service(date=SERVICE), entries={"fit": fact(True)}),  # noqa: FBT003  a value
    Case(service=Service(date=SERVICE), entries={"fit": fact(False)}),  # noqa: FBT003  a value
]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "it's facts.parquet"
    save_facts(
        [(str(place), case) for place, case in enumerate(CASES)], dictionary=DICTIONARY, path=path
    )
    return path


def test_rows_keep_the_order_of_the_facts_and_are_counted(facts: Path) -> None:
    found = facts.with_name("determinations.parquet")

    assert Written(rows=3) == save_determinations(compile_policy(POLICY), facts=facts, path=found)
    assert evaluated(POLICY, CASES) == rows(found)


def test_lists_are_made_of_marks_on_reading(facts: Path) -> None:
    query, found = compile_policy(POLICY), facts.with_name("marked.out")

    assert Written(rows=3) == save_marked(query, facts=facts, path=found)
    marked = f"read_parquet('{str(found).replace(chr(39), chr(39) * 2)}')"
    with connection() as opened:
        told = opened.execute(query.listed(marked))
        names = [column[0] for column in told.description]
        listed = [dict(zip(names, row, strict=True)) for row in told.fetchall()]
    assert evaluated(POLICY, CASES) == listed


@pytest.mark.parametrize("policy", [POLICY, UNREAD], ids=["with criteria", "unread"])
def test_lists_are_of_texts_for_all_who_read_the_file(policy: Policy, facts: Path) -> None:
    found = facts.with_name("found.out")
    save_determinations(compile_policy(policy), facts=facts, path=found)

    with connection() as opened:
        told = opened.execute("DESCRIBE SELECT settled_by, open FROM read_parquet(?)", [str(found)])
        assert ["VARCHAR[]", "VARCHAR[]"] == [kind for _, kind, *_ in told.fetchall()]


def test_several_files_are_one_table(facts: Path) -> None:
    save_facts([("last", CASES[0])], dictionary=DICTIONARY, path=facts.with_name("z.parquet"))
    found = facts.with_name("determinations.out")

    written = save_determinations(
        compile_policy(POLICY), facts=facts.with_name("*.parquet"), path=found
    )
    assert Written(rows=4) == written
    assert ["0", "1", "2", "last"] == [row["subject"] for row in rows(found)]


def test_the_same_facts_make_the_same_bytes(facts: Path) -> None:
    found = [facts.with_name(name) for name in ("one.out", "two.out")]
    for path in found:
        save_determinations(compile_policy(POLICY), facts=facts, path=path)

    assert found[0].read_bytes() == found[1].read_bytes()


def test_a_file_says_how_it_was_made(facts: Path) -> None:
    with connection() as opened:
        told = opened.execute(
            "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [str(facts)]
        ).fetchall()

    assert described(DICTIONARY).items() <= dict(told).items()


def test_nothing_else_is_left_in_the_folder(facts: Path) -> None:
    save_determinations(compile_policy(POLICY), facts=facts, path=facts.with_name("found"))

    assert ["found", facts.name] == sorted(each.name for each in facts.parent.iterdir())


def test_work_that_stops_leaves_no_file_and_the_old_one_in_place(facts: Path) -> None:
    before = facts.read_bytes()

    def stopping() -> Iterator[tuple[str, Case]]:
        yield "", CASES[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_facts(stopping(), dictionary=DICTIONARY, path=facts)
    assert before == facts.read_bytes()
    assert [facts] == list(facts.parent.iterdir())


def test_all_columns_that_do_not_fit_are_told_at_once(facts: Path) -> None:
    narrow = facts.with_name("narrow.parquet")
    with connection() as opened:
        opened.execute(
            f"COPY (SELECT subject, CAST(service_date AS TIMESTAMP) AS service_date, fit "
            f"FROM read_parquet('{str(facts).replace(chr(39), chr(39) * 2)}')) TO '{narrow}'"
        )

    with pytest.raises(RequestError) as raised:
        save_determinations(compile_policy(POLICY), facts=narrow, path=facts.with_name("found"))
    assert [
        f"{narrow}: `service_date` is TIMESTAMP, and should be DATE",
        f"{narrow}: has no column `scale`",
    ] == [str(problem).splitlines()[0] for problem in raised.value.problems]


@pytest.mark.parametrize("words", [None, b"no table"])
def test_a_file_that_is_missing_or_no_table_is_told(tmp_path: Path, words: bytes | None) -> None:
    path = tmp_path / "facts.parquet"
    if words is not None:
        path.write_bytes(words)

    with pytest.raises(RequestError) as raised:
        save_determinations(compile_policy(POLICY), facts=path, path=tmp_path / "found")
    assert [f"{path}: cannot be read as a table of facts"] == [
        str(problem).splitlines()[0] for problem in raised.value.problems
    ]


def test_a_file_that_is_cut_short_is_told_and_leaves_nothing(facts: Path) -> None:
    whole = facts.read_bytes()
    facts.write_bytes(whole[:200] + bytes(len(whole) - 600) + whole[-400:])
    found = facts.with_name("found")

    with pytest.raises(RequestError, match="cannot be read as a table of facts"):
        save_determinations(compile_policy(POLICY), facts=facts, path=found)
    assert [facts] == list(facts.parent.iterdir())


def test_too_little_memory_is_told(facts: Path) -> None:
    with pytest.raises(RequestError, match="memory"):
        save_determinations(
            compile_policy(POLICY), facts=facts, path=facts.with_name("found"), memory="100kB"
        )


def test_one_thread_and_little_memory_are_enough(facts: Path) -> None:
    found = facts.with_name("found")

    save_determinations(compile_policy(POLICY), facts=facts, path=found, memory="100MB", threads=1)
    assert evaluated(POLICY, CASES) == rows(found)


def test_a_policy_is_compiled_without_the_library_of_any_engine() -> None:
    """What only writes the query does not wait for an engine to start."""
    program = (
        "import sys, multifidus.columnar.compile, multifidus.columnar.duck;"
        "sys.exit('duckdb' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603  ours
    assert 0 == done.returncode
