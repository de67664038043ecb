"""
Figures inside of a page, in a browser: axe-core finds nothing, and words are as wide as we think.

The page holds every figure twice: as a part of the page, where its ids and its style meet those of
the others, and as a picture beside the page.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import axe_core_python  # type: ignore[import-untyped]
import pytest

from tests.evidence.drawings import DRAWINGS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--allow-file-access-from-files", "--virtual-time-budget=20000", "--dump-dom"),
)
AXE = Path(str(axe_core_python.__file__)).with_name("axe.min.js")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Figures</title>
<script src="{axe}"></script></head>
<body><main><h1>Figures</h1>
{figures}
</main><script>{probe}</script></body></html>
"""
ASK = """
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then((found) => {
  const told = (each) => each.map((one) => [one.id, one.nodes.map((node) => node.html)]);
  const screen = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const answer = [told(found.violations), told(found.incomplete), found.passes.length, screen];
  document.body.dataset.answer = JSON.stringify(answer);
});
"""
MEASURE = """
const wide = [...document.querySelectorAll("svg.drawn")].map((svg) => {
  const paper = svg.viewBox.baseVal, found = [];
  for (const text of svg.querySelectorAll("text")) {
    const box = text.getBBox();
    found.push(box.width);
  }
  return [svg.getBoundingClientRect().width, found.length];
});
document.body.dataset.answer = JSON.stringify(wide);
"""

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CHROMIUM, reason="the program chromium is not installed"),
]


def asked(folder: Path, *, figures: str, probe: str, options: tuple[str, ...] = ()) -> Any:  # noqa: ANN401  what a script found
    """Show a page with figures and give what a script in it found."""
    page = folder / "page.html"
    page.write_text(PAGE.format(axe=AXE.as_uri(), figures=figures, probe=probe), encoding="utf-8")
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(  # noqa: S603  the program is named above
        [str(CHROMIUM), *QUIET, profile, *options, page.as_uri()],
        capture_output=True,
        check=True,
        text=True,
        timeout=180,
    )
    (answer,) = re.findall(r' data-answer="([^"]*)"', done.stdout)
    return json.loads(unescape(answer))


def inside() -> str:
    """Give all figures as parts of a page."""
    return "\n".join(f"<figure>{each.svg()}</figure>" for each in DRAWINGS.values())


def beside(folder: Path) -> str:
    """Write all figures beside a page, and give what shows them there."""
    shown = []
    for name, drawing in DRAWINGS.items():
        folder.joinpath(f"{name}.svg").write_text(drawing.svg(), encoding="utf-8")
        shown.append(f'<img src="{name}.svg" alt="{escape(drawing.description)}">')
    return "\n".join(shown)


@pytest.mark.parametrize("screen", ["light", "dark"])
def test_axe_finds_nothing_in_a_page_with_all_figures(tmp_path: Path, screen: str) -> None:
    options = ("--force-dark-mode",) if screen == "dark" else ()
    figures = inside() + beside(tmp_path)

    violations, unsure, passes, seen = asked(tmp_path, figures=figures, probe=ASK, options=options)

    assert [] == violations
    # It cannot tell what lies behind words of SVG; test_drawings.py computes their contrast.
    assert ["color-contrast"] == [rule for rule, _ in unsure]
    assert passes > 5
    assert screen == seen


def test_axe_would_find_a_figure_without_a_name(tmp_path: Path) -> None:
    """It shows that the test above can fail."""
    nameless = re.sub(
        r' aria-(labelledby|describedby)="[^"]*"|<(title|desc)[^>]*>[^<]*</\2>', "", inside()
    )

    violations, *_ = asked(tmp_path, figures=nameless, probe=ASK)

    assert ["svg-img-alt"] == [rule for rule, _ in violations]


@pytest.mark.parametrize(("window", "widest"), [(1280, 600), (420, 420)])
def test_a_figure_fits_into_a_narrow_window(tmp_path: Path, window: int, widest: int) -> None:
    found = asked(
        tmp_path, figures=inside(), probe=MEASURE, options=(f"--window-size={window},900",)
    )

    assert len(DRAWINGS) == len(found)
    for wide, texts in found:
        assert 250 < wide <= widest
        assert texts > 5
