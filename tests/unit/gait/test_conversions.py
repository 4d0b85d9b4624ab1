"""Conversions of balance: the published vectors, signs and the mirror."""

from __future__ import annotations

import pytest

from evenstride.domain.estimate import Estimate
from evenstride.gait.conversions import conversions


def balance(value: float) -> Estimate:
    return Estimate(value, 0.2, value - 0.4, value + 0.4, "%", 12.0)


def test_the_vector_at_51_5_left():
    found = conversions(balance(51.5))
    assert found["symmetry_index_pct"].value == pytest.approx(6.0)
    assert found["symmetry_angle_pct"].value == pytest.approx(-1.91, abs=0.005)
    assert found["log_ratio_pct"].value == pytest.approx(6.00, abs=0.005)
    assert found["limb_symmetry_index_pct"].value == pytest.approx(94.17, abs=0.01)


def test_errors_and_intervals_are_carried():
    found = conversions(balance(51.5))
    assert found["symmetry_index_pct"].se == pytest.approx(0.8)
    assert found["symmetry_index_pct"].low == pytest.approx(4.4)
    assert found["symmetry_index_pct"].high == pytest.approx(7.6)
    for e in found.values():
        assert e.low < e.value < e.high


def test_the_mirrored_runner_flips_every_signed_measure():
    left, right = conversions(balance(51.5)), conversions(balance(48.5))
    for name in ("symmetry_index_pct", "symmetry_angle_pct", "log_ratio_pct"):
        assert left[name].value == pytest.approx(-right[name].value)
        assert left[name].low == pytest.approx(-right[name].high)
    product = left["limb_symmetry_index_pct"].value * right["limb_symmetry_index_pct"].value
    assert product == pytest.approx(1e4)
