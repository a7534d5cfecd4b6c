"""What every test shares. Builders of things to test with are in `tests.builders`."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction

from registry.catalogue import per_revision
from tests.random_courses import SHARE, count

# No deadline: a slow machine is no defect. Some properties save to a database, which is rolled back after all examples.
# The suite tries the same examples each time; `make soak` tries new ones and prints how to repeat a failure.
_SOAKING = SHARE > 1
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    derandomize=not _SOAKING,
    print_blob=_SOAKING,
    max_examples=count(100),
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected lives until the end: to look through it for garbage takes a third of the time to collect."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: at the end of a parallel run all but one process would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def _own_var_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each process of a parallel run has lock files of its own, as it has a database of its own."""
    settings.VAR_DIR = Path(tmp_path_factory.mktemp(f"var-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """The usual hash takes a third of a second, which is what it is for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's test database is a file, as every installation's is.

    In memory all threads of a live server would share one connection, hence its transactions, and locks are by table.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="module")
def module_database(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For a world that all tests of a module share: its fixture asks for this, and may then write to the database.

    What a single test writes is undone after it, as ever, and the world after the module. Every test of such a module
    sees the world; none of them may commit (`transaction=True`).
    """
    mark = request.node.get_closest_marker("django_db")
    assert mark, "mark the module django_db: else what its tests write is not undone"
    assert not mark.kwargs.get("transaction")
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _rendered_on_demand(settings: Any) -> None:
    """No process renders what tests publish: whoever asks does."""
    settings.RENDER_INLINE = True


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> Iterator[None]:
    """Each test has its own database, whose revisions count from one: nothing held in memory may outlive it."""
    per_revision.forget_all()
    yield
    per_revision.forget_all()
