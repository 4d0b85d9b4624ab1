"""Decides what is read aloud of an experiment's figures: evidence, pairs, power, laps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.effect_words import effect_words, outcome_of, unit_of
from evenstride.domain.wording import count_words, printable
from evenstride.render.vega_evidence import enough_label, evidence_rows
from evenstride.render.vega_laps import lap_spans
from evenstride.render.vega_paired import condition_names, paired_rows
from evenstride.render.vega_parts import finite
from evenstride.render.vega_power import power_rows

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure

_MOST_LAPS = 24
_AIMED_PCT = 90.0


def evidence_described(figure: Figure) -> str:
    """Say where evidence stands, what would be enough, and what decided."""
    rows = evidence_rows(figure)
    if not rows:
        return "No pair is complete yet."
    # What was asked for stands in the rows as it is; the drawing's are kept on its scale.
    words, pair = str(rows[-1]["words"]), rows[-1]["x"]
    said = [f"After {_pairs(pair)} the e-value is {words}"]
    said += [enough_label(label, y) for label, y in figure.reference_lines.items()]
    decided = next((row for row in rows if row["decided"]), None)
    if decided is not None:
        said.append(f"pair {decided['x']:g} decided it")
    for span in figure.spans:
        if span["start"] == span["end"]:
            label = printable(str(span["label"]))
            number = f"{float(str(span['start'])):g}"
            said.append(label if number in label else f"{label} at {_pairs(span['start'])}")
    return f"{'; '.join(said)}. 1 says nothing either way."


def paired_described(figure: Figure) -> str:
    """Say how many pairs count, how many of their differences lie which way, and how far."""
    rows, outcome, unit = paired_rows(figure), outcome_of(figure), unit_of(figure)
    treatment, control = (str(row["label"]) for row in condition_names(figure.points))
    counted = [row for row in rows if not row["faded"]]
    apart = finite(counted, "difference")
    begin = f"{treatment} against {control}"
    if not apart:
        return f"{begin}: no pair counts yet."
    up = sum(d > 0.0 for d in apart)
    way = outcome.increase if outcome is not None else "above zero"
    ends = [effect_words(end, outcome, unit) for end in (min(apart), max(apart))]
    far = f"from {' to '.join(ends)}" if len(apart) > 1 else f"by {ends[0]}"
    left = len(rows) - len(counted)
    left_out = f"; {count_words(left, 'pair')} left out" if left else ""
    return f"{begin}: in {up} of {count_words(len(apart), 'pair')} {way}, {far}{left_out}."


def power_described(figure: Figure) -> str:
    """Say of each effect how many pairs find it as often as is aimed at, or how often they do."""
    rows = power_rows(figure)
    aim = next(iter(figure.reference_lines.values()), _AIMED_PCT)
    said = []
    for series in dict.fromkeys(str(row["series"]) for row in rows):
        own = [row for row in rows if row["series"] == series]
        enough = [row for row in own if finite([row], "y")[0] >= aim]
        at = enough[0] if enough else own[-1]
        how = "" if enough else "only "
        name = f"{series}: " if series else ""
        said.append(f"{name}{how}{at['words']} experiments with {_pairs(at['x'])}")
    return f"{'; '.join(said)}." if said else "Nothing can be said of it yet."


def laps_described(figure: Figure) -> str:
    """Say each lap that serves: its pair, its condition, from when to when."""
    served = [span for span in lap_spans(figure) if span["condition"]]
    if not served:
        return "No lap of this run serves the experiment."
    names = {row["condition"]: row["label"] for row in condition_names(figure.points)}
    said = []
    for span in served[:_MOST_LAPS]:
        start, end = finite([span], "x", "end")
        pair = f"pair {span['pair']}, " if span["pair"] else ""
        said.append(f"{pair}{names[span['condition']]}, minute {start:.0f} to {end:.0f}")
    more = len(served) - len(said)
    return f"{'; '.join(said)}{f'; and {more} more' if more else ''}."


def _pairs(n: object) -> str:
    return count_words(round(float(str(n))), "complete pair")
