"""A remembered fit is the fit, to the bit; whatever is wrong with it, it is made anew."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from importlib.resources import files

import numpy as np
import pytest

from evenstride.answers import fits, levels, open_library, trend
from evenstride.domain.estimate import Estimate
from evenstride.domain.trend import Trend


def asked(**changes):
    rng = np.random.default_rng(5)
    n = 40
    plain = fits.Asked(
        day=np.arange(n) * 3.0,
        value=49.0 + 0.4 * rng.standard_normal(n),
        se=np.full(n, 0.1),
        sensor=(np.arange(n) > 25).astype(np.intp),
        unit="%",
        scale=0.4,
        window_days=60.0,
        family=1,
    )
    return replace(plain, **changes)


def bits(trend_):
    """Every number of a trend as its bytes, so that NaN equals NaN and −0 differs from 0."""

    def of(value):
        if isinstance(value, Estimate):
            return [of(getattr(value, f.name)) for f in fields(Estimate)]
        if isinstance(value, dict):
            return [(key, of(estimate)) for key, estimate in value.items()]
        if isinstance(value, str):
            return value
        return (str(np.asarray(value).dtype), np.shape(value), np.asarray(value).tobytes())

    return {f.name: of(getattr(trend_, f.name)) for f in fields(Trend)}


def test_a_trend_comes_back_to_the_bit():
    made = asked().fit()
    assert made.offsets, "one sensor after the other: the offsets are there to be kept"
    assert np.isnan(made.log_score).all()
    odd = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 0.1])
    never = replace(made.now, value=float("inf"), se=float("nan"), unit="m/s ±")
    for trend_ in (made, replace(made, level=odd, now=never, normal_low=-0.0, day=odd[:0])):
        back = fits.trend_from_bytes(fits.trend_to_bytes(trend_))
        assert bits(back) == bits(trend_)
        assert type(back.normal_runs) is int
        assert back.direction is trend_.direction


def test_damaged_bytes_are_no_trend_and_no_error():
    data = fits.trend_to_bytes(asked().fit())
    assert fits.trend_from_bytes(b"") is None
    assert fits.trend_from_bytes(b"{}" * 400) is None
    assert fits.trend_from_bytes(data + b"\0") is None
    for cut in range(0, len(data), 97):
        assert fits.trend_from_bytes(data[:cut]) is None
        flipped = bytearray(data)
        flipped[cut] ^= 0x10
        assert fits.trend_from_bytes(bytes(flipped)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"day": np.arange(40) * 3.0 + 1e-9},
        {"value": np.full(40, 50.0)},
        {"se": np.full(40, 0.1000001)},
        {"sensor": (np.arange(40) > 24).astype(np.intp)},
        {"unit": "ms"},
        {"scale": 0.5},
        {"window_days": 61.0},
        {"family": 3},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_input_is_in_the_digest(changes):
    assert asked().digest() == asked().digest()
    assert asked(**changes).digest() != asked().digest()
    assert {f.name for f in fields(fits.Asked)} == {
        "day", "value", "se", "sensor", "unit", "scale", "window_days", "family"
    }, "a new input needs its place in the digest, and here"  # fmt: skip


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
    assert {"trend", "verdict", "filtering", "smoothing", "lanes"} <= used
    assert {f"{name}.py" for name in used - {"simulation"}} <= {p.name for p in tmp_path.iterdir()}
    code = tmp_path / "verdict.py"
    code.write_text(code.read_text().replace("LEAST_RUNS = 8", "LEAST_RUNS = 9"))
    assert fits.digest_of_code(tmp_path.iterdir(), versions) != before


@pytest.fixture
def counted(monkeypatch):
    """How often a trend was fitted."""
    fit, calls = fits.fit_trend, []
    monkeypatch.setattr(fits, "fit_trend", lambda *a, **o: calls.append(1) or fit(*a, **o))
    return calls


def test_a_second_asking_fits_nothing_and_says_the_same(year_library, counted):
    first = trend(year_library, window_days=41.0)
    assert len(counted) == 4
    assert trend(year_library, window_days=41.0) == first
    assert len(counted) == 4
    trend(year_library, window_days=42.0)
    assert len(counted) == 8


def test_what_is_remembered_is_what_is_fitted(year_library, monkeypatch):
    remembered = [levels.levels(year_library, window_days=43.0) for _ in range(2)][1]
    monkeypatch.setattr(type(year_library), "stored_fit", lambda *_: None)
    fitted = levels.levels(year_library, window_days=43.0)
    for name, level in fitted.by_measure.items():
        assert bits(level.trend) == bits(remembered.by_measure[name].trend)


def test_a_library_that_keeps_nothing_answers_all_the_same(year_library, counted, monkeypatch):
    kept = trend(year_library, window_days=44.0)
    monkeypatch.setattr(type(year_library), "stored_fit", lambda *_: None)
    monkeypatch.setattr(type(year_library), "store_fit", lambda *_: False)
    assert trend(year_library, window_days=44.0) == kept
    assert len(counted) == 8


def test_damaged_files_of_fits_are_fitted_anew(year_library, counted):
    kept = trend(year_library, window_days=45.0)
    stored = sorted((year_library.root / "fits").glob("*45*"))
    assert len(stored) == 4
    stored[0].write_bytes(b"garbage")
    stored[1].write_bytes(stored[1].read_bytes()[:1000])
    stored[2].write_bytes(b"")
    assert trend(year_library, window_days=45.0) == kept
    assert len(counted) == 4 + 3
    assert trend(year_library, window_days=45.0) == kept
    assert len(counted) == 4 + 3


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
