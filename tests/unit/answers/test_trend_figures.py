"""Figures of the trend: thinned so that what is seen stays, sided right, and tables whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import jsonschema
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.answers import status, trend
from evenstride.answers.level_figures import Period, _extremes, days, dots, level_figure
from evenstride.answers.levels import levels
from evenstride.answers.schema import schema
from evenstride.domain.errors import InputError
from evenstride.render.as_json import answer_json

MEASURES = ("gct_ms", "flight_time_ms", "cadence_spm")


def test_contact_and_flight_time_and_cadence_have_figures_on_the_same_days(year_library):
    answer = trend(year_library)
    assert list(answer.figures) == ["trend", *MEASURES]
    now = {row["measure"]: row["value"] for row in answer.tables["measures"]}
    whole = answer.figures["trend"]
    for name in MEASURES:
        figure = answer.figures[name]
        assert figure.kind == "trend"
        assert [row["date"] for row in figure.rows] == [row["date"] for row in whole.rows]
        assert figure.rows[-1][name] == pytest.approx(now[name], abs=0.01)
        for row in figure.rows:
            assert row["low95"] < row["low80"] < row[name] < row["high80"] < row["high95"]
        for role in ("points_x", "points_y", "points_low", "points_high", "points_run"):
            assert all(figure.roles[role] in point for point in figure.points)
        assert len(figure.points) == 60
        low, high = figure.bands["your normal"]
        inside = sum(low < p[figure.roles["points_y"]] < high for p in figure.points)
        assert inside >= 50, "19 of 20 runs fall within it"
    jsonschema.validate(json.loads(answer_json(answer)), schema("trend"))


def test_points_carry_the_run_and_its_interval(year_library):
    answer = trend(year_library)
    figure = answer.figures["trend"]
    of = {row["run_id"]: row for row in answer.tables["runs"]}
    for point in figure.points:
        row = of[point[figure.roles["points_run"]]]
        assert point["date"] == row["date"]
        y, low, high = (point[figure.roles[f"points_{role}"]] for role in ("y", "low", "high"))
        assert y == pytest.approx(row["balance_at_reference_pct"], abs=0.01)
        assert low < y < high
        # A run's own error is in it, and that of what pace and ground do.
        assert high - low > row["se_pp"]


def test_the_numbers_are_those_of_the_figures_newest_first(year_library):
    answer = trend(year_library)
    rows, listed = answer.tables["numbers"], answer.tables["runs"]
    assert [row["run_id"] for row in rows] == [row["run_id"] for row in reversed(listed)]
    level = {row["date"]: row for row in answer.tables["trend"]}
    points = {name: {p["run_id"]: p for p in answer.figures[name].points} for name in MEASURES}
    for row, run in zip(rows, reversed(listed), strict=True):
        assert row["balance_at_reference_pct"] == run["balance_at_reference_pct"]
        of_day = level[row["date"]]  # at its end; the run's is the level at its start
        assert row["level_left_pct"] == pytest.approx(of_day["balance_left_pct"], abs=0.02)
        assert row["level_low95"] == pytest.approx(of_day["low95"], abs=0.02)
        assert row["level_high95"] == pytest.approx(of_day["high95"], abs=0.02)
        for name in MEASURES:
            y = answer.figures[name].roles["points_y"]
            assert row[name] == pytest.approx(points[name][row["run_id"]][y], abs=0.1)
    since = listed[30]["date"]
    part = trend(year_library, since=since).tables["numbers"]
    assert part == tuple(row for row in rows if row["date"] >= since)


def test_the_normal_band_is_there_once_it_is_known(year_library, monkeypatch):
    band = trend(year_library).figures["trend"].bands["your normal"]
    (beam,) = status(year_library).figures["balance"].rows
    assert band == (beam["normal_low"], beam["normal_high"])
    read = year_library.series_of
    monkeypatch.setattr(
        type(year_library),
        "series_of",
        lambda _, names: {name: s.head(5) for name, s in read(names).items()},
    )
    early = trend(year_library)
    assert early.verdict == "too_early"
    assert [dict(figure.bands) for figure in early.figures.values()] == [{}] * 4


def test_mirroring_the_runner_mirrors_the_figures(year_library, monkeypatch):
    plain = trend(year_library).figures, status(year_library).figures
    read, read_blocks = year_library.series_of, year_library.blocks
    value, low, high = (pl.col(name) for name in ("value", "low", "high"))
    mirror = {"value": 100.0 - value, "low": 100.0 - high, "high": 100.0 - low}

    def mirrored(_, names):
        found = read(names)
        return found | {"balance_left_pct": found["balance_left_pct"].with_columns(**mirror)}

    def mirrored_blocks(_, names=None):
        found = {name: blocks.copy() for name, blocks in read_blocks(names).items()}
        for blocks in found.values():
            blocks["balance_left_pct"] = 100.0 - blocks["balance_left_pct"]
        return found

    monkeypatch.setattr(type(year_library), "series_of", mirrored)
    monkeypatch.setattr(type(year_library), "blocks", mirrored_blocks)
    other = trend(year_library).figures, status(year_library).figures
    for ours, theirs in zip(plain, other, strict=True):
        one, two = ours["trend"], theirs["trend"]
        for a, b in zip(one.rows, two.rows, strict=True):
            assert b["balance_left_pct"] == pytest.approx(100 - a["balance_left_pct"], abs=2e-3)
            assert b["low95"] == pytest.approx(100 - a["high95"], abs=2e-3)
            assert b["high80"] == pytest.approx(100 - a["low80"], abs=2e-3)
        for a, b in zip(one.points, two.points, strict=True):
            y, least, most = (one.roles[f"points_{role}"] for role in ("y", "low", "high"))
            assert b[y] == pytest.approx(100 - a[y], abs=0.02)
            assert b[least] == pytest.approx(100 - a[most], abs=0.02)
        assert two.bands["your normal"] == pytest.approx(
            tuple(100 - edge for edge in reversed(one.bands["your normal"])), abs=1e-6
        )
    for name in MEASURES:
        assert other[0][name] == plain[0][name], "contact time has no side"


def test_since_and_until_limit_what_is_shown_and_nothing_that_is_said(year_library):
    whole = trend(year_library)
    dates = [row["date"] for row in whole.tables["runs"]]
    since, until = dates[20], dates[40]
    part = trend(year_library, since=since, until=date.fromisoformat(until))
    assert (part.headline, part.verdict, part.sentences, part.estimates) == (
        whole.headline, whole.verdict, whole.sentences, whole.estimates,
    )  # fmt: skip
    for name in ("trend", "runs"):
        expected = tuple(r for r in whole.tables[name] if since <= r["date"] <= until)
        assert part.tables[name] == expected
        assert 0 < len(expected) < len(whole.tables[name])
    for name, figure in part.figures.items():
        for rows, every in ((figure.rows, whole.figures[name].rows),
                            (figure.points, whole.figures[name].points)):  # fmt: skip
            assert rows == tuple(r for r in every if since <= r["date"] <= until)
    with pytest.raises(InputError, match="A date is written like"):
        trend(year_library, since="last week")


def test_a_period_without_runs_is_said_and_no_failure(year_library):
    answer = trend(year_library, since="2031-01-01")
    assert answer.sentences[-1] == "No run with balance lies between the days that are shown."
    assert answer.tables["runs"] == answer.tables["trend"] == ()
    assert all(f.rows == f.points == () for f in answer.figures.values())
    jsonschema.validate(json.loads(answer_json(answer)), schema("trend"))


@pytest.fixture(scope="module")
def long_level(year_library_path):
    """Balance of a runner of ten years, 3,000 runs, one in 50 of them wild."""
    from evenstride.answers import open_library

    with open_library(year_library_path) as lib:
        balance = levels(lib, window_days=90.0).by_measure["balance_left_pct"]
    n = 3000
    rng = np.random.default_rng(3)
    day = 12_000.3 + np.cumsum(rng.exponential(1.2, n))
    level = 49.0 + 0.02 * np.cumsum(rng.standard_normal(n))
    band = 0.2 + 0.1 * rng.random(n)
    wild = rng.random(n) < 0.02
    value = level + np.where(wild, 4.0, 0.4) * rng.standard_normal(n)
    start_us = pl.Series((day * 86_400e6).astype(int))
    series = pl.DataFrame(
        {
            "run_id": [str(i) for i in range(n)],
            "started_at_utc": start_us.cast(pl.Datetime("us", "UTC")),
            "utc_offset_s": pl.Series([3600] * n),
            "value": value,
            "se": np.full(n, 0.1),
            "low": value - 0.2,
            "high": value + 0.2,
            "sensor": ["HRM"] * 2000 + ["Pod"] * 1000,
        }
    )  # fmt: skip
    bands = {"low80": level - band / 2, "high80": level + band / 2,
             "low95": level - band, "high95": level + band}  # fmt: skip
    fitted = replace(
        balance.trend, day=day, level=level, wild=np.where(wild, 0.97, 0.02), offsets={}, **bands
    )
    sensor = np.repeat([0, 1], [2000, 1000])
    moves = replace(balance.moves, at_reference=value, at_reference_se=np.full(n, 0.1))
    return replace(
        balance, series=series, sensors=("HRM", "Pod"), sensor=sensor, moves=moves, trend=fitted
    ), wild  # fmt: skip


def drawn(level, most_rows=500, most_points=1200):
    return level_figure(
        days(level), dots(level), period=Period(), most_rows=most_rows, most_points=most_points
    )


def test_a_long_history_is_thinned_and_looks_the_same(long_level):
    level, wild = long_level
    whole, thin = drawn(level, None, None), drawn(level)
    assert len(whole.points) == 3000
    assert 2000 < len(whole.rows) <= 3000
    assert len(thin.rows) <= 500
    assert len(thin.points) <= 1200
    assert {row["date"]: row for row in whole.rows}.items() >= {
        row["date"]: row for row in thin.rows
    }.items(), "no row is made up"
    every = {point["run_id"]: point for point in whole.points}
    assert all(every[point["run_id"]] == point for point in thin.points)
    kept = {point["run_id"] for point in thin.points}
    assert {str(i) for i in np.flatnonzero(wild)} <= kept
    assert {"0", "2999"} <= kept
    assert (thin.rows[0], thin.rows[-1]) == (whole.rows[0], whole.rows[-1])
    assert thin.events == whole.events
    assert [event["label"] for event in thin.events] == ["Pod from here on"]
    y = "balance_left_pct"
    for name, where in ((y, min), (y, max), ("low95", min), ("high95", max)):
        assert binned(thin.rows, name, where, 124) == binned(whole.rows, name, where, 124)
    y, bins = "balance_at_reference_pct", (1200 - 2 - wild.sum()) // 2
    for where in (min, max):
        assert binned(thin.points, y, where, bins) == binned(whole.points, y, where, bins)


def binned(rows, name, where, bins):
    """The least or the greatest value of every bin of days."""
    day = [date.fromisoformat(row["date"]).toordinal() for row in rows]
    width = (day[-1] - day[0]) / bins
    found = {}
    for at, row in zip(day, rows, strict=True):
        found.setdefault(min(int((at - day[0]) / width), bins - 1), []).append(row[name])
    return {index: where(values) for index, values in found.items()}


def test_sensors_that_take_turns_are_told_once(long_level):
    level, _ = long_level
    turns = ["HRM", "Pod", None] * 1000
    taking_turns = replace(
        level,
        series=level.series.with_columns(sensor=pl.Series(turns)),
        sensors=("HRM", "Pod", None),
        sensor=np.tile([0, 1, 2], 1000),
    )
    events = drawn(taking_turns).events
    dates = dots(taking_turns).date
    assert events == (
        {"date": dates[1], "label": "first run with Pod"},
        {"date": dates[2], "label": "first run with an unknown sensor"},
    )


def test_short_histories_and_chosen_days_are_not_thinned(long_level):
    level, _ = long_level
    since = date(2005, 1, 1)
    runs = dots(level)
    figure = level_figure(
        days(level), runs, period=Period(since=since), most_rows=None, most_points=None
    )
    assert len(figure.points) == sum(day >= "2005-01-01" for day in runs.date) > 500
    assert figure.rows[0]["date"] >= "2005-01-01"


def test_where_most_are_wild_they_are_thinned_like_the_rest(long_level):
    level, _ = long_level
    astray = replace(level, trend=replace(level.trend, wild=np.full(3000, 0.99)))
    assert len(drawn(astray).points) <= 1200


values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300)


@given(values, st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_extremes_of_every_bin_stay_whatever_the_order_of_days(column, bins, random):
    y = np.array(column)
    day = np.array([float(random.randrange(50)) for _ in column])
    kept = _extremes(day, (-y, y), bins=bins)
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert kept.size <= 2 * bins + 2
    assert {0, y.size - 1} <= set(kept.tolist())
    bin_ = np.minimum(((day - day.min()) / (max(np.ptp(day), 1.0) / bins)).astype(int), bins - 1)
    for b in np.unique(bin_):
        inside = kept[bin_[kept] == b]
        assert y[inside].max() == y[bin_ == b].max()
        assert y[inside].min() == y[bin_ == b].min()


def test_days_are_the_runners_own(long_level):
    level, _ = long_level
    runs, level_days = dots(level), days(level)
    start = level.series["started_at_utc"][0] + timedelta(hours=1)
    assert runs.date[0] == level_days.date[0] == f"{start:%Y-%m-%d}"
    assert level_days.date == sorted(set(level_days.date))
