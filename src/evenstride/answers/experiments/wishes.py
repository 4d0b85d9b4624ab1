"""What somebody wants to try, as it is asked; what cannot be is refused in one sentence."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, get_args

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import FEWEST_DATES, LONGEST_WORDS, OUTCOMES, Kind
from evenstride.domain.text import storable
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from evenstride.domain.experiment import Outcome

_PACES: Final = "between 1:23 and 33:20 a kilometre"
LEAST_PAIRS: Final = 7
"""With fewer no result whatever could end in a verdict of an effect."""
MOST_PAIRS: Final = 200
_SMALLEST, _LARGEST = 0.01, 1000.0
_FARTHEST_DAYS: Final = 183
_LEAST_BASELINE_DAYS, _USUAL_DATES, _USUAL_AFTER_DAYS, _MOST_DAYS = 14, 84, 28, 366
_LONGEST_NAME: Final = 40
_LEAST_LEFT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to try; None where the runner's own history shall say.

    Attributes
    ----------
    treatment, control, question
        In words, at most 200 characters each.
    kind, outcome
        The design, and a name of `OUTCOMES`; without one `first_outcome` has it.
    smallest_effect, effect
        What matters at least, and what is hoped for, in the outcome's unit.
    pairs, pairs_per_run, lap_s, warm_up_s, settling_s, washout_days
        As in `Registration`.
    slowest_m_s, fastest_m_s, shortest_s, route
        Which runs count; `route` names a run.
    first_date, last_date, end_date
        Of a randomised start.
    """

    treatment: str
    control: str = "run as always"
    question: str = ""
    kind: Kind = "across_runs"
    outcome: str | None = None
    smallest_effect: float | None = None
    effect: float | None = None
    pairs: int | None = None
    pairs_per_run: int | None = None
    lap_s: float = 240.0
    warm_up_s: float = 600.0
    settling_s: float = 45.0
    washout_days: int = 1
    slowest_m_s: float | None = None
    fastest_m_s: float | None = None
    shortest_s: float = 600.0
    route: str | None = None
    first_date: date | None = None
    last_date: date | None = None
    end_date: date | None = None


def first_outcome(*, has_balance: bool) -> str:
    """Name the outcome where none is said: what needs no sensor where no run carries balance."""
    return "toward_even" if has_balance else "rating"


def with_outcome(wish: Wish, *, has_balance: bool) -> Wish:
    """Choose the outcome where none is said, and a design that can measure it."""
    if wish.outcome is not None:
        return wish
    outcome = OUTCOMES[first_outcome(has_balance=has_balance)]
    kind = wish.kind if wish.kind in outcome.kinds else "across_runs"
    return replace(wish, outcome=outcome.name, kind=kind)


def checked(wish: Wish) -> Outcome:
    """Refuse what cannot be; return the outcome.

    Raises
    ------
    InputError
        The wish cannot be met, and why.
    """
    _check_words(wish)
    named = wish.outcome or first_outcome(has_balance=True)
    outcome = OUTCOMES.get(named)
    if outcome is None:
        raise InputError(
            f"{printable(named)} is nothing that is measured; one of: {', '.join(OUTCOMES)}."
        )
    if wish.kind not in get_args(Kind):
        raise InputError(
            f"{printable(wish.kind)} is no design; one of: {', '.join(get_args(Kind))}."
        )
    if wish.kind not in outcome.kinds:
        raise InputError(
            f"{outcome.label} is of whole runs: choose across runs or a start drawn by lot."
        )
    for name, value in (
        ("smallest effect that matters", wish.smallest_effect),
        ("effect hoped for", wish.effect),
    ):
        if value is not None and not _SMALLEST <= value <= _LARGEST:
            raise InputError(
                f"The {name} is between {_SMALLEST:g} and {_LARGEST:g} {outcome.unit}."
            )
    if wish.pairs is not None and not LEAST_PAIRS <= wish.pairs <= MOST_PAIRS:
        raise InputError(
            f"{count_words(wish.pairs, 'pair')}: fewer than {LEAST_PAIRS} can never find an "
            f"effect, whatever comes out, and more than {MOST_PAIRS} nobody runs."
        )
    _check_bounds(wish)
    return outcome


def _check_words(wish: Wish) -> None:
    texts = (
        ("What you try", wish.treatment),
        ("What you do instead", wish.control),
        ("The question", wish.question or wish.treatment),
    )
    for name, text in texts:
        if not any(c.isalnum() for c in text):
            raise InputError(f"{name} needs a word or two.")
        if len(text) > LONGEST_WORDS:
            raise InputError(f"{name} can be at most {LONGEST_WORDS} characters long.")
    if plain(wish.treatment).casefold() == plain(wish.control).casefold():
        raise InputError("What you try and what you do instead must differ.")


def _check_bounds(wish: Wish) -> None:
    bounds = (
        ("Pairs in a run: ", wish.pairs_per_run, 1, 20, "1 to 20"),
        ("A lap takes ", wish.lap_s, 60, 3600, "1 to 60 minutes"),
        ("The warm-up left out takes ", wish.warm_up_s, 0, 7200, "up to 120 minutes"),
        ("Settling after a change takes ", wish.settling_s, 0, 1800, "up to 30 minutes"),
        ("Days from one run to the next: ", wish.washout_days, 0, 60, "0 to 60"),
        ("The shortest run takes ", wish.shortest_s, 60, 86_400, "1 minute to 24 hours"),
        ("The slowest pace is ", wish.slowest_m_s, 0.5, 12, _PACES),
        ("The fastest pace is ", wish.fastest_m_s, 0.5, 12, _PACES),
    )
    for name, value, low, high, words in bounds:
        if value is not None and not low <= value <= high:
            raise InputError(f"{name}{words}.")
    if wish.kind == "within_run" and wish.lap_s - wish.settling_s < _LEAST_LEFT_S:
        raise InputError(
            f"After settling at least {_LEAST_LEFT_S:g} s of each lap must be left to measure."
        )
    if wish.slowest_m_s and wish.fastest_m_s and wish.slowest_m_s >= wish.fastest_m_s:
        raise InputError("The slowest pace must be slower than the fastest.")


def dated(wish: Wish, today: date) -> Wish:
    """Fill in the dates of a randomised start, and refuse those that cannot be.

    Raises
    ------
    InputError
        A date cannot be, or the design has none.
    """
    if wish.kind != "randomised_start":
        if wish.first_date or wish.last_date or wish.end_date:
            raise InputError("Dates are of a start drawn by lot only.")
        return wish
    farthest = today + timedelta(days=_FARTHEST_DAYS)
    first = wish.first_date or today + timedelta(days=_LEAST_BASELINE_DAYS)
    if first <= today:
        raise InputError("The earliest start lies after today: runs before it are the baseline.")
    if first > farthest:
        raise InputError(f"The earliest start lies within half a year, up to {farthest}.")
    last = wish.last_date or first + timedelta(days=_USUAL_DATES - 1)
    if (last - first).days >= _MOST_DAYS:
        raise InputError("The window of possible starts is a year at most.")
    end = wish.end_date or last + timedelta(days=_USUAL_AFTER_DAYS)
    _check_window(first, last, end)
    return replace(wish, first_date=first, last_date=last, end_date=end)


def _check_window(first: date, last: date, end: date) -> None:
    dates = (last - first).days + 1
    if dates < 1:
        raise InputError("The latest start lies before the earliest.")
    if dates < FEWEST_DATES:
        raise InputError(
            f"{count_words(dates, 'possible date')}: at least {FEWEST_DATES} are needed, as of k "
            "days one stands out by chance alone one time in k."
        )
    if end <= last:
        raise InputError("The end lies after the last possible start.")
    if (end - last).days > _MOST_DAYS:
        raise InputError("The end lies within a year of the last possible start.")


def plain(text: str) -> str:
    """Return words as they go into a sentence: without spaces around them, or a full stop."""
    return storable(text).strip().rstrip(".").rstrip()


def question_of(wish: Wish, outcome: Outcome) -> str:
    """Return the question as it was put, or one that says the same."""
    if wish.question.strip():
        return storable(wish.question).strip()
    what = {"toward_even": "make me more even", "rating": "feel any different"}
    does = what.get(outcome.name, f"change my {outcome.label.split(',')[0].lower()}")
    return f"Does this {does}: {plain(wish.treatment)}?"


def name_of(treatment: str, today: date) -> str:
    """Name an experiment after what is tried and the month: `push-off-behind-2026-11`."""
    plain = unicodedata.normalize("NFKD", treatment.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-")
    if not words:
        words = f"try-{hashlib.sha256(storable(treatment).encode()).hexdigest()[:6]}"
    return f"{words}-{today:%Y-%m}"
