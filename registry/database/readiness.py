"""Checks that the database can be reached and has all migrations, with sentences for the operator."""

from __future__ import annotations

import os

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

_migrated: set[str] = set()
"""Databases known to have all migrations, cached for the life of this process."""


def why_not() -> str | None:
    """Why the database cannot be used, and what to do about it; None when it can.

    One query, and a check of all migrations the first time. Contains no passwords.
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
    """The reason of a database error that is caused by the setup; None for an error of this code."""
    if connection.vendor == "sqlite" and any(word in str(error) for word in ("readonly", "unable to open", "disk")):
        return _unusable(error)
    connection.close()  # the next query must not run in the failed transaction
    return why_not()


def missing_migrations() -> list[str]:
    """Migrations that the database lacks. Raises DatabaseError when it cannot be queried."""
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
