"""Is it changing? The level of balance through the runs, its bands, and one verdict by one rule."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from evenstride.answers.dates import day_named
from evenstride.answers.level_figures import (
    WILD,
    Days,
    Dots,
    Period,
    days,
    dots,
    level_figure,
    number_rows,
    run_rows,
    trend_rows,
)
from evenstride.answers.levels import (
    BALANCE,
    TOO_EARLY,
    VERDICTS,
    Level,
    balance_estimates,
    change_sentence,
    clear_changes,
    levels,
    normal_sentence,
    verdict_words_of,
)
from evenstride.answers.provenance import provenance
from evenstride.answers.runner_settings import preferences
from evenstride.answers.sensors import sensor_rows, sensor_sentences
from evenstride.answers.when_it_changed import (
    change_events,
    change_rows,
    change_sentences,
    known_only,
    watch_sentences,
)
from evenstride.answers.when_it_changed import changes as changes_of
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.bands import VENDOR_BANDS, VendorBands
from evenstride.domain.errors import InputError
from evenstride.domain.trend import Direction
from evenstride.domain.wording import balance_pair, count_words, interval_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from evenstride.answers.rows import EventRow, LevelRow
    from evenstride.library import Library

MODEL = "one fit of all blocks of all runs: level, days with heavy tails, drivers, noise in runs"
ADJUSTED = (
    "Runs are compared at the same pace, freshness and ground as far as your own runs tell what "
    "these do. What nobody noted (a sloping road, new insoles, pain) is not taken off."
)
SOURCES = (
    Source("What vendors call balance is the left foot's share of contact time, 50 is even"),
    Source(
        "Asymmetry was not associated with more running injuries (Malisoux 2024)",
        "doi 10.1136/bmjsem-2023-001787",
    ),
)
_MOST_ROWS, _MOST_POINTS = 500, 1000
# The figures beneath are a third as high, and a page must not grow with a runner's years.
_MOST_ROWS_BESIDE, _MOST_POINTS_BESIDE = 250, 400


def trend(
    lib: Library,
    *,
    bands: str | None = None,
    window_days: float = 90.0,
    since: str | date | None = None,
    until: str | date | None = None,
    changes: bool = False,
    now: datetime | None = None,
) -> Answer:
    """Answer "is it changing?".

    Parameters
    ----------
    lib
        The library.
    bands
        `own`, or a vendor (`garmin`, `coros`) whose bands are drawn beside; None as the runner set.
    window_days
        How far back "now" is compared with.
    since, until
        The local days to show in figures and tables, both included. What is fitted, and so what is
        said, stays.
    changes
        Also say when it changed suddenly: at known dates, and from 20 runs on at any other.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        Tables `trend` (`date, balance_left_pct, low80, high80, low95, high95`), `runs`, `measures`,
        `sensors` (empty when there is but one), `numbers` (what the figures show, the newest run
        first, at reference conditions); figures `trend`, and `gct_ms`, `flight_time_ms`,
        `cadence_spm` where runs have them; estimates `balance_left_pct`, `change_pp` (+ toward the
        left), `day_to_day_spread_pp`, `mdc_pp`, all at reference conditions and as the last run's
        sensor reads; verdict `shifted_left`, `shifted_right`, `not_distinguishable` or `too_early`;
        with the last, all but the first estimate and the columns of the change are missing. Figures
        are thinned where the days shown have very many runs, tables never. With `changes` there is
        a table `changes` too, and its events are in the figure `trend`.

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    InputError
        `now` has no time zone, no run has a date that can be right, there are no such bands, or
        `since` or `until` is no date.
    """
    period = Period(day_named(since), day_named(until))
    kept = preferences(lib)
    chosen_vendor = vendor(kept.bands if bands is None else bands)
    looked = levels(lib, window_days=window_days, now=now)
    found = looked.by_measure
    balance = found[BALANCE]
    fitted = balance.trend
    wild = int((fitted.wild > WILD).sum())
    sudden = changes_of(lib, looked) if changes else known_only(lib, looked)
    sentences = [
        f"Now {balance_pair(fitted.now.value)} (95 % interval: "
        f"{interval_words(fitted.now.low, fitted.now.high)}), from "
        f"{count_words(balance.series.height, 'run')}. At {looked.reference(kept.units)}.",
        *own_sentences(balance),
        *sensor_sentences(balance),
        *clear_changes(found),
        *(change_sentences(sudden) if changes else watch_sentences(sudden)),
    ]
    if wild:
        sentences.append(
            f"{count_words(wild, 'run')} far from the rest "
            f"{'was' if wild == 1 else 'were'} given little weight."
        )
    if chosen_vendor:
        sentences.append(vendor_sentence(chosen_vendor, fitted.now.value))
    drawn = {name: (days(level), dots(level)) for name, level in found.items()}
    rows, runs = trend_rows(drawn[BALANCE][0], period), run_rows(drawn[BALANCE][1], period)
    if not runs:
        sentences.append("No run with balance lies between the days that are shown.")
    return Answer(
        question="trend",
        headline=verdict_words(fitted.direction),
        verdict=verdict_of(balance),
        provenance=provenance(balance.series, MODEL),
        sentences=tuple(sentences),
        estimates=balance_estimates(balance),
        tables={
            "measures": level_rows(found),
            "sensors": sensor_rows(balance),
            "trend": rows,
            "runs": runs,
            "numbers": number_rows(found, drawn[BALANCE][1], period),
            **({"changes": change_rows(sudden)} if changes else {}),
        },
        figures={
            "trend" if name == BALANCE else name: _figure(
                *both,
                period,
                chosen_vendor,
                change_events(sudden) if changes and name == BALANCE else (),
            )
            for name, both in drawn.items()
        },
        caveats=(ADJUSTED, *looked.caveats()),
        sources=(*SOURCES, *((chosen_vendor.source,) if chosen_vendor else ())),
    )


def _figure(
    level_days: Days,
    runs: Dots,
    period: Period,
    bands: VendorBands | None,
    changed: Sequence[EventRow],
) -> Figure:
    lines = {"50 even": 50.0, **(bands.edges_left_pct() if bands else {})}
    is_balance = runs.level.quantity.name == BALANCE
    rows, points = (
        (_MOST_ROWS, _MOST_POINTS) if is_balance else (_MOST_ROWS_BESIDE, _MOST_POINTS_BESIDE)
    )
    drawn = level_figure(
        level_days,
        runs,
        period=period,
        most_rows=rows,
        most_points=points,
        reference_lines=lines if is_balance else None,
    )
    shown = [event for event in changed if period.holds([event["date"]])]
    return replace(drawn, events=(*drawn.events, *shown))


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
