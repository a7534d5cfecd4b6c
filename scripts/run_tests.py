"""Run the suite on SQLite, then on PostgreSQL, where a server answers, what depends on the database.

    .venv/bin/python scripts/run_tests.py [pytest arguments]

PostgreSQL is looked for at TEST_DATABASE_URL, else at the conventional local address. A server that
was named but does not answer is an error; an empty TEST_DATABASE_URL asks for SQLite alone.
The role must be allowed to create databases: pytest-django makes (and drops) its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parent.parent
CONVENTIONAL_URL = "postgres://postgres@127.0.0.1:5432/postgres"
#: What is run again on PostgreSQL: the tests of whatever writes SQL, commits or locks. The rest asks the database for
#: nothing new; `make soak` runs it there all the same. Paths rather than marks: what is not run is not even imported.
ON_POSTGRESQL = (
    # tables, migrations, queries
    "tests/guards/test_migrations.py",
    "tests/registry/catalogue",
    "tests/registry/cost",
    "tests/registry/history",
    "tests/registry/reference",
    "tests/registry/reports",
    "tests/curation/linking",
    "tests/curation/web",
    "tests/curation/upgrade",
    # filters, orderings and odd texts, of the API and of pages
    "tests/registry/api/test_filters.py",
    "tests/registry/api/test_history.py",
    "tests/registry/api/test_hostile.py",
    "tests/registry/api/test_models_and_providers.py",
    "tests/registry/api/test_offerings.py",
    "tests/registry/api/test_past.py",
    "tests/registry/api/test_unknown_count.py",
    "tests/registry/web/test_catalogue_page.py",
    "tests/registry/web/test_changes_page.py",
    "tests/registry/web/test_hostile_pages.py",
    "tests/registry/web/test_metrics.py",
    "tests/curation/admin/test_every_page.py",
    "tests/syncers/dashboard",
    "tests/curation/admin/test_hostile.py",
    # transactions, locks, several writers
    "tests/registry/exports",
    "tests/registry/web/test_busy.py",
    "tests/curation/apply",
    "tests/curation/audit",
    "tests/curation/imports",
    "tests/curation/notifications",
    "tests/curation/review",
    "tests/curation/rollback",
    "tests/curation/statements",
    "tests/syncers/sync",
)
#: Of random courses it gets a quarter: their logic is the same.
SHORTER_COURSES = {"RANDOM_SHARE": "0.1"}
#: A test database need not outlive a crash: no commit waits for the disk. Its small queries are not worth compiling.
QUICK_SERVER = {"PGOPTIONS": "-c synchronous_commit=off -c jit=off"}
NO_TESTS_COLLECTED = 5  # pytest's exit code: with arguments, one of the passes may have no test


def why_unusable(url: str) -> str | None:
    """Return the reason why no test database can be made there, or None when one can."""
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(
                "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0] or type(error).__name__
    return None if row and row[0] else "its role may not create databases"


def database_url() -> str:
    """Where PostgreSQL is looked for; empty where nobody wants it."""
    configured = os.environ.get("TEST_DATABASE_URL")
    return CONVENTIONAL_URL if configured is None else configured


def address(url: str) -> str:
    """Return the server's address without its password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "TEST_DATABASE_URL"
    return f"{parts.get('host', 'the local socket')}:{parts.get('port', 5432)}"


def on_postgresql(arguments: list[str]) -> list[str]:
    """The arguments of the second pass: where paths are named these, else those that belong to it."""
    has_paths = any((ROOT / argument.partition("::")[0]).exists() for argument in arguments)
    return ["-m", "not browser", *(() if has_paths else ON_POSTGRESQL), *arguments]


def run_pytest(title: str, arguments: list[str], environment: dict[str, str]) -> int:
    print(f"== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "--dist", "worksteal", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    named_url, url = os.environ.get("TEST_DATABASE_URL"), database_url()
    reason = why_unusable(url) if url else "TEST_DATABASE_URL is empty"
    if reason and named_url:
        print(f"PostgreSQL at {address(url)} cannot be used: {reason}", file=sys.stderr)
        return 2
    if reason:
        print(f"PostgreSQL: not used ({reason}); the suite runs on SQLite only", flush=True)

    with tempfile.TemporaryDirectory(prefix="registry-tests-") as var:
        # An installation of its own, whatever this shell exports or a .env file says.
        environment = {
            **os.environ,
            "VAR_DIR": var,
            "DATABASE_URL": f"sqlite:///{var}/registry.sqlite3",
            "CELERY_BROKER_URL": "filesystem://",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # half of the time to collect goes into what bytecode keeps
        code = run_pytest(
            "SQLite",
            ["-n", "auto", "--maxprocesses", "8", "-m", "not postgres", *arguments],
            environment,
        )
        fine = {0, NO_TESTS_COLLECTED} if arguments else {0}
        if reason or code not in fine:
            return code
        postgres_code = run_pytest(
            f"PostgreSQL at {address(url)}",
            ["-n", "auto", "--maxprocesses", "8", *on_postgresql(arguments)],
            {**SHORTER_COURSES, **QUICK_SERVER, **environment, "DATABASE_URL": url},
        )
    return code if arguments and postgres_code == NO_TESTS_COLLECTED else postgres_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
