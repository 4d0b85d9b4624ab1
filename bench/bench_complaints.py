"""Judge the search for what goes along with complaints against diaries of known truth.

Run as a script for the long form (a quarter of an hour on two free cores), or call
`results(quick=True)`. `--part NAME` prints one part only: still, ties, intervals, speed.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, rankdata

from bench.bench_trend import share_text
from bench.parts import Row, rows_of, tell
from evenstride.stats.complaints.judging import judge_diary, true_strength
from evenstride.stats.complaints.lagged import MOST_LAG_DAYS, associate
from evenstride.stats.complaints.simulated import MEASURES, DiaryWorld, simulate_diary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.pool import Pool

MOST_FALSE, LEAST_HELD = 0.05, 0.95
LAGS = 2 * MOST_LAG_DAYS + 1
LEAST_PAIRS = 20


STILL = {
    "as expected": DiaryWorld(),
    "nine weeks, every day": DiaryWorld(days=63, writes="always"),
    "three years": DiaryWorld(days=1095, memory=0.97),
    "six places": DiaryWorld(places=6),
    "one place": DiaryWorld(places=1),
    "soreness that lasts (0.97 a day)": DiaryWorld(memory=0.97),
    "soreness that lasts, seldom (one day in ten)": DiaryWorld(memory=0.97, felt_share=0.1),
    "days of balance that share 80 %, soreness that lasts": DiaryWorld(memory=0.95, shared=0.8),
    "written on days with a run": DiaryWorld(writes="after_runs"),
    "written when it hurts": DiaryWorld(memory=0.95, writes="when_it_hurts"),
    "written when it hurts, one place": DiaryWorld(places=1, writes="when_it_hurts"),
    "a rhythm of the week in soreness": DiaryWorld(rhythm=1.0, writes="always"),
    "healing while running grows": DiaryWorld(trend=3.0, days=270, walk_pp=0.06),
    "written when it hurts or the run was long": DiaryWorld(writes="hurts_or_long_run"),
}
REPORTED = {"written when it hurts or the run was long"}

LOAD = DiaryWorld(tie="load_hurts", lag=1)
PAIN = DiaryWorld(tie="balance_moves", lag=0)
TIES = {
    f"{name}, {words}": replace(world, effect=effect, days=days, writes=writes)
    for name, world, effects in (
        ("a longer day hurts the day after", LOAD, (0.5, 1.0, 1.5)),
        ("balance moves where it hurts", PAIN, (0.1, 0.2, 0.4)),
    )
    for effect in effects
    for days, writes, when in (
        (91, "always", "13 weeks, every day"),
        (182, "often", "26 weeks, half of the days"),
        (365, "often", "a year, half of the days"),
    )
    for words in [
        f"{effect:g} SD for each SD of distance, {when}"
        if world is LOAD
        else f"{effect:g} pp a point, {when}"
    ]
}

NOTES = """
Runners who run on four fixed weekdays, longest on the last, more from week to week in blocks of
four; balance has days of SD 0.4 pp with heavy tails, a level that walks, and neighbouring days that
share 30 %; soreness remembers from day to day (0.9 unless said) and is felt on three days in ten,
in three places; half of the days are written of. Looked at are, for each place, balance, contact
time, distance and time of the day, distance of seven days and the longest run against the month's,
each at seven lags: 126 for three places. Rivals look at the same pairs with Spearman's p as if days
were independent: each alone at 5 %, and by Bonferroni.

A diary is told apart from chance by moving it against the runs in stretches of whole weeks: what
lasts stays together, weekdays stay weekdays, gaps stay gaps. A quarter of the diary makes a
stretch, two weeks at least: shorter ones tear apart what hangs together (eight weeks of a year: 6
false alarms in a hundred where soreness lasts).

It finds what is plain, and little else: a tie of one measure with one place has to stand out among
all looks. Where balance moves by 0.2 pp for each point of soreness, a year of diary shows it four
times in ten; where it moves by 0.4 pp, half a year does in every second diary. The lag of a tie
with balance is told less surely than that it is there, as soreness lasts. What no analysis mends:
to write because it hurt or because the run was long is a choice by both at once, and that alone can
make the two go along.

Measured in the long form: 1,000 diaries a row, 999 orders each; 500 of ties.
"""


def judged(pool: Pool, world: DiaryWorld, count: int, seed: int) -> list:
    """Judge so many diaries of a world."""
    return pool.map(partial(one_judged, world=world, seed=seed), range(count), 20)


def one_judged(i: int, *, world: DiaryWorld, seed: int):
    return judge_diary([seed, i], world)


def rival_of_one(i: int, *, world: DiaryWorld) -> tuple[bool, bool]:
    """Whether Spearman's p of any pair falls below 5 %, and below Bonferroni's."""
    made = simulate_diary(np.random.default_rng([611, i]), world)
    p = []
    for felt in made.complaints:
        for measure in made.measures:
            for lag in range(-MOST_LAG_DAYS, MOST_LAG_DAYS + 1):
                x = np.roll(measure, lag)
                both = np.isfinite(felt) & np.isfinite(x)
                if both.sum() >= LEAST_PAIRS and len(set(felt[both])) > 1:
                    r = np.corrcoef(rankdata(felt[both]), rankdata(x[both]))[0, 1]
                    z = np.arctanh(min(max(r, -0.999), 0.999)) * np.sqrt(both.sum() - 3)
                    p.append(2.0 * norm.sf(abs(z)))
    least = min(p, default=1.0)
    return least <= MOST_FALSE, least * max(len(p), 1) <= MOST_FALSE


def still_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(1) Nothing goes along: diaries of which anything is said to."""
    for name, world in STILL.items():
        found = judged(pool, world, n, 610)
        false = sum(one.false for one in found)
        told = sum(one.told for one in found)
        some = max(n // 10, 20)
        rival = pool.map(partial(rival_of_one, world=world), range(some), 10)
        alone, bonferroni = (100 * np.mean(share) for share in zip(*rival, strict=True))
        yield (
            f"nothing goes along, {name}: told that something does",
            "reported" if name in REPORTED else "≤ 5 %",
            f"{share_text(false, n)}, enough days in {100 * told / n:.0f} %; "
            f"Spearman alone {alone:.0f} %, by Bonferroni {bonferroni:.0f} %",
            name in REPORTED or _at_most(false, n, MOST_FALSE),
        )


def tie_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(2) Something does: found, at its lag; told of another place."""
    for name, world in TIES.items():
        found = judged(pool, world, n, 612)
        hits = [one for one in found if one.found]
        right = np.mean([one.lag_off_days == 0 for one in hits]) if hits else np.nan
        elsewhere = sum(one.false for one in found)
        at_lag = f", of these {100 * right:.0f} % at its lag" if hits else ""
        yield (
            f"{name}: found; told of another place",
            "another ≤ 5 %",
            f"{100 * len(hits) / n:.0f} %{at_lag}; {share_text(elsewhere, n)}",
            _at_most(elsewhere, n, MOST_FALSE),
        )


def interval_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(3) The strength of a tie: intervals for all looks together hold it."""
    for name, world in list(TIES.items())[4::3]:
        truth = true_strength([613], world, diaries=min(n, 400))
        found = [one for one in judged(pool, world, n, 612) if np.isfinite(one.low)]
        held = sum(one.low <= truth <= one.high for one in found)
        said = f"{truth:+.2f}".replace("-", "−")
        yield (
            f"{name}: intervals that hold its strength ({said})",
            "≥ 95 %",
            share_text(held, len(found)),
            _at_most(len(found) - held, len(found), 1.0 - LEAST_HELD),
        )


def speed_rows(n: int) -> Iterator[Row]:
    """(4) Six places beside six measures over a thousand days."""
    world = DiaryWorld(days=1000, places=6)
    rng = np.random.default_rng(614)
    made = simulate_diary(rng, world)
    took = []
    for _ in range(n):
        begun = time.perf_counter()
        associate(rng, made.complaints, made.measures, made.asked)
        took.append(time.perf_counter() - begun)
    yield (
        f"six places, {MEASURES} measures, {LAGS} lags, 1,000 days, 999 orders",
        "≤ 0.3 s",
        f"{np.median(took):.2f} s",
        bool(np.median(took) <= 0.3),
    )


def _at_most(hits: int, n: int, share: float) -> bool:
    """Whether so many are what chance makes of that share or less, once in two hundred."""
    return hits <= n * share + 2.58 * np.sqrt(n * share * (1.0 - share))


def parts(pool: Pool, quick: bool) -> dict[str, Callable[[], Iterable[Row]]]:
    """Every part, by its name."""
    return {
        "still": partial(still_rows, pool, 60 if quick else 1000),
        "ties": partial(tie_rows, pool, 40 if quick else 500),
        "intervals": partial(interval_rows, pool, 40 if quick else 500),
        "speed": partial(speed_rows, 5),
    }


def measured(quick: bool, only: str | None = None) -> Iterator[Row]:
    """Measure everything, or one part, a row at a time."""
    with get_context("spawn").Pool() as pool:
        yield from rows_of(parts(pool, quick), only)


def results(quick: bool = False) -> list[Row]:
    """Measure everything; (what, target, measured, met)."""
    return list(measured(quick))


if __name__ == "__main__":
    tell(measured)
