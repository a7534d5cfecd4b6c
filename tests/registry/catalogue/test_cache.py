from __future__ import annotations

import pytest

from registry.catalogue import cache
from tests.builders import NOW, OFFERING, claim, offering, source, state

pytestmark = pytest.mark.django_db


def test_it_is_empty_before_the_first_revision():
    current = cache.current()

    assert (current.revision, dict(current.entries)) == (0, {})
    assert current.lookup("gpt-5").matched_by == "none"


def test_it_holds_what_is_published():
    offering(aliases=("rocket",), model="acme/rocket-1", context_window=128_000)

    entry = cache.current().entries[OFFERING]
    assert entry.facts["context_window"] == 128_000
    assert entry.provenance["context_window"]["source"] == "list"
    assert (entry.provider, entry.native_id, entry.aliases) == ("acme", "rocket-1", ("rocket",))
    assert (entry.model, entry.model_slug) == ("acme/rocket-1", "acme/rocket-1")


def test_it_is_the_same_object_while_nothing_is_published(django_assert_num_queries):
    offering()
    first = cache.current()

    with django_assert_num_queries(1):
        assert cache.current() is first


def test_it_notices_the_next_revision():
    offering(name="Rocket 1")
    before = cache.current()
    state(source(), claim(name="Rocket One"), at=NOW)

    after = cache.current()
    assert after.entries[OFFERING].facts["name"] == "Rocket One"
    assert before.entries[OFFERING].facts["name"] == "Rocket 1"
    assert after.revision == before.revision + 1


def test_it_is_read_in_as_many_queries_for_many_offerings_as_for_one(django_assert_num_queries):
    state(source(), *(claim(f"acme/rocket-{n}") for n in range(30)))

    with django_assert_num_queries(3):
        assert len(cache.load(1).entries) == 30
