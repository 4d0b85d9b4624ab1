"""The catalogue holds what it has to hold, says what it has to say, and refuses what is wrong."""

from __future__ import annotations

from importlib.resources import files

import pytest

from evenstride.body.catalogue import NO_TRIAL, NOTHING_FOUND, CatalogueError, read_catalogue
from evenstride.body.catalogue import exercises as catalogue
from evenstride.domain.exercise import CONDITIONS

TEXT = files("evenstride.body").joinpath("data/exercises.toml").read_text("utf-8")
ASKED_FOR = {
    *("roll-quads", "roll-hip-flexors", "hip-flexor-stretch", "quad-stretch"),
    *("bicycles", "dead-bug", "ball-hamstring-curl", "band-hip-extension"),
    *("fire-hydrant", "bridge", "squat", "box-squat", "pistol-squat"),
    *("hip-thrust", "step-up", "lunge"),
    *("sucker-punch-rockback", "ninety-ninety-hip-shift", "alternating-chest-press"),
    *("split-squat-rotation", "staggered-hinge", "heel-raise", "ankle-mobilisation"),
    *("push-off-behind", "pull-the-foot-up", "hips-level", "hips-forward", "run-tall"),
    *("land-under-you", "quicker-steps", "switch-road-sides", "level-paths", "trails"),
    *("turn-the-track-round", "track-for-fast-work"),
}
DOSES = {
    "dead-bug": ((2, 3), (8, 12), "repetitions"),
    "bicycles": ((2, 3), (8, 12), "repetitions"),
    "ball-hamstring-curl": ((2, 3), (8, 15), "repetitions"),
    "band-hip-extension": ((2, 3), (10, 15), "repetitions"),
    "hip-thrust": ((2, 4), (6, 12), "repetitions"),
    "step-up": ((2, 4), (6, 12), "repetitions"),
    "lunge": ((2, 4), (6, 12), "repetitions"),
    "roll-quads": ((2, 2), (30, 60), "seconds"),
    "roll-hip-flexors": ((2, 2), (30, 60), "seconds"),
    "heel-raise": ((1, 3), (8, 12), "repetitions"),
}
BREATHING = (
    *("sucker-punch-rockback", "ninety-ninety-hip-shift", "alternating-chest-press"),
    *("split-squat-rotation", "staggered-hinge"),
)


def test_all_that_was_asked_for_is_there():
    assert set(catalogue()) == ASKED_FOR


def test_every_entry_says_that_no_trial_shows_it():
    for exercise in catalogue().values():
        assert NO_TRIAL in exercise.evidence


@pytest.mark.parametrize("slug", DOSES)
def test_doses_are_the_conventions(slug):
    dose = catalogue()[slug].dose
    assert (dose.sets, dose.count, dose.counted) == DOSES[slug]
    assert dose.strength == "convention"
    assert dose.per_week[0] == 2


@pytest.mark.parametrize("slug", BREATHING)
def test_breathing_drills_have_the_dose_of_a_case_report_and_no_held_breath(slug):
    exercise = catalogue()[slug]
    assert (exercise.dose.sets, exercise.dose.count) == ((3, 3), (10, 10))
    assert exercise.dose.strength == "case_report"
    assert exercise.dose.per_week[0] == 3
    forbidden = {name for caution in exercise.cautions for name in caution.conditions}
    assert forbidden >= {"high_blood_pressure", "late_pregnancy", "hernia"}


@pytest.mark.parametrize("slug", ["roll-quads", "roll-hip-flexors"])
def test_rolling_is_not_for_everyone(slug):
    forbidden = {n for caution in catalogue()[slug].cautions for n in caution.conditions}
    assert forbidden >= {"varices", "clot", "fracture", "open_skin"}


@pytest.mark.parametrize("slug", ["pistol-squat", "lunge"])
def test_deep_knee_bends_are_not_for_a_knee_that_hurts_above_5(slug):
    cautions = catalogue()[slug].cautions
    assert any("knee_pain" in caution.conditions for caution in cautions)
    assert any("knee-front" in caution.regions and caution.above == 5 for caution in cautions)


def test_the_pistol_squat_comes_after_the_box_squat():
    assert catalogue()["pistol-squat"].after == "box-squat"


def test_what_is_mirrored_says_which_finding_and_what_holds_without_one():
    mirrored = [one for one in catalogue().values() if one.sided == "mirrored"]
    assert {one.slug for one in mirrored} >= {"sucker-punch-rockback", "ninety-ninety-hip-shift"}
    for one in mirrored:
        assert one.toward
        assert NOTHING_FOUND in one.side_rule


def test_the_drills_are_those_of_the_typical_pattern_on_the_side_it_has_them():
    """Left back and right chest hard to inhale into: left rockback; left hip short: left shift."""
    toward = dict(catalogue()["sucker-punch-rockback"].toward)
    assert toward == {"back-breath": "lower", "chest-breath": "other", "flared-ribs": "lower"}
    toward = dict(catalogue()["ninety-ninety-hip-shift"].toward)
    assert toward["hip-internal-rotation"] == "lower"
    assert toward["hip-external-rotation"] == "other"


def test_every_condition_rules_something_out():
    used = {
        name
        for exercise in catalogue().values()
        for caution in exercise.cautions
        for name in caution.conditions
    }
    assert used == set(CONDITIONS)


def test_every_entry_has_a_source_and_a_study_can_be_looked_up():
    for exercise in catalogue().values():
        assert exercise.source is not None
        assert exercise.source.link or exercise.strength in {"convention", "theory"}


WRONG = {
    'source = "uneven"\n': ("", "trails.*source"),
    'link = "doi 10.1519/SSC.0000000000000701"\n': ("", "curl.*looked up"),
    'equipment = ["ball"]': ('equipment = ["trampoline"]', "ball-hamstring-curl.*equipment"),
    'regions = ["calf", "achilles", "sole", "ankle"]': (
        'regions = ["calfs"]',
        "heel-raise.*regions.*calfs",
    ),
    'tests = ["ankle-lunge"]': ('tests = ["ankle-plunge"]', "ankle-mobilisation.*tests"),
    'after = "box-squat"': ('after = "pistol-squat"', "pistol-squat.*circle"),
    'cue = "quicker-steps"': ('cue = "slower-steps"', "quicker-steps.*cue"),
    "sets = [2, 3], count = [8, 15]": ("sets = [3, 2], count = [8, 15]", "curl.*sets"),
    'toward = { trunk-rotation = "lower" }\n': ("", "split-squat-rotation.*toward"),
    'slug = "trails"\n': ("", "no slug"),
    'drawing = "lunge"\n': ("", "lunge.*drawing"),
    'block = "foot"': ('block = "toes"', "heel-raise.*block"),
    'slug = "level-paths"': ('slug = "trails"', "trails.*twice"),
    'feel = "The ground does not tip."': ('feel = " "', "level-paths.*feel"),
    'easier = "A part of the way."': (
        'easier = "A part of the way."\nharder = "All of it."',
        "level-paths.*harder",
    ),
    'evidence = "A coach\'s advice. No trial shows that it changes balance."\nstrength = "conv': (
        'evidence = "It works."\nstrength = "conv',
        "trails.*evidence",
    ),
    'conditions = ["varices", "clot", "fracture", "open_skin"] }': (
        'conditions = ["gout"] }',
        "roll-quads.*gout",
    ),
    'side_rule = "The leg in front is that of the side with less internal rotation of the hip. '
    'Nothing found: both sides."': ('side_rule = "As you like."', "staggered-hinge.*side_rule"),
}


@pytest.mark.parametrize("wrong", WRONG, ids=[pattern for _, pattern in WRONG.values()])
def test_a_mistake_is_named_by_exercise_and_field(wrong):
    instead, pattern = WRONG[wrong]
    assert wrong in TEXT
    with pytest.raises(CatalogueError, match=pattern):
        read_catalogue(TEXT.replace(wrong, instead, 1))


def test_running_belongs_to_form_and_ground():
    with pytest.raises(CatalogueError, match="while running"):
        read_catalogue(TEXT.replace("running = true\n", "", 1))


@pytest.mark.parametrize("text", ["", "exercise = 3 4"])
def test_an_empty_or_broken_file_is_refused(text):
    with pytest.raises(CatalogueError):
        read_catalogue(text)
