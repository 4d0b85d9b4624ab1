"""Whether the parts of an exported experiment tell one story: sequence, records, pairs and runs.

Every assignment must follow from the seed, and the pairs from the records, each once and in order.
Values cannot be checked: they are made of recordings that a file does not hold. Nor is a file
signed: who makes records, pairs and values up together, as the seed allows, is not found out.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from evenstride.answers.experiments.standing import latest
from evenstride.domain.errors import TamperedError
from evenstride.domain.experiment import OUTCOMES
from evenstride.domain.wording import printable
from evenstride.stats.experiments.sequence import assigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenstride.answers.experiments.material import Half, Material, Pair
    from evenstride.domain.experiment import Condition, Kept

_HALVES: Final = 2
_FURTHEST_ZONE_DAYS: Final = 0.6
"""Local time is at most 14 hours from UTC."""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What a record says of one half of a pair."""

    position: int
    assigned: Condition
    did: Condition | None
    run_id: str | None
    rating: float | None


def check_agreement(material: Material, *, name: str) -> None:
    """Refuse an experiment whose parts contradict each other; the first contradiction is said.

    Parameters
    ----------
    material
        What the file holds.
    name
        What it is called.

    Raises
    ------
    TamperedError
        An assignment does not follow from the seed, a record or a pair is missing, stands twice or
        out of order, one run serves two assignments, or what a pair says of what was done is not
        what was recorded.
    """
    wrong = next(_contradictions(material), None)
    if wrong is not None:
        raise TamperedError(f"{name} contradicts itself, so it was edited or damaged: {wrong}.")


def _contradictions(material: Material) -> Iterator[str]:
    yield from _of_records(material.kept)
    if material.registration.kind == "randomised_start":
        yield from _of_start(material)
    else:
        yield from _of_pairs(material)


def _of_records(kept: Kept) -> Iterator[str]:
    """Compare the records with each other: nothing is recorded before it was open."""
    written: set[int] = set()
    for record in kept.records:
        # What was not begun within a run is recorded as skipped, so no position is passed over.
        if record.position > len(written):
            yield (
                f"assignment {record.position + 1} is recorded before assignment {len(written) + 1}"
            )
        written.add(record.position)
    served = Counter(r.run_id for r in latest(kept).values() if r.run_id is not None)
    for run_id, times in served.items():
        if times > 1:
            yield f"the run {_short(run_id)} serves {times} assignments"


def _of_pairs(material: Material) -> Iterator[str]:
    """Compare the pairs with what was drawn and recorded: the same ones, each once, in order."""
    if material.registration.kind == "within_run":
        recorded = _recorded_laps(material.kept)
        yield from _of_laps(material)
    else:
        recorded = _recorded_runs(material.kept)
    if material.runs:
        yield "an experiment in pairs has no single runs"
    numbers = [pair.number for pair in material.pairs]
    for before, after in pairwise(numbers):
        if after <= before:
            yield f"pair {after + 1} follows pair {before + 1}"
    for number in sorted(recorded.keys() ^ set(numbers)):
        yield (
            f"pair {number + 1} is recorded, and left out"
            if number in recorded
            else f"pair {number + 1} was never recorded"
        )
    rated = OUTCOMES[material.registration.outcome].measure is None
    for pair in material.pairs:
        yield from _of_pair(pair, recorded.get(pair.number, []), rated=rated)


def _recorded_runs(kept: Kept) -> dict[int, list[_Recorded]]:
    """Return what the records say of the runs of each pair, as the seed has drawn them."""
    found: dict[int, list[_Recorded]] = {}
    for position, record in latest(kept).items():
        number, half = divmod(position, _HALVES)
        drawn = assigned(kept.registration.seed, number, half)
        said = _Recorded(position, drawn, record.did, record.run_id, record.rating)
        found.setdefault(number, []).append(said)
    return found


def _recorded_laps(kept: Kept) -> dict[int, list[_Recorded]]:
    """Return what the records say of the laps of each pair."""
    found: dict[int, list[_Recorded]] = {}
    for position, record in latest(kept).items():
        for lap in record.laps if record.run_id is not None else ():
            did = lap.did or lap.assigned
            said = _Recorded(position, lap.assigned, did, record.run_id, None)
            found.setdefault(lap.pair, []).append(said)
    return found


def _of_laps(material: Material) -> Iterator[str]:
    """Compare the recorded laps with those drawn for their runs; some may be missing."""
    r = material.registration
    for position, record in latest(material.kept).items():
        first = position * r.pairs_per_run
        last = -1
        for lap in record.laps:
            in_run = 0 <= lap.pair - first < r.pairs_per_run
            half = 0 if lap.assigned == assigned(r.seed, lap.pair, 0) else 1
            at = _HALVES * lap.pair + half
            if not in_run or at <= last:
                yield _otherwise(lap.pair)
            last = at


def _of_pair(pair: Pair, recorded: list[_Recorded], *, rated: bool) -> Iterator[str]:
    here = [(half.position, half.assigned) for half in pair.halves]
    if here != [(said.position, said.assigned) for said in recorded]:
        yield _otherwise(pair.number)
    for half, said in zip(pair.halves, recorded, strict=False):
        if (half.did, half.run_id) != (said.did, said.run_id):
            yield f"pair {pair.number + 1} has another run, or was done otherwise, than recorded"
        if not _is_rated(half, said) if rated else half.run_id is None and _is_there(half):
            yield f"pair {pair.number + 1} has another value than was recorded"
    whole = len(pair.halves) == _HALVES and all(map(_is_there, pair.halves))
    if whole == bool(pair.why_not):
        yield (
            f"pair {pair.number + 1} has both values, and does not count"
            if whole
            else f"pair {pair.number + 1} counts without both values"
        )


def _is_there(half: Half) -> bool:
    return math.isfinite(half.value)


def _is_rated(half: Half, said: _Recorded) -> bool:
    """Tell whether the value of a half is the rating that was recorded."""
    return half.value == said.rating if _is_there(half) else said.rating is None


def _of_start(material: Material) -> Iterator[str]:
    """Compare a randomised start with its registration: runs once, in order, within its days."""
    r = material.registration
    if material.pairs:
        yield "a randomised start has no pairs"
    if any(record.position for record in material.kept.records):
        yield "a randomised start has one assignment only"
    served = Counter(run.run_id for run in material.runs)
    for run_id, times in served.items():
        if times > 1:
            yield f"the run {_short(run_id)} stands {times} times"
    last = min(material.today, (r.end_date or date.max).isoformat())
    registered = r.registered_at_utc.astimezone(UTC)
    since = registered.timestamp() / 86_400.0
    for before, after in pairwise(material.runs):
        if after.day < before.day:
            yield f"the run {_short(after.run_id)} follows a later one"
    for run in material.runs:
        noon = (date.fromisoformat(run.date) - date(1970, 1, 1)).days + 0.5
        if not abs(run.day - noon) <= 0.5 + _FURTHEST_ZONE_DAYS:
            yield f"the run {_short(run.run_id)} was not run on {run.date}"
        if run.day < since or run.date > last:
            yield f"the run {_short(run.run_id)} was before it was registered, or after its end"


def _otherwise(pair: int) -> str:
    return (
        f"the sequence is not the one that was registered: pair {pair + 1} has other conditions "
        "than were drawn for it"
    )


def _short(text: str) -> str:
    return printable(text)[:40]
