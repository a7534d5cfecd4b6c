"""A price that was read from a page opens to its line: in the API, on the public page and in the admin."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from syncers.registry import load
from syncers.sync.engine import sync
from tests.syncers.sources.pages.samples import body, texts

pytestmark = pytest.mark.django_db
SLUG = "anthropic-pricing"
KEY = "anthropic/claude-canto-7"


@pytest.fixture(autouse=True)
def _read() -> None:
    report = sync(load(SLUG), body=body(SLUG, texts(SLUG)), at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert report.applied


def test_the_api_gives_the_line_of_each_statement(client: Client) -> None:
    answer = client.get(f"/api/v1/offerings/{KEY}/claims/").json()
    (field,) = [field for field in answer["fields"] if field["field"] == "price.output"]
    (line,) = field["statements"][0]["evidence"]
    assert line["titles"] == ["Pricing", "Model pricing"]
    assert (line["row"], line["column"], line["text"]) == ("Claude Canto 7", "Output Tokens", "$30 / MTok")
    assert (line["on"], line["url"]) == ("2026-11-20", "https://platform.claude.com/docs/en/about-claude/pricing")
    assert len(line["digest"]) == 64


def test_the_public_page_shows_the_line(client: Client) -> None:
    page = client.get(f"/offerings/{KEY}").content.decode()
    assert "Pricing \u203a Model pricing \u203a Claude Canto 7 \u203a Output Tokens" in page
    assert "$30 / MTok" in page


def test_the_admin_shows_the_line(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    from registry.models import Offering

    page = client.get(f"/admin/registry/offering/{Offering.objects.get(key=KEY).pk}/change/", follow=True)
    assert "Claude Canto 7 \u203a Output Tokens" in page.content.decode()
