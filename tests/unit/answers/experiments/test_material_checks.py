"""What could have misled a result: each check fails where it must, and is said with the result."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from evenstride.answers.experiments.checking import checks_of
from evenstride.answers.experiments.material import Half, Material, Pair, Relative, StartRun
from evenstride.answers.experiments.result import result_of
from evenstride.answers.experiments.standing import start_date
from evenstride.domain.experiment import Kept, Registration
from evenstride.stats.experiments.sequence import assigned

R = Registration(
    experiment_id="hips-level-2026-02",
    registered_at_utc=datetime(2026, 2, 2, 6, tzinfo=UTC),
    question="Does it?",
    kind="across_runs",
    treatment="hips level",
    control="run as always",
    outcome="toward_even",
    longer_side="right",
    smallest_effect=0.3,
    prior_sd=0.5,
    seed="5a" * 16,
    pairs=30,
    reference={"elapsed_h": 0.25},
)
PAIRS = 30
NAMES = (
    "carry_over", "order_effect", "wear_off", "same_speed", "same_elapsed", "same_grade",
    "same_distance", "overshoot", "regression_to_the_mean", "same_shoes_and_sensor",
    "recorded_as_it_came", "skipped_alike", "no_wild_pair", "no_other_experiment",
)  # fmt: skip
CALM = {"speed_m_s": 2.8, "elapsed_h": 0.5, "grade_pct": 0.0, "distance_m": 6000.0}


def made(
    *, effect=0.5, noise=0.1, pairs=PAIRS, carried=0.0, second=0.0, wear=0.0, level=-1.5,
    with_it=None, before=(), r=R, wild=None, remarks=(), beside=(),
):  # fmt: skip
    """Pairs that behave as asked: `carried` onto whatever follows a treated half, and so on."""
    rng = np.random.default_rng(4)
    found = []
    after = False
    for number in range(pairs):
        halves = []
        for half in (0, 1):
            treated = assigned(r.seed, number, half) == "treatment"
            value = level + noise * rng.standard_normal() + carried * after + second * half
            if treated:
                value += effect - wear * number / pairs + (8.0 if number == wild else 0.0)
            scatter = {
                name: 0.02 * (1 + abs(x)) * rng.standard_normal() for name, x in CALM.items()
            }
            more = with_it if treated and with_it else {}
            halves.append(
                Half(
                    position=2 * number + half,
                    assigned="treatment" if treated else "control",
                    did="treatment" if treated else "control",
                    value=float(value),
                    se=0.1,
                    raw=48.5,
                    run_id=f"run-{number}-{half}",
                    date="2026-03-01",
                    conditions={n: x + scatter[n] + more.get(n, 0.0) for n, x in CALM.items()},
                    remarks=remarks if half and number < 2 else (),
                )
            )
            after = treated
        found.append(Pair(number, tuple(halves)))
    return Material(Kept(r), tuple(found), before=before, beside=beside, today="2026-08-01")


def verdicts(material):
    return {row["name"]: row["verdict"] for row in checks_of(material)}


def test_of_an_orderly_experiment_nothing_is_flagged():
    material = made(before=tuple(-1.5 + 0.05 * (-1) ** i for i in range(10)))
    found = verdicts(material)
    assert tuple(found) == NAMES
    assert set(found.values()) == {"ok"}
    assert not any("failed" in s for s in result_of(material).sentences)


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"carried": 0.6}, "carry_over", "seems to linger"),
        ({"second": 0.5}, "order_effect", "Second halves differ from first ones by 0.5 pp"),
        (
            {"wear": 1.5, "effect": 1.5},
            "wear_off",
            "away from even from the first pair to the last",
        ),
        ({"with_it": {"speed_m_s": 0.3}}, "same_speed", "m/s faster than without"),
        ({"with_it": {"speed_m_s": -0.3}}, "same_speed", "m/s slower than without"),
        ({"with_it": {"elapsed_h": 0.4}}, "same_elapsed", "0.4 h later"),
        ({"with_it": {"grade_pct": -1.0}}, "same_grade", "1 % more downhill"),
        ({"with_it": {"distance_m": 3000.0}}, "same_distance", "m longer than without"),
        ({"effect": 2.5}, "overshoot", "past even, 1.0 pp longer on the left"),
        (
            {"before": tuple(-3.0 + 0.05 * i for i in range(10))},
            "regression_to_the_mean",
            "moved by",
        ),
        ({"wild": 3}, "no_wild_pair", "Pair 4 lies far outside"),
        ({"remarks": ("other_shoes",)}, "same_shoes_and_sensor", "in 2 pairs the shoes differed"),
        ({"remarks": ("corrected",)}, "recorded_as_it_came", "2 records changed after"),
        ({"remarks": ("passed_over",)}, "recorded_as_it_came", "was passed over"),
        ({"remarks": ("other_sensor",)}, "same_shoes_and_sensor", "in 2 pairs the sensor differed"),
    ],
)
def test_what_is_not_right_is_flagged_and_stands_with_the_result(changes, name, words):
    material = made(**changes)
    rows = {row["name"]: row for row in checks_of(material)}
    assert rows[name]["verdict"] == "failed"
    assert words in rows[name]["text"]
    assert rows[name]["text"] in result_of(material).sentences


def test_sizes_are_said_as_people_say_them():
    rows = {row["name"]: row for row in checks_of(made(with_it={"distance_m": 3000.0}))}
    assert re.search(r"you ran [23],\d\d\d m longer than", rows["same_distance"]["text"])


def test_a_difference_of_pace_that_few_pairs_cannot_tell_is_said_with_its_size():
    material = made(pairs=4, with_it={"speed_m_s": 0.3})
    rows = {row["name"]: row for row in checks_of(material)}
    assert rows["same_speed"]["verdict"] == "cannot_tell"
    assert re.search(r"0\.[23]\d? m/s faster than without on average", rows["same_speed"]["text"])


def with_skips(material, condition, count):
    """Lose `count` pairs by their half of a condition; where it is the first, both are lost."""
    nan = float("nan")
    pairs, left = [], count
    for pair in material.pairs:
        at = next(i for i, half in enumerate(pair.halves) if half.assigned == condition)
        if left:
            left -= 1
            halves = tuple(
                replace(h, did=None, value=nan, run_id=None, remarks=("skipped",)) if i >= at else h
                for i, h in enumerate(pair.halves)
            )
            pairs.append(replace(pair, halves=halves, why_not="skipped"))
        else:
            pairs.append(pair)
    return replace(material, pairs=tuple(pairs))


@pytest.mark.parametrize("condition", ["treatment", "control"])
def test_skipping_one_of_both_more_often_is_flagged(condition):
    rows = {r["name"]: r for r in checks_of(with_skips(made(), condition, 6))}
    assert rows["skipped_alike"]["verdict"] == "failed"
    with_it = "6 times with it and 0 without" if condition == "treatment" else "0 times with it"
    assert with_it in rows["skipped_alike"]["text"]
    assert verdicts(with_skips(made(), condition, 2))["skipped_alike"] == "ok"


def test_past_even_is_named_by_its_side():
    left = replace(R, longer_side="left")
    rows = {row["name"]: row for row in checks_of(made(effect=2.5, r=left))}
    assert "longer on the right" in rows["overshoot"]["text"]
    other = replace(R, outcome="balance", longer_side=None)
    assert "overshoot" not in verdicts(made(r=other))


def test_with_too_few_pairs_what_cannot_be_told_is_not_called_right():
    found = verdicts(made(pairs=3))
    assert found["carry_over"] == found["wear_off"] == "cannot_tell"
    assert found["same_speed"] == "cannot_tell"
    assert found["no_wild_pair"] == "cannot_tell"
    # Of fewer only what is wrong is worth a line.
    assert verdicts(made(pairs=2)) == verdicts(made(pairs=0)) == {}
    assert verdicts(made(pairs=2, remarks=("other_shoes",))) == {"same_shoes_and_sensor": "failed"}


def test_within_runs_nothing_is_carried_from_one_run_to_the_next():
    """The first lap of a run follows no lap: only pairs of one run follow each other."""
    r = replace(R, kind="within_run", pairs_per_run=1)
    assert verdicts(made(r=r, carried=0.6))["carry_over"] in {"ok", "cannot_tell"}


def beside(name, since, until):
    nan = float("nan")
    return Relative(
        experiment_id=name, treatment=name, effect=nan, se=nan, e_value=nan, decided=False,
        since=since, until=until,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "flagged"),
    [
        ("2026-01-01", None, True),
        ("2026-01-01", "2026-01-31", False),
        ("2026-01-01", "2026-02-02", True),
        ("2026-07-31", "2026-12-01", True),
        ("2026-08-02", None, False),
    ],
)
def test_what_was_open_at_the_same_time_is_named(since, until, flagged):
    material = made(beside=(beside("calf raises", since, until),))
    row = checks_of(material)[-1]
    assert (row["verdict"] == "failed", "calf raises" in row["text"]) == (flagged, flagged)


# -- a start drawn by lot ------------------------------------------------------------------------

FIRST = date(2026, 3, 1)
START = replace(
    R, kind="randomised_start", pairs=0, first_date=FIRST, last_date=FIRST + timedelta(days=23),
    end_date=FIRST + timedelta(days=60),
    covariance={"walk_per_day": 1e-4, "shared": 0.01, "shared_tau_days": 5.0, "own": 0.01},
)  # fmt: skip


def runs(*, after=None, shoes=("A", "A"), sensor=("P", "P"), effect=0.0):
    drawn = start_date(START)
    found = []
    for i in range(60):
        day = date(2026, 2, 3) + timedelta(days=i)
        late = day >= drawn
        conditions = {n: x + (after or {}).get(n, 0.0) * late for n, x in CALM.items()}
        found.append(
            StartRun(
                f"run-{i}", day.isoformat(), float(i), -1.5 + effect * late + 0.03 * (i % 4), 0.1,
                48.5, conditions, shoes[late], sensor[late],
            )
        )  # fmt: skip
    return Material(Kept(START), runs=tuple(found), today="2026-08-01")


def test_of_an_orderly_start_nothing_is_flagged():
    assert set(verdicts(runs()).values()) == {"ok"}


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"shoes": ("A", "B")}, "same_shoes", "new shoes (B): its effect cannot be told from that"),
        ({"sensor": ("P", "Q")}, "same_sensor", "a new sensor (Q)"),
        ({"after": {"speed_m_s": 0.3}}, "same_speed", "you ran 0.3 m/s faster"),
        ({"effect": 2.5}, "overshoot", "past even"),
    ],
)
def test_what_began_with_the_start_is_flagged(changes, name, words):
    rows = {row["name"]: row for row in checks_of(runs(**changes))}
    assert rows[name]["verdict"] == "failed"
    assert words in rows[name]["text"]


def test_before_the_day_drawn_nothing_of_before_and_after_is_said():
    early = replace(
        runs(shoes=("A", "B")), today=(start_date(START) - timedelta(days=1)).isoformat()
    )
    assert [row["name"] for row in checks_of(early)] == ["no_other_experiment"]
