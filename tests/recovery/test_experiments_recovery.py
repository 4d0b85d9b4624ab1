"""The rule of experiments on simulated runners with known truth: short form of the benchmark.

A bound follows from the target and from what chance does to so many: a rule on the edge of its
target fails here once in two hundred times.
"""

from dataclasses import replace
from functools import cache
from zlib import crc32

import numpy as np
import pytest
from scipy.stats import binom

from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.domain.experiment import ENOUGH_E, Scatter
from evenstride.stats.experiments.planning import draw, power
from evenstride.stats.experiments.posterior import posterior
from evenstride.stats.judging_experiments import (
    Fared,
    decided,
    judge_cell,
    judge_model,
    judge_start,
    learn,
)
from evenstride.stats.judging_plans import checked, start_promised
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.experiment_cells import (
    DESIGNS,
    LAPS,
    MANY_RUNS,
    MAY_BREAK,
    NEED_AN_EFFECT,
    RUNS,
    STRESSES,
    Cell,
)
from evenstride.stats.simulation.experiment_start import StartProtocol
from evenstride.stats.simulation.experiments import plain, simulate_pairs

SLOPE_SD = SLOPE_SDS["balance_left_pct"]
RUNNERS, EACH = 10, 20
CHANCE = 0.005
GUARDED = [s for s in STRESSES if s not in MAY_BREAK]


@cache
def _learnt(seed, like):
    rng = np.random.default_rng([509, seed])
    return learn(rng, draw_block_runner(rng), slope_sd=SLOPE_SD, stress=STRESSES[like])


def known(seed, stress):
    """One fit serves all stresses that do the same to the runner."""
    of = STRESSES[stress]
    like = next(s for s, o in STRESSES.items() if (o.runner, o.history) == (of.runner, of.history))
    return _learnt(seed, like)


@cache
def fared(cell, runners=RUNNERS, each=EACH):
    of_cell = [510, crc32(repr(cell).encode())]
    return Fared(
        tuple(
            judge_cell(np.random.default_rng([*of_cell, seed, i]), known(seed, cell.stress), cell)
            for seed in range(runners)
            for i in range(each)
        )
    )


def at_most(count, share):
    return binom.ppf(1.0 - CHANCE, count, share)


def assert_holds(cell, **size):
    f = fared(cell, **size)
    inside, told = f.held("at_end")
    assert told >= 0.95 * f.count
    assert inside >= binom.ppf(CHANCE, told, 0.93)
    # Wider than need be is a fault as well.
    assert inside <= binom.ppf(1.0 - CHANCE, told, 0.985)


CELLS = [(MANY_RUNS, "nothing")]
CELLS += [(d, s) for s in GUARDED if s not in NEED_AN_EFFECT for d in (RUNS, LAPS)]


@pytest.mark.parametrize(("design", "stress"), CELLS)
def test_where_nothing_is_done_nothing_is_found(design, stress):
    cell = Cell(design, stress, 0.0)
    f = fared(cell)
    assert f.claims <= at_most(f.count, 0.05)
    assert_holds(cell)


def test_all_that_is_guarded_against_together_stays_below_five_in_a_hundred():
    """So many experiments would tell a rule of 6 % from one of 5 %."""
    judged = [one for cell in CELLS for one in fared(Cell(*cell, 0.0)).all_of_them]
    f = Fared(tuple(judged))
    assert f.count == len(CELLS) * RUNNERS * EACH
    assert f.claims <= at_most(f.count, 0.05)
    by_e = sum(one.decision.e_values.max() >= ENOUGH_E for one in judged)
    assert by_e <= at_most(f.count, 0.025)
    inside, told = f.held("at_end")
    assert inside >= binom.ppf(CHANCE, told, 0.93)


@pytest.mark.parametrize(
    ("design", "stress", "effect_pp", "least"),
    [
        (LAPS, "nothing", 0.3, 0.30),
        (LAPS, "nothing", 0.5, 0.75),
        (RUNS, "nothing", 1.0, 0.60),
        (MANY_RUNS, "nothing", 1.0, 0.75),
        (LAPS, "drifting", 0.5, 0.75),
        (LAPS, "faster", 0.5, 0.75),
        (LAPS, "beyond even", 1.0, 0.95),
        (LAPS, "wears off", 1.0, 0.70),
    ],
)
def test_an_effect_is_found_and_told_by_how_much(design, stress, effect_pp, least):
    cell = Cell(design, stress, effect_pp)
    f = fared(cell)
    assert f.said("decrease") <= at_most(f.count, 0.025)
    assert f.said("increase") >= binom.ppf(CHANCE, f.count, least)
    assert_holds(cell)


def test_what_matters_is_rarely_called_nothing():
    f = fared(Cell(LAPS, "nothing", 0.3))
    assert f.said("no_meaningful_effect") <= at_most(f.count, 0.05)
    # Where nothing is done it is said often: the verdict is there to be reached.
    still = fared(Cell(LAPS, "nothing", 0.0))
    assert still.said("no_meaningful_effect") > 0.3 * still.count


def test_the_rivals_claim_what_is_not_there():
    """This is what the rule is for."""
    drifting, usual = fared(Cell(RUNS, "drifting", 0.0)), fared(Cell(RUNS, "nothing", 0.0))
    assert drifting.rival("before_after", 1, -1) > 0.2 * drifting.count
    assert usual.rival("seconds", 1, -1) > 0.8 * usual.count


def test_skipping_the_treatment_on_bad_days_breaks_what_randomising_gives():
    """No analysis mends it: the pairs are chosen by how the day went."""
    inside, told = fared(Cell(RUNS, "picked", 0.0)).held("at_end")
    assert inside < 0.935 * told


@pytest.mark.parametrize(("pairs", "effect"), [(10, 0.7), (18, 0.5), (18, 0.0)])
def test_the_plan_promises_what_the_rule_does(pairs, effect):
    """Heavy-tailed pairs, judged one by one by the rule; the plan judges thousands at once."""
    scatter = Scatter(np.array([0.85, 0.15]), np.array([0.25, 2.25]) * 0.6)
    rng = np.random.default_rng([511, pairs])
    promised = power(scatter, effect, [pairs], rng=rng, sims=4000, smallest_effect=0.3)[0]
    n = 300
    wanted = "increase" if effect else "no_meaningful_effect"
    found = sum(
        decided(effect + d, pairs, f"{i:032x}").verdict == wanted
        for i, d in enumerate(draw(scatter, (n, pairs), rng))
    )
    assert (
        abs(found / n - promised)
        <= 3.0 * np.sqrt(promised * (1.0 - promised) * (1 / n + 1 / 4000)) + 0.005
    )


def test_looking_on_after_the_end_is_allowed():
    """Beyond the registered number the e-value may be looked at for ever; so may a rule of 12."""
    rng = np.random.default_rng(512)
    scatter = Scatter(np.array([0.9, 0.1]), np.array([0.3, 3.0]))
    n = 600
    claims = sum(
        decided(d, 12, f"{i:032x}").verdict in ("increase", "decrease")
        for i, d in enumerate(draw(scatter, (n, 60), rng))
    )
    assert claims <= at_most(n, 0.05)


@pytest.mark.parametrize("design", [RUNS, LAPS])
def test_what_is_shrunk_holds_effects_as_they_are_believed_to_be(design):
    inside, told = fared(Cell(design, "nothing", None)).held("shrunk")
    assert told >= 0.95 * RUNNERS * EACH
    assert binom.ppf(CHANCE, told, 0.93) <= inside <= binom.ppf(1.0 - CHANCE, told, 0.97)


@pytest.mark.parametrize("design", [RUNS, LAPS])
def test_the_model_of_all_runs_holds_them_too(design):
    told = []
    for seed in range(24):
        rng = np.random.default_rng([513, seed])
        runner = plain(draw_block_runner(rng))
        protocol = replace(DESIGNS[design], effect_pp=rng.normal(0.0, 0.5))
        made = simulate_pairs(rng, runner, {}, protocol)
        told.append(judge_model(made, slope_sd=SLOPE_SD))
    inside = sum(t.inside for t in told)
    assert inside >= binom.ppf(CHANCE, len(told), 0.93)
    values, truths = (np.array([getattr(t, of) for t in told]) for of in ("value", "truth"))
    assert np.corrcoef(values, truths)[0, 1] > 0.8


def test_a_family_of_effects_is_shrunk_by_how_large_they_are():
    """The SD of effects is drawn, and believed to be about 0.5: intervals hold on average."""
    rng = np.random.default_rng(514)
    held, n = 0, 300
    for _ in range(n):
        sd = 0.5 * np.exp(0.4 * rng.standard_normal())
        truth = rng.normal(0.0, sd, 6)
        se = rng.uniform(0.1, 0.4, 6)
        seen = rng.normal(truth, se)
        others = list(zip(seen[1:].tolist(), se[1:].tolist(), strict=True))
        found = posterior(
            float(seen[0]), float(se[0]), prior_sd=0.5, unit="pp", n_effective=12.0, family=others
        ).effect
        held += found.low <= truth[0] <= found.high
    assert binom.ppf(CHANCE, n, 0.94) <= held <= binom.ppf(1.0 - CHANCE, n, 0.97)


@pytest.mark.parametrize(
    "protocol",
    [
        StartProtocol(dates=28),
        StartProtocol(dates=60, trend_pp_per_day=0.02),
        StartProtocol(dates=60, after_bad_day=True),
    ],
)
def test_a_start_that_changes_nothing_is_rarely_taken_for_one(protocol):
    one = [
        judge_start(np.random.default_rng([515, seed, i]), known(seed, "nothing"), protocol)
        for seed in range(RUNNERS)
        for i in range(10)
    ]
    f = Fared(tuple(one))
    assert f.claims <= at_most(f.count, 0.05)
    inside, told = f.held("at_end")
    assert told - inside <= at_most(f.count, 0.05)


def test_a_start_is_planned_for_as_little_as_it_finds():
    protocol = StartProtocol(dates=84, effect_pp=2.0)
    found, promised = [], []
    for seed in range(RUNNERS):
        one = known(seed, "nothing")
        rng = np.random.default_rng([516, seed])
        promised.append(start_promised(rng, one, protocol, effect=2.0))
        found += [judge_start(rng, one, protocol).decision.verdict == "increase" for _ in range(12)]
    n = len(found)
    assert 0.1 < np.mean(promised) < 0.7
    assert abs(np.mean(found) - np.mean(promised)) <= 3.5 * np.sqrt(0.25 / n)


@pytest.mark.parametrize("design", [RUNS, LAPS])
def test_checks_rarely_cry_wolf(design):
    """All but the one against the runs before: a level that walks has moved since."""
    wolf, n = 0, 100
    for i in range(n):
        one = known(i % RUNNERS, "nothing")
        rng = np.random.default_rng([517, i])
        found = checked(simulate_pairs(rng, one.runner, one.frozen, DESIGNS[design]))
        wolf += any(c.verdict == "failed" for c in found if c.name != "regression_to_the_mean")
    assert wolf <= at_most(n, 0.05)


def test_a_pace_that_differed_is_seen():
    one = known(0, "nothing")
    protocol = STRESSES["faster"].protocol(DESIGNS[LAPS])
    made = simulate_pairs(np.random.default_rng(518), one.runner, one.frozen, protocol)
    found = next(c for c in checked(made) if c.name == "condition_difference")
    assert found.verdict == "failed"
    assert found.estimate == pytest.approx(0.3, abs=0.1)


@pytest.mark.long
@pytest.mark.parametrize(("design", "stress"), CELLS)
def test_two_thousand_times_nothing_is_found(design, stress):
    cell = Cell(design, stress, 0.0)
    f = fared(cell, runners=200, each=10)
    assert f.claims <= at_most(f.count, 0.05)
    assert sum(one.decision.e_values.max() >= ENOUGH_E for one in f.all_of_them) <= at_most(
        f.count, 0.025
    )
    assert_holds(cell, runners=200, each=10)
