"""The nomenclature: every quantity people see, its label, unit and decimals, in one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """How one canonical name is said and printed.

    `label` is for sentences and row labels, `short` for the heads of narrow tables, `decimals` how
    many are worth showing, `scale` the typical run-to-run SD that the trend's priors rest on
    (None where no trend is made of it).
    """

    name: str
    label: str
    short: str
    unit: str
    decimals: int
    scale: float | None = None


QUANTITIES: dict[str, Quantity] = {
    q.name: q
    for q in (
        Quantity("balance_left_pct", "balance, left", "balance", "%", 1, 0.4),
        Quantity("balance_se_pp", "standard error of balance", "±", "pp", 2),
        Quantity("gct_ms", "contact time", "contact", "ms", 0, 6.0),
        Quantity("left_gct_ms", "left contact time", "left", "ms", 0),
        Quantity("right_gct_ms", "right contact time", "right", "ms", 0),
        Quantity("flight_time_ms", "flight time", "flight", "ms", 0, 6.0),
        Quantity("duty_factor_pct", "duty factor", "duty", "%", 1),
        Quantity("cadence_spm", "cadence", "cadence", "spm", 0, 2.0),
        Quantity("step_length_mm", "step length", "step", "mm", 0),
        Quantity("vertical_oscillation_mm", "vertical oscillation", "bounce", "mm", 0),
        Quantity("vertical_ratio_pct", "vertical ratio", "ratio", "%", 1),
        Quantity("speed_m_s", "speed", "speed", "m/s", 2),
        Quantity("heart_rate_bpm", "heart rate", "heart", "bpm", 0),
        Quantity("altitude_m", "altitude", "alt.", "m", 0),
        Quantity("vertical_stiffness_kn_m", "vertical stiffness", "kvert", "kN/m", 1),
        Quantity("leg_stiffness_kn_m", "leg stiffness", "kleg", "kN/m", 1),
        Quantity("symmetry_index_pct", "symmetry index (+ left)", "SI", "%", 1),
        Quantity("symmetry_angle_pct", "symmetry angle (− left, as published)", "SA", "%", 2),
        Quantity("log_ratio_pct", "log ratio (+ left)", "log", "%", 1),
        Quantity("limb_symmetry_index_pct", "limb symmetry index (right over left)", "LSI", "%", 1),
        Quantity("balance_first_third_pct", "balance, first third", "first", "%", 1),
        Quantity("balance_last_third_pct", "balance, last third", "last", "%", 1),
        Quantity("balance_drift_pp", "last minus first third", "drift", "pp", 1),
        Quantity("usable_share", "usable", "usable", "", 2),
    )
}

TREND_QUANTITIES = tuple(name for name, q in QUANTITIES.items() if q.scale is not None)
"""What `trend` follows: balance first, then contact time, flight time and cadence."""

DROP_REASONS: dict[str, str] = {
    "standing": "standing",
    "walking": "walking",
    "start": "first seconds after a start",
    "no_reading": "no reading from the sensor",
    "implausible": "implausible readings",
}
"""Why seconds of a recording were left out, in words."""
