"""How a design is said: what is laid down, what it takes, and where it can hardly succeed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.experiments.wishes import MOST_PAIRS
from evenstride.domain.effect_words import size_words
from evenstride.domain.experiment import ENOUGH_E, ENOUGH_P, OUTCOMES, SMALLEST_P_OF_START
from evenstride.domain.wording import count_words, pace_words

if TYPE_CHECKING:
    from evenstride.answers.experiments.expected import Expected, Planned
    from evenstride.answers.rows_experiments import DesignRow, RegisteredRow
    from evenstride.domain.experiment import Outcome, Registration
    from evenstride.domain.wording import Units

_HARDLY, _LITTLE, _ALMOST_ALWAYS = 0.5, 0.8, 0.95
_FEW_RUNS: Final = 5
_NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
)
_MORE: Final = {
    "within_run": "more pairs of laps, or longer ones,",
    "across_runs": "more pairs, or laps within runs,",
    "randomised_start": "more days on which it may begin, or more runs a week,",
}

SUGGESTIVE: Final = (
    "A start drawn by lot can only suggest: one change on one day is compared with other days on "
    "which it might have begun, so whatever else began about then counts as its effect."
)


def registered_rows(r: Registration, *, units: Units) -> tuple[RegisteredRow, ...]:
    """Say what is laid down, line by line."""
    outcome = OUTCOMES[r.outcome]
    lines = [
        ("Name", r.experiment_id),
        ("Question", r.question),
        ("You try", r.treatment),
        ("Against", r.control),
        ("Measured", _measured(r, outcome)),
        ("Smallest effect that matters", size_words(r.smallest_effect, outcome.unit)),
        ("Design", _design_words(r)),
        ("Which runs", _which_runs(r, units)),
        ("Decided by", rule_words(r)),
    ]
    if r.seed:
        lines.append(("Registered", f"{r.registered_at_utc:%Y-%m-%d %H:%M} UTC"))
    return tuple({"name": name, "value": value} for name, value in lines if value)


def rule_words(r: Registration) -> str:
    """Say the rule that decides, and nothing else does."""
    if r.kind == "randomised_start":
        return (
            f"the start's own randomisation, once, after {r.end_date}: p at most "
            f"{SMALLEST_P_OF_START:g} among all dates on which it might have begun"
        )
    return (
        f"an e-value of {ENOUGH_E:g} after any pair, or p at most {ENOUGH_P:g} in the "
        f"randomisation test after {r.pairs} complete pairs"
    )


def _measured(r: Registration, outcome: Outcome) -> str:
    side = f"; longer on the {r.longer_side} when registered" if r.longer_side else ""
    return f"{outcome.label} ({outcome.unit}){side}"


def _design_words(r: Registration) -> str:
    if r.kind == "within_run":
        return (
            f"within a run: {count_words(r.pairs_per_run, 'pair')} of laps of "
            f"{minutes_words(r.lap_s)} in each, in an order drawn by lot; the first "
            f"{minutes_words(r.warm_up_s)} of the run and {minutes_words(r.settling_s)} after each "
            f"change are left out; {r.pairs} pairs in all"
        )
    if r.kind == "across_runs":
        rest = f", {count_words(r.washout_days, 'day')} between runs" if r.washout_days > 1 else ""
        return f"across runs: {r.pairs} pairs of runs, the order in each drawn by lot{rest}"
    dates = (r.last_date - r.first_date).days + 1 if r.first_date and r.last_date else 0
    return (
        f"a start drawn by lot among {dates} days, {r.first_date} to {r.last_date}; what was "
        "measured before and after is compared once"
    )


def _which_runs(r: Registration, units: Units) -> str:
    asked = r.comparable
    said = [f"of {minutes_words(asked.shortest_s)} or longer"]
    if asked.slowest_m_s is not None:
        said.append(f"not slower than {pace_words(asked.slowest_m_s, units)}")
    if asked.fastest_m_s is not None:
        said.append(f"not faster than {pace_words(asked.fastest_m_s, units)}")
    if asked.route is not None:
        said.append(f"as long as {asked.route}, within a tenth")
    return ", ".join(said)


def minutes_words(seconds: float) -> str:
    """Say a length of time: `4 min`, `45 s`."""
    minutes = seconds / 60.0
    return f"{minutes:g} min" if minutes >= 1.0 else f"{seconds:g} s"


def headline(verdict: str, planned: Planned, hoped: float, outcome: Outcome) -> str:
    """Say what it takes, and how often it finds what is hoped for."""
    effect = size_words(hoped, outcome.unit)
    takes = f"{count_words(planned.runs, 'run')}, about {_weeks(planned.weeks)}"
    if verdict == "cannot_succeed":
        return (
            f"This is not likely to tell: it takes {takes}, and would find {effect} "
            f"{_often(planned.power)}."
        )
    begin = "If your runs scatter as most runners' do, this" if verdict == "no_history" else "This"
    return f"{begin} takes {takes}, and finds an effect of {effect} {_often(planned.power)}."


def _weeks(weeks: float) -> str:
    return count_words(max(round(weeks), 1), "week")


def _often(power: float) -> str:
    times = round(10.0 * power)
    if power >= _ALMOST_ALWAYS:
        return "almost always"
    if times < 1:
        return "hardly ever"
    return "one time in ten" if times == 1 else f"{_NUMBERS[times]} times in ten"


def what_it_takes(
    ways: Expected, designs: tuple[DesignRow, ...], hoped: float, outcome: Outcome
) -> str:
    """Say what each design takes for nine times in ten."""
    effect = size_words(hoped, outcome.unit)
    takes = {row["kind"]: row["runs"] for row in designs}
    spread = size_words(ways.day_sd, outcome.unit)
    begin = (
        f"At a day-to-day spread of {spread}, which is assumed as nothing is known of yours,"
        if ways.assumed
        else f"At your day-to-day spread of {spread},"
    )
    across = takes.get("across_runs")
    if "across_runs" not in takes:
        within = takes.get("within_run")
        if within is None:
            return f"{begin} what it takes to find an effect of {effect} depends on the days."
        runs = count_words(within, "run")
        return f"{begin} laps in {runs} find an effect of {effect} nine times in ten."
    said = (
        f"{begin} {count_words(across, 'run')} find an effect of {effect} nine times in ten"
        if across
        else f"{begin} no number of runs up to {2 * MOST_PAIRS} finds an effect of {effect} nine "
        "times in ten"
    )
    if "within_run" in takes:
        within = takes["within_run"]
        said += (
            f"; alternating laps within runs needs {count_words(within, 'run')}"
            if within
            else "; neither does alternating laps within runs"
        )
    return f"{said}."


def this_one(r: Registration, planned: Planned, outcome: Outcome) -> str:
    """Say the same of the experiment at hand."""
    effect = size_words(r.planned_effect, outcome.unit)
    often = _often(planned.power)
    if r.kind == "randomised_start":
        return (
            f"This one would find {effect} {often}, in about {count_words(planned.runs, 'run')} "
            f"over {_weeks(planned.weeks)}."
        )
    return (
        f"This one, {count_words(r.pairs, 'pair')} in {count_words(planned.runs, 'run')}, would "
        f"find {effect} {often}, sooner if the effect is larger: the evidence may be looked at "
        "after every run."
    )


def caveats(ways: Expected, r: Registration, planned: Planned, outcome: Outcome) -> tuple[str, ...]:
    """Warn where it can hardly succeed, or rests on what is not known."""
    said = []
    if planned.power < _HARDLY:
        said.append(
            f"It can hardly succeed: {_MORE[r.kind]} would tell more. If it finds nothing, that "
            "will say nothing either."
        )
    elif planned.power < _LITTLE:
        said.append(f"Less than eight times in ten: {_MORE[r.kind]} would tell more.")
    if ways.assumed:
        said.append(
            "The spread is assumed, not yours: with 8 runs over two weeks it would be your own, "
            "and it may well be twice as large."
        )
    if ways.comparable_runs == 0:
        said.append(
            "None of your runs of the last twelve weeks would count: is the pace or the length "
            "what you mean?"
        )
    if outcome.name in ("toward_even", "balance"):
        said.append(
            "Even is no goal in itself: asymmetry as such has not been shown to cause injury."
        )
    if r.kind == "within_run":
        if planned.runs < _FEW_RUNS:
            said.append(
                f"All in {count_words(planned.runs, 'run')}: what a thing does may differ from day "
                "to day, and so few hide that. Two pairs in each of more runs tell more of you."
            )
        needs_s = r.warm_up_s + 2 * r.pairs_per_run * r.lap_s
        if needs_s > 60.0 * ways.run_minutes:
            said.append(
                f"Each run takes {minutes_words(needs_s)}, longer than yours usually last "
                f"({ways.run_minutes:.0f} min)."
            )
    return tuple(said)
