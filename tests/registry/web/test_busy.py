from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from registry.api import tokens
from registry.database import patience
from registry.models import Revision
from registry.web.busy import BusyDatabaseMiddleware, handler500
from tests.registry.builders import make_offering, make_revision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has a single writer")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    yield
    connection.close()  # the next one waits as usual


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


# -- another process -----------------------------------------------------------------------------------------------

_WAIT_MS = 400


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[None]:
    """The connection of a process that answers requests, and one that waits for less still."""
    monkeypatch.setattr(patience, "WAIT_MS", _WAIT_MS)
    patience.limit_waiting()
    connection.close()
    try:
        yield
    finally:
        connection_created.disconnect(dispatch_uid="registry.database.patience")
        connection.close()


_HOLD_SQLITE = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
_HOLD_POSTGRES = """
import json, sys, psycopg
held = psycopg.connect(**json.loads(sys.argv[1]))
held.execute("SELECT number FROM registry_revision WHERE number = 0 FOR UPDATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process_writing() -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own holds what every publication needs, until its input is closed."""
    if connection.vendor == "sqlite":
        command = [_HOLD_SQLITE, str(connection.settings_dict["NAME"])]
    else:
        parameters = connection.get_connection_params()
        address = {
            name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters
        }
        command = [_HOLD_POSTGRES, json.dumps(address)]
    holder = subprocess.Popen([sys.executable, "-c", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield holder
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


@pytest.fixture
def pin(client, limited):
    """Sends a pin to the API."""
    make_revision(0)
    make_revision(1)
    make_offering("acme/rocket-1", {"license": "MIT"})
    _, token = tokens.make("a", User.objects.create_superuser("ada", password="x"), ["pin", "review", "read"])
    client.raise_request_exception = False

    def send():
        body = {"offering": "acme/rocket-1", "field": "license", "value": "Apache-2.0", "reason": "their page"}
        headers = {"authorization": f"Bearer {token}"}
        return client.post("/api/v1/pins/", json.dumps(body), content_type="application/json", headers=headers)

    return send


def test_a_program_that_writes_meanwhile_gets_a_problem_after_two_tries(pin):
    begun = time.monotonic()
    with another_process_writing():
        answer = pin()
    waited = time.monotonic() - begun

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("The database is busy")
    assert waited >= 2 * _WAIT_MS / 1000
    assert pin().status_code == 201


def test_the_second_try_sends_the_same_body(pin):
    with another_process_writing() as holder:
        assert holder.stdin is not None
        threading.Timer(1.5 * _WAIT_MS / 1000, holder.stdin.close).start()
        assert pin().status_code == 201


def test_a_file_that_was_sent_is_read_from_its_beginning_in_the_second_try(rf):
    read: list[bytes] = []

    def view(request: HttpRequest) -> HttpResponse:
        (file,) = request.FILES.getlist("file")
        read.append(file.read())
        if len(read) == 1:
            raise OperationalError("database is locked")
        return HttpResponse("done")

    request = rf.post("/admin/", {"file": SimpleUploadedFile("prices.csv", b"a,b")})
    answer = BusyDatabaseMiddleware(view).process_view(request, view, (), {})

    assert answer is not None
    assert (answer.status_code, read) == (200, [b"a,b", b"a,b"])


def test_a_script_of_a_page_gets_the_sentence_as_json(rf):
    middleware = BusyDatabaseMiddleware(lambda request: HttpResponse())
    busy = OperationalError("database is locked")
    answer = middleware.process_exception(rf.post("/admin/", headers={"accept": "application/json"}), busy)
    page = middleware.process_exception(rf.post("/admin/", headers={"accept": "text/html,*/*;q=0.8"}), busy)

    assert answer is not None
    assert page is not None
    assert json.loads(answer.content)["error"].startswith("The database is busy. Check whether this was saved")
    assert (answer.status_code, answer["Retry-After"], page["Content-Type"][:9]) == (503, "5", "text/html")


def test_it_says_so_too_where_a_middleware_finds_the_database_busy(rf):
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        page, problem = handler500(rf.get("/admin/")), handler500(rf.get("/api/v1/offerings/"))

    assert (page.status_code, problem.status_code) == (503, 503)
    assert isinstance(page, HttpResponse)
    assert "The database is busy" in page.content.decode()
    assert problem["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("module", "waits"), [("config.wsgi", patience.WAIT_MS), ("config.celery", 30_000)], ids=["the site", "a worker"]
)
def test_the_site_waits_for_two_seconds_and_a_worker_for_thirty(tmp_path, module, waits):
    ask = f"import {module}, django; django.setup(); from django.db import connection as c; print(c.cursor().execute"
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment.pop("DATABASE_URL", None)
    result = subprocess.run(
        [sys.executable, "-c", f"{ask}('PRAGMA busy_timeout').fetchone()[0])"],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(result.stdout) == waits
