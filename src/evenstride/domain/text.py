"""Decides which text can be kept and shown: whatever UTF-8 can hold."""

from __future__ import annotations

import json
import re

_SPEAKS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Commands to a terminal, and what turns or breaks the text around it."""


def storable(text: str) -> str:
    """Replace half surrogate pairs, which UTF-8 cannot hold, by U+FFFD; all else stays."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def harmless_json(text: str) -> str:
    """Return JSON that says the same and cannot speak to a terminal: such characters escaped."""
    return _SPEAKS.sub(lambda found: json.dumps(found[0])[1:-1], text)
