"""The file of the tests: what came with the package is whole, and a wrong one is named."""

import math
from importlib import resources

import pytest

from evenstride.body import tests as module
from evenstride.body.tests import mirrored_sign, read_tests, screening_tests

TEXT = resources.files("evenstride.body").joinpath("data/tests.toml").read_text("utf-8")
ALL = screening_tests()


def test_the_figures_are_those_of_the_sources():
    degrees, cm = ALL["ankle-lunge"].methods
    assert (degrees.mdc_difference, degrees.mdc_change) == (4.7, 6.6)
    assert cm.mdc_difference == 1.9
    assert degrees.threshold_difference == 6.5
    assert "4.0 times" in degrees.threshold_words
    assert "5.1 times" in degrees.threshold_words
    assert "no forecast" in degrees.threshold_words
    assert "may differ from yours" in degrees.threshold_words
    assert "straight knee" in degrees.error_words
    assert "confidence" not in TEXT.casefold()
    reach = ALL["y-balance"].methods[0]
    assert (reach.sem, reach.mdc_difference, reach.threshold_difference) == (2.0, 5.5, 4.0)
    assert "inside the error" in reach.threshold_words
    for slug in ("hip-internal-rotation", "hip-external-rotation"):
        assert 5.0 <= ALL[slug].methods[0].mdc_difference <= 9.0
    index = ALL["foot-posture"].methods[0]
    assert (index.lowest, index.highest, index.more_is_better) == (-12, 12, None)
    assert index.sem is None


@pytest.mark.parametrize("test", ALL.values(), ids=ALL)
def test_every_test_says_how_and_how_far_off(test):
    assert len(test.how) >= 3
    for method in test.methods:
        if method.sem is not None or method.sem_share is not None:
            assert method.error_source
            assert method.error_words
        elif not method.choices:
            assert method.trials > 1


def test_no_word_blames_a_side():
    for word in ("weak", "abnormal", "risk"):
        assert word not in TEXT.casefold()


def test_a_sign_has_its_mirror():
    assert mirrored_sign("left_flared") == "right_flared"
    assert mirrored_sign("right_lower") == "left_lower"
    assert mirrored_sign("even") == "even"


def test_the_change_follows_of_the_difference():
    for test in ALL.values():
        for m in test.methods:
            if m.mdc_change:
                assert m.mdc_change == pytest.approx(math.sqrt(2) * m.mdc_difference, rel=0.05)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sem = 1.7", "sem = 2.7", "ankle-lunge, degrees: mdc_difference is 4.7, but 7.48 follows"),
        ("mdc_change = 6.6", "mdc_change = 9", "ankle-lunge, degrees: mdc_change is 9.0"),
        ("sem = 1.7\n", "", "ankle-lunge, degrees: sem, mdc_difference and mdc_change go together"),
        ('unit = "deg"', 'unit = "rad"', "ankle-lunge, degrees: unit is none of"),
        ("likely_low = 15", "likely_low = 65", "ankle-lunge, degrees: lowest, likely_low"),
        ('loads = ["ankle",', 'loads = ["elbow",', "ankle-lunge: loads names elbow"),
        ('error_source = "powden2015"', 'error_source = "x"', "there is no source x"),
        ('slug = "cm"', 'slug = "degrees"', "ankle-lunge: two methods have one slug"),
        ('slug = "heel-raise"', 'slug = "ankle-lunge"', "ankle-lunge: there are two"),
        ('pattern = "left_lower"', 'pattern = "left_more"', "hip-internal-rotation: pattern"),
        ('drawing = "hop"\n', "", "hop: drawing is missing"),
        ("trials = 1\n", "trials = 0\n", "heel-raise, count: step and trials"),
        ("step = 0.5\n", "steps = 0.5\n", "ankle-lunge, cm: steps is no field"),
        ('["even", "both alike"]', '["odd", "both alike"]', "chest-breath, hands: choices"),
        ("threshold_difference = 4.0\n", "", "y-balance, cm: threshold_difference"),
    ],
)
def test_a_wrong_file_is_named(old, new, message):
    assert old in TEXT
    with pytest.raises(module.WrongTestsError, match=message):
        read_tests(TEXT.replace(old, new, 1))
