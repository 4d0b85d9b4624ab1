"""What a screening test says: whether the sides differ beyond the error of the test.

Two ways of measuring (test, method, position, instrument, who) are never compared.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from evenstride.body.error_of_test import LEAST_DAYS, Z, error_of_test, known_error, mean
from evenstride.body.finding_words import HURTS, sentence
from evenstride.body.tests import screening_tests
from evenstride.domain.body import Side
from evenstride.domain.estimate import Estimate
from evenstride.domain.screening import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.body.error_of_test import ErrorOfTest
    from evenstride.domain.diary import Measured
    from evenstride.domain.screening import Method, Outcome, Test


def way_of(measured: Measured) -> tuple[str, str, str, str, str]:
    """Return the way of measuring: only what has the same may be compared."""
    m = measured
    return m.test, m.method, m.position, m.instrument, m.by.strip().casefold()


def method_of(test: Test, slug: str) -> Method | None:
    """Return the method of this slug; None where the test has none."""
    return next((method for method in test.methods if method.slug == slug), None)


def judge(test: Test, day: Measured, earlier: Sequence[Measured]) -> Finding:
    """Say what a test found on one day.

    Parameters
    ----------
    test
        The test.
    day
        What was measured or seen; one of the test's own methods.
    earlier
        Whatever else was measured; what was not by the same way, or not on an earlier day, is left
        out.

    Returns
    -------
        The outcome: `left_lower` or `right_lower` where the means of the sides differ by at least
        the error of the test (`error_of_test`), `no_difference` where they do not, `cannot_tell`
        with one side only or no known error, and where no error is published and fewer than three
        days say how much a day scatters; `seen` of what was looked at. All of it mirrors with
        the runner.

    Raises
    ------
    ValueError
        The test has no such method.
    """
    method = method_of(test, day.method)
    if method is None:
        raise ValueError(f"{test.slug} has no method {day.method}.")
    same = [m for m in earlier if way_of(m) == way_of(day) and m.on_date < day.on_date]
    same.sort(key=lambda m: m.on_date)
    whole = [m for m in same if m.sign is not None or (m.left and m.right)]
    before = whole[-1] if whole else None
    finding, error = _alone(method, day, same)
    then, error_then = None, None
    if before is not None:
        until = [m for m in same if m.on_date < before.on_date]
        then, error_then = _alone(method, before, until)
    finding = replace(
        finding,
        repeated=then is not None and _same(finding, then),
        pain_side=_hurt(day),
    )
    needs = None
    if then is not None:
        needs = _change_needs(method, error, error_then)
        finding = _with_change(finding, then, needs)
    words = sentence(
        test,
        method,
        finding,
        day=day,
        error=error,
        before=before.on_date if before else None,
        change_needs=needs,
    )
    return replace(finding, sentence=words)


def latest_findings(measured: Sequence[Measured]) -> tuple[Finding, ...]:
    """Judge the last time of every way of measuring.

    In the order of the tests, the latest first within one. What belongs to no test of this
    edition is left out.
    """
    tests = screening_tests()
    ways: dict[tuple[str, ...], list[Measured]] = {}
    for one in sorted(measured, key=lambda m: m.on_date):
        if one.test in tests and method_of(tests[one.test], one.method) is not None:
            ways.setdefault(way_of(one), []).append(one)
    order = {slug: at for at, slug in enumerate(tests)}
    found = [judge(tests[times[-1].test], times[-1], times) for times in ways.values()]
    found.sort(key=lambda f: f.on_date, reverse=True)
    return tuple(sorted(found, key=lambda f: order[f.test]))


def _alone(
    method: Method, day: Measured, same: Sequence[Measured]
) -> tuple[Finding, ErrorOfTest | None]:
    """Judge a day by itself; `same` are the days before it by the same way."""
    start = Finding(
        on_date=day.on_date,
        test=day.test,
        method=day.method,
        outcome="seen",
        position=day.position,
        instrument=day.instrument,
        by=day.by,
        sign=day.sign,
    )
    if method.choices:
        return start, None
    error = error_of_test(method, day, same)
    left = _side(method, day.left, error.left_se if error else None)
    right = _side(method, day.right, error.right_se if error else None)
    found = replace(start, left=left, right=right, outcome="cannot_tell")
    if left is None or right is None or error is None:
        return found, error
    value = left.value - right.value
    difference = Estimate(
        value=value,
        se=error.se,
        low=value - error.half,
        high=value + error.half,
        unit=method.unit,
        n_effective=float(min(len(day.left), len(day.right))),
    )
    outcome: Outcome = "no_difference"
    lower = None
    if _reaches(value, error.half):
        days = 1 + sum(1 for one in same if one.left and one.right)
        if known_error(method) or days >= LEAST_DAYS:
            lower = Side.LEFT if value < 0.0 else Side.RIGHT
            outcome = "left_lower" if value < 0.0 else "right_lower"
        else:  # trials of a day scatter less than days do, nobody knows by how much
            outcome = "cannot_tell"
    return (
        replace(found, outcome=outcome, difference=difference, mdc=error.half, lower=lower),
        error,
    )


def _side(method: Method, trials: Sequence[float], se: float | None) -> Estimate | None:
    if not trials:
        return None
    value, known = mean(trials), math.nan if se is None else se
    return Estimate(value, known, value - Z * known, value + Z * known, method.unit, len(trials))


def _reaches(value: float, needed: float) -> bool:
    """Whether it is at least as much: 44.7 - 40 is 4.7, whatever floats say."""
    return round(abs(value), 9) >= round(needed, 9) and value != 0.0


def _same(finding: Finding, then: Finding) -> bool:
    if finding.outcome == "cannot_tell":
        return False
    return (finding.outcome, finding.sign) == (then.outcome, then.sign)


def _change_needs(
    method: Method, error: ErrorOfTest | None, error_then: ErrorOfTest | None
) -> float | None:
    """Say what a change of the difference has to reach: the errors of both days together."""
    if error is None or error_then is None:
        return None
    published = method.mdc_difference
    if method.mdc_change is not None and error.half == error_then.half == published:
        return method.mdc_change
    return math.hypot(error.half, error_then.half)


def _with_change(finding: Finding, then: Finding, needs: float | None) -> Finding:
    now, before = finding.difference, then.difference
    if now is None or before is None or needs is None:
        return finding
    value = now.value - before.value
    change = Estimate(
        value=value,
        se=math.hypot(now.se, before.se),
        low=value - needs,
        high=value + needs,
        unit=now.unit,
        n_effective=min(now.n_effective, before.n_effective),
    )
    return replace(finding, change=change, change_beyond_error=_reaches(value, needs))


def _hurt(day: Measured) -> Side | None:
    left, right = day.left_pain or 0, day.right_pain or 0
    if max(left, right) < HURTS:
        return None
    if left == right:
        return Side.MIDDLE
    return Side.LEFT if left > right else Side.RIGHT
