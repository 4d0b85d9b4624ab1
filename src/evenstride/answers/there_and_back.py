"""What a run out and back on the same way tells of the slope of the road to its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.levels import BALANCE
from evenstride.answers.run_parts import rows_of_run
from evenstride.domain.wording import change_interval_words, toward
from evenstride.stats.contrast_within import half_difference

if TYPE_CHECKING:
    from evenstride.answers.levels import Levels
    from evenstride.answers.rows_moves import CamberTestRow
    from evenstride.domain.estimate import Estimate
    from evenstride.library import Library

_OF_THE_WAY = ("speed", "elapsed", "grade", "grade:bow", "bend")
"""What differs between out and back beside the side of the road."""


def camber_test(lib: Library, looked: Levels, at: int) -> Estimate | None:
    """Test whether a run's way out reads otherwise than its way back.

    Parameters
    ----------
    lib
        The library.
    looked
        All runs.
    at
        The run's place in the series of balance.

    Returns
    -------
        Half of how much further left the way out reads, in pp, what pace, time, slope and bends do
        taken off; None where the run was no out-and-back, or is too short.
    """
    level = looked.by_measure[BALANCE]
    ground = lib.grounds().get(level.series["run_id"][at])
    if ground is None or ground.turned_back_at_s is None:
        return None
    rows = rows_of_run(lib, looked, at)
    same = (rows.t_s >= (ground.same_way_from_s or 0.0)) & (
        rows.t_s < (ground.same_way_until_s or np.inf)
    )
    moves = level.moves
    index = [i for i, name in enumerate(moves.names) if name in _OF_THE_WAY]
    conditions = np.zeros((int(same.sum()), len(index)))
    for j, i in enumerate(index):
        conditions[:, j] = np.nan_to_num(rows.conditions[moves.names[i]][same])
    return half_difference(
        rows.value[same],
        rows.t_s[same] < ground.turned_back_at_s,
        t_s=rows.t_s[same],
        duration_s=rows.duration_s[same],
        elapsed_h=np.nan_to_num(rows.conditions["elapsed"][same]),
        conditions=conditions,
        coefficient=moves.coefficient[index],
        covariance=moves.covariance[np.ix_(index, index)],
        noise=moves.noise,
        unit="pp",
    )


def camber_row(test: Estimate) -> CamberTestRow:
    """Return the test as a row."""
    return {"difference_pp": test.value, "low": test.low, "high": test.high}


def camber_sentence(test: Estimate) -> str:
    """Say what the test found, and what it means where the runner kept to one side of the road."""
    if test.low > 0.0 or test.high < 0.0:
        side = "left" if test.value > 0.0 else "right"
        return (
            f"On the way out you read {2.0 * abs(test.value):.1f} pp further {side} than on the "
            "way back, pace, time, slope and bends taken off. If you kept to the same edge of the "
            f"road, half of that is what its fall to the side does: {toward(test.value)} on the "
            f"way out, as much the other way on the way back (95 % interval: "
            f"{change_interval_words(test)})."
        )
    return (
        "Out and back on the same way read alike, pace, time, slope and bends taken off: a fall "
        f"of the road to its side, had you kept to one edge, did between {toward(test.low)} and "
        f"{toward(test.high)} on the way out (95 % interval)."
    )
