"""Judge the trend against simulated runners with known truth; prints what was measured.

Run as a script for the long form (about twenty minutes on two cores; `--sensors` for that part
only), or call `results(quick=True)`.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.trend import Direction
from evenstride.stats import fit_trend
from evenstride.stats.histories import still_runner, unruly_runner, walking_runner
from evenstride.stats.lanes import single_lane
from evenstride.stats.scoring import score
from evenstride.stats.verdict import watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.pool import Pool

    from numpy.typing import NDArray

SCALE_PP = 0.4
CHANGE_DAY = 120
WINDOW_DAYS = 90
TOLD = (Direction.INCREASED, Direction.DECREASED)

Row = tuple[str, str, str, bool]

NOTES = """
Power is told for runners with 120 days of history before the change; days of a gradual change
count from its start. The rule and its thresholds are in `src/evenstride/stats/verdict.py`.
"""


def wilson95(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion."""
    z2 = 1.96**2
    centre = (hits + z2 / 2) / (n + z2)
    half = 1.96 * np.sqrt(hits * (n - hits) / n + z2 / 4) / (n + z2)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def share_text(hits: int, n: int) -> str:
    """A share in %, with its Monte Carlo interval."""
    low, high = wilson95(hits, n)
    return f"{100 * hits / n:.1f} % ({100 * low:.1f}–{100 * high:.1f}; {hits} of {n})"


def median_text(days: NDArray[np.float64]) -> str:
    """The median of days until found, where it was found."""
    middle = np.median(days)
    return f", median {middle:.0f} days" if np.isfinite(middle) else ", median > 90 days"


def coverage_of_one(seed: int) -> tuple[bool, float, float, bool]:
    """Is one runner's level on one pre-chosen day in its 95 % band; widths beside the oracle's."""
    rng = np.random.default_rng([101, seed])
    h = walking_runner(rng)
    i = int(rng.integers(h.day.size))
    known = single_lane(
        spread=h.spread / SCALE_PP,
        walk=h.walk / SCALE_PP,
        share=h.share,
        tau_day=h.tau_day,
        nu=h.nu,
    )
    fits = [
        fit_trend(
            h.day, h.value, h.se, unit="pp", scale=SCALE_PP, at_day=h.day[i : i + 1], lanes=lanes
        )
        for lanes in (None, known)
    ]
    inside = [bool(t.low95[0] <= h.level[i] <= t.high95[0]) for t in fits]
    width = [float(t.high95[0] - t.low95[0]) for t in fits]
    return inside[0], width[0], width[1], inside[1]


def told_of_one(seed: int, rho: float, heavy: bool) -> bool:
    """Was a runner without a change ever told of one, looking after every run for a year."""
    rng = np.random.default_rng([102, seed, int(10 * rho), heavy])
    h = still_runner(rng, rho, heavy=heavy)
    return any(v in TOLD for v in watch(h.day, h.value, h.se, scale=SCALE_PP))


def told_of_four_by_one(seed: int) -> tuple[bool, bool]:
    """Was a runner without a change told of one in any of four measures: by the rule, and if not.

    Balance needs the plain evidence and the three others three times it; "if not" is plain for all.
    """
    rng = np.random.default_rng([106, seed])
    histories = [
        still_runner(rng, (0.0, 0.2, 0.4)[seed % 3], heavy=bool(seed % 2)) for _ in range(4)
    ]
    told = [
        any(
            any(v in TOLD for v in watch(h.day, h.value, h.se, scale=SCALE_PP, family=family))
            for h, family in zip(histories, families, strict=True)
        )
        for families in ((1, 3, 3, 3), (1, 1, 1, 1))
    ]
    return told[0], told[1]


def beyond_mdc_of_one(seed: int, nu: float) -> tuple[float, float]:
    """Share of pairs of a runner's runs beyond the MDC, and of runs within the day-to-day spread.

    New runs of the same runner, 150 runs after which the trend was fitted; t with `nu` degrees of
    freedom.
    """
    rng = np.random.default_rng([107, seed, int(min(nu, 1e6))])
    first, second = 0.4 * rng.standard_t(min(nu, 1e9), (2, 20_000))
    value = 50.0 + 0.4 * rng.standard_t(min(nu, 1e9), 150) + 0.12 * rng.standard_normal(150)
    trend = fit_trend(
        2.0 * np.arange(150.0),
        value,
        np.full(150, 0.12),
        unit="pp",
        scale=SCALE_PP,
        history=False,
        foretell=False,
    )
    error = 0.12 * np.sqrt(2.0) * rng.standard_normal(20_000)
    beyond = np.abs(first - second + error) > trend.mdc.value
    return float(beyond.mean()), float((np.abs(first) < trend.day_to_day.value).mean())


def found_of_one(
    seed: int, rho: float, heavy: bool, change: float, ramp: float
) -> tuple[float, bool]:
    """Days until a change was told within 90 days (inf: not), and whether the wrong way ever."""
    rng = np.random.default_rng([103, seed, int(10 * rho), heavy, int(10 * change), int(ramp)])
    h = still_runner(
        rng,
        rho,
        heavy=heavy,
        days=CHANGE_DAY + WINDOW_DAYS,
        spread=0.45,
        change=change,
        change_day=CHANGE_DAY,
        ramp_days=ramp,
    )
    after = [
        (d - CHANGE_DAY, v)
        for d, v in zip(h.day, watch(h.day, h.value, h.se, scale=SCALE_PP), strict=True)
        if d > CHANGE_DAY
    ]
    right = [float(d) for d, v in after if v is Direction.INCREASED]
    return (right[0] if right else np.inf), any(v is Direction.DECREASED for _, v in after)


def told_long_after_one(seed: int, rho: float, heavy: bool, change: float) -> bool:
    """Was a runner whose level stepped long ago told of a change in a year of weekly looks.

    Looks start 30 days after the step has left the window.
    """
    rng = np.random.default_rng([104, seed, int(10 * rho), heavy, int(10 * change)])
    start = CHANGE_DAY + WINDOW_DAYS + 30
    h = still_runner(
        rng, rho, heavy=heavy, days=start + 365, spread=0.45, change=change, change_day=CHANGE_DAY
    )
    verdicts = watch(h.day, h.value, h.se, scale=SCALE_PP, every_days=7.0)
    # A look is repeated until the next: a week more, so that none made before the start counts.
    return any(v in TOLD for d, v in zip(h.day, verdicts, strict=True) if d >= start + 7)


def direction_of_walker(seed: int) -> tuple[int, int]:
    """Looks at which a runner whose level really walks was told a direction, and the wrong one."""
    rng = np.random.default_rng([105, seed])
    h = walking_runner(rng, 150)
    told = wrong = 0
    for i, v in enumerate(watch(h.day, h.value, h.se, scale=SCALE_PP, every_days=7.0)):
        if v in TOLD:
            start = max(h.day[0], h.day[i] - WINDOW_DAYS)
            change = h.level[i] - np.interp(start, h.day, h.level)
            told += 1
            wrong += (change > 0) != (v is Direction.INCREASED)
    return told, wrong


def scores_of_one(seed: int) -> list[tuple[float, float]]:
    """Log score and coverage of the trend, the last ten and the local level."""
    h = unruly_runner(np.random.default_rng([106, seed]))
    s = score(h.day, h.value, h.se, scale=SCALE_PP)
    return [(s[m].log_score, s[m].coverage) for m in ("trend", "last_ten", "local_level")]


def two_sensors(
    rng: np.random.Generator, count: int, kind: str, offset: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which of two sensors each run was made with, and what that adds to it.

    `once` is a change at a random run, `alternating` by turns, `single` another sensor in one run.
    """
    at = int(rng.integers(1 + count // 12, count - count // 12))
    i = np.arange(count)
    sensor = {"once": i >= at, "alternating": i % 2 == 1, "single": i == at}[kind].astype(np.int64)
    return sensor, offset * rng.choice([-1.0, 1.0]) * sensor


def told_with_sensors_of_one(
    seed: int, kind: str, offset: float, rho: float, heavy: bool
) -> tuple[bool, bool]:
    """Was a runner without a change told of one in a year: knowing the sensors, pooling them."""
    rng = np.random.default_rng([107, seed, int(10 * offset), int(10 * rho), heavy, len(kind)])
    h = still_runner(rng, rho, heavy=heavy)
    sensor, added = two_sensors(rng, h.day.size, kind, offset)
    knowing, pooling = (
        any(v in TOLD for v in watch(h.day, h.value + added, h.se, scale=SCALE_PP, sensor=s))
        for s in (sensor, None)
    )
    return knowing, pooling


def found_with_sensors_of_one(seed: int, change: float) -> tuple[float, float, bool]:
    """Days until a step was told within 90 days, with a sensor change elsewhere and without one.

    The new sensor comes 60 days before the step or 30 to 60 days after, and reads 1 pp further to
    a random side; third, whether the wrong way was ever told.
    """
    rng = np.random.default_rng([108, seed, int(10 * change)])
    h = still_runner(
        rng,
        0.2,
        heavy=False,
        days=CHANGE_DAY + WINDOW_DAYS,
        spread=0.45,
        change=change,
        change_day=CHANGE_DAY,
    )
    new_from = CHANGE_DAY + float(rng.choice([-60.0, 30.0, 60.0]))
    sensor = (h.day >= new_from).astype(np.int64)
    added = rng.choice([-1.0, 1.0]) * sensor
    days, wrong = [], False
    for value, s in ((h.value + added, sensor), (h.value, None)):
        verdicts = watch(h.day, value, h.se, scale=SCALE_PP, sensor=s)
        after = [(d, v) for d, v in zip(h.day, verdicts, strict=True) if d > CHANGE_DAY]
        right = [float(d) - CHANGE_DAY for d, v in after if v is Direction.INCREASED]
        days.append(right[0] if right else np.inf)
        wrong |= s is not None and any(v is Direction.DECREASED for _, v in after)
    return days[0], days[1], wrong


def sensors_of_one(seed: int) -> tuple[bool, bool, bool, float]:
    """Are level and offset in their 95 % bands, in the present sensor's reading; and if pooled.

    Last, the width of the band of the offset in pp.
    """
    rng = np.random.default_rng([109, seed])
    h = walking_runner(rng)
    kind = str(rng.choice(["once", "alternating"]))
    sensor, unit = two_sensors(rng, h.day.size, kind, 1.0)
    offset = float(rng.normal(0.0, 0.7))
    value = h.value + offset * np.abs(unit)
    i = int(rng.integers(h.day.size))
    truth = h.level[i] + offset * sensor[-1]
    more = offset * (1 - 2 * sensor[-1])
    inside = []
    for s in (sensor, None):
        t = fit_trend(
            h.day, value, h.se, unit="pp", scale=SCALE_PP, at_day=h.day[i : i + 1], sensor=s
        )
        inside.append(bool(t.low95[0] <= truth <= t.high95[0]))
        if s is not None:
            found = t.offsets[1 - int(sensor[-1])]
    return inside[0], bool(found.low <= more <= found.high), inside[1], found.high - found.low


def sensor_rows(pool: Pool, runners: int, n: int, n_power: int) -> Iterator[Row]:
    """(4) Several sensors: false alarms, power, coverage; and what pooling them would do."""
    inside, offset_inside, pooled, width = np.array(
        pool.map(sensors_of_one, range(runners), 5), dtype=float
    ).T
    yield (
        f"two sensors: level in its 95 % band as the present one reads, {runners} walking runners",
        ">= 93 %",
        share_text(int(inside.sum()), runners) + f"; pooled {100 * pooled.mean():.1f} %",
        bool(inside.mean() >= 0.93),
    )
    yield (
        "two sensors: offset in its 95 % interval, same runners",
        "93–97 %",
        share_text(int(offset_inside.sum()), runners) + f"; width {np.median(width):.2f} pp",
        bool(0.93 <= offset_inside.mean() <= 0.97),
    )
    for kind in ("once", "alternating", "single"):
        for offset in (0.5, 1.0, 1.6):
            for rho, heavy in ((0.2, False), (0.4, True)):
                job = partial(
                    told_with_sensors_of_one, kind=kind, offset=offset, rho=rho, heavy=heavy
                )
                told, crying = np.array(pool.map(job, range(n), 2)).sum(axis=0)
                what = f"no change, two sensors {offset} pp apart, {kind}: told of a change; "
                what += f"neighbours {rho}" + (", heavy tails" if heavy else "")
                text = share_text(int(told), n) + f"; pooled {100 * crying / n:.0f} %"
                yield what, "<= 5 %", text, bool(told <= 0.05 * n)
    for change in (0.5, 1.0, 2.0):
        found = pool.map(partial(found_with_sensors_of_one, change=change), range(n_power), 2)
        days, alone = np.array([f[:2] for f in found]).T
        wrong = sum(f[2] for f in found)
        what = f"power within 90 days, run SD 0.45: {change} pp step, another sensor 1 pp off "
        what += "60 days before or 30 to 60 after"
        text = share_text(int(np.isfinite(days).sum()), n_power)
        text += f"{median_text(days)}; with one sensor "
        text += f"{100 * np.isfinite(alone).mean():.0f} %{median_text(alone)}; "
        yield what, "wrong way <= 1 %", text + f"wrong way {wrong}", wrong <= 0.01 * n_power


def coverage_rows(pool: Pool, n: int) -> list[Row]:
    """(1) Level bands."""
    inside, width, known_width, known_inside = np.array(
        pool.map(coverage_of_one, range(n), 5), dtype=float
    ).T
    ratio = width.mean() / known_width.mean()
    return [
        (
            f"level in its 95 % band, one pre-chosen day, {n} walking runners",
            ">= 93 %",
            share_text(int(inside.sum()), n)
            + f"; known variances {100 * known_inside.mean():.1f} %",
            bool(inside.mean() >= 0.93),
        ),
        (
            "mean band width against known variances",
            "<= 1.3",
            f"{ratio:.3f} ({width.mean():.2f} pp)",
            bool(ratio <= 1.3),
        ),
    ]


def verdict_rows(pool: Pool, n: int, n_power: int) -> Iterator[Row]:
    """(2) False alarms and power."""
    for rho in (0.0, 0.2, 0.4):
        for heavy in (False, True):
            told = sum(pool.map(partial(told_of_one, rho=rho, heavy=heavy), range(n), 5))
            what = f"no change, a look after every run for a year: told of one; neighbours {rho}"
            what += ", heavy tails" if heavy else ", Gaussian"
            yield what, "<= 5 %", share_text(told, n), told <= 0.05 * n
    for rho, heavy, change in (
        (0.2, False, 1.0),
        (0.2, False, 2.0),
        (0.4, True, 0.5),
        (0.4, True, 1.0),
    ):
        m = max(2 * n // 5, 10)
        told = sum(
            pool.map(partial(told_long_after_one, rho=rho, heavy=heavy, change=change), range(m), 2)
        )
        what = f"stepped {change} pp long ago, a year of weekly looks: told of a change; "
        what += f"neighbours {rho}" + (", heavy tails" if heavy else "")
        yield what, "<= 5 %", share_text(told, m), told <= 0.05 * m
    for rho, heavy in ((0.0, False), (0.2, False), (0.4, False), (0.2, True)):
        for change in (0.5, 1.0, 2.0):
            for ramp in (0.0, 60.0):
                job = partial(found_of_one, rho=rho, heavy=heavy, change=change, ramp=ramp)
                found = pool.map(job, range(n_power), 5)
                days = np.array([f[0] for f in found])
                hits, wrong = int(np.isfinite(days).sum()), sum(f[1] for f in found)
                what = f"power within 90 days, run SD 0.45: {change} pp "
                what += "step" if ramp == 0.0 else "over 60 days"
                what += f", neighbours {rho}" + (", heavy tails" if heavy else "")
                text = share_text(hits, n_power)
                text += f"{median_text(days)}, wrong way {wrong}"
                yield what, "wrong way <= 1 %", text, wrong <= 0.01 * n_power
    told, wrong = np.array(pool.map(direction_of_walker, range(n_power), 2)).sum(axis=0)
    yield (
        f"walking levels, {n_power} runners: verdicts that name the wrong direction",
        "<= 5 %",
        share_text(int(wrong), int(told)) if told else "none told",
        bool(wrong <= 0.05 * told),
    )


def several_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(4) Four measures beside one another, and pairs of single runs."""
    told, plain = np.array(pool.map(told_of_four_by_one, range(n), 2)).sum(axis=0)
    yield (
        "no change in any of four measures, a year of looks: told of one in any",
        "<= 10 %",
        f"{share_text(int(told), n)}; were the evidence needed the same for all "
        f"{100 * plain / n:.1f} %",
        bool(told <= 0.10 * n),
    )
    for nu, name in ((np.inf, "Gaussian"), (4.0, "t4"), (3.0, "t3")):
        found = pool.map(partial(beyond_mdc_of_one, nu=nu), range(max(n // 4, 20)), 5)
        beyond, within = 100.0 * np.mean(found, axis=0)
        yield (
            f"pairs of runs that differ by more than the MDC, {name} days",
            "4–6.5 %",
            f"{beyond:.1f} %; runs within the day-to-day spread {within:.1f} % (68.3 % meant)",
            bool(4.0 <= beyond <= 6.5),
        )


def score_rows(pool: Pool, n: int) -> list[Row]:
    """(3) One step ahead on unruly histories."""
    s = np.array(pool.map(scores_of_one, range(n), 2))
    rows: list[Row] = []
    for k, rival in ((1, "the mean of the last ten"), (2, "a Gaussian local level by ML")):
        gain = s[:, 0, 0] - s[:, k, 0]
        se = gain.std(ddof=1) / np.sqrt(n)
        rows.append(
            (
                f"log score against {rival}, {n} unruly histories of 300 runs",
                "> 0 by 3 se",
                f"{gain.mean():+.3f} ± {se:.3f} (trend {s[:, 0, 0].mean():.3f})",
                bool(gain.mean() > 3 * se),
            )
        )
    cover = 100 * s[:, :, 1].mean(axis=0)
    rows.append(
        (
            "95 % prediction interval held the next run, same histories",
            "93–97 %",
            f"{cover[0]:.1f} % (last ten {cover[1]:.1f} %, local level {cover[2]:.1f} %)",
            bool(93.0 <= cover[0] <= 97.0),
        )
    )
    return rows


def speed_rows(repeats: int) -> list[Row]:
    """(5) Time of one fit."""
    seconds = {}
    for n in (300, 3000):
        h = unruly_runner(np.random.default_rng(7), n)
        times = []
        for _ in range(repeats):
            started = time.perf_counter()
            fit_trend(h.day, h.value, h.se, unit="pp", scale=SCALE_PP)
            times.append(time.perf_counter() - started)
        seconds[n] = min(times)
    return [
        (
            "fit of 3,000 runs",
            "<= 0.5 s",
            f"{seconds[3000]:.3f} s (300 runs {seconds[300]:.3f} s)",
            seconds[3000] <= 0.5,
        )
    ]


def measured(quick: bool) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    runners, still, changed, unruly = (60, 30, 10, 20) if quick else (1000, 500, 100, 200)
    yield from speed_rows(2 if quick else 5)
    with get_context("spawn").Pool(2) as pool:
        yield from coverage_rows(pool, runners)
        yield from sensor_rows(pool, runners, changed, changed)
        yield from several_rows(pool, still)
        yield from score_rows(pool, unruly)
        yield from verdict_rows(pool, still, changed)


def sensors_measured(quick: bool) -> Iterator[Row]:
    """Measure what concerns several sensors only."""
    with get_context("spawn").Pool(2) as pool:
        yield from sensor_rows(pool, *((60, 20, 20) if quick else (1000, 200, 100)))


def results(quick: bool = False) -> list[Row]:
    """Measure everything; (what, target, measured, met)."""
    return list(measured(quick))


if __name__ == "__main__":
    chosen = sensors_measured if "--sensors" in sys.argv else measured
    for what, target, found, met in chosen("--quick" in sys.argv):
        print(f"{'met ' if met else 'MISS'} | {what} | {target} | {found}", flush=True)
