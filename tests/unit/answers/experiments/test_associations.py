"""What goes along with tags: how large, how sure with all of them looked at, and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from evenstride.answers.experiments import associations as module
from evenstride.answers.experiments.associations import associations
from evenstride.domain.cues import CUES
from evenstride.domain.diary import Unread
from evenstride.domain.estimate import Estimate
from evenstride.domain.experiment import Kept, Registration
from evenstride.library import Annotation
from evenstride.render.as_json import answer_json
from evenstride.stats.gaussian import normal_cdf
from levels_made import made_levels, readings

RUNS = 60


def library(experiments=dict, unread=tuple):
    return SimpleNamespace(experiments=experiments, unread_entries=unread, entries=lambda _: {})


LIBRARY = library()


def tagged(tags, *, count=RUNS, effects=None, seed=1):
    """Levels of runs with these tags, a tag to the runs that have it."""
    value = readings(count, seed=seed)
    for tag, size in (effects or {}).items():
        value[sorted(tags[tag])] += size
    typed = {
        at: Annotation(tags=tuple(tag for tag, runs in tags.items() if at in runs))
        for at in range(count)
        if any(at in runs for runs in tags.values())
    }
    return made_levels(value, typed=typed)


def some_tags(names, *, seed=2, share=0.4, count=RUNS):
    rng = np.random.default_rng(seed)
    return {name: set(np.flatnonzero(rng.random(count) < share).tolist()) for name in names}


@pytest.fixture
def ask(monkeypatch):
    """Ask of made levels; experiments of the library may be given."""

    def asked(looked, lib=LIBRARY):
        monkeypatch.setattr(module, "levels", lambda *_, **__: looked)
        return associations(lib)

    return asked


def test_a_tag_that_goes_along_is_found_with_its_side_and_said_as_no_more(ask):
    tags = some_tags(["rolled", "coffee", "tired"])
    answer = ask(tagged(tags, effects={"rolled": 0.9}))
    first = answer.tables["associations"][0]
    assert answer.verdict == "some_go_along"
    assert (first["tag"], first["clear"]) == ("rolled", True)
    assert first["low"] < 0.9 < first["high"]
    assert first["runs_with"] == len(tags["rolled"])
    assert first["runs_without"] == RUNS - len(tags["rolled"])
    assert "goes along with" in answer.headline
    assert "toward the left" in answer.headline
    everything = answer_json(answer)
    for promise in ("works", "helps", "makes you", "weak side", "proved"):
        assert promise not in everything


@pytest.mark.parametrize("tags", [["rolled"], []])
def test_a_day_that_cannot_be_read_is_named(ask, tags):
    day = Unread("d1", "day", 1, datetime(2026, 11, 2, tzinfo=UTC), None)
    answer = ask(tagged(some_tags(tags)), library(unread=lambda: (day,)))
    assert sum("Entry d1 (day)" in caveat for caveat in answer.caveats) == 1


def test_mirroring_the_runner_mirrors_every_row(ask):
    tags = some_tags(["rolled", "coffee"])
    plain = tagged(tags, effects={"rolled": 0.9})
    ours = ask(plain).tables["associations"]
    mirrored = made_levels(
        100.0 - plain.by_measure["balance_left_pct"].series["value"].to_numpy(),
        typed={
            int(run_id.removeprefix("run-")): typed
            for run_id, typed in plain.conditions.typed.items()
        },
    )
    theirs = ask(mirrored).tables["associations"]
    for one, two in zip(ours, theirs, strict=True):
        assert two["value_pp"] == pytest.approx(-one["value_pp"], abs=1e-6)
        assert two["low_all"] == pytest.approx(-one["high_all"], abs=1e-6)
        assert two["clear"] == one["clear"]


@pytest.mark.parametrize("count", [1, 2, 8])
def test_intervals_of_all_together_are_those_of_sidak(ask, count):
    rows = ask(tagged(some_tags([f"tag {i}" for i in range(count)]))).tables["associations"]
    assert len(rows) == count
    for row in rows:
        wider = (row["high_all"] - row["value_pp"]) / (row["high"] - row["value_pp"])
        each = 2.0 * normal_cdf(np.array([1.959963984540054 * wider]))[0] - 1.0
        assert each**count == pytest.approx(0.95, abs=1e-4)


def test_how_many_chance_alone_would_show_is_said(ask):
    answer = ask(tagged(some_tags([f"tag {i}" for i in range(8)])))
    assert any("8 tags were looked at" in s and "0.4 of their" in s for s in answer.sentences)


def test_a_tag_that_is_clear_alone_is_not_where_many_are_looked_at(ask, monkeypatch):
    looked = tagged(some_tags([f"tag {i}" for i in range(10)]))
    level = looked.by_measure["balance_left_pct"]
    found = Estimate(0.25, 0.11, 0.03, 0.47, "pp", 30.0)
    for driver in level.moves.drivers:
        if driver.name == "tag:tag 3":
            object.__setattr__(driver, "effect", found)
    answer = ask(looked)
    row = next(row for row in answer.tables["associations"] if row["tag"] == "tag 3")
    assert row["low"] > 0.0 > row["low_all"]
    assert not row["clear"]
    assert answer.figures["associations"].rows[0].keys() >= {"label", "value", "low", "high"}


def registered(treatment, control="run as always"):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Kept(
        Registration(
            experiment_id="rolled-2026-01",
            registered_at_utc=now,
            question="Does it?",
            kind="across_runs",
            treatment=treatment,
            control=control,
            outcome="balance",
            longer_side=None,
            smallest_effect=0.3,
            prior_sd=0.5,
            seed="00" * 16,
            pairs=10,
        )
    )


@pytest.mark.parametrize(
    ("tag", "treatment"),
    [
        ("Rolled before", "rolled-before"),
        ("Foam rolling before the run", CUES["rolling-before"].name),
        ("rolling-before", "rolling before"),
    ],
)
def test_what_was_randomised_is_left_to_its_experiment(ask, tag, treatment):
    lib = library(experiments=lambda: {"rolled-2026-01": registered(treatment)})
    looked = tagged(some_tags([tag, "coffee"]), effects={tag: 0.9})
    answer = ask(looked, lib)
    assert answer.verdict == "none_clear"
    row = answer.tables["associations"][-1]
    assert (row["tag"], row["already"]) == (tag, "rolled-2026-01")
    assert (row["value_pp"], row["low"], row["high_all"], row["clear"]) == (None, None, None, False)
    assert "rolled-2026-01" in row["sentence"]
    assert row["sentence"] in answer.sentences
    assert [r["label"] for r in answer.figures["associations"].rows] == ["coffee"]


def test_a_tag_becomes_an_experiment_in_the_words_of_its_cue_or_its_own(ask):
    rows = ask(tagged(some_tags(["rolling-before", "socks"]))).tables["associations"]
    words = {row["tag"]: (row["treatment"], row["control"]) for row in rows}
    cue = CUES["rolling-before"]
    assert words["rolling-before"] == (cue.name, cue.instead)
    assert words["socks"] == ("socks", "without: socks")


def test_no_tags_and_too_few_runs_say_what_to_do(ask):
    without = ask(made_levels(readings()))
    assert (without.verdict, without.tables["associations"]) == ("no_tags", ())
    early = ask(tagged(some_tags(["rolled"], count=5, share=0.5), count=5))
    assert (early.verdict, early.tables["associations"]) == ("too_early", ())
    assert "8 runs" in early.sentences[0]


def test_tags_that_are_too_rare_are_named(ask):
    answer = ask(tagged({"rolled": set(range(0, RUNS, 2)), "once": {3}}))
    assert [row["tag"] for row in answer.tables["associations"]] == ["rolled"]
    assert any("“once”" in s and "Too rare" in s for s in answer.sentences)


def test_where_nothing_goes_along_hardly_any_family_says_so(ask):
    # 5 % of families at most: of 24 more than 5 come about once in 1,000 times.
    found = [
        ask(tagged(some_tags([f"tag {i}" for i in range(6)], seed=seed), seed=100 + seed)).verdict
        for seed in range(24)
    ]
    assert found.count("some_go_along") <= 5
    assert set(found) <= {"some_go_along", "none_clear"}
