from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from registry.database import readiness
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    make_revision(7)
    facts = {"price.input": priced("2.5"), "name": "<script>alert(1)</script>"}
    make_offering("openai/gpt-4o", facts, model="openai/gpt-4o", aliases=["gpt4o"])


def page(client, query=None) -> str:
    answer = client.get("/", query or {})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_shows_counts_and_where_everything_is(client, catalogue):
    text = page(client)

    for link in ("/admin/", "/api/v1/docs", "/api/v1/catalogue"):
        assert f'href="{link}"' in text
    assert "Revision 7, published 2026-11-20T12:00 UTC." in text


def test_it_loads_nothing_from_elsewhere(client, catalogue):
    answer = client.get("/")

    assert "http" not in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "style=" not in answer.content.decode()


def test_it_resolves_an_id_and_lists_its_model(client, catalogue):
    make_offering("acme/other", {"price.input": priced("1")}, model="acme/other")
    text = page(client, {"q": " gpt4o "})

    assert 'This id is\n  <a href="/offerings/openai/gpt-4o"><code>openai/gpt-4o</code></a>' in text
    assert "matched by: alias" in text
    assert "$2.5" in text
    assert "acme/other" not in text.partition('id="list"')[2]


def test_it_suggests_when_nothing_is_found(client, catalogue):
    assert "?q=openai/gpt-4o" in page(client, {"q": "openai/gtp-4o"})
    assert "No offering or model has this name" in page(client, {"q": "zzzzzzzz"})


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "gpt4o", "\0", "x" * 9000, "%", "{{7*7}}", '"><b>'])
def test_it_never_lets_markup_through(client, catalogue, query):
    text = page(client, {"q": query})

    assert "<script>" not in text
    assert "<b>" not in text


def test_it_says_so_when_nothing_is_published(client, db):
    assert "Nothing has been published yet" in page(client)


def test_it_is_alive_without_a_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_it_is_ready_with_a_migrated_database(client):
    for _ in range(2):
        assert client.get("/readyz").json() == {"status": "ready", "reasons": []}


def test_it_is_not_ready_without_a_database(client, monkeypatch):
    def broken() -> None:
        raise OperationalError("secret address")

    monkeypatch.setattr(connection, "cursor", broken)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["the database cannot be asked (OperationalError)"]


def test_it_is_not_ready_while_migrations_are_missing(client, monkeypatch):
    monkeypatch.setattr(readiness, "_migrated", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'registry'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "registry.0001_squashed" in answer.json()["reasons"][0]
