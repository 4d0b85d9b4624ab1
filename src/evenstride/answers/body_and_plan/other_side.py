"""Decides what is said of earlier days on which a test found the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.screening import side_of_sign
from evenstride.answers.body_and_plan.screening_findings import judged, telling
from evenstride.body.finding_words import day_words
from evenstride.body.screening import way_of
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.body import Side
    from evenstride.domain.screening import Finding
    from evenstride.library import Library

_MOST_DAYS: Final = 3


def other_side_words(lib: Library) -> Mapping[str, str]:
    """Say of each test whose latest finding names a side which earlier days named the other.

    By the same way of measuring alone; a test of which none did is not in it.
    """
    times = judged(lib)
    said = {}
    for slug in dict.fromkeys(one.test.slug for one in times):
        last = telling(times, slug)
        side = None if last is None else side_of(last.finding)
        if last is None or side is None:
            continue
        days = sorted(
            {
                one.finding.on_date
                for one in times
                if way_of(one.written.value) == way_of(last.written.value)
                and one.finding.on_date < last.finding.on_date
                and side_of(one.finding) is side.other
            }
        )
        if days:
            named = [day_words(day) for day in days[-_MOST_DAYS:]]
            said[slug] = f"Before, on {list_words(named)}, it was the {side.other.value}."
    return said


def side_of(finding: Finding) -> Side | None:
    """Return the side that a finding names; None where neither."""
    return side_of_sign(finding.sign) if finding.sign else finding.lower
