"""How much memory a process has had at most."""

from __future__ import annotations

import re
import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak() -> float:
    """
    Give the largest size of this process so far, in kB.

    `ru_maxrss` begins with the size of the process that started this one, however small this is;
    the kernel's own mark does not.
    """
    told = STATUS.read_text(encoding="ascii") if STATUS.exists() else ""
    found = re.search(r"^VmHWM:\s*(\d+) kB", told, re.MULTILINE)
    return float(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
