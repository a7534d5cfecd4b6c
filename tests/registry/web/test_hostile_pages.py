"""Hostile input at the public pages: no error of our own, no markup, no address of another host."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.registry.api.test_hostile import HOSTILE_TEXTS
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db

PAGES = {
    "/": ("q", "view", "columns", "page", "ordering", "provider", "input_price__lte", "x"),
    "/calculator": ("input", "cached", "output", "images", "calls", "tier", "region", "day", "id", "provider"),
    "/compare": ("id", "show", "x"),
    "/changes": ("days", "until", "provider", "x"),
    "/price-quality": ("mix", "benchmark"),
    "/providers": ("x",),
    "/regions": ("x",),
    "/retirements": ("state", "within", "provider", "page", "ordering", "x"),
    "/retirements/feed": ("state", "provider", "x"),
    "/scoreboard": ("x",),
    "/suggest": ("q",),
}
CLOSED = [*PAGES, "/providers/acme", "/models/acme/big", "/offerings/acme/big"]
TEXTS = [
    *HOSTILE_TEXTS,
    "9" * 5000,
    "-1",
    "1e999",
    "NaN",
    "%D9%A3",
    "%C2%B2",
    ",".join(f"acme/{number}" for number in range(2_000)),
    "https://evil.example/",
    "//evil.example",
]


@pytest.fixture
def catalogue(db):
    make_revision(7)
    make_offering("acme/big", {"price.input": priced("2"), "name": "<script>alert(1)</script>"}, model="acme/big")


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in PAGES.items() for name in names])
def test_pages_survive_hostile_parameters(client, catalogue, path, name):
    others = "input=1&" if path == "/calculator" and name != "input" else ""
    for text in TEXTS:
        value = text.replace("&", "%26").replace("#", "%23")
        for query in (f"{name}={value}", f"{name}={value}&{name}=1"):
            answer = client.get(f"{path}?{others}{query}")

            assert answer.status_code in (200, 302, 400, 404), text[:80]
            is_html = answer["Content-Type"].startswith("text/html")  # the rest is sent with nosniff
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert not (is_html and b"<script>alert" in answer.content), text[:80]
            assert b"Exceeds the limit" not in answer.content, text[:80]
            assert answer.get("Location", "/").startswith("/"), text[:80]
            assert not answer.get("Location", "/").startswith("//"), text[:80]


@pytest.mark.parametrize("path", ["/models/", "/offerings/", "/providers/"])
def test_pages_survive_hostile_ids(client, catalogue, path):
    for text in HOSTILE_TEXTS:
        answer = client.get(path + quote(text, safe="%/"))

        assert answer.status_code in (302, 404), text
        assert b"<script>alert" not in answer.content, text


@pytest.mark.parametrize("path", CLOSED)
def test_pages_ask_for_a_sign_in_where_reading_is_not_open(client, catalogue, settings, path):
    settings.API_OPEN = False

    assert client.get(path).status_code == 401
    answer = client.get(path, headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_only_read(client, catalogue, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
