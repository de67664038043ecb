"""How large HTML and RTF may be, and what is told of those that are larger: no note is."""

from __future__ import annotations

DEEPEST_NESTING = 1000
"""So deep may HTML or RTF be nested; word processors stay below 100."""
MOST_PIECES = 3_000_000
"""So many elements, words of markup and stretches of text may HTML or RTF have; a book has less."""
AGAIN = "no note is like this; save it from its source again"
TOO_DEEP = "is nested too deeply"
TOO_MUCH = f"has more than {MOST_PIECES:,} pieces"
