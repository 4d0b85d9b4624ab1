"""What is said of pairs from outside: the verdict, and where other numbers disagree with it."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.answers.experiments.analysing import analyse_pairs


def analysed(differences, **options):
    lines = [f"{i},a,0\n{i},b,{float(d)!r}" for i, d in enumerate(differences)]
    text = "\n".join(["pair,condition,value", *lines])
    return analyse_pairs(text.encode(), name="x.csv", **options)


def test_what_an_e_value_decided_early_stands_though_the_mean_turned():
    answer = analysed([1.0] * 12 + [-1.2] * 14)
    assert answer.verdict == "increase"
    assert answer.estimates["effect_pp"].value < 0.0
    assert answer.headline == (
        "Probably real: “b” is above “a”, though the mean of all pairs is −0.2 pp."
    )
    assert any("e-value decided after" in sentence for sentence in answer.sentences)


def test_each_way_of_deciding_is_named():
    by_e = analysed(np.linspace(0.8, 1.2, 12))
    assert any("The e-value decided after" in s for s in by_e.sentences)
    by_p = analysed([1.0, 0.9, 1.4, 0.1, 1.1, 0.8, 0.2])
    assert any("randomisation test decided" in s for s in by_p.sentences)
    by_interval = analysed([0.01, -0.02, 0.03, -0.01, 0.02, -0.03, 0.01, -0.01])
    assert any("The 90 % interval decided" in s for s in by_interval.sentences)
    assert by_interval.headline == "Nothing that matters: “b” and “a” differ by less than 0.3 pp."


def test_an_interval_that_leaves_out_0_and_does_not_decide_is_explained():
    said = "The 95 % interval leaves out 0, which does not decide"
    for sign in (1.0, -1.0):
        almost = analysed(sign * np.array([0.7, 0.8, 0.6, 0.75, 0.65, 0.7]))  # p = .031
        assert almost.verdict == "too_early"
        assert any(s.startswith(said) for s in almost.sentences)
    for other in ([0.7, -0.8, 0.6, -0.75, 0.65, 0.7], [1.0] * 9, [0.7, 0.8]):
        assert not any(s.startswith(said) for s in analysed(other).sentences)


def test_a_posterior_that_disagrees_is_explained_and_decides_nothing():
    rng = np.random.default_rng(7)
    doubts = analysed(rng.normal(4.0, 3.5, 12))
    assert doubts.verdict == "increase"
    assert any("doubts more than the rule" in s for s in doubts.sentences)
    surer = analysed([0.7, 0.8, 0.6, 0.75, 0.65, 0.7])
    assert surer.verdict == "too_early"
    assert any("surer than the rule" in s for s in surer.sentences)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_sizes_are_said_as_finely_as_they_are_known(scale):
    answer = analysed(scale * np.linspace(0.8, 1.2, 12), unit="ms")
    number = answer.headline.split(" is ")[1].split(" ms")[0]
    assert float(number) == pytest.approx(scale, rel=0.05)
    assert len(number.replace(".", "").lstrip("0")) <= 4


def test_many_pairs_and_pairs_that_are_all_alike_are_no_trouble():
    rng = np.random.default_rng(1)
    assert analysed(rng.normal(0.2, 1.0, 1000)).verdict == "increase"
    assert analysed([0.0] * 8).verdict == "no_meaningful_effect"
    assert analysed([1e-30] * 9).verdict == "increase"
