"""How the ground is typed: words, places in time and distance, parts that replace parts."""

from __future__ import annotations

import json
import shutil

import jsonschema
import numpy as np
import pytest

from evenstride.answers import annotate_runs, open_library, rebuild_library, runs_named, show
from evenstride.answers.ground_typed import MOST_PARTS, GroundEdit, camber_named, surface_named
from evenstride.answers.schema import schema
from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.domain.ground import Camber, GroundPart, Surface
from evenstride.render.as_json import answer_json


@pytest.fixture
def lib(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as opened:
        yield opened


@pytest.fixture
def run(lib):
    return lib.resolve("last")


def edit(lib, run, *edits, **one):
    annotate_runs(lib, [run], ground=edits or [GroundEdit(**one)])
    return lib.ground_parts().get(run, ())


def test_a_whole_run_is_said_bit_by_bit_and_taken_back(lib, run):
    assert edit(lib, run, surface="Road ") == (GroundPart(surface=Surface.ROAD),)
    both = GroundPart(surface=Surface.ROAD, camber=Camber.LEFT_LOWER)
    assert edit(lib, run, camber="left-lower") == (both,)
    assert edit(lib, run) == (both,)
    assert edit(lib, run, surface="") == (GroundPart(camber=Camber.LEFT_LOWER),)
    assert edit(lib, run, camber=None) == ()
    assert lib.ground_parts() == {}


def test_parts_stay_when_the_whole_run_is_said_and_the_other_way_round(lib, run):
    edit(lib, run, surface="track", start="10:00", end="20 min")
    edit(lib, run, surface="road")
    part = GroundPart(600.0, 1200.0, Surface.TRACK)
    whole = GroundPart(surface=Surface.ROAD)
    assert lib.ground_parts()[run] == (whole, part)
    assert edit(lib, run, camber="none", start="600 s", end="0:20:00") == (
        whole,
        GroundPart(600.0, 1200.0, Surface.TRACK, Camber.NONE),
    )
    assert edit(lib, run, camber="right lower", start="1200s")[-1] == GroundPart(
        1200.0, None, camber=Camber.RIGHT_LOWER
    )
    again = edit(lib, run, surface="trail", start="10 min", end="20:00")
    assert [p.start_s for p in again] == [None, 1200.0, 600.0], "what was said last stands last"
    assert edit(lib, run, surface="", camber="", start="10 min", end="20:00") == (
        whole,
        GroundPart(1200.0, None, camber=Camber.RIGHT_LOWER),
    )
    assert edit(lib, run, surface="trail", forget=True) == (GroundPart(surface=Surface.TRAIL),)


def test_a_distance_is_the_moment_it_was_reached(lib, run):
    samples = lib.samples(lib.run(run).chosen.recording_id)
    far_m, t_s = samples["distance_m"].to_numpy(), samples["t_s"].to_numpy()
    (part,) = edit(lib, run, surface="track", start="2 km", end="2,5mi")
    for moment_s, metres in ((part.start_s, 2000.0), (part.end_s, 2.5 * 1609.344)):
        at = int(np.flatnonzero(t_s == moment_s)[0])
        assert far_m[at] >= metres > far_m[at - 1]
    (part,) = edit(
        lib, run, surface="trail", start="400 m", end=f"{1.008 * far_m[-1]:.0f} m", forget=True
    )
    assert part.end_s is None, "a little beyond the end is the end"
    length_s = lib.run(run).chosen.elapsed_s
    assert edit(lib, run, surface="trail", start="0 km", end=f"{length_s:.0f} s", forget=True) == (
        GroundPart(surface=Surface.TRAIL),
    ), "from the start to the end is the whole run"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"surface": "lava"}, "A surface is road, pavement, track, trail or treadmill, not lava."),
        ({"camber": "left"}, "A camber is left_lower, right_lower or none, not left."),
        ({"surface": "road", "start": "2"}, "like 2 km, 12 min or 1:05:00, not 2."),
        ({"surface": "road", "start": "2:75"}, "not 2:75."),
        ({"surface": "road", "end": "-2 km"}, "not -2 km."),
        ({"surface": "road", "end": "\x1b[2J"}, "not \ufffd[2J."),
        ({"surface": "road", "start": "5 min", "end": "5:00"}, "not from 5 min to 5:00."),
        ({"surface": "road", "start": "3 km", "end": "1 min"}, "not from 3 km to 1 min."),
        ({"surface": "road", "end": "0:00"}, "not from the start to 0:00."),
        ({"surface": "road", "start": "900 km"}, "begins at 900 km: it lasts"),
        ({"surface": "road", "start": "9 h"}, "begins at 9 h: it lasts"),
        ({"surface": "road", "start": "2 km", "end": "99 km"}, "ends at 99 km: it lasts"),
        ({"surface": "road", "end": "9 h"}, "ends at 9 h: it lasts"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_kept(lib, run, typed, said):
    edit(lib, run, surface="trail")
    before = lib.ground_parts()
    with pytest.raises(InputError) as refused:
        annotate_runs(lib, [run], title="kept out", ground=[GroundEdit(**typed)])
    assert said in str(refused.value)
    assert str(refused.value).count(".") < 4
    assert lib.ground_parts() == before
    assert lib.annotations() == {}


def test_of_several_runs_each_has_its_own_moment(lib):
    runs = lib.runs(())["run_id"].to_list()[:3]
    annotate_runs(lib, runs, ground=[GroundEdit(surface="track", end="1 km")])
    moments = {lib.ground_parts()[run][0].end_s for run in runs}
    assert len(moments) > 1
    short = min(lib.run(run).chosen.elapsed_s for run in lib.runs(())["run_id"])
    with pytest.raises(InputError, match="No part of run"):
        annotate_runs(
            lib,
            lib.runs(())["run_id"].to_list(),
            ground=[GroundEdit(surface="road", start=f"{short / 60 + 1:.0f} min")],
        )
    assert set(lib.ground_parts()) == set(runs)


def test_there_are_bounds(lib, run):
    edits = [GroundEdit("road", start=f"{i} s", end=f"{i + 1} s") for i in range(MOST_PARTS + 1)]
    assert len(edit(lib, run, *edits[:-1])) == MOST_PARTS
    with pytest.raises(InputError, match="50 parts at most"):
        edit(lib, run, *edits)


def test_words_are_read_as_people_write_them():
    assert surface_named(" TREADMILL") is Surface.TREADMILL
    assert surface_named(None) is surface_named(" ") is camber_named("") is None
    assert {camber_named(t) for t in ("left-lower", "Left lower", "left_lower")} == {
        Camber.LEFT_LOWER
    }


def test_it_is_said_in_the_answer_and_shown_with_the_run(lib, run):
    answer = annotate_runs(
        lib,
        [run],
        ground=[
            GroundEdit("road", "right-lower"),
            GroundEdit("track", start="10:00", end="1200 s"),
            GroundEdit(camber="none", start="20:00"),
        ],
    )
    assert answer.sentences == (
        f"{run}: ground road, the right foot stood lower; track from 10:00 to 20:00; "
        "no side slope from 20:00.",
    )
    jsonschema.validate(json.loads(answer_json(answer)), schema("annotate"))
    (row,) = answer.tables["runs"]
    assert row["ground"] == [
        {"start_s": None, "end_s": None, "surface": "road", "camber": "right_lower"},
        {"start_s": 600.0, "end_s": 1200.0, "surface": "track", "camber": None},
        {"start_s": 1200.0, "end_s": None, "surface": None, "camber": "none"},
    ]
    shown = show(lib, run)
    assert shown.tables["annotation"] == (row,)
    jsonschema.validate(json.loads(answer_json(shown)), schema("show"))
    before = lib.ground_parts()
    rebuild_library(lib)
    assert lib.ground_parts() == before


def test_runs_are_named_by_themselves_by_periods_and_by_tags(lib):
    frame = lib.runs(())
    runs = frame["run_id"].to_list()
    days = [run[:10] for run in runs]
    annotate_runs(lib, [runs[7], runs[3]], add_tags=["Hills"])
    assert runs_named(lib, ["last"]) == (runs[-1],)
    assert runs_named(lib, ["tag:hills", runs[3], runs[0]]) == (runs[3], runs[7], runs[0])
    period = runs_named(lib, [f"{days[10]}..{days[20]}"])
    assert period == tuple(r for r, d in zip(runs, days, strict=True) if days[10] <= d <= days[20])
    assert runs_named(lib, [f"{days[50]}.."])[-1] == runs[-1]
    assert runs_named(lib, [f"..{days[0]}"])[0] == runs[0]
    assert runs_named(lib, [".."]) == tuple(runs)
    for text, said in (
        ("tag:none", "No run has the tag none."),
        (
            "1999-01-01..1999-12-31",
            f"no run in 1999-01-01..1999-12-31; the runs are from {days[0]}",
        ),
        ("nowhere", "There is no run"),
    ):
        with pytest.raises(UnknownRunError, match=said):
            runs_named(lib, [text])
    with pytest.raises(InputError, match="A period begins before it ends"):
        runs_named(lib, ["2026-02-01..2026-01-01"])
    with pytest.raises(InputError, match="written like 2026-05-14, not 2026"):
        runs_named(lib, ["2026..2027"])
