"""Why was this run off? One run taken apart into what moved it, beside what is usual."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.is_it_changing import ADJUSTED, MODEL, SOURCES
from evenstride.answers.levels import BALANCE, NO_BALANCE_IN_RUN, TOO_EARLY, Level, Levels, levels
from evenstride.answers.likely_mistakes import mistakes_of_run, of_issues, sources_of
from evenstride.answers.not_as_usual import different
from evenstride.answers.provenance import local, provenance
from evenstride.answers.run_conditions import condition_words, name_of, usual_range
from evenstride.answers.run_parts import (
    apart,
    apart_as_run,
    apart_over_time,
    parts_of,
    rows_of_run,
    usually_there,
)
from evenstride.answers.runner_settings import preferences_of
from evenstride.answers.there_and_back import camber_row, camber_sentence, camber_test
from evenstride.answers.waterfall import Step, waterfall
from evenstride.domain.answer import Answer
from evenstride.domain.driver_words import driver_label
from evenstride.domain.errors import InputError, NoBalanceError
from evenstride.domain.estimate import Z99, Estimate
from evenstride.domain.trend import Direction
from evenstride.domain.wording import (
    balance_pair,
    balance_words,
    change_interval_words,
    interval_words,
    printable,
    toward,
)
from evenstride.stats.comparison import coefficients_weighed, level_under
from evenstride.stats.contrast_within import plain_mean_se

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.rows_moves import ContributionRow
    from evenstride.answers.run_parts import Part
    from evenstride.domain.answer import Figure
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.moves import Moves
    from evenstride.domain.wording import Units
    from evenstride.library import Library
    from evenstride.stats.blocked import BlockedRuns

EVEN_PCT = 50.0
_SAID_PP, _MOST_SAID = 0.15, 3


def explain(lib: Library, run: str, *, now: datetime | None = None) -> Answer:
    """Answer "why was this run off?".

    Parameters
    ----------
    lib
        The library.
    run
        Its id, the beginning of it, a local date, or `last`.
    now
        Aware; to leave out runs that start after it.

    Returns
    -------
        Verdict `usual`; `outside_left` or `outside_right` where the run reads further out than 99
        of 100 runs at its conditions would by all others; `too_early`. Estimates `asymmetry_pp`
        (+ longer on the left), `expected_pp` and `unexplained_pp`, which add up to it, and
        `balance_left_pct`. Tables `contributions` (parts that sum to the asymmetry, with 95 %
        intervals), `different` (what is not as usual), `camber_test` (none or one row), `mistakes`.
        Figure `contributions`. While it is too early there is no more than the run itself.

    Raises
    ------
    EmptyLibraryError, UnknownRunError
        There is no such run; the nearest is suggested.
    NoBalanceError
        The run has no balance.
    InputError
        `now` has no time zone, or the run has a date that cannot be right.
    """
    run_id = lib.resolve(run)
    looked = levels(lib, now=now, measures=(BALANCE,))
    level = looked.by_measure[BALANCE]
    at = place_of(looked, run_id)
    units = preferences_of(lib.settings()).units
    row = level.series.row(at, named=True)
    measured = Estimate(
        row["value"], row["se"], row["low"], row["high"], "%", float(row["n_effective"])
    )
    day = f"{local(row['started_at_utc'], row['utc_offset_s']):%a %d %b %Y}"
    strange = different(lib, looked, at, now=now, units=units)
    asymmetry = replace(_less_even(measured), unit="pp")
    estimates = {"asymmetry_pp": asymmetry, "balance_left_pct": measured}
    if level.trend.direction is Direction.TOO_EARLY:
        return Answer(
            question="explain",
            headline=(
                f"{day}: {balance_pair(measured.value)}. It is too early to tell what moved it."
            ),
            verdict="too_early",
            provenance=provenance(level.series, MODEL),
            sentences=(TOO_EARLY,),
            estimates=estimates,
            tables={
                "contributions": (),
                "different": strange,
                "camber_test": (),
                "mistakes": of_issues(run_id, lib.run(run_id).chosen.issues),
            },
            caveats=looked.caveats(),
            sources=SOURCES,
        )
    taken = _taken_apart(lib, looked, at, measured.value, units=units)
    verdict = _verdict(taken, measured.value)
    test = camber_test(lib, looked, at)
    mistakes = mistakes_of_run(lib, looked, run_id)
    return Answer(
        question="explain",
        headline=_headline(taken, day, measured.value, verdict),
        verdict=verdict,
        provenance=provenance(level.series, MODEL),
        sentences=(
            _band_sentence(taken, measured.value),
            *_mirror_sentences(taken, measured.value),
            *_part_sentences(taken.rows),
            _rest_sentence(level, taken),
            *((camber_sentence(test),) if test else ()),
        ),
        estimates={
            **estimates,
            "expected_pp": taken.expected,
            "unexplained_pp": taken.unexplained,
        },
        tables={
            "contributions": taken.rows,
            "different": strange,
            "camber_test": (camber_row(test),) if test else (),
            "mistakes": mistakes,
        },
        figures={"contributions": _figure(taken, asymmetry)},
        caveats=(ADJUSTED, *looked.caveats()),
        sources=(*SOURCES, *sources_of(mistakes)),
    )


def place_of(looked: Levels, run_id: str) -> int:
    """Return the place of a run in the series of balance.

    Raises
    ------
    InputError
        Its date cannot be right.
    NoBalanceError
        It has no balance.
    """
    found = looked.by_measure[BALANCE].series["run_id"].index_of(run_id)
    if found is not None:
        return int(found)
    if run_id in looked.misdated:
        raise InputError(
            f"{run_id} has a date that cannot be right: it is left out of what all runs say."
        )
    raise NoBalanceError(f"{run_id}: {NO_BALANCE_IN_RUN}")


@dataclass(frozen=True, slots=True)
class _TakenApart:
    """A run's parts as rows, the last one unexplained, and sums, in pp from even.

    `ends` are the sums up to each part but the last one; the last of them is what is expected.
    `usual` is where, by the other runs alone, a run like it reads: its middle, and between which
    ends 99 of 100 do, % left. `own_se` is what the run's own noise and drift make of its mean.
    """

    rows: tuple[ContributionRow, ...]
    ends: tuple[Estimate, ...]
    unexplained: Estimate
    usual: tuple[float, float, float]
    own_se: float

    @property
    def expected(self) -> Estimate:
        return self.ends[-1]


def _taken_apart(
    lib: Library, looked: Levels, at: int, balance_left_pct: float, *, units: Units
) -> _TakenApart:
    """Take a run apart: its level, what each condition did, and the rest."""
    level = looked.by_measure[BALANCE]
    moves, by_run = level.moves, apart_as_run(level)
    blocks = rows_of_run(lib, looked, at)
    found = apart_over_time(looked, at, blocks)
    shown = _shown(looked, found, blocks)
    upto = np.zeros((len(shown) + 1, found.size))
    for i, part in enumerate(shown):
        upto[i + 1] = np.where(part.columns, found, upto[i])
    ends = [_less_even(e) for e in level_under(moves, at, upto, unit="pp")]
    own_se = plain_mean_se(blocks.t_s, blocks.duration_s, blocks.conditions["elapsed"], moves.noise)
    rest = level_under(moves, at, upto[-1:], unit="pp", own_se=own_se)[0]
    asymmetry = balance_left_pct - EVEN_PCT
    value = asymmetry - ends[-1].value
    unexplained = Estimate(
        value,
        rest.se,
        value - (rest.high - rest.value),
        value + (rest.value - rest.low),
        "pp",
        rest.n_effective,
    )
    rows = [
        _row("level", ends[0], moves.level - EVEN_PCT, "at your easy pace, fresh, flat, straight")
    ]
    for part in shown:
        did = coefficients_weighed(moves, np.where(part.columns, found, 0.0), unit="pp")
        usual = by_run[:, part.columns] @ moves.coefficient[part.columns]
        words = condition_words(part, looked, at, found, units)
        rows.append(_row(name_of(part, looked, at, found), did, usual, words))
    left = level.series["value"].to_numpy() - moves.level - by_run @ moves.coefficient
    chance = f"days differ by {moves.day_sd:.1f} pp, runs this long by {own_se:.1f} pp"
    rows.append(_row("unexplained", unexplained, left, chance))
    band = _usual_band(moves, at, found - apart(level)[at], own_se)
    return _TakenApart(tuple(rows), tuple(ends), unexplained, band, own_se)


def _shown(looked: Levels, found: FloatArray, blocks: BlockedRuns) -> list[Part]:
    """Return the parts that this run has: not slope or bends where nobody knows them (indoors).

    What was said of it and is usual is a part too, of 0: it is in the level.
    """
    there = (found != 0.0) | (found + usually_there(looked) != 0.0)
    unknown = {name for name, x in blocks.conditions.items() if not np.isfinite(x).any()}
    return [
        part
        for part in parts_of(looked.by_measure[BALANCE].moves.names)
        if (there[part.columns].any() if part.comes_and_goes else part.name not in unknown)
    ]


def _usual_band(
    moves: Moves, at: int, beside: FloatArray, own_se: float
) -> tuple[float, float, float]:
    """Return middle and ends of where a run like this one reads, by the others, 99 times in 100.

    The fit says it of the mean that weighs blocks by what they tell; people see the plain mean. Its
    conditions are `beside` the other's, shape (k,), and its error `own_se` is larger.
    """
    moved = float(beside @ moves.coefficient)
    middle = float(moves.expected[at])
    more = Z99**2 * max(own_se**2 - float(moves.reading_se[at]) ** 2, 0.0)
    below = middle - float(moves.expected_low99[at])
    above = float(moves.expected_high99[at]) - middle
    return (
        middle + moved,
        middle + moved - math.sqrt(below**2 + more),
        middle + moved + math.sqrt(above**2 + more),
    )


def _less_even(estimate: Estimate) -> Estimate:
    return replace(
        estimate,
        value=estimate.value - EVEN_PCT,
        low=estimate.low - EVEN_PCT,
        high=estimate.high - EVEN_PCT,
    )


def _row(name: str, did: Estimate, usual: FloatArray, condition: str | None) -> ContributionRow:
    low, high = usual_range(usual)
    return {
        "part": name,
        "value_pp": did.value,
        "low": did.low,
        "high": did.high,
        "usual_low": low,
        "usual_high": high,
        "condition": condition,
    }


def _verdict(taken: _TakenApart, balance_left_pct: float) -> str:
    _, low, high = taken.usual
    if balance_left_pct > high:
        return "outside_left"
    return "outside_right" if balance_left_pct < low else "usual"


def _headline(taken: _TakenApart, day: str, balance_left_pct: float, verdict: str) -> str:
    pair = f"{day}: {balance_pair(balance_left_pct)}"
    if verdict == "usual":
        return f"{pair}, within what is usual for you at these conditions."
    return (
        f"{pair}, outside your usual range: {toward(taken.unexplained.value)} of what these "
        "conditions explain."
    )


def _band_sentence(taken: _TakenApart, balance_left_pct: float) -> str:
    """Say where a run like this one reads by the others."""
    _, low, high = taken.usual
    return (
        f"By your other runs, one like this reads {interval_words(low, high)}, 99 times in 100; "
        f"it read {balance_words(balance_left_pct)}."
    )


def _mirror_sentences(taken: _TakenApart, balance_left_pct: float) -> list[str]:
    """Say where a run that is out of the usual would be within, had its sides been exchanged."""
    _, low, high = taken.usual
    if low <= balance_left_pct <= high or not low <= 100.0 - balance_left_pct <= high:
        return []
    return [
        f"With its sides exchanged it would read {balance_words(100.0 - balance_left_pct)}, within "
        "your usual range: was the sensor worn the other way round?"
    ]


def _part_sentences(rows: tuple[ContributionRow, ...]) -> list[str]:
    """Say the parts that did most and are clear."""
    clear = [
        row
        for row in rows[1:-1]
        if abs(row["value_pp"]) >= _SAID_PP and (row["low"] > 0.0 or row["high"] < 0.0)
    ]
    if not clear:
        return [
            "Nothing known about it moved it clearly, and by as much as "
            f"{_SAID_PP:.2f} pp, from your level."
        ]
    most = sorted(clear, key=lambda row: -abs(row["value_pp"]))[:_MOST_SAID]
    said = []
    for row in most:
        condition = f" ({printable(row['condition'])})" if row["condition"] else ""
        said.append(f"{driver_label(row['part'])}{condition}: {toward(row['value_pp'])}.")
    return said


def _rest_sentence(level: Level, taken: _TakenApart) -> str:
    unexplained = taken.unexplained
    return (
        f"Not explained: {toward(unexplained.value)} (95 % interval: "
        f"{change_interval_words(unexplained)}). Single days of yours differ by about "
        f"{level.moves.day_sd:.1f} pp for no reason known, and a run this long by another "
        f"{taken.own_se:.1f} pp, by its own drift and noise."
    )


def _figure(taken: _TakenApart, asymmetry: Estimate) -> Figure:
    steps = []
    for row, end in zip(taken.rows, (*taken.ends, asymmetry), strict=True):
        rest = row["part"] == "unexplained"
        steps.append(
            Step(
                driver_label(row["part"]),
                row["condition"],
                end.value,
                None if rest else end.low,
                None if rest else end.high,
            )
        )
    return waterfall(
        steps,
        (driver_label("total"), asymmetry),
        title="How this run's balance came about",
        x_label="balance",
        reference_lines={"50 even": 0.0},
    )
