"""How experiments are judged: the rivals as textbooks have them, and a look after every pair."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind, ttest_ind_from_stats

from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.stats.judging_experiments import (
    Fared,
    decided,
    judge_model,
    judge_pairs,
    judge_start,
    judged,
    learn,
    second_by_second,
    ten_against_ten,
)
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.experiment_protocol import Protocol
from evenstride.stats.simulation.experiment_start import StartProtocol
from evenstride.stats.simulation.experiments import Seconds, simulate_pairs
from evenstride.stats.simulation.laps import Laps

SLOPE_SD = SLOPE_SDS["balance_left_pct"]


@pytest.fixture(scope="module")
def known():
    rng = np.random.default_rng(11)
    return learn(rng, draw_block_runner(rng), slope_sd=SLOPE_SD)


def test_ten_against_ten_is_students_t():
    rng = np.random.default_rng(0)
    claims = []
    for _ in range(300):
        before, after = rng.normal(0.0, 1.0, 10), rng.normal(0.8, 1.5, 10)
        found = ttest_ind(after, before)
        expected = int(np.sign(found.statistic)) if found.pvalue < 0.05 else 0
        claims.append(ten_against_ten(before, after))
        assert claims[-1] == expected
    assert 1 in claims
    assert 0 in claims
    assert ten_against_ten(before[:9], after) == 0


def test_second_by_second_is_welchs_t_of_so_many():
    rng = np.random.default_rng(1)
    for _ in range(200):
        a, b = (Seconds(float(rng.normal(0.0, 0.02)), 0.5, 2000.0) for _ in range(2))
        found = ttest_ind_from_stats(a.mean, a.sd, 2000, b.mean, b.sd, 2000, equal_var=False)
        clear = abs(found.pvalue - 0.05) > 1e-3
        said = second_by_second(a, b)
        assert not clear or said == (int(np.sign(a.mean - b.mean)) if found.pvalue < 0.05 else 0)


def test_a_look_after_every_pair_says_what_the_last_look_says(known):
    early = 0
    for seed in range(25):
        rng = np.random.default_rng([12, seed])
        protocol = Protocol(pairs=14, effect_pp=0.4, laps=Laps(pairs_per_run=7))
        made = simulate_pairs(rng, known.runner, known.frozen, protocol)
        d = made.difference
        looks = [decided(d[:n], 14, made.seed) for n in range(1, d.size + 1)]
        told = [look for look in looks if look.verdict != "too_early"]
        last = looks[-1]
        # Verdicts before the end come by the e-value alone, and stand.
        assert [look.verdict for look in told] == [last.verdict] * len(told)
        assert all(look.decided_by == "e_value" for look in told if look is not last)
        if told:
            assert last.decided_at == 1 + looks.index(told[0])
            early += last.decided_at < 14
    assert early >= 5


def test_what_is_judged_is_what_was_done(known):
    protocol = Protocol(pairs=12, effect_pp=1.0, laps=Laps())
    made = simulate_pairs(np.random.default_rng(4), known.runner, known.frozen, protocol)
    one = judged(made, protocol)
    assert one.decision.verdict == "increase"
    assert one.effect_pp == pytest.approx(1.0)
    assert one.at_end.value == pytest.approx(made.difference.mean())
    assert one.at_verdict.value == pytest.approx(made.difference[: one.decision.decided_at].mean())
    assert one.seconds == 1
    assert judge_pairs(np.random.default_rng(4), known, protocol).at_end == one.at_end
    f = Fared((one, one))
    assert (f.count, f.claims, f.said("decrease"), f.by("e_value")) == (2, 2, 0, 2)
    assert f.held("at_end") == (2 * one.at_end.inside, 2)
    assert f.rival("seconds", 1, -1) == 2
    # The fit of all runs, with one driver more, has much the same effect, shrunk a little.
    told = judge_model(made, slope_sd=SLOPE_SD)
    assert told.low < 1.0 < told.high
    assert 0.6 < told.value < 1.2


def test_the_model_is_mirrored_with_the_runner(known):
    protocol = Protocol(pairs=12, effect_pp=0.5)
    made = simulate_pairs(np.random.default_rng(5), known.runner, known.frozen, protocol)
    turned = replace(
        made, side=-made.side, blocks=replace(made.blocks, value=100.0 - made.blocks.value)
    )
    here, there = (judge_model(x, slope_sd=SLOPE_SD) for x in (made, turned))
    assert there.value == pytest.approx(here.value, abs=1e-6)


def test_a_start_is_judged_once(known):
    one = judge_start(np.random.default_rng(6), known, StartProtocol(effect_pp=0.5, dates=60))
    assert one.decision.e_values.size == 0
    assert 1.0 / 60.0 - 1e-9 <= one.decision.p_value <= 1.0
    assert one.seconds == 0
