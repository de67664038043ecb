"""
A package as a whole: its form, its bytes, and the validity of all that is in it.

The packages of two policies stand in tests/golden/export; MULTIFIDUS_UPDATE_GOLDEN=1 writes them
anew. Left out there is what others write and keep golden files of: the logic and the form.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli.findings import findings_behind
from multifidus.export.package import archive, package_name
from multifidus.export.published import Parts, published, resources
from multifidus.export.questionnaire import questionnaire
from multifidus.export.resource import text_of
from multifidus.library.shelf import shipped
from tests.export.publications import logic, ours, shelf
from tests.export.validator import faults

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

Resource = dict[str, Any]

GOLDEN = Path(__file__).parents[1] / "golden" / "export"
TWO = ("isass-2025@0.1.0", "anthem-surg-00158@2025.4.16")
ELSEWHERE = ("/Library-", "/Questionnaire-")


def parts(policy: Policy) -> Parts:
    return Parts(
        logic=logic(policy),
        questionnaire=questionnaire(policy).content,
        findings=findings_behind(policy),
    )


def contents(policy: Policy) -> dict[str, bytes]:
    return published(policy, parts=parts(policy))


def read(files: dict[str, bytes], name: str) -> Resource:
    told: Resource = json.loads(files[f"package/{name}"])
    return told


def test_every_resource_of_every_policy_is_valid() -> None:
    found = [
        (f"{policy.about.id}@{policy.about.version}", each["resourceType"], each["id"], fault)
        for policy in shelf()
        for each in resources(policy, parts=parts(policy))
        for fault in faults(each)
    ]

    assert [] == found


def test_a_package_says_what_it_is() -> None:
    told = read(contents(ours()), "package.json")

    assert ("multifidus.ours", "1.0.0") == (told["name"], told["version"])
    assert ["4.0.1"] == told["fhirVersions"]
    assert {"hl7.fhir.r4.core": "4.0.1"} == told["dependencies"]
    assert "Apache-2.0" == told["license"]


def test_the_index_lists_every_resource_and_nothing_else() -> None:
    files = contents(ours())
    listed = {each["filename"]: each for each in read(files, ".index.json")["files"]}
    beside = {"package.json", ".index.json"}
    held = {Path(name).name for name in files if name.count("/") == 1} - beside

    assert held == set(listed)
    for name, entry in listed.items():
        resource = read(files, name)
        assert {key: resource[key] for key in entry if key != "filename"} == {
            key: value for key, value in entry.items() if key != "filename"
        }
        assert name == f"{resource['resourceType']}-{resource['id']}.json"


def test_what_names_another_resource_of_ours_names_one_that_is_in_the_package() -> None:
    """Nothing hangs: every canonical address of ours leads to a resource, in its version."""
    policy = ours()
    held = resources(policy, parts=parts(policy))
    there = {each["url"]: each["version"] for each in held}
    named = {
        words
        for each in held
        for words in _strings(each)
        if words.startswith("https://multifidus.org/fhir/")
    }

    # The version that this one replaces, and what names codes or an expansion.
    beside = ("/theirs", "/sid/", "#")
    hanging = {
        each
        for each in named
        if not any(mark in each for mark in beside)
        and (
            each.partition("|")[0] not in there
            or each.partition("|")[2] not in ("", there[each.partition("|")[0]])
        )
    }
    assert set() == hanging


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [words for child in children for words in _strings(child)]


def test_the_form_is_collected_with_and_listed() -> None:
    policy = ours()
    held = resources(policy, parts=parts(policy))
    kinds = [f"{each['resourceType']}/{each['id']}" for each in held]

    assert {"Questionnaire/ours", "ActivityDefinition/ours-collect"} <= set(kinds)


def test_the_same_policy_gives_the_same_bytes() -> None:
    one, other = (archive(contents(ours())) for _ in range(2))

    assert one == other


def test_an_archive_has_neither_a_clock_nor_a_machine_in_it() -> None:
    packed = archive(contents(ours()))
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        members = tar.getmembers()
        unpacked = {
            each.name: stream.read() for each in members if (stream := tar.extractfile(each))
        }

    assert "package/package.json" == members[0].name
    assert {(0, 0, 0, "", "", 0o644)} == {
        (each.mtime, each.uid, each.gid, each.uname, each.gname, each.mode) for each in members
    }
    # The header of gzip: no time, no name.
    assert b"\x00\x00\x00\x00" == packed[4:8]
    assert 0 == packed[3]
    assert contents(ours()) == unpacked


def test_the_source_attributes_travel_in_the_package() -> None:
    files = contents(ours())

    assert b"# Source attributes" == files["package/other/source-attributes.md"][:19]
    assert 44 == len(read(files, "other/source-attributes.json")["attributes"])


@pytest.mark.parametrize("name", TWO)
def test_two_packages_are_what_was_agreed(name: str) -> None:
    policy = shipped().read(
        next(each for each in shipped().entries if name == f"{each.id}@{each.version}")
    )
    files = {
        path.removeprefix("package/"): content.decode()
        for path, content in contents(policy).items()
        if not any(name in path for name in ELSEWHERE)
    }
    folder = GOLDEN / package_name(policy)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        pytest.skip("the golden files were written anew")
    stored = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }

    assert sorted(stored) == sorted(files)
    for path, text in files.items():
        assert stored[path] == text, path


def test_json_is_written_for_people_to_read() -> None:
    assert '{\n  "a": "é"\n}\n' == text_of({"a": "é"})
