"""A made-up policy of twelve criteria, by this project and by its peers, over the same persons."""

from __future__ import annotations

from datetime import date

ON = date(2026, 6, 1)
"""The day of service of all persons."""

NAMES = ("policy", *"ABCDEFGH", "H1", "H2", *"IJKL")
"""What is compared: the whole, the criteria, and the two parts of one."""
