"""The test database as a file, for tests with several connections.

SQLite's database in memory has locks by table, which no installation has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection


@pytest.fixture
def file_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The same tables in a file with a write-ahead log, on SQLite; nothing to do elsewhere."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, usual = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "database.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        memory.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, usual
