"""How an effect is estimated beside the rule: shrunk toward 0, by what the runner's cues do at all.

It describes and never decides. Effects of one runner's experiments on one outcome are taken as
draws around 0 whose SD is about `prior_sd`; how large it really is, the whole family tells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate
from evenstride.stats.gaussian import mixture_quantile, normal_cdf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.estimate import FloatArray

_LOG_SD_OF_PRIOR_SD = 0.4
_FACTORS = np.exp(np.linspace(-1.2, 1.2, 13))
_LOG_PRECISIONS = np.linspace(-4.0, 2.0, 121)
_FEWEST = 2
_LEAST_WEIGHT = 1e-200  # of many pairs the far ones are beyond what a float holds


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is believed of an effect after an experiment.

    Attributes
    ----------
    effect
        Mean, SD and 95 % interval of the posterior, in the outcome's unit.
    increase
        Probability of an effect above 0.
    meaningful_increase, meaningful_decrease
        Probability of an effect beyond the smallest that matters, either way; NaN where none is.
    family
        Of how many experiments, this one included, the size of effects was learned.
    """

    effect: Estimate
    increase: float
    meaningful_increase: float
    meaningful_decrease: float
    family: int


def posterior(
    value: float,
    se: float,
    *,
    prior_sd: float,
    unit: str,
    n_effective: float,
    degrees: float = math.inf,
    smallest_effect: float | None = None,
    family: Sequence[tuple[float, float]] = (),
) -> Shrunk:
    """Shrink an effect.

    Parameters
    ----------
    value, se
        The effect as the data alone have it, and its standard error > 0.
    prior_sd
        SD of effects as believed before any experiment, > 0.
    unit, n_effective
        Of the estimate.
    degrees
        Degrees of freedom with which `se` was estimated; infinite where it is known.
    smallest_effect
        The smallest that matters.
    family
        Value and standard error of each other experiment on the same outcome.

    Returns
    -------
        A mixture over what the SD of effects may be, lognormal about `prior_sd`, weighed by how
        well it foretells all effects of the family (Gelman et al., Bayesian Data Analysis, 5.4).

    Raises
    ------
    InputError
        A value is not finite, or an error or SD is not > 0.
    """
    errors = [se, prior_sd, *(s for _, s in family)]
    if not all(math.isfinite(x) for x in (value, *(v for v, _ in family))):
        raise InputError("An effect that is not finite cannot be shrunk.")
    if not all(math.isfinite(x) and x > 0.0 for x in errors):
        raise InputError("Standard errors and prior SDs are finite and above 0.")
    weight, var = _as_normals(se, degrees)
    tau2 = (prior_sd * _FACTORS) ** 2
    log_prior = -0.5 * (np.log(_FACTORS) / _LOG_SD_OF_PRIOR_SD) ** 2
    for v, s in family:
        log_prior = log_prior + _log_normal(v, s * s + tau2)
    log_weight = (
        log_prior[:, None] + np.log(weight) + _log_normal(value, var[None, :] + tau2[:, None])
    )
    w = np.exp(log_weight - log_weight.max()).ravel()
    w /= w.sum()
    kept = tau2[:, None] / (tau2[:, None] + var[None, :])
    mean = (kept * value).ravel()
    sd = np.sqrt(kept * var[None, :]).ravel()
    centre = float(w @ mean)
    spread = math.sqrt(float(w @ (sd**2 + (mean - centre) ** 2)))
    low, high = (float(mixture_quantile(w, mean[None], sd[None], p)[0]) for p in (0.025, 0.975))

    def above(x: float) -> float:
        return float(w @ normal_cdf((mean - x) / sd))

    smallest = smallest_effect if smallest_effect is not None else math.nan
    return Shrunk(
        effect=Estimate(centre, spread, low, high, unit, n_effective),
        increase=above(0.0),
        meaningful_increase=above(smallest) if math.isfinite(smallest) else math.nan,
        meaningful_decrease=1.0 - above(-smallest) if math.isfinite(smallest) else math.nan,
        family=1 + len(family),
    )


def from_differences(
    differences: FloatArray,
    *,
    prior_sd: float,
    unit: str,
    smallest_effect: float | None = None,
    family: Sequence[tuple[float, float]] = (),
) -> Shrunk | None:
    """Shrink the mean of pair differences, shape (n,); None where they show no scatter.

    Two pairs at least are needed, and two that differ.
    """
    n = differences.size
    if n < _FEWEST or float(np.ptp(differences)) <= 0.0:
        return None
    return posterior(
        float(differences.mean()),
        float(differences.std(ddof=1)) / math.sqrt(n),
        prior_sd=prior_sd,
        unit=unit,
        n_effective=float(n),
        degrees=float(n - 1),
        smallest_effect=smallest_effect,
        family=family,
    )


def _as_normals(se: float, degrees: float) -> tuple[FloatArray, FloatArray]:
    """Return a Student-t as a mixture of normals: weights and variances, shape (k,)."""
    if not math.isfinite(degrees):
        return np.ones(1), np.array([se * se])
    # Precisions are gamma distributed with mean 1; here over their logarithm.
    half = 0.5 * degrees
    log_density = half * (_LOG_PRECISIONS - np.exp(_LOG_PRECISIONS))
    weight = np.exp(log_density - log_density.max())
    there = weight > _LEAST_WEIGHT
    weight = weight[there]
    return weight / weight.sum(), se * se * np.exp(-_LOG_PRECISIONS[there])


def _log_normal(x: float, var: FloatArray) -> FloatArray:
    return np.asarray(-0.5 * (np.log(var) + x * x / var))
