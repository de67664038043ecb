"""The shelf: by id, by payer, by the day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.errors import PolicyError, RequestError
from multifidus.language.wording import read_lexicon
from multifidus.library.shelf import DEFAULT_POLICIES, Asked, Shelf, shipped
from tests.library.shelves import Small, put, shelf_of

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.element import Dictionary
    from multifidus.core.wording import Lexicon

THREE = (
    Small(days="2024-01-01 to 2024-12-31"),
    Small(version="2.0.0", days="2025-01-01 to open"),
    Small(id="b", more="payer: [Other]\n"),
)


@pytest.mark.parametrize(
    ("name", "on", "expected"),
    [
        ("a", date(2024, 12, 31), "a@1.0.0"),
        ("a", date(2025, 1, 1), "a@2.0.0"),
        ("a@1.0.0", date(2026, 1, 1), "a@1.0.0"),
        ("a", date(2020, 1, 1), "a@1.0.0"),
        ("b", date(2030, 1, 1), "b@1.0.0"),
    ],
)
def test_the_day_chooses_the_version(tmp_path: Path, name: str, on: date, expected: str) -> None:
    """Where none is in force, the one that was last in force answers, else the first."""
    assert expected == str(shelf_of(tmp_path, *THREE).find(name, on))


def test_between_two_versions_the_earlier_one_answers(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, Small(days="2024-01-01 to 2024-06-30"), THREE[1])

    assert "a@1.0.0" == str(shelf.find("a", date(2024, 9, 1)))


def test_a_policy_that_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *THREE).find("c", date(2024, 1, 1))

    assert "shelf: no policy `c` on the shelf\n    the policies are: a, b" == str(error.value)


def test_a_version_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *THREE).find("a@3.0.0", date(2024, 1, 1))

    assert "did you mean" in str(error.value)
    assert "a@1.0.0, a@2.0.0" in str(error.value)


def test_every_shipped_policy_can_be_read() -> None:
    shelf = shipped()
    policies = [shelf.read(each) for each in shelf.entries]

    assert {"anthem-surg-00158", "fda-p190021", "isass-2025", "mp-623"} <= {
        policy.about.id for policy in policies
    }
    assert set(DEFAULT_POLICIES) <= {policy.about.id for policy in policies}


def test_anthem_changes_between_two_days() -> None:
    shelf = shipped()

    anthem = Asked(payer="Anthem")
    before, after = (shelf.choose_for(anthem, date(2025, 4, day)) for day in (15, 16))

    assert ["2024.4.1", "2025.4.16"] == [before.shelved.version, after.shelved.version]
    assert before.because == (
        "the policy of `Anthem` in force on 2025-04-15; from 2025-04-16 on 2025.4.16"
    )
    assert after.because == "the policy of `Anthem` in force on 2025-04-16; before it 2024.4.1"


def test_a_lexicon_is_read_once_and_only_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def counted(path: Path, dictionary: Dictionary) -> Lexicon:
        read.append(path.stem)
        return read_lexicon(path, dictionary)

    monkeypatch.setattr("multifidus.language.wording.read_lexicon", counted)
    shelf = shipped()
    for each in shelf.entries:
        shelf.read(each)
    assert [] == read

    lexicon = shelf.lexicon("low-back-pain")

    assert shelf.lexicon("low-back-pain") is lexicon
    assert ["low-back-pain"] == read
    assert lexicon.elements.keys() <= shelf.dictionaries["low-back-pain"].elements.keys()


def test_a_lexicon_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RequestError) as error:
        shipped().lexicon("low-back")

    assert (
        "shelf: no lexicon `low-back` on the shelf\n"
        "    did you mean `low-back-pain`? the lexicons are: low-back-pain"
    ) == str(error.value)


def test_a_lexicon_without_its_dictionary_is_not_on_the_shelf(tmp_path: Path) -> None:
    path = tmp_path / "dictionaries" / "wording" / "alone.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("version: 1.0.0\n")

    with pytest.raises(
        RequestError, match="no lexicon `alone` on the shelf\\n    there are no lexicons on it"
    ):
        Shelf(tmp_path).lexicon("alone")


# A user's own folders


def test_a_folder_of_ones_own_adds_policies(tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", Small(id="c"))
    shelf = shelf_of(tmp_path / "shipped", *THREE, own=(mine,))

    assert ["a@1.0.0", "a@2.0.0", "b@1.0.0", "c@1.0.0"] == [str(each) for each in shelf.entries]
    assert "c" == shelf.read(shelf.find("c", date(2024, 1, 1))).about.id
    assert [] == shelf.faults


def test_a_policy_of_ones_own_is_not_read_with_a_name_that_no_dictionary_has(
    tmp_path: Path,
) -> None:
    mine = put(tmp_path / "mine", Small(id="c"))
    path = mine / "0" / "policy.md"
    path.write_text(path.read_text().replace("`not unfit`", "`not unfitted`"))
    shelf = shelf_of(tmp_path / "shipped", own=(mine,))

    with pytest.raises(PolicyError, match="unknown name `unfitted`"):
        shelf.read(shelf.find("c", date(2024, 1, 1)))


def test_a_folder_that_is_named_twice_is_looked_at_once(tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", Small(id="c"))
    shelf = shelf_of(tmp_path / "shipped", own=(mine, mine, tmp_path / "shipped"))

    assert ["c@1.0.0"] == [str(each) for each in shelf.entries]
    assert [] == shelf.faults


def test_a_policy_of_ones_own_never_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", Small(days="2024-01-01 to 2024-03-31"))
    shelf = shelf_of(tmp_path / "shipped", *THREE, own=(mine,))

    assert tmp_path / "shipped" == shelf.find("a@1.0.0", date(2024, 1, 1)).folder
    [fault] = shelf.faults
    assert "a@1.0.0 stands in the library twice" == fault.message
    assert f"that of {tmp_path}/shipped/0/policy.md stays" in fault.hint


def test_a_version_of_ones_own_may_replace_a_shipped_one_and_says_so(tmp_path: Path) -> None:
    """The end of the one that is replaced is told by the shelf and by every determination."""
    new = Small(version="3.0.0", days="2026-06-01 to open", more="replaces: a@2.0.0\n")
    shelf = shelf_of(tmp_path / "shipped", *THREE, own=(put(tmp_path / "mine", new),))

    before, after = (shelf.find("a", date(2026, month, 1)) for month in (5, 6))

    assert ["a@2.0.0", "a@3.0.0"] == [str(before), str(after)]
    assert "a@3.0.0" == before.replaced_by
    assert "2025-01-01 to 2026-05-31" == str(before.in_force)
    assert "2025-01-01 to 2026-05-31" == str(shelf.read(before).about.in_force)
    assert [] == shelf.faults


# Premises


def test_premises_stand_on_the_shelf_and_answer_no_chart(tmp_path: Path) -> None:
    premises = Small(id="p", more="payer: [Payer]\nkind: premises\n")
    shelf = shelf_of(tmp_path, *THREE, premises)

    assert "p@1.0.0" in [str(each) for each in shelf.entries]
    assert "p@1.0.0" not in [str(each) for each in shelf.policies]
    assert "p@1.0.0" == str(shelf.find("p", date(2024, 1, 1)))
    assert "a@1.0.0" == str(shelf.choose_for(Asked(payer="Payer"), date(2024, 1, 1)).shelved)
    for name in ("p", "p@1.0.0"):
        with pytest.raises(RequestError, match="holds premises, to which no chart is put"):
            shelf.choose(name, date(2024, 1, 1))


def test_what_changes_in_the_folders_is_seen_by_the_next_shelf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was seen of the same texts is kept, and what is wrong among them is told again."""
    monkeypatch.setenv("MULTIFIDUS_CACHE", str(tmp_path / "kept"))
    folder = tmp_path / "shelf"
    shelf_of(folder, *THREE)
    (folder / "none" / "policy.md").mkdir(parents=True)

    def seen() -> tuple[list[str], list[str]]:
        shelf = Shelf(folder)
        return [f"{each}, {each.in_force}" for each in shelf.entries], list(map(str, shelf.faults))

    first = seen()
    look = "multifidus.library.shelf.take_stock"
    monkeypatch.setattr(look, lambda _folders: pytest.fail("looked again"))
    assert first == seen()
    assert any("this is no file" in each for each in first[1])

    monkeypatch.undo()
    monkeypatch.setenv("MULTIFIDUS_CACHE", str(tmp_path / "kept"))
    (folder / "none" / "policy.md").rmdir()
    path = next(each for each in folder.rglob("policy.md") if "policy: b" in each.read_text())
    path.write_text(path.read_text().replace("version: 1.0.0", "version: 3.0.0"))
    entries, faults = seen()
    assert "b@3.0.0, 2024-01-01 to open" in entries
    assert faults == []


# Reading


def test_a_text_is_read_again_only_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = shelf_of(tmp_path, *THREE)
    shelved = shelf.entries[0]
    before = shelf.read(shelved)
    text = shelved.path.read_text()
    monkeypatch.setattr("multifidus.language.read.read_policy", None)
    assert before == shelf.read(shelved)

    monkeypatch.undo()
    shelved.path.write_text(text.replace("18", "21"))
    assert before != shelf.read(shelved)
    shelved.path.write_text(text)
    assert before == shelf.read(shelved)


def test_a_policy_whose_sources_have_changed_is_read_again(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, *THREE)
    shelved = shelf.entries[0]
    sources = shelved.path.with_name("sources.yaml")
    before = shelf.read(shelved)

    sources.write_text(sources.read_text().replace("second-hand", "unverified"))

    assert before.about.digest != shelf.read(shelved).about.digest


def test_a_text_that_cannot_be_read_is_a_policy_error_with_its_file(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, *THREE)
    shelved = shelf.entries[0]
    shelved.path.with_name("sources.yaml").unlink()

    with pytest.raises(PolicyError) as error:
        shelf.read(shelved)

    assert str(error.value) == (
        f"{tmp_path}/0/sources.yaml: the file cannot be read: No such file or directory\n"
        "    policy.md and the sources.yaml beside it make a policy; check both"
    )
