"""Conversions of balance, against the worked values at 51.5 % left."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import symmetry

AT = np.array([51.5])
SIGNED = (
    symmetry.symmetry_index_pct,
    symmetry.symmetry_angle_pct,
    symmetry.log_ratio_pct,
)


@pytest.mark.parametrize(
    ("convert", "expected"),
    [
        (symmetry.symmetry_index_pct, 6.0),
        (symmetry.symmetry_angle_pct, -1.91),
        (symmetry.log_ratio_pct, 6.00),
        (symmetry.limb_symmetry_index_pct, 94.17),
    ],
)
def test_at_51_5_left(convert, expected):
    assert convert(AT) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("convert", SIGNED)
def test_the_mirrored_runner_has_the_opposite_sign(convert):
    b = np.linspace(30.0, 70.0, 41)
    assert convert(100.0 - b) == pytest.approx(-convert(b), abs=1e-12)


@pytest.mark.parametrize("convert", SIGNED)
def test_even_is_zero(convert):
    assert convert(np.array([50.0])) == pytest.approx(0.0, abs=1e-12)


def test_the_definitions_from_both_feet():
    left, right = 257.5, 242.5
    assert symmetry.symmetry_index_pct(AT) == pytest.approx(
        100 * (left - right) / (0.5 * (left + right))
    )
    assert symmetry.symmetry_angle_pct(AT) == pytest.approx(
        100 * (45 - np.degrees(np.arctan(left / right))) / 90
    )
    assert symmetry.log_ratio_pct(AT) == pytest.approx(100 * np.log(left / right))
    assert symmetry.limb_symmetry_index_pct(AT) == pytest.approx(100 * right / left)


def test_the_mirrored_runner_has_the_inverse_limb_symmetry():
    product = symmetry.limb_symmetry_index_pct(100.0 - AT) * symmetry.limb_symmetry_index_pct(AT)
    assert product == pytest.approx(1e4)
    assert symmetry.limb_symmetry_index_pct(np.array([50.0])) == pytest.approx(100.0)


def test_all_on_one_leg_is_an_angle_but_no_ratio():
    ends = np.array([0.0, 100.0])
    assert symmetry.symmetry_angle_pct(ends) == pytest.approx([50.0, -50.0])
    assert np.isnan(symmetry.log_ratio_pct(ends)).all()
    assert np.isnan(symmetry.limb_symmetry_index_pct(ends)[0])
