"""What is written down of an assignment, what is refused, and that then nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from evenstride.answers.experiments.recording import Said, record
from evenstride.answers.experiments.standing import start_date
from evenstride.domain.errors import InputError, UnknownExperimentError, UnknownRunError
from evenstride.domain.experiment import LapUse
from evenstride.render.as_json import answer_json
from experiment_lab import LAPS, LEVEL, RUNS, START, ZONE

RATING = replace(RUNS, outcome="rating")


def refused(lab, match, run=None, **said):
    """It is refused in a sentence, and nothing is written."""
    before = lab.kept
    with pytest.raises(InputError, match=match) as caught:
        lab.record(run, **said)
    assert str(caught.value).endswith(".")
    assert lab.kept == before


# -- runs ----------------------------------------------------------------------------------------


def test_what_would_be_recorded_is_shown_and_not_written(labs):
    lab = labs(RUNS)
    run = lab.run()
    answer = lab.record(confirm=False)
    assert answer.verdict == "to_confirm"
    assert [row["run_id"] for row in answer.tables["candidates"]] == [run]
    assert lab.kept.records == ()
    answer = lab.record()
    assert answer.verdict == "recorded"
    (record_,) = lab.kept.records
    assert (record_.position, record_.run_id, record_.did) == (0, run, lab.assigned(0))
    assert '"recorded"' in answer_json(answer)


def test_a_run_serves_once_after_registration_and_in_order(labs):
    lab = labs(RUNS)
    old = lab.lib.runs(())["run_id"][0]
    refused(lab, "No run since")
    first = lab.run()
    refused(lab, "before the experiment was registered", old)
    second, third = lab.run(), lab.run()
    lab.record(second)
    refused(lab, "serves assignment 1 already", second)
    refused(lab, "assignments are run in their order", first)
    lab.record(third)
    late = lab.run()
    refused(lab, "assignments are run in their order", late, position=0)
    with pytest.raises(UnknownRunError):
        lab.record("2001-01-01")


def test_only_the_open_assignment_or_an_earlier_one_can_be_recorded(labs):
    lab = labs(RUNS)
    lab.run()
    for position in (1, 2, -1, 99):
        refused(lab, "is not open", position=position)
    lab.record(position=0)
    assert len(lab.kept.records) == 1


def test_what_is_done_otherwise_counts_as_assigned_and_is_remarked(labs):
    lab = labs(RUNS)
    lab.half()
    lab.run()
    answer = lab.record(did="other")
    assert any("the other thing was done" in said for said in answer.sentences)
    pair = lab.gathered().pairs[0]
    assert pair.why_not == ""
    assert not pair.as_assigned
    assert [half.assigned for half in pair.halves] == [lab.assigned(0), lab.assigned(1)]
    assert pair.halves[1].did == lab.assigned(0)
    assert lab.kept.records[1].did == lab.assigned(0)


def test_a_correction_takes_the_place_of_what_was_said_before_and_both_are_kept(labs):
    lab = labs(RUNS)
    wrong, right = lab.run(), lab.run()
    lab.record(wrong)
    answer = lab.record(right, position=0, note="  I took the wrong one.  ")
    assert answer.tables["next"][0]["position"] == 1
    assert [r.run_id for r in lab.kept.records] == [wrong, right]
    assert lab.gathered().pairs[0].halves[0].run_id == right
    assert lab.kept.records[1].note == "I took the wrong one."
    # Which run it was need not be said again.
    lab.record(position=0, did="other")
    assert lab.gathered().pairs[0].halves[0].run_id == right
    assert "did_other" in lab.gathered().pairs[0].halves[0].remarks
    lab.record(position=0, did="skipped")
    assert lab.gathered().pairs[0].why_not == "skipped"


def test_a_skipped_half_may_be_found_again_before_the_next_pair_is_begun(labs):
    lab = labs(RUNS)
    lab.record(did="skipped")
    run = lab.run()
    answer = lab.record(run, position=0)
    assert answer.tables["next"][0]["position"] == 1
    assert lab.gathered().pairs[0].why_not == "not yet"


def test_ratings_know_no_sensor(labs):
    lab = labs(RATING)
    for sensor in ("77", "78", None):
        lab.run(balance=LEVEL if sensor else None, serial=sensor or "")
        lab.record(rating=5.0)
    assert remarks(lab) == [(), (), ()]


def test_what_cannot_be_recorded_is_said(labs):
    lab = labs(RUNS)
    with pytest.raises(InputError, match="time zone"):
        record(lab.lib, lab.name, Said(), now=lab.after().replace(tzinfo=None))
    lab.run()
    refused(lab, "at most 2000 characters", note="x" * 2001)
    with pytest.raises(UnknownExperimentError):
        record(lab.lib, "nothing", Said(), now=lab.after())
    lab.lib.end_experiment(lab.name, "ill", ended_at_utc=lab.after())
    refused(lab, "has ended")


def test_a_run_of_another_kind_is_remarked_where_it_is_named(labs):
    lab = labs(replace(RUNS, shortest_s=1200.0))
    run = lab.run(duration_s=700.0)
    refused(lab, "No run since")
    answer = lab.record(run)
    assert any("not the kind of run" in said for said in answer.sentences)


def remarks(lab):
    return [half.remarks for pair in lab.gathered().pairs for half in pair.halves]


def test_passing_over_a_run_that_would_have_counted_is_remarked(labs):
    lab = labs(RUNS)
    lab.run()
    lab.record(lab.run())
    lab.record(lab.run())
    assert remarks(lab) == [("passed_over",), ()]
    # A run of another kind, or one too soon, is passed over rightly.
    lab.run(lab.now + timedelta(hours=6))
    lab.run(duration_s=300.0)
    lab.record(lab.run())
    assert remarks(lab)[2] == ()
    # To skip an assignment after the run that would have served it is the same.
    lab.run()
    lab.record(did="skipped")
    assert remarks(lab)[3] == ("skipped", "passed_over")
    assert any("passed over" in s for s in lab.result().sentences)


@pytest.mark.parametrize("later", [{"did": "other"}, {"did": "skipped"}, {"rating": 3.0}])
def test_what_is_changed_once_it_was_recorded_is_remarked(labs, later):
    lab = labs(RATING)
    lab.run()
    lab.record(rating=7.0)
    assert remarks(lab) == [()]
    lab.record(position=0, **{"rating": 7.0, "note": "Windy.", **later})
    assert "corrected" in remarks(lab)[0]
    again = labs(RATING)
    again.run()
    again.record(rating=7.0)
    again.record(position=0, rating=7.0, note="Windy.")
    assert remarks(again) == [()]


def test_a_run_from_before_its_assignment_could_be_seen_is_remarked_where_it_is_named(labs):
    lab = labs(RUNS)
    first, second, third = (lab.run() for _ in range(3))
    # Who knows the first half of a pair knows the second: that one was seen in time.
    for run in (first, second):
        lab.record(run)
        lab.now += timedelta(hours=1)
    assert remarks(lab) == [(), ()]
    refused(lab, "No run since")
    answer = lab.record(third)
    assert any("before its assignment could be seen" in said for said in answer.sentences)
    assert remarks(lab)[2] == ("not_shown",)


def test_other_shoes_than_in_the_other_half_are_remarked(labs):
    lab = labs(RUNS)
    for shoes in ("Red", "Blue"):
        lab.lib.annotate([lab.half()], shoes=shoes)
    first, second = lab.gathered().pairs[0].halves
    assert (first.remarks, second.remarks) == ((), ("other_shoes",))


@pytest.mark.parametrize("rating", [None, -0.5, 10.5, float("nan")])
def test_a_rating_is_from_0_to_10(labs, rating):
    lab = labs(RATING)
    lab.run()
    refused(lab, "a number from 0 to 10", rating=rating)


def test_ratings_are_kept_of_ratings_only(labs):
    lab = labs(RATING)
    lab.run()
    lab.record(rating=0.0)
    assert lab.kept.records[0].rating == 0.0
    lab.record(did="skipped", rating=4.0)
    assert lab.kept.records[1].rating is None
    other = labs(RUNS)
    other.run()
    other.record(rating=4.0)
    assert other.kept.records[0].rating is None


# -- laps ----------------------------------------------------------------------------------------


def test_the_laps_of_the_watch_are_matched_and_drawn(labs):
    lab = labs(LAPS)
    run = lab.in_laps(write=False)
    answer = lab.record(confirm=False)
    rows = answer.tables["laps"]
    assert [row["start_s"] for row in rows] == [125.0 + 120.0 * i for i in range(8)]
    assert [row["condition"] for row in rows] == [
        lap.assigned for lap in lab_laps(lab, rows)
    ] == [row["did"] for row in rows]  # fmt: skip
    spans = answer.figures["laps"].spans
    settling = [s for s in spans if s["condition"] is None]
    assert [s["end"] - s["start"] for s in settling] == pytest.approx([20.0 / 60.0] * 8)
    assert [s["condition"] for s in spans if s["condition"]] == [row["condition"] for row in rows]
    lab.record(run)
    assert [p.number for p in lab.gathered().pairs] == [0, 1, 2, 3]


def lab_laps(lab, rows):
    from evenstride.answers.experiments.standing import conditions_at

    drawn = conditions_at(lab.registration, 0)
    return [LapUse(i // 2, c, 0.0, 1.0) for i, c in enumerate(drawn)][: len(rows)]


def row_of_laps(count, *, length=120.0, begin=125.0):
    begins = [begin + i * length for i in range(count)]
    return [(0.0, begin), *((b, b + length) for b in begins)]


def test_with_too_few_laps_the_pairs_that_are_whole_count(labs):
    lab = labs(LAPS)
    lab.run(laps=row_of_laps(5))
    answer = lab.record()
    assert any("5 of 8 laps were found" in said for said in answer.sentences)
    pairs = lab.gathered().pairs
    assert [(p.number, p.why_not) for p in pairs] == [(0, ""), (1, ""), (2, "a lap is missing")]
    # The next run begins with the next pairs: nothing is run again.
    assert answer.tables["next"][0]["pair"] == 5


def laps_pressed_at(*presses):
    return [(a, b) for a, b in pairwise((0.0, *presses))]


# Of eight laps of two minutes from 2:05 on; the last press ends the last of them.
ALL = [125.0 + 120.0 * i for i in range(9)]


@pytest.mark.parametrize(
    ("presses", "places"),
    [
        (ALL, range(8)),
        ([*ALL, 1445.0], range(8)),  # four minutes more to cool down
        ([a for a in ALL if a != 485.0], (0, 1, 4, 5, 6, 7)),  # one press missed
        ([a for a in ALL if a not in {485.0, 605.0}], (0, 1, 5, 6, 7)),  # two in a row
        ([a for a in ALL if a != 245.0], (2, 3, 4, 5, 6, 7)),  # that after the first lap
        (ALL[:-1], range(7)),  # the last: it goes on to the end
        (sorted([*ALL, 248.0]), range(8)),  # pressed twice in a moment
        (sorted([*ALL, 300.0]), (0, 2, 3, 4, 5, 6, 7)),  # pressed in the middle of the second
        ([*ALL[:3], *(a + 200.0 for a in ALL[3:])], (0, 1)),  # a rest: what comes next is unknown
        ([125.0, 245.0, *(a + 310.0 for a in ALL)], range(8)),  # a lap and a rest before them all
        ([a + 3.0 * i for i, a in enumerate(ALL)], range(8)),  # always a little late
        ([365.0, *(a + 360.0 for a in ALL)], range(8)),  # four minutes more to warm up
        ([a - 25.0 for a in ALL], range(8)),  # begun a little early
        ([a - 25.0 for a in ALL if a != 485.0], (0, 1, 4, 5, 6, 7)),
    ],
)
def test_a_press_that_was_missed_shifts_no_lap_to_the_other_condition(labs, presses, places):
    lab = labs(LAPS)
    lab.run(laps=laps_pressed_at(*presses), duration_s=1600.0)
    rows = lab.record(confirm=False).tables["laps"]
    drawn = drawn_laps(lab)
    found = [(row["pair"], row["condition"]) for row in rows]
    assert found == [(drawn[p].pair + 1, drawn[p].assigned) for p in places]
    if len(found) < 8:
        assert any("laps were found" in said for said in lab.record(confirm=False).sentences)


def test_where_the_first_or_the_last_lap_may_be_missing_nothing_is_guessed(labs):
    lab = labs(LAPS)
    late = [a + 120.0 for a in ALL[:-1]]
    lab.run(laps=laps_pressed_at(*late), duration_s=1600.0)
    refused(lab, "cannot be told: name the laps")
    assert len(lab.record(lap_numbers=(0, 2, 3, 4, 5, 6, 7, 8)).tables["laps"]) == 7


def test_no_laps_no_record(labs):
    lab = labs(LAPS)
    lab.run(laps=[(0.0, 1500.0)])
    refused(lab, "was the lap button pressed")
    refused(lab, "0 laps in all", lab.run())


def test_kilometres_that_the_watch_marks_by_itself_are_no_laps_of_an_experiment(labs):
    lab = labs(LAPS)
    lab.run(laps=row_of_laps(8), trigger="distance")
    refused(lab, "was the lap button pressed")
    # Whoever means them may name them.
    assert len(lab.record(lap_numbers=tuple(range(2, 10))).tables["laps"]) == 8


def test_laps_may_be_named(labs):
    lab = labs(LAPS)
    lab.run(laps=row_of_laps(10))
    refused(lab, "9 laps are named, but 8", lap_numbers=tuple(range(2, 11)))
    refused(lab, "in the order they were run", lap_numbers=(4, 3))
    refused(lab, "in the order they were run", lap_numbers=(3, 3))
    refused(lab, "no lap 12", lap_numbers=(3, 12))
    refused(lab, "no lap -1", lap_numbers=(-1, 1))
    refused(lab, "none is named", lap_numbers=(0, 0))
    rows = lab.record(lap_numbers=(4, 5, 6, 7)).tables["laps"]
    assert [row["start_s"] for row in rows] == [365.0, 485.0, 605.0, 725.0]
    assert [row["pair"] for row in rows] == [1, 1, 2, 2]
    # 0 stands for one that is missing.
    drawn = drawn_laps(lab)
    rows = lab.record(position=0, lap_numbers=(4, 0, 5, 6, 0, 0, 7, 8)).tables["laps"]
    assert [(row["pair"], row["condition"]) for row in rows] == [
        (drawn[p].pair + 1, drawn[p].assigned) for p in (0, 2, 3, 6, 7)
    ]
    assert [row["start_s"] for row in rows] == [365.0, 485.0, 605.0, 725.0, 845.0]


def drawn_laps(lab, count=8, *, begin=200.0, length=100.0, apart=100.0):
    from evenstride.answers.experiments.standing import conditions_at

    drawn = conditions_at(lab.registration, 0)[:count]
    return [
        LapUse(i // 2, c, begin + i * apart, begin + i * apart + length)
        for i, c in enumerate(drawn)
    ]


def test_stretches_may_be_drawn_by_hand(labs):
    lab = labs(LAPS)
    lab.run()
    laps = drawn_laps(lab)
    answer = lab.record(laps=tuple(reversed(laps)))
    assert [row["start_s"] for row in answer.tables["laps"]] == [lap.start_s for lap in laps]
    assert [p.why_not for p in lab.gathered().pairs] == [""] * 4


def test_stretches_that_were_not_drawn_so_are_refused(labs):
    lab = labs(LAPS)
    lab.run()
    laps = drawn_laps(lab)
    turned = [replace(lap, assigned=laps[i ^ 1].assigned) for i, lap in enumerate(laps)]
    refused(lab, "what was drawn", laps=tuple(turned))
    refused(lab, "what was drawn", laps=(replace(laps[0], pair=7),))
    refused(lab, "what was drawn", laps=(laps[0], replace(laps[0], start_s=500.0, end_s=600.0)))
    refused(lab, "overlap", laps=tuple(drawn_laps(lab, length=150.0)))
    refused(lab, "begins before it ends", laps=(replace(laps[0], end_s=100.0),))
    refused(lab, "begins before it ends", laps=(replace(laps[0], start_s=float("nan")),))
    refused(lab, "before the run", laps=(replace(laps[0], start_s=-5.0),))


def test_a_lap_missing_between_others_costs_its_pair_only(labs):
    lab = labs(LAPS)
    lab.run()
    laps = drawn_laps(lab)
    lab.record(laps=tuple(lap for i, lap in enumerate(laps) if i != 3))
    assert [p.why_not for p in lab.gathered().pairs] == ["", "a lap is missing", "", ""]


def test_laps_in_which_the_other_thing_was_done(labs):
    lab = labs(LAPS)
    run = lab.in_laps(write=False)
    rows = lab.record(run, other_laps=(3,)).tables["laps"]
    assert [row["did"] != row["condition"] for row in rows] == [i == 2 for i in range(8)]
    assert [p.as_assigned for p in lab.gathered().pairs] == [True, False, True, True]
    rows = lab.record(run, position=0, did="other").tables["laps"]
    assert all(row["did"] != row["condition"] for row in rows)


def test_laps_that_are_changed_once_recorded_are_remarked_once(labs):
    lab = labs(LAPS)
    run = lab.in_laps()
    assert set(remarks(lab)) == {()}
    lab.record(run, position=0, lap_numbers=(3, 4, 5, 6))
    assert [r for r in remarks(lab) if r] == [("corrected",)]


def test_too_short_a_rest_of_a_lap_is_none(labs):
    lab = labs(LAPS)
    lab.run()
    laps = drawn_laps(lab, 2, length=45.0)
    lab.record(laps=tuple(laps))
    (pair,) = lab.gathered().pairs
    assert pair.why_not == "no value"
    assert all("short_lap" in half.remarks for half in pair.halves)


def test_laps_are_settled_into_and_the_warm_up_is_none_of_them(labs):
    lab = labs(LAPS)
    # All of each lap's first 20 s are wild, and so is the warm-up: nothing of it counts.
    r = lab.registration
    first = 60.0
    laps = drawn_laps(lab, 8, begin=first, length=110.0, apart=110.0)
    wild = [(0.0, 120.0, 6.0, 0.0)]
    wild += [(lap.start_s, lap.start_s + r.settling_s - 1.0, 6.0, 0.0) for lap in laps[1:]]
    lab.run(added=wild, duration_s=1300.0)
    lab.record(laps=tuple(laps))
    for value in lab.values():
        assert value == pytest.approx(-1.5, abs=0.3)


# -- a start drawn by lot ------------------------------------------------------------------------


def on(day, hour=12):
    return datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=hour)


def say(lab, day, **said):
    return record(lab.lib, lab.name, Said(**said), now=on(day))


def test_a_start_is_recorded_on_its_day_or_later_and_never_before(labs):
    lab = labs(START)
    drawn = start_date(lab.registration)
    for day in (drawn - timedelta(days=1), lab.now.date()):
        with pytest.raises(InputError, match="drawn day has not come"):
            say(lab, day)
    assert lab.kept.records == ()
    assert say(lab, drawn).headline == f"Begun on {drawn}: roll the calves."
    assert lab.kept.records[0].on_date == drawn
    assert lab.kept.records[0].did == "treatment"


def test_a_start_on_another_day_is_remarked_and_the_drawn_one_counts(labs):
    lab = labs(START)
    drawn = start_date(lab.registration)
    late = drawn + timedelta(days=3)
    with pytest.raises(InputError, match="has not come yet"):
        say(lab, drawn, on_date=late)
    with pytest.raises(InputError, match="before it was registered"):
        say(lab, drawn, on_date=date(2020, 1, 1))
    answer = say(lab, late, on_date=late)
    assert f"Begun on {late}, drawn was {drawn}." in answer.sentences
    (row,) = lab.result(on(late)).tables["deviations"]
    assert row["what"] == "began_other_day"
    assert f"drawn was {drawn}, and counts as the start" in row["sentence"]


def test_a_start_that_was_not_begun(labs):
    lab = labs(START)
    drawn = start_date(lab.registration)
    assert say(lab, drawn, did="skipped").headline == "Not begun: roll the calves."
    (record_,) = lab.kept.records
    assert (record_.did, record_.on_date) == (None, None)
    (row,) = lab.result(on(drawn)).tables["deviations"]
    assert row["what"] == "skipped"
