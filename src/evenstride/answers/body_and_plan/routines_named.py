"""Decides which routine or cue is meant by a word, so that a slip makes no tag of its own."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from evenstride.answers.annotating import used_words
from evenstride.body.catalogue import exercises
from evenstride.domain.cues import CUES
from evenstride.domain.diary import Day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.library import Library

_MOST_HINTS: Final = 3
_ALIKE: Final = 0.8
_SMALL: Final = frozenset(("a", "the", "of", "on", "in", "with", "and", "one", "before", "run"))
_ENDINGS: Final = ("ing", "ed", "s")


def used_routines(lib: Library) -> tuple[str, ...]:
    """List the routines, cues and tags that this runner has written, as they are spelled."""
    days = (one.value for one in lib.entries(Day).values())
    said = (word for day in days for word in (*day.done, *day.cues))
    return tuple(dict.fromkeys((*said, *used_words(lib)[1])))


def routine_named(text: str, used: Iterable[str] = ()) -> str | None:
    """Return what is meant: the slug of a cue or an exercise, or a word as it was spelled before.

    None where it is no slug, no name and none of the `used` words.
    """
    wanted = _plain(text)
    spelled = (
        *((said, cue.slug) for cue in CUES.values() for said in (cue.slug, cue.name)),
        *((word, word) for word in used),
        *((said, one.slug) for one in exercises().values() for said in (one.slug, one.name)),
    )
    return next((meant for said, meant in spelled if _plain(said) == wanted), None)


def near_routines(text: str, used: Iterable[str] = ()) -> tuple[str, ...]:
    """List what may have been meant by an unknown word: at most three, the likeliest first.

    What is spelled nearly so, and what has all its words: `hip-flexors` may be `roll-hip-flexors`.
    """
    names = {
        **{slug: cue.name for slug, cue in CUES.items()},
        **{word: word for word in used},
        **{slug: one.name for slug, one in exercises().items()},
    }
    wanted, words = _plain(text), _stems(text)
    alike = {_plain(said): slug for slug, name in names.items() for said in (name, slug)}
    near = [alike[one] for one in difflib.get_close_matches(wanted, alike, cutoff=_ALIKE)]
    if words:
        holding = {slug: _stems(slug) | _stems(name) for slug, name in names.items()}
        fitting = [slug for slug, stems in holding.items() if words <= stems]
        near += sorted(fitting, key=lambda slug: len(holding[slug]))
    return tuple(dict.fromkeys(near))[:_MOST_HINTS]


def strange_words(lib: Library, day: Day) -> tuple[str, ...]:
    """List the routines and cues of a day that are like nothing known, nor written before."""
    used = used_routines(lib)
    words = (word.strip() for text in (*day.done, *day.cues) for word in text.split(","))
    return tuple(
        word
        for word in words
        if word and routine_named(word, used) is None and not near_routines(word, used)
    )


def _plain(text: str) -> str:
    return "-".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _stems(text: str) -> frozenset[str]:
    """Return the words that say something, without their endings: `rolled quads`, roll and quad."""
    return frozenset(map(_stem, _plain(text).split("-"))) - _SMALL - {""}


def _stem(word: str) -> str:
    ending = next((one for one in _ENDINGS if word.endswith(one)), "")
    return word.removesuffix(ending) if len(word) > len(ending) + 2 else word
