"""What the ledger tells of one offering over time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.history import entries, timeline
from tests.builders import NOW, OFFERING, listed
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_a_timeline_shows_both_clocks(settings):
    settings.API_SHOWS_PEOPLE = True
    put(to("price.input", listed("3")))
    put(to("price.input", [{"amount": "2", "currency": "USD", "from": "2026-01-01"}], old=listed("3")), at=NOW + DAY)
    gone = [{"amount": "2", "currency": "USD", "from": "2026-01-01"}]
    put(
        to("price.input", None, old=gone, gone=True, source="", reason="no longer stated"),
        at=NOW + 2 * DAY,
        actor="bob",
    )

    (line,) = timeline.prices(entries.entries_of(OFFERING)).values()

    points = [(p["amount"], p["state"], p["valid_from"], p["known_from"]["revision"], p["actor"]) for p in line]
    assert points == [
        ("3", "priced", None, 1, "ada"),
        ("2", "priced", "2026-01-01", 2, "ada"),
        (None, "unknown", None, 3, "bob"),
    ]
    assert [p["known_to"] and p["known_to"]["at"] for p in line] == [
        "2026-01-06T12:00:00Z", "2026-01-07T12:00:00Z", None,
    ]  # fmt: skip


def test_it_knows_since_when_an_offering_and_the_link_to_a_model_are_published():
    put(to("name", "R"), at=NOW)
    put(to("model", "acme/rocket-1"), at=NOW + DAY)
    put(to("model", "acme/rocket-2", old="acme/rocket-1"), at=NOW + 2 * DAY)

    since = entries.known_since(OFFERING), entries.model_known_since("acme/rocket-1")
    assert [(stamp.number, stamp.at) for stamp in since if stamp] == [(1, NOW), (2, NOW + DAY)]
    assert entries.known_since("acme/rocket-9") is None
    assert entries.model_known_since("acme/rocket-9") is None
