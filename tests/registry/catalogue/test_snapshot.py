from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from registry.catalogue import queries
from registry.catalogue.snapshot import afterwards, snapshot
from registry.database.patience import is_busy
from registry.models import Offering, Revision
from tests.registry.builders import make_offering, make_revision

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], object]) -> None:
    """Does the work in a thread of its own, which has a connection of its own."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def publish_more() -> None:
    with transaction.atomic():
        make_revision(2)
        make_offering("acme/second", revision=2)


def test_an_answer_is_read_from_one_state_also_when_somebody_publishes_meanwhile():
    make_revision(1)
    make_offering("acme/first")
    with snapshot():
        before = queries.latest()
        elsewhere(publish_more)

        assert queries.latest() == before
        assert Offering.objects.count() == 1

    assert queries.latest() != before
    assert Offering.objects.count() == 2


def test_reading_does_not_wait_for_a_writer():
    make_revision(1)
    with transaction.atomic():
        Revision.objects.filter(number=1).update(reason="a long publication")

        def read() -> None:
            with snapshot():
                assert queries.latest() is not None

        elsewhere(read)


def test_what_is_to_be_written_is_written_after_the_snapshot():
    with snapshot():
        afterwards(lambda: make_revision(1))
        assert not Revision.objects.exists()

    assert Revision.objects.count() == 1


def test_outside_of_a_snapshot_it_is_written_at_once():
    afterwards(lambda: make_revision(1))

    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "busy"),
    [("database is locked", True), ("canceling statement due to lock timeout", True), ("no such table: x", False)],
)
def test_a_busy_database_is_told_from_a_broken_one(words, busy):
    assert is_busy(OperationalError(words)) is busy
