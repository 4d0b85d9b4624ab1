"""Decides what is drawn of one run: along time, along the way, and how often each balance was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.levels import BALANCE
from evenstride.answers.thinning import keep_peaks, keep_shape
from evenstride.domain.answer import Figure
from evenstride.domain.quantities import DROP_REASONS, QUANTITIES
from evenstride.gait.course import WINDOW_S
from evenstride.gait.histogram import histogram
from evenstride.gait.stretches import KINDS
from evenstride.gait.track import flat_track
from evenstride.gait.usable import USABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.answers.rows import PlaceRow, SpanRow
    from evenstride.domain.answer import Row
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.measures import Blocks
    from evenstride.gait.course import Course
    from evenstride.gait.dissect import Dissection
    from evenstride.gait.stretches import Stretches

MOST_ROWS: Final = 800
MOST_POINTS: Final = 600

EVEN: Final = {"50 even": 50.0}

_PANELS: Final = (
    BALANCE,
    "speed_m_s",
    "altitude_m",
    "heart_rate_bpm",
    "left_gct_ms",
    "right_gct_ms",
    "gct_ms",
)
_DECIMALS: Final = {BALANCE: 2, "speed_m_s": 3}
_MINUTE_DECIMALS: Final = 3

_WHY: Final = DROP_REASONS | {"paused": "the watch was paused", "gap": "nothing was recorded"}

_STEADY_POINTS: Final = 150
"""Points of a track that are spread evenly over its time, so that a cursor finds one nearby."""

_BALANCE_ON_MAP: Final = 1.0 / 150.0
"""A change of 1 pp counts as much as this share of the extent: as a quarter of a pp is one pixel of
600, less is not seen."""


def balance_figure(blocks: Blocks) -> Figure:
    """Draw balance by the minute, with its interval."""
    has = np.isfinite(blocks[BALANCE])
    return Figure(
        kind="series",
        title="Balance through the run, by the minute",
        x_label="minutes",
        y_label=QUANTITIES[BALANCE].label,
        rows=tuple(
            {
                "minute": float(b["t_s"] + 0.5 * b["duration_s"]) / 60.0,
                BALANCE: float(b[BALANCE]),
                "low95": float(b[BALANCE] - 1.96 * b["balance_se_pp"]),
                "high95": float(b[BALANCE] + 1.96 * b["balance_se_pp"]),
            }
            for b in blocks[has]
        ),
        roles={"x": "minute", "y": BALANCE, "low95": "low95", "high95": "high95"},
        reference_lines=EVEN,
    )


def course_figure(course: Course, reference_m_s: float | None) -> Figure | None:
    """Draw what was recorded along time, one panel for each measure; None where nothing was.

    Parameters
    ----------
    course
        The run along time.
    reference_m_s
        The speed that the runner compares with [m/s].

    Returns
    -------
        At most `MOST_ROWS` rows. Where the timer stood or nothing was written, a row of None.
    """
    names = [name for name in _PANELS if name in course.columns]
    if not names:
        return None
    t_s, columns = _with_breaks(course, names)
    kept, columns = keep_peaks(t_s, columns, most=MOST_ROWS)
    data = {"minute": _rounded(t_s[kept] / 60.0, _MINUTE_DECIMALS)}
    for name, column in zip(names, columns, strict=True):
        data[name] = _rounded(column[kept], _DECIMALS.get(name, 1))
    reference = dict(EVEN) if BALANCE in names else {}
    if reference_m_s is not None and "speed_m_s" in names:
        reference["speed_m_s: reference pace"] = reference_m_s
    return Figure(
        kind="aligned",
        title=f"Along the run (balance, contact and pace as means over {WINDOW_S:.0f} s)",
        x_label="minutes",
        y_label=QUANTITIES[names[0]].label,
        rows=_rows(data),
        roles={"x": "minute"} | {f"y{i}": name for i, name in enumerate(names, start=1)},
        reference_lines=reference,
        spans=spans(course.stretches),
    )


def track_figure(course: Course, run: Dissection, distance_m: float | None) -> Figure | None:
    """Draw where the run went, coloured by balance; None without positions.

    At most `MOST_POINTS` rows, those of None between two pieces among them. Balance is None outside
    of usable running.
    """
    flat = flat_track(
        course.t_s,
        run.columns["lat_deg"],
        run.columns["lon_deg"],
        interrupted=course.interrupted,
        distance_m=distance_m,
    )
    if flat is None:
        return None
    begins = np.flatnonzero(flat.interrupted)
    ends = np.append(begins[1:], flat.record.size) - 1
    t_s = course.t_s[flat.record]
    x, y = flat.east_m, flat.north_m
    value = course.columns.get(BALANCE, np.full(course.t_s.size, np.nan))[flat.record]
    extent_m = max(float(np.ptp(x)), float(np.ptp(y)))
    known = np.isfinite(value)
    scaled = np.stack(
        [
            x,
            y,
            np.where(known, value - 50.0, 0.0) * (extent_m * _BALANCE_ON_MAP),
            known * (extent_m * _BALANCE_ON_MAP),
        ]
    )
    steady = np.searchsorted(t_s, np.linspace(t_s[0], t_s[-1], _STEADY_POINTS))
    fixed = np.unique(np.concatenate((steady, begins, ends)))
    kept = keep_shape(t_s, scaled, fixed, most=MOST_POINTS - begins.size + 1)
    # A row of None before each piece but the first.
    breaks = np.searchsorted(kept, begins[1:])
    data = {
        "x_m": np.insert(_rounded(x[kept], 1), breaks, np.nan),
        "y_m": np.insert(_rounded(y[kept], 1), breaks, np.nan),
        BALANCE: np.insert(_rounded(value[kept], 2), breaks, np.nan),
        "minute": np.insert(_rounded(t_s[kept] / 60.0, _MINUTE_DECIMALS), breaks, np.nan),
    }
    return Figure(
        kind="track",
        title="Where the run went, by balance" if known.any() else "Where the run went",
        x_label="metres east",
        y_label="metres north",
        rows=_rows(data),
        roles={"x": "x_m", "y": "y_m", "value": BALANCE, "minute": "minute"},
    )


def histogram_figure(run: Dissection) -> Figure | None:
    """Draw how much of the usable time was spent at each balance; None without balance."""
    values = run.channels.values[run.channels.names.index(BALANCE)]
    found = histogram(values, run.channels.weight_s)
    if found is None:
        return None
    return Figure(
        kind="histogram",
        title="How often each balance was, by time",
        x_label=QUANTITIES[BALANCE].label,
        y_label="share of usable time",
        rows=_rows({"low": found.low, "high": found.high, "share": _rounded(found.share, 6)}),
        roles={"low": "low", "high": "high", "share": "share"},
        reference_lines=EVEN,
    )


def spans(stretches: Stretches) -> tuple[SpanRow, ...]:
    """List the stretches that were left out, in minutes."""
    return tuple(
        {
            "start": round(row["start_s"] / 60.0, _MINUTE_DECIMALS),
            "end": round(row["end_s"] / 60.0, _MINUTE_DECIMALS),
            "label": row["reason"],
        }
        for row in places(stretches)
    )


def places(stretches: Stretches) -> tuple[PlaceRow, ...]:
    """List the stretches that were left out, and why, in seconds since the start."""
    return tuple(
        {"start_s": start_s, "end_s": end_s, "code": KINDS[kind], "reason": _WHY[KINDS[kind]]}
        for start_s, end_s, kind in zip(
            stretches.start_s.tolist(),
            stretches.end_s.tolist(),
            stretches.kind.tolist(),
            strict=True,
        )
        if kind != USABLE
    )


def _with_breaks(course: Course, names: list[str]) -> tuple[FloatArray, FloatArray]:
    """Put a row of NaN in the middle of each interruption: times (n,) and columns (k, n)."""
    columns = np.stack([course.columns[name] for name in names])
    after = np.flatnonzero(course.interrupted)
    after = after[after > 0]
    middle_s = 0.5 * (course.t_s[after - 1] + course.t_s[after])
    return np.insert(course.t_s, after, middle_s), np.insert(columns, after, np.nan, axis=1)


def _rounded(values: FloatArray, decimals: int) -> FloatArray:
    """Drop digits that nobody can see: a page need not carry them."""
    return np.asarray(np.round(values, decimals))


def _rows(data: Mapping[str, FloatArray]) -> tuple[Row, ...]:
    """Make rows of columns; NaN becomes None."""
    plain: list[list[float | None]] = []
    for column in data.values():
        cells = column.astype(object)
        cells[~np.isfinite(column)] = None
        plain.append(cells.tolist())
    return tuple(dict(zip(data, row, strict=True)) for row in zip(*plain, strict=True))
