"""Sources: how they are, and the buttons that read them or pause them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from kombu.exceptions import OperationalError

from curation.models import Source
from syncers.admin import sources
from syncers.models import Run
from syncers.monitoring.health import SourceState, health
from syncers.registry import load
from syncers.schedule import ensure_schedule
from syncers.sync.declared import ensure_sources
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

ACT = "/admin/curation/source/act/"


class Queue:
    """Stands for the task queue: keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.numbers: list[str] = []
        self.broken = False

    def delay(self, slug: str, actor: str = "", batch: str = "") -> None:
        if self.broken:
            raise OperationalError("connection refused")
        self.sent.append((slug, actor))
        self.numbers.append(batch)


@pytest.fixture
def queue(monkeypatch):
    queue = Queue()
    monkeypatch.setattr(sources, "sync_source", queue)
    return queue


def ran(slug: str, status: str, ago: int = 0) -> None:
    world.source(slug)
    at = timezone.now() - timedelta(minutes=ago)
    Run.objects.create(source_id=slug, status=status, batch=uuid4(), started_at=at)


def state_of(slug: str) -> SourceState:
    return health(Source.objects.all(), now=timezone.now())[slug].state


def test_a_source_read_in_time_is_ok():
    ran("a", "ok")

    assert state_of("a") is SourceState.OK


def test_the_newest_run_decides_whether_it_fails():
    ran("a", "ok", ago=10)
    ran("a", "failed", ago=5)

    assert state_of("a") is SourceState.FAILING


def test_it_is_stale_after_two_intervals_without_a_good_run():
    world.source("a", every_seconds=3600, last_good_at=timezone.now() - timedelta(hours=3))

    assert state_of("a") is SourceState.STALE


def test_a_paused_source_is_neither_failing_nor_stale():
    world.source("a", enabled=False, last_good_at=None)

    assert state_of("a") is SourceState.PAUSED


def test_it_shows_the_last_five_runs():
    for ago in range(8):
        ran("a", "ok", ago=ago)

    assert len(health(Source.objects.all(), now=timezone.now())["a"].runs) == 5


def test_sync_now_asks_the_queue_in_the_persons_name(enter, queue):
    world.source("a")

    enter("curator").post(ACT, {"sync": "a"})

    assert queue.sent == [("a", "curator")]


def test_sync_now_leads_to_a_page_that_tells_how_the_run_comes_along(enter, queue):
    world.source("a")
    client = enter("curator")

    page = client.post(ACT, {"sync": "a"}, follow=True)
    state_url = page.context["state_url"]
    waiting = client.get(state_url).json()
    run = Run.objects.create(source_id="a", batch=queue.numbers[0], started_at=timezone.now())
    reading = client.get(state_url).json()
    Run.objects.filter(pk=run.pk).update(status="ok", finished_at=timezone.now(), seen=7, applied=3)
    done = client.get(state_url).json()

    assert (waiting["done"], waiting["runs"][0]["state"], waiting["runs"][0]["words"]) == (
        False,
        "queued",
        "waits for a worker",
    )
    assert (reading["done"], reading["runs"][0]["words"]) == (False, "fetching the payload")
    assert (done["done"], done["summary"]) == (True, "1 of 1 source is done.")
    assert done["runs"][0]["counts"]["applied"]["count"] == 3
    assert client.get(done["runs"][0]["url"]).status_code == 200


def test_progress_is_shown_to_those_who_may_see_sources_only(enter, queue, client):
    world.source("a")
    address = enter("curator").post(ACT, {"sync": "a"}).url
    client.force_login(User.objects.create_user("new", is_staff=True))

    assert enter("viewer").get(address).status_code == 200
    assert client.get(address).status_code == 403
    assert client.get(address.replace("progress/", "progress/state/")).status_code == 403


def test_watching_asks_the_database_as_often_for_many_sources_as_for_few(enter, queue):
    client = enter("curator")

    def asked(*slugs: str) -> int:
        for slug in slugs:
            world.source(slug)
        data = {"action": "sync_selected", "_selected_action": slugs, "index": "0"}
        address = client.post(reverse("admin:curation_source_changelist"), data).url
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(address.replace("progress/", "progress/state/")).json()["runs"]) == len(slugs)
        return len(queries)

    assert asked("a") == asked(*(f"s{n}" for n in range(60)))


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


def test_a_paused_source_says_who_paused_it_and_why(enter, queue):
    world.source("a")
    enter("curator").post(ACT, {"pause": "a", "reason": "their prices are <b>wrong</b>"})

    page = enter("viewer").get(reverse("admin:curation_source_changelist")).content.decode()

    assert "curator, 0\xa0minutes ago:" in page
    assert "Paused. their prices are &lt;b&gt;wrong&lt;/b&gt;" in page


def test_the_list_tells_when_each_is_read_next(enter):
    ensure_sources()
    ensure_schedule()
    half = load("openrouter").every / 2
    PeriodicTask.objects.filter(name="sync: openrouter").update(last_run_at=timezone.now() - half)
    PeriodicTask.objects.filter(name="sync: groq").update(enabled=False)

    rows = enter().get(reverse("admin:curation_source_changelist"), {"all": ""}).context["cl"].result_list
    planned = {source.slug: source.plan.next_run for source in rows}

    assert half - timedelta(minutes=1) < planned["openrouter"] - timezone.now() <= half
    assert planned["groq"] is planned["octoai"] is None


def test_the_age_of_a_source_is_measured_by_its_interval(enter):
    for slug, ago in (("fresh", 1), ("late", 9), ("bad", 30)):
        world.source(slug, last_good_at=timezone.now() - timedelta(hours=ago))

    rows = enter().get(reverse("admin:curation_source_changelist")).context["cl"].result_list

    assert {source.slug: (source.plan.share, source.plan.tone) for source in rows} == {
        "fresh": (17, "good"),
        "late": (150, "late"),
        "bad": (200, "bad"),
    }


def test_a_source_that_states_less_than_a_sound_payload_gives_is_told(enter):
    ensure_sources()
    world.says("openrouter", "openrouter/a/b", name="B")

    source_health = health(Source.objects.all(), now=timezone.now())["openrouter"]

    assert source_health.expected == load("openrouter").expected
    assert (source_health.claims, source_health.is_as_many_as_expected) == (1, False)


def test_the_list_asks_as_often_for_many_sources_and_runs_as_for_few(enter):
    client = enter()
    ContentType.objects.get_for_model(Source)  # Django remembers it from then on

    def asked(count: int) -> int:
        for number in range(count):
            for ago in range(4):
                ran(f"s{number}", "ok" if ago else "failed", ago=ago)
        Source.objects.filter(slug="s0").update(enabled=False)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("admin:curation_source_changelist")).status_code == 200
        return len(queries)

    few, many = asked(2), asked(60)
    assert many == few
    assert many <= 15


@pytest.mark.parametrize("status", ["running", "skipped"])
def test_a_run_that_says_nothing_hides_no_failure(status):
    ran("a", "failed", ago=5)
    ran("a", status, ago=1)

    assert state_of("a") is SourceState.FAILING


def test_a_source_whose_run_never_ended_is_stuck():
    ran("a", "running", ago=60)

    assert state_of("a") is SourceState.STUCK


def test_only_the_switch_of_a_source_can_be_edited(enter):
    world.source("a")

    enter("curator").post(
        reverse("admin:curation_source_change", args=["a"]), {"label": "other", "source_type": "official"}
    )

    source = Source.objects.get()
    assert (source.label, source.source_type, source.enabled) == ("A", "catalogue", False)


def test_a_viewer_starts_nothing(enter, queue):
    world.source("a")

    assert enter("viewer").post(ACT, {"sync": "a"}).status_code == 403
    assert enter("viewer").get(ACT).status_code == 403
    assert queue.sent == []


def test_failing_and_stale_sources_have_a_list(enter):
    ran("bad", "failed")
    ran("good", "ok")

    changelist = enter().get(reverse("admin:curation_source_changelist"), {"state": "attention"}).context["cl"]

    assert [source.slug for source in changelist.result_list] == ["bad"]
