"""How likely an experiment is to end in the right verdict, before it begins and on the way.

Nothing is taken from a table: experiments are simulated from the runner's own scatter and judged by
the rule that will decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import FEWEST_PAIRS
from evenstride.stats.experiments.looks import crossings, final_tests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.experiment import Scatter

NINE_IN_TEN: Final = 0.9
MOST_PAIRS: Final = 200
_CURVE: Final = 12
# Fewer pairs cannot be decided: with 6 the least p-value is 1/32.
_FEWEST_DECIDABLE: Final = 7
# Sum of the quantiles of a two-sided test at 5 % that finds an effect nine times in ten, squared.
_ROUGHLY: Final = 10.5
# Where a rough count is so many times the largest number, simulating it would change nothing.
_HOPELESS: Final = 5.0
# Degrees of freedom that pairs may have, and what the logarithms of their densities start from:
# log(gamma((nu + 1) / 2) / gamma(nu / 2) / sqrt(nu pi)).
_NUS: Final = np.array([3.0, 6.0, 30.0])
_LOG_T: Final = np.array([-1.0008888, -0.9604183, -0.9272703])
# How far off a planned SD may be, and one that was guessed from the pairs themselves.
_LOG_SD_OF_PLANNED: Final = 0.4
_LOG_SD_OF_GUESSED: Final = 1.0


def power(
    scatter: Scatter,
    effect: float,
    pairs: Sequence[int],
    *,
    rng: Generator,
    sims: int = 2000,
    smallest_effect: float | None = None,
) -> FloatArray:
    """Return how likely the rule comes to the right verdict, for each registered number of pairs.

    Parameters
    ----------
    scatter
        How a pair's difference scatters around the effect.
    effect
        In the outcome's unit; its sign does not matter.
    pairs
        Registered numbers of pairs, any order.
    rng
        The source of chance; the same experiments serve all numbers.
    sims
        How many experiments are simulated: 2,000 know the power to 0.01.
    smallest_effect
        The smallest that matters. Needed where `effect` is 0 only: the right verdict then is that
        nothing matters.

    Returns
    -------
        Probability that the e-value is enough at some look up to that number, or the test at that
        number is, with the sign of the effect; shape (len(pairs),).

    Raises
    ------
    InputError
        A number of pairs below 1, or an effect of 0 where nothing says what is small.
    """
    if effect == 0.0 and smallest_effect is None:
        raise InputError("Without a smallest effect that matters, no verdict can say 'nothing'.")
    if not pairs or min(pairs) < 1:
        raise InputError("An experiment has one pair at least.")
    differences = abs(effect) + draw(scatter, (sims, max(pairs)), rng)
    crossed, direction = crossings(differences)
    return np.array(
        [
            _right(differences, crossed, direction, n, smallest_effect if effect == 0.0 else None)
            for n in pairs
        ]
    )


def pairs_needed(
    scatter: Scatter,
    effect: float,
    *,
    power: float = NINE_IN_TEN,
    most: int = MOST_PAIRS,
    rng: Generator,
    sims: int = 2000,
) -> int | None:
    """Return the number of pairs to register for an effect to be found with a probability.

    Parameters
    ----------
    scatter, effect, rng, sims
        As in `power`; the effect is not 0.
    power
        The probability.
    most
        The largest number that is tried.

    Returns
    -------
        The least number; None where `most` pairs are not enough.
    """
    if effect == 0.0:
        raise InputError("No number of pairs finds an effect of 0.")
    roughly = 2.0 * _ROUGHLY * scatter.sd**2 / effect**2 + 2.0 * _FEWEST_DECIDABLE
    if roughly > _HOPELESS * most:
        return None
    tried = min(int(min(roughly, most)), most)
    differences = abs(effect) + draw(scatter, (sims, tried), rng)
    crossed, direction = crossings(differences)

    def enough(n: int) -> bool:
        return _right(differences, crossed, direction, n, None) >= power

    low, high = min(_FEWEST_DECIDABLE, tried), tried
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low if enough(low) else None


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is to be expected of an experiment before it begins.

    Attributes
    ----------
    effect
        The effect that is planned for, in the outcome's unit.
    needed
        Pairs that find it nine times in ten; None where `MOST_PAIRS` do not.
    pairs
        Numbers of pairs, increasing, shape (k,).
    power
        Probability of finding the effect with each, shape (k,).
    nothing
        Probability of the verdict that nothing matters, were there no effect, shape (k,).
    """

    effect: float
    needed: int | None
    pairs: tuple[int, ...]
    power: FloatArray
    nothing: FloatArray


def plan(
    scatter: Scatter,
    effect: float,
    *,
    smallest_effect: float,
    rng: Generator,
    most: int = MOST_PAIRS,
) -> Plan:
    """Plan an experiment: how many pairs, and what fewer or more of them would find.

    Parameters
    ----------
    scatter, rng
        As in `power`.
    effect
        In the outcome's unit, not 0; its sign does not matter.
    smallest_effect
        The smallest that matters, > 0.
    most
        The largest number that is tried.
    """
    needed = pairs_needed(scatter, effect, rng=rng, most=most)
    last = most if needed is None else min(max(2 * needed, 2 * _FEWEST_DECIDABLE), most)
    steps = np.geomspace(min(FEWEST_PAIRS, last), last, _CURVE)
    taken = {round(x) for x in steps} | ({needed} if needed is not None else set())
    pairs = tuple(sorted(taken))
    return Plan(
        effect=abs(effect),
        needed=needed,
        pairs=pairs,
        power=power(scatter, effect, pairs, rng=rng),
        nothing=power(scatter, 0.0, pairs, rng=rng, smallest_effect=smallest_effect),
    )


@dataclass(frozen=True, slots=True)
class Futility:
    """What is to be expected of the rest of an experiment, given the pairs so far.

    Attributes
    ----------
    probability_of_effect_verdict
        That at the registered number, or before it, an effect will have been found, either way.
    probability_of_nothing_verdict
        That the registered number will say that nothing matters.
    pairs_to_go
        The median of how many more pairs that takes; None where most such experiments would end
        without either.
    """

    probability_of_effect_verdict: float
    probability_of_nothing_verdict: float
    pairs_to_go: int | None


def futility(
    differences: FloatArray,
    *,
    pairs: int,
    smallest_effect: float | None,
    prior_sd: float,
    spread_sd: float,
    rng: Generator,
    sims: int = 2000,
) -> Futility:
    """Foretell how an experiment will end if it goes on to the registered number of pairs.

    Parameters
    ----------
    differences
        Treatment - control of the complete pairs so far, shape (n,).
    pairs
        The registered number.
    smallest_effect
        The smallest that matters; None: no verdict says that nothing does.
    prior_sd
        SD of effects as believed before the experiment, around 0.
    spread_sd
        SD of a pair's difference as planned; NaN where nobody knew.
    rng
        The source of chance.
    sims
        How many futures are drawn.

    Returns
    -------
        Probabilities over what the effect and the scatter may be, given the plan and the pairs.
        With all registered pairs there, they are 0 or 1.
    """
    n = differences.size
    to_come = max(pairs - n, 0)
    mu, sigma, nu = _believed(differences, prior_sd, spread_sd, rng, sims)
    future = mu[:, None] + sigma[:, None] * rng.standard_t(nu[:, None], (sims, to_come))
    past = np.broadcast_to(differences, (sims, n))
    whole = np.concatenate([past, future], axis=1)
    crossed, _ = crossings(whole)
    early = crossed <= max(pairs, n)
    found, nothing = final_tests(whole[:, :pairs], smallest_effect=smallest_effect)
    effect = early | (found != 0.0)
    decided = effect | nothing
    when = np.where(early, crossed - n, to_come).astype(np.float64)
    median = np.sort(np.where(decided, when, np.inf))[sims // 2]
    return Futility(
        probability_of_effect_verdict=float(effect.mean()),
        probability_of_nothing_verdict=float((nothing & ~early).mean()),
        pairs_to_go=max(int(median), 0) if np.isfinite(median) else None,
    )


def draw(scatter: Scatter, shape: tuple[int, int], rng: Generator) -> FloatArray:
    """Draw from what a pair's difference scatters by, around 0."""
    below = np.cumsum(scatter.weight)
    part = np.searchsorted(below / below[-1], rng.random(shape), side="right")
    return np.asarray(np.sqrt(scatter.var)[part] * rng.standard_normal(shape))


def _right(
    differences: FloatArray,
    crossed: np.typing.NDArray[np.intp],
    direction: FloatArray,
    pairs: int,
    smallest_effect: float | None,
) -> float:
    """Return the share of experiments that find an effect above 0, or nothing where that is asked.

    Only those that no look has decided are tested at the end.
    """
    early = crossed <= pairs
    found, nothing = final_tests(differences[~early, :pairs], smallest_effect=smallest_effect)
    if smallest_effect is not None:
        return float(nothing.sum() / len(differences))
    return float(((direction[early] > 0.0).sum() + (found > 0.0).sum()) / len(differences))


def _believed(
    differences: FloatArray, prior_sd: float, spread_sd: float, rng: Generator, sims: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw effect, scale and degrees of freedom of what pairs differ by, given some, shape (sims,).

    Differences are Student-t about the effect. Its prior is normal around 0; the scale's is
    lognormal about what was planned, or about the size of the differences where nothing was.
    """
    size = float(np.sqrt(np.mean(differences**2))) if differences.size else 0.0
    planned = np.isfinite(spread_sd) and spread_sd > 0.0
    middle = spread_sd if planned else max(size, 0.1 * prior_sd)
    log_sd = _LOG_SD_OF_PLANNED if planned else _LOG_SD_OF_GUESSED
    step = np.linspace(-2.5, 2.5, 25)
    # About the planned SD: that of a Student-t is sqrt(nu / (nu - 2)) of its scale.
    sigma = middle * np.exp(log_sd * step)[:, None] * np.sqrt(1.0 - 2.0 / _NUS)
    mu = prior_sd * np.linspace(-4.0, 4.0, 161)
    apart = (differences[:, None] - mu)[:, :, None, None] / sigma
    log_like = -0.5 * (_NUS + 1.0) * np.log1p(apart**2 / _NUS)
    log_post = log_like.sum(axis=0) + differences.size * (_LOG_T - np.log(sigma))
    log_post += -0.5 * (mu[:, None, None] / prior_sd) ** 2 - 0.5 * step[:, None] ** 2
    weight = np.exp(log_post - log_post.max()).ravel()
    at = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(sims), side="right")
    i, j, k = np.unravel_index(np.minimum(at, weight.size - 1), log_post.shape)
    between = (mu[1] - mu[0]) * (rng.random(sims) - 0.5)
    return mu[i] + between, sigma[j, k], _NUS[k]
