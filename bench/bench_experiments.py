"""Judge the rule of experiments against simulated runners with known truth, beside its rivals.

Run as a script for the long form (about half an hour on two free cores), or call
`results(quick=True)`. `--part NAME` prints one part only: still, effects, shrunk, model, start,
checks, power.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from bench.bench_trend import share_text
from bench.parts import Row, rows_of, tell
from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.stats.judging_experiments import (
    PRIOR_SD_PP,
    SMALLEST_PP,
    Fared,
    judge_cell,
    judge_model,
    judge_start,
    learn,
)
from evenstride.stats.judging_plans import checked, pairs_promised, start_promised
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.experiment_cells import (
    DESIGNS,
    EFFECTS_PP,
    LAPS,
    MAIN,
    MAY_BREAK,
    NEED_AN_EFFECT,
    NOT_FIXED,
    RUNS,
    SPREAD_LAPS,
    STRESSES,
    Cell,
    Stress,
)
from evenstride.stats.simulation.experiment_start import StartProtocol
from evenstride.stats.simulation.experiments import COMPARABLE_SHARE, plain, simulate_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.pool import Pool

    from evenstride.stats.judging_experiments import Judged, Known

SLOPE_SD = SLOPE_SDS["balance_left_pct"]
MOST_FALSE, LEAST_HELD = 0.05, 0.93
SHRUNK = (0.93, 0.97)
TRIALS_EACH = 10
MORE_DESIGNS = {"nothing": MAIN, "uneven": (RUNS, LAPS, SPREAD_LAPS)}


NOTES = """
Runners as for what moves balance, on roads, in one pair of shoes and with one sensor: days differ
by 0.2 to 0.9 pp with heavy tails, and the level walks. Each has a history of 40 to 60 runs, from
which slopes are frozen and power is promised. A pair of runs is two neighbouring runs that hold no
fast part, 3 days apart on average; a pair of laps is eight minutes of an easy run, the first minute
of each lap dropped, four pairs a run. The rule is looked at after every pair, and an e-value counts
from the pair at which it came. Rivals judge the same runs: ten runs before against ten after the
cue is taken up for good (Student's t, 5 %), and the seconds of the first treatment against those of
the first control as if each were a reading of its own: two runs, or the laps of one run.

Intervals hold the effect as often as they should at the end; those of experiments stopped at their
verdict hold it less often where power is small, as those that stop early are those that were lucky:
of an effect of 0.3 pp in 12 pairs of runs, which is found one time in six, three in four. The
shrunk estimate, which is quoted, does not mind when one stops.

What is promised stands on a spread that some fifty runs tell: it is right to a few in a hundred,
and a little too hopeful where an effect is seldom found.

What no analysis mends: a treatment skipped, or put off, on bad days. Runs are then chosen by how
the day went, and 12 pairs of runs are wrong more often than they say. And pairs of laps in few
runs say what the cue did in these runs: where it helps on one day and harms on the next, four pairs
in each of three runs are not twelve readings of what it does on average; two in each of six nearly
are.

A randomised start keeps its level, and finds little, however large the effect is. Dates between
which nobody ran are alike, and so tie; and the drawn date must stand out from its neighbours, which
differ from it by a run or two. With 28 dates only the very first rank is enough.
"""


def known_of(seed: int, stress: Stress) -> Known:
    """Draw a runner, and learn from the history."""
    rng = np.random.default_rng([501, seed])
    return learn(rng, draw_block_runner(rng), slope_sd=SLOPE_SD, stress=stress)


def experiments_of_one(seed: int, *, cells: tuple[Cell, ...]) -> dict[Cell, list[Judged]]:
    """Let one runner do experiments of every cell."""
    known: dict[object, Known] = {}
    found = {}
    for cell in cells:
        stress = STRESSES[cell.stress]
        like = stress.runner, stress.history
        if like not in known:
            known[like] = known_of(seed, stress)
        found[cell] = [
            judge_cell(
                np.random.default_rng([502, crc32(repr(cell).encode()), seed, i]), known[like], cell
            )
            for i in range(TRIALS_EACH)
        ]
    return found


def fared_of(pool: Pool, trials: int, cells: Iterable[Cell]) -> dict[Cell, Fared]:
    """Judge so many experiments a cell; a runner does ten of each."""
    cells = tuple(cells)
    runners = max(trials // TRIALS_EACH, 1)
    gathered: dict[Cell, list[Judged]] = defaultdict(list)
    for found in pool.imap(partial(experiments_of_one, cells=cells), range(runners)):
        for cell, judged in found.items():
            gathered[cell] += judged
    return {cell: Fared(tuple(judged)) for cell, judged in gathered.items()}


def still_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(1) No effect: verdicts of one, with a look after every pair."""
    stresses = ("nothing", *(s for s in STRESSES if s not in NEED_AN_EFFECT | {"nothing"}))
    of = {s: MORE_DESIGNS.get(s, (RUNS, LAPS)) for s in stresses}
    cells = [Cell(design, s, 0.0) for s in stresses for design in of[s]]
    fared = fared_of(pool, n, cells)
    for stress in stresses:
        some = {d: fared[Cell(d, stress, 0.0)] for d in of[stress]}
        judged = stress not in MAY_BREAK
        yield (
            f"no effect, {STRESSES[stress].said}: told that there is one",
            "≤ 5 %" if judged else "reported",
            _each(some, lambda f: (f.claims, f.count))
            + f"; before/after {_rival(some, 'before_after', 1, -1)} "
            f"(toward even {_rival(some, 'before_after', 1)}); second by second "
            f"{_rival(some, 'seconds', 1, -1)}",
            not judged or all(_at_most(f.claims, f.count, MOST_FALSE) for f in some.values()),
        )
        yield (
            f"no effect, {STRESSES[stress].said}: intervals that hold it",
            "≥ 93 %" if judged else "reported",
            _each(some, lambda f: f.held("at_end")),
            not judged or all(_holds(f) for f in some.values()),
        )
    some = {d: fared[Cell(d, "nothing", 0.0)] for d in MAIN}
    yield (
        "no effect, as expected: told that nothing matters",
        "reported",
        _each(some, lambda f: (f.said("no_meaningful_effect"), f.count)),
        True,
    )


def effect_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(2) An effect: found, told the wrong way, intervals."""
    asked = [("nothing", e) for e in EFFECTS_PP[1:]]
    asked += [(s, 1.0 if s in NEED_AN_EFFECT else 0.5) for s in STRESSES if s != "nothing"]
    of = {(s, e): MORE_DESIGNS.get(s, (RUNS, LAPS)) for s, e in asked}
    fared = fared_of(pool, n, [Cell(d, *one) for one in asked for d in of[one]])
    for stress, effect_pp in asked:
        some = {d: fared[Cell(d, stress, effect_pp)] for d in of[stress, effect_pp]}
        fixed = stress not in MAY_BREAK | NOT_FIXED
        yield (
            f"{effect_pp:g} pp, {STRESSES[stress].said}: found (told the wrong way)",
            "wrong ≤ 2.5 %",
            "; ".join(
                f"{d} {_percent(f.said('increase'), f.count)} "
                f"({_percent(f.said('decrease'), f.count, 1)})"
                for d, f in some.items()
            )
            + f"; before/after {_rival(some, 'before_after', 1)} "
            f"({_rival(some, 'before_after', -1)}); second by second "
            f"{_rival(some, 'seconds', 1)} ({_rival(some, 'seconds', -1)})",
            all(_at_most(f.said("decrease"), f.count, MOST_FALSE / 2.0) for f in some.values()),
        )
        yield (
            f"{effect_pp:g} pp, {STRESSES[stress].said}: intervals that hold it",
            "≥ 93 %" if fixed else "reported",
            _each(some, lambda f: f.held("at_end"))
            + "; when stopped at the verdict "
            + ", ".join(_percent(*f.held("at_verdict")) for f in some.values()),
            not fixed or all(_holds(f) for f in some.values()),
        )

    some = {d: fared[Cell(d, "nothing", SMALLEST_PP)] for d in MAIN}
    yield (
        f"{SMALLEST_PP:g} pp, the smallest that matters: told that nothing matters",
        "≤ 5 %",
        _each(some, lambda f: (f.said("no_meaningful_effect"), f.count)),
        all(_at_most(f.said("no_meaningful_effect"), f.count, MOST_FALSE) for f in some.values()),
    )


def shrunk_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(3) Effects as they are believed to be: what is shrunk holds 95 % of them."""
    found = fared_of(pool, n, [Cell(d, "nothing", None) for d in MAIN])
    some = {cell.design: f for cell, f in found.items()}
    for when, shrunk, raw in (
        ("at the end", "shrunk", "at_end"),
        ("of those decided, at the verdict", "shrunk_at_verdict", "at_verdict"),
    ):
        yield (
            f"effects of N(0, {PRIOR_SD_PP:g}) pp, {when}: shrunk intervals that hold them",
            "93–97 %",
            _each(some, lambda f, kind=shrunk: f.held(kind))
            + "; those of the test "
            + ", ".join(_percent(*f.held(raw)) for f in some.values()),
            all(_between(*f.held(shrunk), *SHRUNK) for f in some.values()),
        )


def model_of_one(seed: int, *, design: str) -> tuple[bool, float] | None:
    rng = np.random.default_rng([503, seed])
    runner = plain(draw_block_runner(rng))
    protocol = replace(DESIGNS[design], effect_pp=rng.normal(0.0, PRIOR_SD_PP))
    told = judge_model(simulate_pairs(rng, runner, {}, protocol), slope_sd=SLOPE_SD)
    return None if told is None else (told.inside, told.high - told.low)


def model_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(4) The same through one fit of all the runner's runs."""
    for design in (RUNS, LAPS):
        told = [t for t in pool.map(partial(model_of_one, design=design), range(n), 4) if t]
        inside = sum(held for held, _ in told)
        yield (
            f"effects of N(0, {PRIOR_SD_PP:g}) pp, {design}, through the model of all runs: "
            "intervals that hold them",
            "93–97 %",
            f"{share_text(inside, len(told))}, mean width {np.mean([w for _, w in told]):.2f} pp",
            _between(inside, len(told), *SHRUNK),
        )


STARTS = {
    "28 dates": StartProtocol(dates=28),
    "84 dates": StartProtocol(dates=84),
    "84 dates, drifting 2 pp in 100 days": StartProtocol(dates=84, trend_pp_per_day=0.02),
    "84 dates, registered right after the worst of ten runs": StartProtocol(
        dates=84, after_bad_day=True
    ),
}


def starts_of_one(seed: int) -> tuple[dict[tuple[str, float], list[Judged]], float]:
    known = known_of(seed, STRESSES["nothing"])
    found = {
        (name, effect): [
            judge_start(
                np.random.default_rng([505, seed, i]), known, replace(protocol, effect_pp=effect)
            )
            for i in range(TRIALS_EACH)
        ]
        for name, protocol in STARTS.items()
        for effect in (0.0, 1.0, 2.0)
    }
    rng = np.random.default_rng([506, seed])
    return found, start_promised(rng, known, STARTS["84 dates"], effect=2.0)


def start_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(6) A randomised start: errors, and how little it finds."""
    gathered: dict[tuple[str, float], list[Judged]] = defaultdict(list)
    promised = []
    for found, promise in pool.imap(starts_of_one, range(max(n // TRIALS_EACH, 1))):
        promised.append(promise)
        for key, judged in found.items():
            gathered[key] += judged
    for name in STARTS:
        still, one, two = (Fared(tuple(gathered[name, e])) for e in (0.0, 1.0, 2.0))
        inside, told = still.held("at_end")
        yield (
            f"a randomised start, {name}, no effect: told that there is one",
            "≤ 5 %",
            f"{share_text(still.claims, still.count).partition(';')[0]}); before/after "
            f"{_rival({name: still}, 'before_after', 1, -1)}",
            _at_most(still.claims, still.count, MOST_FALSE),
        )
        # Where no interval exists it is the whole line, and holds everything.
        yield (
            f"a randomised start, {name}: intervals that hold it",
            "≥ 93 %",
            f"{_percent(still.count - told + inside, still.count, 1)}; "
            f"{_percent(told, still.count)} have ends",
            _at_most(told - inside, still.count, 1.0 - LEAST_HELD),
        )
        promise = f" (promised {100 * np.mean(promised):.0f} %)" if name == "84 dates" else ""
        yield (
            f"a randomised start, {name}: 1 pp found, 2 pp found",
            "reported",
            f"{_percent(one.said('increase'), one.count)}, "
            f"{_percent(two.said('increase'), two.count)}{promise}",
            True,
        )


CHECKS = {
    "carry_over": ("lingering", 1.0),
    "order_effect": (None, 0.0),
    "wear_off": ("wears off", 1.0),
    "condition_difference": ("faster", 0.0),
    "overshoot": ("beyond even", 1.0),
    "regression_to_the_mean": ("drifting", 0.0),
}


def checks_of_one(seed: int) -> dict[Cell, list[dict[str, str]]]:
    """What each check said of each experiment of one runner."""
    known: dict[object, Known] = {}
    found = {}
    faults = [("nothing", 0.0), *((s, e) for s, e in CHECKS.values() if s is not None)]
    for cell in (Cell(d, s, e) for s, e in faults for d in (RUNS, LAPS)):
        stress = STRESSES[cell.stress]
        if stress.runner not in known:
            known[stress.runner] = known_of(seed, stress)
        one = known[stress.runner]
        protocol = stress.protocol(replace(DESIGNS[cell.design], effect_pp=cell.effect_pp or 0.0))
        rngs = [
            np.random.default_rng([507, crc32(repr(cell).encode()), seed, i])
            for i in range(TRIALS_EACH)
        ]
        trials = [simulate_pairs(rng, one.runner, one.frozen, protocol) for rng in rngs]
        found[cell] = [{c.name: c.verdict for c in checked(trial)} for trial in trials]
    return found


def check_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(7) What may have misled: how often checks cry wolf, and how often they see the fault."""
    said: dict[Cell, list[dict[str, str]]] = defaultdict(list)
    for found in pool.imap(checks_of_one, range(max(n // TRIALS_EACH, 1))):
        for cell, verdicts in found.items():
            said[cell] += verdicts
    # Levels that walk do move between the runs before and those of the experiment.
    wolf = {
        d: sum(
            any(v == "failed" for name, v in x.items() if name != "regression_to_the_mean")
            for x in said[Cell(d, "nothing", 0.0)]
        )
        for d in (RUNS, LAPS)
    }
    count = len(said[Cell(RUNS, "nothing", 0.0)])
    yield (
        "nothing wrong: a check fails, of carry-over, order, wearing off, pace, overshoot",
        "≤ 5 %",
        "; ".join(f"{d} {share_text(w, count).partition(';')[0]})" for d, w in wolf.items()),
        all(_at_most(w, count, MOST_FALSE) for w in wolf.values()),
    )
    for name, (stress, effect_pp) in CHECKS.items():
        if stress is not None:
            yield (
                f"check of {name.replace('_', ' ')}, {STRESSES[stress].said}: fails (says that it "
                "cannot tell)",
                "reported",
                "; ".join(
                    f"{d} {_percent(verdicts.count('failed'), len(verdicts))} "
                    f"({_percent(verdicts.count('cannot_tell'), len(verdicts))})"
                    for d in (RUNS, LAPS)
                    if (verdicts := [x[name] for x in said[Cell(d, stress, effect_pp)]])
                ),
                True,
            )


def power_of_one(seed: int) -> dict[Cell, tuple[float, float]]:
    """Promise power to one runner from the history, and see how often it is so."""
    known = known_of(seed, STRESSES["nothing"])
    rng = np.random.default_rng([504, seed])
    cells = [Cell(d, "nothing", e) for d in MAIN for e in EFFECTS_PP[1:]]
    found = {}
    for cell in cells:
        design = DESIGNS[cell.design]
        judged = [judge_cell(rng, known, cell) for _ in range(2 * TRIALS_EACH)]
        gap_days = 7.0 / known.runner.runs_per_week / COMPARABLE_SHARE
        protocol = replace(design, effect_pp=cell.effect_pp or 0.0)
        promised = pairs_promised(rng, known, protocol, gap_days=gap_days)
        right = np.mean([one.decision.verdict == "increase" for one in judged])
        found[cell] = (float(promised), float(right))
    return found


def power_rows(pool: Pool, n: int) -> Iterator[Row]:
    """(5) Power as it was promised from the runner's own history."""
    told = list(pool.imap(power_of_one, range(n)))
    for cell in told[0]:
        promised, right = np.array([t[cell] for t in told]).T
        apart = right - promised
        least = np.sqrt(promised.mean() * (1.0 - promised.mean()) / (2 * TRIALS_EACH * n))
        se = max(apart.std(ddof=1) / np.sqrt(n), least)
        yield (
            f"{cell.effect_pp:g} pp, {cell.design}: found as often as promised",
            "within Monte Carlo error",
            f"promised {100 * promised.mean():.1f} %, found {100 * right.mean():.1f} % "
            f"(difference {100 * apart.mean():+.1f} ± {196 * se:.1f})",
            bool(abs(apart.mean()) <= 2.58 * se + 1e-3),
        )


def _each(some: dict[str, Fared], count: Callable[[Fared], tuple[int, int]]) -> str:
    """Shares by design, with their Monte Carlo intervals."""
    return "; ".join(f"{d} {share_text(*count(f)).partition(';')[0]})" for d, f in some.items())


def _rival(some: dict[str, Fared], name: str, *signs: int) -> str:
    return ", ".join(_percent(f.rival(name, *signs), f.count) for f in some.values())


def _percent(hits: int, n: int, digits: int = 0) -> str:
    return f"{100.0 * hits / n:.{digits}f} %" if n else "never"


def _holds(f: Fared) -> bool:
    inside, told = f.held("at_end")
    return _at_most(told - inside, told, 1.0 - LEAST_HELD)


def _at_most(hits: int, n: int, share: float) -> bool:
    """Whether so many are what chance makes of that share or less, once in two hundred."""
    return hits <= n * share + 2.58 * np.sqrt(n * share * (1.0 - share))


def _between(hits: int, n: int, low: float, high: float) -> bool:
    return _at_most(n - hits, n, 1.0 - low) and _at_most(hits, n, high)


def parts(pool: Pool, quick: bool) -> dict[str, Callable[[], Iterable[Row]]]:
    """Every part, by its name."""
    return {
        "still": partial(still_rows, pool, 40 if quick else 2000),
        "effects": partial(effect_rows, pool, 40 if quick else 2000),
        "shrunk": partial(shrunk_rows, pool, 40 if quick else 2000),
        "model": partial(model_rows, pool, 8 if quick else 200),
        "start": partial(start_rows, pool, 40 if quick else 2000),
        "checks": partial(check_rows, pool, 40 if quick else 2000),
        "power": partial(power_rows, pool, 4 if quick else 200),
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
