"""What screening answers: tests, findings, signs, one test, what was kept, the sheet, the plan."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import jsonschema
import pytest

from evenstride.answers import open_library
from evenstride.answers.body_and_plan.screening import record_measured, screen, screen_test
from evenstride.answers.body_and_plan.screening import tested_sides as sides_of
from evenstride.answers.body_and_plan.screening_sheet import sheet
from evenstride.answers.schema import schema
from evenstride.body.tests import screening_tests
from evenstride.domain.body import Side
from evenstride.domain.diary import Injury, Measured
from evenstride.domain.errors import DoubtError, InputError
from evenstride.library import New
from evenstride.render.as_json import plain

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=timezone(timedelta(hours=1)))
TODAY = date(2026, 11, 21)
LUNGE = Measured(
    TODAY,
    "ankle-lunge",
    "degrees",
    "knee-bent",
    "phone",
    left=(38.0, 39.0, 38.0),
    right=(44.0, 43.0, 44.0),
)
PATTERN = {
    "chest-breath": ("hands", "right_lower"),
    "back-breath": ("hands", "left_lower"),
    "flared-ribs": ("seen", "left_flared"),
    "hip-bone-forward": ("seen", "left_forward"),
    "arch": ("seen", "left_flatter"),
}


@pytest.fixture
def lib(tmp_path):
    with open_library(tmp_path / "library") as opened:
        yield opened


def keep(lib, measured, **other):
    return record_measured(lib, measured, now=NOW, **other)


def seen(slug):
    method, sign = PATTERN[slug]
    return Measured(TODAY, slug, method, sign=sign)


def holds(answer):
    """The answer, checked against what its question publishes."""
    jsonschema.validate(plain(answer), schema(answer.question))
    said = " ".join((answer.headline, *answer.sentences, *answer.caveats)).casefold()
    assert "weak" not in said
    assert "abnormal" not in said
    assert "does not predict one person's injury" in said
    return answer


def test_nothing_tested(lib):
    answer = holds(screen(lib, now=NOW))
    assert answer.verdict == "nothing_tested"
    assert len(answer.tables["tests"]) == len(screening_tests())
    assert answer.tables["findings"] == ()
    assert answer.tables["retest"]
    assert sides_of(lib) == ()


def test_a_difference_is_kept_said_and_given_to_the_plan(lib):
    kept = holds(keep(lib, LUNGE))
    assert kept.verdict == "written"
    (row,) = kept.tables["measured"]
    assert row["left"] == [38.0, 39.0, 38.0]
    assert (row["outcome"], row["lower"]) == ("left_lower", "left")
    answer = holds(screen(lib, now=NOW))
    assert "Of 1 measured test 1 differs" in answer.headline
    assert "less on the left" in answer.headline
    assert answer.verdict == "too_little"
    (finding,) = answer.tables["findings"]
    assert finding["mdc"] == 4.7
    assert "ankle-lunge" in {r["test"] for r in answer.tables["retest"]}
    (side,) = sides_of(lib)
    assert (side.test, side.side, side.repeated, side.mdc) == (
        "ankle-lunge",
        Side.LEFT,
        False,
        4.7,
    )
    assert side.fits is None


def test_the_same_again_is_unchanged_and_a_correction_is_one_version_more(lib):
    first = keep(lib, LUNGE)
    name = first.tables["measured"][0]["entry_id"]
    assert keep(lib, LUNGE).verdict == "unchanged"
    right = replace(LUNGE, left=(40.0, 41.0, 40.0))
    again = holds(keep(lib, right, entry_id=name, seen=1))
    assert again.verdict == "corrected"
    assert len(lib.entry_history(Measured, name)) == 2
    with pytest.raises(InputError, match="changed in the meantime"):
        keep(lib, replace(LUNGE, left=(42.0,) * 3), entry_id=name, seen=1)


def test_what_is_unlikely_is_asked_and_kept_by_who_is_sure(lib):
    far = replace(LUNGE, left=(58.5,) * 3, right=(32.0,) * 3)
    with pytest.raises(DoubtError) as asked:
        keep(lib, far)
    assert asked.value.doubts[0].endswith("is that a typing slip?")
    assert lib.entries(Measured) == {}
    assert keep(lib, far, sure=True).verdict == "written"


def test_words_are_read_as_people_write_them(lib):
    typed = replace(LUNGE, test="Ankle bend in a lunge", position="Knee bent", instrument="Phone")
    keep(lib, typed)
    ((_, kept),) = lib.entries(Measured).items()
    assert kept.value == LUNGE
    keep(lib, Measured(TODAY, "hop", "", left=(120.0,) * 3, right=(121.0,) * 3))
    keep(lib, Measured(TODAY, "chest breath", "hands", sign="The right widens less"))
    assert {one.test for one in sides_of(lib)} == {"ankle-lunge", "hop", "chest-breath"}


def test_an_unknown_test_suggests_the_nearest(lib):
    with pytest.raises(InputError, match="did you mean ankle-lunge"):
        screen_test(lib, "ankle-lunges", now=NOW)


@pytest.mark.parametrize("slug", screening_tests())
def test_every_test_is_explained(lib, slug):
    answer = holds(screen_test(lib, slug, now=NOW))
    assert answer.verdict == "never"
    assert len(answer.tables["how"]) >= 3
    assert answer.sources


def test_history_of_a_test_latest_first_with_its_change(lib):
    keep(lib, replace(LUNGE, on_date=TODAY - timedelta(days=50), left=(34.0, 34.0, 34.0)))
    keep(lib, replace(LUNGE, left=(42.0, 42.0, 42.0)))
    answer = holds(screen_test(lib, "ankle-lunge", now=NOW))
    first, second = answer.tables["history"]
    assert first["on_date"] > second["on_date"]
    assert first["change_beyond_error"] is True
    assert answer.verdict == "no_difference"


def test_of_one_day_what_was_written_last_counts(lib):
    keep(lib, LUNGE)
    keep(lib, replace(LUNGE, left=(44.0, 44.0, 44.0)))
    answer = screen_test(lib, "ankle-lunge", now=NOW)
    assert [row["outcome"] for row in answer.tables["history"]] == ["no_difference", "left_lower"]
    assert answer.verdict == "no_difference"


def days_of(lib, slug="ankle-lunge"):
    figure = holds(screen_test(lib, slug, now=NOW)).figures.get("sides")
    return [dict(row) for row in figure.rows] if figure else []


def test_a_figure_of_days_says_what_the_history_says(lib):
    ago = [replace(LUNGE, on_date=TODAY - timedelta(days=n)) for n in (60, 20)]
    keep(lib, replace(ago[0], left=(34.0, 34.0, 34.0)))
    assert days_of(lib) == []
    keep(lib, ago[1])
    keep(lib, replace(LUNGE, left=(44.0, 44.0, 44.0)))
    days = days_of(lib)
    history = screen_test(lib, "ankle-lunge", now=NOW).tables["history"][::-1]
    for row, said in zip(days, history, strict=True):
        assert row["date"] == said["on_date"]
        assert (row["left"], row["right"]) == (said["left_mean"], said["right_mean"])
        assert row["difference"] == said["difference"]
        assert row["faded"] == (said["outcome"] == "no_difference")
        assert row["faded"] == (row["low"] < 0.0 < row["high"])
        assert row["left_low"] < row["left"] < row["left_high"]
        assert row["changed"] is said["change_beyond_error"]
    assert [row["changed"] for row in days] == [None, False, False]
    for before, row in pairwise(days):
        middle = (row["change_low"] + row["change_high"]) / 2
        assert middle == pytest.approx(before["difference"])


def test_ways_of_measuring_are_kept_apart_in_the_figure(lib):
    straight = replace(LUNGE, position="knee-straight")
    keep(lib, replace(LUNGE, on_date=TODAY - timedelta(days=20)))
    keep(lib, straight)
    assert days_of(lib) == []  # a day each: nothing to hold against each other
    keep(lib, LUNGE)
    keep(lib, replace(straight, on_date=TODAY - timedelta(days=9)))
    assert [row["way"].split(", ")[1] for row in days_of(lib)] == [
        *("knee bent", "knee bent"),
        *("knee straight", "knee straight"),
    ]


def test_of_a_day_the_figure_has_the_last_and_half_a_day_has_no_difference(lib):
    keep(lib, replace(LUNGE, on_date=TODAY - timedelta(days=20)))
    keep(lib, replace(LUNGE, on_date=TODAY - timedelta(days=9), right=()))
    assert days_of(lib) == []
    keep(lib, LUNGE)
    keep(lib, replace(LUNGE, left=(41.0, 41.0, 41.0)))
    days = days_of(lib)
    assert [row["left"] for row in days] == pytest.approx([38.33, 38.33, 41.0], abs=0.01)
    assert (days[1]["difference"], days[1]["right"], days[1]["faded"]) == (None, None, True)
    assert days[2]["change_high"] > days[2]["difference"]


def test_the_pattern_from_ribs_to_feet(lib):
    for slug in PATTERN:
        keep(lib, seen(slug))
    answer = holds(screen(lib, now=NOW))
    assert answer.verdict == "fits"
    assert "5 tests were looked at" in answer.headline
    states = {row["test"]: row["state"] for row in answer.tables["signs"]}
    assert {slug for slug, state in states.items() if state == "fits"} == set(PATTERN)
    sides = {one.test: one for one in sides_of(lib)}
    assert sides["chest-breath"].side is Side.RIGHT
    assert sides["hip-bone-forward"].side is Side.LEFT
    assert all(one.fits for one in sides.values())
    assert "Boyle 2010" in " ".join(source.text for source in answer.sources)


def test_a_side_that_hurt_chooses_nothing(lib):
    keep(lib, replace(LUNGE, left_pain=5))
    assert sides_of(lib) == ()
    assert "It hurt on the left" in screen(lib, now=NOW).tables["findings"][0]["sentence"]


def test_half_a_measurement_does_not_hide_the_whole_one_before(lib):
    keep(lib, replace(LUNGE, on_date=TODAY - timedelta(days=9)))
    keep(lib, replace(LUNGE, right=()))
    (side,) = sides_of(lib)
    assert (side.side, side.on_date) == (Side.LEFT, TODAY - timedelta(days=9))
    answer = holds(screen(lib, now=NOW))
    (finding,) = answer.tables["findings"]
    assert finding["outcome"] == "cannot_tell"
    assert "ankle-lunge" in {row["test"] for row in answer.tables["retest"]}


def test_an_even_sign_names_no_side(lib):
    keep(lib, Measured(TODAY, "arch", "seen", sign="even"))
    (side,) = sides_of(lib)
    assert (side.side, side.sign, side.fits) == (None, "even", False)


def test_an_old_difference_is_worth_testing_again(lib):
    for ago in (90, 70):
        keep(lib, replace(LUNGE, on_date=TODAY - timedelta(days=ago)))
    retest = {row["test"]: row["why"] for row in screen(lib, now=NOW).tables["retest"]}
    assert "10 weeks ago" in retest["ankle-lunge"]


def test_a_test_that_loads_what_hurts_is_not_worth_making_now(lib):
    keep(lib, LUNGE)
    assert "ankle-lunge" in {row["test"] for row in screen(lib, now=NOW).tables["retest"]}
    hurts = Injury(TODAY - timedelta(days=9), "shin-front", Side.LEFT, "gradual", "stress fracture")
    lib.write_entries([New("shin", hurts)], written_at_utc=NOW)
    answer = screen(lib, now=NOW)
    assert "ankle-lunge" not in {row["test"] for row in answer.tables["retest"]}
    assert "Ankle bend in a lunge" in answer.caveats[0]
    assert answer.caveats[0].startswith("Not for now")


def test_the_sheet_blank_and_filled(lib):
    keep(lib, LUNGE)
    blank = holds(sheet(lib, filled=False, now=NOW))
    assert blank.verdict == "blank"
    assert all(row["words"] is None for row in blank.tables["sheet"])
    filled = holds(sheet(lib, filled=True, now=NOW))
    rows = {(row["test"], row["method"]): row for row in filled.tables["sheet"]}
    assert len(rows) == sum(len(test.methods) for test in screening_tests().values())
    assert rows["ankle-lunge", "degrees"]["left"] == [38.0, 39.0, 38.0]
    assert "less on the left" in rows["ankle-lunge", "degrees"]["words"]
    assert rows["ankle-lunge", "cm"]["words"] is None
