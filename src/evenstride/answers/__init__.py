"""The use cases, a module a question: they compose the rooms and return an Answer.

Each name is imported when it is first used, so that asking for one costs nothing of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenstride.answers.care import (
        backup_library,
        check_library,
        export_library,
        prefer_recording,
        rebuild_library,
    )
    from evenstride.answers.demo import demo_folder, write_demo_year
    from evenstride.answers.importing import import_files
    from evenstride.answers.is_it_changing import trend
    from evenstride.answers.list_runs import runs
    from evenstride.answers.runner_settings import settings
    from evenstride.answers.schema import schema_json
    from evenstride.answers.show_run import show
    from evenstride.answers.where_am_i import status
    from evenstride.library import open_library
    from evenstride.library.library import Library

_FROM = {
    "backup_library": "evenstride.answers.care",
    "check_library": "evenstride.answers.care",
    "export_library": "evenstride.answers.care",
    "prefer_recording": "evenstride.answers.care",
    "rebuild_library": "evenstride.answers.care",
    "demo_folder": "evenstride.answers.demo",
    "write_demo_year": "evenstride.answers.demo",
    "import_files": "evenstride.answers.importing",
    "trend": "evenstride.answers.is_it_changing",
    "runs": "evenstride.answers.list_runs",
    "settings": "evenstride.answers.runner_settings",
    "schema_json": "evenstride.answers.schema",
    "show": "evenstride.answers.show_run",
    "status": "evenstride.answers.where_am_i",
    "open_library": "evenstride.library",
    "Library": "evenstride.library.library",
}

__all__ = [
    "Library",
    "backup_library",
    "check_library",
    "demo_folder",
    "export_library",
    "import_files",
    "open_library",
    "prefer_recording",
    "rebuild_library",
    "runs",
    "schema_json",
    "settings",
    "show",
    "status",
    "trend",
    "write_demo_year",
]


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)
