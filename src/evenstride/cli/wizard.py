"""How a new experiment is asked for step by step, in a terminal and in plain words."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import typer

from evenstride.cli.progress import say
from evenstride.domain.cues import CUES, GROUPS, cue_named
from evenstride.domain.experiment import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.answers.experiments.wishes import Wish
    from evenstride.domain.cues import Cue
    from evenstride.domain.experiment import Kind

_DESIGNS: Final[Mapping[Kind, str]] = {
    "within_run": "lap by lap, within a run: for what you can switch on and off while running",
    "across_runs": "run by run: runs in pairs, and a coin says which of the two gets it",
    "randomised_start": "from a day drawn by lot, for what cannot be switched off: suggests only",
}
_AS_ALWAYS: Final = "run as always"


def ask_step_by_step(given: Mapping[str, Any], *, has_balance: bool) -> Wish:
    """Ask what to try, against what, what is measured, how, and what would matter.

    Parameters
    ----------
    given
        What was said by options, by the names of `Wish`; it is not asked again.
    has_balance
        Whether any run carries balance: without one a rating is offered first.
    """
    from evenstride.answers.experiments.wishes import Wish, first_outcome

    cue = _what_to_try()
    if isinstance(cue, str):
        treatment, usual, lingers = cue, _AS_ALWAYS, 0
    else:
        treatment, usual, lingers = cue.name, cue.instead, cue.washout_days
    control = typer.prompt("\nAnd what instead, by turns", default=usual, err=True)
    made = Wish(treatment=treatment, control=control, **given)
    if lingers and "washout_days" not in given:
        made = replace(made, washout_days=lingers)
    if made.outcome is None:
        made = replace(made, outcome=first_outcome(has_balance=has_balance))
    if not has_balance:
        say("\nNo run carries balance; a rating, typed after the run, needs none.")
    return ask_what_is_measured(made, None if isinstance(cue, str) else cue)


def ask_what_is_measured(wish: Wish, cue: Cue | None = None) -> Wish:
    """Ask for the outcome, for the design where there is a choice, and for what would matter."""
    names = [*OUTCOMES]
    say("\nWhat shall be measured?")
    usual = names.index(wish.outcome) if wish.outcome in names else 0
    labels = [OUTCOMES[name].label for name in names]
    outcome = OUTCOMES[names[_one_of(labels, usual=usual)]]
    kinds = [kind for kind in (cue.kinds if cue else _DESIGNS) if kind in outcome.kinds]
    kinds = kinds or [*outcome.kinds]
    kind = kinds[0]
    if len(kinds) > 1:
        say("\nHow shall the two alternate?")
        kind = kinds[_one_of([_DESIGNS[kind] for kind in kinds])]
    smallest = typer.prompt(
        f"\nThe smallest effect that would matter to you [{outcome.unit}]",
        default=wish.smallest_effect or outcome.smallest_effect,
        type=float,
        err=True,
    )
    return replace(wish, outcome=outcome.name, kind=kind, smallest_effect=smallest)


def ask_whether_to_register() -> bool | int:
    """Ask whether a proposal is registered; a number is that of pairs to look at instead."""
    while True:
        said: str = typer.prompt(
            "Register it? Nothing of it can be changed then (yes, no, or another number of pairs)",
            default="no",
            err=True,
        )
        word = said.strip().casefold()
        if word in ("yes", "y", "no", "n"):
            return word.startswith("y")
        if word.isascii() and word.isdecimal() and len(word) < 5:
            return int(word)
        say(f"{said} is none of them.")


def _what_to_try() -> Cue | str:
    """Ask for one of the list, by its number or name, or for own words."""
    say("What do you want to try?")
    listed = []
    for group, words in GROUPS.items():
        say(f"\n{words}")
        for cue in CUES.values():
            if cue.group == group:
                listed.append(cue)
                say(f"  {len(listed):2}  {cue.name}")
    while True:
        text: str = typer.prompt("\nIts number, or your own words", err=True).strip()
        if text.isascii() and text.isdecimal():
            if 1 <= int(text) <= len(listed):
                return _told_of(listed[int(text) - 1])
            say(f"There is no number {text}.")
        elif text:
            named = cue_named(text)
            return text if named is None else _told_of(named)


def _told_of(cue: Cue) -> Cue:
    """Say what is known of a cue before it is tried."""
    say("")
    for words in (cue.do, cue.evidence, f"Caution: {cue.caution}" if cue.caution else ""):
        if words:
            say(textwrap.fill(words, min(shutil.get_terminal_size().columns, 80)))
    return cue


def _one_of(words: Sequence[str], *, usual: int = 0) -> int:
    """Ask for one of these by its number, `usual` unless said; returns its place."""
    for number, word in enumerate(words, start=1):
        say(f"  {number}  {word}")
    while True:
        number = typer.prompt("Its number", default=usual + 1, type=int, err=True)
        if 1 <= number <= len(words):
            return int(number) - 1
        say(f"There is no number {number}.")
