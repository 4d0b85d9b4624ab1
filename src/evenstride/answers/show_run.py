"""One run: its measures by side, its laps, first against last third, and what was left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.levels import BALANCE, NO_BALANCE_IN_RUN
from evenstride.answers.provenance import local, provenance
from evenstride.answers.runner_settings import mass_and_height
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.quantities import DROP_REASONS, QUANTITIES
from evenstride.domain.wording import (
    balance_pair,
    change_interval_words,
    duration_words,
    interval_words,
    side_words,
    toward,
)
from evenstride.gait import measure_laps, stiffness
from evenstride.gait.conversions import conversions

if TYPE_CHECKING:
    from evenstride.answers.rows import (
        BlockRow,
        DroppedRow,
        IssueRow,
        LapRow,
        MeasureRow,
        RecordingRow,
    )
    from evenstride.domain.estimate import Estimate
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
        Tables `measures`, `laps`, `dropped`, `conversions`, `recordings`, `blocks`, `issues`;
        estimates by name. Verdict `measured`, or `no_balance`.

    Raises
    ------
    EmptyLibraryError, UnknownRunError
        There is no such run; the nearest is suggested.
    """
    stored = lib.run(lib.resolve(run))
    chosen = stored.chosen
    estimates = dict(chosen.measures.estimates)
    mass_kg, height_m = mass_and_height(lib)
    if mass_kg and height_m:
        found = stiffness(chosen.measures.blocks, mass_kg=mass_kg, height_m=height_m)
        estimates.update(found or {})
    balance = estimates.get(BALANCE)
    start = local(chosen.run.started_at_utc, chosen.run.utc_offset_s)
    distance = chosen.run.distance_m
    outing = (
        f"{start:%a %d %b %Y, %H:%M}"
        + (f", {distance / 1000:.2f} km" if distance else "")
        + f" in {duration_words(chosen.run.duration_s)}"
    )
    if balance is None:
        headline = f"{outing}: {NO_BALANCE_IN_RUN}"
    else:
        headline = (
            f"{outing}: {balance_pair(balance.value)} (95 % interval: "
            f"{interval_words(balance.low, balance.high)}), {side_words(balance)}."
        )
    laps = _laps(lib, chosen)
    shown = {name: estimates[name] for name in _MEASURES if name in estimates}
    return Answer(
        question="show",
        headline=headline,
        verdict="measured" if balance else "no_balance",
        provenance=provenance(
            lib.series(BALANCE).filter(run_id=stored.run_id) if balance else None,
            "time-weighted means with autocorrelated errors",
        ),
        sentences=tuple(_sentences(chosen, estimates)),
        estimates=estimates,
        tables={
            "measures": tuple(_measure_row(name, e) for name, e in shown.items()),
            "laps": laps,
            "dropped": _dropped(chosen),
            "conversions": _conversions(balance),
            "recordings": _recordings(stored) if len(stored.recordings) > 1 else (),
            "blocks": _blocks(chosen),
            "issues": _issues(chosen),
        },
        figures={"balance": _balance_figure(chosen)} if balance else {},
        caveats=tuple(issue.message for issue in chosen.issues if issue.severity != "info"),
        sources=_SOURCES,
    )


def _sentences(chosen: StoredRecording, estimates: dict[str, Estimate]) -> list[str]:
    said = []
    left, right = estimates.get("left_gct_ms"), estimates.get("right_gct_ms")
    if left and right:
        said.append(
            f"Contact {left.value:.0f} ms on the left, {right.value:.0f} ms on the right: "
            f"{abs(left.value - right.value):.0f} ms between the feet."
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


def _laps(lib: Library, chosen: StoredRecording) -> tuple[LapRow, ...]:
    if not chosen.laps:
        return ()
    samples = lib.samples(chosen.recording_id)
    rows: list[LapRow] = []
    for lap, measured in zip(
        chosen.laps, measure_laps(samples, chosen.laps, chosen.pauses), strict=True
    ):
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


def _value(estimates: object, name: str) -> float | None:
    assert isinstance(estimates, dict)
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
            "balance_left_pct": _value(dict(r.measures.estimates), BALANCE),
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


def _balance_figure(chosen: StoredRecording) -> Figure:
    blocks = chosen.measures.blocks
    has = np.isfinite(blocks["balance_left_pct"])
    return Figure(
        kind="series",
        title="Balance through the run, by the minute",
        x_label="minutes",
        y_label=QUANTITIES[BALANCE].label,
        rows=tuple(
            {
                "minute": float(b["t_s"] + 0.5 * b["duration_s"]) / 60.0,
                "balance_left_pct": float(b["balance_left_pct"]),
                "low95": float(b["balance_left_pct"] - 1.96 * b["balance_se_pp"]),
                "high95": float(b["balance_left_pct"] + 1.96 * b["balance_se_pp"]),
            }
            for b in blocks[has]
        ),
        roles={"x": "minute", "y": "balance_left_pct", "low95": "low95", "high95": "high95"},
        reference_lines={"50 even": 50.0},
    )
