"""Red flags: what is asked and when, what a yes amounts to, and what it stops.

The door of `red_flag` (what one is), `red_flag_list` (which there are), `red_flag_tiers` (which
stand), `red_flag_episodes` (what belongs together), `red_flag_matches` (what calls for questions)
and `red_flag_asks` (which are to be asked now).
"""

from __future__ import annotations

from evenstride.body.red_flag import RedFlag
from evenstride.body.red_flag_asks import Ask, due, offered
from evenstride.body.red_flag_episodes import Episode, pain_episodes
from evenstride.body.red_flag_list import FLAGS, URGENT_BONES
from evenstride.body.red_flag_tiers import (
    STOPS,
    TIERS,
    Raised,
    general_questions,
    questions_for,
    raised,
    standing,
    stops_all,
    stops_running,
    tier_of,
    what_to_do,
    why_urgent,
)

__all__ = [
    "FLAGS",
    "STOPS",
    "TIERS",
    "URGENT_BONES",
    "Ask",
    "Episode",
    "Raised",
    "RedFlag",
    "due",
    "general_questions",
    "offered",
    "pain_episodes",
    "questions_for",
    "raised",
    "standing",
    "stops_all",
    "stops_running",
    "tier_of",
    "what_to_do",
    "why_urgent",
]
