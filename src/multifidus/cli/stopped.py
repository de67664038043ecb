"""Long work that is told to stop, by Ctrl-C or by the system: what was done stays."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from multifidus.cli.status import Terminated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GOES_ON = "the same command goes on where it was"


@contextmanager
def stoppable() -> Iterator[None]:
    """
    Let SIGTERM unwind the work as Ctrl-C does, and say that nothing is lost.

    Raises `KeyboardInterrupt`, or `Terminated`, whatever the work makes of the signal: an engine
    that is interrupted may raise an error of its own.
    """
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    with ExitStack() as undone:
        for number in _signals():
            undone.callback(signal.signal, number, signal.signal(number, hear) or signal.SIG_DFL)
        try:
            yield
        except BaseException as error:
            if not heard and not isinstance(error, KeyboardInterrupt):
                raise
            is_terminated = signal.SIGTERM in heard
            said = "Terminated" if is_terminated else "Interrupted"
            sys.stderr.write(f"\n{said}; {GOES_ON}.\n")
            raise (Terminated if is_terminated else KeyboardInterrupt) from None


def _signals() -> Iterator[signal.Signals]:
    """List what is listened to: nothing in a thread that gets no signals, nor what is ignored."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            # Work in the background, as by `nohup`, is not stopped by the Ctrl-C of another.
            if signal.getsignal(number) is not signal.SIG_IGN:
                yield number
