"""Decides which region and which level is meant by what was typed."""

from __future__ import annotations

import difflib
import math
from typing import Final

from evenstride.domain.body import REGIONS, region_named
from evenstride.domain.diary import MOST_LEVEL
from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable

_MOST_HINTS: Final = 3
_SMALL: Final = ("of", "the", "and", "top")


def region_slug(text: str) -> str:
    """Return the region that is meant by a slug or label.

    Raises
    ------
    InputError
        There is none; the nearest are named.
    """
    found = region_named(text)
    if found is not None:
        return found.slug
    said = " ".join(text.split()).casefold()
    labels = {region.label.casefold(): region.label for region in REGIONS.values()}
    words = {word: None for label in labels for word in label.split() if word not in _SMALL}
    alike = {
        near
        for word in said.split()
        for near in difflib.get_close_matches(word, words, n=3, cutoff=0.7)
    }
    near = difflib.get_close_matches(said, labels, n=_MOST_HINTS, cutoff=0.6)
    by_words = sorted(labels, key=lambda label: -len(alike.intersection(label.split())))
    near += [label for label in by_words if alike.intersection(label.split())]
    hints = [labels[label] for label in dict.fromkeys(near)][:_MOST_HINTS]
    meant = (
        f"did you mean {' or '.join(hints)}?"
        if hints
        else f"there are {', '.join(labels.values())}."
    )
    raise InputError(f"There is no region “{printable(text)[:60]}”: {meant}")


def level_of(text: str | float) -> int:
    """Read a level from 0 to 10.

    Raises
    ------
    InputError
        It is none: `11 of 10 is not a level`.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value.is_integer() and 0 <= value <= MOST_LEVEL):
        said = f"{text:g}" if isinstance(text, float) else printable(str(text))[:20]
        raise InputError(f"{said} of 10 cannot be: a level is a whole number from 0 (gone) to 10.")
    return int(value)
