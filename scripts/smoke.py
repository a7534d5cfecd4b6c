"""Smoke test of the production processes with requirements/runtime.lock alone, on PostgreSQL and Redis.

    make smoke      (runs this with .venv/smoke/bin/python, which has only that lock installed)

It imports every module of the project, then does what docs/deploy.md says: migrate, prepare, and the commands of the
systemd units in docs/deploy. It signs in over HTTP, presses "Sync now" for the curated files, and waits until the API
shows the result. It creates its own databases in PostgreSQL and Redis, and drops them afterwards.

PostgreSQL is looked for at TEST_DATABASE_URL, Redis at TEST_REDIS_URL, else at their conventional local addresses.
Where one does not answer it says so and skips; in CI (CI=true) that is a failure.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
import redis

ROOT: Final = Path(__file__).resolve().parent.parent
BIN: Final = Path(sys.executable).parent
POSTGRES_URL: Final = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL: Final = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379"
PATIENCE_SECONDS: Final = 60
LINES_SHOWN: Final = 25
PEOPLE: Final = {"username": "smoke", "password": secrets.token_urlsafe(16)}

IMPORT_ALL: Final = """
import importlib, pkgutil, django
django.setup()
import config, curation, registry, syncers
from django.urls import get_resolver
names = [found.name for package in (config, curation, registry, syncers)
         for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
for name in names:
    importlib.import_module(name)
get_resolver().url_patterns
print(len(names), "modules")
"""


class Failed(Exception):
    """A step failed; the message has the last lines of its log."""


class Missing(Exception):
    """A server that does not answer."""


# -- servers: a separate database on each ------------------------------------------------------------------------------


@contextmanager
def own_postgres() -> Iterator[str]:
    """The address of a new database, which is dropped in the end. Raises Missing."""
    name = f"registry_smoke_{secrets.token_hex(4)}"
    try:
        server = psycopg.connect(POSTGRES_URL, connect_timeout=3, autocommit=True)
    except psycopg.Error as error:
        raise Missing(f"no PostgreSQL answers at {_shown(POSTGRES_URL)}: {str(error).splitlines()[0]}") from error
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def own_redis() -> Iterator[str]:
    """The address of an empty Redis database, which is emptied in the end. Raises Missing."""
    for number in (12, 11, 10, 9, 15):  # not those that the tests use
        url = urlunsplit(urlsplit(REDIS_URL)._replace(path=f"/{number}"))
        with redis.Redis.from_url(url, socket_connect_timeout=3) as client:
            try:
                key_count = client.dbsize()
            except redis.RedisError as error:
                raise Missing(f"no Redis answers at {_shown(REDIS_URL)}: {error}") from error
            if key_count:
                continue
            try:
                yield url
            finally:
                client.flushdb()
            return
    raise Missing(f"no database of the Redis at {_shown(REDIS_URL)} is empty")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or ''}".rstrip(":")


# -- processes ---------------------------------------------------------------------------------------------------------


class Installation:
    """The environment and the processes of one run."""

    def __init__(self, folder: Path, postgres: str, broker: str) -> None:
        self.folder, self.port = folder, _free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        # Only the environment of a clean machine: nothing that this shell exports has an effect.
        self.environment = {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": postgres,
            "CELERY_BROKER_URL": broker,
            "SECRET_KEY": secrets.token_hex(32),
            "VAR_DIR": str(folder / "var"),
            "DJANGO_SUPERUSER_PASSWORD": PEOPLE["password"],
        }

    def run(self, what: str, *command: str) -> str:
        """Runs one command to its end; returns what it printed. Raises Failed."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=3 * PATIENCE_SECONDS,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(f"{what} ended with code {done.returncode}:\n{_last(done.stdout + done.stderr)}")
        return done.stdout.strip()

    def start(self, what: str, *command: str) -> None:
        with self.log(what).open("wb") as log:
            self.running[what] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def log(self, what: str) -> Path:
        return self.folder / f"{what}.log"

    def wait(self, what: str, wanted: str, happened: Callable[[], Any]) -> Any:
        """Waits for something that `what` has to do. Raises Failed when it ends, another ends, or time is up."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (result := happened()):
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise Failed(f"{name} ended with code {process.returncode}:\n{self.last_lines(name)}")
            if time.monotonic() > end:
                raise Failed(f"{what}: {wanted} did not happen in {PATIENCE_SECONDS} s:\n{self.last_lines(what)}")
            time.sleep(0.2)
        return result

    def last_lines(self, what: str) -> str:
        return _last(self.log(what).read_text(errors="replace"))

    def says(self, what: str, pattern: str) -> bool:
        return re.search(pattern, self.log(what).read_text(errors="replace")) is not None

    def end(self, what: str) -> None:
        """Asks a process to end, which it has to do by itself and without an error. Raises Failed."""
        process = self.running.pop(what)
        process.terminate()
        try:
            code = process.wait(20)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise Failed(f"{what} did not end when it was asked to:\n{self.last_lines(what)}") from error
        if code or self.says(what, "Traceback"):
            raise Failed(f"{what} ended with code {code}; its log:\n{self.last_lines(what)}")

    def kill_all(self) -> None:
        for process in self.running.values():
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines()[-LINES_SHOWN:])


# -- a minimal browser -------------------------------------------------------------------------------------------------


class Browser:
    def __init__(self, port: int) -> None:
        self.site = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> tuple[int, bytes]:
        """Status (0: no answer) and body."""
        return self._open(urllib.request.Request(self.site + path))  # noqa: S310

    def post(self, path: str, **fields: str) -> tuple[int, bytes]:
        fields["csrfmiddlewaretoken"] = next(
            (cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken"), ""
        )
        headers = {"Referer": self.site + path}
        return self._open(urllib.request.Request(self.site + path, urlencode(fields).encode(), headers))  # noqa: S310

    def json(self, path: str) -> dict[str, Any]:
        status, body = self.get(path)
        if status != http.HTTPStatus.OK:
            raise Failed(f"GET {path} answered {status}:\n{_last(body.decode(errors='replace'))}")
        document: dict[str, Any] = json.loads(body)
        return document

    def _open(self, request: urllib.request.Request) -> tuple[int, bytes]:
        try:
            with self.opener.open(request, timeout=15) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""


# -- the steps ---------------------------------------------------------------------------------------------------------


def main() -> int:
    started = time.monotonic()
    try:
        with own_postgres() as postgres, own_redis() as broker, tempfile.TemporaryDirectory(prefix="smoke-") as folder:
            here = Installation(Path(folder), postgres, broker)
            try:
                prepare(here)
                start(here)
                sync_over_http(here)
            finally:
                here.kill_all()
    except Missing as missing:
        in_ci = os.environ.get("CI", "").lower() in ("1", "true")
        print(f"smoke: {'failed' if in_ci else 'skipped'}, {missing}", flush=True)
        return int(in_ci)
    except Failed as failure:
        print(f"smoke: failed. {failure}", flush=True)
        return 1
    print(f"smoke: passed in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def prepare(here: Installation) -> None:
    manage = (sys.executable, "manage.py")
    module_count = here.run("importing all modules", sys.executable, "-c", IMPORT_ALL)
    say(f"imported {module_count} of config, curation, registry and syncers")
    here.run("collectstatic", *manage, "collectstatic", "--noinput", "--verbosity", "0")
    here.run("migrate", *manage, "migrate", "--noinput", "--verbosity", "0")
    here.run("prepare", *manage, "prepare")
    here.run(
        "createsuperuser", *manage, "createsuperuser", "--noinput", "--username", PEOPLE["username"], "--email", ""
    )
    say("collectstatic, migrate, prepare, createsuperuser")


def start(here: Installation) -> None:
    """The commands of the systemd units."""
    for name, unit in (("gunicorn", "web"), ("worker", "worker"), ("beat", "beat"), ("renderer", "render")):
        here.start(name, *_command(unit, here.port))
    browser = Browser(here.port)
    here.wait("gunicorn", "an answer at /readyz", lambda: browser.get("/readyz")[0] == http.HTTPStatus.OK)
    here.wait("worker", "its first words", lambda: here.says("worker", r"celery@\S+ ready"))
    here.wait("beat", "its first task", lambda: here.says("beat", "Sending due task expired pins"))
    here.wait("worker", "that task", lambda: here.says("worker", r"Task syncers\.end_expired_pins\[\S+\] succeeded"))
    say("gunicorn answers, the worker is ready, and did what beat sent it")


def _command(unit: str, port: int) -> list[str]:
    """What a unit starts, with the programs of this environment and a free port."""
    text = (ROOT / "docs" / "deploy" / f"registry-{unit}.service").read_text(encoding="utf-8")
    command = text.partition("ExecStart=")[2].partition("\n")[0]
    return command.replace("/srv/registry/.venv/bin", str(BIN)).replace("127.0.0.1:8000", f"127.0.0.1:{port}").split()


def sync_over_http(here: Installation) -> None:
    browser = Browser(here.port)
    browser.get("/admin/login/")
    browser.post("/admin/login/", **PEOPLE, next="/admin/")
    status, _ = browser.post("/admin/curation/source/act/", sync="curated")
    if status != http.HTTPStatus.OK:
        raise Failed(f"'Sync now' answered {status}:\n{here.last_lines('gunicorn')}")
    here.wait("worker", "the sync of the curated files", lambda: _last_run(browser).get("status") == "ok")
    run, listed = _last_run(browser), browser.json("/api/v1/offerings/?page_size=1")
    if not run["applied"] or not listed["count"]:
        raise Failed(f"the sync published nothing: {run}\n{here.last_lines('worker')}")
    say(f"a sync asked for over HTTP went through the worker: {listed['count']} offerings in the API")
    here.wait("renderer", "the catalogue document", lambda: browser.get("/api/v1/catalogue/")[0] == http.HTTPStatus.OK)
    for what in ("beat", "renderer", "worker", "gunicorn"):
        here.end(what)
    say("beat, renderer, worker and gunicorn ended by themselves, without a traceback in their logs")


def _last_run(browser: Browser) -> dict[str, Any]:
    return browser.json("/api/v1/sources/curated/").get("last_run") or {}


def say(text: str) -> None:
    print(f"smoke: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
