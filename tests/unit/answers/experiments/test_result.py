"""Did it work? The verdict by the rule alone, and what is said beside it, whatever came out."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import numpy as np
import pytest

from evenstride.answers.experiments.exchange import material_json, read_exported
from evenstride.answers.experiments.material import Half, Material, Pair, Relative
from evenstride.answers.experiments.result import result_of
from evenstride.answers.schema import schema
from evenstride.domain.experiment import ENOUGH_E, OUTCOMES, Kept, Registration
from evenstride.render.as_json import answer_json
from evenstride.stats.experiments.e_process import e_values
from evenstride.stats.experiments.sequence import assigned
from experiment_lab import LAPS, RUNS, START

SEED = "0f" * 16
NEVER = re.compile(r"weak|prove|guarantee|significan|cure|will help", re.IGNORECASE)


def registered(outcome="toward_even", *, kind="across_runs", pairs=8, **changes):
    known = OUTCOMES[outcome]
    r = Registration(
        experiment_id="hips-level-2026-02",
        registered_at_utc=datetime(2026, 2, 2, 6, tzinfo=UTC),
        question="Does this make me more even: hips level?",
        kind=kind,
        treatment="hips level",
        control="run as always",
        outcome=outcome,
        longer_side="right" if outcome == "toward_even" else None,
        smallest_effect=known.smallest_effect,
        prior_sd=known.prior_sd,
        seed=SEED,
        pairs=pairs,
        reference={"speed_m_s": 2.8, "elapsed_h": 0.25},
        adjustment={"speed": 0.5},
        spread_sd=known.prior_sd,
    )
    return replace(r, **changes)


def of_pairs(differences, *, outcome="toward_even", kept=None, did=None, **changes):
    """An experiment whose pairs differ by so much; `did` says pairs of which the other was done."""
    r = registered(outcome, **changes.pop("registration", {}))
    base = -1.5 if outcome == "toward_even" else 40.0
    pairs = []
    for number, d in enumerate(differences):
        halves = []
        for half in (0, 1):
            condition = assigned(r.seed, number, half)
            other = {"treatment": "control", "control": "treatment"}[condition]
            halves.append(
                Half(
                    position=2 * number + half,
                    assigned=condition,
                    did=other if number in (did or ()) else condition,
                    value=base + (d if condition == "treatment" else 0.0),
                    se=0.1,
                    raw=48.5,
                    run_id=f"2026-02-{2 * number + half + 3:02}-0700"[-15:],
                    date="2026-02-20",
                    remarks=("did_other",) if number in (did or ()) else (),
                )
            )
        pairs.append(Pair(number, tuple(halves)))
    made = Material(kept=kept or Kept(r), pairs=tuple(pairs), today="2026-06-01")
    return replace(made, **changes)


def said(answer):
    return " ".join((answer.headline, *answer.sentences, *answer.caveats))


def alternating(mean, apart, n):
    return [mean + apart * (-1) ** i for i in range(n)]


CLEAR = 1.0
"""So many times the usual size of effects: it decides."""


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_effect_is_said_in_the_words_of_its_outcome(outcome, sign):
    known = OUTCOMES[outcome]
    size = 2.0 * known.prior_sd
    answer = result_of(of_pairs(alternating(sign * size, 0.1 * size, 8), outcome=outcome))
    assert answer.verdict == ("increase" if sign > 0 else "decrease")
    way = known.increase if sign > 0 else known.decrease
    assert way in answer.headline
    if outcome == "toward_even" and sign < 0:
        assert answer.headline.startswith("It makes things less even: with hips level, 1.0 pp")
    else:
        assert answer.headline.startswith(f"Probably real: {size:.1f} ")
        assert answer.headline.endswith("with hips level.")
    assert answer.estimates[f"effect_{known.slug}"].value == pytest.approx(sign * size)
    assert answer.estimates["p_value"].value == pytest.approx(2 / 2**8)
    assert not NEVER.search(said(answer))
    jsonschema.validate(json.loads(answer_json(answer)), schema("experiment_result"))


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_nothing_that_matters_is_said_with_what_would_matter(outcome):
    known = OUTCOMES[outcome]
    tenth = 0.1 * known.smallest_effect
    answer = result_of(of_pairs(alternating(0.0, tenth, 8), outcome=outcome))
    assert answer.verdict == "no_meaningful_effect"
    assert answer.headline.startswith("Nothing that matters: hips level changes ")
    assert f"by less than {known.smallest_effect:.1f}" in answer.headline
    assert "90 % interval" in answer.sentences[1]
    assert not NEVER.search(said(answer))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (0, "Too early: about 16 more runs."),
        (1, "Too early: about 14 more runs."),
        (5, "Too early: about 6 more runs."),
        (6, "Too early: about 4 more runs."),
    ],
)
def test_too_early_says_how_many_more(pairs, words):
    answer = result_of(of_pairs(alternating(0.1, 0.8, pairs)))
    assert (answer.verdict, answer.headline) == ("too_early", words)
    effect = answer.estimates["effect_pp"]
    assert math.isfinite(effect.low) == (pairs >= 6)
    if pairs in {1, 5}:
        assert "under 6 pairs there is no 95 % interval" in said(answer)
    assert answer.estimates["p_value"].value == 1.0 or pairs > 0
    jsonschema.validate(json.loads(answer_json(answer)), schema("experiment_result"))


def test_laps_are_counted_in_runs():
    r = {"kind": "within_run", "pairs": 12, "pairs_per_run": 4}
    answer = result_of(of_pairs(alternating(0.1, 0.8, 4), registration=r))
    assert answer.headline == "Too early: about 2 more runs."


@pytest.mark.parametrize(
    ("mean", "words"), [(0.7, "by the e-value alone"), (0.05, "to end it is no loss")]
)
def test_at_its_end_without_a_verdict_it_may_go_on_where_that_may_decide_it(mean, words):
    answer = result_of(of_pairs(alternating(mean, 0.9, 9), registration={"pairs": 9}))
    assert answer.verdict == "too_early"
    assert answer.headline.startswith("Not decided at the registered 9 pairs")
    assert words in answer.headline


@pytest.mark.parametrize(
    ("effect", "too_far"), [(1.0, False), (2.6, False), (3.4, True), (-1.0, False)]
)
def test_past_even_and_further_from_it_than_before_is_said_at_once(effect, too_far):
    """Without it the runner is 1.5 pp short of even."""
    answer = result_of(of_pairs(alternating(effect, 0.05, 10)))
    assert ("too far" in answer.headline) is too_far
    other = result_of(of_pairs(alternating(effect, 0.05, 10), outcome="balance"))
    assert "too far" not in other.headline


def test_evidence_is_that_of_the_pairs_in_their_order():
    d = [0.4, 0.9, -0.2, 0.7, 1.1, 0.5]
    answer = result_of(of_pairs(d))
    e = e_values(np.array(d)).tolist()
    assert [row["e_value"] for row in answer.tables["pairs"]] == pytest.approx(e)
    assert [row["e_value"] for row in answer.figures["evidence"].rows] == pytest.approx(e)
    assert answer.estimates["e_value"].value == pytest.approx(e[-1])
    assert [row["difference"] for row in answer.figures["pairs"].rows] == pytest.approx(d)


def test_a_pair_decided_early_that_later_ones_reverse_says_both():
    early = [1.0] * 9
    d = [*early, *[-2.5] * 7]
    r = {"pairs": 16}
    e = e_values(np.array(d))
    assert e[: len(early)].max() >= 40.0
    assert np.mean(d) < 0.0
    for outcome, words in (
        (
            "balance",
            "Probably real: toward the left, though the mean of all pairs is 0.5 pp toward",
        ),
        ("toward_even", "Probably real: toward even, though the mean of all pairs is 0.5 pp away"),
    ):
        answer = result_of(of_pairs(d, outcome=outcome, registration=r))
        assert answer.verdict == "increase"
        assert answer.headline.startswith(words)
    turned = result_of(of_pairs([-x for x in d], registration=r))
    assert turned.verdict == "decrease"
    assert turned.headline == (
        "It makes things less even, though the mean of all pairs is 0.5 pp toward even."
    )


def test_pairs_done_otherwise_count_as_assigned_and_the_others_stand_beside():
    d = [1.0, 1.2, -0.8, 1.1, 0.9, 1.0, -0.9, 1.0]
    answer = result_of(of_pairs(d, did=(2, 6)))
    assert answer.estimates["effect_pp"].value == pytest.approx(np.mean(d))
    as_asked = [x for i, x in enumerate(d) if i not in {2, 6}]
    assert answer.estimates["per_protocol_pp"].value == pytest.approx(np.mean(as_asked))
    assert "In 2 pairs something else was done than assigned; they count as assigned" in said(
        answer
    )
    assert len(answer.tables["deviations"]) == 4
    # Without deviations there is nothing beside.
    plain = result_of(of_pairs(d))
    assert plain.estimates["per_protocol_pp"] == plain.estimates["effect_pp"]
    assert "something else was done" not in said(plain)


def test_where_nothing_was_done_as_assigned_nothing_stands_beside():
    answer = result_of(of_pairs([0.5, 0.6, 0.4], did=(0, 1, 2)))
    assert math.isnan(answer.estimates["per_protocol_pp"].value)
    assert "In 3 pairs something else was done than assigned; they count as assigned." in said(
        answer
    )


def test_a_pair_that_does_not_count_is_shown_and_says_why():
    material = of_pairs([0.5, 0.6, 0.7])
    lost = replace(material.pairs[1], why_not="skipped")
    answer = result_of(replace(material, pairs=(material.pairs[0], lost, material.pairs[2])))
    row = answer.tables["pairs"][1]
    assert (row["used"], row["why_not"], row["difference"], row["e_value"]) == (
        False, "skipped", None, None
    )  # fmt: skip
    assert answer.estimates["effect_pp"].value == pytest.approx(0.6)
    (progress,) = answer.tables["progress"]
    assert (progress["complete_pairs"], progress["dropped_pairs"]) == (2, 1)


# -- what describes ------------------------------------------------------------------------------


def test_an_estimate_that_disagrees_with_the_rule_is_explained():
    strong = alternating(1.0, 0.1, 8)
    cases = [
        ((strong, -0.8, 0.1), "the other way round"),
        ((strong, 0.1, 0.4), "less sure than the rule"),
        ((alternating(0.3, 1.0, 8), 0.6, 0.1), "surer than the rule"),
        ((alternating(0.0, 0.02, 8), 0.2, 0.05), "there may well be an effect"),
        ((strong, 0.9, 0.1), "It describes; the rule decides."),
    ]
    verdicts = []
    for (d, value, se), words in cases:
        answer = result_of(of_pairs(d, model_effect=value, model_se=se))
        (sentence,) = [s for s in answer.sentences if s.startswith("By the model of all your runs")]
        assert words in sentence
        verdicts.append(answer.verdict)
        without = result_of(of_pairs(d))
        assert without.verdict == answer.verdict
        assert without.estimates["effect_pp"] == answer.estimates["effect_pp"]
    assert verdicts == ["increase", "increase", "too_early", "no_meaningful_effect", "increase"]


def test_where_the_model_cannot_say_the_pairs_are_shrunk():
    answer = result_of(of_pairs(alternating(0.8, 0.3, 8)))
    shrunk, effect = answer.estimates["posterior_effect_pp"], answer.estimates["effect_pp"]
    assert 0.0 < shrunk.value < effect.value
    assert any(s.startswith("Drawn toward 0") for s in answer.sentences)


def test_hopeless_ones_are_told_so():
    many = {"pairs": 40}
    hopeless = result_of(of_pairs(alternating(0.0, 0.05, 30), registration=many))
    assert "to end it is no loss" in said(hopeless)
    open_ = result_of(of_pairs(alternating(0.5, 0.6, 6), registration=many))
    assert "If it goes on to 40 pairs" in said(open_)
    assert "to end it is no loss" not in said(open_)
    # Of what is decided or has ended nothing is foretold.
    assert "If it goes on" not in said(
        result_of(of_pairs(alternating(1.0, 0.1, 9), registration=many))
    )
    r = registered(pairs=40)
    over = Kept(r, ended_at_utc=datetime(2026, 3, 1, tzinfo=UTC), end_reason="ill")
    ended = result_of(of_pairs(alternating(0.1, 0.5, 6), kept=over, registration=many))
    assert "If it goes on" not in said(ended)
    assert ended.headline == "Ended before anything was decided, after 6 pairs."
    assert "It was ended on 2026-03-01: ill." in said(ended)


def relative(name, e_value, effect=0.4, se=0.2):
    return Relative(
        experiment_id=name, treatment=name, effect=effect, se=se, e_value=e_value,
        decided=e_value >= ENOUGH_E, since="2026-01-01", until="2026-01-31",
    )  # fmt: skip


def test_of_many_things_tried_those_that_stand_are_counted_together():
    strong = alternating(1.0, 0.05, 10)
    e = float(e_values(np.array(strong))[-1])
    assert e > 60.0
    alone = result_of(of_pairs(strong))
    assert alone.tables["family"] == ()
    assert "things on this" not in said(alone)
    # e-BH: of K things the largest stands from K / 0.05 on.
    enough = int(e * 0.05)
    for others, stands in ((enough - 1, True), (enough, False)):
        family = tuple(relative(f"other-{i}", 0.5) for i in range(others))
        answer = result_of(of_pairs(strong, family=family))
        rows = answer.tables["family"]
        assert len(rows) == others + 1
        assert rows[0]["stands"] is stands
        assert answer.verdict == "increase"
        words = "this one stands" if stands else "does not stand yet"
        assert words in said(answer)


def test_what_its_own_rule_has_not_found_does_not_stand_whatever_its_e_value():
    undecided = replace(relative("other", 1e4), decided=False)
    rows = result_of(of_pairs(alternating(0.1, 0.5, 6), family=(undecided,))).tables["family"]
    assert [row["stands"] for row in rows] == [False, False]
    rows = result_of(of_pairs(alternating(0.1, 0.5, 6), family=(relative("other", 1e4),))).tables[
        "family"
    ]
    assert [row["stands"] for row in rows] == [False, True]


def test_what_was_tried_without_a_number_yet_counts_as_tried():
    strong = alternating(1.0, 0.05, 10)
    e = float(e_values(np.array(strong))[-1])
    family = tuple(
        relative(f"start-{i}", math.nan, math.nan, math.nan) for i in range(int(e * 0.05))
    )
    rows = result_of(of_pairs(strong, family=family)).tables["family"]
    assert not rows[0]["stands"]
    assert rows[1]["e_value"] is None


def test_the_family_tells_how_large_effects_are():
    d = alternating(0.6, 0.5, 8)
    alone = result_of(of_pairs(d)).estimates["posterior_effect_pp"].value
    small = tuple(relative(f"s{i}", 1.0, 0.01, 0.05) for i in range(6))
    among_small = result_of(of_pairs(d, family=small)).estimates["posterior_effect_pp"].value
    large = tuple(relative(f"l{i}", 90.0, 2.0, 0.05) for i in range(6))
    among_large = result_of(of_pairs(d, family=large)).estimates["posterior_effect_pp"].value
    assert among_small < alone < among_large


# -- from a library ------------------------------------------------------------------------------


def test_a_result_from_the_library_leaves_in_a_file_and_comes_back_the_same(labs):
    for wish, go in (
        (RUNS, lambda lab: (lab.halves(5, 0.8, day_sd=0.2), lab.record(did="skipped"))),
        (LAPS, lambda lab: (lab.in_laps(0.5), lab.in_laps(0.5))),
        (replace(RUNS, outcome="rating"), lambda lab: rated(lab, 6)),
        (START, lambda lab: [lab.run() for _ in range(6)]),
    ):
        lab = labs(wish)
        go(lab)
        lab.lib.annotate([lab.runs[0]], shoes="Red “one”")
        material = lab.gathered(with_model=True)
        answer = result_of(material)
        again = read_exported(material_json(material).encode(), name="x.json")
        assert again == material or material_json(again) == material_json(material)
        assert answer_json(result_of(again)) == answer_json(answer)
        jsonschema.validate(json.loads(answer_json(answer)), schema("experiment_result"))
        assert answer_json(lab.result()) == answer_json(answer)


def rated(lab, halves):
    for i in range(halves):
        lab.run(balance=None)
        lab.record(rating=float(i))
