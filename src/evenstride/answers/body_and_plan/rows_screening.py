"""The rows of the tables of screening, as types: what JSON promises and the schemas publish.

Differences are left - right in the unit of the method; a side that is lower is named.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from evenstride.domain.screening import Outcome, Strength  # noqa: TC001 # pydantic reads them

SideCode = Literal["left", "right", "middle"]
SignState = Literal["fits", "opposite", "none", "not_tested"]


class ChoiceRow(TypedDict):
    """Something to choose: its slug, and what people read."""

    slug: str
    label: str


class ScreeningTestRow(TypedDict):
    """One test, and how it came out last; `last_on` and `outcome` null where it was never made.

    `pattern` is whether it belongs to the typical pattern, `sentence` what it said last.
    """

    test: str
    name: str
    group: Literal["screening", "top_to_toe"]
    why: str
    equipment: str
    cautions: list[str]
    drawing: str
    pattern: bool
    last_on: str | None
    outcome: Outcome | None
    lower: SideCode | None
    sign: str | None
    sign_label: str | None
    sentence: str | None


class FindingRow(TypedDict):
    """What one way of making one test said the last time.

    A way is test, method, position, instrument and who measured; two ways are never compared.
    `left`, `right` are means of the trials, with their standard errors; `low` and `high` are how
    far the difference may be off; `mdc` what it has to reach. All null of what is looked at, whose
    `sign` says what was seen. `words` are the few of a table, `sentence` the whole. `share_pct` is
    the lower side in percent of the other, where that is usual to say.
    """

    entry_id: str
    version: int
    on_date: str
    test: str
    name: str
    method: str
    method_label: str
    position: str
    position_label: str
    instrument: str
    instrument_label: str
    by: str
    unit: str
    outcome: Outcome
    left: float | None
    left_se: float | None
    right: float | None
    right_se: float | None
    trials_left: int
    trials_right: int
    difference: float | None
    low: float | None
    high: float | None
    mdc: float | None
    share_pct: float | None
    lower: SideCode | None
    repeated: bool
    sign: str | None
    sign_label: str | None
    change: float | None
    change_needs: float | None
    change_beyond_error: bool | None
    pain_side: SideCode | None
    words: str
    sentence: str


class SignRow(TypedDict):
    """One sign of the typical pattern: what would fit it, and what this runner's test said."""

    test: str
    name: str
    typical: str
    state: SignState
    on_date: str | None
    sentence: str


class RetestRow(TypedDict):
    """A test that is worth making (again), and why."""

    test: str
    name: str
    why: str


class HowRow(TypedDict):
    """One step of making a test."""

    step: int
    text: str


class MethodRow(TypedDict):
    """One way of making a test: what to type, what is usual, and its error.

    Measured where `unit` is not empty, looked at where `choices` are not. `positions` and
    `instruments` have to be said where there are any. A value outside `lowest` to `highest` is
    refused; outside `likely_low` to `likely_high`, or with sides further apart than
    `likely_difference`, it is asked whether it is a typing slip. `mdc_difference` is what the sides
    have to differ by with all `trials`, null where only the runner's own trials tell; `error` says
    it in words.
    """

    test: str
    method: str
    label: str
    unit: str
    positions: list[ChoiceRow]
    instruments: list[ChoiceRow]
    choices: list[ChoiceRow]
    lowest: float
    highest: float
    likely_low: float
    likely_high: float
    likely_difference: float
    step: float
    trials: int
    mdc_difference: float | None
    mdc_change: float | None
    error: str
    error_source: str | None
    error_link: str | None
    error_strength: Strength
    threshold_difference: float | None
    threshold_words: str
    threshold_source: str | None
    threshold_link: str | None


class MeasuredRow(TypedDict):
    """One time a test was made, as it was typed, the latest first; and what it said.

    `left` and `right` are the trials in their order.
    """

    entry_id: str
    version: int
    on_date: str
    test: str
    method: str
    method_label: str
    position: str
    position_label: str
    instrument: str
    instrument_label: str
    by: str
    unit: str
    left: list[float]
    right: list[float]
    sign: str | None
    sign_label: str | None
    left_pain: int | None
    right_pain: int | None
    note: str
    outcome: Outcome
    left_mean: float | None
    right_mean: float | None
    difference: float | None
    mdc: float | None
    lower: SideCode | None
    repeated: bool
    change: float | None
    change_beyond_error: bool | None
    words: str
    sentence: str


class SheetRow(TypedDict):
    """One way of making one test on the sheet to print.

    Of the filled sheet the last values by this way and their result in words; of the blank one, and
    where nothing was measured, the values are empty and `words` null. `how` are the steps, short.
    """

    test: str
    name: str
    group: Literal["screening", "top_to_toe"]
    drawing: str
    how: list[str]
    cautions: list[str]
    method: str
    label: str
    unit: str
    trials: int
    positions: list[ChoiceRow]
    instruments: list[ChoiceRow]
    choices: list[ChoiceRow]
    error: str
    error_source: str | None
    threshold_words: str
    on_date: str | None
    position: str
    instrument: str
    by: str
    left: list[float]
    right: list[float]
    sign: str | None
    words: str | None
