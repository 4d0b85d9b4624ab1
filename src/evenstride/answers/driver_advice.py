"""Which drivers a runner's data cannot tell, and what running would teach or separate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.domain.driver_words import driver_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenstride.answers.levels import Levels
    from evenstride.domain.ground import Ground
    from evenstride.domain.moves import Driver

_LEARNED: Final = 0.5
"""Where the runs took away less than this share of what was unknown, the prior would speak."""

_TEACHES = {
    "speed": "Run some stretches faster and some slower within your easy runs.",
    "elapsed": "Run longer than usual now and then, at an even pace.",
    "grade": "Run hills, with a watch that records height.",
    "bend": "Run laps in both directions, on a track or around a block.",
    "camber": "Run the same road out and back on the same side, and say which side that was.",
    "surface": "Run on both in one week, or in one run, at the same pace.",
    "shoe": "Wear your pairs by turns from run to run, and note which.",
    "sensor": "Wear both sensors by turns for some runs.",
    "tag": "Have some more runs with it and without it, by turns.",
}
_SEPARATES = {
    frozenset({"speed", "elapsed"}): (
        "Run a fast stretch early in an easy run, and an easy stretch late in a fast one."
    ),
    frozenset({"speed", "grade"}): "Run hills at your easy pace, and fast stretches on the flat.",
    frozenset({"elapsed", "grade"}): "Run your hills early in one run and late in another.",
    frozenset({"bend", "surface"}): (
        "Run bends off the track too, and the track in both directions."
    ),
    frozenset({"bend", "camber"}): "Run the same bends in both directions on the same side.",
    frozenset({"speed", "shoe"}): (
        "Wear these shoes for an easy run too, and others for a fast one."
    ),
    frozenset({"speed", "tag"}): (
        "Have some runs with this tag at your easy pace, and fast ones without it."
    ),
    frozenset({"shoe"}): "Wear these pairs by turns in the same weeks.",
    frozenset({"sensor", "shoe"}): "Wear either shoes with either sensor.",
}


def told(driver: Driver) -> bool:
    """Return whether the runner's own runs tell this driver, and not another in its place."""
    return driver.learned >= _LEARNED and driver.inseparable_from is None


def advice_of(name: str, inseparable_from: str | None) -> str:
    """Say what running would tell a driver, or tell it from the one that goes with it."""
    kind = name.partition(":")[0]
    if inseparable_from is None:
        return _TEACHES[kind]
    pair = frozenset({kind, inseparable_from.partition(":")[0]})
    other = driver_label(inseparable_from)
    return _SEPARATES.get(pair) or (
        f"{_TEACHES[kind]} Where that changes, keep this as it is: {other}."
    )


def never_seen(
    looked: Levels, names: Sequence[str], grounds: Sequence[Ground]
) -> Iterator[tuple[str, str]]:
    """Name the drivers of which nothing is known at all, and say what would change that.

    Parameters
    ----------
    looked
        The levels, with what was typed.
    names
        What the fit has.
    grounds
        Of the runs that have one.
    """
    kinds = {name.partition(":")[0] for name in names}
    if "speed" not in kinds:
        yield "speed", "No run has a speed: let the watch record where you run, or wear a pod."
    if "bend" not in kinds:
        positions = any(g.left_turn_deg is not None for g in grounds)
        yield (
            "bend",
            "Run some bends: these runs are straight."
            if positions
            else "No run has positions: let the watch record where you run.",
        )
    if "grade" not in kinds:
        yield "grade", "No run has heights: run hills, with a watch that records height."
    if "camber" not in kinds:
        known = looked.conditions.ground.values()
        said = any(
            g.habit_camber or any(part.camber is not None for part in g.parts) for g in known
        )
        yield (
            "camber",
            "As far as was said you always keep to one side of the road: run the other side too."
            if said
            else "Nobody said which side of the road you run on: say it of single runs, or set "
            "what you always do.",
        )
    if "surface" not in kinds:
        yield "surface", "All of it counts as one surface: say of runs what was underfoot."
    if "shoe" not in kinds:
        worn = {typed.shoes for typed in looked.conditions.typed.values() if typed.shoes}
        yield (
            "shoe",
            "One pair alone tells nothing of shoes: wear two pairs by turns, and note which."
            if worn
            else "No run says which shoes: note them, and wear two pairs by turns.",
        )
