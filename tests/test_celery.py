"""Workers and the scheduler as real processes, on both brokers, each with an installation of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from config.celery import app

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
PATIENCE_SECONDS = 60
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379")
QUICK_DATABASE, KILLED_DATABASE = 13, 14

PATIENT = """
import os, time
from pathlib import Path
from celery import shared_task

@shared_task(name="patient")
def patient(folder):
    first, second = Path(folder, "first"), Path(folder, "second")
    if first.exists():
        second.touch()
        return
    first.with_suffix(".new").write_text(str(os.getpid()))
    first.with_suffix(".new").rename(first)
    time.sleep(600)
"""


@dataclass
class Installation:
    """A folder with a database, a queue and processes of its own."""

    folder: Path
    broker: str = "filesystem://localhost"
    transport_options: dict[str, Any] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "patient.py").write_text(PATIENT)
        (self.folder / "odd_settings.py").write_text(
            "from config.settings import *\n"
            "CELERY_IMPORTS = ['patient']\n"
            "CELERY_WORKER_LOST_WAIT = 1\n"
            f"CELERY_BROKER_TRANSPORT_OPTIONS.update({self.transport_options!r})\n"
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}{os.pathsep}{self.folder}",
            "DJANGO_SETTINGS_MODULE": "odd_settings",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'registry.sqlite3'}",
            "CELERY_BROKER_URL": self.broker,
            "SECRET_KEY": "tests",
        }

    def run(self, *command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment, check=True, timeout=PATIENCE_SECONDS)

    def script(self, text: str) -> None:
        self.run("-c", f"import django; django.setup()\n{text}")

    def send(self, task: str, *arguments: str) -> None:
        """Queues a task from this process, which takes no start of another one."""
        queue = self.folder / "queue"
        options = {
            "data_folder_in": str(queue / "messages"), "data_folder_out": str(queue / "messages"),
            "processed_folder": str(queue / "taken"), "control_folder": str(queue / "control"),
            **self.transport_options,
        }  # fmt: skip
        for folder in ("messages", "taken", "control"):
            (queue / folder).mkdir(parents=True, exist_ok=True)
        with app.connection_for_write(self.broker, transport_options=options) as connection:
            app.send_task(task, arguments, connection=connection)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", *command],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        return self.start("worker", "-l", "info", *(options or ("--pool=solo",)))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder / 'registry.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def statuses(self) -> list[str]:
        return [status for (status,) in self.rows("SELECT status FROM syncers_run ORDER BY id")]

    def wait(self, happened: Callable[[], Any]) -> None:
        """Until it has happened; fails with what the processes said."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            assert time.monotonic() < end, self.log
            assert all(process.poll() is None for process in self.processes), self.log
            time.sleep(0.1)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def stop(self, process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
        self.processes.remove(process)
        process.send_signal(number)
        return process.wait(20)

    def stop_all(self) -> None:
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied."""
    installation = Installation(tmp_path_factory.mktemp("migrated"))
    installation.run("manage.py", "migrate", "--verbosity", "0")
    with closing(sqlite3.connect(installation.folder / "registry.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return installation.folder / "registry.sqlite3"


@pytest.fixture
def install(migrated: Path, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    installations: list[Installation] = []

    def install(**options: Any) -> Installation:
        shutil.copy(migrated, tmp_path)
        installations.append(Installation(tmp_path, **options))
        return installations[-1]

    yield install
    for installation in installations:
        installation.stop_all()


@pytest.fixture
def redis_install(install: Callable[..., Installation]) -> Iterator[Callable[..., Installation]]:
    """On Redis, in a database and under a prefix of its own."""
    prefix = f"test-{uuid4().hex}:"
    used: list[redis.Redis] = []

    def make(database: int, **options: Any) -> Installation:
        url = f"{REDIS_URL}/{database}"
        client = redis.Redis.from_url(url, socket_connect_timeout=2)
        try:
            client.ping()
        except redis.RedisError as error:
            client.close()
            pytest.skip(f"no Redis answers at TEST_REDIS_URL or its usual place: {error}")
        used.append(client)
        return install(broker=url, transport_options={"global_keyprefix": prefix, **options})

    yield make
    for client in used:
        for key in client.scan_iter(f"*{prefix}*"):
            client.delete(key)
        client.close()


SYNC: Final = ("syncers.sync_source", "curated")


# -- the on-disk queue -------------------------------------------------------------------------------------------------


def test_it_syncs_out_of_the_queue_on_disk(install: Callable[..., Installation]) -> None:
    here = install()
    # Nobody listens yet: the message waits.
    here.send(*SYNC)

    worker = here.worker("--concurrency=1")
    here.wait(here.statuses)
    code = here.stop(worker)

    assert here.statuses() == ["ok"]
    assert here.rows("SELECT count(*) FROM registry_offering")[0][0] > 100
    assert code == 0
    assert not list((here.folder / "queue").rglob("*.msg"))
    assert len(re.findall("sync of curated: ok", here.log)) == 1
    assert "WARNING" not in here.log
    assert "Traceback" not in here.log


def test_it_runs_a_task_again_when_its_worker_was_killed(install: Callable[..., Installation]) -> None:
    here = install()
    _kill_in_the_middle(here)

    here.worker()
    here.wait((here.folder / "second").exists)


def test_it_does_not_run_a_task_again_that_killed_its_process(install: Callable[..., Installation]) -> None:
    here = install()
    here.worker("--concurrency=1")
    here.send("patient", str(here.folder))
    here.wait((here.folder / "first").exists)

    os.kill(int((here.folder / "first").read_text()), signal.SIGKILL)
    here.wait(lambda: "WorkerLostError" in here.log)
    here.send(*SYNC)
    here.wait(lambda: here.statuses() == ["ok"])

    assert not (here.folder / "second").exists()


def _kill_in_the_middle(here: Installation) -> None:
    worker = here.worker()
    here.send("patient", str(here.folder))
    here.wait((here.folder / "first").exists)
    assert here.stop(worker, signal.SIGKILL) == -signal.SIGKILL


# -- Redis -------------------------------------------------------------------------------------------------------------


@pytest.mark.redis
def test_it_syncs_over_redis_and_survives_the_loss_of_its_connections(
    redis_install: Callable[..., Installation],
) -> None:
    here = redis_install(QUICK_DATABASE)
    here.send(*SYNC)
    worker = here.worker()
    here.wait(here.statuses)

    for _ in range(3):
        _cut_connections(QUICK_DATABASE)
        time.sleep(0.5)
    here.send(*SYNC)
    here.wait(lambda: len(here.statuses()) == 2)
    code = here.stop(worker)

    assert here.statuses() == ["ok", "unchanged"]
    assert here.rows("SELECT count(*) FROM registry_offering")[0][0] > 100
    assert code == 0


@pytest.mark.redis
def test_it_runs_a_task_again_when_its_worker_was_killed_on_redis(redis_install: Callable[..., Installation]) -> None:
    here = redis_install(KILLED_DATABASE, visibility_timeout=1)
    _kill_in_the_middle(here)
    time.sleep(1.1)

    here.worker()
    here.wait((here.folder / "second").exists)


def _cut_connections(database: int) -> None:
    with closing(redis.Redis.from_url(f"{REDIS_URL}/0")) as client:
        for connection in client.client_list():
            if connection["db"] == str(database):
                client.client_kill_filter(_id=connection["id"])


# -- the scheduler -----------------------------------------------------------------------------------------------------


def test_it_sends_what_is_due(install: Callable[..., Installation]) -> None:
    here = install()
    here.script(
        "from syncers.schedule import ensure_schedule; ensure_schedule()\n"
        "from datetime import timedelta; from django.utils import timezone\n"
        "from django_celery_beat.models import PeriodicTask\n"
        "PeriodicTask.objects.exclude(name='sync: curated').update(enabled=False)\n"
        "PeriodicTask.objects.update(last_run_at=timezone.now() - timedelta(days=9))\n"
    )

    worker = here.worker()
    beat = here.start("beat", "-l", "info", "--pidfile", "", "--max-interval", "1")
    here.wait(here.statuses)
    codes = here.stop(beat), here.stop(worker)

    assert here.statuses() == ["ok"]  # nine days late, and yet once
    assert codes == (0, 0)
    assert "Traceback" not in here.log


# -- settings ----------------------------------------------------------------------------------------------------------


def test_it_is_set_to_lose_nothing_and_hoard_nothing() -> None:
    conf: Any = app.conf

    assert conf.task_acks_late
    assert not conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_ignore_result
    assert conf.result_backend is None
    assert conf.broker_connection_retry_on_startup
    assert conf.broker_connection_max_retries is None
    assert conf.task_soft_time_limit < conf.task_time_limit


def test_it_gives_no_task_to_a_second_worker_while_the_first_may_still_be_at_it() -> None:
    environment = {**os.environ, "CELERY_BROKER_URL": "redis://127.0.0.1:6379/13"}
    script = (
        "import json; from config import settings as s\n"
        "print(json.dumps([s.CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout'], s.CELERY_TASK_TIME_LIMIT]))"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True, capture_output=True)
    visibility_timeout, time_limit = json.loads(answer.stdout)

    assert visibility_timeout > time_limit
