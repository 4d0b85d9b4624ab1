"""Does balance hold longer into a run than it used to? The drift within runs, and its change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.dates import local_dates
from evenstride.answers.is_it_changing import MODEL
from evenstride.answers.levels import BALANCE, days_of, levels
from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.estimate import Z95, Estimate
from evenstride.domain.wording import change_interval_words, count_words, toward
from evenstride.stats.fatigue import UNIT, Fatigue, Holding, common_se, drift_trend
from evenstride.stats.verdict import LEAST_DAYS, LEAST_RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers.levels import Level
    from evenstride.answers.rows_moves import DriftRow
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.library import Library

_LEAST_TOLD_PP_PER_H = 2.0
"""A run that tells its drift less exactly than this is too short to count."""
_MOST_POINTS = 1000
_DECIMALS = 2
_BANDS = ("low80", "high80", "low95", "high95")
SOURCES = (
    Source(
        "How far balance moves between the first and the last third of a run (up to 1.1 pp to "
        "either side) is personal: recordings of 33 real runs"
    ),
    Source(
        "A level among drifts with heavy tails: Student-t by a mixture of normals (Lange 1989)",
        "doi 10.1080/01621459.1989.10478852",
    ),
)


def fatigue(lib: Library, *, now: datetime | None = None) -> Answer:
    """Answer "does balance hold longer into a run than it used to?".

    Parameters
    ----------
    lib
        The library.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        Estimates `drift_pp_per_h` (on the last day) and `drift_change_pp_per_h` (against 90 days
        ago, or the first run that counts), + toward the left as a run goes on; table `runs`, oldest
        first; figure `fatigue`; verdict `holds_longer`, `holds_less`, `not_distinguishable` or
        `too_early`, with which the change is missing.

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    InputError
        `now` has no time zone, or no run has a date that can be right.
    """
    looked = levels(lib, now=now, measures=(BALANCE,))
    balance = looked.by_measure[BALANCE]
    drift, se, counts = _drifts(balance)
    rows = _rows(balance, drift, se, counts)
    left_out = balance.series.height - len(rows)
    caveats = [
        "A drift is what goes on changing while pace, slope and bends stay the same. Tiredness is "
        "one reason; warming up, a sensor that slips, or a road that leans are others.",
        *looked.caveats(),
    ]
    if left_out:
        caveats.insert(
            1,
            f"{count_words(left_out, 'run')} {'was' if left_out == 1 else 'were'} too short to "
            "tell a drift.",
        )
    found = _followed(balance, drift, se, counts) if rows else None
    return Answer(
        question="fatigue",
        headline=_headline(found),
        verdict=(Holding.TOO_EARLY if found is None else found.holding).value,
        provenance=provenance(balance.series, MODEL),
        sentences=_sentences(found, len(rows)),
        estimates=_estimates(found),
        tables={"runs": rows},
        figures={} if found is None else {"fatigue": _figure(found, balance, counts, rows)},
        caveats=tuple(caveats),
        sources=SOURCES,
    )


def _drifts(balance: Level) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the whole drift of each run, its standard error, and whether it is told at all."""
    moves = balance.moves
    elapsed = moves.names.index("elapsed")
    drift = moves.drift_per_h + moves.coefficient[elapsed]
    se = moves.drift_se_per_h
    told = np.isfinite(drift) & np.isfinite(se)
    told[told] &= (se[told] <= _LEAST_TOLD_PP_PER_H) & (se[told] > 0.0)
    return drift, se, told


def _followed(balance: Level, drift: FloatArray, se: FloatArray, counts: BoolArray) -> Fatigue:
    moves = balance.moves
    elapsed = moves.names.index("elapsed")
    return drift_trend(
        days_of(balance.series)[counts],
        drift[counts],
        se[counts],
        common_se_pp_per_h=common_se(
            se[counts],
            drift_sd_pp_per_h=moves.noise.drift_sd_per_h,
            elapsed_se_pp_per_h=math.sqrt(moves.covariance[elapsed, elapsed]),
        ),
    )


def _rows(
    balance: Level, drift: FloatArray, se: FloatArray, counts: BoolArray
) -> tuple[DriftRow, ...]:
    series = balance.series.filter(counts)
    half = Z95 * se[counts]
    return tuple(
        {"run_id": run_id, "date": date, "drift_pp_per_h": at, "low": low, "high": high}
        for run_id, date, at, low, high in zip(
            series["run_id"],
            local_dates(series),
            drift[counts].tolist(),
            (drift[counts] - half).tolist(),
            (drift[counts] + half).tolist(),
            strict=True,
        )
    )


def _headline(found: Fatigue | None) -> str:
    if found is None or found.holding is Holding.TOO_EARLY:
        return "Too early to tell whether balance holds longer into a run than it used to."
    ago = f"{round(found.window_days)} days ago"
    if found.holding is Holding.NOT_DISTINGUISHABLE:
        return (
            f"Through a run your balance drifts {_an_hour(found.now.value)}: not distinguishable "
            f"from {ago}."
        )
    held = "longer" if found.holding is Holding.LONGER else "less long"
    return (
        f"Balance holds {held} into a run than {ago}: it drifts {_an_hour(found.now.value)}, and "
        f"drifted {_an_hour(found.before.value)} then."
    )


def _an_hour(drift_pp_per_h: float) -> str:
    """Say a drift: `0.4 pp toward the right per hour`."""
    return f"{toward(drift_pp_per_h)} per hour"


def _sentences(found: Fatigue | None, runs: int) -> tuple[str, ...]:
    wanted = (
        f"It takes {LEAST_RUNS} runs over {LEAST_DAYS:.0f} days that are long enough to tell a "
        f"drift; there {'is' if runs == 1 else 'are'} {runs} so far."
    )
    if found is None:
        return (wanted,)
    drift = (
        f"At the same pace and on the same ground your balance drifts {_an_hour(found.now.value)} "
        f"(95 % interval: {change_interval_words(found.now)})."
    )
    if found.holding is Holding.TOO_EARLY:
        return (drift, wanted)
    least = Z95 * found.change.se
    return (
        drift,
        f"{round(found.window_days)} days ago it drifted {_an_hour(found.before.value)} "
        f"({change_interval_words(found.before)}); the change is {_an_hour(found.change.value)} "
        f"(95 % interval: {change_interval_words(found.change)}).",
        f"That is from the {count_words(found.window_runs, 'run')} of these days that "
        f"{'is' if found.window_runs == 1 else 'are'} long enough. Single runs differ: two of "
        f"three drift within {found.own_sd:.1f} pp an hour of that, and a change of less than "
        f"about {least:.1f} pp an hour could not be told from chance.",
    )


def _estimates(found: Fatigue | None) -> dict[str, Estimate]:
    nan = float("nan")
    unknown = Estimate(nan, nan, nan, nan, UNIT, nan)
    if found is None:
        return {"drift_pp_per_h": unknown, "drift_change_pp_per_h": unknown}
    early = found.holding is Holding.TOO_EARLY
    return {
        "drift_pp_per_h": found.now,
        "drift_change_pp_per_h": unknown if early else found.change,
    }


def _figure(found: Fatigue, balance: Level, counts: BoolArray, rows: Sequence[DriftRow]) -> Figure:
    """Draw single runs as dots, and the line of the last days through them."""
    dates = [row["date"] for row in rows]
    first = int(np.searchsorted(days_of(balance.series)[counts], found.day[0]))
    of_day = dict(zip(dates[first:], range(len(dates) - first), strict=True))  # a day's last run
    columns = {"drift_pp_per_h": found.level, **{name: getattr(found, name) for name in _BANDS}}
    line = tuple(
        {"date": day, **{name: round(float(x[at]), _DECIMALS + 1) for name, x in columns.items()}}
        for day, at in of_day.items()
    )
    return Figure(
        kind="trend",
        title="Drift within runs (up: toward the left as the run goes on)",
        x_label="date",
        y_label="pp an hour",
        rows=line,
        roles={
            "x": "date",
            "y": "drift_pp_per_h",
            **{band: band for band in _BANDS},
            "points_x": "date",
            "points_y": "drift_pp_per_h",
            "points_low": "low",
            "points_high": "high",
            "points_run": "run_id",
        },
        points=tuple(_rounded(row) for row in rows[-_MOST_POINTS:]),
        reference_lines={"holds": 0.0},
    )


def _rounded(row: DriftRow) -> dict[str, object]:
    return {
        name: round(value, _DECIMALS) if isinstance(value, float) else value
        for name, value in row.items()
    }
