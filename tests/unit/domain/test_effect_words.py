"""Effects and evidence in words: the direction named, nothing rounded to where it has not come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.domain.answer import Figure
from evenstride.domain.effect_words import (
    e_words,
    effect_words,
    outcome_of,
    p_words,
    signed_words,
    size_words,
    unit_of,
)
from evenstride.domain.experiment import ENOUGH_E, ENOUGH_P, OUTCOMES


def figure(y_label: str) -> Figure:
    return Figure("paired", "", "pair", y_label, (), {})


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_a_mirrored_effect_is_said_the_other_way_round(outcome) -> None:
    up, down = effect_words(0.62, outcome), effect_words(-0.62, outcome)
    assert up.endswith(outcome.increase)
    assert down.endswith(outcome.decrease)
    assert up.removesuffix(outcome.increase) == down.removesuffix(outcome.decrease)
    assert not set("+-−") & set(up.partition(" ")[0] + down.partition(" ")[0])


def test_what_rounds_to_nothing_has_no_direction() -> None:
    assert effect_words(0.004, OUTCOMES["toward_even"]) == "0.0 pp"
    assert effect_words(-0.004, OUTCOMES["toward_even"]) == "0.0 pp"
    assert signed_words(0.0, "ms") == "0.0 ms"


@pytest.mark.parametrize(
    ("size", "unit", "said"),
    [
        (0.62, "pp", "0.6 pp"),
        (-0.62, "pp", "0.6 pp"),
        (0.04, "pp", "0.04 pp"),
        (0.0951, "pp", "0.1 pp"),
        (3.25, "pp/h", "3.2 pp an hour"),
        (2.0, "spm", "2.0 steps/min"),
        (1234.0, "ms", "1,234 ms"),
        (0.0034, "kg", "0.0034 kg"),
        (0.5, "", "0.5"),
    ],
)
def test_sizes_are_as_fine_as_they_are_worth(size: float, unit: str, said: str) -> None:
    assert size_words(size, unit) == said


def test_outside_data_has_its_sign_and_its_unit() -> None:
    assert effect_words(-3.0, None, "kg") == "−3.0 kg"
    assert effect_words(0.003, None, "m") == "+0.003 m"


@given(st.floats(0.0, 1e6))
def test_an_e_value_is_never_said_to_be_more_than_it_is(e: float) -> None:
    said = e_words(e)
    number = 0.0 if said.startswith("less") else float(said.replace(",", ""))
    assert number <= e * (1.0 + 1e-12)
    assert number >= 0.89 * e - 0.01
    assert (number >= ENOUGH_E) == (e >= ENOUGH_E)


def test_e_values_without_end_are_said_too() -> None:
    assert e_words(float("inf")) == e_words(2e6) == "more than 1,000,000"
    assert e_words(0.0) == "less than 0.01"
    assert [e_words(e) for e in (0.074, 3.29, 39.99, 40.0, 1234.0)] == [
        "0.07",
        "3.2",
        "39",
        "40",
        "1,200",
    ]


@given(st.floats(0.0, 1.0))
def test_a_p_value_is_never_said_to_be_less_than_it_is(p: float) -> None:
    said = p_words(p)
    number = 0.001 if said.startswith("less") else float(said)
    assert number >= p - 1e-9
    assert number <= p + 0.001
    if abs(p - ENOUGH_P) > 1e-9:
        assert (number <= ENOUGH_P) == (p <= ENOUGH_P)


def test_a_round_p_value_stays_as_it_is() -> None:
    assert p_words(0.025) == "0.025"
    assert p_words(2.0 / 64.0) == "0.032"
    assert p_words(1.0) == "1.000"
    assert p_words(0.0001) == "less than 0.001"


def test_a_figure_s_outcome_and_unit_are_read_from_its_axis() -> None:
    for outcome in OUTCOMES.values():
        shown = figure(f"{outcome.label}, {outcome.unit}")
        assert outcome_of(shown) is outcome
        assert unit_of(shown) == outcome.unit
    assert outcome_of(figure("kg")) is None
    assert unit_of(figure("kg")) == "kg"
