"""A runner's laboratory: runs made to measure, second by second, in a small library.

Effects are put into the seconds, so what comes out of an answer can be held against what went in.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from evenstride.answers.experiments.designing import register
from evenstride.answers.experiments.gathering import gather
from evenstride.answers.experiments.laps import matched_laps
from evenstride.answers.experiments.recording import Said, record
from evenstride.answers.experiments.result import result
from evenstride.answers.experiments.standing import conditions_at, latest
from evenstride.answers.experiments.wishes import Wish
from evenstride.domain.experiment import Record
from evenstride.domain.recording import SAMPLES_SCHEMA, Device, Lap, Recording, Run, Sensor
from evenstride.gait import measure
from evenstride.library import Prepared, open_library, prepare_recording, store_raw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evenstride.answers.experiments.material import Material
    from evenstride.domain.answer import Answer
    from evenstride.domain.experiment import Condition, Kept, Registration
    from evenstride.library import Library

ZONE = timezone(timedelta(hours=1))
FIRST = datetime(2026, 1, 5, 7, 0, tzinfo=ZONE)
"""When the first run of the history began; they are two days apart."""
HISTORY = 14
REGISTERED = FIRST + timedelta(days=2 * HISTORY)
LEVEL, EASY_M_S, PACE_PP = 48.5, 2.8, 0.6
"""Of the runner: balance [%], easy speed, and what a m/s more does to balance [pp]."""
SEED = bytes(range(16))
RUNS = Wish("push off behind", pairs=7)
LAPS = Wish(
    "hips level", kind="within_run", pairs=8, pairs_per_run=4, lap_s=120.0, warm_up_s=120.0,
    settling_s=20.0,
)  # fmt: skip
START = Wish(
    "roll the calves",
    kind="randomised_start",
    outcome="balance",
    first_date=(REGISTERED + timedelta(days=10)).date(),
    last_date=(REGISTERED + timedelta(days=33)).date(),
    end_date=(REGISTERED + timedelta(days=50)).date(),
)
DATES = 24
"""Possible dates of `START`."""
Added = tuple[float, float, float, float]
"""`(start_s, end_s, balance pp, contact ms)`, put into the seconds of a run."""


@dataclass
class Lab:
    """A library, and the hand that fills it.

    `side` is +1 for a runner longer on the right, -1 for the same runner in a mirror. `now` is the
    time of the last run, `name` the experiment that was registered last.
    """

    lib: Library
    root: Path
    side: int = 1
    now: datetime = REGISTERED
    made: int = 0
    name: str = ""
    runs: list[str] = field(default_factory=list)

    # -- running ---------------------------------------------------------------------------------

    def run(  # a run is made of many things
        self,
        at: datetime | None = None,
        *,
        balance: float | None = LEVEL,
        duration_s: float = 1500.0,
        speed_m_s: float = EASY_M_S,
        gct_ms: float = 245.0,
        day_sd: float = 0.0,
        added: Sequence[Added] = (),
        laps: Sequence[tuple[float, float]] = (),
        trigger: str = "manual",
        offset_s: int = 3600,
        serial: str = "77",
        sensor: str = "Running Dynamics Pod",
    ) -> str:
        """Import a run and return its id; a day after the last unless said otherwise."""
        self.made += 1
        self.now = self.now + timedelta(days=1) if at is None else at
        rng = np.random.default_rng([7, self.made])
        t = np.arange(0.0, duration_s)
        n = t.size
        speed = speed_m_s + 0.15 * np.sign(np.sin(t / 60.0))
        left = (LEVEL if balance is None else balance) - 50.0 + PACE_PP * (speed - EASY_M_S)
        left += day_sd * rng.standard_normal() + 0.3 * rng.standard_normal(n)
        contact = gct_ms + 2.0 * rng.standard_normal(n)
        for start, end, pp, ms in added:
            inside = (t >= start) & (t < end)
            left[inside] += pp
            contact[inside] += ms
        columns = {
            "t_s": t,
            "distance_m": np.cumsum(speed),
            "speed_m_s": speed,
            "cadence_spm": 170.0 + rng.standard_normal(n),
            "gct_ms": contact,
        }
        if balance is not None:
            columns["balance_left_pct"] = 50.0 + self.side * left
        samples = pl.DataFrame(
            [
                pl.Series(name, columns.get(name, [None] * n), dtype=dtype)
                for name, dtype in SAMPLES_SCHEMA.items()
            ]
        )
        recording = Recording(
            run=Run(
                run_id="",
                started_at_utc=self.now.astimezone(UTC),
                utc_offset_s=offset_s,
                sport="running",
                duration_s=duration_s,
                distance_m=float(columns["distance_m"][-1]),
                device=Device("garmin", "fr255", "1", "1"),
                sensor=None if balance is None else Sensor(sensor, "garmin", "rd_pod", serial),
            ),
            samples=samples,
            laps=tuple(
                Lap(i, a, b, timer_s=b - a, trigger=trigger) for i, (a, b) in enumerate(laps)
            ),
            format="fit",
        )
        raw = f"run {self.made} {self.now.isoformat()}".encode()
        sha256 = store_raw(self.root, raw)
        prepared = Prepared(
            sha256=sha256,
            size_bytes=len(raw),
            name=f"{self.made:03}.fit",
            recordings=(prepare_recording(self.root, sha256, recording, measure(samples)),),
            computed_by="lab 1",
        )
        (there,) = self.lib.add([prepared], imported_at_utc=self.now.astimezone(UTC))
        self.runs.append(there.run_ids[0])
        return there.run_ids[0]

    def live(self) -> None:
        """Run the history, the same in every lab."""
        for i in range(HISTORY):
            speed = EASY_M_S + (-0.2, 0.1, 0.2, -0.1)[i % 4]
            self.run(FIRST + timedelta(days=2 * i), day_sd=0.3, speed_m_s=speed)
        self.now = REGISTERED

    # -- experimenting ---------------------------------------------------------------------------

    def register(self, wish: Wish, *, now: datetime | None = None, seed: bytes = SEED) -> str:
        """Register what is wished for and return its name."""
        before = set(self.lib.experiments())
        register(self.lib, wish, now=now or self.now, seed=seed)
        (self.name,) = set(self.lib.experiments()) - before
        return self.name

    @property
    def kept(self) -> Kept:
        """All that is kept of it."""
        return self.lib.experiment(self.name)

    @property
    def registration(self) -> Registration:
        """What was laid down of it."""
        return self.kept.registration

    def assigned(self, position: int) -> Condition:
        """What was drawn for a half."""
        return conditions_at(self.registration, position)[0]

    def half(self, effect: float = 0.0, *, gct_ms: float = 0.0, **of_run: object) -> str:
        """Run the half that is open and write it down, as fast as can be; effects are of balance.

        Nothing is asked: see `record` for what a runner goes through.
        """
        position = len(latest(self.kept))
        treated = self.assigned(position) == "treatment"
        run = self.run(  # type: ignore[arg-type]
            balance=LEVEL + treated * effect, gct_ms=245.0 + treated * gct_ms, **of_run
        )
        self.lib.record_assignment(
            self.name,
            Record(position, self.after(), run, self.assigned(position)),
        )
        return run

    def halves(self, count: int, effect: float = 0.0, **of_run: object) -> list[str]:
        """Run several halves."""
        return [self.half(effect, **of_run) for _ in range(count)]

    def in_laps(
        self, effect: float = 0.0, *, gct_ms: float = 0.0, day: float = 0.0, write: bool = True
    ) -> str:
        """Run an assignment of `LAPS`, effects put into the treated laps."""
        r = self.registration
        position = len(latest(self.kept))
        conditions = conditions_at(r, position)
        begins = [r.warm_up_s + 5.0 + i * r.lap_s for i in range(len(conditions))]
        laps = [(0.0, begins[0]), *((b, b + r.lap_s) for b in begins)]
        end = laps[-1][1] + 60.0
        run = self.run(
            balance=LEVEL + day,
            duration_s=end,
            laps=[*laps, (laps[-1][1], end)],
            added=[
                (b, b + r.lap_s, effect, gct_ms)
                for b, condition in zip(begins, conditions, strict=True)
                if condition == "treatment"
            ],
        )
        if write:
            uses = matched_laps(
                self.lib.run(run).chosen.laps,
                conditions,
                first_pair=position * r.pairs_per_run,
                lap_s=r.lap_s,
                warm_up_s=r.warm_up_s,
            )
            self.lib.record_assignment(
                self.name, Record(position, self.after(), run, conditions[0], laps=uses)
            )
        return run

    def after(self, hours: float = 3.0) -> datetime:
        """Some hours after the last run."""
        return self.now + timedelta(hours=hours)

    def record(self, run: str | None = None, *, confirm: bool = True, **said: object) -> Answer:
        """Record the open assignment as a runner would."""
        made = Said(run=run, **said)  # type: ignore[arg-type]
        return record(self.lib, self.name, made, now=self.after(), confirm=confirm)

    def gathered(self, *, with_model: bool = False) -> Material:
        """All that the analysis is made from."""
        now = self.after()
        return gather(
            self.lib, self.kept, now=now, today=now.astimezone(ZONE).date(), with_model=with_model
        )

    def values(self) -> list[float]:
        """What each half counts for, pair by pair."""
        return [half.value for pair in self.gathered().pairs for half in pair.halves]

    def result(self, now: datetime | None = None) -> Answer:
        """The result as it stands some hours after the last run."""
        return result(self.lib, self.name, now=(now or self.after()).astimezone(ZONE))


@dataclass
class Labs:
    """Makes labs quickly: each history and each registration is made once, then copied."""

    folder: Path
    made: dict[tuple[Wish | None, int], Path] = field(default_factory=dict)
    open: list[Lab] = field(default_factory=list)
    copies: int = 0

    def __call__(self, wish: Wish | None = None, *, side: int = 1) -> Lab:
        """Open a copy of a library in which `wish` is registered, nothing where there is none."""
        self.copies += 1
        root = self.folder / f"copy-{self.copies}"
        shutil.copytree(self._template(wish, side), root)
        lab = Lab(open_library(root), root, side, made=HISTORY)
        lab.name = next(iter(lab.lib.experiments()), "")
        self.open.append(lab)
        return lab

    def _template(self, wish: Wish | None, side: int) -> Path:
        if (wish, side) not in self.made:
            history = None if wish is None else self._template(None, side)
            root = self.folder / f"template-{len(self.made)}"
            if history is not None:
                shutil.copytree(history, root)
            with open_library(root) as lib:
                lab = Lab(lib, root, side)
                if wish is None:
                    lab.live()
                else:
                    lab.register(wish)
            self.made[wish, side] = root
        return self.made[wish, side]

    def close(self) -> None:
        """Close and forget the copies."""
        for lab in self.open:
            lab.lib.close()
            shutil.rmtree(lab.root)
        self.open.clear()
