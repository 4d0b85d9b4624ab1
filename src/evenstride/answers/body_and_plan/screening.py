"""Is one side different? What the screening tests say, how each is made, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_writing import Say, write
from evenstride.answers.body_and_plan.hurting import hurting
from evenstride.answers.body_and_plan.screening_days import sides_figure
from evenstride.answers.body_and_plan.screening_findings import (
    DIFFERS,
    finding_row,
    judged,
    judged_last,
    latest,
    measured_row,
    method_row,
    telling,
)
from evenstride.answers.body_and_plan.screening_named import said_plainly, test_named
from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.provenance import PROGRAM
from evenstride.body.finding_words import sign_words
from evenstride.body.pattern import read_pattern, state_of
from evenstride.body.retests import NOT_NOW, not_now
from evenstride.body.tests import screening_tests
from evenstride.domain.answer import Answer, Provenance, Source
from evenstride.domain.body import Side
from evenstride.domain.exercise import TestedSide
from evenstride.domain.wording import count_words, list_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from evenstride.answers.body_and_plan.rows_screening import RetestRow, ScreeningTestRow, SignRow
    from evenstride.answers.body_and_plan.screening_findings import Judged
    from evenstride.body.pattern import Pattern
    from evenstride.domain.diary import Measured
    from evenstride.domain.screening import Test
    from evenstride.library import Library

MODEL: Final = "screening 1"
CHRISTOPHER: Final = Source(
    "Christopher 2019: movement screens do not predict one person's injury",
    "https://doi.org/10.1186/s40945-019-0054-7",
)
BOYLE: Final = Source(
    "Boyle 2010: the theory behind the typical pattern",
    "https://pubmed.ncbi.nlm.nih.gov/21589673/",
)
NO_FORECAST: Final = (
    "Screening sets baselines and targets; it does not predict one person's injury "
    "(Christopher 2019)."
)
A_HYPOTHESIS: Final = (
    "The typical pattern is a physio's hypothesis about each runner, tested here on both sides and "
    "never assumed; no trial has tested it (theory: Boyle 2010)."
)
BY_CHANCE: Final = (
    "Of tests whose sides do not differ up to 1 in 20 comes out as if they did: what is found is "
    "worth repeating on another day."
)
OLD_DAYS: Final = 56
"""Six to eight weeks on, a change can be looked for: the test is worth making again."""


def screen(lib: Library, *, now: datetime) -> Answer:
    """Say what all tests say together.

    Parameters
    ----------
    lib
        The library.
    now
        Aware, in the runner's own time zone.

    Returns
    -------
        Question `screen`; verdict `nothing_tested`, else how the typical pattern stands (`fits`,
        `mixed`, `does_not_fit`, `too_little`); tables `tests`, `findings`, `signs`, `retest`.
    """
    times = judged_last(lib)
    last = latest(times)
    pattern = read_pattern([one.finding for one in times])
    retest = _retest(times, pattern, now.date())
    hurts = hurting(lib, today=now.date())
    resting = [row["name"] for row in retest if not_now(row["test"], hurts)]
    sentences = [one.finding.sentence for one in last if one.finding.outcome in DIFFERS]
    if last:
        sentences.append(pattern.sentence)
    return Answer(
        question="screen",
        headline=_headline(last),
        verdict=pattern.whole if last else "nothing_tested",
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=tuple(sentences),
        tables={
            "tests": tuple(_test_row(test, times) for test in screening_tests().values()),
            "findings": tuple(finding_row(one) for one in last),
            "signs": _sign_rows(pattern, times),
            "retest": tuple(row for row in retest if row["name"] not in resting),
        },
        caveats=(
            *((f"{NOT_NOW} {list_words(resting)}.",) if resting else ()),
            NO_FORECAST,
            A_HYPOTHESIS,
            *((BY_CHANCE,) if last else ()),
            *unread_caveats(lib),
        ),
        sources=_sources((CHRISTOPHER, BOYLE), last),
    )


def screen_test(lib: Library, slug: str, *, now: datetime) -> Answer:
    """Say how one test is made, how far it can be off, and what it said every time.

    Returns
    -------
        Question `screen_test`; verdict the outcome of the last time, or `never`; tables `test`
        (one row), `how`, `methods`, `findings` (the last of every way), `history`; figure `sides`
        where a way has two days or more.

    Raises
    ------
    InputError
        There is no such test; the nearest is suggested.
    """
    del now  # what was measured is judged by its own date
    test = test_named(slug)
    times = judged(lib, test.slug)
    last = telling(times, test.slug)
    figure = sides_figure(times)
    return Answer(
        question="screen_test",
        headline=last.finding.sentence if last else f"{test.name}: not made yet. {test.why}",
        verdict=last.finding.outcome if last else "never",
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=(test.why,) if last else (),
        tables={
            "test": (_test_row(test, times),),
            "how": tuple({"step": at, "text": step} for at, step in enumerate(test.how, 1)),
            "methods": tuple(method_row(test, method) for method in test.methods),
            "findings": tuple(finding_row(one) for one in latest(times)),
            "history": tuple(measured_row(one) for one in times),
        },
        figures={"sides": figure} if figure else {},
        caveats=(
            *test.cautions,
            NO_FORECAST,
            *((A_HYPOTHESIS,) if test.pattern else ()),
            *unread_caveats(lib),
        ),
        sources=_sources(
            (
                *test.sources,
                *(m.error_source for m in test.methods if m.error_source),
                *(m.threshold_source for m in test.methods if m.threshold_source),
                CHRISTOPHER,
            ),
            (),
        ),
    )


def record_measured(
    lib: Library,
    m: Measured,
    *,
    entry_id: str | None = None,
    seen: int = 0,
    sure: bool = False,
    now: datetime,
) -> Answer:
    """Write what was measured, or correct it.

    Parameters
    ----------
    lib
        The library.
    m
        What was measured. A test, position or instrument may be written as people do; where a
        method has one position or instrument only, it need not be said.
    entry_id
        The entry that is corrected, or a name for a new one.
    seen
        Of a correction: the version that its writer knows of.
    sure
        Whether what is unlikely is meant.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Question `screen_record`; verdict `written`, `corrected` or `unchanged`; table `measured`.

    Raises
    ------
    InputError
        Something cannot be so, or was changed in the meantime; nothing is written.
    DoubtError
        Something is unlikely, and nobody is sure; nothing is written.
    """
    value = said_plainly(m)
    written = write(lib, [Say(value, entry_id, seen)], sure=sure, now=now)
    name = str(written.tables["written"][0]["entry_id"])
    one = next(one for one in judged(lib, value.test) if one.written.entry_id == name)
    asks = written.tables.get("ask", ())
    return Answer(
        question="screen_record",
        headline=one.finding.sentence,
        verdict=written.verdict,
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=written.sentences if asks else (),
        tables={"measured": (measured_row(one),)},
        caveats=(NO_FORECAST,),
        sources=_sources((CHRISTOPHER,), (one,)),
    )


def tested_sides(lib: Library) -> tuple[TestedSide, ...]:
    """Say which side each test found lower, for the plan.

    The latest of every test that tells something. `side` is the side that tested lower beyond the
    error; of what is looked at, the side that the sign names. A test that hurt (4 of 10 or more)
    is left out: pain may be why.
    """
    times = judged_last(lib)
    found = []
    for test in screening_tests().values():
        one = telling(times, test.slug)
        if one is None or one.finding.outcome == "cannot_tell" or one.finding.pain_side:
            continue
        finding, state = one.finding, state_of(test, one.finding)
        found.append(
            TestedSide(
                test=test.slug,
                on_date=finding.on_date,
                side=side_of_sign(finding.sign) if finding.sign else finding.lower,
                repeated=finding.repeated,
                difference=finding.difference.value if finding.difference else None,
                mdc=finding.mdc if finding.difference else None,
                unit=one.method.unit,
                sign=finding.sign,
                fits=state == "fits" if test.pattern else None,
            )
        )
    return tuple(found)


def side_of_sign(sign: str) -> Side | None:
    """Return the side that a sign names; None of `even`."""
    return next((s for s in (Side.LEFT, Side.RIGHT) if sign.startswith(f"{s.value}_")), None)


def _headline(last: Sequence[Judged]) -> str:
    if not last:
        return (
            "Nothing is tested yet: begin with the lunge for the ankles and a breath into your "
            "hands."
        )
    measured = {one.test.slug for one in last if not one.method.choices}
    differ = [one for one in last if one.finding.outcome in DIFFERS and one.finding.lower]
    if not measured:
        return f"{count_words(len(last), 'test was', 'tests were')} looked at, none measured yet."
    of = f"Of {count_words(len(measured), 'measured test')}"
    if not differ:
        return f"{of} none differs between the sides beyond the error of the test."
    named = [
        f"{one.test.name} (less {one.test.where} {one.finding.lower.value})"
        for one in differ
        if one.finding.lower
    ]
    count = len({one.test.slug for one in differ})
    verb = "differs" if count == 1 else "differ"
    return (
        f"{of} {count} {verb} between the sides beyond the error of the test: "
        f"{', '.join(dict.fromkeys(named))}."
    )


def _test_row(test: Test, times: Sequence[Judged]) -> ScreeningTestRow:
    last = telling(times, test.slug)
    finding = last.finding if last else None
    return {
        "test": test.slug,
        "name": test.name,
        "group": test.group,
        "why": test.why,
        "equipment": test.equipment,
        "cautions": list(test.cautions),
        "drawing": test.drawing,
        "pattern": bool(test.pattern),
        "last_on": finding.on_date.isoformat() if finding else None,
        "outcome": finding.outcome if finding else None,
        "lower": finding.lower.value if finding and finding.lower else None,
        "sign": finding.sign if finding else None,
        "sign_label": sign_words(last.method, last.finding.sign) or None if last else None,
        "sentence": finding.sentence if finding else None,
    }


def _sign_rows(pattern: Pattern, times: Sequence[Judged]) -> tuple[SignRow, ...]:
    tests = screening_tests()
    rows: list[SignRow] = []
    for sign in pattern.signs:
        one = telling(times, sign.test)
        rows.append(
            {
                "test": sign.test,
                "name": sign.name,
                "typical": tests[sign.test].typical,
                "state": sign.state,
                "on_date": one.finding.on_date.isoformat() if one else None,
                "sentence": sign.sentence,
            }
        )
    return tuple(rows)


def _retest(times: Sequence[Judged], pattern: Pattern, today: date) -> tuple[RetestRow, ...]:
    """First what would choose a side and stands on one day, then the pattern, then what is old."""
    tests = screening_tests()
    reasons: dict[str, str] = {}
    for one in latest(times):
        finding = one.finding
        if finding.outcome in DIFFERS and not finding.repeated:
            reasons[one.test.slug] = "The sides differed, on one day only: repeat it on another."
        elif finding.outcome == "cannot_tell":
            reasons.setdefault(one.test.slug, "It cannot be told yet: three trials on each side.")
    for slug in pattern.retest:
        last = telling(times, slug)
        why = (
            "The sign was seen on one day only: repeat it on another."
            if last
            else f"Typical would be {tests[slug].typical}; it is not tested yet."
        )
        reasons.setdefault(slug, why)
    for one in latest(times):
        days = (today - one.finding.on_date).days
        if one.finding.outcome in DIFFERS and days > OLD_DAYS:
            weeks = f"{days // 7} weeks ago: a change can be looked for after six to eight."
            reasons.setdefault(one.test.slug, f"Made {weeks}")
    rows: list[RetestRow] = [
        {"test": slug, "name": tests[slug].name, "why": why} for slug, why in reasons.items()
    ]
    return tuple(rows)


def _sources(first: Iterable[Source], last: Iterable[Judged]) -> tuple[Source, ...]:
    """List sources once each: of the answer, then of the errors and thresholds it used."""
    used = [
        source
        for one in last
        for source, told in (
            (one.method.error_source, one.finding.difference is not None),
            (one.method.threshold_source, one.method.threshold_words in one.finding.sentence),
        )
        if source is not None and told
    ]
    return tuple(dict.fromkeys((*first, *used)))
