"""Own line drawings of every exercise, cue and test: by name, and mirrored for a side."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from evenstride.render.drawings.marks import PAGE, PAPER
from evenstride.render.drawings.sheet import Named, sheet, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from evenstride.render.drawings.sheet import Drawing


@cache
def _made() -> dict[str, Callable[[], Drawing]]:
    """Import the poses when the first drawing is asked for: most commands draw none."""
    from evenstride.render.drawings import (
        poses_breathing,
        poses_foot,
        poses_ground,
        poses_hip,
        poses_mobility,
        poses_running,
        poses_single_leg,
        poses_tests,
        poses_top_to_toe,
        poses_trunk,
    )

    return {
        **poses_breathing.DRAWINGS,
        **poses_mobility.DRAWINGS,
        **poses_trunk.DRAWINGS,
        **poses_hip.DRAWINGS,
        **poses_single_leg.DRAWINGS,
        **poses_foot.DRAWINGS,
        **poses_running.DRAWINGS,
        **poses_ground.DRAWINGS,
        **poses_tests.DRAWINGS,
        **poses_top_to_toe.DRAWINGS,
    }


def names() -> tuple[str, ...]:
    """Return the names of all drawings."""
    return tuple(_made())


@cache
def drawing(name: str, side: Named = None) -> Markup:
    """Draw an exercise, cue or test for a page.

    Parameters
    ----------
    name
        One of `names()`.
    side
        The side that works or is tested: the drawing is mirrored to it and its letters are
        written. None where no side is meant.

    Returns
    -------
        An SVG element, 320 by 200 in its own units, as wide as its place; its colours are tokens
        of the stylesheet. It has a title and a description, and no ids.

    Raises
    ------
    KeyError
        Where there is no drawing of this name.
    """
    return sheet(_made()[name](), side, PAGE)


@cache
def drawing_for_print(name: str, side: Named = None) -> Markup:
    """Draw the same in black and greys, as a picture that stands for itself in a PDF."""
    return sheet(_made()[name](), side, PAPER)


@cache
def drawing_words(name: str, side: Named = None) -> str:
    """Say in a sentence what a drawing shows: its description, for places without pictures."""
    return told(_made()[name](), side)
