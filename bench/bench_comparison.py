"""Judge comparisons of runs, tags and periods against simulated runners with known truth.

Run as a script for the long form (about twenty minutes on two free cores), or call
`results(quick=True)`. `--part NAME` prints one part only: coverage, stress, step, tempo, example.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from bench.bench_trend import share_text
from bench.parts import Row, rows_of, tell
from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.stats.judging import tally
from evenstride.stats.judging_comparisons import (
    camber_told,
    comparisons_told,
    is_false,
    step_told,
    tempo_pair_told,
)
from evenstride.stats.simulation.block_pair import SECOND_READING_PCT
from evenstride.stats.simulation.block_runner import draw_block_runner, stressed
from evenstride.stats.simulation.blocked import simulate_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.pool import Pool

    from evenstride.stats.judging import Told
    from evenstride.stats.judging_comparisons import TempoPair

SLOPE_SD = SLOPE_SDS["balance_left_pct"]
TARGET = (0.93, 0.97)
MOST_FALSE = 0.05
SHIFTS_PP = (0.0, -0.5, -1.0, -2.0)
SAID = {
    "runs": "two runs, a lasting shift",
    "days": "two runs, how the days differed",
    "periods": "two periods",
    "tags": "two tags",
    "expected": "one run, its level and conditions",
    "unexplained": "one run, what its day was beyond them",
    "camber": "out against back, a camber nobody spoke of",
}
STRESSES = ("heavy_tails", "changing_spread", "uneven_noise", "failing_sensor", "pace_quadratic")


NOTES = """
Runners as for what moves balance, 10 to 120 runs each; of every other one the level stands still,
so that what is told of it is false. The tempo runs are a 48-minute and, after 19 runs more, a
43-minute one at much the same pace, of a runner who is further left when fast and when tired: the
first reads 54.7 % left, and between them the level moves by what is said and by nothing else. The
naive way is their two means, each with the error that its minutes give it. No prior says how levels
move, neither between runs nor between periods, so two runs tell little: days of these runners
differ by 0.2 to 0.9 pp, with heavy tails. The fit's own level, which is believed to walk, is
narrower between periods (0.5 pp instead of 1.8) and right for levels that walk, but held a jump of
1 pp between periods of ten runs in 3 of 10 runners only.
"""


def told_of_one(seed: int, *, stress: str | None = None) -> list[Told]:
    """Compare what one runner's runs offer."""
    rng = np.random.default_rng([405, seed])
    runner = draw_block_runner(rng)
    if seed % 2:
        runner = replace(runner, walk_pp=0.0)
    if stress is not None:
        runner = stressed(runner, stress)
    blocks, truth = simulate_blocks(rng, runner, runs=int(rng.integers(10, 121)))
    told = comparisons_told(rng, blocks, truth, slope_sd=SLOPE_SD)
    return told + (camber_told(blocks, truth, slope_sd=SLOPE_SD)[:4] if seed % 4 == 0 else [])


def pair_of_one(seed: int, *, shift_pp: float | None) -> TempoPair:
    """Compare one runner's two tempo runs; without a shift given it is any up to 3 pp."""
    rng = np.random.default_rng([406, seed])
    shift = float(rng.uniform(-3.0, 1.0)) if shift_pp is None else shift_pp
    return tempo_pair_told(rng, shift_pp=shift, slope_sd=SLOPE_SD)


def coverage_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(1) Right model: coverage, width, and what is told where nothing is."""
    told = [t for some in pool.map(told_of_one, range(n), 4) for t in some]
    for kind, t in tally(told).items():
        yield (
            f"{SAID[kind]}: intervals that hold the truth",
            "93–97 %",
            f"{share_text(t.inside, t.count)}, mean width {t.width:.2f} pp, bias "
            f"{100.0 * t.bias / t.width:+.1f} % of it",
            TARGET[0] <= t.coverage <= TARGET[1],
        )
    for kind in ("runs", "periods"):
        still = [t for t in told if t.kind == kind and abs(t.truth) < 1e-6]
        false = sum(map(is_false, still))
        yield (
            f"{SAID[kind].partition(',')[0]}: told to differ where nothing did",
            "≤ 5 %",
            share_text(false, len(still)),
            false <= MOST_FALSE * len(still),
        )


def stress_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(2) Wrong model: how far coverage falls."""
    for stress in STRESSES:
        one = partial(told_of_one, stress=stress)
        fared = tally(t for some in pool.map(one, range(n), 4) for t in some)
        said = ", ".join(
            f"{kind} {100.0 * fared[kind].coverage:.1f} %" for kind in ("runs", "days", "periods")
        )
        yield f"where the model is wrong: {stress.replace('_', ' ')}", "reported", said, True


def step_of_one(seed: int, *, runs: int, shift_pp: float) -> tuple[Told, float]:
    """Compare two thirds of one runner's runs, between which the level jumped."""
    rng = np.random.default_rng([407, seed])
    return step_told(rng, runs=runs, shift_pp=shift_pp, slope_sd=SLOPE_SD)


def step_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(3) A level that jumps, which the model does not believe in, between two periods."""
    for runs in (30, 60):
        for shift in (0.5, 1.0):
            one = partial(step_of_one, runs=runs, shift_pp=shift)
            found = pool.map(one, range(n), 4)
            inside = sum(t.inside for t, _ in found)
            clear = sum(t.low > 0.0 for t, _ in found)
            claimed = float(np.mean([power for _, power in found]))
            yield (
                f"two periods of {runs // 3} runs, a jump of {shift:g} pp between: intervals that "
                "hold it",
                "reported",
                f"{share_text(inside, n)}; found {100.0 * clear / n:.0f} %, claimed "
                f"{100.0 * claimed:.0f} %",
                True,
            )


def tempo_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(4) Two tempo runs: false differences, coverage and power, beside the two means."""
    for shift in SHIFTS_PP:
        pairs: list[TempoPair] = pool.map(partial(pair_of_one, shift_pp=shift), range(n), 4)
        found, raw = (
            sum(not t.low <= 0.0 <= t.high for t in told)
            for told in ([p.lasting for p in pairs], [p.raw for p in pairs])
        )
        if shift == 0.0:
            yield (
                "two tempo runs, nothing changed: told to differ",
                "≤ 5 %",
                f"{share_text(found, n)}; by their two means {100.0 * raw / n:.0f} %",
                found <= MOST_FALSE * n,
            )
        else:
            claimed = float(np.mean([p.power for p in pairs]))
            yield (
                f"two tempo runs, {abs(shift):g} pp: found",
                "reported",
                f"{share_text(found, n)}; claimed {100.0 * claimed:.1f} % on average",
                True,
            )
        for name, told in (
            ("shift", [p.lasting for p in pairs]),
            ("days", [p.days for p in pairs]),
        ):
            inside = sum(t.inside for t in told)
            yield (
                f"two tempo runs, {abs(shift):g} pp: intervals of the {name} that hold the truth",
                "93–97 %",
                f"{share_text(inside, n)}, median width "
                f"{np.median([t.high - t.low for t in told]):.2f} pp",
                TARGET[0] <= inside / n <= TARGET[1],
            )


def example_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(5) 54.7 % and then 52.8 %, of runners whose level moved by anything."""
    pairs: list[TempoPair] = pool.map(partial(pair_of_one, shift_pp=None), range(n), 4)
    like = [p for p in pairs if abs(p.second_pct - SECOND_READING_PCT) < 0.3]
    told = [p.lasting for p in like]
    inside = sum(t.inside for t in told)
    right = sum(t.high < 0.0 for t in told)
    wrong = sum(t.high < 0.0 <= t.truth for t in told)
    yield (
        "54.7 % and then 52.8 % (± 0.3): intervals that hold the shift",
        "reported",
        f"{share_text(inside, len(told))}; told to be further right {100.0 * right / len(told):.0f}"
        f" %, falsely {100.0 * wrong / len(told):.1f} %; true shift "
        f"{np.mean([t.truth for t in told]):+.2f} pp on average (SD "
        f"{np.std([t.truth for t in told]):.2f})",
        True,
    )


def parts(pool: Pool, quick: bool) -> dict[str, Callable[[], Iterable[Row]]]:
    """Every part, by its name."""
    return {
        "coverage": partial(coverage_rows, pool, 40 if quick else 2000),
        "stress": partial(stress_rows, pool, 10 if quick else 300),
        "step": partial(step_rows, pool, 10 if quick else 300),
        "tempo": partial(tempo_rows, pool, 20 if quick else 1000),
        "example": partial(example_rows, pool, 60 if quick else 2000),
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
