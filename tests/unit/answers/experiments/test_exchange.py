"""An experiment in one open file: the same numbers from it, and nothing changed unseen."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from evenstride.answers.experiments.analysing_files import analyse_file
from evenstride.answers.experiments.exchange import (
    export_experiment,
    material_json,
    read_exported,
)
from evenstride.answers.experiments.material import Half, Material, Pair, Relative, StartRun
from evenstride.answers.experiments.result import result_of
from evenstride.domain.errors import InputError, TamperedError
from evenstride.domain.experiment import Kept, LapUse, Record, Registration
from evenstride.domain.experiment_json import digest
from evenstride.render.as_json import answer_json, rows_json
from evenstride.stats.experiments.sequence import assigned
from experiment_lab import LAPS, RUNS, START, ZONE

BEGAN = datetime(2026, 1, 5, 12, tzinfo=UTC)
SEED = bytes(range(16)).hex()
NAN = math.nan


def registration(**changes) -> Registration:
    return replace(
        Registration(
            experiment_id="push-off-behind-2026-01",
            registered_at_utc=BEGAN,
            question="Does it?",
            kind="across_runs",
            treatment="Push off behind",
            control="Run as always",
            outcome="balance",
            longer_side=None,
            smallest_effect=0.3,
            prior_sd=0.5,
            seed=SEED,
            pairs=9,
            reference={"elapsed_h": 0.25, "speed_m_s": NAN},
            spread_sd=0.5,
            power=0.9,
            planned_effect=0.5,
        ),
        **changes,
    )


def half(pair, at, *, position=None, value=48.0, run="run"):
    condition = assigned(SEED, pair, at)
    return Half(
        position=2 * pair + at if position is None else position,
        assigned=condition,
        did=condition,
        value=value + 0.6 * (condition == "treatment"),
        se=0.1,
        raw=value,
        run_id=f"{run}-{pair}-{at}",
        date="2026-01-06",
        conditions={"speed_m_s": 2.8, "grade_pct": NAN},
        shoes=None if at else "Ghost “15”",
        remarks=("other_shoes",) if at else (),
    )


def across(pairs=8) -> Material:
    rng = np.random.default_rng(3)
    made = tuple(
        Pair(pair, tuple(half(pair, at, value=48.0 + 0.1 * rng.standard_normal()) for at in (0, 1)))
        for pair in range(pairs)
    )
    lost = Pair(
        pairs, (replace(half(pairs, 0), value=NAN, se=NAN, run_id=None, date=None),), "skipped"
    )
    records = tuple(
        Record(h.position, BEGAN + timedelta(days=h.position), h.run_id, h.did)
        for pair in (*made, lost)
        for h in pair.halves
    )
    family = (Relative("hips-2025-10", "hips level", 0.1, 0.2, 0.8, False, "2025-10-01", None),)
    return Material(
        kept=Kept(registration(), records, BEGAN + timedelta(days=60), "Enough."),
        pairs=(*made, lost),
        model_effect=0.5,
        model_se=0.2,
        family=family,
        today="2026-03-10",
    )


def within() -> Material:
    r = registration(kind="within_run", pairs_per_run=2, lap_s=240.0, settling_s=45.0)
    laps = tuple(
        LapUse(pair, assigned(SEED, pair, at), 600.0 + 240.0 * (2 * pair + at), 840.0)
        for pair in (0, 1, 2, 3)
        for at in (0, 1)
    )
    # The last pair of the second run has lost its second lap.
    records = (
        Record(0, BEGAN, "run-a", laps[0].assigned, laps=laps[:4]),
        Record(1, BEGAN, "run-b", laps[4].assigned, laps=laps[4:7]),
    )

    def halves(pair):
        made = [half(pair, at, position=pair // 2) for at in (0, 1)[: 1 if pair == 3 else 2]]
        return tuple(replace(h, run_id=records[pair // 2].run_id) for h in made)

    pairs = tuple(
        Pair(pair, halves(pair), "a lap is missing" if pair == 3 else "") for pair in range(4)
    )
    return Material(kept=Kept(r, records), pairs=pairs, today="2026-01-06")


def start() -> Material:
    first = date(2026, 2, 1)
    r = registration(
        kind="randomised_start",
        pairs=0,
        first_date=first,
        last_date=first + timedelta(days=24),
        end_date=first + timedelta(days=60),
        covariance={"walk_per_day": 1e-3, "shared": 0.05, "shared_tau_days": 4.0, "own": 0.1},
    )
    rng = np.random.default_rng(5)
    runs = tuple(
        StartRun(
            run_id=f"run-{i}",
            date=f"{date(2026, 1, 6) + timedelta(days=i)}",
            day=20_459.3 + i,
            value=48.0 + 0.3 * rng.standard_normal(),
            se=0.1,
            raw=48.0,
        )
        for i in range(0, 80, 2)
    )
    return Material(kept=Kept(r, (Record(0, BEGAN, None, None),)), runs=runs, today="2026-05-01")


EVERY = pytest.mark.parametrize("make", [across, within, start])


def read(text: str) -> Material:
    return read_exported(text.encode(), name="x.json")


@EVERY
def test_what_is_read_back_is_what_was_written_field_by_field(make):
    made = make()
    back = read(material_json(made))
    assert repr(back) == repr(made)  # NaN is no NaN's equal


@EVERY
def test_a_file_is_analysed_to_the_same_answer(make, tmp_path):
    made = make()
    path = tmp_path / "experiment.json"
    path.write_text(material_json(made), encoding="utf-8")
    assert answer_json(analyse_file(path)) == answer_json(result_of(made))
    as_txt = tmp_path / "experiment.txt"  # known by what is in it, not by its name
    as_txt.write_text(material_json(made), encoding="utf-8")
    assert answer_json(analyse_file(as_txt)) == answer_json(result_of(made))


def test_every_field_of_what_was_gathered_is_in_the_file():
    values = json.loads(material_json(across()))
    assert {field.name for field in fields(Material)} - {"kept"} <= values.keys()
    assert "NaN" not in material_json(across())


def test_what_was_typed_speaks_to_no_terminal_and_comes_back_as_it_was():
    typed = "Enough\x9b31m, \u202ereally\u2029, ok\x7f. Größe 👟"
    made = across()
    made = replace(made, kept=replace(made.kept, end_reason=typed))
    text = material_json(made)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert "Größe 👟" in text
    assert read(text).kept.end_reason == typed
    assert all(c.isprintable() or c == "\n" for c in rows_json([{"note": typed}]))


def test_another_program_may_write_the_numbers_otherwise():
    values = json.loads(material_json(across()))
    values["registration"]["smallest_effect"] = 0.30
    text = json.dumps(dict(reversed(values.items())), ensure_ascii=True)
    assert repr(read(text)) == repr(across())


@pytest.mark.parametrize(
    "change",
    [
        {"pairs": 8},
        {"smallest_effect": 0.5},
        {"treatment": "Pull the foot up"},
        {"seed": "ff" * 16},
        {"registered_at_utc": "2025-12-01T12:00:00Z"},
    ],
)
def test_a_registration_that_was_edited_is_seen(change):
    values = json.loads(material_json(across()))
    values["registration"] |= change
    with pytest.raises(TamperedError, match="is not the one that was registered"):
        read(json.dumps(values))


def test_a_sequence_that_was_edited_is_seen_and_the_pair_named():
    values = json.loads(material_json(across()))
    first, second = values["pairs"][2]["halves"]
    first["assigned"], second["assigned"] = second["assigned"], first["assigned"]
    with pytest.raises(TamperedError, match="is not the one that was registered: pair 3 "):
        read(json.dumps(values))


def test_a_half_in_place_of_the_other_is_seen():
    values = json.loads(material_json(across()))
    values["pairs"][2]["halves"].reverse()
    with pytest.raises(TamperedError, match="pair 3 "):
        read(json.dumps(values))


def test_a_new_seed_with_its_own_digest_does_not_fit_the_sequence():
    values = json.loads(material_json(across()))
    values["registration"]["seed"] = "ff" * 16
    values["sha256"] = digest(values["registration"])
    with pytest.raises(TamperedError, match="sequence"):
        read(json.dumps(values))


def test_laps_in_another_order_than_drawn_are_seen():
    values = json.loads(material_json(within()))
    for laps in (values["records"][0]["laps"][:2], values["pairs"][0]["halves"]):
        laps[0]["assigned"], laps[1]["assigned"] = laps[1]["assigned"], laps[0]["assigned"]
    with pytest.raises(TamperedError, match="pair 1 "):
        read(json.dumps(values))


def test_a_lap_cannot_be_moved_to_the_next_pair():
    values = json.loads(material_json(within()))
    laps = values["records"][0]["laps"]
    laps[1]["pair"] = 1
    with pytest.raises(TamperedError, match="pair 2 "):
        read(json.dumps(values))


def edited(make, edit):
    """Read what was exported after somebody edited it."""
    values = json.loads(material_json(make()))
    edit(values)
    read(json.dumps(values))


def twice(values):
    values["pairs"].insert(3, values["pairs"][3])


def at_the_end(values):
    values["pairs"] += [values["pairs"][3]] * 8


def best_first(values):
    values["pairs"].reverse()


def only_liked(values):
    del values["pairs"][2]


def renumbered(values):
    values["pairs"][-1]["number"] += 500


def forgotten(values):
    values["records"] = []


def record_less(values):
    del values["records"][-1]


def far_ahead(values):
    values["records"].append(values["records"][-1] | {"position": 99_999, "run_id": "run-x"})


def not_counted(values):
    values["pairs"][2]["why_not"] = "skipped"


def half_counted(values):
    values["pairs"][-1]["why_not"] = ""


def without_value(values):
    values["pairs"][2]["halves"][0]["value"] = None


def other_run(values):
    values["pairs"][2]["halves"][0]["run_id"] = "run-x"


def one_run(values):
    for records in (values["records"], [h for pair in values["pairs"] for h in pair["halves"]]):
        records[2]["run_id"] = records[0]["run_id"]


def as_was_meant(values):
    half = values["pairs"][2]["halves"][0]
    half["did"] = {"treatment": "control", "control": "treatment"}[half["assigned"]]


def measured_nowhere(values):
    values["pairs"][-1]["halves"][0]["value"] = 49.0


EDITS = {
    twice: "pair 4 follows pair 4",
    at_the_end: "pair 4 follows pair",
    best_first: "follows pair",
    only_liked: "pair 3 is recorded, and left out",
    renumbered: "pair 50. was never recorded|is recorded, and left out",
    forgotten: "pair 1 was never recorded",
    far_ahead: "assignment 100000 is recorded before assignment",
    not_counted: "pair 3 has both values, and does not count",
    half_counted: "counts without both values",
    without_value: "pair 3 counts without both values",
    other_run: "pair 3 has another run, or was done otherwise, than recorded",
    as_was_meant: "pair 3 has another run, or was done otherwise, than recorded",
}


@pytest.mark.parametrize("make", [across, within])
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_pairs_that_are_not_those_recorded_are_refused(make, edit):
    with pytest.raises(TamperedError, match=rf"^x.json contradicts itself.*({EDITS[edit]})"):
        edited(make, edit)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (record_less, "pair 9 was never recorded"),
        (one_run, "the run run-0-0 serves 2 assignments"),
        (measured_nowhere, "pair 9 has another value than was recorded"),
    ],
)
def test_runs_that_are_not_those_recorded_are_refused(edit, said):
    with pytest.raises(TamperedError, match=said):
        edited(across, edit)


def rated() -> Material:
    made = across()
    r = replace(made.registration, outcome="rating", smallest_effect=1.0, prior_sd=1.7)
    values = {half.position: half.value / 10.0 for pair in made.pairs for half in pair.halves}
    records = tuple(
        record if record.run_id is None else replace(record, rating=values[record.position])
        for record in made.kept.records
    )
    pairs = tuple(
        replace(p, halves=tuple(replace(h, value=values[h.position]) for h in p.halves))
        for p in made.pairs
    )
    return replace(made, kept=replace(made.kept, registration=r, records=records), pairs=pairs)


def test_a_rating_is_the_one_that_was_recorded():
    assert repr(read(material_json(rated()))) == repr(rated())

    def better(values):
        values["pairs"][2]["halves"][0]["value"] += 1.0

    with pytest.raises(TamperedError, match="pair 3 has another value than was recorded"):
        edited(rated, better)


def run_twice(values):
    values["runs"].insert(5, values["runs"][5])


def runs_turned(values):
    values["runs"].reverse()


def run_moved(values):
    values["runs"][5]["date"] = "2026-03-01"


def run_too_late(values):
    values["runs"][-1] |= {"date": "2026-04-03", "day": 20_546.3}


def run_too_early(values):
    values["runs"][0] |= {"date": "2026-01-05", "day": 20_458.4}


def run_from_the_future(values):
    values["today"] = "2026-03-01"


def begun_twice(values):
    values["records"].append(values["records"][0] | {"position": 1})


def with_pairs(values):
    values["pairs"] = json.loads(material_json(across()))["pairs"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (run_twice, "the run run-10 stands 2 times"),
        (runs_turned, "follows a later one"),
        (run_moved, "the run run-10 was not run on 2026-03-01"),
        (run_too_late, "the run run-78 was before it was registered, or after its end"),
        (run_too_early, "the run run-0 was before it was registered, or after its end"),
        (run_from_the_future, "was before it was registered, or after its end"),
        (begun_twice, "has one assignment only"),
        (with_pairs, "has no pairs"),
    ],
)
def test_runs_of_a_drawn_start_that_cannot_be_are_refused(edit, said):
    with pytest.raises(TamperedError, match=said):
        edited(start, edit)


def changed(path, value):
    values = json.loads(material_json(across()))
    at = values
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return json.dumps(values)


WRONG = {
    "no json": ("{", "is no JSON"),
    "a list": ("[1]", "no experiment"),
    "another format": ('{"format": "x"}', "no experiment"),
    "nested too deep": ("[" * 100_000, "is no JSON"),
    "newer": (changed(["version"], 2), "newer Evenstride"),
    "no registration": (changed(["registration"], None), "registration cannot be read"),
    "records no list": (changed(["records"], {}), "records must be a list"),
    "pairs no list": (changed(["pairs"], 3), "pairs must be a list"),
    "a half is no object": (changed(["pairs", 0, "halves", 0], 3), "halves must be an object"),
    "no value": (changed(["pairs", 0, "halves", 0], {}), "halves has no position"),
    "text for number": (
        changed(["pairs", 0, "halves", 0, "value"], "48"),
        "value must be a number",
    ),
    "true for number": (
        changed(["pairs", 0, "halves", 0, "value"], True),
        "value must be a number",
    ),
    "endless": (changed(["pairs", 0, "halves", 0, "value"], 1e300), "value must be a number"),
    "vanishing": (changed(["pairs", 0, "halves", 0, "value"], 1e-300), "value must be a number"),
    "no error": (changed(["model_se"], 0.0), "model_se must be above 0"),
    "no condition": (changed(["pairs", 0, "halves", 0, "assigned"], "cue"), "assigned must be one"),
    "position": (changed(["pairs", 0, "halves", 0, "position"], 1.5), "must be a whole number"),
    "remarks": (changed(["pairs", 0, "halves", 0, "remarks"], [3]), "remarks must be a text"),
    "unknown remark": (changed(["pairs", 0, "halves", 0, "remarks"], ["odd"]), "remark “odd”"),
    "no day": (changed(["pairs", 0, "halves", 0, "date"], "May"), "“May” is no day"),
    "today": (changed(["today"], ""), "is no day"),
    "ended": (changed(["ended_at_utc"], "yesterday"), "ended_at_utc must be a time"),
    "ended before time": (
        changed(["ended_at_utc"], "0001-01-01T00:00:00+14:00"),
        "ended_at_utc must be a time",
    ),
    "ended without zone": (changed(["ended_at_utc"], "2026-01-01T00:00"), "ended_at_utc must be"),
}


@pytest.mark.parametrize("name", ["smallest_effect", "prior_sd"])
@pytest.mark.parametrize("value", [0.0, -0.3, 1e-320, 1e200])
def test_sizes_that_no_effect_has_are_refused(name, value):
    values = json.loads(material_json(across()))
    values["registration"][name] = value
    values["sha256"] = digest(values["registration"])
    with pytest.raises(InputError, match="smallest_effect and prior_sd must be from"):
        read(json.dumps(values))


@pytest.mark.parametrize("wrong", [{}, {"own": 1.0}, {"shared_tau_days": -1.0}, {"own": None}])
def test_a_start_without_its_covariance_cannot_be_judged(wrong):
    values = json.loads(material_json(start()))
    whole = values["registration"]["covariance"] if wrong else {}
    only_own = wrong == {"own": 1.0}
    values["registration"]["covariance"] = wrong if only_own else {**whole, **wrong}
    values["sha256"] = digest(values["registration"])
    with pytest.raises(InputError, match="covariance must have"):
        read(json.dumps(values))


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_named_in_one_sentence(case):
    text, said = WRONG[case]
    with pytest.raises(InputError) as caught:
        read(text)
    message = str(caught.value)
    assert said in message
    assert "x.json" in message
    assert "\n" not in message


def test_what_was_laid_down_cannot_be_said_again(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(material_json(across()), encoding="utf-8")
    with pytest.raises(InputError, match="registered"):
        analyse_file(path, unit="ms")


def exported(lab, now=None) -> str:
    return export_experiment(lab.lib, lab.name, now=(now or lab.after()).astimezone(ZONE))


def test_an_experiment_across_runs_leaves_the_library_and_says_the_same(labs):
    lab = labs(RUNS)
    lab.halves(3, effect=0.8)
    lab.record(did="skipped")
    lab.halves(4, effect=0.8)
    lab.run()
    lab.record(lab.runs[-1], did="other")
    text = exported(lab)
    assert answer_json(result_of(read(text))) == answer_json(lab.result())
    assert "skipped" in text


def test_laps_within_runs_leave_the_library_and_say_the_same(labs):
    lab = labs(LAPS)
    lab.in_laps(0.6)
    lab.in_laps(0.6, write=False)
    lab.record(lab.runs[-1], other_laps=(2,), lap_numbers=(2, 3, 4, 5, 6))
    lab.record(did="skipped")
    text = exported(lab)
    assert answer_json(result_of(read(text))) == answer_json(lab.result())


def test_a_drawn_start_leaves_the_library_before_and_after_its_end(labs):
    lab = labs(START)
    for _ in range(6):
        lab.run(day_sd=0.3)
    assert answer_json(result_of(read(exported(lab)))) == answer_json(lab.result())
    end = datetime.combine(lab.registration.end_date, datetime.min.time(), ZONE)
    later = end + timedelta(days=2)
    after = read(exported(lab, later))
    assert answer_json(result_of(after)) == answer_json(lab.result(later))
