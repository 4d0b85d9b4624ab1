"""The app on a library that may be changed, and the forms of its pages: for experiments."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from html.parser import HTMLParser

import httpx

from evenstride.answers.experiments import designing
from evenstride.answers.experiments.wishes import Wish
from evenstride.web.app import make_app
from evenstride.web.guard import Guard
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import Phones
from evenstride.web.serve import LIMITS
from evenstride.web.server import Demo, Server

REGISTERED = datetime(2025, 3, 1, 12, tzinfo=UTC)
SEED = b"one seed of many"


class App:
    """The app on a library that may be changed."""

    def __init__(self, lib, folder):
        self.lib = lib
        server = Server(
            own=KeptAnswers(lib),
            demo=Demo(folder / "demo"),
            imports=ImportQueue(lib),
            phones=Phones(lib),
            token="t",
        )
        self._app = Guard(
            make_app(server), hosts=frozenset(("testserver",)), token="t", limits=LIMITS
        )

    def ask(self, method, path, **options):
        async def asking():
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://testserver"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(asking())

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, **fields):
        return self.ask("POST", path, data={"token": "t", **fields})

    def register(self, now=REGISTERED, **changes):
        wish = Wish(**{"treatment": "Hips level", "outcome": "balance", **changes})
        made = designing.register(self.lib, wish, now=now, seed=SEED)
        return next(row["value"] for row in made.tables["registered"] if row["name"] == "Name")

    def since(self):
        """The runs since the registration, the first first."""
        runs = self.lib.runs(()).select("run_id", "started_at_utc").iter_rows()
        return [run_id for run_id, started in runs if started > REGISTERED]

    def records(self, name):
        return self.lib.experiment(name).records


class Forms(HTMLParser):
    """The forms of a page: by address, what a browser would send of each untouched."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.by_action: dict[str, dict[str, list[str]]] = {}
        self._fields = self._select = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self._fields = self.by_action.setdefault(given["action"].partition("#")[0], {})
        elif self._fields is None:
            return
        elif tag == "select":
            self._select = name
            self._fields.setdefault(name, []).append(None)
        elif tag == "option" and self._select:
            values = self._fields[self._select]
            if values[-1] is None or "selected" in given:
                values[-1] = value
        elif name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self._fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag):
        if tag == "form":
            self._fields = None
        if tag == "select":
            self._select = None


def form_of(response, action):
    return Forms(response.text).by_action[action]
