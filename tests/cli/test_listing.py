"""`multifidus policies`: the list for people and for programs, what narrows it, what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_POLICY, WRONG_USAGE
from multifidus.core.policy import Kind, LineOfBusiness, Stance
from tests.cli.shelves import write_policy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the terminal as wide as the lines below were written for."""
    monkeypatch.setenv("COLUMNS", "100")


def listed(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    """Give the list for programs."""
    main(["policies", "--format", "json", *map(str, arguments)])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def names(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[str]:
    """Name the policies that are listed."""
    return [f"{each['id']}@{each['version']}" for each in listed(capsys, *arguments)]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Make a library that holds a policy of each sort."""
    write_policy(tmp_path, "gold", more="plan: [Gold]\nlines_of_business: [commercial]\n")
    write_policy(tmp_path, "state", more="lines_of_business: [medicaid]\njurisdictions: [US-NC]\n")
    write_policy(tmp_path, "unseen", stance="unread", days="open to open")
    write_policy(tmp_path, "facts", more="kind: premises\n")
    return tmp_path


def test_each_policy_is_told_with_what_it_is_and_how_it_was_read(
    capsys: pytest.CaptureFixture[str], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    assert DONE == main(["policies", "--payer", "our plan", "--library", str(library)])

    assert capsys.readouterr().out == (
        "Coverage policies\n"
        "\n"
        "gold@1.0.0                                             criteria, from 2026-01-01\n"
        "  What our plan asks for\n"
        "  Our plan. Plan: Gold. commercial\n"
        "  3 clauses: 3 second-hand.\n"
        "\n"
        "state@1.0.0                                            criteria, from 2026-01-01\n"
        "  What our plan asks for\n"
        "  Our plan. medicaid, US-NC\n"
        "  3 clauses: 3 second-hand.\n"
        "\n"
        "unseen@1.0.0                                             unread, days not stated\n"
        "  What our plan asks for\n"
        "  Our plan.\n"
        "  Nobody has read its position. Obtain Medical policy of our plan, January 2026.\n"
        "\n"
        "3 policies, 6 clauses: 6 second-hand.\n"
    )


def test_forty_policies_fit_into_eighty_columns(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for number in range(40):
        long = f"a-policy-with-a-long-name-{'of-its-own-' * (number % 4)}{number}"
        write_policy(tmp_path, long, more=f"plan: [{', '.join(['A plan of many words'] * 5)}]\n")

    main(["policies", "--library", str(tmp_path)])

    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("Our plan. Plan: A plan of many words") == 40


def test_the_list_for_programs_holds_the_same(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    [state] = listed(
        capsys,
        "--jurisdiction",
        "US-NC",
        "--payer",
        "Our plan",
        "--stance",
        "criteria",
        "--line-of-business",
        "medicaid",
        "--library",
        library,
    )

    assert state.pop("digest").startswith("sha256:")
    assert state == {
        "id": "state",
        "version": "1.0.0",
        "title": "What our plan asks for",
        "body": "Our plan",
        "kind": "coverage",
        "stance": "criteria",
        "status": "draft",
        "in_force": {"first": "2026-01-01", "last": None},
        "payers": ["Our plan"],
        "plans": [],
        "lines_of_business": ["medicaid"],
        "jurisdictions": ["US-NC"],
        "replaced_by": "",
        "clauses_read": {"verified": 0, "attested": 0, "second-hand": 3, "unverified": 0},
        "stale_attestations": 0,
        "obtain": [],
        "file": str(library / "state" / "1.0.0" / "policy.md"),
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--plan", "gold"), ["gold@1.0.0", "state@1.0.0", "unseen@1.0.0"]),
        (("--plan", "other"), ["state@1.0.0", "unseen@1.0.0"]),
        (("--line-of-business", "medicaid"), ["state@1.0.0", "unseen@1.0.0"]),
        (("--jurisdiction", "US-TX"), ["gold@1.0.0", "unseen@1.0.0"]),
        (("--stance", "unread"), ["unseen@1.0.0"]),
        (("--on", "2025-12-31"), ["unseen@1.0.0"]),
        (("--kind", "premises"), ["facts@1.0.0"]),
        (("--kind", "label"), []),
    ],
)
def test_what_is_asked_for_narrows_the_list(
    capsys: pytest.CaptureFixture[str],
    library: Path,
    arguments: tuple[str, str],
    expected: list[str],
) -> None:
    """What names no plan, line of business or jurisdiction may be for any."""
    assert expected == names(capsys, "--payer", "Our plan", "--library", library, *arguments)


def test_without_a_filter_all_kinds_stand_under_their_heads_and_premises_do_not(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    main(["policies", "--library", str(library)])

    out = capsys.readouterr().out
    heads = [
        line for line in out.splitlines() if line in {"Coverage policies", "Labels", "Guidelines"}
    ]
    assert ["Coverage policies", "Labels", "Guidelines"] == heads
    assert "facts@1.0.0" not in out


def test_a_list_of_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["policies", "--payer", "Anthem", "--on", "1900-01-01"])

    assert "No policy on the shelf is so.\n" == capsys.readouterr().out


def test_a_policy_that_is_replaced_says_by_which(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A successor of one's own ends a shipped policy, for all to see."""
    more = "replaces: anthem-surg-00158@2025.4.16\n"
    write_policy(tmp_path, "ours", days="2027-01-01 to open", more=more)

    main(["policies", "--payer", "Anthem", "--library", str(tmp_path)])

    out = capsys.readouterr().out
    assert "criteria, 2025-04-16 to 2026-12-31" in out
    assert "  Replaced by ours@1.0.0.\n" in out
    main(["policy", "show", "anthem-surg-00158@2025.4.16", "--library", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "in_force: 2025-04-16 to 2026-12-31\n" in shown
    assert "Its days in force end because ours@1.0.0 replaces it.\n" in shown


def test_all_faults_are_told_and_the_sound_policies_are_listed(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    """A text is looked at as well, for its clauses are counted."""
    path = library / "gold" / "1.0.0" / "policy.md"
    path.write_text(path.read_text().replace("`age >= 21 years`", "`age >`"))
    write_policy(library, "fda-p190021", version="0.1.0")
    (library / "state" / "1.0.0" / "policy.md").write_text("# Nothing")

    assert WRONG_POLICY == main(["policies", "--payer", "Our plan", "--library", str(library)])

    printed = capsys.readouterr()
    assert "gold@1.0.0" in printed.out
    assert "Its text cannot be read; what is wrong is told on standard error." in printed.out
    assert "unseen@1.0.0" in printed.out
    assert "the front matter is missing" in printed.err
    assert "fda-p190021@0.1.0 stands in the library twice" in printed.err
    assert f"{path}:20:9: A: the test stops short" in printed.err

    [gold, *_] = listed(capsys, "--payer", "Our plan", "--library", library)
    assert (None, None) == (gold["digest"], gold["clauses_read"])


def test_words_of_a_library_do_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path, more='plan: ["Gold\\e[2J"]\n')
    path.write_text(path.read_text().replace("# What", "# \x1b[2JWhat"))
    path = write_policy(tmp_path, "other")
    path.write_text(path.read_text().replace("stance: criteria", 'stance: "\\e[2J"'))

    main(["policies", "--payer", "Our plan", "--library", str(tmp_path)])

    printed = capsys.readouterr()
    assert "Plan: Gold [2J." in printed.out
    assert "front matter: `stance` is ` [2J`" in printed.err
    assert "\x1b" not in printed.out + printed.err


@pytest.mark.parametrize("words", ["Carolina", "US-", "us-nc-1", "US-ZZ", "AA", "US-27"])
def test_what_is_no_place_is_refused_with_the_forms_that_are_taken(
    capsys: pytest.CaptureFixture[str], words: str
) -> None:
    with pytest.raises(SystemExit):
        main(["policies", "--jurisdiction", words])

    err = " ".join(capsys.readouterr().err.split())
    assert f"`{words}` is no place that is known: write an ISO 3166 code, as US for a coun" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("NC", "for North Carolina write US-NC"),
        ("tx", "for Texas write US-TX"),
        ("DE", "for Delaware write US-DE; for Germany write its name"),
    ],
)
def test_the_letters_of_a_state_alone_are_not_taken_for_a_country(
    capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    with pytest.raises(SystemExit):
        main(["policies", "--jurisdiction", words])

    assert told in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("words", ["US-NC", "us-nc", " north  carolina "])
def test_a_place_is_asked_for_by_its_code_or_name(
    capsys: pytest.CaptureFixture[str], library: Path, words: str
) -> None:
    """And it is told how many of those listed name it."""
    asked = ["--payer", "our plan", "--library", str(library), "--jurisdiction", words]
    assert DONE == main(["policies", *asked])

    out = capsys.readouterr().out
    assert out.endswith("Of US-NC: 1 of these names it; 2 name no place, and may apply.\n")


def test_a_place_that_nothing_names_is_told(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    write_policy(library, "country", more="jurisdictions: [US]\nplan: [Gold]\n")
    asked = ["--payer", "our plan", "--library", str(library)]

    main(["policies", *asked, "--plan", "Silver"])
    out = capsys.readouterr().out
    assert "Of Silver: none of these names it; 2 name no plan, and may apply.\n" in out
    main(["policies", *asked, "--jurisdiction", "US-TX"])

    words = "Of US-TX: none of these names it; 1 names US, which holds it; 2 name no place"
    assert words in capsys.readouterr().out


# Folders


def test_the_environment_names_folders_where_the_command_names_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        write_policy(tmp_path / name, name)
    monkeypatch.setenv("MULTIFIDUS_LIBRARY", f"{tmp_path / 'one'}:{tmp_path / 'two'}:")

    assert ["one@1.0.0", "two@1.0.0"] == names(capsys, "--payer", "Our plan")
    assert ["three@1.0.0"] == names(capsys, "--payer", "Our plan", "--library", tmp_path / "three")


def test_several_folders_may_be_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_policy(tmp_path / name, name)

    assert ["one@1.0.0", "two@1.0.0"] == names(
        capsys, "--payer", "Our plan", "--library", tmp_path / "two", "--library", tmp_path / "one"
    )


@pytest.mark.parametrize("origin", ["--library", "MULTIFIDUS_LIBRARY"])
def test_a_folder_that_is_not_there_is_told_by_who_named_it(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    origin: str,
) -> None:
    gone = str(tmp_path / "gone")
    named = ["--library", gone] if origin == "--library" else []
    if not named:
        monkeypatch.setenv(origin, gone)

    assert WRONG_USAGE == main(["policies", *named])

    assert capsys.readouterr().err == (
        f"{origin}: there is no folder `{gone}`\n"
        "    name a folder that holds policies, each in a folder of its own\n"
    )


def test_the_options_are_the_words_of_the_notation() -> None:
    from multifidus.cli.arguments import KINDS, LINES_OF_BUSINESS, STANCES  # noqa: PLC0415

    for options, words in ((KINDS, Kind), (LINES_OF_BUSINESS, LineOfBusiness), (STANCES, Stance)):
        assert list(options) == [each.value for each in words]
