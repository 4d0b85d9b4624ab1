"""What moves it: the order, what is clear, what cannot be told and why, and the dots."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import jsonschema
import numpy as np
import polars as pl
import pytest

from evenstride.answers import drivers
from evenstride.answers.block_rows import block_rows
from evenstride.answers.driver_advice import advice_of, told
from evenstride.answers.driver_figures import has_a_side
from evenstride.answers.driver_residuals import all_dots, residuals
from evenstride.answers.ground_run import Turned, Turning, turned_in, turning_sentences
from evenstride.answers.levels import BALANCE, days_of, levels
from evenstride.answers.schema import schema
from evenstride.answers.sizes import size_interval_words, size_words
from evenstride.answers.what_moves_it import clear_drivers, driver_rows
from evenstride.domain.estimate import Estimate
from evenstride.domain.ground import Camber, Ground, GroundPart, Surface, TrackLaps
from evenstride.domain.moves import Driver
from evenstride.render.as_json import answer_json
from evenstride.render.vega import spec


@pytest.fixture(scope="module")
def library(year_library_path):
    from evenstride.answers import open_library

    with open_library(year_library_path) as lib:
        yield lib


@pytest.fixture(scope="module")
def answer(library):
    return drivers(library)


@pytest.fixture(scope="module")
def looked(library):
    return levels(library, measures=(BALANCE,))


def test_mirroring_the_runner_mirrors_what_moves_it(library, monkeypatch):
    plain = drivers(library)
    read, blocks = library.series_of, library.blocks
    value, low, high = (pl.col(name) for name in ("value", "low", "high"))
    mirror = {"value": 100.0 - value, "low": 100.0 - high, "high": 100.0 - low}

    def mirrored_blocks(_, *asked):
        found = {recording_id: some.copy() for recording_id, some in blocks(*asked).items()}
        for some in found.values():
            some[BALANCE] = 100.0 - some[BALANCE]
        return found

    monkeypatch.setattr(
        type(library),
        "series_of",
        lambda _, names: {name: s.with_columns(**mirror) for name, s in read(names).items()},
    )
    monkeypatch.setattr(type(library), "blocks", mirrored_blocks)
    other = drivers(library)
    assert other.verdict == plain.verdict
    ours = {r["driver"]: r for r in plain.tables["drivers"]}
    theirs = {r["driver"]: r for r in other.tables["drivers"]}
    assert set(ours) == set(theirs)
    for name, one in ours.items():
        two = theirs[name]
        assert two["value_pp"] == pytest.approx(-one["value_pp"], abs=1e-6), name
        assert two["low"] == pytest.approx(-one["high"], abs=1e-6)
        assert two["range_effect_high"] == pytest.approx(-one["range_effect_low"], abs=1e-6)
        assert two["probability_direction"] == pytest.approx(one["probability_direction"], abs=1e-6)
    swapped = plain.headline.replace("left", "?").replace("right", "left").replace("?", "right")
    assert other.headline == swapped
    for one, two in zip(plain.figures["speed"].points, other.figures["speed"].points, strict=True):
        assert two["run_id"] == one["run_id"]
        assert two["effect_pp"] == pytest.approx(-one["effect_pp"], abs=2e-3)


def row(name="speed", *, low=0.1, high=0.9, probability=0.99, estimable=True):
    return {
        "driver": name, "unit": "m/s", "value_pp": 0.5 * (low + high), "low": low, "high": high,
        "probability_direction": probability, "range_low": 0.0, "range_high": 1.0,
        "range_effect_pp": 0.5 * (low + high), "range_effect_low": low, "range_effect_high": high,
        "estimable": estimable, "clear": False, "inseparable_from": None, "advice": None,
    }  # fmt: skip


def test_the_answer_holds_to_its_schema_and_every_figure_can_be_drawn(answer):
    document = json.loads(answer_json(answer))
    jsonschema.validate(document, schema("drivers"))
    for name, figure in answer.figures.items():
        assert spec(figure)["datasets"], name


def test_told_ones_come_first_the_greatest_over_the_usual_range_first(answer):
    rows = answer.tables["drivers"]
    estimable = [r["estimable"] for r in rows]
    assert estimable == sorted(estimable, reverse=True)
    sizes = [abs(r["range_effect_pp"]) for r in rows if r["estimable"]]
    assert sizes == sorted(sizes, reverse=True)
    for r in rows:
        assert (r["advice"] is None) == r["estimable"]
        if r["value_pp"] is not None:
            assert r["low"] < r["value_pp"] < r["high"]
            span = r["range_high"] - r["range_low"]
            if r["driver"] != "grade":  # its ends are not on one line
                assert r["range_effect_pp"] == pytest.approx(span * r["value_pp"], abs=1e-9)


def test_what_nothing_is_known_of_is_named_with_what_would_tell_it(answer):
    unseen = {r["driver"]: r["advice"] for r in answer.tables["untold"]}
    assert not set(unseen) & {r["driver"] for r in answer.tables["drivers"]}
    assert {"camber", "shoe"} <= set(unseen)
    assert "shoes" in unseen["shoe"]
    assert not set(unseen) & {r["label"].lower() for r in answer.figures["drivers"].rows}


def test_the_shares_are_parts_of_a_hundred(answer):
    shares = {r["part"]: r["share_pct"] for r in answer.tables["shares"]}
    assert list(shares) == ["drivers", "level", "day_to_day", "drift", "within_run"]
    assert sum(shares.values()) == pytest.approx(100.0)
    assert min(shares.values()) >= 0.0


def test_the_headline_names_the_greatest_clear_one(answer):
    clear = clear_drivers(answer.tables["drivers"])
    assert answer.verdict == ("found" if clear else "none_clear")
    if clear:
        first = next(r for r in answer.tables["drivers"] if r["driver"] == clear[0])
        assert size_words(first["range_effect_pp"]) in answer.headline
        assert "moves your balance most" in answer.headline


def test_too_few_runs_say_nothing_of_drivers(library, monkeypatch):
    read = library.series_of
    monkeypatch.setattr(
        type(library),
        "series_of",
        lambda _, names: {name: s.head(5) for name, s in read(names).items()},
    )
    early = drivers(library)
    assert (early.verdict, early.tables["drivers"], dict(early.figures)) == ("too_early", (), {})
    assert "5 runs so far" in early.sentences[0]
    jsonschema.validate(json.loads(answer_json(early)), schema("drivers"))


def test_one_in_twenty_by_itself_is_not_clear_among_many():
    alone = row(probability=0.98)
    assert clear_drivers([alone]) == ["speed"]
    many = [alone, *(row(f"tag:{i}", low=-1, probability=0.6) for i in range(9))]
    assert clear_drivers(many) == []
    sure = row("bend", probability=0.9999)
    assert clear_drivers([*many, sure]) == ["bend"]
    assert clear_drivers([row("sensor:B", probability=1.0), row("grade:up", probability=1.0)]) == []
    assert clear_drivers([row(probability=1.0, estimable=False)]) == []


def test_a_side_is_an_interval_without_0():
    assert has_a_side(row(low=0.1, high=0.2))
    assert has_a_side(row(low=-0.2, high=-0.1))
    assert not has_a_side(row(low=-0.2, high=0.1))


def test_the_dots_of_a_driver_lie_about_its_fit(library, looked):
    balance = looked.by_measure[BALANCE]
    rows = block_rows(
        balance.series,
        BALANCE,
        sensor=balance.sensor,
        day=days_of(balance.series),
        blocks=library.blocks(balance.series["recording_id"].to_list()),
        known=looked.conditions,
    )
    size = dict(zip(balance.moves.names, balance.moves.coefficient, strict=True))
    noise = balance.moves.noise
    sd = np.sqrt(noise.white_sd**2 + noise.fast_sd**2 + noise.slow_sd**2)
    for name in ("speed", "elapsed", "bend"):
        dots = all_dots(balance, rows)[name]
        left = dots.y - size[name] * dots.x
        assert abs(np.median(left)) < 0.15 * sd, "dots lie about the line"
        assert left.std() < 1.5 * sd, "their run's level and day are taken off"
        # A straight line through the dots has the slope of the fit, near enough.
        slope = np.polyfit(dots.x, dots.y, 1)[0]
        assert slope == pytest.approx(size[name], abs=0.25 * sd / dots.x.std())
    assert np.array_equal(all_dots(balance, rows)["elapsed"].run, rows.run.astype(float))


def test_dots_are_kept_beside_the_fit_and_the_same_when_read_again(library, looked, monkeypatch):
    first = residuals(library, looked)
    monkeypatch.setattr(type(library), "blocks", lambda *_: pytest.fail("blocks are not needed"))
    again = residuals(library, looked)
    assert again.reference_m_s == first.reference_m_s
    for name, dots in first.dots.items():
        for field in ("x", "y", "run"):
            assert np.array_equal(getattr(again.dots[name], field), getattr(dots, field))


def test_dots_of_another_fit_are_not_taken(library, looked):
    residuals(library, looked)
    balance = looked.by_measure[BALANCE]
    moves = replace(balance.moves, coefficient=balance.moves.coefficient + 0.5)
    other = replace(looked, by_measure={BALANCE: replace(balance, moves=moves)})
    slopes = [
        np.polyfit(r.dots["speed"].x, r.dots["speed"].y, 1)[0]
        for r in (residuals(library, looked), residuals(library, other))
    ]
    assert slopes[0] != pytest.approx(slopes[1], abs=1e-6)
    residuals(library, looked)


def test_partial_figures_show_people_s_quantities(answer, looked):
    speed = answer.figures["speed"]
    reference = looked.conditions.reference_m_s
    assert speed.kind == "partial"
    xs = [r["speed_m_s"] for r in speed.rows]
    assert min(xs) < reference < max(xs)
    at_reference = np.interp(reference, xs, [r["effect_pp"] for r in speed.rows])
    assert at_reference == pytest.approx(0.0, abs=0.01), "0 is at reference conditions"
    assert all(r["low"] <= r["effect_pp"] <= r["high"] for r in speed.rows)
    runs = set(looked.by_measure[BALANCE].series["run_id"])
    assert {p["run_id"] for p in speed.points} <= runs
    assert len(speed.points) <= 1500
    elapsed = answer.figures["elapsed"]
    assert min(r["elapsed_h"] for r in elapsed.rows) >= 0.0


def driver(name, *, learned=0.9, inseparable_from=None):
    size = Estimate(0.5, 0.1, 0.3, 0.7, "pp", 9.0)
    return Driver(name, size, "m/s", 0.99, 0.0, 1.0, size, learned, inseparable_from)


def test_a_driver_is_told_where_its_own_runs_tell_it():
    assert told(driver("speed"))
    assert not told(driver("speed", learned=0.4))
    assert not told(driver("speed", inseparable_from="elapsed"))


def test_advice_separates_what_goes_together():
    fast = advice_of("speed", "elapsed")
    assert fast == advice_of("elapsed", "speed")
    assert "fast stretch early in an easy run" in fast
    assert "both directions" in advice_of("bend", None)
    assert "by turns" in advice_of("shoe:Old blue ones", None)
    assert "Tag: club night" in advice_of("grade", "tag:club night")


def test_sensors_are_against_the_present_one(looked):
    balance = looked.by_measure[BALANCE]
    offset = Estimate(-0.4, 0.1, -0.6, -0.2, "%", 9.0)
    two = replace(
        balance,
        sensors=("HRM-Run", "Pod"),
        sensor=np.r_[np.zeros(30, int), np.ones(30, int)],
        trend=replace(balance.trend, offsets={0: offset}),
        moves=replace(
            balance.moves, drivers=(*balance.moves.drivers, driver("sensor:1", learned=0.9))
        ),
    )
    (found,) = [r for r in driver_rows(two) if r["driver"].startswith("sensor:")]
    assert found["driver"] == "sensor:HRM-Run"
    assert (found["value_pp"], found["low"], found["high"]) == (-0.4, -0.6, -0.2)
    assert found["estimable"]
    assert found["probability_direction"] > 0.999


ROUND_LEFT = Ground(
    left_turn_deg=7200.0, right_turn_deg=1800.0, left_bend_m=830.0, right_bend_m=170.0,
    laps=TrackLaps(left=15, right=1, lap_m=400.0, radius_m=36.5),
)  # fmt: skip


def mirrored(ground):
    laps = ground.laps and replace(ground.laps, left=ground.laps.right, right=ground.laps.left)
    return Ground(
        left_turn_deg=ground.right_turn_deg, right_turn_deg=ground.left_turn_deg,
        left_bend_m=ground.right_bend_m, right_bend_m=ground.left_bend_m, laps=laps,
    )  # fmt: skip


def test_turning_is_added_up_by_month():
    turned = Turning(
        ["2025-01-30", "2025-01-31", "2025-02-02", "2025-03-01"],
        [ROUND_LEFT, ROUND_LEFT, mirrored(ROUND_LEFT), Ground()],
    )
    january, february, march = turned.by_month()
    assert january == {
        "month": "2025-01", "left_turn_deg": 14_400.0, "right_turn_deg": 3600.0,
        "left_bend_km": 1.66, "right_bend_km": 0.34, "left_laps": 30, "right_laps": 2,
    }  # fmt: skip
    assert (february["left_laps"], february["right_laps"]) == (1, 15)
    assert march == {"month": "2025-03", **dict.fromkeys(list(january)[1:])}


def test_a_direction_dominates_where_most_bends_and_turns_go_that_way():
    assert turned_in([ROUND_LEFT]).one_way == "left"
    assert turned_in([mirrored(ROUND_LEFT)]).one_way == "right"
    assert turned_in([ROUND_LEFT, mirrored(ROUND_LEFT)]).one_way is None
    assert Turned(700.0, 100.0, 90.0, 10.0).one_way is None, "a turn or two is nothing"
    assert turned_in([Ground()]) is None


def test_the_sentence_says_what_would_even_it_out(looked):
    last = "2025-03-20"
    said = turning_sentences(Turning([last], [ROUND_LEFT]), looked)
    assert said[0] == (
        "In the last year you turned left in 83 % of your bends: 15 laps of a track to the right "
        "would even that out."
    )
    assert "bends move your balance by" in said[1]
    assert said[2].startswith("In March 2025 you turned left in 83 %")
    other = turning_sentences(Turning([last], [mirrored(ROUND_LEFT)]), looked)
    assert "turned right in 83 % of your bends: 15 laps of a track to the left" in other[0]
    assert turning_sentences(Turning([], []), looked) == []
    even = Turning([last, last], [ROUND_LEFT, mirrored(ROUND_LEFT)])
    assert turning_sentences(even, looked) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.62, "0.6 pp toward the left"),
        (-0.62, "0.6 pp toward the right"),
        (0.034, "0.03 pp toward the left"),
        (-0.034, "0.03 pp toward the right"),
        (0.001, "0.00 pp"),
    ],
)
def test_sizes_are_said_with_their_side(value, words):
    assert size_words(value) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.2, 1.0, "0.2 to 1.0 pp toward the left"),
        (-1.0, -0.2, "0.2 to 1.0 pp toward the right"),
        (-0.4, 0.1, "from 0.4 pp toward the right to 0.1 pp toward the left"),
        (0.01, 0.06, "0.01 to 0.06 pp toward the left"),
        (-0.02, 0.04, "from 0.02 pp toward the right to 0.04 pp toward the left"),
    ],
)
def test_intervals_of_sizes_are_said_with_their_sides(low, high, words):
    assert size_interval_words(Estimate(0.5 * (low + high), 0.1, low, high, "pp", 1.0)) == words


@pytest.fixture(scope="module")
def typed(year_library_path, tmp_path_factory):
    """The year with all that can be typed: two pairs by turns, a common tag, a side of the road."""
    from evenstride.answers import open_library

    path = tmp_path_factory.mktemp("typed") / "library"
    shutil.copytree(year_library_path, path)
    with open_library(path) as lib:
        run_ids = lib.runs(())["run_id"].to_list()
        lib.annotate(run_ids[::2], shoes="Blue")
        lib.annotate(run_ids[1::2], shoes="Red")
        lib.annotate(run_ids[10:], add_tags=["insoles"])
        half = (
            GroundPart(0.0, 900.0, camber=Camber.LEFT_LOWER),
            GroundPart(900.0, None, camber=Camber.RIGHT_LOWER),
        )
        lib.write_ground(run_ids[:20], (GroundPart(camber=Camber.LEFT_LOWER),))
        lib.write_ground(run_ids[20:50], half)
        lib.write_ground(run_ids[50:55], (GroundPart(surface=Surface.TRAIL),))
        yield lib


def test_what_was_typed_becomes_drivers_with_figures(typed):
    answer = drivers(typed)
    rows = {r["driver"]: r for r in answer.tables["drivers"]}
    assert {"shoe:Blue", "shoe:Red", "tag:insoles", "camber", "surface:trail"} <= set(rows)
    blue, red = rows["shoe:Blue"], rows["shoe:Red"]
    assert blue["value_pp"] == pytest.approx(-red["value_pp"]), "against the average of both"
    jsonschema.validate(json.loads(answer_json(answer)), schema("drivers"))
    for name in ("shoe:Blue", "tag:insoles", "surface:trail", "camber"):
        figure = answer.figures[name]
        assert spec(figure)["datasets"]
        assert figure.points
    shoes = answer.figures["shoe:Blue"]
    assert [r["present"] for r in shoes.rows] == [0.0, 1.0]
    assert shoes.rows[1]["effect_pp"] == pytest.approx(blue["value_pp"], abs=1e-3)
    assert len(shoes.points) == 60, "a run has one pair, so a dot is a run"
    assert {p["present"] for p in shoes.points} == {0.0, 1.0}


def test_a_tag_that_most_runs_have_is_still_drawn_without_and_with(typed):
    answer = drivers(typed)
    tag = next(r for r in answer.tables["drivers"] if r["driver"] == "tag:insoles")
    without, with_it = answer.figures["tag:insoles"].rows
    assert (without["present"], with_it["present"]) == (0.0, 1.0)
    moved = with_it["effect_pp"] - without["effect_pp"]
    assert moved == pytest.approx(tag["value_pp"], abs=2e-3)
    assert sum(p["present"] == 0.0 for p in answer.figures["tag:insoles"].points) == 10


def test_camber_is_drawn_by_its_sides(typed):
    answer = drivers(typed)
    camber = next(r for r in answer.tables["drivers"] if r["driver"] == "camber")
    figure = answer.figures["camber"]
    fit = {r["camber"]: r["effect_pp"] for r in figure.rows}
    assert set(fit) == {-1.0, 0.0, 1.0}
    assert {p["camber"] for p in figure.points} == {-1.0, 0.0, 1.0}
    assert fit[1.0] - fit[-1.0] == pytest.approx(2.0 * camber["value_pp"], abs=3e-3)
    of_first = {p["camber"] for p in figure.points if p["run_id"] == typed.runs(())["run_id"][0]}
    assert of_first == {1.0}


def test_without_blocks_nothing_is_told_and_all_is_advised(library, monkeypatch):
    monkeypatch.setattr(type(library), "blocks", lambda *_: {})
    monkeypatch.setattr(type(library), "blocks_made", lambda _: {})
    bare = drivers(library)
    assert bare.verdict == "none_clear"
    assert bare.headline.startswith("Nothing moves your balance clearly")
    unseen = {r["driver"] for r in bare.tables["untold"]}
    assert {"speed", "elapsed", "bend", "grade", "camber", "shoe"} <= unseen
    # What is the same throughout a run needs no blocks.
    kinds = {r["driver"].partition(":")[0] for r in bare.tables["drivers"] if r["estimable"]}
    assert kinds <= {"surface"}
    jsonschema.validate(json.loads(answer_json(bare)), schema("drivers"))
    for name, figure in bare.figures.items():
        assert spec(figure)["datasets"], name
