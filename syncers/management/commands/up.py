"""`manage.py up`: everything on one machine, from an empty folder to a running site, as one process tree."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from curation import first_password
from registry.models import Offering

STOP_SECONDS: Final = 10
ADMIN: Final = "admin"


@dataclass(slots=True)
class Child:
    """One process of the tree. What it prints goes to its log file in `var/log/`."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return settings.VAR_DIR / "log" / f"{self.name}.log"

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A session of its own, so that Ctrl-C reaches only us and everything is stopped in order.
            self.process = subprocess.Popen(  # noqa: S603
                self.command, cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True
            )


class Command(BaseCommand):
    help = (
        "Migrates, loads reference and curated data, syncs every source, makes the first admin account, and starts the "
        "site, a worker and the scheduler. Ctrl-C stops them all. For one machine; see docs/operations.md for many."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the site (default 8000)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--no-sync", action="store_true", help="start with the data that is there")
        parser.add_argument("--prepare", action="store_true", help="do all of it but starting the processes")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check_port(options["host"], options["port"], skip=options["prepare"])
        self._step("Preparing the database")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("prepare")
        if not options["no_sync"]:
            self._step("Reading all sources (those that cannot be reached are tried again by the schedule)")
            call_command("sync", all=True, cached=True, stdout=self.stdout)
        password = first_admin()
        if not options["prepare"]:
            self._run(options["host"], options["port"], password)
        else:
            self._say_password(password)

    # -- preparing ------------------------------------------------------------------------------------------------

    def _step(self, text: str) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(text))
        self.stdout.flush()

    def _check_port(self, host: str, port: int, *, skip: bool) -> None:
        if skip:
            return
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f'{host}:{port} cannot be used ({error.strerror}). Choose another: ARGS="--port {port + 1}"'
                ) from error

    def _say_password(self, password: str | None) -> None:
        if password:
            self.stdout.write(
                self.style.WARNING(
                    f"First account: {ADMIN}, password {password} "
                    "(shown this once; at the first sign-in you choose your own)"
                )
            )

    # -- running --------------------------------------------------------------------------------------------------

    def _run(self, host: str, port: int, password: str | None) -> None:
        children = self._children(host, port)
        stopping: list[int] = []

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.append(number)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        try:
            for child in children:
                child.start()
            self._say_where(host, port, password)
            while not stopping:
                for child in children:
                    if child.process and child.process.poll() is not None:
                        raise CommandError(
                            f"{child.name} ended by itself (code {child.process.returncode}); see {child.log}"
                        )
                time.sleep(0.3)
        finally:
            self.stdout.write("Stopping …")
            stop_all(children)

    def _children(self, host: str, port: int) -> list[Child]:
        python, celery = sys.executable, ("-m", "celery", "-A", "config")
        run = settings.VAR_DIR / "run"
        run.mkdir(parents=True, exist_ok=True)
        return [
            Child(
                "web",
                (
                    python, "-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}", "--workers", "2",
                    "--threads", "4", "--worker-tmp-dir", str(run), "--log-level", "warning",
                ),
            ),
            # One worker process: on SQLite more would only wait for each other.
            Child("worker", (python, *celery, "worker", "--concurrency", "1", "--loglevel", "info")),
            Child(
                "beat",
                (
                    python, *celery, "beat", "--loglevel", "info", "--pidfile", "", "--max-interval", "30",
                ),
            ),
        ]  # fmt: skip

    def _say_where(self, host: str, port: int, password: str | None) -> None:
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104
        site = f"http://{shown}:{port}"
        count = Offering.objects.count()
        self.stdout.write(self.style.SUCCESS(f"\n{count:,} offerings are published. The site is up:"))
        self.stdout.write(f"  {site}/               look a model up\n  {site}/admin/         curate")
        self.stdout.write(f"  {site}/api/v1/docs/   the API")
        self._say_password(password)
        self.stdout.write(f"Logs are in {settings.VAR_DIR / 'log'}. Ctrl-C stops everything.")
        self.stdout.flush()


def first_admin() -> str | None:
    """Makes the first account when there is none yet. Returns its password, which is kept nowhere."""
    users = get_user_model().objects
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    account: AbstractBaseUser = users.create_superuser(ADMIN, password=password)
    first_password.ask(account)
    return password


def stop_all(children: Sequence[Child]) -> None:
    """Asks all processes to end, and makes those that do not."""
    running = [child.process for child in children if child.process]
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        if process.poll() is None:
            process.kill()
            process.wait()
