"""Too few runs: the steps that are left are those that the verdict waits for."""

from __future__ import annotations

import re
from importlib.resources import files

from evenstride.stats.verdict import LEAST_RUNS


def test_the_steps_are_as_many_as_the_verdict_waits_for() -> None:
    macros = (files("evenstride.web") / "templates" / "macros.html").read_text("utf-8")
    assert re.findall(r"set least_runs = (\d+)", macros) == [str(LEAST_RUNS)]
