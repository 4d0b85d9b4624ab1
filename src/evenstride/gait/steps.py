"""Decides how contact time, cadence and balance become what each foot and each step does.

Every function takes and returns arrays of one shape; NaN means missing and stays missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

GRAVITY_M_S2: Final = 9.81
LEG_LENGTH_PER_HEIGHT: Final = 0.53
"""Leg length as a share of body height (Winter), as Morin et al. 2005 use it."""


def left_gct_ms(gct_ms: FloatArray, balance_left_pct: FloatArray) -> FloatArray:
    """Contact time of the left foot [ms], from the mean of both feet and the left share [%]."""
    return gct_ms * balance_left_pct * 0.02


def right_gct_ms(gct_ms: FloatArray, balance_left_pct: FloatArray) -> FloatArray:
    """Contact time of the right foot [ms], from the mean of both feet and the left share [%]."""
    return gct_ms * (100.0 - balance_left_pct) * 0.02


def balance_left_pct(left_ms: FloatArray, right_ms: FloatArray) -> FloatArray:
    """Left share of contact time [%] from both feet's contact times [ms]; 50 = even."""
    return 100.0 * left_ms / (left_ms + right_ms)


def step_time_ms(cadence_spm: FloatArray) -> FloatArray:
    """Time from one foot's contact to the other's next [ms]; NaN where no steps are taken."""
    positive = cadence_spm > 0.0
    return 60_000.0 / (cadence_spm if positive.all() else np.where(positive, cadence_spm, np.nan))


def flight_time_ms(step_ms: FloatArray, gct_ms: FloatArray) -> FloatArray:
    """Time off the ground in each step [ms]: step time minus contact time; negative in walking.

    References
    ----------
    .. [1] Morin et al. 2005, doi 10.1123/jab.21.2.167.
    """
    return step_ms - gct_ms


def duty_factor_pct(step_ms: FloatArray, gct_ms: FloatArray) -> FloatArray:
    """Share of a stride that one foot spends on the ground [%]: contact / (2 · step time)."""
    return 50.0 * gct_ms / step_ms


def step_length_mm(speed_m_s: FloatArray, step_ms: FloatArray) -> FloatArray:
    """Distance covered in one step [mm]: speed times step time."""
    return speed_m_s * step_ms


def vertical_ratio_pct(vertical_oscillation_mm: FloatArray, step_mm: FloatArray) -> FloatArray:
    """Vertical oscillation as a share of step length [%]; NaN where the step length is 0."""
    return 100.0 * vertical_oscillation_mm / np.where(step_mm > 0.0, step_mm, np.nan)


def peak_force_n(mass_kg: float, contact_s: FloatArray, flight_s: FloatArray) -> FloatArray:
    """Peak vertical ground force [N] of a sine-shaped contact (Morin et al. 2005, eq. 1)."""
    return mass_kg * GRAVITY_M_S2 * (np.pi / 2.0) * (flight_s / contact_s + 1.0)


def compression_m(mass_kg: float, contact_s: FloatArray, force_n: FloatArray) -> FloatArray:
    """Downward travel of the centre of mass in contact [m] (Morin et al. 2005, eq. 2)."""
    fall = GRAVITY_M_S2 * contact_s**2 / 8.0
    return force_n * contact_s**2 / (mass_kg * np.pi**2) - fall


def stiffness_kn_m(
    *,
    mass_kg: float,
    height_m: float,
    contact_s: FloatArray,
    flight_s: FloatArray,
    speed_m_s: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Vertical and leg stiffness [kN/m] from contact, flight and speed, on level ground only.

    Parameters
    ----------
    mass_kg, height_m
        Of the runner; leg length is 0.53 of the height.
    contact_s, flight_s, speed_m_s
        Contact time [s], flight time [s] and speed [m/s], one shape.

    Returns
    -------
        `vertical`, `leg`; NaN where the model has no answer: no flight, no compression, or a leg
        that would sweep more ground than it is long.

    References
    ----------
    .. [1] Morin et al. 2005, doi 10.1123/jab.21.2.167, eqs. 1–6.
    """
    force = peak_force_n(mass_kg, contact_s, flight_s)
    down = compression_m(mass_kg, contact_s, force)
    leg_m = LEG_LENGTH_PER_HEIGHT * height_m
    left_over = leg_m**2 - (speed_m_s * contact_s / 2.0) ** 2
    sound = (flight_s > 0.0) & (down > 0.0) & (left_over > 0.0)
    down = np.where(sound, down, np.nan)
    shortening = leg_m - np.sqrt(np.where(sound, left_over, np.nan)) + down
    return force / down / 1e3, force / shortening / 1e3
