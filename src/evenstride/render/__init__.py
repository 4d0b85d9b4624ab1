"""An Answer drawn for people. Draws, never computes."""

from importlib.resources import files
from pathlib import Path

ASSETS = Path(str(files("evenstride.render") / "assets"))
"""Stylesheets, fonts, scripts and icons, as pages and the report use them."""
