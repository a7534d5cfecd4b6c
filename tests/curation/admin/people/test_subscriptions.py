"""My notifications: everybody keeps their own, and sees what became of each message."""

from __future__ import annotations

import pytest
from django.core import mail

from curation.models import Delivery, Event, Subscription
from curation.notifications import webhook
from curation.notifications.errors import Gone

pytestmark = pytest.mark.django_db
LIST = "/admin/curation/subscription/"
LOG = "/admin/curation/delivery/"


def sent(**values) -> dict[str, object]:
    return {
        "channel": "mail", "address": "ada@example.org", "events": ["held", "quarantine"], "pace": "daily", "hour": "7",
        "enabled": "on", **values,
    }  # fmt: skip


def made(client, **values) -> Subscription:
    answer = client.post(f"{LIST}add/", sent(**values))
    assert answer.status_code == 302, answer.context["errors"]
    return Subscription.objects.latest("pk")


def test_a_viewer_asks_to_be_told(enter):
    row = made(enter("viewer"))

    assert (row.person.username, row.events, row.pace) == ("viewer", ["held", "quarantine"], "daily")


def test_the_form_begins_with_ones_own_address_and_everything(enter, person):
    person("viewer").__class__.objects.update(email="me@example.org")

    page = enter("viewer").get(f"{LIST}add/").content.decode()

    assert 'value="me@example.org"' in page
    assert page.count("checked") >= len(Event.values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"address": "nobody"}, "valid email"),
        ({"channel": "webhook", "address": "http://example.org/"}, "only https"),
        ({"channel": "webhook", "address": "https://a:b@example.org/"}, "no credentials"),
        ({"events": []}, "required"),
        ({"hour": "24"}, "less than or equal to 23"),
    ],
)
def test_what_is_wrong_is_said(enter, values, message):
    answer = enter("viewer").post(f"{LIST}add/", sent(**values))

    assert message in answer.content.decode()
    assert not Subscription.objects.exists()


def test_others_notifications_and_logs_are_not_ones_own(enter):
    row = made(enter("viewer"))
    client = enter("curator")

    assert row.address not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{row.pk}/change/").status_code == 302  # as one that does not exist
    assert client.post(f"{LIST}{row.pk}/test/").status_code == 404
    assert mail.outbox == []
    enter("viewer").post(f"{LIST}{row.pk}/test/")
    assert "arrive" not in client.get(LOG).content.decode()
    assert "arrive" in enter("viewer").get(LOG).content.decode()


def test_a_test_message_is_sent_and_logged(enter):
    client = enter("viewer")
    row = made(client)

    answer = client.post(f"{LIST}{row.pk}/test/", follow=True)

    assert "A test message was sent to ada@example.org." in answer.content.decode()
    assert mail.outbox[0].to == ["ada@example.org"]
    assert "This is how notifications" in client.get(f"{LIST}{row.pk}/change/").content.decode()


def test_what_went_wrong_is_told_in_words(enter, monkeypatch):
    client = enter("viewer")
    row = made(client, channel="webhook", address="https://hooks.example.org/x")

    def gone(*args, **kwargs):
        raise Gone("hooks.example.org answers 410: it wants no more messages.")

    monkeypatch.setattr(webhook, "send", gone)
    answer = client.post(f"{LIST}{row.pk}/test/", follow=True)

    assert "was not sent: hooks.example.org answers 410" in answer.content.decode()
    assert Delivery.objects.get().state == "failed"
    assert "answers 410" in client.get(LOG).content.decode()


def test_the_secret_of_a_webhook_is_shown_to_its_owner_alone(enter):
    client = enter("viewer")
    row = made(client, channel="webhook", address="https://hooks.example.org/x")

    page = client.get(f"{LIST}{row.pk}/change/")
    assert webhook.secret_of(row) in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "whsec_" not in enter().get(f"{LIST}{row.pk}/change/").content.decode()


def test_one_that_was_switched_off_says_why_until_it_is_switched_on(enter):
    client = enter("viewer")
    row = made(client)
    Subscription.objects.update(enabled=False, stopped_because="it wants no more")
    assert "it wants no more" in client.get(f"{LIST}{row.pk}/change/").content.decode()

    client.post(f"{LIST}{row.pk}/change/", sent())

    row.refresh_from_db()
    assert (row.enabled, row.stopped_because) == (True, "")


def test_it_is_deleted_with_its_log(enter):
    client = enter("viewer")
    row = made(client)
    client.post(f"{LIST}{row.pk}/test/")

    answer = client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 302
    assert not Subscription.objects.exists()


def test_a_message_is_never_sent_by_a_link(enter):
    client = enter("viewer")
    row = made(client)

    assert client.get(f"{LIST}{row.pk}/test/").status_code == 405
