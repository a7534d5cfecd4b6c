from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from curation.models import Event, Subscription
from tests.curation.notifications.receiver import Receiver, receiver


@pytest.fixture
def hook(settings) -> Iterator[Receiver]:
    settings.NOTIFY_PRIVATE_HOSTS = ["127.0.0.1"]
    with receiver() as running:
        yield running


@pytest.fixture
def wants(db):
    """Somebody who wants to be told."""

    def make(name: str = "ada", **more) -> Subscription:
        person, _made = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        values = {"address": f"{name}@example.org", "events": Event.values, "pace": "immediate", **more}
        return Subscription.objects.create(person=person, **values)

    return make
