"""The form about a run: what was changed is kept, what was left is not, what is wrong is said."""

from __future__ import annotations

import asyncio
import re
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest

from evenstride.answers import GroundEdit, annotate_runs, open_library, settings
from evenstride.domain.errors import InputError
from evenstride.domain.ground import Camber, GroundPart, Surface
from evenstride.web.app import make_app
from evenstride.web.guard import Guard
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import Phones
from evenstride.web.run_form import RunForm, changes, held, sent
from evenstride.web.serve import LIMITS, LOOPBACK_HOSTS
from evenstride.web.server import Demo, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTHING = {
    "run_id": "r", "title": None, "notes": None, "shoes": None, "is_race": False, "tags": [],
    "ground": [],
}  # fmt: skip
FULL = {
    "run_id": "r", "title": "T", "notes": "a\nb", "shoes": "S", "is_race": True, "tags": ["x", "y"],
    "ground": [
        {"start_s": None, "end_s": None, "surface": "road", "camber": None},
        {"start_s": 600.0, "end_s": None, "surface": None, "camber": "none"},
    ],
}  # fmt: skip


def as_sent(row, **typed) -> RunForm:
    """What a browser sends of the form of a run: empty fields arrive as none."""
    shown = held(row)
    parts = [*shown["parts"], ("", "", "unsaid", "unsaid")]
    names = ("part_from", "part_to", "part_surface", "part_camber")
    fields = {
        **{name: shown[name] for name in ("title", "notes", "shoes", "tags")},
        "race": ["no", "yes"] if shown["race"] else ["no"],
        "surface": shown["surface"],
        "camber": shown["camber"],
        **dict(zip(names, map(list, zip(*parts, strict=True)), strict=True)),
        **{f"was_{name}": before for name, before in shown["was"].items()},
        "fields": "title notes shoes tags",
        **typed,
    }
    return RunForm(**{name: value for name, value in fields.items() if value != ""})


@pytest.mark.parametrize("row", [NOTHING, FULL])
def test_a_form_left_as_it_was_changes_nothing(row):
    assert {name: v for name, v in changes(as_sent(row)).items() if v} == {}


def test_only_what_was_changed_is_written():
    assert changes(as_sent(FULL, title="U"))["title"] == "U"
    assert changes(as_sent(FULL, title="")) == {
        "title": "", "add_tags": set(), "remove_tags": set(),
    }  # fmt: skip
    assert "notes" not in changes(as_sent(FULL, notes="a\r\nb\r\n"))
    assert changes(as_sent(FULL, race=["no"]))["is_race"] is False
    assert changes(as_sent(FULL, tags="x, z"))["add_tags"] == {"z"}
    assert changes(as_sent(FULL, tags=""))["remove_tags"] == {"x", "y"}
    assert changes(as_sent(NOTHING, tags="new"))["add_tags"] == {"new"}, "another tab's tags stay"


def test_the_ground_is_written_anew_where_any_of_it_was_changed():
    (first, second) = changes(as_sent(FULL, surface="trail"))["ground"]
    assert first == GroundEdit("trail", None, forget=True)
    assert second == GroundEdit(None, "none", "10:00", "")
    (only,) = changes(as_sent(FULL, part_camber=["unsaid", "unsaid"]))["ground"][:1]
    assert only.forget


def test_what_is_sent_alone_is_a_change_alone():
    assert changes(RunForm(title="x")) == {"title": "x"}
    assert changes(RunForm(tags="a,b")) == {"tags": ("a,b",)}
    assert changes(RunForm(surface="track")) == {"ground": (GroundEdit("track"),)}
    assert changes(RunForm(camber="unsaid")) == {"ground": (GroundEdit(camber=None),)}
    assert changes(RunForm()) == {}


def test_a_part_must_be_somewhere():
    with pytest.raises(InputError, match="Say where the part begins or ends"):
        changes(as_sent(NOTHING, part_surface=["track"]))


def test_what_was_refused_can_be_shown_again():
    form = as_sent(FULL, title="U", part_from=["2 parsecs"], part_to=["x"])
    shown = sent(form)
    assert (shown["title"], shown["tags"], shown["race"]) == ("U", "x, y", True)
    assert shown["parts"][0] == ("2 parsecs", "x", "unsaid", "none")
    assert shown["was"] == held(FULL)["was"]


# -- through the app -------------------------------------------------------------------------------


class App:
    def __init__(self, lib, folder):
        self.lib = lib
        server = Server(
            own=KeptAnswers(lib),
            demo=Demo(folder / "demo"),
            imports=ImportQueue(lib),
            phones=Phones(lib),
            token="t",
        )
        self._app = Guard(make_app(server), hosts=LOOPBACK_HOSTS, token="t", limits=LIMITS)

    def ask(self, method, path, **options):
        async def ask():
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8650"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def form(self, path):
        return FormOfRun(self.ask("GET", path).text).fields


class FormOfRun(HTMLParser):
    """The fields of the form about a run, as a browser would send them untouched."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.fields = {}
        self._form = self._select = self._text = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._form = re.fullmatch(r"/runs/[^/]+", given.get("action") or "")
        if not self._form:
            return
        name, value = given.get("name"), given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            values = self.fields.setdefault(self._select, [])
            if "selected" in given:
                values[-1] = value
            elif value == "unsaid":
                values.append(value)
        elif tag == "textarea":
            self._text = name
            self.fields[name] = [""]
        elif name and (given.get("type") != "checkbox" or "checked" in given):
            self.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._text = None

    def handle_data(self, data):
        if self._text:
            self.fields[self._text][0] += data


@pytest.fixture
def app(year_library_path: Path, tmp_path: Path) -> Iterator[App]:
    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as lib:
        yield App(lib, tmp_path)


def test_a_form_sent_untouched_changes_nothing(app):
    run = app.lib.resolve("last")
    annotate_runs(
        app.lib, [run], title="T", notes="a\nb", shoes="S", is_race=True, add_tags=["x"],
        ground=[GroundEdit("road", "none"), GroundEdit("track", start="61 s", end="10 min")],
    )  # fmt: skip
    before = app.lib.annotations(), app.lib.ground_parts()
    fields = app.form(f"/runs/{run}")
    assert fields["part_from"] == ["1:01", ""]
    assert app.ask("POST", f"/runs/{run}", data={**fields, "token": "t"}).status_code == 303
    assert (app.lib.annotations(), app.lib.ground_parts()) == before


def test_what_is_emptied_is_cleared(app):
    run = app.lib.resolve("last")
    annotate_runs(
        app.lib, [run], title="T", notes="N", shoes="S", is_race=True, add_tags=["x"],
        ground=[GroundEdit("road"), GroundEdit("track", start="61 s")],
    )  # fmt: skip
    fields = app.form(f"/runs/{run}") | {
        "title": [""], "notes": [""], "shoes": [""], "tags": [""], "race": ["no"],
        "surface": ["unsaid"], "part_surface": ["unsaid", "unsaid"],
    }  # fmt: skip
    assert app.ask("POST", f"/runs/{run}", data={**fields, "token": "t"}).status_code == 303
    assert app.lib.annotations() == {}
    assert app.lib.ground_parts() == {}


def test_a_part_is_typed_and_stands_in_the_form_again(app):
    run = app.lib.resolve("last")
    fields = app.form(f"/runs/{run}") | {
        "camber": ["left_lower"], "part_from": ["10:00"], "part_to": ["1200 s"],
        "part_surface": ["track"],
    }  # fmt: skip
    assert app.ask("POST", f"/runs/{run}", data={**fields, "token": "t"}).status_code == 303
    assert app.lib.ground_parts() == {
        run: (GroundPart(camber=Camber.LEFT_LOWER), GroundPart(600.0, 1200.0, Surface.TRACK))
    }
    again = app.form(f"/runs/{run}")
    assert (again["part_from"], again["part_to"]) == (["10:00", ""], ["20:00", ""])
    assert again["part_surface"] == ["track", "unsaid"]
    assert again["camber"] == ["left_lower"]


def test_a_tab_that_was_open_takes_back_no_ground_that_another_kept(app):
    run = app.lib.resolve("last")
    old = app.form(f"/runs/{run}")
    annotate_runs(app.lib, [run], ground=[GroundEdit("trail")])
    app.ask("POST", f"/runs/{run}", data={**old, "title": "mine", "token": "t"})
    assert app.lib.annotation(run).title == "mine"
    assert app.lib.ground_parts() == {run: (GroundPart(surface=Surface.TRAIL),)}


def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_kept_or_lost(app):
    run = app.lib.resolve("last")
    fields = app.form(f"/runs/{run}") | {
        "title": ["<b>T</b>"], "part_from": ["2 <i>parsecs"], "part_surface": ["track"],
        "token": "t",
    }  # fmt: skip
    answer = app.ask("POST", f"/runs/{run}", data=fields)
    assert answer.status_code == 400
    assert "not 2 &lt;i&gt;parsecs. Nothing was kept yet." in answer.text
    again = FormOfRun(answer.text).fields
    assert again["title"] == ["<b>T</b>"]
    assert again["part_from"] == ["2 <i>parsecs", ""]
    assert app.lib.annotations() == {}
    fixed = again | {"part_from": ["2 km", ""], "token": "t"}
    assert app.ask("POST", f"/runs/{run}", data=fixed).status_code == 303
    assert app.lib.annotation(run).title == "<b>T</b>"
    assert app.lib.ground_parts()[run][0].surface is Surface.TRACK


def test_used_shoes_and_tags_are_offered(app):
    runs = app.lib.runs(())["run_id"].to_list()
    annotate_runs(app.lib, runs[:2], shoes='Ghost "15"', add_tags=["hills & hollows"])
    text = app.ask("GET", f"/runs/{runs[-1]}").text
    offered = re.findall(r'<datalist id="known-(.*?)">(?:<option value="([^"]*)">)?', text)
    assert offered == [("shoes", "Ghost &#34;15&#34;"), ("tags", "hills &amp; hollows")]


def test_a_habit_is_said_on_the_settings_and_in_the_form(app):
    run = app.lib.resolve("last")
    text = app.ask("GET", "/settings").text
    assert "say which, and which side cars drive on" in text
    for name, value in (("camber_habit", "with_traffic"), ("driving_side", "right")):
        data = {"name": name, "value": value, "token": "t"}
        assert app.ask("POST", "/settings", data=data).status_code == 303
    assert "the right foot stands lower" in app.ask("GET", "/settings").text
    assert "by habit: right foot lower" in app.ask("GET", f"/runs/{run}").text
    app.ask("POST", "/settings", data={"name": "camber_habit", "value": "", "token": "t"})
    assert settings(app.lib, "camber_habit").tables["settings"][0]["value"] is None
    assert "by habit" not in app.ask("GET", f"/runs/{run}").text
