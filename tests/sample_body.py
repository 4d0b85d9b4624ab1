"""Answers of `screen`, `why`, `body` and `plan` to draw: made by hand, with every state in them."""

from __future__ import annotations

from evenstride.domain.answer import Answer, Figure, Provenance, Row, Source

HOSTILE = "</script><script>alert(1)</script> {{ 7 * 7 }} \"q\" 'd' & \N{GRINNING FACE}"
PROVENANCE = Provenance("evenstride 0.0.0", "none", 0)
RANGERS = Source("Teyhen 2015: 211 rangers, a year", "doi 10.1007/s11999-015-4342-6")
NO_TRIAL = "No trial shows that any of these exercises changes contact-time balance."


def flags_answer(*, due: bool = False, stands: bool = False) -> Answer:
    """Nothing to ask, or the questions about a shin; nothing that stands, or a flag."""
    question = {
        "slug": "hop-pain",
        "name": "pain on hopping",
        "tier": "now",
        "question": "Does it hurt to hop on that leg?",
        "why": "Pain on hopping may be a bone under stress.",
        "act": "See a clinician within days; do not run until then.",
        "tell": "Where it hurts, since when, and that hopping hurts.",
        "source": "A convention",
        "link": None,
        "stands_on": "convention",
    }
    place = {"region": "shin-front", "side": "right", "place": "right front of the shin"}
    ask = {
        "ask_id": "right-shin-front",
        "reason": "Pain began in the right front of the shin.",
        "since": "2025-06-20",
        "entry_ids": ["c-1"],
        "questions": [question],
        **place,
    }
    standing = {
        **{k: question[k] for k in ("slug", "name", "tier", "why", "act", "tell", "source")},
        **{k: question[k] for k in ("link", "stands_on")},
        "since": "2025-06-20",
        "stops": "The plan and experiments stop.",
        "entry_id": "f-1",
        "version": 1,
        **place,
    }
    return Answer(
        question="flags",
        headline="Nothing to see a clinician about was found.",
        verdict="clear",
        provenance=PROVENANCE,
        tables={
            "ask": (ask,) if due else (),
            "offered": (),
            "standing": (standing,) if stands else (),
            "answered": (),
        },
    )


def test_row(test: str, **more: object) -> Row:
    return {
        "test": test,
        "name": test.replace("-", " ").capitalize(),
        "group": "screening",
        "why": "How far the shin leans over the foot decides how the foot is left.",
        "equipment": "A wall and a phone.",
        "cautions": ["Not with a fresh sprain."],
        "drawing": test,
        "pattern": False,
        "last_on": None,
        "outcome": None,
        "lower": None,
        "sign": None,
        "sentence": None,
        **more,
    }


LUNGE = test_row(
    "ankle-lunge",
    last_on="2025-06-20",
    outcome="left_lower",
    lower="left",
    sentence="The left ankle bends less: it differs beyond the error of the test.",
)
BREATH = test_row("chest-breath", group="top_to_toe", pattern=True)


def screen_answer(*, tested: bool = True) -> Answer:
    """One test that differs, one that was never made; or nothing yet."""
    untested = {"last_on": None, "outcome": None, "lower": None, "sentence": None}
    lunge = LUNGE if tested else {**LUNGE, **untested}
    return Answer(
        question="screen",
        headline="Your left ankle bends less than the right, beyond the error of the test."
        if tested
        else "Nothing was tested yet.",
        verdict="too_little" if tested else "nothing_tested",
        provenance=PROVENANCE,
        sentences=("Screening sets baselines and targets; it does not predict an injury.",),
        tables={
            "tests": (lunge, BREATH),
            "findings": (),
            "signs": (
                {
                    "test": "chest-breath",
                    "name": "Breath in the chest",
                    "typical": "less on the right",
                    "state": "not_tested",
                    "on_date": None,
                    "sentence": "Not tested.",
                },
            ),
            "retest": ({"test": "ankle-lunge", "name": "Ankle lunge", "why": "On another day."},),
        },
        caveats=("A difference is no diagnosis.",),
        sources=(RANGERS,),
    )


def method_row(method: str, **more: object) -> Row:
    return {
        "test": "ankle-lunge",
        "method": method,
        "label": f"{method} on the shin",
        "unit": "deg",
        "positions": [
            {"slug": "knee-bent", "label": "knee bent"},
            {"slug": "knee-straight", "label": "knee straight"},
        ],
        "instruments": [{"slug": "inclinometer", "label": "inclinometer"}],
        "choices": [],
        "lowest": 0.0,
        "highest": 70.0,
        "likely_low": 20.0,
        "likely_high": 55.0,
        "likely_difference": 15.0,
        "step": 0.5,
        "trials": 3,
        "mdc_difference": 4.7,
        "mdc_change": 6.6,
        "error": "The sides differ beyond the error of the test from 4.7° on.",
        "error_source": "Powden 2015",
        "error_link": "doi 10.1016/j.math.2015.01.004",
        "error_strength": "reliability",
        "threshold_difference": 6.5,
        "threshold_words": "From 6.5° on soldiers had more injuries within a year.",
        "threshold_source": "Teyhen 2015",
        "threshold_link": None,
        **more,
    }


MEASURED: Row = {
    "entry_id": "m-1",
    "version": 2,
    "on_date": "2025-06-20",
    "test": "ankle-lunge",
    "method": "degrees",
    "method_label": "degrees on the shin",
    "position": "knee-straight",
    "position_label": "knee straight",
    "instrument": "inclinometer",
    "instrument_label": "inclinometer",
    "by": HOSTILE,
    "unit": "deg",
    "left": [33.0, 34.5, 33.5],
    "right": [41.0, 40.0, 42.0],
    "sign": None,
    "sign_label": None,
    "left_pain": None,
    "right_pain": 2,
    "note": HOSTILE,
    "outcome": "left_lower",
    "left_mean": 33.67,
    "right_mean": 41.0,
    "difference": -7.33,
    "mdc": 4.7,
    "lower": "left",
    "repeated": False,
    "change": None,
    "change_beyond_error": None,
    "words": "7.3° less on the left",
    "sentence": "It differs beyond the error of the test: 7.3° less on the left (needs 4.7°).",
}


def screen_test_answer(*, seen: bool = False) -> Answer:
    """A test that is measured, by degrees or centimetres; or one that is looked at."""
    looked_at = method_row(
        "hands",
        label="by hand",
        unit="",
        positions=[],
        instruments=[],
        choices=[{"slug": "left", "label": "less on the left"}, {"slug": "even", "label": "even"}],
        threshold_words="",
    )
    return Answer(
        question="screen_test",
        headline="How far the ribs open." if seen else str(MEASURED["sentence"]),
        verdict="never" if seen else "left_lower",
        provenance=PROVENANCE,
        tables={
            "test": (BREATH if seen else LUNGE,),
            "how": ({"step": 1, "text": "Stand before a wall."}, {"step": 2, "text": "Lean in."}),
            "methods": (looked_at,)
            if seen
            else (method_row("degrees"), method_row("cm", unit="cm", positions=[])),
            "findings": (),
            "history": () if seen else (MEASURED,),
        },
    )


def why_answer() -> Answer:
    """A source that something speaks for, one against, one of which nothing is known."""

    def source(name: str, standing: str, **more: object) -> Row:
        return {
            "source": name,
            "label": name.capitalize(),
            "speaks_for": [],
            "speaks_against": [],
            "standing": standing,
            "strength": "",
            "next": "",
            "question": None,
            "slug": None,
            **more,
        }

    return Answer(
        question="why",
        headline="Something speaks for one possible source: range of motion.",
        verdict="something_speaks",
        provenance=PROVENANCE,
        tables={
            "ledger": (
                source(
                    "motion",
                    "for",
                    speaks_for=["The left ankle bends 7.3° less (needs 4.7°)."],
                    strength="One day only.",
                    next="Test both ankles on another day.",
                    question="screen",
                    slug="ankle-lunge",
                ),
                source(
                    "sitting",
                    "open",
                    next="Write down how long you sit.",
                    question="diary",
                ),
                source(
                    "speed",
                    "against",
                    speaks_against=[f"Balance does not follow pace. {HOSTILE}"],
                    question="experiment_new",
                    slug="quicker-steps",
                ),
            ),
            "next": (
                {
                    "source": "motion",
                    "text": "Test both ankles on another day.",
                    "why": "It is cheap, and it decides which side the plan begins on.",
                    "command": "evenstride screen record ankle-lunge",
                    "question": "screen",
                    "slug": "ankle-lunge",
                },
            ),
        },
        caveats=("This is no diagnosis.",),
    )


def body_answer() -> Answer:
    """A knee that complains, and goes along with nothing."""
    return Answer(
        question="body",
        headline="Your right knee complains since 2 June; nothing goes along with it.",
        verdict="nothing_to_see",
        provenance=PROVENANCE,
        tables={
            "complaints": (
                {
                    "region": "knee-front",
                    "side": "right",
                    "feeling": "pain",
                    "place": "right front of the knee",
                    "since": "2025-06-02",
                    "days": 6,
                    "answered_days": 20,
                    "worst": 5,
                    "last_on": "2025-06-20",
                    "last_level": 2,
                },
            ),
            "associations": (
                {
                    "region": "knee-front",
                    "side": "right",
                    "place": "right front of the knee",
                    "measure": "balance_left_pct",
                    "lag_days": 1,
                    "strength": 0.2,
                    "low": -0.2,
                    "high": 0.5,
                    "p": 0.6,
                    "n": 20,
                    "difference": 0.1,
                    "unit": "pp",
                    "same_side": False,
                    "stands": False,
                    "sentence": "Nothing to see with balance.",
                },
            ),
            "needed": (
                {
                    "what": "more days",
                    "why": "Twenty days are few.",
                    "how": "Write down free ones.",
                },
            ),
        },
        figures={
            "timeline": Figure(
                kind="timeline",
                title="Where it hurt, and when",
                x_label="Date",
                y_label="Place",
                rows=(
                    {
                        "place": "right front of the knee",
                        "date": "2025-06-02",
                        "level": 5,
                        "feeling": "pain",
                        "moment": "after",
                    },
                ),
                roles={"x": "date", "y": "place", "value": "level", "series": "feeling"},
            )
        },
    )


def item_row(session_id: str, exercise: str, **more: object) -> Row:
    return {
        "session_id": session_id,
        "exercise": exercise,
        "name": exercise.replace("-", " ").capitalize(),
        "block": "hip",
        "drawing": exercise,
        "sided": "each_side",
        "sets_left": 3,
        "sets_right": 2,
        "count": 10,
        "counted": "repetitions",
        "first_side": "left",
        "only_side": None,
        "dose": "2 × 10 repetitions a side, left first, one set more on the left",
        "step": "",
        "because": "The left ankle tested lower on 20 June (7.3°, needs 4.7°).",
        "out_when": "The difference is inside the error of the test at two re-tests.",
        "changed": "",
        "cue": None,
        **more,
    }


AGAIN = "Test again first, rested (about 5 min more): Ankle bend in a lunge."


def session_row(session_id: str, on_date: str, state: str, **more: object) -> Row:
    return {
        "plan_id": "plan-2025-06-20",
        "session_id": session_id,
        "on_date": on_date,
        "week": int(session_id[1:3]),
        "title": "Top to toe, then hips",
        "state": state,
        "minutes": 25,
        "rescreen": [],
        "test_again": "",
        "sequence": 1,
        **more,
    }


def plan_answer(*, stopped: bool = False) -> Answer:
    """A plan in its first week: one session done, one next; or one that a flag has stopped."""
    sessions = (
        session_row("w01-1", "2025-06-23", "done"),
        session_row("w01-2", "2025-06-25", "next", rescreen=["ankle-lunge"], test_again=AGAIN),
        session_row("w02-1", "2025-06-30", "later"),
        session_row("w03-1", "2025-07-07", "missed"),
    )
    items = tuple(
        row
        for session in sessions
        for row in (
            item_row(str(session["session_id"]), "bridge", cue="hip-and-core-routine"),
            item_row(
                str(session["session_id"]),
                "heel-raise",
                changed="One more: you did two more than asked, twice.",
            ),
        )
    )
    flag = {
        "flag": "hop-pain",
        "tier": "now",
        "reason": "Pain on hopping may be a bone under stress.",
        "tell": "Where it hurts, since when, and that hopping hurts.",
    }
    tables: dict[str, tuple[Row, ...]] = {
        "sessions": () if stopped else sessions,
        "items": () if stopped else items,
        "running": ()
        if stopped
        else (
            {
                "exercise": "quicker-steps",
                "name": "Quicker steps",
                "drawing": "quicker-steps",
                "how_much": "172 steps a minute at your easy pace, 5 % more than your own.",
                "because": "You asked for another way of running.",
                "out_when": "It hurts, or an experiment says that it does nothing.",
                "evidence": "Five per cent more steps load the knee less (Heiderscheit 2011).",
                "cue": "quicker-steps",
            },
        ),
        "left_out": ()
        if stopped
        else ({"exercise": "lunge", "name": "Lunge", "why": "Knee pain of 6 of 10."},),
        "voices": (
            {
                "topic": "Is hip strength worth the time?",
                "coach": "Yes, one leg at a time.",
                "physio": "There are no weak sides to fix.",
                "runner": f"I have my doubts. {HOSTILE}",
                "evidence": "Supervised work over 24 weeks: fewer injuries in 325 novices.",
                "source": "Leppänen 2024",
                "yours": "Nothing of your own yet.",
                "exercise": "bridge",
                "cue": "hip-and-core-routine",
            },
        ),
        "next": ()
        if stopped
        else (
            {
                "plan_id": "plan-2025-06-20",
                "session_id": "w01-2",
                "on_date": "2025-06-25",
                "title": "Top to toe, then hips",
                "exercises": 2,
                "minutes": 25,
                "when": "today",
            },
        ),
        "stopped": (flag,) if stopped else (),
        "wish": ({"name": "For", "value": "stronger on one leg at a time"},),
        "logged": ()
        if stopped
        else (
            {
                "entry_id": "plan-2025-06-20.w01-1",
                "version": 2,
                "session_id": "w01-1",
                "on_date": "2025-06-23",
                "state": "done",
                "exercise": "bridge",
                "sets": 2,
                "left": 12,
                "right": 11,
                "load_kg": 7.5,
                "pain": 3,
                "pain_next_morning": None,
                "left_out": False,
                "note": HOSTILE,
            },
            {
                "entry_id": "plan-2025-06-20.w01-1",
                "version": 2,
                "session_id": "w01-1",
                "on_date": "2025-06-23",
                "state": "done",
                "exercise": "heel-raise",
                "sets": None,
                "left": None,
                "right": None,
                "load_kg": None,
                "pain": None,
                "pain_next_morning": None,
                "left_out": True,
                "note": HOSTILE,
            },
        ),
    }
    return Answer(
        question="plan",
        headline="No plan now: pain on hopping." if stopped else "Next: today, top to toe.",
        verdict="stopped" if stopped else "next_today",
        provenance=PROVENANCE,
        sentences=("Pain up to 3 of 10 is fine; above 5 the exercise stops.",),
        tables=tables,
        caveats=(NO_TRIAL,),
    )


def no_plan_answer() -> Answer:
    """No plan runs; where they disagree stands there all the same."""
    tables = dict.fromkeys(plan_answer().tables, ())
    tables["voices"] = plan_answer().tables["voices"]
    return Answer(
        question="plan",
        headline="No plan is running.",
        verdict="none",
        provenance=PROVENANCE,
        tables=tables,
        caveats=(NO_TRIAL,),
    )
