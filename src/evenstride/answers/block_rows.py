"""How blocks of the library, and what was typed of their runs, become the rows of the model.

Conditions are differences from reference conditions: easy speed, a quarter of an hour into the run,
flat, straight; of what was typed (camber, surface, tags) the reference is what is usual for this
runner, and of shoes their average.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.ground_said import camber_column, ground_of_runs, surface_column
from evenstride.answers.runner_settings import reference_speed
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.domain.driver_words import REFERENCE_ELAPSED_H
from evenstride.domain.ground import Surface
from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.stats.blocked import BlockedRuns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy.typing as npt
    import polars as pl

    from evenstride.answers.ground_said import SaidGround
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.measures import Blocks
    from evenstride.library import Library
    from evenstride.library.entries import Annotation

    IntArray = npt.NDArray[np.intp]

_TIMES_MS = {
    "speed": 60.0, "elapsed": 20.0, "grade": 4.0, "grade:bow": 2.0, "bend": 20.0,
    "camber": 5.0, "surface": 10.0, "shoe": 6.0, "tag": 8.0,
}  # fmt: skip
SLOPE_SDS: Final[dict[str, dict[str, float]]] = {
    "balance_left_pct": {
        "speed": 1.0, "elapsed": 1.0, "grade": 0.2, "grade:bow": 0.1, "bend": 1.0,
        "camber": 0.7, "surface": 0.4, "shoe": 0.4, "tag": 0.5,
    },
    "gct_ms": _TIMES_MS,
    "flight_time_ms": _TIMES_MS,
    "cadence_spm": {
        "speed": 15.0, "elapsed": 6.0, "grade": 1.5, "grade:bow": 1.0, "bend": 6.0,
        "camber": 1.5, "surface": 3.0, "shoe": 2.0, "tag": 3.0,
    },
}  # fmt: skip
"""What is believed of the drivers of each measure beforehand: SDs around 0, weak (DESIGN 5)."""

_STEEPEST_PCT, _TIGHTEST_M_S2, _FARTHEST_M_S = 25.0, 2.0, 4.0
"""Beyond these, heights, positions or speeds were wrong."""
_LEAST_S = 5.0
_PLACES = 7
_LEAST_RUNS, _MOST_SHOES, _MOST_SURFACES = 2, 10, 4
MOST_TAGS = 12
RACE = "race"


@dataclass(frozen=True, slots=True)
class UsualGround:
    """On what this runner runs for most of the time, and on what else."""

    camber: float
    surface: str
    other_surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is known of the conditions of a library's runs beside their blocks.

    Attributes
    ----------
    reference_m_s, whose
        The speed of reference conditions, and in words whose it is; None where nobody can say.
    ground
        What is known of the ground of each run, by run id.
    typed
        What was typed about runs, on their pages or in the diary, by run id.
    usual
        The ground of reference conditions.
    """

    reference_m_s: float | None
    whose: str | None
    ground: Mapping[str, SaidGround]
    typed: Mapping[str, Annotation]
    usual: UsualGround

    def digest(self, run_ids: Sequence[str]) -> bytes:
        """Digest all that matters to the rows of these runs, but for the reference speed."""
        made = hashlib.sha256(repr(self.usual).encode())
        for run_id in run_ids:
            typed, ground = self.typed.get(run_id), self.ground.get(run_id)
            if typed is not None and (typed.shoes or typed.tags or typed.is_race):
                made.update(repr((run_id, typed.shoes, typed.tags, typed.is_race)).encode())
            if ground is not None and (ground.parts or ground.habit_camber or ground.sport):
                made.update(repr((run_id, ground)).encode())
        return made.digest()


def conditions_of(lib: Library, *, now: datetime | None = None) -> Conditions:
    """Read what is known of the conditions of a library's runs."""
    speed = reference_speed(lib, now=now)
    ground = ground_of_runs(lib)
    runs = lib.runs(())
    return Conditions(
        reference_m_s=speed[0] if speed else None,
        whose=speed[1] if speed else None,
        ground=ground,
        typed=said_of_runs(lib),
        usual=_usual_ground(ground, dict(zip(runs["run_id"], runs["duration_s"], strict=True))),
    )


def _usual_ground(
    ground: Mapping[str, SaidGround], duration_s: Mapping[str, float | None]
) -> UsualGround:
    """Weigh runs by how long they took, each looked at in a few places."""
    cambers: dict[float, float] = defaultdict(float)
    surfaces: dict[str, float] = defaultdict(float)
    for run_id, said in ground.items():
        seconds = duration_s.get(run_id) or 0.0
        at = (np.arange(_PLACES) + 0.5) / _PLACES * seconds if said.parts else np.zeros(1)
        for camber in camber_column(said.parts, said.habit_camber, at, sport=said.sport).tolist():
            cambers[camber] += seconds / at.size
        for surface in surface_column(said.parts, said.sport, at):
            surfaces[str(surface or Surface.ROAD)] += seconds / at.size
    usual = sorted(surfaces, key=lambda name: -surfaces[name]) or [Surface.ROAD.value]
    camber = max(cambers, key=lambda side: cambers[side], default=0.0)
    return UsualGround(camber, usual[0], tuple(sorted(usual[1 : _MOST_SURFACES + 1])))


def block_rows(
    series: pl.DataFrame,
    measure: str,
    *,
    sensor: IntArray,
    day: FloatArray,
    blocks: Mapping[str, Blocks],
    known: Conditions,
    first: int = 0,
) -> BlockedRuns:
    """Put the blocks of a series' runs one below the other.

    Parameters
    ----------
    series
        The runs, in the order of their starts. One that is too short for a block, or has none with
        the measure, counts as one block at reference conditions.
    measure
        The measure.
    sensor, day
        Which sensor measured each run and on which day, shape (n,).
    blocks
        By recording id.
    known
        The conditions.
    first
        Of which run on blocks are wanted; these runs are numbered from 0. All else is of all runs.
    """
    run_ids = series["run_id"].to_list()
    kept = [
        _with(blocks.get(recording_id), measure, value, usable_s)
        for recording_id, value, usable_s in series[first:]
        .select("recording_id", "value", "usable_s")
        .iter_rows()
    ]
    sizes = np.array([b.size for b in kept], dtype=np.intp)
    run = np.repeat(np.arange(sizes.size), sizes)
    rows = np.concatenate([np.zeros(0, dtype=BLOCK_DTYPE), *kept])
    middle_s = rows["t_s"] + 0.5 * rows["duration_s"]
    reference = known.reference_m_s
    speed = rows["speed_m_s"]
    if reference is None:
        reference = float(np.nanmedian(speed)) if np.isfinite(speed).any() else 0.0
    grade = np.clip(rows["grade_pct"], -_STEEPEST_PCT, _STEEPEST_PCT)
    conditions = {
        "speed": np.clip(speed - reference, -_FARTHEST_M_S, _FARTHEST_M_S),
        "elapsed": rows["elapsed_s"] / 3600.0 - REFERENCE_ELAPSED_H,
        "grade": grade,
        "grade:bow": np.abs(grade),
        "bend": np.clip(rows["lateral_acceleration_m_s2"], -_TIGHTEST_M_S2, _TIGHTEST_M_S2),
        **_ground_columns(run_ids[first:], kept, middle_s, known),
    }
    return BlockedRuns(
        run=run,
        t_s=middle_s,
        duration_s=rows["duration_s"],
        value=rows[measure],
        conditions=conditions,
        run_conditions=_typed_columns(run_ids, known),
        day=day,
        sensor=sensor,
    )


def _with(blocks: Blocks | None, measure: str, value: float, usable_s: float | None) -> Blocks:
    """Return the blocks that have the measure; the mean of the run where there is none."""
    if blocks is not None:
        sound: Blocks = blocks[np.isfinite(blocks[measure]) & (blocks["duration_s"] > 0.0)]
        if sound.size:
            return sound
    whole = np.full(1, np.nan, dtype=BLOCK_DTYPE)
    whole["t_s"] = 0.0
    whole["elapsed_s"] = 3600.0 * REFERENCE_ELAPSED_H
    whole["duration_s"] = max(usable_s or 0.0, _LEAST_S)
    whole[measure] = value
    return whole


def _ground_columns(
    run_ids: Sequence[str], kept: Sequence[Blocks], middle_s: FloatArray, known: Conditions
) -> dict[str, FloatArray]:
    """Return camber and surfaces of blocks, against what is usual."""
    usual = known.usual
    camber = np.full(middle_s.size, 0.0)
    surface = np.full(middle_s.size, Surface.ROAD.value, dtype="U16")
    end = 0
    for run_id, blocks in zip(run_ids, kept, strict=True):
        begin, end = end, end + blocks.size
        said = known.ground.get(run_id)
        if said is None or not (said.parts or said.sport or said.habit_camber):
            continue
        at = middle_s[begin:end]
        camber[begin:end] = camber_column(said.parts, said.habit_camber, at, sport=said.sport)
        surface[begin:end] = [
            str(s or Surface.ROAD) for s in surface_column(said.parts, said.sport, at)
        ]
    others = {
        f"surface:{name}": (surface == name).astype(np.float64) for name in usual.other_surfaces
    }
    return {"camber": camber - usual.camber, **others}


def _typed_columns(run_ids: Sequence[str], known: Conditions) -> dict[str, FloatArray]:
    """Return shoes and tags of all runs; a tag that most runs have counts where it is missing."""
    typed = [known.typed.get(run_id) for run_id in run_ids]
    shoes = [t.shoes if t and t.shoes else None for t in typed]
    tags = [{*t.tags, *((RACE,) if t.is_race else ())} if t else set() for t in typed]
    columns = {}
    for name, count in Counter(s for s in shoes if s is not None).most_common(_MOST_SHOES):
        if count >= _LEAST_RUNS:
            columns[f"shoe:{name}"] = np.array([float(s == name) for s in shoes])
    counts = Counter(tag for some in tags for tag in some)
    runs = len(run_ids)
    telling = {name: n for name, n in counts.items() if _LEAST_RUNS <= n <= runs - _LEAST_RUNS}
    # Those that split the runs most evenly tell most; races are always among them.
    for name in sorted(
        telling, key=lambda tag: (tag != RACE, -min(telling[tag], runs - telling[tag]), tag)
    )[:MOST_TAGS]:
        there = np.array([float(name in some) for some in tags])
        columns[f"tag:{name}"] = there - float(2 * telling[name] > runs)
    return columns
