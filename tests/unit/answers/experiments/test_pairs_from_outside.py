"""Paired values from outside: what is read, what is refused, and what the rule makes of them."""

from __future__ import annotations

import contextlib
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.answers.experiments import analysing_files
from evenstride.answers.experiments.analysing import analyse_pairs, summary
from evenstride.answers.experiments.analysing_files import analyse_file
from evenstride.answers.experiments.paired_csv import read_trials
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import ENOUGH_E

CONTROL = (48.1, 48.4, 47.9, 48.3, 48.0, 48.6, 48.2, 48.5)
TREATMENT = (49.0, 49.1, 48.8, 49.4, 48.7, 49.6, 49.0, 49.3)


def table(control=CONTROL, treatment=TREATMENT, *, names=("before", "cue"), trial=None):
    lines = ["pair,condition,value" if trial is None else "pair,condition,value,trial"]
    end = "" if trial is None else f",{trial}"
    for i, (a, b) in enumerate(zip(control, treatment, strict=True), start=1):
        lines += [f"{i},{names[0]},{a}{end}", f"{i},{names[1]},{b}{end}"]
    return "\n".join(lines)


def analysed(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return analyse_pairs(content, name="pairs.csv", **options)


def p_by_brute_force(differences):
    total = abs(sum(differences))
    signs = itertools.product((1, -1), repeat=len(differences))
    sums = [abs(sum(s * d for s, d in zip(sign, differences, strict=True))) for sign in signs]
    return np.mean([s >= total - 1e-9 for s in sums])


def test_effect_and_p_value_are_those_of_the_pairs_and_their_orders():
    answer = analysed(table())
    d = np.subtract(TREATMENT, CONTROL)
    effect = answer.estimates["effect_pp"]
    assert effect.value == pytest.approx(d.mean())
    assert effect.low < effect.value < effect.high
    assert answer.estimates["p_value"].value == pytest.approx(p_by_brute_force(d))
    assert answer.verdict == "increase"
    assert answer.headline == "Probably real: “cue” is 0.86 pp above “before”."
    assert [row["difference"] for row in answer.tables["pairs"]] == pytest.approx(d.tolist())
    assert answer.estimates["e_value"].value == answer.tables["pairs"][-1]["e_value"]


def test_the_other_condition_as_treatment_turns_every_sign():
    one, other = analysed(table()), analysed(table(), treatment="BEFORE ")
    assert other.verdict == "decrease"
    for name in ("effect_pp", "posterior_effect_pp"):
        a, b = one.estimates[name], other.estimates[name]
        assert (b.value, b.low, b.high) == pytest.approx((-a.value, -a.high, -a.low), abs=1e-6)
    for name in ("p_value", "e_value"):
        assert other.estimates[name].value == pytest.approx(one.estimates[name].value)


def test_the_treatment_is_the_later_name_whatever_its_case():
    assert analysed(table(names=("Zebra", "apple"))).verdict == "decrease"
    assert analysed(table(names=("Apple", "zebra"))).verdict == "increase"


def test_figures_show_the_evidence_and_the_pairs():
    answer = analysed(table())
    evidence = answer.figures["evidence"]
    e = [row[evidence.roles["y"]] for row in evidence.rows]
    assert e == [row["e_value"] for row in answer.tables["pairs"]]
    assert [*evidence.reference_lines.values()] == [ENOUGH_E]
    pairs = answer.figures["pairs"]
    assert [row[pairs.roles["low"]] for row in pairs.rows] == [*CONTROL]
    assert [row[pairs.roles["high"]] for row in pairs.rows] == [*TREATMENT]


def test_a_list_of_trials_is_judged_one_by_one_in_the_order_of_the_file():
    second = table(TREATMENT, CONTROL, trial="b").split("\n")[1:]
    # Interleaved: the order is that of first lines.
    first = table(trial="a").split("\n")
    lines = [first[0], *itertools.chain(*zip(first[1:], second, strict=True))]
    found = analysed("\n".join(lines))
    assert [answer.verdict for answer in found] == ["increase", "decrease"]
    assert [answer.tables["trials"][0]["trial"] for answer in found] == ["a", "b"]
    alone = analysed(table())
    assert found[0].estimates == alone.estimates
    assert found[0].figures == {}
    assert summary(found).headline == "2 trials: 1 of an increase, 1 of a decrease."
    assert summary(found).verdict == "several"


def test_pairs_count_in_the_order_of_their_numbers_not_of_a_table_sorted_as_text():
    head, *lines = table((*CONTROL, *CONTROL), (*TREATMENT, *CONTROL[::-1])).split("\n")
    as_text = "\n".join([head, *sorted(lines)])
    assert as_text.split("\n")[3].startswith("10,")
    assert analysed(as_text).tables["pairs"] == analysed("\n".join([head, *lines])).tables["pairs"]
    # Names are no numbers: they stay where they stand.
    other = analysed("\n".join([head, *(f"p{line}" for line in sorted(lines))]))
    assert [row["pair"] for row in other.tables["pairs"]][:2] == ["p1", "p10"]


@pytest.mark.parametrize("scale", [1e-45, 1e-20, 1e20, 1e48])
@pytest.mark.parametrize("smallest", [1e-6, 1e6])
def test_whatever_can_be_read_is_judged_to_finite_numbers(scale, smallest):
    values = np.random.default_rng(3).normal(0.2, 1.0, (2, 7)) * scale
    found = analysed(table(*values.tolist()), unit="ms", smallest_effect=smallest)
    for name, estimate in found.estimates.items():
        assert np.isfinite([estimate.value, estimate.low, estimate.high]).all(), name


def test_a_file_without_end_is_not_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(analysing_files, "_LARGEST_FILE", 2**20)
    path = tmp_path / "large.csv"
    path.write_bytes(b"0" * (2**20 + 1))
    with pytest.raises(InputError, match="larger than 1 MB"):
        analyse_file(path)


def test_one_trial_in_a_column_is_still_a_list():
    assert isinstance(analysed(table(trial="only")), list)


def test_progress_counts_trials():
    seen = []
    analysed(table(trial="only"), on_progress=lambda *told: seen.append(told))
    assert seen == [(1, 1)]


@pytest.mark.parametrize(
    "written",
    [
        table().replace(",", ";"),
        table().replace(",", "\t"),
        table().replace(",", ";").replace(".", ","),
        table().replace(",", "\t").replace(".", ","),
        "\n".join(
            '"{}","{}","{}"'.format(*line.split(",")).replace(".", ",")
            for line in table().split("\n")
        ),
        table().replace("\n", "\r\n") + "\r\n\r\n",
        table().replace("\n", "\r"),
        table().replace("pair,condition,value", " Pair , CONDITION,Value"),
        "\ufeff" + table(),
        table().encode("utf-16"),
        table(names=("Fuß", "vorher")).encode("cp1252"),
        "\n".join(f"x,{line},," for line in table().split("\n")).replace("x,pair", "note,pair"),
        "\n".join(",".join(line.split(",")[::-1]) for line in table().split("\n")),
        "pair,condition,value\n" + "\n".join(reversed(table().split("\n")[1:])),
        table().replace("48.1", "+4.81e1"),
    ],
)
def test_the_same_pairs_are_read_however_they_are_written(written):
    found, plain = analysed(written), analysed(table())
    for name in ("effect_pp", "p_value"):
        assert found.estimates[name].value == pytest.approx(plain.estimates[name].value)


def test_a_missing_half_drops_the_pair_whole_and_says_so():
    lines = table().split("\n")
    without = "\n".join(lines[:3] + lines[4:])  # the control of pair 2 is not there at all
    empty = table().replace("2,before,48.4", "2,before,")
    marked = table().replace("2,before,48.4", "2,before,NA")
    not_a_number = table().replace("2,before,48.4", "2,before,NaN")
    for text in (without, empty, marked, not_a_number):
        answer = analysed(text)
        assert answer.tables["trials"][0]["pairs"] == 7
        dropped = answer.tables["pairs"][1]
        assert (dropped["used"], dropped["difference"], dropped["e_value"]) == (False, None, None)
        assert dropped["treatment_value"] == TREATMENT[1]
        assert any("1 pair without both values was left out" in s for s in answer.sentences)
        rest = analysed(table(CONTROL[:1] + CONTROL[2:], TREATMENT[:1] + TREATMENT[2:]))
        assert answer.estimates == rest.estimates


@pytest.mark.parametrize("pairs", range(1, 6))
def test_too_few_pairs_decide_nothing_and_are_told_so(pairs):
    answer = analysed(table(CONTROL[:pairs], TREATMENT[:pairs]), smallest_effect=100.0)
    assert answer.verdict == "too_early"
    assert answer.headline.startswith("Too early: ")
    assert "6 are the least" in answer.headline
    effect = answer.estimates["effect_pp"]
    assert (effect.low, effect.high) == (-math.inf, math.inf)


def test_nothing_that_matters_is_measured_by_what_was_said_to_matter():
    control = [50.0] * 12
    small = [50.0 + 0.02 * (-1) ** i for i in range(12)]
    assert analysed(table(control, small)).verdict == "no_meaningful_effect"
    assert analysed(table(control, small), smallest_effect=0.001).verdict == "too_early"
    other = analysed(table(control, small), unit="ms")
    assert other.verdict == "too_early"
    assert "posterior_effect_ms" not in other.estimates
    assert any("--smallest-effect" in caveat for caveat in other.caveats)
    said = analysed(table(control, small), unit="ms", smallest_effect=3.0)
    assert said.verdict == "no_meaningful_effect"
    assert "posterior_effect_ms" in said.estimates


@pytest.mark.parametrize(
    ("unit", "name"),
    [("pp", "effect_pp"), ("ms", "effect_ms"), ("pp/h", "effect_pp_per_h"), ("%", "effect_pct")],
)
def test_the_unit_stands_in_the_name_of_the_effect(unit, name):
    answer = analysed(table(), unit=unit)
    assert name in answer.estimates
    assert answer.estimates[name].unit == unit


WRONG = {
    "no column": ("pair,value\n1,2\n", "no column condition"),
    "no head": ("1,a,2.0\n1,b,3.0\n", "no column pair"),
    "two of a column": ("pair,condition,value,value\n1,a,2,3\n", "two columns value"),
    "only a head": ("pair,condition,value\n", "holds no values"),
    "empty": ("", "is empty"),
    "blank": (" \n\n", "is empty"),
    "no number": (table().replace("48.4", "fast"), "Line 4 (pair “2”): “fast” is not a number"),
    "underscore": (table().replace("48.4", "4_8"), "“4_8” is not a number"),
    "not finite": (table().replace("48.4", "inf"), "Line 4 (pair “2”): “inf” is not finite"),
    "signed nan": (table().replace("48.4", "-NaN"), "“-NaN” is not a number"),
    "too large": (table().replace("48.4", "1e300"), "too large"),
    "overflows": (table().replace("48.4", "1e999"), "too large"),
    "decimal comma in commas": (table().replace("48.4", "48,4"), "Line 4 has 4 cells for 3"),
    "mixed": (
        table().replace(",", ";").replace("48.4", "48,4"),
        "Line 4 (pair “2”): “48,4” has a comma, others a point",
    ),
    "doubtful": (
        "pair\tcondition\tvalue\n1\ta\t1,234\n1\tb\t2,345\n",
        "“1,234” may be read in two ways",
    ),
    "one condition": (
        "pair,condition,value\n1,a,2\n2,a,3\n",
        "one condition only, “a”",
    ),
    "one condition of a trial": (
        "trial,pair,condition,value\nx,1,a,2\nx,1,b,3\ny,1,a,2\n",
        "Trial “y” has one condition only, “a”",
    ),
    "three conditions": (
        "pair,condition,value\n1,a,2\n1,b,3\n2,c,2\n",
        "Line 4 (pair “2”) has a third condition, “c”",
    ),
    "twice": (
        "trial,pair,condition,value\nx,1,a,2\nx,1,A,3\n",
        "Line 3 (pair “1”, trial “x”) has the condition “a” for the second time",
    ),
    "no complete pair": ("pair,condition,value\n1,a,2\n2,b,3\n", "No pair is complete"),
    "no condition": ("pair,condition,value\n1,,2\n", "Line 2 names no condition"),
    "no pair": ("pair,condition,value\n,a,2\n", "Line 2 names no pair"),
    "no trial": ("trial,pair,condition,value\n,1,a,2\n", "Line 2 names no trial"),
    "too small": (table().replace("48.4", "1e-300"), "too small"),
    "a long cell": (
        table() + "\n9,before,1\n9,cue," + "1" * 200_000,
        "line 19: a cell is longer than 131,072 characters, or its quotation mark",
    ),
    "quotation mark": ('pair,condition,value\n1,"a,2\n', "quotation mark"),
    "binary": (b"\x0e\x10\x00\x00\xff\xfe.FIT\x00", "is no text file"),
    "spreadsheet": (b"PK\x03\x04rest", "is a spreadsheet or a ZIP"),
    "half of utf-16": (b"\xff\xfep", "is no text file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_used_is_refused_in_one_sentence(case):
    content, said = WRONG[case]
    with pytest.raises(InputError) as caught:
        analysed(content)
    message = str(caught.value)
    assert said in message
    assert "\n" not in message
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"treatment": "other"}, "“other” is no condition: there are “before” and “cue”"),
        ({"unit": ""}, "A unit is"),
        ({"unit": "x" * 21}, "A unit is"),
        ({"unit": "a\x1b[1m"}, "A unit is"),
        ({"smallest_effect": 0.0}, "above 0"),
        ({"smallest_effect": math.nan}, "above 0"),
        ({"smallest_effect": math.inf}, "above 0"),
        ({"smallest_effect": 1e-320}, "from 0.000001 to 1,000,000"),
        ({"smallest_effect": 1e200}, "from 0.000001 to 1,000,000"),
    ],
)
def test_options_that_cannot_be_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        analysed(table(), **options)


def test_an_unknown_treatment_names_the_trial():
    with pytest.raises(InputError, match="no condition of trial “x”"):
        analysed(table(trial="x"), treatment="other")


def test_files_that_are_not_there_or_are_folders_are_said_to_be(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        analyse_file(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        analyse_file(tmp_path)
    path = tmp_path / "pairs.csv"
    path.write_text(table(), encoding="utf-8")
    assert analyse_file(path).verdict == "increase"


def test_control_characters_of_a_name_never_reach_a_sentence():
    answer = analysed(table(names=("a", "z\u202e[red]")))
    assert "\u202e" not in answer.headline


VALUES = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=10), st.randoms())
def test_the_order_of_lines_within_a_pair_changes_nothing(values, random):
    lines = [
        [f"{i},b,{b}", f"{i},a,{a}"] if random.random() < 0.5 else [f"{i},a,{a}", f"{i},b,{b}"]
        for i, (a, b) in enumerate(values)
    ]
    text = "\n".join(["pair,condition,value", *itertools.chain(*lines)])
    answer = analysed(text)
    d = [b - a for a, b in values]
    assert answer.estimates["effect_pp"].value == pytest.approx(np.mean(d), abs=1e-9)
    assert answer.tables["trials"][0]["pairs"] == len(values)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_they_are_read_or_refused(content):
    with contextlib.suppress(InputError):
        assert read_trials(content, name="x")


@given(st.text(alphabet='pair,condtvlue;\t\n".0123456789-e', max_size=120))
def test_whatever_the_text_is_it_is_read_or_refused(text):
    content = ("pair,condition,value\n" + text).encode()
    with contextlib.suppress(InputError):
        assert read_trials(content, name="x")
