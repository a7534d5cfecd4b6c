from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection

from syncers.sync.locks import AlreadyRunning, only_one

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE_SECONDS = 1.0
HOLDER = """
import sys, time
import django
django.setup()
from syncers.sync.locks import only_one
with only_one(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a process that holds a lock until it is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, name],
            cwd=django_settings.BASE_DIR,
            env={**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": database_url(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def database_url(folder: Path) -> str:
    """The database of this test for another process; advisory locks hold within one database."""
    if connection.vendor != "postgresql":
        return f"sqlite:///{folder / 'any.sqlite3'}"
    database = connection.settings_dict
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgres://{database['USER']}{password}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def is_free(name: str) -> bool:
    try:
        with only_one(name):
            return True
    except AlreadyRunning:
        return False


def is_free_for_another_thread(name: str) -> bool:
    answers = []

    def ask() -> None:
        try:
            answers.append(is_free(name))
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


def test_it_refuses_a_second_holder_at_once(holder: Callable[[str], subprocess.Popen[str]]) -> None:
    holder("sync:one")
    start = time.monotonic()

    with pytest.raises(AlreadyRunning, match="sync:one"), only_one("sync:one"):
        pytest.fail("two holders at a time")
    assert time.monotonic() - start < AT_ONCE_SECONDS


def test_it_refuses_another_thread_too() -> None:
    with only_one("sync:one"):
        assert not is_free_for_another_thread("sync:one")

    assert is_free_for_another_thread("sync:one")


def test_it_keeps_names_apart(holder: Callable[[str], subprocess.Popen[str]]) -> None:
    holder("sync:one")

    assert is_free("sync:two")
    assert is_free("sync:one/../two")


def test_it_lets_go_when_its_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), only_one("sync:one"):
        raise ZeroDivisionError

    assert is_free_for_another_thread("sync:one")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_lets_go_when_its_holder_dies(holder: Callable[[str], subprocess.Popen[str]], number: int) -> None:
    process = holder("sync:one")
    assert not is_free("sync:one")

    process.send_signal(number)
    process.wait(10)

    end = time.monotonic() + 5  # the database notices a moment later than the kernel
    while not is_free("sync:one"):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_tells_what_went_wrong_when_the_database_goes_away() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a lock file needs no database")

    def lose_the_database_and_fail() -> None:
        with only_one("sync:one"):
            with pytest.raises(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose_the_database_and_fail()
    connection.close()

    assert is_free_for_another_thread("sync:one")
