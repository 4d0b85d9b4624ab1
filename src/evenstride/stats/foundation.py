"""What all blocks come down to before the runs are fitted, and how later runs are added to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.told_drivers import usual_range
from evenstride.stats.whitening import MINUTE_S
from evenstride.stats.within import WithinRuns, extended, within_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evenstride.domain.moves import NoiseWithinRuns
    from evenstride.stats.blocked import BlockedRuns


@dataclass(frozen=True, slots=True, eq=False)
class Foundation:
    """What all blocks of n runs came down to: enough for every answer, and for more runs to come.

    Attributes
    ----------
    within
        What blocks say within their runs, values less `origin`, conditions less a reference at
        which speed was `reference_m_s`.
    origin, reference_m_s
        In the measure's unit; [m/s].
    minutes
        Usable minutes of each run, shape (n,).
    usual
        Usual range of each condition, shape (k, 2).
    apart
        Covariance of conditions within runs, weighted by time, shape (k, k).
    elapsed_square
        Mean square of `elapsed` [h²].
    lanes
        Which lanes of the default grid carried weight in the end, as numbers, shape (l,).
    """

    within: WithinRuns
    origin: float
    reference_m_s: float
    minutes: FloatArray
    usual: FloatArray
    apart: FloatArray
    elapsed_square: float
    lanes: FloatArray


def lay_foundation(
    blocks: BlockedRuns,
    *,
    scale: float,
    slope_sd: Mapping[str, float],
    noise: NoiseWithinRuns | None = None,
    reference_m_s: float = 0.0,
) -> Foundation:
    """Sum up all blocks; parameters as in `fit_moves`, and the speed of reference conditions."""
    _check(blocks)
    origin = float(np.median(blocks.value))
    blocks = replace(blocks, value=blocks.value - origin, conditions=_varying(blocks.conditions))
    sd = _sds(blocks.conditions, slope_sd)
    within = within_runs(blocks, scale=scale, slope_sd=sd, noise=noise)
    columns = np.column_stack([np.nan_to_num(x) for x in blocks.conditions.values()])
    minutes = np.bincount(blocks.run, weights=blocks.duration_s) / MINUTE_S
    share = blocks.duration_s / blocks.duration_s.sum()
    mean = np.stack(
        [np.bincount(blocks.run, weights=blocks.duration_s * x) for x in columns.T], axis=1
    ) / (MINUTE_S * minutes[:, None])
    apart = columns - mean[blocks.run]
    return Foundation(
        within=within,
        origin=origin,
        reference_m_s=reference_m_s,
        minutes=minutes,
        usual=np.array([usual_range(blocks, name) for name in blocks.conditions]),
        apart=(share[:, None] * apart).T @ apart,
        elapsed_square=float(share @ columns[:, within.names.index("elapsed")] ** 2),
        lanes=np.zeros(0),
    )


def new_conditions(made: Foundation, added: BlockedRuns) -> bool:
    """Tell whether later runs bring a condition that no run had before."""
    return not set(_varying(added.conditions)) <= set(made.within.names)


def extend_foundation(
    made: Foundation,
    added: BlockedRuns,
    *,
    scale: float,
    slope_sd: Mapping[str, float],
    reference_m_s: float,
) -> Foundation:
    """Add the blocks of a few later runs to what all others came down to.

    The noise within runs, and what is usual, stay what they were found to be: of hundreds of runs
    one more says nothing new of that.

    Parameters
    ----------
    made
        The runs so far.
    added
        Blocks of the later runs only, numbered from 0, conditions less a reference at which speed
        is `reference_m_s`; see `new_conditions`. Nothing else of it is looked at.
    scale, slope_sd, reference_m_s
        As in `lay_foundation`.
    """
    _check_blocks(added)
    moved = at_speed(made, reference_m_s)
    names = moved.within.names
    nothing = np.zeros(added.value.size)
    added = replace(
        added,
        value=added.value - made.origin,
        conditions={name: added.conditions.get(name, nothing) for name in names},
    )
    return replace(
        moved,
        within=extended(
            moved.within, added, scale=scale, slope_sd=_sds(added.conditions, slope_sd)
        ),
        minutes=np.concatenate(
            [moved.minutes, np.bincount(added.run, weights=added.duration_s) / MINUTE_S]
        ),
    )


def at_speed(made: Foundation, reference_m_s: float) -> Foundation:
    """Return the same with conditions less another reference speed."""
    faster = reference_m_s - made.reference_m_s
    if "speed" not in made.within.names or faster == 0.0:
        return replace(made, reference_m_s=reference_m_s)
    at = made.within.names.index("speed")
    conditions, usual = made.within.conditions.copy(), made.usual.copy()
    conditions[:, at] -= faster
    usual[at] -= faster
    within = replace(made.within, conditions=conditions)
    return replace(made, within=within, usual=usual, reference_m_s=reference_m_s)


def _check(blocks: BlockedRuns) -> None:
    n = blocks.day.size
    by_run = {blocks.sensor.size, *(x.size for x in blocks.run_conditions.values())}
    if n == 0 or by_run != {n}:
        raise InputError("A fit needs as many of everything as there are runs.")
    if not np.isfinite(blocks.day).all() or (np.diff(blocks.day) < 0.0).any():
        raise InputError("A fit needs its runs in the order of their days.")
    if not np.array_equal(np.unique(blocks.run), np.arange(n)):
        raise InputError("A fit needs a block of each run at least.")
    _check_blocks(blocks)


def _check_blocks(blocks: BlockedRuns) -> None:
    sized = {blocks.t_s.size, blocks.duration_s.size, blocks.value.size}
    sized |= {x.size for x in blocks.conditions.values()}
    if sized != {blocks.run.size}:
        raise InputError("A fit needs as many of everything as there are blocks.")
    if (np.diff(blocks.run) < 0).any():
        raise InputError("A fit needs its blocks in the order of their runs.")
    if not np.isfinite(blocks.value).all():
        raise InputError("A fit needs finite values.")
    if not (blocks.duration_s > 0.0).all():
        raise InputError("A fit needs blocks that last.")
    if "elapsed" not in blocks.conditions:
        raise InputError("A fit needs how long each run had gone on.")


def _varying(conditions: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Leave out what never differs from the reference: nothing can be said of it."""
    return {
        name: column
        for name, column in conditions.items()
        if name == "elapsed" or (np.nan_to_num(column) != 0.0).any()
    }


def _sds(names: Iterable[str], slope_sd: Mapping[str, float]) -> FloatArray:
    return np.array([sd_of(name, slope_sd) for name in names])


def sd_of(name: str, slope_sd: Mapping[str, float]) -> float:
    """Return the prior SD of a driver, by its name or what stands before its colon."""
    return slope_sd[name] if name in slope_sd else slope_sd[name.partition(":")[0]]
