"""Mirror the runner, and what the tests say flips; nothing else changes."""

import re
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from evenstride.body.error_of_test import known_error
from evenstride.body.judging import method_of
from evenstride.body.pattern import read_pattern
from evenstride.body.screening import check_measured, judge, latest_findings
from evenstride.body.tests import mirrored_sign, screening_tests
from evenstride.domain.body import Side
from evenstride.domain.diary import Measured

TODAY = date(2026, 11, 20)
WAYS = [
    (test.slug, method, position, instrument)
    for test in screening_tests().values()
    for method in test.methods
    for position in [p for p, _ in method.positions] or [""]
    for instrument in [i for i, _ in method.instruments][:1] or [""]
]
FLIPPED = {"left_lower": "right_lower", "right_lower": "left_lower"}
FLIPPED_STATE = {"fits": "opposite", "opposite": "fits"}
PAINS = st.none() | st.integers(0, 10)


@st.composite
def measured(draw):
    test, method, position, instrument = draw(st.sampled_from(WAYS))
    day = TODAY - timedelta(days=draw(st.integers(0, 90)))
    base = Measured(
        day, test, method.slug, position, instrument, left_pain=draw(PAINS), right_pain=draw(PAINS)
    )
    if method.choices:
        return replace(base, sign=draw(st.sampled_from([slug for slug, _ in method.choices])))
    value = st.integers(int(method.lowest), int(method.highest)).map(float)
    left = draw(st.lists(value, min_size=0 if not method.paired else 1, max_size=4))
    least = 0 if left else 1
    right = draw(st.lists(value, min_size=least, max_size=4))
    if method.paired:
        right = (right + left)[: len(left)]
    return replace(base, left=tuple(left), right=tuple(right))


def mirrored(m: Measured) -> Measured:
    return replace(
        m,
        left=m.right,
        right=m.left,
        left_pain=m.right_pain,
        right_pain=m.left_pain,
        sign=None if m.sign is None else mirrored_sign(m.sign),
    )


def words(sentence: str, *, swapped: bool = False) -> list[str]:
    """The words, sorted: the left is always said first."""
    found = re.findall(r"[\w.°−%]+", sentence)
    names = {"left": "right", "right": "left"} if swapped else {}
    return sorted(names.get(word.strip("."), word.strip(".")) for word in found)


def other(side: Side | None) -> Side | None:
    return None if side is None else side.other


@given(st.lists(measured(), min_size=1, max_size=8))
def test_the_mirrored_runner_has_the_mirrored_findings(days):
    findings = latest_findings(days)
    across = latest_findings([mirrored(m) for m in days])
    assert len(findings) == len(across)
    for here, there in zip(findings, across, strict=True):
        assert there.outcome == FLIPPED.get(here.outcome, here.outcome)
        assert there.lower == other(here.lower)
        assert there.pain_side == other(here.pain_side)
        # as text, in which what is not known equals itself
        assert repr((there.left, there.right, there.mdc)) == repr((here.right, here.left, here.mdc))
        assert (there.repeated, there.change_beyond_error) == (
            here.repeated,
            here.change_beyond_error,
        )
        if here.difference is not None:
            assert there.difference.value == -here.difference.value
        if here.change is not None:
            assert there.change.value == -here.change.value
        assert words(there.sentence) == words(here.sentence, swapped=True)


@given(st.lists(measured(), max_size=12))
def test_the_mirrored_runner_has_the_opposite_pattern(days):
    here = read_pattern(latest_findings(days))
    there = read_pattern(latest_findings([mirrored(m) for m in days]))
    for sign, across in zip(here.signs, there.signs, strict=True):
        assert across.state == FLIPPED_STATE.get(sign.state, sign.state)
    assert (there.whole == "too_little") == (here.whole == "too_little")
    assert there.retest == here.retest


@given(measured(), st.lists(measured(), max_size=6))
def test_doubts_end_as_a_question_and_mirror(day, earlier):
    doubts = check_measured(day, earlier, TODAY)
    assert all(doubt.endswith("is that a typing slip?") for doubt in doubts)
    across = check_measured(mirrored(day), [mirrored(m) for m in earlier], TODAY)
    assert len(across) == len(doubts)


@given(measured(), st.lists(measured(), max_size=6))
def test_more_that_is_not_of_this_way_changes_nothing(day, others):
    test = screening_tests()[day.test]
    strangers = [replace(m, by="somebody else") for m in others]
    # as text, in which what is not known equals itself
    assert repr(judge(test, day, strangers)) == repr(judge(test, day, []))


@given(measured())
def test_a_finding_is_beyond_its_error_or_it_is_not(day):
    finding = judge(screening_tests()[day.test], day, [])
    if finding.difference is None:
        assert finding.outcome in {"cannot_tell", "seen"}
        return
    beyond = abs(finding.difference.value) >= finding.mdc - 1e-9
    if (
        finding.outcome == "cannot_tell"
    ):  # beyond what one day of own trials tells, and no more known
        assert beyond
        assert not known_error(method_of(screening_tests()[day.test], day.method))
        return
    assert beyond == (finding.outcome in FLIPPED)
    assert finding.difference.low <= finding.difference.value <= finding.difference.high
