"""Coach, physio and runners side by side, with what is known and what is the runner's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_words import said_of
from evenstride.answers.body_and_plan.other_side import other_side_words
from evenstride.answers.body_and_plan.screening import tested_sides
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.sizes import size_interval_words, size_words
from evenstride.body.catalogue import exercises
from evenstride.body.finding_words import day_words
from evenstride.body.tests import screening_tests
from evenstride.body.voices import VOICES
from evenstride.domain.cues import CUES
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from evenstride.answers import Library
    from evenstride.answers.body_and_plan.rows_plan import VoiceRow
    from evenstride.body.voices import Voices
    from evenstride.domain.estimate import Estimate
    from evenstride.domain.exercise import TestedSide

_NOTHING: Final = "Nothing of your own yet."


def voice_rows(lib: Library, *, now: datetime) -> tuple[VoiceRow, ...]:
    """Tabulate where the three disagree, with this runner's own tests, experiments and runs."""
    mine = _Own(
        {one.test: one for one in tested_sides(lib)}, other_side_words(lib), _tags(lib, now)
    )
    known = exercises()
    return tuple(
        {
            "topic": one.topic,
            "coach": one.coach,
            "physio": one.physio,
            "runner": one.runner,
            "evidence": one.evidence,
            "source": f"{one.source.text} ({one.source.link})",
            "yours": " ".join(_yours(lib, one, mine)) or _NOTHING,
            "exercise": one.exercise,
            "cue": None if one.exercise is None else known[one.exercise].cue,
        }
        for one in VOICES
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """What the runner's own tests and runs say: by test and by tag."""

    tested: Mapping[str, TestedSide]
    other_side: Mapping[str, str]
    tags: Mapping[str, Estimate]


def _yours(lib: Library, one: Voices, mine: _Own) -> Iterator[str]:
    tests = screening_tests()
    for slug in one.tests:
        found = mine.tested.get(slug)
        if found is None or found.sign is not None:
            continue
        days = "found on two days" if found.repeated else "found on one day only"
        said = (
            "no difference beyond the error of the test"
            if found.side is None
            else f"lower {tests[slug].where} {found.side.value}, beyond the error of the test, "
            f"{days}"
        )
        yield f"{tests[slug].name}, {day_words(found.on_date)}: {said}."
        if slug in mine.other_side:
            yield mine.other_side[slug]
    names = {CUES[slug].name for slug in one.tags if slug in CUES}
    for name, kept in lib.experiments().items():
        if kept.registration.treatment in names:
            yield f"Your experiment {name} is about it (`evenstride experiment result {name}`)."
    for slug in one.tags:
        if slug in mine.tags:
            size = mine.tags[slug]
            yield (
                f"Runs with “{said_of(slug)}”: {size_words(size.value)} against those without "
                f"(95 % interval: {size_interval_words(size)}); nobody drew lots for it."
            )


def _tags(lib: Library, now: datetime) -> dict[str, Estimate]:
    """Return what goes along with each tag; empty where there is no balance to look at."""
    try:
        balance = levels(lib, now=now, measures=(BALANCE,)).by_measure[BALANCE]
    except (EmptyLibraryError, NoBalanceError, InputError):
        return {}
    return {
        driver.name.partition(":")[2]: driver.effect
        for driver in balance.moves.drivers
        if driver.name.startswith("tag:")
    }
