"""Decides what a worker hands to the one writer: a file's recordings, everything but the samples.

Workers need no database: they store the raw file, then the samples, and send this over. The writer
commits it; only then does the run exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evenstride.library import files, layout

if TYPE_CHECKING:
    from pathlib import Path

    from evenstride.domain.measures import Measures
    from evenstride.domain.recording import DeveloperField, Issue, Lap, Recording, Run


@dataclass(frozen=True, slots=True)
class PreparedRecording:
    """One recording whose samples are stored; made by `prepare_recording`.

    `elapsed_s` is how long the recording lasts by the clock, pauses included [s].
    """

    recording_id: str
    session_index: int
    run: Run
    measures: Measures
    samples_sha256: str
    rows: int
    elapsed_s: float
    laps: tuple[Lap, ...] = ()
    pauses: tuple[tuple[float, float], ...] = ()
    issues: tuple[Issue, ...] = ()
    developer_fields: tuple[DeveloperField, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file ready to be added: it is in `raw/`, its recordings' samples are in `samples/`.

    `name` is what people see (`export.zip/123.fit`), `computed_by` the program and version.
    """

    sha256: str
    size_bytes: int
    name: str
    recordings: tuple[PreparedRecording, ...]
    format: str = "fit"
    computed_by: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one prepared file.

    `mended` means that it was known, but that something computed from it was missing or differed
    and is now replaced. `run_ids` are the runs its recordings belong to; `joined` is how many of
    them are new and of a run that another device recorded too.
    """

    sha256: str
    name: str
    status: Literal["imported", "already_there", "mended"]
    run_ids: tuple[str, ...]
    joined: int = 0


def prepare_recording(
    root: Path, sha256: str, recording: Recording, measures: Measures
) -> PreparedRecording:
    """Store the samples of `recording`, of the raw file `sha256`, and describe the rest.

    Raises
    ------
    StorageError
        The disk is full or the folder cannot be written.
    """
    recording_id = layout.recording_id(sha256, recording.session_index)
    samples_sha256, rows = files.store_samples(root, recording_id, recording.samples)
    return PreparedRecording(
        recording_id=recording_id,
        session_index=recording.session_index,
        run=recording.run,
        measures=measures,
        samples_sha256=samples_sha256,
        rows=rows,
        elapsed_s=_elapsed_s(recording),
        laps=recording.laps,
        pauses=recording.pauses,
        issues=recording.issues,
        developer_fields=recording.developer_fields,
    )


def _elapsed_s(recording: Recording) -> float:
    last = recording.samples["t_s"].max()
    ends = [recording.run.duration_s, *(end for _, end in recording.pauses), last]
    return max((end for end in ends if isinstance(end, int | float) and end >= 0), default=0.0)
