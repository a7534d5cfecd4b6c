"""What people are told of: found however often one looks, told once, with the rows behind it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from curation.models import Change, Conflict, Event, Notice, Source, StoredClaim
from curation.notifications import collect, wake
from curation.pins import pinning
from curation.tasks import tell
from registry.models import Offering
from syncers.models import Run
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client) -> User:
    user = User.objects.create_superuser("root")
    client.force_login(user)
    return user


def found(event: str) -> list[Notice]:
    return list(Notice.objects.filter(event=event).order_by("pk"))


def test_held_changes_are_told_once_per_occasion_with_their_list(client, root):
    world.a_held_change("acme/one", price="25")
    now = timezone.now()

    collect.collect(at=now)
    collect.collect(at=now)

    (notice,) = found(Event.HELD)
    assert (notice.count, notice.title) == (1, "1 from catalogue-a; the largest moves a value ×10")
    rows = client.get(notice.path).context["cl"].result_list
    assert [row.pk for row in rows] == [Change.objects.awaiting_review().get().pk]


def test_conflicts_are_told_when_they_have_been_open_for_too_long(client, root, settings):
    now = timezone.now()
    for number, days in enumerate((3, 16, 16, 17)):
        first_seen = now - timedelta(days=days)
        Conflict.objects.create(
            offering_key=f"acme/{number}", provider_slug="acme", field="context_window",
            first_seen_at=first_seen, changed_at=first_seen,
        )  # fmt: skip

    collect.collect(at=now)

    assert [notice.count for notice in found(Event.CONFLICT)] == [1, 2]
    assert len(client.get(found(Event.CONFLICT)[0].path).context["cl"].result_list) == 3


def official(value: int, since: str) -> None:
    """What the provider itself says of acme/one, and since when."""
    world.source("acme", source_type="official", speaks_for="acme")
    world.says("acme", "acme/one", context_window=value)
    StoredClaim.objects.filter(source="acme").update(since={"context_window": since})


def pinned(value: int) -> None:
    world.an_offering("acme/one")
    pinning.pin(
        offering="acme/one", field="context_window", value=value, actor=User.objects.create_user("ada"), reason="x"
    )


def test_a_pin_is_told_of_when_an_official_source_comes_to_contradict_it():
    pinned(100_000)
    later = timezone.now() + timedelta(days=2)
    official(128_000, later.date().isoformat())

    collect.collect(at=later)
    collect.collect(at=later)

    (notice,) = found(Event.PIN)
    assert "pinned 100,000" in notice.title
    assert "acme says 128,000" in notice.title


@pytest.mark.parametrize(
    ("value", "days"), [(100_000, 2), (128_000, -2)], ids=["it agrees", "it said so before, and was overruled"]
)
def test_a_pin_that_is_not_newly_contradicted_is_nothing_to_tell(value, days):
    pinned(100_000)
    official(value, (timezone.now() + timedelta(days=days)).date().isoformat())

    collect.collect(at=timezone.now() + timedelta(days=3))

    assert found(Event.PIN) == []


def test_a_pin_contradicted_by_others_than_officials_is_nothing_to_tell():
    pinned(100_000)
    tomorrow = timezone.now() + timedelta(days=1)
    StoredClaim.objects.update(since={"context_window": tomorrow.date().isoformat()})

    collect.collect(at=tomorrow)

    assert found(Event.PIN) == []


def test_a_retirement_is_told_at_each_mark(settings):
    today = timezone.now()
    ends = today.date() + timedelta(days=90)
    world.an_offering("acme/one", retires_on=ends)
    assert Offering.objects.get().retires_on == ends

    for day in range(91):
        collect.collect(at=today + timedelta(days=day))

    assert [notice.key for notice in found(Event.RETIREMENT)] == [
        f"retirement:acme/one:{ends}:90",
        f"retirement:acme/one:{ends}:30",
    ]
    assert "in 90 days, as catalogue-a says" in found(Event.RETIREMENT)[0].title


def ran(source: Source, status: str, at, error: str = "") -> Run:
    return Run.objects.create(
        source=source, status=status, batch=UUID(int=1), started_at=at, finished_at=at, error=error
    )


def test_a_quarantined_run_is_told(client, root):
    now = timezone.now()
    run = ran(world.source("a"), "quarantined", now, "the list shrank from 300 to 3 offerings")

    collect.collect(at=now)

    (notice,) = found(Event.QUARANTINE)
    assert notice.title == "a: the list shrank from 300 to 3 offerings"
    assert notice.path == f"/admin/syncers/run/{run.pk}/change/"
    assert client.get(notice.path).status_code == 200


def test_a_failing_source_is_told_once_until_it_was_read_well_again():
    now = timezone.now()
    source = world.source("a")
    for hour in range(3):
        ran(source, "failed", now + timedelta(hours=hour), "a.example: answers 500")
        collect.collect(at=now + timedelta(hours=hour))
    assert [notice.title for notice in found(Event.FAILING)] == ["a fails: a.example: answers 500"]

    good = now + timedelta(hours=4)
    Source.objects.update(last_good_at=good)
    ran(source, "ok", good)
    ran(source, "failed", good + timedelta(hours=1), "a.example: answers 500")
    collect.collect(at=good + timedelta(hours=1))
    assert len(found(Event.FAILING)) == 2


def test_a_source_that_is_switched_off_is_nothing_to_tell():
    now = timezone.now()
    source = world.source("a", enabled=False)
    ran(source, "failed", now)

    collect.collect(at=now)

    assert found(Event.FAILING) == []


def test_one_failing_collector_stops_no_other(settings):
    settings.NOTICE_COLLECTORS = ["no.such.module", *settings.NOTICE_COLLECTORS]
    now = timezone.now()
    ran(world.source("a"), "quarantined", now, "odd")

    collect.collect(at=now)

    assert len(found(Event.QUARANTINE)) == 1


def test_looking_costs_as_much_for_many_as_for_few(django_assert_max_num_queries):
    world.many_offerings(2)
    for name in ("ada", "bob"):
        user = User.objects.create_user(name)
        for key in Offering.objects.values_list("key", flat=True)[:20]:
            pinning.pin(offering=key, field="context_window", value=1, actor=user, reason="x")

    with django_assert_max_num_queries(12):
        collect.collect(at=timezone.now())


def test_the_task_does_it_all_and_nothing_while_nobody_listens(wants):
    now = timezone.now()
    ran(world.source("a"), "quarantined", now, "odd")
    assert tell()["found"] == 0

    wants()
    assert tell() == {"found": 2, "sent": 1, "failed": 0, "forgotten": 0}
    assert tell() == {"found": 0, "sent": 0, "failed": 0, "forgotten": 0}
    assert "1 run was quarantined" in mail.outbox[0].subject


def test_the_end_of_a_run_wakes_the_sender_after_the_commit(wants, monkeypatch, django_capture_on_commit_callbacks):
    queries: list[str] = []
    monkeypatch.setattr(current_app, "send_task", queries.append)
    with django_capture_on_commit_callbacks(execute=True):
        ran(world.source("a"), "ok", timezone.now())
    assert queries == []

    wants()
    with django_capture_on_commit_callbacks(execute=True):
        ran(world.source("a"), "ok", timezone.now())
    assert queries == ["curation.tell"]


def test_a_queue_out_of_reach_costs_nothing_but_time(wants, monkeypatch, django_capture_on_commit_callbacks):
    def broken(name: str) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(current_app, "send_task", broken)
    wants()

    with django_capture_on_commit_callbacks(execute=True):
        wake()
