"""The use cases, a module a question: they compose the rooms and return an Answer.

Each name is imported when it is first used, so that asking for one costs nothing of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenstride.answers.annotating import annotate_runs, used_words
    from evenstride.answers.care import (
        backup_library,
        check_library,
        export_library,
        library_health,
        prefer_recording,
        rebuild_library,
    )
    from evenstride.answers.demo import demo_folder, write_demo_year
    from evenstride.answers.does_it_hold import fatigue
    from evenstride.answers.ground_said import ground_of_run, ground_of_runs
    from evenstride.answers.ground_typed import CAMBER_WORDS, GroundEdit
    from evenstride.answers.importing import ImportState, import_files, import_progress
    from evenstride.answers.is_it_changing import trend
    from evenstride.answers.like_for_like import compare
    from evenstride.answers.list_runs import runs
    from evenstride.answers.naming_runs import runs_named
    from evenstride.answers.noticing import notes, write_note
    from evenstride.answers.reporting import report
    from evenstride.answers.runner_settings import preferences, reference_speed, settings
    from evenstride.answers.schema import schema_json
    from evenstride.answers.show_run import show
    from evenstride.answers.what_moves_it import drivers
    from evenstride.answers.where_am_i import status
    from evenstride.answers.why_this_run import explain
    from evenstride.library import KEEP, open_library
    from evenstride.library.library import Library

_FROM = {
    "annotate_runs": "evenstride.answers.annotating",
    "used_words": "evenstride.answers.annotating",
    "backup_library": "evenstride.answers.care",
    "check_library": "evenstride.answers.care",
    "export_library": "evenstride.answers.care",
    "library_health": "evenstride.answers.care",
    "prefer_recording": "evenstride.answers.care",
    "rebuild_library": "evenstride.answers.care",
    "demo_folder": "evenstride.answers.demo",
    "write_demo_year": "evenstride.answers.demo",
    "fatigue": "evenstride.answers.does_it_hold",
    "drivers": "evenstride.answers.what_moves_it",
    "compare": "evenstride.answers.like_for_like",
    "explain": "evenstride.answers.why_this_run",
    "ImportState": "evenstride.answers.importing",
    "import_files": "evenstride.answers.importing",
    "import_progress": "evenstride.answers.importing",
    "CAMBER_WORDS": "evenstride.answers.ground_typed",
    "GroundEdit": "evenstride.answers.ground_typed",
    "ground_of_run": "evenstride.answers.ground_said",
    "ground_of_runs": "evenstride.answers.ground_said",
    "runs_named": "evenstride.answers.naming_runs",
    "trend": "evenstride.answers.is_it_changing",
    "report": "evenstride.answers.reporting",
    "runs": "evenstride.answers.list_runs",
    "notes": "evenstride.answers.noticing",
    "preferences": "evenstride.answers.runner_settings",
    "reference_speed": "evenstride.answers.runner_settings",
    "settings": "evenstride.answers.runner_settings",
    "schema_json": "evenstride.answers.schema",
    "show": "evenstride.answers.show_run",
    "status": "evenstride.answers.where_am_i",
    "write_note": "evenstride.answers.noticing",
    "KEEP": "evenstride.library",
    "open_library": "evenstride.library",
    "Library": "evenstride.library.library",
}

__all__ = [
    "CAMBER_WORDS",
    "KEEP",
    "GroundEdit",
    "ImportState",
    "Library",
    "annotate_runs",
    "backup_library",
    "check_library",
    "compare",
    "demo_folder",
    "drivers",
    "explain",
    "export_library",
    "fatigue",
    "ground_of_run",
    "ground_of_runs",
    "import_files",
    "import_progress",
    "library_health",
    "notes",
    "open_library",
    "prefer_recording",
    "preferences",
    "rebuild_library",
    "reference_speed",
    "report",
    "runs",
    "runs_named",
    "schema_json",
    "settings",
    "show",
    "status",
    "trend",
    "used_words",
    "write_demo_year",
    "write_note",
]


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)
