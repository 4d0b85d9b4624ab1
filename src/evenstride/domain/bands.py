"""Two vendors' bands of balance: population percentiles that disagree, not health limits.

They are shown only on request and always under the vendor's name; the default band is the runner's
own.
"""

from __future__ import annotations

from dataclasses import dataclass

from evenstride.domain.answer import Source


@dataclass(frozen=True, slots=True)
class Band:
    """One colour of a vendor: a distance from 50 of at most `within_pp` (the last has no end)."""

    colour: str
    within_pp: float
    meaning: str


@dataclass(frozen=True, slots=True)
class VendorBands:
    """A vendor's bands, from the middle outward."""

    vendor: str
    bands: tuple[Band, ...]
    source: Source

    def band(self, balance_left_pct: float) -> Band:
        """Find the band a balance falls into, as the vendor's own display would, to 0.1 %."""
        distance_pp = abs(round(balance_left_pct, 1) - 50.0)
        return next(b for b in self.bands if distance_pp <= b.within_pp + 1e-9)

    def edges_left_pct(self) -> dict[str, float]:
        """Give the limits of the bands as heights of balance, by label."""
        edges = {}
        for band in self.bands[:-1]:
            edges[f"{self.vendor} {band.colour} L"] = 50.0 + band.within_pp
            edges[f"{self.vendor} {band.colour} R"] = 50.0 - band.within_pp
        return edges


VENDOR_BANDS = {
    "garmin": VendorBands(
        "Garmin",
        (
            Band("green", 0.7, "40 % of runners, says Garmin"),
            Band("orange", 2.2, "25 % of runners on each side, says Garmin"),
            Band("red", float("inf"), "5 % of runners on each side, says Garmin"),
        ),
        Source("Garmin, Enduro 3 owner's manual, running dynamics colour gauges"),
    ),
    "coros": VendorBands(
        "COROS",
        (
            Band("green", 0.5, "COROS gives no share of runners"),
            Band("yellow", 1.5, "COROS gives no share of runners"),
            Band("orange", float("inf"), "COROS gives no share of runners"),
        ),
        Source("COROS, running form metrics, left/right balance"),
    ),
}
