"""What is computed from one recording: its measures, and the blocks that every model sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evenstride.domain.ground import Ground

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import Estimate
    from evenstride.domain.recording import Issue

BLOCK_DTYPE = np.dtype(
    [
        ("t_s", "<f8"),  # start of the block, since the start of the run
        ("duration_s", "<f8"),  # usable seconds in it
        ("elapsed_s", "<f8"),  # running time before its middle (pauses not counted)
        ("balance_left_pct", "<f8"),
        ("balance_se_pp", "<f8"),  # sampling error of the block mean
        ("gct_ms", "<f8"),
        ("flight_time_ms", "<f8"),
        ("cadence_spm", "<f8"),
        ("speed_m_s", "<f8"),
        ("grade_pct", "<f8"),
        ("lateral_acceleration_m_s2", "<f8"),  # + = turning left
        ("usable_share", "<f8"),
    ]
)
"""A block is about a minute of usable running. NaN means missing."""

Blocks = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one recording.

    Attributes
    ----------
    estimates
        By canonical name: `balance_left_pct`, `gct_ms`, `left_gct_ms`, `right_gct_ms`,
        `flight_time_ms`, `duty_factor_pct`, `cadence_spm`, `step_length_mm`,
        `vertical_oscillation_mm`, `vertical_ratio_pct`, `speed_m_s`, and
        `balance_first_third_pct`, `balance_last_third_pct`, `balance_drift_pp` (last minus first
        third, + = toward the left); only those the data supports.
    blocks
        Shape (n,), dtype `BLOCK_DTYPE`.
    usable_s, usable_share
        Seconds of running with a sound balance (with a sound contact time, where a recording has
        no balance at all), and their share of the recorded time.
    dropped
        Seconds left out, by reason: `standing`, `walking`, `start`, `no_reading`, `implausible`.
    ground
        Bends, laps and climbs; its fields are None where nothing says.
    faults
        Mistakes of wearing or measuring: codes `on_the_spot`, `stuck`. They are of the recording,
        and are stored with its issues.
    """

    estimates: Mapping[str, Estimate]
    blocks: Blocks
    usable_s: float
    usable_share: float
    dropped: Mapping[str, float]
    ground: Ground = field(default_factory=Ground)
    faults: tuple[Issue, ...] = ()
