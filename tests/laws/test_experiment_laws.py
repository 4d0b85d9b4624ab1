"""What must hold of every paired experiment: mirror, unit, shift, order, and any number at all."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.domain.errors import InputError
from evenstride.stats.experiments.e_process import e_values
from evenstride.stats.experiments.randomisation import randomisation_test
from evenstride.stats.experiments.rule import decide

MIRRORED = {"increase": "decrease", "decrease": "increase"}
sane = st.floats(-3.0, 3.0).map(lambda x: round(x, 3))
differences = st.lists(sane, min_size=1, max_size=18).map(np.array)
effects = st.sampled_from([None, 0.3, 1.0])
registered = st.sampled_from([None, 4, 8, 12])


def decided(d, pairs=None, smallest=0.3):
    return decide(np.array(d), pairs=pairs, smallest_effect=smallest, unit="pp", seed="ab12")


def ends(decision):
    effect = decision.effect
    return np.array([effect.low, effect.high, decision.low90, decision.high90])


@given(differences, registered, effects)
@settings(max_examples=150)
def test_mirroring_the_differences_mirrors_the_decision(d, pairs, smallest):
    one, two = decided(d, pairs, smallest), decided(-d, pairs, smallest)
    assert two.verdict == MIRRORED.get(one.verdict, one.verdict)
    assert (two.decided_by, two.decided_at) == (one.decided_by, one.decided_at)
    assert two.p_value == one.p_value
    assert two.more_pairs == one.more_pairs
    np.testing.assert_allclose(two.e_values, one.e_values, rtol=1e-9)
    assert two.effect.value == pytest.approx(-one.effect.value, abs=1e-12)
    np.testing.assert_allclose(ends(two)[[1, 0, 3, 2]], -ends(one), atol=1e-9)


@given(differences, registered, st.sampled_from([0.25, 1024.0, 2.0**-60]))
@settings(max_examples=100)
def test_another_unit_changes_sizes_and_nothing_else(d, pairs, factor):
    one, two = decided(d, pairs, 0.5), decided(factor * d, pairs, factor * 0.5)
    for name in ("verdict", "decided_by", "decided_at", "p_value", "exact", "more_pairs"):
        assert getattr(two, name) == getattr(one, name)
    np.testing.assert_array_equal(two.e_values, one.e_values)
    assert two.effect.value == pytest.approx(factor * one.effect.value, rel=1e-12, abs=0.0)
    np.testing.assert_allclose(ends(two), factor * ends(one), rtol=1e-9, atol=1e-12 * factor)


@given(differences, st.sampled_from([-40.0, 0.7, 5.0]))
@settings(max_examples=100)
def test_a_constant_added_moves_effect_and_intervals_by_as_much(d, shift):
    one, two = decided(d), decided(d + shift)
    assert two.effect.value == pytest.approx(one.effect.value + shift, abs=1e-9)
    assert two.effect.se == pytest.approx(one.effect.se, abs=1e-9)
    np.testing.assert_allclose(ends(two), ends(one) + shift, atol=1e-7)


@given(differences, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_the_order_of_pairs_matters_to_the_e_values_only(d, random):
    shuffled = list(d)
    random.shuffle(shuffled)
    one, two = decided(d), decided(shuffled)
    assert two.p_value == one.p_value
    np.testing.assert_allclose(ends(two), ends(one), atol=1e-9)
    assert two.effect.value == pytest.approx(one.effect.value, abs=1e-12)


@given(differences, st.integers(1, 18))
@settings(max_examples=100)
def test_what_was_seen_stays_as_it_was(d, n):
    np.testing.assert_allclose(e_values(d)[:n], e_values(d[:n]), rtol=1e-9)


@given(differences, st.sampled_from([0.8, 0.9, 0.95]))
@settings(max_examples=200)
def test_the_interval_holds_0_when_and_only_when_the_test_does_not_reject_it(d, level):
    found = randomisation_test(d, seed="ab12")
    low, high = found.interval(level)
    assert (low <= 0.0 <= high) == (found.p_value > 1.0 - level + 1e-12)
    assert low <= d.mean() + 1e-12
    assert high >= d.mean() - 1e-12


@given(differences)
def test_a_wider_level_makes_a_wider_interval_and_too_few_pairs_none(d):
    found = randomisation_test(d, seed="ab12")
    inner, outer = found.interval(0.9), found.interval(0.95)
    assert outer[0] <= inner[0] <= inner[1] <= outer[1]
    assert np.isfinite(outer).all() == (d.size >= 6)
    assert np.isfinite(inner).all() == (d.size >= 5)


@given(
    st.lists(
        st.floats(-1e99, 1e99) | st.sampled_from([0.0, 1e9, -1e9, 5e-324, 1e-200]),
        max_size=17,
    ),
    registered,
)
@settings(max_examples=200)
def test_any_numbers_are_decided_without_a_warning(d, pairs):
    found = decided(d, pairs)
    assert 0.0 < found.p_value <= 1.0
    assert (found.e_values >= 0.0).all()
    assert found.e_values.shape == (len(d),)
    assert not np.isnan(ends(found)).any()
    assert (found.decided_by is None) == (found.verdict == "too_early")
    assert (found.decided_at == 0) == (found.decided_by is None)


@given(differences, st.sampled_from([np.nan, np.inf, -np.inf, 1e101]), st.integers(0, 17))
def test_what_is_no_number_is_refused_by_its_pair(d, wrong, at):
    at %= d.size
    d[at] = wrong
    with pytest.raises(InputError, match=f"pair {at + 1} has"):
        decided(d)


@given(st.integers(27, 60), st.integers(0, 99))
@settings(max_examples=10)
def test_drawn_sequences_follow_from_the_seed_alone(n, seed):
    d = np.random.default_rng([n, seed]).normal(0.3, 1.0, n)
    one, two, other = (randomisation_test(d, seed=s) for s in ("ab12", "ab12", "cd34"))
    assert (one.p_value, one.interval(0.95)) == (two.p_value, two.interval(0.95))
    assert one.interval(0.95) != other.interval(0.95)
    mirrored = randomisation_test(-d, seed="ab12")
    assert mirrored.p_value == one.p_value
    low, high = one.interval(0.95)
    np.testing.assert_allclose(mirrored.interval(0.95), (-high, -low), atol=1e-12)
    assert (low <= 0.0 <= high) == (one.p_value > 0.05)


def test_a_decision_is_the_same_made_again():
    d = [0.4, 0.1, -0.2, 0.9, 0.3, 0.5, 0.2, 0.8]
    one, two = decided(d), decided(d)
    for field in fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(two, field.name))
