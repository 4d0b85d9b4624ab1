"""Where am I? Balance now with its interval and the own normal, and what to do next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from evenstride.answers.body_and_plan.next_thing import pressing_step, session_steps
from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.dates import well_dated
from evenstride.answers.is_it_changing import (
    ADJUSTED,
    MODEL,
    SOURCES,
    level_rows,
    own_sentences,
    vendor,
    vendor_sentence,
    verdict_of,
    verdict_words,
)
from evenstride.answers.level_figures import Period, days, dots, level_figure
from evenstride.answers.levels import (
    BALANCE,
    Level,
    balance_estimates,
    clear_changes,
    levels,
)
from evenstride.answers.likely_mistakes import likely_mistakes, sources_of
from evenstride.answers.provenance import local, provenance
from evenstride.answers.runner_settings import preferences_of
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.answers.sensors import sensor_sentences
from evenstride.answers.what_next import missing_rows, next_step
from evenstride.domain.answer import Answer, Figure
from evenstride.domain.errors import EmptyLibraryError, NoBalanceError
from evenstride.domain.trend import Direction
from evenstride.domain.wording import balance_pair, interval_words, side_words

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from evenstride.answers.rows import LastRunRow
    from evenstride.library import Library

_WINDOW_DAYS = 90.0
_SHOWN_DAYS = 365
_MOST_ROWS, _MOST_POINTS = 120, 240
_LAST_RUN = (BALANCE, "gct_ms", "flight_time_ms", "cadence_spm", "speed_m_s")


def status(lib: Library, *, bands: str | None = None, now: datetime | None = None) -> Answer:
    """Answer "where am I?".

    Parameters
    ----------
    lib
        The library.
    bands
        `own`, or a vendor (`garmin`, `coros`) whose bands are named beside; None as the runner set.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        Estimates `balance_left_pct` (+ left), `change_pp`, `day_to_day_spread_pp`, `mdc_pp`, and
        the levels of contact time, flight time and cadence; the verdict of `trend`, and what is
        missing with it. Figures `balance` and `trend` (the year up to the last run with balance).
        Tables `questions` (what is said to each of the runner's questions, a row a sentence);
        `measures`; `next` (one row: the one most useful thing to do), `missing` (what it
        takes to answer more, most useful first; may be empty), `last_run` (one row: the last run,
        with balance or without), `mistakes` (what looks like one in the runs of the last 90 days).

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    InputError
        `now` has no time zone, no run has a date that can be right, or there are no such bands.
    """
    kept = lib.settings()
    chosen_vendor = vendor(preferences_of(kept).bands if bands is None else bands)
    pressing = None if now is None else pressing_step(lib, now=now)
    session, coming = (None, None) if now is None else session_steps(lib, now=now)
    try:
        looked = levels(lib, window_days=_WINDOW_DAYS, now=now)
    except (EmptyLibraryError, NoBalanceError) as error:
        step = pressing or session
        if step is None:
            raise
        raise type(error)(f"{error}. Next: {step.sentence}") from error
    found = looked.by_measure
    balance = found[BALANCE]
    trend, series = balance.trend, balance.series
    value = trend.now.value
    last = local(series["started_at_utc"][-1], series["utc_offset_s"][-1])
    where = f"Contact is {side_words(trend.now)}."
    changing = (verdict_words(trend.direction), *own_sentences(balance))
    sentences = [
        f"{where} {changing[0]}",
        f"That is at {looked.reference(preferences_of(kept).units)}.",
        *changing[1:],
        *sensor_sentences(balance),
        *clear_changes(found),
        f"Last run with balance: {last:%a %d %b %Y}, "
        f"{balance_pair(series['value'][-1])} (95 % interval: "
        f"{interval_words(series['low'][-1], series['high'][-1])}).",
    ]
    if chosen_vendor:
        sentences.append(vendor_sentence(chosen_vendor, value))
    frame = lib.runs(measures=_LAST_RUN).filter(well_dated(now))
    step = next_step(
        looked,
        frame,
        experimenting=any(lib.experiment_names().values()),
        pressing=pressing,
        session=session,
        coming=coming,
    )
    sentences.append(f"Next: {step.sentence}")
    mistakes = likely_mistakes(lib, looked, recent_days=_WINDOW_DAYS)
    return Answer(
        question="status",
        headline=(
            f"You are at {balance_pair(value)} (95 % interval: "
            f"{interval_words(trend.now.low, trend.now.high)}) at your easy pace, fresh, on "
            "the flat."
        ),
        verdict=verdict_of(balance),
        provenance=provenance(series, MODEL),
        sentences=tuple(sentences),
        estimates={
            **balance_estimates(balance),
            **{name: level.trend.now for name, level in found.items() if name != BALANCE},
        },
        tables={
            "questions": (
                {"question": "where_am_i", "sentence": where},
                *({"question": "is_it_changing", "sentence": said} for said in changing),
            ),
            "measures": level_rows(found),
            "next": (step.row(),),
            "missing": missing_rows(lib, looked, frame, kept),
            "last_run": (_last_run(lib, frame, balance),),
            "mistakes": mistakes,
        },
        figures={"balance": _beam(balance), "trend": _year(balance)},
        caveats=(ADJUSTED, *unread_caveats(lib), *looked.caveats()),
        sources=(
            *SOURCES,
            *sources_of(mistakes),
            *((chosen_vendor.source,) if chosen_vendor else ()),
        ),
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


def _year(balance: Level) -> Figure:
    runs = dots(balance)
    since = date.fromisoformat(runs.date[-1]) - timedelta(days=_SHOWN_DAYS)
    return level_figure(
        days(balance),
        runs,
        period=Period(since=since),
        most_rows=_MOST_ROWS,
        most_points=_MOST_POINTS,
        reference_lines={"50 even": 50.0},
    )


def _last_run(lib: Library, frame: pl.DataFrame, balance: Level) -> LastRunRow:
    run = frame.row(-1, named=True)
    measured = balance.series.row(-1, named=True)
    known = measured["run_id"] == run["run_id"]
    typed = said_of_runs(lib).get(run["run_id"])
    return {
        "run_id": run["run_id"],
        "local_date": f"{local(run['started_at_utc'], run['utc_offset_s']):%Y-%m-%d}",
        "distance_m": run["distance_m"],
        "duration_s": run["duration_s"],
        "speed_m_s": run["speed_m_s"],
        "balance_left_pct": measured["value"] if known else None,
        "low": measured["low"] if known else None,
        "high": measured["high"] if known else None,
        "gct_ms": run["gct_ms"],
        "flight_time_ms": run["flight_time_ms"],
        "cadence_spm": run["cadence_spm"],
        "title": typed.title if typed else None,
        "is_race": bool(typed and typed.is_race),
    }
