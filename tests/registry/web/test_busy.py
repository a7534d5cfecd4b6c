from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from registry.models import Revision
from tests.file_database import file_database  # noqa: F401 (a fixture)
from tests.registry.builders import make_revision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("file_database")]


@pytest.fixture
def impatient(request: pytest.FixtureRequest) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has a single writer")
    request.getfixturevalue("file_database")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Another connection holds the write lock."""
    begun, over = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            Revision.objects.filter(number=1).update(reason="a long sync")
            begun.set()
            over.wait(30)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait(30)
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_curator_who_writes_meanwhile_gets_a_sentence_and_nothing_is_saved(impatient, client):
    make_revision(1)
    User.objects.create_superuser("ada", password="x")
    client.force_login(User.objects.get())
    client.raise_request_exception = False
    with somebody_writing():
        answer = client.post("/admin/auth/group/add/", {"name": "new"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database is busy" in answer.content.decode()


def test_reading_goes_on_while_somebody_writes(impatient, client):
    make_revision(1)
    with somebody_writing():
        assert client.get("/api/v1/offerings/").status_code == 200
        assert client.get("/").status_code == 200
