"""Quarantine in the admin: a payload is accepted or discarded after a page that asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from registry.models import Offering
from syncers.models import Run, StoredPayload
from syncers.sync import engine, quarantine
from tests.syncers.sync.test_engine import Fake, body, many

pytestmark = pytest.mark.django_db

QUARANTINE = "/admin/curation/source/quarantine/"


@pytest.fixture
def held(monkeypatch):
    """A run that was held."""
    monkeypatch.setattr(quarantine, "load", lambda slug: Fake)
    at = timezone.now() - timedelta(hours=2)
    engine.sync(Fake, body=body(*many(10)), at=at)
    engine.sync(Fake, body=body(*many(4)), at=at + timedelta(hours=1))
    return Run.objects.get(status="quarantined")


def messages_of(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def pages_of(run: Run) -> list[str]:
    return [reverse("admin:syncers_run_change", args=[run.pk]), reverse("admin:curation_source_change", args=["fake"])]


def inputs_of(page: Any) -> dict[str, str]:
    """The hidden inputs of the page that asks."""
    return dict(page.context["confirm"].hidden)


def test_the_pages_of_the_run_and_of_its_source_lead_to_the_page_that_asks(enter, held):
    client, payload = enter("senior curator"), StoredPayload.objects.get(role="quarantined")
    for page in pages_of(held):
        text = client.get(page).content.decode()
        for action in ("release", "discard"):
            assert f"{QUARANTINE}?{action}=fake&amp;digest={payload.digest}" in text


def test_accepting_shows_why_the_run_was_held_and_then_reads_the_payload(enter, held):
    client, payload = enter("senior curator"), StoredPayload.objects.get(role="quarantined")

    page = client.get(QUARANTINE, {"release": "fake", "digest": payload.digest}, HTTP_REFERER=pages_of(held)[0])
    assert page.context["confirm"].alarms == [held.error]
    assert held.error
    assert StoredPayload.objects.filter(role="quarantined").exists()
    answer = client.post(QUARANTINE, inputs_of(page))

    assert answer.headers["Location"].endswith(pages_of(held)[0])
    assert "4 seen" in messages_of(answer)
    assert Offering.objects.filter(not_seen_since__isnull=False).count() == 6
    for address in pages_of(held):
        assert "Accept the run" not in client.get(address).content.decode()


def test_it_can_be_discarded(enter, held):
    client = enter("senior curator")
    answer = client.post(QUARANTINE, inputs_of(client.get(QUARANTINE, {"discard": "fake"})))

    assert "discarded" in messages_of(answer)
    assert not StoredPayload.objects.filter(role="quarantined").exists()
    assert not Offering.objects.filter(missing_since__isnull=False).exists()


def test_another_payload_than_the_seen_one_is_not_touched(enter, held):
    client = enter("senior curator")
    answer = client.post(QUARANTINE, inputs_of(client.get(QUARANTINE, {"release": "fake", "digest": "0" * 64})))

    assert "reload the page" in messages_of(answer)
    assert StoredPayload.objects.filter(role="quarantined").exists()


def test_where_nothing_is_held_nothing_is_asked(enter, held):
    StoredPayload.objects.filter(role="quarantined").delete()
    answer = enter("senior curator").get(QUARANTINE, {"release": "fake"})

    assert answer.status_code == 302
    assert "no payload in quarantine" in messages_of(answer)


@pytest.mark.parametrize("role", ["viewer", "curator"])
def test_who_is_no_senior_curator_neither_accepts_nor_discards(enter, held, role):
    client = enter(role)

    assert client.get(QUARANTINE, {"release": "fake"}).status_code == 403
    assert client.post(QUARANTINE, {"release": "fake"}).status_code == 403
    for page in pages_of(held):
        assert "Accept the run" not in client.get(page).content.decode()


def test_a_run_that_applied_something_can_be_rolled_back(enter, held):
    run = Run.objects.get(status="ok")
    page = enter("curator").get(pages_of(run)[0]).content.decode()

    assert f"roll-back/?batch={run.batch}" in page
