"""The effect by the library's model: what was put into the seconds comes out, on either side."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from evenstride.answers.experiments import effect_model as module
from experiment_lab import EASY_M_S, LAPS, RUNS

BALANCE, CONTACT = replace(RUNS, outcome="balance"), replace(RUNS, outcome="contact_time")
CONTACT_LAPS = replace(LAPS, outcome="contact_time")


def modelled(lab):
    material = lab.gathered(with_model=True)
    return material.model_effect, material.model_se


@pytest.mark.parametrize("effect", [0.9, -0.9])
@pytest.mark.parametrize("side", [1, -1])
def test_an_effect_across_runs_is_found(labs, effect, side):
    lab = labs(RUNS, side=side)
    lab.halves(12, effect, day_sd=0.15)
    value, se = modelled(lab)
    assert value == pytest.approx(effect, abs=3.0 * se)
    assert se < 0.25
    # It is an effect toward even, whichever side the runner is longer on.
    answer = lab.result()
    assert math.copysign(1.0, answer.estimates["posterior_effect_pp"].value) == math.copysign(
        1.0, effect
    )


@pytest.mark.parametrize("effect", [0.6, -0.6])
@pytest.mark.parametrize("side", [1, -1])
def test_an_effect_within_runs_is_found_whatever_the_days_were(labs, effect, side):
    lab = labs(LAPS, side=side)
    for day in (1.0, -1.0):
        lab.in_laps(effect, day=day)
    value, se = modelled(lab)
    assert value == pytest.approx(effect, abs=max(3.0 * se, 0.15))
    assert se < 0.2
    assert lab.result().estimates["effect_pp"].value == pytest.approx(effect, abs=0.15)


def test_the_outcome_has_its_own_unit(labs):
    lab = labs(CONTACT)
    lab.halves(8, gct_ms=8.0)
    value, se = modelled(lab)
    assert value == pytest.approx(8.0, abs=max(3.0 * se, 1.5))
    assert lab.result().estimates["effect_ms"].value == pytest.approx(8.0, abs=1.0)
    lab = labs(CONTACT_LAPS)
    for _ in range(2):
        lab.in_laps(gct_ms=-6.0)
    value, se = modelled(lab)
    assert value == pytest.approx(-6.0, abs=max(3.0 * se, 1.5))


def test_balance_itself_flips_in_a_mirror(labs):
    found = []
    for side in (1, -1):
        lab = labs(BALANCE, side=side)
        lab.halves(8, 0.8, day_sd=0.1)
        found.append(modelled(lab))
    (value, se), (value_, se_) = found
    assert value_ == pytest.approx(-value, abs=0.02)
    assert se_ == pytest.approx(se, rel=0.05)


def test_pace_that_goes_with_the_treatment_is_not_taken_for_it(labs):
    lab = labs(BALANCE)
    for position in range(10):
        treated = lab.assigned(position) == "treatment"
        lab.half(0.0, speed_m_s=EASY_M_S + 0.3 * treated)
    raw = [pair.half("treatment").raw - pair.half("control").raw for pair in lab.gathered().pairs]
    value, se = modelled(lab)
    assert sum(raw) / len(raw) == pytest.approx(0.18, abs=0.05)
    assert abs(value) < max(2.5 * se, 0.1)
    assert abs(lab.result().estimates["effect_pp"].value) < 0.12


@pytest.mark.parametrize("outcome", ["drift", "rating"])
def test_what_the_model_does_not_know_it_does_not_say(labs, outcome):
    lab = labs(replace(RUNS, outcome=outcome))
    lab.halves(4, 0.5, duration_s=2000.0)
    assert all(math.isnan(x) for x in modelled(lab))


def test_before_two_of_each_nothing_is_said(labs):
    lab = labs(RUNS)
    assert all(math.isnan(x) for x in modelled(lab))
    lab.halves(2, 0.5)
    assert all(math.isnan(x) for x in modelled(lab))
    lab.halves(2, 0.5)
    assert all(math.isfinite(x) for x in modelled(lab))


@pytest.fixture
def fits(monkeypatch):
    """Count the fits."""
    made = []
    real = module.fit_moves

    def counted(*args, **kwargs):
        made.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, "fit_moves", counted)
    return made


def test_a_fit_is_kept_until_something_changes(labs, fits):
    lab = labs(RUNS)
    lab.halves(6, 0.5)
    first = modelled(lab)
    assert modelled(lab) == first
    assert len(fits) == 1
    # A run that has nothing to do with it changes what the model knows.
    lab.run(balance=47.0)
    second = modelled(lab)
    assert len(fits) == 2
    assert second != first
    # So does a record that takes the place of another.
    lab.record(did="skipped", position=5)
    assert modelled(lab) != second
    assert len(fits) == 3
    modelled(lab)
    assert len(fits) == 3


def test_a_fit_of_laps_is_renewed_when_the_laps_are_corrected(labs, fits):
    lab = labs(LAPS)
    run = lab.in_laps(0.5)
    lab.in_laps(0.5)
    first = modelled(lab)
    lab.record(run, position=0, lap_numbers=(2, 3, 4, 5))
    second = modelled(lab)
    assert (len(fits), second != first) == (2, True)


def test_what_was_done_instead_does_not_move_it(labs):
    """As the rule, the model counts as assigned."""
    lab = labs(RUNS)
    lab.halves(6, 0.5)
    before = modelled(lab)
    lab.record(position=3, did="other")
    assert modelled(lab) == before


def test_tags_and_shoes_that_are_the_treatment_do_not_take_its_effect(labs):
    lab = labs(RUNS)
    runs = lab.halves(10, 0.9, day_sd=0.1)
    before = modelled(lab)
    treated = [run for i, run in enumerate(runs) if lab.assigned(i) == "treatment"]
    lab.lib.annotate(treated, shoes="The cue's", add_tags=["push off behind"])
    assert modelled(lab) == pytest.approx(before, abs=1e-6)
