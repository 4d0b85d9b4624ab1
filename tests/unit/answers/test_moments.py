"""Times as expressions: exact, whatever zone they are said in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from evenstride.answers.dates import moment, well_dated

NOW = datetime(2026, 10, 24, 23, 30, 0, 123457, tzinfo=UTC)


@pytest.mark.parametrize("at", [NOW, NOW.replace(year=1969), datetime(1, 1, 2, tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns"])
def test_a_moment_is_exact_in_any_zone(at, zone):
    frame = pl.DataFrame({"t": [at]}, schema={"t": pl.Datetime("us", "UTC")})
    said = at.astimezone(ZoneInfo(zone))
    assert frame.filter(pl.col("t") == moment(said)).height == 1
    assert frame.filter(pl.col("t") < moment(said + timedelta(microseconds=1))).height == 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Zurich"])
def test_a_clock_may_differ_by_a_day_also_where_clocks_change(zone):
    """In Zurich the day from this evening on has 25 hours."""
    last = NOW + timedelta(hours=24)
    times = [datetime(1999, 12, 31, tzinfo=UTC), last, last + timedelta(microseconds=1)]
    frame = pl.DataFrame(
        {"started_at_utc": times}, schema={"started_at_utc": pl.Datetime("us", "UTC")}
    )
    kept = frame.filter(well_dated(NOW.astimezone(ZoneInfo(zone))))
    assert kept["started_at_utc"].to_list() == [last]
