"""Versions: when one begins, what it holds, and that it stays as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings

from registry.catalogue import versions
from registry.catalogue.publish import publish, sole_writer
from registry.domain import accounts
from registry.domain import columns as projection
from registry.domain.changeset import OfferingChange
from registry.domain.spans import FIRST_DAY, LAST_DAY, OPEN
from registry.models import Alias, Offering, OfferingContent, OfferingVersion
from tests.builders import NOW, OFFERING, listed
from tests.random_courses import count
from tests.registry.catalogue.test_publish import BATCH, put, to
from tests.registry.courses import COURSE_WITH_ACCOUNTS, publish_course

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SAID = {"source": "list", "quality": "partial", "reason": "only source", "since": "2026-01-01", "policy": "new"}


def spans(key: str = OFFERING) -> list[tuple[int, int]]:
    """From which revision to which each version holds."""
    return list(OfferingVersion.objects.filter(key=key).values_list("revision_from", "revision_to"))


def refresh(**account: Any) -> None:
    """Publishes another account of the unchanged name."""
    put(provenance={"name": SAID | account}, at=NOW + DAY)


def test_a_new_offering_begins_a_version_that_is_open() -> None:
    put(to("name", "Rocket 1"), to("model", "acme/rocket-1"), to("price.input", listed("3")), aliases={"r1": "list"})

    version = OfferingVersion.objects.get()
    offering = Offering.objects.get()
    assert (version.revision_from, version.revision_to) == (1, OPEN)
    assert (version.day_from, version.day_to) == (FIRST_DAY, LAST_DAY)
    assert version.facts == offering.facts
    assert (version.offering_id, version.key, version.provider_id) == (offering.pk, OFFERING, "acme")
    assert (version.native_id, version.model_id) == ("rocket-1", "acme/rocket-1")
    assert (version.names, version.pinned_fields, version.from_ledger) == ("|r1|", 0, False)
    assert (version.created_at, version.updated_at) == (NOW, NOW)
    copied = {name: getattr(version, name) for name in projection.COLUMNS if hasattr(version, name)}
    assert copied == {name: getattr(offering, name) for name in copied}
    assert set(projection.COLUMNS) - set(copied) == {"description", "disputed_fields"}


def test_a_change_ends_a_version_and_begins_the_next() -> None:
    put(to("context_window", 1000))
    put(to("context_window", 2000, old=1000))

    assert spans() == [(1, 2), (2, OPEN)]
    assert list(OfferingVersion.objects.values_list("context_window", flat=True)) == [1000, 2000]


@pytest.mark.parametrize(
    "account", [{"source": "other"}, {"quality": "verified"}, {"reason": "pinned"}, {"policy": "p"}]
)
def test_another_source_quality_reason_or_policy_begins_a_version(account: Mapping[str, str]) -> None:
    put(to("name", "Rocket 1"))
    refresh(**account)

    assert spans() == [(1, 2), (2, OPEN)]


@pytest.mark.parametrize(
    "account", [{"agree": ["x"]}, {"disagree": ["x"]}, {"agreement": {"agree": 2, "of": 3}}, {"since": "2026-01-02"}]
)
def test_who_agrees_and_since_when_begins_none(account: Mapping[str, Any]) -> None:
    put(to("name", "Rocket 1"))
    refresh(**account)

    assert spans() == [(1, OPEN)]
    assert Offering.objects.get().revision == 2


def test_another_name_begins_a_version_and_names_that_are_not_told_stay() -> None:
    put(to("name", "Rocket 1"), aliases={"r1": "list"})
    put(aliases={"r1": "list", "rocket|1": "other"})
    put(aliases={"r1": "list", "rocket|1": "list"})
    put(to("license", "MIT"))

    rows = OfferingVersion.objects.values_list("revision_from", "names")
    assert [(revision, projection.names_in(names or "")) for revision, names in rows] == [
        (1, ["r1"]), (2, ["r1", "rocket|1"]), (4, ["r1", "rocket|1"]),
    ]  # fmt: skip


def test_what_is_no_longer_listed_begins_a_version() -> None:
    put(to("name", "Rocket 1"))
    put(not_seen_since=NOW)
    put(missing_since=NOW)

    rows = OfferingVersion.objects.values_list("revision_from", "not_seen_since", "missing_since")
    assert list(rows) == [(1, None, None), (2, NOW, None), (3, None, NOW)]


def lies_behind(value: int, **account: Any) -> dict[str, Any]:
    """What was accepted of a pinned context window, as the row of the offering keeps it."""
    return {"context_window": {"value": value, "account": SAID | account}}


def test_what_is_accepted_behind_a_pin_begins_a_version() -> None:
    put(to("context_window", 1000), behind=lies_behind(900, agree=["other"]))
    put(behind=lies_behind(900, since="2026-01-02"))
    put(behind=lies_behind(800))

    rows = OfferingVersion.objects.values_list("revision_from", "content__behind")
    assert list(rows) == [(1, lies_behind(900)), (3, lies_behind(800))]


def test_a_price_with_dates_has_a_row_for_each_stretch_of_days() -> None:
    line = [
        {"amount": "1", "currency": "USD", "to": "2026-03-01"},
        {"amount": "9", "currency": "USD", "from": "2026-03-01"},
    ]
    put(to("price.input", line))
    put(to("name", "Rocket"))

    rows = OfferingVersion.objects.filter(revision_to=OPEN).values_list("day_from", "day_to", "input_price")
    assert list(rows) == [(FIRST_DAY, date(2026, 3, 1), 1), (date(2026, 3, 1), LAST_DAY, 9)]
    assert spans() == [(1, 2), (1, 2), (2, OPEN), (2, OPEN)]
    assert OfferingContent.objects.count() == 2


def test_versions_that_show_the_same_share_it() -> None:
    put(to("name", "Rocket 1"))
    put(not_seen_since=NOW)

    assert len(spans()) == 2
    assert OfferingContent.objects.count() == 1


def test_a_value_keeps_the_revision_that_brought_it_in_the_account() -> None:
    put(to("name", "Rocket 1"), to("license", "MIT"))
    put(to("license", "BSD", old="MIT"))

    account = accounts.unpack(OfferingVersion.objects.get(revision_to=OPEN).content.account)
    assert (account["name"].revision, account["license"].revision) == (1, 2)
    assert account["name"][:5] == ("list", "partial", "only source", "new", "2026-01-01")


@settings(max_examples=count(15))
@given(COURSE_WITH_ACCOUNTS)
def test_the_current_row_shows_what_the_offering_is_and_one_row_holds_at_each_place(steps):
    alike = [name for name in versions.COPIED if name != "native_id"]
    with transaction.atomic():
        for revision in publish_course(steps):
            for offering in Offering.objects.all():
                rows = OfferingVersion.objects.filter(offering=offering, revision_to=OPEN)
                assert {tuple(row) for row in rows.values_list(*alike)} == {
                    tuple(getattr(offering, name) for name in alike)
                }
                day = offering.updated_at.date()
                today = rows.get(day_from__lte=day, day_to__gt=day)
                columns = projection.columns(offering.facts, offering.provenance, day)
                assert {name: getattr(today, name) for name in columns if hasattr(today, name)} == {
                    name: value for name, value in columns.items() if hasattr(today, name)
                }
                names = Alias.objects.filter(offering=offering).values_list("name", flat=True)
                assert projection.names_in(today.names or "") == sorted(names)
                assert offering.revision <= revision
        held = OfferingVersion.objects.order_by().values_list("key", "revision_from", "revision_to").distinct()
        for (key, _, end), (following, start, _) in pairwise(sorted(held)):
            assert end == (start if key == following else OPEN)
        transaction.set_rollback(True)


def test_many_offerings_take_as_many_queries_as_one(django_assert_max_num_queries: Any) -> None:
    def asked(count: int, revision: int) -> None:
        changes = [
            OfferingChange(f"acme/r{n}", [to("context_window", revision, old=revision - 1 or None)])
            for n in range(count)
        ]
        with sole_writer():
            publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)

    asked(10, 1)
    with django_assert_max_num_queries(26):
        asked(10, 2)


def test_the_database_refuses_what_no_version_can_be() -> None:
    put(to("price.input", listed("3")))
    for wrong in (
        {"revision_to": 1},
        {"day_to": FIRST_DAY},
        {"input_price": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfferingVersion.objects.update(**wrong)
