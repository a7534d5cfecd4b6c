"""New installations begin with one migration for each app, which stands for the whole chain before it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

APPS = ("curation", "registry", "syncers")


@pytest.mark.parametrize("app", APPS)
def test_the_squashed_migration_replaces_all_that_came_before_it(app):
    on_disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    squashed = on_disk[app, "0001_squashed"]
    last = max(name for _app, name in squashed.replaces)
    chain = {
        (its_app, name) for its_app, name in on_disk if its_app == app and name <= last and name != "0001_squashed"
    }

    assert set(squashed.replaces) == chain


@pytest.mark.django_db
@pytest.mark.parametrize("app", APPS)
def test_a_new_database_is_made_by_it(app):
    assert (app, "0001_squashed") in MigrationLoader(connection).applied_migrations
