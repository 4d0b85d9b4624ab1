"""What of body and plan is to be done next: questions that are due, a flag, a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.body_and_plan.flags import asks_due, questions_first, standing_flags
from evenstride.answers.body_and_plan.plan_kept import plan_now, running_plan
from evenstride.answers.what_next import Step
from evenstride.body.red_flags import STOPS, what_to_do
from evenstride.domain.errors import InputError
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers import Library


def pressing_step(lib: Library, *, now: datetime) -> Step | None:
    """Name what goes before everything else: questions that are due, then a flag that stands."""
    asks = asks_due(lib, now=now)
    if asks:
        said = f"{questions_first(asks[0])}: they tell whether it is safe to go on."
        return Step(
            f"answer {said} (`evenstride flags`)",
            f"Answer {said}",
            "evenstride flags list",
            "flags",
        )
    flags = [flag for flag in standing_flags(lib) if flag.tier != "mention"]
    if flags:
        said = f"{what_to_do(flags[0])} {STOPS[flags[0].tier]}"
        return Step(
            f"{said[:1].lower()}{said[1:]} (`evenstride flags`)",
            said,
            "evenstride flags list",
            "flags",
        )
    return None


def session_step(lib: Library, *, now: datetime) -> Step | None:
    """Name the next session of the running plan, where its day has come; None where it has not."""
    running = running_plan(lib)
    if running is None:
        return None
    try:
        made = plan_now(lib, running, now=now)
    except InputError:
        return None  # a plan that cannot be worked out says so on its own page
    found = next((s for s in made.sessions if s.state == "next"), None)
    if found is None or found.on_date > now.date():
        return None
    said = (
        f"today's session of your plan: {found.title}, {count_words(len(found.items), 'exercise')}."
    )
    return Step(f"do {said} (`evenstride plan next`)", f"Do {said}", "evenstride plan next", "plan")
