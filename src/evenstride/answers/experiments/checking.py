"""What could have misled a result, each checked and said in a sentence that stands with it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from evenstride.answers.experiments.judging import counted, differences
from evenstride.answers.experiments.standing import start_date
from evenstride.domain.effect_words import effect_words, size_words
from evenstride.domain.experiment import OUTCOMES
from evenstride.domain.wording import count_words, printable
from evenstride.stats.experiments.checks import (
    EACH,
    carry_over,
    condition_difference,
    order_effect,
    overshoot,
    regression_to_the_mean,
    wear_off,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.answers.experiments.material import Material, Pair
    from evenstride.answers.rows_experiments import CheckRow
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.stats.experiments.checks import Checked

Found = Literal["ok", "failed", "cannot_tell"]
_MATTERS: Final = {"speed_m_s": 0.1, "elapsed_h": 0.15, "grade_pct": 0.5, "distance_m": 1000.0}
"""What a condition may differ by, on average, before it is said."""
_CALLED: Final = {
    "speed_m_s": ("pace", "m/s faster", "m/s slower"),
    "elapsed_h": ("time into the run", "h later", "h earlier"),
    "grade_pct": ("slope", "% more uphill", "% more downhill"),
    "distance_m": ("length of the run", "m longer", "m shorter"),
}
_WILD_SDS: Final = 6.0
_FEWEST: Final = 3
_UNLIKE: Final = 0.1


def checks_of(material: Material) -> tuple[CheckRow, ...]:
    """Check everything that can be checked of the pairs or runs at hand."""
    if material.registration.kind == "randomised_start":
        return (*_of_start(material), _others(material))
    pairs = counted(material)
    d = differences(pairs)
    r = material.registration
    first = np.array([pair.halves[0].assigned == "treatment" for pair in pairs], dtype=bool)
    follows = _follows(pairs, within=r.kind == "within_run")
    matters, seed = r.smallest_effect, r.seed
    outcome = OUTCOMES[r.outcome]

    def size(found: Checked) -> str:
        return size_words(found.estimate, outcome.unit)

    carried = carry_over(d, first, follows, matters=matters, seed=seed)
    order = order_effect(d, first, matters=matters, seed=seed)
    worn = wear_off(d, matters=matters, seed=seed)
    rows = [
        _row(
            carried,
            ok="Nothing is carried over from a half with it into the next.",
            failed=f"It seems to linger: a half after one with it is shifted by {size(carried)}. "
            "The effect is then larger than it looks; leave more time between.",
            cannot_tell="Whether it lingers into the next half cannot be told yet.",
        ),
        _row(
            order,
            ok="First and second halves do not differ.",
            failed=f"Second halves differ from first ones by {size(order)}, whatever was done; the "
            "drawn order keeps that out of the effect.",
            cannot_tell="Whether second halves differ from first ones cannot be told yet.",
        ),
        _row(
            worn,
            ok="The effect stays the same from the first pair to the last.",
            failed=f"The effect changed by {effect_words(worn.estimate, outcome)} from the first "
            "pair to the last: it wears off, or is learnt; the mean is of neither.",
            cannot_tell="Whether the effect wears off cannot be told yet.",
        ),
        *_conditions(pairs),
        *_overshoot(material, [h.value for p in pairs if (h := p.half("treatment"))]),
        *_regression(material, [h.value for p in pairs if (h := p.half("control"))]),
        _worn_things(pairs),
        _as_met(material),
        _skipped(material),
        _wild(pairs, d),
        _others(material),
    ]
    if len(pairs) < _FEWEST:
        # Nothing can be told of so few: only what was found is said.
        return tuple(row for row in rows if row["verdict"] == "failed")
    return tuple(rows)


def _row(found: Checked, *, ok: str, failed: str, cannot_tell: str) -> CheckRow:
    words = {"ok": ok, "failed": failed, "cannot_tell": cannot_tell}
    return {"name": found.name, "verdict": found.verdict, "text": words[found.verdict]}


def _follows(pairs: tuple[Pair, ...], *, within: bool) -> BoolArray:
    """Return which pairs follow the one before so directly that something may be carried over."""
    found = np.zeros(len(pairs), dtype=bool)
    for i, (before, pair) in enumerate(pairwise(pairs), start=1):
        found[i] = pair.number == before.number + 1 and (
            not within or pair.halves[0].run_id == before.halves[0].run_id
        )
    return found


def _conditions(pairs: tuple[Pair, ...]) -> list[CheckRow]:
    """Check whether pace, time, slope or length differed between the conditions."""
    rows: list[CheckRow] = []
    for name, matters in _MATTERS.items():
        called, more, less = _CALLED[name]
        found = condition_difference(_apart(pairs, name), matters=matters, level=EACH / 4.0)
        by = _by(found.estimate, more, less)
        if found.verdict == "failed":
            text = (
                f"With it you ran {by} than without: what that does to you is taken off "
                "as far as your earlier runs tell, and may be part of the effect."
            )
        elif found.verdict == "ok":
            text = f"The {called} was the same with it and without."
        elif abs(found.estimate) > matters:
            text = (
                f"With it you ran {by} than without on average: so few pairs cannot tell whether "
                "by chance. It is taken off as far as your earlier runs tell."
            )
        elif math.isfinite(found.estimate) and abs(found.estimate) > matters:
            how = more if found.estimate > 0.0 else less
            text = (
                f"With it you ran {abs(found.estimate):.2g} {how} on average; whether that is more "
                "than chance cannot be told yet."
            )
        else:
            text = f"Whether the {called} was the same with it and without cannot be told yet."
        rows.append(
            {"name": f"same_{name.partition('_')[0]}", "verdict": found.verdict, "text": text}
        )
    return rows


def _by(difference: float, more: str, less: str) -> str:
    """Say how much more or less: `0.3 m/s faster`, `3,000 m longer`."""
    size = abs(difference)
    number = f"{size:,.0f}" if size >= 100.0 else f"{size:.2g}"
    return f"{number} {more if difference > 0.0 else less}"


def _apart(pairs: tuple[Pair, ...], name: str) -> FloatArray:
    def of(pair: Pair) -> float:
        treatment, control = pair.half("treatment"), pair.half("control")
        if treatment is None or control is None:
            return math.nan
        nan = math.nan
        return treatment.conditions.get(name, nan) - control.conditions.get(name, nan)

    return np.array([of(pair) for pair in pairs], dtype=np.float64)


def _overshoot(material: Material, treated: Iterable[float]) -> list[CheckRow]:
    if material.registration.outcome != "toward_even":
        return []
    found = overshoot(np.array(list(treated), dtype=np.float64))
    other = "right" if material.registration.longer_side == "left" else "left"
    return [
        _row(
            found,
            ok="With it you are not past even.",
            failed=f"With it you are past even, {size_words(found.estimate, 'pp')} longer on the "
            f"{other}: toward even it went too far.",
            cannot_tell=(
                f"With it you are {size_words(found.estimate, 'pp')} past even on average; whether "
                "that is more than chance cannot be told."
                if found.estimate > 0.0
                else "Whether it carries you past even cannot be told."
            ),
        )
    ]


def _regression(material: Material, control: Iterable[float]) -> list[CheckRow]:
    r = material.registration
    found = regression_to_the_mean(
        np.array(material.before, dtype=np.float64),
        np.array(list(control), dtype=np.float64),
        matters=r.smallest_effect,
    )
    outcome = OUTCOMES[r.outcome]
    return [
        _row(
            found,
            ok="Runs without it are as they were before you began: no bad days were left behind.",
            failed=f"Runs without it moved by {effect_words(found.estimate, outcome)} since you "
            "began: who compares with before would take that for an effect. The pairs do not.",
            cannot_tell="Whether you began after unusual days cannot be told.",
        )
    ]


def _worn_things(pairs: tuple[Pair, ...]) -> CheckRow:
    """Count pairs whose halves were run in other shoes, or measured by another sensor."""
    remarks = [code for pair in pairs for half in pair.halves for code in half.remarks]
    shoes, sensors = remarks.count("other_shoes"), remarks.count("other_sensor")
    said = []
    if shoes:
        said.append(f"in {count_words(shoes, 'pair')} the shoes differed")
    if sensors:
        said.append(f"in {count_words(sensors, 'pair')} the sensor differed")
    verdict: Found = "failed" if said else "ok"
    text = (
        f"Between the halves of a pair {' and '.join(said)}: that may be part of the effect."
        if said
        else "No pair is known to have been run in two pairs of shoes, or with two sensors."
    )
    return {"name": "same_shoes_and_sensor", "verdict": verdict, "text": text}


def _as_met(material: Material) -> CheckRow:
    """Count what was changed after it was known, and runs that were passed over."""
    remarks = [code for pair in material.pairs for half in pair.halves for code in half.remarks]
    corrected, passed = remarks.count("corrected"), remarks.count("passed_over")
    said = []
    if corrected:
        said.append(f"{count_words(corrected, 'record')} changed after it was first made")
    if passed:
        said.append(f"{count_words(passed, 'time')} a run that would have counted was passed over")
    name = "recorded_as_it_came"
    if not said:
        text = "Every run was taken as it came, and no record was changed."
        return {"name": name, "verdict": "ok", "text": text}
    text = (
        f"{'; '.join(said)}: if that was because of how it went, the result cannot be trusted, "
        "whatever the numbers say."
    )
    return {"name": name, "verdict": "failed", "text": text[0].upper() + text[1:]}


def _skipped(material: Material) -> CheckRow:
    """Check whether the treatment was skipped more often than the control, or less."""
    # Of each pair the half that was skipped first: the other one goes with it.
    lost = [[h for h in pair.halves if "skipped" in h.remarks] for pair in material.pairs]
    skipped = [halves[0].assigned for halves in lost if halves]
    with_it, without = skipped.count("treatment"), skipped.count("control")
    n, fewer = with_it + without, min(with_it, without)
    chance = min(sum(math.comb(n, k) for k in range(fewer + 1)) / 2.0 ** max(n - 1, 0), 1.0)
    name = "skipped_alike"
    if n == 0:
        return {"name": name, "verdict": "ok", "text": "Nothing was skipped."}
    counts = f"Skipped {count_words(with_it, 'time')} with it and {without} without"
    if chance > _UNLIKE:
        return {"name": name, "verdict": "ok", "text": f"{counts}: no more than chance does."}
    text = (
        f"{counts}: if days were chosen by how you felt, the pairs that are left are not drawn by "
        "lot any more, and the effect is not to be trusted."
    )
    return {"name": name, "verdict": "failed", "text": text}


def _wild(pairs: tuple[Pair, ...], d: FloatArray) -> CheckRow:
    """Look for a pair so far out that a sensor may have failed, or been put on the wrong way."""
    name = "no_wild_pair"
    if d.size < _FEWEST + 1:
        return {"name": name, "verdict": "cannot_tell", "text": "Too few pairs to call one wild."}
    middle = float(np.median(d))
    usual = 1.4826 * float(np.median(np.abs(d - middle)))
    reach = _WILD_SDS * usual
    wild = [
        pair.number + 1
        for pair, x in zip(pairs, d.tolist(), strict=True)
        if usual > 0.0 and abs(x - middle) > reach
    ]
    if not wild:
        return {"name": name, "verdict": "ok", "text": "No pair lies far outside the others."}
    listed = ", ".join(map(str, wild))
    return {
        "name": name,
        "verdict": "failed",
        "text": (
            f"{'Pair' if len(wild) == 1 else 'Pairs'} {listed} "
            f"{'lies' if len(wild) == 1 else 'lie'} far outside the others: did a sensor fail, or "
            "was it put on the other way round? It counts as every pair does."
        ),
    }


def _others(material: Material) -> CheckRow:
    """Look for experiments that went on at the same time."""
    r = material.registration
    since = r.registered_at_utc.date().isoformat()
    ended = material.kept.ended_at_utc
    until = material.today if ended is None else ended.date().isoformat()
    beside = [
        one
        for one in material.beside
        if one.since <= until and (one.until is None or one.until >= since)
    ]
    if not beside:
        text = "No other experiment was open at the same time."
        return {"name": "no_other_experiment", "verdict": "ok", "text": text}
    listed = ", ".join(printable(one.treatment) for one in beside)
    text = (
        f"Open at the same time: {listed}. Each is drawn by lot for itself, so neither biases the "
        "other, but both make it scatter; and an effect may hang on the other one."
    )
    return {"name": "no_other_experiment", "verdict": "failed", "text": text}


def _of_start(material: Material) -> tuple[CheckRow, ...]:
    """Check a randomised start: what else differed before and after."""
    begun = start_date(material.registration).isoformat()
    if material.today < begun:
        return ()
    before = [run for run in material.runs if run.date < begun]
    after = [run for run in material.runs if run.date >= begun]
    rows: list[CheckRow] = []
    for what, of in (("shoes", "shoes"), ("sensor", "sensor")):
        then = {getattr(run, of) for run in before} - {None}
        now = {getattr(run, of) for run in after} - {None}
        new = now - then if then else set()
        rows.append(
            {
                "name": f"same_{what}",
                "verdict": "failed" if new else "ok",
                "text": (
                    f"Since the start there {'are' if what == 'shoes' else 'is'} also "
                    f"{'new shoes' if what == 'shoes' else 'a new sensor'} "
                    f"({', '.join(printable(str(n)) for n in sorted(new))}): its effect cannot be "
                    "told from that."
                    if new
                    else f"The {what} did not change with the start, as far as is known."
                ),
            }
        )
    for name, matters in _MATTERS.items():
        called, more, less = _CALLED[name]
        then_, now_ = (
            np.array([run.conditions.get(name, math.nan) for run in part])
            for part in (before, after)
        )
        then_, now_ = then_[np.isfinite(then_)], now_[np.isfinite(now_)]
        if min(then_.size, now_.size) < _FEWEST:
            continue
        apart = float(now_.mean() - then_.mean())
        differs = abs(apart) > matters
        rows.append(
            {
                "name": f"same_{name.partition('_')[0]}",
                "verdict": "failed" if differs else "ok",
                "text": (
                    f"Since the start you ran {_by(apart, more, less)}: "
                    "what that does is taken off as far as your earlier runs tell."
                    if differs
                    else f"The {called} was the same before and after."
                ),
            }
        )
    return (*rows, *_overshoot(material, [run.value for run in after]))
