"""Judge the fit of what moves balance against simulated runners with known truth.

Run as a script for the long form (about a quarter of an hour on two free cores), or call
`results(quick=True)`. `--part NAME` prints one part only: coverage, stress, sizes, fixed, speed.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from bench.bench_trend import share_text
from bench.parts import Row, rows_of, tell
from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.stats.foretelling import some_runs
from evenstride.stats.foundation import extend_foundation, lay_foundation
from evenstride.stats.judging import Told, drivers_told, judge, tally, true_effect
from evenstride.stats.moves import fit_moves, fit_runs
from evenstride.stats.rivals import last_ten, least_squares, split_runs
from evenstride.stats.simulation.block_runner import STRESSES, draw_block_runner, stressed
from evenstride.stats.simulation.blocked import simulate_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.pool import Pool

    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.judging import Judged, Tally
    from evenstride.stats.simulation.blocked import BlockTruth

SLOPE_SD = SLOPE_SDS["balance_left_pct"]
SCALE_PP = 0.4
SECOND_SD_PP = 0.35
TARGET = (0.93, 0.97)
MAIN = ("speed", "elapsed", "grade", "bend")
RIVALS = ("raw", "seconds", "blocks")
SAID = {
    "raw": "raw means of runs, much against little",
    "seconds": "least squares on seconds",
    "blocks": "least squares on blocks",
}
UNITS = {"speed": "pp per m/s", "elapsed": "pp/h", "grade": "pp per %", "bend": "pp per m/s²"}

Wide = tuple["Judged", dict[str, list[Told]]]

NOTES = """
Runners are drawn from the ranges of the domain page (`stats/simulation/block_runner.py`), 10 to 120
runs each, of 20 to 120 minutes; slopes, shoes, sensors, tags, camber and surfaces are the runner's
own. Widths are means of 95 % intervals. The naive ways stand beside the fit in the same rows: raw
means of runs with much of a condition against those with little; least squares on seconds and on
blocks, as if each were independent; the mean of the last ten runs. Where the model is wrong, the
coverage is reported and has no target; with a curved effect of pace the truth is the straight line
that fits it best. Bias at a fixed truth is shrinkage toward 0, the price of saying something after
ten runs; averaged over the runners there are it vanishes.
"""


def drawn(
    seed: int, runs: tuple[int, int], stress: str | None = None
) -> tuple[BlockedRuns, BlockTruth, int]:
    """One runner of so many runs, and the run on whose day the level is judged."""
    rng = np.random.default_rng([501, seed])
    runner = draw_block_runner(rng)
    if stress is not None:
        runner = stressed(runner, stress)
    low, high = runs
    count = int(np.exp(rng.uniform(np.log(low), np.log(high + 1))))
    blocks, truth = simulate_blocks(rng, runner, runs=count)
    return blocks, truth, int(rng.integers(count))


def judged_of_one(seed: int, runs: tuple[int, int], stress: str | None) -> Judged:
    """The fit of one runner beside the truth."""
    blocks, truth, run = drawn(seed, runs, stress)
    return judge(blocks, truth, slope_sd=SLOPE_SD, run=run)


def side_by_side_of_one(seed: int, runs: tuple[int, int]) -> Wide:
    """The fit of one runner and the naive ways, beside the truth."""
    blocks, truth, run = drawn(seed, runs)
    told: dict[str, list[Told]] = {}
    for name, by_hand in (
        ("raw", split_runs(blocks, unit="pp")),
        ("seconds", least_squares(blocks, unit="pp", second_sd=SECOND_SD_PP)),
        ("blocks", least_squares(blocks, unit="pp")),
        ("ten", {"level": last_ten(blocks, unit="pp")}),
    ):
        told[name] = [
            Told(
                "now" if driver == "level" else driver,
                float(truth.level[-1]) if driver == "level" else true_effect(driver, truth, blocks),
                e.value,
                e.low,
                e.high,
            )
            for driver, e in by_hand.items()
            if driver != "grade:bow"
        ]
    return judge(blocks, truth, slope_sd=SLOPE_SD, run=run), told


def no_drift_of_one(seed: int) -> list[Told]:
    """Tiring as told with the runs' own drifts in the model and without."""
    blocks, truth, _ = drawn(seed, (20, 60))
    told = []
    noise = None
    for name in ("with", "without"):
        moves = fit_moves(blocks, unit="pp", scale=SCALE_PP, slope_sd=SLOPE_SD, noise=noise)
        noise = replace(moves.noise, drift_sd_per_h=0.0)
        elapsed = next(t for t in drivers_told(moves, truth, blocks) if t.name == "elapsed")
        told.append(replace(elapsed, name=name))
    return told


def fixed_of_one(seed: int, driver: str, slope: float, runs: int) -> Told:
    """One driver of a runner in whom it is so large."""
    rng = np.random.default_rng([502, seed])
    runner = draw_block_runner(rng)
    runner = replace(runner, slopes={**runner.slopes, driver: slope})
    blocks, truth = simulate_blocks(rng, runner, runs=runs)
    moves = fit_moves(blocks, unit="pp", scale=SCALE_PP, slope_sd=SLOPE_SD)
    return next(t for t in drivers_told(moves, truth, blocks) if t.name == driver)


def coverage_text(t: Tally) -> str:
    return f"{share_text(t.inside, t.count)}, width {t.width:.3g}"


def is_covered(t: Tally) -> bool:
    return TARGET[0] <= t.coverage <= TARGET[1]


def coverage_rows(pool: Pool, n: int, runs: tuple[int, int]) -> Iterator[Row]:
    """(1) Right model: coverage, width, bias, beside the naive ways."""
    wide: list[Wide] = pool.map(partial(side_by_side_of_one, runs=runs), range(n), 4)
    judged = [j for j, _ in wide]
    by_hand = {name: tally(t for _, told in wide for t in told[name]) for name in (*RIVALS, "ten")}
    fared = tally(t for j in judged for t in j.drivers)
    yield from (
        (
            f"95 % interval of `{kind}`" + (f" [{UNITS[kind]}]" if kind in UNITS else " [pp]"),
            "93–97 %",
            coverage_text(t)
            + "".join(
                f"; {SAID[name]}: {100 * by_hand[name][kind].coverage:.0f} %, "
                f"{by_hand[name][kind].width:.3g}"
                for name in RIVALS
                if kind in by_hand[name]
            ),
            is_covered(t),
        )
        for kind, t in fared.items()
    )
    over = tally(t for j in judged for t in j.ranges)
    worst = max(over, key=lambda kind: abs(over[kind].coverage - 0.95))
    yield (
        "95 % intervals of effects over the runner's usual range [pp], each",
        "93–97 %",
        ", ".join(f"{k} {100 * t.coverage:.1f} % ({t.width:.2f})" for k, t in over.items()),
        is_covered(over[worst]),
    )
    yield (
        "bias of each, in widths of its interval",
        "< 0.1",
        ", ".join(f"{k} {t.bias / t.width:+.3f}" for k, t in fared.items()),
        all(abs(t.bias) < 0.1 * t.width for t in fared.values()),
    )
    level = tally(t for j in judged for t in (j.level, j.now))
    ten = by_hand["ten"]["now"]
    yield (
        "95 % interval of the level at reference conditions, any run's day, and the last [%]",
        "93–97 %",
        f"{coverage_text(level['level'])}; last {coverage_text(level['now'])}; mean of the last "
        f"ten runs {100 * ten.coverage:.0f} %, {ten.width:.3g}; least squares on seconds "
        f"{100 * by_hand['seconds']['now'].coverage:.0f} %, {by_hand['seconds']['now'].width:.3g}",
        is_covered(level["level"]),
    )
    yield (
        "the level is off by, root mean square [pp]",
        "less than the naive ways",
        f"{level['now'].rmse:.2f}; mean of the last ten {ten.rmse:.2f}; least squares on seconds "
        f"{by_hand['seconds']['now'].rmse:.2f}",
        level["now"].rmse < min(ten.rmse, by_hand["seconds"]["now"].rmse),
    )
    usual, outside = sum(j.usual for j in judged), sum(j.outside for j in judged)
    yield (
        "runs falsely called outside the usual range",
        "≤ 1.5 %",
        share_text(outside, usual),
        outside <= 0.015 * usual,
    )


def stress_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(2) Wrong model: how far coverage falls."""
    for stress in STRESSES:
        judged = pool.map(partial(judged_of_one, runs=(20, 60), stress=stress), range(n), 2)
        yield (f"where the model is wrong: {stress.replace('_', ' ')}", *_wrong(judged), True)
    told = tally(t for some in pool.map(no_drift_of_one, range(n), 2) for t in some)
    yield (
        "`elapsed` without the runs' own drifts in the model",
        "reported",
        f"{coverage_text(told['without'])}; with them {coverage_text(told['with'])}",
        True,
    )


def _wrong(judged: list[Judged]) -> tuple[str, str]:
    fared = tally(t for j in judged for t in (*j.drivers, j.now))
    usual, outside = sum(j.usual for j in judged), sum(j.outside for j in judged)
    odd, found = sum(j.odd for j in judged), sum(j.found for j in judged)
    said = ", ".join(f"{k} {100 * fared[k].coverage:.0f} %" for k in (*MAIN, "sensor", "now"))
    said += f"; falsely outside {100 * outside / usual:.1f} %"
    return "reported", said + (f", of {odd} runs far off {found} found" if odd else "")


def size_rows(pool: Pool, runners: dict[int, int]) -> Iterator[Row]:
    """(3) From ten runs to a thousand."""
    for runs, n in runners.items():
        judged = pool.map(partial(judged_of_one, runs=(runs, runs), stress=None), range(n), 1)
        fared = tally(t for j in judged for t in (*j.drivers, j.now))
        yield (
            f"with {runs} runs ({n} runners)",
            "reported",
            ", ".join(
                f"{k} {100 * fared[k].coverage:.0f} % ({fared[k].width:.2g})"
                for k in (*MAIN, "shoe", "now")
            ),
            True,
        )


def fixed_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(4) Shrinkage at fixed truths."""
    for driver, slopes in (("speed", (0.0, 0.4, 0.8, 1.6)), ("elapsed", (0.0, 0.8, 1.6, 3.0))):
        for runs in (10, 40):
            said = []
            for slope in slopes:
                one = partial(fixed_of_one, driver=driver, slope=slope, runs=runs)
                t = tally(pool.map(one, range(n), 2))[driver]
                said.append(
                    f"{slope:g} → {slope + t.bias:.3f} ± {t.bias_se:.3f} ({100 * t.coverage:.0f} %)"
                )
            yield (
                f"true `{driver}` → what is told on average, {runs} runs ({UNITS[driver]})",
                "tabulated",
                "; ".join(said),
                True,
            )


def timed(fit: Callable[[], object], repeats: int) -> float:
    """The least processor time of some calls [s]."""
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        fit()
        seconds.append(time.process_time() - started)
    return min(seconds)


def speed_rows(repeats: int) -> Iterator[Row]:
    """(5) Time of one fit, on one core."""
    seconds = {}
    for runs in (30, 100, 300, 1000, 3000):
        rng = np.random.default_rng(503)
        blocks, _ = simulate_blocks(rng, draw_block_runner(rng), runs=runs)
        per_run = blocks.run.size / runs
        fit = partial(fit_moves, blocks, unit="pp", scale=SCALE_PP, slope_sd=SLOPE_SD)
        # To 60 blocks a run: the cost is of blocks and of runs, both taken as linear.
        seconds[runs] = timed(fit, repeats) * 60.0 / per_run
    curve = ", ".join(f"{n}: {s:.2f} s" for n, s in seconds.items())
    yield "fit of 300 runs × 60 blocks", "≤ 1 s", f"{seconds[300]:.2f} s", seconds[300] <= 1.0
    yield "fit of 3,000 runs × 60 blocks", "≤ 10 s", f"{seconds[3000]:.2f} s", seconds[3000] <= 10.0
    ratio = seconds[3000] / seconds[300]
    yield (
        "growth with runs, 3,000 against 300",
        "≤ 10 ×",
        f"{ratio:.1f} × ({curve})",
        ratio <= 10.0,
    )
    for runs in (300, 3000):
        full, added = added_seconds(runs, repeats)
        yield (
            f"one run added to {runs:,}, against the full fit",
            "≤ 20 %",
            f"{100 * added / full:.0f} % ({added:.3f} s of {full:.2f} s)",
            added <= 0.2 * full,
        )


def added_seconds(runs: int, repeats: int) -> tuple[float, float]:
    """Processor time of a full fit, and of one run added to what was kept of the others."""
    rng = np.random.default_rng(504)
    blocks, _ = simulate_blocks(rng, draw_block_runner(rng), runs=runs)
    fit = partial(fit_runs, unit="pp", scale=SCALE_PP, slope_sd=SLOPE_SD)
    lay = partial(lay_foundation, scale=SCALE_PP, slope_sd=SLOPE_SD)
    _, kept = fit(lay(some_runs(blocks, 0, runs - 1)), some_runs(blocks, 0, runs - 1))
    new = some_runs(blocks, runs - 1, runs)

    def add() -> object:
        made = extend_foundation(
            kept, new, scale=SCALE_PP, slope_sd=SLOPE_SD, reference_m_s=kept.reference_m_s
        )
        return fit(made, blocks)

    return timed(lambda: fit(lay(blocks), blocks), repeats), timed(add, repeats)


def parts(pool: Pool, quick: bool) -> dict[str, Callable[[], Iterable[Row]]]:
    """Every part, by its name."""
    sizes = {10: 20, 100: 6} if quick else {10: 400, 30: 400, 100: 200, 300: 80, 1000: 30}
    return {
        "speed": partial(speed_rows, 1 if quick else 3),
        "coverage": partial(coverage_rows, pool, 40 if quick else 2000, (10, 120)),
        "stress": partial(stress_rows, pool, 10 if quick else 200),
        "sizes": partial(size_rows, pool, sizes),
        "fixed": partial(fixed_rows, pool, 10 if quick else 100),
    }


def measured(quick: bool, only: str | None = None) -> Iterator[Row]:
    """Measure everything, or one part, a row at a time."""
    with get_context("spawn").Pool(2) as pool:
        yield from rows_of(parts(pool, quick), only)


def results(quick: bool = False) -> list[Row]:
    """Measure everything; (what, target, measured, met)."""
    return list(measured(quick))


if __name__ == "__main__":
    tell(measured)
