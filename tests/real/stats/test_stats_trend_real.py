"""The thirty real runs of one runner: scored and fitted, nothing claimed of who wins."""

import csv
from datetime import datetime

import numpy as np
import pytest

from evenstride.domain.trend import Direction
from evenstride.stats import fit_trend
from evenstride.stats.scoring import score


@pytest.fixture(scope="module")
def thirty(real_data):
    with (real_data / "INDEX.csv").open(newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["file"].startswith("one_runner/")]
    start = [datetime.fromisoformat(r["session_start_utc"]) for r in rows]
    order = np.argsort([s.timestamp() for s in start])
    day = np.array([start[i].timestamp() / 86_400.0 for i in order])
    value = np.array([float(rows[i]["balance_mean"]) for i in order])
    assert day.size == 30
    # The error of a run's mean is about 0.12 pp for half an hour of readings (DOMAIN 1).
    minutes = np.array([int(rows[i]["balance_records"]) / 60.0 for i in order])
    return day - day[0], value, 0.12 * np.sqrt(30.0 / minutes)


def test_the_runner_is_where_the_runs_are(thirty):
    day, value, se = thirty
    trend = fit_trend(day, value, se, unit="pp", scale=0.4)
    assert trend.now.low < trend.now.value < trend.now.high
    assert trend.now.value == pytest.approx(np.median(value[-6:]), abs=0.5)
    assert 0.2 < trend.day_to_day.value < 0.6
    assert trend.direction is Direction.NOT_DISTINGUISHABLE
    inside = (value >= trend.normal_low) & (value <= trend.normal_high)
    assert inside.mean() >= 0.8


def test_the_scores_are_finite_and_the_interval_holds_most_runs(thirty):
    scores = score(*thirty, scale=0.4)
    assert all(np.isfinite([s.log_score, s.log_score_se]).all() for s in scores.values())
    assert scores["trend"].coverage >= 0.85
