"""Decides what is told of the ground of one recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.ground import Ground
from evenstride.gait.bends import bends, u_turns
from evenstride.gait.climbs import climbs_m
from evenstride.gait.out_and_back import there_and_back
from evenstride.gait.track_laps import track_laps

if TYPE_CHECKING:
    from evenstride.gait.dissect import Dissection
    from evenstride.gait.ground import Path


def terrain(run: Dissection, way: Path | None) -> Ground:
    """Tell the ground of a recording from its positions and heights.

    Parameters
    ----------
    run
        The recording taken apart.
    way
        Its positions, from `ground.path`; None on a treadmill, whose ground has neither bends nor
        laps.
    """
    t_s = run.columns["t_s"]
    up_m, down_m = climbs_m(t_s, run.columns["altitude_m"]) or (None, None)
    if way is None:
        return Ground(up_m=up_m, down_m=down_m)
    at = np.minimum(np.searchsorted(t_s, way.middle_s), t_s.size - 1)
    turns = u_turns(way)
    turned = bends(way, run.usable.running[at], turns)
    laps = track_laps(way)
    # Who changes direction on a track comes back the same way, and does not go out and back.
    back = there_and_back(way, turns) if laps is None else None
    return Ground(
        left_turn_deg=turned.left_turn_deg,
        right_turn_deg=turned.right_turn_deg,
        left_bend_m=turned.left_bend_m,
        right_bend_m=turned.right_bend_m,
        laps=laps,
        up_m=up_m,
        down_m=down_m,
        turned_back_at_s=back.turned_at_s if back else None,
        same_way_from_s=back.from_s if back else None,
        same_way_until_s=back.until_s if back else None,
    )
