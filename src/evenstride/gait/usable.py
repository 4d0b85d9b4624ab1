"""Decides which seconds of a recording are sound running, and why the others are not.

The order of the reasons is the order of the questions: was the runner moving, running, settled, was
there a reading, can the reading be true. The first that applies is the one counted, so that the
seconds of all reasons and the usable ones add up to the recorded time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.domain.estimate import BoolArray, FloatArray

REASONS: Final = ("standing", "walking", "start", "no_reading", "implausible")
USABLE: Final = 0
"""In `Usable.reason`, 0 is usable and k is `REASONS[k - 1]`."""

LONGEST_INTERVAL_S: Final = 10.0
"""Smart recording writes every 1 to 9 s; a longer silence is a gap and stands for nothing."""

BREAK_S: Final = 3.0
"""A break in running this long restarts the settling; shorter ones are flickers of a sensor."""

SETTLING_S: Final = 15.0
"""The watch smooths with about 8 s of lag. In 38 real files the spread of balance around the run's
own median is 3.4 pp in the first 3 s after a start, 1.9, 1.4, 1.0, 0.9 in the next four, and 0.5
from then on; a third of the first 3 s has no reading at all."""

STANDING_SPEED_M_S: Final = 0.5
STANDING_CADENCE_SPM: Final = 30.0

WALKING_CADENCE_SPM: Final = 120.0
JOGGING_CADENCE_SPM: Final = 140.0
"""Below 120 spm is walking. From 120 to 140 it is running only at a speed that people run: in real
files the watch gives a balance for 8 % of the seconds at 110–120 spm and for 60 % at 130–150."""

RUNNING_SPEED_M_S: Final = 2.0
"""About where people change from walking to running, by convention."""

BALANCE_RANGE_PCT: Final = (30.0, 70.0)
"""Sound readings of real files lie within 36–64; one watch writes 22–26 for seconds on end together
with half the contact time, which is one foot read as both."""

CONTACT_RANGE_MS: Final = (120.0, 500.0)
"""Sprints at 6 m/s read 160 ms, slow jogs 350; values of 500–950 come with walking cadence."""


@dataclass(frozen=True, slots=True)
class Usable:
    """Which records are sound running.

    Attributes
    ----------
    weight_s
        How long each record stands for [s]: to the next record, without pauses and gaps. Their sum
        is the recorded time. Shape (n,).
    reason
        `USABLE` or one plus the index in `REASONS`, shape (n,).
    running
        Records in which the runner was running, whether or not the reading is sound, shape (n,).
    """

    weight_s: FloatArray
    reason: npt.NDArray[np.int8]
    running: BoolArray

    @property
    def mask(self) -> BoolArray:
        """Sound records, shape (n,)."""
        return np.asarray(self.reason == USABLE)


def weights_s(t_s: FloatArray, pauses: Iterable[tuple[float, float]] = ()) -> FloatArray:
    """Seconds that each record stands for, shape (n,).

    The time to the next record without the paused part of it. Where that is a gap (more than
    `LONGEST_INTERVAL_S`), and for the last record, the recording's own median interval.

    Parameters
    ----------
    t_s
        Times of the records [s], not decreasing, shape (n,).
    pauses
        Intervals `[start, end)` [s] in which the timer stood.
    """
    if t_s.size == 0:
        return np.zeros(0)
    weight_s = np.empty(t_s.size)
    dt = np.subtract(t_s[1:], t_s[:-1], out=weight_s[:-1])
    normal = dt if dt.size and dt.max() <= LONGEST_INTERVAL_S else dt[dt <= LONGEST_INTERVAL_S]
    if normal.size == 0:
        usual = 1.0
    else:
        usual = float(normal.min())
        if usual != normal.max():
            usual = float(np.median(normal))
    for start, end in pauses:
        # A pause lies between a few neighbouring records: only those intervals are touched.
        first = max(int(np.searchsorted(t_s, start, "right")) - 1, 0)
        last = min(int(np.searchsorted(t_s, end, "left")), dt.size)
        for i in range(first, last):
            paused_s = max(0.0, min(end, t_s[i + 1]) - max(start, t_s[i]))
            dt[i] = max(dt[i] - paused_s, 0.0)
    if normal is not dt:
        dt[dt > LONGEST_INTERVAL_S] = usual
    weight_s[-1] = usual
    return weight_s


def classify(
    t_s: FloatArray,
    *,
    speed_m_s: FloatArray,
    cadence_spm: FloatArray,
    gct_ms: FloatArray,
    balance_left_pct: FloatArray,
    pauses: Iterable[tuple[float, float]] = (),
) -> Usable:
    """Give every record its weight and its reason.

    Where a recording has no balance at all, a sound contact time decides; where it has neither,
    running itself does. All arrays have shape (n,); NaN means missing. A 0 in cadence or speed is
    a value: no steps, no movement.
    """
    weight_s = weights_s(t_s, pauses)
    standing, walking = _gaits(speed_m_s, cadence_spm)
    running = ~(standing | walking)
    unsettled = _unsettled(t_s, weight_s, running)
    missing, implausible = _readings(gct_ms, balance_left_pct)
    reason = np.zeros(t_s.size, dtype=np.int8)
    for code, holds in reversed(
        tuple(enumerate((standing, walking, unsettled, missing, implausible), start=1))
    ):
        if holds is not None:
            np.copyto(reason, code, where=holds, casting="unsafe")
    return Usable(weight_s, reason, running)


def _unsettled(t_s: FloatArray, weight_s: FloatArray, running: BoolArray) -> BoolArray:
    """Find running records in the first seconds after a start, shape (n,)."""
    unsettled = np.zeros(t_s.size, dtype=bool)
    if not running.any():
        return unsettled
    turns = np.flatnonzero(running[1:] != running[:-1]) + 1
    begins = turns[running[turns]]
    stops = turns[~running[turns]] - 1
    if running[0]:
        begins = np.append(0, begins)
    # What lies between the end of one running record and the next is a stop, a walk, a pause or a
    # gap: a break, if it is long enough.
    before = stops[: begins.size - 1]
    breaks = t_s[begins[1:]] - t_s[before] - weight_s[before] >= BREAK_S
    within = np.flatnonzero(t_s[1:] - t_s[:-1] - weight_s[:-1] >= BREAK_S) + 1
    fresh = np.concatenate((begins[:1], begins[1:][breaks], within))
    settled = np.searchsorted(t_s, t_s[fresh] + SETTLING_S)
    for a, b in zip(fresh.tolist(), settled.tolist(), strict=True):
        unsettled[a:b] = True
    unsettled &= running
    return unsettled


def _gaits(speed_m_s: FloatArray, cadence_spm: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Standing and walking, each shape (n,). A comparison with NaN is false: nothing said."""
    # A treadmill may give no speed, and an old watch no cadence: a column without a single
    # movement says nothing. (A sum over the comparisons would do, `any` stops early.)
    has_speed = bool((speed_m_s > STANDING_SPEED_M_S).any())
    has_cadence = bool((cadence_spm > STANDING_CADENCE_SPM).any())
    nothing = np.zeros(speed_m_s.size, dtype=bool)
    standing = speed_m_s < STANDING_SPEED_M_S if has_speed else nothing
    slow = ~(speed_m_s >= RUNNING_SPEED_M_S)
    if not has_cadence:
        walking = slow & (speed_m_s >= STANDING_SPEED_M_S) if has_speed else nothing
        return standing, walking
    standing = standing | (cadence_spm < STANDING_CADENCE_SPM)
    walking = cadence_spm < WALKING_CADENCE_SPM
    walking |= (cadence_spm < JOGGING_CADENCE_SPM) & slow
    if has_speed:
        walking |= np.isnan(cadence_spm) & slow & (speed_m_s >= STANDING_SPEED_M_S)
    return standing, walking


def _readings(
    gct_ms: FloatArray, balance_left_pct: FloatArray
) -> tuple[BoolArray | None, BoolArray]:
    """Find records without a reading (None: neither is measured), and implausible ones."""
    implausible = (gct_ms < CONTACT_RANGE_MS[0]) | (gct_ms > CONTACT_RANGE_MS[1])
    no_balance = np.isnan(balance_left_pct)
    if not no_balance.all():
        implausible |= balance_left_pct < BALANCE_RANGE_PCT[0]
        implausible |= balance_left_pct > BALANCE_RANGE_PCT[1]
        return no_balance, implausible
    no_contact = np.isnan(gct_ms)
    return (None if no_contact.all() else no_contact), implausible
