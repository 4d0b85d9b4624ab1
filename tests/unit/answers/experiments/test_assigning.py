"""What is asked for next: one thing at a time, as the seed has it, and nothing that lies ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from evenstride.answers.experiments.assigning import candidates_for, next_assignment
from evenstride.answers.experiments.standing import possible_dates, start_date
from evenstride.domain.errors import InputError, UnknownExperimentError
from evenstride.domain.experiment import Record
from evenstride.stats.experiments.sequence import assigned
from experiment_lab import DATES, LAPS, REGISTERED, RUNS, START, ZONE

RESTING = replace(RUNS, washout_days=3)


def asked(lab, now=None):
    answer = next_assignment(lab.lib, lab.name, now=now or lab.after())
    (row,) = answer.tables["next"]
    return row


def test_one_half_at_a_time_in_the_order_of_the_seed(labs):
    lab = labs(RUNS)
    drawn = []
    for position in range(6):
        row = asked(lab, lab.now + timedelta(days=1))
        assert (row["position"], row["pair"], row["half"]) == (
            position, position // 2 + 1, position % 2 + 1
        )  # fmt: skip
        drawn.append(row["condition"])
        assert (
            row["what"] == {"treatment": "push off behind", "control": "run as always"}[drawn[-1]]
        )
        lab.half()
    seed = lab.registration.seed
    assert drawn == [assigned(seed, p // 2, p % 2) for p in range(6)]
    assert [set(drawn[i : i + 2]) for i in (0, 2, 4)] == [{"treatment", "control"}] * 3


def test_asking_changes_nothing_and_tells_nothing_more(labs):
    lab = labs(RUNS)
    answers = [next_assignment(lab.lib, lab.name, now=lab.after()) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0].tables["next"]) == 1
    assert lab.kept.records == ()
    # Neither the other half nor another pair can be read from it.
    said = f"{answers[0].headline} {answers[0].tables}"
    other = lab.registration.control if "push off" in said else lab.registration.treatment
    assert other not in said


def test_another_seed_is_another_order(labs):
    first, second = labs(), labs()
    orders = []
    for lab, seed in ((first, b"a" * 16), (second, b"b" * 16)):
        lab.register(RUNS, seed=seed)
        orders.append([lab.assigned(p) for p in range(40)])
    assert orders[0] != orders[1]


def test_a_lost_half_takes_its_pair_with_it_and_a_new_pair_follows(labs):
    lab = labs(RUNS)
    lab.record(did="skipped")
    row = asked(lab)
    assert (row["position"], row["pair"], row["half"]) == (2, 2, 1)
    lab.run()
    answer = lab.record()
    assert answer.tables["next"][0]["position"] == 3
    # The second half of the first pair is written down as skipped with it.
    assert [(r.position, r.run_id is None) for r in lab.kept.records] == [
        (0, True), (1, True), (2, False)
    ]  # fmt: skip
    pairs = lab.gathered().pairs
    assert [(p.number, p.why_not) for p in pairs] == [(0, "skipped"), (1, "not yet")]


def test_a_lost_second_half_is_not_run_again(labs):
    lab = labs(RUNS)
    lab.half()
    answer = lab.record(did="skipped")
    assert "its pair is left out whole" in answer.headline
    assert asked(lab)["position"] == 2
    assert lab.gathered().pairs[0].why_not == "skipped"


def test_a_run_without_balance_costs_the_pair(labs):
    lab = labs(RUNS)
    lab.run(balance=None)
    answer = lab.record()
    assert any("nothing was measured" in said for said in answer.sentences)
    assert answer.tables["next"][0]["position"] == 2


def test_rest_is_counted_in_days_as_the_runner_has_them(labs):
    lab = labs(RESTING)
    evening = (lab.now + timedelta(days=1)).replace(hour=23, minute=30)
    lab.record(lab.run(evening))
    waiting = next_assignment(lab.lib, lab.name, now=evening + timedelta(hours=3))
    assert waiting.verdict == "wait"
    due = (evening.date() + timedelta(days=3)).isoformat()
    assert asked(lab)["not_before"] == due
    assert due in waiting.headline
    early = datetime.combine(date.fromisoformat(due), datetime.min.time(), ZONE)
    assert next_assignment(lab.lib, lab.name, now=early).verdict == "assigned"
    # Two days and some hours later, and as asked: no deviation.
    lab.record(lab.run(early + timedelta(minutes=10)))
    assert [half.remarks for half in lab.gathered().pairs[0].halves] == [(), ()]


def test_a_run_before_the_rest_is_over_is_not_proposed_and_is_remarked(labs):
    lab = labs(RESTING)
    lab.half()
    soon, due = lab.run(), lab.run(lab.now + timedelta(days=2))
    rows = candidates_for(lab.lib, lab.kept, now=lab.after())
    assert [(row["run_id"], row["fits"]) for row in rows] == [(due, True), (soon, False)]
    assert "too soon" in rows[1]["why_not"]
    lab.record(soon)
    assert lab.gathered().pairs[0].halves[1].remarks == ("washout",)


def test_candidates_are_new_runs_of_the_kind_registered_the_earliest_first(labs):
    wish = replace(RUNS, slowest_m_s=2.6, fastest_m_s=3.0, shortest_s=900.0, washout_days=0)
    lab = labs(wish)
    short = lab.run(duration_s=700.0)
    fast = lab.run(speed_m_s=3.4)
    slow = lab.run(speed_m_s=2.2)
    first, second = lab.run(), lab.run()
    rows = candidates_for(lab.lib, lab.kept, now=lab.after())
    assert [row["run_id"] for row in rows] == [first, second, short, fast, slow]
    assert [row["fits"] for row in rows] == [True, True, False, False, False]
    assert rows[2]["why_not"] == "not the kind of run that was registered"
    assert lab.record().headline.endswith(f"{first}, as {asked_words(lab, 0)}.")
    # What was run before the last run of the experiment, or serves it, is not offered again.
    rows = candidates_for(lab.lib, lab.kept, now=lab.after())
    assert [row["run_id"] for row in rows] == [second]


def asked_words(lab, position):
    r = lab.registration
    return {"treatment": r.treatment, "control": r.control}[lab.assigned(position)]


def test_a_run_over_another_way_does_not_serve_a_route(labs):
    lab = labs()
    lab.register(replace(RUNS, route=lab.run(duration_s=1500.0)), now=lab.after())
    other, same = lab.run(duration_s=2000.0), lab.run(duration_s=1560.0)
    rows = candidates_for(lab.lib, lab.kept, now=lab.after())
    assert [(row["run_id"], row["fits"]) for row in rows] == [(same, True), (other, False)]
    assert lab.registration.comparable.route in asked(lab)["how"]


def test_runs_of_before_the_assignment_could_be_seen_do_not_fit_it(labs):
    lab = labs(RUNS)
    lab.half()
    lab.half()
    # A run, then the recording that reveals the next pair: only runs after it were drawn for.
    early = lab.run()
    seen = lab.now + timedelta(hours=5)
    position = 2
    lab.lib.record_assignment(lab.name, Record(position, seen, early, lab.assigned(2)))
    late = lab.run(lab.now + timedelta(days=2))
    lab.lib.record_assignment(lab.name, Record(3, late_now := lab.after(), late, lab.assigned(3)))
    unseen = lab.run(late_now - timedelta(hours=1))
    (row,) = candidates_for(lab.lib, lab.kept, now=lab.after())
    assert (row["run_id"], row["fits"]) == (unseen, False)
    assert row["why_not"] == "run before this assignment could be seen"


def test_laps_are_told_with_the_whole_run_and_no_more(labs):
    lab = labs(LAPS)
    row = asked(lab)
    drawn = [lap["condition"] for lap in row["laps"]]
    assert drawn == [assigned(lab.registration.seed, k // 2, k % 2) for k in range(8)]
    assert [lap["pair"] for lap in row["laps"]] == [1, 1, 2, 2, 3, 3, 4, 4]
    lab.in_laps()
    row = asked(lab)
    assert (row["position"], row["pair"]) == (1, 5)
    assert [lap["pair"] for lap in row["laps"]] == [5, 5, 6, 6, 7, 7, 8, 8]


def test_once_it_has_its_verdict_nothing_more_is_asked(labs):
    lab = labs(RUNS)
    lab.halves(14, 1.5, day_sd=0.05)
    answer = next_assignment(lab.lib, lab.name, now=lab.after())
    assert answer.verdict == "complete"
    assert answer.tables["next"] == ()
    assert next_assignment(lab.lib, now=lab.after()).verdict == "complete"


def test_without_a_verdict_at_its_end_it_goes_on(labs):
    lab = labs(RUNS)
    lab.halves(14, 0.0, day_sd=1.5)
    assert lab.result().verdict == "too_early"
    assert asked(lab)["pair"] == 8


def test_several_open_experiments_each_ask_for_one_thing(labs):
    lab = labs(RUNS)
    first = lab.name
    lab.register(replace(LAPS, control="as it comes"))
    lab.name = first
    answer = next_assignment(lab.lib, now=lab.after())
    assert [row["experiment_id"] for row in answer.tables["next"]] == list(lab.lib.experiments())
    assert answer.verdict == "assigned"
    assert len(answer.sentences) == 2
    assert "A run can serve several experiments" in answer.sentences[1]
    lab.half()
    resting = next_assignment(lab.lib, now=lab.after())
    assert not any("several experiments" in said for said in resting.sentences)


def test_nothing_open_ended_and_unknown_are_said(labs):
    lab = labs()
    assert next_assignment(lab.lib, now=lab.after()).verdict == "none_open"
    lab.register(RUNS)
    lab.lib.end_experiment(lab.name, "enough of it", ended_at_utc=lab.after())
    answer = next_assignment(lab.lib, lab.name, now=lab.after())
    assert (answer.verdict, answer.tables["next"]) == ("ended", ())
    assert "enough of it" in answer.headline
    with pytest.raises(UnknownExperimentError):
        next_assignment(lab.lib, "what", now=lab.after())
    with pytest.raises(InputError, match="time zone"):
        next_assignment(lab.lib, now=lab.after().replace(tzinfo=None))


# -- a start drawn by lot ------------------------------------------------------------------------


def on(day, hour=12):
    return datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=hour)


def test_the_day_drawn_is_kept_from_everybody_until_it_has_come(labs):
    lab = labs(START)
    r = lab.registration
    drawn = start_date(r)
    assert len(possible_dates(r)) == DATES
    day = REGISTERED.date()
    while day < drawn:
        answer = next_assignment(lab.lib, lab.name, now=on(day, 23))
        assert answer.verdict == "wait"
        (row,) = answer.tables["next"]
        assert row["condition"] == "control"
        if drawn not in (r.first_date, r.last_date):
            assert drawn.isoformat() not in f"{answer.headline} {answer.tables}"
        day += timedelta(days=1)
    answer = next_assignment(lab.lib, lab.name, now=on(drawn, 0))
    assert answer.verdict == "assigned"
    assert answer.headline == "Today it begins: roll the calves."
    late = next_assignment(lab.lib, lab.name, now=on(drawn + timedelta(days=3)))
    assert late.headline == f"Since {drawn} it begins: roll the calves."


def test_begun_not_begun_and_over(labs):
    lab = labs(START)
    r, drawn = lab.registration, start_date(lab.registration)
    lab.now = on(drawn, 9)
    lab.record()
    answer = next_assignment(lab.lib, lab.name, now=lab.after())
    assert answer.verdict == "wait"
    assert "has begun; keep to it" in answer.headline
    lab.record(did="skipped")
    answer = next_assignment(lab.lib, lab.name, now=lab.after())
    assert answer.verdict == "wait"
    assert "was not begun" in answer.headline
    assert answer.tables["next"] == ()
    last = next_assignment(lab.lib, lab.name, now=on(r.end_date, 23))
    assert last.verdict == "wait"
    over = next_assignment(lab.lib, lab.name, now=on(r.end_date + timedelta(days=1), 0))
    assert over.verdict == "complete"
