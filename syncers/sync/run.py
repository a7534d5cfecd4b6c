"""One run of one source in progress: parse the payload, apply it by its kind, close the run."""

from __future__ import annotations

from django.db import transaction

from curation import models as curation
from curation.apply import delisting
from syncers.kinds import dates
from syncers.kinds.benchmarks import ParsedScores
from syncers.kinds.exchange_rates import ParsedRates
from syncers.models import Run, StoredPayload
from syncers.payload import shape
from syncers.payload import store as payloads
from syncers.payload.acquire import Payload
from syncers.payload.parse import storable
from syncers.sync import runs
from syncers.sync.apply_claims import apply_claims, reconcile_due
from syncers.sync.apply_rates import apply_rates
from syncers.sync.apply_scores import apply_scores, match_again
from syncers.sync.declared import declaration, ensure_source
from syncers.sync.state import RunState


class SyncRun(RunState):
    """The steps of a run, in the order in which `syncers.sync.engine` takes them."""

    def begin(self) -> None:
        """Records the run, so that people see it in progress; lost runs are closed."""
        if self.keep:
            self.run.source = self.row = ensure_source(self.declared)
            runs.close_lost(self.row.pk, at=self.at)
            self.run.save()
        else:
            self.row = curation.Source.objects.filter(slug=self.declared.slug).first() or self.row
            for name, value in declaration(self.declared).items():
                setattr(self.row, name, value)
        self.before = payloads.latest(self.declared.slug)

    def parse(self, payload: Payload | None, *, again: bool = False) -> None:
        """Parses the payload; decides nothing and writes only the progress of the run."""
        self.payload = payload
        self.run.fetched_at = None if payload and payload.stored else self.now()
        self.run.origin, self.run.error = (payload.origin, payload.note) if payload else ("network (304)", "")
        self.is_repeated = payload is None or (not again and self.was_read(payload))
        self.is_older = payload is not None and not self.is_repeated and self.was_overtaken(payload)
        if payload and not self.is_repeated and not self.is_older:
            self._parse(payload.body)
        if self.run.pk:
            self.run.save(update_fields=["fetched_at", "parsed_at", "origin", "seen", "rejected", "unreadable"])

    def _parse(self, body: bytes) -> None:
        self.packed = payloads.pack(body, declared=self.declared)
        self.parsed = parsed = self.source.parse(body)
        self.run.parsed_at = self.now()
        dates.drop_impossible(parsed, on=self.at.date())
        self.run.seen, self.run.rejected = parsed.seen, len(parsed.rejected)
        self.run.unreadable = len(parsed.unreadable)
        self.run.notices = {storable(word): count for word, count in sorted(parsed.notices.items())[:500]}
        before = self.before.shape if self.before else None
        self.run.shape_changes = shape.changes(before, parsed.shape) if before else {}

    def apply(self) -> None:
        """Applies the payload: claims, scores or rates, and the changes that follow from them.

        Each step is a separate transaction. The payload counts as read once the run is closed: the next run reads the
        payload of an interrupted run again, and the schedule decides what is due by then.
        """
        if self.is_older:
            self.run.status = Run.Status.UNCHANGED
            return
        if self.is_repeated:
            match_again(self)
        else:
            self._apply_by_kind()
        with self.transaction():
            due = self._close()
            if not self.keep:  # the transaction is rolled back, as were the touched offerings
                reconcile_due(self, set(due) - self.touched)
        if self.keep:
            reconcile_due(self, due)
        self.count()

    def _apply_by_kind(self) -> None:
        match self.parsed:
            case ParsedScores():
                apply_scores(self, self.parsed)
            case ParsedRates():
                apply_rates(self, self.parsed)
            case _:
                apply_claims(self)

    def _close(self) -> list[str]:
        """Records that the source was read. Returns the offerings that must be reconciled because of that."""
        self.row = ensure_source(self.declared)
        returned = self.count_reading(self.row)
        self.row.save(update_fields=delisting.READ_WELL)
        if self.is_repeated:
            self.run.status = Run.Status.UNCHANGED
            self.confirm_payload()
        else:
            bad = (StoredPayload.Role.QUARANTINED, StoredPayload.Role.UNREADABLE)
            StoredPayload.objects.filter(source=self.row, role__in=bad).delete()
            if self.listed.held:  # for a person, who may accept all of it
                self.keep_payload(StoredPayload.Role.QUARANTINED)
            self.keep_payload(StoredPayload.Role.GOOD)
            self.run.status = Run.Status.OK
        return delisting.due(self.row.pk, returned=returned) if self.reads_well else []

    def record(self) -> None:
        """Writes the run, its rejected records and, for a payload that is held or not readable, the payload."""
        self.run.finished_at = self.now()
        self.run.origin, self.run.error = storable(self.run.origin)[:200], storable(self.run.error)
        with transaction.atomic():
            self.run.source = self.row = ensure_source(self.declared)
            if self.run.status in (Run.Status.STALE, Run.Status.FAILED):
                delisting.read_badly(self.row.pk)
            if self.run.status == Run.Status.QUARANTINED:
                self.keep_payload(StoredPayload.Role.QUARANTINED)
            elif self.unreadable:
                self.keep_payload(StoredPayload.Role.UNREADABLE)
            self.run.save()
            self.write_rejected(self.parsed)
