"""What does my body say? Which side complains, and whether that goes along with the runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.body_and_plan.complaint_series import (
    MEASURES,
    Asked,
    DiaryDays,
    asked_of,
    days_beside_runs,
    diary_days,
    measures_of,
)
from evenstride.answers.body_and_plan.says_needed import Known, needed_rows
from evenstride.answers.body_and_plan.says_words import (
    beside_sentence,
    felt_rows,
    place_named,
    side_words,
    sides_sentence,
    since_sentence,
    tested_sentence,
)
from evenstride.answers.body_and_plan.screening import tested_sides
from evenstride.answers.body_and_plan.timeline import spells, timeline_figure, timeline_rows
from evenstride.answers.body_and_plan.unread import as_far_as_read, unread_caveats
from evenstride.answers.is_it_changing import ADJUSTED
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.provenance import provenance
from evenstride.answers.runner_settings import preferences_of
from evenstride.domain.answer import Answer, Source
from evenstride.domain.body import Feeling, Side, place_words
from evenstride.domain.diary import Complaint, Injury, has_come
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.domain.wording import count_words, list_words
from evenstride.stats.complaints.lagged import LEAST_FELT, LEVEL, Lagged, associate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from evenstride.answers.body_and_plan.rows_says import BesideRow, ComplaintRow, FeltRow
    from evenstride.answers.levels import Levels
    from evenstride.domain.answer import Figure
    from evenstride.domain.diary import Written
    from evenstride.domain.wording import Units
    from evenstride.library import Library

QUESTION: Final = "body"
MODEL: Final = "complaints beside runs 1"
_SEED: Final = 20_260
"""The same diary gets the same answer: nobody draws again until it suits."""
_GCT: Final = "gct_ms"
_RECENT_DAYS: Final = 365
_MOST_SAID: Final = 3
UNITS: Final = {
    "balance_left_pct": "pp",
    "contact_ms": "ms",
    "distance_m": "m",
    "duration_s": "s",
    "distance_7d_m": "m",
    "longest_30d_ratio": "",
}
NOT_HARDER: Final = (
    "A sore leg is not shown to be the one that works harder, and neither is the leg with the "
    "longer contact: it may be the stronger, stiffer, longer or protected one."
)
NO_BALANCE: Final = (
    "Your runs carry no balance: on which leg contact is longer cannot be said. What can be said "
    "stands on the diary, on tests of both sides and on how much you run."
)
NO_RUNS: Final = (
    "There are no runs here: on which leg contact is longer, and whether complaints come with how "
    "much you run, cannot be said. What can be said stands on the diary and on tests of both sides."
)
NO_CAUSE: Final = (
    "What goes along with a complaint is no cause of it: one may do the other, or a third thing "
    "both. Only an experiment tells."
)
_ANSWERED: Final = (
    "A day with any word in the diary counts as answered, and a place it does not name as free of "
    "complaints then; days without a word count as unknown. If what is written depends on how it "
    "hurts and on the run together, that alone can make the two go along."
)
_SLOWLY: Final = (
    "Days are compared with the four weeks on either side: what changes slowly together, such as "
    "an injury that heals while running grows, is not told here."
)
_SOURCES: Final = (
    Source("Westfall and Young 1993, Resampling-Based Multiple Testing (largest of all looks)"),
    Source(
        "Asymmetry was not associated with more running injuries (Malisoux 2024)",
        "doi 10.1136/bmjsem-2023-001787",
    ),
)


def body(lib: Library, *, now: datetime) -> Answer:
    """Answer "what does my body say?".

    It works without balance, without runs and without a diary, and says what each would tell.

    Parameters
    ----------
    lib
        The library.
    now
        Aware, in the runner's own time zone; runs and entries after it are left out.

    Returns
    -------
        Verdict `goes_along` (an association that stands when all that was looked at is counted),
        `nothing_to_see`, `too_little` or `no_complaints`. Tables `complaints` (the latest first),
        `associations` (of each complaint and measure the lag at which they go along most) and
        `needed`; figure `timeline` of the last year.

    Raises
    ------
    InputError
        `now` has no time zone.
    """
    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    today = now.date()
    written = [w for w in lib.entries(Complaint).values() if has_come(w.value.on_date, today)]
    looked = _levels(lib, now)
    diary = diary_days(lib, today=today)
    tested = tested_sides(lib)
    runs = lib.runs(())
    known = Known(
        runs=runs.height,
        balance=looked is not None,
        tested=bool(tested),
        beside_runs=days_beside_runs(lib, diary, now=now),
    )
    beside = _nothing_beside()
    if diary is not None and diary.levels:
        beside = _beside(lib, looked, diary, now)
    complaints = _complaint_rows(written, diary)
    verdict = _verdict(complaints, beside)
    sentences = [NOT_HARDER, tested_sentence(tested)]
    if looked is None:
        sentences.insert(0, NO_BALANCE if runs.height else NO_RUNS)
    if diary is not None and diary.levels:
        sentences = [
            sides_sentence(diary),
            *(since_sentence(row) for row in complaints[:_MOST_SAID]),
            *_counted(beside),
            *sentences,
        ]
    return Answer(
        question=QUESTION,
        headline=_headline(lib, known, verdict, diary, beside),
        verdict=verdict,
        provenance=provenance(runs, MODEL),
        sentences=tuple(sentence for sentence in sentences if sentence),
        tables={
            "complaints": complaints,
            "associations": beside.rows,
            "needed": needed_rows(known, diary, verdict, looked_at=beside.looked_at > 0),
        },
        figures=_figures(lib, written, today),
        caveats=(
            *unread_caveats(lib),
            *((NO_CAUSE, _ANSWERED, _SLOWLY) if beside.rows else ()),
            *((ADJUSTED, *looked.caveats()) if looked is not None and beside.rows else ()),
        ),
        sources=_SOURCES if beside.rows else _SOURCES[1:],
    )


def _levels(lib: Library, now: datetime) -> Levels | None:
    try:
        return levels(lib, now=now, measures=(BALANCE, _GCT))
    except (EmptyLibraryError, NoBalanceError, InputError):
        return None  # soreness, tests and load speak without balance, too


@dataclass(frozen=True, slots=True)
class _Beside:
    """Complaints beside measures: a row for each pair, and how much was looked at."""

    rows: tuple[BesideRow, ...]
    looked_at: int

    @property
    def stands(self) -> tuple[BesideRow, ...]:
        return tuple(row for row in self.rows if row["stands"])


def _nothing_beside() -> _Beside:
    return _Beside((), 0)


def _beside(lib: Library, looked: Levels | None, diary: DiaryDays, now: datetime) -> _Beside:
    asked = asked_of(diary, LEAST_FELT)
    if not asked.places:
        return _nothing_beside()
    measures = measures_of(lib, looked, diary, now=now)
    found = associate(np.random.default_rng(_SEED), asked.complaints, measures, asked.pairs)
    units = preferences_of(lib.settings()).units
    rows = [
        _row(asked, found, diary, (at, measure), units)
        for at in range(len(asked.places))
        for measure in range(len(MEASURES))
        if np.isfinite(found.p[at, measure]).any()
    ]
    rows.sort(key=lambda row: (row["p"], -abs(row["strength"])))
    return _Beside(tuple(rows), found.looked_at)


def _row(
    asked: Asked, found: Lagged, diary: DiaryDays, pair: tuple[int, int], units: Units
) -> BesideRow:
    """Say of a complaint and a measure where they go along most."""
    p, strength = found.p[pair], found.strength[pair]
    at = min(
        np.flatnonzero(np.isfinite(p)).tolist(), key=lambda i: (p[i], -abs(strength[i]), abs(i - 3))
    )
    region, side = asked.places[pair[0]]
    name, of = MEASURES[pair[1]]
    difference = float(found.difference[pair][at])
    row: BesideRow = {
        "region": region,
        "side": "left_less_right" if side is None else side.value,
        "place": place_named(region, side),
        "measure": name,
        "lag_days": int(found.lags_days[at]),
        "strength": float(strength[at]),
        "low": float(found.low[pair][at]),
        "high": float(found.high[pair][at]),
        "p": float(p[at]),
        "n": int(found.n[pair][at]),
        "difference": difference,
        "unit": UNITS[name],
        "same_side": _same_side(name, side, of, float(strength[at])),
        "stands": bool(p[at] <= LEVEL),
        "sentence": "",
    }
    return {**row, "sentence": beside_sentence(row, _felt(diary, region, side), units)}


def _felt(diary: DiaryDays, region: str, side: Side | None) -> str:
    """Name all that is felt there: levels of soreness and of pain stand in one row."""
    places = [(region, s) for s in ((Side.LEFT, Side.RIGHT) if side is None else (side,))]
    felt = {feeling for place in places for feeling in diary.feelings[place]}
    return list_words([one.value for one in Feeling if one in felt], "or")


def _same_side(measure: str, side: Side | None, of: Side | None, strength: float) -> bool | None:
    """Tell whether contact is longer on the complaint's side when there is more of it."""
    if measure == BALANCE and side is not Side.MIDDLE:
        return (strength > 0.0) is (side is not Side.RIGHT)
    if measure == "contact_ms" and of in (Side.LEFT, Side.RIGHT):
        return strength > 0.0
    return None


def _complaint_rows(
    written: Sequence[Written[Complaint]], diary: DiaryDays | None
) -> tuple[ComplaintRow, ...]:
    """List places by what was felt there in their latest spell, the latest named first."""
    if diary is None:
        return ()
    latest = {(spell.region, spell.side): spell for spell in spells(written)}
    rows: list[ComplaintRow] = []
    for place, spell in latest.items():
        said = [w.value for w in written if (w.value.region, w.value.side) == place]
        last_on = max(one.on_date for one in said)
        last = max(one.level for one in said if one.on_date == last_on)
        felt = [one.value for one in spell.felt]
        feelings = felt_rows(felt)
        began = (spell.began - diary.first).days
        rows.append(
            {
                "region": place[0],
                "side": place[1].value,
                "feeling": max(feelings, key=_last_and_worse)["feeling"],
                "feelings": feelings,
                "place": place_words(*place),
                "since": spell.began.isoformat(),
                "days": len({one.on_date for one in felt}),
                "answered_days": int((diary.answered >= began).sum()),
                "worst": max(one.level for one in felt),
                "last_on": last_on.isoformat(),
                "last_level": last,
            }
        )
    return tuple(sorted(rows, key=lambda row: (row["last_on"], row["worst"]), reverse=True))


def _last_and_worse(felt: FeltRow) -> tuple[str, bool]:
    return felt["last_on"], felt["feeling"] == "pain"


def _verdict(complaints: Sequence[ComplaintRow], beside: _Beside) -> str:
    if not complaints:
        return "no_complaints"
    if not beside.looked_at:
        return "too_little"
    return "goes_along" if beside.stands else "nothing_to_see"


def _headline(
    lib: Library, known: Known, verdict: str, diary: DiaryDays | None, beside: _Beside
) -> str:
    if diary is None or verdict == "no_complaints":
        limit = as_far_as_read(lib, "complaint")
        return f"Nothing sore, tight or painful is written down{limit}."
    if verdict == "goes_along":
        first = beside.stands[0]
        return f"{first['sentence']} They go along; that is no cause."
    if verdict == "too_little":
        if not known.runs:
            return f"{side_words(diary)}; there are no runs yet that it could go along with."
        return (
            f"{side_words(diary)}: too little is known yet to tell whether that goes along with "
            "your runs."
        )
    asked = {row["measure"] for row in beside.rows}
    what = "balance, contact time or load" if BALANCE in asked else "how much you run"
    return (
        f"{side_words(diary)}, but there is nothing to see beside your runs: no complaint clearly "
        f"goes along with {what}."
    )


def _counted(beside: _Beside) -> list[str]:
    """Say what stands, and how much was looked at for it."""
    if not beside.looked_at:
        return []
    said = [row["sentence"] for row in beside.stands[1 : _MOST_SAID + 1]]
    count = len(beside.stands)
    said.append(
        f"{count_words(len(beside.rows), 'pair')} of a complaint and a measure were looked at, up "
        f"to three days before and after a run ({beside.looked_at:,} looks). Where nothing goes "
        "along with anything, one diary in twenty shows any that stands; here "
        f"{count or 'none'} {'do' if count > 1 else 'does'}."
    )
    return said


def _figures(lib: Library, written: Sequence[Written[Complaint]], today: date) -> dict[str, Figure]:
    """Draw the last year of complaints."""
    since = today.fromordinal(max(today.toordinal() - _RECENT_DAYS, 1))
    rows = timeline_rows(w for w in written if w.value.on_date >= since)
    if not rows:
        return {}
    injuries = [w.value for w in lib.entries(Injury).values()]
    return {"timeline": timeline_figure(rows, injuries, (), since=since)}
