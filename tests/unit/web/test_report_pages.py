"""The report from the pages: what an address asks for is in it, and the pages link to it."""

from __future__ import annotations

import io

import pypdf
import pytest

SIDES = {"a": "2025-01-06..2025-03-31", "b": "2025-04-01..2025-12-31"}


def test_what_an_address_asks_for_has_a_page_each(get):
    plain = pypdf.PdfReader(io.BytesIO(get("/report.pdf").content))
    asked = get("/report.pdf", params={"explain": "last", **SIDES})
    assert asked.headers["content-type"] == "application/pdf"
    more = pypdf.PdfReader(io.BytesIO(asked.content))
    assert len(more.pages) == len(plain.pages) + 2
    told = get("/report.html", params={"explain": ["last", "2025-01-07"], "format": "json"}).json()
    assert len(told["tables"]["explained"]) == 2
    assert told["tables"]["compared"] == []
    page = get("/report.html", params=SIDES)
    assert "Like for like" in page.text
    assert page.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"a": "last"}, 400),
        ({"a": "last", "b": "last"}, 400),
        ({"explain": "nobody"}, 404),
        ({"explain": ["last"] * 13}, 422),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(get, asked, status):
    for path in ("/report.pdf", "/report.html"):
        answered = get(path, params=asked)
        assert answered.status_code == status
        assert "Traceback" not in answered.text


def test_home_compare_and_a_run_lead_to_it(get):
    listed = get("/runs?format=json").json()["tables"]["runs"]
    run_id = max(row["run_id"] for row in listed)
    home = get("/").text
    assert f'name="explain" value="{run_id}"' in home
    assert 'formaction="/report.html"' in home
    compared = get("/compare", params=SIDES).text
    assert f"/report.pdf?a={SIDES['a']}&amp;b={SIDES['b']}" in compared
    assert f"/report.pdf?explain={run_id}" in get(f"/runs/{run_id}/explain").text
