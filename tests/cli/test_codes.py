"""`multifidus codes`, and what `check` says of a record's codes, as a user meets them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from multifidus.cli.main import main

if TYPE_CHECKING:
    import pytest

CHART = Path(str(files("multifidus"))) / "examples" / "complete-candidate.json"
SCHEMAS = Path(__file__).parents[2] / "docs" / "reference"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; its exit status, output and errors."""
    status = main(arguments)
    told = capsys.readouterr()
    return status, told.out, told.err


def in_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Run a command that gives JSON."""
    status, out, _ = run(capsys, *arguments, "--format", "json")
    assert status == 0
    told: dict[str, Any] = json.loads(out)
    return told


def test_a_finding_is_told_with_its_way_forward_and_its_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The gravest first, and a person decides."""
    named = ("--diagnosis", "m6285", "--diagnosis", "M79.18", "--procedure", "64555")
    status, out, _ = run(capsys, "codes", "check", *named, "--on", "2026-05-01")

    assert status == 0
    assert out.index("Error  M62.85, M79.18") < out.index("Warning  64555")
    assert "excludes1-m6285; verified: https://" in out
    assert out.endswith("A person decides.\n")


def test_a_request_that_is_well_coded_has_nothing_said_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And says so."""
    named = ("--diagnosis", "M62.85", "--procedure", "64555:2", "--procedure", "64590")
    _, out, _ = run(capsys, "codes", "check", *named, "--product", "QLK")

    assert "nothing to say of them" in out


def test_the_json_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """With site, line of business and policy, and without."""
    schema = json.loads((SCHEMAS / "coding.schema.json").read_text(encoding="utf-8"))
    few = in_json(capsys, "codes", "check", "--diagnosis", "M54.5")
    options = ("--site", "22", "--line-of-business", "medicare", "--policy", "aetna-cpb-0011")
    many = in_json(capsys, "codes", "check", "--procedure", "64555-50", "--device=L8688", *options)

    for told in (few, many):
        jsonschema.validate(told, schema)
    assert few["findings"][0]["rule"] == "valid-on-the-day"
    assert {"aetna-cpb-0011-listed", "medicare-device-code"} <= {
        each["rule"] for each in many["findings"]
    }


def test_the_codes_of_a_record_are_those_of_its_orders_and_claims(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Revoked orders are left out, an order and its claim are one, and the reason comes first."""
    told = in_json(capsys, "codes", "check", "--record", str(CHART))

    assert [each["code"] for each in told["codes"]] == ["M62.85", "64555", "64590", "QLK"]
    assert told["date"] == "2026-10-05"


def test_check_tells_the_coding_of_the_request(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the determinations, and in each of them as data."""
    _, out, _ = run(capsys, "check", str(CHART), "--policy", "isass-2025")
    told = in_json(capsys, "check", str(CHART), "--policy", "isass-2025")
    schema = json.loads((SCHEMAS / "determination.schema.json").read_text(encoding="utf-8"))

    assert "Coding of the request\n  M62.85, 64555, 64590, QLK" in out
    assert [each["rule"] for each in told["coding"]["findings"]] == ["both-sides"]
    assert told["coding"]["site"] == "24"
    jsonschema.validate(told, schema)


def test_findings_on_codes_move_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """The same chart comes to the same, whatever codes are asked for beside it."""
    few = in_json(capsys, "check", str(CHART), "--policy", "isass-2025")
    more = in_json(
        capsys, "check", str(CHART), "--policy", "isass-2025", "--service-codes", "64596"
    )

    assert "integrated-device" in {each["rule"] for each in more["coding"]["findings"]}
    assert (few["answer"], few["criteria"]) == (more["answer"], more["criteria"])


def test_everything_that_is_wrong_with_a_request_is_told_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit status 2, each with the way forward."""
    status, _, err = run(
        capsys, *["codes", "check", "--diagnosis", "foo", "--site", "x", "--line-of-business", "y"]
    )

    assert status == 2
    assert err.count("request: ") == 3
    for words in ("M62.85", "two digits", "medicare-advantage"):
        assert words in err


def test_a_request_without_codes_is_told_how_to_name_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The empty case."""
    status, _, err = run(capsys, "codes", "check")

    assert status == 2
    assert "--diagnosis" in err


def test_a_code_is_shown_with_its_days(capsys: pytest.CaptureFixture[str]) -> None:
    """Written as it may be; what replaced it; or that the table lacks it."""
    _, retired, _ = run(capsys, "codes", "show", "m5136")
    _, current, _ = run(capsys, "codes", "show", "64596")
    _, undated, _ = run(capsys, "codes", "show", "QLK")
    status, _, err = run(capsys, "codes", "show", "zzz")

    assert "valid until 2024-09-30" in retired
    assert "replaced by M51.360" in retired
    assert "valid from 2024-01-01" in current
    assert "no first and no last day" in undated
    assert (status, "no code `zzz` in the table" in err) == (2, True)


def test_the_device_is_shown_with_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as JSON."""
    _, out, _ = run(capsys, "codes", "device")
    told = in_json(capsys, "codes", "device")

    assert "not told by a source that was read" in out
    assert told["facts"]["mri_status"]["value"] is None
    assert told["facts"]["leads"]["value"] == "2"


def test_codes_alone_shows_its_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    """As the other commands do."""
    _, out, _ = run(capsys, "codes")

    assert "show what the table holds of a code" in out


def test_a_code_that_a_report_names_is_second_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """As the rule says that cites the same page."""
    assert main(["codes", "show", "64555"]) == 0

    assert "\n  second-hand:\n" in capsys.readouterr().out
