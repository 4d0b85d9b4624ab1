"""The page of a test draws what was measured by day, as soon as there are two days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from evenstride.answers import open_library
from evenstride.domain.diary import Measured
from evenstride.library import New
from experiment_app import App

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def hop(day: date, left: float) -> Measured:
    return Measured(day, "hop", "cm", left=(left,) * 3, right=(120.0,) * 3)


def test_two_days_are_drawn_and_one_is_not(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", create=True) as lib:
        app = App(lib, tmp_path)
        lib.write_entries([New("m-1", hop(TODAY - timedelta(days=40), 90.0))], written_at_utc=NOW)
        assert 'class="sides"' not in app.get("/screen/hop").text
        lib.write_entries([New("m-2", hop(TODAY, 110.0))], written_at_utc=NOW)
        page = app.get("/screen/hop").text
        (described,) = re.findall(r'<desc id="sides-1-desc">(.*?)</desc>', page)
        assert 'aria-labelledby="sides-1 sides-1-desc"' in page
        assert "left 90 cm, right 120 cm" in described
        assert "left 110 cm, right 120 cm" in described
