"""How a result is said: one sentence in the outcome's terms, then what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenstride.answers.experiments.judging import counted, differences, is_decidable, is_over
from evenstride.domain.effect_words import (
    e_words,
    effect_interval_words,
    effect_words,
    p_words,
    size_words,
)
from evenstride.domain.experiment import ENOUGH_E, ENOUGH_P, FEWEST_PAIRS, OUTCOMES
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from evenstride.answers.experiments.judging import State
    from evenstride.answers.experiments.material import Material
    from evenstride.answers.rows_experiments import FamilyRow
    from evenstride.domain.experiment import Condition, Decision
    from evenstride.stats.experiments.planning import Futility
    from evenstride.stats.experiments.posterior import Shrunk

CONDITIONS: Final[tuple[Condition, ...]] = ("treatment", "control")
_CLEAR: Final = 0.975
_FUTILE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Told:
    """All that a result says in words is said of this.

    `shrunk` is the estimate that describes; `per_protocol` the rule on pairs done as assigned;
    `future` how the experiment is likely to end, None where that is not asked.
    """

    material: Material
    decision: Decision | None
    state: State
    shrunk: Shrunk | None
    per_protocol: Decision | None
    future: Futility | None

    @property
    def _what(self) -> str:
        return printable(self.material.registration.treatment)

    def _effect(self, value: float) -> str:
        return effect_words(value, OUTCOMES[self.material.registration.outcome])

    def _interval(self, low: float, high: float) -> str:
        return effect_interval_words(low, high, OUTCOMES[self.material.registration.outcome])

    def _size(self, value: float) -> str:
        return size_words(value, OUTCOMES[self.material.registration.outcome].unit)

    def headline(self) -> str:
        """Say the verdict in one sentence, in the outcome's terms."""
        r, d = self.material.registration, self.decision
        if d is None or d.verdict == "too_early":
            return self._too_early()
        if d.verdict == "no_meaningful_effect":
            label = OUTCOMES[r.outcome].label.split(",")[0].lower()
            return (
                f"Nothing that matters: {self._what} changes {label} by less than "
                f"{self._size(r.smallest_effect)}, if at all."
            )
        return self._there(d)

    def _there(self, d: Decision) -> str:
        """Say an effect; of one decided early that the later pairs reversed, both."""
        r = self.material.registration
        outcome = OUTCOMES[r.outcome]
        start = r.kind == "randomised_start"
        up, effect = d.verdict == "increase", self._effect(d.effect.value)
        turned = up != (d.effect.value > 0.0)
        if turned:
            effect = f"though the mean of all pairs is {effect}"
        if r.outcome == "toward_even" and not up:
            begin = f"It {'may make' if start else 'makes'} things less even"
            return f"{begin}{', ' if turned else f': with {self._what}, '}{effect}."
        begin = "Suggestive" if start else "Probably real"
        if self._too_far() and not turned:
            return (
                f"{begin}, and too far: {effect}, past even; with {self._what} you are further "
                "from even than without."
            )
        way = f"{outcome.increase if up else outcome.decrease}, " if turned else ""
        return f"{begin}: {way}{effect}, with {self._what}."

    def _too_far(self) -> bool:
        """Whether the runner ends up further beyond even than they were short of it."""
        if self.material.registration.outcome != "toward_even":
            return False
        pairs = counted(self.material)
        treated, control = (
            [half.value for pair in pairs if (half := pair.half(condition)) is not None]
            for condition in CONDITIONS
        )
        if not treated or not control:
            return False
        with_it, without = sum(treated) / len(treated), sum(control) / len(control)
        return with_it > abs(without)

    def _too_early(self) -> str:
        r, d = self.material.registration, self.decision
        if r.kind == "randomised_start":
            return self._start_too_early()
        pairs = len(counted(self.material))
        more = None if d is None else d.more_pairs
        if self.state == "ended":
            return f"Ended before anything was decided, after {count_words(pairs, 'pair')}."
        if pairs < r.pairs:
            return f"Too early: about {self._more(more or r.pairs - pairs)}."
        begin = f"Not decided at the registered {count_words(r.pairs, 'pair')}"
        if more is not None and more <= r.pairs:
            return f"{begin}; about {self._more(more)} may still decide it, by the e-value alone."
        return f"{begin}, and going on will hardly decide it: to end it is no loss."

    def _start_too_early(self) -> str:
        if self.state == "ended" and not is_decidable(self.material):
            return "Ended before its last day: nothing was decided."
        if not is_over(self.material):
            return f"Too early: it is looked at once, after {self.material.registration.end_date}."
        if self.decision is None:
            return "Nothing can be said: no run that counts was measured."
        return "Not told: the days before and after differ no more than other days do."

    def _more(self, pairs: int) -> str:
        r = self.material.registration
        runs = -(-pairs // r.pairs_per_run) if r.kind == "within_run" else 2 * pairs
        return count_words(runs, "more run")

    def decided(self) -> list[str]:
        """Say the effect and what decided."""
        d = self.decision
        if d is None or not d.effect.n_effective > 0:
            return []
        return [self._measured(d), self._by(d), *self._beyond(d)]

    def described(self) -> list[str]:
        """Say what else describes it, and how it may go on."""
        said = []
        if self.shrunk is not None:
            said.append(self._estimate(self.shrunk))
        said += self._followed()
        if self.future is not None:
            said.append(self._to_come(self.future))
        if self.state == "ended":
            reason = printable(self.material.kept.end_reason or "").rstrip(". ")
            said.append(f"It was ended on {self.material.kept.ended_at_utc:%Y-%m-%d}: {reason}.")
        return said

    def _measured(self, d: Decision) -> str:
        r = self.material.registration
        what = (
            f"over {count_words(round(d.effect.n_effective), 'pair')}"
            if r.kind != "randomised_start"
            else f"over {count_words(len(self.material.runs), 'run')}"
        )
        begin = (
            f"{self._what}, against {printable(r.control)}: {self._effect(d.effect.value)} {what}"
        )
        if math.isfinite(d.effect.low) and math.isfinite(d.effect.high):
            return f"{begin} (95 % interval: {self._interval(d.effect.low, d.effect.high)})."
        if r.kind == "randomised_start":
            return f"{begin}; the possible days are too alike to give a 95 % interval."
        return f"{begin}; under {FEWEST_PAIRS} pairs there is no 95 % interval."

    def _beyond(self, d: Decision) -> list[str]:
        """Say what all pairs together show, where the rule rests on the first of them only."""
        pairs, used = counted(self.material), round(d.effect.n_effective)
        if self.material.registration.kind == "randomised_start" or len(pairs) <= used:
            return []
        every = float(differences(pairs).mean())
        return [
            f"That is of the first {used} pairs, as registered; all {len(pairs)} together: "
            f"{self._effect(every)}."
        ]

    def _by(self, d: Decision) -> str:
        r = self.material.registration
        if r.kind == "randomised_start":
            dates = (r.last_date - r.first_date).days + 1 if r.first_date and r.last_date else 0
            return (
                f"Of the {dates} days on which it might have begun, a share of "
                f"{p_words(d.p_value)} shows as much (at most 0.05 decides)."
            )
        e = e_words(float(d.e_values[-1]))
        if d.decided_by == "e_value":
            return (
                f"The evidence decided after {count_words(d.decided_at, 'pair')}: an e-value of "
                f"{ENOUGH_E:g} or more, which chance alone reaches in at most 1 of 40 experiments, "
                "however often one looks."
            )
        if d.decided_by == "p_value":
            return (
                f"The randomisation test at the registered {count_words(r.pairs, 'pair')} decided: "
                f"p {_is(p_words(d.p_value))}, at most {ENOUGH_P:g} was asked; e-value {e}."
            )
        if d.decided_by == "interval":
            return (
                f"At the registered {count_words(r.pairs, 'pair')} the 90 % interval, "
                f"{self._interval(d.low90, d.high90)}, lies within what does not "
                f"matter; e-value {e}."
            )
        said = (
            f"So far the e-value is {e} ({ENOUGH_E:g} decides, at any time) and p "
            f"{_is(p_words(d.p_value))} (at most {ENOUGH_P:g} decides, once, at "
            f"{count_words(r.pairs, 'pair')})."
        )
        if d.effect.low > 0.0 or d.effect.high < 0.0:
            said += (
                " The interval leaves out 0, but it is one for a single look; who looks after "
                "every run is misled by it too often, so the rule asks for more."
            )
        return said

    def _estimate(self, shrunk: Shrunk) -> str:
        """Say the estimate that describes; where it disagrees with the rule, why both stand."""
        whose = (
            "By the model of all your runs"
            if math.isfinite(self.material.model_effect)
            else "Drawn toward 0, as most effects are small,"
        )
        e = shrunk.effect
        begin = f"{whose} the effect is {self._effect(e.value)} ({self._interval(e.low, e.high)})"
        d = self.decision
        decided = d is not None and d.verdict in ("increase", "decrease")
        clear = max(shrunk.increase, 1.0 - shrunk.increase) >= _CLEAR
        if d is not None and decided and clear and (d.verdict == "increase") != (e.value > 0.0):
            return (
                f"{begin}, the other way round: it weighs all your runs and what was adjusted for, "
                "the rule the pairs alone. The rule decides; that they disagree is a reason to try "
                "again."
            )
        if decided and not clear:
            return (
                f"{begin}: less sure than the rule, as it is drawn toward 0 and weighs all your "
                "runs. It describes; the rule decides."
            )
        if d is not None and clear and d.verdict == "no_meaningful_effect":
            return (
                f"{begin}: there may well be an effect; what the rule says is that it is less than "
                "matters. It describes; the rule decides."
            )
        if clear and not decided:
            return (
                f"{begin}: surer than the rule, which guards against looking often. It describes; "
                "the rule decides."
            )
        return f"{begin}. It describes; the rule decides."

    def _followed(self) -> list[str]:
        """Say what pairs done as assigned alone would say, where that differs."""
        d, only = self.decision, self.per_protocol
        pairs = counted(self.material)
        others = sum(not pair.as_assigned for pair in pairs)
        if d is None or only is None or not others:
            return []
        begin = (
            f"In {count_words(others, 'pair')} something else was done than assigned; they count "
            "as assigned"
        )
        if only.effect.n_effective < 1:
            return [f"{begin}."]
        return [f"{begin}. The other pairs alone: {self._effect(only.effect.value)}."]

    def _to_come(self, future: Futility) -> str:
        effect, nothing = (
            future.probability_of_effect_verdict,
            future.probability_of_nothing_verdict,
        )
        said = (
            f"If it goes on to {count_words(self.material.registration.pairs, 'pair')}, it will "
            f"find an effect in about {_in_100(effect)} and nothing that matters in about "
            f"{_in_100(nothing)} of 100 such experiments."
        )
        if effect < _FUTILE:
            said += " It will hardly find an effect any more: to end it is no loss."
        return said

    def family_sentences(self, family: tuple[FamilyRow, ...]) -> list[str]:
        """Say how many things were tried, and whether this one stands among them."""
        tried = len(family)
        if tried < 2:  # nothing else was tried
            return []
        d = self.decision
        begin = f"You have tried {tried} things on this"
        if family[0]["stands"]:
            return [f"{begin}; all counted together, this one stands."]
        if d is not None and d.verdict in ("increase", "decrease"):
            return [
                f"{begin}: of so many one may look real by chance. Counted together this one does "
                "not stand yet; trying it again would tell."
            ]
        return [f"{begin}; the best of several looks better than it is, and that is counted."]

    def caveats(self) -> list[str]:
        """Say what such a result does not say."""
        r = self.material.registration
        said = []
        if r.adjustment:
            said.append(
                "Values are at your reference pace, a quarter of an hour in, on the flat, by "
                "slopes laid down at registration: what works only by running slower does not "
                "count as an effect."
            )
        if r.outcome in ("toward_even", "balance"):
            said.append(
                "Even is no goal in itself: asymmetry as such has not been shown to cause injury."
            )
        if r.outcome == "rating":
            said.append("You knew what you did when you rated it: hopes are in the ratings too.")
        said.append("This holds for you, in these runs; it says nothing of other runners.")
        return said


def _is(words: str) -> str:
    return f"is {words}" if words.startswith("less") else f"= {words}"


def _in_100(probability: float) -> str:
    return f"{round(100.0 * probability)}"
