"""The command `experiment new`: by options, or step by step in plain words."""

from __future__ import annotations

import re
import secrets
import sys
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened

if TYPE_CHECKING:
    from datetime import date

    from evenstride.answers import Library
    from evenstride.answers.experiments.wishes import Wish
    from evenstride.domain.answer import Answer
    from evenstride.domain.wording import Units

NEW_EPILOG = examples(
    "evenstride experiment new",
    "evenstride experiment new --cues",
    "evenstride experiment new push-off-behind --design within-run",
    'evenstride experiment new "insoles" --instead "none" --pairs 12 --yes',
    "evenstride experiment new strength-routine --first 2026-12-01 --last 2026-12-31",
)
_SEED_BYTES = 16
_DAY = ["%Y-%m-%d"]
_ONLY_OF = {
    "pairs_per_run": ("--pairs-per-run", ("within_run",)),
    "lap_s": ("--lap", ("within_run",)),
    "warm_up_s": ("--warm-up", ("within_run",)),
    "settling_s": ("--settling", ("within_run",)),
    "washout_days": ("--washout", ("across_runs",)),
    "pairs": ("--pairs", ("within_run", "across_runs")),
}
"""Options that only some designs have a use for."""
_LAPS = frozenset(name for name, (_, kinds) in _ONLY_OF.items() if kinds == ("within_run",))
_DRAWN = ("power",)
"""The table that the figure shows already."""
_PACE = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)


class Design(StrEnum):
    """How conditions alternate."""

    WITHIN_RUN = "within-run"
    ACROSS_RUNS = "across-runs"
    RANDOMISED_START = "randomised-start"


def new(
    treatment: Annotated[
        str | None,
        typer.Argument(
            metavar="[WHAT]",
            help="What to try: one of --cues, or your own words (default: asks).",
            show_default=False,
        ),
    ] = None,
    *,
    instead: Annotated[
        str | None, typer.Option(help="What to do instead (default: as always).")
    ] = None,
    question: Annotated[str, typer.Option(help="The question, in your words.")] = "",
    design: Annotated[
        Design | None, typer.Option(help="How the two alternate (default: what suits it best).")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(
            help="toward_even, balance, contact_time, flight_time, cadence, drift or rating "
            "(default: toward_even; rating where no run carries balance).",
            show_default=False,
        ),
    ] = None,
    smallest_effect: Annotated[
        float | None, typer.Option(help="The smallest effect that matters, in its unit.")
    ] = None,
    effect: Annotated[
        float | None, typer.Option(help="The effect you hope for; power is said for it.")
    ] = None,
    pairs: Annotated[
        int | None, typer.Option(help="Complete pairs (default: what 9 times in 10 takes).")
    ] = None,
    pairs_per_run: Annotated[
        int | None, typer.Option(help="Within a run: pairs of laps in each.")
    ] = None,
    lap: Annotated[float | None, typer.Option(help="Within a run: minutes a lap.")] = None,
    warm_up: Annotated[
        float | None, typer.Option(help="Within a run: minutes left out at its start.")
    ] = None,
    settling: Annotated[
        float | None, typer.Option(help="Within a run: seconds left out after each change.")
    ] = None,
    washout: Annotated[
        int | None, typer.Option(help="Across runs: days from one run to the next.")
    ] = None,
    slowest: Annotated[str | None, typer.Option(help="Slowest pace that counts, 6:30.")] = None,
    fastest: Annotated[str | None, typer.Option(help="Fastest pace that counts, 5:00.")] = None,
    shortest: Annotated[float | None, typer.Option(help="Shortest run, minutes.")] = None,
    route: Annotated[str | None, typer.Option(help="A run over the route that counts.")] = None,
    first: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Drawn start: the earliest day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Drawn start: the latest day.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Drawn start: when it is looked at.")
    ] = None,
    cues: Annotated[bool, typer.Option("--cues", help="List what others try, and leave.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Register it without asking.")] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Design an experiment: what it takes, then register it.

    Says before anything is registered how often it would find an effect, from your own runs.
    Without WHAT it asks step by step.
    """
    if cues:
        _list_cues(as_json=as_json)
        return
    if treatment is None and (as_json or not sys.stdin.isatty()):
        raise typer.BadParameter(
            "say what to try; `evenstride experiment new --cues` lists what others do.",
            param_hint="WHAT",
        )
    typed: dict[str, Any] = {
        "question": question,
        "outcome": outcome,
        "smallest_effect": smallest_effect,
        "effect": effect,
        "pairs": pairs,
        "pairs_per_run": pairs_per_run,
        "lap_s": None if lap is None else 60.0 * lap,
        "warm_up_s": None if warm_up is None else 60.0 * warm_up,
        "settling_s": settling,
        "washout_days": washout,
        "shortest_s": None if shortest is None else 60.0 * shortest,
        "route": route,
        "first_date": _day(first),
        "last_date": _day(last),
        "end_date": _day(until),
    }
    with opened(library) as lib:
        from evenstride.answers import preferences

        units = preferences(lib).units
        typed |= {
            "slowest_m_s": _speed(slowest, "--slowest", units),
            "fastest_m_s": _speed(fastest, "--fastest", units),
        }
        given = {name: value for name, value in typed.items() if value is not None}
        if treatment is None:
            from evenstride.answers.experiments.expected import carries_balance
            from evenstride.cli.wizard import ask_step_by_step

            _step_by_step(lib, ask_step_by_step(given, has_balance=carries_balance(lib)))
        else:
            wish = _wish(treatment, instead, design, given)
            _at_once(lib, wish, yes=yes, as_json=as_json)


def _at_once(lib: Library, wish: Wish, *, yes: bool, as_json: bool) -> None:
    """Propose what the options say; register it where that is wanted."""
    from evenstride.answers.experiments.designing import propose
    from evenstride.cli.progress import say

    if yes:
        emit(_registered(lib, wish), as_json=as_json, leave_out=_DRAWN)
        return
    emit(propose(lib, wish, now=_now()), as_json=as_json, leave_out=_DRAWN)
    if as_json:
        return
    if not sys.stdin.isatty():
        say("Nothing is registered yet: say it again with --yes.")
    elif typer.confirm("Register it? Nothing of it can be changed then.", err=True):
        _begin(lib, wish)
    else:
        say("Nothing is registered.")


def _step_by_step(lib: Library, wish: Wish) -> None:
    """Propose, change what cannot be or is not wanted so, and register."""
    from evenstride.answers.experiments.designing import propose
    from evenstride.cli.progress import say
    from evenstride.cli.wizard import ask_what_is_measured, ask_whether_to_register
    from evenstride.domain.errors import InputError

    while True:
        say("")
        try:
            emit(propose(lib, wish, now=_now()), leave_out=_DRAWN)
        except InputError as refused:
            say(str(refused))
            wish = ask_what_is_measured(replace(wish, pairs=None))
            continue
        said = ask_whether_to_register()
        if said is True:
            _begin(lib, wish)
        elif said is False:
            say("Nothing is registered.")
        else:
            wish = replace(wish, pairs=said)
            continue
        return


def _begin(lib: Library, wish: Wish) -> None:
    """Register it, and say the first thing to do."""
    from evenstride.answers.experiments.assigning import next_assignment

    answer = _registered(lib, wish)
    typer.echo(answer.headline)
    typer.echo(next_assignment(lib, _name_of(answer), now=_now()).headline)


def _registered(lib: Library, wish: Wish) -> Answer:
    from evenstride.answers.experiments.designing import register

    return register(lib, wish, now=_now(), seed=secrets.token_bytes(_SEED_BYTES))


def _now() -> datetime:
    """Return the time by the clock on the wall: its date is the runner's today."""
    return datetime.now().astimezone()


def _name_of(answer: Answer) -> str:
    """Return the name under which an experiment was registered."""
    return next(str(row["value"]) for row in answer.tables["registered"] if row["name"] == "Name")


def _wish(
    treatment: str, instead: str | None, design: Design | None, given: dict[str, Any]
) -> Wish:
    """Make a wish of the options; a cue of the list brings its counterpart and its design."""
    from evenstride.answers.experiments.wishes import Wish
    from evenstride.domain.cues import cue_named

    cue = cue_named(treatment)
    if cue is None:
        made = Wish(treatment=treatment)
    else:
        made = Wish(treatment=cue.name, control=cue.instead, kind=cue.kinds[0])
    if instead is not None:
        given = {**given, "control": instead}
    if design is not None:
        given = {**given, "kind": design.value.replace("-", "_")}
    elif {"first_date", "last_date", "end_date"} & given.keys():
        given = {**given, "kind": "randomised_start"}
    kind = given.get("kind", made.kind)
    for name, (option, kinds) in _ONLY_OF.items():
        if name in given and kind not in kinds:
            fitting = " or ".join(f"--design {one.replace('_', '-')}" for one in kinds)
            raise typer.BadParameter(f"it belongs to {fitting}.", param_hint=option)
    if kind == "within_run" and (design is not None or _LAPS & given.keys()):
        given = {"outcome": "toward_even", **given}  # laps were asked for: a rating has none
    if cue is not None and cue.washout_days:
        given = {"washout_days": cue.washout_days, **given}
    return replace(made, **given)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _speed(pace: str | None, option: str, units: Units) -> float | None:
    """Read a pace as a speed; wrong usage where it is none."""
    from evenstride.domain.wording import METRES

    if pace is None:
        return None
    found = _PACE.fullmatch(pace.strip())
    seconds = 60 * int(found[1]) + int(found[2]) if found else 0
    if not seconds:
        raise typer.BadParameter(f"{pace} is no pace like 5:30.", param_hint=option)
    return METRES[units] / seconds


def _list_cues(*, as_json: bool) -> None:
    """Print what may be tried, by when it is done; as JSON with all that is known of each."""
    from evenstride.domain.cues import CUES, GROUPS

    if as_json:
        from dataclasses import asdict

        from evenstride.render.as_json import rows_json

        sys.stdout.write(rows_json([asdict(cue) for cue in CUES.values()]) + "\n")
        return
    for group, words in GROUPS.items():
        typer.echo(f"\n{words}")
        for cue in CUES.values():
            if cue.group == group:
                typer.echo(f"  {cue.slug}: {cue.do}")
