"""Which simulated experiments judge the rule: effects, designs, and what may break it.

A cell is a design, an effect, and what is done to the runner and the protocol.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass, replace
from typing import Final

from evenstride.stats.simulation.block_runner import BlockRunner, stressed
from evenstride.stats.simulation.experiment_protocol import Protocol
from evenstride.stats.simulation.laps import Laps

RUNS: Final = "12 pairs of runs"
MANY_RUNS: Final = "20 pairs of runs"
LAPS: Final = "12 pairs of laps"
SPREAD_LAPS: Final = "12 pairs of laps, two a run"
MAIN: Final = (RUNS, MANY_RUNS, LAPS)
EFFECTS_PP: Final = (0.0, 0.3, 0.5, 1.0)
DESIGNS: Final[Mapping[str, Protocol]] = {
    RUNS: Protocol(pairs=12),
    MANY_RUNS: Protocol(pairs=20),
    LAPS: Protocol(pairs=12, laps=Laps()),
    SPREAD_LAPS: Protocol(pairs=12, laps=Laps(pairs_per_run=2)),
}
"""Laps of four minutes, the first minute dropped: four pairs a run, in three runs."""
_RUN_LAG: Final = 0.5
_SHARED: Final = 0.9
_FASTER_M_S: Final = 0.3
_VARIES_PP: Final = 0.3
_LINGERS: Final = 0.5
_OFF_EVEN_PP: Final = 0.55


@dataclass(frozen=True, slots=True)
class Stress:
    """What may break the rule.

    Attributes
    ----------
    said
        In words.
    runner, protocol
        What is done to the runner, and to the protocol.
    history
        Of how many runs slopes are frozen; None: 40 to 60.
    """

    said: str
    runner: Callable[[BlockRunner], BlockRunner]
    protocol: Callable[[Protocol], Protocol]
    history: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of experiment: a name of `DESIGNS`, one of `STRESSES`, and the effect [pp].

    None: an effect drawn from what is believed of effects.
    """

    design: str
    stress: str
    effect_pp: float | None


def _same(runner: BlockRunner) -> BlockRunner:
    return runner


def _walks(runner: BlockRunner) -> BlockRunner:
    return replace(runner, walk_pp=0.06)


def _remembers(runner: BlockRunner) -> BlockRunner:
    """Make the days of neighbouring runs go together by `_RUN_LAG`."""
    gap_days = 7.0 / runner.runs_per_week
    return replace(runner, shared=_SHARED, tau_days=gap_days / math.log(_SHARED / _RUN_LAG))


def _faulty(runner: BlockRunner) -> BlockRunner:
    """Give a sensor that scatters twice as much, unevenly, fails, and is put on wrongly."""
    return replace(
        stressed(runner, "heavy_tails"),
        noise_sd_pp=2.0 * runner.noise_sd_pp,
        white_sd_pp=2.0 * runner.white_sd_pp,
        noise_log_sd=0.4,
        failing_share=0.03,
        mirrored_share=0.03,
    )


def _near_even(runner: BlockRunner) -> BlockRunner:
    return replace(runner, balance_left_pct=50.0 + _OFF_EVEN_PP, walk_pp=0.0)


STRESSES: Final[Mapping[str, Stress]] = {
    "nothing": Stress("as expected", _same, lambda p: p),
    "drifting": Stress(
        "the level walks 0.06 pp/√day and drifts 2 pp in 100 days",
        _walks,
        lambda p: replace(p, trend_pp_per_day=0.02),
    ),
    "remembering": Stress("neighbouring days correlated 0.5", _remembers, lambda p: p),
    "faulty": Stress(
        "noise doubled, 3 % of runs with a failing and 3 % with a turned sensor",
        _faulty,
        lambda p: p,
    ),
    "bad day": Stress(
        "registered right after the worst of ten runs",
        _remembers,
        lambda p: replace(p, after_bad_day=True),
    ),
    "missed": Stress(
        "15 % of runs missed, 10 % done the other way",
        _same,
        lambda p: replace(p, skipped=0.15, other=0.1),
    ),
    "faster": Stress(
        "0.3 m/s faster with the cue", _same, lambda p: replace(p, faster_m_s=_FASTER_M_S)
    ),
    "wears off": Stress("wearing off to nothing", _same, lambda p: replace(p, wears_off=True)),
    "beyond even": Stress("from 0.55 pp short of even to beyond it", _near_even, lambda p: p),
    "hardly known": Stress(
        "0.3 m/s faster, slopes of 10 runs only",
        _same,
        lambda p: replace(p, faster_m_s=_FASTER_M_S),
        history=10,
    ),
    "picked": Stress(
        "the treatment, not the control, skipped on the worst fifth of days",
        _same,
        lambda p: replace(p, skips_bad_days=True),
    ),
    "uneven": Stress(
        "an effect that differs by 0.3 pp (SD) from run to run",
        _same,
        lambda p: replace(p, varies_sd_pp=_VARIES_PP),
    ),
    "lingering": Stress(
        "half of it lingers in what comes next", _same, lambda p: replace(p, lingers=_LINGERS)
    ),
}
NEED_AN_EFFECT: Final = frozenset({"wears off", "beyond even", "lingering"})
"""Without an effect they are nothing."""
NOT_FIXED: Final = frozenset({"wears off", "missed", "lingering"})
"""What is done then differs from pair to pair, and no one number is right."""
MAY_BREAK: Final = frozenset({"hardly known", "picked", "uneven"})
"""Those that no randomisation guards against: told, and not held against the rule."""
