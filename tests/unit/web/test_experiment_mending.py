"""What went wrong on the pages of experiments once: each here so that it stays mended."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from html import unescape

import pytest

from evenstride.answers.experiments import associations, chances
from evenstride.answers.experiments.assigning import next_assignment
from evenstride.domain.answer import Figure
from evenstride.domain.experiment import LONGEST_NOTE, LONGEST_REASON, LONGEST_WORDS
from evenstride.render.rows_text import forest_text
from evenstride.web.routes.experiments import now
from experiment_app import Forms, form_of
from made_experiments import association_row, associations_answer


def lap_fields(app, laps):
    name, run_id = laps
    look = app.get(f"/experiments/{name}/record", params={"run": run_id})
    return form_of(look, f"/experiments/{name}/record")


# -- laps that nobody ran --------------------------------------------------------------------------


@pytest.mark.parametrize("emptied", [False, True])
def test_laps_all_left_out_skip_the_assignment(app, laps, emptied):
    name, _ = laps
    fields = lap_fields(app, laps)
    fields["lap_did"] = ["skipped"] * 4
    if emptied:
        fields["lap_from"] = fields["lap_to"] = [""] * 4
    answered = app.post(f"/experiments/{name}/record", **fields)
    assert answered.status_code == 303
    assert "done=skipped&position=0" in answered.headers["location"]
    (record,) = app.records(name)
    assert (record.run_id, record.did, record.laps) == (None, None, ())


def test_laps_without_times_are_not_those_found_by_themselves(app, laps):
    name, _ = laps
    fields = lap_fields(app, laps)
    fields["lap_from"] = fields["lap_to"] = [""] * 4
    for did in (["as_assigned"] * 4, ["skipped", "as_assigned", "skipped", "skipped"]):
        fields["lap_did"] = did
        answered = app.post(f"/experiments/{name}/record", **fields)
        assert answered.status_code == 400
        assert "No lap says when it was run" in answered.text
        held = form_of(answered, f"/experiments/{name}/record")
        assert held["lap_from"] == [""] * 4
        assert held["lap_did"] == did
        look = app.get(f"/experiments/{name}/record", params=fields)
        assert "No lap says when it was run" in look.text
    assert app.records(name) == ()


def test_a_lap_named_and_left_out_at_once_is_refused(app, laps):
    name, _ = laps
    fields = lap_fields(app, laps) | {"lap_numbers": ["1 2"]}
    fields["lap_did"] = ["as_assigned", "skipped", "as_assigned", "as_assigned"]
    answered = app.post(f"/experiments/{name}/record", **fields)
    assert answered.status_code == 400
    assert "cannot be named and left out" in answered.text
    assert app.records(name) == ()


def test_a_lap_beyond_the_end_of_the_run_is_refused(app, laps):
    name, run_id = laps
    fields = lap_fields(app, laps)
    samples = app.lib.samples(app.lib.run(run_id).chosen.recording_id)
    minutes = int(samples["t_s"].max() // 60)
    fields["lap_from"] = ["6:00", "12:00", "18:00", f"{minutes - 1}:00"]
    fields["lap_to"] = ["11:30", "17:30", "23:30", f"{minutes + 2}:00"]
    fields["lap_did"] = ["as_assigned"] * 4
    answered = app.post(f"/experiments/{name}/record", **fields)
    assert answered.status_code == 400
    assert f"{run_id} ended after" in answered.text
    assert app.records(name) == ()
    fields["lap_to"][-1] = f"{minutes}:00"
    assert app.post(f"/experiments/{name}/record", **fields).status_code == 303


# -- a form that does not say what it is about -----------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("position", "Say which assignment it is about"),
        ("did", "Say whether you did as asked"),
        ("run", "Say which run it was"),
    ],
)
def test_what_was_not_said_is_asked_for(app, missing, said):
    name = app.register(kind="across_runs")
    sent = {"position": "0", "did": "as_assigned", "run": app.since()[0], "note": "stays"}
    del sent[missing]
    answered = app.post(f"/experiments/{name}/record", **sent)
    assert answered.status_code == 400
    assert said in answered.text
    assert form_of(answered, f"/experiments/{name}/record")["note"] == ["stays"]
    assert app.records(name) == ()


def test_laps_have_to_be_said_too(app, laps):
    name, run_id = laps
    answered = app.post(f"/experiments/{name}/record", position="0", run=run_id)
    assert answered.status_code == 400
    assert "No lap says when it was run" in answered.text
    assert app.records(name) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lap_did": ["bogus"] * 4}, "Say of each lap whether"),
        ({"lap_did": ["as_assigned"] * 30}, "30 laps came, but 4 were asked for"),
        ({"correct": "7"}, "was not recorded yet"),
    ],
)
def test_rows_that_are_not_those_asked_for_are_refused(app, laps, changed, said):
    name, _ = laps
    answered = app.post(f"/experiments/{name}/record", **(lap_fields(app, laps) | changed))
    assert answered.status_code == 400
    assert said in answered.text
    assert app.records(name) == ()


def test_two_assignments_in_one_form_are_refused(app):
    name = app.register(kind="across_runs")
    first, second = app.since()[:2]
    app.post(f"/experiments/{name}/record", position="0", run=first, did="as_assigned")
    answered = app.post(
        f"/experiments/{name}/record", position="1", correct="0", run=second, did="other"
    )
    assert answered.status_code == 400
    assert "Two assignments are named" in answered.text
    assert len(app.records(name)) == 1


def test_the_laps_of_an_address_without_an_assignment_are_of_the_open_one(app, laps):
    name, run_id = laps
    app.post(f"/experiments/{name}/record", position="0", did="skipped")
    bare = app.get(f"/experiments/{name}/record", params={"run": run_id})
    named = app.get(f"/experiments/{name}/record", params={"run": run_id, "position": 1})
    assert bare.status_code == 200
    fields = form_of(bare, f"/experiments/{name}/record")
    assert fields["position"] == ["1"]
    assert fields == form_of(named, f"/experiments/{name}/record")
    pairs = re.findall(r'"label":"pair (\d)', bare.text)
    assert pairs
    assert set(pairs) <= {"3", "4"}, "the picture too is of the second run"


def test_without_a_run_the_picture_and_what_is_sent_are_of_the_same_one(app, laps):
    name, run_id = laps
    app.post(f"/experiments/{name}/record", **lap_fields(app, laps))
    fields = form_of(
        app.get(f"/experiments/{name}/record", params={"correct": 0}), f"/experiments/{name}/record"
    )
    assert fields["run"] == [run_id]
    answered = app.get(f"/experiments/{name}/record", params={"correct": 0, "format": "json"})
    assert run_id in answered.json()["headline"]


def test_without_any_run_that_fits_no_other_run_is_put_in_its_place(app):
    name = app.register(now=now(), kind="within_run", lap_s=130.0, warm_up_s=600.0)
    look = app.get(f"/experiments/{name}/record")
    assert look.status_code == 400
    assert "fits this assignment" in look.text
    assert Forms(look.text).by_action == {}
    assert f'href="/experiments/{name}#record"' in look.text


# -- what was typed where nothing is kept any more -------------------------------------------------


def test_a_form_from_before_the_end_is_answered_with_why_and_what_was_typed(app):
    name = app.register(kind="across_runs")
    app.post(f"/experiments/{name}/end", reason="enough")
    late = {"position": "0", "run": app.since()[0], "did": "as_assigned", "note": "Felt <b>light"}
    recorded = app.post(f"/experiments/{name}/record", **late)
    assert recorded.status_code == 400
    assert "It has ended in the meantime; nothing more is recorded." in recorded.text
    assert "Felt &lt;b&gt;light" in recorded.text
    again = app.post(f"/experiments/{name}/end", reason="another reason")
    assert again.status_code == 400
    assert "has ended already" in again.text
    assert "another reason" in again.text
    assert app.lib.experiment(name).end_reason == "enough"


def test_laps_sent_after_the_end_are_answered_the_same_way(app, laps):
    name, _ = laps
    fields = lap_fields(app, laps) | {"note": ["keep me"]}
    app.post(f"/experiments/{name}/end", reason="enough")
    answered = app.post(f"/experiments/{name}/record", **fields)
    assert answered.status_code == 400
    assert "It has ended in the meantime" in answered.text
    assert "keep me" in answered.text


# -- one registration that was damaged -------------------------------------------------------------


def damage(app, name):
    with sqlite3.connect(app.lib.root / "library.sqlite") as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (trigger,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute(
            "UPDATE experiments SET registration = replace(registration, 'control', 'controk') "
            "WHERE experiment_id = ?",
            (name,),
        )
    connection.close()


def test_a_damaged_one_is_said_at_once_by_the_list_what_is_next_and_home(app):
    name = app.register(kind="across_runs")
    damage(app, name)
    listed = app.get("/experiments?format=json").json()
    assert listed["headline"].startswith(f"The registration of {name} is not what was registered")
    assert "No experiment yet" not in listed["headline"]
    for path in ("/", "/experiments"):
        page = app.get(path)
        assert page.status_code == 200
        alert = re.search(r'class="notice bad" role="alert">.*?</p>', page.text)[0]
        assert f'href="/experiments/{name}"' in alert
        assert "not what was registered" in alert
    other = app.register(treatment="Run tall", kind="across_runs")
    listed = app.get("/experiments?format=json").json()
    assert listed["headline"] == "1 experiment, 1 open."
    assert name in listed["caveats"][0]
    assert f'href="/experiments/{other}"' in app.get("/").text


def test_next_names_the_damaged_one(app):

    name = app.register(kind="across_runs")
    damage(app, name)
    answer = next_assignment(app.lib, now=now())
    assert answer.verdict == "none_open"
    assert answer.headline.startswith(f"The registration of {name} is not")
    app.register(treatment="Run tall", kind="across_runs")
    answer = next_assignment(app.lib, now=now())
    assert answer.verdict == "assigned"
    assert name in answer.caveats[0]


# -- the limits of fields, and what cannot be chosen -----------------------------------------------


def test_fields_end_where_the_rule_refuses(app):
    wizard = app.get("/experiments/new?cue=own&treatment=x").text
    for field in ("treatment", "control", "question"):
        assert re.search(rf'name="{field}"[^>]* maxlength="{LONGEST_WORDS}"', wizard)
    name = app.register(kind="across_runs")
    page = app.get(f"/experiments/{name}").text
    assert re.search(rf'name="reason" maxlength="{LONGEST_REASON}"', page)
    assert re.search(rf'name="note" maxlength="{LONGEST_NOTE}"', page)


def test_what_is_too_long_is_refused_in_a_sentence_and_stays(app):
    words = "w" * (LONGEST_WORDS + 1)
    asked = {"cue": "own", "treatment": "x", "question": words, "outcome": "balance"}
    refused = app.post("/experiments", **asked)
    assert refused.status_code == 400
    assert f"The question can be at most {LONGEST_WORDS} characters long." in refused.text
    assert form_of(refused, "/experiments/new")["question"] == [words]
    kept = app.post("/experiments", **asked | {"question": words[1:]})
    assert kept.status_code == 303
    name = app.register(kind="across_runs")
    reason = "r" * 2001
    ended = app.post(f"/experiments/{name}/end", reason=reason)
    assert ended.status_code == 400
    assert f"at most {LONGEST_REASON} characters" in ended.text
    assert form_of(ended, f"/experiments/{name}/end")["reason"] == [reason]
    noted = {"position": "0", "run": app.since()[0], "did": "as_assigned"}
    long = app.post(f"/experiments/{name}/record", **noted, note="n" * (LONGEST_NOTE + 1))
    assert long.status_code == 400
    assert f"at most {LONGEST_NOTE} characters" in long.text
    assert app.records(name) == ()
    app.post(f"/experiments/{name}/record", **noted, note="n" * LONGEST_NOTE)
    assert len(app.records(name)[0].note) == LONGEST_NOTE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "bogus"}, "Choose how it is tried"),
        ({"outcome": "bogus"}, "Choose what it should change"),
        ({"cue": "bogus"}, "Choose what to try"),
        ({"kind": "within_run", "settling": "999999"}, "up to 30 minutes"),
        ({"kind": "within_run", "lap": "90:00"}, "1 to 60 minutes"),
        ({"slowest": "999:59"}, "between 1:23 and 33:20 a kilometre"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_the_words_of_the_form(app, typed, said):
    asked = {"cue": "own", "treatment": "x", "outcome": "balance", **typed}
    refused = app.post("/experiments", **asked)
    assert refused.status_code == 400
    assert said in unescape(refused.text)
    assert "Nothing was registered." in refused.text
    assert app.lib.experiments() == {}


# -- the wizard answers while one types ------------------------------------------------------------


@pytest.mark.parametrize("kind", ["within_run", "across_runs", "randomised_start"])
def test_other_words_compute_no_chance_again(app, monkeypatch, kind):
    asked = {"cue": "own", "treatment": "x", "outcome": "balance", "kind": kind}
    first = app.get("/experiments/new", params=asked)
    assert first.status_code == 200

    def not_again(*_, **__):
        pytest.fail("computed again for other words")

    for name in ("power", "pairs_needed", "start_power"):
        monkeypatch.setattr(chances, name, not_again)
    other = app.get("/experiments/new", params={**asked, "treatment": "y", "question": "Why?"})
    assert other.status_code == 200
    numbers = [
        re.findall(r"<tbody>.*?</tbody>", page.text, re.DOTALL)[0] for page in (first, other)
    ]
    assert numbers[0] == numbers[1]


def test_another_effect_is_computed_anew(app):
    asked = {"cue": "own", "treatment": "x", "outcome": "balance", "format": "json"}
    pairs = [
        app.get("/experiments/new", params={**asked, "effect": effect}).json()["tables"]["designs"]
        for effect in ("0.5", "1")
    ]
    assert pairs[0] != pairs[1]


def test_to_register_stands_below_what_it_takes_and_in_no_panel_of_its_own(app):
    page = app.get("/experiments/new?cue=push-off-behind&outcome=balance").text
    bar = page.index('class="register-bar"')
    assert page.index("What will be fixed") < bar < page.index("Register it")
    assert set(Forms(page).by_action) >= {"/experiments"}


# -- associations ----------------------------------------------------------------------------------


def test_the_picture_says_which_intervals_it_draws(app, monkeypatch):
    roles = ("label", "detail", "value", "low", "high", "faded")
    shown = Figure(
        kind="forest",
        title="What goes along",
        x_label="pp",
        y_label="95 % interval for all tags together",
        rows=(dict(zip(roles, ("rolled", "9 with", 0.4, 0.1, 0.7, False), strict=True)),),
        roles={role: role for role in roles},
    )
    made = associations_answer(association_row("rolled", sentence="Goes along."))
    made = replace(made, figures={"associations": shown})
    monkeypatch.setattr(associations, "associations", lambda *_, **__: made)
    page = app.get("/associations").text
    assert "The bars are 95 % intervals for all tags together" in page
    assert '"label":"95 % interval for all tags together"' in page
    assert '"label":"95 % interval"' not in page
    assert "━ 95 % interval for all tags together;" in forest_text(shown, width=90).plain
