"""What the forms of the diary offer to choose from: places, grounds, and what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenstride import answers
from evenstride.domain.body import PARTS, REGIONS, place_words
from evenstride.domain.diary import Day
from evenstride.domain.ground import Surface
from evenstride.render.body_map import place_key, places
from evenstride.web.day_fields import chips
from evenstride.web.diary_form import FEELING_WORDS, MOMENT_WORDS

if TYPE_CHECKING:
    from evenstride.web.day_fields import DayFields
    from evenstride.web.kept import KeptAnswers


def place_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """List all places by parts of the body, from the head down: for a choice in a form."""
    return [
        (
            words,
            [
                (place_key((slug, side)), place_words(slug, side))
                for slug, side in places()
                if REGIONS[slug].part == part
            ],
        )
        for part, words in reversed(list(PARTS.items()))
    ]


def field_choices(kept: KeptAnswers, fields: DayFields) -> dict[str, Any]:
    """Give what the fields about a day or run offer to choose from, the runner's own first."""
    days = [written.value for written in reversed(list(kept.library.entries(Day).values()))]
    shoes, _ = answers.used_words(kept.library)
    worn = [day.shoes for day in days if day.shoes]
    return {
        "feelings": FEELING_WORDS,
        "moments": MOMENT_WORDS,
        "surfaces": tuple(Surface),
        "cambers": {camber.value: said for camber, said in answers.CAMBER_WORDS.items()},
        "known_shoes": list(dict.fromkeys((*worn, *shoes))),
        "routines": chips((w for day in days for w in day.done), fields.done, running=False),
        "cues_tried": chips((w for day in days for w in day.cues), fields.cues, running=True),
        "places": place_choices(),
    }
