"""Where am I? Balance now with its interval and the own normal, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.is_it_changing import (
    MODEL,
    SOURCES,
    UNADJUSTED,
    level_rows,
    own_sentences,
    vendor,
    vendor_sentence,
    verdict_of,
    verdict_words,
)
from evenstride.answers.levels import (
    BALANCE,
    Level,
    Levels,
    balance_estimates,
    clear_changes,
    levels,
    well_dated,
)
from evenstride.answers.provenance import local, provenance
from evenstride.answers.sensors import sensor_sentences
from evenstride.domain.answer import Answer, Figure
from evenstride.domain.trend import Direction
from evenstride.domain.wording import (
    balance_pair,
    count_words,
    interval_words,
    side_words,
)

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.library import Library

_WINDOW_DAYS = 90.0
_POOR_SHARE = 0.7


def status(lib: Library, *, bands: str = "own", now: datetime | None = None) -> Answer:
    """Answer "where am I?".

    Parameters
    ----------
    lib
        The library.
    bands
        `own`, or a vendor (`garmin`, `coros`) whose bands are named beside.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        Estimates `balance_left_pct` (+ left), `change_pp`, `day_to_day_spread_pp`, `mdc_pp`, and
        the levels of contact time, flight time and cadence; the verdict of `trend`, and what is
        missing with it.

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    InputError
        `now` has no time zone, no run has a date that can be right, or there are no such bands.
    """
    looked = levels(lib, window_days=_WINDOW_DAYS, now=now)
    found = looked.by_measure
    balance = found[BALANCE]
    trend, series = balance.trend, balance.series
    value = trend.now.value
    chosen_vendor = vendor(bands)
    last = local(series["started_at_utc"][-1], series["utc_offset_s"][-1])
    sentences = [
        f"Contact is {side_words(trend.now)}. {verdict_words(trend.direction)}",
        *own_sentences(balance),
        *sensor_sentences(balance),
        *clear_changes(found),
        f"Last run with balance: {last:%a %d %b %Y}, "
        f"{balance_pair(series['value'][-1])} (95 % interval: "
        f"{interval_words(series['low'][-1], series['high'][-1])}).",
    ]
    if chosen_vendor:
        sentences.append(vendor_sentence(chosen_vendor, value))
    sentences.append(f"Next: {next_step(lib, looked, now)}")
    return Answer(
        question="status",
        headline=(
            f"You are at {balance_pair(value)} (95 % interval: "
            f"{interval_words(trend.now.low, trend.now.high)}), not adjusted for pace."
        ),
        verdict=verdict_of(balance),
        provenance=provenance(series, MODEL),
        sentences=tuple(sentences),
        estimates={
            **balance_estimates(balance),
            **{name: level.trend.now for name, level in found.items() if name != BALANCE},
        },
        tables={"measures": level_rows(found)},
        figures={"balance": _beam(balance)},
        caveats=(UNADJUSTED, *looked.caveats()),
        sources=(*SOURCES, *((chosen_vendor.source,) if chosen_vendor else ())),
    )


def _beam(balance: Level) -> Figure:
    trend = balance.trend
    known = trend.direction is not Direction.TOO_EARLY
    return Figure(
        kind="beam",
        title="Balance now",
        x_label="balance",
        y_label="",
        rows=(
            {
                "balance_left_pct": trend.now.value,
                "low95": trend.now.low,
                "high95": trend.now.high,
                "normal_low": trend.normal_low if known else None,
                "normal_high": trend.normal_high if known else None,
            },
        ),
        roles={
            "now": "balance_left_pct",
            "low": "low95",
            "high": "high95",
            "normal_low": "normal_low",
            "normal_high": "normal_high",
        },
        reference_lines={"even": 50.0},
    )


def next_step(lib: Library, looked: Levels, now: datetime | None) -> str:
    """Name the one most useful thing to do now; about measuring, as nothing else is known yet."""
    balance = looked.by_measure[BALANCE]
    runs, trend = balance.series.height, balance.trend
    if looked.stale:
        return "import newer runs (`evenstride import FOLDER`); this is as of the last one."
    if trend.direction is Direction.TOO_EARLY:
        return (
            "run with the sensor as usual; from 8 runs over two weeks on, `evenstride trend` can "
            f"say more ({count_words(runs, 'run')} so far)."
        )
    frame = lib.runs(measures=(BALANCE,)).filter(well_dated(now)).tail(10)
    poor = frame.filter(frame["usable_share"] < _POOR_SHARE).height
    missing = frame[BALANCE].null_count()
    if missing > len(frame) // 3:
        return (
            f"wear the sensor: {missing} of the last {len(frame)} runs have no balance "
            "(`evenstride runs`)."
        )
    if poor > len(frame) // 3:
        return (
            f"look at what was left out: {poor} of the last {len(frame)} runs were less than "
            f"{100 * _POOR_SHARE:.0f} % usable (`evenstride show last`)."
        )
    if trend.direction in (Direction.INCREASED, Direction.DECREASED):
        return (
            "look at `evenstride trend` and ask what changed about then: shoes, where the sensor "
            "sits, ground, pace, an ache."
        )
    return "nothing needs doing; run as usual and look again after the next runs."
