"""How the rule's verdict on pairs from outside is said, with what it rests on.

Nothing is known of such values but their unit: an effect is above or below, never better or worse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenstride.answers.experiments.paired_csv import said
from evenstride.domain.effect_words import e_words, p_words
from evenstride.domain.experiment import ENOUGH_E, ENOUGH_P, FEWEST_PAIRS
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from evenstride.domain.experiment import Decision
    from evenstride.stats.experiments.posterior import Shrunk

_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e6
_MOST_DECIMALS: Final = 5
_CLEAR: Final = 0.975


@dataclass(frozen=True, slots=True)
class PairsSaid:
    """What is said of the pairs of one trial.

    `of` names the trial at the end of a noun (` of trial “7”`); `dropped` counts pairs without
    both values; `smallest_effect` is None where nobody said one.
    """

    treatment: str
    control: str
    of: str
    unit: str
    smallest_effect: float | None
    decision: Decision
    shrunk: Shrunk | None
    dropped: int

    @property
    def _pairs(self) -> int:
        return self.decision.e_values.size

    def size(self, value: float) -> str:
        """Say a size with its unit, as finely as its uncertainty deserves."""
        return f"{self._number(value)} {self.unit}"

    def ends(self, low: float, high: float) -> str:
        """Say an interval with its unit: `−0.2 to 1.0 pp`."""
        return f"{self._number(low)} to {self._number(high)} {self.unit}"

    def _number(self, value: float) -> str:
        half = 0.5 * (self.decision.high90 - self.decision.low90)
        scale = half if math.isfinite(half) and half > 0.0 else abs(self.decision.effect.value)
        return _number(value, scale)

    def headline(self) -> str:
        """Say the verdict in one sentence."""
        decision = self.decision
        effect = decision.effect.value
        treatment, control = said(self.treatment), said(self.control)
        if decision.verdict in ("increase", "decrease"):
            up = decision.verdict == "increase"
            way = "above" if up else "below"
            if up == (effect > 0.0):
                return f"Probably real: {treatment} is {self.size(abs(effect))} {way} {control}."
            # An e-value decided on the first pairs, and the later ones went the other way.
            return (
                f"Probably real: {treatment} is {way} {control}, though the mean of all pairs is "
                f"{self.size(effect)}."
            )
        if decision.verdict == "no_meaningful_effect" and self.smallest_effect is not None:
            return (
                f"Nothing that matters: {treatment} and {control} differ by less than "
                f"{self.smallest_effect:g} {self.unit}."
            )
        if self._pairs < FEWEST_PAIRS:
            return (
                f"Too early: {count_words(self._pairs, 'complete pair')} cannot decide anything; "
                f"{FEWEST_PAIRS} are the least."
            )
        if decision.more_pairs:
            return f"Too early: about {count_words(decision.more_pairs, 'more pair')}."
        return f"Too early to tell {treatment} from {control}."

    def sentences(self) -> list[str]:
        """Say the effect with its interval, what decided, and what else describes it."""
        found = [self._effect(), self._evidence(), *self._by()]
        if self.dropped:
            found.append(
                f"{count_words(self.dropped, 'pair')} without both values "
                f"{'was' if self.dropped == 1 else 'were'} left out whole."
            )
        if self.shrunk is not None:
            found.append(self._shrunk(self.shrunk))
        return found

    def caveats(self) -> list[str]:
        """Say what such a file cannot show."""
        found = [
            "This holds if within each pair the order was drawn by chance, which no file shows.",
            "The number of pairs in the file counts as laid down beforehand: if you stopped "
            f"because of what you saw, only an e-value of {ENOUGH_E:g} decides.",
        ]
        if self.smallest_effect is None:
            found.append(
                f"Nobody said what the smallest effect is that matters, in {self.unit}: so it "
                "can never be said that nothing matters here (--smallest-effect lays it down)."
            )
        return found

    def _effect(self) -> str:
        effect = self.decision.effect
        pairs = count_words(self._pairs, "complete pair")
        begin = (
            f"{said(self.treatment)} less {said(self.control)} is {self.size(effect.value)} on "
            f"average over {pairs}{self.of}"
        )
        if math.isfinite(effect.low) and math.isfinite(effect.high):
            return f"{begin} (95 % interval: {self.ends(effect.low, effect.high)})."
        return f"{begin}; under {FEWEST_PAIRS} pairs there is no 95 % interval."

    def _evidence(self) -> str:
        decision = self.decision
        ways = (
            f"all {2**self._pairs:,} ways in which the orders could have fallen"
            if decision.exact
            else "very many drawn orders"
        )
        p = p_words(decision.p_value)
        return (
            f"Randomisation test over {ways}: p {p if p[:1] == 'l' else f'= {p}'} (at most "
            f"{ENOUGH_P:g} decides, once, at the last pair). The e-value is "
            f"{e_words(float(decision.e_values[-1]))} (from {ENOUGH_E:g} on it decides, "
            "after any pair)."
        )

    def _by(self) -> list[str]:
        decision = self.decision
        if decision.decided_by == "e_value":
            return [f"The e-value decided after {count_words(decision.decided_at, 'pair')}."]
        if decision.decided_by == "p_value":
            return ["The randomisation test decided."]
        if decision.decided_by == "interval":
            return [f"The 90 % interval decided: {self.ends(decision.low90, decision.high90)}."]
        if max(decision.effect.low, -decision.effect.high) > 0.0:
            return [
                "The 95 % interval leaves out 0, which does not decide: half of the 5 % risk of an "
                "effect that is none is spent on looking after every pair."
            ]
        return []

    def _shrunk(self, shrunk: Shrunk) -> str:
        effect = shrunk.effect
        begin = (
            "Drawn toward 0, as most effects are small, the estimate is "
            f"{self.size(effect.value)} ({self.ends(effect.low, effect.high)})"
        )
        decided = self.decision.verdict in ("increase", "decrease")
        clear = max(shrunk.increase, 1.0 - shrunk.increase) >= _CLEAR
        if decided and not clear:
            return f"{begin}: it describes, and doubts more than the rule, which alone decides."
        if clear and not decided:
            return f"{begin}: it describes, and is surer than the rule, which alone decides."
        return f"{begin}; it describes, and decides nothing."


def _number(value: float, scale: float) -> str:
    """Write a number with the first decimal that its scale leaves open."""
    if value and not _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return f"{value:.3g}".replace("-", "−")
    decimals = 1
    if math.isfinite(scale) and scale > 0.0:
        decimals = min(max(-math.floor(math.log10(scale)), 0), _MOST_DECIMALS)
    text = f"{value:.{decimals}f}"
    return "0" + text[2:] if float(text) == 0.0 and text[0] == "-" else text.replace("-", "−")
