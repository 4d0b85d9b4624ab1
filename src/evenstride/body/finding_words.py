"""How a finding of a test is said: the side named, the error beside every difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body.error_of_test import LEAST_DAYS, known_error
from evenstride.domain.body import Side

if TYPE_CHECKING:
    from datetime import date

    from evenstride.body.error_of_test import ErrorOfTest
    from evenstride.domain.diary import Measured
    from evenstride.domain.screening import Finding, Method, Test

HURTS: Final = 4
"""Pain in a test from which on it says more of the pain than of the side."""
_UNITS: Final = {"deg": "°", "count": "", "points": ""}
_LESS: Final = {"count": "fewer", "points": "points lower"}


def number(value: float, unit: str) -> str:
    """Return `38.3°`, `5.5 cm`, `24`: one decimal at most, none where there is none to say."""
    rounded = round(value, 1) + 0.0  # no minus before zero
    text = f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"
    sign = _UNITS.get(unit, f" {unit}")
    return f"{text}{sign}".replace("-", "−")


def day_words(day: date) -> str:
    """Return `20 Nov 2026`."""
    return f"{day.day} {day:%b %Y}"


def way_words(method: Method, position: str = "", instrument: str = "", by: str = "") -> str:
    """Name a way of measuring: `lean of the shin, knee bent, phone`."""
    parts = [
        method.label,
        dict(method.positions).get(position, position),
        dict(method.instruments).get(instrument, instrument),
        f"by {by}" if by else "",
    ]
    kept = [part for at, part in enumerate(parts) if part and part not in parts[:at]]
    return ", ".join(kept)


def sign_words(method: Method, sign: str | None) -> str:
    """Return what was seen, as its choice is labelled."""
    return dict(method.choices).get(sign or "", sign or "")


def less_words(test: Test, method: Method, difference: float) -> str:
    """Return `5.2° less on the left`: which side is lower, and by how much."""
    side = Side.LEFT if difference < 0.0 else Side.RIGHT
    less = _LESS.get(method.unit, "less")
    return f"{number(abs(difference), method.unit)} {less} {test.where} {side.value}"


def outcome_words(test: Test, method: Method, finding: Finding) -> str:
    """Return the few words of a table: whether the sides differ beyond the error of the test."""
    if finding.outcome == "seen":
        return sign_words(method, finding.sign)
    if finding.outcome == "cannot_tell" or finding.difference is None:
        if finding.left is None or finding.right is None:
            side = "left" if finding.right is None else "right"
            return f"cannot tell: only the {side} was measured"
        if finding.difference is not None:
            told = less_words(test, method, finding.difference.value)
            return f"cannot tell yet: {told}, but how far days differ is not known"
        return "cannot tell: too few trials to know the error of the test"
    difference = finding.difference.value
    needs = number(finding.mdc, method.unit)
    beyond = "beyond the error of the test"
    if not known_error(method):
        beyond += ", as far as your own trials tell"
    if finding.outcome == "no_difference":
        same = "both sides came out alike"
        told = less_words(test, method, difference) if round(difference, 1) else same
        return f"does not differ {beyond}: {told} (it would need {needs})"
    told = less_words(test, method, difference)
    return f"differs {beyond}: {told} (needs {needs})"


def sentence(
    test: Test,
    method: Method,
    finding: Finding,
    *,
    day: Measured,
    error: ErrorOfTest | None,
    before: date | None,
    change_needs: float | None,
) -> str:
    """Say a finding whole: what was measured, what it says, and what it rests on."""
    way = way_words(method, day.position, day.instrument, day.by)
    said = [f"{test.name} ({way}), {day_words(day.on_date)}: {_values(test, method, finding)}"]
    if finding.outcome == "cannot_tell" and finding.left is not None and finding.right is not None:
        said.append(
            "Make it again, with more trials."
            if finding.difference is None
            else f"Make it on {LEAST_DAYS} days: then they are held against each other."
        )
    said += _error_sentences(method, day, error, told=finding.difference is not None)
    said += _more(method, finding)
    said += _over_time(test, method, finding, before, change_needs)
    said += _pain(test, finding, day)
    return " ".join(said)


def share_pct(method: Method, finding: Finding) -> float | None:
    """Return the lower side in percent of the other, of a test where that is usual to say."""
    if not method.share_convention or finding.left is None or finding.right is None:
        return None
    low, high = sorted((finding.left.value, finding.right.value))
    return 100.0 * low / high if high > 0.0 else None


def _values(test: Test, method: Method, finding: Finding) -> str:
    words = outcome_words(test, method, finding)
    sides = [
        f"{number(side.value, method.unit)} {test.where} {name}"
        for side, name in ((finding.left, "left"), (finding.right, "right"))
        if side is not None
    ]
    return f"{', '.join(sides)}; {words}." if sides else f"{words}."


def _error_sentences(
    method: Method, day: Measured, error: ErrorOfTest | None, *, told: bool
) -> list[str]:
    if error is None or not told:
        return []
    said = []
    for trials, name in ((day.left, "left"), (day.right, "right")):
        if len(trials) < method.trials and not (name == "right" and len(day.left) == len(trials)):
            both = len(day.left) == len(day.right)
            where = "a side" if both else f"on the {name}"
            count = "one trial" if len(trials) == 1 else f"{len(trials)} trials"
            said.append(f"Only {count} {where}, where {method.trials} belong: the error is wider.")
    if error.own and known_error(method):
        said.append("Your own trials scatter more than the published error, so they set it.")
    elif error.own:
        given = f"No figure of its error is published: {error.own_trials} trials of yours give it"
        said.append(
            f"{given}, from {error.own_days} days."
            if error.own_days
            else f"{given}; from day to day it is larger, nobody knows by how much."
        )
    return said


def _more(method: Method, finding: Finding) -> list[str]:
    said = []
    share = share_pct(method, finding)
    if share is not None and finding.difference is not None and finding.difference.value != 0.0:
        lower = "left" if finding.difference.value < 0.0 else "right"
        other = "right" if lower == "left" else "left"
        said.append(
            f"The {lower} reaches {share:.0f} % of the {other}; 90 % or more is a convention from "
            "rehabilitation of the knee."
        )
    threshold = method.threshold_difference
    if (
        threshold is not None
        and finding.difference is not None
        and round(abs(finding.difference.value), 6) >= threshold
    ):
        said.append(method.threshold_words)
    return said


def _over_time(
    test: Test,
    method: Method,
    finding: Finding,
    before: date | None,
    change_needs: float | None,
) -> list[str]:
    said = []
    if before is None:
        if finding.outcome not in {"cannot_tell", "no_difference"}:
            said.append("Made on one day so far: repeat it on another.")
        return said
    if finding.outcome != "cannot_tell":
        same = "The same" if finding.repeated else "Not the same"
        said.append(f"{same} as on {day_words(before)}.")
    if finding.change is not None and change_needs is not None:
        needs = number(change_needs, method.unit)
        change = finding.change.value
        if round(change, 1) == 0.0:
            said.append("The difference has not changed.")
            return said
        side = "left" if change < 0.0 else "right"
        moved = f"{number(abs(change), method.unit)} toward less {test.where} {side}"
        told = "changed" if finding.change_beyond_error else "has not changed"
        said.append(f"The difference {told} beyond the error since then: {moved} (needs {needs}).")
    return said


def _pain(test: Test, finding: Finding, day: Measured) -> list[str]:
    if finding.pain_side is None:
        return []
    if finding.pain_side is Side.MIDDLE:
        return [f"Both sides hurt ({day.left_pain} of 10): it tells of the pain, not of the sides."]
    level = day.left_pain if finding.pain_side is Side.LEFT else day.right_pain
    side = finding.pain_side.value
    return [
        f"It hurt {test.where} {side} ({level} of 10): pain may be why, so it tells little of what "
        "that side can do."
    ]
