"""The one rule that decides an experiment in pairs; everything else describes.

An e-value of 40 or more after any pair says which way; so does the randomisation test at the
registered number of pairs where it reaches p <= .025; failing both there, an effect that the 90 %
interval keeps within the smallest that matters is called nothing that matters. What is decided
first stands, whatever comes after. The chances of a false effect are 1/40 at most by Ville's
inequality and .025 by the exact test: 5 % in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate, FloatArray
from evenstride.domain.experiment import ENOUGH_E, ENOUGH_P, Decision
from evenstride.stats.experiments.e_process import e_values
from evenstride.stats.experiments.inverting import TIE
from evenstride.stats.experiments.randomisation import checked_differences, randomisation_test

if TYPE_CHECKING:
    from typing import Literal

    from evenstride.domain.experiment import Verdict

_Z90: Final = 1.6448536269514722
_Z_OF_TEST: Final = 2.241402727604947
_FEWEST_OF_TEST: Final = 7
"""Below so many pairs no p-value reaches .025."""
_Z_OF_E: Final = 3.5
"""So many SEs the mean is off when the e-value reaches 40 half of the time (simulated normals)."""
_FEWEST_OF_E: Final = 8
"""Equal differences take so many pairs to an e-value of 40."""
_FEWEST_FOR_SCATTER: Final = 4
_FURTHEST: Final = 500
"""More pairs than this are no plan."""


def decide(
    differences: FloatArray,
    *,
    pairs: int | None,
    smallest_effect: float | None,
    unit: str,
    seed: str,
) -> Decision:
    """Apply the rule to all complete pairs so far.

    Parameters
    ----------
    differences
        Treatment - control of each complete pair, in the order of their numbers, shape (n,).
    pairs
        The registered number, >= 1; None where the pairs at hand are all there were to be.
    smallest_effect
        The smallest that matters, > 0, in `unit`; None where nobody said: nothing is then called
        nothing that matters.
    unit
        Of the differences.
    seed
        Of the registration; used beyond 24 pairs only, to draw sequences.

    Returns
    -------
        Once the registered number is there, effect, interval and p-value are of the first so many
        pairs and stay, except where an e-value decides beyond it: then they are of all pairs.

    Raises
    ------
    InputError
        A difference is not a number, or the number of pairs or the smallest effect is not positive.
    """
    d = checked_differences(differences)
    registered = _checked(d.size if pairs is None else pairs, smallest_effect, given=pairs)
    e = e_values(d)
    crossed = _crossing(d, e)
    final = d.size >= registered and d.size > 0
    late = crossed > registered
    tested = d[:registered] if final else d
    test = randomisation_test(tested, seed=seed)
    (low90, high90), ends = test.intervals(0.90, 0.95)
    verdict: Verdict = "too_early"
    by: Literal["e_value", "p_value", "interval"] | None = None
    at = 0
    if crossed and not late:
        verdict, by, at = way(float(d[:crossed].sum())), "e_value", crossed
    elif final and test.p_value <= ENOUGH_P:
        verdict, by, at = way(float(tested.sum())), "p_value", registered
    elif final and within(low90, high90, smallest_effect):
        verdict, by, at = "no_meaningful_effect", "interval", registered
    elif late:
        verdict, by, at = way(float(d[:crossed].sum())), "e_value", crossed
        tested, test = d, randomisation_test(d, seed=seed)
        (low90, high90), ends = test.intervals(0.90, 0.95)
    return Decision(
        verdict=verdict,
        decided_by=by,
        decided_at=at,
        effect=_effect(tested, *ends, unit),
        low90=low90,
        high90=high90,
        p_value=test.p_value,
        p_value_se=test.p_value_se,
        exact=test.exact,
        e_values=e,
        more_pairs=None if by else more_pairs(d, pairs=pairs, smallest_effect=smallest_effect),
    )


def more_pairs(
    differences: FloatArray, *, pairs: int | None, smallest_effect: float | None
) -> int | None:
    """Return about how many more pairs the rule needs, if mean and scatter stay as they are.

    Before the registered number that is what is left of it, or less where the e-value would get
    there earlier; after it, what the e-value needs. Of pairs that are all there were to be it is by
    how much they were too few: for the test to find this mean, or for the 90 % interval to keep it
    within the smallest effect that matters, whichever is less. It is rough: the mean itself is
    known no better than its interval says.

    Parameters
    ----------
    differences, pairs, smallest_effect
        As in `decide`.

    Returns
    -------
        At least 1; None below 4 pairs where no number was registered, and beyond 500.
    """
    d = checked_differences(differences)
    n = d.size
    left = pairs - n if pairs is not None and n < pairs else None
    if n < _FEWEST_FOR_SCATTER:
        return left
    mean, sd = abs(float(d.mean())), float(d.std(ddof=1))
    if pairs is None:
        needed = _needed(_Z_OF_TEST * sd, mean, _FEWEST_OF_TEST)
        if smallest_effect is not None:
            room = smallest_effect - mean
            needed = min(needed, _needed(_Z90 * sd, room, _FEWEST_OF_TEST))
    else:
        needed = _needed(_Z_OF_E * sd, mean, _FEWEST_OF_E)
    more = max(needed - n, 1.0)
    if left is not None:
        return int(min(more, left))
    return int(more) if more <= _FURTHEST else None


def _needed(scatter: float, size: float, fewest: int) -> float:
    """Return how many pairs it takes for `scatter / sqrt(n)` to fall to `size`."""
    with np.errstate(over="ignore"):
        return max(fewest, float(np.ceil(np.square(scatter / size)))) if size > 0.0 else np.inf


def _checked(registered: int, smallest_effect: float | None, *, given: int | None) -> int:
    if given is not None and given < 1:
        raise InputError(f"An experiment is registered with at least one pair, not {given}.")
    if smallest_effect is not None and not 0.0 < smallest_effect < np.inf:
        raise InputError(f"The smallest effect that matters is above 0, not {smallest_effect}.")
    return registered


def _crossing(d: FloatArray, e: FloatArray) -> int:
    """Return after how many pairs the e-value first was enough, with a sum of a sign; 0: never."""
    enough = np.flatnonzero((e >= ENOUGH_E) & (np.cumsum(d) != 0.0))
    return int(enough[0]) + 1 if enough.size else 0


def way(effect: float) -> Verdict:
    """Return the verdict on an effect of this sign."""
    return "increase" if effect > 0.0 else "decrease"


def within(low: float, high: float, smallest_effect: float | None) -> bool:
    """Return whether the interval, its ends included, excludes the smallest effect either way."""
    if smallest_effect is None:
        return False
    return max(-low, high) < smallest_effect * (1.0 - TIE)


def _effect(d: FloatArray, low: float, high: float, unit: str) -> Estimate:
    if d.size == 0:
        return Estimate(np.nan, np.inf, low, high, unit, 0.0)
    se = float(d.std(ddof=1) / np.sqrt(d.size)) if d.size > 1 else np.inf
    return Estimate(float(d.mean()), se, low, high, unit, float(d.size))
