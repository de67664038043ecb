"""The law of the markers `shared` and `system`, shown by running pytest inside pytest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import TOLD

TESTS = """
    import pytest

    def test_reads_the_folder(shared):
        assert shared.is_dir()

    @pytest.mark.shared
    def test_is_marked():
        pass

    @pytest.mark.shared
    def test_looks_for_one_record():
        pytest.skip("the record is not there")

    @pytest.mark.shared
    @pytest.mark.xfail(reason="a known fault", strict=True)
    def test_has_a_known_fault():
        raise AssertionError

    def test_reads_nothing():
        pass
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Lay out a small suite under this suite's own conftest, with an empty environment."""
    monkeypatch.delenv("MULTIFIDUS_SHARED", raising=False)
    monkeypatch.delenv("MULTIFIDUS_REQUIRE_SHARED", raising=False)
    monkeypatch.delenv("MULTIFIDUS_REQUIRE_SYSTEM", raising=False)
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n    shared: reads the folder\n    system: needs one\n")
    pytester.makepyfile(TESTS)
    return pytester


def test_without_the_folder_its_tests_are_skipped_with_a_reason(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIFIDUS_SHARED", str(inner.path / "missing"))

    result = inner.runpytest_inprocess("-rs")

    result.assert_outcomes(passed=1, skipped=4)
    result.stdout.fnmatch_lines(["*no `shared` folder beside the checkout*"])


def test_with_the_folder_its_tests_run(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIFIDUS_SHARED", str(inner.mkdir("records")))

    inner.runpytest_inprocess().assert_outcomes(passed=3, skipped=1, xfailed=1)


def test_where_the_folder_is_required_no_skip_of_its_tests_passes(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIFIDUS_REQUIRE_SHARED", "1")
    monkeypatch.setenv("MULTIFIDUS_SHARED", str(inner.path / "missing"))

    result = inner.runpytest_inprocess()

    result.assert_outcomes(passed=1, errors=4)
    result.stdout.fnmatch_lines(["*MULTIFIDUS_REQUIRE_SHARED forbids this skip: *"])


def test_where_the_folder_is_required_a_missing_record_fails_too(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIFIDUS_REQUIRE_SHARED", "1")
    monkeypatch.setenv("MULTIFIDUS_SHARED", str(inner.mkdir("records")))

    result = inner.runpytest_inprocess()

    result.assert_outcomes(passed=3, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(["*forbids this skip: *the record is not there*"])


def test_a_test_that_asks_for_the_folder_is_marked(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIFIDUS_SHARED", str(inner.path / "missing"))

    inner.runpytest_inprocess("-m", "not shared").assert_outcomes(passed=1, deselected=4)


@pytest.mark.parametrize(("required", "outcomes"), [("", {"skipped": 1}), ("1", {"errors": 1})])
def test_where_programs_are_required_no_skip_for_one_passes(
    inner: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    required: str,
    outcomes: dict[str, int],
) -> None:
    monkeypatch.setenv("MULTIFIDUS_REQUIRE_SYSTEM", required)
    path = inner.makepyfile(
        needs="""
        import pytest

        @pytest.mark.system
        @pytest.mark.skipif(True, reason="the program is not there")
        def test_runs_a_program():
            pass
        """
    )

    result = inner.runpytest_inprocess("-rs", path)

    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines(["*the program is not there*"])


@pytest.mark.parametrize("cores", ["0", "2"])
def test_what_a_test_tells_of_itself_stands_in_the_summary(
    inner: pytest.Pytester, cores: str
) -> None:
    inner.makepyfile(
        f"""
        def test_tells(record_property):
            record_property("{TOLD}", "7 things compared")
        """
    )
    result = inner.runpytest_subprocess("--numprocesses", cores)

    assert 1 == result.stdout.str().count("7 things compared")
