"""Coach, physio and runners side by side, with what is known and what is the runner's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.screening import tested_sides
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.sizes import size_interval_words, size_words
from evenstride.body.catalogue import exercises
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
    tested = {one.test: one for one in tested_sides(lib)}
    tags = _tags(lib, now)
    known = exercises()
    return tuple(
        {
            "topic": one.topic,
            "coach": one.coach,
            "physio": one.physio,
            "runner": one.runner,
            "evidence": one.evidence,
            "source": f"{one.source.text} ({one.source.link})",
            "yours": " ".join(_yours(lib, one, tested, tags)) or _NOTHING,
            "exercise": one.exercise,
            "cue": None if one.exercise is None else known[one.exercise].cue,
        }
        for one in VOICES
    )


def _yours(
    lib: Library,
    one: Voices,
    tested: Mapping[str, TestedSide],
    tags: Mapping[str, Estimate],
) -> Iterator[str]:
    tests = screening_tests()
    for slug in one.tests:
        found = tested.get(slug)
        if found is None or found.sign is not None:
            continue
        said = (
            "no difference beyond the error of the test"
            if found.side is None
            else f"lower on the {found.side.value}, beyond the error of the test"
        )
        yield f"{tests[slug].name}, {found.on_date}: {said}."
    names = {CUES[slug].name for slug in one.tags if slug in CUES}
    for name, kept in lib.experiments().items():
        if kept.registration.treatment in names:
            yield f"Your experiment {name} is about it (`evenstride experiment result {name}`)."
    for slug in one.tags:
        if slug in tags:
            size = tags[slug]
            yield (
                f"Runs with the tag {slug}: {size_words(size.value)} against those without (95 % "
                f"interval: {size_interval_words(size)}); nobody drew lots for it."
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
