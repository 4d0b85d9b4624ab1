"""Judge screening tests against runners of known truth: told what is not there, and what is.

Run as a script for the long form (a minute on two free cores), or call `results(quick=True)`.
`--part NAME` prints one part only: still, found, speed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from bench.bench_trend import share_text
from bench.parts import Row, rows_of, tell
from evenstride.body.screening import judge
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.pool import Pool

    from evenstride.domain.screening import Finding


NOTES = """
Each side has a value of the day and trials around it: of a lunge days of SD 1.3° and trials of
1.9°, so that the mean of three trials has the published error, 1.7°; of a hip 2.6° and 3.4°, which
make 3.25°, the wider end of what is stated. Leg lowering has no published error: days of 1.0° and
trials of 1.5°, held against each other from the third day on. The error that is used is the larger
of the published one and the runner's own. What was found on two days gives a side one set more.

Trials that scatter more than those of the studies (5°) lead to somewhat more than 5 in a hundred:
then the runner's own trials are all that tells, and how much a day scatters is not in them.

A difference as large as the error of a test (9° at the hip) is found every second time.

Measured in the long form: 10,000 runners a row. `python -m bench.bench_screening --part still`
prints one part.
"""

FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Screened:
    """How runners are screened: the left is `truth` less; `days` of `trials` each, the last judged.

    Values in the unit of the method; `day_sd` and `trial_sd` of one side.
    """

    test: str
    method: str
    position: str = ""
    instrument: str = "phone"
    truth: float = 0.0
    days: int = 1
    trials: int = 3
    day_sd: float = 1.3
    trial_sd: float = 1.9
    middle: float = 40.0


LUNGE = Screened("ankle-lunge", "degrees", "knee-bent")
TAPE = replace(LUNGE, method="cm", instrument="tape", middle=11.0, day_sd=0.53, trial_sd=0.77)
HIP = Screened("hip-internal-rotation", "degrees", "prone", day_sd=2.6, trial_sd=3.38)
LOWERING = Screened("dead-bug-hold", "lowering", day_sd=1.0, trial_sd=1.5)

STILL = {
    "lunge in degrees": LUNGE,
    "lunge in degrees, one trial a side": replace(LUNGE, trials=1),
    "lunge in degrees, trials that scatter by 5°": replace(LUNGE, trial_sd=5.0),
    "lunge in centimetres": TAPE,
    "hip turned in": HIP,
    "leg lowering, three days": replace(LOWERING, days=3),
    "leg lowering, three days that scatter by 3°": replace(LOWERING, days=3, day_sd=3.0),
}
REPORTED = {"lunge in degrees, trials that scatter by 5°"}
FOUND = {
    "lunge, 5° less on the left": (replace(LUNGE, truth=5.0), None),
    "lunge, 10° less on the left": (replace(LUNGE, truth=10.0), 0.95),
    "hip turned in, 10° less on the left": (replace(HIP, truth=10.0), None),
    "hip turned in, 15° less on the left": (replace(HIP, truth=15.0), None),
    "leg lowering, 10° less on the left, three days": (
        replace(LOWERING, truth=10.0, days=3),
        None,
    ),
}


def finding_of(i: int, *, way: Screened, seed: int) -> Finding:
    """Screen one runner, and judge the last day."""
    rng = np.random.default_rng([seed, i])
    made = []
    for at in range(way.days):
        means = way.middle + np.array([-way.truth, 0.0]) + rng.normal(0.0, way.day_sd, 2)
        left, right = means[:, None] + rng.normal(0.0, way.trial_sd, (2, way.trials))
        made.append(
            Measured(
                FIRST_DAY + timedelta(weeks=at),
                way.test,
                way.method,
                way.position,
                way.instrument,
                left=tuple(left),
                right=tuple(right),
            )
        )
    return judge(screening_tests()[way.test], made[-1], made)


def told_of(i: int, *, way: Screened, seed: int) -> tuple[str | None, bool, bool]:
    """Which side is said to be lower; whether on two days; whether a change is told."""
    found = finding_of(i, way=way, seed=seed)
    side = None if found.lower is None else found.lower.value
    return side, side is not None and found.repeated, bool(found.change_beyond_error)


def told(pool: Pool, way: Screened, n: int, seed: int) -> list[tuple[str | None, bool, bool]]:
    """Screen so many runners."""
    return pool.map(partial(told_of, way=way, seed=seed), range(n), 100)


def still_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(1) The sides are alike: how often a difference, or a change, is told."""
    for name, way in STILL.items():
        judged = name not in REPORTED
        false = sum(side is not None for side, _, _ in told(pool, way, n, 620))
        yield (
            f"sides alike, {name}: told that they differ",
            "≤ 5 %" if judged else "reported",
            share_text(false, n),
            not judged or _at_most(false, n, 0.05),
        )
    for name, way in (("lunge in degrees", LUNGE), ("hip turned in", HIP)):
        false = sum(twice for _, twice, _ in told(pool, replace(way, days=2), n, 621))
        yield (
            f"sides alike, {name}: told on two days, the same side",
            "≤ 0.25 %",
            share_text(false, n),
            _at_most(false, n, 0.0025),
        )
    false = sum(change for _, _, change in told(pool, replace(LUNGE, truth=8.0, days=2), n, 622))
    yield (
        "8° less on the left on both days, lunge: told that it changed",
        "≤ 5 %",
        share_text(false, n),
        _at_most(false, n, 0.05),
    )


def found_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(2) The sides differ: how often it is found, and on the wrong side."""
    for name, (way, least) in FOUND.items():
        sides = [side for side, _, _ in told(pool, way, n, 623)]
        hits, wrong = sides.count("left"), sides.count("right")
        yield (
            f"{name}: found",
            "reported" if least is None else f"≥ {100 * least:.0f} %",
            f"{share_text(hits, n)}; the other side named {100 * wrong / n:.2f} %",
            least is None or hits >= least * n,
        )


def speed_rows(n: int) -> Iterator[Row]:
    """(3) One day judged among ten."""
    way = replace(LUNGE, days=10)
    took = []
    for i in range(n):
        begun = time.perf_counter()
        finding_of(i, way=way, seed=624)
        took.append(time.perf_counter() - begun)
    yield (
        "ten days made and the last judged",
        "reported",
        f"{1000 * float(np.median(took)):.2f} ms",
        True,
    )


def _at_most(hits: int, n: int, share: float) -> bool:
    """Whether so many are what chance makes of that share or less, once in two hundred."""
    return hits <= n * share + 2.58 * np.sqrt(n * share * (1.0 - share))


def parts(pool: Pool, quick: bool) -> dict[str, Callable[[], Iterable[Row]]]:
    """Every part, by its name."""
    n = 500 if quick else 10_000
    return {
        "still": partial(still_rows, pool, n),
        "found": partial(found_rows, pool, n),
        "speed": partial(speed_rows, 50 if quick else 500),
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
