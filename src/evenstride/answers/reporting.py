"""The report: what someone who has never seen the app needs to know, composed of other answers.

It has no statistics of its own: the level, its change and the verdict are those of `trend`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from evenstride.answers.dates import well_dated
from evenstride.answers.is_it_changing import UNADJUSTED, trend
from evenstride.answers.levels import BALANCE, EMPTY
from evenstride.answers.noticing import notes
from evenstride.answers.provenance import local, provenance
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.domain.quantities import DROP_REASONS
from evenstride.domain.wording import (
    balance_pair,
    count_words,
    duration_words,
    interval_words,
    side_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers.rows import (
        DroppedRow,
        ReportRunRow,
        SummaryRow,
        TermRow,
        TextRow,
        TrendRunRow,
        WornRow,
    )
    from evenstride.domain.answer import Row
    from evenstride.library import Library
    from evenstride.library.entries import Annotation

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
_RUNS_LOOKED_INTO = 200
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
        "text": "Percentage points of balance: from 50.0 to 50.6 is 0.6 pp.",
    },
)
"""What somebody who has never seen the app must know to read the rest."""

_NOT_SAID = (
    UNADJUSTED,
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
_MODEL = (
    "Each run's balance is the mean over its usable running, its error widened because "
    "neighbouring seconds repeat one another.",
    "The level is a slow random walk through the runs, in which a wild run counts for little; "
    "a shift is told only on strong evidence, so that one may look after every run.",
)


def report(lib: Library, *, days: float = 90.0, now: datetime | None = None) -> Answer:
    """Put together what a coach or a physio needs on one or two sheets.

    Parameters
    ----------
    lib
        The library.
    days
        How long the period is that ends with the last run; also the window of the verdict.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        The estimates, sentences and verdict of `trend` over `days`, or verdict `no_balance`.
        Tables `summary` (one row), `measures`, `runs` (those of the period, oldest first),
        `reading` (how to read it), `measured` (how it was measured), `worn` (devices and sensors),
        `dropped` (time left out, and why), `notes` (the runner's own). Figures `balance` (a beam),
        `trend` and, where they were measured, `gct_ms` and `flight_time_ms` on the same time axis.

    Raises
    ------
    EmptyLibraryError
        There are no runs.
    InputError
        `days` is not from 7 to 3,650, `now` has no time zone, or no run has a date that can be
        right.
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
    typed = lib.annotations()
    seen = cast("tuple[TrendRunRow, ...]", changing.tables["runs"] if changing else ())
    intervals = {row["run_id"]: (row["low95"], row["high95"]) for row in seen}
    rows = tuple(
        _run_row(row, intervals.get(row["run_id"]), typed.get(row["run_id"]))
        for row in period.iter_rows(named=True)
    )
    used = _used(lib, period)
    tables: dict[str, tuple[Row, ...]] = {
        "summary": (_summary(changing, rows, days, now),),
        "measures": changing.tables["measures"] if changing else (),
        "runs": rows,
        "reading": HOW_TO_READ,
        "measured": _measured(period, used, misdated=frame.height - dated.height),
        "worn": _worn(period),
        "dropped": used.dropped,
        "notes": tuple(row for row in notes(lib).tables["notes"] if row["text"] is not None),
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
        figures=_figures(changing),
        caveats=(*_NOT_SAID, *(c for c in changing.caveats if c != UNADJUSTED)),
        sources=_sources(changing),
    )


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


def _run_row(
    row: dict[str, Any],
    interval: tuple[float, float] | None,
    typed: Annotation | None,
) -> ReportRunRow:
    return {
        "run_id": row["run_id"],
        "local_date": f"{local(row['started_at_utc'], row['utc_offset_s']):%Y-%m-%d}",
        "distance_m": row["distance_m"],
        "duration_s": row["duration_s"],
        "speed_m_s": row["speed_m_s"],
        "balance_left_pct": row[BALANCE],
        "low95": interval[0] if interval else None,
        "high95": interval[1] if interval else None,
        "left_gct_ms": row["left_gct_ms"],
        "right_gct_ms": row["right_gct_ms"],
        "gct_ms": row["gct_ms"],
        "flight_time_ms": row["flight_time_ms"],
        "cadence_spm": row["cadence_spm"],
        "usable_share": row["usable_share"],
        "title": typed.title if typed else None,
        "tags": list(typed.tags) if typed else [],
        "shoes": typed.shoes if typed else None,
        "is_race": typed.is_race if typed else False,
    }


@dataclass(frozen=True, slots=True)
class _Used:
    """How much of the recorded time was used, and what was left out, of the `runs` latest runs."""

    runs: int
    usable_s: float
    recorded_s: float
    dropped: tuple[DroppedRow, ...]


def _used(lib: Library, period: pl.DataFrame) -> _Used:
    """Add up the seconds used and left out; of a long period, of its latest runs."""
    left_out = dict.fromkeys(DROP_REASONS, 0.0)
    usable_s = 0.0
    run_ids = period["run_id"][-_RUNS_LOOKED_INTO:]
    for run_id in run_ids:
        measures = lib.run(run_id).chosen.measures
        usable_s += measures.usable_s
        for code, seconds in measures.dropped.items():
            left_out[code] += seconds
    recorded_s = usable_s + sum(left_out.values())
    return _Used(
        len(run_ids),
        usable_s,
        recorded_s,
        tuple(
            {
                "code": code,
                "reason": DROP_REASONS[code],
                "seconds": seconds,
                "share": seconds / recorded_s,
            }
            for code, seconds in left_out.items()
            if seconds > 0.0
        ),
    )


def _measured(period: pl.DataFrame, used: _Used, *, misdated: int) -> tuple[TextRow, ...]:
    """Say how much was measured, what was left out, and how the numbers come about."""
    without = period[BALANCE].null_count()
    said = []
    if used.recorded_s > 0.0:
        of = "" if used.runs == period.height else f" in the latest {used.runs} runs"
        said.append(
            f"Used {duration_words(used.usable_s)} of {duration_words(used.recorded_s)} "
            f"recorded{of} ({100.0 * used.usable_s / used.recorded_s:.0f} %): running with a sound "
            "reading, without the first seconds after each start."
        )
    if without:
        has = "has" if without == 1 else "have"
        said.append(
            f"{count_words(without, 'run')} of {period.height:,} {has} no balance: no sensor was "
            "worn, or its readings could not be used."
        )
    if misdated:
        said.append(
            f"{count_words(misdated, 'run')} with a date that cannot be right "
            f"{'is' if misdated == 1 else 'are'} left out."
        )
    if without < period.height:
        said.extend(_MODEL)
    return tuple({"text": text} for text in said)


def _worn(period: pl.DataFrame) -> tuple[WornRow, ...]:
    """Tabulate which device and sensor recorded how many runs, and when; the commonest first."""
    offset = pl.duration(seconds=pl.col("utc_offset_s").fill_null(0))
    day = (pl.col("started_at_utc") + offset).dt.strftime("%Y-%m-%d")
    found = (
        period.group_by("device", "sensor", maintain_order=True)
        .agg(pl.len().alias("runs"), day.first().alias("first"), day.last().alias("last"))
        .sort("runs", "last", descending=True, maintain_order=True)
    )
    return tuple(
        {
            "device": row["device"],
            "sensor": row["sensor"],
            "runs": row["runs"],
            "first": row["first"],
            "last": row["last"],
        }
        for row in found.iter_rows(named=True)
    )


def _sources(changing: Answer) -> tuple[Source, ...]:
    """Give the report's sources, then those of the trend that are not among them."""
    links = {source.link for source in _SOURCES}
    more = (s for s in changing.sources if s.link is not None and s.link not in links)
    return (*_SOURCES, *more)
