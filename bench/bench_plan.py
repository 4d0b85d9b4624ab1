"""How long a plan takes, and the answers about body and plan of ten years of running.

Run as a script, or call `results(quick=True)`. `--part NAME` prints one part only: plan, answers.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.archive import write_archive
from bench.parts import Row, rows_of, tell
from evenstride.body.plan import make_plan
from evenstride.body.tests import screening_tests
from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, ItemDone, SessionDone
from evenstride.domain.exercise import EQUIPMENT, GOALS, Facts, Sore, TestedSide, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from evenstride.domain.exercise import Plan


NOTES = """
A plan is worked out anew whenever it is shown: twelve weeks from the wish, from what is known and
from every session that was done. Runners have some five findings, two sore places and half of the
equipment; those in the midst of it have logged half of their sessions.

The answers are of a library of 3,000 runs with 1,000 diary entries and a plan that runs: the first
time in a process (what all runs came down to is kept already), and then as often as one looks. One
process asks them in this order, so that the first pays for what the others share too. All times
are of the processor: what else the machine does is left out.

`python -m bench.bench_plan --part plan` prints one part.
"""

FIRST = date(2026, 1, 5)
TODAY = FIRST - timedelta(days=1)
SIDES = (Side.LEFT, Side.RIGHT)


def made_runner(seed: int) -> tuple[Wish, Facts]:
    """Make a wish and what is known of a runner."""
    chance = random.Random(seed)
    tested = tuple(
        TestedSide(slug, TODAY, chance.choice(SIDES), chance.random() < 0.5, 8.0, 4.7, "deg")
        for slug in screening_tests()
        if chance.random() < 0.25
    )
    sore = tuple(
        Sore(region, chance.choice(SIDES), Feeling.SORENESS, Moment.AFTER, 3, TODAY)
        for region in chance.sample(sorted(REGIONS), 2)
    )
    equipment = tuple(slug for slug in EQUIPMENT if chance.random() < 0.5)
    wish = Wish(FIRST, goals=(chance.choice(sorted(GOALS)),), equipment=equipment)
    return wish, Facts(tested=tested, sore=sore)


def half_logged(chance: random.Random, plan: Plan) -> tuple[SessionDone, ...]:
    """Log the first half of a plan, some repetitions more than planned."""
    return tuple(
        SessionDone(
            "plan",
            session.session_id,
            session.on_date,
            "done",
            tuple(
                ItemDone(
                    item.exercise,
                    left=item.count + chance.randint(0, 4),
                    right=item.count + chance.randint(0, 4),
                    pain=chance.choice((0, 0, 2, 4)),
                )
                for item in session.items
            ),
            planned=session.items,
        )
        for session in plan.sessions[: len(plan.sessions) // 2]
    )


def plan_rows(n: int) -> Iterator[Row]:
    """(1) Plans that nobody began, and plans with half of their sessions logged."""
    new_s, half_s = [], []
    for seed in range(n):
        wish, facts = made_runner(seed)
        begun = time.process_time()
        plan = make_plan(wish, facts, today=TODAY)
        new_s.append(time.process_time() - begun)
        log = half_logged(random.Random(seed), plan)
        begun = time.process_time()
        make_plan(wish, facts, today=FIRST + timedelta(weeks=6), done=log)
        half_s.append(time.process_time() - begun)
    for name, spent in (("nothing done yet", new_s), ("half of it logged", half_s)):
        worst_s = sorted(spent)[int(0.99 * len(spent))]
        middle_s = statistics.median(spent)
        yield (
            f"a plan of twelve weeks, {name}: median, p99",
            "≤ 20 ms",
            f"{1000 * middle_s:.1f} ms, {1000 * worst_s:.1f} ms",
            middle_s <= 0.02,
        )


def answer_rows(runs: int, rounds: int) -> Iterator[Row]:
    """(2) What the answers take in a library of many runs."""
    from evenstride.answers import body, diary, open_library, plan, why

    now = datetime(2026, 1, 4, 18, tzinfo=UTC)
    questions = {"why": why, "body": body, "diary": diary, "plan": plan}
    with tempfile.TemporaryDirectory() as name:
        made_library(Path(name), runs, now)
        with open_library(Path(name) / "library") as lib:  # so that what runs came down to is kept
            why(lib, now=now)
        with open_library(Path(name) / "library") as lib:
            for question, answer in questions.items():
                spent = []
                for _ in range(1 + rounds):
                    begun = time.process_time()
                    answer(lib, now=now)
                    spent.append(time.process_time() - begun)
                again_s = statistics.median(spent[1:])
                yield (
                    f"`{question}`, {runs:,} runs, 1,000 entries: first, then",
                    "then ≤ 0.3 s",
                    f"{spent[0]:.2f} s, {again_s:.3f} s",
                    again_s <= 0.3,
                )


def made_library(folder: Path, runs: int, now: datetime) -> None:
    """Make a library of so many runs, with a diary of three years and a plan."""
    from evenstride.answers import begin_plan, import_files, open_library
    from evenstride.library import New

    chance = random.Random(0)
    archive = folder / "archive.zip"
    write_archive(archive, runs)
    entries = {}
    for i in range(1000):
        day = now.date() - timedelta(days=chance.randrange(120, 1095))
        entries[f"{day}-{i}"] = (
            Day(day, sat_h=8.0, done=("roll-quads",))
            if i % 4 == 0
            else Complaint(
                day,
                Moment.AFTER,
                Feeling.SORENESS,
                chance.choice(("calf", "knee-front", "hip-front")),
                chance.choice(SIDES),
                chance.randint(0, 4),
            )
        )
    with open_library(folder / "library") as lib:
        import_files(lib, [archive], workers=None)
        new = [New(name, value) for name, value in entries.items()]
        lib.write_entries(new, written_at_utc=now)
        begin_plan(lib, Wish(now.date()), now=now)


def parts(quick: bool) -> dict[str, Callable[[], Iterable[Row]]]:
    """Every part, by its name."""
    return {
        "plan": partial(plan_rows, 50 if quick else 500),
        "answers": partial(answer_rows, 100 if quick else 3000, 3 if quick else 9),
    }


def measured(quick: bool, only: str | None = None) -> Iterator[Row]:
    """Measure everything, or one part, a row at a time."""
    yield from rows_of(parts(quick), only)


def results(quick: bool = False) -> list[Row]:
    """Measure everything; (what, target, measured, met)."""
    return list(measured(quick))


if __name__ == "__main__":
    tell(measured)
