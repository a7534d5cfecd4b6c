"""Versions made of the ledger are those that would have been written, as far as the ledger knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given, settings

from registry.catalogue.backfill import Backfill
from registry.catalogue.versions import digest
from registry.domain import accounts
from registry.domain.spans import OPEN
from registry.models import OfferingContent, OfferingVersion, Revision
from tests.builders import OFFERING, listed
from tests.random_courses import count
from tests.registry.catalogue.test_publish import put, to
from tests.registry.courses import COURSE, publish_course

BEFORE = ("registry", "0004_rendered_blocks")
#: Columns of which the ledger knows nothing.
UNKNOWN = {"names", "pinned_fields", "missing_since", "not_seen_since", "from_ledger"}
SPAN = {"id", "content", "revision_from", "revision_to"}


def rows_at(revision: int) -> list[dict[str, Any]]:
    """All rows that hold at a revision, with their values and accounts in the place of the content."""
    held = OfferingVersion.objects.filter(revision_from__lte=revision, revision_to__gt=revision)
    columns = [column.name for column in OfferingVersion._meta.concrete_fields if column.name not in SPAN]
    rows = held.order_by("key", "day_from").values(*columns, "content__facts", "content__account")
    return [{**row, "content__account": accounts.unpack(row["content__account"])} for row in rows]


def without(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    account_ = {name: account._replace(since=None) for name, account in row["content__account"].items()}
    return {name: value for name, value in row.items() if name not in names} | {"content__account": account_}


def every_revision() -> Iterator[int]:
    yield from Revision.objects.filter(number__gt=0).values_list("number", flat=True)


def compare_with(by_revision: dict[int, list[dict[str, Any]]]) -> None:
    """Asserts that the versions there are now are those that were written, at every revision."""
    for revision, expected in by_revision.items():
        rows = rows_at(revision)
        assert [without(row, UNKNOWN) for row in rows] == [without(row, UNKNOWN) for row in expected]
        for row, was in zip(rows, expected, strict=True):
            unknown = {name: row[name] for name in UNKNOWN}
            if row["from_ledger"]:
                assert set(unknown.values()) == {None, True}
            else:
                assert unknown == {name: was[name] for name in UNKNOWN}


@pytest.mark.django_db
@settings(max_examples=count(20))
@given(COURSE)
def test_folding_the_ledger_gives_the_versions_that_were_written(steps):
    with transaction.atomic():
        list(publish_course(steps))
        expected = {revision: rows_at(revision) for revision in every_revision()}
        OfferingVersion.objects.all().delete()
        OfferingContent.objects.all().delete()

        Backfill(apps).run()

        compare_with(expected)
        assert not OfferingVersion.objects.filter(revision_to=OPEN, from_ledger=True).exists()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_it_goes_by_some_hundred_offerings_at_a_time(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("registry.catalogue.backfill._CHUNK", 2)
    for number in range(5):
        put(to("name", "R"), to("model", "acme/r"), key=f"acme/r{number}")
    OfferingVersion.objects.all().delete()

    assert Backfill(apps).run() == 5


@pytest.mark.django_db
def test_a_row_whose_account_alone_moved_since_its_last_change_begins_where_it_moved():
    put(to("name", "Rocket"), aliases={"r": "list"})
    put(provenance={"name": {"source": "other", "quality": "verified", "reason": "r", "policy": ""}})
    OfferingVersion.objects.all().delete()

    Backfill(apps).run()

    rows = OfferingVersion.objects.values_list("revision_from", "revision_to", "source", "names", "from_ledger")
    assert list(rows) == [(1, 2, "list", None, True), (2, OPEN, "other", "|r|", False)]


@pytest.mark.django_db
def test_a_link_to_a_model_that_is_gone_is_left_out():
    put(to("model", "acme/rocket-1"))
    put(to("model", "acme/rocket-2", old="acme/rocket-1"))
    OfferingVersion.objects.all().delete()
    backfill = Backfill(apps)
    backfill.models.remove("acme/rocket-1")

    backfill.run()

    assert list(OfferingVersion.objects.values_list("model_id", flat=True)) == [None, "acme/rocket-2"]


@pytest.fixture
def migrated_back_afterwards(transactional_db: None) -> Iterator[None]:
    yield
    migrate_on()


def migrate(target: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state([target]).apps


def migrate_on() -> None:
    """Goes on to the tables of today, which are those that the models read."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_lies_behind_a_pin_comes_to_the_version_that_stands(migrated_back_afterwards):
    account = {"source": "list", "quality": "partial", "reason": "only source", "policy": "new", "since": "2026-01-01"}
    behind = {"license": {"value": "MIT", "account": account}}
    put(to("name", "Rocket"))
    put(to("license", "BSD", reason="pinned"), behind=behind)
    migrate(("registry", "0008_accounts_of_today"))
    migrate_on()

    rows = OfferingVersion.objects.values_list("revision_from", "content__behind", "content__facts__license")
    assert list(rows) == [(1, {}, None), (2, behind, "BSD")]
    assert OfferingVersion.objects.get(revision_to=OPEN).content.digest == digest(
        {"facts": {"name": "Rocket", "license": "BSD"}, "account": _current_account(), "behind": behind}
    )


def _current_account() -> Any:
    return OfferingVersion.objects.get(revision_to=OPEN).content.account


def test_the_migration_upgrades_a_database_in_place(migrated_back_afterwards):
    put(to("name", "Rocket"), to("price.input", listed("3")), aliases={"r": "list"})
    put(to("price.input", listed("2"), old=listed("3")))
    put(to("license", "MIT"), key="relay/acme/rocket-1")
    expected = {revision: rows_at(revision) for revision in every_revision()}

    old = migrate(BEFORE)
    assert old.get_model("registry", "Offering").objects.count() == 2
    assert "registry_offeringversion" not in connection.introspection.table_names()
    migrate_on()

    compare_with(expected)
    assert [row["key"] for row in rows_at(3)] == [OFFERING, "relay/acme/rocket-1"]
    assert list(OfferingVersion.objects.values_list("from_ledger", flat=True)) == [True, False, False]
