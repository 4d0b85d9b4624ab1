"""What is true of a simulated runner: the parts of the model of balance, and their usual ranges.

Balance counts the LEFT share of contact time in percent; every slope, shift and offset is in pp and
counts + toward the left. The default sizes were measured in real histories: within-run noise, its
autocorrelation, run-to-run spread and its heavy tails, slopes, share of missing readings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from evenstride.domain.recording import Sensor

if TYPE_CHECKING:
    import numpy as np

HRM_RUN = Sensor("HRM-Run", "garmin", "hrm_run", "1000001")
RUNNING_DYNAMICS_POD = Sensor("Running Dynamics Pod", "garmin", "running_dynamics_pod", "2000002")


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A level moves by `shift` (in the level's own unit) from `day` on, evenly over `over_days`."""

    day: float
    shift: float
    over_days: float = 0.0

    def on(self, day: float) -> float:
        """Return how much of the shift has happened on a day."""
        if self.over_days <= 0:
            return self.shift if day >= self.day else 0.0
        return self.shift * min(max((day - self.day) / self.over_days, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class SensorTruth:
    """A sensor worn from a day on, and by how many pp it reads too far left."""

    sensor: Sensor
    offset_pp: float = 0.0
    from_day: float = -math.inf


@dataclass(frozen=True, slots=True)
class RunnerTruth:
    """A runner of whom everything is known.

    Attributes
    ----------
    balance_left_pct
        The level on day 0 at reference conditions (`reference_speed_m_s`, 15 min in, flat,
        straight) as an ideal sensor would read it [%].
    balance_changes, gct_changes, cadence_changes
        Planned shifts of the levels [pp, ms, spm].
    level_walk_pp
        Random walk of the level [pp per square root of a day].
    day_to_day_sd_pp
        SD of a run around the level [pp], without the wild runs.
    day_to_day_shared, day_to_day_tau_days
        Share of that variance that neighbouring days have in common, and how fast it fades.
    day_to_day_df
        Degrees of freedom of the Student-t of the run's own share; > 2.
    wild_share, wild_sd_pp
        Share of runs that are wild, and the SD of what is added to them [pp].
    speed_pp_per_m_s, elapsed_pp_per_h, grade_pp_per_pct, bend_pp_per_m_s2
        Slopes; a bend counts + when turning left.
    run_drift_sd_pp_per_h
        SD over runs of a run's own drift.
    noise_sd_pp, noise_slow_share, noise_fast_tau_s, noise_slow_tau_s
        Noise within a run: two Ornstein–Uhlenbeck parts and the slow one's share of variance.
    sensor_lag_s
        Time constant with which the watch smooths what pace, grade and bends do.
    zero_share, zero_burst_s
        Share of running seconds without a reading, and the mean length of such a gap.
    walking_blank_share
        Share of walks during which the sensor reads nothing.
    resolution_pp
        Step in which balance is written.
    gct_ms, gct_speed_exponent, gct_day_sd_ms
        Contact time at reference speed on day 0; it goes with speed to this power.
    cadence_spm, cadence_spm_per_m_s, cadence_day_sd_spm
        Steps of both feet a minute at reference speed on day 0, and their slope.
    sensors
        In order of `from_day`.
    random_side
        Which way every random part of balance is counted; -1 in a mirrored runner.
    """

    balance_left_pct: float = 50.0
    balance_changes: tuple[LevelChange, ...] = ()
    level_walk_pp: float = 0.02
    day_to_day_sd_pp: float = 0.4
    day_to_day_shared: float = 0.3
    day_to_day_tau_days: float = 4.0
    day_to_day_df: float = 4.0
    wild_share: float = 0.01
    wild_sd_pp: float = 4.0
    speed_pp_per_m_s: float = 0.0
    elapsed_pp_per_h: float = 0.0
    grade_pp_per_pct: float = 0.0
    bend_pp_per_m_s2: float = 0.1
    run_drift_sd_pp_per_h: float = 0.6
    noise_sd_pp: float = 0.5
    noise_slow_share: float = 0.3
    noise_fast_tau_s: float = 32.0
    noise_slow_tau_s: float = 720.0
    sensor_lag_s: float = 8.0
    zero_share: float = 0.01
    zero_burst_s: float = 4.0
    walking_blank_share: float = 0.5
    resolution_pp: float = 1 / 32
    reference_speed_m_s: float = 2.8
    gct_ms: float = 250.0
    gct_speed_exponent: float = -0.36
    gct_changes: tuple[LevelChange, ...] = ()
    gct_day_sd_ms: float = 2.5
    cadence_spm: float = 168.0
    cadence_spm_per_m_s: float = 7.0
    cadence_changes: tuple[LevelChange, ...] = ()
    cadence_day_sd_spm: float = 1.0
    vertical_oscillation_mm: float = 88.0
    heart_rate_bpm: float = 142.0
    sensors: tuple[SensorTruth, ...] = (SensorTruth(HRM_RUN),)
    random_side: Literal[1, -1] = 1

    def balance_level_pct(self, day: float) -> float:
        """Return the planned level of balance on a day [%], without the random walk."""
        return self.balance_left_pct + sum(change.on(day) for change in self.balance_changes)

    def gct_level_ms(self, day: float) -> float:
        """Return the planned contact time at reference speed on a day [ms]."""
        return self.gct_ms + sum(change.on(day) for change in self.gct_changes)

    def cadence_level_spm(self, day: float) -> float:
        """Return the planned cadence at reference speed on a day [spm]."""
        return self.cadence_spm + sum(change.on(day) for change in self.cadence_changes)

    def sensor_on(self, day: float) -> SensorTruth | None:
        """Return the sensor worn on a day; None before the first."""
        worn = [sensor for sensor in self.sensors if sensor.from_day <= day]
        return max(worn, key=lambda sensor: sensor.from_day, default=None)

    def mirrored(self) -> RunnerTruth:
        """Return the same runner with left and right exchanged, random parts included."""
        return replace(
            self,
            balance_left_pct=100.0 - self.balance_left_pct,
            balance_changes=tuple(replace(c, shift=-c.shift) for c in self.balance_changes),
            speed_pp_per_m_s=-self.speed_pp_per_m_s,
            elapsed_pp_per_h=-self.elapsed_pp_per_h,
            grade_pp_per_pct=-self.grade_pp_per_pct,
            bend_pp_per_m_s2=-self.bend_pp_per_m_s2,
            sensors=tuple(replace(s, offset_pp=-s.offset_pp) for s in self.sensors),
            random_side=-1 if self.random_side == 1 else 1,
        )


def draw_runner(rng: np.random.Generator) -> RunnerTruth:
    """Draw a runner from the ranges that real histories span; half of them change sensors.

    Parameters
    ----------
    rng
        The source of chance.
    """
    sensors = [SensorTruth(HRM_RUN)]
    change_day, offset_pp = rng.uniform(30.0, 330.0), rng.uniform(-0.5, 0.5)
    if rng.random() < 0.5:
        sensors.append(SensorTruth(RUNNING_DYNAMICS_POD, offset_pp, change_day))
    return RunnerTruth(
        balance_left_pct=rng.normal(50.0, 1.3),
        level_walk_pp=math.exp(rng.uniform(math.log(0.005), math.log(0.06))),
        day_to_day_sd_pp=rng.uniform(0.2, 0.9),
        day_to_day_shared=rng.uniform(0.1, 0.5),
        day_to_day_df=rng.uniform(3.0, 8.0),
        wild_share=rng.uniform(0.0, 0.03),
        speed_pp_per_m_s=rng.normal(0.0, 0.4),
        # Last minus first third N(0, 0.4) pp: the thirds of a 45-minute run lie half an hour apart.
        elapsed_pp_per_h=rng.normal(0.0, 0.8),
        grade_pp_per_pct=rng.normal(0.0, 0.05),
        bend_pp_per_m_s2=rng.normal(0.1, 0.3),
        noise_fast_tau_s=rng.uniform(25.0, 40.0),
        noise_slow_tau_s=rng.uniform(600.0, 900.0),
        zero_share=rng.uniform(0.0, 0.04),
        reference_speed_m_s=rng.uniform(2.4, 3.4),
        gct_ms=rng.uniform(215.0, 290.0),
        cadence_spm=rng.uniform(158.0, 182.0),
        sensors=tuple(sensors),
    )


def demo_runner() -> RunnerTruth:
    """Return the runner of the demonstration year.

    Longer on the right, more so at tempo and when tired; over the year 0.8 pp nearer to even and
    6 ms shorter on the ground. In mid-year a pod replaces the chest strap and reads 0.3 pp further
    right, which hides part of the progress from anyone who pools the two.
    """
    return RunnerTruth(
        balance_left_pct=48.4,
        balance_changes=(LevelChange(day=30.0, shift=0.8, over_days=310.0),),
        level_walk_pp=0.006,
        day_to_day_sd_pp=0.4,
        wild_share=0.008,
        speed_pp_per_m_s=-0.5,
        elapsed_pp_per_h=-0.5,
        grade_pp_per_pct=-0.03,
        bend_pp_per_m_s2=0.25,
        gct_ms=258.0,
        gct_changes=(LevelChange(day=30.0, shift=-6.0, over_days=310.0),),
        cadence_spm=166.0,
        cadence_changes=(LevelChange(day=30.0, shift=2.0, over_days=310.0),),
        sensors=(
            SensorTruth(HRM_RUN),
            SensorTruth(RUNNING_DYNAMICS_POD, offset_pp=-0.3, from_day=183.0),
        ),
    )
