"""Decides what one session holds: what fits into its time, in which order, how much, which side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from evenstride.body import plan_words
from evenstride.body.catalogue import exercises
from evenstride.body.choosing import (
    BLOCK_ORDER,
    SPOKEN_FOR,
    at_home,
    made_easier,
    phase_of,
    ranked,
    reasons,
    ruled_out,
)
from evenstride.body.doses import TOP_DOWN_WEEKS, seconds_of, sets_in_week
from evenstride.body.progress import is_out, went_well
from evenstride.body.sides import Sides, earns_a_set, found_something, latest_of, sides_of
from evenstride.domain.body import Side
from evenstride.domain.exercise import Item
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.body.choosing import Easier, Phase, Reason
    from evenstride.body.progress import Standing
    from evenstride.body.schedule import Slot
    from evenstride.domain.exercise import Exercise, Facts, TestedSide, Wish

MOST_ITEMS: Final = 8
"""Exercises in a session, however long it is."""
_FEWEST_ITEMS: Final = 3
_MINUTES_EACH: Final = 5
"""A short session holds few exercises with their sets rather than many without."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known when a session is built, worked out once for all sessions built from it.

    Attributes
    ----------
    wish, facts
        What was asked for; what is known.
    tested
        The latest of each test.
    strongest
        Of each exercise the strongest reason that speaks for it, by slug.
    gone
        Exercises whose reason was found when the plan began and is not found any more: they stay.
    ruled
        Why an exercise cannot be in, by slug.
    easier
        Why an exercise is done in its easier way, by slug.
    """

    wish: Wish
    facts: Facts
    tested: Mapping[str, TestedSide]
    strongest: Mapping[str, Reason]
    gone: frozenset[str]
    ruled: Mapping[str, str]
    easier: Mapping[str, Easier]
    rankings: dict[tuple[Phase, frozenset[str]], tuple[str, ...]] = field(default_factory=dict)
    sided: dict[tuple[str, int], Sides] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """An exercise on its way into a session; `sets` a side, `extra` one more on the first side."""

    exercise: Exercise
    sides: Sides
    standing: Standing
    easier: bool
    sets: int
    extra: bool = False

    @property
    def count(self) -> int:
        """Return repetitions (seconds, breaths) a set: in the easier way the fewest."""
        return self.exercise.dose.count[0] if self.easier else self.standing.count

    def seconds(self) -> float:
        """Tell how long it takes [s]."""
        sets = _by_side(self)
        return seconds_of(self.exercise.sided, *sets, self.count, self.exercise.dose.counted)


def scene_of(wish: Wish, facts: Facts, begun_with: Facts) -> Scene:
    """Work out what facts mean for every exercise; findings of the beginning keep their place."""
    tested = latest_of(facts.tested, wish.first_date)
    then = {
        slug: one
        for slug, one in latest_of(begun_with.tested, wish.first_date).items()
        if found_something(one)
    }
    reasoned = {**then, **{slug: one for slug, one in tested.items() if found_something(one)}}
    strongest: dict[str, Reason] = {}
    gone: set[str] = set()
    ruled: dict[str, str] = {}
    easier: dict[str, Easier] = {}
    for slug in at_home():
        exercise = exercises()[slug]
        speaking = max(
            reasons(exercise, wish, facts, reasoned), key=lambda one: one.rank, default=None
        )
        if speaking is not None:
            strongest[slug] = speaking
            finding = speaking.finding
            if finding is not None and tested.get(finding.test) != finding:
                gone.add(slug)
        if (why := ruled_out(exercise, wish, facts)) is not None:
            ruled[slug] = why
        elif (eased := made_easier(exercise, facts)) is not None:
            easier[slug] = eased
    return Scene(wish, facts, tested, strongest, frozenset(gone), ruled, easier)


def available(scene: Scene, slot: Slot, standings: Mapping[str, Standing]) -> frozenset[str]:
    """Name the exercises that nothing keeps out on a day."""
    return frozenset(
        slug
        for slug in at_home()
        if slug not in scene.ruled
        and not is_out(standings[slug], slot.on_date)
        and ((after := exercises()[slug].after) is None or went_well(standings[after]))
    )


def wanted(scene: Scene, slot: Slot, standings: Mapping[str, Standing]) -> tuple[str, ...]:
    """List what a session would hold if it had the time, the most wanted first."""
    phase, allowed = phase_of(slot.week), available(scene, slot, standings)
    if (phase, allowed) not in scene.rankings:
        scene.rankings[phase, allowed] = ranked(phase, allowed, scene.strongest)
    return scene.rankings[phase, allowed]


def most_items(minutes: int) -> int:
    """Tell how many exercises a session of this length holds at most."""
    return min(max(minutes // _MINUTES_EACH, _FEWEST_ITEMS), MOST_ITEMS)


def build(
    scene: Scene,
    slot: Slot,
    standings: Mapping[str, Standing],
    before: Mapping[str, tuple[Item, Sides]] | None,
    *,
    tell: bool,
) -> dict[str, tuple[Item, Sides]]:
    """Build one session.

    Parameters
    ----------
    scene
        What is known.
    slot
        When.
    standings
        Where the runner stands with each exercise.
    before
        The last session that was not missed, by slugs; None of the first.
    tell
        Whether what the log changed is said; of sessions after the next it has been said before.

    Returns
    -------
        Items in their order, with what tests say of their sides, by slugs.
    """
    budget_s = scene.wish.minutes * 60.0
    drafts: list[_Draft] = []
    room = most_items(scene.wish.minutes)
    for slug in wanted(scene, slot, standings):
        if len(drafts) == room:
            break
        draft = _draft(scene, slot, exercises()[slug], standings[slug])
        if (took_s := draft.seconds()) <= budget_s:
            drafts.append(draft)
            budget_s -= took_s
    budget_s = _extra_sets(drafts, budget_s)
    had = {} if before is None else {slug: _base_sets(item) for slug, (item, _) in before.items()}
    most = {
        draft.exercise.slug: _most_sets(draft, slot, had.get(draft.exercise.slug), tell=tell)
        for draft in drafts
    }
    # what there was is kept before anything grows
    for bound in ({slug: min(sets, had.get(slug, 0)) for slug, sets in most.items()}, most):
        for draft in drafts:
            budget_s = _grown(draft, bound[draft.exercise.slug], budget_s)
    drafts.sort(key=lambda draft: _place_of(scene, draft.exercise))
    out = [
        exercises()[slug].name
        for slug in before or ()
        if slug in scene.ruled or is_out(standings[slug], slot.on_date)
    ]
    return {
        draft.exercise.slug: (
            _item(scene, slot, draft, drafts, before, out=out, tell=tell),
            draft.sides,
        )
        for draft in drafts
    }


def _place_of(scene: Scene, exercise: Exercise) -> tuple[bool, int]:
    """Order a session from the top down; after an injury of the foot what is for it comes first."""
    reason = scene.strongest.get(exercise.slug)
    return reason is None or reason.injury is None, BLOCK_ORDER.index(exercise.block)


def _draft(scene: Scene, slot: Slot, exercise: Exercise, standing: Standing) -> _Draft:
    sides = scene.sided.get((exercise.slug, slot.week))
    if sides is None:
        sides = sides_of(exercise, scene.tested, week=slot.week, first_date=scene.wish.first_date)
        scene.sided[exercise.slug, slot.week] = sides
    easier = standing.easier or exercise.slug in scene.easier
    return _Draft(exercise, sides, standing, easier, exercise.dose.sets[0])


def _one_more(draft: _Draft, budget_s: float, *, extra: bool = False) -> float:
    """Give a set more if there is time for it; return the time that remains."""
    was_s = draft.seconds()
    if extra:
        draft.extra = True
    else:
        draft.sets += 1
    more_s = draft.seconds() - was_s
    if more_s <= budget_s:
        return budget_s - more_s
    if extra:
        draft.extra = False
    else:
        draft.sets -= 1
    return budget_s


def _extra_sets(drafts: Sequence[_Draft], budget_s: float) -> float:
    """Give one set more for each finding that earns it: to the first exercise that works on it."""
    given: set[str] = set()
    for draft in drafts:
        tests = {one.test for one in draft.sides.by if earns_a_set(one)}
        room = draft.sets < draft.exercise.dose.sets[1]
        if draft.sides.extra and not draft.easier and room and not tests <= given:
            budget_s = _one_more(draft, budget_s, extra=True)
            if draft.extra:
                given |= tests
    return budget_s


def _grown(draft: _Draft, most: int, budget_s: float) -> float:
    while draft.sets < most and (rest_s := _one_more(draft, budget_s)) < budget_s:
        budget_s = rest_s
    return budget_s


def _most_sets(draft: _Draft, slot: Slot, had: int | None, *, tell: bool) -> int:
    """Tell how many sets a side it may have: those of the week, but one more at once at the most.

    Sets grow in the first session of a week only, from what there was in the session before, which
    stays where the next block would begin lower; what is new begins low, and what pain holds stays
    as it was.
    """
    low, high = draft.exercise.dose.sets
    if draft.easier or had is None:
        return low
    grows = slot.session_id.endswith("-1") and not (tell and draft.standing.hold)
    of_week = max(sets_in_week(draft.exercise.dose, slot.week), had)
    return max(min(of_week, high - draft.extra, had + grows), low)


def _base_sets(item: Item) -> int:
    """Return the sets a side without the extra one; of one side only, its sets."""
    if item.only_side is not None:
        return max(item.sets_left, item.sets_right)
    return min(item.sets_left, item.sets_right)


def _by_side(draft: _Draft) -> tuple[int, int]:
    left = right = draft.sets
    if draft.sides.only is not None:
        return (left, 0) if draft.sides.only is Side.LEFT else (0, right)
    if draft.extra and draft.sides.first is Side.LEFT:
        left += 1
    elif draft.extra:
        right += 1
    return left, right


def _item(
    scene: Scene,
    slot: Slot,
    draft: _Draft,
    drafts: Sequence[_Draft],
    before: Mapping[str, tuple[Item, Sides]] | None,
    *,
    out: Sequence[str],
    tell: bool,
) -> Item:
    exercise, standing, sides = draft.exercise, draft.standing, draft.sides
    left, right = _by_side(draft)
    return Item(
        exercise=exercise.slug,
        count=draft.count,
        counted=exercise.dose.counted,
        sets_left=left,
        sets_right=right,
        because=plan_words.because(
            exercise,
            scene.strongest.get(exercise.slug),
            sides,
            week=slot.week,
            extra=draft.extra,
            no_extra=_why_no_extra(draft, drafts) if sides.extra and not draft.extra else "",
            gone=exercise.slug in scene.gone,
        ),
        out_when=plan_words.out_when(
            exercise,
            sides,
            week=slot.week,
            extra=draft.extra,
            easier=scene.easier.get(exercise.slug),
        ),
        first_side=sides.first,
        only_side=sides.only,
        step=0 if draft.easier else standing.step,
        easier=draft.easier,
        load_kg=None if draft.easier else standing.load_kg,
        changed=_changed(scene, slot, draft, drafts, before, out=out, tell=tell),
    )


def _changed(
    scene: Scene,
    slot: Slot,
    draft: _Draft,
    drafts: Sequence[_Draft],
    before: Mapping[str, tuple[Item, Sides]] | None,
    *,
    out: Sequence[str],
    tell: bool,
) -> str:
    """Say what is different from the session before, and why."""
    slug = draft.exercise.slug
    if before is None:
        return f"{scene.easier[slug].why}." if slug in scene.easier else ""
    back = slug not in before and draft.standing.out_from is not None
    said = list(draft.standing.said) if tell or back else []
    if slug not in before:
        said = said or [_new(scene, slot, draft, out)]
        if slug in scene.easier:
            said.append(f"{scene.easier[slug].why}.")
        return " ".join(said)
    item, sides = before[slug]
    base = _base_sets(item)
    if draft.easier and not item.easier and slug in scene.easier:
        said.append(f"{scene.easier[slug].why}.")
    elif item.easier and not draft.easier and not said:
        said.append("The exercise itself again: what made it easier is over.")
    if draft.sets > base:
        said.append(f"One set more{_a_side(draft)} from week {slot.week} on.")
    elif draft.sets < base and not draft.easier:
        said.append(f"One set less{_a_side(draft)}{_why_less(scene, draft, base)}.")
    had = item.only_side is None and item.sets_left != item.sets_right
    sided = plan_words.changed_sides(
        sides,
        draft.sides,
        had=had,
        has=draft.extra,
        week=slot.week,
        otherwise=_why_no_extra(draft, drafts),
    )
    return " ".join([*said, sided] if sided else said)


def _why_no_extra(draft: _Draft, drafts: Sequence[_Draft]) -> str:
    if draft.easier:
        return "the easier way has none"
    tests = {one.test for one in draft.sides.by}
    for other in drafts:
        if other.extra and tests & {one.test for one in other.sides.by}:
            return f"{other.exercise.name} has it"
    return "there is no room for it"


def _why_less(scene: Scene, draft: _Draft, base: int) -> str:
    """Say why an exercise has a set less than in the session before."""
    if draft.extra and draft.exercise.dose.sets[1] <= base:
        return ": the one more on one side takes its place"
    return f", to fit into {scene.wish.minutes} minutes"


def _a_side(draft: _Draft) -> str:
    each = draft.exercise.sided == "each_side" or (
        draft.exercise.sided == "mirrored" and draft.sides.only is None
    )
    return " a side" if each else ""


def _new(scene: Scene, slot: Slot, draft: _Draft, out: Sequence[str]) -> str:
    """Say why an exercise is there that was not in the session before."""
    reason = scene.strongest.get(draft.exercise.slug)
    if reason is not None and reason.rank >= SPOKEN_FOR and draft.exercise.slug not in scene.gone:
        return "New, for what was found or felt: see why it is here."
    if out:
        return (
            f"New: there is room for it, as {list_words(out)} {'is' if len(out) == 1 else 'are'} "
            "out. Leave it out too where it hurts."
        )
    if slot.week > TOP_DOWN_WEEKS:
        return "New: strength is built in this block."
    return "New here: nothing keeps it out, and there is room."
