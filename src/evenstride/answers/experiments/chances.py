"""Decides how long computed chances are kept: they rest on spread and size, never on words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.experiment import Scatter
from evenstride.stats.experiments.planning import pairs_needed, power
from evenstride.stats.experiments.start_power import Window, start_power

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.domain.estimate import FloatArray

_SEED: Final = 20260
"""The same chance each time: the same plan is the same numbers, kept or computed again."""
_MOST: Final = 64
_Mixture = tuple[tuple[float, float], ...]


def needed(scatter: Scatter, effect: float) -> int | None:
    """Return `pairs_needed`, kept."""
    return _needed(_mixture(scatter), effect)


def chances(scatter: Scatter, effect: float, pairs: Sequence[int]) -> tuple[float, ...]:
    """Return `power` at each number of pairs, kept."""
    return _chances(_mixture(scatter), effect, tuple(pairs))


def start_chances(
    effects: Sequence[float],
    scatter: Scatter,
    *,
    covariance: Mapping[str, float],
    se: float,
    gap_days: FloatArray,
    window: Window,
) -> tuple[float, ...]:
    """Return `start_power` of each effect, kept."""
    return _start_chances(
        tuple(effects),
        _mixture(scatter),
        covariance=tuple(sorted(covariance.items())),
        se=se,
        gap_days=tuple(gap_days.tolist()),
        window=window,
    )


@lru_cache(_MOST)
def _needed(mixture: _Mixture, effect: float) -> int | None:
    return pairs_needed(_scatter(mixture), effect, rng=np.random.default_rng(_SEED))


@lru_cache(_MOST)
def _chances(mixture: _Mixture, effect: float, pairs: tuple[int, ...]) -> tuple[float, ...]:
    rng = np.random.default_rng(_SEED)
    return tuple(power(_scatter(mixture), effect, pairs, rng=rng).tolist())


@lru_cache(_MOST)
def _start_chances(
    effects: tuple[float, ...],
    mixture: _Mixture,
    *,
    covariance: tuple[tuple[str, float], ...],
    se: float,
    gap_days: tuple[float, ...],
    window: Window,
) -> tuple[float, ...]:
    found = start_power(
        effects,
        _scatter(mixture),
        covariance=dict(covariance),
        se=se,
        gap_days=np.array(gap_days),
        window=window,
        rng=np.random.default_rng(_SEED),
    )
    return tuple(found.tolist())


def _mixture(scatter: Scatter) -> _Mixture:
    return tuple(zip(scatter.weight.tolist(), scatter.var.tolist(), strict=True))


def _scatter(mixture: _Mixture) -> Scatter:
    weight, var = np.array(mixture).T
    return Scatter(np.ascontiguousarray(weight), np.ascontiguousarray(var))
