"""Where the real watch files are, on machines that have some."""

from __future__ import annotations

import os
from pathlib import Path

REAL_DATA = Path(
    os.environ.get("EVENSTRIDE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
