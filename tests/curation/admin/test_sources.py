"""Sources: how they are, and the buttons that read them or pause them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from curation.models import Source
from syncers.admin import sources
from syncers.health import State, health
from syncers.models import Run
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

ACT = "/admin/curation/source/act/"


class Queue:
    """Stands for the task queue: keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.broken = False

    def delay(self, slug: str, actor: str = "") -> None:
        if self.broken:
            raise OperationalError("connection refused")
        self.sent.append((slug, actor))


@pytest.fixture
def queue(monkeypatch):
    queue = Queue()
    monkeypatch.setattr(sources, "sync_source", queue)
    return queue


def ran(slug: str, status: str, ago: int = 0) -> None:
    world.source(slug)
    at = timezone.now() - timedelta(minutes=ago)
    Run.objects.create(source_id=slug, status=status, batch=uuid4(), started_at=at)


def state_of(slug: str) -> State:
    return health(Source.objects.all(), now=timezone.now())[slug].state


def test_a_source_read_in_time_is_ok():
    ran("a", "ok")

    assert state_of("a") is State.OK


def test_the_newest_run_decides_whether_it_fails():
    ran("a", "ok", ago=10)
    ran("a", "failed", ago=5)

    assert state_of("a") is State.FAILING


def test_it_is_stale_after_two_intervals_without_a_good_run():
    world.source("a", every_seconds=3600, last_good_at=timezone.now() - timedelta(hours=3))

    assert state_of("a") is State.STALE


def test_a_paused_source_is_neither_failing_nor_stale():
    world.source("a", enabled=False, last_good_at=None)

    assert state_of("a") is State.PAUSED


def test_it_shows_the_last_five_runs():
    for ago in range(8):
        ran("a", "ok", ago=ago)

    assert len(health(Source.objects.all(), now=timezone.now())["a"].runs) == 5


def test_sync_now_asks_the_queue_in_the_persons_name(enter, queue):
    world.source("a")

    answer = enter("curator").post(ACT, {"sync": "a"})

    assert queue.sent == [("a", "curator")]
    assert "a will be read now" in " ".join(map(str, get_messages(answer.wsgi_request)))


def test_sync_now_reads_all_selected(enter, queue):
    for slug in ("a", "b", "c"):
        world.source(slug)

    enter("curator").post(
        reverse("admin:curation_source_changelist"),
        {"action": "sync_selected", "_selected_action": ["a", "c"], "index": "0"},
    )

    assert queue.sent == [("a", "curator"), ("c", "curator")]


def test_a_queue_out_of_reach_is_told(enter, queue):
    world.source("a")
    queue.broken = True

    answer = enter("curator").post(ACT, {"sync": "a"})

    assert "cannot be reached" in " ".join(map(str, get_messages(answer.wsgi_request)))


def test_pause_and_resume(enter, queue):
    world.source("a")
    client = enter("curator")

    client.post(ACT, {"pause": "a"})
    assert not Source.objects.get().enabled
    client.post(ACT, {"resume": "a"})
    assert Source.objects.get().enabled


def test_only_the_switch_of_a_source_can_be_edited(enter):
    world.source("a")

    enter("curator").post(
        reverse("admin:curation_source_change", args=["a"]), {"label": "other", "standing": "official"}
    )

    source = Source.objects.get()
    assert (source.label, source.standing, source.enabled) == ("A", "catalogue", False)


def test_a_viewer_starts_nothing(enter, queue):
    world.source("a")

    assert enter("viewer").post(ACT, {"sync": "a"}).status_code == 403
    assert enter("viewer").get(ACT).status_code == 403
    assert queue.sent == []


def test_failing_and_stale_sources_have_a_list(enter):
    ran("bad", "failed")
    ran("good", "ok")

    shown = enter().get(reverse("admin:curation_source_changelist"), {"state": "attention"}).context["cl"]

    assert [source.slug for source in shown.result_list] == ["bad"]
