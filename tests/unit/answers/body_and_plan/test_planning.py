"""A plan begun, shown, logged and ended: what is kept, what adapts, what is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from evenstride.answers.body_and_plan.facts import facts_of
from evenstride.answers.body_and_plan.flags import asks_due
from evenstride.answers.body_and_plan.next_thing import pressing_step, session_steps
from evenstride.answers.body_and_plan.planning import (
    begin_plan,
    end_plan,
    plan,
    plan_dates,
    propose_plan,
)
from evenstride.answers.body_and_plan.session_log import log_session
from evenstride.answers.body_and_plan.where_from import why
from evenstride.answers.experiments.stopped import stopped_by_flag
from evenstride.body.red_flags import FLAGS
from evenstride.domain import exercise
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import (
    A_PLAN_RUNS,
    Complaint,
    Day,
    FlagCheck,
    HeelWear,
    Injury,
    ItemDone,
    KeptPlan,
    SessionDone,
)
from evenstride.domain.errors import InputError
from evenstride.domain.exercise import Exposure, Facts, Flag, Wish
from evenstride.library import New, open_library
from evenstride.library.library import Library
from evenstride.render.plan_calendar import plan_calendar
from evenstride.render.plan_pdf import plan_pdf

MONDAY = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
WISH = Wish(first_date=MONDAY.date(), equipment=("roller", "band", "box"))


@pytest.fixture
def lib(tmp_path):
    with open_library(tmp_path / "library", create=True) as opened:
        yield opened


def on(days, hour=18):
    return MONDAY.replace(hour=hour) + timedelta(days=days)


def say(lib, name, value):
    lib.write_entries([New(name, value)], written_at_utc=MONDAY)


def state_of(answer, session):
    return next(row["state"] for row in answer.tables["sessions"] if row["session_id"] == session)


def items_of(answer, session):
    rows = (row for row in answer.tables["items"] if row["session_id"] == session)
    return {row["exercise"]: row for row in rows}


def test_a_proposal_keeps_nothing_and_beginning_keeps_one(lib):
    proposed = propose_plan(lib, WISH, now=MONDAY)
    assert (proposed.verdict, lib.entries(KeptPlan)) == ("proposed", {})
    begun = begin_plan(lib, WISH, now=MONDAY)
    assert begun.verdict == "begun"
    assert [one.value.wish for one in lib.entries(KeptPlan).values()] == [WISH]
    rows = ("session_id", "on_date", "title", "minutes")
    assert [[r[k] for k in rows] for r in begun.tables["sessions"]] == [
        [r[k] for k in rows] for r in proposed.tables["sessions"]
    ]


def test_the_same_form_twice_begins_one_plan_and_a_second_plan_is_refused(lib):
    begin_plan(lib, WISH, now=MONDAY, plan_id="abc")
    begin_plan(lib, WISH, now=MONDAY, plan_id="abc")
    assert len(lib.entries(KeptPlan)) == 1
    with pytest.raises(InputError, match="running already"):
        begin_plan(lib, WISH, now=MONDAY, plan_id="def")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"goals": ("win",)}, "no goal “win”"),
        ({"equipment": ("anvil",)}, "no piece of equipment “anvil”"),
        ({"conditions": ("<script>",)}, "no condition"),
        ({"sessions_per_week": 5}, "two or three"),
        ({"days": ("mon",)}, "as many days"),
        ({"days": ("mon", "mon", "mon")}, "as many days"),
        ({"minutes": 3}, "10 to 120"),
        ({"first_date": date(2026, 11, 1)}, "begins today or within a year"),
        ({"first_date": date(2028, 1, 1)}, "begins today or within a year"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_in_a_sentence(lib, change, words):
    with pytest.raises(InputError, match=words):
        propose_plan(lib, replace(WISH, **change), now=MONDAY)


@pytest.mark.parametrize("names", [("abc", "def"), (None, None)])
def test_two_first_plans_in_the_same_instant_are_one(lib, monkeypatch, names):
    """Both have looked and found none running before either writes."""
    barrier = threading.Barrier(2)
    write = Library.write_entries

    def both_at_once(self, new, *, written_at_utc):
        barrier.wait(timeout=20)
        return write(self, new, written_at_utc=written_at_utc)

    def begin(name, wish):
        try:
            return begin_plan(lib, wish, now=MONDAY, plan_id=name).verdict
        except InputError as error:
            return str(error)

    monkeypatch.setattr(Library, "write_entries", both_at_once)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(begin, names, (WISH, replace(WISH, minutes=60))))
    assert sorted(said) == [A_PLAN_RUNS, "begun"]
    assert len(lib.entries(KeptPlan)) == 1


def test_a_plan_is_ended_by_its_name(lib):
    begin_plan(lib, WISH, now=MONDAY, plan_id="old")
    end_plan(lib, "enough", plan_id="old", now=MONDAY)
    begin_plan(lib, WISH, now=MONDAY, plan_id="new")
    for name in ("old", ""):
        with pytest.raises(InputError, match="another plan that runs now"):
            end_plan(lib, "enough", plan_id=name, now=MONDAY)
    assert plan(lib, now=MONDAY).verdict == "next_today"
    end_plan(lib, "whichever runs", now=MONDAY)
    with pytest.raises(InputError, match="No plan is running"):
        end_plan(lib, "enough", plan_id="new", now=MONDAY)


def test_a_done_session_makes_the_next_one_next_and_said_again_is_corrected(lib):
    begin_plan(lib, WISH, now=MONDAY)
    first = plan(lib, now=MONDAY).tables["next"][0]["session_id"]
    done = log_session(lib, None, "done", now=MONDAY)
    assert state_of(done, first) == "done"
    assert done.tables["next"][0]["session_id"] != first
    missed = log_session(lib, first, "missed", now=on(0, 20))
    assert state_of(missed, first) == "missed"
    (written,) = lib.entries(SessionDone).values()
    assert (written.version, written.value.state) == (2, "missed")


def test_two_tabs_do_not_write_over_each_other(lib):
    begin_plan(lib, WISH, now=MONDAY)
    log_session(lib, "w01-1", "done", seen=0, now=MONDAY)
    with pytest.raises(InputError, match="meantime"):
        log_session(lib, "w01-1", "missed", seen=0, now=MONDAY)
    log_session(lib, "w01-1", "done", seen=0, now=MONDAY)  # the same, sent twice


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (ItemDone("no-such"), "no “no-such”"),
        (ItemDone("dead-bug", pain=11), "0 to 10"),
        (ItemDone("dead-bug", pain_next_morning=-1), "0 to 10"),
        (ItemDone("dead-bug", sets=99), "99 sets cannot be"),
        (ItemDone("dead-bug", left=10_000), "cannot be"),
        (ItemDone("dead-bug", load_kg=float("nan")), "cannot be"),
    ],
)
def test_what_cannot_have_been_done_is_refused(lib, item, words):
    begin_plan(lib, WISH, now=MONDAY)
    with pytest.raises(InputError, match=words):
        log_session(lib, None, "done", items=[item], now=MONDAY)
    assert lib.entries(SessionDone) == {}


def test_a_day_to_come_or_before_the_plan_is_refused(lib):
    begin_plan(lib, WISH, now=MONDAY)
    for day in (date(2026, 11, 3), date(2026, 11, 1)):
        with pytest.raises(InputError, match=str(day)):
            log_session(lib, None, "done", on_date=day, now=MONDAY)


def test_pain_above_five_takes_an_exercise_out_of_the_next_session_and_says_so(lib):
    begin_plan(lib, WISH, now=MONDAY)
    hurt = ItemDone("dead-bug", sets=2, left=8, right=8, pain=7)
    after = log_session(lib, None, "done", items=[hurt], now=MONDAY)
    following = after.tables["next"][0]["session_id"]
    assert "dead-bug" not in items_of(after, following)
    assert any(row["exercise"] == "dead-bug" for row in after.tables["left_out"])


def test_a_logged_session_stays_as_it_was_shown_whatever_is_learned_later(lib):
    begin_plan(lib, WISH, now=MONDAY)
    knee = Complaint(MONDAY.date(), Moment.AFTER, Feeling.SORENESS, "knee-front", Side.RIGHT, 6)
    say(lib, "knee", knee)
    shown = items_of(plan(lib, now=MONDAY), "w01-1")
    assert "squat" not in shown
    log_session(lib, None, "done", now=MONDAY)
    lib.delete_entry(Complaint, "knee")
    after = plan(lib, now=on(1))
    assert items_of(after, "w01-1") == shown
    fresh = items_of(propose_plan(lib, WISH, now=MONDAY), "w01-1")
    assert fresh != shown, "what is known now would show another"


def test_pain_in_an_exercise_asks_where_and_the_diary_answers(lib):
    begin_plan(lib, WISH, now=MONDAY)
    hurt = ItemDone("dead-bug", sets=2, left=8, right=8, pain=8)
    after = log_session(lib, None, "done", items=[hurt], now=MONDAY)
    assert "Dead bug hurt (8 of 10)" in after.sentences[0]
    assert "in the diary where" in after.sentences[0]
    back = Complaint(MONDAY.date(), Moment.OTHER, Feeling.PAIN, "lower-back", Side.MIDDLE, 8)
    say(lib, "back", back)
    (ask,) = asks_due(lib, now=MONDAY)
    assert ask["region"] == "lower-back"


def test_what_was_written_further_east_counts_for_plan_and_questions(lib):
    begin_plan(lib, WISH, now=MONDAY)
    tomorrow = MONDAY.date() + timedelta(days=1)
    groin = Complaint(tomorrow, Moment.AFTER, Feeling.PAIN, "groin", Side.RIGHT, 8)
    say(lib, "groin", groin)
    assert asks_due(lib, now=MONDAY)
    assert [sore.region for sore in facts_of(lib, now=MONDAY).sore] == ["groin"]


def test_what_was_said_of_oneself_is_the_reason_that_is_given(lib):
    stopped = begin_plan(lib, replace(WISH, conditions=("fracture",)), now=MONDAY)
    assert stopped.verdict == "stopped"
    assert "You said: a fracture, or a suspected one." in stopped.headline


def urgent():
    slug = next(slug for slug, one in FLAGS.items() if one.tier == "now")
    return FlagCheck(MONDAY.date(), {slug: True})


def test_an_urgent_flag_lets_no_plan_begin_and_stops_one_that_runs(lib):
    begin_plan(lib, WISH, now=MONDAY)
    say(lib, "flag", urgent())
    stopped = plan(lib, now=MONDAY)
    assert stopped.verdict == "stopped"
    assert stopped.tables["sessions"] == ()
    assert stopped.tables["stopped"][0]["tell"]
    assert pressing_step(lib, now=MONDAY).question == "flags"
    end_plan(lib, "See a doctor.", now=MONDAY)
    assert begin_plan(lib, WISH, now=MONDAY).verdict == "stopped"
    assert len(lib.entries(KeptPlan)) == 1
    resolved = replace(urgent(), resolved_on=MONDAY.date(), resolution="Seen, all clear.")
    lib.write_entries([New("flag", resolved, 1)], written_at_utc=MONDAY)
    assert begin_plan(lib, WISH, now=MONDAY).verdict == "begun"


def test_a_session_is_the_next_thing_from_its_day_on_only(lib):
    assert session_steps(lib, now=MONDAY)[0] is None
    later = replace(WISH, first_date=date(2026, 11, 4))
    begin_plan(lib, later, now=MONDAY)
    assert session_steps(lib, now=MONDAY)[0] is None
    assert session_steps(lib, now=on(2))[0].question == "plan"


def test_ending_needs_a_reason_and_keeps_what_was_done(lib):
    begin_plan(lib, WISH, now=MONDAY)
    log_session(lib, None, "done", now=MONDAY)
    with pytest.raises(InputError, match="Say why"):
        end_plan(lib, "  ", now=MONDAY)
    assert end_plan(lib, "Race season.", now=MONDAY).verdict == "ended"
    assert plan(lib, now=MONDAY).verdict == "none"
    assert len(lib.entries(SessionDone)) == 1


def test_a_calendar_told_again_has_the_same_entries_and_says_it_is_newer(lib):
    begin_plan(lib, WISH, now=MONDAY)
    before = Calendar.from_ical(plan_calendar(plan(lib, now=MONDAY), now=MONDAY)).walk("VEVENT")
    log_session(lib, None, "missed", now=MONDAY)
    say(
        lib,
        "sore",
        Complaint(MONDAY.date(), Moment.AFTER, Feeling.PAIN, "knee-front", Side.LEFT, 6),
    )
    later = on(30)
    after = Calendar.from_ical(plan_calendar(plan(lib, now=later), now=later)).walk("VEVENT")
    assert {str(e["UID"]) for e in before} == {str(e["UID"]) for e in after}
    assert len(before) == len({str(e["UID"]) for e in before}) == 36
    assert min(e["SEQUENCE"] for e in after) > max(e["SEQUENCE"] for e in before)
    assert "knee" not in plan_calendar(plan(lib, now=later), now=later)


def test_facts_hold_what_is_sore_and_hurt_and_sat(lib):
    today = MONDAY.date()
    say(lib, "a", Complaint(today, Moment.AFTER, Feeling.SORENESS, "calf", Side.RIGHT, 3))
    say(
        lib, "b", Complaint(today - timedelta(20), Moment.AFTER, Feeling.PAIN, "heel", Side.LEFT, 8)
    )
    say(lib, "c", Injury(date(2020, 1, 1), "ankle", Side.LEFT, "sudden", ended=date(2020, 3, 1)))
    say(lib, "d", Day(today, sat_h=9.0))
    say(lib, "e", HeelWear("blue", today, 0, 2, None, "outer"))
    facts = facts_of(lib, now=MONDAY)
    assert [(s.region, s.side, s.level) for s in facts.sore] == [("calf", Side.RIGHT, 3)]
    assert [(h.region, h.direct, h.over) for h in facts.hurt] == [("ankle", True, True)]
    assert {(e.name, e.side) for e in facts.exposures} == {
        ("heel_wear", Side.RIGHT),
        ("sitting", None),
    }
    say(lib, "f", Day(today + timedelta(1), nothing_hurts=True))
    assert [s.region for s in facts_of(lib, now=on(1)).sore] == ["calf"]  # one good day
    assert facts_of(lib, now=on(7)).sore == ()


def test_facts_do_not_read_balance(lib, monkeypatch, year_library):
    """Balance can choose no side: whoever makes the plan never sees it."""

    def refuse(*_args, **_options):
        pytest.fail("balance was read")

    monkeypatch.setattr(type(lib), "series_of", refuse)
    monkeypatch.setattr(type(lib), "series", refuse)
    facts = facts_of(year_library, now=datetime(2026, 11, 20, tzinfo=UTC))
    assert facts.easy_speed_m_s is not None


def test_questions_that_are_due_come_before_a_plan(lib):
    """Pain that just began is asked about first; what is answered lets go."""
    groin = Complaint(MONDAY.date(), Moment.DURING, Feeling.PAIN, "groin", Side.RIGHT, 8)
    say(lib, "a", groin)
    with pytest.raises(InputError, match="questions about your right groin first"):
        begin_plan(lib, WISH, now=MONDAY)
    assert "right groin" in propose_plan(lib, WISH, now=MONDAY).sentences[0]
    asked = [q["slug"] for ask in asks_due(lib, now=MONDAY) for q in ask["questions"]]
    no = FlagCheck(MONDAY.date(), dict.fromkeys(asked, False), "groin", Side.RIGHT, level=8)
    say(lib, "b", no)
    assert begin_plan(lib, WISH, now=MONDAY).verdict == "begun"


def test_a_stopped_plan_says_so_to_whoever_logs_it(lib):
    begin_plan(lib, WISH, now=MONDAY)
    say(lib, "flag", urgent())
    for session in (None, "w01-1"):
        with pytest.raises(InputError, match="A red flag stops the plan"):
            log_session(lib, session, "done", now=MONDAY)


def test_a_flag_before_running_stops_what_is_run_and_keeps_the_rest(lib):
    sore = Complaint(MONDAY.date(), Moment.AFTER, Feeling.SORENESS, "knee-front", Side.RIGHT, 3)
    say(lib, "sore", sore)
    begin_plan(lib, replace(WISH, goals=("form",)), now=MONDAY)
    assert plan(lib, now=MONDAY).tables["running"]
    slug = next(slug for slug, one in FLAGS.items() if one.tier == "before_running")
    check = FlagCheck(MONDAY.date(), {slug: True}, "shin-inner", Side.LEFT)
    say(lib, "flag", check)
    stopped = plan(lib, now=MONDAY)
    assert (stopped.tables["running"], len(stopped.tables["sessions"])) == ((), 36)
    assert [row["tier"] for row in stopped.tables["stopped"]] == ["before_running"]
    assert stopped_by_flag(lib, now=MONDAY) is not None
    resolved = replace(check, resolved_on=MONDAY.date(), resolution="Seen.")
    lib.write_entries([New("flag", resolved, 1)], written_at_utc=MONDAY)
    assert plan(lib, now=MONDAY).tables["running"]
    assert stopped_by_flag(lib, now=MONDAY) is None


def test_a_flag_to_mention_stops_nothing(lib):
    slug = next(slug for slug, one in FLAGS.items() if one.tier == "mention")
    say(lib, "flag", FlagCheck(MONDAY.date(), {slug: True}, "calf", Side.LEFT))
    assert stopped_by_flag(lib, now=MONDAY) is None
    assert begin_plan(lib, WISH, now=MONDAY).verdict == "begun"


def test_a_session_to_come_is_logged_by_its_name_only(lib):
    begin_plan(lib, WISH, now=MONDAY)
    log_session(lib, None, "done", now=MONDAY)
    with pytest.raises(InputError, match="The next session, w01-2, is on Wed 04 Nov 2026"):
        log_session(lib, None, "done", now=MONDAY)
    assert len(lib.entries(SessionDone)) == 1
    early = log_session(lib, "w01-2", "done", now=MONDAY)
    assert state_of(early, "w01-2") == "done"


def test_another_wish_under_the_name_of_a_running_plan_is_refused(lib):
    begin_plan(lib, WISH, now=MONDAY, plan_id="abc")
    with pytest.raises(InputError, match="running already"):
        begin_plan(lib, replace(WISH, minutes=60), now=MONDAY, plan_id="abc")
    (kept,) = lib.entries(KeptPlan).values()
    assert (kept.version, kept.value.wish) == (1, WISH)


def test_what_another_edition_kept_is_passed_over(lib):
    """Exercises, tests, flags, goals and sessions that this edition does not know."""
    day = MONDAY.date()
    facts = Facts(
        tested=(exercise.TestedSide("no-such-test", day, Side.LEFT, repeated=True, fits=True),),
        exposures=(Exposure("no-such", None, 1.0),),
        flags=(Flag("no-such-flag", "mention"),),
    )
    wish = replace(WISH, goals=("fly",), equipment=("roller", "anvil"), conditions=("old",))
    say(lib, "p", KeptPlan(day, wish, facts, rules=7))
    gone = (ItemDone("no-such-exercise", sets=2, pain=9),)
    say(lib, "x1", SessionDone("p", "w13-9", day, "done", gone))
    say(lib, "x2", SessionDone("p", "w01-1", day, "done", gone))
    say(lib, "x3", SessionDone("another", "w01-2", day, "done"))
    say(lib, "f", FlagCheck(day, {"no-such-flag": False}))
    answer = plan(lib, now=MONDAY)
    assert (state_of(answer, "w01-1"), state_of(answer, "w01-2")) == ("done", "next")
    assert {row["entry_id"] for row in answer.tables["logged"]} == {"x1", "x2"}
    values = {row["name"]: row["value"] for row in answer.tables["wish"]}
    assert (values["With"], values["Not with"]) == ("foam roller", "nothing named")
    assert plan_pdf(answer).startswith(b"%PDF")
    assert len(Calendar.from_ical(plan_calendar(answer, now=MONDAY)).walk("VEVENT")) == 36
    assert session_steps(lib, now=on(2))[0].question == "plan"
    assert why(lib, now=MONDAY).verdict


def sequences(lib, now):
    return {row["sequence"] for row in plan(lib, now=now).tables["sessions"]}


def test_a_calendar_told_later_is_newer_though_a_log_was_deleted(lib):
    begin_plan(lib, WISH, now=MONDAY)
    (before,) = sequences(lib, MONDAY)
    log_session(lib, None, "done", now=MONDAY)
    (logged,) = sequences(lib, MONDAY)
    (name,) = lib.entries(SessionDone)
    lib.delete_entry(SessionDone, name)
    (deleted,) = sequences(lib, on(0, 19))
    assert before < logged < deleted


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_the_day_of_a_plan_is_that_of_its_runner(lib, zone, year_library):
    late = datetime(2026, 10, 24, 23, 30, tzinfo=ZoneInfo(zone))
    begin_plan(lib, replace(WISH, first_date=late.date()), now=late)
    assert plan(lib, now=late).verdict == "next_today"
    after = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo(zone))
    told = plan(lib, now=after)
    assert (state_of(told, "w01-1"), told.tables["next"][0]["when"]) == ("missed", "tomorrow")
    facts_of(year_library, now=late)


def test_a_plan_goes_over_new_year_and_the_29th_of_february(lib):
    now = datetime(2027, 12, 10, 9, tzinfo=UTC)
    wish = replace(WISH, first_date=now.date(), days=("tue", "fri"), sessions_per_week=2)
    begin_plan(lib, wish, now=now)
    days = [row["on_date"] for row in plan(lib, now=now).tables["sessions"]]
    assert days == sorted(days)
    assert {"2027-12-31", "2028-01-04", "2028-02-29"} <= set(days)
    leap = plan(lib, now=datetime(2028, 2, 29, 0, 1, tzinfo=UTC))
    assert leap.verdict == "next_today"
    events = Calendar.from_ical(plan_calendar(leap, now=now)).walk("VEVENT")
    ends = {e["DTSTART"].dt: e["DTEND"].dt for e in events}
    assert ends[date(2027, 12, 31)] == date(2028, 1, 1)
    assert ends[date(2028, 2, 29)] == date(2028, 3, 1)


def test_after_its_last_session_a_plan_is_finished_and_can_still_be_corrected(lib):
    begin_plan(lib, WISH, now=MONDAY)
    over = on(200)
    told = plan(lib, now=over)
    assert (told.verdict, told.tables["next"]) == ("finished", ())
    assert session_steps(lib, now=over)[0] is None
    with pytest.raises(InputError, match="the plan is over"):
        log_session(lib, None, "done", now=over)
    late = log_session(lib, "w02-1", "done", on_date=date(2026, 11, 11), now=over)
    assert state_of(late, "w02-1") == "done"


def test_a_place_that_is_named_again_after_a_good_day_stays(lib):
    """Who has a sore calf for weeks and one day without is not free of it."""
    for k in (12, 8, 5):
        day = MONDAY.date() - timedelta(days=k)
        say(lib, f"a{k}", Complaint(day, Moment.AFTER, Feeling.SORENESS, "calf", Side.LEFT, k // 2))
    say(lib, "b", Complaint(MONDAY.date(), Moment.AFTER, Feeling.SORENESS, "calf", Side.LEFT, 0))
    assert [(s.region, s.level) for s in facts_of(lib, now=MONDAY).sore] == [("calf", 6)]
    assert facts_of(lib, now=on(2)).sore == ()


def test_a_session_far_ahead_is_not_logged_by_a_slip_of_the_pen(lib):
    begin_plan(lib, WISH, now=MONDAY)
    with pytest.raises(InputError, match="a week ahead at most"):
        log_session(lib, "w12-3", "done", now=MONDAY)
    assert log_session(lib, "w01-2", "done", now=MONDAY).verdict == "logged"


@pytest.mark.parametrize("how", ["stopped", "ended"])
def test_a_calendar_hears_that_sessions_are_called_off_and_on_again(lib, how):
    def told(now):
        return Calendar.from_ical(plan_calendar(plan_dates(lib, now=now), now=now)).walk("VEVENT")

    begin_plan(lib, WISH, now=MONDAY)
    log_session(lib, None, "done", now=MONDAY)
    before = told(MONDAY)
    if how == "stopped":
        say(lib, "flag", urgent())
    else:
        end_plan(lib, "Race season.", now=MONDAY)
    off = told(on(1))
    assert {str(e["UID"]) for e in off} == {str(e["UID"]) for e in before}
    assert [str(e.get("STATUS", "")) for e in off] == ["", *["CANCELLED"] * 35]
    assert not any("STATUS" in e for e in before)
    if how == "stopped":
        resolved = replace(urgent(), resolved_on=MONDAY.date(), resolution="Seen, all clear.")
        lib.write_entries([New("flag", resolved, 1)], written_at_utc=MONDAY)
        assert not any("STATUS" in e for e in told(on(2)))
