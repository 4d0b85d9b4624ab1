"""What may be typed: how long it is, and which characters it is freed from before it is kept.

Texts are shown later in pages, terminals and tables of other people, so they hold no control
characters and none that turn the direction of what stands around them.
"""

from __future__ import annotations

import unicodedata

from evenstride.domain.errors import InputError

MOST_TITLE, MOST_SHOES, MOST_TAG, MOST_NOTE = 200, 100, 40, 20_000
"""How many characters each may have."""
MOST_TAGS = 20
"""How many tags a run may have."""

# Embeddings, overrides and isolates. The marks LRM, RLM and ALM stay: honest texts need them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = str.maketrans({"\u0085": "\n", "\u2028": "\n", "\u2029": "\n"})


def line_of(text: str | None, what: str, most: int) -> str | None:
    """Return a text of one line as it is kept: NFC, trimmed, every gap one space; None if empty.

    Raises
    ------
    InputError
        It is longer than `most` characters; `what` begins the sentence.
    """
    if text is None:
        return None
    # Gaps first: a line end is a control character too, but stands for a space.
    cleaned = " ".join(_clean(" ".join(text.split()), keep="").split())
    return _bounded(cleaned, what, most)


def text_of(text: str | None, what: str, most: int) -> str | None:
    """Return a text of several lines as it is kept: NFC, ends trimmed, lines kept; None if empty.

    Raises
    ------
    InputError
        It is longer than `most` characters; `what` begins the sentence.
    """
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    return _bounded(_clean(lines, keep="\n\t").strip(), what, most)


def folded(text: str) -> str:
    """Return a text as it is compared: without case and accents."""
    if text.isascii():
        return text.casefold()
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()


def _clean(text: str, *, keep: str) -> str:
    kept = (
        c
        for c in text
        if c in keep or (c not in _TURNING and unicodedata.category(c) not in ("Cc", "Cs"))
    )
    return unicodedata.normalize("NFC", "".join(kept))


def _bounded(text: str, what: str, most: int) -> str | None:
    if len(text) > most:
        raise InputError(
            f"{what} may have {most:,} characters at most, this one has {len(text):,}."
        )
    return text or None
