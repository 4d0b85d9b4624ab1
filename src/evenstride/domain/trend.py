"""What a trend is: the slow level of a measure through a runner's runs, and the rule's verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import Estimate, FloatArray


class Direction(StrEnum):
    """What the decision rule says of a level: whether it moved, and which way."""

    INCREASED = "increased"
    DECREASED = "decreased"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Trend:
    """The level of one measure over days, as the present sensor reads it.

    Attributes
    ----------
    day
        Days at which the level is given, increasing, shape (m,).
    level, low80, high80, low95, high95
        Posterior mean and bands of the level at these days, shape (m,).
    now
        The level on the last day.
    change
        Level now minus level at the start of the window.
    window_days
        How long ago the start of the window is: less than was asked for when the history is
        shorter.
    direction
        The rule's verdict.
    evidence
        Bayes factor of "the level moves" against "it stands still" at the last run; what the rule
        needs of it, `evenstride.stats.verdict` says.
    day_to_day
        How far single runs lie from the level, their errors of measurement left out: half the width
        that holds the middle 68.3 % of them, two of three. A Gaussian's SD, but deaf to wild runs.
    normal_low, normal_high
        The runner's own normal band: where 95 % of single runs at the usual level fall. The usual
        level is the mean level over the runs before the window, so that the band does not move with
        what is looked for; over all runs when fewer than 8 are before it. NaN when the history was
        not gone through.
    normal_runs
        How many runs the usual level is the mean of: all, or those before the window.
    mdc
        The smallest difference between two single runs that one can tell from noise: 95 % of pairs
        at one level differ by less. Two runs far apart in time, so nothing is in common to them.
    wild
        Probability that each run is a wild one, shape (n,), n runs; NaN when not asked for.
    log_score
        One-step-ahead log predictive density of each run, shape (n,); NaN for the first run,
        which nothing precedes, and throughout when not asked for.
    predicted, predicted_low95, predicted_high95
        One-step-ahead predictive mean and 95 % interval of each run, as its own sensor reads, shape
        (n,); NaN likewise.
    offsets
        How much more each other sensor reads than the present one, the last run's: by the sensor's
        integer, + = further left for balance. Empty when there is one sensor. The level, `now` and
        the normal band are as the present sensor reads.
    """

    day: FloatArray
    level: FloatArray
    low80: FloatArray
    high80: FloatArray
    low95: FloatArray
    high95: FloatArray
    now: Estimate
    change: Estimate
    window_days: float
    direction: Direction
    evidence: float
    day_to_day: Estimate
    normal_low: float
    normal_high: float
    normal_runs: int
    mdc: Estimate
    wild: FloatArray
    log_score: FloatArray
    predicted: FloatArray
    predicted_low95: FloatArray
    predicted_high95: FloatArray
    offsets: Mapping[int, Estimate]
