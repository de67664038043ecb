"""A browser without a window, steered over a pipe: it shows pages, takes keys, runs axe-core."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--allow-file-access-from-files", "--remote-debugging-pipe"),
)
PHONE, DESK = 390, 1280
"""Widths of a screen, in pixels of a style sheet."""
_HEIGHT = 900
_WITH_PIPES = """
import fcntl, os, sys
# Out of the way first: one of the two may have the number that the other gets.
reads, writes = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads from descriptor 3 and writes to 4."""


class Browser:
    """One page after another in one window; `with` starts it and ends it."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.number = 0

    def __enter__(self) -> Self:
        reads, self.asks = os.pipe()
        self.told, writes = os.pipe()
        words = [str(CHROMIUM), *_OPTIONS, f"--user-data-dir={self.profile}"]
        self.process = subprocess.Popen(  # noqa: S603  the program is named above
            [sys.executable, "-c", _WITH_PIPES, str(reads), str(writes), *words],
            pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        self.messages = self._messages()
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self.ask("Page.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._ask("Browser.close")
        self.process.wait(timeout=30)
        os.close(self.asks)
        os.close(self.told)

    def _messages(self) -> Iterator[dict[str, Any]]:
        waiting = b""
        while part := os.read(self.told, 1 << 16):
            *whole, waiting = (waiting + part).split(b"\0")
            yield from map(json.loads, whole)

    def _ask(self, method: str, *, session: str = "", **parameters: object) -> dict[str, Any]:
        self.number += 1
        asked: dict[str, object] = {"id": self.number, "method": method, "params": parameters}
        if session:
            asked["sessionId"] = session
        os.write(self.asks, json.dumps(asked).encode() + b"\0")
        for message in self.messages:
            if message.get("id") == self.number:
                assert "error" not in message, message
                return dict(message["result"])
        gone = "the browser went away"
        raise AssertionError(gone)

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Ask the page for something."""
        return self._ask(method, session=self.session, **parameters)

    def show(self, page: Path, *, width: int = DESK, scheme: str = "light") -> None:
        """Show a page, in a window of so many pixels, for light or dark surroundings."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=_HEIGHT,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=features)
        self.ask("Page.navigate", url=page.as_uri())
        for message in self.messages:
            if message.get("method") == "Page.loadEventFired":
                return

    def run(self, script: str) -> Any:  # noqa: ANN401  whatever the script gives
        """Run a script in the page, and give what it comes to."""
        told = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key."""
        for kind in ("rawKeyDown", "keyUp"):
            code = {"Tab": 9, "Enter": 13}[key]
            self.ask(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    def write(self, words: str) -> None:
        """Write into the field that has the focus."""
        self.ask("Input.insertText", text=words)

    def violations(self, axe: str) -> list[list[object]]:
        """Give what axe-core finds wrong in the page."""
        self.run(f"{axe}; true")
        script = """
            axe.run(document, {resultTypes: ["violations"]}).then((found) =>
              found.violations.map((each) => [each.id, each.nodes.map((node) => node.html)]))
        """
        return list(self.run(script))
