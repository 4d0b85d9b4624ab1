"""Drivers, Compare, Through a run, and why a run reads so: each page in each of its states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from evenstride import answers
from evenstride.domain.errors import InputError, NoBalanceError
from evenstride.render.described_moves import driver_sentence
from sample_moves import (
    HOSTILE,
    compare_answer,
    drivers_answer,
    explain_answer,
    fatigue_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Answer
    from evenstride.library import Library


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a question be answered by hand, so that every state of its page can be seen."""

    def set_answer(name: str, given: Answer | Exception) -> None:
        def answered(*_: object, **__: object) -> Answer:
            if isinstance(given, Exception):
                raise given
            return given

        answered.__qualname__ = f"{name}-{id(given)}"  # what was kept of another one is not this
        monkeypatch.setattr(answers, name, answered, raising=False)

    return set_answer


def test_drivers_show_each_with_its_sentence_and_its_fit(get, say) -> None:
    answer = drivers_answer()
    say("drivers", answer)
    page = get("/drivers").text
    assert page.count("<figure data-chart") == len(answer.figures)
    for row in answer.tables["drivers"]:
        assert driver_sentence(row) in page
    assert "See that run" in page
    assert get("/drivers?format=json").json()["verdict"] == "found"


def test_drivers_too_early_say_what_is_missing(get, say) -> None:
    few = replace(
        drivers_answer(),
        verdict="too_early",
        figures={},
        tables={"drivers": (), "shares": (), "ground": ()},
        provenance=replace(drivers_answer().provenance, runs=3),
    )
    say("drivers", few)
    response = get("/drivers")
    assert response.status_code == 200
    assert "3 of 8 runs" in response.text
    assert "Not enough runs yet" in response.text


def test_a_driver_without_a_figure_is_still_a_row(get, say) -> None:
    answer = drivers_answer()
    say("drivers", replace(answer, figures={"drivers": answer.figures["drivers"]}))
    page = get("/drivers").text
    assert page.count("<figure data-chart") == 1
    assert page.count('class="driver"') == len(answer.tables["drivers"])


@pytest.mark.parametrize("verdict", ["holds_longer", "holds_less", "not_distinguishable"])
def test_every_verdict_has_its_badge(get, say, verdict: str) -> None:
    say("fatigue", fatigue_answer(verdict))
    page = get("/fatigue").text
    words = {"holds_longer": "Holds longer", "holds_less": "Holds less long"}
    assert words.get(verdict, "As before") in page


def test_drifts_are_listed_newest_first_and_by_the_page(get, say) -> None:
    answer = fatigue_answer()
    many = answer.tables["runs"] * 3
    say("fatigue", replace(answer, tables={"runs": many}))
    first, second = get("/fatigue").text, get("/fatigue?at=100").text
    assert f"1 to 100 of {len(many)}" in first
    assert f"101 to {len(many)} of {len(many)}" in second
    assert first.index("2 Jul 2025") < first.index("6 Jan 2025")


def test_before_anything_is_chosen_comparisons_are_offered(get) -> None:
    page = get("/compare").text
    assert "The last 4 weeks against the 4 before" in page
    assert "<optgroup" in page
    assert 'id="result"' not in page


def test_a_tag_is_offered_against_all_other_runs(get, monkeypatch) -> None:
    assert 'value="rest"' not in get("/compare").text, "without a tag there is no rest"
    whole = answers.runs

    def tagged(lib: Library) -> Answer:
        listed = whole(lib)
        choices = ({"kind": "tag", "value": "Rolled", "runs": 20},)
        return replace(listed, tables={**listed.tables, "choices": choices})

    monkeypatch.setattr(answers, "runs", tagged)
    page = get("/compare").text
    assert 'value="rest"' in page
    assert 'href="/compare?a=rest&amp;b=tag%3ARolled">Rolled against all other runs</a>' in page


def test_what_is_compared_stays_chosen_and_can_be_turned_round(get, say) -> None:
    say("compare", compare_answer())
    page = get("/compare?a=tag:a%26b&b=2025-01-01..2025-01-31").text
    assert '<option value="tag:a&amp;b" selected>a&amp;b</option>' in page
    assert "2025-01-01 to 2025-01-31</option>" in page
    assert 'href="/compare?a=2025-01-01..2025-01-31&amp;b=tag%3Aa%26b"' in page
    assert "B further right" in page
    assert get("/compare?a=x&b=y&format=json").json()["question"] == "compare"


def test_days_that_were_typed_become_a_period_in_the_address(get) -> None:
    response = get("/compare?a=tag:x&b=&b_since=2025-01-01&b_until=2025-02-01")
    assert response.status_code == 303
    asked = parse_qs(urlsplit(response.headers["location"]).query)
    assert asked == {"a": ["tag:x"], "b": ["2025-01-01..2025-02-01"]}


def test_what_cannot_be_compared_is_said_beside_the_form(get, say) -> None:
    say("compare", InputError("the two are the same"))
    response = get("/compare?a=last&b=last")
    assert response.status_code == 400
    assert "The two are the same" in response.text
    assert '<select id="pick-a"' in response.text
    assert get("/compare?a=last&b=last&format=json").status_code == 400
    assert get("/compare?a=last&format=json").status_code == 400


def test_a_run_s_explanation_comes_as_a_part_and_as_a_page(get, say) -> None:
    say("explain", explain_answer())
    part = get(
        "/runs/last/explain", headers={"hx-request": "true", "hx-target": "explain"}
    ).text.strip()
    assert part.startswith("<section")
    assert 'id="explain"' in part
    page = get("/runs/last/explain").text
    assert "<title>" in page
    assert "Outside your usual, left" in page
    assert 'hx-get="/runs/' in get("/runs/last").text


def test_a_run_that_cannot_be_explained_says_why_in_its_place(get, say) -> None:
    say("explain", NoBalanceError("this run has no balance"))
    part = get("/runs/last/explain", headers={"hx-request": "true", "hx-target": "explain"})
    assert part.status_code == 200
    assert "This run has no balance." in part.text
    page = get("/runs/last/explain")
    assert "This run has no balance." in page.text
    assert "<title>" in page.text
    assert get("/runs/last/explain?format=json").status_code == 404


def test_what_was_typed_is_only_text(get, say) -> None:
    answer = drivers_answer()
    rows = tuple({**r, "driver": f"tag:{HOSTILE}"} for r in answer.tables["drivers"][:1])
    say("drivers", replace(answer, tables={**answer.tables, "drivers": rows}))
    assert "<script>alert" not in get("/drivers").text
    say("compare", compare_answer())
    assert (
        "<script>alert" not in get("/compare", params={"a": HOSTILE[:290], "b": HOSTILE[:290]}).text
    )


@pytest.mark.parametrize("path", ["/", "/drivers", "/compare"])
def test_seven_places_fit_on_a_phone_and_the_others_are_in_the_foot(get, say, path: str) -> None:
    say("drivers", drivers_answer())
    say("status", NoBalanceError("no balance"))
    page = get(path).text
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert nav.count("<li>") == 7
    assert nav.count('<li class="wide-only">') == 4
    foot = page[page.index("<footer") :]
    for address in ("/compare", "/import", "/library", "/settings"):
        assert f'<a href="{address}"' in foot
