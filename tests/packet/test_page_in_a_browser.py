"""The pages of packets in a browser: axe-core finds nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.packet.compose import Kind
from multifidus.packet.page import page_of
from tests.packet.packets import again, decided, packet

if TYPE_CHECKING:
    from collections.abc import Sequence

axe_core_python = pytest.importorskip("axe_core_python")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--allow-file-access-from-files", "--virtual-time-budget=20000", "--dump-dom"),
)
AXE = Path(str(axe_core_python.__file__)).with_name("axe.min.js")
ASK = """
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then((found) => {
  const told = (each) => each.map((one) => [one.id, one.nodes.map((node) => node.html)]);
  const answer = [told(found.violations), told(found.incomplete), found.passes.length];
  document.body.dataset.answer = JSON.stringify(answer);
});
"""

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CHROMIUM, reason="the program chromium is not installed"),
]


def asked(folder: Path, words: str) -> tuple[Sequence[object], Sequence[object], int]:
    """Show a page, and give what axe-core finds."""
    path = folder / "page.html"
    probe = f'<script src="{AXE.as_uri()}"></script><script>{ASK}</script></body>'
    path.write_text(words.replace("</body>", probe), encoding="utf-8")
    done = subprocess.run(  # noqa: S603  the program is named above
        [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", path.as_uri()],
        capture_output=True,
        check=True,
        text=True,
        timeout=180,
    )
    (answer,) = re.findall(r' data-answer="([^"]*)"', done.stdout)
    violations, unsure, passes = json.loads(unescape(answer))
    return violations, unsure, passes


@pytest.mark.parametrize("kind", list(Kind))
def test_axe_finds_nothing_in_the_page_of_a_packet(kind: Kind, tmp_path: Path) -> None:
    made = again(decided(packet("spine-clinic").material), kind)

    violations, unsure, passes = asked(tmp_path, page_of(made))

    assert [] == violations
    assert [] == unsure
    assert passes > 15


def test_axe_finds_nothing_in_the_list_before_it_is_sent(tmp_path: Path) -> None:
    made = packet("spine-clinic")

    violations, unsure, _ = asked(tmp_path, page_of(made, only=made.checklist))

    assert [] == violations
    assert [] == unsure


def test_axe_would_find_a_page_without_a_language(tmp_path: Path) -> None:
    """It shows that the tests above can fail."""
    words = page_of(packet("silent-chart.json")).replace('<html lang="en">', "<html>")

    violations, *_ = asked(tmp_path, words)

    assert "html-has-lang" in json.dumps(violations)
