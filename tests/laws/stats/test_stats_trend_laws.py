"""What must hold of a trend whatever the history: mirror, shift, scale, time's origin."""

from dataclasses import fields

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evenstride.domain.estimate import Estimate
from evenstride.domain.trend import Direction, Trend
from evenstride.stats import fit_trend

SWAPPED = {
    Direction.INCREASED: Direction.DECREASED,
    Direction.DECREASED: Direction.INCREASED,
}


@st.composite
def histories(draw):
    n = draw(st.integers(1, 40))
    gaps = draw(st.lists(st.sampled_from([0.0, 0.3, 1.0, 2.0, 5.0, 400.0]), min_size=n, max_size=n))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    wild = np.where(rng.random(n) < 0.05, 8.0 * rng.standard_normal(n), 0.0)
    step = draw(st.sampled_from([0.0, 1.0, -3.0])) * (np.arange(n) > n / 2)
    value = 50.0 + step + 0.5 * rng.standard_normal(n) + wild
    sensors = draw(st.sampled_from(["one", "new", "by turns", "any of seven"]))
    i = np.arange(n)
    sensor = {
        "one": None,
        "new": (i >= rng.integers(n)).astype(int),
        "by turns": i % 2,
        "any of seven": rng.integers(0, 7, n),
    }[sensors]
    return np.cumsum(gaps), value, rng.uniform(0.0, 0.3, n), sensor


def numbers(trend: Trend) -> dict[str, np.ndarray]:
    out = {}
    for field in fields(trend):
        x = getattr(trend, field.name)
        if isinstance(x, Estimate):
            x = [x.value, x.low, x.high, x.se, x.n_effective]
        elif field.name == "offsets":
            x = [[o.value, o.low, o.high, o.se, o.n_effective] for _, o in sorted(x.items())]
            x = np.reshape(x, (-1, 5)).T
        if isinstance(x, list):
            x = np.array(x)
        if isinstance(x, (np.ndarray, float)):
            out[field.name] = np.atleast_1d(x)
    return out


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(histories())
def test_a_mirrored_runner_has_the_mirrored_trend(history):
    day, value, se, sensor = history
    a = fit_trend(day, value, se, unit="pp", scale=0.4, sensor=sensor)
    b = fit_trend(day, 100.0 - value, se, unit="pp", scale=0.4, sensor=sensor)
    assert b.direction is SWAPPED.get(a.direction, a.direction)
    close(b.level, 100.0 - a.level)
    close(b.predicted, 100.0 - a.predicted)
    for low, high in (
        ("low80", "high80"),
        ("low95", "high95"),
        ("predicted_low95", "predicted_high95"),
        ("normal_low", "normal_high"),
    ):
        close(getattr(b, low), 100.0 - getattr(a, high))
        close(getattr(b, high), 100.0 - getattr(a, low))
    close([b.now.value, b.now.low], [100.0 - a.now.value, 100.0 - a.now.high])
    close([b.change.value, b.change.low], [-a.change.value, -a.change.high])
    close(numbers(b)["offsets"][:3], -numbers(a)["offsets"][[0, 2, 1]])
    close(numbers(b)["offsets"][3:], numbers(a)["offsets"][3:])
    same = ("evidence", "wild", "log_score", "mdc", "day_to_day")
    for name in same:
        close(numbers(b)[name], numbers(a)[name])


@settings(max_examples=25, deadline=None)
@given(histories(), st.sampled_from([-30.0, 1000.0]), st.sampled_from([0.0, 20_000.0]))
def test_shifting_the_values_or_the_calendar_shifts_the_trend(history, up, later):
    day, value, se, sensor = history
    a = numbers(fit_trend(day, value, se, unit="pp", scale=0.4, sensor=sensor))
    b = numbers(fit_trend(day + later, value + up, se, unit="pp", scale=0.4, sensor=sensor))
    for name, x in a.items():
        shifted = x.copy()
        if name == "day":
            shifted += later
        elif name == "now":
            shifted[:3] += up
        elif name not in (
            *("change", "window_days", "evidence", "day_to_day", "mdc"),
            *("wild", "log_score", "offsets"),
        ):
            shifted += up
        close(b[name], shifted)


@settings(max_examples=25, deadline=None)
@given(histories(), st.sampled_from([0.01, 15.0]))
def test_another_unit_gives_the_same_trend_in_that_unit(history, factor):
    day, value, se, sensor = history
    first = fit_trend(day, value, se, unit="pp", scale=0.4, sensor=sensor)
    second = fit_trend(
        day, factor * value, factor * se, unit="ms", scale=0.4 * factor, sensor=sensor
    )
    assert second.direction is first.direction
    a, b = numbers(first), numbers(second)
    for name, x in a.items():
        if name in ("day", "window_days", "evidence", "wild"):
            close(b[name], x)
        elif name == "log_score":
            close(b[name], x - np.log(factor))
        elif name in ("now", "change", "day_to_day", "mdc", "offsets"):
            close(b[name][:4] / factor, x[:4])
            close(b[name][4], x[4])
        else:
            close(b[name] / factor, x)


@settings(max_examples=15, deadline=None)
@given(histories(), st.permutations(range(7)))
def test_what_the_sensors_are_called_does_not_matter(history, names):
    day, value, se, sensor = history
    sensor = np.zeros(day.size, dtype=int) if sensor is None else sensor
    renamed = 10 - 5 * np.array(names)[sensor]
    first = fit_trend(day, value, se, unit="pp", scale=0.4, sensor=sensor)
    second = fit_trend(day, value, se, unit="pp", scale=0.4, sensor=renamed)
    new_name = dict(zip(sensor.tolist(), renamed.tolist(), strict=True))
    assert set(second.offsets) == {new_name[code] for code in first.offsets}
    assert set(first.offsets) == set(sensor.tolist()) - {int(sensor[-1])}
    for code, offset in first.offsets.items():
        close(second.offsets[new_name[code]].value, offset.value)
    a, b = numbers(first), numbers(second)
    for name in a.keys() - {"offsets"}:
        close(b[name], a[name])


@settings(max_examples=15, deadline=None)
@given(histories(), st.sampled_from([-2.0, 0.7]))
def test_what_a_sensor_reads_more_goes_to_its_offset(history, more):
    value, se = history[1:3]
    assume(value.size >= 4)
    day = np.arange(float(value.size))  # no gap in which the level could go far
    sensor = np.arange(value.size) % 2
    plain, raised = (
        fit_trend(day, v, se, unit="pp", scale=0.4, sensor=sensor)
        for v in (value, value + more * sensor)
    )
    present = sensor[-1]
    moved = raised.offsets[1 - present].value - plain.offsets[1 - present].value
    expected = more * (1 - 2 * present)
    assert 0.0 < moved / expected < 1.3
