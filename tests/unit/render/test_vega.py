"""Figures as Vega-Lite: valid, whole, in colours that exist, mirrored where the runner is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from report_answers import HOSTILE, trend_figure

from evenstride.domain.answer import Figure
from evenstride.render.palette import painted, palette
from evenstride.render.vega import Spec, spec, trend_spec
from evenstride.render.vega_run import pace_ticks
from evenstride.web.pages import json_block

COURSE = Figure(
    kind="aligned",
    title="Along the run",
    x_label="minutes",
    y_label="balance, left",
    rows=tuple(
        {
            "minute": i / 2,
            "balance_left_pct": None if i == 3 else 48.0 + 0.1 * (i % 7),
            "speed_m_s": 2.5 + 0.1 * (i % 5),
            "altitude_m": 20.0 + i % 9,
            "heart_rate_bpm": 140.0 + i % 6,
        }
        for i in range(60)
    ),
    roles={
        "x": "minute",
        "y1": "balance_left_pct",
        "y2": "speed_m_s",
        "y3": "altitude_m",
        "y4": "heart_rate_bpm",
    },
    reference_lines={"50 even": 50.0, "speed_m_s: reference pace": 2.7},
    spans=({"start": 1.0, "end": 2.0, "label": "walking"},),
)
TRACK = Figure(
    kind="track",
    title="Where",
    x_label="m east",
    y_label="m north",
    rows=tuple(
        {"x": None, "y": None, "value": None, "minute": None}
        if i == 20
        else {"x": 10.0 * i, "y": 4.0 * i, "value": 48.0 + 0.1 * i, "minute": i / 6}
        for i in range(40)
    ),
    roles={"x": "x", "y": "y", "value": "value", "minute": "minute"},
)
HISTOGRAM = Figure(
    kind="histogram",
    title="How often",
    x_label="balance",
    y_label="share",
    rows=tuple({"low": 47.0 + i / 4, "high": 47.25 + i / 4, "share": 0.05} for i in range(20)),
    roles={"low": "low", "high": "high", "share": "share"},
)
SERIES = Figure(
    kind="series",
    title="Balance by the minute",
    x_label="minutes",
    y_label="balance",
    rows=tuple({"m": float(i), "b": 48.5, "lo": 48.0, "hi": 49.0} for i in range(30)),
    roles={"x": "m", "y": "b", "low95": "lo", "high95": "hi"},
    reference_lines={"50 even": 50.0},
)
TREND = replace(trend_figure(120), bands={"your normal": (47.8, 49.4)})
FIGURES = {
    "trend": TREND,
    "aligned": COURSE,
    "track": TRACK,
    "histogram": HISTOGRAM,
    "series": SERIES,
}


def texts(node: Any) -> list[str]:
    """Collect every text of a specification but its data."""
    if isinstance(node, dict):
        return [t for key, value in node.items() if key != "datasets" for t in texts(value)]
    if isinstance(node, list):
        return [t for value in node for t in texts(value)]
    return [node] if isinstance(node, str) else []


def drawn_svg(made: Spec) -> str:
    drawing: str = vl_convert.vegalite_to_svg(painted(json.dumps(made), palette("light")))
    return drawing


@pytest.mark.parametrize("units", ["km", "mi"])
@pytest.mark.parametrize("kind", FIGURES)
def test_every_kind_can_be_drawn(kind: str, units: str) -> None:
    svg = drawn_svg(spec(FIGURES[kind], units=units, width=360))
    assert svg.count("<path") > 5
    assert "NaN" not in svg
    assert f"/{'km' if units == 'mi' else 'mi'}" not in svg


def test_the_whole_trend_can_be_drawn() -> None:
    figures = (TREND, trend_figure(120, "gct_ms", 250.0), trend_figure(120, "cadence_spm", 168.0))
    svg = drawn_svg(trend_spec(figures, width=700))
    for words in ("50 even", "51.0 R", "your normal", "95 %"):
        assert words in svg
    for title in ("Balance, % of contact time", "Contact time, ms", "Cadence, steps/min"):
        assert title in svg


def test_panels_share_their_days_also_where_a_measure_is_known_for_fewer() -> None:
    """A break is drawn at one place in all panels: they are read off one axis."""
    event = ({"date": "2025-03-01", "label": "another pod"},)
    long, short = trend_figure(200), trend_figure(200, "gct_ms", 250.0)
    short = replace(short, rows=short.rows[60:], points=short.points[60:])
    made = trend_spec(
        (replace(short, events=event), replace(long, events=event)), width=700, overview=False
    )
    first, last = long.rows[0][long.roles["x"]], long.rows[-1][long.roles["x"]]
    assert [row["x"] for row in made["datasets"]["days"]] == [first, last]
    lines = re.findall(
        r'transform="translate\(([\d.]+),0\)"[^>]*stroke="(#[0-9a-f]{6})"', drawn_svg(made)
    )
    event_colour = palette("light")["event"]
    places = {place for place, colour in lines if colour == event_colour}
    assert len(places) == 1, lines


@pytest.mark.parametrize("kind", FIGURES)
def test_colours_are_tokens_that_exist(kind: str) -> None:
    words = texts(spec(FIGURES[kind]))
    used = {name for text in words for name in re.findall(r"var\(--([\w-]+)\)", text)}
    assert used
    assert used <= set(palette("light"))
    for text in words:
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", text), text
    plain = {"black", "white", "red", "blue", "orange", "gray", "grey", "steelblue"}
    assert not plain & set(words)


def test_every_day_and_every_run_reaches_the_trend() -> None:
    made = trend_spec((TREND,))
    assert len(made["datasets"]["level0"]) == len(TREND.rows)
    assert [p["run_id"] for p in made["datasets"]["points0"]] == [
        point["run_id"] for point in TREND.points
    ]
    assert len(made["datasets"]["runs"]) == len(TREND.points)


def test_every_moment_reaches_the_course_and_every_piece_the_track() -> None:
    course = spec(COURSE)["datasets"]
    assert [row["minute"] for row in course["course"]] == [row["minute"] for row in COURSE.rows]
    assert [span["label"] for span in course["spans"]] == ["walking"]
    assert course["line1"] == [{"y": 2.7, "label": "reference pace"}]
    assert len(spec(TRACK)["datasets"]["way"]) == 39 - 2  # a gap breaks two pieces
    assert len(spec(HISTOGRAM)["datasets"]["bins"]) == len(HISTOGRAM.rows)


def test_a_wild_run_is_marked_at_the_edge_and_keeps_its_number() -> None:
    wild = {**TREND.points[4], "y": 30.0, "low": 29.0, "high": 31.0}
    made = trend_spec((replace(TREND, points=(*TREND.points[:4], wild, *TREND.points[5:])),))
    low = next(p["value"] for p in made["params"] if p["name"] == "p0_low")
    (mark,) = [p for p in made["datasets"]["points0"] if p["beyond"]]
    assert mark["beyond"] == -1
    assert mark["true"] == 30.0
    assert 40.0 < low < mark["y"] < low + 0.3
    (said,) = [r for r in made["datasets"]["runs"] if r["run_id"] == wild["run_id"]]
    assert said["balance_left_pct"] == 30.0


def test_intervals_fade_where_runs_are_many_and_never_vanish() -> None:
    def faint(days: int) -> float:
        made = trend_spec((trend_figure(days),))
        return float(next(p["value"] for p in made["params"] if p["name"] == "faint"))

    assert faint(20) > faint(400) >= faint(6000) > 0.1


@given(st.lists(st.floats(40.0, 60.0), min_size=2, max_size=20))
def test_a_mirrored_runner_has_the_mirrored_drawing(balances: list[float]) -> None:
    rows = tuple(
        {"low": round(b, 3), "high": round(b, 3) + 0.25, "share": 0.1} for b in sorted(balances)
    )
    mirrored = tuple(
        {"low": 100.0 - float(r["high"]), "high": 100.0 - float(r["low"]), "share": r["share"]}
        for r in rows[::-1]
    )
    sides = [b["side"] for b in spec(replace(HISTOGRAM, rows=rows))["datasets"]["bins"]]
    other = [b["side"] for b in spec(replace(HISTOGRAM, rows=mirrored))["datasets"]["bins"]]
    flip = {"left": "right", "right": "left", "even": "even"}
    assert [flip[side] for side in sides[::-1]] == other


def test_only_the_left_of_a_track_is_dotted() -> None:
    way = spec(TRACK)["datasets"]["way"]
    assert {piece["value"] > 50.25 for piece in way if piece["dotted"]} == {True}
    assert {piece["value"] > 50.25 for piece in way if not piece["dotted"]} == {False}


def test_a_track_without_balance_has_no_key_to_colours() -> None:
    plain = tuple({**row, "value": None} for row in TRACK.rows)
    assert spec(replace(TRACK, rows=plain))["datasets"]["key_names"] == []
    assert "52.5 L" in drawn_svg(spec(TRACK, width=360))
    assert "52.5 L" not in drawn_svg(spec(replace(TRACK, rows=plain), width=360))


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_data_is_no_error(kind: str, rows: int) -> None:
    figure = FIGURES[kind]
    few = replace(figure, rows=figure.rows[:rows], points=figure.points[:rows])
    svg = drawn_svg(spec(few, width=360))
    assert "NaN" not in svg


def test_what_was_typed_cannot_end_the_script_it_stands_in() -> None:
    event = {"date": TREND.rows[10]["date"], "label": HOSTILE}
    made = trend_spec((replace(TREND, events=(event,)),))
    text = json_block(made)
    assert "<" not in text
    assert json.loads(text)["datasets"]["event0"][0]["label"] == HOSTILE


def test_missing_stays_missing() -> None:
    assert spec(COURSE)["datasets"]["course"][3]["balance_left_pct"] is None


@pytest.mark.parametrize("kind", FIGURES)
def test_no_number_is_none_that_json_knows(kind: str) -> None:
    json.dumps(spec(FIGURES[kind]), allow_nan=False)


def test_a_beam_is_drawn_elsewhere() -> None:
    with pytest.raises(ValueError, match="beam"):
        spec(replace(HISTOGRAM, kind="beam"))


def test_templates_are_not_changed_by_what_is_filled_in() -> None:
    first = json.dumps(spec(COURSE, width=300))
    spec(replace(COURSE, rows=COURSE.rows[:5]), width=900)
    assert json.dumps(spec(COURSE, width=300)) == first


@pytest.mark.parametrize(("units", "metres"), [("km", 1000.0), ("mi", 1609.344)])
def test_paces_on_an_axis_are_round(units: str, metres: float) -> None:
    ticks = pace_ticks(2.4, 3.6, units)
    assert 2 <= len(ticks) <= 5
    for speed in ticks:
        assert 2.4 <= speed <= 3.6
        assert (metres / speed) % 10 == pytest.approx(0.0, abs=1e-6)
