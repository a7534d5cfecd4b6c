"""The page of a run: how it went, what is different, and what can be done with it."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from registry.models import Revision
from syncers.admin import run_views
from syncers.models import Run
from syncers.payload.store import digest_of
from syncers.sync import replay
from tests.builders import NOW
from tests.curation.admin import world
from tests.syncers.sync.test_engine import LATER, body, many, one, read

pytestmark = pytest.mark.django_db


class Queue:
    """Stands for the task queue: keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []
        self.broken = False

    def delay(self, *args: str) -> None:
        if self.broken:
            raise OperationalError("connection refused")
        self.sent.append(args)


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(replay, "SOURCES", {"fake": ""})
    queue = Queue()
    monkeypatch.setattr(run_views, "read_again", queue)
    return queue


def ran(*records: Any, at: Any = NOW) -> Run:
    read(*records, at=at)
    return Run.objects.latest("started_at")


def page_of(run: Run, what: str = "change", *more: str) -> str:
    return reverse(f"admin:syncers_run_{what}", args=[run.pk, *more])


def said(answer: Any) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


# -- what it shows ---------------------------------------------------------------------------------


def test_it_shows_the_steps_and_leads_to_what_was_published(enter):
    run = ran(one("a"))

    context = enter("viewer").get(page_of(run)).context

    assert [(step.title, step.at is not None) for step in context["steps"]] == [
        ("Started", True),
        ("Fetched", True),
        ("Parsed", True),
        ("Published", True),
        ("Finished", True),
    ]
    assert context["steps"][3].words == f"revision {Revision.objects.latest().number}"


def test_every_number_leads_to_that_many_rows(enter):
    ran(one("a"), one("b"), one("gone"))
    run = ran(one("a", size=2000), one("b", price="0.3"), one("new"), {"id": None}, at=NOW + timedelta(days=1))
    client = enter("viewer")

    counts = {}
    for title, count, url in client.get(page_of(run)).context["numbers"]:
        context = client.get(url).context
        rows = context["rows"] if "rows" in context else context["cl"].result_list
        counts[str(title)] = (count, len(rows))

    assert counts.pop("seen") == (4, 4)  # three that are stated now, and the one that is missing
    assert counts == {
        "new": (1, 1),
        "changed": (2, 2),
        "missing": (1, 1),
        "applied": (run.applied, run.applied),
        "held": (1, 1),
        "rejected": (1, 1),
        "unreadable fields": (0, 0),
    }


def test_it_is_compared_with_the_last_run_that_read_something(enter):
    ran(one("a"), one("b"))
    Run.objects.create(source_id="fake", batch=uuid4(), status="stale", started_at=NOW + timedelta(hours=1))
    run = ran(one("a"), one("b", extra=1), one("c"), at=LATER)

    context = enter("viewer").get(page_of(run)).context
    compared = {row.title: (row.before, row.now, row.difference) for row in context["compared"]}

    assert compared["seen"] == (2, 3, "+1")
    assert compared["rejected"] == (0, 0, "=")
    assert context["previous"].status == "ok"
    assert [(which, keys) for which, _title, keys, _count in context["offerings"]] == [("new", ["fake/c"])]
    assert "extra" in context["run"].shape_changes


def test_a_run_that_was_held_shows_what_it_would_have_touched(enter):
    ran(*many(10))
    run = ran(*many(4), at=LATER)

    page = enter("senior curator").get(page_of(run)).content.decode()

    assert run.missing == 0
    assert "Offerings that it would have changed" in page
    assert "fake/m9" in page
    assert "Accept the run" in page


def test_a_page_asks_as_often_for_a_large_run_as_for_a_small_one(enter):
    client = enter("curator")
    small = ran(one("a"))
    large = ran(*many(150), *({"id": None} for _ in range(40)), at=LATER)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    ran(one("x"), one("y"), at=LATER + timedelta(days=1))
    assert asked(page_of(large)) - asked(page_of(small)) <= 1  # the small one has none before it
    few = asked(reverse("admin:syncers_run_changelist") + "?q=nothing")
    assert asked(reverse("admin:syncers_run_changelist")) <= few + 2


# -- the payload -----------------------------------------------------------------------------------


def test_the_payload_is_given_as_it_was_sent_and_never_shown(enter):
    run = ran(one("a", name="<script>alert(1)</script>"))

    answer = enter("viewer").get(page_of(run, "payload"))

    assert b"".join(answer.streaming_content) == body(one("a", name="<script>alert(1)</script>"))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith('attachment; filename="fake-20260105T120000Z-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_payload_larger_than_a_piece_is_whole(enter):
    noise = os.urandom(400_000).hex()
    run = ran(one("a", noise=noise))

    answer = enter("viewer").get(page_of(run, "payload"))

    assert b"".join(answer.streaming_content) == body(one("a", noise=noise))
    assert int(answer["Content-Length"]) == len(body(one("a", noise=noise)))


def test_only_who_may_see_payloads_gets_one(client):
    run = ran(one("a"))
    person = User.objects.create_user("new", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_run"))
    client.force_login(person)

    assert client.get(page_of(run)).status_code == 200
    assert "Download" not in client.get(page_of(run)).content.decode()
    assert client.get(page_of(run, "payload")).status_code == 403
    client.logout()
    assert client.get(page_of(run, "payload")).status_code == 302


def test_a_payload_that_made_room_is_gone(enter, settings):
    settings.KEPT_PAYLOADS = 1
    run = ran(one("a"))
    ran(one("b"), at=LATER)

    assert enter("viewer").get(page_of(run, "payload")).status_code == 404
    assert "No payload of this run is stored" in enter("viewer").get(page_of(run)).content.decode()


# -- reading it again ------------------------------------------------------------------------------


def test_reading_again_asks_first_and_then_leads_to_its_progress(enter, queue):
    run, client = ran(one("a")), enter("curator")

    page = client.get(page_of(run, "again"))
    assert queue.sent == []
    answer = client.post(page_of(run, "again"), world.hidden(page))

    slug, digest, actor, _number = queue.sent[0]
    assert (slug, digest, actor) == ("fake", digest_of(body(one("a"))), "curator")
    assert answer.url.startswith(reverse("admin:curation_source_progress"))


def test_what_was_read_over_since_is_not_read_again(enter, queue):
    run, client = ran(one("a")), enter("curator")
    sent = world.hidden(client.get(page_of(run, "again")))
    ran(one("b"), at=LATER)

    answer = client.post(page_of(run, "again"), sent)

    assert queue.sent == []
    assert "return it to older values" in said(answer)


def test_a_queue_out_of_reach_is_told(enter, queue):
    run = ran(one("a"))
    queue.broken = True

    answer = enter("curator").post(page_of(run, "again"), {"digest": digest_of(body(one("a")))})

    assert "cannot be reached" in said(answer)


def test_a_viewer_reads_nothing_again_and_closes_nothing(enter, queue):
    run = ran(one("a"))

    assert enter("viewer").get(page_of(run, "again")).status_code == 403
    assert enter("viewer").post(page_of(run, "close")).status_code == 403
    assert "Read it again" not in enter("viewer").get(page_of(run)).content.decode()


# -- runs that are lost ----------------------------------------------------------------------------


def test_a_run_that_never_ended_says_so_and_is_closed(enter):
    ran(one("a"))
    lost = Run.objects.create(source_id="fake", batch=uuid4(), started_at=timezone.now() - timedelta(hours=1))
    client = enter("curator")

    assert "Close it now" in client.get(page_of(lost)).content.decode()
    assert "stuck" in client.get(reverse("admin:syncers_run_changelist")).content.decode()
    client.get(page_of(lost, "close"))
    assert Run.objects.get(pk=lost.pk).status == "running"  # looking changes nothing
    client.post(page_of(lost, "close"))

    lost.refresh_from_db()
    assert (lost.status, lost.error.endswith("Closed by curator.")) == ("failed", True)


def test_a_run_that_goes_on_is_not_called_lost(enter):
    ran(one("a"))
    going = Run.objects.create(source_id="fake", batch=uuid4(), started_at=timezone.now() - timedelta(minutes=1))

    assert "Close it now" not in enter("curator").get(page_of(going)).content.decode()
