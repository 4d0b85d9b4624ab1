"""The pages of the ledger that runs speak to: ground, speed, fatigue, sensor, shoes, just so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.ledger_page import Material, Page
from evenstride.body.finding_words import day_words

if TYPE_CHECKING:
    from evenstride.domain.exercise import Exposure

MATTERS_PP: Final = 0.3
"""Less than this, over the usual range, hardly matters (the smallest effect of an experiment)."""
LONG_STEADY_DAYS: Final = 180
_TOLD: Final = "Your runs tell it already: nothing more is to be tested."
_OWN_RUNS: Final = "your own runs, all drivers counted together; an association, not an experiment"
_NO_PROOF: Final = f"{_OWN_RUNS}: what moves balance need not be what makes it uneven"
_OWN_WORDS: Final = "what you wrote down; whether it moves balance is not known"
_DIFFERS: Final = ("left_lower", "right_lower")


def driver_words(
    material: Material, *names: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Say of drivers what speaks for them, against them, and which are not told by these runs.

    Names that end in a colon are of a kind: `shoe:`.
    """
    speaks_for: list[str] = []
    against: list[str] = []
    for name, row in material.drivers.items():
        if not any(
            name == wanted or (wanted[-1] == ":" and name.startswith(wanted)) for wanted in names
        ):
            continue
        words = material.sizes[name]
        most = max(abs(row["range_effect_low"]), abs(row["range_effect_high"]))
        if row["estimable"] and most <= MATTERS_PP:
            against.append(f"{words}: it hardly moves balance in your runs.")
        elif row["clear"]:
            speaks_for.append(f"{words}: clear, though {material.asked} things were looked at.")
    untold = tuple(
        advice
        for name, advice in material.untold.items()
        if any(name == w or name.startswith(w.rstrip(":")) for w in names)
    )
    return tuple(speaks_for), tuple(against), untold


def ground(m: Material) -> Page:
    """Tell of camber, bends, slope, surface, and what is one-sided in where one runs."""
    speaks_for, against, untold = driver_words(m, "camber", "bend", "grade", "surface:")
    one_sided = [e for e in m.facts.exposures if e.name in ("camber", "bends", "track_direction")]
    said = tuple(_exposed(e) for e in one_sided)
    camber = any(e.name == "camber" for e in one_sided)
    if one_sided:
        slug = "other-side-of-the-road" if camber else "other-way-round"
        what = "on the other side of the road" if camber else "the other way round"
        # A slope that does nothing says nothing of a camber.
        _, hardly, _ = driver_words(m, "camber" if camber else "bend")
        return Page(
            "ground",
            "Ground and direction",
            (*speaks_for, *said),
            against,
            _NO_PROOF if speaks_for else "where you run is one-sided; what that does is personal",
            f"Run the same way {what} by turns: an experiment of laps tells it from all else."
            if m.looked
            else f"Run {what} by turns, and note by side what is sore after each run.",
            "experiment_new" if m.looked else "diary",
            slug if m.looked else None,
            f"evenstride experiment new {slug}" if m.looked else "evenstride diary",
            65 if m.looked and not hardly else 25,
            "It costs nothing and can be told within a few runs.",
            "own_runs" if speaks_for else "said",
        )
    return Page(
        "ground",
        "Ground and direction",
        speaks_for,
        against,
        _strength(speaks_for, against),
        untold[0] if untold else "Say of your runs on which side of the road they were.",
        "drivers" if m.drivers else "diary",
        None,
        "evenstride drivers" if m.drivers else "evenstride diary day --camber left-lower",
        36,
        "A road that slopes sideways, or bends one way, are the cheapest to rule out.",
        "own_runs",
    )


def _strength(speaks_for: tuple[str, ...], against: tuple[str, ...]) -> str:
    return _NO_PROOF if speaks_for else _OWN_RUNS if against else "nothing known yet"


def _exposed(exposure: Exposure) -> str:
    share = f"{100.0 * exposure.share:.0f} %"
    side = "" if exposure.side is None else exposure.side.value
    return {
        "camber": f"In {share} of what is known your {side} foot stood lower (last 90 days).",
        "bends": f"{share} of your bends went to the {side} (last 90 days).",
        "track_direction": f"{share} of your laps of a track turned {side} (last 90 days).",
        "heel_wear": f"The {side} heel is worn further.",
        "sitting": f"You sit {exposure.share:.0f} hours a day, by your diary.",
    }[exposure.name]


def speed(m: Material) -> Page:
    """Tell what pace does."""
    return _of_any_run(
        m,
        "speed",
        "Speed",
        driver="speed",
        question="drivers",
        how="Compare an easy and a fast run at the same freshness.",
        worth=40,
        why="Runs of different pace tell it without any test.",
    )


def fatigue(m: Material) -> Page:
    """Tell what time into the run does."""
    return _of_any_run(
        m,
        "fatigue",
        "Fatigue",
        driver="elapsed",
        question="fatigue",
        how="Look whether it holds to the end of a longer even run.",
        worth=38,
        why="A longer even run tells it without any test.",
    )


def _of_any_run(
    m: Material,
    source: str,
    label: str,
    *,
    driver: str,
    question: str,
    how: str,
    worth: int,
    why: str,
) -> Page:
    """Tell of a driver that every run with balance has something to say of."""
    speaks_for, against, untold = driver_words(m, driver)
    told = bool(speaks_for or against)
    if not m.looked:
        how = "It takes runs with balance."
    return Page(
        source,
        label,
        speaks_for,
        against,
        _strength(speaks_for, against),
        untold[0] if untold else _TOLD if told else how,
        question if m.looked else "import",
        None,
        f"evenstride {question}" if m.looked else "evenstride import FOLDER",
        worth if m.looked and not told else 4,
        why,
        "own_runs",
    )


def sensor(m: Material) -> Page:
    """Tell of sensors that differ, or sit the wrong way round."""
    speaks_for, against, _ = driver_words(m, "sensor:")
    return Page(
        "sensor",
        "Sensor",
        (*m.mirrored, *speaks_for),
        against,
        "how the numbers look; a minute of testing decides it"
        if m.mirrored
        else _strength(speaks_for, against),
        "Where nothing hurts, limp on purpose for a minute, short on the left: the numbers have to "
        "move toward the right, else the sensor sits the other way round."
        if m.looked
        else "It takes runs with balance.",
        "show" if m.looked else "import",
        None,
        "evenstride show last" if m.looked else "evenstride import FOLDER",
        100 if m.mirrored else 30 if m.looked else 0,
        "A sensor the wrong way round would make every other answer wrong."
        if m.mirrored
        else "It takes a minute, and everything else stands on it.",
        "own_runs",
    )


def shoes(m: Material) -> Page:
    """Tell of pairs that differ, and of heels worn apart."""
    speaks_for, against, untold = driver_words(m, "shoe:")
    worn: tuple[str, ...] = ()
    even: tuple[str, ...] = ()
    if m.wear is not None:
        if m.wear.left != m.wear.right:
            side = "left" if m.wear.left > m.wear.right else "right"
            worn = (
                f"The {side} heel of {m.wear.shoes} is worn further "
                f"({day_words(m.wear.on_date)}); a trace of how you run, not a reason for it.",
            )
        else:
            even = (f"The heels of {m.wear.shoes} are worn alike ({day_words(m.wear.on_date)}).",)
    told = bool(speaks_for)
    by_turns = m.looked is not None and (told or bool(worn))
    return Page(
        "shoes",
        "Shoes",
        (*speaks_for, *worn),
        (*against, *even),
        _NO_PROOF if told else _OWN_WORDS if worn or even else "nothing known yet",
        "Run one pair against another by turns: an experiment of pairs of runs."
        if by_turns
        else "Look at the heels of your shoes, side by side."
        if m.wear is None
        else untold[0]
        if untold
        else "Wear two pairs by turns, and note which.",
        "experiment_new" if by_turns else "shoes",
        "shoes-a-b" if by_turns else None,
        "evenstride experiment new shoes-a-b" if by_turns else "evenstride shoes wear NAME",
        60 if told else 35 if by_turns or m.wear is None else 10,
        "Shoes can be changed today." if by_turns else "It takes a look at the soles.",
        "own_runs" if told else "said",
    )


def built(m: Material) -> Page:
    """Tell whether it has long been so and no test differs: a good answer."""
    speaks_for: list[str] = []
    against: list[str] = []
    steady = m.steady_days is not None and m.steady_days >= LONG_STEADY_DAYS
    if m.steady_days is not None and steady:
        speaks_for.append(
            f"Your level has not moved distinguishably over {m.steady_days / 30.4:.0f} months: one "
            "level lies within its 95 % band of every day."
        )
    differing = [f for f in m.findings.values() if f.outcome in ("left_lower", "right_lower")]
    judged = [f for f in m.findings.values() if f.outcome in ("no_difference", *_DIFFERS)]
    if len(judged) >= 3 and not differing:
        speaks_for.append(f"None of {len(judged)} tests differs beyond its error.")
    if m.shifted:
        against.append(m.shifted)
    return Page(
        "built",
        "Just how you are built",
        tuple(speaks_for),
        tuple(against),
        "your own runs and tests; everyone is asymmetric"
        if speaks_for or against
        else "nothing known yet",
        "Nothing: everyone is asymmetric, and even is no goal in itself. Watch for a change.",
        "trend" if m.looked else None,
        None,
        "evenstride trend",
        1 if speaks_for else 0,
        "Where it has long been so and nothing hurts, leaving it alone is a good answer.",
        "own_runs" if steady else "one_day",
    )
