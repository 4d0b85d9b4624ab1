"""The report: what someone who has never seen the app needs to know, composed of other answers.

It has no statistics of its own: the level, its change and the verdict are those of `trend`, and
what moves it is as `drivers`, `fatigue`, `explain` and `compare` say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import polars as pl

from evenstride.answers.dates import well_dated
from evenstride.answers.is_it_changing import ADJUSTED, trend
from evenstride.answers.levels import BALANCE, EMPTY
from evenstride.answers.noticing import notes
from evenstride.answers.provenance import provenance
from evenstride.answers.report_moves import Part, asked_for, joined, what_moves
from evenstride.answers.report_period import measured, run_row, used_of, worn
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.domain.wording import (
    balance_pair,
    count_words,
    interval_words,
    side_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers.rows import (
        ReportRunRow,
        SummaryRow,
        TermRow,
        TrendRunRow,
    )
    from evenstride.domain.answer import Row
    from evenstride.library import Library

_MEASURES = (
    BALANCE,
    "left_gct_ms",
    "right_gct_ms",
    "gct_ms",
    "flight_time_ms",
    "cadence_spm",
    "speed_m_s",
)
_DRAWN = ("trend", "gct_ms", "flight_time_ms")
_SHORTEST_DAYS, _LONGEST_DAYS = 7, 3650
_TREND_DAYS = 365
_MOST_DAYS_UNTHINNED = 730
_NO_BALANCE = "No run has balance: no sensor was worn that gives it, or it could not be used."

HOW_TO_READ: tuple[TermRow, ...] = (
    {
        "term": "Balance",
        "text": (
            "The left foot's share of ground contact time. 50 is even; 48.6 L / 51.4 R means that "
            "the right foot stays longer on the ground. It says nothing about force or strength."
        ),
    },
    {
        "term": "95 % interval",
        "text": (
            "The true value lies within it 19 times in 20, given the model. Wide means: not much "
            "is known."
        ),
    },
    {
        "term": "Your normal",
        "text": (
            "Where 19 of 20 of this runner's own single runs fall at the usual level. The "
            "comparison is with oneself, not with other runners. 'You' is the runner."
        ),
    },
    {
        "term": "pp",
        "text": (
            "Percentage points of balance: from 50.0 to 50.6 is 0.6 pp. 0.6 L is toward the left, "
            "0.6 R toward the right."
        ),
    },
)
"""What somebody who has never seen the app must know to read the rest."""

_NOT_SAID = (
    ADJUSTED,
    "50/50 is no goal: an own normal beside 50 is not by itself a fault. A change from it is worth "
    "a look, above all with pain.",
    "It predicts no injury: among 836 runners followed for six months, asymmetry was not "
    "associated with more injuries [1].",
    "It names no weak leg: the foot that stays longer on the ground may belong to the stronger, "
    "stiffer, longer or protected leg, and the sensor and where it sits move the reading too.",
    "It measures time on the ground, not force, and does not see pain.",
)
_SOURCES = (
    Source(
        "Malisoux et al. 2024: asymmetry was not associated with more running injuries",
        "doi 10.1136/bmjsem-2023-001787",
    ),
    Source(
        "Morin et al. 2005: flight time is step time minus contact time",
        "doi 10.1123/jab.21.2.167",
    ),
    Source("Balance as watches write it: the left foot's share of contact time, 50 is even"),
)


def report(
    lib: Library,
    *,
    days: float = 90.0,
    explain: Sequence[str] = (),
    compare: tuple[str, str] | None = None,
    now: datetime | None = None,
) -> Answer:
    """Put together what a coach or a physio needs on two or three sheets.

    Parameters
    ----------
    lib
        The library.
    days
        How long the period is that ends with the last run; also the window of the verdict.
    explain
        Runs to take apart on a sheet each, as `Library.resolve` reads them.
    compare
        Two runs, tags or periods to compare on another sheet, as `compare` reads them.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        The estimates, sentences and verdict of `trend` over `days`, or verdict `no_balance`.
        Tables `summary` (one row), `measures`, `runs` (those of the period, oldest first),
        `reading` (how to read it), `measured` (how it was measured), `worn` (devices and sensors),
        `dropped` (time left out, and why), `notes` (the runner's own); of what moves the runner
        `moves` (what is said of it), `drivers`, `untold`, `shares`, `changes`, `mistakes`; of
        explained runs `explained`, `contributions`, `different`, each with its `run_id`; of a
        comparison `compared` (one row), `sides`, `why`, `power`. What was not asked is an empty
        table. Figures `balance` (a beam), `trend` and, where they were measured, `gct_ms` and
        `flight_time_ms` on the same time axis; `drivers`, `contributions:RUN_ID`, `difference`.

    Raises
    ------
    EmptyLibraryError
        There are no runs.
    UnknownRunError, NoBalanceError
        A run to explain or a side to compare cannot be found, or has no balance.
    InputError
        `days` is not from 7 to 3,650, `now` has no time zone, no run has a date that can be right,
        too many runs are to be explained, or the sides cannot be compared.
    """
    if not _SHORTEST_DAYS <= days <= _LONGEST_DAYS:
        raise InputError(f"A report covers {_SHORTEST_DAYS} to {_LONGEST_DAYS} days, not {days:g}.")
    frame = lib.runs(measures=_MEASURES)
    if frame.is_empty():
        raise EmptyLibraryError(EMPTY)
    dated = frame.filter(well_dated(now))
    if dated.is_empty():
        raise InputError("No run has a date that can be right: the watch's clock is wrong.")
    last = dated["started_at_utc"][-1]
    period = dated.filter(pl.col("started_at_utc") > last - timedelta(days=days))
    changing = _trend(lib, days, dated["started_at_utc"][0], last, now)
    typed = said_of_runs(lib)
    seen = cast("tuple[TrendRunRow, ...]", changing.tables["runs"] if changing else ())
    intervals = {row["run_id"]: (row["low95"], row["high95"]) for row in seen}
    rows = tuple(
        run_row(row, intervals.get(row["run_id"]), typed.get(row["run_id"]))
        for row in period.iter_rows(named=True)
    )
    used = used_of(lib, period)
    more = joined(
        (
            _moves(lib, days, last, changing, now) if changing else Part(),
            asked_for(lib, explain, compare, now=now),
        )
    )
    tables: dict[str, tuple[Row, ...]] = {
        "summary": (_summary(changing, rows, days, now),),
        "measures": changing.tables["measures"] if changing else (),
        "runs": rows,
        "reading": HOW_TO_READ,
        "measured": measured(period, used, misdated=frame.height - dated.height),
        "worn": worn(period),
        "dropped": used.dropped,
        "notes": tuple(row for row in notes(lib).tables["notes"] if row["text"] is not None),
        **more.tables,
    }
    if changing is None:
        return Answer(
            question="report",
            headline=f"{_NO_BALANCE} In the period: {count_words(len(rows), 'run')}.",
            verdict="no_balance",
            provenance=provenance(period, "none"),
            tables=tables,
            caveats=_NOT_SAID[1:],
            sources=_SOURCES,
        )
    balance = changing.estimates[BALANCE]
    return Answer(
        question="report",
        headline=(
            f"{balance_pair(balance.value)} (95 % interval: "
            f"{interval_words(balance.low, balance.high)}), {side_words(balance)}. "
            f"{changing.headline}"
        ),
        verdict=changing.verdict,
        provenance=changing.provenance,
        sentences=changing.sentences,
        estimates=changing.estimates,
        tables=tables,
        figures={**_figures(changing), **more.figures},
        caveats=tuple(dict.fromkeys((*_NOT_SAID, *changing.caveats, *more.caveats))),
        sources=_sources((*changing.sources, *more.sources)),
    )


def _moves(
    lib: Library, days: float, last: datetime, changing: Answer, now: datetime | None
) -> Part:
    """Say what moves the runner; changes since the first day that the trend shows."""
    since = (last - timedelta(days=max(days, _TREND_DAYS))).date()
    return what_moves(lib, since=since, said=changing.sentences, now=now)


def _trend(
    lib: Library, days: float, first: datetime, last: datetime, now: datetime | None
) -> Answer | None:
    """Ask for the trend, shown over a year at least; None where no run has balance."""
    since = (last - timedelta(days=max(days, _TREND_DAYS))).date()
    whole = since <= first.date()
    try:
        if days <= _MOST_DAYS_UNTHINNED and not whole:
            return trend(lib, window_days=days, since=since, now=now)
        # A long history is thinned where it is asked for whole.
        changing = trend(lib, window_days=days, now=now)
    except NoBalanceError:
        return None
    if whole:
        return changing
    drawn = {name: _from(figure, str(since)) for name, figure in changing.figures.items()}
    return replace(changing, figures=drawn)


def _from(figure: Figure, since: str) -> Figure:
    """Leave out of a trend what is before a day."""
    rows, points, events = (
        tuple(row for row in part if str(row["date"]) >= since)
        for part in (figure.rows, figure.points, figure.events)
    )
    return replace(figure, rows=rows, points=points, events=events)


def _figures(changing: Answer) -> dict[str, Figure]:
    """Draw the beam, and the trend with contact and flight time beneath."""
    balance, drawn = changing.estimates[BALANCE], changing.figures
    normal = drawn["trend"].bands.get("your normal", (None, None))
    beam = Figure(
        kind="beam",
        title="Balance now",
        x_label="balance",
        y_label="",
        rows=(
            {
                BALANCE: balance.value,
                "low95": balance.low,
                "high95": balance.high,
                "normal_low": normal[0],
                "normal_high": normal[1],
            },
        ),
        roles={
            "now": BALANCE,
            "low": "low95",
            "high": "high95",
            "normal_low": "normal_low",
            "normal_high": "normal_high",
        },
        reference_lines={"even": 50.0},
    )
    return {"balance": beam, **{name: drawn[name] for name in _DRAWN if name in drawn}}


def _summary(
    changing: Answer | None, rows: Sequence[ReportRunRow], days: float, now: datetime | None
) -> SummaryRow:
    distances = [row["distance_m"] for row in rows if row["distance_m"] is not None]
    return {
        "where": (
            f"Contact is {side_words(changing.estimates[BALANCE])}." if changing else _NO_BALANCE
        ),
        "changing": changing.headline if changing else "Without balance there is no trend of it.",
        "days": round(days),
        "since": rows[0]["local_date"],
        "until": rows[-1]["local_date"],
        "made": f"{now:%Y-%m-%d}" if now else None,
        "runs": len(rows),
        "runs_with_balance": sum(row["balance_left_pct"] is not None for row in rows),
        "distance_m": sum(distances) if distances else None,
        "duration_s": sum(row["duration_s"] for row in rows),
    }


def _sources(others: Sequence[Source]) -> tuple[Source, ...]:
    """Give the report's sources, then those of other answers that are not among them."""
    links = {source.link for source in _SOURCES}
    more = (s for s in others if s.link is not None and s.link not in links)
    return tuple(dict.fromkeys((*_SOURCES, *more)))
