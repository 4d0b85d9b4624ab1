"""What would be most useful to do now, and what is missing to answer more: only what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.answers.levels import BALANCE
from evenstride.answers.noticing import unanswered
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.domain.trend import Direction
from evenstride.domain.wording import count_words
from evenstride.stats.verdict import LEAST_DAYS, LEAST_RUNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    import polars as pl

    from evenstride.answers.levels import Levels
    from evenstride.answers.rows import MissingRow, NextRow
    from evenstride.library import Library

_POOR_SHARE = 0.7
_LATEST = 10
# One run without its sensor is no gap.
_SEVERAL = 0.2


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes
    ----------
    sentence
        As a terminal says it, with the command in backticks.
    text
        The same without the command, as a sentence.
    command
        What to type, None when nothing needs doing.
    question
        Which answer or page it leads to.
    """

    sentence: str
    text: str
    command: str | None
    question: str

    def row(self) -> NextRow:
        """Return it as a row of a table."""
        return {"text": self.text, "command": self.command, "question": self.question}


def next_step(
    looked: Levels,
    frame: pl.DataFrame,
    *,
    experimenting: bool = False,
    pressing: Step | None = None,
    session: Step | None = None,
    coming: Step | None = None,
) -> Step:
    """Name the one most useful thing to do now.

    Parameters
    ----------
    looked
        The levels.
    frame
        The runs of a believable date, oldest first, with balance.
    experimenting
        Whether an experiment is open.
    pressing
        What goes before everything else, as a red flag does.
    session
        Today's session of a plan.
    coming
        Its next session, of a later day: said where nothing else needs doing.
    """
    first = pressing or session
    if first is not None:
        return first
    balance = looked.by_measure[BALANCE]
    runs, trend = balance.series.height, balance.trend
    if looked.stale:
        return Step(
            "import newer runs (`evenstride import FOLDER`); this is as of the last one.",
            "Import newer runs; this is as of the last one.",
            "evenstride import FOLDER",
            "import",
        )
    if trend.direction is Direction.TOO_EARLY:
        so_far = f"({count_words(runs, 'run')} so far)."
        return Step(
            "run with the sensor as usual; from 8 runs over two weeks on, `evenstride trend` can "
            f"say more {so_far}",
            "Run with the sensor as usual; from 8 runs over two weeks on, the trend can say more "
            f"{so_far}",
            "evenstride trend",
            "trend",
        )
    latest, missing, poor = _latest(frame)
    if missing > latest // 3:
        said = f"{missing} of the last {latest} runs have no balance"
        return Step(
            f"wear the sensor: {said} (`evenstride runs`).",
            f"Wear the sensor: {said}.",
            "evenstride runs",
            "runs",
        )
    if poor > latest // 3:
        said = f"{poor} of the last {latest} runs were less than {100 * _POOR_SHARE:.0f} % usable"
        return Step(
            f"look at what was left out: {said} (`evenstride show last`).",
            f"Look at what was left out: {said}.",
            "evenstride show last",
            "show",
        )
    return _of_the_level(trend.direction, coming, experimenting=experimenting)


def _of_the_level(direction: Direction, coming: Step | None, *, experimenting: bool) -> Step:
    if direction in (Direction.INCREASED, Direction.DECREASED):
        said = (
            "and ask what changed about then: shoes, where the sensor sits, ground, pace, an ache."
        )
        return Step(
            f"look at `evenstride trend` {said}",
            f"Look at the trend {said}",
            "evenstride trend",
            "trend",
        )
    if experimenting:
        return Step(
            "go on with your experiment (`evenstride experiment next`).",
            "Go on with your experiment.",
            "evenstride experiment next",
            "experiment_next",
        )
    if coming is not None:
        return coming
    said = "needs doing; run as usual and look again after the next runs."
    return Step(f"nothing {said}", f"Nothing {said}", None, "status")


def missing_rows(
    lib: Library, looked: Levels, frame: pl.DataFrame, settings: Mapping[str, Any]
) -> tuple[MissingRow, ...]:
    """List what it takes to answer more than now, most useful first; empty when nothing is missing.

    Parameters
    ----------
    lib
        The library, for what was typed.
    looked
        The levels.
    frame
        The runs of a believable date, oldest first, with balance.
    settings
        What the runner set.
    """
    return (
        *_of_the_runs(looked, frame),
        *_of_the_runner(lib, settings),
    )


def _of_the_runs(looked: Levels, frame: pl.DataFrame) -> Iterator[MissingRow]:
    found = looked.by_measure
    balance = found[BALANCE]
    if looked.stale:
        yield {
            "what": "your newest runs",
            "why": f"The last run with balance is {looked.age_days:.0f} days old.",
            "how": "Import what your watch has recorded since.",
            "question": "import",
        }
    if balance.trend.direction is Direction.TOO_EARLY:
        yield {
            "what": "your normal, and whether you change",
            "why": f"It takes {LEAST_RUNS} runs with balance over {LEAST_DAYS:.0f} days.",
            "how": _to_wait_for(balance.series),
            "question": "import",
        }
    latest, missing, _ = _latest(frame)
    if missing >= _SEVERAL * latest:
        yield {
            "what": "balance of recent runs",
            "why": f"{missing} of the last {count_words(latest, 'run')} "
            f"{'has' if missing == 1 else 'have'} none.",
            "how": "Wear the pod or strap that measures it, and check that it is paired.",
            "question": "runs",
        }
    if "gct_ms" not in found:
        yield {
            "what": "contact and flight time",
            "why": "No run carries contact time: the watch did not write it.",
            "how": "Let the watch record running dynamics, with the sensor that measures them.",
            "question": "runs",
        }
    elif "flight_time_ms" not in found:
        yield {
            "what": "flight time",
            "why": "It comes from contact time and cadence, and no run carries both.",
            "how": "Let the watch record cadence too.",
            "question": "runs",
        }


def _of_the_runner(lib: Library, settings: Mapping[str, Any]) -> Iterator[MissingRow]:
    unset = [
        word
        for name, word in (("height_m", "height"), ("mass_kg", "mass"))
        if settings.get(name) is None
    ]
    if unset:
        yield {
            "what": "leg and vertical stiffness",
            "why": f"It needs your {' and '.join(unset)}.",
            "how": f"Set {'them' if len(unset) > 1 else 'it'}; nobody else gets to know.",
            "question": "settings",
        }
    open_questions = unanswered(lib)
    if open_questions:
        yield {
            "what": "your own view",
            "why": "Not answered yet: " + " ".join(open_questions),
            "how": "Write a line for each: later you can see whether it has changed.",
            "question": "notes",
        }
    if not any(typed.tags or typed.shoes for typed in said_of_runs(lib).values()):
        yield {
            "what": "what goes with your balance",
            "why": "No run has a tag or shoes yet.",
            "how": "Tag runs with what may matter: shoes, ground, an ache.",
            "question": "runs",
        }


def _to_wait_for(series: pl.DataFrame) -> str:
    """Say how many more runs and days it takes until it is no longer too early."""
    starts = series["started_at_utc"]
    runs = max(LEAST_RUNS - series.height, 0)
    days = max(LEAST_DAYS - (starts[-1] - starts[0]).total_seconds() / 86_400.0, 0.0)
    more_runs = f"{count_words(runs, 'more run', 'more runs')}" if runs else ""
    more_days = f"{count_words(-int(-days // 1), 'more day', 'more days')}" if days else ""
    said = " and ".join(part for part in (more_runs, more_days) if part)
    return f"Run with the sensor as usual: {said or 'one more run'} to go."


def _latest(frame: pl.DataFrame) -> tuple[int, int, int]:
    """Count the latest runs, those of them without balance, and those hardly usable."""
    latest = frame.tail(_LATEST)
    poor = latest.filter(latest["usable_share"] < _POOR_SHARE).height
    return latest.height, latest[BALANCE].null_count(), poor
