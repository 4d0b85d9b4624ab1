"""Each page of the ledger: what speaks for a source, what against it, and what stays open."""

import io
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from evenstride.answers.body_and_plan.ledger import LEDGER
from evenstride.answers.body_and_plan.ledger_material import steady_days, told, where
from evenstride.answers.body_and_plan.ledger_page import Material
from evenstride.answers.body_and_plan.where_from import in_order, next_of, row_of
from evenstride.body.pattern import read_pattern
from evenstride.body.tests import screening_tests
from evenstride.domain import exercise
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import HeelWear, Injury
from evenstride.domain.exercise import Exposure, Facts, Sore
from evenstride.domain.screening import Finding
from evenstride.domain.trend import Direction
from evenstride.render.tables import table

DAY = date(2026, 11, 1)
NOTHING = Material(
    facts=Facts(),
    looked=None,
    balance_series=None,
    drivers={},
    asked=0,
    untold={},
    mirrored=(),
    where=(),
    steady_days=None,
    shifted="",
    findings={},
    other_side={},
    tests=screening_tests(),
    pattern=read_pattern(()),
    injuries=(),
    wear=None,
    sat_h=None,
    due="",
    goes_along=(),
    free_on=None,
    sizes={},
)

WITH_BALANCE = object()


def page(material, source):
    return next(p for p in (make(material) for make in LEDGER) if p.source == source)


def driver(name, low, high, *, clear=False, estimable=True):
    row = {
        "driver": name,
        "range_effect_pp": (low + high) / 2,
        "range_effect_low": low,
        "range_effect_high": high,
        "clear": clear,
        "estimable": estimable,
    }
    return {"drivers": {name: row}, "sizes": {name: f"{name} words"}, "asked": 5}


def test_twelve_sources_are_all_open_where_nothing_is_known():
    pages = [make(NOTHING) for make in LEDGER]
    assert len({p.source for p in pages}) == 12
    assert {row_of(p)["standing"] for p in pages} == {"open"}
    assert all(p.next for p in pages)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("ground", "camber"),
        ("ground", "surface:trail"),
        ("speed", "speed"),
        ("fatigue", "elapsed"),
        ("sensor", "sensor:HRM"),
        ("shoes", "shoe:blue"),
    ],
)
def test_a_clear_driver_speaks_for_its_source_and_for_no_other(source, name):
    material = replace(NOTHING, **driver(name, 0.4, 1.2, clear=True))
    standing = {p.source: row_of(p)["standing"] for p in (make(material) for make in LEDGER)}
    assert standing.pop(source) == "for"
    assert set(standing.values()) == {"open"}


def test_only_a_driver_that_is_told_and_small_speaks_against_its_source():
    small, clear, wide, untold = (
        page(replace(NOTHING, **made), "speed")
        for made in (
            driver("speed", -0.2, 0.25),
            driver("speed", 0.01, 0.05, clear=True),
            driver("speed", -0.2, 0.6),
            driver("speed", -0.1, 0.1, estimable=False),
        )
    )
    assert small.speaks_against
    assert row_of(clear)["standing"] == "against"
    assert not wide.speaks_against
    assert not untold.speaks_against


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_the_ground_names_the_side_that_stood_lower(side):
    facts = Facts(exposures=(Exposure("camber", side, 0.8),))
    said = page(replace(NOTHING, facts=facts, looked=WITH_BALANCE), "ground")
    assert f"your {side.value} foot stood lower" in said.speaks_for[0]
    assert side.other.value not in said.speaks_for[0]
    assert said.slug == "other-side-of-the-road"


def ankle(outcome, lower):
    return Finding(
        DAY, "ankle-lunge", "degrees", outcome, lower=lower, sentence="5.2° less on the left."
    )


def test_a_difference_beyond_the_error_speaks_for_range_of_motion_and_asks_for_another_day():
    facts = Facts(tested=(exercise.TestedSide("ankle-lunge", DAY, Side.LEFT, repeated=False),))
    found = {"ankle-lunge": ankle("left_lower", Side.LEFT)}
    said = page(replace(NOTHING, facts=facts, findings=found), "range_of_motion")
    assert said.speaks_for == ("5.2° less on the left.",)
    assert "another day" in said.next
    again = Facts(tested=(exercise.TestedSide("ankle-lunge", DAY, Side.LEFT, repeated=True),))
    assert page(replace(NOTHING, facts=again, findings=found), "range_of_motion").slug != said.slug
    assert "nobody has shown" in said.strength


def test_no_difference_speaks_against_and_cannot_tell_leaves_open():
    none = replace(NOTHING, findings={"ankle-lunge": ankle("no_difference", None)})
    unknown = replace(NOTHING, findings={"ankle-lunge": ankle("cannot_tell", None)})
    assert row_of(page(none, "range_of_motion"))["standing"] == "against"
    assert row_of(page(unknown, "range_of_motion"))["standing"] == "open"


def injury(region, how, side=Side.LEFT):
    return Injury(began=date(2019, 5, 4), region=region, side=side, how=how)


def test_a_direct_foot_injury_puts_the_foot_first():
    pages = [make(replace(NOTHING, injuries=(injury("ankle", "sudden"),))) for make in LEDGER]
    (following,) = next_of(pages)
    assert (following["source"], following["slug"]) == ("injury", "ankle-lunge")
    gradual = [make(replace(NOTHING, injuries=(injury("ankle", "gradual"),))) for make in LEDGER]
    assert next_of(gradual)[0]["source"] != "injury"


def test_a_sensor_the_wrong_way_round_goes_before_everything():
    sore = Sore("knee-front", Side.RIGHT, Feeling.PAIN, Moment.AFTER, 6, DAY)
    material = replace(
        NOTHING,
        mirrored=("Run x looks measured the wrong way round.",),
        injuries=(injury("ankle", "sudden"),),
        facts=Facts(sore=(sore,)),
    )
    assert next_of([make(material) for make in LEDGER])[0]["source"] == "sensor"


def test_pain_names_the_place_and_no_cause():
    sore = Sore("knee-front", Side.RIGHT, Feeling.PAIN, Moment.AFTER, 6, DAY)
    said = page(replace(NOTHING, facts=Facts(sore=(sore,))), "pain")
    assert said.speaks_for == (
        "Right front of the knee: up to 6 of 10 within two weeks, last pain on 1 Nov 2026.",
    )
    assert "may be protected or may be the busier" in said.strength


@pytest.mark.parametrize(("left", "right"), [(2, 0), (0, 2)])
def test_heels_worn_apart_name_their_side_as_a_trace(left, right):
    wear = HeelWear("blue", DAY, left, right, "outer", "outer")
    said = page(replace(NOTHING, wear=wear), "shoes")
    side = "left" if left else "right"
    assert f"The {side} heel of blue is worn further" in said.speaks_for[0]
    assert "not a reason" in said.speaks_for[0]


def test_steady_for_long_and_no_test_that_differs_speaks_for_just_so():
    findings = {slug: ankle("no_difference", None) for slug in ("a", "b", "c")}
    steady = page(replace(NOTHING, steady_days=300.0, findings=findings), "built")
    moved = page(replace(NOTHING, shifted="It has changed."), "built")
    young = page(replace(NOTHING, steady_days=60.0), "built")
    assert len(steady.speaks_for) == 2
    assert row_of(moved)["standing"] == "against"
    assert row_of(young)["standing"] == "open"


def sore(region, level, feeling=Feeling.SORENESS, side=Side.LEFT):
    return Facts(sore=(Sore(region, side, feeling, Moment.AFTER, level, DAY),))


def test_what_advice_rests_on_is_among_what_is_said_and_names_keep_their_capitals():
    later = [replace(injury("achilles", "gradual"), began=date(2021 + i, 2, 1)) for i in range(4)]
    said = page(replace(NOTHING, injuries=(injury("ankle", "sudden"), *later)), "injury")
    assert said.speaks_for[0] == "Left ankle injured on 4 May 2019 (sudden, not over yet)."
    assert said.speaks_for[-1].startswith("Left Achilles tendon injured on 1 Feb 2024")
    assert said.slug == "ankle-lunge"


@pytest.mark.parametrize(
    ("region", "test"),
    [("hip-front", "hip-internal-rotation"), ("ribs", "trunk-rotation"), ("heel", "ankle-lunge")],
)
def test_an_injury_is_tested_near_its_place(region, test):
    assert page(replace(NOTHING, injuries=(injury(region, "gradual"),)), "injury").slug == test


def test_an_ankle_that_was_tested_on_two_days_is_not_asked_for_again():
    facts = Facts(tested=(exercise.TestedSide("ankle-lunge", DAY, Side.LEFT, repeated=True),))
    made = replace(
        NOTHING,
        facts=facts,
        findings={"ankle-lunge": ankle("left_lower", Side.LEFT)},
        injuries=(injury("ankle", "sudden"),),
    )
    assert "another day" not in page(made, "injury").next
    assert next_of([make(made) for make in LEDGER])[0]["slug"] != "ankle-lunge"


@pytest.mark.parametrize(
    ("facts", "slug"),
    [
        (sore("hip-front", 3, Feeling.TIGHTNESS, Side.RIGHT), "hip-internal-rotation"),
        (sore("calf", 5), "ankle-lunge"),
        (sore("calf", 2, Feeling.PAIN), "ankle-lunge"),
        (Facts(), "ankle-lunge"),
    ],
)
def test_what_would_tell_most_is_a_test_near_the_complaint(facts, slug):
    (following,) = next_of([make(replace(NOTHING, facts=facts)) for make in LEDGER])
    assert (following["source"], following["slug"]) == ("range_of_motion", slug)


def test_a_test_that_loads_a_painful_place_is_not_asked_for():
    pages = [make(replace(NOTHING, facts=sore("ankle", 6, Feeling.PAIN))) for make in LEDGER]
    assert next_of(pages)[0]["source"] == "pain"
    asked = {p.slug for p in pages if p.question == "screen" and p.worth > 3}
    loading = {s for s, test in NOTHING.tests.items() if "ankle" in test.loads}
    assert not asked & loading
    assert asked


def test_without_balance_nothing_asks_for_an_experiment_or_for_a_sensor_test():
    facts = Facts(
        exposures=(Exposure("camber", Side.LEFT, 0.9), Exposure("sitting", None, 9.0)),
        sore=sore("calf", 3).sore,
    )
    wear = HeelWear("blue", DAY, 2, 0, "outer", None)
    pages = [make(replace(NOTHING, facts=facts, wear=wear, sat_h=(9.0, 1))) for make in LEDGER]
    assert all("experiment" not in p.next and "experiment" not in p.command for p in pages)
    assert not any("imp on purpose" in p.next for p in pages)
    assert "balance" not in page(replace(NOTHING, facts=facts), "pain").next
    sat = page(replace(NOTHING, facts=facts, sat_h=(9.0, 1)), "sitting")
    assert sat.speaks_for == ("You sit 9 hours a day (median of 1 day, last four weeks).",)


def test_nothing_that_hurts_speaks_against_pain_only_where_it_was_said():
    said = page(replace(NOTHING, free_on=DAY), "pain")
    assert said.speaks_against == ("Nothing hurts by your diary, last said on 1 Nov 2026.",)
    assert row_of(page(NOTHING, "pain"))["standing"] == "open"
    assert page(replace(NOTHING, free_on=DAY, facts=sore("calf", 2)), "pain").speaks_against == ()


BEFORE = {"chest-breath": "Before, on 1 Oct 2026, it was the other side."}


def test_a_difference_of_breath_speaks_for_it_whichever_way_and_both_alike_against():
    def said(test, sign):
        words = f"{test}: {sign} widens less."
        finding = Finding(DAY, test, "hands", "seen", sign=sign, sentence=words)
        material = replace(
            NOTHING, pattern=read_pattern((finding,)), findings={test: finding}, other_side=BEFORE
        )
        return page(material, "breathing_and_trunk")

    for sign in ("left_lower", "right_lower"):
        one = said("chest-breath", sign)
        assert (len(one.speaks_for), one.speaks_against) == (1, ())
        state = "that fits" if sign == "right_lower" else "what was found last is the opposite"
        assert one.speaks_for[0] == (
            f"chest-breath: {sign} widens less. Before, on 1 Oct 2026, it was the other side. "
            f"Typical would be less on the right (the physio's pattern): {state}."
        )
        assert "theory" in one.strength
    assert row_of(said("chest-breath", "even"))["standing"] == "against"
    assert row_of(said("arch", "left_lower"))["standing"] == "open"  # a sign of the feet


def test_what_is_better_known_stands_first_whatever_is_worth_more():
    facts = Facts(
        tested=(
            exercise.TestedSide("ankle-lunge", DAY, Side.LEFT, repeated=True),
            exercise.TestedSide("heel-raise", DAY, Side.LEFT, repeated=False),
        ),
        sore=sore("calf", 8, Feeling.PAIN).sore,
        exposures=(Exposure("sitting", None, 9.0),),
    )
    material = replace(
        NOTHING,
        facts=facts,
        findings={
            "ankle-lunge": ankle("left_lower", Side.LEFT),
            "heel-raise": replace(ankle("left_lower", Side.LEFT), test="heel-raise"),
            "hip-internal-rotation": ankle("no_difference", None),
        },
        wear=HeelWear("blue", DAY, 2, 0, "outer", "outer"),
        sat_h=(8.92714, 7),
        **driver("speed", 0.4, 1.2, clear=True),
    )
    ordered = in_order([make(material) for make in LEDGER])
    rows = [row_of(p) for p in ordered]
    assert [(row["source"], row["known"]) for row in rows[:6]] == [
        ("speed", "own_runs"),
        ("range_of_motion", "two_days"),  # though a hip that does not differ speaks against it
        ("strength", "one_day"),
        ("pain", "said"),
        ("sitting", "said"),
        ("shoes", "said"),
    ]
    worth = [p.worth for p in ordered[3:6]]
    assert worth == sorted(worth, reverse=True)
    assert {(row["standing"], row["known"]) for row in rows[6:]} == {("open", None)}
    assert page(material, "sitting").speaks_for == (
        "You sit 8.9 hours a day (median of 7 days, last four weeks).",
    )


def test_what_goes_along_with_the_runs_is_known_better_than_what_is_only_felt():
    felt = page(replace(NOTHING, facts=sore("calf", 3)), "pain")
    beside = page(replace(NOTHING, facts=sore("calf", 3), goes_along=("It goes along.",)), "pain")
    assert (felt.known, beside.known) == ("said", "own_runs")


def foot(region="ankle", how="sudden", *, repeated=True, lower=Side.LEFT):
    outcome = f"{lower.value}_lower"
    found = replace(ankle(outcome, lower), repeated=repeated)
    tested = (exercise.TestedSide("ankle-lunge", DAY, lower, repeated=repeated),)
    return replace(
        NOTHING,
        facts=Facts(tested=tested),
        findings={"ankle-lunge": found},
        injuries=(injury(region, how),),
        **driver("speed", 0.4, 1.2, clear=True),
    )


def test_an_injured_foot_that_also_tests_apart_stands_first_and_its_next_test_is_of_the_foot():
    pages = [make(foot()) for make in LEDGER]
    first, second = in_order(pages)[:2]
    assert (first.source, first.known, second.source) == ("injury", "foot_first", "speed")
    assert "Found there on two days: Ankle bend in a lunge" in first.speaks_for[-1]
    assert first.speaks_for[-1].endswith("that is the injured side.")
    assert next_of(pages)[0]["slug"] == "heel-raise"
    once = foot(repeated=False, lower=Side.RIGHT)
    assert "on one day only" in page(once, "injury").speaks_for[-1]
    assert page(once, "injury").speaks_for[-1].endswith("that is the other side.")
    assert next_of([make(once) for make in LEDGER])[0]["slug"] == "ankle-lunge"
    for other in (foot("knee-front"), foot(how="gradual")):
        assert in_order([make(other) for make in LEDGER])[0].source == "speed"


def test_of_a_foot_the_next_test_is_one_that_does_not_hurt():
    hurts = replace(foot(), facts=sore("ankle", 6, Feeling.PAIN))
    said = page(hurts, "injury")
    loading = {
        s for s, test in NOTHING.tests.items() if test.weight_bearing or "ankle" in test.loads
    }
    assert said.slug not in loading
    seen = Finding(DAY, "arch", "seen", "seen", sign="right_flatter", repeated=False)
    arch = replace(NOTHING, injuries=foot().injuries, findings={"arch": seen})
    assert page(arch, "injury").speaks_for[-1] == (
        "Found there on one day only: Arch of the foot, the right flatter; that is the other side."
    )


def test_the_terminal_names_what_is_not_known_in_one_line():
    rows = [row_of(p) for p in in_order([make(foot()) for make in LEDGER])]
    built = table("why", "ledger", rows, width=80)
    assert built.row_count == 3
    assert "strength on one leg" in str(built.caption)
    assert "speed" not in str(built.caption)
    nothing = [row_of(make(NOTHING)) for make in LEDGER]
    console = Console(width=80, file=io.StringIO())
    console.print(table("why", "ledger", nothing, width=80))
    said = " ".join(console.file.getvalue().split())
    assert said.startswith("Nothing is known yet of these, which is not against them: ground and")
    assert "–" not in said


def test_a_driver_is_no_proof_of_what_makes_balance_uneven():
    said = page(replace(NOTHING, **driver("speed", 0.4, 1.2, clear=True)), "speed")
    assert "need not be what makes it uneven" in said.strength
    assert "association" in said.strength


def test_questions_that_are_due_tell_most_next():
    material = replace(
        NOTHING,
        due="The right groin has hurt since yesterday.",
        mirrored=("Run x looks measured the wrong way round.",),
    )
    (following,) = next_of([make(material) for make in LEDGER])
    assert (following["source"], following["question"]) == ("pain", "flags")


def level(direction, low, high):
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    trend = SimpleNamespace(
        direction=direction, low95=low, high95=high, day=100.0 * np.arange(len(low))
    )
    return SimpleNamespace(trend=trend)


@pytest.mark.parametrize(
    ("low", "high", "days"),
    [
        ([50.0, 50.1, 50.2], [51.0, 51.1, 51.2], 200.0),
        ([51.5, 50.1, 50.2], [52.5, 51.1, 51.2], 100.0),
        ([51.5, 51.6, 50.2], [52.5, 52.6, 51.2], 0.0),
        ([45.0, 45.0, 45.0], [55.0, 55.0, 55.0], None),
        ([np.nan], [np.nan], None),
    ],
)
def test_a_level_is_steady_for_as_long_as_one_lies_in_all_bands(low, high, days):
    """The verdict is about the last 90 days alone: it says nothing of the years before."""
    assert steady_days(level(Direction.NOT_DISTINGUISHABLE, low, high)) == days
    assert steady_days(level(Direction.INCREASED, low, high)) is None
    assert steady_days(None) is None


def test_of_several_ways_of_measuring_the_latest_that_tells_is_taken():
    old = replace(ankle("left_lower", Side.LEFT), on_date=date(2026, 9, 1))
    silent = replace(ankle("cannot_tell", None), on_date=date(2026, 10, 1))
    for order in ((old, silent), (silent, old)):
        assert told(order) == {"ankle-lunge": old}
    later = replace(ankle("no_difference", None), on_date=date(2026, 10, 2))
    assert told((later, old)) == told((old, later)) == {"ankle-lunge": later}


@pytest.mark.parametrize(("name", "worth"), [("grade", 65), ("camber", 25)])
def test_only_a_camber_that_hardly_moves_balance_makes_its_experiment_worth_less(name, worth):
    facts = Facts(exposures=(Exposure("camber", Side.LEFT, 0.8),))
    made = replace(NOTHING, facts=facts, looked=WITH_BALANCE, **driver(name, -0.1, 0.1))
    assert page(made, "ground").worth == worth


@pytest.mark.parametrize(
    ("stale", "words"),
    [(False, "balance now: 51.5 % right."), (True, "balance as of your last run: 51.5 % right.")],
)
def test_the_side_of_balance_is_not_read_as_a_time(stale, words):
    trend = SimpleNamespace(now=SimpleNamespace(value=48.5))
    (said,) = where(SimpleNamespace(stale=stale), SimpleNamespace(trend=trend))
    assert said.endswith(words)
