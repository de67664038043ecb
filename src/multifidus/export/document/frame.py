"""
The frame of a page of HTML that fetches nothing from anywhere.

Its security policy names the one style and the one script that it holds; pictures, if any, lie
beside it.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def page(
    title: str, *, style: str, body: Iterable[str], script: str = "", pictures: str = ""
) -> str:
    """
    Write a page.

    `pictures` is what its security policy says of them: `'self'` where they lie beside it.
    """
    allowed = [f"style-src {_digest(style)}"]
    allowed += [f"script-src {_digest(script)}"] if script else []
    allowed += [f"img-src {pictures}"] if pictures else []
    policy = f"default-src 'none'; {'; '.join(allowed)}; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *body,
            *([f"<script>{script}</script>"] if script else []),
            "</body>",
            "</html>",
        ]
    )


def _digest(content: str) -> str:
    """Name a style or a script by its content, so that no other runs."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
