"""Decides what follows from entries that cannot be read: what is said of them, what waits for them.

One damaged entry locks nothing: the others are used, and every answer that reads the diary names
it. But nothing unread lifts a red flag: what may be an answer about one stops the plan and
experiments, as the flag would; what may say where it hurts lets no plan begin; what may be the plan
that runs lets no other begin.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_words import day_words
from evenstride.body.judging import method_of
from evenstride.body.red_flags import FLAGS
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import KIND_WORDS, FlagCheck, Measured, Unread
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.body_and_plan.rows_diary import UnreadRow
    from evenstride.library import Library

_MOST_NAMED: Final = 5
_LONGEST: Final = 60
_RECENT_DAYS: Final = 28
"""So long what hurts is asked about and counts; what is unread and older changes nothing today."""
_SAYS_WHERE_IT_HURTS: Final = ("complaint", "injury", "measured")
_SAYS_PAIN: Final = (*_SAYS_WHERE_IT_HURTS, "session")


def unread_rows(lib: Library) -> tuple[UnreadRow, ...]:
    """List the entries that cannot be read, or that no rule of this edition is about."""
    return tuple(
        {
            "entry_id": one.entry_id,
            "version": one.version,
            "kind": one.kind,
            "on_date": None if one.on_date is None else one.on_date.isoformat(),
            "written_at_utc": None
            if one.written_at_utc is None
            else one.written_at_utc.isoformat(),
            "text": unread_words(one),
        }
        for one in _unread(lib)
    )


def unread_caveats(lib: Library, *, plans: bool = False) -> tuple[str, ...]:
    """Say in one caveat which entries are left out, and what to do; none where all are read.

    With `plans` also what a plan does not know for it.
    """
    every = _unread(lib)
    if not every:
        return ()
    one = len(every) == 1
    named = ", ".join(unread_words(entry) for entry in every[:_MOST_NAMED])
    more = len(every) - _MOST_NAMED
    if more > 0:
        named += f" and {more} more (`evenstride library check` names them)"
    said = (
        f"Entry {named} cannot be read and is left out here: it is damaged, or a newer Evenstride "
        "wrote it."
        if one
        else f"{len(every)} entries cannot be read and are left out here: {named}. They are "
        "damaged, or a newer Evenstride wrote them."
    )
    it = "it" if one else "them"
    mend = (
        f" Restore a backup, use the newer edition, or delete {it} "
        f"(`evenstride diary delete {_name(every[0])}`)."
    )
    pain = " Whatever pain was said there the plan does not know: leave out what hurts above 5."
    knows_less = plans and any(entry.kind in _SAYS_PAIN for entry in every)
    return (said + mend + (pain if knows_less else ""),)


def as_far_as_read(lib: Library, *kinds: str) -> str:
    """Limit a sentence that says there is nothing; empty where nothing unread may be of a kind."""
    count = sum(one.kind in kinds or one.kind not in KIND_WORDS for one in _unread(lib))
    if not count:
        return ""
    which = "one entry" if count == 1 else f"{count} entries"
    return f", as far as it can be read: {which} cannot be"


def unread_words(one: Unread) -> str:
    """Call an entry that cannot be read: `e84 (complaint, 3 November 2026)`."""
    day = "" if one.on_date is None else f", {day_words(one.on_date)}"
    return f"{_name(one)} ({KIND_WORDS.get(one.kind, 'of an unknown kind')}{day})"


def is_about_flags(one: Unread) -> bool:
    """Tell whether it may be an answer about red flags: it is one, or nobody knows what it is."""
    return one.kind == "flag_check" or one.kind not in KIND_WORDS


def flags_unread(lib: Library) -> str:
    """Say in a sentence that a red flag may stand that nobody sees; empty where none may."""
    for one in lib.unread_entries():
        if is_about_flags(one):
            return (
                f"Entry {unread_words(one)} cannot be read, so a red flag may stand that nobody "
                "sees: the plan and all experiments wait until you restore a backup, use the "
                "edition that wrote it, or delete it and answer again "
                f"(`evenstride diary delete {_name(one)}`)."
            )
    for written in lib.entries(FlagCheck).values():
        check = written.value
        unknown = any(yes and slug not in FLAGS for slug, yes in check.answers.items())
        if unknown and (check.resolved_on is None or not check.resolution.strip()):
            return (
                f"Entry {printable(written.entry_id)} of {day_words(check.on_date)} says yes to a "
                "question about red flags that this edition does not know: the plan and all "
                "experiments wait until you use the edition that asked it, or resolve it "
                f"(`evenstride flags resolve {printable(written.entry_id)}`)."
            )
    return ""


def pain_unread(lib: Library, *, today: date) -> str:
    """Say that what hurts now cannot be read; empty where nothing unread may say it."""
    since = today - timedelta(days=_RECENT_DAYS)
    for one in lib.unread_entries():
        written = None if one.written_at_utc is None else one.written_at_utc.date()
        day = one.on_date or written
        if one.kind in _SAYS_WHERE_IT_HURTS and (day is None or day >= since):
            return (
                f"Entry {unread_words(one)} may say where it hurts, and cannot be read: restore a "
                "backup, use the edition that wrote it, or delete it and say it again "
                f"(`evenstride diary delete {_name(one)}`)."
            )
    return ""


def plan_unread(lib: Library) -> str:
    """Say that a plan cannot be read, so that nobody knows whether it runs; empty where none is."""
    for one in lib.unread_entries():
        if one.kind == "plan":
            return (
                f"Entry {unread_words(one)} cannot be read, and it may be the plan that runs: "
                "restore a backup, use the edition that wrote it, or delete it "
                f"(`evenstride diary delete {_name(one)}`)."
            )
    return ""


def _unread(lib: Library) -> Sequence[Unread]:
    """List what cannot be read, and tests that this edition does not know."""
    tests = screening_tests()
    strangers = (
        Unread(written.entry_id, "measured", written.version, written.written_at_utc, day)
        for written in lib.entries(Measured).values()
        for test, day in ((tests.get(written.value.test), written.value.on_date),)
        if test is None or method_of(test, written.value.method) is None
    )
    return (*lib.unread_entries(), *strangers)


def _name(one: Unread) -> str:
    return printable(one.entry_id)[:_LONGEST]
