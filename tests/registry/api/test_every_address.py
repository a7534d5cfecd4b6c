"""What holds at every address of the site, whatever stands there: bad tokens, and addresses that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.urls import URLResolver, get_resolver

from registry.api import tokens

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
UNKNOWN = (
    "/api", "/api/", "/api/nothing/", "/api/v1/nothing", "/api/v1/nothing/", "/api/v2/", "/api/v2/offerings/",
    "/api/v1/pins/x", "/v1", "/v1/", "/v1/nothing", "/v1/models/", "/v1/chat/completions", "/exports", "/exports/",
    "/exports/nope.json", "/exports/litellm.json/", "/exports/../admin/", "/exports/%00", "/api/%FF",
)  # fmt: skip


def addresses(patterns: Any = None, before: str = "") -> Iterator[str]:
    """An address for each route of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            address: str = simplify_regex(route)
            yield address.replace("<id>", "openai/gpt-4o").replace("<", "").replace(">", "")


@pytest.fixture
def bad_tokens() -> dict[str, str]:
    owner = User.objects.create_user("gateway")
    row, revoked = tokens.make("a", owner, ["read"])
    tokens.revoke(row)
    past = datetime(2026, 5, 1, tzinfo=UTC)
    _, expired = tokens.make("b", owner, ["read"], expires_at=past + timedelta(days=1), at=past)
    _, good = tokens.make("c", owner, ["read"])
    return {
        "revoked": f"Bearer {revoked}", "expired": f"bearer {expired}", "unknown": f"Bearer {good[:-1]}-",
        "another secret": f"Bearer msr_{'a' * 12}_{'b' * 40}", "empty": "Bearer", "blank": "Bearer ",
        "two": f"Bearer {good} {good}", "with a tab": "Bearer\tx", "of others": "Bearer sk-proj-1234",
    }  # fmt: skip


@pytest.mark.parametrize("is_open", [True, False])
def test_a_bad_token_is_401_at_every_address_and_for_every_method(published, bad_tokens, settings, is_open):
    settings.API_OPEN = is_open
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    paths = [*dict.fromkeys(addresses()), *UNKNOWN, "/nothing"]
    assert len(paths) > 150
    kinds = cycle(bad_tokens.items())
    requests = [(method, path, *next(kinds)) for path in paths for method in METHODS]
    requests += [(method, path, *kind) for path in ("/api/v1/offerings/", "/", "/exports/nope") for method in METHODS
                 for kind in bad_tokens.items()]  # fmt: skip

    wrong = {}
    for method, path, kind, text in requests:
        answer = client.generic(method, path, headers={"authorization": text})
        summary = answer.status_code, answer.get("WWW-Authenticate"), answer["Content-Type"]
        if summary != (401, 'Bearer realm="registry"', "application/problem+json"):
            wrong[method, path, kind] = summary
    assert wrong == {}


def test_a_good_token_is_looked_up_once_and_another_scheme_is_no_token(client, published, django_assert_num_queries):
    _, good = tokens.make("a", User.objects.create_user("gateway"), ["read"])
    client.get("/api/v1/stats/", headers={"authorization": f"Bearer {good}"})

    with django_assert_num_queries(1):
        assert client.get("/healthz", headers={"authorization": f"Bearer {good}"}).status_code == 200
    with django_assert_num_queries(0):
        assert client.get("/healthz", headers={"authorization": "Basic dTpw"}).status_code == 200
        assert client.get("/healthz").status_code == 200


def test_a_token_that_cannot_be_looked_up_is_503_and_not_taken_for_a_bad_one(client, db, monkeypatch):
    def away(text: str) -> None:
        raise OperationalError("the server is away")

    monkeypatch.setattr(tokens, "find", away)
    answer = client.get("/api/v1/offerings/", headers={"authorization": "Bearer msr_x"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_of_programs_is_a_problem_for_every_method(db, path):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for method in (*METHODS, "TRACE", "PROPFIND"):
        answer = client.generic(method, path, headers={"accept": "text/html"})

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), method
        assert method == "HEAD" or answer.json()["instance"].startswith(path.split("%")[0])
