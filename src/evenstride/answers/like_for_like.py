"""Am I better like for like? Two runs, tags or periods at the same conditions, B - A."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from evenstride.answers.block_rows import MOST_TAGS
from evenstride.answers.compared import compared, sensor_caveat
from evenstride.answers.compared_sides import sides_of
from evenstride.answers.is_it_changing import ADJUSTED, MODEL, SOURCES
from evenstride.answers.levels import BALANCE, TOO_EARLY, levels
from evenstride.answers.provenance import provenance
from evenstride.answers.run_parts import (
    DAYS,
    LIKE_FOR_LIKE,
    WITHIN_RUN,
    parts_of,
)
from evenstride.answers.runner_settings import preferences_of
from evenstride.answers.waterfall import Step, waterfall
from evenstride.domain.answer import Answer
from evenstride.domain.driver_words import REFERENCE_ELAPSED_H, driver_label
from evenstride.domain.estimate import Z95, Estimate
from evenstride.domain.trend import Direction
from evenstride.domain.wording import (
    balance_pair,
    change_interval_words,
    count_words,
    duration_words,
    pace_words,
    toward,
)
from evenstride.stats.comparison import (
    coefficients_weighed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from evenstride.answers.compared import Compared
    from evenstride.answers.compared_sides import Side
    from evenstride.answers.levels import Level, Levels
    from evenstride.answers.rows_moves import PowerRow, SideRow, WhyRow
    from evenstride.domain.answer import Figure
    from evenstride.domain.wording import Units
    from evenstride.library import Library

Letter = Literal["a", "b"]
LETTERS: tuple[Letter, Letter] = ("a", "b")
SIZES_PP = (0.5, 1.0, 2.0)
_EVEN_PCT = 50.0
_SAID_PP, _MOST_SAID = 0.15, 3
_FEW_FOUND_PCT, _ALWAYS_PCT = 80.0, 99.0
_REST = {
    WITHIN_RUN: "noise and drift within the runs",
    DAYS: "single days",
}
PICKED = (
    "The interval is for runs picked for another reason than their balance: of two picked because "
    "they stood out, the second mostly reads nearer to your usual whatever you did."
)


def compare(lib: Library, a: str, b: str, *, now: datetime | None = None) -> Answer:
    """Answer "am I better like for like?".

    Parameters
    ----------
    lib
        The library.
    a, b
        Two runs as `Library.resolve` reads them, two tags `tag:NAME`, a tag and `rest` (all runs
        without it), or two periods `2026-01-01..2026-03-31` or `2026-03` that share no run.
    now
        Aware; to leave out runs that start after it.

    Returns
    -------
        Verdict `further_left`, `further_right`, `not_distinguishable` or `too_early`. Estimates
        `difference_pp` (B - A at the same conditions, + toward the left: of runs a shift that
        lasts, of tags what the tag does, of periods their means), `raw_difference_pp` (as measured)
        and, of two runs, `days_difference_pp` (how the days themselves differed, whatever made
        them). Tables `sides`, `why` (parts that sum to the raw difference), `power`. Figure
        `difference`.

    Raises
    ------
    EmptyLibraryError, UnknownRunError, NoBalanceError, InputError
        A side cannot be found or has no balance; both are the same or of unlike kinds; periods
        overlap, or have one run only; `now` has no time zone.
    """
    looked = levels(lib, now=now, measures=(BALANCE,))
    level = looked.by_measure[BALANCE]
    units = preferences_of(lib.settings()).units
    first, second = sides_of(lib, looked, a, b, units=units)
    runs = lib.runs(measures=("speed_m_s",))
    known = dict(zip(runs["run_id"], runs["speed_m_s"], strict=True))
    speeds = [known.get(run_id) for run_id in level.series["run_id"]]
    raw = _raw(level, first, second)
    missing = [
        side.name
        for side in (first, second)
        if side.kind == "tag" and side.name and f"tag:{side.name}" not in level.moves.names
    ]
    if level.trend.direction is Direction.TOO_EARLY or missing:
        nan = float("nan")
        why_not = (
            f"The tag {missing[0]} cannot be told apart yet: it takes two runs with it and two "
            f"without, and no more than {MOST_TAGS} tags are told at once."
            if missing
            else TOO_EARLY
        )
        return Answer(
            question="compare",
            headline="It is too early to compare at the same conditions.",
            verdict="too_early",
            provenance=provenance(level.series, MODEL),
            sentences=(_raw_sentence(level, first, second, raw), why_not),
            estimates={
                "difference_pp": Estimate(nan, nan, nan, nan, "pp", nan),
                "raw_difference_pp": raw,
            },
            tables={
                "sides": tuple(
                    _side_row(letter, side, level, None, speeds)
                    for letter, side in zip(LETTERS, (first, second), strict=True)
                ),
                "why": (),
                "power": (),
            },
            caveats=looked.caveats(),
            sources=SOURCES,
        )
    found = compared(lib, looked, first, second)
    why = _why(level, found, raw)
    verdict = _verdict(found.difference)
    days = {"days_difference_pp": found.days} if found.days else {}
    return Answer(
        question="compare",
        headline=_headline(first, second, found.difference, verdict),
        verdict=verdict,
        provenance=provenance(level.series, MODEL),
        sentences=(
            _raw_sentence(level, first, second, raw),
            _why_sentence(why),
            *_chance_sentences(found, verdict),
        ),
        estimates={"difference_pp": found.difference, "raw_difference_pp": raw, **days},
        tables={
            "sides": tuple(
                _side_row(letter, side, level, e, speeds)
                for letter, side, e in zip(
                    LETTERS, (first, second), found.at_reference, strict=True
                )
            ),
            "why": why,
            "power": tuple(_power_row(size, found.power) for size in SIZES_PP),
        },
        figures={"difference": _figure(looked, found, why, raw, units=units)},
        caveats=(
            *((PICKED,) if first.kind == "run" else ()),
            *sensor_caveat(level, first, second),
            ADJUSTED,
            *looked.caveats(),
        ),
        sources=SOURCES,
    )


def _verdict(difference: Estimate) -> str:
    if difference.low > 0.0:
        return "further_left"
    return "further_right" if difference.high < 0.0 else "not_distinguishable"


def _raw(level: Level, first: Side, second: Side) -> Estimate:
    """Return B - A as measured, the days' differences in its interval."""
    value, se = (level.series[name].to_numpy() for name in ("value", "se"))
    of_days = float(np.nan_to_num(level.moves.day_sd)) ** 2
    means = [float(value[side.runs].mean()) for side in (first, second)]
    var = sum(
        (float((se[side.runs] ** 2).mean()) + of_days * (side.kind != "run")) / side.runs.size
        for side in (first, second)
    )
    difference, sd = means[1] - means[0], float(np.sqrt(var))
    count = float(min(first.runs.size, second.runs.size))
    return Estimate(difference, sd, difference - Z95 * sd, difference + Z95 * sd, "pp", count)


def _why(level: Level, found: Compared, raw: Estimate) -> tuple[WhyRow, ...]:
    """Make up the raw difference of its parts; what is left over is of single minutes or days."""
    rows: list[WhyRow] = []
    between = found.conditions[1] - found.conditions[0]
    for part in parts_of(level.moves.names):
        if found.own[part.columns].any():
            continue
        if part.comes_and_goes and not found.conditions[:, part.columns].any():
            continue
        did = float(between[part.columns] @ level.moves.coefficient[part.columns])
        rows.append({"part": part.name, "value_pp": did})
    if found.own.any():
        rows.append({"part": "level", "value_pp": found.level_pp})
    rows.append({"part": LIKE_FOR_LIKE, "value_pp": found.difference.value})
    left = raw.value - sum(row["value_pp"] for row in rows)
    return (*rows, {"part": found.rest, "value_pp": left})


def _side_row(
    letter: Letter,
    side: Side,
    level: Level,
    at_reference: Estimate | None,
    speeds: Sequence[float | None],
) -> SideRow:
    known = [v for at in side.runs.tolist() if (v := speeds[at]) is not None]
    return {
        "side": letter,
        "what": side.what,
        "run_id": side.name if side.kind == "run" else None,
        "runs": side.runs.size,
        "balance_left_pct": _measured(level, side),
        "at_reference_left_pct": at_reference.value if at_reference else None,
        "low": at_reference.low if at_reference else None,
        "high": at_reference.high if at_reference else None,
        "speed_m_s": float(np.mean(known)) if known else None,
    }


def _measured(level: Level, side: Side) -> float:
    return float(level.series["value"].to_numpy()[side.runs].mean())


def _power_row(size_pp: float, power: Callable[[float], float]) -> PowerRow:
    return {"size_pp": size_pp, "power_pct": 100.0 * power(size_pp)}


def _headline(first: Side, second: Side, difference: Estimate, verdict: str) -> str:
    interval = f"(95 % interval: {change_interval_words(difference)})"
    if verdict == "not_distinguishable":
        return (
            f"At the same conditions {second.what} is not distinguishable from {first.what}: "
            f"{toward(difference.value)} {interval}."
        )
    return (
        f"At the same conditions {second.what} reads {toward(difference.value)} of {first.what} "
        f"{interval}."
    )


def _raw_sentence(level: Level, first: Side, second: Side, raw: Estimate) -> str:
    """Say both as measured, and whether the second is nearer to even, which is no praise."""
    a, b = _measured(level, first), _measured(level, second)
    beside = ""
    if (a - _EVEN_PCT) * (b - _EVEN_PCT) > 0.0 and abs(raw.value) >= _SAID_PP:
        nearer = abs(b - _EVEN_PCT) < abs(a - _EVEN_PCT)
        beside = f", {'nearer to' if nearer else 'further from'} even"
    return (
        f"As measured, {_counted(first)} read {balance_pair(a)} and {_counted(second)} "
        f"{balance_pair(b)}: {toward(raw.value)}{beside}."
    )


def _counted(side: Side) -> str:
    """Call a side, with how many runs it has."""
    return (
        side.what if side.kind == "run" else f"{side.what} ({count_words(side.runs.size, 'run')})"
    )


def _why_sentence(why: Sequence[WhyRow]) -> str:
    """Say which conditions made most of the raw difference, and what is left."""
    *of_conditions, alike, rest = why
    most = sorted(
        (row for row in of_conditions if abs(row["value_pp"]) >= _SAID_PP),
        key=lambda row: -abs(row["value_pp"]),
    )[:_MOST_SAID]
    said = [f"{_lowered(driver_label(row['part']))} {toward(row['value_pp'])}" for row in most]
    if abs(rest["value_pp"]) >= _SAID_PP:
        said.append(f"{_REST[rest['part']]} {toward(rest['value_pp'])}")
    left = f"at the same conditions {toward(alike['value_pp'])} is left."
    return f"Of that, {', '.join(said)}; {left}" if said else f"Pace and ground did little: {left}"


def _lowered(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}" if label[1:2].islower() else label


def _chance_sentences(found: Compared, verdict: str) -> list[str]:
    """Say what chance does to such a comparison, and what would tell more."""
    said = []
    power_pct = {size: 100.0 * found.power(size) for size in SIZES_PP}
    if found.days is not None:
        reach = 0.5 * (found.difference.high - found.difference.low)
        said.append(
            f"Two of your runs like these differ by up to {reach:.1f} pp by chance alone, 19 times "
            "in 20: days differ."
        )
        said.append(
            f"The two days themselves differed by {toward(found.days.value)}, whatever made them "
            f"differ (95 % interval: {change_interval_words(found.days)})."
        )
    often = f"{power_pct[1.0]:.0f} times in 100"
    said.append(
        "A difference of 1 pp that is there would be found "
        f"{often if power_pct[1.0] < _ALWAYS_PCT else 'almost always'} by such a comparison."
    )
    unclear = verdict == "not_distinguishable" and power_pct[1.0] < _FEW_FOUND_PCT
    if found.days is not None and unclear:
        said.append(
            "Two periods tell more than two runs: compare the weeks around the one with the weeks "
            "around the other."
        )
    return said


def _figure(
    looked: Levels, found: Compared, why: Sequence[WhyRow], raw: Estimate, *, units: Units
) -> Figure:
    """Draw the parts one after the other, with the intervals of the sums of what the fit knows."""
    level = looked.by_measure[BALANCE]
    columns = {part.name: part.columns for part in parts_of(level.moves.names)}
    between = found.conditions[1] - found.conditions[0]
    upto = np.zeros(between.size)
    steps = []
    end = 0.0
    for row in why:
        own = columns.get(row["part"])
        low = high = None
        if own is not None:
            upto = np.where(own, between, upto)
            sum_ = coefficients_weighed(level.moves, upto, unit="pp")
            low, high = sum_.low, sum_.high
        end += row["value_pp"]
        detail = _detail(row["part"], found, looked, units)
        steps.append(Step(driver_label(row["part"]), detail, end, low, high))
    return waterfall(
        steps,
        ("As measured", raw),
        title="Why B differs from A",
        x_label="difference",
        reference_lines={"no difference": 0.0},
    )


def _detail(part: str, found: Compared, looked: Levels, units: Units) -> str | None:
    """Say both sides' pace, or how far in they were: `4:05 /km against 4:10 /km`."""
    names = looked.by_measure[BALANCE].moves.names
    if part not in ("speed", "elapsed"):
        return None
    a, b = (float(x) for x in found.conditions[:, names.index(part)])
    if part == "elapsed":
        b_in, a_in = (duration_words(3600.0 * (x + REFERENCE_ELAPSED_H)) for x in (b, a))
        return f"on average {b_in} in against {a_in}"
    reference = looked.conditions.reference_m_s
    if reference is None:
        return None
    return f"{pace_words(reference + b, units)} against {pace_words(reference + a, units)}"
