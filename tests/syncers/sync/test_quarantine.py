from __future__ import annotations

from datetime import timedelta

import pytest

from curation.review.decisions import Refused
from registry.models import Offering, Revision
from syncers.models import Run, StoredPayload
from syncers.sync import engine, quarantine
from syncers.sync.record import Report
from tests.builders import NOW, curator
from tests.syncers.sync.test_engine import Fake, many, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _known(monkeypatch):
    monkeypatch.setattr(quarantine, "load", lambda slug: Fake)


def held(at=NOW + timedelta(hours=6)) -> StoredPayload:
    """A list of ten that shrank to four, which was held."""
    read(*many(10))
    read(*many(4, size=2000), at=at)
    return StoredPayload.objects.get(role="quarantined")


def test_a_released_payload_is_read_and_accepted():
    held()
    report = quarantine.release("fake", actor=curator())

    assert (report.status, report.seen, report.missing) == ("ok", 4, 6)
    assert Offering.objects.get(key="fake/m0").facts["context_window"] == 2000
    assert Offering.objects.get(key="fake/m9").not_seen_since is not None
    assert not StoredPayload.objects.filter(role="quarantined").exists()
    run = Run.objects.latest("id")
    assert (run.actor, run.origin, Revision.objects.latest().actor) == ("ada", "quarantine", "ada")


def test_a_discarded_payload_is_forgotten_and_its_run_says_by_whom():
    held()
    quarantine.discard("fake", actor=curator())

    assert not StoredPayload.objects.filter(role="quarantined").exists()
    assert Run.objects.get(status="quarantined").error.endswith("Discarded by ada.")
    assert Offering.objects.get(key="fake/m0").facts["context_window"] == 1000


@pytest.mark.parametrize("act", [quarantine.release, quarantine.discard])
def test_only_the_payload_that_was_seen_is_acted_on(act):
    digest = held().digest
    read(*many(3), at=NOW + timedelta(hours=7))

    with pytest.raises(Refused, match="Another payload"):
        act("fake", actor=curator(), digest=digest)
    assert StoredPayload.objects.filter(role="quarantined").exists()


@pytest.mark.parametrize("act", [quarantine.release, quarantine.discard])
def test_there_must_be_one(act):
    read(*many(10))

    with pytest.raises(Refused, match="no payload in quarantine"):
        act("fake", actor=curator())


def test_a_payload_older_than_the_last_good_run_is_not_released():
    held()
    read(*many(10), at=NOW + timedelta(hours=7))
    assert StoredPayload.objects.filter(role="quarantined").exists()

    with pytest.raises(Refused, match="had a good run since"):
        quarantine.release("fake", actor=curator())


def test_it_keeps_the_payload_while_another_run_is_under_way(monkeypatch):
    held()
    monkeypatch.setattr(engine, "sync", lambda *args, **more: Report("fake", "skipped"))

    assert quarantine.release("fake", actor=curator()).status == "skipped"
    assert StoredPayload.objects.filter(role="quarantined").exists()


def test_a_run_knows_whether_its_payload_is_still_held():
    payload = held()
    run = Run.objects.get(status="quarantined")

    assert quarantine.held_payload(run) == payload
    read(*many(3), at=NOW + timedelta(hours=7))
    assert quarantine.held_payload(run) is None
