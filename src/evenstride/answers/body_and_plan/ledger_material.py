"""What the ledger of `why` is written from: the fit, the tests, the diary, read once."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.body_and_plan.facts import facts_of, hours_sat
from evenstride.answers.body_and_plan.flags import asks_due
from evenstride.answers.body_and_plan.ledger_page import Material
from evenstride.answers.body_and_plan.other_side import other_side_words
from evenstride.answers.body_and_plan.says import body
from evenstride.answers.body_and_plan.timeline import NOW_DAYS
from evenstride.answers.ground_run import turning
from evenstride.answers.levels import BALANCE, change_sentence, levels
from evenstride.answers.likely_mistakes import likely_mistakes
from evenstride.answers.runner_settings import preferences
from evenstride.answers.sizes import size_interval_words, size_words
from evenstride.answers.what_moves_it import driver_rows, is_asked, untold_rows
from evenstride.body.pattern import read_pattern
from evenstride.body.screening import latest_findings
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import Day, HeelWear, Injury, Measured, has_come
from evenstride.domain.driver_words import driver_label, range_words
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.domain.estimate import Estimate
from evenstride.domain.trend import Direction
from evenstride.domain.wording import balance_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers import Library
    from evenstride.answers.levels import Level, Levels
    from evenstride.answers.rows_moves import DriverRow
    from evenstride.domain.screening import Finding

_RECENT_DAYS = 90.0
_WIDE_PP = 2.0
"""A 95 % band wider than this holds anything."""


def material_of(lib: Library, *, now: datetime) -> Material:
    """Read all that the ledger needs; what cannot be known stays empty."""
    looked = _levels(lib, now)
    balance = None if looked is None else looked.by_measure[BALANCE]
    early = balance is None or balance.trend.direction is Direction.TOO_EARLY
    rows = () if balance is None or early else driver_rows(balance)
    measured = [written.value for written in lib.entries(Measured).values()]
    findings = latest_findings(measured)
    today = now.date()
    sat = hours_sat(lib, today=today)
    said = body(lib, now=now)
    wears = sorted((w.value for w in lib.entries(HeelWear).values()), key=lambda one: one.on_date)
    return Material(
        facts=facts_of(lib, now=now),
        looked=looked,
        balance_series=None if balance is None else balance.series,
        drivers={row["driver"]: row for row in rows},
        asked=sum(is_asked(row) for row in rows),
        untold=_untold(lib, looked, balance, now) if not early else {},
        mirrored=_mirrored(lib, looked),
        where=where(looked, balance),
        steady_days=steady_days(balance),
        shifted=_shifted(balance),
        findings=told(findings),
        other_side=other_side_words(lib),
        tests=screening_tests(),
        pattern=read_pattern(findings),
        injuries=tuple(
            sorted(
                (w.value for w in lib.entries(Injury).values() if has_come(w.value.began, today)),
                key=lambda one: one.began,
            )
        ),
        wear=wears[-1] if wears else None,
        sat_h=(median(sat), len(sat)) if sat else None,
        due=next((ask["reason"] for ask in asks_due(lib, now=now)), ""),
        goes_along=tuple(
            str(row["sentence"]) for row in said.tables["associations"] if row["stands"]
        ),
        free_on=max(
            (
                w.value.on_date
                for w in lib.entries(Day).values()
                if w.value.nothing_hurts
                and (today - w.value.on_date).days <= NOW_DAYS
                and has_come(w.value.on_date, today)
            ),
            default=None,
        ),
        sizes=_sizes(lib, looked, rows),
    )


def told(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Take of each test the latest that tells something, whichever way it was measured."""
    ordered = sorted(findings, key=lambda one: (one.outcome != "cannot_tell", one.on_date))
    return {finding.test: finding for finding in ordered}


def _levels(lib: Library, now: datetime) -> Levels | None:
    try:
        return levels(lib, now=now, measures=(BALANCE,))
    except (EmptyLibraryError, NoBalanceError, InputError):
        return None  # the ledger is for those without balance, too


def _untold(
    lib: Library, looked: Levels | None, balance: Level | None, now: datetime
) -> dict[str, str]:
    if looked is None or balance is None:
        return {}
    rows = untold_rows(looked, balance, turning(lib, now=now).grounds)
    return {row["driver"]: row["advice"] for row in rows}


def _mirrored(lib: Library, looked: Levels | None) -> tuple[str, ...]:
    if looked is None:
        return ()
    found = likely_mistakes(lib, looked, recent_days=_RECENT_DAYS)
    return tuple(row["sentence"] for row in found if row["kind"] == "mirrored")


def where(looked: Levels | None, balance: Level | None) -> tuple[str, ...]:
    """Say where balance is, or that nothing is known of it."""
    if looked is None or balance is None:
        return (
            "No balance is known: what speaks for or against comes from your diary, your tests and "
            "your runs.",
        )
    # "51.5 % right now" would be read as a time.
    when = "as of your last run" if looked.stale else "now"
    return (f"Your contact-time balance {when}: {balance_words(balance.trend.now.value)}.",)


def steady_days(balance: Level | None) -> float | None:
    """Tell for how long, back from the last run, one level lies in the band of every day.

    The verdict of the trend is about its window alone; this looks as far back as it holds. Bands
    that are wide on average hold anything, and say nothing.
    """
    if balance is None or balance.trend.direction is not Direction.NOT_DISTINGUISHABLE:
        return None
    trend = balance.trend
    lowest_top = np.minimum.accumulate(trend.high95[::-1])
    highest_foot = np.maximum.accumulate(trend.low95[::-1])
    held = int(np.cumprod(highest_foot <= lowest_top).sum())
    if not held or not np.mean((trend.high95 - trend.low95)[-held:]) <= _WIDE_PP:
        return None
    return float(trend.day[-1] - trend.day[-held])


def _shifted(balance: Level | None) -> str:
    if balance is None or balance.trend.direction not in (
        Direction.INCREASED,
        Direction.DECREASED,
    ):
        return ""
    return f"It has changed: {change_sentence(balance)}"


def _sizes(lib: Library, looked: Levels | None, rows: Sequence[DriverRow]) -> dict[str, str]:
    if looked is None:
        return {}
    units = preferences(lib).units
    reference = looked.conditions.reference_m_s or float("nan")
    said = {}
    for row in rows:
        over = range_words(
            row["driver"], row["range_low"], row["range_high"], reference_m_s=reference, units=units
        )
        size = Estimate(
            row["range_effect_pp"],
            float("nan"),
            row["range_effect_low"],
            row["range_effect_high"],
            "pp",
            float("nan"),
        )
        said[row["driver"]] = (
            f"{driver_label(row['driver'])}: {size_words(size.value)} over {over} (95 % interval: "
            f"{size_interval_words(size)})"
        )
    return said
