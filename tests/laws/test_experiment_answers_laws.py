"""Laws of the answers about experiments: what is asked, what counts, and what a mirror turns."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.answers.experiments.exchange import material_json, read_exported
from evenstride.answers.experiments.family import family_of
from evenstride.answers.experiments.judging import decision_of
from evenstride.answers.experiments.laps import matched_laps
from evenstride.answers.experiments.material import Half, Material, Pair, Relative
from evenstride.answers.experiments.result import result_of
from evenstride.answers.experiments.standing import conditions_at, open_assignment, opened_at
from evenstride.answers.schema import schema
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import OUTCOMES, Kept, Record, Registration
from evenstride.domain.recording import Lap
from evenstride.render.as_json import answer_json
from evenstride.stats.experiments.sequence import assigned

NEVER = re.compile(r"weak|prove|guarantee|significan", re.IGNORECASE)
AT = datetime(2026, 2, 2, 6, tzinfo=UTC)
seeds = st.binary(min_size=16, max_size=16).map(bytes.hex)
sizes = st.floats(-4.0, 4.0).map(lambda x: round(x, 3))


def registered(seed="0f" * 16, *, outcome="balance", pairs=9, kind="across_runs", per_run=1):
    known = OUTCOMES[outcome]
    return Registration(
        experiment_id="e",
        registered_at_utc=AT,
        question="Does it?",
        kind=kind,
        treatment="hips level",
        control="run as always",
        outcome=outcome,
        longer_side="right" if outcome == "toward_even" else None,
        smallest_effect=known.smallest_effect,
        prior_sd=known.prior_sd,
        seed=seed,
        pairs=pairs,
        pairs_per_run=per_run,
        reference={"elapsed_h": 0.25},
    )


# -- what is asked -------------------------------------------------------------------------------


@given(seeds, st.lists(st.sampled_from(["run", "skipped", "no value"]), max_size=25))
def test_whatever_becomes_of_them_halves_are_asked_in_order_and_no_lost_pair_goes_on(seed, became):
    r = registered(seed)
    records, broken, asked = [], set(), []
    for i, what in enumerate(became):
        following = open_assignment(Kept(r, tuple(records)), broken)
        position = following.position
        asked.append(position)
        assert following.pair == position // 2
        assert following.conditions == (assigned(seed, *divmod(position, 2)),)
        # What is written down of the rest of a lost pair.
        there = {record.position for record in records}
        at = AT + timedelta(days=i + 1)
        records += [Record(p, at, None, None) for p in range(position) if p not in there]
        records.append(Record(position, at, None if what == "skipped" else f"run-{i}", "control"))
        if what == "no value":
            broken.add(position)
    assert asked == sorted(set(asked))
    good = {p for p, what in zip(asked, became, strict=True) if what == "run"}
    for position in asked:
        # A second half was asked only where the first was good.
        assert position % 2 == 0 or position - 1 in good
    if asked:
        last = Kept(r, tuple(records))
        assert AT <= opened_at(last, asked[-1]) < records[-1].recorded_at_utc


@given(seeds, st.integers(1, 8), st.integers(0, 5))
def test_laps_of_all_runs_together_are_the_pairs_in_their_order(seed, per_run, runs):
    r = registered(seed, kind="within_run", per_run=per_run)
    found = [c for position in range(runs) for c in conditions_at(r, position)]
    assert found == [
        assigned(seed, pair, half) for pair in range(runs * per_run) for half in (0, 1)
    ]


laps_of_a_run = st.lists(st.floats(5.0, 900.0), max_size=30).map(
    lambda lengths: [
        Lap(i, sum(lengths[:i]), sum(lengths[: i + 1]), timer_s=length)
        for i, length in enumerate(lengths)
    ]
)


@given(laps_of_a_run, st.integers(1, 6), st.sampled_from([60.0, 120.0, 240.0]))
def test_laps_that_are_matched_stand_as_drawn_and_look_like_what_was_asked(laps, per_run, lap_s):
    drawn = conditions_at(registered(kind="within_run", per_run=per_run), 1)
    try:
        found = matched_laps(laps, drawn, first_pair=per_run, lap_s=lap_s, warm_up_s=300.0)
    except InputError:
        alike = [0.6 * lap_s <= lap.timer_s <= 1.6 * lap_s for lap in laps if lap.start_s >= 225.0]
        assert not all(alike) or len(alike) < len(drawn)
        return
    assert 1 <= len(found) <= len(drawn)
    # Some may be missing; what is there stands in the order drawn.
    places = iter([(per_run + i // 2, condition) for i, condition in enumerate(drawn)])
    assert all((use.pair, use.assigned) in places for use in found)
    assert all(a.end_s <= b.start_s + 1e-6 for a, b in pairwise(found))
    assert found[0].start_s >= 225.0
    assert all(0.6 * lap_s <= use.end_s - use.start_s + 1e-6 for use in found)
    assert all(use.end_s - use.start_s <= 1.6 * lap_s + 1e-6 for use in found)


# -- what counts ---------------------------------------------------------------------------------


@st.composite
def materials(draw, *, outcome=None):
    outcome = outcome or draw(st.sampled_from(sorted(OUTCOMES)))
    seed = draw(seeds)
    r = registered(seed, outcome=outcome, pairs=draw(st.integers(7, 12)))
    pairs = []
    for number in range(draw(st.integers(0, 14))):
        value, d = 5.0 if outcome == "rating" else draw(sizes), draw(sizes)
        halves = [
            Half(
                position=2 * number + half,
                assigned=(condition := assigned(seed, number, half)),
                did=condition,
                value=value + (d if condition == "treatment" else 0.0),
                se=0.1,
                raw=49.0,
                run_id=f"run-{number}-{half}",
                date="2026-03-01",
                conditions={"speed_m_s": draw(st.floats(2.0, 4.0))},
                shoes=draw(st.sampled_from([None, "Red “one”"])),
            )
            for half in (0, 1)
        ]
        why_not = draw(st.sampled_from(["", "", "", "skipped"]))
        if why_not:
            nan, lost = math.nan, halves[1]
            halves[1] = Half(lost.position, lost.assigned, None, nan, nan, nan, None, None)
        pairs.append(Pair(number, tuple(halves), why_not))
    records = tuple(
        Record(
            h.position, AT, h.run_id, h.did,
            rating=h.value if outcome == "rating" and h.run_id else None,
        )
        for p in pairs
        for h in p.halves
    )  # fmt: skip
    ended = draw(st.sampled_from([None, AT + timedelta(days=30)]))
    kept = Kept(r, records, ended, None if ended is None else "enough")
    model = draw(st.sampled_from([(math.nan, math.nan), (0.4, 0.1), (-0.4, 0.3)]))
    return Material(
        kept, tuple(pairs), model_effect=model[0], model_se=model[1], today="2026-06-01"
    )


@settings(max_examples=60)
@given(materials())
def test_a_result_is_the_rules_and_nothing_of_it_breaks(material):
    answer = result_of(material)
    decision = decision_of(material)
    assert answer.verdict == decision.verdict
    assert answer.estimates["p_value"].value == pytest.approx(decision.p_value, nan_ok=True)
    words = " ".join((answer.headline, *answer.sentences, *answer.caveats))
    assert answer.headline
    assert answer.headline.endswith(".")
    assert not NEVER.search(words)
    assert not re.search(r"\bnan\b|\binf\b|None", words)
    jsonschema.validate(json.loads(answer_json(answer)), schema("experiment_result"))


@settings(max_examples=40)
@given(materials())
def test_a_file_holds_all_of_it(material):
    text = material_json(material)
    again = read_exported(text.encode(), name="x.json")
    assert material_json(again) == text
    assert answer_json(result_of(again)) == answer_json(result_of(material))


def mirrored(material):
    """Return the same runs in a mirror: every value on the other side."""
    pairs = tuple(
        Pair(
            p.number,
            tuple(
                Half(
                    h.position, h.assigned, h.did, -h.value, h.se, h.raw, h.run_id, h.date,
                    h.conditions, h.shoes,
                )
                for h in p.halves
            ),
            p.why_not,
        )
        for p in material.pairs
    )  # fmt: skip
    return Material(material.kept, pairs, today=material.today)


@settings(max_examples=60)
@given(materials(outcome="balance"))
def test_in_a_mirror_the_verdict_is_turned_and_the_evidence_is_the_same(material):
    turned = {"increase": "decrease", "decrease": "increase"}
    one, other = result_of(mirrored(mirrored(material))), result_of(mirrored(material))
    assert other.verdict == turned.get(one.verdict, one.verdict)
    a, b = one.estimates["effect_pp"], other.estimates["effect_pp"]
    assert b.value == pytest.approx(-a.value, abs=1e-9, nan_ok=True)
    assert [b.low, b.high] == pytest.approx([-a.high, -a.low], abs=1e-9)
    for name in ("p_value", "e_value"):
        assert other.estimates[name].value == pytest.approx(
            one.estimates[name].value, rel=1e-9, nan_ok=True
        )
    a, b = (x.estimates["posterior_effect_pp"].value for x in (one, other))
    assert b == pytest.approx(-a, abs=1e-9, nan_ok=True)


# -- many things tried ---------------------------------------------------------------------------


def family(values):
    relatives = tuple(
        Relative(
            experiment_id=f"o{i}", treatment=f"o{i}", effect=0.1, se=0.1, e_value=e, decided=True,
            since="2026-01-01", until=None,
        )
        for i, e in enumerate(values)
    )  # fmt: skip
    rows = family_of(Material(Kept(registered()), family=relatives), None)
    return [row["stands"] for row in rows[1:]]


e_of_several = st.lists(st.one_of(st.floats(0.0, 1e4), st.just(math.nan)), min_size=1, max_size=8)


@given(e_of_several)
def test_those_that_stand_are_the_largest_that_e_bh_allows(values):
    tried = len(values) + 1  # this one too, of which nothing is known yet
    ordered = sorted((e for e in values if math.isfinite(e)), reverse=True)
    allowed = [k for k in range(1, len(ordered) + 1) if ordered[k - 1] * k >= tried / 0.05 - 1e-9]
    least = ordered[max(allowed) - 1] if allowed else math.inf
    assert family(values) == [math.isfinite(e) and e >= least for e in values]


@given(e_of_several, st.integers(0, 7), st.floats(0.0, 1e4))
def test_more_evidence_for_one_lets_no_other_fall(values, at, more):
    at %= len(values)
    raised = [*values]
    raised[at] = max(more, raised[at]) if math.isfinite(raised[at]) else more
    before, after = family(values), family(raised)
    assert all(b >= a for a, b in zip(before, after, strict=True))


@given(e_of_several)
def test_trying_more_lets_none_stand_that_did_not(values):
    before, after = family(values), family([*values, math.nan])[:-1]
    assert all(a >= b for a, b in zip(before, after, strict=True))
