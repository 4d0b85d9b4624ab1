"""What the blocks within runs say: slopes, how blocks scatter, and each run's own mean.

Blocks of one run share an unknown height (that is for `filtering`), a drift of the run's own, and
noise of three parts (`whitening`); each run has its own scale of noise. The fast part matters:
averaged over blocks it still reaches into the next one, and a single slow part that has to explain
that too forgets the rest. Given the noise, the blocks of a run part without loss into a
weighted mean, which says where the run was, and contrasts, which say how balance moves with its
conditions and nothing else: the two are independent. So all contrasts are summed up once, whatever
the level did, and each run goes on as one number with its mean conditions.

The noise is tried on a grid (shares of the slow and the fast part, time of the slow one, spread of
the drifts), climbed to its best point; the weights of the points around it are the posterior of the
noise, and what is handed on is averaged over them.

References
----------
.. [1] Patterson & Thompson 1971, doi 10.1093/biomet/58.3.545 (likelihood of contrasts).
.. [2] Lange, Little & Taylor 1989, doi 10.1080/01621459.1989.10478852 (a scale for each unit).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.domain.moves import NoiseWithinRuns
from evenstride.stats.contrasts import Contrasts, Point, of_runs
from evenstride.stats.whitening import Shape, lay_out

if TYPE_CHECKING:
    from evenstride.stats.blocked import BlockedRuns

IntArray = np.typing.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class WithinRuns:
    """What the blocks of n runs say, in units of the measure's scale.

    Attributes
    ----------
    names
        The k conditions.
    slope, slope_cov
        Posterior of their slopes from contrasts within runs alone, shapes (k,) and (k, k).
    conditions
        Mean condition of each run as weighted, shape (n, k).
    reading, reading_var
        Weighted mean of each run and its variance within the run, shape (n,).
    drift_per_h, drift_var
        Each run's drift beyond the common slope, by itself, shape (n,); NaN where it has none.
    noise
        Averaged over the grid.
    points
        What more runs of the same runner can be added to.
    """

    names: tuple[str, ...]
    slope: FloatArray
    slope_cov: FloatArray
    conditions: FloatArray
    reading: FloatArray
    reading_var: FloatArray
    drift_per_h: FloatArray
    drift_var: FloatArray
    noise: NoiseWithinRuns
    points: KeptPoints


@dataclass(frozen=True, slots=True, eq=False)
class KeptPoints:
    """What the noise was found to be: p points of the grid, and what all contrasts add up to there.

    Attributes
    ----------
    weight
        Posterior, summing to 1, shape (p,).
    slow, fast, slow_tau_s
        The shapes, shape (p,).
    var, drift_var
        Variance of a minute, and of runs' own drifts, shape (p,).
    total
        Summed products of contrasts of [1, conditions..., value], shape (p, k + 2, k + 2).
    """

    weight: FloatArray
    slow: FloatArray
    fast: FloatArray
    slow_tau_s: FloatArray
    var: FloatArray
    drift_var: FloatArray
    total: FloatArray


def within_runs(
    blocks: BlockedRuns,
    *,
    scale: float,
    slope_sd: FloatArray,
    noise: NoiseWithinRuns | None = None,
) -> WithinRuns:
    """Sum up what blocks say within their runs.

    Parameters
    ----------
    blocks
        All blocks.
    scale
        Typical run-to-run SD of the measure, in its unit.
    slope_sd
        Prior SD of each condition's slope around 0, in the measure's unit, in the order of
        `blocks.conditions`, shape (k,).
    noise
        Known noise, instead of the grid; the runs then share one scale.

    Returns
    -------
        All in units of `scale`, except `noise`, which is in the measure's own.
    """
    model = _model_of(blocks, scale, slope_sd)
    if noise is not None:
        white, fast, slow, drift = (
            (x / scale) ** 2
            for x in (noise.white_sd, noise.fast_sd, noise.slow_sd, noise.drift_sd_per_h)
        )
        var = white + fast + slow
        shape = Shape(slow / var, fast / var, noise.slow_tau_s)
        points = [model.at_known(shape, var=var, drift_var=drift)]
    else:
        points = model.weighed(model.run_weights())
    log_weight = np.array([p.log_weight for p in points])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return _handed_on(tuple(blocks.conditions), model, points, weight, scale)


def extended(
    before: WithinRuns, blocks: BlockedRuns, *, scale: float, slope_sd: FloatArray
) -> WithinRuns:
    """Add a few more runs, the noise believed to be what it was found to be.

    Parameters
    ----------
    before
        The runs so far.
    blocks
        Of the added runs only, with the same conditions.
    scale, slope_sd
        As in `within_runs`.

    Returns
    -------
        All runs, the added ones last.
    """
    model = _model_of(blocks, scale, slope_sd)
    kept = before.points
    points = [
        model.added_to(
            kept.total[i],
            Shape(float(kept.slow[i]), float(kept.fast[i]), float(kept.slow_tau_s[i])),
            var=float(kept.var[i]),
            drift_var=float(kept.drift_var[i]),
        )
        for i in range(kept.weight.size)
    ]
    added = _handed_on(before.names, model, points, kept.weight, scale)
    return replace(
        added,
        conditions=np.concatenate([before.conditions, added.conditions]),
        reading=np.concatenate([before.reading, added.reading]),
        reading_var=np.concatenate([before.reading_var, added.reading_var]),
        drift_per_h=np.concatenate([before.drift_per_h, added.drift_per_h]),
        drift_var=np.concatenate([before.drift_var, added.drift_var]),
        noise=before.noise,
    )


def _model_of(blocks: BlockedRuns, scale: float, slope_sd: FloatArray) -> Contrasts:
    names = tuple(blocks.conditions)
    layout = lay_out(blocks)
    columns = np.column_stack(
        [
            np.ones(blocks.value.size),
            *(np.nan_to_num(blocks.conditions[name]) for name in names),
            blocks.value / scale,
        ]
    )[layout.order]
    return Contrasts(layout, columns, 1 + names.index("elapsed"), np.diag((scale / slope_sd) ** 2))


def _handed_on(
    names: tuple[str, ...],
    model: Contrasts,
    points: list[Point],
    weight: FloatArray,
    scale: float,
) -> WithinRuns:
    """Average over the points and put the runs back into their order."""
    by_point = [of_runs(model, p) for p in points]
    slope = sum(w * p.slope for w, p in zip(weight, points, strict=True))
    cov = sum(
        w * (p.slope_cov + np.outer(p.slope - slope, p.slope - slope))
        for w, p in zip(weight, points, strict=True)
    )
    mean, reading_var, drift, drift_var = (
        np.einsum("p,p...->...", weight, np.stack(x)) for x in zip(*by_point, strict=True)
    )
    back = np.empty_like(model.layout.run_of_rank)
    back[model.layout.run_of_rank] = np.arange(back.size)
    kept = KeptPoints(
        weight,
        *(
            np.array(x)
            for x in (
                [p.shape.slow for p in points],
                [p.shape.fast for p in points],
                [p.shape.slow_tau_s for p in points],
                [p.var for p in points],
                [p.drift_var for p in points],
                [p.total for p in points],
            )
        ),
    )
    rest = 1.0 - kept.slow - kept.fast
    white, fast, slow, drift_each = (
        float(weight @ x)
        for x in (kept.var * rest, kept.var * kept.fast, kept.var * kept.slow, kept.drift_var)
    )
    return WithinRuns(
        names=names,
        slope=np.asarray(slope),
        slope_cov=np.asarray(cov),
        conditions=mean[back, 1:-1],
        reading=mean[back, -1],
        reading_var=reading_var[back],
        drift_per_h=drift[back],
        drift_var=drift_var[back],
        noise=NoiseWithinRuns(
            white_sd=scale * float(np.sqrt(white)),
            fast_sd=scale * float(np.sqrt(fast)),
            slow_sd=scale * float(np.sqrt(slow)),
            slow_tau_s=float(np.exp(weight @ np.log(kept.slow_tau_s))),
            drift_sd_per_h=scale * float(np.sqrt(drift_each)),
        ),
        points=kept,
    )
