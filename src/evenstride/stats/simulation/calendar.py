"""When and what a simulated runner trains: a year of easy, long, fast, hilly and track runs."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from evenstride.stats.simulation.course import (
    HOME_UTC_OFFSET_S,
    Course,
    hill,
    park_loop,
    streets,
    track,
)
from evenstride.stats.simulation.plan import RunPlan, Stretch
from evenstride.stats.simulation.run import SimulatedRun, simulate_run
from evenstride.stats.simulation.truth import RunnerTruth, demo_runner

if TYPE_CHECKING:
    from datetime import date

    from evenstride.domain.estimate import FloatArray

Kind = Literal["easy", "long", "tempo", "intervals", "track", "hills", "treadmill"]
WALK_M_S = 1.5


def demo_year(start_date: date, seed: int = 2025) -> list[SimulatedRun]:
    """Return the demonstration: about 170 runs of `demo_runner` in the year from `start_date`."""
    return simulate_year(demo_runner(), np.random.default_rng(seed), start_date=start_date)


def simulate_year(
    truth: RunnerTruth,
    rng: np.random.Generator,
    *,
    start_date: date,
    days: int = 364,
    days_off: tuple[tuple[int, int], ...] = ((117, 124), (255, 262)),
) -> list[SimulatedRun]:
    """Simulate a runner's training: three to five runs a week, in order of time.

    Parameters
    ----------
    truth
        The runner; day 0 is `start_date`.
    rng
        The source of chance.
    start_date
        Local date of the first day.
    days
        How long.
    days_off
        Intervals `[start, end)` in days without a run.

    Returns
    -------
        Every run with its truth. The level's random walk and the offset that neighbouring days
        share are in each run's `RunTruth`.
    """
    walk_pp, shared_pp = _slow_parts(truth, days, rng)
    runs = []
    for day, kind in training_days(days, rng):
        if any(start <= day < end for start, end in days_off):
            continue
        plan = plan_run(kind, truth, start_date, day, rng)
        runs.append(
            simulate_run(
                truth, plan, rng, walk_pp=float(walk_pp[day]), shared_day_pp=float(shared_pp[day])
            )
        )
    return runs


def _slow_parts(
    truth: RunnerTruth, days: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw the level's random walk and the days' shared offset, in pp by day, shape (days,)."""
    side = truth.random_side
    walk = np.cumsum(rng.standard_normal(days)) * truth.level_walk_pp
    walk -= walk[0] if days else 0.0
    kept = math.exp(-1.0 / truth.day_to_day_tau_days)
    steps = rng.standard_normal(days)
    shared = np.empty(days)
    last = 0.0
    for day in range(days):
        last = steps[day] if day == 0 else kept * last + math.sqrt(1.0 - kept**2) * steps[day]
        shared[day] = last
    sd = truth.day_to_day_sd_pp * math.sqrt(truth.day_to_day_shared)
    return side * walk, side * sd * shared


def training_days(days: int, rng: np.random.Generator) -> list[tuple[int, Kind]]:
    """Return days and kinds of runs in order: each week a long run, often a hard one."""
    hard: tuple[Kind, ...] = ("tempo", "intervals", "hills", "track")
    planned: list[tuple[int, Kind]] = []
    for week in range(math.ceil(days / 7)):
        count = int(rng.choice((3, 4, 5), p=(0.6, 0.33, 0.07)))
        easy: Kind = "treadmill" if rng.random() < 0.08 else "easy"
        slots: list[tuple[int, Kind]] = [
            (1, hard[week % 4] if rng.random() < 0.9 else "easy"),
            (3, easy),
            (6, "long"),
            (5, "easy"),
            (4, "tempo" if rng.random() < 0.3 else "easy"),
        ]
        planned += [(7 * week + weekday, kind) for weekday, kind in sorted(slots[:count])]
    return [(day, kind) for day, kind in planned if day < days]


def plan_run(
    kind: Kind, truth: RunnerTruth, start_date: date, day: int, rng: np.random.Generator
) -> RunPlan:
    """Return a believable run of a kind on a day, at speeds that suit the runner."""
    stretches = _stretches(kind, truth.reference_speed_m_s, rng)
    length_m = sum(s.duration_s * s.speed_m_s for s in stretches) * 1.03 + 50.0
    hour, minute = (7, 0) if kind == "long" else (18, 10)
    local = datetime(start_date.year, start_date.month, start_date.day, tzinfo=UTC)
    local += timedelta(days=day, hours=hour, minutes=minute, seconds=int(rng.integers(0, 2400)))
    season = -math.cos(2.0 * math.pi * (local.timetuple().tm_yday - 20) / 365.0)
    return RunPlan(
        started_at_utc=local - timedelta(seconds=HOME_UTC_OFFSET_S),
        day=float(day),
        kind=kind,
        stretches=stretches,
        course=_course(kind, length_m, rng),
        auto_lap_m=None if kind in ("intervals", "track", "hills") else 1000.0,
        temperature_c=20.0 if kind == "treadmill" else 11.0 + 8.0 * season + rng.normal(0.0, 3.0),
    )


def _course(kind: Kind, length_m: float, rng: np.random.Generator) -> Course | None:
    if kind == "treadmill":
        return None
    if kind == "track":
        return track(length_m)
    if kind == "hills":
        return hill(length_m, rng, climb_m=350.0, rise_m=17.0)
    if rng.random() < 0.4:
        return park_loop(length_m, rng, clockwise=bool(rng.random() < 0.5))
    return streets(length_m, rng, hilliness_m=rng.uniform(3.0, 10.0))


def _stretches(kind: Kind, easy_m_s: float, rng: np.random.Generator) -> tuple[Stretch, ...]:
    """Lay a run out: a minute or two of walking, the work, lights and pauses on the way."""
    pace = easy_m_s * rng.normal(1.0, 0.025)
    walk_in = [Stretch(int(rng.integers(30, 120)), WALK_M_S)]
    warm_up = [*walk_in, Stretch(int(rng.integers(540, 780)), pace * 0.97)]
    cool_down = [Stretch(int(rng.integers(400, 700)), pace * 0.92, new_lap=True)]
    if kind == "treadmill":
        return (*walk_in, Stretch(int(rng.integers(1800, 2700)), pace))
    if kind == "tempo":
        work = [Stretch(int(rng.integers(1200, 1800)), pace * 1.27)]
    elif kind == "intervals":
        work = _repeated(
            int(rng.integers(5, 8)), 180, pace * 1.4, Stretch(90, WALK_M_S, new_lap=True)
        )
    elif kind == "track":
        speed = pace * 1.42
        rest = Stretch(75, 0.0, new_lap=True)
        work = _repeated(int(rng.integers(6, 11)), round(398.0 / speed), speed, rest)
    elif kind == "hills":
        work = [Stretch(int(rng.integers(1200, 1800)), pace * 1.03, new_lap=True)]
    else:
        minutes = rng.uniform(75, 105) if kind == "long" else rng.uniform(36, 56)
        return (*walk_in, *_with_stops(round(minutes * 60), pace, rng))
    return (*warm_up, *work, *cool_down)


def _repeated(times: int, duration_s: int, speed_m_s: float, rest: Stretch) -> list[Stretch]:
    return [Stretch(duration_s, speed_m_s, new_lap=True), rest] * times


def _with_stops(total_s: int, speed_m_s: float, rng: np.random.Generator) -> list[Stretch]:
    """Break steady running at lights (standing, timer on) and now and then by a pause."""
    stops = int(rng.integers(0, 4))
    cuts = np.sort(rng.integers(300, max(total_s - 300, 301), stops))
    lengths = np.diff(np.concatenate(([0], cuts, [total_s])))
    stretches = [Stretch(int(lengths[0]), speed_m_s)]
    for length in lengths[1:]:
        paused = bool(rng.random() < 0.3)
        stand_s = int(rng.integers(40, 240)) if paused else int(rng.integers(12, 55))
        stretches.append(Stretch(stand_s, 0.0, paused=paused))
        stretches.append(Stretch(max(int(length), 20), speed_m_s * rng.normal(1.0, 0.015)))
    return stretches
