"""Decides how what is known of the ground is kept: what was typed of it, and what was computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from evenstride.domain.errors import InputError
from evenstride.domain.ground import Camber, GroundPart, Surface
from evenstride.library import database, reading, stored, tables, typed
from evenstride.library.database import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from evenstride.domain.ground import Ground

Parts = tuple[GroundPart, ...]


def parts(connection: Connection, run_id: str | None = None) -> dict[str, Parts]:
    """Read what was typed of the ground, of all runs or of one; see `Library.ground_parts`.

    Raises
    ------
    ValueError
        A row holds a surface or camber that there is not.
    """
    g = tables.ground.c
    query = select(g.run_id, g.start_s, g.end_s, g.surface, g.camber).order_by(g.run_id, g.position)
    if run_id is not None:
        query = query.where(g.run_id == run_id)
    found: dict[str, list[GroundPart]] = {}
    for name, start_s, end_s, surface, camber in connection.execute(query):
        part = GroundPart(
            start_s,
            end_s,
            None if surface is None else Surface(surface),
            None if camber is None else Camber(camber),
        )
        found.setdefault(name, []).append(part)
    return {name: tuple(some) for name, some in found.items()}


def write(connection: Connection, said: Mapping[str, Sequence[GroundPart]]) -> None:
    """Replace what was typed of these runs; see `Library.write_grounds`.

    Raises
    ------
    UnknownRunError
        One of the runs is not here.
    InputError
        A part does not begin before it ends, or before the run.
    """
    by_run = {run_id: [part for part in some if _speaks(part)] for run_id, some in said.items()}
    for some in by_run.values():
        for part in some:
            _require_stretch(part)
    typed.require_runs(connection, list(by_run))
    g = tables.ground.c
    for at in range(0, len(by_run), MOST_NAMES):
        ids = list(by_run)[at : at + MOST_NAMES]
        connection.execute(delete(tables.ground).where(g.run_id.in_(ids)))
    rows = [
        {
            "run_id": run_id,
            "position": position,
            "start_s": part.start_s,
            "end_s": part.end_s,
            "surface": part.surface,
            "camber": part.camber,
        }
        for run_id, some in by_run.items()
        for position, part in enumerate(some)
    ]
    if rows:
        connection.execute(insert(tables.ground), rows)


def grounds(connection: Connection, settings: reading.Settings) -> dict[str, Ground]:
    """Read what was computed of the runs' chosen recordings; see `Library.grounds`.

    Raises
    ------
    ValueError, TypeError
        A row does not hold what was stored in it.
    """
    d = tables.details.c
    query = select(d.recording_id, d.ground).where(d.ground.is_not(None))
    texts = {row[0]: row[1] for row in database.rows(connection, query)}
    picked = [candidate for candidate, _ in reading.chosen(connection, settings)]
    return {
        c.run_id: stored.ground_from_text(texts[c.recording_id])
        for c in picked
        if c.recording_id in texts
    }


def _speaks(part: GroundPart) -> bool:
    return part.surface is not None or part.camber is not None


def _require_stretch(part: GroundPart) -> None:
    start_s = 0.0 if part.start_s is None else part.start_s
    end_s = math.inf if part.end_s is None else part.end_s
    if not 0.0 <= start_s < end_s or math.isinf(start_s):
        raise InputError("A part of a run must begin before it ends.")
