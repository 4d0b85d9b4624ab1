"""Single fields of forms: what people type is read, what is none is said with the field's name."""

from __future__ import annotations

from datetime import date

import pytest

from evenstride.domain.errors import InputError
from evenstride.web.typed_fields import (
    day_of,
    number_of,
    seconds_of,
    several_of,
    speed_of,
    whole_of,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5:00", 300.0), ("1:02:03", 3723.0), ("90:30", 5430.0), ("5", 300.0), ("0,5", 30.0)],
)
def test_times_are_minutes_and_seconds(text: str, seconds: float) -> None:
    assert seconds_of(f" {text} ", "It") == seconds


def test_nothing_typed_is_nothing_said() -> None:
    for read in (number_of, whole_of, seconds_of, day_of):
        assert read("  ", "It") is None
    assert speed_of("", "It", "km") is None
    assert several_of("", "They", 5) == ()


def test_a_pace_is_of_the_runner_s_units() -> None:
    assert speed_of("5:00", "It", "km") == pytest.approx(1000.0 / 300.0)
    assert speed_of("8:00", "It", "mi") == pytest.approx(1609.344 / 480.0)


def test_numbers_take_a_comma_and_days_are_iso() -> None:
    assert number_of("0,4", "It") == number_of("0.4", "It") == 0.4
    assert whole_of("12", "It") == 12
    assert day_of("2026-02-28", "It") == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("3 4 5", (3, 4, 5)), ("3-5", (3, 4, 5)), ("1, 3-4,7", (1, 3, 4, 7)), ("5-3", ())],
)
def test_laps_are_named_one_by_one_or_by_their_ends(text: str, numbers: tuple[int, ...]) -> None:
    assert several_of(text, "They", 10) == numbers


@pytest.mark.parametrize(
    "text", ["x", "-1", "1e3", "nan", "5:60", "٣", "1" * 30, "<b>", "2-", "--"]
)
def test_what_is_none_is_said_with_the_field(text: str) -> None:
    for read in (number_of, whole_of, seconds_of, day_of):
        with pytest.raises(InputError, match=r"^It is a"):
            read(text, "It")
    with pytest.raises(InputError, match=r"^It is a pace"):
        speed_of(text, "It", "km")
    if text != "2-":
        with pytest.raises(InputError, match=r"^They are numbers"):
            several_of(text, "They", 10)


def test_a_pace_of_nothing_is_none_and_a_stretch_has_its_limit() -> None:
    with pytest.raises(InputError, match="pace"):
        speed_of("0:00", "It", "km")
    with pytest.raises(InputError, match="at most 10"):
        several_of("1-999999", "They", 10)
