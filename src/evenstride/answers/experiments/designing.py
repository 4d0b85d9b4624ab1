"""What an experiment would take, said before anything is registered; and its registration.

Power is that of the rule that will decide, computed from this runner's own spread.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Final, Literal

from evenstride.answers.experiments.design_words import (
    SUGGESTIVE,
    caveats,
    headline,
    registered_rows,
    this_one,
    what_it_takes,
)
from evenstride.answers.experiments.expected import Expected, carries_balance, expected
from evenstride.answers.experiments.freezing import frozen_range, frozen_reference, frozen_slopes
from evenstride.answers.experiments.rule_sources import SOURCES
from evenstride.answers.experiments.stopped import stopped_by_flag
from evenstride.answers.experiments.wishes import (
    Wish,
    checked,
    dated,
    name_of,
    plain,
    question_of,
    with_outcome,
)
from evenstride.answers.is_it_changing import MODEL
from evenstride.answers.provenance import PROGRAM, provenance
from evenstride.answers.runner_settings import preferences_of
from evenstride.domain.answer import Answer, Figure
from evenstride.domain.effect_words import effect_words
from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate
from evenstride.domain.experiment import NEAREST_TO_EVEN_PP, Comparable, Registration
from evenstride.domain.trend import Direction
from evenstride.domain.wording import balance_pair, count_words
from evenstride.stats.experiments.sequence import new_seed

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.experiments.expected import Planned
    from evenstride.answers.levels import Level
    from evenstride.answers.rows_experiments import ExperimentPowerRow
    from evenstride.domain.experiment import Outcome
    from evenstride.library import Library

_HARDLY: Final = 0.5
_WANTED_PCT: Final = 90.0
_EVEN_PCT: Final = 50.0
_LONG_WEEKS: Final = 26.0


def propose(lib: Library, wish: Wish, *, now: datetime) -> Answer:
    """Say what an experiment would take. Nothing is written.

    Parameters
    ----------
    lib
        The library.
    wish
        What is wanted.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Verdict `feasible`, `long` (beyond half a year), `cannot_succeed` (it would find the effect
        less than every other time) or `no_history` (the spread is assumed, not the runner's).
        Estimates `power` (0 to 1), `spread_<unit>` (SD of runs at reference conditions) and
        `pair_spread_<unit>` (SD of what is compared: two runs, or two laps); tables
        `designs`, `power`, `registered`; figure `power`.

    Raises
    ------
    InputError
        The wish cannot be met, and why.
    """
    return _designed(lib, wish, now=now)[1]


def register(lib: Library, wish: Wish, *, now: datetime, seed: bytes) -> Answer:
    """Register an experiment. From then on nothing of it can be edited; it can be ended.

    Parameters
    ----------
    lib, wish, now
        As `propose`.
    seed
        Random bytes from which every assignment follows.

    Returns
    -------
        As `propose`, verdict `registered`.

    Raises
    ------
    InputError
        As `propose`, there is one open on the same treatment, or a red flag stands.
    """
    stopped = stopped_by_flag(lib, now=now)
    if stopped is not None:
        raise InputError(stopped)
    registration, answer = _designed(lib, wish, now=now)
    taken = lib.experiments()
    name = registration.experiment_id
    for other in taken.values():
        same = other.registration.treatment.casefold() == registration.treatment.casefold()
        if same and other.ended_at_utc is None:
            raise InputError(
                f"The experiment {other.registration.experiment_id} is about the same and still "
                "open; end it first, with a reason."
            )
    number = 2
    while name in taken:
        name, number = f"{registration.experiment_id}-{number}", number + 1
    registration = replace(registration, experiment_id=name, seed=new_seed(seed))
    lib.register_experiment(registration)
    return replace(
        answer,
        headline=f"Registered as {name}. From now on nothing of it can be changed.",
        verdict="registered",
        tables={
            **answer.tables,
            "registered": registered_rows(registration, units=preferences_of(lib.settings()).units),
        },
    )


def _designed(lib: Library, wish: Wish, *, now: datetime) -> tuple[Registration, Answer]:
    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    asked = wish
    if wish.outcome is None:
        wish = with_outcome(wish, has_balance=carries_balance(lib))
    outcome = checked(wish)
    today = now.date()
    wish = dated(wish, today)
    ways = expected(lib, outcome, wish, now=now)
    smallest = wish.smallest_effect or outcome.smallest_effect
    hoped = wish.effect or max(outcome.prior_sd, smallest)
    planned = ways.plan(wish, hoped, smallest, today=today)
    registration = _registration(lib, wish, ways, planned, now=now)
    designs = ways.designs(wish, hoped, planned)
    verdict = _verdict(ways, planned)
    level = ways.level
    return registration, Answer(
        question="experiment_new",
        headline=headline(verdict, planned, hoped, outcome),
        verdict=verdict,
        provenance=provenance(None if level is None else level.series, MODEL),
        sentences=(
            what_it_takes(ways, designs, hoped, outcome),
            this_one(registration, planned, outcome),
            *((SUGGESTIVE,) if wish.kind == "randomised_start" else ()),
        ),
        estimates={
            f"spread_{outcome.slug}": _known(ways.day_sd, outcome.unit),
            f"pair_spread_{outcome.slug}": _known(planned.spread_sd, outcome.unit),
            "power": _known(planned.power, ""),
        },
        tables={
            "designs": designs,
            "power": planned.curve,
            "registered": registered_rows(registration, units=preferences_of(lib.settings()).units),
        },
        figures={"power": _figure(planned.curve, outcome, registration)} if planned.pairs else {},
        caveats=(
            *_chosen_for_you(asked, wish),
            *caveats(ways, registration, planned, outcome),
            *_beside(lib),
            *_nothing_to_measure(lib, ways),
        ),
        sources=SOURCES,
    )


def _chosen_for_you(asked: Wish, wish: Wish) -> list[str]:
    """Say why a rating is what is measured, where nobody chose it."""
    if asked.outcome is not None or wish.outcome != "rating":
        return []
    by_runs = ", run by run, as a rating is of a whole run" if asked.kind != wish.kind else ""
    return [
        "None of your runs carries balance, so what is measured is your own rating, 0 to 10, typed "
        f"after each run{by_runs}. You know what you did: that can please by itself. Choose "
        "cadence or contact time instead where your watch writes them."
    ]


def _beside(lib: Library) -> list[str]:
    """Say which experiments are open already."""
    listed = [
        kept.registration.experiment_id
        for kept in lib.experiments().values()
        if kept.ended_at_utc is None
    ]
    if not listed:
        return []
    return [
        f"Open already: {', '.join(listed)}. Each is drawn by lot for itself, so neither misleads "
        "the other, but both scatter more, and one run may be asked for two things."
    ]


def _nothing_to_measure(lib: Library, ways: Expected) -> list[str]:
    """Say that none of the runs so far has what would be measured."""
    runs = lib.runs(()).height
    if ways.outcome.measure is None or ways.level is not None or not runs:
        return []
    label = ways.outcome.label.split(",")[0].lower()
    return [
        f"None of your {count_words(runs, 'run')} carries what is measured here, {label}: with the "
        "same watch and sensor this can never be told."
    ]


def _registration(
    lib: Library, wish: Wish, ways: Expected, planned: Planned, *, now: datetime
) -> Registration:
    """Lay down what is to be registered; all but the seed."""
    outcome, level = ways.outcome, ways.level
    smallest = wish.smallest_effect or outcome.smallest_effect
    within = wish.kind == "within_run"
    return Registration(
        experiment_id=name_of(wish.treatment, now.date()),
        registered_at_utc=now.astimezone(UTC).replace(microsecond=0),
        question=question_of(wish, outcome),
        kind=wish.kind,
        treatment=plain(wish.treatment),
        control=plain(wish.control),
        outcome=outcome.name,
        longer_side=_longer_side(outcome, level),
        smallest_effect=smallest,
        prior_sd=max(outcome.prior_sd, smallest),
        seed="",
        pairs=planned.pairs,
        pairs_per_run=planned.pairs_per_run,
        lap_s=wish.lap_s if within else 0.0,
        warm_up_s=wish.warm_up_s if within else 0.0,
        settling_s=wish.settling_s if within else 0.0,
        washout_days=wish.washout_days if wish.kind == "across_runs" else 0,
        comparable=Comparable(
            wish.slowest_m_s,
            wish.fastest_m_s,
            max(wish.shortest_s, wish.warm_up_s + 2.0 * wish.lap_s) if within else wish.shortest_s,
            None if wish.route is None else lib.resolve(wish.route),
        ),
        first_date=wish.first_date,
        last_date=wish.last_date,
        end_date=wish.end_date,
        reference=frozen_reference(lib, ways.reference_m_s),
        adjustment={} if level is None or outcome.measure is None else frozen_slopes(level),
        **_believed(ways),
        covariance=ways.covariance if wish.kind == "randomised_start" else {},
        spread_sd=planned.spread_sd,
        power=planned.power,
        planned_effect=wish.effect or max(outcome.prior_sd, smallest),
        program=PROGRAM,
    )


def _believed(ways: Expected) -> dict[str, float]:
    """Return between which values a reading is believed, where that can be said."""
    if ways.assumed or ways.level is None or ways.outcome.name == "drift":
        return {}
    low, high = frozen_range(ways.level)
    return {"lowest": low, "highest": high}


def _known(value: float, unit: str) -> Estimate:
    return Estimate(value, 0.0, value, value, unit, math.nan)


def _longer_side(outcome: Outcome, level: Level | None) -> Literal["left", "right"] | None:
    """Return the side from which even lies in one direction.

    Raises
    ------
    InputError
        There is no such side: nothing is known, or the level is at even or too near.
    """
    if outcome.name != "toward_even":
        return None
    if level is None:
        raise InputError(
            "Toward even needs balance, and none of your runs carries it: take your rating, typed "
            "after the run, or what your watch measures."
        )
    if level.trend.direction is Direction.TOO_EARLY:
        raise InputError(
            "Toward even needs to know your side: from 8 runs with balance over two weeks on. "
            "Until then take balance, toward the left."
        )
    now = level.trend.now
    if abs(now.value - _EVEN_PCT) < NEAREST_TO_EVEN_PP:
        raise InputError(
            f"Your balance is {balance_pair(now.value)}, within {NEAREST_TO_EVEN_PP:g} pp of even: "
            "from there even lies in no direction. Take balance, toward the left."
        )
    return "left" if now.value > _EVEN_PCT else "right"


def _verdict(ways: Expected, planned: Planned) -> str:
    if ways.assumed:
        return "no_history"
    if not planned.power >= _HARDLY:
        return "cannot_succeed"
    return "long" if planned.weeks > _LONG_WEEKS else "feasible"


def _figure(curve: tuple[ExperimentPowerRow, ...], outcome: Outcome, r: Registration) -> Figure:
    planned = f"planned: {count_words(r.pairs, 'pair')}" if r.pairs else ""
    return Figure(
        kind="power",
        title="How often it would find an effect that is there",
        x_label="pairs",
        y_label="% of experiments",
        rows=tuple(
            {
                "pairs": row["pairs"],
                "power_pct": row["power_pct"],
                "effect": effect_words(row["effect"], outcome),
            }
            for row in curve
        ),
        roles={"x": "pairs", "y": "power_pct", "series": "effect"},
        reference_lines={"nine times in ten": _WANTED_PCT},
        spans=({"start": r.pairs, "end": r.pairs, "label": planned},) if planned else (),
    )
