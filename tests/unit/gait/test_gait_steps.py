"""What each foot and step does, against worked values."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import steps

T = np.array([250.0])


def test_at_250_ms_one_pp_is_10_ms_between_the_feet():
    left = steps.left_gct_ms(T, np.array([51.0]))
    right = steps.right_gct_ms(T, np.array([51.0]))
    assert left == pytest.approx(255.0)
    assert right == pytest.approx(245.0)
    assert left - right == pytest.approx(10.0)


def test_both_feet_average_to_the_contact_time_and_give_the_balance_back():
    b = np.array([41.3, 50.0, 58.2])
    left, right = steps.left_gct_ms(T, b), steps.right_gct_ms(T, b)
    assert (left + right) / 2 == pytest.approx(np.full(3, 250.0))
    assert steps.balance_left_pct(left, right) == pytest.approx(b)


def test_flight_and_duty_factor_at_180_spm():
    step = steps.step_time_ms(np.array([180.0]))
    assert step == pytest.approx(1000.0 / 3.0)
    assert steps.flight_time_ms(step, T) == pytest.approx(83.333333)
    assert steps.duty_factor_pct(step, T) == pytest.approx(37.5)


def test_a_walker_has_negative_flight():
    assert steps.flight_time_ms(steps.step_time_ms(np.array([110.0])), np.array([650.0])) < 0.0


def test_no_steps_take_no_time_that_is_known():
    assert np.isnan(steps.step_time_ms(np.array([0.0, np.nan]))).all()


def test_step_length_and_vertical_ratio():
    step_ms = steps.step_time_ms(np.array([180.0]))
    length = steps.step_length_mm(np.array([3.0]), step_ms)
    assert length == pytest.approx(1000.0)
    assert steps.vertical_ratio_pct(np.array([85.0]), length) == pytest.approx(8.5)
    assert np.isnan(steps.vertical_ratio_pct(np.array([85.0]), np.array([0.0])))


def test_morin_2005():
    contact, flight = np.array([0.25]), np.array([0.10])
    force = steps.peak_force_n(70.0, contact, flight)
    assert force == pytest.approx(1510.13, abs=0.005)
    assert steps.compression_m(70.0, contact, force) == pytest.approx(0.059974, abs=5e-7)
    vertical, leg = steps.stiffness_kn_m(
        mass_kg=70.0, height_m=1.75, contact_s=contact, flight_s=flight, speed_m_s=np.array([3.5])
    )
    assert vertical == pytest.approx(25.180, abs=5e-4)
    assert leg == pytest.approx(8.902, abs=5e-4)


@pytest.mark.parametrize(
    ("contact", "flight", "speed"),
    [(0.25, 0.0, 3.5), (0.25, -0.1, 3.5), (np.nan, 0.1, 3.5), (0.25, 0.1, 9.0)],
)
def test_stiffness_has_no_answer_without_flight_or_with_a_leg_too_short(contact, flight, speed):
    vertical, leg = steps.stiffness_kn_m(
        mass_kg=70.0,
        height_m=1.75,
        contact_s=np.array([contact]),
        flight_s=np.array([flight]),
        speed_m_s=np.array([speed]),
    )
    assert np.isnan(vertical).all()
    assert np.isnan(leg).all()
