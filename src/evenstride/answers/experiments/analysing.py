"""What paired values from outside say: the rule that judges experiments, on a file of pairs.

The number of complete pairs in the file counts as the registered one. Effects are treatment -
control in the file's own unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.experiments.paired_csv import folded, read_trials, said
from evenstride.answers.experiments.rule_sources import SOURCES
from evenstride.answers.experiments.rule_words import PairsSaid
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.answer import Answer, Figure, Provenance
from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate
from evenstride.domain.experiment import ENOUGH_E, FEWEST_PAIRS, OUTCOMES
from evenstride.domain.wording import count_words, printable
from evenstride.stats.experiments.posterior import from_differences
from evenstride.stats.experiments.rule import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evenstride.answers.experiments.paired_csv import Trial
    from evenstride.answers.rows_experiments import PairRow, TrialRow
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.experiment import Decision
    from evenstride.stats.experiments.posterior import Shrunk

QUESTION: Final = "experiment_analyse"
MODEL: Final = "paired sign-flip 1"
PP: Final = "pp"
_SEED: Final = "pairs from outside"
"""One for all files, so that the same pairs are the same numbers everywhere."""
_LONGEST_UNIT: Final = 20
_LEAST: Final = 1e-6
_MOST: Final = 1e6
_PRIOR_PER_SMALLEST: Final = OUTCOMES["balance"].prior_sd / OUTCOMES["balance"].smallest_effect
"""How much larger effects are believed to be than the smallest that matters, as for balance."""
_PERCENT: Final = {"%": "pct", "²": "2", "³": "3", "/": "_per_", "°": "deg"}


@dataclass(frozen=True, slots=True)
class Outside:
    """In what way a file is judged.

    Attributes
    ----------
    unit, slug
        Of the values, and as the end of a name.
    smallest_effect
        The smallest that matters; None where nobody said.
    """

    unit: str
    slug: str
    smallest_effect: float | None

    @property
    def prior_sd(self) -> float | None:
        """SD of effects as believed beforehand; None where nothing says how large they are."""
        if self.smallest_effect is None:
            return None
        return _PRIOR_PER_SMALLEST * self.smallest_effect


def analyse_pairs(
    content: bytes,
    *,
    name: str,
    treatment: str | None = None,
    unit: str = PP,
    smallest_effect: float | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Answer | list[Answer]:
    """Judge paired values from outside by the rule of experiments.

    Parameters
    ----------
    content
        A CSV, see `paired_csv.read_trials`.
    name
        What the file is called.
    treatment
        Which of the two conditions is the treatment; the later name in the alphabet unless said.
    unit
        Of the values; at most 20 characters.
    smallest_effect
        The smallest that matters, above 0, in that unit: 0.3 for pp unless said, none else.
    on_progress
        Called with how many trials are done, and of how many.

    Returns
    -------
        One answer; a list of them, in the order of the file and without figures, where it has a
        column `trial`. Estimates `effect_pp` (of another unit `effect_<unit>`) with the 95 %
        interval of inverting the randomisation test, `p_value`, `e_value` and, where there is a
        smallest effect, `posterior_effect_<unit>`; table `pairs`; figures `evidence` and `pairs`;
        verdict `increase`, `decrease`, `no_meaningful_effect` or `too_early`.

    Raises
    ------
    InputError
        The file is no such table, no pair is complete, or an option is none that can be used.
    """
    judged = _outside(unit, smallest_effect)
    # All of them first: what is wrong with the last trial is said before the first is judged.
    read = [_with_treatment(trial, treatment) for trial in read_trials(content, name=name)]
    answers = []
    for done, one in enumerate(read, start=1):
        answers.append(_answer(one, judged))
        if on_progress:
            on_progress(done, len(read))
    return answers[0] if read[0].trial.name is None else answers


def summary(answers: Sequence[Answer], *, most: int | None = None) -> Answer:
    """Put the answers of many trials into one: how many say what, and the first `most` by line."""
    verdicts = [answer.verdict for answer in answers]
    counted = [
        f"{verdicts.count(code):,} {words}"
        for code, words in (
            ("increase", "of an increase"),
            ("decrease", "of a decrease"),
            ("no_meaningful_effect", "of nothing that matters"),
            ("too_early", "too early to tell"),
        )
        if code in verdicts
    ]
    return Answer(
        question=QUESTION,
        headline=f"{count_words(len(answers), 'trial')}: {', '.join(counted)}.",
        verdict=verdicts[0] if len(set(verdicts)) == 1 else "several",
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=(
            "Each trial is judged by itself: of many without any effect, up to 5 in 100 may still "
            "say that there is one.",
        ),
        tables={"trials": tuple(row for a in answers[:most] for row in a.tables["trials"])},
        caveats=()
        if most is None or len(answers) <= most
        else (f"{len(answers) - most:,} more trials follow: --all lists them, --json has all.",),
        sources=answers[0].sources,
    )


def _outside(unit: str, smallest_effect: float | None) -> Outside:
    if not unit.strip() or len(unit) > _LONGEST_UNIT or unit != printable(unit):
        raise InputError(f"A unit is a word of at most {_LONGEST_UNIT} characters, such as ms.")
    if smallest_effect is not None and not _LEAST <= smallest_effect <= _MOST:
        raise InputError(
            "The smallest effect that matters is a number above 0, "
            f"from {_LEAST:f} to {_MOST:,.0f}."
        )
    written = unit.strip().casefold()
    for sign, word in _PERCENT.items():
        written = written.replace(sign, word)
    slug = re.sub(r"[^a-z0-9]+", "_", written).strip("_") or "unit"
    if smallest_effect is None and slug == PP:
        smallest_effect = OUTCOMES["balance"].smallest_effect
    return Outside(unit.strip(), slug, smallest_effect)


def _of(trial: Trial) -> str:
    return "" if trial.name is None else f" of trial {said(trial.name)}"


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A trial with its treatment; values of control and treatment pair by pair, NaN missing."""

    trial: Trial
    treatment: str
    control: str
    halves: FloatArray

    @property
    def differences(self) -> FloatArray:
        """Treatment - control of every pair, NaN where a half is missing, shape (n,)."""
        return np.asarray(self.halves[:, 1] - self.halves[:, 0])


def _with_treatment(trial: Trial, asked: str | None) -> _Read:
    """Tell which condition is the treatment, and refuse a trial without a complete pair."""
    first, second = trial.conditions
    treatment = _treatment(trial, asked)
    control = second if treatment == first else first
    halves = [
        [pair.values.get(name, math.nan) for name in (control, treatment)] for pair in trial.pairs
    ]
    read = _Read(trial, treatment, control, np.array(halves))
    if np.isnan(read.differences).all():
        raise InputError(
            f"No pair{_of(trial)} is complete: each needs a value with {said(treatment)} and one "
            f"with {said(control)}."
        )
    return read


def _treatment(trial: Trial, asked: str | None) -> str:
    """Return the condition that is the treatment, as the file writes it."""
    if asked is None:
        return max(trial.conditions, key=lambda name: (name.casefold(), name))
    for name in trial.conditions:
        if folded(name) == folded(asked):
            return name
    first, second = map(said, trial.conditions)
    raise InputError(f"{said(asked)} is no condition{_of(trial)}: there are {first} and {second}.")


def _answer(read: _Read, judged: Outside) -> Answer:
    trial = read.trial
    whole = np.isfinite(read.differences)
    differences = read.differences[whole]
    decision = decide(
        differences,
        pairs=None,
        # Five pairs have a 90 % interval already, but are too few to rule anything out.
        smallest_effect=judged.smallest_effect if differences.size >= FEWEST_PAIRS else None,
        unit=judged.unit,
        seed=_SEED,
    )
    shrunk = (
        None
        if judged.prior_sd is None
        else from_differences(
            differences,
            prior_sd=judged.prior_sd,
            unit=judged.unit,
            smallest_effect=judged.smallest_effect,
        )
    )
    rows = _pair_rows(read, decision)
    words = PairsSaid(
        treatment=read.treatment,
        control=read.control,
        of=_of(trial),
        unit=judged.unit,
        smallest_effect=judged.smallest_effect,
        decision=decision,
        shrunk=shrunk,
        dropped=int((~whole).sum()),
    )
    return Answer(
        question=QUESTION,
        headline=words.headline(),
        verdict=decision.verdict,
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=tuple(words.sentences()),
        estimates=_estimates(decision, shrunk, judged),
        tables={"pairs": rows, "trials": (_trial_row(read, decision),)},
        figures=_figures(rows, judged.unit) if trial.name is None else {},
        caveats=tuple(words.caveats()),
        sources=SOURCES,
    )


def _estimates(decision: Decision, shrunk: Shrunk | None, judged: Outside) -> dict[str, Estimate]:
    n = decision.effect.n_effective
    p, e = decision.p_value, float(decision.e_values[-1])
    found = {
        f"effect_{judged.slug}": decision.effect,
        "p_value": Estimate(p, decision.p_value_se, p, p, "", n),
        "e_value": Estimate(e, 0.0, e, e, "", n),
    }
    if shrunk is not None:
        found[f"posterior_effect_{judged.slug}"] = shrunk.effect
    return found


def _pair_rows(read: _Read, decision: Decision) -> tuple[PairRow, ...]:
    names = [pair.name for pair in read.trial.pairs]
    numbers = all(re.fullmatch(r"0|[1-9]\d{0,8}", name) for name in names)
    found: list[PairRow] = []
    evidence = iter(decision.e_values.tolist())
    for name, (others, theirs) in zip(names, read.halves.tolist(), strict=True):
        used = math.isfinite(others) and math.isfinite(theirs)
        found.append(
            {
                "pair": int(name) if numbers else name,
                "first": None,  # the order of lines need not be that of days
                "control_value": _known(others),
                "treatment_value": _known(theirs),
                "difference": theirs - others if used else None,
                "control_run": None,
                "treatment_run": None,
                "e_value": next(evidence) if used else None,
                "used": used,
                "why_not": None if used else "a half is missing",
                "deviations": [],
            }
        )
    return tuple(found)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _trial_row(read: _Read, decision: Decision) -> TrialRow:
    effect, counted = decision.effect, decision.e_values.size
    return {
        "trial": read.trial.name,
        "treatment": read.treatment,
        "control": read.control,
        "pairs": counted,
        "dropped_pairs": len(read.trial.pairs) - counted,
        "effect": effect.value,
        "low": _known(effect.low),
        "high": _known(effect.high),
        "p_value": decision.p_value,
        "e_value": float(decision.e_values[-1]),
        "verdict": decision.verdict,
    }


def _figures(rows: Sequence[PairRow], unit: str) -> dict[str, Figure]:
    """Draw the evidence after each pair that counts, and the pairs; numbered in their order."""
    evidence = [row["e_value"] for row in rows if row["e_value"] is not None]
    return {
        "evidence": Figure(
            kind="evidence",
            title="Evidence after each pair",
            x_label="complete pairs",
            y_label="e-value",
            rows=tuple(
                {"pairs": i, "e_value": e, "decided": max(evidence[:i]) >= ENOUGH_E}
                for i, e in enumerate(evidence, start=1)
            ),
            roles={"x": "pairs", "y": "e_value", "decided": "decided"},
            reference_lines={f"enough: {ENOUGH_E:g}": ENOUGH_E},
        ),
        "pairs": Figure(
            kind="paired",
            title="Both halves of each pair",
            x_label="pair",
            y_label=unit,
            rows=tuple(
                {
                    "pair": i,
                    "control": row["control_value"],
                    "treatment": row["treatment_value"],
                    "difference": row["difference"],
                    "dropped": not row["used"],
                }
                for i, row in enumerate(rows, start=1)
            ),
            roles={
                "x": "pair",
                "low": "control",
                "high": "treatment",
                "value": "difference",
                "faded": "dropped",
            },
        ),
    }
