"""The past is what it was: what is published is shown again for its revision and its day, whatever comes later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings

from registry.catalogue import cache, queries
from registry.catalogue.as_of import AsOf, resolve
from registry.catalogue.public_keys import offering_keys
from registry.models import Revision
from tests.builders import NOW, OFFERING, listed
from tests.random_courses import count
from tests.registry.catalogue.test_publish import put, to
from tests.registry.courses import COURSE_WITH_ACCOUNTS, publish_course

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + 300 * DAY
DAYS = (NOW.date(), date(2026, 1, 7), date(2026, 2, 15), date(2026, 3, 1))
DATED = [
    {"amount": "1", "currency": "USD", "to": "2026-03-01"},
    {"amount": "9", "currency": "USD", "from": "2026-03-01"},
]


def shown(on: date, revision: int | None = None) -> list[dict[str, Any]]:
    """All offerings in full, those of a revision as a past state."""
    is_past = revision is not None
    rows = queries.offering_rows(queries.offerings(on, revision), offering_keys.DETAIL, past=is_past)
    return queries.offerings_json(rows, offering_keys.DETAIL, on, past=is_past)


def lasting(offering: dict[str, Any]) -> dict[str, Any]:
    """What is kept of the past: not who agreed and disagreed."""
    account = {
        name: {key: value for key, value in account.items() if key in ("source", "quality", "reason")}
        for name, account in offering["provenance"].items()
    }
    return offering | {"provenance": account, "disputed": None}


@settings(max_examples=count(15))
@given(COURSE_WITH_ACCOUNTS)
def test_every_revision_shows_what_was_shown_when_it_was_the_newest(steps):
    with transaction.atomic():
        states = {(revision, on): shown(on) for revision in publish_course(steps) for on in DAYS}

        for (revision, on), expected in states.items():
            assert [lasting(row) for row in shown(on, revision)] == [lasting(row) for row in expected]
            assert all(row["disputed"] is None for row in shown(on, revision))
        transaction.set_rollback(True)


def test_it_takes_one_query_for_many_offerings_as_for_one(django_assert_num_queries):
    for number in range(20):
        put(to("name", "R"), to("model", f"acme/r{number}"), key=f"acme/r{number}", aliases={f"r{number}": "list"})

    for revision in (None, 1, 20):
        with django_assert_num_queries(1):
            shown(NOW.date(), revision)


def test_the_day_after_a_dated_price_starts_lists_find_the_new_one():
    put(to("price.input", DATED))

    def cheap(on: date) -> bool:
        return queries.offerings(on).filter(input_price__lte=2).exists()

    assert (cheap(date(2026, 2, 28)), cheap(date(2026, 3, 1))) == (True, False)


def test_a_day_before_the_offering_was_published_shows_the_prices_of_that_day():
    put(to("price.input", DATED), at=NOW + 200 * DAY)

    (before,) = shown(date(2026, 2, 1), 1)
    assert before["prices"]["input"]["amount"] == "1"


def test_the_very_last_day_is_a_day_too():
    put(to("price.input", DATED))

    assert [row["prices"]["input"]["amount"] for row in shown(date.max, 1)] == ["9"]


def test_it_keeps_what_is_stated_to_be_nothing_apart_from_what_nobody_states():
    put(to("license", "MIT"), to("quantization", "fp8"))
    put(
        to("license", None, old="MIT"),
        to("quantization", None, old="fp8", gone=True, source="", reason="no longer stated"),
    )

    assert queries.offerings(NOW.date(), 2).get().facts == {"license": None}


def test_pins_names_and_delisting_of_the_past_are_known():
    put(to("name", "R", reason="pinned"), aliases={"r": "list"})
    put(aliases={"r": "list", "s": "list"}, missing_since=NOW)
    put(to("name", "S", old="R"), aliases={"s": "list"}, at=NOW + DAY)

    (first,), (second,), (third,) = (shown(NOW.date(), revision) for revision in (1, 2, 3))
    assert (first["pinned"], first["aliases"], first["missing_since"]) == (["name"], ["r"], None)
    assert (second["pinned"], second["aliases"]) == (["name"], ["r", "s"])
    assert second["missing_since"] == "2026-01-05T12:00:00Z"
    assert (third["pinned"], third["aliases"], third["missing_since"]) == ([], ["s"], None)


def test_provenance_of_the_past_says_which_revision_brought_a_value():
    put(to("name", "R"), to("price.input", listed("3")))
    put(to("name", "S", old="R"))

    (row,) = shown(NOW.date(), 2)
    assert {name: account["revision"] for name, account in row["provenance"].items()} == {"name": 2, "price.input": 1}
    assert row["provenance"]["price.input"] == {
        "source": "list", "quality": "partial", "reason": "only source", "policy": "new", "since": "2026-01-01",
        "revision": 1,
    }  # fmt: skip


def test_the_catalogue_of_a_revision_knows_the_names_of_that_time():
    put(to("name", "R"), to("model", "acme/rocket-1"), aliases={"r": "list"})
    put(aliases={"s": "list"})

    def at(revision: int) -> AsOf:
        return resolve(now=LATER, revision=revision)

    assert cache.at(at(1)).lookup("r").offering == OFFERING
    assert cache.at(at(2)).lookup("r").offering is None
    assert cache.at(at(2)).entries[OFFERING].aliases == ("s",)
    assert Revision.objects.filter(number__gt=0).count() == 2
