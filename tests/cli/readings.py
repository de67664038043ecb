"""A made-up mixed chart: a FHIR record of the examples, three notes, and a PDF of two pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.chart.pdfs import page, pdf

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "src" / "multifidus" / "examples" / "no-medication-record.json"
NOTES = ROOT / "tests" / "cli" / "notes"


def mixed_chart(folder: Path) -> Sequence[Path]:
    """Write the PDF into a folder, and name all of the chart."""
    consult = folder / "consult-2026-09-10.pdf"
    consult.write_bytes(
        pdf(
            page("CONSULTATION (made up)", "Chronic low back pain. VAS 7.2 cm. No radiculopathy."),
            page("Prone instability test positive.", "Spine surgery is not indicated."),
        )
    )
    return (RECORD, NOTES, consult)
