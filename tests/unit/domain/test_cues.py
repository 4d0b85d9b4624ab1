"""The catalogue of things to try: whole, usable as it stands, and free of promises."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from evenstride.domain.cues import CUES, GROUPS, Group, cue_named
from evenstride.domain.experiment import Kind

EVERY = pytest.mark.parametrize("cue", CUES.values(), ids=list(CUES))


@EVERY
def test_each_can_be_registered_as_it_stands(cue):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cue.slug)
    assert CUES[cue.slug] is cue
    assert cue.do.casefold() != cue.instead.casefold()
    for words in (cue.name, cue.do, cue.instead):
        assert 0 < len(words) <= 200
        assert words == words.strip()
        assert words.count(". ") == 0, "one sentence"
    assert cue.do.endswith(".")
    # Sentences are made of these two.
    assert not cue.name.endswith(".")
    assert not cue.instead.endswith(".")
    assert cue.name.casefold() != cue.instead.casefold()
    assert cue.group in GROUPS
    assert cue.kinds
    assert set(cue.kinds) <= set(get_args(Kind))
    assert len(set(cue.kinds)) == len(cue.kinds)


@EVERY
def test_what_lingers_is_never_switched_within_a_run(cue):
    if cue.lingers:
        assert "within_run" not in cue.kinds
    if "within_run" in cue.kinds:
        assert cue.washout_days == 0
    if cue.group == "over_weeks":
        assert cue.kinds == ("randomised_start",)


@EVERY
def test_evidence_is_said_and_promises_nothing(cue):
    everything = " ".join((cue.name, cue.do, cue.instead, cue.evidence, cue.caution or ""))
    assert cue.evidence.endswith(".")
    for word in ("weak side", "proved", "proven", "cures", "prevents", "fixes"):
        assert word not in everything.casefold()
    if cue.source is not None:
        assert cue.source.link


def test_every_group_has_a_name_and_something_in_it():
    assert set(GROUPS) == set(get_args(Group))
    assert {cue.group for cue in CUES.values()} == set(GROUPS)


def test_strength_and_rolling_say_when_not_to():
    assert "5 of 10" in (CUES["strength-routine"].caution or "")
    assert "suspected clot" in (CUES["rolling-before"].caution or "")
    assert "bone injury" in (CUES["push-off-behind"].caution or "")


def test_a_cue_is_found_by_slug_or_name_whatever_the_case():
    assert cue_named("Push-Off-Behind") is CUES["push-off-behind"]
    assert cue_named("  push off  behind ") is CUES["push-off-behind"]
    assert cue_named("no such thing") is None


def test_every_slug_and_name_leads_to_its_own_cue():
    for cue in CUES.values():
        assert cue_named(cue.slug) is cue
        assert cue_named(cue.name) is cue
