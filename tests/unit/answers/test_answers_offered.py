"""What `es.answers` offers: every use case by one name, and nothing loaded that is not asked."""

from __future__ import annotations

import subprocess
import sys

import evenstride as es
from evenstride import answers
from evenstride.answers.experiments import designing, listing, recording, result


def test_every_name_offered_is_there_and_no_other():
    assert sorted(answers.__all__) == sorted(answers._FROM)
    for name in answers.__all__:
        assert callable(getattr(answers, name)) or name.isupper(), name


def test_experiments_are_offered_from_the_design_to_the_result():
    assert es.answers.propose_experiment is designing.propose
    assert es.answers.register_experiment is designing.register
    assert es.answers.record_assignment is recording.record
    assert es.answers.AssignmentSaid is recording.Said
    assert es.answers.experiment_result is result.result
    assert es.answers.experiment_status is listing.status
    assert es.answers.end_experiment is listing.end
    assert {
        "Wish",
        "next_assignment",
        "list_experiments",
        "delete_experiment",
        "export_experiment",
        "analyse_file",
        "associations",
    } <= {*es.answers.__all__}


def test_asking_for_nothing_loads_nothing():
    code = (
        "import sys, evenstride as es; es.answers.__all__; "
        "print([m for m in sys.modules if m.startswith('evenstride.answers.')])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "[]"
