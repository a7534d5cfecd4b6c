"""One run of one source: get the payload, parse it, store its claims, reconcile the offerings, record the run.

A bad payload cannot damage what is published: an unreadable, empty or shrunken one ends the run and changes nothing; a
run that would change too much at once is held as a whole; one failing source never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils import timezone

from curation.core.run_guard import TooMuchAtOnce
from syncers.errors import NotConfigured, SourceError, Suspicious
from syncers.kinds.source import Source
from syncers.models import StoredPayload
from syncers.payload import acquire
from syncers.sync import runs
from syncers.sync.locks import AlreadyRunning, only_one
from syncers.sync.record import Report
from syncers.sync.run import SyncRun

log = logging.getLogger(__name__)


def sync(
    declared: type[Source],
    *,
    body: bytes | None = None,
    origin: str = "",
    again: StoredPayload | None = None,
    cached: bool = False,
    installed: bool = False,
    dry_run: bool = False,
    accept: bool = False,
    actor: str = "",
    at: datetime | None = None,
    batch: UUID | None = None,
) -> Report:
    """Reads a source and updates the catalogue. Never raises for errors of the source; see `Report.error`.

    `body` replays a payload instead of fetching one, `again` a stored one. With `cached`, a recently fetched payload is
    used instead of the network, with `installed` the data of the installation. `accept` accepts a payload that the
    guards would hold. A dry run computes the same and stores nothing. `batch` is set when somebody waits for this run:
    it is then recorded even when there was nothing to do.
    """
    run = SyncRun(declared, actor=actor, accept=accept, at=at or timezone.now(), batch=batch, keep=not dry_run)
    try:
        if declared.nothing_fetched:
            raise NotConfigured(declared.nothing_fetched)  # also for a file: there is no mapping
        with only_one(runs.lock_name(declared.slug)):
            run.begin()
            # Outside of any transaction: a slow network or a long list must not block other writers.
            payload = acquire.from_caller(body, origin, again)
            if payload is None and installed:
                payload = acquire.installed(run.source)
            payload = payload or acquire.newest(run.source, run.before, at=run.at, cached=cached)
            run.parse(payload, again=again is not None)
            run.apply()
            if not dry_run:
                run.record()
        return run.report()
    except (NotConfigured, AlreadyRunning) as error:
        # Nothing happened, so the run is not recorded, unless somebody waits for it.
        under_way = NotConfigured("another run of this source is under way")
        run.fail(error if isinstance(error, NotConfigured) else under_way)
        keep = batch is not None and not dry_run
        return _closed(run, run.record if keep else run.withdraw)
    except TooMuchAtOnce as error:
        run.fail(Suspicious(str(error)))
    except SourceError as error:
        run.fail(error)
    except Exception as error:
        log.exception("sync of %s broke", declared.slug)
        run.fail(SourceError(f"the registry itself failed here ({type(error).__name__}: {error}); please report this"))
    return run.report() if dry_run else _closed(run, run.record)


def refused(declared: type[Source], why: str, *, actor: str, batch: UUID | None = None) -> Report:
    """The report of a requested run that is not started; recorded if somebody waits for it."""
    run = SyncRun(declared, actor=actor, accept=False, at=timezone.now(), batch=batch)
    run.fail(NotConfigured(why))
    return _closed(run, run.record if batch else run.withdraw)


def _closed(run: SyncRun, write: Callable[[], None]) -> Report:
    """Records a run without effect and returns its report, also when the database cannot be reached."""
    try:
        write()
    except DatabaseError as error:
        log.exception("the run of %s could not be written down", run.declared.slug)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the next source gets a working connection
        run.run.error += f" (and the run could not be written down: {type(error).__name__}: {error})"
    return run.report()
