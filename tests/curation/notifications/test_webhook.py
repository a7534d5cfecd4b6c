"""Webhooks by Standard Webhooks 1.0.0: signed so that a receiver can tell, and sent to public addresses only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from curation.models import Subscription
from curation.notifications import webhook
from curation.notifications.errors import Gone, NotSent
from registry.http.errors import NotPublic

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, tzinfo=UTC)
MESSAGE = UUID(int=7)


@pytest.fixture
def to(wants, hook) -> Subscription:
    subscription: Subscription = wants(channel="webhook", address=hook.url)
    return subscription


def test_it_signs_as_the_specification_says():
    """The worked example of the specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    signed = webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_verify_what_it_was_sent(to, hook):
    webhook.send(to, MESSAGE, b'{"a": 1}', at=AT)

    headers, body = hook.requests[0]
    key = base64.b64decode(webhook.secret_of(to).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"a": 1}
    assert 24 <= len(key) <= 64


def test_the_id_is_the_same_at_every_attempt(to, hook):
    webhook.send(to, MESSAGE, b"{}", at=AT)
    webhook.send(to, MESSAGE, b"{}", at=AT)

    assert len({headers["webhook-id"] for headers, _body in hook.requests}) == 1


def test_every_subscription_has_its_own_secret_and_the_database_holds_none(to, wants):
    other = wants("eve", channel="webhook", address=to.address)

    assert webhook.secret_of(to) != webhook.secret_of(other)
    stored = json.dumps(list(Subscription.objects.values()), default=str)
    assert webhook.secret_of(to).removeprefix("whsec_") not in stored


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_2xx_is_success(to, hook, status):
    hook.status = status

    webhook.send(to, MESSAGE, b"{}", at=AT)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(to, hook, status):
    hook.status, hook.headers = status, {"Location": hook.url}

    with pytest.raises(NotSent, match="redirect"):
        webhook.send(to, MESSAGE, b"{}", at=AT)
    assert len(hook.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_any_other_status_is_a_failure_and_the_schedule_tries_again_not_this_call(to, hook, status):
    hook.status = status

    with pytest.raises(NotSent, match=str(status)):
        webhook.send(to, MESSAGE, b"{}", at=AT)
    assert len(hook.requests) == 1


def test_410_says_that_no_more_is_wanted(to, hook):
    hook.status = 410

    with pytest.raises(Gone, match="no more"):
        webhook.send(to, MESSAGE, b"{}", at=AT)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "http://example.org/",
        "ftp://example.org/",
        "https://user:secret@example.org/",
        "https://",
        "no address",
    ],
)
def test_internal_addresses_are_refused(wants, settings, url):
    settings.NOTIFY_PRIVATE_HOSTS = []
    to = wants(channel="webhook", address=url)

    with pytest.raises(NotSent):
        webhook.send(to, MESSAGE, b"{}", at=AT)


def test_hosts_that_sources_may_be_read_from_are_no_door_for_webhooks(wants, hook, settings):
    settings.NOTIFY_PRIVATE_HOSTS, settings.SYNC_PRIVATE_HOSTS = [], ["127.0.0.1"]
    to = wants(channel="webhook", address=hook.url)

    with pytest.raises(NotSent, match="only https"):
        webhook.send(to, MESSAGE, b"{}", at=AT)
    assert hook.requests == []


def test_what_goes_wrong_is_told_without_the_address(wants, settings):
    settings.NOTIFY_PRIVATE_HOSTS = ["127.0.0.1"]
    to = wants(channel="webhook", address="http://127.0.0.1:9/hook?token=canary")

    with pytest.raises(NotSent, match="refuses connections") as caught:
        webhook.send(to, MESSAGE, b"{}", at=AT)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://example.org/", "nothing", "https://a b/"])
def test_an_address_is_checked_when_it_is_entered(url):
    with pytest.raises(NotPublic):
        webhook.check_address(url)
