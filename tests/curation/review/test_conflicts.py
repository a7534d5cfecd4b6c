"""Conflicts between sources are stored with their start, and become overdue when they are not settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from curation.models import Conflict
from curation.pins import pinning
from curation.review import conflicts, decisions
from tests.builders import NOW, OFFERING, claim, curator, source, state

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def say(slug: str, tokens: int, *, at: datetime = NOW, **declared: Any) -> None:
    state(source(slug, **declared), claim(context_window=tokens), at=at)


def contradict(*, at: datetime = NOW) -> Conflict:
    say("one", 200_000, at=at)
    say("two", 100_000, at=at)
    return Conflict.objects.get()


def leave(row: Conflict, reason: str = "both are sold", at: datetime = NOW + DAY) -> list[int]:
    return conflicts.leave([row.pk], actor=curator(), reason=reason, at=at)


def test_it_remembers_the_sides_and_since_when():
    row = contradict()

    assert (row.offering_key, row.provider_slug, row.field, row.state) == (OFFERING, "acme", "context_window", "open")
    assert row.sides == [
        {"value": 200_000, "sources": ["one"]},
        {"value": 100_000, "sources": ["two"]},
    ]
    assert row.first_seen_at == NOW


def test_it_writes_nothing_while_the_sides_are_the_same():
    contradict()
    outcome = state(source("two"), claim(context_window=100_000, license="MIT"), at=NOW + DAY)
    row = Conflict.objects.get()

    assert (row.first_seen_at, row.changed_at) == (NOW, NOW)
    assert outcome.rows == outcome.published.rows


def test_it_goes_on_since_it_began_when_a_side_moves():
    contradict()
    say("two", 120_000, at=NOW + DAY)
    row = Conflict.objects.get()

    assert (row.first_seen_at, row.changed_at, row.state) == (NOW, NOW + DAY, "open")


def test_it_is_settled_when_the_sources_come_round():
    contradict()
    say("two", 200_000, at=NOW + DAY)
    row = Conflict.objects.get()

    assert (row.state, row.settled_at) == ("settled", NOW + DAY)


def test_it_is_settled_by_a_pin_and_open_again_without_it():
    contradict()
    pin = pinning.pin(
        offering=OFFERING, field="context_window", value=100_000, actor=curator(), reason="measured", at=NOW + DAY
    )
    assert Conflict.objects.get().state == "settled"

    pinning.release(pin, actor=curator(), reason="over", at=NOW + 2 * DAY)
    row = Conflict.objects.get()
    assert (row.state, row.first_seen_at) == ("open", NOW + 2 * DAY)


def test_it_calls_a_person_after_a_fortnight(settings):
    contradict()

    assert not Conflict.objects.overdue(NOW + 13 * DAY).exists()
    assert Conflict.objects.overdue(NOW + 14 * DAY).count() == 1
    settings.CONFLICT_DAYS = 30
    assert not Conflict.objects.overdue(NOW + 14 * DAY).exists()


def test_what_was_left_stays_left_until_the_sides_change():
    row = contradict()
    assert leave(row) == [row.pk]

    state(source("two"), claim(context_window=100_000, license="MIT"), at=NOW + 2 * DAY)
    row.refresh_from_db()
    assert (row.state, row.looked_by, row.reason) == ("left", "ada", "both are sold")
    assert not Conflict.objects.overdue(NOW + 99 * DAY).exists()

    say("two", 120_000, at=NOW + 3 * DAY)
    row.refresh_from_db()
    assert (row.state, row.first_seen_at) == ("open", NOW + 3 * DAY)


def test_leaving_takes_a_reason_and_an_open_conflict():
    row = contradict()
    with pytest.raises(decisions.Refused, match="Say why"):
        leave(row, " ")

    assert leave(row) == [row.pk]
    assert leave(row) == []


def test_the_merge_does_not_wait_for_anybody():
    row = contradict()
    say("one", 210_000, at=NOW + DAY)

    assert row.state == "open"
    assert Conflict.objects.get().sides[0]["value"] == 210_000
