"""The record of a run: its counts, its status, and its report."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from curation import models as curation
from curation.apply.reconcile import Outcome
from syncers.errors import BadPayload, NotConfigured, SourceError, Suspicious, Unreachable
from syncers.kinds.record import Parsed
from syncers.models import RejectedRecord, Run
from syncers.payload.parse import storable

REJECTED_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run; the shape of `sync --json`."""

    source: str
    status: str
    seen: int = 0
    new: int = 0
    changed: int = 0
    applied: int = 0
    held: int = 0
    rejected: int = 0
    unreadable: int = 0
    """Unreadable fields of accepted records."""
    missing: int = 0
    rows_written: int = 0
    seconds: float = 0.0
    error: str = ""
    origin: str = ""
    """Where the payload came from; not part of the JSON."""

    @property
    def good(self) -> bool:
        """Whether the source was read, or had nothing to read."""
        return self.status in (Run.Status.OK, Run.Status.UNCHANGED, Run.Status.SKIPPED)

    def as_json(self) -> dict[str, Any]:
        report = asdict(self)
        del report["origin"]
        return report


class RunRecord:
    """The row of a run in progress."""

    def __init__(self, row: curation.Source, *, actor: str, batch: UUID | None, at: datetime) -> None:
        self.row, self.at, self.clock = row, at, time.perf_counter()
        self.run = Run(source=row, actor=actor or f"sync:{row.pk}", batch=batch or uuid4(), started_at=at)
        self.outcome = Outcome()
        self.unreadable = False

    def note(self, text: str) -> None:
        """Appends to the message of the run."""
        self.run.error = "; ".join(filter(None, (self.run.error, text)))

    def count(self) -> None:
        """Counts what this run has published and held so far."""
        self.run.applied += self.outcome.applied
        self.run.held += self.outcome.held
        self.run.rows_written += self.outcome.rows
        if self.outcome.published.revision is not None:
            self.run.published_at = self.now()

    def fail(self, error: SourceError) -> None:
        """Ends the run of a source that could not be read, or that is held. What it had written before stays."""
        fallback = self.row.last_good_at is not None
        if isinstance(error, Suspicious):
            status = Run.Status.QUARANTINED
        elif isinstance(error, NotConfigured):
            status = Run.Status.SKIPPED
        elif isinstance(error, Unreachable) and fallback:
            status = Run.Status.STALE
        else:
            status = Run.Status.FAILED
        self.run.status, self.run.error = status, str(error)
        if not self.outcome.rows:
            self.run.new = self.run.changed = self.run.missing = 0
        self.run.applied = self.run.held = self.run.rows_written = 0
        self.run.payload = self.run.published_at = None
        self.count()
        if status is not Run.Status.QUARANTINED:
            self.run.offerings = {}
        self.unreadable = isinstance(error, BadPayload)

    def withdraw(self) -> None:
        """Deletes the row of the run."""
        if self.run.pk:
            Run.objects.filter(pk=self.run.pk).delete()

    def now(self) -> datetime:
        """The time of the run: a replay uses the day of its recording."""
        return self.at + timedelta(seconds=time.perf_counter() - self.clock)

    def report(self) -> Report:
        """The result so far."""
        run = self.run
        return Report(
            self.row.slug,
            str(run.status),
            run.seen,
            run.new,
            run.changed,
            run.applied,
            run.held,
            run.rejected,
            run.unreadable,
            run.missing,
            run.rows_written,
            round(time.perf_counter() - self.clock, 3),
            run.error,
            run.origin,
        )

    def write_rejected(self, parsed: Parsed) -> None:
        """Stores the rejected records and unreadable fields of a payload."""
        RejectedRecord.objects.bulk_create(
            RejectedRecord(
                run=self.run,
                where=storable(rejected.where)[:400],
                field=storable(rejected.field)[:400],
                reason=storable(rejected.reason)[:1000],
                fragment=storable(str(rejected.fragment or ""))[:4000],
            )
            for rejected in (*parsed.rejected[:REJECTED_KEPT], *parsed.unreadable[:REJECTED_KEPT])
        )
