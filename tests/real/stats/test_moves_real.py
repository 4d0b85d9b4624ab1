"""The thirty real runs of one runner, block by block: foretold and fitted, nothing claimed."""

import numpy as np
import pytest

from evenstride.answers import import_files, open_library
from evenstride.answers.block_rows import SLOPE_SDS, block_rows
from evenstride.answers.levels import BALANCE, days_of, levels
from evenstride.stats.foretelling import against_rivals, foretell
from evenstride.stats.judging import BALANCE_SCALE_PP
from evenstride.stats.moves import fit_moves
from evenstride.stats.scoring import WARM_UP

SLOPE_SD = SLOPE_SDS[BALANCE]


@pytest.fixture(scope="module")
def thirty(real_data, tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("real") / "library") as lib:
        import_files(lib, [real_data / "one_runner"])
        looked = levels(lib, measures=(BALANCE,))
        level = looked.by_measure[BALANCE]
        return block_rows(
            level.series,
            BALANCE,
            sensor=level.sensor,
            day=days_of(level.series),
            blocks=lib.blocks(),
            known=looked.conditions,
        )


def test_each_run_is_foretold_from_those_before_it(thirty):
    foretold = foretell(thirty, scale=BALANCE_SCALE_PP, slope_sd=SLOPE_SD)
    scored = foretold.log_density[WARM_UP:]
    assert scored.size == 20
    assert np.isfinite(scored).all()
    # At a true 95 %, fewer than 16 of 20 happens once in 400 times.
    assert foretold.inside[WARM_UP:].sum() >= 16
    found = against_rivals(thirty.day, foretold, scale=BALANCE_SCALE_PP)
    # Twenty runs do not tell who is better: only a clear loss would be a finding.
    for rival in ("last_ten", "local_level"):
        assert found[rival].gain > -3.0 * found[rival].gain_se


def test_what_moves_the_runner_is_of_a_size_that_runners_have(thirty):
    moves = fit_moves(thirty, unit="pp", scale=BALANCE_SCALE_PP, slope_sd=SLOPE_SD)
    by_name = {d.name: d for d in moves.drivers}
    assert {"speed", "elapsed", "grade", "bend"} <= set(by_name)
    for name, largest in (("speed", 1.6), ("elapsed", 3.0), ("grade", 0.3), ("bend", 1.6)):
        effect = by_name[name].effect
        assert effect.low < effect.value < effect.high
        assert abs(effect.value) < largest
    assert 0.2 < moves.day_sd < 0.7
    assert 47.0 < moves.trend.now.value < 52.0
    # Thirty runs at six weeks are this runner's normal: hardly one is out of it.
    assert (moves.tail_probability < 0.01).sum() <= 3
