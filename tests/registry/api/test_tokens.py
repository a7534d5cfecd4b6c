"""Tokens of the API: what opens, what does not, and what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from registry.api import tokens
from registry.api.authentication import MayWrite, TokenAuthentication
from registry.models import ApiToken

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def owner():
    return User.objects.create_user("gateway")


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def test_the_secret_is_nowhere_in_the_database(owner):
    row, text = tokens.make("job", owner, ["read"])
    secret = text.rpartition("_")[2]

    stored = ApiToken.objects.filter(pk=row.pk).values().get()
    assert not any(secret in str(value) for value in stored.values())
    assert tokens.find(text) == row


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: t + "x", lambda t: "msr_"]
)
def test_another_secret_opens_nothing(owner, spoil):
    _, text = tokens.make("job", owner, ["read"])

    with pytest.raises(tokens.NotAccepted):
        tokens.find(spoil(text))


def test_revoked_expired_and_orphaned_tokens_open_nothing(owner):
    row, revoked = tokens.make("a", owner, ["read"])
    tokens.revoke(row)
    _, expired = tokens.make("b", owner, ["read"], expires_at=NOW + timedelta(hours=1), at=NOW)
    _, secret = tokens.make("c", owner, ["read"])

    for text, says in ((revoked, "revoked"), (expired, "expired on 2026-05-01")):
        with pytest.raises(tokens.NotAccepted, match=says):
            tokens.find(text, at=NOW + timedelta(days=1))
    User.objects.filter(pk=owner.pk).update(is_active=False)
    with pytest.raises(tokens.NotAccepted, match="switched off"):
        tokens.find(secret)


def test_scopes_that_do_not_exist_are_refused(owner):
    with pytest.raises(ValueError, match="no such scope: fly"):
        tokens.make("job", owner, ["read", "fly"])
    with pytest.raises(ValueError, match="choose from"):
        tokens.make("job", owner, [])


def test_the_last_use_is_noted_without_a_write_for_every_request(owner, django_assert_num_queries):
    row, text = tokens.make("job", owner, ["read"], at=NOW)
    tokens.find(text, at=NOW)

    with django_assert_num_queries(1):
        tokens.find(text, at=NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.last_used_at == NOW


@pytest.mark.parametrize("path", ["offerings/", "catalogue/"])
def test_a_closed_api_opens_to_a_token_that_may_read(client, settings, published, owner, path):
    settings.API_OPEN = False
    _, reads = tokens.make("a", owner, ["read"])
    _, pins = tokens.make("b", owner, ["pin"])

    assert client.get(f"/api/v1/{path}", headers=bearer(reads)).status_code == 200
    stranger = client.get(f"/api/v1/{path}")
    assert stranger.status_code == 401
    assert stranger["WWW-Authenticate"] == 'Bearer realm="registry"'
    other = client.get(f"/api/v1/{path}", headers=bearer(pins))
    assert other.status_code == 403
    assert "no scope “read”" in other.json()["detail"]
    assert client.get(f"/api/v1/{path}", headers=bearer(reads + "x")).status_code == 401


def test_the_flat_exports_are_closed_with_the_api(client, settings, published, owner):
    settings.API_OPEN = False
    _, reads = tokens.make("a", owner, ["read"])
    _, pins = tokens.make("b", owner, ["pin"])

    assert client.get("/exports/catalogue.csv").status_code == 401
    assert client.get("/exports/catalogue.csv", headers=bearer(pins)).status_code == 403
    assert client.get("/exports/catalogue.csv", headers=bearer(reads)).status_code == 200


def test_writing_needs_the_scope_and_the_permission_of_the_person(owner):
    class MayPin(MayWrite):
        scope, permission = ApiToken.Scope.PIN, "curation.pin_field"

    def asks(text: str) -> Request:
        request = APIRequestFactory().post("/", headers=bearer(text))
        return Request(request, authenticators=[TokenAuthentication()])

    _, reads = tokens.make("a", owner, ["read"])
    _, pins = tokens.make("b", owner, ["pin"])
    with pytest.raises(PermissionDenied, match="needs the permission"):
        MayPin().has_permission(asks(pins), None)
    owner.user_permissions.add(Permission.objects.get(codename="pin_field"))
    assert MayPin().has_permission(asks(pins), None)
    with pytest.raises(PermissionDenied, match="no scope “pin”"):
        MayPin().has_permission(asks(reads), None)
