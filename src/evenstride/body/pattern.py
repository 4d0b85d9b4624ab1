"""Whether the signs of one runner fit the typical pattern: a hypothesis, never assumed.

Right chest and left back harder to inhale into; left hip short of turning in, right of turning out;
pelvis turned right; right foot supinated, left pronated. Theory: Boyle 2010, PMID 21589673; no
trial has tested it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from evenstride.body.finding_words import less_words, sign_words
from evenstride.body.judging import method_of
from evenstride.body.tests import mirrored_sign, screening_tests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.screening import Finding, Test

SignState = Literal["fits", "opposite", "none", "not_tested"]
Whole = Literal["fits", "mixed", "does_not_fit", "too_little"]

AREAS: Final = {
    "breath and trunk": (
        "chest-breath",
        "back-breath",
        "flared-ribs",
        "trunk-rotation",
        "dead-bug-hold",
    ),
    "pelvis and hips": (
        "hip-bone-forward",
        "hip-internal-rotation",
        "hip-external-rotation",
        "ninety-ninety-shift",
        "two-scales",
    ),
    "feet": ("arch", "big-toe", "foot-posture"),
}
"""From the top down; a pattern from top to toe needs a sign of each."""
CORE: Final = (
    "chest-breath",
    "back-breath",
    "hip-bone-forward",
    "hip-internal-rotation",
    "hip-external-rotation",
    "arch",
)
"""The signs the physio names; the others are from the theory behind them."""
LEAST_SIGNS: Final = 5
"""Fewer tested signs tell nothing of a whole: of five at random, each one of three ways, four or
more fit by chance 11 times in 243."""
FITS_FROM: Final = 0.75
"""Share of the tested signs that have to fit."""
MOST_RETESTS: Final = 6


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: the test, its name, how it came out, and in a sentence.

    `none` where the sides were alike, or did not differ beyond the error of the test.
    """

    test: str
    name: str
    state: SignState
    sentence: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """All signs, what they say together, and what is worth testing (again), the most telling first.

    `too_little` where fewer than `LEAST_SIGNS` were tested, or an area has none.
    """

    signs: tuple[Sign, ...]
    whole: Whole
    retest: tuple[str, ...]
    sentence: str


def read_pattern(findings: Sequence[Finding]) -> Pattern:
    """Hold findings against the typical pattern.

    Parameters
    ----------
    findings
        The last of every way of measuring (`latest_findings`); of one test the latest counts that
        tells something.

    Returns
    -------
        Fits and opposite change places for the mirrored runner.
    """
    tests = screening_tests()
    slugs = [slug for area in AREAS.values() for slug in area]
    told = {slug: _telling(findings, slug) for slug in slugs}
    signs = tuple(_sign(tests[slug], told[slug]) for slug in slugs)
    whole = _whole(signs)
    return Pattern(signs, whole, _retest(signs, told), _said(signs, whole))


def state_of(test: Test, finding: Finding | None) -> SignState:
    """Say how one finding stands to the pattern of its test."""
    if finding is None or finding.outcome == "cannot_tell" or not test.pattern:
        return "not_tested"
    found = finding.sign if finding.outcome == "seen" else finding.outcome
    if found == test.pattern:
        return "fits"
    return "opposite" if found == mirrored_sign(test.pattern) else "none"


def _telling(findings: Sequence[Finding], slug: str) -> Finding | None:
    of_test = [f for f in findings if f.test == slug]
    telling = [f for f in of_test if f.outcome != "cannot_tell"] or of_test
    return max(telling, key=lambda f: f.on_date, default=None)


def _sign(test: Test, finding: Finding | None) -> Sign:
    """Say what was found, what would be typical, and how one stands to the other."""
    state = state_of(test, finding)
    typical = f"typical would be {test.typical}"
    if finding is None or state == "not_tested":
        said = "Not tested" if finding is None else "Measured, but it cannot be told yet"
        return Sign(test.slug, test.name, state, f"{said}; {typical}.")
    if state == "none":
        said = f"The sides are alike, as far as the test tells; {typical}."
        return Sign(test.slug, test.name, state, said)
    found = _found(test, finding)
    stands = "it fits" if state == "fits" else "it is the opposite of that"
    return Sign(
        test.slug, test.name, state, f"{found[:1].upper()}{found[1:]}; {typical}: {stands}."
    )


def _found(test: Test, finding: Finding) -> str:
    method = method_of(test, finding.method)
    if method is None:
        return "by a way of measuring that is not known any more"
    if finding.sign or finding.difference is None:
        return sign_words(method, finding.sign)
    return less_words(test, method, finding.difference.value)


def _whole(signs: Sequence[Sign]) -> Whole:
    tested = {sign.test: sign.state for sign in signs if sign.state != "not_tested"}
    everywhere = all(any(slug in tested for slug in area) for area in AREAS.values())
    if len(tested) < LEAST_SIGNS or not everywhere:
        return "too_little"
    share = sum(state == "fits" for state in tested.values()) / len(tested)
    if share >= FITS_FROM:
        return "fits"
    return "does_not_fit" if share <= 1.0 - FITS_FROM else "mixed"


def _retest(signs: Sequence[Sign], told: dict[str, Finding | None]) -> tuple[str, ...]:
    """First what the physio names and nobody looked at, then what was seen on one day only."""

    def rank(sign: Sign) -> tuple[bool, bool]:
        return (sign.test not in CORE, sign.state != "not_tested")

    def open_(sign: Sign) -> bool:
        finding = told[sign.test]
        if finding is None or sign.state == "not_tested":
            return True
        return sign.state in {"fits", "opposite"} and not finding.repeated

    return tuple(s.test for s in sorted(filter(open_, signs), key=rank))[:MOST_RETESTS]


def _said(signs: Sequence[Sign], whole: Whole) -> str:
    count = {
        state: sum(sign.state == state for sign in signs)
        for state in ("fits", "opposite", "none", "not_tested")
    }
    tested = len(signs) - count["not_tested"]
    parts = (
        f"Of {len(signs)} signs of the typical pattern {tested} "
        f"{'is' if tested == 1 else 'are'} tested"
    )
    if tested:
        parts += (
            f": {count['fits']} {'fits' if count['fits'] == 1 else 'fit'}, {count['opposite']} "
            f"{'is' if count['opposite'] == 1 else 'are'} the opposite, {count['none']} "
            f"{'is' if count['none'] == 1 else 'are'} alike on both sides"
        )
    verdict = {
        "fits": "the pattern fits you so far",
        "mixed": "the picture is mixed",
        "does_not_fit": "the pattern does not fit you",
        "too_little": "that is too little to tell",
    }[whole]
    return f"{parts}; {verdict}."
