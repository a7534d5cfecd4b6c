"""Two processes that decide about one offering at the same time wait for each other, without a deadlock.

Each is stopped where it asks for its second lock, until the other has come as far.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection

from curation.apply import counters, due
from curation.apply.incoming import Incoming
from curation.apply.proposals import Queue
from curation.models import Policy, StoredClaim
from curation.review import postpone
from tests.builders import claim, curator, held, source, state
from tests.curation.apply.test_due import START, announced
from tests.curation.apply.test_slices import TOMORROW, reads

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MOST_SECONDS = 3.0


def at_once(*acts: Callable[[], Any]) -> list[BaseException]:
    """Does all of it at the same time, each with a connection of its own. Gives what went wrong."""
    wrong: list[BaseException] = []

    def do(act: Callable[[], Any]) -> None:
        try:
            act()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return wrong


def test_a_change_is_postponed_while_a_run_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row, ada = source(), curator()
    Policy.objects.create(name="hold", position=1, verdict="hold", conditions={"kinds": ["change"]})
    Policy.objects.create(name="all", position=2, verdict="apply")
    state(row, claim(context_window=100))
    state(row, claim(context_window=500), at=TOMORROW)
    change = held(field="context_window")
    met = threading.Barrier(2)
    usual_disturb, usual_write = counters.disturb, Queue.write

    def disturb(keys: Collection[str]) -> None:
        _wait(met)
        usual_disturb(keys)

    def write(queue: Queue) -> int:
        _wait(met)
        return usual_write(queue)

    monkeypatch.setattr(counters, "disturb", disturb)
    monkeypatch.setattr(Queue, "write", write)
    later = TOMORROW + timedelta(days=9)

    assert not at_once(
        lambda: postpone.postpone({change.pk: change.fingerprint}, until=later, actor=ada, at=TOMORROW),
        lambda: reads(row, claim(context_window=600)),
    )


def test_a_price_starts_while_a_run_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row = source()
    Policy.objects.create(name="all", position=2, verdict="apply")
    state(row, claim(price_input=announced("3", "3.3")))
    met = threading.Barrier(2)
    usual_touch, usual_write = counters.touch, Incoming.write

    def touch(keys: Collection[str]) -> None:
        _wait(met)
        usual_touch(keys)

    def write(incoming: Incoming, keys: Collection[str]) -> int:
        _wait(met)
        return usual_write(incoming, keys)

    monkeypatch.setattr(counters, "touch", touch)
    monkeypatch.setattr(Incoming, "write", write)
    morning = datetime.combine(START, time(9), UTC)

    assert not at_once(lambda: due.decide_due(at=morning), lambda: reads(row, claim(price_input=announced("3", "3.4"))))
    assert StoredClaim.objects.get().values["price.input"][-1]["amount"] == "3.4"


def _wait(met: threading.Barrier) -> None:
    """Until the other is there; where it waits for a lock of ours, it does not come."""
    with suppress(threading.BrokenBarrierError):
        met.wait(MOST_SECONDS)
