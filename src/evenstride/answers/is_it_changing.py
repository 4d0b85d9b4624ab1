"""Is it changing? The level of balance through the runs, its bands, and one verdict by one rule."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.levels import (
    BALANCE,
    TOO_EARLY,
    VERDICTS,
    Level,
    balance_estimates,
    change_sentence,
    clear_changes,
    days_of,
    levels,
    normal_sentence,
    verdict_words_of,
)
from evenstride.answers.provenance import local, provenance
from evenstride.answers.sensors import (
    UNKNOWN,
    as_present_sensor,
    sensor_rows,
    sensor_sentences,
)
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.bands import VENDOR_BANDS, VendorBands
from evenstride.domain.errors import InputError
from evenstride.domain.trend import Direction
from evenstride.domain.wording import balance_pair, count_words, interval_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.rows import EventRow, LevelRow, TrendRow, TrendRunRow
    from evenstride.library import Library

MODEL = "state-space level, heavy-tailed runs; not adjusted for pace"
UNADJUSTED = (
    "Not adjusted for pace, fatigue, ground or shoes: a month of races can look like a change."
)
SOURCES = (
    Source("What vendors call balance is the left foot's share of contact time, 50 is even"),
    Source(
        "Asymmetry was not associated with more running injuries (Malisoux 2024)",
        "doi 10.1136/bmjsem-2023-001787",
    ),
)
_WILD = 0.9


def trend(
    lib: Library, *, bands: str = "own", window_days: float = 90.0, now: datetime | None = None
) -> Answer:
    """Answer "is it changing?".

    Parameters
    ----------
    lib
        The library.
    bands
        `own`, or a vendor (`garmin`, `coros`) whose bands are drawn beside.
    window_days
        How far back "now" is compared with.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        Tables `trend` (`date, balance_left_pct, low80, high80, low95, high95`), `runs`, `measures`,
        `sensors` (empty when there is but one); estimates `balance_left_pct`, `change_pp` (+ toward
        the left), `day_to_day_spread_pp`, `mdc_pp`, all as the last run's sensor reads; verdict
        `shifted_left`, `shifted_right`, `not_distinguishable` or `too_early`; with the last, all
        but the first estimate and the columns of the change are missing.

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    InputError
        `now` has no time zone, no run has a date that can be right, or there are no such bands.
    """
    looked = levels(lib, window_days=window_days, now=now)
    found = looked.by_measure
    balance = found[BALANCE]
    fitted = balance.trend
    chosen_vendor = vendor(bands)
    wild = int((fitted.wild > _WILD).sum())
    sentences = [
        f"Now {balance_pair(fitted.now.value)} (95 % interval: "
        f"{interval_words(fitted.now.low, fitted.now.high)}), from "
        f"{count_words(balance.series.height, 'run')}.",
        *own_sentences(balance),
        *sensor_sentences(balance),
        *clear_changes(found),
    ]
    if wild:
        sentences.append(
            f"{count_words(wild, 'run')} far from the rest "
            f"{'was' if wild == 1 else 'were'} given little weight."
        )
    if chosen_vendor:
        sentences.append(vendor_sentence(chosen_vendor, fitted.now.value))
    rows = _trend_rows(balance)
    runs = _run_rows(balance)
    return Answer(
        question="trend",
        headline=f"{verdict_words(fitted.direction)} Not adjusted for pace.",
        verdict=verdict_of(balance),
        provenance=provenance(balance.series, MODEL),
        sentences=tuple(sentences),
        estimates=balance_estimates(balance),
        tables={
            "measures": level_rows(found),
            "sensors": sensor_rows(balance),
            "trend": rows,
            "runs": runs,
        },
        figures={
            "trend": Figure(
                kind="trend",
                title="Balance (up: longer on the left, down: longer on the right)",
                x_label="date",
                y_label="balance",
                rows=rows,
                roles={
                    "x": "date",
                    "y": "balance_left_pct",
                    "low80": "low80",
                    "high80": "high80",
                    "low95": "low95",
                    "high95": "high95",
                    "points_x": "date",
                    "points_y": "balance_as_present_sensor_pct",
                },
                points=runs,
                reference_lines={
                    "50 even": 50.0,
                    **(chosen_vendor.edges_left_pct() if chosen_vendor else {}),
                },
                events=sensor_changes(runs),
            )
        },
        caveats=(UNADJUSTED, *looked.caveats()),
        sources=(*SOURCES, *((chosen_vendor.source,) if chosen_vendor else ())),
    )


def sensor_changes(runs: Sequence[TrendRunRow]) -> tuple[EventRow, ...]:
    """List the days on which another sensor took over, and which."""
    return tuple(
        {"date": now["date"], "label": f"{now['sensor'] or UNKNOWN} from here on"}
        for before, now in pairwise(runs)
        if now["sensor"] != before["sensor"]
    )


def vendor(bands: str) -> VendorBands | None:
    """Find a vendor's bands by name; None for `own`."""
    if bands == "own":
        return None
    if bands not in VENDOR_BANDS:
        raise InputError(f"Bands are own, {' or '.join(VENDOR_BANDS)}, not {bands}.")
    return VENDOR_BANDS[bands]


def vendor_sentence(bands: VendorBands, balance_left_pct: float) -> str:
    """Say which colour a vendor would show, and that it is the vendor's."""
    band = bands.band(balance_left_pct)
    return (
        f"{bands.vendor} would show {band.colour} ({band.meaning}): that vendor's band, "
        "not a health limit, and vendors disagree."
    )


def verdict_of(balance: Level) -> str:
    """Return the verdict code of balance."""
    return VERDICTS[balance.trend.direction]


def verdict_words(direction: Direction) -> str:
    """Say the verdict in one sentence that names the side."""
    return {
        Direction.INCREASED: "Shifted left: a change from your normal.",
        Direction.DECREASED: "Shifted right: a change from your normal.",
        Direction.NOT_DISTINGUISHABLE: "Not distinguishable from your normal.",
        Direction.TOO_EARLY: "Too early to tell.",
    }[direction]


def level_rows(found: dict[str, Level]) -> tuple[LevelRow, ...]:
    """Tabulate every measure now and its change over the window."""
    return tuple(
        {
            "measure": name,
            "unit": level.quantity.unit,
            "value": level.trend.now.value,
            "low": level.trend.now.low,
            "high": level.trend.now.high,
            "change": _or_none(level.trend.change.value),
            "change_low": _or_none(level.trend.change.low),
            "change_high": _or_none(level.trend.change.high),
            "direction": verdict_words_of(level),
            "runs": level.series.height,
        }
        for name, level in found.items()
    )


def own_sentences(balance: Level) -> tuple[str, ...]:
    """Say the change over the window and what is normal for this runner, once that is known."""
    fitted = balance.trend
    if fitted.direction is Direction.TOO_EARLY:
        return (TOO_EARLY,)
    return (
        change_sentence(balance),
        f"Two of three runs lie within {fitted.day_to_day.value:.2f} pp of your level.",
        normal_sentence(balance),
    )


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _trend_rows(balance: Level) -> tuple[TrendRow, ...]:
    """Tabulate the level, one row a day: the last of each day."""
    fitted = balance.trend
    offset_days = (balance.series["utc_offset_s"][-1] or 0) / 86_400.0
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 # local days, shifted by hand
    dates = [f"{epoch + timedelta(days=day + offset_days):%Y-%m-%d}" for day in fitted.day]
    last_of_day = [i for i, date in enumerate(dates) if dates[i + 1 : i + 2] != [date]]
    return tuple(
        {
            "date": dates[i],
            "balance_left_pct": float(fitted.level[i]),
            "low80": float(fitted.low80[i]),
            "high80": float(fitted.high80[i]),
            "low95": float(fitted.low95[i]),
            "high95": float(fitted.high95[i]),
        }
        for i in last_of_day
    )


def _run_rows(balance: Level) -> tuple[TrendRunRow, ...]:
    series = balance.series
    order = np.argsort(days_of(series), kind="stable")
    rows = series.rows(named=True)
    as_present = as_present_sensor(balance)
    return tuple(
        {
            "run_id": rows[i]["run_id"],
            "date": f"{local(rows[i]['started_at_utc'], rows[i]['utc_offset_s']):%Y-%m-%d}",
            "balance_left_pct": rows[i]["value"],
            "balance_as_present_sensor_pct": as_present[i],
            "se_pp": rows[i]["se"],
            "low95": rows[i]["low"],
            "high95": rows[i]["high"],
            "wild_probability": float(balance.trend.wild[i]),
            "sensor": rows[i]["sensor"],
        }
        for i in order
    )
