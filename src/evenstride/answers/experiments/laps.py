"""Which laps of a run served which half of which pair, and the picture by which that is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from evenstride.answers.thinning import keep_peaks
from evenstride.domain.answer import Figure
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import LapUse
from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.experiments.run_values import Source
    from evenstride.answers.rows_experiments import LapUseRow
    from evenstride.domain.experiment import Condition, Registration
    from evenstride.domain.recording import Lap

    _Placed = tuple[int, Lap]

_SHORTEST, _LONGEST = 0.6, 1.6
"""A lap counts as one of the experiment where it lasts so many times what was registered."""
_AUTOMATIC: Final = ("distance", "position")
"""How the triggers of laps begin that a watch makes by itself: a kilometre can take as long."""
_NEAR: Final = 0.15
"""By how much of a lap several together may differ from a whole number of them."""
_EARLY_S: Final = 60.0
_WARMING: Final = 0.75
"""A lap that begins in so much of the warm-up is one of the warm-up, however long it lasts."""
_LATE: Final = 0.5
"""So much of a lap after the warm-up, a first lap may be the second, its press missed."""
_SMOOTHED_S: Final = 15.0
_MOST_ROWS: Final = 600


def matched_laps(
    laps: Sequence[Lap],
    assigned: Sequence[Condition],
    *,
    first_pair: int,
    lap_s: float,
    warm_up_s: float,
    numbers: Sequence[int] = (),
) -> tuple[LapUse, ...]:
    """Match the laps of the watch to the assigned conditions, in their order.

    Parameters
    ----------
    laps
        As the watch wrote them.
    assigned
        Conditions in the order of laps, two to a pair.
    first_pair
        The number of the first pair.
    lap_s, warm_up_s
        As registered.
    numbers
        Which laps are meant, counted from 1, and 0 for one that is missing; none for a row of laps
        that last about as long as registered and that no distance ended.

    Raises
    ------
    InputError
        There are no such laps.
    """
    if numbers:
        chosen = _named(laps, numbers, len(assigned))
    else:
        chosen = _likely(laps, lap_s, warm_up_s, len(assigned))
        pairs = [place // 2 for place, _ in chosen]
        if len(set(pairs)) == len(pairs):
            raise InputError(
                f"No two laps of about {lap_s / 60.0:g} min that make a pair were found "
                f"({count_words(len(laps), 'lap')} in all): was the lap button pressed? Name the "
                "laps, or skip the assignment."
            )
    return tuple(
        LapUse(first_pair + place // 2, assigned[place], lap.start_s, lap.end_s)
        for place, lap in chosen
    )


def _named(laps: Sequence[Lap], numbers: Sequence[int], most: int) -> list[_Placed]:
    """Return the laps that are named, each with its place; 0 stands for one that is missing."""
    if len(numbers) > most:
        raise InputError(f"{len(numbers)} laps are named, but {most} were assigned.")
    there = [number for number in numbers if number]
    if len(set(there)) < len(there) or there != sorted(there):
        raise InputError("Name each lap once, in the order they were run.")
    wrong = [number for number in there if not 1 <= number <= len(laps)]
    if wrong or not there:
        none = f"no lap {wrong[0]}" if wrong else "none is named"
        raise InputError(f"This run has {count_words(len(laps), 'lap')}, and {none}.")
    return [(place, laps[number - 1]) for place, number in enumerate(numbers) if number]


def _likely(laps: Sequence[Lap], lap_s: float, warm_up_s: float, most: int) -> list[_Placed]:
    """Return the laps of the first whole row of about the registered length; else the first row's.

    Each comes with its place among those assigned. A lap that takes as long as several is that many
    of which a press was missed: their places stay empty, or all later laps would count for the
    wrong condition. A lap of any other length ends the row, as nobody knows what it was.
    """
    rows: list[list[_Placed]] = [[]]
    place, pieces = 0, 0.0
    for lap in laps:
        ratio = (lap.timer_s or lap.end_s - lap.start_s) / lap_s
        pressed = not (lap.trigger or "").startswith(_AUTOMATIC)
        if pressed and lap.start_s >= _WARMING * warm_up_s:
            if _SHORTEST <= ratio <= _LONGEST:
                rows[-1].append((place, lap))
                place, pieces = place + 1, 0.0
                continue
            if ratio < _SHORTEST:
                # One press too many cuts a lap in two; twice in a moment cuts off nothing.
                pieces += ratio
                if abs(pieces - 1.0) <= _NEAR:
                    place, pieces = place + 1, 0.0
                continue
            if abs(ratio - round(ratio)) <= _NEAR:
                place, pieces = place + round(ratio), 0.0
                continue
        rows.append([])
        place, pieces = 0, 0.0
    found = [row for row in rows if row]
    whole = [row for row in found if len(row) >= most]
    best = (whole or found or [[]])[0]
    # What came before the row was no missed press where the laps would then be too many.
    before = best[0][0] if best and best[-1][0] >= most else 0
    # Nor were laps of the warm-up, where there are too many otherwise.
    while len(best) > most and best[0][1].start_s < warm_up_s - _EARLY_S:
        before, best = best[1][0], best[1:]
    placed = [(place - before, lap) for place, lap in best if place - before < most]
    late = bool(placed) and placed[0][1].start_s - warm_up_s > _LATE * lap_s
    if late and placed[0][0] == 0 and placed[-1][0] < most - 1:
        raise InputError(
            f"{placed[-1][0] + 1} of {most} laps were found, and whether the first or the last is "
            "missing cannot be told: name the laps in their order, 0 for one that is missing."
        )
    return placed


def lap_table(registration: Registration, laps: Sequence[LapUse]) -> tuple[LapUseRow, ...]:
    """Tabulate what each lap served."""
    words = {"treatment": registration.treatment, "control": registration.control}
    return tuple(
        {
            "lap": number,
            "pair": lap.pair + 1,
            "condition": lap.assigned,
            "what": printable(words[lap.assigned]),
            "did": lap.did or lap.assigned,
            "start_s": lap.start_s,
            "end_s": lap.end_s,
        }
        for number, lap in enumerate(laps, start=1)
    )


def laps_figure(source: Source, run_id: str, laps: Sequence[LapUse]) -> Figure:
    """Draw the measure along the run, and which stretch counts for which condition."""
    chosen = source.lib.run(run_id).chosen
    samples = source.lib.samples(chosen.recording_id)
    measure = source.measure if source.measure in samples.columns else "balance_left_pct"
    t_s = samples["t_s"].to_numpy()
    y = _smoothed(samples[measure].cast(float).to_numpy(), t_s)
    at, (line,) = keep_peaks(t_s, y[None], most=_MOST_ROWS)
    registration = source.registration
    words = {"treatment": registration.treatment, "control": registration.control}
    spans: list[dict[str, Any]] = []
    for lap, (start, end) in zip(laps, source.windows(laps), strict=True):
        if start > lap.start_s:
            spans.append(
                {
                    "start": lap.start_s / 60.0,
                    "end": min(start, lap.end_s) / 60.0,
                    "label": "settling, left out",
                    "condition": None,
                }
            )
        if start < end:
            spans.append(
                {
                    "start": start / 60.0,
                    "end": end / 60.0,
                    "label": f"pair {lap.pair + 1}: {printable(words[lap.assigned])}",
                    "condition": lap.assigned,
                    "pair": lap.pair + 1,
                }
            )
    quantity = QUANTITIES[measure]
    return Figure(
        kind="laps",
        title="Which stretch counts for what",
        x_label="minutes",
        y_label=f"{quantity.label}, {quantity.unit}",
        rows=tuple(
            {"minute": float(t_s[i]) / 60.0, measure: None if np.isnan(line[i]) else float(line[i])}
            for i in at.tolist()
        ),
        roles={"x": "minute", "y": measure},
        points=(
            {"condition": "treatment", "label": printable(registration.treatment)},
            {"condition": "control", "label": printable(registration.control)},
        ),
        spans=tuple(spans),
    )


def _smoothed(
    y: np.typing.NDArray[np.float64], t_s: np.typing.NDArray[np.float64]
) -> np.typing.NDArray[np.float64]:
    """Return the mean of what lies within a few seconds of each record; NaN where nothing does."""
    known = np.isfinite(y) & (y > 0.0)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, y, 0.0))])
    count = np.concatenate([[0.0], np.cumsum(known)])
    begin = np.searchsorted(t_s, t_s - 0.5 * _SMOOTHED_S)
    end = np.searchsorted(t_s, t_s + 0.5 * _SMOOTHED_S, side="right")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            np.where(
                count[end] > count[begin],
                (total[end] - total[begin]) / (count[end] - count[begin]),
                np.nan,
            )
        )
