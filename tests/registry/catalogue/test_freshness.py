from __future__ import annotations

from datetime import timedelta

import pytest

from curation.freshness import Sources
from registry.catalogue import freshness
from registry.catalogue.freshness import STALE_DAYS, confirmation
from registry.domain.provenance import Provenance
from tests import builders
from tests.registry.builders import NOON, origin
from tests.registry.reading_log import read, reading_log

KEY = "openai/gpt-4o"
DAY = timedelta(days=1)


def test_a_value_is_confirmed_by_whoever_was_read_last_and_still_says_so():
    readings = {reading.slug: reading for reading in (read("openai", NOON - DAY), read("litellm", NOON))}

    both = confirmation(KEY, "price.input", Provenance(origin("openai", agree=["litellm"])), readings, ())
    confirmed = confirmation(
        KEY, "price.input", Provenance(origin("openai", agree=["litellm"])), readings, {(KEY, "litellm", "")}
    )
    none = confirmation(KEY, "price.input", Provenance(origin("openai")), readings, {(KEY, "openai", "")})

    assert (both.at, both.by) == (NOON, "litellm")
    assert (confirmed.at, confirmed.by) == (NOON - DAY, "openai")
    assert none.at is None
    assert none.is_stale(NOON) is None


@pytest.mark.parametrize("source", ["pin", "identity", "unheard-of"])
def test_what_no_source_states_is_confirmed_by_nobody(source):
    readings = {"pin": read("pin", NOON), "identity": read("identity", NOON)}

    assert confirmation(KEY, "price.input", Provenance(origin(source)), readings, ()).at is None


@pytest.mark.parametrize(("days", "stale"), [(0, False), (STALE_DAYS - 1, False), (STALE_DAYS, True), (400, True)])
def test_what_nobody_confirmed_for_long_is_stale(days, stale):
    readings = {"openai": read("openai", NOON - days * DAY)}

    assert confirmation(KEY, "price.input", Provenance(origin("openai")), readings, ()).is_stale(NOON) is stale


def test_an_offering_is_as_fresh_as_its_oldest_price():
    provenance = {
        "price.input": origin("openai"),
        "price.output": origin("litellm"),
        "context_window": origin("old"),
        "price.cache_read": origin("pin", reason="pinned"),
    }
    with reading_log(read("openai", NOON), read("litellm", NOON - 3 * DAY), read("old", NOON - 90 * DAY)):
        body = freshness.of_offering(KEY, provenance, now=NOON)

    assert (body["confirmed_at"], body["confirmed_by"]) == ("2026-11-17T12:00:00Z", "litellm")
    assert (body["age_days"], body["stale"]) == (3, False)
    assert body["fields"]["context_window"]["stale"] is True
    assert body["fields"]["price.cache_read"]["confirmed_at"] is None


def test_while_one_of_its_prices_is_confirmed_by_nobody_its_age_is_unknown():
    provenance = {"price.input": origin("openai"), "price.output": origin("gone")}
    with reading_log(read("openai", NOON), read("gone", None)):
        body = freshness.of_offering(KEY, provenance, now=NOON)

    assert (body["confirmed_at"], body["age_days"], body["stale"]) == (None, None, None)


def test_without_a_reading_log_everything_is_unknown():
    with reading_log():
        fields = freshness.of_offering(KEY, {"name": origin("openai")}, now=NOON)["fields"]
        assert fields["name"]["confirmed_at"] is None


@pytest.mark.django_db
def test_the_sources_are_the_reading_log_and_know_what_they_no_longer_list(django_assert_num_queries):
    source = builders.source("list", last_good_at=NOON, speaks_for="acme")
    builders.state(source, builders.claim("acme/a"), builders.claim("acme/b"))
    builders.state(source, builders.claim("acme/b", supports_tools=...))

    assert isinstance(freshness.reading_log(), Sources)
    with django_assert_num_queries(5):
        assert freshness.reading_log().readings() == {"list": read("list", NOON, "acme")}
        gone = {("acme/a", "list", ""), ("acme/b", "list", "supports_tools")}
        assert set(freshness.reading_log().gone(["acme/a", "acme/b"])) == gone
        assert set(freshness.reading_log().gone(None)) == gone
