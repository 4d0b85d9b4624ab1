"""The door to screening: what can be typed of a test, and what it says."""

from __future__ import annotations

from evenstride.body.judging import judge, latest_findings, method_of, way_of
from evenstride.body.measured import check_measured

__all__ = ["check_measured", "judge", "latest_findings", "method_of", "way_of"]
