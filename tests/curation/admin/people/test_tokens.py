"""API tokens in the admin: shown once, seen by their owner, revoked for good."""

from __future__ import annotations

import re

import pytest

from registry.api import tokens
from registry.models import ApiToken

pytestmark = pytest.mark.django_db
LIST = "/admin/registry/apitoken/"


def test_a_new_token_is_shown_once_and_works(enter):
    answer = enter("viewer").post(f"{LIST}add/", {"name": "billing", "scopes": ["read"]})

    text = re.search(r"msr_[A-Za-z0-9]{12}_[A-Za-z0-9]{40}", answer.content.decode())
    assert text is not None
    assert "no-store" in answer["Cache-Control"]
    row = tokens.find(text[0])
    assert (row.owner.username, row.scopes) == ("viewer", ["read"])
    assert text[0] not in enter("viewer").get(LIST).content.decode()


def test_what_is_missing_is_said(enter):
    answer = enter("viewer").post(f"{LIST}add/", {"name": "billing"})

    assert "This field is required" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_others_tokens_are_not_shown_but_to_a_superuser(enter, person):
    tokens.make("somebody's", person("curator"), ["read"])

    assert "somebody" not in enter("viewer").get(LIST).content.decode()
    assert "somebody" in enter().get(LIST).content.decode()


def test_a_token_is_revoked_after_a_page_that_asks(enter, person):
    row, text = tokens.make("old", person("viewer"), ["read"])
    client = enter("viewer")

    page = client.post(LIST, {"action": "revoke_selected", "_selected_action": [row.pk]})
    assert row.identifier in page.content.decode()
    assert tokens.find(text) == row
    client.post(f"{LIST}revoke/", dict(page.context["confirm"].hidden))

    with pytest.raises(tokens.NotAccepted, match="revoked"):
        tokens.find(text)


def test_nobody_revokes_the_token_of_another(enter, person):
    row, text = tokens.make("theirs", person("curator"), ["read"])

    enter("viewer").post(f"{LIST}revoke/", {"token": row.pk})

    assert tokens.find(text) == row
