"""Decides what to try while running: quicker steps, one cue, and rules for one-sided ground.

Ground rules follow what is one-sided in where one runs; a cue follows what is sore or was tested.
One cue at a time, or none of them can be told from the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body import plan_words
from evenstride.body.catalogue import exercises
from evenstride.body.choosing import MOST_SORE, ruled_out, sore_words
from evenstride.body.sides import found_something, latest_of
from evenstride.domain.body import REGIONS, Feeling, Side, of_leg, place_words
from evenstride.domain.exercise import GOALS, LeftOut, RunningRule
from evenstride.domain.wording import pace_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenstride.domain.exercise import Exercise, Exposure, Facts, Sore, Wish

QUICKER: Final = "quicker-steps"
MORE_STEPS: Final = 1.05
"""Of the runner's own at the same pace (Heiderscheit 2011); never a number for all."""
ONE_SIDED: Final = 0.6
"""From this share on one side dominates."""
_MOSTLY: Final = 0.8
_NOTHING_ASKS: Final = (
    "Nothing asks for them: no knee is sore, and you wished for no other way of running, no less "
    "soreness and no experiment; each of these lets them in."
)
_CUE_GOALS: Final = ("form", "experiment")
_QUICKER_GOALS: Final = ("form", "less_sore", "experiment")
_CUES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("hips-level", ("hip-outer", "buttock"), ("two-scales", "sit-to-stand")),
    ("hips-forward", ("hip-front",), ("hip-bone-forward",)),
    ("land-under-you", ("knee-front", "knee-outer", "knee-inner", "shin-front"), ()),
    ("run-tall", ("upper-back", "ribs", "neck"), ("chest-breath", "back-breath", "flared-ribs")),
    ("push-off-behind", (), ("single-leg-bridge", "heel-raise")),
    ("pull-the-foot-up", ("thigh-front",), ()),
)
"""A cue, the places and the tests that speak for it; the first that fits is taken."""
_USUAL_CUES: Final = ("run-tall", "hips-level", "push-off-behind", "pull-the-foot-up")


def running_rules(wish: Wish, facts: Facts) -> tuple[tuple[RunningRule, ...], tuple[LeftOut, ...]]:
    """Choose what to do while running, and say what is not done and why.

    Nothing at all while a red flag that stops running stands.
    """
    if any(flag.tier != "mention" for flag in facts.flags):
        return (), ()
    rules: list[RunningRule] = []
    out: list[LeftOut] = []
    cues = [*_quicker(wish, facts), *_cue(wish, facts)]
    for rule in (*cues, *_ground(facts)):
        exercise = exercises()[rule.exercise]
        why = _hurts(exercise, facts) or ruled_out(exercise, wish, facts)
        if why is None:
            rules.append(rule)
        else:
            out.append(LeftOut(rule.exercise, why))
    if not any(cue.exercise == QUICKER for cue in cues):
        out.append(LeftOut(QUICKER, _NOTHING_ASKS))
    return tuple(rules), tuple(out)


def _hurts(exercise: Exercise, facts: Facts) -> str | None:
    """Say that a leg hurts too much, or is injured, to try another way of running."""
    if exercise.block != "form":
        return None
    worst = max((s for s in facts.sore if _in_pain(s)), key=lambda s: s.level, default=None)
    if worst is not None:
        return (
            f"{sore_words(worst)}: no time to try another way of running; it comes back "
            f"after two weeks of {MOST_SORE} or less."
        )
    injury = next((one for one in facts.hurt if not one.over and of_leg(one.region)), None)
    if injury is not None:
        return (
            f"The injury of the {place_words(injury.region, injury.side)} is not over: no time to "
            "try another way of running; it comes back once it is."
        )
    return None


def _in_pain(sore: Sore) -> bool:
    return sore.feeling is Feeling.PAIN and sore.level > MOST_SORE and of_leg(sore.region)


def quicker_steps_spm(cadence_spm: float) -> int:
    """Return 5 % more than one's own, in whole steps a minute."""
    return round(cadence_spm * MORE_STEPS)


def _quicker(wish: Wish, facts: Facts) -> Iterator[RunningRule]:
    knee = next((s for s in facts.sore if REGIONS[s.region].part == "knee"), None)
    goal = next((goal for goal in wish.goals if goal in _QUICKER_GOALS), None)
    if knee is None and goal is None:
        return
    own = "5 % more steps than your own at the same pace"
    if facts.cadence_spm is not None:
        pace = "" if facts.easy_speed_m_s is None else f" ({pace_words(facts.easy_speed_m_s)})"
        own = (
            f"{quicker_steps_spm(facts.cadence_spm)} steps a minute in place of your "
            f"{facts.cadence_spm:.0f} (+5 %), at the same pace{pace}"
        )
    why = sore_words(knee) if knee is not None else f"You wished for this: {GOALS[goal or 'form']}"
    because = f"{why}; 5 % more steps at the same pace lower the load on the knee."
    yield RunningRule(
        QUICKER,
        f"{own}; {_dose(exercises()[QUICKER])}.",
        because,
        "Soreness above 3 at the calf or Achilles tendon takes it out, and so does a pace that "
        "does not hold.",
    )


def _cue(wish: Wish, facts: Facts) -> Iterator[RunningRule]:
    """Choose one cue, where a way of running was wished for."""
    goal = next((goal for goal in wish.goals if goal in _CUE_GOALS), None)
    if goal is None:
        return
    tested = latest_of(facts.tested, wish.first_date)
    for slug, regions, tests in _CUES:
        if ruled_out(exercises()[slug], wish, facts) is not None:
            continue
        for sore in facts.sore:
            if sore.region in regions:
                yield _cue_rule(slug, f"{sore_words(sore)}: this cue is about that place.")
                return
        for test in tests:
            if test in tested and found_something(tested[test]):
                yield _cue_rule(
                    slug,
                    f"{plan_words.finding_words(tested[test])}: this cue is about that place.",
                )
                return
    for slug in _USUAL_CUES:
        if ruled_out(exercises()[slug], wish, facts) is None:
            yield _cue_rule(slug, f"You wished for this: {GOALS[goal]}; no finding chose a cue.")
            return


def _cue_rule(slug: str, because: str) -> RunningRule:
    exercise = exercises()[slug]
    return RunningRule(
        slug,
        f"{exercise.how[0]} {_dose(exercise)[:1].upper()}{_dose(exercise)[1:]}.",
        because,
        "Out after four weeks in which you feel no difference, or once your own experiment finds "
        "none.",
    )


def _ground(facts: Facts) -> Iterator[RunningRule]:
    """Answer what is one-sided in where one runs."""
    seen: set[str] = set()
    for exposure in facts.exposures:
        for rule in _ground_of(exposure, facts):
            if rule.exercise not in seen:
                seen.add(rule.exercise)
                yield rule


def _ground_of(exposure: Exposure, facts: Facts) -> Iterator[RunningRule]:
    share = f"{exposure.share:.0%}".replace("%", " %")
    one_sided = exposure.side in (Side.LEFT, Side.RIGHT) and exposure.share >= ONE_SIDED
    side = "" if exposure.side is None else exposure.side.value
    even = "Out once neither side has more than 60 %."
    if exposure.name == "camber" and one_sided:
        because = f"The {side} foot stood lower on {share} of what is known of your roads."
        yield _rule("switch-road-sides", because, even)
        if exposure.share >= _MOSTLY or _sore_leg(facts):
            yield _rule("level-paths", because, even)
        yield _rule("trails", because, f"{even[:-1]}, or with soreness above 3 at the ankle.")
    elif exposure.name in {"track_direction", "bends"} and one_sided:
        where = "laps on the track" if exposure.name == "track_direction" else "bends"
        because = f"{share} of your {where} turned {side}."
        yield _rule("turn-the-track-round", because, "Out once neither way has more than 60 %.")
        if exposure.name == "track_direction":
            yield _rule(
                "track-for-fast-work", because, "Out once easy laps are few, or turn both ways."
            )
    elif exposure.name == "speed_work_on_track":
        because = f"{share} of your fast running was on the track: keep it to that."
        yield _rule("track-for-fast-work", because, "Out once you run on the track no more.")


def _sore_leg(facts: Facts) -> bool:
    """Tell whether something from the hip down is sore enough for easier ground."""
    return any(s.level > 3 and of_leg(s.region) for s in facts.sore)


def _rule(slug: str, because: str, out_when: str) -> RunningRule:
    exercise = exercises()[slug]
    dose = _dose(exercise)
    return RunningRule(slug, f"{exercise.how[0]} {dose[:1].upper()}{dose[1:]}.", because, out_when)


def _dose(exercise: Exercise) -> str:
    dose = exercise.dose
    low, high = dose.per_week
    per_week = f"{low} to {high} runs a week" if low != high else f"{low} runs a week"
    if dose.counted == "runs":
        return per_week
    sets, count = dose.sets, dose.count
    return f"{sets[0]} to {sets[1]} × {count[0]} to {count[1]} min in an easy run, {per_week}"
