"""Whether the database can be used, in sentences for the person who runs this: it answers, and has all migrations."""

from __future__ import annotations

import os

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

_migrated: set[str] = set()
"""Databases seen with all migrations; they do not lose them while this process lives."""


def why_not() -> str | None:
    """What keeps the database from being used, and what to do about it; None when nothing does.

    Costs one query, and a look at all migrations the first time. Passwords are not in it.
    """
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = missing_migrations()
    except DatabaseError as error:
        return _unusable(error)
    if missing:
        return f"The database has not been migrated ({len(missing)} migrations are missing): run `manage.py migrate`."
    return None


def explain(error: DatabaseError) -> str | None:
    """Why the database refused, where that is a mistake in how it was set up; None when it is one of this code."""
    if connection.vendor == "sqlite" and any(word in str(error) for word in ("readonly", "unable to open", "disk")):
        return _unusable(error)
    connection.close()  # what is asked next must not stand in a transaction that has failed
    return why_not()


def missing_migrations() -> list[str]:
    """Migrations that the database does not have. Raises DatabaseError when it cannot be asked."""
    name = str(connection.settings_dict["NAME"])
    if name in _migrated:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        _migrated.add(name)
    return [str(migration) for migration, _ in plan]


def _unusable(error: DatabaseError) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0].removeprefix("connection failed: ")
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        variable = "DATABASE_URL" if "DATABASE_URL" in os.environ else "VAR_DIR"
        return (
            f"{variable}: the SQLite file {where['NAME']} cannot be used ({reason}). Name a place that has room, "
            "and that the user of this process may write to."
        )
    server = f"{where['HOST'] or 'the local socket'}:{where['PORT'] or 5432}"
    return (
        f"DATABASE_URL: the database {where['NAME']} at {server} cannot be used ({reason}). Start the server, or write "
        "postgres://user:password@host:5432/name of one that runs and lets this user in."
    )
