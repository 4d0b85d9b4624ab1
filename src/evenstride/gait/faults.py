"""Decides what in one recording is a mistake of wearing or measuring rather than of running.

`on_the_spot`: steps of running at one place. Both position and speed must stand still: a receiver
that lost the sky, or a treadmill in a hall, still has its steps turned into speed by the watch.
`stuck`: a balance that does not change for minutes. A sensor's own changes all the time: in 38 real
files the longest that it stays the same is 40 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.recording import Issue
from evenstride.gait.ground import CHORD_S
from evenstride.gait.usable import JOGGING_CADENCE_SPM, LONGEST_INTERVAL_S

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.gait.dissect import Dissection
    from evenstride.gait.ground import Path

STILL_M_S: Final = 1.0
STILL_CHORDS: Final = 6
STILL_M: Final = 12.0
"""Between places half a minute apart: the error of a receiver that stands."""

SPOT_S: Final = 120.0
"""Who hops from foot to foot at a light does so for less, and that is no mistake."""

STUCK_S: Final = 300.0


def faults(run: Dissection, way: Path | None) -> tuple[Issue, ...]:
    """Find the mistakes of one recording.

    Returns
    -------
        Warnings of code `on_the_spot` and `stuck`, at most one of each; `where` says from when, in
        seconds since the start of the run.
    """
    found = (on_the_spot(run, way), stuck(run))
    return tuple(issue for issue in found if issue is not None)


def on_the_spot(run: Dissection, way: Path | None) -> Issue | None:
    """Say whether the runner ran at one place, in all for `SPOT_S` or more."""
    columns = run.columns
    stepping = columns["cadence_spm"] >= JOGGING_CADENCE_SPM
    stepping &= columns["speed_m_s"] < STILL_M_S
    rows = np.flatnonzero(stepping)
    if rows.size == 0 or way is None or way.smoothed_m.size <= STILL_CHORDS:
        return None
    rows = rows[_standing(way, columns["t_s"][rows])]
    seconds = float(run.usable.weight_s[rows].sum())
    if seconds < SPOT_S:
        return None
    return Issue(
        "warning",
        "on_the_spot",
        f"For {_minutes(seconds)} steps of running were taken at one place. Running on the spot is "
        "not running: what the sensor says of it does not compare.",
        f"from {columns['t_s'][rows[0]]:.0f} s",
    )


def stuck(run: Dissection) -> Issue | None:
    """Say whether balance stood at one value for `STUCK_S` of running or more without a change."""
    balance = run.channels.values[run.channels.names.index("balance_left_pct")]
    # Records are no further apart than that: so many at least are the same.
    fewest = int(STUCK_S / LONGEST_INTERVAL_S) - 1
    same = np.flatnonzero(balance[1:] == balance[:-1])
    if not (same[fewest - 1 :] - same[: 1 - fewest] == fewest - 1).any():
        return None
    starts = np.flatnonzero(np.append(True, balance[1:] != balance[:-1]))
    ends_s = run.channels.ends_s
    same_s = np.diff(np.append((ends_s - run.channels.weight_s)[starts], ends_s[-1]))
    longest = int(np.argmax(same_s))
    value = float(balance[starts[longest]])
    if same_s[longest] < STUCK_S:
        return None
    return Issue(
        "warning",
        "stuck",
        f"Balance stood at {value:.1f} % left for {_minutes(float(same_s[longest]))} without a "
        "change: no sensor of a runner's steps does that.",
        f"from {run.columns['t_s'][run.index[starts[longest]]]:.0f} s",
    )


def _standing(way: Path, t_s: FloatArray) -> BoolArray:
    """Which times have a position that stands still around them, shape (n,)."""
    still = np.abs(way.smoothed_m[STILL_CHORDS:] - way.smoothed_m[:-STILL_CHORDS]) <= STILL_M
    first_s = way.middle_s[0] + CHORD_S * (0.5 * STILL_CHORDS - 0.5)
    nearest = np.round((t_s - first_s) / CHORD_S).astype(np.intp)
    return np.asarray(still[np.clip(nearest, 0, still.size - 1)])


def _minutes(seconds: float) -> str:
    """Say a length of time in whole minutes."""
    minutes = round(seconds / 60.0)
    return f"{minutes} minutes" if minutes != 1 else "a minute"
