"""A red flag stops experiments: nothing is asked for and none begins, until it is resolved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenstride.answers.experiments.assigning import next_assignment
from evenstride.body.red_flags import FLAGS
from evenstride.domain.body import Side
from evenstride.domain.diary import FlagCheck, Injury
from evenstride.domain.errors import InputError
from evenstride.library import New
from experiment_lab import LAPS, RUNS


def raised(lab, tier):
    slug = next(slug for slug, flag in FLAGS.items() if flag.tier == tier)
    check = FlagCheck(lab.after().date(), {slug: True}, "calf", Side.LEFT)
    lab.lib.write_entries([New("flag", check)], written_at_utc=lab.after())
    return check


@pytest.mark.parametrize("tier", ["now", "before_running"])
def test_a_flag_stops_what_is_asked_for_and_resolved_lets_go(labs, tier):
    lab = labs(RUNS)
    check = raised(lab, tier)
    for which in (lab.name, None):
        stopped = next_assignment(lab.lib, which, now=lab.after())
        assert (stopped.verdict, stopped.tables["next"]) == ("stopped", ())
        assert "experiments stop until it is resolved" in stopped.headline
    with pytest.raises(InputError, match="red flag stands"):
        lab.register(replace(LAPS, control="as it comes"))
    assert len(lab.lib.experiments()) == 1
    resolved = replace(check, resolved_on=check.on_date, resolution="Seen: nothing.")
    lab.lib.write_entries([New("flag", resolved, 1)], written_at_utc=lab.after())
    assert next_assignment(lab.lib, lab.name, now=lab.after()).verdict == "assigned"
    lab.register(replace(LAPS, control="as it comes"))
    assert len(lab.lib.experiments()) == 2


def test_an_injury_that_is_not_over_is_said_and_stops_nothing(labs):
    lab = labs(RUNS)
    began = lab.after().date()
    shin = Injury(began, "shin-front", Side.LEFT, "gradual", seen_by_clinician=True)
    lab.lib.write_entries([New("shin", shin)], written_at_utc=lab.after())
    for which in (lab.name, None):
        answer = next_assignment(lab.lib, which, now=lab.after())
        assert answer.verdict == "assigned"
        assert "left front of the shin" in answer.caveats[0]
        assert "as whoever treats it agrees" in answer.caveats[0]
    over = replace(shin, ended=began)
    lab.lib.write_entries([New("shin", over, 1)], written_at_utc=lab.after())
    assert next_assignment(lab.lib, lab.name, now=lab.after()).caveats == ()


def test_a_flag_to_mention_stops_nothing_and_what_has_ended_stays_ended(labs):
    lab = labs(RUNS)
    raised(lab, "mention")
    assert next_assignment(lab.lib, lab.name, now=lab.after()).verdict == "assigned"
    slug = next(slug for slug, flag in FLAGS.items() if flag.tier == "now")
    urgent = FlagCheck(lab.after().date(), {slug: True})
    lab.lib.write_entries([New("urgent", urgent)], written_at_utc=lab.after())
    lab.lib.end_experiment(lab.name, "enough of it", ended_at_utc=lab.after())
    assert next_assignment(lab.lib, lab.name, now=lab.after()).verdict == "ended"
