"""Judge forecasts of the next run, on simulated histories and on the thirty real runs.

Run as a script for the long form (some minutes on two free cores), or call `results(quick=True)`.
`--part NAME` prints one part only: foretold, real.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.bench_moves import SCALE_PP, SLOPE_SD, TARGET
from bench.bench_trend import share_text
from bench.parts import Row, rows_of, tell
from evenstride.stats.foretelling import against_rivals, foretell
from evenstride.stats.scoring import WARM_UP
from evenstride.stats.simulation.block_runner import draw_block_runner, stressed
from evenstride.stats.simulation.blocked import simulate_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.pool import Pool

    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.foretelling import Against

SAID = {
    "last_ten": "the mean of the last ten runs",
    "local_level": "a Gaussian local level by maximum likelihood",
    "trend": "the trend of run means, which knows nothing of what was run",
}

NOTES = """
Forecasts are one step ahead, from earlier runs only, at the conditions that were run; the local
level's variances were chosen with the whole history, which favours it.
"""

_DATA = Path(
    os.environ.get("EVENSTRIDE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)


def foretold_of_one(seed: int, runs: int, unruly: bool) -> tuple[float, float, dict[str, Against]]:
    """Mean log score of the fit, share of intervals that held, and its rivals."""
    rng = np.random.default_rng([513, seed])
    runner = draw_block_runner(rng)
    if unruly:
        runner = stressed(stressed(runner, "heavy_tails"), "changing_spread")
    blocks, _ = simulate_blocks(rng, runner, runs=runs)
    return _foretold(blocks)


def _foretold(blocks: BlockedRuns) -> tuple[float, float, dict[str, Against]]:
    found = foretell(blocks, scale=SCALE_PP, slope_sd=SLOPE_SD)
    return (
        float(found.log_density[WARM_UP:].mean()),
        float(found.inside[WARM_UP:].mean()),
        against_rivals(blocks.day, found, scale=SCALE_PP),
    )


def foretold_rows(pool: Pool, n: int, runs: int) -> Iterator[Row]:
    """(1) One step ahead on long histories, heavy-tailed and usual."""
    for unruly, said in ((True, "heavy-tailed"), (False, "usual")):
        found = pool.map(partial(foretold_of_one, runs=runs, unruly=unruly), range(n), 1)
        cover = float(np.mean([c for _, c, _ in found]))
        yield (
            f"95 % prediction interval held the next run, {n} {said} histories of {runs} runs",
            "93–97 %",
            f"{100 * cover:.1f} % ("
            + ", ".join(
                f"{SAID[name]} {100 * np.mean([a[name].rival.coverage for *_, a in found]):.1f} %"
                for name in SAID
            )
            + ")",
            TARGET[0] <= cover <= TARGET[1],
        )
        for name, rival in SAID.items():
            gain = np.array([a[name].gain for *_, a in found])
            se = gain.std(ddof=1) / np.sqrt(n)
            yield (
                f"log score a run against {rival}, the same histories",
                "> 0" if name != "trend" else "reported",
                f"{gain.mean():+.3f} ± {se:.3f}, median {np.median(gain):+.3f}; better in "
                f"{share_text(int((gain > 0).sum()), n)}",
                name == "trend" or (np.median(gain) > 0 and gain.mean() > 0),
            )


def real_blocks() -> BlockedRuns | None:
    """The thirty real runs, where they are on this machine."""
    from evenstride.answers import import_files, open_library
    from evenstride.answers.block_rows import block_rows
    from evenstride.answers.levels import BALANCE, days_of, levels

    folder = _DATA / "one_runner"
    if not folder.is_dir():
        return None
    with tempfile.TemporaryDirectory() as name, open_library(Path(name) / "library") as lib:
        import_files(lib, [folder])
        looked = levels(lib, measures=(BALANCE,))
        level = looked.by_measure[BALANCE]
        return block_rows(
            level.series,
            BALANCE,
            sensor=level.sensor,
            day=days_of(level.series),
            blocks=lib.blocks(),
            known=looked.conditions,
        )


def real_rows() -> Iterator[Row]:
    """(2) The thirty real runs: reported, nothing claimed."""
    blocks = real_blocks()
    if blocks is None:
        yield "the real runs are not on this machine", "reported", "–", True
        return
    score, cover, rivals = _foretold(blocks)
    yield (
        f"{blocks.day.size} real runs of one runner, each from those before it, at its conditions",
        "reported",
        f"log score {score:+.2f} a run; 95 % interval held {100 * cover:.0f} %",
        True,
    )
    for name, a in rivals.items():
        yield (
            f"against {SAID[name]}",
            "reported",
            f"{a.gain:+.3f} ± {a.gain_se:.3f} a run; its interval held "
            f"{100 * a.rival.coverage:.0f} %",
            True,
        )


def measured(quick: bool, only: str | None = None) -> Iterator[Row]:
    """Measure everything, or one part, a row at a time."""
    with get_context("spawn").Pool(2) as pool:
        parts: dict[str, Callable[[], Iterable[Row]]] = {
            "real": real_rows,
            "foretold": partial(foretold_rows, pool, *((4, 40) if quick else (30, 200))),
        }
        yield from rows_of(parts, only)


def results(quick: bool = False) -> list[Row]:
    """Measure everything; (what, target, measured, met)."""
    return list(measured(quick))


if __name__ == "__main__":
    tell(measured)
