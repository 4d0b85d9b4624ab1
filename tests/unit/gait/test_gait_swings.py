"""Rises and falls that are larger than the noise."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait.swings import swings, up_and_down


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ([], []),
        ([1.0], []),
        ([2.0, 2.0, 2.0], []),
        ([0.0, 0.9, 0.0, 0.9], []),
        ([0.0, 1.0], [1.0]),
        ([1.0, 0.0], [-1.0]),
        ([0.0, 5.0, 4.5, 6.0], [6.0]),
        ([0.0, 5.0, 3.0, 6.0], [5.0, -2.0, 3.0]),
        ([0.0, 0.5, -0.7, 3.0, 3.0, 2.5, 0.0], [-1.2, 3.7, -3.0]),
        ([0.0, -0.9, 0.0, 4.0, 3.5], [4.9]),
    ],
)
def test_what_is_smaller_belongs_to_what_is_around(course, expected):
    assert swings(np.array(course), 1.0) == pytest.approx(np.array(expected))


def test_rises_and_falls_add_up():
    assert up_and_down(np.array([0.0, 5.0, 3.0, 6.0]), 1.0) == (8.0, 2.0)
    assert up_and_down(np.array([0.0, 3.0]), 1.0) == (3.0, 0.0)


def test_noise_below_the_least_adds_nothing_however_long():
    rng = np.random.default_rng(1)
    ramp = np.linspace(0.0, 100.0, 20_000) + rng.uniform(-0.45, 0.45, 20_000)
    up, down = up_and_down(ramp, 1.0)
    assert up == pytest.approx(100.0, abs=1.0)
    assert down == 0.0
