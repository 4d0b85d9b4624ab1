"""The rows of the tables that say what moves a runner, as types: JSON promises them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from evenstride.domain.ground import Camber, Surface  # noqa: TC001 # pydantic reads them


class ContributionRow(TypedDict):
    """One part of a run's asymmetry, with its 95 % interval; all parts sum to it exactly.

    `usual_low` to `usual_high` is where this part lies in 8 of 10 of the runner's runs.
    """

    part: str
    value_pp: float
    low: float
    high: float
    usual_low: float | None
    usual_high: float | None
    condition: str | None


class DifferentRow(TypedDict):
    """One thing about a run that is not usual for this runner."""

    what: str
    sentence: str


class CamberTestRow(TypedDict):
    """Half of how much further left the way out reads than the way back, with its interval."""

    difference_pp: float
    low: float
    high: float


class SideRow(TypedDict):
    """One side of a comparison: as measured, and at reference conditions with its interval.

    `run_id` where it is one run; what is at reference is null while it is too early.
    """

    side: Literal["a", "b"]
    what: str
    run_id: str | None
    runs: int
    balance_left_pct: float
    at_reference_left_pct: float | None
    low: float | None
    high: float | None
    speed_m_s: float | None


class WhyRow(TypedDict):
    """One part of a difference as measured, B - A; all parts sum to it exactly."""

    part: str
    value_pp: float


class PowerRow(TypedDict):
    """How often such a comparison would find a difference of this size."""

    size_pp: float
    power_pct: float


class DriverRow(TypedDict):
    """Something that moves balance, by how much for one unit, and over the runner's usual range.

    Sizes in pp, + toward the left, with 95 % intervals. `range_low` and `range_high` are
    differences from reference conditions in the driver's unit. `estimable` says whether these runs
    tell it, and not another in its place; `clear` whether its direction is, though several drivers
    were looked at.
    """

    driver: str
    unit: str
    value_pp: float
    low: float
    high: float
    probability_direction: float
    range_low: float
    range_high: float
    range_effect_pp: float
    range_effect_low: float
    range_effect_high: float
    estimable: bool
    clear: bool
    inseparable_from: str | None
    advice: str | None


class UntoldRow(TypedDict):
    """A driver of which these runs say nothing, and what would change that."""

    driver: str
    advice: str


class ShareRow(TypedDict):
    """A part of the variance of single minutes, in percent of it."""

    part: Literal["drivers", "level", "day_to_day", "drift", "within_run"]
    share_pct: float


class GroundMonthRow(TypedDict):
    """How far the runner turned to either side in a month, and laps of a track; null if unknown."""

    month: str
    left_turn_deg: float | None
    right_turn_deg: float | None
    left_bend_km: float | None
    right_bend_km: float | None
    left_laps: int | None
    right_laps: int | None


class RunGroundRow(TypedDict):
    """The ground of one run; null where it is not known, the laps where it was no track.

    `lane` is of a standard track, from the radius of the bends. `said` is what was typed, in words;
    `surface_by_sport` what the recorded sport says, and `camber_by_habit` which foot stood lower by
    the runner's habit, each null where something was typed in its place.
    """

    left_turn_deg: float | None
    right_turn_deg: float | None
    left_bend_km: float | None
    right_bend_km: float | None
    track_laps_left: int | None
    track_laps_right: int | None
    lap_m: float | None
    radius_m: float | None
    lane: int | None
    up_m: float | None
    down_m: float | None
    turned_back_at_s: float | None
    said: str | None
    surface_by_sport: Surface | None
    camber_by_habit: Camber | None


class DriftRow(TypedDict):
    """How far balance drifted within a run at the same conditions, with its 95 % interval."""

    run_id: str
    date: str
    drift_pp_per_h: float
    low: float
    high: float


class ChangeRow(TypedDict):
    """A sudden change of balance in pp, + toward the left, with its 95 % interval.

    `date` is that of the first run after it; where nobody named it, the change lies between
    `date_low` and `date_high` with 95 % and `probability` is that there was one at all, were it as
    likely as not beforehand. Elsewhere it is that balance went the way that `change_pp` says.
    """

    kind: Literal["sensor", "shoes", "note", "unknown"]
    date: str
    date_low: str
    date_high: str
    what: str
    change_pp: float
    low: float
    high: float
    probability: float


class MistakeRow(TypedDict):
    """Something about a run that looks like a mistake of wearing or measuring, and what to do."""

    kind: Literal["mirrored", "device", "on_the_spot", "stuck"]
    run_id: str
    sentence: str
