"""What was drawn of the shelf is what it would be now: `make pages` makes it so."""

from __future__ import annotations

import pytest

from authoring.pages import FOLDER, files, main

FILES = dict(files())


@pytest.mark.parametrize("name", FILES)
def test_a_page_is_what_the_library_gives_now(name: str) -> None:
    assert FILES[name] == FOLDER.joinpath(name).read_text(encoding="utf-8")


def test_nothing_else_lies_in_the_folder() -> None:
    assert set(FILES) == {each.name for each in FOLDER.iterdir()}


def test_they_can_be_written_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("pages") / "new"

    main([str(folder)])

    assert set(FILES) == {each.name for each in folder.iterdir()}
    assert str(folder / "timeline.svg") in capsys.readouterr().out
