"""Decides what the mean of a run is: flat, time-weighted, with an error that respects the noise.

The mean is over the runner's usable running as it was, pace changes and drift included. It weighs
every usable second the same, as the watch's own average does, rather than by the model's optimum:
the error then answers for the number that people can check.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.estimate import Estimate
from evenstride.gait import noise as noise_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.gait.noise import Noise

SHORTEST_FOR_THIRDS_S: Final = 360.0
"""Thirds of under two minutes would say nothing of tiring."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Several things measured at the same usable records.

    Attributes
    ----------
    names, units
        Of each channel.
    prior_sd
        Usual SD of each within a run, a weak prior, shape (channels,).
    values
        Readings, shape (channels, n). NaN means missing.
    weight_s
        Seconds that each record stands for, shape (n,).
    ends_s
        Their running total, shape (n,).
    clock_s
        Time from the first record to the end of the last by the clock: longer than the sum of
        weights by the walks, pauses and gaps between.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    prior_sd: FloatArray
    values: FloatArray
    weight_s: FloatArray
    ends_s: FloatArray
    clock_s: float

    def part(self, chosen: BoolArray | slice) -> Channels:
        """Take some of the records, by a mask of shape (n,) or a slice, for `part_means`."""
        weight_s = self.weight_s[chosen]
        return replace(
            self, values=self.values[:, chosen], weight_s=weight_s, ends_s=np.cumsum(weight_s)
        )


@dataclass(frozen=True, slots=True)
class Means:
    """Run means by name, and where to find the noise that each was judged by."""

    estimates: Mapping[str, Estimate]
    found_in: Mapping[str, tuple[Noise, int]]

    def noise(self, name: str) -> Noise:
        """Noise of one channel, which must be among the estimates."""
        together, index = self.found_in[name]
        return together.channel(index)


def run_means(channels: Channels) -> Means:
    """Time-weighted means of several channels over the usable running of a run.

    Seconds without a reading count neither for the mean nor for its error. A channel without any
    reading is left out.
    """
    estimates: dict[str, Estimate] = {}
    found_in: dict[str, tuple[Noise, int]] = {}
    for members, values, weight, ends in _by_presence(channels):
        mean, variance, noise, of_mean = _fit(
            values, weight, ends, channels.prior_sd[members], clock_s=channels.clock_s
        )
        se, half = noise_model.errors(noise, of_mean)
        rows = zip(
            members, mean.tolist(), se.tolist(), half.tolist(), variance.tolist(), strict=True
        )
        for i, (k, m, e, h, v) in enumerate(rows):
            name = channels.names[k]
            estimates[name] = estimate(m, e, h, unit=channels.units[k], variance=v)
            found_in[name] = (noise, i)
    return Means({name: estimates[name] for name in channels.names if name in estimates}, found_in)


def estimate(value: float, se: float, half: float, *, unit: str, variance: float) -> Estimate:
    """Make the Estimate; its effective n is the variance of readings over that of the mean."""
    n_effective = max(1.0, variance / se**2) if se > 0.0 else 1.0
    return Estimate(value, se, value - half, value + half, unit, n_effective)


def thirds(
    channels: Channels, row: int, noise: Noise, *, drift_unit: str
) -> tuple[Estimate, Estimate, Estimate] | None:
    """First third, last third, and last minus first, of the running time of a run.

    Parameters
    ----------
    channels, row
        Which of them.
    noise
        Of this channel, from `run_means`.
    drift_unit
        Of the difference.

    Returns
    -------
        None where the run is shorter than `SHORTEST_FOR_THIRDS_S`. The drift has the sign of the
        channel: for balance + = toward the left.
    """
    values, weight, ends = _present(channels, row)
    unit = channels.units[row]
    split = third_parts(weight, ends)
    if split is None:
        return None
    first, _, last = split
    total_s = float(ends[-1])
    third_s = total_s / 3.0
    of_mean = noise_model.variance_of_mean(third_s, noise.stretch)
    shared = noise_model.covariance_of_means(third_s, total_s - third_s, noise.stretch)
    of_drift = 2.0 * (of_mean - shared)
    se, half = noise_model.errors(noise, np.concatenate([of_mean, of_drift], axis=1))
    (se1, se2), (half1, half2) = se.tolist(), half.tolist()
    (m1, v1), (m2, v2) = (_moments(values[part], weight[part]) for part in (first, last))
    return (
        estimate(m1, se1, half1, unit=unit, variance=v1),
        estimate(m2, se1, half1, unit=unit, variance=v2),
        estimate(m2 - m1, se2, half2, unit=drift_unit, variance=v1 + v2),
    )


def part_means(channels: Channels, whole: Means) -> dict[str, Estimate]:
    """Means over part of a run, say a lap, judged by the noise of the whole run.

    Parameters
    ----------
    channels
        Of the part's usable records alone.
    whole
        From `run_means` of the whole run. A channel without an estimate there is left out.
    """
    found: dict[str, Estimate] = {}
    for members, values, weight, ends in _by_presence(channels):
        # Channels of one noise that have the same readings here share the search for quantiles.
        together: dict[int, list[tuple[int, int, int]]] = {}
        for i, row in enumerate(members):
            if channels.names[row] in whole.found_in:
                noise, column = whole.found_in[channels.names[row]]
                together.setdefault(id(noise), []).append((i, row, column))
        for rows in together.values():
            noise, _ = whole.found_in[channels.names[rows[0][1]]]
            noise = noise.channels([column for _, _, column in rows])
            of_mean = noise_model.variance_of_mean(float(ends[-1]), noise.stretch)
            se, half = noise_model.errors(noise, of_mean)
            for (i, row, _), e, h in zip(rows, se.tolist(), half.tolist(), strict=True):
                mean, variance = _moments(values[i], weight)
                found[channels.names[row]] = estimate(
                    mean, e, h, unit=channels.units[row], variance=variance
                )
    return {name: found[name] for name in channels.names if name in found}


def third_parts(weight_s: FloatArray, ends_s: FloatArray) -> tuple[slice, slice, slice] | None:
    """Find the records of each third of the running time; a record belongs where its middle lies.

    Parameters
    ----------
    weight_s, ends_s
        Seconds that each record stands for, and their running total, shape (n,).

    Returns
    -------
        None where the run is shorter than `SHORTEST_FOR_THIRDS_S`.
    """
    total_s = float(ends_s[-1]) if ends_s.size else 0.0
    if total_s < SHORTEST_FOR_THIRDS_S:
        return None
    third_s = total_s / 3.0
    a, b = np.searchsorted(ends_s - 0.5 * weight_s, [third_s, total_s - third_s]).tolist()
    return slice(0, a), slice(a, b), slice(b, ends_s.size)


def _present(channels: Channels, row: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Take readings, weights and ends of the records in which one channel has a reading."""
    values = channels.values[row]
    here = np.isfinite(values)
    if here.all():
        return values, channels.weight_s, channels.ends_s
    weight = channels.weight_s[here]
    return values[here], weight, np.cumsum(weight)


def _moments(values: FloatArray, weight_s: FloatArray) -> tuple[float, float]:
    """Weighted mean and variance, without NaN."""
    # Sums, not products of matrices: those would wake threads for hours of running.
    total_s = weight_s.sum()
    mean = (weight_s * values).sum() / total_s
    return float(mean), float((weight_s * (values - mean) ** 2).sum() / total_s)


def _by_presence(
    channels: Channels,
) -> list[tuple[list[int], FloatArray, FloatArray, FloatArray]]:
    """Group channels by the records they have, so that each group shares one factorisation.

    Members, readings (members, n), weights and ends (n,) of each group.
    """
    values = channels.values
    groups: dict[bytes, list[int]] = {}
    # A sum is NaN where any reading is: one pass, and most often there is nothing more to do.
    complete = np.isfinite(values.sum(axis=1)).tolist()
    for i, whole in enumerate(complete):
        groups.setdefault(b"" if whole else np.isfinite(values[i]).tobytes(), []).append(i)
    found = []
    for members in groups.values():
        block = values if len(members) == len(complete) else values[members]
        weight, ends = channels.weight_s, channels.ends_s
        if not complete[members[0]]:
            here = np.isfinite(values[members[0]])
            block, weight = block[:, here], weight[here]
            ends = np.cumsum(weight)
        if ends.size and ends[-1] > 0.0:
            found.append((members, block, weight, ends))
    return found


def _fit(
    values: FloatArray,
    weight_s: FloatArray,
    ends_s: FloatArray,
    prior_sd: FloatArray,
    *,
    clock_s: float,
) -> tuple[FloatArray, FloatArray, Noise, FloatArray]:
    """Mean, variance of readings, noise and unit variance of the mean; values without NaN."""
    total_s = float(ends_s[-1])
    n = min(noise_model.number_of_parts(total_s), values.shape[1])
    # Each record belongs to the part its middle lies in; a record of no weight decides nothing.
    cuts = np.searchsorted(ends_s - 0.5 * weight_s, np.arange(n) * (total_s / n))
    if not (cuts[1:] > cuts[:-1]).all() or cuts[-1] >= values.shape[1]:
        cuts = np.unique(np.minimum(cuts, values.shape[1] - 1))
    # At one record a second, as most watches write, there is nothing to multiply.
    weighted = values if weight_s.min() == weight_s.max() == 1.0 else values * weight_s
    sums = np.add.reduceat(weighted, cuts, axis=1)
    part_s = np.add.reduceat(weight_s, cuts)
    mean = sums.sum(axis=1) / total_s
    # The short formula keeps 10 digits of a spread of 5 ms around 250; a large matrix of
    # deviations would cost more time than all of the statistics.
    variance = np.vecdot(weighted, values) / total_s - mean**2
    variance = np.maximum(variance, 0.0)
    filled = part_s > 0.0
    part_means = (sums[:, filled] / part_s[filled]).T
    stretch = noise_model.rounded_stretch(clock_s, total_s)
    of_mean = noise_model.variance_of_mean(total_s, stretch)
    noise = noise_model.fit(
        part_means,
        duration_s=total_s,
        stretch=stretch,
        unit_variance=of_mean,
        within_variance=variance,
        prior_sd=prior_sd,
    )
    return mean, variance, noise, of_mean
