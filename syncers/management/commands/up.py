"""`manage.py up`: sets up and runs everything on one machine, as one process tree."""

from __future__ import annotations

import secrets
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from curation.accounts import first_password
from registry.models import Offering
from syncers.monitoring.processes import Child, Failed, gave_sign, site_answers, stop_all, wait_for_answers, watch

ADMIN: Final = "admin"


class Command(BaseCommand):
    help = (
        "Migrates, loads reference and curated data, syncs every source, makes the first admin account, and starts the "
        "site, a worker, the renderer and the scheduler. It says that the site is up when all have answered. Ctrl-C "
        "stops them all, and so does the end of one of them (exit code 1). For one machine; see docs/operations.md for "
        "many."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the site (default 8000)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--no-sync", action="store_true", help="start with the existing data")
        parser.add_argument("--prepare", action="store_true", help="do everything except starting the processes")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check_port(options["host"], options["port"], skip=options["prepare"])
        self._step("Preparing the database")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("prepare")
        if not options["no_sync"]:
            self._step("Reading all sources (those that cannot be reached are tried again by the schedule)")
            with suppress(SystemExit):  # the results were printed, and the site runs with the available data
                call_command("sync", all=True, cached=True, stdout=self.stdout)
        self._say_password(first_admin())
        if not options["prepare"]:
            self._run(options["host"], options["port"])

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

    def _run(self, host: str, port: int) -> None:
        children = self._children(host, port)
        stopping: list[int] = []

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.append(number)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        self._step("Starting the site, a worker, the renderer and the scheduler")
        try:
            for child in children:
                child.start()
            wait_for_answers(children, stopping=stopping)
            if not stopping:
                self._say_where(host, port)
            watch(children, stopping=stopping)
        except Failed as error:
            raise CommandError(str(error)) from error
        finally:
            self.stdout.write("Stopping …")
            self.stdout.flush()
            stop_all(children)

    def _children(self, host: str, port: int) -> list[Child]:
        python, celery = sys.executable, ("-m", "celery", "-A", "config")
        run = settings.VAR_DIR / "run"
        run.mkdir(parents=True, exist_ok=True)
        web = (
            python, "-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}", "--workers", "2",
            "--threads", "4", "--worker-tmp-dir", str(run), "--log-level", "warning",
        )  # fmt: skip
        # One worker process: on SQLite several would only wait for each other.
        worker = (python, *celery, "worker", "--concurrency", "1", "--loglevel", "info")
        beat = (python, *celery, "beat", "--loglevel", "info", "--pidfile", "", "--max-interval", "30")
        return [
            self._child("web", "The site", web, site_answers(host, port, settings.ALLOWED_HOSTS)),
            self._child("worker", "The worker", worker, gave_sign),
            self._child("render", "The renderer", (python, "manage.py", "render"), gave_sign),
            self._child("beat", "The scheduler", beat, gave_sign),
        ]

    def _child(self, name: str, title: str, command: tuple[str, ...], answers: Callable[[Child], bool]) -> Child:
        log = settings.VAR_DIR / "log" / f"{name}.log"
        return Child(name, title, command, log, settings.BASE_DIR, answers, {"VAR_DIR": str(settings.VAR_DIR)})

    def _say_where(self, host: str, port: int) -> None:
        name = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104
        site = f"http://{name}:{port}"
        count = Offering.objects.count()
        self.stdout.write(self.style.SUCCESS(f"\n{count:,} offerings are published. The site is up:"))
        self.stdout.write(f"  {site}/               look a model up\n  {site}/admin/         curate")
        self.stdout.write(f"  {site}/api/v1/docs/   the API")
        self.stdout.write(f"Logs are in {settings.VAR_DIR / 'log'}. Ctrl-C stops everything.")
        self.stdout.flush()


def first_admin() -> str | None:
    """Creates the first account if there is none. Returns its password, which is stored nowhere."""
    users = get_user_model().objects
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    account: AbstractBaseUser = users.create_superuser(ADMIN, password=password)
    first_password.ask(account)
    return password
