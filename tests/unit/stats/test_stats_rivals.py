"""The ways by hand: what each computes, against plain formulas and statsmodels."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind

from evenstride.stats.blocked import BlockedRuns
from evenstride.stats.rivals import last_ten, least_squares, raw_means, split_runs
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks


def drawn(seed=1, runs=30, **changes):
    rng = np.random.default_rng(seed)
    return simulate_blocks(rng, replace(draw_block_runner(rng), **changes), runs=runs)[0]


def plain(value, x, run):
    run = np.asarray(run)
    n = run.max() + 1
    return BlockedRuns(
        run=run,
        t_s=np.arange(run.size) * 60.0,
        duration_s=np.full(run.size, 60.0),
        value=np.asarray(value, dtype=float),
        conditions={"elapsed": np.asarray(x, dtype=float)},
        run_conditions={},
        day=np.arange(float(n)),
        sensor=np.zeros(n, dtype=np.intp),
    )


def test_raw_means_are_split_at_the_median_and_divided_by_how_far_the_halves_lie_apart():
    value = [50.0, 52.0, 49.0, 53.0, 51.0, 52.5]
    found = split_runs(plain(value, [0, 2, 0, 2, 0, 2], [0, 0, 1, 1, 2, 2]), unit="pp")["elapsed"]
    much, little = np.array(value)[1::2], np.array(value)[::2]
    assert found.value == pytest.approx((much.mean() - little.mean()) / 2.0)
    welch = ttest_ind(much, little, equal_var=False)
    assert found.value / found.se == pytest.approx(welch.statistic)


def test_what_cannot_be_split_is_not_told():
    assert not split_runs(plain([50, 51, 52], [0, 0, 0], [0, 1, 2]), unit="pp")
    assert not split_runs(plain([50, 51, 52], [0, 0, 1], [0, 1, 2]), unit="pp")


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_least_squares_on_blocks_is_that_of_statsmodels():
    import statsmodels.api as sm

    blocks = drawn(sensors_pp=(0.0, 0.4))
    found = least_squares(blocks, unit="pp")
    names = [*blocks.conditions, *(n for n in blocks.run_conditions if not n.startswith("shoe:"))]
    columns = blocks.conditions | {n: x[blocks.run] for n, x in blocks.run_conditions.items()}
    shoes = [n for n in blocks.run_conditions if n.startswith("shoe:")]
    worn = [columns[n] - columns[shoes[-1]] for n in shoes[:-1]]
    sensor = (blocks.sensor != blocks.sensor[0])[blocks.run].astype(float)
    x = np.column_stack(
        [np.ones(blocks.run.size), *(np.nan_to_num(columns[n]) for n in names), *worn, sensor]
    )
    oracle = sm.WLS(blocks.value, x, weights=blocks.duration_s).fit()
    for k, name in enumerate(names):
        assert found[name].value == pytest.approx(oracle.params[k + 1], abs=1e-8)
        assert found[name].se == pytest.approx(oracle.bse[k + 1], rel=1e-3)
    # Shoes sum to zero, so the intercept is their mean; the last sensor is the present one.
    assert found["sensor:1"].value == pytest.approx(oracle.params[-1], abs=1e-8)
    assert found["level"].value == pytest.approx(oracle.params[0] + oracle.params[-1], abs=1e-6)
    assert found[shoes[0]].value == pytest.approx(oracle.params[len(names) + 1], abs=1e-8)


def test_a_second_for_a_reading_makes_errors_smaller_and_nothing_else():
    blocks = drawn(2)
    by_block, by_second = (
        least_squares(blocks, unit="pp", second_sd=sd)["speed"] for sd in (None, 0.35)
    )
    assert by_second.value == pytest.approx(by_block.value)
    assert by_second.se < 0.25 * by_block.se


def test_the_last_ten_are_ten_and_the_last():
    blocks = drawn(3)
    mean = raw_means(blocks)
    at = blocks.run == 29
    assert mean[29] == pytest.approx(np.average(blocks.value[at], weights=blocks.duration_s[at]))
    found = last_ten(blocks, unit="pp")
    assert found.value == pytest.approx(mean[20:].mean())
    assert found.se == pytest.approx(mean[20:].std(ddof=1) / np.sqrt(10.0))
    assert found.high - found.low == pytest.approx(2 * 1.96 * found.se, rel=1e-4)


@pytest.mark.parametrize("way", [split_runs, least_squares])
def test_mirrored_readings_give_mirrored_answers(way):
    blocks = drawn(4)
    plain_, mirrored = (
        way(replace(blocks, value=v), unit="pp") for v in (blocks.value, 100.0 - blocks.value)
    )
    for name in plain_:
        if name != "level":
            assert mirrored[name].value == pytest.approx(-plain_[name].value, abs=1e-9)
            assert mirrored[name].se == pytest.approx(plain_[name].se)
