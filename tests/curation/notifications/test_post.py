"""Each notice reaches each subscription once, whatever fails on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from curation.models import Delivery, Event, Notice, Subscription
from curation.notifications import post
from curation.notifications.digest import Message
from curation.notifications.errors import NotSent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def notice(key: str = "quarantine:a", event: str = Event.QUARANTINE, **values) -> Notice:
    return Notice(key=key, event=event, title=f"about {key}", path="/admin/", **values)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


# -- once ------------------------------------------------------------------------------------------


def test_a_notice_is_sent_to_those_who_asked_for_its_kind(wants):
    wants("ada")
    wants("bob", events=[Event.RETIREMENT])

    post.announce([notice()], at=AT)
    post.deliver(at=AT)

    assert [sent.to for sent in mail.outbox] == [["ada@example.org"]]
    assert "1 run was quarantined" in mail.outbox[0].subject
    assert states() == ["sent"]


def test_a_notice_that_is_found_again_is_not_sent_again(wants):
    wants()
    for hour in range(3):
        post.announce([notice()], at=AT + timedelta(hours=hour))
        post.deliver(at=AT + timedelta(hours=hour))

    assert len(mail.outbox) == 1


def test_what_is_due_together_is_one_message(wants):
    wants()
    post.announce([notice("quarantine:a"), notice("failing:b", Event.FAILING)], at=AT)

    assert post.deliver(at=AT) == (1, 0)
    assert len(mail.outbox) == 1


def test_who_asks_later_is_not_told_of_the_past(wants):
    wants("ada")
    post.announce([notice()], at=AT)
    wants("bob")
    post.announce([notice()], at=AT)
    post.deliver(at=AT)

    assert [sent.to for sent in mail.outbox] == [["ada@example.org"]]


def test_a_delivery_that_another_worker_has_claimed_is_left_to_it(wants):
    wants()
    post.announce([notice()], at=AT)
    Delivery.objects.update(state="sending", tried_at=AT)

    assert post.deliver(at=AT) == (0, 0)
    assert mail.outbox == []


def test_what_a_dead_worker_was_sending_is_sent_under_the_same_id(wants, hook):
    wants(channel="webhook", address=hook.url)
    post.announce([notice()], at=AT)
    post.deliver(at=AT)
    Delivery.objects.update(state="sending", tried_at=AT)

    post.deliver(at=AT + timedelta(hours=1))

    assert len({headers["webhook-id"] for headers, _body in hook.requests}) == 1
    assert states() == ["sent"]


@examples(max_examples=30)
@given(
    events=st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=6),
    works=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_whatever_fails_each_notice_arrives_once(wants, events, works):
    Notice.objects.all().delete()
    Subscription.objects.all().delete()
    wants()
    arrived: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        for round_, (keys, sound) in enumerate(zip(events, works, strict=False)):
            post.announce([notice(f"quarantine:{key}") for key in keys], at=AT + timedelta(days=round_))
            patch.setattr("curation.notifications.mail.send", _sender(arrived, sound=sound))
            post.deliver(at=AT + timedelta(days=round_))
        patch.setattr("curation.notifications.mail.send", _sender(arrived, sound=True))
        post.deliver(at=AT + timedelta(days=30))

    assert sum(arrived) == len({key for keys in events for key in keys})
    assert set(states()) <= {"sent"}


def _sender(arrived: list[int], *, sound: bool) -> Callable[..., None]:
    def send(subscription: Subscription, message: UUID, content: Message) -> None:
        if not sound:
            raise NotSent("no")
        arrived.append(sum(section.count for section in content.sections))

    return send


# -- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(7, datetime(2026, 3, 2, 7, tzinfo=UTC)), (13, datetime(2026, 3, 1, 13, tzinfo=UTC))],
)
def test_a_daily_message_waits_for_its_hour(wants, hour, expected):
    subscription = wants(pace="daily", hour=hour)
    post.announce([notice()], at=AT)

    post.deliver(at=expected - timedelta(minutes=1))
    assert mail.outbox == []
    assert post.due(subscription, AT) == expected
    post.deliver(at=expected)
    assert len(mail.outbox) == 1


def test_an_empty_day_sends_nothing(wants):
    wants(pace="daily")

    assert post.deliver(at=AT) == (0, 0)
    assert mail.outbox == []


def test_what_was_settled_before_the_digest_is_not_told(wants):
    wants(pace="daily")
    post.announce([notice("held:00000000-0000-0000-0000-000000000001", Event.HELD, count=3)], at=AT)

    post.deliver(at=AT + timedelta(days=1))

    assert mail.outbox == []
    assert states() == ["settled"]


# -- failures --------------------------------------------------------------------------------------


def test_a_failure_is_logged_in_words_and_tried_again_later(wants, hook):
    hook.status = 500
    wants(channel="webhook", address=hook.url)
    post.announce([notice()], at=AT)

    assert post.deliver(at=AT) == (0, 1)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.due_at) == ("waiting", 1, AT + post.BACKOFF[0])
    assert "answers 500" in row.error
    assert post.deliver(at=AT + timedelta(minutes=1)) == (0, 0)

    hook.status = 204
    assert post.deliver(at=AT + post.BACKOFF[0]) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("sent", 2, "")


def test_it_is_given_up_after_some_days(wants, hook):
    hook.status = 500
    wants(channel="webhook", address=hook.url)
    post.announce([notice()], at=AT)

    for day in range(20):
        post.deliver(at=AT + timedelta(days=day * 2))

    assert states() == ["failed"]
    assert len(hook.requests) == len(post.BACKOFF) + 1
    assert list(post.BACKOFF) == sorted(post.BACKOFF)


def test_410_switches_the_subscription_off(wants, hook):
    hook.status = 410
    subscription = wants(channel="webhook", address=hook.url)
    post.announce([notice()], at=AT)
    post.deliver(at=AT)

    subscription.refresh_from_db()
    assert not subscription.enabled
    assert "no more messages" in subscription.stopped_because
    post.announce([notice("quarantine:b")], at=AT)
    post.deliver(at=AT + timedelta(days=3))
    assert len(hook.requests) == 1


def test_one_receiver_that_fails_stops_no_other(wants, hook):
    hook.status = 500
    wants("ada", channel="webhook", address=hook.url)
    wants("bob")
    post.announce([notice()], at=AT)

    assert post.deliver(at=AT) == (1, 1)
    assert len(mail.outbox) == 1


def test_a_message_that_cannot_be_made_is_a_failure_too(wants, monkeypatch):
    wants()
    monkeypatch.setattr("curation.notifications.mail.send", lambda *args: 1 / 0)
    post.announce([notice()], at=AT)

    assert post.deliver(at=AT) == (0, 1)
    assert "could not make this message" in Delivery.objects.get().error


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_may_not_sign_in_any_more_is_told_nothing(wants, change):
    subscription = wants()
    for name, value in change.items():
        setattr(subscription.person, name, value)
    subscription.person.save()

    post.announce([notice()], at=AT)
    post.deliver(at=AT)

    assert mail.outbox == []


# -- the rest --------------------------------------------------------------------------------------


def test_a_webhook_receives_counts_with_links(wants, hook, settings):
    settings.SITE_URL = "https://reg.example"
    wants(channel="webhook", address=hook.url)
    post.announce([notice()], at=AT)
    post.deliver(at=AT)

    body = json.loads(hook.requests[0][1])
    assert (body["type"], body["timestamp"]) == ("registry.notices", AT.isoformat())
    assert body["data"]["events"][0]["notices"][0]["link"] == "https://reg.example/admin/"


def test_a_test_message_goes_out_at_once_and_stands_in_the_log(wants):
    post.send_test(wants(pace="daily"), at=AT)

    assert "test message" in mail.outbox[0].subject
    assert states() == ["sent"]


def test_a_test_that_fails_says_why_and_is_not_tried_again(wants, hook):
    hook.status = 404
    subscription = wants(channel="webhook", address=hook.url)

    with pytest.raises(NotSent, match="404"):
        post.send_test(subscription, at=AT)
    post.deliver(at=AT + timedelta(days=1))
    assert (states(), len(hook.requests)) == (["failed"], 1)


def test_a_mail_server_that_cannot_be_reached_is_told_in_words(wants, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    with pytest.raises(NotSent, match="cannot be used"):
        post.send_test(wants(), at=AT)


def test_old_notices_are_forgotten(wants):
    wants()
    post.announce([notice()], at=AT)

    post.forget_old(at=AT + post.KEPT)
    assert Notice.objects.exists()
    post.forget_old(at=AT + post.KEPT + timedelta(days=1))
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
