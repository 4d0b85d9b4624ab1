"""What the library's model of all runs says of an effect: one more driver, beside all the others.

It describes, and never decides: level, days, pace, time and ground are fitted anew together with
it, so it may differ from the rule's own estimate, and uses more than the pairs.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.block_rows import SLOPE_SDS, block_rows
from evenstride.answers.dates import local_dates
from evenstride.answers.experiments.standing import latest, start_date
from evenstride.answers.fits import model_digest
from evenstride.answers.levels import BALANCE, days_of, levels
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.gait.windows import window_pieces
from evenstride.stats.moves import fit_moves

if TYPE_CHECKING:
    from datetime import date, datetime

    from evenstride.answers.experiments.material import Pair, StartRun
    from evenstride.answers.experiments.run_values import Source
    from evenstride.answers.levels import Level
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.experiment import Kept, LapUse
    from evenstride.domain.measures import Blocks
    from evenstride.stats.blocked import BlockedRuns

_NAME: Final = "experiment"
_WIDE: Final = 6.0
"""The effect's prior in the fit, in prior SDs: wide, as shrinking comes after."""
_FEWEST: Final = 2
_MAY_BE_THE_TREATMENT: Final = ("tag:", "shoe:")
NOTHING: Final = (math.nan, math.nan)


def model_effect(
    source: Source,
    kept: Kept,
    pairs: tuple[Pair, ...],
    runs: tuple[StartRun, ...],
    *,
    now: datetime | None,
) -> tuple[float, float]:
    """Return an effect and its standard error, in the outcome's unit, not shrunk.

    NaN where the model cannot say: outcomes it does not know (ratings, drift), too few runs of
    either condition.
    """
    measure = source.outcome.measure
    if measure is None or source.outcome.name == "drift":
        return NOTHING
    try:
        looked = levels(source.lib, now=now, measures=tuple(dict.fromkeys((BALANCE, measure))))
    except (NoBalanceError, EmptyLibraryError, InputError):
        return NOTHING
    level = looked.by_measure.get(measure)
    if level is None:
        return NOTHING
    if kept.registration.end_date is not None:
        level = _until(level, kept.registration.end_date)
    treated, laps = _treated(level, kept, pairs, runs)
    digest = _digest(
        source,
        level,
        kept,
        treated,
        laps,
        looked.conditions.digest(level.series["run_id"].to_list()),
    )
    slot = f"experiment-{hashlib.sha256(kept.registration.experiment_id.encode()).hexdigest()[:16]}"
    data = source.lib.stored_fit(slot, digest)
    if data is not None:
        value, se = json.loads(data)
        return (math.nan if value is None else value), (math.nan if se is None else se)
    blocks = dict(source.lib.blocks(level.series["recording_id"].to_list()))
    recording_of = dict(level.series.select("run_id", "recording_id").iter_rows())
    for run_id, uses in laps.items():
        pieces = _pieces(source, run_id, uses)
        if pieces.size:
            blocks[recording_of[run_id]] = pieces
    rows = block_rows(
        level.series,
        measure,
        sensor=level.sensor,
        day=days_of(level.series),
        blocks=blocks,
        known=looked.conditions,
    )
    value, se = _fitted(source, level, _with_effect(level, rows, treated, laps, source))
    kept_values = [None if math.isnan(x) else x for x in (value, se)]
    source.lib.store_fit(slot, digest, json.dumps(kept_values).encode())
    return value, se


def _until(level: Level, end: date) -> Level:
    """Leave out runs after a day: whether what was begun goes on after the end nobody knows."""
    before = np.array([day <= end.isoformat() for day in local_dates(level.series)], dtype=bool)
    return replace(level, series=level.series.filter(before), sensor=level.sensor[before])


def _treated(
    level: Level, kept: Kept, pairs: tuple[Pair, ...], runs: tuple[StartRun, ...]
) -> tuple[FloatArray, dict[str, tuple[LapUse, ...]]]:
    """Return which runs were assigned the treatment, shape (n,); and laps of runs, by run id."""
    ids = level.series["run_id"].to_list()
    kind = kept.registration.kind
    if kind == "within_run":
        known = set(ids)
        laps = {
            record.run_id: record.laps
            for record in latest(kept).values()
            if record.run_id in known and record.laps
        }
        return np.zeros(len(ids)), {run: uses for run, uses in laps.items() if run is not None}
    if kind == "across_runs":
        of = {h.run_id for pair in pairs for h in pair.halves if h.assigned == "treatment"}
    else:
        # What cannot be switched off goes on in every later run, whether it counts or not.
        begun = start_date(kept.registration).isoformat()
        dates = local_dates(level.series)
        of = {run_id for run_id, day in zip(ids, dates, strict=True) if day >= begun and runs}
    return np.array([float(run_id in of) for run_id in ids]), {}


def _pieces(source: Source, run_id: str, uses: tuple[LapUse, ...]) -> Blocks:
    chosen = source.lib.run(run_id).chosen
    windows = [w for w in source.windows(uses) if w[0] < w[1]]
    samples = source.lib.samples(chosen.recording_id)
    return window_pieces(samples, windows, pauses=chosen.pauses)


def _with_effect(
    level: Level,
    rows: BlockedRuns,
    treated: FloatArray,
    laps: dict[str, tuple[LapUse, ...]],
    source: Source,
) -> BlockedRuns:
    """Add the effect's column; what was typed of runs goes: it may be the treatment itself."""
    constant = {
        name: x
        for name, x in rows.run_conditions.items()
        if not name.startswith(_MAY_BE_THE_TREATMENT)
    }
    if not laps:
        return replace(rows, run_conditions={**constant, _NAME: treated})
    column = np.zeros(rows.value.size)
    for i, run_id in enumerate(level.series["run_id"].to_list()):
        uses = laps.get(run_id, ())
        mine = np.flatnonzero(rows.run == i) if uses else np.zeros(0, dtype=np.intp)
        for use, (start, end) in zip(uses, source.windows(uses), strict=True):
            inside = mine[(rows.t_s[mine] >= start) & (rows.t_s[mine] < end)]
            column[inside] = float(use.assigned == "treatment")
    return replace(rows, run_conditions=constant, conditions={**rows.conditions, _NAME: column})


def _fitted(source: Source, level: Level, rows: BlockedRuns) -> tuple[float, float]:
    column = rows.run_conditions.get(_NAME, rows.conditions.get(_NAME, np.zeros(0)))
    if min(float(column.sum()), float(column.size - column.sum())) < _FEWEST:
        return NOTHING
    prior = _WIDE * source.registration.prior_sd
    moves = fit_moves(
        rows,
        unit=level.quantity.unit,
        scale=level.quantity.scale or 1.0,
        slope_sd={**SLOPE_SDS[source.measure], _NAME: prior},
    )
    at = moves.names.index(_NAME)
    mean, var = float(moves.coefficient[at]), float(moves.covariance[at, at])
    # What the data alone say: the prior is taken out of the posterior.
    precision = 1.0 / var - 1.0 / prior**2
    if precision <= 0.0:
        return NOTHING
    value = mean / var / precision
    if source.outcome.name == "toward_even" and source.registration.longer_side == "left":
        value = -value
    return value, 1.0 / math.sqrt(precision)


def _digest(  # noqa: PLR0917 # all that it depends on
    source: Source,
    level: Level,
    kept: Kept,
    treated: FloatArray,
    laps: dict[str, tuple[LapUse, ...]],
    conditions: bytes,
) -> str:
    made = hashlib.sha256(model_digest().encode() + conditions)
    recordings = level.series["recording_id"].to_list()
    blocks_made = source.lib.blocks_made()
    made.update("\0".join(f"{r} {blocks_made.get(r, '')}" for r in recordings).encode())
    for column in (level.series["value"].to_numpy(), level.sensor, treated):
        made.update(np.ascontiguousarray(column).tobytes())
    r = kept.registration
    said = (r.outcome, r.longer_side, r.prior_sd, r.settling_s, r.warm_up_s, sorted(laps.items()))
    made.update(repr(said).encode())
    return made.hexdigest()
