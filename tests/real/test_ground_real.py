"""Real files: climbs are the watch's own, turning adds up, and no street is taken for a track."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import fitdecode
import numpy as np
import pytest

from evenstride.formats import read
from evenstride.gait import measure

if TYPE_CHECKING:
    from pathlib import Path

    from evenstride.domain.ground import Ground

OUT_AND_BACK = {
    "one_runner/2022-09-21_209517225.fit",
    "one_runner/2022-09-23_209880438.fit",
}
HILLS = (
    "one_runner/2022-08-28_205005987.fit",
    "one_runner/2022-09-25_210354690.fit",
    "runs/280963073.fit",
    "runs/running-with-developer-data.fit",
    "runs/activity_2477200414.fit",
)
BLOCK_OF_HOUSES = "one_runner/2022-09-12_207834339.fit"
SHUTTLE = "one_runner/2022-09-15_208356497.fit"


@pytest.fixture(scope="module")
def grounds(real_data: Path) -> dict[str, Ground]:
    found = {}
    with (real_data / "INDEX.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            if row["file"].startswith(("one_runner/", "runs/")):
                (recording,) = read((real_data / row["file"]).read_bytes()).recordings
                measured = measure(recording.samples, recording.pauses)
                assert measured.faults == ()
                found[row["file"]] = measured.ground
    return found


@pytest.mark.parametrize("name", HILLS)
def test_climbs_are_the_watchs_own(grounds, real_data, name):
    with fitdecode.FitReader(
        real_data / name, error_handling=fitdecode.ErrorHandling.IGNORE
    ) as messages:
        (session,) = (
            message
            for message in messages
            if isinstance(message, fitdecode.FitDataMessage) and message.name == "session"
        )
    found = grounds[name]
    assert found.up_m == pytest.approx(session.get_value("total_ascent"), abs=5.0, rel=0.03)
    assert found.down_m == pytest.approx(session.get_value("total_descent"), abs=5.0, rel=0.03)


def test_treadmills_have_no_ground_and_the_others_turn(grounds):
    turned = [g.left_turn_deg is not None for g in grounds.values()]
    assert turned.count(False) == 2
    for name, found in grounds.items():
        if found.left_turn_deg is not None:
            assert max(found.left_turn_deg, found.right_turn_deg) < 2500.0, name


def test_no_run_here_is_on_a_track(grounds):
    assert [name for name, found in grounds.items() if found.laps is not None] == []
    # The one that goes round a block of houses four times turns left for most of them.
    assert grounds[BLOCK_OF_HOUSES].left_turn_deg > 4 * 360.0
    assert grounds[BLOCK_OF_HOUSES].right_turn_deg < 360.0


def test_out_and_back_is_told_from_shuttles_and_loops(grounds):
    for name in OUT_AND_BACK:
        found = grounds[name]
        out_s = found.turned_back_at_s - found.same_way_from_s
        back_s = found.same_way_until_s - found.turned_back_at_s
        assert min(out_s, back_s) > 1000.0
        assert np.log(out_s / back_s) == pytest.approx(0.0, abs=0.2)
    assert grounds[SHUTTLE].turned_back_at_s is None
    told = sum(found.turned_back_at_s is not None for found in grounds.values())
    assert 8 <= told <= 20
