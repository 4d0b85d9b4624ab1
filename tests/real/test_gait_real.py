"""Real files: the mean is the watch's own where nothing is dropped, and the errors are honest."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evenstride.formats import read
from evenstride.gait import measure, measure_laps
from evenstride.gait.windows import measure_windows

if TYPE_CHECKING:
    from pathlib import Path

    from evenstride.domain.measures import Measures
    from evenstride.domain.recording import Recording

TRAIL = "runs/280963073.fit"


@pytest.fixture(scope="module")
def measured(real_data: Path) -> dict[str, tuple[dict[str, str], Recording, Measures]]:
    found = {}
    with (real_data / "INDEX.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            if row["file"].startswith(("one_runner/", "runs/")):
                (recording,) = read((real_data / row["file"]).read_bytes()).recordings
                found[row["file"]] = (row, recording, measure(recording.samples, recording.pauses))
    return found


def with_balance(measured):
    return {k: v for k, v in measured.items() if "balance_left_pct" in v[2].estimates}


def test_every_file_with_balance_has_a_mean_and_the_others_have_none(measured):
    assert set(with_balance(measured)) == {
        k for k, (row, _, _) in measured.items() if row["balance_mean"]
    }


def test_seconds_add_up(measured):
    for name, (_, recording, found) in measured.items():
        t = recording.samples["t_s"].to_numpy()
        total = found.usable_s + sum(found.dropped.values())
        assert total <= t[-1] - t[0] + 10.0, name
        assert total >= 0.5 * t.size, name


def test_the_mean_is_the_watchs_own_but_for_what_is_dropped(measured):
    differences = {
        name: abs(found.estimates["balance_left_pct"].value - float(row["session_balance"]))
        for name, (row, _, found) in with_balance(measured).items()
    }
    assert np.median(list(differences.values())) < 0.03
    # The worst is a trail run with 92 % of its balance from walking uphill; of the rest, one is of
    # 57 s, and one of intervals with walks between.
    worst = sorted(differences, key=lambda name: -differences[name])
    assert worst[0] == TRAIL
    assert differences[worst[1]] < 0.2
    assert differences[worst[4]] < 0.1


def test_where_nothing_is_dropped_nothing_changes(measured):
    whole = {
        name: abs(found.estimates["balance_left_pct"].value - float(row["session_balance"]))
        for name, (row, _, found) in with_balance(measured).items()
        if found.usable_share > 0.985
    }
    assert len(whole) >= 5
    # The session's own value has two decimals, and the first 15 s are dropped.
    assert max(whole.values()) < 0.02


def test_a_trail_run_is_mostly_not_running(measured):
    _, _, found = measured[TRAIL]
    assert found.usable_share < 0.15
    assert found.dropped["walking"] + found.dropped["standing"] > 0.7 * 10_000
    # Little is left, and its mean says so.
    assert found.estimates["balance_left_pct"].se > 0.6


def test_wild_values_at_starts_are_dropped(measured):
    _, recording, found = measured["runs/474597884061319569.fit"]
    assert recording.samples["balance_left_pct"].min() < 23.0
    assert found.blocks["balance_left_pct"].min() > 49.0


def test_the_errors_of_one_runner_are_of_the_right_size(measured):
    one = [f for n, (_, _, f) in with_balance(measured).items() if n.startswith("one_runner/")]
    se = np.array([f.estimates["balance_left_pct"].se for f in one])
    time_s = np.array([f.usable_s / f.estimates["balance_left_pct"].n_effective for f in one])
    assert len(one) == 30
    assert 0.10 < np.median(se) < 0.25
    assert se.min() > 0.03
    assert se.max() < 0.5
    assert 100.0 < np.median(time_s) < 600.0


def test_the_drifts_of_one_runner_scatter_as_their_errors_say(measured):
    """Thirds differ by noise and by what the runner really did: a ratio of 1 or a little above."""
    drift = [
        f.estimates["balance_drift_pp"]
        for n, (_, _, f) in measured.items()
        if n.startswith("one_runner/") and "balance_drift_pp" in f.estimates
    ]
    z = np.array([d.value / d.se for d in drift])
    assert z.size >= 25
    assert 0.7 < np.sqrt(np.mean(z**2)) < 1.5


def test_laps_add_up_to_the_run(measured):
    _, recording, found = measured["runs/Fenix3-Run-1321421020.fit"]
    laps = measure_laps(recording.samples, recording.laps, recording.pauses)
    assert len(laps) == 22
    assert sum(lap.usable_s for lap in laps) == pytest.approx(found.usable_s, abs=2.0)
    weighted = sum(lap.usable_s * lap.estimates["balance_left_pct"].value for lap in laps)
    assert weighted / sum(lap.usable_s for lap in laps) == pytest.approx(
        found.estimates["balance_left_pct"].value, abs=0.005
    )


def test_lap_means_are_the_watchs_own(measured):
    _, recording, _ = measured["runs/Fenix3-Run-1321421020.fit"]
    laps = measure_laps(recording.samples, recording.laps, recording.pauses)
    pairs = [
        (m.estimates["balance_left_pct"].value, lap.balance_left_pct)
        for lap, m in zip(recording.laps, laps, strict=True)
        if lap.balance_left_pct is not None
    ]
    assert len(pairs) >= 20
    assert max(abs(a - b) for a, b in pairs) < 0.06


def test_windows_of_laps_say_what_laps_say(measured):
    """The same seconds, by another way."""
    compared = 0
    for name, (_, recording, found) in with_balance(measured).items():
        laps = recording.laps
        windows = [(lap.start_s, lap.end_s) for lap in laps]
        rows = measure_windows(recording.samples, windows, recording.pauses)
        for row, lap in zip(
            rows, measure_laps(recording.samples, laps, recording.pauses), strict=True
        ):
            assert row["duration_s"] == pytest.approx(lap.usable_s), name
            if "balance_left_pct" in lap.estimates:
                mean = lap.estimates["balance_left_pct"].value
                assert row["balance_left_pct"] == pytest.approx(mean, abs=1e-6), name
                compared += 1
        (whole,) = measure_windows(recording.samples, [(0.0, np.inf)], recording.pauses)
        mean = found.estimates["balance_left_pct"].value
        assert whole["balance_left_pct"] == pytest.approx(mean, abs=1e-6), name
    assert compared > 50
