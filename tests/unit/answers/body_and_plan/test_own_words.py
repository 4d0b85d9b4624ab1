"""Earlier days of the other side are told, and the runner's own is said as people write it."""

from datetime import date, datetime, timedelta, timezone

import pytest

from evenstride.answers import open_library
from evenstride.answers.body_and_plan import voices
from evenstride.answers.body_and_plan.other_side import other_side_words
from evenstride.answers.body_and_plan.voices import voice_rows
from evenstride.answers.body_and_plan.where_from import why
from evenstride.domain.diary import Measured
from evenstride.domain.estimate import Estimate
from evenstride.library import New

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=timezone(timedelta(hours=1)))
LESS, MORE = (38.0, 38.0, 38.0), (47.0, 47.0, 47.0)


@pytest.fixture
def lib(tmp_path):
    with open_library(tmp_path / "library") as opened:
        yield opened


def lunge(day, left, right, by=""):
    return Measured(day, "ankle-lunge", "degrees", "knee-bent", "phone", by, left, right)


def chest(day, sign):
    return Measured(day, "chest-breath", "hands", sign=sign)


def write(lib, *measured):
    new = [New(f"m{i}", one) for i, one in enumerate(measured)]
    lib.write_entries(new, written_at_utc=NOW)


def test_earlier_days_of_the_other_side_are_named_and_no_others(lib):
    write(
        lib,
        chest(date(2026, 9, 17), "right_lower"),
        chest(date(2026, 9, 20), "right_lower"),
        chest(date(2026, 9, 25), "even"),
        chest(date(2026, 11, 20), "left_lower"),
        lunge(date(2026, 11, 1), LESS, MORE),
        lunge(date(2026, 11, 9), LESS, MORE),
        lunge(date(2026, 11, 10), MORE, LESS, by="a friend"),
        lunge(date(2026, 11, 18), LESS, MORE),
    )
    words = other_side_words(lib)
    assert words == {"chest-breath": "Before, on 17 Sep 2026 and 20 Sep 2026, it was the right."}
    rows = {row["source"]: row for row in why(lib, now=NOW).tables["ledger"]}
    (breath,) = rows["breathing_and_trunk"]["speaks_for"]
    assert breath.startswith("Where the chest widens (felt by hand), 20 Nov 2026: the left widens")
    assert words["chest-breath"] in breath
    assert rows["range_of_motion"]["known"] == "two_days"
    assert rows["breathing_and_trunk"]["known"] == "said"


def test_one_s_own_is_said_with_days_and_names_as_people_write_them(lib, monkeypatch):
    write(lib, lunge(date(2026, 11, 1), MORE, LESS), lunge(date(2026, 11, 19), LESS, MORE))
    size = Estimate(0.4, 0.1, 0.2, 0.6, "pp", 20.0)
    monkeypatch.setattr(voices, "_tags", lambda *_: {"hip-and-core-routine": size})
    mine = " ".join(row["yours"] for row in voice_rows(lib, now=NOW))
    assert (
        "Ankle bend in a lunge, 19 Nov 2026: lower on the left, beyond the error of the test, "
        "found on one day only. Before, on 1 Nov 2026, it was the right."
    ) in mine
    assert "Runs with “Hip and core routine”: 0.4 pp toward the left" in mine
    assert "2026-11" not in mine
