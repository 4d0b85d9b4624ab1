"""The diary's pages: written at once, never twice, corrected, deleted; the form keeps the rest."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, FlagCheck, HeelWear, Injury
from evenstride.web.diary_form import place_named
from evenstride.web.routes import diary, entries, flags, injuries, shoes
from experiment_app import Forms

HOSTILE = '"><script>alert(1)</script>\u202e'


def form_of(response, action):
    """What a browser would send of a form that nobody touched: no button was pressed."""
    fields = Forms(response.text).by_action[action]
    return {name: values[0] for name, values in fields.items() if name != "nothing"}


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the pages."""

    def set_clock(moment):
        for module in (diary, entries, flags, injuries, shoes):
            monkeypatch.setattr(module, "now", lambda: moment)
            if hasattr(module, "this_hour"):
                monkeypatch.setattr(module, "this_hour", lambda: moment)

    return set_clock


@pytest.fixture
def last_run(app, at):
    """The last run, and the clock an hour after it."""
    run_id, started, seconds = (
        app.lib.runs(()).select("run_id", "started_at_utc", "duration_s").rows()[-1]
    )
    at(started + timedelta(seconds=seconds + 3600))
    return run_id


def post(app, path, fields, **more):
    token = {name: value for name, value in fields.items() if name != "token"}
    return app.post(path, **{**token, **more})


def values(app, kind):
    return [written.value for written in app.lib.entries(kind).values()]


# -- the form after a run --------------------------------------------------------------------------


def test_nothing_is_one_press_and_twice_pressed_is_written_once(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    for _ in range(2):
        done = post(app, "/diary", fields, nothing="yes")
        assert done.status_code == 303
    (day,) = values(app, Day)
    assert day.nothing_hurts
    assert day.run_id == last_run
    assert day.on_date.isoformat() == last_run[:10]
    page = app.get(done.headers["location"])
    assert 'role="status"' in page.text


def test_pain_after_nothing_hurt_is_kept_and_asked_about(app, last_run):
    post(app, "/diary", form_of(app.get("/diary"), "/diary"), nothing="yes")
    later = {"level-left-knee-front": "8", "feeling-left-knee-front": "pain", "sure": "yes"}
    kept = post(app, "/diary", form_of(app.get("/diary"), "/diary"), **later)
    assert kept.status_code == 303
    (felt,) = values(app, Complaint)
    assert (felt.region, felt.level) == ("knee-front", 8)
    (day,) = values(app, Day)
    assert not day.nothing_hurts
    page = app.get("/diary").text
    assert "Before anything else" in page
    assert "Nothing is said of the day" in page
    assert post(app, "/diary", form_of(app.get("/diary"), "/diary")).status_code == 400


def test_several_places_are_kept_in_one_go_with_the_likely_moment(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    assert fields["moment"] == "after"
    places = {
        "level-right-hip-front": "4",
        "feeling-right-hip-front": "tightness",
        "level-left-calf": "2",
        "feeling-left-calf": "soreness",
    }
    for _ in range(2):
        assert post(app, "/diary", fields, **places).status_code == 303
    assert sorted(values(app, Complaint), key=lambda c: c.level) == [
        Complaint(
            date.fromisoformat(last_run[:10]), Moment.AFTER, feeling, region, side, level, last_run
        )
        for region, side, feeling, level in (
            ("calf", Side.LEFT, Feeling.SORENESS, 2),
            ("hip-front", Side.RIGHT, Feeling.TIGHTNESS, 4),
        )
    ]
    assert values(app, Day) == [], "of the day nothing was said"
    page = app.get("/diary").text
    assert ">4T</text>" in page
    assert "right front of the hip: tight, 4 of 10" in page
    assert page.index('href="#at-right-hip-front"') < page.index('id="map"'), "named lately"


def test_the_next_morning_belongs_to_the_run_of_the_day_before(app, at, last_run):
    day = date.fromisoformat(last_run[:10]) + timedelta(days=1)
    at(datetime(day.year, day.month, day.day, 7, tzinfo=UTC))
    fields = form_of(app.get("/diary"), "/diary")
    assert (fields["run"], fields["moment"]) == (last_run, "next_morning")
    post(app, "/diary", fields, **{"level-left-knee-front": "3", "feeling-left-knee-front": "pain"})
    (said,) = values(app, Complaint)
    assert (said.on_date, said.run_id) == (day, last_run)


def test_long_after_the_last_run_it_is_about_today(app):
    fields = form_of(app.get("/diary"), "/diary")
    assert fields["run"] == ""
    assert fields["moment"] == "other"
    named = app.get("/diary", params={"run": "2025-01-07"})
    assert form_of(named, "/diary")["run"].startswith("2025-01-07")


WRONG = (
    ({"level-left-calf": "4"}, "Is the left calf sore, tight or painful?"),
    ({"typed_place": "right elbow", "level-typed": "2"}, "Which place is meant?"),
    ({"typed_place": "right calf", "feeling-typed": "pain"}, "How much, from 0 to 10"),
    ({"level-left-calf": "11", "feeling-left-calf": "pain"}, "11"),
    (
        {"level-left-calf": "lots", "feeling-left-calf": "pain"},
        "whole number from 0 to 10, not lots",
    ),
    ({"sat_h": "long"}, "Hours sat is a number like 0.3, not long."),
    ({"surface": "moon"}, "Choose one of the surfaces."),
    ({}, "Say where it hurts, or that nothing does."),
    (
        {"nothing": "yes", "level-left-calf": "4", "feeling-left-calf": "pain"},
        "You said that nothing hurts, and named a place that does",
    ),
)


def test_what_cannot_be_is_said_and_the_form_keeps_the_rest(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    for typed, sentence in WRONG:
        kept = {"level-right-groin": "3", "feeling-right-groin": "pain"} if typed else {}
        kept["done_other"] = f"a word {HOSTILE}" if typed else ""
        answer = post(app, "/diary", fields, **kept, **typed)
        assert answer.status_code == 400, typed
        assert sentence in answer.text, typed
        assert "<script>alert" not in answer.text
        again = form_of(answer, "/diary")
        assert again["page"] == fields["page"], "sent again it is still written once"
        for name, value in {**kept, **typed}.items():
            if name not in ("nothing", "surface") and value not in ("11", "lots"):
                assert again.get(name) == value, name
    assert values(app, Complaint) == values(app, Day) == []


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("right front of the hip", ("hip-front", Side.RIGHT)),
        ("  Lower back, in the MIDDLE ", ("lower-back", Side.MIDDLE)),
        ("calf left", ("calf", Side.LEFT)),
        ("calf, left", ("calf", Side.LEFT)),
        ("left-big-toe", ("big-toe", Side.LEFT)),
        ("calf", None),
        ("calf, in the middle", None),
        ("", None),
    ],
)
def test_a_place_can_be_typed(words, place):
    assert place_named(words) == place


def test_a_place_that_is_typed_is_kept_like_one_of_the_map(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    typed = {"typed_place": "right calf", "level-typed": "2", "feeling-typed": "soreness"}
    assert post(app, "/diary", fields, **typed).status_code == 303
    (said,) = values(app, Complaint)
    assert (said.region, said.side, said.level) == ("calf", Side.RIGHT, 2)


def test_a_doubt_is_asked_once_and_kept_when_it_is_right(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    asked = post(app, "/diary", fields, sat_h="20")
    assert asked.status_code == 400
    assert 'name="sure"' in asked.text
    assert values(app, Day) == []
    sure = post(app, "/diary", form_of(asked, "/diary"), sure="yes")
    assert sure.status_code == 303
    (day,) = values(app, Day)
    assert day.sat_h == 20.0


def test_the_day_is_shown_again_and_corrected_not_doubled(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    post(
        app, "/diary", fields, nothing="yes", done_other="Hip circles", shoes="Nimbus", slept_h="7"
    )
    shown = app.get("/diary")
    again = form_of(shown, "/diary")
    assert (again["shoes"], again["slept_h"], again["done"]) == ("Nimbus", "7", "Hip circles")
    # It hurts after all: then it is not said any more that nothing does.
    post(app, "/diary", again, **{"level-left-heel": "4", "feeling-left-heel": "pain"})
    (day,) = values(app, Day)
    assert not day.nothing_hurts
    assert (day.shoes, day.done) == ("Nimbus", ("Hip circles",))
    ((name, written),) = app.lib.entries(Day).items()
    assert written.version == 2
    assert len(app.lib.entry_history(Day, name)) == 2


def test_two_tabs_take_nothing_from_each_other(app, last_run):
    first, second = (form_of(app.get("/diary"), "/diary") for _ in range(2))
    assert post(app, "/diary", first, shoes="Nimbus").status_code == 303
    refused = post(app, "/diary", second, shoes="Pegasus")
    assert refused.status_code == 400
    assert "in the meantime" in refused.text
    assert [day.shoes for day in values(app, Day)] == ["Nimbus"]
    # A tab that says nothing of the day may still say where it hurts.
    hurts = {"level-left-heel": "4", "feeling-left-heel": "pain"}
    assert post(app, "/diary", second, **hurts).status_code == 303
    assert [day.shoes for day in values(app, Day)] == ["Nimbus"]
    third = form_of(app.get("/diary"), "/diary")
    ((name, _),) = app.lib.entries(Day).items()
    corrected = form_of(app.get(f"/diary/{name}"), f"/diary/{name}/day")
    assert post(app, f"/diary/{name}/day", corrected, shoes="Clifton").status_code == 303
    stale = post(app, "/diary", third, shoes="Pegasus")
    assert stale.status_code == 400
    assert [day.shoes for day in values(app, Day)] == ["Clifton"]


def test_a_change_without_the_page_s_token_is_refused(app):
    for path in ("/diary", "/injuries", "/shoes", "/flags"):
        assert app.ask("POST", path, data={"nothing": "yes"}).status_code == 403


def test_nonsense_that_no_page_sends_is_no_failure(app, last_run):
    odd = {
        "page": HOSTILE,
        "moment": "never",
        "level-": "3",
        "level-up-calf": "3",
        "feeling-typed": HOSTILE,
        "day_id": HOSTILE,
        "day_seen": "7",
        "nothing": "yes",
    }
    done = app.post("/diary", run=last_run, **odd)
    assert done.status_code in (303, 400)
    assert app.post("/diary", run="no-such-run", nothing="yes").status_code == 404
    assert app.post("/diary", day="3025-01-01", nothing="yes").status_code == 400
    assert app.get("/diary?day=soon").status_code == 400


# -- one entry -------------------------------------------------------------------------------------


@pytest.fixture
def complaint(app, last_run):
    fields = form_of(app.get("/diary"), "/diary")
    post(
        app, "/diary", fields, **{"level-right-shin-inner": "4", "feeling-right-shin-inner": "pain"}
    )
    ((name, _),) = app.lib.entries(Complaint).items()
    return name


def test_an_entry_is_corrected_with_its_history_and_deleted_for_good(app, complaint):
    link = f"/diary/{complaint}"
    fields = form_of(app.get(link), f"{link}/complaint")
    assert fields["place"] == "right-shin-inner"
    assert fields["level"] == "4"
    done = post(app, f"{link}/complaint", fields, place="left-shin-inner", level="3")
    assert done.headers["location"] == f"{link}?done=corrected"
    assert values(app, Complaint)[0].side is Side.LEFT
    page = app.get(link).text
    assert "What it said before" in page
    assert page.count("<li><p>") == 2
    asked = app.post(f"{link}/delete")
    assert asked.status_code == 400
    assert "Say that you are sure" in asked.text
    gone = app.post(f"{link}/delete", sure="yes")
    assert gone.headers["location"] == "/diary?done=deleted"
    assert values(app, Complaint) == []
    assert app.get(link).status_code == 404


def test_a_correction_of_another_tab_is_not_taken_back(app, complaint):
    link = f"/diary/{complaint}"
    first, second = (form_of(app.get(link), f"{link}/complaint") for _ in range(2))
    post(app, f"{link}/complaint", first, level="5")
    refused = post(app, f"{link}/complaint", second, level="6", note="mine")
    assert refused.status_code == 400
    assert "meantime" in refused.text
    assert "mine" in refused.text
    assert [said.level for said in values(app, Complaint)] == [5]


def test_an_entry_is_not_corrected_into_another_kind(app, complaint):
    fields = {"place": "left-ankle", "began": "2025-01-05", "seen": "1"}
    assert app.post(f"/diary/{complaint}/injury", **fields).status_code == 404
    assert app.post(f"/diary/{complaint}/heel_wear", **fields).status_code == 404
    assert values(app, Injury) == []


WRONG_CORRECTIONS = (
    ({"place": ""}, "Which place, which side?"),
    ({"place": "middle-calf"}, "Which place, which side?"),
    ({"level": ""}, "How much?"),
    ({"on_date": "soon"}, "The day is a day like"),
    ({"feeling": "fear"}, "Is it sore, tight or painful?"),
    ({"on_date": "3025-01-01"}, "3025"),
)


def test_a_correction_that_cannot_be_is_said_beside_its_field(app, complaint):
    link = f"/diary/{complaint}"
    fields = form_of(app.get(link), f"{link}/complaint")
    for change, sentence in WRONG_CORRECTIONS:
        refused = post(app, f"{link}/complaint", fields, **{**change, "note": "stays"})
        assert refused.status_code == 400
        assert sentence in refused.text, change
        assert "stays" in refused.text
    assert values(app, Complaint)[0].level == 4


# -- injuries, shoes -------------------------------------------------------------------------------


def test_an_injury_is_added_once_ended_and_changed(app):
    fields = form_of(app.get("/injuries"), "/injuries")
    typed = {"place": "left-ankle", "began": "2026-01-05", "how": "sudden", "name": HOSTILE}
    for _ in range(2):
        assert post(app, "/injuries", fields, **typed).status_code == 303
    ((name, written),) = app.lib.entries(Injury).items()
    assert (written.value.region, written.value.side) == ("ankle", Side.LEFT)
    page = app.get("/injuries")
    assert "<script>alert" not in page.text
    ending = form_of(page, f"/injuries/{name}/end")
    early = post(app, f"/injuries/{name}/end", ending, ended="2026-01-01")
    assert early.status_code == 400
    assert 'role="alert"' in early.text
    assert "Since when" in post(app, f"/injuries/{name}/end", ending, ended="").text
    assert post(app, f"/injuries/{name}/end", ending, ended="2026-02-01").status_code == 303
    assert values(app, Injury)[0].ended == date(2026, 2, 1)
    link = f"/diary/{name}"
    changed = form_of(app.get(link), f"{link}/injury")
    assert changed["how"] == "sudden"
    post(app, f"{link}/injury", changed, how="gradual")
    assert values(app, Injury)[0].how == "gradual"
    assert app.post(f"{link}/delete", sure="yes").headers["location"].startswith("/injuries?")


def test_an_injury_without_place_or_day_keeps_what_was_typed(app):
    fields = form_of(app.get("/injuries"), "/injuries")
    refused = post(app, "/injuries", fields, place="", began="", name="sprain")
    assert refused.status_code == 400
    assert "Which place, which side?" in refused.text
    assert "Which day?" in refused.text
    assert 'value="sprain"' in refused.text
    assert values(app, Injury) == []


def test_heels_are_looked_at_by_side(app):
    fields = form_of(app.get("/shoes?pair=Nimbus"), "/shoes")
    assert fields["shoes"] == "Nimbus"
    incomplete = post(app, "/shoes", fields, left="2", left_place="outer")
    assert incomplete.status_code == 400
    assert "How worn is the right heel?" in incomplete.text
    whole = {"left": "2", "left_place": "outer", "right": "0", "right_place": "inner"}
    for _ in range(2):
        assert post(app, "/shoes", fields, **whole).status_code == 303
    (worn,) = values(app, HeelWear)
    assert (worn.left, worn.left_place, worn.right, worn.right_place) == (2, "outer", 0, None)
    page = app.get("/shoes").text
    assert "Left heel clearly worn at its outer part. Right heel not worn." in page


# -- red flags -------------------------------------------------------------------------------------


@pytest.fixture
def asked(app, last_run):
    """A first pain, which has questions to it."""
    fields = form_of(app.get("/diary"), "/diary")
    post(
        app, "/diary", fields, **{"level-right-shin-front": "6", "feeling-right-shin-front": "pain"}
    )
    return "right-shin-front"


def answers(page, ask, word):
    section = re.search(rf'id="ask-{ask}".*?</section>', page.text, re.DOTALL)[0]
    return {
        **dict.fromkeys(re.findall(r'name="(answer-[^"]+)"', section), word),
        "page": re.search(r'name="page" value="([^"]+)"', section)[1],
        "ask": ask,
    }


def test_a_due_question_is_shown_and_cannot_be_passed_over(app, asked):
    assert f'href="/flags#ask-{asked}"' in app.get("/diary").text
    given = answers(app.get("/flags"), asked, "no")
    last = next(iter(given))
    missing = {name: value for name, value in given.items() if name != last}
    refused = app.post("/flags", **missing)
    assert refused.status_code == 400
    assert "Answer this one too" in refused.text
    assert refused.text.count('value="no" checked') == len(given) - 3
    assert values(app, FlagCheck) == []


def test_do_not_know_is_an_answer_that_leaves_the_question(app, asked):
    page = app.get("/flags")
    refused = app.post("/flags", **answers(page, asked, "unknown"))
    assert refused.status_code == 400
    assert "the questions stay" in refused.text
    given = answers(page, asked, "no")
    left = next(iter(given))
    assert app.post("/flags", **{**given, left: "unknown"}).status_code == 303
    (check,) = values(app, FlagCheck)
    assert left.removeprefix("answer-") not in check.answers
    assert f'name="{left}"' in app.get("/flags").text, "it is asked again"


def test_a_yes_stands_says_what_to_do_and_is_resolved_with_date_and_note(app, asked):
    given = answers(app.get("/flags"), asked, "no")
    for _ in range(2):
        yes = {**given, next(iter(given)): "yes"}
        assert app.post("/flags", **yes).headers["location"] == "/flags?done=answered"
    ((name, _),) = app.lib.entries(FlagCheck).items()
    page = app.get("/flags")
    assert "Tell the clinician:" in page.text
    assert 'href="/flags#standing"' in app.get("/diary").text or "Mention it" in page.text
    fields = form_of(page, f"/flags/{name}/resolve")
    path = f"/flags/{name}/resolve"
    refused = post(app, path, fields, resolution=" ")
    assert refused.status_code == 400
    assert "Who saw it, and with what result?" in refused.text
    done = post(app, path, fields, resolution="seen by Dr X: nothing broken")
    assert done.status_code == 303
    assert "Tell the clinician:" not in app.get("/flags").text
    (check,) = values(app, FlagCheck)
    assert check.resolution == "seen by Dr X: nothing broken"


def test_every_page_gives_its_answer_as_json_and_stands_under_body(app):
    for path in ("/diary", "/injuries", "/shoes", "/flags"):
        assert app.get(f"{path}?format=json").json()["headline"]
        page = app.get(path).text
        assert 'href="/body" aria-current="page"' in page
        assert page.count("<h1") == 1
