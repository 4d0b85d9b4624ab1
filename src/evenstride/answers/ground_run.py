"""Which way a runner turns: bends and laps by month, and what turning one way does to balance."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.dates import local_dates, well_dated
from evenstride.answers.levels import BALANCE
from evenstride.answers.sizes import size_interval_words, size_words
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from evenstride.answers.levels import Level, Levels
    from evenstride.answers.rows_moves import GroundMonthRow
    from evenstride.domain.ground import Ground
    from evenstride.library import Library

_ONE_WAY = 0.6
"""From this share of bends on, one direction dominates."""
_LEAST_TURNS = 10.0
"""So many whole turns more one way than the other are worth a sentence."""
_YEAR_DAYS = 365
_LEAST_ASYMMETRY_PP = 0.3
"""Of less than this a share says nothing."""
_LEARNED = 0.5


@dataclass(frozen=True, slots=True)
class Turned:
    """How far was turned to either side in some runs: degrees, metres of bends, laps of a track."""

    left_turn_deg: float = 0.0
    right_turn_deg: float = 0.0
    left_bend_m: float = 0.0
    right_bend_m: float = 0.0
    left_laps: int = 0
    right_laps: int = 0

    @property
    def surplus_turns(self) -> float:
        """Whole turns to the left more than to the right; a lap of a track is one."""
        return (self.left_turn_deg - self.right_turn_deg) / 360.0

    @property
    def left_share(self) -> float | None:
        """Share of the metres in bends that went to the left; None where there were none."""
        bends_m = self.left_bend_m + self.right_bend_m
        return self.left_bend_m / bends_m if bends_m > 0.0 else None

    @property
    def one_way(self) -> str | None:
        """The side that most bends went to, where that dominates."""
        share = self.left_share
        if share is None or abs(self.surplus_turns) < _LEAST_TURNS:
            return None
        if share >= _ONE_WAY and self.surplus_turns > 0.0:
            return "left"
        return "right" if share <= 1.0 - _ONE_WAY and self.surplus_turns < 0.0 else None


def turned_in(grounds: Iterable[Ground]) -> Turned | None:
    """Add up how far was turned; None where no run has positions."""
    known = [g for g in grounds if g.left_turn_deg is not None]
    if not known:
        return None
    laps = [g.laps for g in known if g.laps is not None]
    sums = {
        field.name: sum(getattr(g, field.name) or 0.0 for g in known)
        for field in fields(Turned)
        if not field.name.endswith("laps")
    }
    return Turned(
        **sums, left_laps=sum(x.left for x in laps), right_laps=sum(x.right for x in laps)
    )


def _month_row(month: str, turned: Turned | None) -> GroundMonthRow:
    if turned is None:
        return {
            "month": month,
            "left_turn_deg": None,
            "right_turn_deg": None,
            "left_bend_km": None,
            "right_bend_km": None,
            "left_laps": None,
            "right_laps": None,
        }
    laps = turned.left_laps + turned.right_laps > 0
    return {
        "month": month,
        "left_turn_deg": turned.left_turn_deg,
        "right_turn_deg": turned.right_turn_deg,
        "left_bend_km": turned.left_bend_m / 1e3,
        "right_bend_km": turned.right_bend_m / 1e3,
        "left_laps": turned.left_laps if laps else None,
        "right_laps": turned.right_laps if laps else None,
    }


@dataclass(frozen=True, slots=True)
class Turning:
    """The runs whose ground is known, in the order of their starts.

    Attributes
    ----------
    dates
        Local ISO dates of their starts, length n.
    grounds
        Their ground, length n.
    """

    dates: Sequence[str]
    grounds: Sequence[Ground]

    def by_month(self) -> tuple[GroundMonthRow, ...]:
        """Tabulate how far was turned in each month, the oldest first."""
        months: dict[str, list[Ground]] = {}
        for day, ground in zip(self.dates, self.grounds, strict=True):
            months.setdefault(day[:7], []).append(ground)
        return tuple(_month_row(month, turned_in(some)) for month, some in months.items())

    def since(self, day: str) -> Turned | None:
        """Add up how far was turned from an ISO date on."""
        return turned_in(g for at, g in zip(self.dates, self.grounds, strict=True) if at >= day)


def turning(lib: Library, *, now: datetime | None = None) -> Turning:
    """Read which way the runs of a library turned; those of a date that cannot be right left out.

    Raises
    ------
    InputError
        `now` has no time zone.
    """
    known = lib.grounds()
    runs = lib.runs(()).filter(well_dated(now)).sort("started_at_utc")
    pairs = [
        (day, known[run_id])
        for day, run_id in zip(local_dates(runs), runs["run_id"], strict=True)
        if run_id in known
    ]
    return Turning([day for day, _ in pairs], [ground for _, ground in pairs])


def turning_sentences(turned: Turning, looked: Levels) -> list[str]:
    """Say which way most bends went, what that does, and what would even it out; often nothing.

    Of the last year, and of its last month where that was one-sided too.
    """
    if not turned.dates:
        return []
    last = date.fromisoformat(turned.dates[-1])
    year = turned.since(str(last - timedelta(days=_YEAR_DAYS)))
    month = turned.since(f"{last:%Y-%m}-01")
    said = []
    if year is not None and year.one_way:
        said.append(_dominated(year, "In the last year"))
        said.extend(_share_of_imbalance(looked.by_measure[BALANCE]))
    if month is not None and month.one_way:
        said.append(_dominated(month, f"In {last:%B %Y}"))
    return said


def _dominated(turned: Turned, when: str) -> str:
    side, share = turned.one_way, turned.left_share or 0.0
    other = "right" if side == "left" else "left"
    share = share if side == "left" else 1.0 - share
    laps = round(abs(turned.surplus_turns))
    return (
        f"{when} you turned {side} in {100.0 * share:.0f} % of your bends: "
        f"{count_words(laps, 'lap')} of a track to the {other} would even that out."
    )


def _share_of_imbalance(balance: Level) -> list[str]:
    """Say by how much the bends that were run move balance on average, with its interval."""
    moves = balance.moves
    bend = next((d for d in moves.drivers if d.name == "bend"), None)
    if bend is None or bend.learned < _LEARNED or bend.inseparable_from:
        return ["What bends do to your balance cannot be told from these runs yet."]
    weight = balance.series["usable_s"].fill_null(0.0).to_numpy()
    weight = weight if weight.sum() > 0.0 else np.ones_like(weight)
    mean_bend = float(np.average(moves.conditions[:, moves.names.index("bend")], weights=weight))
    asymmetry = float(np.average(moves.reading, weights=weight)) - 50.0
    part = bend.effect.times(mean_bend, "pp")
    said = (
        f"Over all your runs bends move your balance by {size_words(part.value)} on average "
        f"(95 % interval: {size_interval_words(part)})"
    )
    if abs(asymmetry) >= _LEAST_ASYMMETRY_PP:
        side = "left" if asymmetry > 0.0 else "right"
        share = round(100.0 * part.value / asymmetry)
        said += (
            f": {f'{share} %' if share > 0 else 'none'} of the {abs(asymmetry):.1f} pp by which it "
            f"lies to the {side}"
        )
    return [f"{said}."]
