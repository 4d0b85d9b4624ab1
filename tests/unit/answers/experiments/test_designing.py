"""What an experiment would take, what cannot be asked for, and what is laid down for good."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from evenstride.answers.experiments.designing import propose
from evenstride.answers.experiments.wishes import Wish, checked, name_of
from evenstride.domain.errors import InputError, TamperedError, UnknownRunError
from evenstride.domain.experiment import OUTCOMES
from evenstride.domain.experiment_json import registration_from_json, registration_to_json
from evenstride.library import open_library
from experiment_lab import DATES, LAPS, LEVEL, REGISTERED, RUNS, SEED, START, Lab

WISH = Wish("push off behind")
CONTACT = replace(WISH, outcome="contact_time")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"treatment": "  "}, "needs a word"),
        ({"control": ""}, "needs a word"),
        ({"treatment": "x" * 201}, "at most 200"),
        ({"question": "x" * 201}, "at most 200"),
        ({"treatment": "Hop", "control": " hop "}, "must differ"),
        ({"outcome": "speed"}, "nothing that is measured"),
        ({"kind": "sometimes"}, "is no design"),
        ({"outcome": "drift", "kind": "within_run"}, "of whole runs"),
        ({"outcome": "rating", "kind": "within_run"}, "of whole runs"),
        ({"smallest_effect": 0.0}, "smallest effect that matters is between 0.01 and 1000 pp"),
        ({"smallest_effect": math.nan}, "is between"),
        ({"effect": -0.5}, "effect hoped for is between"),
        ({"effect": math.inf}, "is between"),
        ({"pairs": 6}, "can never find an effect"),
        ({"pairs": 201}, "nobody runs"),
        ({"pairs_per_run": 0}, "Pairs in a run: 1 to 20"),
        ({"lap_s": 59.0}, "A lap takes 1 to 60 minutes"),
        ({"warm_up_s": -1.0}, "warm-up left out takes up to"),
        ({"settling_s": math.nan}, "Settling after a change takes up to"),
        ({"washout_days": 61}, "one run to the next: 0 to 60"),
        ({"shortest_s": 30.0}, "The shortest run takes"),
        ({"slowest_m_s": 0.1}, "The slowest pace is"),
        ({"slowest_m_s": 3.0, "fastest_m_s": 3.0}, "slower than the fastest"),
        ({"kind": "within_run", "lap_s": 60.0, "settling_s": 31.0}, "must be left to measure"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes, said):
    with pytest.raises(InputError, match=said) as caught:
        checked(replace(WISH, **changes))
    assert str(caught.value).endswith(".")


TODAY = REGISTERED.date()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first_date": TODAY}, "lies after today"),
        ({"last_date": TODAY + timedelta(days=28)}, "19 possible dates: at least 20"),
        ({"last_date": TODAY}, "lies before the earliest"),
        ({"end_date": START.last_date}, "after the last possible start"),
        ({"last_date": TODAY + timedelta(days=900)}, "a year at most"),
        ({"end_date": TODAY + timedelta(days=900)}, "within a year"),
        ({"kind": "across_runs"}, "of a start drawn by lot only"),
    ],
)
def test_dates_that_cannot_be_are_refused(labs, changes, said):
    lab = labs()
    with pytest.raises(InputError, match=said):
        propose(lab.lib, replace(START, **changes), now=lab.now)


def test_proposing_writes_nothing_and_says_the_same_again(labs):
    lab = labs()
    answers = [propose(lab.lib, RUNS, now=lab.now) for _ in range(2)]
    assert answers[0] == answers[1]
    assert lab.lib.experiments() == {}
    names = [row["name"] for row in answers[0].tables["registered"]]
    assert "Registered" not in names
    with pytest.raises(InputError, match="time zone"):
        propose(lab.lib, RUNS, now=lab.now.replace(tzinfo=None))


def test_power_and_spread_are_this_runners_own(labs):
    lab = labs()
    answer = propose(lab.lib, replace(WISH, pairs=20, effect=0.5), now=lab.now)
    # Days were 0.3 pp apart: two runs differ by sqrt 2 of that, and a little more.
    assert 0.2 < answer.estimates["spread_pp"].value < 0.45
    pair = answer.estimates["pair_spread_pp"].value
    assert 1.4 < pair / answer.estimates["spread_pp"].value < 2.3
    curve = [r for r in answer.tables["power"] if r["effect"] == 0.5]
    assert [r["runs"] for r in curve] == [2 * r["pairs"] for r in curve]
    powers = [r["power_pct"] for r in curve]
    assert all(a <= b + 3.0 for a, b in pairwise(powers))
    (planned,) = [r for r in curve if r["pairs"] == 20]
    assert answer.estimates["power"].value == pytest.approx(planned["power_pct"] / 100.0)
    assert {r["kind"] for r in answer.tables["designs"]} == {"within_run", "across_runs"}
    assert "nine times in ten" in answer.sentences[0]


def test_a_plan_without_a_number_finds_what_is_hoped_for_nine_times_in_ten(labs):
    lab = labs()
    answer = propose(lab.lib, replace(WISH, effect=0.6), now=lab.now)
    assert answer.verdict == "feasible"
    assert 0.9 <= answer.estimates["power"].value <= 0.97


def test_where_it_can_hardly_succeed_that_is_said_first(labs):
    lab = labs()
    answer = propose(lab.lib, replace(RUNS, effect=0.1, smallest_effect=0.1), now=lab.now)
    assert answer.verdict == "cannot_succeed"
    assert answer.headline.startswith("This is not likely to tell")
    assert any("can hardly succeed" in said for said in answer.caveats)


def test_far_apart_runs_make_it_long(labs):
    lab = labs()
    wish = replace(WISH, effect=1.0, pairs=30, washout_days=14)
    answer = propose(lab.lib, wish, now=lab.now)
    assert answer.verdict == "long"
    assert "120 weeks" in answer.headline


def test_toward_even_needs_a_side(labs, tmp_path):
    lab = labs()
    lab.register(WISH)
    assert lab.registration.longer_side == "right"
    mirrored = labs(side=-1)
    mirrored.register(WISH)
    assert mirrored.registration.longer_side == "left"
    with open_library(tmp_path / "even") as lib:
        even = Lab(lib, tmp_path / "even")
        for i in range(12):
            even.run(balance=50.3 + 0.02 * (-1) ** i, at=REGISTERED + timedelta(days=2 * i))
        with pytest.raises(InputError, match=r"within 0\.5 pp of even"):
            propose(lib, WISH, now=even.after())
        assert propose(lib, replace(WISH, outcome="balance"), now=even.after()).verdict


@pytest.mark.parametrize("runs", [0, 3])
def test_without_a_history_the_spread_is_assumed_and_that_is_said(tmp_path, runs):
    with open_library(tmp_path / "new") as lib:
        lab = Lab(lib, tmp_path / "new")
        for _ in range(runs):
            lab.run()
        said = "needs to know your side" if runs else "none of your runs carries it"
        with pytest.raises(InputError, match=said):
            propose(lib, replace(WISH, outcome="toward_even"), now=lab.after())
        for outcome in ("balance", "contact_time", "rating"):
            answer = propose(lib, replace(WISH, outcome=outcome, pairs=10), now=lab.after())
            assert answer.verdict == "no_history"
            assert any("assumed" in said for said in (*answer.sentences, *answer.caveats))
            assert "most runners" in answer.headline


@pytest.mark.parametrize("kind", ["across_runs", "within_run", "randomised_start"])
def test_without_balance_a_rating_is_proposed_and_it_says_why(tmp_path, kind):
    with open_library(tmp_path / "none") as lib:
        wish = replace(WISH, kind=kind, outcome=None)
        answer = propose(lib, wish, now=REGISTERED)
        laid_down = {row["name"]: row["value"] for row in answer.tables["registered"]}
        assert "rating" in laid_down["Measured"]
        (why,) = [said for said in answer.caveats if "carries balance" in said]
        assert ("run by run" in why) == (kind == "within_run")
        chosen = propose(lib, replace(wish, outcome="rating", kind="across_runs"), now=REGISTERED)
        assert not any("carries balance, so" in said for said in chosen.caveats)


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_every_outcome_is_registered_in_its_own_unit(labs, outcome):
    lab = labs()
    lab.register(replace(WISH, outcome=outcome, pairs=8))
    r, known = lab.registration, OUTCOMES[outcome]
    assert (r.smallest_effect, r.prior_sd) == (known.smallest_effect, known.prior_sd)
    assert r.planned_effect == max(known.prior_sd, known.smallest_effect)
    assert f"spread_{known.slug}" in propose(
        lab.lib, replace(WISH, treatment="else", outcome=outcome, pairs=8), now=lab.now
    ).estimates  # fmt: skip
    lab.half()
    lab.half()
    if known.measure is not None:
        assert all(math.isfinite(value) for value in lab.values())


def test_a_smallest_effect_larger_than_usual_effects_widens_what_is_believed(labs):
    lab = labs()
    lab.register(replace(WISH, smallest_effect=1.2, pairs=8))
    assert lab.registration.prior_sd == 1.2
    assert lab.registration.planned_effect == 1.2


def test_what_is_laid_down_reads_back_and_stays(labs):
    lab = labs()
    lab.register(replace(RUNS, question=" Why? "))
    r = lab.registration
    assert r.question == "Why?"
    assert r.seed == SEED.hex()
    assert r.registered_at_utc == lab.now
    assert registration_from_json(registration_to_json(r)) == r
    for _ in range(5):
        lab.run(balance=LEVEL + 3.0)
    assert lab.registration == r


def test_a_registration_that_was_tampered_with_is_not_believed(labs):
    import sqlite3
    from contextlib import closing

    from evenstride.answers.experiments.result import result

    lab = labs(RUNS)
    lab.lib.close()
    with closing(sqlite3.connect(lab.root / "library.sqlite")) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers.fetchall():
            db.execute(f"DROP TRIGGER {name}")
        text = db.execute("SELECT registration FROM experiments").fetchone()[0]
        db.execute(
            "UPDATE experiments SET registration = ?", (text.replace('"pairs":7', '"pairs":8'),)
        )
        db.commit()
    with open_library(lab.root) as lib, pytest.raises(TamperedError):
        result(lib, "push-off-behind-2026-02", now=lab.after())


def test_one_experiment_on_a_treatment_at_a_time(labs):
    lab = labs(RUNS)
    with pytest.raises(InputError, match="still open; end it first"):
        lab.register(replace(RUNS, treatment=" Push Off Behind", outcome="cadence"))
    lab.lib.end_experiment(lab.name, "again", ended_at_utc=lab.now)
    assert lab.register(RUNS) == "push-off-behind-2026-02-2"


def test_names_can_stand_in_an_address():
    names = {
        "Push off — behind!": "push-off-behind-2026-02",
        "Füße höher": "fusse-hoher-2026-02",
        "x" * 90: f"{'x' * 40}-2026-02",
        "…": None,
        "左足": None,
    }
    for treatment, name in names.items():
        found = name_of(treatment, TODAY)
        assert found == name if name else found.startswith("try-")
    assert name_of("左足", TODAY) != name_of("右足", TODAY)


def test_the_route_is_a_run_there_is(labs):
    lab = labs()
    with pytest.raises(UnknownRunError):
        propose(lab.lib, replace(WISH, route="1999-01-01"), now=lab.now)
    lab.register(replace(WISH, route="2026-01-05", pairs=8))
    assert lab.registration.comparable.route == lab.lib.runs(())["run_id"][0]


def test_where_no_run_would_count_that_is_said(labs):
    lab = labs()
    answer = propose(lab.lib, replace(RUNS, slowest_m_s=5.0), now=lab.now)
    assert any("None of your runs" in said for said in answer.caveats)


def test_laps_that_take_longer_than_runs_do_are_warned_of(labs):
    lab = labs()
    wish = replace(LAPS, lap_s=300.0, warm_up_s=600.0)
    answer = propose(lab.lib, wish, now=lab.now)
    assert any("longer than yours usually last" in said for said in answer.caveats)
    row = next(r for r in answer.tables["registered"] if r["name"] == "Design")
    assert "4 pairs of laps of 5 min" in row["value"]


def test_a_start_says_that_it_can_only_suggest(labs):
    lab = labs()
    answer = propose(lab.lib, START, now=lab.now)
    assert any("can only suggest" in said for said in answer.sentences)
    assert answer.figures == {}
    lab.register(START)
    r = lab.registration
    assert r.pairs == 0
    assert (r.last_date - r.first_date).days + 1 == DATES
    assert r.covariance.keys() == {"walk_per_day", "shared", "shared_tau_days", "own"}
    assert 0.0 <= r.power <= 1.0


def test_the_day_of_registration_is_the_runners(labs):
    """Half past midnight on the first of a month: in UTC it is still the month before."""
    lab = labs()
    now = (REGISTERED + timedelta(days=27)).replace(hour=0, minute=30)
    assert (now.month, now.day) == (3, 1)
    assert lab.register(RUNS, now=now).endswith("2026-03")
