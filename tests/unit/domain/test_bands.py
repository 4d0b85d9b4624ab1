"""Vendor bands are the vendors' numbers, at their edges and on both sides."""

from __future__ import annotations

import pytest

from evenstride.domain.bands import VENDOR_BANDS


@pytest.mark.parametrize(
    ("vendor", "distance", "colour"),
    [
        ("garmin", 0.0, "green"),
        ("garmin", 0.7, "green"),
        ("garmin", 0.8, "orange"),
        ("garmin", 2.2, "orange"),
        ("garmin", 2.3, "red"),
        ("coros", 0.5, "green"),
        ("coros", 0.6, "yellow"),
        ("coros", 1.5, "yellow"),
        ("coros", 1.6, "orange"),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_a_distance_from_even_gets_the_vendors_colour_on_both_sides(vendor, distance, colour, side):
    assert VENDOR_BANDS[vendor].band(50.0 + side * distance).colour == colour


def test_every_band_names_whose_it_is():
    for bands in VENDOR_BANDS.values():
        assert all(bands.vendor in band.meaning for band in bands.bands)
        assert all(label.startswith(bands.vendor) for label in bands.edges_left_pct())


def test_the_edges_are_symmetric():
    for bands in VENDOR_BANDS.values():
        heights = sorted(bands.edges_left_pct().values())
        assert [100.0 - h for h in reversed(heights)] == pytest.approx(heights)
