"""What moves it? Every driver with its size, over this runner's usual range, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.driver_advice import advice_of, never_seen, told
from evenstride.answers.driver_figures import forest, has_a_side, partials
from evenstride.answers.driver_residuals import residuals
from evenstride.answers.ground_run import turning, turning_sentences
from evenstride.answers.is_it_changing import MODEL
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.likely_mistakes import likely_mistakes, sources_of
from evenstride.answers.provenance import provenance
from evenstride.answers.runner_settings import preferences
from evenstride.answers.sensors import UNKNOWN, sensor_sentences
from evenstride.answers.sizes import size_words
from evenstride.domain.answer import Answer, Source
from evenstride.domain.driver_words import driver_label, range_words
from evenstride.domain.trend import Direction
from evenstride.domain.wording import count_words
from evenstride.stats.gaussian import normal_cdf
from evenstride.stats.told_drivers import UNITS
from evenstride.stats.verdict import LEAST_DAYS, LEAST_RUNS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from evenstride.answers.levels import Level, Levels
    from evenstride.answers.rows_moves import DriverRow, GroundMonthRow, ShareRow, UntoldRow
    from evenstride.domain.answer import Figure
    from evenstride.domain.estimate import Estimate
    from evenstride.domain.ground import Ground
    from evenstride.domain.moves import Driver, Shares
    from evenstride.library import Library

_SENSOR = "sensor:"
_LEVEL = 0.05
"""How often at most something is called clear where nothing moves balance at all."""
_AT_ALL = 0.01
"""Where the runs took away less than this share of what was unknown they say nothing."""
_PARTS = ("drivers", "level", "day_to_day", "drift", "within_run")
_MOST_NAMED = 3
SOURCES = (
    Source(
        "Sizes in real recordings: pace up to 1.6 pp per m/s, a run's beginning to its end up to "
        "1.1 pp, slope up to 0.14 pp per %, all of either sign"
    ),
    Source(
        "Bends: in seven sprinters the inside foot's contact was longer (Churchill 2015); real "
        "runners differ even in the sign, so yours is your own",
        "doi 10.1080/14763141.2015.1024717",
    ),
    Source("Clear ones among several are told by Holm's rule (Holm 1979)", "doi 10.2307/4615733"),
)


def drivers(lib: Library, *, now: datetime | None = None) -> Answer:
    """Answer "what moves it?".

    Parameters
    ----------
    lib
        The library.
    now
        Aware; to leave out runs that start after it, and to say how old the last run is.

    Returns
    -------
        Tables `drivers` (those that the runs tell first, by the size over the usual range; then
        those that they cannot tell apart or hardly), `untold` (of which they say nothing, with what
        would), `shares` (of the variance of single minutes),
        `ground` (how far was turned, by month), `mistakes`; figures `drivers` and one of each
        driver, named as it is; verdict `found`, `none_clear` or `too_early`, with which nothing is
        said of drivers.

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    InputError
        `now` has no time zone, or no run has a date that can be right.
    """
    looked = levels(lib, now=now, measures=(BALANCE,))
    balance = looked.by_measure[BALANCE]
    turned = turning(lib, now=now)
    if balance.trend.direction is Direction.TOO_EARLY:
        return _too_early(looked, turned.by_month())
    mistakes = likely_mistakes(lib, looked)
    units = preferences(lib).units
    left = residuals(lib, looked)
    rows = driver_rows(balance)
    untold = untold_rows(looked, balance, turned.grounds)
    clear = clear_drivers(rows)
    named = [row for row in rows if row["driver"] in clear]
    asked = [row for row in rows if is_asked(row)]

    def over(row: DriverRow) -> str:
        words = range_words(
            row["driver"],
            row["range_low"],
            row["range_high"],
            reference_m_s=left.reference_m_s,
            units=units,
        )
        return f"{size_words(row['range_effect_pp'])} ({words})"

    figures: dict[str, Figure] = {
        "drivers": forest(rows, reference_m_s=left.reference_m_s, units=units),
        **partials(looked, left),
    }
    return Answer(
        question="drivers",
        headline=(
            f"{driver_label(named[0]['driver'])} moves your balance most: {over(named[0])}."
            if named
            else "Nothing moves your balance clearly, as far as your runs tell."
        ),
        verdict="found" if named else "none_clear",
        provenance=provenance(balance.series, MODEL),
        sentences=(
            *_clear_sentences(asked, named, over),
            *sensor_sentences(balance),
            _shares_sentence(balance.moves.shares),
            *turning_sentences(turned, looked),
            *_untold_sentences(rows),
            f"Sizes are against {looked.reference(units)}.",
        ),
        tables={
            "drivers": rows,
            "untold": untold,
            "shares": share_rows(balance.moves.shares),
            "ground": turned.by_month(),
            "mistakes": mistakes,
        },
        figures=figures,
        caveats=(
            "These are your own runs, not an experiment: what goes along with a driver and was not "
            "noted (a sloping road, an ache, other shoes) counts as that driver's.",
            *looked.caveats(),
        ),
        sources=(*SOURCES, *sources_of(mistakes)),
    )


def driver_rows(balance: Level) -> tuple[DriverRow, ...]:
    """Tabulate the drivers of a fit: those that the runs tell first, the greatest over the range.

    Sensors are against the present one.
    """
    rows = [
        _row(driver.name, driver, driver.effect, driver.probability_direction)
        for driver in balance.moves.drivers
        if not driver.name.startswith(_SENSOR) and driver.learned >= _AT_ALL
    ]
    rows += _sensor_rows(balance)
    several = {row["driver"] for row in rows if is_asked(row)}
    clear = set(clear_drivers(rows))
    for row in rows:
        row["clear"] = (
            row["driver"] in clear
            if row["driver"] in several
            else row["estimable"] and has_a_side(row)
        )
    return tuple(sorted(rows, key=lambda row: (not row["estimable"], -abs(row["range_effect_pp"]))))


def untold_rows(looked: Levels, balance: Level, grounds: Sequence[Ground]) -> tuple[UntoldRow, ...]:
    """Tabulate the drivers of which the runs say nothing, and what would change that."""
    seen = [
        (driver.name, advice_of(driver.name, None))
        for driver in balance.moves.drivers
        if not driver.name.startswith(_SENSOR) and driver.learned < _AT_ALL
    ]
    never = never_seen(looked, balance.moves.names, grounds)
    return tuple({"driver": name, "advice": advice} for name, advice in (*seen, *never))


def clear_drivers(rows: Sequence[DriverRow]) -> list[str]:
    """Name the drivers whose direction is clear though several were looked at, by Holm's rule.

    In the order of the rows.
    """
    asked = [row for row in rows if is_asked(row)]
    doubt = {row["driver"]: 2.0 * (1.0 - row["probability_direction"]) for row in asked}
    clear: set[str] = set()
    for i, name in enumerate(sorted(doubt, key=lambda name: doubt[name])):
        if doubt[name] > _LEVEL / (len(doubt) - i):
            break
        clear.add(name)
    return [row["driver"] for row in asked if row["driver"] in clear]


def is_asked(row: DriverRow) -> bool:
    """Return whether a driver is looked at for whether it moves the runner.

    Climbs and descents apart are parts of the slope, and a sensor moves nobody.
    """
    return row["estimable"] and not row["driver"].startswith((_SENSOR, "grade:"))


def share_rows(shares: Shares) -> tuple[ShareRow, ...]:
    """Tabulate of what the differences between single minutes are made."""
    return (
        {"part": "drivers", "share_pct": 100.0 * shares.drivers},
        {"part": "level", "share_pct": 100.0 * shares.level},
        {"part": "day_to_day", "share_pct": 100.0 * shares.day_to_day},
        {"part": "drift", "share_pct": 100.0 * shares.drift},
        {"part": "within_run", "share_pct": 100.0 * shares.within_run},
    )


def _row(name: str, driver: Driver, effect: Estimate, probability: float) -> DriverRow:
    over, estimable = driver.range_effect, told(driver)
    partner = driver.inseparable_from
    return {
        "driver": name,
        "unit": UNITS.get(name, ""),
        "value_pp": effect.value,
        "low": effect.low,
        "high": effect.high,
        "probability_direction": probability,
        "range_low": driver.range_low,
        "range_high": driver.range_high,
        "range_effect_pp": over.value,
        "range_effect_low": over.low,
        "range_effect_high": over.high,
        "estimable": estimable,
        "clear": False,
        "inseparable_from": partner,
        "advice": None if estimable else advice_of(name, partner),
    }


def _sensor_rows(balance: Level) -> list[DriverRow]:
    """Tabulate the other sensors against the present one; the fit has all against the first."""
    fitted = {d.name: d for d in balance.moves.drivers if d.name.startswith(_SENSOR)}
    present = int(balance.sensor[-1])
    rows: list[DriverRow] = []
    for code, offset in balance.trend.offsets.items():
        name = f"{_SENSOR}{balance.sensors[code] or UNKNOWN}"
        known = fitted.get(f"{_SENSOR}{code}") or fitted.get(f"{_SENSOR}{present}")
        partner = None if known is None else known.inseparable_from
        if partner is not None and partner.startswith(_SENSOR):
            partner = f"{_SENSOR}{balance.sensors[int(partner.removeprefix(_SENSOR))] or UNKNOWN}"
        estimable = known is not None and told(known)
        up = float(normal_cdf(np.array([offset.value / offset.se]))[0]) if offset.se else 0.5
        rows.append(
            {
                "driver": name,
                "unit": "",
                "value_pp": offset.value,
                "low": offset.low,
                "high": offset.high,
                "probability_direction": max(up, 1.0 - up),
                "range_low": 0.0,
                "range_high": 1.0,
                "range_effect_pp": offset.value,
                "range_effect_low": offset.low,
                "range_effect_high": offset.high,
                "estimable": estimable,
                "clear": False,
                "inseparable_from": partner,
                "advice": None if estimable else advice_of(name, partner),
            }
        )
    return rows


def _clear_sentences(
    asked: Sequence[DriverRow], named: Sequence[DriverRow], over: Callable[[DriverRow], str]
) -> list[str]:
    """Say how many are clear, and the size of those that the headline does not name."""
    if not asked:
        return ["Your runs are too much alike to tell what moves it: see what would."]
    looked_at = f"the {count_words(len(asked), 'thing')} that your runs can tell"
    none = "None of" if len(asked) > 1 else "Not even"
    near = [row for row in asked if has_a_side(row) and row not in named]
    if named:
        said = f"{len(named)} of {looked_at} {'is' if len(named) == 1 else 'are'} clear"
        others = [f"{_lowered(driver_label(row['driver']))}, {over(row)}" for row in named[1:]]
        said += f"{': next come ' if len(others) > 1 else ': next comes ' if others else ''}"
        return [f"{said}{'; '.join(others)}.", *_by_chance(near, len(asked))]
    if not near:
        return [f"{none} {looked_at} is clear: it may be nothing, or too little to see yet."]
    return [f"{none} {looked_at} is clear.", *_by_chance(near, len(asked))]


def _by_chance(near: Sequence[DriverRow], asked: int) -> list[str]:
    """Name those whose interval leaves out 0, as one in twenty does where nothing moves at all."""
    if not near:
        return []
    names = " and ".join(_lowered(driver_label(row["driver"])) for row in near[:_MOST_NAMED])
    one = len(near) == 1
    return [
        f"{names[:1].upper()}{names[1:]} would look clear alone, but where {asked} are looked at "
        f"{'one such' if one else 'such ones'} may be chance."
    ]


def _lowered(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"


def _shares_sentence(shares: Shares) -> str:
    parts = [round(100.0 * getattr(shares, name)) for name in _PARTS]
    drivers, level, days, drift, within = parts
    return (
        f"Of what makes single minutes differ, {drivers} % is what is listed here; {level} % is "
        f"the slow level, {days} % days that differ for no reason known, {drift} % single runs' "
        f"own drift, {within} % minute to minute."
    )


def _untold_sentences(rows: Sequence[DriverRow]) -> list[str]:
    """Say which pairs cannot be told apart, and what would separate them."""
    said, seen = [], set()
    for row in rows:
        other = row["inseparable_from"]
        pair = frozenset({row["driver"], other})
        if other is None or pair in seen:
            continue
        seen.add(pair)
        said.append(
            f"{driver_label(row['driver'])} and {_lowered(driver_label(other))} go together in "
            f"your runs, so that what each does cannot be told. {row['advice']}"
        )
    return said[:_MOST_NAMED]


def _too_early(looked: Levels, ground: tuple[GroundMonthRow, ...]) -> Answer:
    balance = looked.by_measure[BALANCE]
    runs = balance.series.height
    return Answer(
        question="drivers",
        headline="Too early to tell what moves your balance.",
        verdict="too_early",
        provenance=provenance(balance.series, MODEL),
        sentences=(
            f"It takes {LEAST_RUNS} runs with balance over {LEAST_DAYS:.0f} days; there "
            f"{'is' if runs == 1 else 'are'} {count_words(runs, 'run')} so far. Fast and slow, "
            "short and long, hilly and flat ones by turns tell most.",
        ),
        tables={"drivers": (), "untold": (), "shares": (), "ground": ground, "mistakes": ()},
        caveats=looked.caveats(),
    )
