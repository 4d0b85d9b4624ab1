"""Estimators over many runs, and the simulated runners that judge them."""

from evenstride.stats.trend import fit_trend

__all__ = ["fit_trend"]
