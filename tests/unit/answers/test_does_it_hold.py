"""Does balance hold longer into a run: what is counted, said and drawn."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from evenstride.answers import does_it_hold, fatigue
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.schema import schema
from evenstride.render.as_json import answer_json
from evenstride.render.vega import spec


@pytest.fixture
def drifting(year_library, monkeypatch):
    """Answer as if the drifts of the runs were these, by their share of the history."""
    looked = levels(year_library, measures=(BALANCE,))
    balance = looked.by_measure[BALANCE]
    share = np.linspace(0.0, 1.0, balance.series.height)

    def ask(drift_of_share, *, se=0.3, runs=None):
        moves = balance.moves
        elapsed = moves.names.index("elapsed")
        own = np.array([drift_of_share(s) for s in share]) - moves.coefficient[elapsed]
        moves = replace(
            moves, drift_per_h=own, drift_se_per_h=np.full(own.size, se) if np.isscalar(se) else se
        )
        changed = replace(looked, by_measure={BALANCE: replace(balance, moves=moves)})
        monkeypatch.setattr(does_it_hold, "levels", lambda *_, **__: changed)
        return fatigue(year_library)

    return ask


def test_the_answer_holds_to_its_schema_and_can_be_drawn(year_library):
    answer = fatigue(year_library)
    jsonschema.validate(json.loads(answer_json(answer)), schema("fatigue"))
    assert spec(answer.figures["fatigue"])["datasets"]
    assert answer.estimates["drift_pp_per_h"].unit == "pp/h"


def test_a_drift_that_shrinks_holds_longer(drifting):
    answer = drifting(lambda share: 3.0 - 2.5 * share)
    assert answer.verdict == "holds_longer"
    assert answer.headline.startswith("Balance holds longer into a run than ")
    assert "toward the left per hour" in answer.headline
    assert answer.estimates["drift_change_pp_per_h"].high < 0.0
    mirror = drifting(lambda share: 2.5 * share - 3.0)
    assert mirror.verdict == "holds_longer"
    assert "toward the right per hour" in mirror.headline
    assert mirror.estimates["drift_change_pp_per_h"].low > 0.0


def test_a_drift_that_grows_holds_less(drifting):
    answer = drifting(lambda share: -0.5 - 2.5 * share)
    assert answer.verdict == "holds_less"
    assert "holds less long" in answer.headline


def test_a_drift_that_stays_is_not_distinguishable(drifting):
    answer = drifting(lambda share: 0.8)
    assert answer.verdict == "not_distinguishable"
    assert "not distinguishable from" in answer.headline
    assert "0.8 pp toward the left per hour" in answer.headline


def test_runs_too_short_to_tell_do_not_count(drifting):
    se = np.where(np.arange(60) < 50, 0.3, 5.0)
    answer = drifting(lambda share: 0.8 if share < 0.84 else 900.0, se=se)
    assert len(answer.tables["runs"]) == 50
    assert any("10 runs were too short" in said for said in answer.caveats)
    assert answer.estimates["drift_pp_per_h"].value == pytest.approx(0.8, abs=0.2)


def test_without_runs_that_tell_it_is_too_early(drifting):
    answer = drifting(lambda share: 0.8, se=9.0)
    assert (answer.verdict, answer.tables["runs"], dict(answer.figures)) == ("too_early", (), {})
    assert np.isnan(answer.estimates["drift_pp_per_h"].value)
    jsonschema.validate(json.loads(answer_json(answer)), schema("fatigue"))
    few = drifting(lambda share: 0.8, se=np.where(np.arange(60) < 5, 0.3, np.nan))
    assert few.verdict == "too_early"
    assert np.isfinite(few.estimates["drift_pp_per_h"].value)
    assert np.isnan(few.estimates["drift_change_pp_per_h"].value)
    assert "there are 5 so far" in few.sentences[-1]


def test_the_figure_shows_the_runs_of_the_table_and_the_line_ends_at_what_is_said(drifting):
    answer = drifting(lambda share: 3.0 - 2.5 * share)
    figure, rows = answer.figures["fatigue"], answer.tables["runs"]
    assert [p["run_id"] for p in figure.points] == [r["run_id"] for r in rows]
    assert figure.rows[-1]["date"] == rows[-1]["date"]
    now = answer.estimates["drift_pp_per_h"]
    assert figure.rows[-1]["drift_pp_per_h"] == pytest.approx(now.value, abs=1e-3)
    assert figure.rows[-1]["low95"] == pytest.approx(now.low, abs=1e-3)
    dates = [r["date"] for r in figure.rows]
    assert dates == sorted(set(dates))
    for r in figure.rows:
        assert r["low95"] < r["low80"] < r["drift_pp_per_h"] < r["high80"] < r["high95"]
