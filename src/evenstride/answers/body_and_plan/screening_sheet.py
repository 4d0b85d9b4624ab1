"""A sheet to print: every test with its steps and boxes, blank or with the last values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.screening import A_HYPOTHESIS, CHRISTOPHER, MODEL, NO_FORECAST
from evenstride.answers.body_and_plan.screening_findings import (
    choice_rows,
    error_sentence,
    judged_last,
    latest,
)
from evenstride.answers.provenance import PROGRAM
from evenstride.body.finding_words import day_words, outcome_words
from evenstride.body.tests import screening_tests
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from evenstride.answers.body_and_plan.rows_screening import SheetRow
    from evenstride.answers.body_and_plan.screening_findings import Judged
    from evenstride.domain.screening import Method, Test
    from evenstride.library import Library

_MOST_DAYS: Final = 3
"""So many days are named one by one."""
TRIALS: Final = "Measure left and right in turn; write down every trial, not only the best."


def sheet(lib: Library, *, filled: bool, now: datetime) -> Answer:
    """Lay out all tests for paper.

    Parameters
    ----------
    lib
        The library.
    filled
        Whether the last values of each method stand on it, with what they say; else it is blank.
    now
        Aware, in the runner's own time zone: a filled sheet says as of when it is.

    Returns
    -------
        Question `screen_sheet`; verdict `filled` or `blank`; table `sheet`, a row a method.
    """
    last = latest(judged_last(lib)) if filled else ()
    made = sorted({one.finding.on_date for one in last})
    as_of = f"The latest results are filled in, as of {day_words(now.date())}."
    return Answer(
        question="screen_sheet",
        headline=f"Left against right, tested {_days(made)}"
        if made
        else "Left against right: a sheet for your tests",
        verdict="filled" if filled else "blank",
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=(TRIALS, as_of) if made else (TRIALS,),
        tables={"sheet": tuple(_rows(last))},
        caveats=(NO_FORECAST, A_HYPOTHESIS),
        sources=(CHRISTOPHER,),
    )


def _days(made: Sequence[date]) -> str:
    """Name the days, of many the first and the last: `on 3 Oct 2026 and 19 Nov 2026`."""
    if len(made) > _MOST_DAYS:
        return f"from {day_words(made[0])} to {day_words(made[-1])}"
    return f"on {list_words([day_words(day) for day in made])}"


def _rows(last: tuple[Judged, ...]) -> Iterator[SheetRow]:
    for test in screening_tests().values():
        for method in test.methods:
            mine = [o for o in last if o.test is test and o.method is method]
            yield _row(test, method, max(mine, key=lambda o: o.finding.on_date, default=None))


def _row(test: Test, method: Method, one: Judged | None) -> SheetRow:
    measured = one.written.value if one else None
    return {
        "test": test.slug,
        "name": test.name,
        "group": test.group,
        "drawing": test.drawing,
        "how": list(test.how),
        "cautions": list(test.cautions),
        "method": method.slug,
        "label": method.label,
        "unit": method.unit,
        "trials": 0 if method.choices else method.trials,
        "positions": choice_rows(method.positions),
        "instruments": choice_rows(method.instruments),
        "choices": choice_rows(method.choices),
        "error": error_sentence(method),
        "error_source": method.error_source.text if method.error_source else None,
        "threshold_words": method.threshold_words,
        "on_date": measured.on_date.isoformat() if measured else None,
        "position": measured.position if measured else "",
        "instrument": measured.instrument if measured else "",
        "by": measured.by if measured else "",
        "left": list(measured.left) if measured else [],
        "right": list(measured.right) if measured else [],
        "sign": measured.sign if measured else None,
        "words": outcome_words(test, method, one.finding) if one else None,
    }
