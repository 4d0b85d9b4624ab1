"""Signs of the typical pattern: each, and the whole."""

from datetime import date

import pytest

from evenstride.body.pattern import AREAS, CORE, read_pattern
from evenstride.body.tests import mirrored_sign, screening_tests
from evenstride.domain.screening import Finding

DAY = date(2026, 11, 20)
SLUGS = [slug for area in AREAS.values() for slug in area]


def found(slug, state, *, repeated=False):
    """A finding that is in this state to the pattern of its test."""
    test = screening_tests()[slug]
    code = {"fits": test.pattern, "opposite": mirrored_sign(test.pattern)}.get(state)
    method = test.methods[0]
    if method.choices:
        sign = code or "even"
        return Finding(DAY, slug, method.slug, "seen", sign=sign, repeated=repeated)
    return Finding(DAY, slug, method.slug, code or "no_difference", repeated=repeated)


def test_every_test_with_a_pattern_is_a_sign_and_no_other():
    assert sorted(SLUGS) == sorted(s for s, t in screening_tests().items() if t.pattern)
    assert set(CORE) <= set(SLUGS)


def test_the_physios_pattern_is_as_written():
    patterns = {slug: screening_tests()[slug].pattern for slug in SLUGS}
    assert patterns["chest-breath"] == "right_lower"
    assert patterns["back-breath"] == "left_lower"
    assert patterns["hip-internal-rotation"] == "left_lower"
    assert patterns["hip-external-rotation"] == "right_lower"
    assert patterns["hip-bone-forward"] == "left_forward"  # a pelvis turned right
    assert patterns["arch"] == "left_flatter"
    assert patterns["dead-bug-hold"] == "left_lower"  # no side is named: our reading, and said so
    assert "our reading" in screening_tests()["dead-bug-hold"].typical
    assert patterns["foot-posture"] == "right_lower"  # lower is more supinated


def test_nothing_tested_is_too_little_and_begins_with_what_the_physio_names():
    pattern = read_pattern([])
    assert pattern.whole == "too_little"
    assert pattern.retest == CORE
    assert {sign.state for sign in pattern.signs} == {"not_tested"}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("state", ["fits", "opposite", "none"])
def test_a_sign_reads_its_finding(slug, state):
    pattern = read_pattern([found(slug, state)])
    assert {s.test: s.state for s in pattern.signs if s.state != "not_tested"} == {slug: state}
    assert pattern.whole == "too_little"


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        (("fits",) * 6, "fits"),
        (("fits",) * 5 + ("none",), "fits"),
        (("fits",) * 4 + ("none", "opposite"), "mixed"),
        (("fits",) * 3 + ("none",) * 3, "mixed"),
        (("none",) * 6, "does_not_fit"),
        (("opposite",) * 6, "does_not_fit"),
        (("fits",) + ("none",) * 5, "does_not_fit"),
    ],
)
def test_the_whole(states, whole):
    pattern = read_pattern([found(s, state) for s, state in zip(CORE, states, strict=True)])
    assert pattern.whole == whole


def test_an_area_without_a_sign_is_too_little():
    slugs = [*AREAS["breath and trunk"], *AREAS["pelvis and hips"]]
    assert read_pattern([found(slug, "fits") for slug in slugs]).whole == "too_little"


def test_what_cannot_be_told_is_not_tested():
    unknown = Finding(DAY, "two-scales", "kg", "cannot_tell")
    states = {s.test: s for s in read_pattern([unknown]).signs}
    assert states["two-scales"].state == "not_tested"
    assert "cannot be told yet" in states["two-scales"].sentence


def test_what_was_seen_once_is_worth_repeating_what_was_repeated_is_not():
    once = [found(slug, "fits") for slug in SLUGS]
    assert read_pattern(once).retest == CORE
    twice = [found(slug, "fits", repeated=True) for slug in SLUGS]
    assert read_pattern(twice).retest == ()
