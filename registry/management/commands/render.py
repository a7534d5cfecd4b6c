from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from datetime import date, timedelta
from types import FrameType
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils import timezone

from registry.catalogue import queries
from registry.domain import heartbeat
from registry.exports import exporting, files, lease, rendering

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 1.0
ALIVE_SECONDS: Final = 60
"""How long other processes assume that it is running after its last renewal."""
WAIT_AFTER_ERROR_SECONDS: Final = 5.0
QUIET_BEFORE_EXPORTS: Final = timedelta(seconds=30)
"""A run of a source publishes many revisions in a row, and an export takes seconds."""


class Command(BaseCommand):
    help = (
        "Renders the catalogue document whenever something was published. Runs until it is stopped; `up` and the "
        "compose file start one. Without it, commands, workers and the site render by themselves."
    )

    _renewed: tuple[int, date] | None = None
    """Serial and day of the last export."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="render what is outdated, and end")
        parser.add_argument(
            "--export",
            choices=exporting.AT_ADDRESSES,
            help="render this export and those requested before, if outdated, and end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if name := options["export"]:
            files.catch_up(name)
            return
        if options["once"]:
            rendering.catch_up()
            return
        stopped = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        alive = lease.RenewedLease(rendering.RENDERER, seconds=ALIVE_SECONDS)
        while not stopped.is_set():
            stopped.wait(self._look(alive))
        alive.end()

    def _look(self, alive: lease.RenewedLease) -> float:
        """Renders what is outdated. Returns how many seconds to wait."""
        try:
            alive.renew()
            if not rendering.catch_up():
                self._renew_exports()
            heartbeat.beat()
        except DatabaseError as error:
            log.warning("the catalogue could not be rendered, trying again: %s", error)
            connection.close_if_unusable_or_obsolete()
            return WAIT_AFTER_ERROR_SECONDS
        return LOOK_EVERY_SECONDS

    def _renew_exports(self) -> None:
        """Renders all exports that were ever requested, once nothing was published for a while, and once a day, so that
        rare requests get the current state.
        """
        stamp, now = queries.latest(), timezone.now()
        if stamp is None or now - stamp.at < QUIET_BEFORE_EXPORTS:
            return
        wanted = stamp.serial, now.date()
        if wanted != self._renewed:
            files.catch_up()
            self._renewed = wanted
