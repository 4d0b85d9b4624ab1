"""Estimators over many runs, and the simulated runners that judge them."""
