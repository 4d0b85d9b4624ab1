"""A remembered fit is the fit, to the bit; whatever is wrong with it, it is made anew."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from importlib.resources import files

import numpy as np
import pytest

from evenstride.answers import fits, kept_values, levels, open_library, trend
from evenstride.answers.block_rows import SLOPE_SDS, conditions_of
from evenstride.domain.ground import GroundPart, Surface


def asked(**changes):
    plain = fits.Asked(
        measure="balance_left_pct",
        runs=60,
        digest_of=lambda runs: b"rows of %d" % runs,
        reference_m_s=2.8,
        unit="%",
        scale=0.4,
        slope_sd=SLOPE_SDS["balance_left_pct"],
        window_days=60.0,
        family=1,
    )
    return replace(plain, **changes)


@pytest.fixture(scope="module")
def made(year_library_path):
    with open_library(year_library_path) as lib:
        return levels.levels(lib, window_days=40.0).by_measure["balance_left_pct"].moves


def bits(value):
    """Every number of a value as its bytes, so that NaN equals NaN and -0 differs from 0."""
    if is_dataclass(value):
        return {f.name: bits(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [bits(x) for x in value]
    if isinstance(value, dict):
        return [(key, bits(x)) for key, x in value.items()]
    if isinstance(value, str) or value is None:
        return value
    return (str(np.asarray(value).dtype), np.shape(value), np.asarray(value).tobytes())


def test_a_fit_comes_back_to_the_bit(made):
    assert np.isnan(made.trend.log_score).all()
    odd = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 0.1])
    never = replace(made.trend.now, value=float("inf"), se=float("nan"), unit="m/s ±")
    offsets = {3: never, 1: made.trend.change}
    odd_trend = replace(
        made.trend, level=odd, now=never, normal_low=-0.0, day=odd[:0], offsets=offsets
    )
    for moves in (made, replace(made, trend=odd_trend, drivers=(), reading=odd)):
        back = kept_values.from_bytes(kept_values.to_bytes(moves))
        assert bits(back) == bits(moves)
        assert type(back.trend.normal_runs) is int
        assert back.trend.direction is moves.trend.direction


def test_damaged_bytes_are_no_fit_and_no_error(made):
    data = kept_values.to_bytes(made)
    assert kept_values.from_bytes(b"") is None
    assert kept_values.from_bytes(b"{}" * 400) is None
    assert kept_values.from_bytes(data + b"\0") is None
    for cut in range(0, len(data), 997):
        assert kept_values.from_bytes(data[:cut]) is None
        flipped = bytearray(data)
        flipped[cut] ^= 0x10
        assert kept_values.from_bytes(bytes(flipped)) is None


def test_what_is_not_of_the_kinds_is_refused():
    with pytest.raises(TypeError, match="set"):
        kept_values.to_bytes({1, 2})


@pytest.mark.parametrize(
    "changes",
    [
        {"measure": "gct_ms"},
        {"runs": 61},
        {"digest_of": lambda runs: b"other rows of %d" % runs},
        {"reference_m_s": 2.81},
        {"unit": "ms"},
        {"scale": 0.5},
        {"slope_sd": SLOPE_SDS["gct_ms"]},
        {"window_days": 61.0},
        {"family": 3},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_input_is_in_the_digest(changes):
    assert asked().digest() == asked().digest()
    assert asked(**changes).digest() != asked().digest()
    assert {f.name for f in fields(fits.Asked)} == {
        "measure", "runs", "digest_of", "reference_m_s", "unit", "scale", "slope_sd",
        "window_days", "family",
    }, "a new input needs its place in the digest, and here"  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        {"shoes": "blue"},
        {"add_tags": ["cue"]},
        {"is_race": True},
    ],
    ids=lambda typed: next(iter(typed)),
)
def test_what_is_typed_of_one_run_makes_another_fit(year_library_path, tmp_path, typed):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as lib:
        runs = lib.runs(())["run_id"].to_list()
        before = conditions_of(lib).digest(runs)
        assert conditions_of(lib).digest(runs) == before
        lib.annotate(runs[7:8], title="only words")
        assert conditions_of(lib).digest(runs) == before
        lib.annotate(runs[7:8], **typed)
        assert conditions_of(lib).digest(runs) != before


def test_what_is_said_of_the_ground_and_the_pace_is_known(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as lib:
        runs = lib.runs(())["run_id"].to_list()
        seen = {conditions_of(lib).digest(runs)}
        lib.write_ground(runs[:1], (GroundPart(0.0, 60.0, surface=Surface.TRAIL),))
        seen.add(conditions_of(lib).digest(runs))
        lib.set_setting("camber_habit", "facing_traffic")
        lib.set_setting("driving_side", "left")
        seen.add(conditions_of(lib).digest(runs))
        assert len(seen) == 3
        before = conditions_of(lib).reference_m_s
        lib.set_setting("reference_pace_s_km", 300.0)
        assert conditions_of(lib).reference_m_s == pytest.approx(1000.0 / 300.0) != before


def test_the_models_code_and_the_versions_are_in_the_digest(tmp_path):
    import sys

    for module in files("evenstride.stats").iterdir():
        if module.name.endswith(".py"):
            (tmp_path / module.name).write_bytes(module.read_bytes())
    versions = ("0.1.0", "2.0")
    before = fits.digest_of_code(tmp_path.iterdir(), versions)
    assert fits.digest_of_code(files("evenstride.stats").iterdir(), versions) == before
    assert fits.digest_of_code(tmp_path.iterdir(), ("0.1.1", "2.0")) != before
    # Every module of the model that a fit runs through is among those digested.
    used = {
        name.rpartition(".")[2]
        for name in sys.modules
        if name.startswith("evenstride.stats.") and name.count(".") == 2
    }
    assert {"moves", "within", "trend", "verdict", "filtering", "smoothing", "lanes"} <= used
    of_the_model = used - {"simulation", "experiments", "complaints"}
    assert {f"{name}.py" for name in of_the_model} <= {p.name for p in tmp_path.iterdir()}
    code = tmp_path / "verdict.py"
    code.write_text(code.read_text().replace("LEAST_RUNS = 8", "LEAST_RUNS = 9"))
    assert fits.digest_of_code(tmp_path.iterdir(), versions) != before


@pytest.fixture
def counted(monkeypatch):
    """What was done: foundations laid and extended, runs fitted."""
    calls = Counter()
    for name in ("lay_foundation", "extend_foundation", "fit_runs"):
        do = getattr(fits, name)

        def counting(*args, name=name, do=do, **options):
            calls[name] += 1
            return do(*args, **options)

        monkeypatch.setattr(fits, name, counting)
    fits.forget_recent()
    return calls


@pytest.fixture
def copied(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as lib:
        yield lib


def test_a_second_asking_fits_nothing_and_says_the_same(copied, counted):
    first = trend(copied, window_days=41.0)
    assert counted["fit_runs"] == 4
    for _ in range(2):
        assert trend(copied, window_days=41.0) == first
        assert counted["fit_runs"] == 4
        fits.forget_recent()  # and then from the library's folder
    laid = counted["lay_foundation"]
    trend(copied, window_days=42.0)
    assert counted["fit_runs"] == 8
    assert counted["lay_foundation"] == laid, "another window needs no blocks"


def test_what_is_remembered_is_what_is_fitted(copied, monkeypatch):
    levels.levels(copied, window_days=43.0)
    fits.forget_recent()
    remembered = levels.levels(copied, window_days=43.0)
    fits.forget_recent()
    monkeypatch.setattr(type(copied), "stored_fit", lambda *_: None)
    fitted = levels.levels(copied, window_days=43.0)
    for name, level in fitted.by_measure.items():
        assert bits(level.moves) == bits(remembered.by_measure[name].moves)


def test_a_library_that_keeps_nothing_answers_all_the_same(copied, counted, monkeypatch):
    kept = trend(copied, window_days=44.0)
    monkeypatch.setattr(type(copied), "stored_fit", lambda *_: None)
    monkeypatch.setattr(type(copied), "store_fit", lambda *_: False)
    fits.forget_recent()
    assert trend(copied, window_days=44.0) == kept
    assert counted["fit_runs"] == 8


def test_damaged_files_of_fits_are_fitted_anew(copied, counted):
    kept = trend(copied, window_days=45.0)
    stored = sorted((copied.root / "fits").glob("*45*"))
    assert len(stored) == 4
    stored[0].write_bytes(b"garbage")
    stored[1].write_bytes(stored[1].read_bytes()[:1000])
    stored[2].write_bytes(b"")
    for path in (copied.root / "fits").glob("foundation-*"):
        path.write_bytes(path.read_bytes()[:-1])
    fits.forget_recent()
    assert trend(copied, window_days=45.0) == kept
    assert counted["fit_runs"] == 4 + 3
    fits.forget_recent()
    trend(copied, window_days=45.0)
    assert counted["fit_runs"] == 4 + 3


def shortened(lib, monkeypatch, runs):
    """Let a library show its first runs only."""
    read = type(lib).series_of
    monkeypatch.setattr(
        type(lib),
        "series_of",
        lambda self, names: {n: s.head(runs) for n, s in read(self, names).items()},
    )


def test_a_few_later_runs_are_added_and_say_what_a_full_fit_says(copied, counted, monkeypatch):
    with monkeypatch.context() as patch:
        shortened(copied, patch, 58)
        levels.levels(copied)
    assert (counted["lay_foundation"], counted["extend_foundation"]) == (4, 0)
    added = levels.levels(copied).by_measure["balance_left_pct"].moves
    assert (counted["lay_foundation"], counted["extend_foundation"]) == (4, 4)
    fits.forget_recent()
    monkeypatch.setattr(type(copied), "stored_fit", lambda *_: None)
    full = levels.levels(copied).by_measure["balance_left_pct"].moves
    assert counted["lay_foundation"] == 8
    assert added.names == full.names
    assert added.reading.size == full.reading.size == 60
    se = np.sqrt(np.diag(full.covariance))
    assert (np.abs(added.coefficient - full.coefficient) / se).max() < 0.1
    np.testing.assert_allclose(np.sqrt(np.diag(added.covariance)), se, rtol=0.1)
    np.testing.assert_allclose(added.level, full.level, atol=0.1 * full.level_se.min())
    np.testing.assert_allclose(added.level_se, full.level_se, rtol=0.05)
    np.testing.assert_allclose(added.at_reference, full.at_reference, atol=0.03)
    assert added.trend.direction is full.trend.direction
    assert added.trend.evidence == pytest.approx(full.trend.evidence, rel=0.1)


def test_many_later_runs_or_earlier_ones_lay_it_anew(copied, counted, monkeypatch):
    with monkeypatch.context() as patch:
        shortened(copied, patch, 50)
        levels.levels(copied, measures=("balance_left_pct",))
    levels.levels(copied, measures=("balance_left_pct",))
    assert (counted["lay_foundation"], counted["extend_foundation"]) == (2, 0)
    first = copied.runs(())["run_id"][0]
    copied.annotate([first, copied.runs(())["run_id"][9]], add_tags=["cue"])
    levels.levels(copied, measures=("balance_left_pct",))
    assert (counted["lay_foundation"], counted["extend_foundation"]) == (3, 0)


def test_two_at_once_give_the_same(year_library_path):
    answers, errors = [], []

    def ask():
        try:
            with open_library(year_library_path) as lib:
                answers.append(trend(lib, window_days=46.0))
        except BaseException as error:  # noqa: BLE001 # shown below
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert answers[0] == answers[1] == answers[2]
