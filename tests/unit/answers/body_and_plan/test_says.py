"""What the body says: sides, since when, what goes along, and what is needed to say more."""

import json
import shutil
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import jsonschema
import numpy as np
import polars as pl
import pytest

from evenstride.answers import open_library
from evenstride.answers.body_and_plan import says, says_words
from evenstride.answers.body_and_plan.complaint_series import (
    LOOK_BACK_DAYS,
    MEASURES,
    asked_of,
    days_beside_runs,
    diary_days,
    measures_of,
)
from evenstride.answers.body_and_plan.says import NO_BALANCE, NO_RUNS, NOT_HARDER, body
from evenstride.answers.body_and_plan.says_needed import Known, needed_rows
from evenstride.answers.body_and_plan.says_words import beside_sentence
from evenstride.answers.body_and_plan.timeline import sore_places
from evenstride.answers.schema import schema
from evenstride.domain import exercise
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, Measured
from evenstride.domain.errors import InputError
from evenstride.library import New
from evenstride.render.as_json import answer_json
from evenstride.render.columns_says import says_columns
from levels_made import FIRST, made_levels, readings

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=1)))
TODAY = NOW.date()
CALF_L, CALF_R = ("calf", Side.LEFT), ("calf", Side.RIGHT)


@pytest.fixture
def lib(tmp_path):
    with open_library(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def with_runs(tmp_path, year_library_path):
    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as opened:
        yield opened


def write(lib, *values):
    before = len(lib.entries(Complaint)) + len(lib.entries(Day)) + len(lib.entries(Measured))
    new = [New(f"e{before + i}", value) for i, value in enumerate(values)]
    lib.write_entries(new, written_at_utc=NOW)


def felt(day, level, place=CALF_L, feeling=Feeling.SORENESS, moment=Moment.AFTER):
    return Complaint(day, moment, feeling, *place, level)


def ago(days):
    return TODAY - timedelta(days=days)


def runs_frame(*runs):
    """Runs as the library lists them: days before today, distance, duration."""
    return pl.DataFrame(
        {
            "run_id": [f"r{i}" for i in range(len(runs))],
            "started_at_utc": [
                datetime(TODAY.year, TODAY.month, TODAY.day, 7, tzinfo=UTC) - timedelta(days=d)
                for d, _, _ in runs
            ],
            "utc_offset_s": [3600] * len(runs),
            "distance_m": [float(m) if m is not None else None for _, m, _ in runs],
            "duration_s": [float(s) for _, _, s in runs],
        }
    )


def load_days(lib, monkeypatch, *runs):
    monkeypatch.setattr(type(lib), "runs", lambda *_: runs_frame(*runs))
    diary = diary_days(lib, today=TODAY)
    named = [name for name, _ in MEASURES]
    return dict(zip(named[4:], measures_of(lib, None, diary, now=NOW)[4:], strict=True))


def test_without_anything_it_says_so_and_what_would_tell(lib):
    answer = body(lib, now=NOW)
    assert answer.verdict == "no_complaints"
    assert NO_RUNS in answer.sentences
    assert NOT_HARDER in answer.sentences
    assert len(answer.tables["needed"]) == 4
    assert not answer.figures
    jsonschema.validate(_json(answer), schema("body"))


def test_the_reader_without_a_watch_gets_an_answer_by_side(lib):
    write(lib, *(felt(ago(2 * i), 3) for i in range(6)), felt(ago(3), 2, CALF_R))
    write(lib, Day(ago(1), nothing_hurts=True), Day(ago(20), done=("hip circles",)))
    answer = body(lib, now=NOW)
    assert answer.verdict == "too_little"
    assert "your runs" not in answer.headline
    assert answer.headline.startswith(
        "The left complains more, on 6 days against 1; there are no r"
    )
    assert (
        "9 have a word in the diary: on 6 the left complained more, on 1 the right, on 2 n"
        in (answer.sentences[0])
    )
    left, right = answer.tables["complaints"]
    assert (left["side"], left["days"], left["answered_days"]) == ("left", 6, 8)
    assert (left["since"], left["last_on"], left["last_level"]) == (
        ago(10).isoformat(),
        TODAY.isoformat(),
        3,
    )
    assert right["days"] == 1
    assert answer.figures["timeline"].rows
    needed = [row["what"] for row in answer.tables["needed"]]
    assert needed[0] == "more of the diary: still 5 weeks, 3 days with less of it, or none"
    runs = next(row for row in answer.tables["needed"] if row["what"] == "your runs")
    assert "without runs no day of the diary is one" in runs["why"]
    assert "FIT" in runs["how"]
    assert "GPX and TCX are not read" in runs["how"]
    jsonschema.validate(_json(answer), schema("body"))


def test_a_spell_begins_anew_and_gone_is_gone(lib):
    write(lib, felt(ago(60), 8), felt(ago(10), 4), felt(ago(8), 2), felt(ago(3), 0))
    (row,) = body(lib, now=NOW).tables["complaints"]
    assert (row["since"], row["worst"], row["days"]) == (ago(10).isoformat(), 4, 2)
    assert (row["last_on"], row["last_level"]) == (ago(3).isoformat(), 0)


def test_what_was_written_on_a_day_that_is_tomorrow_by_now_counts(lib):
    """Who flew west, or set the clock back, has said it all the same."""
    write(lib, felt(ago(-1), 8))
    (row,) = body(lib, now=NOW).tables["complaints"]
    assert (row["last_level"], row["days"], row["answered_days"]) == (8, 1, 1)
    (place,) = sore_places(list(lib.entries(Complaint).values()), (), today=TODAY)
    assert place["level"] == 8


def test_what_is_to_come_does_not_count_yet_and_a_time_without_zone_is_refused(lib):
    write(lib, felt(ago(-2), 5))
    assert body(lib, now=NOW).verdict == "no_complaints"
    with pytest.raises(InputError, match="time zone"):
        body(lib, now=NOW.replace(tzinfo=None))


def test_days_are_answered_where_anything_is_written(lib):
    write(lib, felt(ago(9), 3), felt(ago(9), 6), felt(ago(5), 2, CALF_R), Day(ago(2)))
    diary = diary_days(lib, today=TODAY)
    assert diary.answered.tolist() == [0, 4, 7]
    assert diary.levels[CALF_L].tolist() == [6.0, 0.0, 0.0]
    assert np.isnan(diary.spread(diary.levels[CALF_L])).sum() == diary.days - 3
    write(lib, felt(ago(LOOK_BACK_DAYS + 5), 9))
    assert diary_days(lib, today=TODAY).first == ago(9)


def test_both_sides_of_a_place_are_compared_too_with_balance_alone(lib):
    write(lib, *(felt(ago(i), 3) for i in range(7)), *(felt(ago(i), 5, CALF_R) for i in range(3)))
    asked = asked_of(diary_days(lib, today=TODAY), 6)
    assert asked.places == (CALF_L, ("calf", None))
    assert asked.complaints[1].tolist() == [3.0] * 4 + [-2.0] * 3
    looked_at = [{MEASURES[m] for m in np.flatnonzero(row)} for row in asked.pairs]
    assert ("contact_ms", Side.LEFT) in looked_at[0]
    assert ("contact_ms", Side.RIGHT) not in looked_at[0]
    assert looked_at[1] == {("balance_left_pct", None)}


def test_load_counts_days_off_as_nothing_and_days_outside_as_unknown(lib, monkeypatch):
    write(lib, Day(ago(40)), Day(TODAY))
    runs = ((50, 12_000, 4000), (20, 8000, 2400), (20, 4000, 1500), (12, 16_000, 5000))
    found = load_days(lib, monkeypatch, *runs)
    at = {days: 40 - days for days in (40, 20, 15, 14, 13, 12, 11)}
    assert found["distance_m"][at[20]] == 12_000
    assert found["duration_s"][at[20]] == 3900
    assert found["distance_m"][at[15]] == 0.0
    assert np.isnan(found["distance_m"][at[11]]), "nobody knows what was run since"
    assert found["distance_7d_m"][at[14]] == 12_000
    assert found["distance_7d_m"][at[13]] == 0.0
    assert found["longest_30d_ratio"][at[12]] == 2.0
    assert found["longest_30d_ratio"][at[20]] == pytest.approx(8 / 12), "of the month before"
    assert np.isnan(found["longest_30d_ratio"][at[15]])


def test_only_days_between_first_and_last_run_are_counted_as_there(lib, monkeypatch):
    write(lib, *(felt(ago(days), days % 4) for days in range(60)))
    runs = runs_frame((12, 8000, 2400), (5, 8000, 2400))
    monkeypatch.setattr(type(lib), "runs", lambda *_: runs)
    diary = diary_days(lib, today=TODAY)
    beside = days_beside_runs(lib, diary, now=NOW)
    assert int(beside.sum()) == 8
    known = Known(runs=2, balance=False, tested=True, beside_runs=beside)
    first, _ = needed_rows(known, diary, "too_little", looked_at=False)
    # Felt on 6 of these 8 days, and on 6 of them less than most.
    assert first["what"] == "more of the diary: still 12 days with a word beside runs"
    assert "between your first run and your last" in first["why"]


def test_a_turn_from_soreness_to_pain_is_told_with_its_day(lib):
    pain = [felt(ago(days), 3, feeling=Feeling.PAIN) for days in (9, 6)]
    write(lib, felt(ago(30), 2), felt(ago(11), 4), *pain)
    answer = body(lib, now=NOW)
    (row,) = answer.tables["complaints"]
    assert (row["feeling"], row["since"], row["worst"]) == ("pain", ago(30).isoformat(), 4)
    assert [(one["feeling"], one["since"], one["days"]) for one in row["feelings"]] == [
        ("soreness", ago(30).isoformat(), 2),
        ("pain", ago(9).isoformat(), 2),
    ]
    assert any(
        said.startswith("Left calf: soreness since 22 October 2026, pain since 12 November 2026; ")
        for said in answer.sentences
    )
    assert says_columns("km")["body", "complaints"][1][1].cell(row) == "soreness, then pain"
    jsonschema.validate(_json(answer), schema("body"))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((9, 6), "pain from 12 November 2026 to 15 November 2026, soreness since 16 November 2026"),
        ((9,), "pain on 12 November 2026, soreness since 16 November 2026"),
    ],
)
def test_pain_that_is_over_is_not_said_to_last(lib, days, said):
    write(lib, *(felt(ago(day), 3, feeling=Feeling.PAIN) for day in days), felt(ago(5), 1))
    assert f"Left calf: {said}; " in " ".join(body(lib, now=NOW).sentences)


def test_a_run_without_distance_leaves_its_day_unknown(lib, monkeypatch):
    write(lib, Day(ago(20)), Day(TODAY))
    found = load_days(lib, monkeypatch, (10, None, 3000), (5, 5000, 1500), (0, 5000, 1500))
    assert np.isnan(found["distance_m"][10])
    assert found["duration_s"][10] == 3000
    assert np.isnan(found["distance_7d_m"][15])


def test_balance_and_the_contact_of_a_side_are_what_is_left_of_the_level(lib, monkeypatch):
    looked = made_levels(readings(30))
    balance = looked.by_measure["balance_left_pct"]
    gct = SimpleNamespace(
        series=balance.series[:-1],
        moves=SimpleNamespace(at_reference=np.full(29, 252.0), level=np.full(29, 250.0)),
    )
    looked.by_measure["gct_ms"] = gct
    start = FIRST.date()
    write(lib, Day(start), Day(start + timedelta(days=60)))
    monkeypatch.setattr(type(lib), "runs", lambda *_: runs_frame((0, 5000, 1500)))
    diary = diary_days(lib, today=TODAY)
    found = measures_of(lib, looked, diary, now=NOW)
    day = 8
    here, level = balance.moves.at_reference[4], balance.moves.level[4]
    assert found[0, day] == pytest.approx(here - level)
    assert found[1, day] == pytest.approx(2 * (252 * here - 250 * level) / 100)
    assert found[1, day] + found[2, day] == pytest.approx(2 * 2.0)
    assert found[3, day] == pytest.approx(2.0)
    assert np.isnan(found[:4, day + 1]).all()
    assert np.isnan(found[1, 58])


def test_soreness_after_long_days_is_found_and_said_with_its_size(with_runs):
    lib = with_runs
    runs = lib.runs(())
    last = runs["started_at_utc"][-1].date()
    km = {
        start.date(): m / 1000
        for start, m in zip(*(runs[c] for c in ("started_at_utc", "distance_m")), strict=True)
    }
    draw = np.random.default_rng(5)
    middle = float(np.median(list(km.values())))
    first, felt_then = min(km), []
    for i in range((last - first).days):
        day = first + timedelta(days=i)
        more = km.get(day, 0.0) - 0.7 * middle
        level = int(np.clip(round(0.8 * more + draw.standard_normal()), 0, 9))
        felt_then.append(felt(day + timedelta(days=1), level, CALF_R))
    write(lib, *felt_then)
    now = datetime(last.year, last.month, last.day, 21, tzinfo=UTC)
    answer = body(lib, now=now)
    assert answer.verdict == "goes_along"
    row = answer.tables["associations"][0]
    assert (row["side"], row["lag_days"], row["stands"]) == ("right", 1, True)
    assert row["measure"] in {"distance_m", "duration_s"}
    assert row["strength"] > 0.3
    assert row["low"] > 0.0
    assert row["sentence"].startswith("The day before days with more soreness in the right calf, ")
    assert answer.headline.startswith(row["sentence"])
    assert {r["measure"] for r in answer.tables["associations"]} >= {"balance_left_pct"}
    assert any(need["what"] == "an experiment" for need in answer.tables["needed"])
    assert answer == body(lib, now=now), "the same diary gets the same answer"
    jsonschema.validate(_json(answer), schema("body"))


def test_soreness_that_comes_as_it_likes_is_nothing_to_see(with_runs):
    lib = with_runs
    last = lib.runs(())["started_at_utc"][-1].date()
    draw = np.random.default_rng(8)
    days = [last - timedelta(days=i) for i in range(90)]
    write(lib, *(felt(day, int(draw.integers(0, 4)), CALF_L) for day in days))
    now = datetime(last.year, last.month, last.day, 21, tzinfo=UTC)
    answer = body(lib, now=now)
    assert answer.verdict == "nothing_to_see"
    assert "nothing to see" in answer.headline
    assert not any(row["stands"] for row in answer.tables["associations"])
    assert NO_BALANCE not in answer.sentences
    assert len(answer.tables["associations"]) == 6
    assert "cause" in " ".join(answer.caveats)


def _json(answer):
    return json.loads(answer_json(answer))


def beside_balance(lib, monkeypatch, value, side):
    """What is said of a calf that is sore where the runs read high, on this side."""
    looked = made_levels(value)
    monkeypatch.setattr(says, "_levels", lambda *_: looked)
    rows = body(lib, now=NOW).tables["associations"]
    return next(row for row in rows if row["measure"] == "balance_left_pct" and row["side"] == side)


def test_a_mirrored_runner_is_told_the_same_of_the_other_side(tmp_path, monkeypatch):
    value = readings(60)
    higher = value > np.median(value)
    first = FIRST.date()
    found = []
    for sign, place in ((1.0, CALF_L), (-1.0, CALF_R)):
        with open_library(tmp_path / place[1]) as lib:
            days = [first + timedelta(days=2 * i) for i in range(60)]
            write(lib, *(felt(d, 4 * int(up), place) for d, up in zip(days, higher, strict=True)))
            mirrored = 50.0 + sign * (value - 50.0)
            found.append(beside_balance(lib, monkeypatch, mirrored, place[1].value))
    left, right = found
    assert left["stands"]
    assert right["p"] == left["p"]
    assert left["strength"] > 0.5
    assert right["strength"] == pytest.approx(-left["strength"], abs=1e-3)
    assert right["difference"] == pytest.approx(-left["difference"], abs=1e-3)
    assert left["same_side"] is right["same_side"] is True
    assert left["lag_days"] == right["lag_days"] == 0
    assert "contact was longer on the left" in left["sentence"]
    said = [row["sentence"].partition(" (rank")[0] for row in found]
    assert said[1] == said[0].replace("left", "right")


ROW = {
    "region": "calf",
    "side": "right",
    "place": "right calf",
    "lag_days": 0,
    "strength": -0.41,
    "low": -0.6,
    "high": -0.1,
    "p": 0.02,
    "n": 40,
    "same_side": None,
    "stands": True,
}
SAID = {
    ("balance_left_pct", -0.34, 0): "On days with more pain in the right calf, contact was longer "
    "on the right than on other days: 0.3 pp toward the right, the same side "
    "(rank correlation −0.41, −0.60 to −0.10 with all looks counted).",
    ("contact_ms", -6.2, -1): "The day after days with more pain in the right calf, contact on the "
    "right was shorter by 6 ms",
    ("distance_m", 3210.0, 2): "Two days before days with more pain in the right calf, you ran "
    "3.2 km more",
    ("duration_s", -1800.0, 0): "you ran 30 min less long",
    ("distance_7d_m", 8000.0, -3): "Three days after days with more pain in the right calf, you "
    "had run 8.0 km more in seven days",
    ("longest_30d_ratio", 0.12, 0): "the run was longer against the longest of the 30 days before, "
    "by 12 % of it",
}


@pytest.mark.parametrize(("measure", "difference", "lag"), SAID)
def test_what_goes_along_is_said_with_its_day_side_and_size(measure, difference, lag):
    same = measure == "balance_left_pct" or None
    more = {"measure": measure, "difference": difference, "lag_days": lag, "same_side": same}
    said = beside_sentence(ROW | more, "pain", "km")
    assert SAID[measure, difference, lag] in said
    both = beside_sentence(ROW | more, "soreness or pain", "km")
    assert "with more soreness or pain in the right calf" in both


def test_left_less_right_is_said_as_more_left_than_right():
    row = ROW | {
        "side": "left_less_right",
        "measure": "balance_left_pct",
        "difference": 0.5,
        "strength": 0.4,
        "same_side": True,
    }
    said = beside_sentence(row, "soreness", "km")
    assert said.startswith(
        "On days with more soreness in the left calf than in the right, contact was longer on the "
        "left than on other days: 0.5 pp toward the left, the same side"
    )
    nothing = beside_sentence(row | {"stands": False, "p": 0.6}, "soreness", "km")
    assert nothing.endswith("balance: nothing to see, as chance shows (p = 0.60).")


def test_tests_of_both_sides_are_named_with_the_lower_side():
    heel = exercise.TestedSide(
        "heel-raise", TODAY, Side.LEFT, difference=-6.0, mdc=4.0, unit="count"
    )
    even = exercise.TestedSide("ankle-lunge", TODAY, None, difference=1.0, mdc=4.7, unit="deg")
    seen = exercise.TestedSide("chest-breath", TODAY, Side.RIGHT, sign="right_lower")
    assert says_words.tested_sentence([seen]) == ""
    assert says_words.tested_sentence([even]).startswith("1 test of both sides: none differs")
    said = says_words.tested_sentence([heel, even, seen])
    assert "(1 of 2 tests)" in said
    assert said.endswith(": left.")
