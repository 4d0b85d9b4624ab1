"""The calendar entry: one a assignment, the same id again, a day, no bell, nothing that breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import icalendar
import pytest

from evenstride.domain.errors import InputError
from evenstride.render.calendar import calendar
from sample_experiments import EXPERIMENT, next_answer
from sample_moves import HOSTILE

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=timezone(timedelta(hours=-8)))


def entries(text: str) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def with_row(**changes: object) -> str:
    answer = next_answer()
    rows = ({**answer.tables["next"][0], **changes},)
    return calendar(replace(answer, tables={"next": rows}), now=NOW)


def test_an_assignment_is_one_whole_day_that_blocks_and_rings_nothing() -> None:
    text = calendar(next_answer(), now=NOW)
    (entry,) = entries(text)
    assert entry["dtstart"].dt == date(2026, 11, 23)
    assert entry["dtend"].dt == date(2026, 11, 24)
    assert str(entry["summary"]) == "Run: push off behind you"
    assert "not faster than 5:00 /km" in str(entry["description"])
    assert entry["transp"] == "TRANSPARENT"
    assert "VALARM" not in text
    assert entry["dtstamp"].dt == NOW.astimezone(UTC)


def test_told_again_it_is_the_same_entry_and_another_assignment_is_another() -> None:
    again = calendar(next_answer(), now=NOW + timedelta(days=3))
    (one,), (same,), (other,) = (
        entries(calendar(next_answer(), now=NOW)),
        entries(again),
        entries(with_row(position=6)),
    )
    assert one["uid"] == same["uid"]
    assert one["uid"] != other["uid"]
    assert EXPERIMENT in one["uid"]


@pytest.mark.parametrize("said", [None, "2026-11-01"])
def test_without_a_day_to_wait_for_it_is_today_where_the_runner_is(said: str | None) -> None:
    (entry,) = entries(with_row(not_before=said))
    assert entry["dtstart"].dt == date(2026, 11, 21), "in Greenwich it is tomorrow already"


def test_laps_are_listed_in_their_order() -> None:
    (entry,) = entries(calendar(next_answer("within_run"), now=NOW))
    lines = str(entry["description"]).splitlines()
    assert lines[1:3] == ["2: push off behind you", "3: run as usual"]
    assert str(entry["summary"]).startswith("Run of 4 laps")


def test_several_experiments_are_several_entries() -> None:
    answer = next_answer()
    row = answer.tables["next"][0]
    rows = (row, {**row, "experiment_id": "another"})
    made = entries(calendar(replace(answer, tables={"next": rows}), now=NOW))
    assert len({entry["uid"] for entry in made}) == 2


def test_what_was_typed_ends_no_line_and_opens_no_entry() -> None:
    typed = f"{HOSTILE}, a; b \\ c\r\nEND:VEVENT\r\nBEGIN:VALARM " + "ü" * 200
    text = with_row(what=typed, how=typed)
    (entry,) = entries(text)
    assert [part.name for part in entry.subcomponents] == []
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert HOSTILE in str(entry["summary"])


def test_nothing_to_do_is_said() -> None:
    with pytest.raises(InputError, match="nothing to put into a calendar"):
        calendar(next_answer(verdict="complete"), now=NOW)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(InputError, match="time zone"):
        calendar(next_answer(), now=datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point
