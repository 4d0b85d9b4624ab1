"""Runners as plans see them, made by chance from a seed: wishes, facts, logs; and their mirrors."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from evenstride.body.catalogue import exercises
from evenstride.body.tests import mirrored_sign, screening_tests
from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import ItemDone, SessionDone
from evenstride.domain.exercise import (
    CONDITIONS,
    EQUIPMENT,
    GOALS,
    WEEKDAYS,
    Exposure,
    Facts,
    Flag,
    HurtBefore,
    Sore,
    TestedSide,
    Wish,
)

if TYPE_CHECKING:
    import random

    from evenstride.domain.exercise import Item, Plan

FIRST = date(2026, 11, 23)
STOPPING = ("clot", "fracture")
_SIDES = (Side.LEFT, Side.RIGHT)
_FLAGS = ("limp", "bone-tender", "locking", "missed-periods")


def made_wish(chance: random.Random) -> Wish:
    sessions = chance.choice((2, 3))
    return Wish(
        first_date=FIRST + timedelta(days=chance.randrange(14)),
        days=tuple(chance.sample(WEEKDAYS, chance.randint(sessions, 7))),
        sessions_per_week=sessions,
        minutes=chance.choice((10, 15, 20, 30, 45, 60, 120)),
        goals=tuple(chance.sample(sorted(GOALS), chance.randint(0, 3))),
        equipment=tuple(slug for slug in EQUIPMENT if chance.random() < 0.5),
        conditions=tuple(
            slug for slug in CONDITIONS if slug not in STOPPING and chance.random() < 0.06
        ),
    )


def made_facts(chance: random.Random, *, flags: bool = True) -> Facts:
    return Facts(
        tested=tuple(_tested(chance, slug) for slug in screening_tests() if chance.random() < 0.45),
        sore=tuple(
            Sore(
                region,
                chance.choice(_SIDES),
                chance.choice(list(Feeling)),
                chance.choice(list(Moment)),
                chance.randint(1, 10),
                FIRST - timedelta(days=chance.randrange(14)),
            )
            for region in REGIONS
            if chance.random() < 0.05
        ),
        hurt=tuple(
            HurtBefore(
                chance.choice(sorted(REGIONS)),
                chance.choice(_SIDES),
                chance.random() < 0.5,
                chance.random() < 0.7,
            )
            for _ in range(chance.randrange(3))
        ),
        exposures=tuple(
            Exposure(name, chance.choice(_SIDES), chance.uniform(0.5, 1.0))
            for name in ("camber", "track_direction", "bends", "heel_wear")
            if chance.random() < 0.3
        )
        + ((Exposure("sitting", None, 8.0),) if chance.random() < 0.3 else ()),
        flags=tuple(
            Flag(
                slug,
                "mention" if slug == "missed-periods" else "before_running",
                chance.choice([None, *sorted(REGIONS)]),
                chance.choice(_SIDES),
            )
            for slug in _FLAGS
            if flags and chance.random() < 0.05
        ),
        cadence_spm=chance.choice((None, 150.0, 168.4, 182.0)),
        easy_speed_m_s=chance.choice((None, 2.8)),
    )


def _tested(chance: random.Random, slug: str) -> TestedSide:
    day = FIRST - timedelta(days=chance.choice((3, 20, 165, 185, 400)))
    test = screening_tests()[slug]
    seen = [sign for method in test.methods for sign, _ in method.choices]
    if seen:
        return TestedSide(slug, day, None, chance.random() < 0.5, sign=chance.choice(seen))
    mdc = chance.choice((4.7, 2.0, None))
    difference = chance.uniform(-10.0, 10.0)
    beyond = mdc is None or abs(difference) >= mdc
    side = (Side.LEFT if difference < 0.0 else Side.RIGHT) if beyond else None
    return TestedSide(slug, day, side, chance.random() < 0.5, difference, mdc, "deg")


def made_log(chance: random.Random, plan: Plan, sessions: int) -> tuple[SessionDone, ...]:
    """Log of the first sessions of a plan: done with numbers and pain, missed, or not named.

    Some runners get stronger from session to session, some hurt more than others.
    """
    gain, sore = chance.choice((0.0, 0.5, 1.0, 2.0)), chance.choice((0.5, 1.0, 3.0))
    log = []
    for at, session in enumerate(plan.sessions[:sessions]):
        state = chance.choices(("done", "missed", None), (10, 1, 1))[0]
        if state is None:
            continue
        items = [
            _done(chance, item, round(gain * at), sore)
            for item in session.items
            if chance.random() < 0.93
        ]
        log.append(
            SessionDone(
                "plan",
                session.session_id,
                session.on_date,
                state,
                tuple(items) if state == "done" else (),
            )
        )
    return tuple(log)


def _done(chance: random.Random, item: Item, gained: int, sore: float) -> ItemDone:
    reps = item.count + gained + chance.choice((-1, 0, 1, 2, 2))
    often = (6, 8, 2, 2, sore, sore, sore / 3, sore / 3)
    mornings = (9, 9, 1, 1, sore, sore, 0.2)
    return ItemDone(
        item.exercise,
        sets=max(item.sets_left, item.sets_right),
        left=reps,
        right=reps + chance.choice((0, 0, 1)),
        load_kg=chance.choice((None, None, 8.0)) if item.load_kg is None else item.load_kg,
        pain=chance.choices((None, 0, 2, 3, 4, 5, 6, 9), often)[0],
        pain_next_morning=chance.choices((None, 0, 1, 3, 4, 5, 6), mornings)[0],
        left_out=chance.random() < 0.05,
    )


def mirrored_facts(facts: Facts) -> Facts:
    """Return the facts of the runner's mirror."""
    return replace(
        facts,
        tested=tuple(
            replace(
                one,
                side=_other(one.side),
                difference=None if one.difference is None else -one.difference,
                sign=None if one.sign is None else mirrored_sign(one.sign),
            )
            for one in facts.tested
        ),
        sore=tuple(replace(one, side=one.side.other) for one in facts.sore),
        hurt=tuple(replace(one, side=one.side.other) for one in facts.hurt),
        exposures=tuple(replace(one, side=_other(one.side)) for one in facts.exposures),
        flags=tuple(replace(one, side=_other(one.side)) for one in facts.flags),
    )


def mirrored_log(log: tuple[SessionDone, ...]) -> tuple[SessionDone, ...]:
    return tuple(
        replace(
            one,
            items=tuple(replace(item, left=item.right, right=item.left) for item in one.items),
        )
        for one in log
    )


def mirrored_plan(plan: Plan) -> Plan:
    """Return the plan with its sides exchanged, in words too."""
    return replace(
        plan,
        sessions=tuple(
            replace(session, items=tuple(_mirrored_item(item) for item in session.items))
            for session in plan.sessions
        ),
        running=tuple(replace(rule, because=_words(rule.because)) for rule in plan.running),
        left_out=tuple(replace(one, why=_words(one.why)) for one in plan.left_out),
        stopped_by=tuple(replace(one, side=_other(one.side)) for one in plan.stopped_by),
        notes=tuple(_words(note) for note in plan.notes),
    )


def _mirrored_item(item: Item) -> Item:
    return replace(
        item,
        sets_left=item.sets_right,
        sets_right=item.sets_left,
        first_side=_other(item.first_side),
        only_side=_other(item.only_side),
        because=_words(item.because),
        out_when=_words(item.out_when),
        changed=_words(item.changed),
    )


def _words(text: str) -> str:
    swapped = {"left": "right", "right": "left"}
    return re.sub(r"\b(left|right)\b", lambda found: swapped[found[0]], text)


def _other(side: Side | None) -> Side | None:
    return None if side is None else side.other


def conditions_of(slug: str) -> set[str]:
    return {name for caution in exercises()[slug].cautions for name in caution.conditions}
