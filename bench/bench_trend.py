"""Judge the trend against simulated runners with known truth; prints what was measured.

Run as a script for the long form (about ten minutes on two cores), or call `results(quick=True)`.
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

SCALE_PP = 0.4
CHANGE_DAY = 120
WINDOW_DAYS = 90
TOLD = (Direction.INCREASED, Direction.DECREASED)

Row = tuple[str, str, str, bool]


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
                middle = np.median(days)
                what = f"power within 90 days, run SD 0.45: {change} pp "
                what += "step" if ramp == 0.0 else "over 60 days"
                what += f", neighbours {rho}" + (", heavy tails" if heavy else "")
                text = share_text(hits, n_power)
                text += f", median {middle:.0f}" if np.isfinite(middle) else ", median > 90"
                text += f" days, wrong way {wrong}"
                yield what, "wrong way <= 1 %", text, wrong <= 0.01 * n_power
    told, wrong = np.array(pool.map(direction_of_walker, range(n_power), 2)).sum(axis=0)
    yield (
        f"walking levels, {n_power} runners: verdicts that name the wrong direction",
        "<= 5 %",
        share_text(int(wrong), int(told)) if told else "none told",
        bool(wrong <= 0.05 * told),
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
        yield from score_rows(pool, unruly)
        yield from verdict_rows(pool, still, changed)


def results(quick: bool = False) -> list[Row]:
    """Measure everything; (what, target, measured, met)."""
    return list(measured(quick))


if __name__ == "__main__":
    for what, target, found, met in measured("--quick" in sys.argv):
        print(f"{'met ' if met else 'MISS'} | {what} | {target} | {found}", flush=True)
