"""Delisting takes several good readings without an offering, over time; until then it is not seen since the first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from curation.models import Source, StoredClaim
from registry.catalogue.public_keys import offering_keys
from registry.models import Offering
from syncers.sync.engine import sync
from tests.builders import NOW
from tests.syncers.sync.test_engine import Fake, many, one, read, rows

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def listing(key: str = "fake/m2") -> tuple[object, object]:
    offering = Offering.objects.get(key=key)
    return offering.not_seen_since, offering.missing_since


def missed_after(*hours: int) -> None:
    """The list of three, and then that of two, read so many hours after it."""
    read(*many(3))
    for hour in hours:
        assert read(*many(2), at=NOW + hour * HOUR).good


@pytest.mark.parametrize("hours", [(6,), (6, 60), (6, 12, 18, 24, 30, 53), (6, 100)])
def test_two_misses_or_misses_of_two_days_less_an_hour_delist_nothing(hours):
    missed_after(*hours)

    assert listing() == (NOW + 6 * HOUR, None)


@pytest.mark.parametrize("hours", [(6, 12, 54), (6, 30, 54), (6, 12, 18, 100)])
def test_the_third_miss_delists_once_two_days_have_passed_since_the_first(hours):
    missed_after(*hours)

    assert listing() == (None, NOW + 6 * HOUR)


def test_a_payload_that_repeats_itself_counts_as_another_miss():
    """The very same bytes: the source lists the same as before, and that is a reading of its own."""
    missed_after(6, 12)
    before = rows()
    repeated = read(*many(2), at=NOW + 13 * HOUR)
    assert (repeated.status, repeated.rows_written, rows()) == ("unchanged", 0, before)

    assert read(*many(2), at=NOW + 54 * HOUR).status == "unchanged"
    assert listing() == (None, NOW + 6 * HOUR)


def test_readings_that_failed_are_no_misses():
    missed_after(6)
    for hour in (12, 18, 54, 60):
        sync(Fake, body=b"<html>", at=NOW + hour * HOUR)

    assert listing() == (NOW + 6 * HOUR, None)


def test_what_comes_back_is_listed_and_its_misses_are_forgotten():
    missed_after(6, 12)
    read(*many(3), at=NOW + 18 * HOUR)
    assert listing() == (None, None)

    for hour in (54, 60):
        read(*many(2), at=NOW + hour * HOUR)
    assert listing() == (NOW + 54 * HOUR, None)


def test_what_another_source_still_lists_is_listed():
    missed_after(6, 12)
    other = Source.objects.create(slug="other", label="Other", source_type="catalogue")
    StoredClaim.objects.create(
        source=other, offering_key="fake/m2", digest="x", first_seen_at=NOW, changed_at=NOW, values={}
    )
    read(*many(2), at=NOW + 54 * HOUR)

    assert Offering.objects.get(key="fake/m2").missing_since is None


def test_what_was_delisted_before_stays_so_though_readings_are_counted_anew():
    missed_after(6, 12, 54)
    Source.objects.update(good_readings=[])
    read(*many(2), one("new"), at=NOW + 60 * HOUR)

    assert listing() == (None, NOW + 6 * HOUR)


def test_how_many_misses_over_how_long_is_a_setting(settings):
    settings.DELIST_AFTER_READINGS, settings.DELIST_AFTER_HOURS = 2, 5
    missed_after(6, 12)

    assert listing() == (None, NOW + 6 * HOUR)


def test_a_source_keeps_no_more_readings_than_delisting_takes():
    missed_after(*range(1, 9))

    assert Source.objects.get(slug="fake").good_readings == [(NOW + hour * HOUR).isoformat() for hour in (6, 7, 8)]


def test_the_api_and_the_page_say_since_when_it_is_not_seen(client):
    missed_after(6)
    row = client.get("/api/v1/offerings/fake/m2/").json()

    assert (row["not_seen_since"], row["missing_since"]) == (f"{NOW + 6 * HOUR:%Y-%m-%dT%H:%M:%SZ}", None)
    assert f"Not seen since {NOW + 6 * HOUR:%Y-%m-%d}" in client.get("/offerings/fake/m2").text
    assert "not_seen_since" in offering_keys.KEYS


def test_a_curator_sees_since_when_it_is_not_seen(admin_client):
    missed_after(6)
    pk = Offering.objects.get(key="fake/m2").pk

    assert (
        f"not seen since {NOW + 6 * HOUR:%Y-%m-%d}" in admin_client.get(f"/admin/registry/offering/{pk}/change/").text
    )


def test_a_first_list_after_a_long_silence_delists_nothing_at_once():
    read(*many(3))
    read(*many(2), at=NOW + timedelta(days=90))

    assert listing() == (NOW + timedelta(days=90), None)
