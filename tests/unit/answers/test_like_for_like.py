"""Like for like: two runs, tags and periods, B - A, and why they differ as measured."""

from __future__ import annotations

import json
import shutil
from datetime import date

import jsonschema
import pytest

from evenstride.answers import annotate_runs, compare, drivers, import_files, open_library, runs
from evenstride.answers.schema import schema
from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.formats.fit.encode import encode_run
from evenstride.render.as_json import answer_json
from made_year import made_year


@pytest.fixture(scope="module")
def tagged_path(year_library_path, tmp_path_factory):
    path = tmp_path_factory.mktemp("tagged") / "library"
    shutil.copytree(year_library_path, path)
    with open_library(path) as lib:
        every = ids(lib)
        annotate_runs(lib, every[::3], add_tags=["Rolled"])
        annotate_runs(lib, every[1::3], add_tags=["drills"])
        annotate_runs(lib, every[:1], add_tags=["once"])
    return path


@pytest.fixture
def tagged(tagged_path):
    with open_library(tagged_path) as lib:
        yield lib


def ids(lib):
    return [row["run_id"] for row in runs(lib).tables["runs"]]


def days(lib):
    return [row["local_date"] for row in runs(lib).tables["runs"]]


def every_kind(lib):
    on = days(lib)
    return {
        "runs": (ids(lib)[4], ids(lib)[-3]),
        "tags": ("tag:rolled", "tag:drills"),
        "periods": (f"{on[5]}..{on[20]}", f"{on[30]}..{on[-1]}"),
    }


@pytest.mark.parametrize("kind", ["runs", "tags", "periods"])
def test_the_parts_sum_to_the_raw_difference(tagged, kind):
    answer = compare(tagged, *every_kind(tagged)[kind])
    a, b = answer.tables["sides"]
    raw = answer.estimates["raw_difference_pp"].value
    assert (a["side"], b["side"]) == ("a", "b")
    assert raw == pytest.approx(b["balance_left_pct"] - a["balance_left_pct"], abs=1e-9)
    why = {row["part"]: row["value_pp"] for row in answer.tables["why"]}
    assert sum(why.values()) == pytest.approx(raw, abs=1e-9)
    found = answer.estimates["difference_pp"]
    assert why["like_for_like"] == found.value
    between = b["at_reference_left_pct"] - a["at_reference_left_pct"]
    assert between == pytest.approx(found.value, abs=0.02)
    assert found.low < found.value < found.high
    powers = [row["power_pct"] for row in answer.tables["power"]]
    assert 5.0 < powers[0] < powers[1] <= powers[2] <= 100.0
    assert answer.figures["difference"].rows[-1]["end"] == raw
    jsonschema.validate(json.loads(answer_json(answer)), schema("compare"))


@pytest.mark.parametrize("kind", ["runs", "tags", "periods"])
def test_swapping_the_sides_turns_everything_round(tagged, kind):
    a, b = every_kind(tagged)[kind]
    there, back = compare(tagged, a, b), compare(tagged, b, a)
    for name, e in there.estimates.items():
        other = back.estimates[name]
        assert (other.value, other.low, other.high) == pytest.approx(
            (-e.value, -e.high, -e.low), abs=1e-4
        )
    turned = {"further_left": "further_right", "further_right": "further_left"}
    assert back.verdict == turned.get(there.verdict, there.verdict)


def test_the_verdict_is_what_the_interval_says(tagged):
    seen = set()
    for kind, (a, b) in every_kind(tagged).items():
        answer = compare(tagged, a, b)
        e = answer.estimates["difference_pp"]
        expected = "not_distinguishable"
        if e.low > 0.0 or e.high < 0.0:
            expected = "further_left" if e.low > 0.0 else "further_right"
        assert answer.verdict == expected
        assert ("not distinguishable" in answer.headline) == (expected == "not_distinguishable")
        seen.add(kind)
        said = " ".join((answer.headline, *answer.sentences))
        assert not any(word in said for word in ("better", "worse", "weak", "abnormal"))
    assert seen == {"runs", "tags", "periods"}


def test_of_two_runs_days_are_in_the_interval_and_by_themselves_beside(tagged):
    answer = compare(tagged, *every_kind(tagged)["runs"])
    lasting, own = (answer.estimates[n] for n in ("difference_pp", "days_difference_pp"))
    assert lasting.value == own.value
    assert lasting.high - lasting.low > own.high - own.low
    assert any("by chance alone" in s for s in answer.sentences)
    assert any("picked" in c for c in answer.caveats)
    assert "days_difference_pp" not in compare(tagged, *every_kind(tagged)["tags"]).estimates


def test_sides_of_two_sensors_are_warned_of(tmp_path):
    year = made_year()
    names = [run.recording.run.sensor.name for run in year]
    change = next(i for i, name in enumerate(names) if name != names[0])
    for i in range(change - 7, change + 7):
        (tmp_path / f"{i:03d}.fit").write_bytes(encode_run(year[i].recording))
    with open_library(tmp_path / "lib") as lib:
        import_files(lib, sorted(tmp_path.glob("*.fit")))
        every = ids(lib)
        one, two = compare(lib, every[0], every[1]), compare(lib, every[6], every[7])
    assert not any("different sensors" in c for c in one.caveats)
    assert any("different sensors" in c for c in two.caveats)
    sensor = next(row for row in two.tables["why"] if row["part"] == "sensor")
    assert sensor["value_pp"] != 0.0


def test_a_month_is_a_period(tagged):
    answer = compare(tagged, "2025-01", "2025-02")
    a, b = answer.tables["sides"]
    months = [day[:7] for day in days(tagged)]
    assert (a["runs"], b["runs"]) == (months.count("2025-01"), months.count("2025-02"))
    assert a["what"].endswith("Jan 2025")
    assert a["run_id"] is None


def test_a_period_is_called_as_asked_with_its_runs_counted(tagged):
    answer = compare(tagged, "2025-01-02..2025-02-11", "2025-02-12..")
    a, b = answer.tables["sides"]
    assert a["what"] == "2 Jan 2025 to 11 Feb 2025"
    last = date.fromisoformat(days(tagged)[-1])
    assert b["what"] == f"12 Feb 2025 to {last.day} {last:%b %Y}"
    assert f"{a['what']} ({a['runs']} runs) read" in answer.sentences[0]
    assert f"{b['what']} ({b['runs']} runs)" in answer.sentences[0]


def test_periods_that_overlap_are_refused_and_the_overlap_is_named(tagged):
    on = days(tagged)
    with pytest.raises(InputError, match="The two periods overlap") as refused:
        compare(tagged, f"{on[0]}..{on[30]}", f"{on[28]}..{on[50]}")
    shared = sum(on[28] <= day <= on[30] for day in on)
    assert f"({shared} runs)" in str(refused.value)
    first = date.fromisoformat(on[28])
    assert f"{first.day} {first:%b %Y} to " in str(refused.value)


def test_a_period_of_one_run_is_refused_and_the_run_named(tagged):
    on = days(tagged)
    one = next(day for day in on[40:] if on.count(day) == 1)
    with pytest.raises(InputError, match=f"compare it as a run, {one}, with another run"):
        compare(tagged, f"{on[0]}..{on[20]}", f"{one}..{one}")


def test_a_tag_against_the_rest_is_what_the_tag_does(tagged):
    answer = compare(tagged, "rest", "tag:ROLLED")
    a, b = answer.tables["sides"]
    assert (a["what"], a["run_id"], b["what"]) == ("all other runs", None, "Rolled")
    assert a["runs"] + b["runs"] == len(ids(tagged))
    found = answer.estimates["difference_pp"]
    rows = {row["driver"]: row for row in drivers(tagged).tables["drivers"]}
    own = rows["tag:Rolled"]
    assert (found.value, found.low, found.high) == pytest.approx(
        (own["value_pp"], own["low"], own["high"]), abs=0.01
    )
    why = {row["part"]: row["value_pp"] for row in answer.tables["why"]}
    assert "tag:Rolled" not in why
    assert "tag:drills" in why
    assert sum(why.values()) == pytest.approx(answer.estimates["raw_difference_pp"].value)
    back = compare(tagged, "tag:rolled", " Rest ").estimates["difference_pp"]
    assert (back.value, back.low) == pytest.approx((-found.value, -found.high), abs=1e-4)
    jsonschema.validate(json.loads(answer_json(answer)), schema("compare"))


def test_of_a_tag_that_most_runs_have_and_of_races_too(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as lib:
        every = ids(lib)
        annotate_runs(lib, [r for r in every if r not in every[::4]], add_tags=["most"])
        annotate_runs(lib, every[::5], is_race=True)
        rows = {row["driver"]: row for row in drivers(lib).tables["drivers"]}
        for tag, count in (("most", len(every) - len(every[::4])), ("race", len(every[::5]))):
            answer = compare(lib, "rest", f"tag:{tag}")
            found, own = answer.estimates["difference_pp"], rows[f"tag:{tag}"]
            assert answer.tables["sides"][1]["runs"] == count
            assert (found.value, found.low, found.high) == pytest.approx(
                (own["value_pp"], own["low"], own["high"]), abs=2e-3
            )


def test_periods_of_mixed_sensors_are_warned_of(tmp_path):
    year = made_year()
    names = [run.recording.run.sensor.name for run in year]
    change = next(i for i, name in enumerate(names) if name != names[0])
    for i in range(change - 14, change + 6):
        (tmp_path / f"{i:03d}.fit").write_bytes(encode_run(year[i].recording))
    with open_library(tmp_path / "lib") as lib:
        import_files(lib, sorted(tmp_path.glob("*.fit")))
        on = days(lib)
        cut = next(i for i in range(8, 14) if on[i] != on[i - 1])
        answer = compare(lib, f"{on[0]}..{on[cut - 1]}", f"{on[cut]}..{on[-1]}")
    (said,) = [c for c in answer.caveats if "partly by different sensors" in c]
    assert f"0 of {cut} runs of A, 6 of {20 - cut} of B" in said or (
        f"{cut} of {cut} runs of A, {14 - cut} of {20 - cut} of B" in said
    )


def test_a_tag_with_one_run_is_too_early(tagged):
    answer = compare(tagged, "tag:drills", "tag:once")
    assert answer.verdict == "too_early"
    assert any("once" in s for s in answer.sentences)
    assert answer.estimates["difference_pp"].value != answer.estimates["difference_pp"].value
    jsonschema.validate(json.loads(answer_json(answer)), schema("compare"))


def test_with_a_few_runs_it_is_too_early(year_of_files, tmp_path):
    with open_library(tmp_path / "few") as lib:
        import_files(lib, sorted(year_of_files.iterdir())[:5])
        answer = compare(lib, ids(lib)[0], ids(lib)[1])
    assert answer.verdict == "too_early"
    assert answer.tables["why"] == ()
    assert answer.tables["sides"][0]["at_reference_left_pct"] is None
    assert answer.sentences[0].startswith("As measured, ")


@pytest.mark.parametrize(
    ("a", "b", "error", "said"),
    [
        ("last", "last", InputError, "nothing to compare"),
        ("last", "tag:rolled", InputError, "two runs, two tags or two periods"),
        ("2025-01", "last", InputError, "not a period with a run"),
        ("tag:none", "tag:rolled", UnknownRunError, "none"),
        ("2031-01", "2025-01", UnknownRunError, "no run in"),
        ("rest", "last", InputError, "compare it with a tag"),
        ("rest", "rest", InputError, "compare it with a tag"),
        ("2025-01", "rest", InputError, "compare it with a tag"),
        ("2025-13", "last", UnknownRunError, "2025-13"),
        ("2025-02-30..", "2025-01", InputError, "2025-02-30"),
    ],
)
def test_what_cannot_be_compared_is_said_plainly(tagged, a, b, error, said):
    with pytest.raises(error, match=said):
        compare(tagged, a, b)
