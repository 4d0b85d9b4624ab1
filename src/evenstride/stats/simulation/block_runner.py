"""What is true of a simulated runner whose runs are judged block by block, and its usual ranges.

Sizes are those of real histories (DOMAIN 7): a level that walks, days that differ with heavy tails,
slopes of the runner's own, a drift of each run, noise that remembers. `stressed` leaves the model
on purpose. Balance is in % left; everything else counts in pp, + toward the left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from evenstride.stats.simulation.block_training import Habits

if TYPE_CHECKING:
    from numpy.random import Generator

SENSOR_PP: Final = 0.5


@dataclass(frozen=True, slots=True)
class BlockRunner:
    """A runner of whom everything is known.

    Attributes
    ----------
    balance_left_pct
        The level on the first day at reference conditions, as an ideal sensor reads it [%].
    slopes
        `speed` [pp per m/s], `elapsed` [pp per h], `grade` [pp per %], `grade:bow` [pp per
        % up or down], `bend` [pp per m/s²], `camber` [pp], and in pp against their absence
        `surface:NAME`, `tag:NAME`, `shoe:NAME`; shoes against their mean.
    sensors_pp
        How much further left each sensor reads, in the order they are used.
    walk_pp
        Random walk of the level [pp per square root of a day].
    spread_pp, shared, tau_days, df
        Scale of days' differences, the share of that variance that neighbouring days have in
        common and for how long, and degrees of freedom of the run's own Student-t. The own part
        has `spread_pp² (1 - shared)` as the variance of its core, as the t has it.
    wild_share, wild_sd_pp
        Share of runs that are wild, and the SD of what is added to them.
    drift_sd_pp_per_h
        SD over runs of a run's own drift.
    noise_sd_pp, slow_share, fast_tau_s, slow_tau_s, white_sd_pp
        Noise within a run: two Ornstein–Uhlenbeck parts second by second and the slow one's share
        of their variance; and white noise of a block of a minute.
    runs_per_week, habits, camber_typed, tag_share
        How they train; share of road runs of which the camber is known, and of runs with each tag.
    pace, missing_gps, noise_log_sd, failing_share, mirrored_share, spread_log_sd
        What `stressed` sets; the model holds at their defaults.
    """

    balance_left_pct: float = 50.0
    slopes: Mapping[str, float] = field(default_factory=dict)
    sensors_pp: tuple[float, ...] = (0.0,)
    walk_pp: float = 0.02
    spread_pp: float = 0.4
    shared: float = 0.3
    tau_days: float = 4.0
    df: float = 4.0
    wild_share: float = 0.0
    wild_sd_pp: float = 4.0
    drift_sd_pp_per_h: float = 0.6
    noise_sd_pp: float = 0.5
    slow_share: float = 0.3
    fast_tau_s: float = 32.0
    slow_tau_s: float = 750.0
    white_sd_pp: float = 0.2
    runs_per_week: float = 4.0
    habits: Habits = field(default_factory=Habits)
    camber_typed: float = 0.0
    tag_share: float = 0.2
    pace: Literal["linear", "quadratic", "saturating"] = "linear"
    missing_gps: float = 0.0
    noise_log_sd: float = 0.0
    failing_share: float = 0.0
    mirrored_share: float = 0.0
    spread_log_sd: float = 0.0

    def names(self, kind: str) -> list[str]:
        """Return the names of the slopes of a kind: `shoe`, `tag`, `surface`."""
        return [name for name in self.slopes if name.startswith(f"{kind}:")]


def draw_block_runner(rng: Generator) -> BlockRunner:
    """Draw a runner from the ranges of DOMAIN 7, with some of what a runner may tell of runs."""
    slopes = {
        "speed": rng.normal(0.0, 0.4),
        # Last minus first third N(0, 0.4) pp: the thirds of a 45-minute run lie half an hour apart.
        "elapsed": rng.normal(0.0, 0.8),
        "grade": rng.normal(0.0, 0.05),
        "grade:bow": rng.normal(0.0, 0.03),
        "bend": rng.normal(0.1, 0.3),
    }
    camber_typed = rng.uniform(0.2, 0.8) if rng.random() < 0.4 else 0.0
    if camber_typed:
        slopes["camber"] = rng.normal(0.0, 0.3)
    treadmill, trail = (rng.uniform(0.1, 0.3) if rng.random() < 0.25 else 0.0 for _ in range(2))
    if treadmill:
        slopes["surface:treadmill"] = rng.normal(0.0, 0.3)
    if trail:
        slopes["surface:trail"] = rng.normal(0.0, 0.3)
    slopes |= {f"tag:{name}": rng.normal(0.0, 0.3) for name in "ab"[: rng.integers(0, 3)]}
    pairs = rng.normal(0.0, 0.25, rng.integers(2, 5))
    slopes |= {f"shoe:{'ABCD'[k]}": pp for k, pp in enumerate(pairs - pairs.mean())}
    sensors = rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15])
    return BlockRunner(
        balance_left_pct=rng.normal(50.0, 1.3),
        slopes={name: float(slope) for name, slope in slopes.items()},
        sensors_pp=tuple(rng.uniform(-SENSOR_PP, SENSOR_PP, sensors).tolist()),
        walk_pp=math.exp(rng.uniform(math.log(0.005), math.log(0.06))),
        spread_pp=rng.uniform(0.2, 0.9),
        shared=rng.uniform(0.0, 0.6),
        tau_days=rng.uniform(1.5, 6.0),
        df=float(rng.choice([3.0, 4.0, 8.0, 30.0])),
        wild_share=rng.uniform(0.0, 0.02) if rng.random() < 0.5 else 0.0,
        fast_tau_s=rng.uniform(25.0, 40.0),
        slow_tau_s=rng.uniform(600.0, 900.0),
        runs_per_week=rng.uniform(2.0, 6.0),
        habits=Habits(
            easy_m_s=rng.uniform(2.4, 3.4),
            variety=rng.uniform(0.5, 1.2),
            hilliness_pct=math.exp(rng.uniform(math.log(0.3), math.log(2.0))),
            track_share=rng.uniform(0.0, 0.6),
            treadmill_share=treadmill,
            trail_share=trail,
            stop_share=rng.uniform(0.0, 0.06),
        ),
        camber_typed=camber_typed,
        tag_share=rng.uniform(0.1, 0.4),
    )


def stressed(runner: BlockRunner, stress: str) -> BlockRunner:
    """Return the runner, wrong for the model in one way: one of `STRESSES`."""
    return _STRESSED[stress](runner)


_STRESSED: Final[Mapping[str, Callable[[BlockRunner], BlockRunner]]] = {
    "heavy_tails": lambda r: replace(r, df=2.5, wild_share=0.03, wild_sd_pp=5.0),
    "pace_quadratic": lambda r: replace(r, pace="quadratic"),
    "pace_saturating": lambda r: replace(r, pace="saturating"),
    "missing_gps": lambda r: replace(r, missing_gps=0.3),
    "fast_when_tired": lambda r: replace(r, habits=replace(r.habits, fast_only_when_tired=True)),
    "uneven_noise": lambda r: replace(r, noise_log_sd=0.4),
    "failing_sensor": lambda r: replace(r, failing_share=0.03),
    "mirrored_runs": lambda r: replace(r, mirrored_share=0.04),
    "changing_spread": lambda r: replace(r, spread_log_sd=0.4),
}
STRESSES: Final = tuple(_STRESSED)
