"""Decides what a logged session changes: the rule of repetitions, the rule of pain, one step back.

Repetitions: one or two more than planned in two sessions running, then two repetitions more (five
per cent more load where a load was written down), at the top of the dose the next step. Pain: up to
3 goes on; 4 or 5 stays as it is; above 5 stops the exercise; not settled by the next morning, or
rising from week to week, is one step back. A week of missed sessions is one step back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evenstride.body.doses import count_step, less_load_kg, more_load_kg
from evenstride.domain.body import Side
from evenstride.domain.exercise import Counted  # noqa: TC001 # of a constant

if TYPE_CHECKING:
    from datetime import date

    from evenstride.domain.diary import ItemDone
    from evenstride.domain.exercise import Exercise

SAFE_PAIN: Final = 3
"""Up to here it goes on."""
MOST_PAIN: Final = 5
"""Up to here it stays as it is; above, the exercise stops (Thomeé, Silbernagel)."""
OUT_DAYS: Final = 14
"""So long it stays out after pain above 5 (a convention of ours: two weeks, as for soreness)."""
_STRIKES: Final = 2
_RUNNING: Final = 2
"""Sessions running that the rule of repetitions asks for."""
_RISE: Final = 2
_ONE: Final[dict[Counted, str]] = {
    "repetitions": "repetition",
    "seconds": "second",
    "breaths": "breath",
    "minutes": "minute",
    "runs": "run",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a runner stands with one exercise.

    Attributes
    ----------
    count, step, load_kg, easier
        What the next session asks for; `load_kg` None where none was written down.
    done
        Sessions in which it was done.
    streak
        Of these the last ones running that allow to go on.
    well
        The last ones running with half of the dose or more a side, and pain of 3 or less.
    hold
        Whether it stays as it is because of pain.
    strikes, out_from, out_until
        How often pain went above 5; from which day until which it is out, `out_until` None where it
        stays out.
    weeks
        Worst pain of each week in which any was said.
    said
        What the last session changed, in sentences.
    """

    count: int
    step: int = 0
    load_kg: float | None = None
    easier: bool = False
    done: int = 0
    streak: int = 0
    well: int = 0
    hold: bool = False
    strikes: int = 0
    out_from: date | None = None
    out_until: date | None = None
    weeks: tuple[tuple[int, int], ...] = ()
    said: tuple[str, ...] = ()


def beginning(exercise: Exercise) -> Standing:
    """Return where everyone begins: the low end of the dose, as first described."""
    return Standing(count=exercise.dose.count[0])


def is_out(standing: Standing, on_date: date) -> bool:
    """Tell whether pain keeps it out on a day."""
    if standing.out_from is None:
        return False
    return standing.out_until is None or on_date < standing.out_until


def went_well(standing: Standing) -> bool:
    """Tell whether what comes after it may begin: twice running half the dose, with little pain."""
    return standing.well >= _RUNNING


def half_of(exercise: Exercise) -> int:
    """Return the repetitions a side from which on it counts as going well."""
    low, high = exercise.dose.count
    return (low + high + 1) // 2


def after_done(
    exercise: Exercise,
    standing: Standing,
    item: ItemDone | None,
    *,
    only: Side | None,
    week: int,
    on_date: date,
) -> Standing:
    """Return where the runner stands after a session in which it was planned.

    Parameters
    ----------
    exercise
        Which.
    standing
        Where they stood when it was planned.
    item
        What was written down; None: done as planned.
    only
        The side it was to be done on; None: both.
    week, on_date
        Of the plan; when it was done.
    """
    if item is None:
        return replace(standing, done=standing.done + 1, streak=0, said=(), hold=False)
    pains = [pain for pain in (item.pain, item.pain_next_morning) if pain is not None]
    worst = max(pains, default=None)
    if worst is not None and worst > MOST_PAIN:
        standing = replace(
            standing, done=standing.done + 1, load_kg=item.load_kg or standing.load_kg
        )
        return _stopped(exercise, standing, worst, on_date)
    if item.left_out or item.sets == 0:
        return replace(standing, streak=0, well=0, said=())
    weeks = standing.weeks
    raised = worst is not None and worst > dict(weeks).get(week, -1)
    if worst is not None and raised:
        weeks = tuple(sorted({**dict(weeks), week: worst}.items()))
    fewest = _fewest(item, only)
    went = fewest is not None and fewest >= half_of(exercise)
    little = worst is not None and worst <= SAFE_PAIN
    hold = worst is not None and worst > SAFE_PAIN
    enough = not hold and _enough(exercise, standing, fewest)
    standing = replace(
        standing,
        load_kg=item.load_kg or standing.load_kg,
        done=standing.done + 1,
        streak=standing.streak + 1 if enough else 0,
        well=standing.well + 1 if went and little else 0,
        hold=hold,
        weeks=weeks,
        said=(f"Pain of {worst} last time: the same again, no step on.",) if hold else (),
    )
    if (why := _unsettled(item) or (_rising(standing, week) if raised else None)) is not None:
        return step_back(exercise, standing, why, hold=True)
    return _further(exercise, standing) if standing.streak >= _RUNNING else standing


def step_back(exercise: Exercise, standing: Standing, why: str, *, hold: bool = False) -> Standing:
    """Go one step back: less load, else an earlier step, else fewer, else the easier way.

    `hold` where pain is why.
    """
    low = exercise.dose.count[0]
    standing = replace(standing, streak=0, well=0, hold=hold)
    if standing.load_kg is not None:
        less_kg = less_load_kg(standing.load_kg)
        return replace(
            standing, load_kg=less_kg, said=(f"{why}: {standing.load_kg:g} kg become {less_kg:g}.",)
        )
    if standing.step > 0:
        return replace(
            standing, step=standing.step - 1, count=low, said=(f"{why}: one step back.",)
        )
    if standing.count > low:
        return replace(standing, count=low, said=(f"{why}: back to {low}.",))
    return replace(standing, easier=True, said=(f"{why}: in its easier way.",))


def _fewest(item: ItemDone, only: Side | None) -> int | None:
    """Return the repetitions of the side that managed fewer: it sets the number of both."""
    if only is not None:
        return item.left if only is Side.LEFT else item.right
    if item.left is None or item.right is None:
        return item.right if item.left is None else item.left
    return min(item.left, item.right)


def _stopped(exercise: Exercise, standing: Standing, worst: int, on_date: date) -> Standing:
    """Take it out: two weeks the first time, for the rest of the plan the second."""
    strikes = standing.strikes + 1
    back = step_back(exercise, standing, f"Pain of {worst} on {on_date:%d %b %Y}")
    return replace(
        back,
        easier=True,
        step=0,
        count=exercise.dose.count[0],
        strikes=strikes,
        hold=True,
        out_from=on_date,
        out_until=None if strikes >= _STRIKES else on_date + timedelta(days=OUT_DAYS),
        said=(
            f"Back after {OUT_DAYS} days without it, in its easier way: pain of {worst} on "
            f"{on_date:%d %b %Y}.",
        ),
    )


def _unsettled(item: ItemDone) -> str | None:
    """Say that pain was not over by the next morning: above 3, or above that of the session."""
    morning = item.pain_next_morning
    if morning is None or morning == 0:
        return None
    if morning > SAFE_PAIN or (item.pain is not None and morning > item.pain):
        return f"Pain of {morning} on the morning after"
    return None


def _rising(standing: Standing, week: int) -> str | None:
    """Say that the worst pain of this week is 2 above the last week's, or the second rise running.

    One point up once is no news of a scale that a person reads off themselves.
    """
    worst = [pain for at, pain in standing.weeks if at <= week][-3:]
    if len(worst) < 2:
        return None
    twice = len(worst) == 3 and worst[0] < worst[1] < worst[2]
    if worst[-1] - worst[-2] >= _RISE or twice:
        rose = worst if twice else worst[-2:]
        return f"Pain rose from week to week, {' to '.join(str(pain) for pain in rose)}"
    return None


def _enough(exercise: Exercise, standing: Standing, fewest: int | None) -> bool:
    """Tell whether a session counts towards going on.

    One repetition more than planned; of breaths, which nobody does more of, all of them; in the
    easier way as many as planned.
    """
    if fewest is None:
        return False
    as_planned = standing.easier or exercise.dose.counted == "breaths"
    return fewest >= standing.count + (0 if as_planned else 1)


def _further(exercise: Exercise, standing: Standing) -> Standing:
    """Go one step on, and begin to count again."""
    standing = replace(standing, streak=0)
    low, high = exercise.dose.count
    counted = exercise.dose.counted
    if standing.easier:
        return replace(
            standing,
            easier=False,
            said=("Two sessions running went well in the easier way: the exercise itself again.",),
        )
    more = (
        "with every breath" if counted == "breaths" else f"with a {_ONE[counted]} or more to spare"
    )
    why = f"Two sessions running {more}"
    if standing.load_kg is not None and (more_kg := more_load_kg(standing.load_kg)) is not None:
        return replace(
            standing,
            load_kg=more_kg,
            said=(f"{why}: {standing.load_kg:g} kg become {more_kg:g}.",),
        )
    if standing.count < high:
        count = min(standing.count + count_step(counted), high)
        return replace(standing, count=count, said=(f"{why}: {standing.count} become {count}.",))
    if standing.step < len(exercise.progression):
        return replace(
            standing,
            step=standing.step + 1,
            count=low,
            said=(f"{why}: the next step, at {low}.",),
        )
    return replace(standing, said=(f"{why}; there is no harder step here: stay.",))
