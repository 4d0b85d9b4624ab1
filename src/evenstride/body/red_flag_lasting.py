"""Decides when a complaint counts as one that does not get better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.diary import Complaint, Written

UNIMPROVED_DAYS: Final = 14
"""Pain that is hardly better than so many days before is asked about: the lower end of two to three
weeks."""
LASTING_DAYS: Final = 21
"""Soreness and tightness of `LASTING` and more are asked about after so many: the upper end."""
LASTING: Final = 4
"""From this level on soreness and tightness that last are asked about: where the pain rule ends
that calls it safe. A convention of ours."""
LEAST_NAMED: Final = 3
"""... where they were named so often."""
BETTER_POINTS: Final = 2
BETTER_SHARE: Final = 0.3
"""So many points of ten less, or so large a share less, is better: what patients called much better
(2724 of them; Farrar 2001, doi 10.1016/S0304-3959(01)00349-9)."""
ASKED_AGAIN_DAYS: Final = 28
"""While it stays so, it is asked about again after so many days: a convention."""
_WEEK = 7


def unimproved(
    felt: Sequence[Written[Complaint]], *, after_days: int = UNIMPROVED_DAYS
) -> Written[Complaint] | None:
    """Return the entry that makes the question due: hardly better than two weeks before.

    Parameters
    ----------
    felt
        What was felt at one place, the oldest first.
    after_days
        So long after the first of them at the earliest.

    Returns
    -------
        A week is held against the week that ended two weeks before it, or the last before then in
        which something was felt: so what got better at first and then stays is found as well. While
        it goes on so, it is the last that comes four weeks or more after the one before. None where
        it got better, or did not last.
    """
    found: Written[Complaint] | None = None
    for one in felt:
        if _days(felt[0], one) < after_days:
            continue
        if found is not None and _days(found, one) < ASKED_AGAIN_DAYS:
            continue
        before = [other for other in felt if _days(other, one) >= UNIMPROVED_DAYS]
        then, now = _week_until(before[-1], felt), _week_until(one, felt)
        if now > then - BETTER_POINTS and now > then * (1.0 - BETTER_SHARE):
            found = one
    return found


def _week_until(last: Written[Complaint], felt: Sequence[Written[Complaint]]) -> float:
    """Return the mean level of the seven days that end with the day of `last`."""
    levels = [one.value.level for one in felt if 0 <= _days(one, last) < _WEEK]
    return sum(levels) / len(levels)


def _days(one: Written[Complaint], other: Written[Complaint]) -> int:
    return (other.value.on_date - one.value.on_date).days
