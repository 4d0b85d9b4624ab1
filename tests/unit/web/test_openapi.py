"""Whatever is asked of an address that the app describes, it answers as described, never by 500."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_asgi

from evenstride.answers import open_library
from evenstride.web.app import make_app
from evenstride.web.guard import Guard
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import Phones
from evenstride.web.serve import LIMITS
from evenstride.web.server import Demo, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import schemathesis


@pytest.fixture(scope="module")
def described(
    year_library_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[schemathesis.BaseSchema]:
    """The app's own description of itself, and the app behind it."""
    folder = tmp_path_factory.mktemp("openapi")
    shutil.copytree(year_library_path, folder / "library")
    with open_library(folder / "library") as lib:
        server = Server(
            own=KeptAnswers(lib),
            demo=Demo(folder / "demo"),
            imports=ImportQueue(lib),
            phones=Phones(lib),
            token="token",
        )
        app = Guard(
            make_app(server), hosts=frozenset(("testserver",)), token="token", limits=LIMITS
        )
        yield from_asgi("/openapi.json", app)


PATHS = make_app(cast("Server", None)).openapi()["paths"]
OPERATIONS = [(path, method.upper()) for path, methods in PATHS.items() for method in methods]


def test_no_page_is_left_out() -> None:
    assert {path for path, _ in OPERATIONS} >= {
        "/",
        "/trend",
        "/runs",
        "/runs/{run}",
        "/runs/{run}/explain",
        "/drivers",
        "/fatigue",
        "/compare",
        "/experiments",
        "/experiments/new",
        "/experiments/{experiment}",
        "/experiments/{experiment}/record",
        "/experiments/{experiment}/end",
        "/experiments/{experiment}/result.pdf",
        "/associations",
        "/diary",
        "/diary/{entry_id}",
        "/diary/{entry_id}/delete",
        "/injuries",
        "/shoes",
        "/flags",
        "/flags/{entry_id}/resolve",
        "/body",
        "/screen",
        "/screen/{test}",
        "/screen/sheet.pdf",
        "/why",
        "/plan",
        "/plan/new",
        "/plan/session/{session}",
        "/plan.pdf",
        "/plan.ics",
        "/exercises",
        "/exercises/{slug}",
        "/import",
        "/library",
        "/settings",
        "/report.pdf",
    }


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_address_keeps_its_word(
    described: schemathesis.BaseSchema, path: str, method: str
) -> None:
    operation = described[path][method]
    headers = {"X-Evenstride-Token": "token", "Host": "testserver"}

    @given(case=operation.as_strategy())
    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    def keeps_its_word(case: schemathesis.Case) -> None:
        if isinstance(case.body, dict):  # invented folders must not be real ones
            named = {name for name in ("path", "folder") if name in case.body}
            case.body |= {name: f"/nowhere/{case.body[name]}" for name in named}
        response = case.call(headers=headers, allow_redirects=False)
        case.validate_response(response, checks=(not_a_server_error,))
        assert str(response.status_code) in operation.definition.raw["responses"]
        assert b"Traceback" not in response.content

    keeps_its_word()
