"""What a person confirmed keeps its proof: the words, and where they stand."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from multifidus.cli.main import main
from multifidus.cli.packet import Order, packet_of
from multifidus.cli.question import Question
from multifidus.packet.redact import Redaction
from tests.packet.charts import ON
from tests.packet.packets import EXAMPLES, PRACTICE, TODAY, again

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.packet.compose import Packet

WORDS = "Prone instability test positive"


@pytest.fixture
def chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give a chart whose words were confirmed."""
    place = tmp_path / "chart"
    shutil.copytree(EXAMPLES / "spine-clinic", place)
    elements = ["--element=prone_instability_test", "--element=physical_therapy_response"]
    assert main(["confirm", str(place), *elements, "--by=Dr. Q", "--on=2026-09-21"]) == 0
    capsys.readouterr()
    return place


def packet(place: Path) -> Packet:
    question = Question(records=(place,), policy="isass-2025", on=ON)
    return packet_of(Order(question=question, practice=PRACTICE), today=TODAY)


def letter(made: Packet) -> str:
    return made.documents[1].words()


def test_a_confirmed_fact_is_told_with_its_words_and_who_confirmed_them(chart: Path) -> None:
    words = letter(packet(chart))

    assert (
        "Prone instability test: positive, 2026-09-01"
        f" [Exhibit B, line 25 (“{WORDS}”); confirmed by Dr. Q on 2026-09-21: Exhibit C, entry 22]"
    ) in words
    assert "Response to physical therapy: inadequate, 2026-05-14 [Exhibit A, page 1 (“" in words


def test_the_documents_that_hold_the_words_are_exhibits(chart: Path) -> None:
    titles = [each.title for each in packet(chart).exhibits.all]

    assert ["pt-discharge.pdf", "spine-clinic-note.txt"] == titles[:2]


def test_an_answer_of_a_persons_own_has_no_words_to_show(chart: Path) -> None:
    answer = "--element=medication_response=inadequate"
    assert main(["confirm", str(chart), answer, "--by=Dr. Q", "--on=2026-09-22"]) == 0

    assert "medication: inadequate" in letter(packet(chart))
    assert not packet(chart).material.confirmed[0].is_lost


def test_words_that_changed_are_not_quoted_and_told_to_the_sender(chart: Path) -> None:
    note = chart / "spine-clinic-note.txt"
    note.write_text(note.read_text().replace(WORDS, "Prone instability test was positive"))

    made = packet(chart)

    assert WORDS not in letter(made)
    assert [("should", "Prone instability test")] == [
        (str(each.weight), each.about) for each in made.gaps if "no longer stand" in each.words
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"document": "spine-clinic-note.txt", "start": -5, "end": 3},
        {"document": "spine-clinic-note.txt", "start": "1", "end": 3},
        {"document": "spine-clinic-note.txt", "start": 9, "end": 2},
        {"document": ["spine-clinic-note.txt"]},
        {},
    ],
)
def test_a_place_that_makes_no_sense_is_lost_words(chart: Path, told: dict[str, object]) -> None:
    path = chart / "answers-2026-09-21.json"
    response = json.loads(path.read_text())
    parts = [{"url": name, "valueString": value} for name, value in told.items()]
    response["item"][0]["answer"][0]["extension"][0]["extension"] = parts
    path.write_text(json.dumps(response))

    confirmed = [each for each in packet(chart).material.confirmed if each.is_lost]

    assert ["prone_instability_test"] == [each.element for each in confirmed]


def test_who_confirmed_can_be_blacked_out(chart: Path) -> None:
    made = packet(chart)

    barred = again(Redaction(["Dr. Q"]).of(made.material))

    assert "Dr. Q" in letter(made)
    assert "Dr. Q" not in letter(barred)
