"""What is left of single blocks, or runs, when all but one driver is taken off: dots to draw.

Of what changes within runs a dot is a block, and its run's level, day and own drift are taken off
with the rest; of what is the same throughout each run a dot is a run, and its day stays in, for it
is what makes such a driver hard to tell.

They take all blocks to make, so they are kept beside the fit that they belong to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from evenstride.answers import kept_values
from evenstride.answers.block_rows import block_rows
from evenstride.answers.fits import digest_of_code, model_digest
from evenstride.answers.levels import BALANCE, days_of
from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.stats.told_drivers import BOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from evenstride.answers.levels import Level, Levels
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.measures import Blocks
    from evenstride.library import Library
    from evenstride.stats.blocked import BlockedRuns

_SLOT = "partial_residuals"
_MOST_DOTS, _LEAST_DOTS = 4000, 400
"""Of all drivers together, and of each."""
_MOST_OF_ONE = 1500


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """The dots of one driver, in the order of `x`, thinned evenly: d of them.

    Attributes
    ----------
    x
        The driver, as a difference from the reference, shape (d,). Where it is there or not that is
        0 or 1; of a tag that most runs have, -1 or 0.
    y
        What is left, with this driver's own part in it [pp], shape (d,).
    run
        Which run it is of, shape (d,).
    """

    x: FloatArray
    y: FloatArray
    run: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """The dots of all drivers by name, and what their reference is where the fit does not say.

    `reference_m_s` is the speed of reference conditions, `usual_camber` the camber (+1 left lower).
    """

    dots: Mapping[str, Dots]
    reference_m_s: float
    usual_camber: float


def residuals(lib: Library, looked: Levels) -> Residuals:
    """Make what is left for each driver of balance, or remember it."""
    balance = looked.by_measure[BALANCE]
    digest = _digest(balance)
    data = lib.stored_fit(_SLOT, digest)
    found = None if data is None else _read(kept_values.from_bytes(data))
    if found is None:
        found = _made(lib, looked)
        lib.store_fit(_SLOT, digest, kept_values.to_bytes(_written(found)))
    return found


def _digest(balance: Level) -> str:
    """Digest what the dots are made from: a fit of other blocks would differ in these numbers."""
    moves = balance.moves
    code = [files("evenstride.answers").joinpath("driver_residuals.py")]
    made = hashlib.sha256((model_digest() + digest_of_code(code, ())).encode())
    made.update("\0".join(balance.series["recording_id"]).encode())
    for array in (moves.reading, moves.conditions, moves.coefficient, moves.drift_per_h):
        made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()


def _written(of: Residuals) -> dict[str, Any]:
    return {
        "reference_m_s": of.reference_m_s,
        "usual_camber": of.usual_camber,
        "dots": {name: (d.x, d.y, d.run) for name, d in of.dots.items()},
    }


def _read(kept: Any) -> Residuals | None:  # noqa: ANN401 # what was kept
    if not isinstance(kept, dict):
        return None
    dots = {name: Dots(*arrays) for name, arrays in kept["dots"].items()}
    return Residuals(dots, kept["reference_m_s"], kept["usual_camber"])


def _made(lib: Library, looked: Levels) -> Residuals:
    balance = looked.by_measure[BALANCE]
    series = balance.series
    blocks = lib.blocks(series["recording_id"].to_list())
    rows = block_rows(
        series,
        BALANCE,
        sensor=balance.sensor,
        day=days_of(series),
        blocks=blocks,
        known=looked.conditions,
    )
    reference = looked.conditions.reference_m_s
    whole = {name: x for name, x in all_dots(balance, rows).items() if x.x.size}
    most = min(max(_MOST_DOTS // max(len(whole), 1), _LEAST_DOTS), _MOST_OF_ONE)
    return Residuals(
        {name: _thinned(dots, most) for name, dots in whole.items()},
        _median_speed(blocks, series) if reference is None else reference,
        looked.conditions.usual.camber,
    )


def all_dots(balance: Level, rows: BlockedRuns) -> dict[str, Dots]:
    """Return the dots of every driver of a fit from its rows, not thinned.

    A block whose condition is not known has no dot of that driver.
    """
    moves = balance.moves
    size = dict(zip(moves.names, moves.coefficient.tolist(), strict=True))
    sensors = {name for name in size if name.startswith("sensor:")}
    fitted = {name: x for name, x in rows.conditions.items() if name in size}
    noise = _noise(balance, rows, fitted)
    per_unit = {d.name: d.effect.value for d in moves.drivers}
    day = moves.at_reference - moves.level
    made: dict[str, Dots] = {}
    for name, slope in size.items():
        if name == BOW or name in sensors:
            continue
        x = fitted.get(name)
        if x is not None and _varies_within(x, rows):
            known = np.flatnonzero(np.isfinite(x))
            own = slope * x[known]
            if name == "grade" and BOW in size:
                own += size[BOW] * np.abs(x[known])
            made[name] = Dots(x[known], noise[known] + own, rows.run[known].astype(np.float64))
            continue
        by_run = (
            rows.run_conditions[name] if x is None else x[np.unique(rows.run, return_index=True)[1]]
        )
        made[name] = Dots(
            by_run, day + per_unit[name] * by_run, np.arange(by_run.size, dtype=np.float64)
        )
    return made


def _noise(balance: Level, rows: BlockedRuns, fitted: Mapping[str, FloatArray]) -> FloatArray:
    """Return what is left of each block when all is taken off: run, day, drift and drivers."""
    moves, run = balance.moves, rows.run
    left = rows.value - moves.reading[run]
    column = {name: j for j, name in enumerate(moves.names)}
    for name, x in fitted.items():
        j = column[name]
        left = left - moves.coefficient[j] * (np.nan_to_num(x) - moves.conditions[run, j])
    # A run's own drift as far as it is told, the rest is noise.
    drift_var = moves.noise.drift_sd_per_h**2
    told = drift_var / (drift_var + moves.drift_se_per_h**2) if drift_var > 0.0 else 0.0
    own = np.nan_to_num(moves.drift_per_h * told)
    elapsed = column["elapsed"]
    into = np.nan_to_num(rows.conditions["elapsed"]) - moves.conditions[run, elapsed]
    return np.asarray(left - own[run] * into)


def _varies_within(x: FloatArray, rows: BlockedRuns) -> bool:
    first = np.unique(rows.run, return_index=True)[1]
    return bool((np.nan_to_num(x) != np.nan_to_num(x)[first][rows.run]).any())


def _thinned(dots: Dots, most: int) -> Dots:
    """Keep every so many in the order of x, so that they lie as all of them do."""
    order = np.argsort(dots.x, kind="stable")
    if order.size > most:
        order = order[np.linspace(0, order.size - 1, most).round().astype(np.intp)]
    return Dots(dots.x[order], dots.y[order], dots.run[order])


def _median_speed(blocks: Mapping[str, Blocks], series: pl.DataFrame) -> float:
    """Return the reference where the runs say none: as `block_rows` has it."""
    nothing = np.empty(0, dtype=BLOCK_DTYPE)
    some = [blocks.get(r, nothing) for r in series["recording_id"]]
    speed = np.concatenate([b["speed_m_s"][np.isfinite(b[BALANCE])] for b in some])
    return float(np.nanmedian(speed)) if np.isfinite(speed).any() else 0.0
