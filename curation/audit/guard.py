"""Database triggers that keep the audit trail append-only, also against plain SQL.

PostgreSQL refuses to change or delete an entry. SQLite refuses to change one; refusing to delete would also break
`manage.py flush`. The database's owner can drop a trigger: this stops mistakes and other programs, not its
administrator. Created again after every migration.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

from curation.models import AuditEntry

_TABLE: Final = AuditEntry._meta.db_table
_SAID: Final = "the audit trail is append-only"
_POSTGRESQL: Final = (
    f"CREATE OR REPLACE FUNCTION {_TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$",
    f"DROP TRIGGER IF EXISTS {_TABLE}_append_only ON {_TABLE}",
    f"CREATE TRIGGER {_TABLE}_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_append_only()",
)
_SQLITE: Final = (
    f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_append_only BEFORE UPDATE ON {_TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END",
)


def install(using: str = "default", **signal: Any) -> None:
    """Creates the triggers, where the database supports them. Receiver of `post_migrate`."""
    connection = connections[using]
    statements = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}.get(connection.vendor, ())
    if _TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
