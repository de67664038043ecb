"""A packet with many pages of exhibits: its time beside WeasyPrint's, and its memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from authoring.paper import pdf, typed
from benchmarks.pdf import LINES
from benchmarks.peak import peak
from multifidus.cli.packet import Order, packet_of
from multifidus.cli.question import Question
from multifidus.packet.compose import Kind, compose
from multifidus.packet.exhibit import Extent
from multifidus.packet.manifest import attachments
from multifidus.packet.page import page_of
from multifidus.packet.typeset import Copy, typeset
from multifidus.packet.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.packet.compose import Packet

    Median = Callable[[Callable[[], object]], float]

PACKAGE = Path(str(files("multifidus")))
CHART, PRACTICE = PACKAGE / "examples" / "spine-clinic", PACKAGE / "packet" / "practice.toml"
DAY = date(2026, 9, 20)
PAGES, MANY = 40, 300
OTHER_PAGES = 17
"""Letter, crosswalk, cover and the exhibits of the example."""


def packet_with(exhibit_pages: int) -> Packet:
    """Compose the request of the shipped mixed chart, with a letter of many pages behind it."""
    page = typed("\n".join(LINES.format(n=n) for n in range(6)))
    with tempfile.TemporaryDirectory() as folder:
        letter = Path(folder) / "letter.pdf"
        letter.write_bytes(pdf(*[page] * exhibit_pages))
        question = Question(records=(CHART, letter), policy="isass-2025", on=DAY)
        order = Order(question=question, practice=PRACTICE, extent=Extent.ALL)
        return packet_of(order, today=DAY)


def both_copies(packet: Packet) -> None:
    """Set the copy of record and the reading copy."""
    typeset(packet, Copy.RECORD, attachments(packet, determination=b"{}\n", version="0"))
    typeset(packet, Copy.READING)


def sending(
    median: Median, milliseconds: Callable[[float], str]
) -> list[tuple[str, str, str, str]]:
    """Measure composing and setting, each against WeasyPrint on the same packet as a page."""
    taken = statistics.median(_first_time() for _ in range(5))
    floor, words = _weasyprint(median, page_of(packet_with(PAGES - OTHER_PAGES)), milliseconds)
    against = f"{taken / floor:.2f} x {words}" if floor else words
    return [
        (f"packet of {PAGES} pages, composed and set", milliseconds(taken), against, "2 s"),
        (f"packet with {MANY} pages of exhibits", f"{_peak():.0f} MB peak", "", "400 MB"),
    ]


def _weasyprint(
    median: Median, page: str, milliseconds: Callable[[float], str]
) -> tuple[float, str]:
    """Measure the peer, where somebody has installed it: it is no dependency of ours."""
    if find_spec("weasyprint") is None:
        return 0.0, "WeasyPrint is not installed"
    from weasyprint import HTML  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415

    floor = median(lambda: HTML(string=page).write_pdf())
    return floor, f"WeasyPrint on its page ({milliseconds(floor)})"


def _first_time() -> float:
    """
    Measure a packet in a process of its own, after imports, in seconds.

    Typst keeps what it has laid out; a second time in one process is several times as fast.
    """
    return float(_told_by("--time"))


def _peak() -> float:
    """Measure the peak memory of a process that makes a packet, in MB."""
    return int(_told_by("--peak")) / 1024


def _told_by(argument: str) -> str:
    found = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "benchmarks.packet", argument],
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout


def main(argument: str) -> None:
    """Serve as the process that is measured."""
    if argument == "--peak":
        both_copies(packet_with(MANY))
        print(int(peak()))
        return
    packet, wording = packet_with(PAGES - OTHER_PAGES), Wording()
    start = time.perf_counter()
    typeset(compose(packet.material, wording, Kind.REQUEST, Extent.ALL), Copy.READING)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(sys.argv[1])
