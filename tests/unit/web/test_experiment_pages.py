"""Experiments on the pages: designed, registered, recorded, ended; every state of a result."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from evenstride.answers import open_library
from evenstride.answers.experiments import associations, designing, result
from evenstride.domain.experiment import OUTCOMES
from evenstride.domain.wording import duration_words
from evenstride.web.routes.designing import OUTCOME_WORDS
from experiment_app import App, Forms, form_of
from made_experiments import (
    association_row,
    associations_answer,
    proposal_answer,
    result_answer,
)
from sample_moves import HOSTILE

# -- the wizard ------------------------------------------------------------------------------------


def test_without_an_experiment_the_page_says_what_one_is_for(app):
    page = app.get("/experiments").text
    assert "Nothing tried yet" in page
    assert 'href="/experiments/new"' in page
    assert 'href="/experiments" aria-current="page"' in page


def test_the_wizard_asks_first_and_says_what_it_takes_once_something_is_chosen(app):
    empty = app.get("/experiments/new")
    assert empty.status_code == 200
    assert "Choose what to try" in empty.text
    assert 'action="/experiments"' not in empty.text, "there is nothing to register yet"
    told = app.get("/experiments/new?cue=push-off-behind&outcome=balance")
    assert told.status_code == 200
    assert "What will be fixed" in told.text
    assert "laps within a run" in told.text or "within a run" in told.text
    assert form_of(told, "/experiments") == {
        "token": ["t"],
        "cue": ["push-off-behind"],
        "outcome": ["balance"],
    }
    assert told.text.count("<figure data-chart") == 1


def test_every_outcome_can_be_chosen(app):
    assert set(OUTCOME_WORDS) == set(OUTCOMES)
    page = app.get("/experiments/new").text
    for name in OUTCOMES:
        assert f'name="outcome" value="{name}"' in page


def test_only_the_part_is_sent_to_who_asks_for_it(app, monkeypatch):
    monkeypatch.setattr(designing, "propose", lambda *_, **__: proposal_answer())
    live = {"hx-request": "true", "hx-target": "proposal"}
    part = app.get("/experiments/new?cue=own&treatment=x", headers=live).text.strip()
    assert part.startswith("<section")
    assert 'id="proposal"' in part
    wrong = app.get("/experiments/new?cue=own&treatment=x&pairs=few", headers=live)
    assert wrong.status_code == 200, "htmx puts only what is no error in its place"
    assert "How many pairs is a whole number like 12, not few." in wrong.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"smallest_effect": "lots"}, "The least that would matter is a number like 0.3"),
        ({"pairs": "2"}, "2 pairs: fewer than 7"),
        ({"kind": "within_run", "lap": "a while"}, "A lap is a time like 5:00"),
        ({"slowest": "slow"}, "The slowest pace is a pace like 6:30"),
        ({"kind": "randomised_start", "first_date": "soon"}, "is a day like 2026-05-31"),
        ({"route": "nowhere"}, "nowhere"),
        ({"treatment": "same", "control": "same"}, "must differ"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form_which_is_kept(app, typed, said):
    asked = {"cue": "own", "treatment": "Roll <b>", "outcome": "balance", **typed}
    seen = app.get(f"/experiments/new?{urlencode(asked)}")
    assert seen.status_code == 400
    assert said in unescape(seen.text)
    held = form_of(seen, "/experiments/new")
    for name, value in asked.items():
        assert held[name] == [value]
    refused = app.post("/experiments", **asked)
    assert refused.status_code == 400
    assert "Nothing was registered." in refused.text
    assert form_of(refused, "/experiments/new") == held
    assert app.lib.experiments() == {}


def test_a_cue_is_registered_in_its_words_and_its_design(app):
    told = app.get("/experiments/new?cue=push-off-behind&outcome=balance&smallest_effect=0,4")
    answered = app.post("/experiments", **form_of(told, "/experiments"))
    assert answered.status_code == 303
    (name, kept), *_ = app.lib.experiments().items()
    assert answered.headers["location"] == f"/experiments/{name}?done=registered"
    r = kept.registration
    assert (r.treatment, r.kind, r.outcome) == ("Push off behind", "within_run", "balance")
    assert r.smallest_effect == 0.4
    assert len(bytes.fromhex(r.seed)) >= 16
    again = app.post("/experiments", **form_of(told, "/experiments"))
    assert again.status_code == 400
    assert "still open" in again.text
    assert len(app.lib.experiments()) == 1


def test_what_was_typed_goes_before_the_words_of_the_list(app):
    app.post(
        "/experiments", cue="rolling-before", control="nothing", outcome="balance", slowest="7:00"
    )
    (kept,) = app.lib.experiments().values()
    r = kept.registration
    assert (r.treatment, r.control) == ("Foam rolling before the run", "nothing")
    assert r.comparable.slowest_m_s == pytest.approx(1000.0 / 420.0)


# -- one experiment --------------------------------------------------------------------------------


def test_a_cue_of_the_list_is_told_how_it_is_done(app):
    name = app.register(kind="within_run", control="run as always")
    for path in ("/", "/experiments", f"/experiments/{name}"):
        assert "Keep both hip bones at one height" in app.get(path).text


def test_only_the_open_assignment_is_shown_and_never_the_seed(app):
    name = app.register(kind="across_runs")
    seed = app.lib.experiment(name).registration.seed
    page = app.get(f"/experiments/{name}")
    assert page.text.count('id="next"') == 1
    assert "No pair is complete yet" in page.text
    for path in ("", "?format=json", "/next.ics"):
        assert seed not in app.get(f"/experiments/{name}{path}").text


def test_a_run_is_recorded_as_asked_and_the_next_assignment_follows(app):
    name = app.register(kind="across_runs")
    page = app.get(f"/experiments/{name}")
    fields = form_of(page, f"/experiments/{name}/record")
    assert fields["position"] == ["0"]
    assert fields["did"] == ["as_assigned"]
    assert fields["run"] == [app.since()[0]], "the first run that fits is meant"
    answered = app.post(f"/experiments/{name}/record", **fields)
    assert answered.status_code == 303
    (record,) = app.records(name)
    assert record.run_id == fields["run"][0]
    assert record.did is not None
    follows = app.get(answered.headers["location"])
    assert "Kept." in follows.text
    assert form_of(follows, f"/experiments/{name}/record")["position"] == ["1"]
    twice = app.post(f"/experiments/{name}/record", **fields)
    assert twice.status_code == 400
    assert "recorded in the meantime" in twice.text
    assert len(app.records(name)) == 1


def test_what_was_said_wrongly_can_be_said_again(app):
    name = app.register(kind="across_runs")
    run = app.since()[0]
    first = app.post(f"/experiments/{name}/record", position="0", run=run, did="as_assigned")
    page = app.get(first.headers["location"])
    assert f"/experiments/{name}?correct=0#record" in page.text
    fields = form_of(app.get(f"/experiments/{name}?correct=0"), f"/experiments/{name}/record")
    assert fields["correct"] == ["0"]
    app.post(f"/experiments/{name}/record", **{**fields, "run": run, "did": "other"})
    before, after = app.records(name)
    assert before.position == after.position == 0
    assert {before.did, after.did} == {"treatment", "control"}
    assert app.get(f"/experiments/{name}?correct=5").status_code == 400


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"run": "other", "other_run": "2025-01-07"}, "before the experiment was registered"),
        ({"run": "other", "other_run": "nobody"}, "nobody"),
        ({"run": "other"}, "Say which run it was"),
        ({"did": "danced"}, "Say whether you did as asked"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_the_form_is_kept(app, typed, said):
    name = app.register(kind="across_runs")
    sent = {"position": "0", "did": "other", "note": "Not <i>lost", **typed}
    answered = app.post(f"/experiments/{name}/record", **sent)
    assert answered.status_code == 400
    assert said in unescape(answered.text)
    assert "Nothing was kept yet." in answered.text
    held = form_of(answered, f"/experiments/{name}/record")
    assert held["note"] == ["Not <i>lost"]
    if "run" in typed:
        assert held["run"] == ["other"]
        assert held["other_run"] == [typed.get("other_run", "")]
    assert app.records(name) == ()


def test_a_rating_is_asked_for_where_it_is_what_is_measured(app):
    name = app.register(kind="across_runs", outcome="rating")
    page = app.get(f"/experiments/{name}")
    assert page.text.count('name="rating"') == 11
    run = app.since()[0]
    sent = {"position": "0", "run": run, "did": "as_assigned"}
    without = app.post(f"/experiments/{name}/record", **sent)
    assert without.status_code == 400
    assert "from 0 to 10" in without.text
    app.post(f"/experiments/{name}/record", **sent, rating="7")
    assert app.records(name)[0].rating == 7.0
    other = app.register(treatment="Run tall", kind="across_runs")
    assert 'name="rating"' not in app.get(f"/experiments/{other}").text


def test_an_assignment_can_be_skipped(app):
    name = app.register(kind="across_runs")
    answered = app.post(f"/experiments/{name}/record", position="0", did="skipped", run="other")
    assert answered.headers["location"].startswith(f"/experiments/{name}?done=skipped")
    assert app.records(name)[0].run_id is None


# -- laps ------------------------------------------------------------------------------------------


def test_laps_are_shown_with_what_each_counts_for_and_kept_as_they_stand(app, laps):
    name, run_id = laps
    look = app.get(f"/experiments/{name}/record", params={"run": run_id})
    assert 'id="figure-laps"' in look.text
    fields = form_of(look, f"/experiments/{name}/record")
    assert len(fields["lap_from"]) == 4
    assert app.records(name) == (), "looking writes nothing"
    answered = app.post(f"/experiments/{name}/record", **fields)
    assert answered.status_code == 303
    (record,) = app.records(name)
    assert record.run_id == run_id
    assert len(record.laps) == sum(1 for start in fields["lap_from"] if start)
    assert [lap.assigned for lap in record.laps] == [lap.did for lap in record.laps]


def test_a_lap_that_was_pressed_late_is_mended_and_one_done_otherwise_is_said(app, laps):
    name, run_id = laps
    fields = form_of(
        app.get(f"/experiments/{name}/record", params={"run": run_id}),
        f"/experiments/{name}/record",
    )
    fields["lap_from"] = ["6:00", "12:00", "18:00", ""]
    fields["lap_to"] = ["11:30", "17:30", "23:30", ""]
    fields["lap_did"] = ["as_assigned", "other", "as_assigned", "skipped"]
    look = app.get(f"/experiments/{name}/record", params=fields)
    assert form_of(look, f"/experiments/{name}/record")["lap_from"] == fields["lap_from"]
    assert app.records(name) == ()
    app.post(f"/experiments/{name}/record", **fields)
    (record,) = app.records(name)
    assert [(lap.start_s, lap.end_s) for lap in record.laps] == [
        (360.0, 690.0), (720.0, 1050.0), (1080.0, 1410.0),
    ]  # fmt: skip
    assert [lap.did == lap.assigned for lap in record.laps] == [True, False, True]


def test_laps_are_named_by_the_numbers_of_the_watch(app, laps):
    name, run_id = laps
    watch = app.lib.run(run_id).chosen.laps
    fields = form_of(
        app.get(f"/experiments/{name}/record", params={"run": run_id}),
        f"/experiments/{name}/record",
    )
    fields |= {"lap_numbers": ["1 2-3"], "lap_did": ["as_assigned", "other"]}
    look = app.get(f"/experiments/{name}/record", params=fields)
    assert look.status_code == 200
    shown = form_of(look, f"/experiments/{name}/record")
    assert shown["lap_numbers"] == [""], "what they named stands in the fields now"
    assert shown["lap_from"][:3] == [duration_words(lap.start_s) for lap in watch[:3]]
    assert shown["lap_did"][1] == "other"
    app.post(f"/experiments/{name}/record", **shown)
    (record,) = app.records(name)
    assert [lap.did == lap.assigned for lap in record.laps] == [True, False, True]
    for typed, said in (("five", "The laps are numbers"), ("1 99", "no lap 99")):
        wrong = app.get(f"/experiments/{name}/record", params={**fields, "lap_numbers": typed})
        assert wrong.status_code == 400
        assert said in wrong.text
        assert form_of(wrong, f"/experiments/{name}/record")["lap_numbers"] == [typed]


def test_laps_typed_wrongly_are_said_and_stay(app, laps):
    name, run_id = laps
    fields = form_of(
        app.get(f"/experiments/{name}/record", params={"run": run_id}),
        f"/experiments/{name}/record",
    )
    for typed, said in (("x", "Where lap 1 begins is a time"), ("", "Of lap 1 say both")):
        fields["lap_from"][0] = typed
        answered = app.post(f"/experiments/{name}/record", **fields)
        assert answered.status_code == 400
        assert said in answered.text
        assert form_of(answered, f"/experiments/{name}/record")["lap_from"] == fields["lap_from"]
    assert app.records(name) == ()


def test_a_run_without_such_laps_says_so_and_its_laps_can_be_typed(app):
    name = app.register(kind="within_run", lap_s=3600.0, warm_up_s=0.0, pairs_per_run=1)
    run_id = app.since()[0]
    look = app.get(f"/experiments/{name}/record", params={"run": run_id})
    assert look.status_code == 400
    assert "of about 60 min" in look.text
    fields = form_of(look, f"/experiments/{name}/record")
    assert fields["lap_from"] == ["", ""]
    fields |= {"lap_from": ["2:00", "10:00"], "lap_to": ["10:00", "18:00"]}
    assert app.post(f"/experiments/{name}/record", **fields).status_code == 303
    assert len(app.records(name)[0].laps) == 2


# -- its end, and what is taken along --------------------------------------------------------------


def test_an_end_needs_a_reason_and_nothing_is_recorded_after_it(app):
    name = app.register(kind="across_runs")
    refused = app.post(f"/experiments/{name}/end", reason=" ")
    assert refused.status_code == 400
    assert "Say why it ends" in refused.text
    assert app.lib.experiment(name).ended_at_utc is None
    ended = app.post(f"/experiments/{name}/end", reason="An <u>ankle")
    assert ended.status_code == 303
    page = app.get(f"/experiments/{name}")
    assert f"/experiments/{name}/record" not in Forms(page.text).by_action
    assert "An &lt;u&gt;ankle" in app.get("/experiments").text
    late = app.post(f"/experiments/{name}/record", position="0", did="skipped")
    assert late.status_code == 400
    assert app.post(f"/experiments/{name}/delete").status_code == 400
    assert app.post(f"/experiments/{name}/delete", sure="yes").status_code == 303
    assert app.lib.experiments() == {}


def test_what_was_tried_stays(app):
    name = app.register(kind="across_runs")
    app.post(f"/experiments/{name}/record", position="0", run=app.since()[0], did="as_assigned")
    app.post(f"/experiments/{name}/end", reason="enough")
    page = app.get(f"/experiments/{name}")
    assert f"/experiments/{name}/delete" not in Forms(page.text).by_action
    assert app.post(f"/experiments/{name}/delete", sure="yes").status_code == 400
    assert name in app.lib.experiments()


def test_one_that_is_open_is_not_deleted(app):
    name = app.register(kind="across_runs")
    assert app.post(f"/experiments/{name}/delete", sure="yes").status_code == 400
    assert name in app.lib.experiments()


def test_what_is_taken_along_is_a_file_each(app):
    name = app.register(kind="across_runs")
    kinds = {
        "result.pdf": ("application/pdf", b"%PDF"),
        "next.ics": ("text/calendar", b"BEGIN:VCALENDAR"),
        "export.json": ("application/json", b"{"),
    }
    for ending, (media_type, begins) in kinds.items():
        file = app.get(f"/experiments/{name}/{ending}")
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(media_type)
        assert file.headers["content-disposition"].startswith("attachment")
        assert file.content.startswith(begins)


@pytest.mark.parametrize("ending", ["", "/record", "/result.pdf", "/next.ics", "/export.json"])
def test_one_that_is_none_is_not_here(app, ending):
    answered = app.get(f"/experiments/nobody{ending}")
    assert answered.status_code == 404
    assert "Traceback" not in answered.text


# -- what else leads here --------------------------------------------------------------------------


def test_home_and_a_run_lead_to_the_open_assignment(app):
    assert "Your experiment" not in app.get("/").text
    name = app.register(kind="across_runs")
    home = app.get("/").text
    assert "Your experiment" in home
    assert f'href="/experiments/{name}"' in home
    run = app.since()[0]
    link = f"/experiments/{name}?run={run}#record"
    assert link in app.get(f"/runs/{run}").text
    chosen = form_of(app.get(link), f"/experiments/{name}/record")
    assert chosen["run"] == [run]
    early = app.lib.runs(())["run_id"][0]
    assert "Use it for" not in app.get(f"/runs/{early}").text
    app.post(f"/experiments/{name}/record", position="0", run=run, did="as_assigned")
    assert "Part of Hips level" in app.get(f"/runs/{run}").text


def test_a_registration_that_was_changed_by_hand_is_said_and_takes_nothing_else_away(app):
    name = app.register(kind="across_runs")
    with sqlite3.connect(app.lib.root / "library.sqlite") as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (trigger,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute(
            "UPDATE experiments SET registration = replace(registration, 'Hips', 'Lips')"
        )
    connection.close()
    for path in ("/", "/runs/last", "/experiments"):
        assert app.get(path).status_code == 200
    assert f'href="/experiments/{name}"' in app.get("/experiments").text
    assert "not what was registered" in app.get("/experiments").text
    told = app.get(f"/experiments/{name}")
    assert told.status_code == 503
    assert set(Forms(told.text).by_action) == {f"/experiments/{name}/end"}
    assert app.post(f"/experiments/{name}/end", reason="damaged").status_code == 303
    told = app.get(f"/experiments/{name}")
    assert set(Forms(told.text).by_action) == {f"/experiments/{name}/delete"}
    assert app.post(f"/experiments/{name}/delete", sure="yes").status_code == 303
    assert app.lib.experiment_names() == {}


def test_what_was_typed_is_only_text(app):
    name = app.register(treatment=HOSTILE[:150], control="{{ 7 * 7 }} <script>", question=HOSTILE)
    run = app.since()[0]
    for path in ("/", "/experiments", f"/experiments/{name}", f"/runs/{run}"):
        page = app.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
    wizard = f"/experiments/new?{urlencode({'cue': 'own', 'treatment': HOSTILE[:150]})}"
    assert "<script>alert" not in app.get(wizard).text


# -- results and associations, made by hand --------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("increase", "Probably real"),
        ("decrease", "Probably real"),
        ("no_meaningful_effect", "Nothing that matters"),
        ("too_early", "Too early to tell"),
    ],
)
def test_every_verdict_has_its_badge_and_a_failed_check_stands_with_it(
    app, monkeypatch, verdict, words
):
    name = app.register(kind="across_runs")
    made = result_answer(verdict=verdict)
    monkeypatch.setattr(result, "result", lambda *_, **__: made)
    page = app.get(f"/experiments/{name}").text
    assert f"</span>{words}" in page or f">{words}</span>" in page
    article = page[page.index('id="result"') : page.index("</article>")]
    assert "The runs with it were 0.2 m/s faster." in article
    assert article.index("0.2 m/s faster") < article.index("Nothing carries over")
    assert page.count("<figure data-chart") == len(made.figures)
    assert "the run with the cue was skipped" in page
    assert 'href="/runs/2026-09-06-0700"' in page


def test_checks_that_found_nothing_are_folded_where_there_are_many(app, monkeypatch):
    name = app.register(kind="across_runs")
    fine = tuple({"name": f"c{i}", "verdict": "ok", "text": f"Fine {i}."} for i in range(5))
    failed = {"name": "pace", "verdict": "failed", "text": "Faster."}
    made = result_answer()
    made = replace(made, tables={**made.tables, "checks": (*fine, failed)})
    monkeypatch.setattr(result, "result", lambda *_, **__: made)
    page = app.get(f"/experiments/{name}").text
    assert page.index("Faster.") < page.index("Nothing else was found: 5 checks fine")


def test_tags_become_experiments_unless_they_are_some_already(app, monkeypatch):
    rows = (
        association_row("rolled & stretched", sentence="Goes along.", control="without it"),
        association_row("club", sentence="See there.", already="club-2025-03"),
    )
    monkeypatch.setattr(associations, "associations", lambda *_, **__: associations_answer(*rows))
    page = app.get("/associations").text
    (link,) = re.findall(r'href="(/experiments/new[^"]*)"', page)
    wizard = app.get(unescape(link))
    held = form_of(wizard, "/experiments/new")
    assert held["treatment"] == ["rolled & stretched"]
    assert held["control"] == ["without it"]
    assert 'href="/experiments/club-2025-03"' in page
    assert app.get("/associations?format=json").json()["question"] == "associations"


def test_without_tags_the_page_says_how_to_have_some(app):
    page = app.get("/associations")
    assert page.status_code == 200
    assert "No tags to look at yet" in page.text


def test_a_start_that_was_drawn_is_not_told_before_it_comes(app):
    today = datetime.now(UTC).date()
    first, last = today + timedelta(days=20), today + timedelta(days=47)
    name = app.register(
        now=datetime.now(UTC),
        kind="randomised_start",
        first_date=first,
        last_date=last,
        end_date=today + timedelta(days=75),
    )
    page = app.get(f"/experiments/{name}")
    assert f"/experiments/{name}/record" not in Forms(page.text).by_action
    entry = app.get(f"/experiments/{name}/next.ics").text
    for day in range(1, (last - first).days):
        said = first + timedelta(days=day)
        for way in (f"{said}", f"{said:%Y%m%d}", f"{said.day} {said:%b %Y}"):
            assert way not in page.text
            assert way not in entry


def test_without_balance_a_rating_is_what_is_measured_and_it_says_why(tmp_path):
    with open_library(tmp_path / "none", create=True) as lib:
        app = App(lib, tmp_path)
        page = app.get("/experiments/new", params={"cue": "push-off-behind"})
        assert page.status_code == 200
        assert re.search(r'name="outcome" value="rating" checked', page.text)
        assert "None of your runs carries balance" in page.text
        sent = form_of(page, "/experiments")
        assert app.post("/experiments", **sent).status_code == 303
        (kept,) = lib.experiments().values()
        assert (kept.registration.outcome, kept.registration.kind) == ("rating", "across_runs")
        even = {"cue": "own", "treatment": "x", "outcome": "toward_even"}
        asked = app.get("/experiments/new", params=even)
        assert "none of your runs carries it" in asked.text
