"""Whatever stands in an address, a page answers in words: no error of the server, no markup of a visitor."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db

TEXTS = (
    "\0", "'", '"><script>alert(1)</script>', "%", "_", "\\", "../../etc/passwd", "x" * 3000, "9" * 400, "-1",
    "\uff11\uff12",
    "1e999", "NaN", "null", "true", ",", ",,,", " ", "\r\nSet-Cookie: a=b", "${7*7}", "{{7*7}}", "\u202e", "\ud7ff",
    "acme/m," * 900, "a:b", "1000000:1", "9999-12-31", "0001-01-01", "2026-02-30", "//evil.example",
    "javascript:alert(1)",
)  # fmt: skip
PAGES = {
    "/": ("q", "search", "view", "columns", "ordering", "provider", "model", "page", "page_size", "unknown", "region"),
    "/calculator": ("id", "input", "cached", "output", "images", "calls", "tier", "region", "day", "provider", "nope"),
    "/compare": ("id", "show"),
    "/changes": ("provider", "days", "until", "nope"),
    "/price-quality": ("benchmark", "mix"),
    "/retirements": ("state", "within", "provider", "page", "retires_on__gte"),
    "/retirements/feed": ("state", "within", "provider"),
    "/regions": ("provider",),
    "/scoreboard": ("provider", "catalogue", "verdict", "group", "page"),
    "/suggest": ("q",),
    "/exports/litellm.json": ("provider", "model", "as_of", "revision"),
}
PATHS = ("/providers/{}", "/models/{}", "/offerings/{}")


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(7)
    make_offering("acme/m", {"price.input": priced("1"), "name": "<b>M</b>"}, model="acme/m")


def check(response: Any, place: str) -> None:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code < 500, place
    if "html" in response.headers.get("Content-Type", ""):
        assert b"<script>alert" not in body, place
        assert b"<b>M</b>" not in body, place
    assert "Set-Cookie" not in response.headers or "a=b" not in response.headers["Set-Cookie"], place
    location = response.headers.get("Location", "/")
    assert location.startswith(("/", "?")), place
    assert not location.startswith("//"), place


@pytest.mark.parametrize("page", PAGES)
def test_no_text_in_a_parameter_breaks_a_page(client, catalogue, page):
    for name in PAGES[page]:
        for text in TEXTS:
            extra = {"input": "5"} if page == "/calculator" and name != "input" else {}
            check(client.get(page, {**extra, name: text}), f"{page}?{name}={text[:40]!r}")


@pytest.mark.parametrize("path", PATHS)
def test_no_text_in_a_path_breaks_a_page(client, catalogue, path):
    for text in TEXTS:
        address = path.format(quote(text, safe="/"))
        check(client.get(address), address[:60])


@pytest.mark.parametrize("page", [*PAGES, "/providers", "/providers/acme"])
def test_pages_are_read_and_not_written(client, catalogue, page):
    assert client.post(page).status_code in (405, 403)
    assert client.head(page).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "/providers", "/providers/acme"])
def test_a_closed_registry_shows_no_page(client, catalogue, settings, page):
    settings.API_OPEN = False

    assert client.get(page).status_code == 401
    answer = client.get(page, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers.get("Location", "")[:13]) in ((302, "/admin/login/"), (401, ""))
