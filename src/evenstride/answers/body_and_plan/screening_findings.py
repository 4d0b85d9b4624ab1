"""How what was measured becomes rows: each time judged by its own way, and the latest of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenstride.body.finding_words import outcome_words, share_pct, sign_words
from evenstride.body.screening import judge, method_of, way_of
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.body_and_plan.rows_screening import (
        ChoiceRow,
        FindingRow,
        MeasuredRow,
        MethodRow,
        SideCode,
    )
    from evenstride.domain.body import Side
    from evenstride.domain.diary import Written
    from evenstride.domain.estimate import Estimate
    from evenstride.domain.screening import Finding, Method, Test
    from evenstride.library import Library

DIFFERS: Final = ("left_lower", "right_lower")


@dataclass(frozen=True, slots=True)
class Judged:
    """One time a test was made: as it stands in the library, and what it says."""

    written: Written[Measured]
    test: Test
    method: Method
    finding: Finding


def judged(lib: Library, test: str | None = None) -> tuple[Judged, ...]:
    """Judge every time that something was measured (of one test), the latest first.

    Of one day what was written last comes first. What belongs to no test of this edition is left
    out.
    """
    found = [
        _judge(written, times)
        for times in _ways(lib, test)
        for written in reversed(times)  # the sort below leaves days of one date as they are
    ]
    return tuple(sorted(found, key=lambda one: one.finding.on_date, reverse=True))


def judged_last(lib: Library) -> tuple[Judged, ...]:
    """Judge the last time of every way of measuring, the latest first.

    Where it does not tell anything, the times before it too, until one does.
    """
    found = []
    for times in _ways(lib, None):
        for written in reversed(times):
            found.append(_judge(written, times))
            if found[-1].finding.outcome != "cannot_tell":
                break
    return tuple(sorted(found, key=lambda one: one.finding.on_date, reverse=True))


def _ways(lib: Library, test: str | None) -> list[list[Written[Measured]]]:
    """Return what was measured, by ways of measuring, each from its first day to its last."""
    tests = screening_tests()
    of_way: dict[tuple[str, ...], list[Written[Measured]]] = {}
    for written in lib.entries(Measured).values():
        value = written.value
        known = tests.get(value.test)
        if known and test in (None, value.test) and method_of(known, value.method):
            of_way.setdefault(way_of(value), []).append(written)
    return [sorted(times, key=lambda one: one.value.on_date) for times in of_way.values()]


def _judge(written: Written[Measured], times: Sequence[Written[Measured]]) -> Judged:
    test = screening_tests()[written.value.test]
    method = method_of(test, written.value.method)
    assert method is not None  # so it was sorted into its way
    finding = judge(test, written.value, [one.value for one in times])
    return Judged(written, test, method, finding)


def latest(times: Sequence[Judged]) -> tuple[Judged, ...]:
    """Keep the latest of every way of measuring, in the order of the tests."""
    of_way: dict[tuple[str, ...], Judged] = {}
    for one in times:
        of_way.setdefault(way_of(one.written.value), one)
    order = {slug: at for at, slug in enumerate(screening_tests())}
    return tuple(sorted(of_way.values(), key=lambda one: order[one.test.slug]))


def telling(times: Sequence[Judged], test: str) -> Judged | None:
    """Return the latest of a test that tells something, else the latest; None without any."""
    of_test = [one for one in times if one.test.slug == test]
    return next((one for one in of_test if one.finding.outcome != "cannot_tell"), None) or next(
        iter(of_test), None
    )


def finding_row(one: Judged) -> FindingRow:
    """Tabulate one finding."""
    finding, measured, method = one.finding, one.written.value, one.method
    difference = finding.difference
    return {
        "entry_id": one.written.entry_id,
        "version": one.written.version,
        "on_date": finding.on_date.isoformat(),
        "test": one.test.slug,
        "name": one.test.name,
        "method": method.slug,
        "method_label": method.label,
        "position": measured.position,
        "position_label": _label(method.positions, measured.position),
        "instrument": measured.instrument,
        "instrument_label": _label(method.instruments, measured.instrument),
        "by": measured.by,
        "unit": method.unit,
        "outcome": finding.outcome,
        "left": _value(finding.left),
        "left_se": _known(finding.left.se if finding.left else None),
        "right": _value(finding.right),
        "right_se": _known(finding.right.se if finding.right else None),
        "trials_left": len(measured.left),
        "trials_right": len(measured.right),
        "difference": _value(difference),
        "low": _known(difference.low if difference else None),
        "high": _known(difference.high if difference else None),
        "mdc": _known(finding.mdc),
        "share_pct": share_pct(method, finding),
        "lower": _side(finding.lower),
        "repeated": finding.repeated,
        "sign": finding.sign,
        "sign_label": sign_words(method, finding.sign) or None,
        "change": _value(finding.change),
        "change_needs": finding.change.high - finding.change.value if finding.change else None,
        "change_beyond_error": finding.change_beyond_error,
        "pain_side": _side(finding.pain_side),
        "words": outcome_words(one.test, method, finding),
        "sentence": finding.sentence,
    }


def measured_row(one: Judged) -> MeasuredRow:
    """Tabulate one time a test was made, as it was typed."""
    finding, measured = one.finding, one.written.value
    row = finding_row(one)
    return {
        "entry_id": row["entry_id"],
        "version": row["version"],
        "on_date": row["on_date"],
        "test": row["test"],
        "method": row["method"],
        "method_label": row["method_label"],
        "position": row["position"],
        "position_label": row["position_label"],
        "instrument": row["instrument"],
        "instrument_label": row["instrument_label"],
        "by": measured.by,
        "unit": row["unit"],
        "left": list(measured.left),
        "right": list(measured.right),
        "sign": row["sign"],
        "sign_label": row["sign_label"],
        "left_pain": measured.left_pain,
        "right_pain": measured.right_pain,
        "note": measured.note,
        "outcome": finding.outcome,
        "left_mean": row["left"],
        "right_mean": row["right"],
        "difference": row["difference"],
        "mdc": row["mdc"],
        "lower": row["lower"],
        "repeated": finding.repeated,
        "change": row["change"],
        "change_beyond_error": finding.change_beyond_error,
        "words": row["words"],
        "sentence": finding.sentence,
    }


def method_row(test: Test, method: Method) -> MethodRow:
    """Tabulate one way of making a test."""
    source, threshold = method.error_source, method.threshold_source
    return {
        "test": test.slug,
        "method": method.slug,
        "label": method.label,
        "unit": method.unit,
        "positions": choice_rows(method.positions),
        "instruments": choice_rows(method.instruments),
        "choices": choice_rows(method.choices),
        "lowest": method.lowest,
        "highest": method.highest,
        "likely_low": method.likely_low,
        "likely_high": method.likely_high,
        "likely_difference": method.likely_difference,
        "step": method.step,
        "trials": 0 if method.choices else method.trials,
        "mdc_difference": method.mdc_difference,
        "mdc_change": method.mdc_change,
        "error": error_sentence(method),
        "error_source": source.text if source else None,
        "error_link": source.link if source else None,
        "error_strength": method.error_strength,
        "threshold_difference": method.threshold_difference,
        "threshold_words": method.threshold_words,
        "threshold_source": threshold.text if threshold else None,
        "threshold_link": threshold.link if threshold else None,
    }


def error_sentence(method: Method) -> str:
    """Say how far a result may be off, and what follows of it."""
    if method.choices:
        return "Looked at, not measured: how far it can be trusted is not known; repeat it."
    own = "No figure of its error is known; your own trials will give one."
    known = method.sem is not None or method.sem_share is not None
    return " ".join(part for part in (method.error_words, "" if known else own) if part)


def choice_rows(pairs: tuple[tuple[str, str], ...]) -> list[ChoiceRow]:
    """Tabulate slugs with their labels."""
    return [{"slug": slug, "label": label} for slug, label in pairs]


def _label(pairs: tuple[tuple[str, str], ...], slug: str) -> str:
    return dict(pairs).get(slug, slug)


def _value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.value


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _side(side: Side | None) -> SideCode | None:
    return None if side is None else side.value
