"""What moves a runner, in people's words: every side named, no sign left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.domain.driver_words import (
    driver_label,
    driver_unit_words,
    pp_interval_words,
    pp_words,
    range_words,
)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("speed", "Speed"),
        ("elapsed", "Time into the run"),
        ("grade:up", "Uphill"),
        ("surface:trail", "Trail"),
        ("shoe:the blue: pair", "Shoes: the blue: pair"),
        ("sensor:HRM-Pro", "Sensor: HRM-Pro"),
        ("tag:hilly", "Tag: hilly"),
        ("unexplained", "Not explained"),
        ("like_for_like", "Like for like"),
        ("heat_index", "Heat index"),
    ],
)
def test_drivers_are_called_as_people_call_them(name: str, called: str) -> None:
    assert driver_label(name) == called


def test_what_was_typed_cannot_speak_to_a_terminal() -> None:
    assert "\x1b" not in driver_label("tag:\x1b[31mred")


def test_each_unit_is_said() -> None:
    assert driver_unit_words("speed") == "per m/s faster"
    assert driver_unit_words("shoe:x") == "against your shoes on average"
    assert driver_unit_words("heat") == ""


@pytest.mark.parametrize(
    ("name", "low", "high", "said"),
    [
        ("speed", -0.1429, 0.9763, "4:11 instead of 5:50 /km"),
        ("elapsed", -0.25, 0.75, "1 h in instead of 0 min"),
        ("elapsed", -0.15, 0.955, "1 h 12 min in instead of 6 min"),
        ("grade", -2.1, 3.0, "+3.0 % instead of −2.1 %"),
        ("grade:up", 0.0, 3.0, "3.0 % up instead of level"),
        ("grade:down", 0.0, 2.1, "2.1 % down instead of level"),
        ("bend", -0.2, 0.35, "0.35 m/s² left instead of 0.20 right"),
        ("bend", 0.0, 0.0, "0 m/s² instead of 0"),
        ("camber", 0.0, 1.0, "with the left foot lower"),
        ("camber", -1.0, 1.0, "left foot lower instead of right"),
    ],
)
def test_a_usual_range_is_said_in_people_s_units(
    name: str, low: float, high: float, said: str
) -> None:
    assert range_words(name, low, high, reference_m_s=3.0) == said


def test_a_pace_is_said_in_the_runner_s_unit() -> None:
    assert range_words("speed", 0.0, 0.5, reference_m_s=3.0, units="mi").endswith("8:56 /mi")


@given(st.floats(-20.0, 20.0))
def test_a_mirrored_size_has_the_other_letter(value: float) -> None:
    flip = str.maketrans("LR", "RL")
    assert pp_words(-value) == pp_words(value).translate(flip)


@given(st.floats(-20.0, 20.0), st.floats(0.0, 10.0))
def test_a_mirrored_interval_has_the_same_numbers_and_the_other_sides(
    low: float, width: float
) -> None:
    said, other = pp_interval_words(low, low + width), pp_interval_words(-low - width, -low)
    assert "-" not in said
    flip = str.maketrans("LR", "RL")
    assert sorted(said.replace(" to ", " ").split()) == sorted(
        other.translate(flip).replace(" to ", " ").split()
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2, 1.0, "0.2 to 1.0 L"),
        (-1.0, -0.2, "0.2 to 1.0 R"),
        (-0.4, 0.1, "0.4 R to 0.1 L"),
        (-0.3, -0.01, "0.0 to 0.3 R"),
        (0.0, 0.0, "0.0 to 0.0"),
    ],
)
def test_an_interval_names_each_side_it_touches(low: float, high: float, said: str) -> None:
    assert pp_interval_words(low, high) == said
