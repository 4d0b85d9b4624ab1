"""What of body and plan is to be done next: questions that are due, a flag, a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.body_and_plan.flags import asks_due, questions_first, standing_flags
from evenstride.answers.body_and_plan.plan_kept import plan_now, running_plan
from evenstride.answers.body_and_plan.unread import flags_unread
from evenstride.answers.what_next import Step
from evenstride.body.red_flags import STOPS, what_to_do
from evenstride.domain.errors import InputError
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers import Library


def pressing_step(lib: Library, *, now: datetime) -> Step | None:
    """Name what goes before everything else: questions that are due, then a flag that stands.

    Or that may stand, where an answer cannot be read.
    """
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
    unread = flags_unread(lib)
    if unread:
        said = "look at what the diary cannot read: it may be an answer about red flags"
        return Step(
            f"{said} (`evenstride flags`)",
            f"{said[:1].upper()}{said[1:]}.",
            "evenstride flags list",
            "flags",
        )
    return None


def session_steps(lib: Library, *, now: datetime) -> tuple[Step | None, Step | None]:
    """Name the next session of the running plan: where its day has come, and where it has not.

    One of the two at most; neither without a plan, or without a session left in it.
    """
    running = running_plan(lib)
    if running is None:
        return None, None
    try:
        made = plan_now(lib, running, now=now)
    except InputError:
        return None, None  # a plan that cannot be worked out says so on its own page
    found = next((s for s in made.sessions if s.state == "next"), None)
    if found is None:
        return None, None
    what = f"{found.title}, {count_words(len(found.items), 'exercise')}."
    command = "evenstride plan next"
    days = (found.on_date - now.date()).days
    if days <= 0:
        said = f"today's session of your plan: {what}"
        return Step(f"do {said} (`{command}`)", f"Do {said}", command, "plan"), None
    when = "tomorrow" if days == 1 else f"in {days} days"
    said = f"needs doing today; run as usual. Your plan's next session is {when}: {what}"
    return None, Step(f"nothing {said} (`{command}`)", f"Nothing {said}", command, "plan")
