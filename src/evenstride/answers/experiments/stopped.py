"""Whether a red flag stops experiments: they are done while running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.body_and_plan.flags import asks_due, questions_first, standing_flags
from evenstride.answers.body_and_plan.unread import flags_unread
from evenstride.body.red_flags import FLAGS, stops_running

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.library import Library


def stopped_by_flag(lib: Library, *, now: datetime) -> str | None:
    """Say which red flag stops all experiments, and what ends that; None where none does.

    Urgent questions that wait for an answer hold them up, too; and so does an answer that cannot be
    read.
    """
    for ask in asks_due(lib, now=now):
        if any(question["tier"] == "now" for question in ask["questions"]):
            return (
                f"Answer {questions_first(ask)} (`evenstride flags`): they tell whether it is safe "
                "to go on."
            )
    flags = standing_flags(lib)
    if not stops_running(flags):
        return flags_unread(lib) or None
    name = FLAGS[next(flag.slug for flag in flags if flag.tier != "mention")].name
    return (
        f"A red flag stands ({name}): experiments stop until it is resolved (`evenstride flags`)."
    )
