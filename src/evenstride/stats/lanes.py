"""Which values of the trend's unknown variances are tried, and what is believed of them before.

A lane is one complete set of hyper-parameters. Every lane filters the whole history; the weights
of the lanes afterwards are the posterior of the variances, so their uncertainty is carried into
every band. All is in units of the measure's `scale`, its typical run-to-run SD.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields

SPREAD_RATIO = 1.2
_SPREADS = 0.12 * SPREAD_RATIO ** np.arange(23)  # up to 6.6 times the typical SD
_SPREAD_CENTRE, _SPREAD_LOG_SD = 1.15, 0.75
# Level walk, SD per square root of a day; 0.005 to 0.06 pp (DOMAIN 7) are 0.0125 to 0.15 here.
_WALKS = np.array([0.0, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32])
# More belief in the larger ones than in none at all: a band too wide by a tenth is cheap, a runner
# outside the band is not. (The evidence compares the two families and is blind to their odds.)
_WALK_PRIOR = np.array([0.04, 0.08, 0.16, 0.25, 0.27, 0.16, 0.04])
# Share of the run-to-run variance that neighbouring days have in common, and for how long.
_SHARES = np.array([0.0, 0.35, 0.7])
_SHARE_PRIOR = np.array([0.45, 0.33, 0.22])
_TAU_DAY = 3.0
# Student-t by a discretised scale mixture: variance multipliers, and their weights for each nu.
MULTIPLIERS = np.array([0.45, 1.0, 2.3, 7.0, 50.0, 1e5])
WILD_FROM = 7.0
_NUS = np.array([30.0, 5.0, 2.5])
_NU_PRIOR = np.array([0.4, 0.35, 0.25])
_WILD_FLOOR = np.array([0.0, 0.0, 0.0, 0.002, 0.002, 0.001])
# A share of exactly 0 would make the 2 x 2 state covariance singular.
_LEAST_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Lanes:
    """Sets of hyper-parameters, one a lane.

    Attributes
    ----------
    walk_var
        Variance of the level's walk per day, shape (l,).
    shared_var
        Stationary variance of the part that neighbouring days share, shape (l,).
    tau_day
        Its correlation time in days, shape (l,).
    own_var
        Variances of the run's own part, one a component of the scale mixture, shape (k, l).
    own_weight
        Weights of these components, summing to 1 over k, shape (k, l).
    multiplier
        Variance multipliers of the components, increasing, shape (k,).
    log_prior
        Log prior weight, shape (l,).
    """

    walk_var: FloatArray
    shared_var: FloatArray
    tau_day: FloatArray
    own_var: FloatArray
    own_weight: FloatArray
    multiplier: FloatArray
    log_prior: FloatArray

    @property
    def still(self) -> BoolArray:
        """Lanes in which the level stands still, shape (l,)."""
        return np.asarray(self.walk_var == 0.0)

    def pick(self, index: np.typing.NDArray[np.intp]) -> Lanes:
        """Return the lanes at `index`."""
        return Lanes(
            self.walk_var[index],
            self.shared_var[index],
            self.tau_day[index],
            self.own_var[:, index],
            self.own_weight[:, index],
            self.multiplier,
            self.log_prior[index],
        )

    def without_wild(self, beyond: float) -> Lanes:
        """Return the lanes without the components of larger multipliers than `beyond`."""
        kept = self.multiplier <= beyond
        weight = self.own_weight[kept]
        return replace(
            self,
            own_var=self.own_var[kept],
            own_weight=weight / weight.sum(axis=0),
            multiplier=self.multiplier[kept],
        )

    def tame_sd(self) -> FloatArray:
        """Run-to-run SD with the wild components left out, shape (l,)."""
        tame = self.multiplier < WILD_FROM
        weight = self.own_weight[tame]
        own = (weight * self.own_var[tame]).sum(axis=0) / weight.sum(axis=0)
        return np.asarray(np.sqrt(self.shared_var + own))


@cache
def default_lanes() -> Lanes:
    """Return the fixed grid with its prior; the same for every runner and measure."""
    s, w, c, t = (
        a.ravel()
        for a in np.meshgrid(
            np.arange(_SPREADS.size),
            np.arange(_WALKS.size),
            np.arange(_SHARES.size),
            np.arange(_NUS.size),
            indexing="ij",
        )
    )
    log_spread_prior = -0.5 * (np.log(_SPREADS / _SPREAD_CENTRE) / _SPREAD_LOG_SD) ** 2
    log_prior = (
        log_spread_prior[s]
        + np.log(_WALK_PRIOR[w])
        + np.log(_SHARE_PRIOR[c])
        + np.log(_NU_PRIOR[t])
    )
    log_prior -= np.log(np.exp(log_prior).sum())
    var = _SPREADS[s] ** 2
    share = np.maximum(_SHARES[c], _LEAST_SHARE)
    weight = np.stack([student_weights(nu) for nu in _NUS], axis=1)
    return Lanes(
        walk_var=_WALKS[w] ** 2,
        shared_var=share * var,
        tau_day=np.full(var.shape, _TAU_DAY),
        own_var=MULTIPLIERS[:, None] * ((1.0 - share) * var),
        own_weight=weight[:, t],
        multiplier=MULTIPLIERS,
        log_prior=log_prior,
    )


def single_lane(
    *,
    spread: float,
    walk: float,
    share: float = 0.0,
    tau_day: float = _TAU_DAY,
    nu: float | None = None,
) -> Lanes:
    """Return one lane with known hyper-parameters: an oracle for tests and for calibration.

    Parameters
    ----------
    spread
        Run-to-run SD of the Gaussian core.
    walk
        SD of the level's walk per square root of a day.
    share, tau_day
        Share of the run-to-run variance that neighbouring days have in common; its time.
    nu
        Degrees of freedom of the run's own part; None for Gaussian.
    """
    share = max(share, _LEAST_SHARE)
    multiplier = MULTIPLIERS if nu is not None else np.array([1.0])
    weight = student_weights(nu) if nu is not None else np.array([1.0])
    return Lanes(
        walk_var=np.array([walk**2]),
        shared_var=np.array([share * spread**2]),
        tau_day=np.array([tau_day]),
        own_var=multiplier[:, None] * (1.0 - share) * spread**2,
        own_weight=weight[:, None],
        multiplier=multiplier,
        log_prior=np.zeros(1),
    )


def student_weights(nu: float) -> FloatArray:
    """Return weights of `MULTIPLIERS` that stand in for a Student-t with `nu` degrees of freedom.

    The variance of a Student-t is nu/2 over a gamma variable; its density over the logarithm of
    the variance is gathered into cells around the multipliers. A small floor keeps single wild
    runs (a failing or reversed sensor) possible in every lane.
    """
    x = np.linspace(np.log(1e-2), np.log(1e7), 4001)
    half = nu / 2.0
    log_density = -half * x - half * np.exp(-x)
    density = np.exp(log_density - log_density.max())
    mid = 0.5 * (np.log(MULTIPLIERS[1:]) + np.log(MULTIPLIERS[:-1]))
    cell = np.searchsorted(mid, x)
    sums = np.bincount(cell, weights=density, minlength=MULTIPLIERS.size)
    mass = np.asarray(sums, dtype=np.float64)
    return np.asarray(mass / mass.sum() * (1.0 - _WILD_FLOOR.sum()) + _WILD_FLOOR)
