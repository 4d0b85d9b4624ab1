"""The use cases, a module a question: they compose the rooms and return an Answer.

Each name is imported when it is first used, so that asking for one costs nothing of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenstride.answers.annotating import annotate_runs, used_words
    from evenstride.answers.body_and_plan.catalogue import exercises
    from evenstride.answers.body_and_plan.diary import Say, diary
    from evenstride.answers.body_and_plan.diary import delete as delete_entry
    from evenstride.answers.body_and_plan.diary import history as diary_history
    from evenstride.answers.body_and_plan.diary import write as write_diary
    from evenstride.answers.body_and_plan.flags import flags
    from evenstride.answers.body_and_plan.injuries import injuries
    from evenstride.answers.body_and_plan.planning import (
        begin_plan,
        end_plan,
        plan,
        plan_dates,
        propose_plan,
    )
    from evenstride.answers.body_and_plan.says import body
    from evenstride.answers.body_and_plan.screening import record_measured, screen, screen_test
    from evenstride.answers.body_and_plan.screening_sheet import sheet as screening_sheet
    from evenstride.answers.body_and_plan.session_log import log_session
    from evenstride.answers.body_and_plan.shoes import shoes
    from evenstride.answers.body_and_plan.where_from import why
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
    from evenstride.answers.experiments.analysing_files import analyse_file
    from evenstride.answers.experiments.assigning import next_assignment
    from evenstride.answers.experiments.associations import associations
    from evenstride.answers.experiments.designing import propose as propose_experiment
    from evenstride.answers.experiments.designing import register as register_experiment
    from evenstride.answers.experiments.exchange import export_experiment
    from evenstride.answers.experiments.listing import delete as delete_experiment
    from evenstride.answers.experiments.listing import end as end_experiment
    from evenstride.answers.experiments.listing import list_experiments
    from evenstride.answers.experiments.listing import status as experiment_status
    from evenstride.answers.experiments.recording import Said as AssignmentSaid
    from evenstride.answers.experiments.recording import record as record_assignment
    from evenstride.answers.experiments.result import result as experiment_result
    from evenstride.answers.experiments.wishes import Wish
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
    "why": "evenstride.answers.body_and_plan.where_from",
    "plan": "evenstride.answers.body_and_plan.planning",
    "propose_plan": "evenstride.answers.body_and_plan.planning",
    "begin_plan": "evenstride.answers.body_and_plan.planning",
    "plan_dates": "evenstride.answers.body_and_plan.planning",
    "log_session": "evenstride.answers.body_and_plan.session_log",
    "end_plan": "evenstride.answers.body_and_plan.planning",
    "exercises": "evenstride.answers.body_and_plan.catalogue",
    "body": "evenstride.answers.body_and_plan.says",
    "diary": "evenstride.answers.body_and_plan.diary",
    "write_diary": "evenstride.answers.body_and_plan.diary:write",
    "delete_entry": "evenstride.answers.body_and_plan.diary:delete",
    "diary_history": "evenstride.answers.body_and_plan.diary:history",
    "Say": "evenstride.answers.body_and_plan.diary",
    "injuries": "evenstride.answers.body_and_plan.injuries",
    "shoes": "evenstride.answers.body_and_plan.shoes",
    "flags": "evenstride.answers.body_and_plan.flags",
    "screen": "evenstride.answers.body_and_plan.screening",
    "screen_test": "evenstride.answers.body_and_plan.screening",
    "record_measured": "evenstride.answers.body_and_plan.screening",
    "screening_sheet": "evenstride.answers.body_and_plan.screening_sheet:sheet",
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
    "analyse_file": "evenstride.answers.experiments.analysing_files",
    "associations": "evenstride.answers.experiments.associations",
    "delete_experiment": "evenstride.answers.experiments.listing:delete",
    "end_experiment": "evenstride.answers.experiments.listing:end",
    "experiment_result": "evenstride.answers.experiments.result:result",
    "experiment_status": "evenstride.answers.experiments.listing:status",
    "export_experiment": "evenstride.answers.experiments.exchange",
    "list_experiments": "evenstride.answers.experiments.listing",
    "next_assignment": "evenstride.answers.experiments.assigning",
    "propose_experiment": "evenstride.answers.experiments.designing:propose",
    "record_assignment": "evenstride.answers.experiments.recording:record",
    "register_experiment": "evenstride.answers.experiments.designing:register",
    "AssignmentSaid": "evenstride.answers.experiments.recording:Said",
    "Wish": "evenstride.answers.experiments.wishes",
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
    "AssignmentSaid",
    "GroundEdit",
    "ImportState",
    "Library",
    "Say",
    "Wish",
    "analyse_file",
    "annotate_runs",
    "associations",
    "backup_library",
    "begin_plan",
    "body",
    "check_library",
    "compare",
    "delete_entry",
    "delete_experiment",
    "demo_folder",
    "diary",
    "diary_history",
    "drivers",
    "end_experiment",
    "end_plan",
    "exercises",
    "experiment_result",
    "experiment_status",
    "explain",
    "export_experiment",
    "export_library",
    "fatigue",
    "flags",
    "ground_of_run",
    "ground_of_runs",
    "import_files",
    "import_progress",
    "injuries",
    "library_health",
    "list_experiments",
    "log_session",
    "next_assignment",
    "notes",
    "open_library",
    "plan",
    "plan_dates",
    "prefer_recording",
    "preferences",
    "propose_experiment",
    "propose_plan",
    "rebuild_library",
    "record_assignment",
    "record_measured",
    "reference_speed",
    "register_experiment",
    "report",
    "runs",
    "runs_named",
    "schema_json",
    "screen",
    "screen_test",
    "screening_sheet",
    "settings",
    "shoes",
    "show",
    "status",
    "trend",
    "used_words",
    "why",
    "write_demo_year",
    "write_diary",
    "write_note",
]


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, there = _FROM[name].partition(":")
    return getattr(import_module(module), there or name)
