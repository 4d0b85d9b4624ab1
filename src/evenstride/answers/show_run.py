"""One run: its measures by side, its laps and thirds, its course, and what was left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evenstride.answers.annotating import annotated_row
from evenstride.answers.levels import BALANCE, NO_BALANCE_IN_RUN
from evenstride.answers.likely_mistakes import MISTAKES, of_issues, sources_of
from evenstride.answers.provenance import PROGRAM, local
from evenstride.answers.run_figures import (
    balance_figure,
    course_figure,
    histogram_figure,
    places,
    track_figure,
)
from evenstride.answers.runner_settings import mass_and_height, preferences, reference_speed
from evenstride.answers.show_ground import shown_ground
from evenstride.domain.answer import Answer, Figure, Provenance, Source
from evenstride.domain.errors import UnknownRunError
from evenstride.domain.quantities import DROP_REASONS
from evenstride.domain.wording import (
    METRES,
    SLOWEST_PACE_M_S,
    Units,
    balance_pair,
    change_interval_words,
    distance_words,
    duration_words,
    interval_words,
    pace_words,
    side_words,
    toward,
)
from evenstride.gait import dissect, laps_of, stiffness, thirds_of
from evenstride.gait.conversions import conversions
from evenstride.gait.course import course
from evenstride.gait.means import run_means

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from evenstride.answers.rows import (
        BlockRow,
        DroppedRow,
        IssueRow,
        LapRow,
        MeasureRow,
        NeighboursRow,
        RecordingRow,
        ThirdRow,
    )
    from evenstride.domain.estimate import Estimate
    from evenstride.domain.measures import Measures
    from evenstride.domain.recording import Lap, Run
    from evenstride.gait import Dissection, Third
    from evenstride.gait.course import Course
    from evenstride.library import Library, StoredRecording, StoredRun

_MEASURES = (
    "balance_left_pct",
    "left_gct_ms",
    "right_gct_ms",
    "gct_ms",
    "flight_time_ms",
    "duty_factor_pct",
    "cadence_spm",
    "step_length_mm",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "speed_m_s",
    "balance_first_third_pct",
    "balance_last_third_pct",
    "balance_drift_pp",
    "vertical_stiffness_kn_m",
    "leg_stiffness_kn_m",
)
_THIRDS = ("first", "middle", "last")
_SOURCES = (
    Source("Flight time, duty factor, stiffness (Morin 2005)", "doi 10.1123/jab.21.2.167"),
    Source("Symmetry angle (Zifchock 2008)", "PMID 17913499"),
)


def show(lib: Library, run: str) -> Answer:
    """Show one run.

    Parameters
    ----------
    lib
        The library.
    run
        Its id, the beginning of it, a local date, or `last`.

    Returns
    -------
        Tables `measures`, `thirds`, `laps`, `dropped`, `places`, `conversions`, `recordings`,
        `blocks`, `issues`, `annotation`, `neighbours`, `ground`, `mistakes` (that the
        recording itself shows; `explain` has all); figures `balance`, `course`, `track` and
        `histogram` where there is something to draw; estimates by name. Verdict `measured`, or
        `no_balance`.

    Raises
    ------
    EmptyLibraryError, UnknownRunError
        There is no such run; the nearest is suggested.
    """
    stored = _find(lib, run)
    chosen = stored.chosen
    estimates = dict(chosen.measures.estimates)
    mass_kg, height_m = mass_and_height(lib)
    if mass_kg and height_m:
        found = stiffness(chosen.measures.blocks, mass_kg=mass_kg, height_m=height_m)
        estimates.update(found or {})
    balance = estimates.get(BALANCE)
    units = preferences(lib).units
    listed = lib.runs(measures=("speed_m_s",))
    reference = reference_speed(lib, runs=listed)
    samples = lib.samples(chosen.recording_id)
    taken_apart = dissect(samples, chosen.pauses)
    found_means = run_means(taken_apart.channels)
    along = course(taken_apart, samples)
    shown = {name: estimates[name] for name in _MEASURES if name in estimates}
    mistakes = of_issues(stored.run_id, chosen.issues)
    ground = shown_ground(lib, stored, samples, units)
    return Answer(
        question="show",
        headline=_headline(chosen.run, balance, units),
        verdict="measured" if balance else "no_balance",
        provenance=_provenance(chosen.run if balance else None),
        sentences=(*_sentences(chosen, estimates, reference, units), *ground.sentences),
        estimates=estimates,
        tables={
            "measures": tuple(_measure_row(name, e) for name, e in shown.items()),
            "thirds": tuple(
                _third_row(name, third)
                for name, third in zip(_THIRDS, thirds_of(taken_apart, found_means), strict=False)
            ),
            "laps": _laps(chosen.laps, laps_of(taken_apart, found_means, chosen.laps)),
            "dropped": _dropped(chosen),
            "places": places(along.stretches),
            "conversions": _conversions(balance),
            "recordings": _recordings(stored) if len(stored.recordings) > 1 else (),
            "blocks": _blocks(chosen),
            "issues": _issues(chosen),
            "annotation": (annotated_row(lib, stored.run_id),),
            "neighbours": (_neighbours(stored.run_id, listed),),
            "ground": (ground.row,),
            "mistakes": mistakes,
        },
        figures=_figures(chosen, taken_apart, along, reference),
        caveats=tuple(
            issue.message
            for issue in chosen.issues
            if issue.severity != "info" and issue.code not in MISTAKES
        ),
        sources=(*_SOURCES, *sources_of(mistakes)),
    )


def _find(lib: Library, run: str) -> StoredRun:
    """Read the run that is meant; one named by its id is found without looking at all others."""
    try:
        return lib.run(run)
    except UnknownRunError:
        return lib.run(lib.resolve(run))


def _headline(run: Run, balance: Estimate | None, units: Units) -> str:
    start = local(run.started_at_utc, run.utc_offset_s)
    outing = (
        f"{start:%a %d %b %Y, %H:%M}"
        + (f", {distance_words(run.distance_m, units, decimals=2)}" if run.distance_m else "")
        + f" in {duration_words(run.duration_s)}"
    )
    if balance is None:
        return f"{outing}: {NO_BALANCE_IN_RUN}"
    return (
        f"{outing}: {balance_pair(balance.value)} (95 % interval: "
        f"{interval_words(balance.low, balance.high)}), {side_words(balance)}."
    )


def _provenance(run: Run | None) -> Provenance:
    model = "time-weighted means with autocorrelated errors"
    if run is None:
        return Provenance(PROGRAM, model, 0)
    start = run.started_at_utc.isoformat()
    return Provenance(PROGRAM, model, 1, start, start)


def _figures(
    chosen: StoredRecording,
    taken_apart: Dissection,
    along: Course,
    reference: tuple[float, str] | None,
) -> dict[str, Figure]:
    """Draw what can be drawn of this run."""
    has_balance = BALANCE in chosen.measures.estimates
    drawn = {
        "balance": balance_figure(chosen.measures.blocks) if has_balance else None,
        "course": course_figure(along, reference[0] if reference else None),
        "track": track_figure(along, taken_apart, chosen.run.distance_m),
        "histogram": histogram_figure(taken_apart) if has_balance else None,
    }
    return {name: figure for name, figure in drawn.items() if figure is not None}


def _sentences(
    chosen: StoredRecording,
    estimates: dict[str, Estimate],
    reference: tuple[float, str] | None,
    units: Units,
) -> list[str]:
    said = []
    left, right = estimates.get("left_gct_ms"), estimates.get("right_gct_ms")
    if left and right:
        said.append(
            f"Contact {left.value:.0f} ms on the left, {right.value:.0f} ms on the right: "
            # Of the rounded ones, so that it is the difference that people read.
            f"{abs(round(left.value) - round(right.value))} ms between the feet."
        )
    drift = estimates.get("balance_drift_pp")
    if drift:
        first, last = estimates["balance_first_third_pct"], estimates["balance_last_third_pct"]
        clear = drift.low > 0 or drift.high < 0
        said.append(
            f"First third {balance_pair(first.value)}, last third {balance_pair(last.value)}: "
            f"{toward(drift.value)} (95 % interval: {change_interval_words(drift)})"
            + ("." if clear else ", not distinguishable from none.")
        )
    speed = estimates.get("speed_m_s")
    if speed and reference and min(speed.value, reference[0]) >= SLOWEST_PACE_M_S:
        said.append(_pace_sentence(speed.value, *reference, units))
    measures = chosen.measures
    total = measures.usable_s + sum(measures.dropped.values())
    if total > 0:
        said.append(
            f"Used {duration_words(measures.usable_s)} of {duration_words(total)} "
            f"({100 * measures.usable_share:.0f} %)."
        )
    sensor, device = chosen.run.sensor, chosen.run.device
    said.append(f"Recorded by {device.name}" + (f" with {sensor.name}." if sensor else "."))
    own = chosen.run.session_balance_left_pct
    if own is not None and BALANCE in estimates:
        said.append(
            f"The watch's own average is {balance_pair(own)}; it counts the time left out here too."
        )
    return said


def _pace_sentence(speed_m_s: float, reference_m_s: float, whose: str, units: Units) -> str:
    """Say the mean pace beside the one that the runner compares with."""
    pace, usual = pace_words(speed_m_s, units), pace_words(reference_m_s, units)
    # The difference of what is printed, so that people can check it.
    seconds = round(METRES[units] / speed_m_s) - round(METRES[units] / reference_m_s)
    if seconds == 0:
        return f"Mean pace {pace}, the same as {whose}."
    compared = "faster" if seconds < 0 else "slower"
    return f"Mean pace {pace}, {abs(seconds)} s {compared} than {whose} ({usual})."


def _measure_row(name: str, e: Estimate) -> MeasureRow:
    return {
        "measure": name,
        "unit": e.unit,
        "value": e.value,
        "se": e.se,
        "low": e.low,
        "high": e.high,
        "n_effective": e.n_effective,
    }


def _third_row(name: str, third: Third) -> ThirdRow:
    e = third.estimates
    return {
        "third": name,
        "start_s": third.start_s,
        "end_s": third.end_s,
        "balance_left_pct": _value(e, BALANCE),
        "balance_low_pct": e[BALANCE].low if BALANCE in e else None,
        "balance_high_pct": e[BALANCE].high if BALANCE in e else None,
        "left_gct_ms": _value(e, "left_gct_ms"),
        "left_gct_low_ms": e["left_gct_ms"].low if "left_gct_ms" in e else None,
        "left_gct_high_ms": e["left_gct_ms"].high if "left_gct_ms" in e else None,
        "right_gct_ms": _value(e, "right_gct_ms"),
        "right_gct_low_ms": e["right_gct_ms"].low if "right_gct_ms" in e else None,
        "right_gct_high_ms": e["right_gct_ms"].high if "right_gct_ms" in e else None,
        "speed_m_s": _value(e, "speed_m_s"),
    }


def _laps(laps: Sequence[Lap], measures: Sequence[Measures]) -> tuple[LapRow, ...]:
    rows: list[LapRow] = []
    for lap, measured in zip(laps, measures, strict=True):
        e = measured.estimates
        duration_s = lap.timer_s if lap.timer_s is not None else lap.end_s - lap.start_s
        speed = lap.distance_m / duration_s if lap.distance_m and duration_s > 0 else None
        rows.append(
            {
                "lap": lap.number + 1,  # people count from 1
                "start_s": lap.start_s,
                "duration_s": duration_s,
                "distance_m": lap.distance_m,
                "speed_m_s": speed if speed is not None else _value(e, "speed_m_s"),
                "balance_left_pct": _value(e, BALANCE),
                "balance_se_pp": e[BALANCE].se if BALANCE in e else None,
                "left_gct_ms": _value(e, "left_gct_ms"),
                "right_gct_ms": _value(e, "right_gct_ms"),
                "gct_ms": _value(e, "gct_ms"),
                "flight_time_ms": _value(e, "flight_time_ms"),
                "cadence_spm": _value(e, "cadence_spm"),
                "usable_share": measured.usable_share,
            }
        )
    return tuple(rows)


def _neighbours(run_id: str, listed: pl.DataFrame) -> NeighboursRow:
    """Find the runs before and after this one, in the order of the list of runs."""
    ids = listed["run_id"].to_list()
    at = ids.index(run_id) if run_id in ids else len(ids)
    return {
        "previous": ids[at - 1] if 0 < at < len(ids) else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
    }


def _value(estimates: Mapping[str, Estimate], name: str) -> float | None:
    return estimates[name].value if name in estimates else None


def _dropped(chosen: StoredRecording) -> tuple[DroppedRow, ...]:
    measures = chosen.measures
    total = measures.usable_s + sum(measures.dropped.values())
    return tuple(
        {
            "code": code,
            "reason": DROP_REASONS[code],
            "seconds": seconds,
            "share": seconds / total,
        }
        for code, seconds in measures.dropped.items()
        if seconds > 0
    )


def _conversions(balance: Estimate | None) -> tuple[MeasureRow, ...]:
    if balance is None:
        return ()
    return tuple(_measure_row(name, e) for name, e in conversions(balance).items())


def _recordings(stored: StoredRun) -> tuple[RecordingRow, ...]:
    return tuple(
        {
            "recording_id": r.recording_id,
            "device": r.run.device.name,
            "sensor": r.run.sensor.name if r.run.sensor else None,
            "file": r.file_name,
            "balance_left_pct": _value(r.measures.estimates, BALANCE),
            "usable_share": r.measures.usable_share,
            "chosen": r.recording_id == stored.chosen.recording_id,
        }
        for r in stored.recordings
    )


def _blocks(chosen: StoredRecording) -> tuple[BlockRow, ...]:
    blocks = chosen.measures.blocks
    names = [n for n in blocks.dtype.names or () if n not in ("elapsed_s", "usable_share")]
    return tuple(
        {  # type: ignore[misc] # the names are those of the row, by the test of the schema
            name: None if math.isnan(value := float(block[name])) else value for name in names
        }
        for block in blocks
    )


def _issues(chosen: StoredRecording) -> tuple[IssueRow, ...]:
    return tuple(
        {"severity": i.severity, "code": i.code, "message": i.message} for i in chosen.issues
    )
