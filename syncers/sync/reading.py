"""One reading of one source while it goes on: look at the payload, take what it says, close the run."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from curation import models as curation
from curation.apply import delisting
from curation.apply.incoming import Incoming
from curation.apply.reconcile import reconcile
from curation.core import run_guard
from curation.review import times_seen
from registry.catalogue.publish import Publication, sole_writer
from registry.catalogue.publish.scores import publish_scores
from registry.cost import exchange
from registry.models import Benchmark, Model
from syncers.errors import BadPayload, Suspicious
from syncers.kinds import dates
from syncers.kinds.benchmarks import BenchmarkList, ParsedScores
from syncers.kinds.exchange_rates import ParsedRates
from syncers.kinds.record import Parsed
from syncers.kinds.source import Source
from syncers.models import Run, StoredPayload
from syncers.payload import fetch, shape
from syncers.payload import store as payloads
from syncers.payload.acquire import Payload
from syncers.payload.parse import storable
from syncers.payload.parser_version import mapping_version
from syncers.sync import listings, runs, stored_claims
from syncers.sync.declared import declaration, ensure_source
from syncers.sync.record import RunRecord

LARGEST_SHRINK: Final = 0.5
"""A list of scores that keeps less than this share of what was kept before is not believed. For lists of offerings see
`syncers.sync.key_guard`.
"""
OFFERINGS_KEPT: Final = 1000
"""How many ids of each kind (new, changed, missing) a run remembers."""


class Reading(RunRecord):
    """The state of one reading while it goes on."""

    def __init__(
        self,
        declared: type[Source],
        *,
        actor: str,
        accept: bool,
        at: datetime,
        batch: UUID | None = None,
        keep: bool = True,
    ) -> None:
        self.declared, self.source, self.keep = declared, declared(), keep
        row = curation.Source(slug=declared.slug, **declaration(declared))
        super().__init__(row, actor=actor, batch=batch, at=at)
        self.accept = accept
        self.payload: Payload | None = None
        self.packed: payloads.Packed | None = None
        self.parsed = Parsed()
        self.before: StoredPayload | None = None
        self.listed = listings.Listed()
        self.is_repeated = self.is_older = False
        self.touched: set[str] = set()

    def begin(self) -> None:
        """Puts the run on record, so that people see it go on; runs that were lost are closed."""
        if self.keep:
            self.run.source = self.row = ensure_source(self.declared)
            runs.close_lost(self.row.pk, at=self.at)
            self.run.save()
        else:
            self.row = curation.Source.objects.filter(slug=self.declared.slug).first() or self.row
            for name, value in declaration(self.declared).items():
                setattr(self.row, name, value)
        self.before = payloads.latest(self.declared.slug)

    # -- reading --------------------------------------------------------------------------------------------------

    def look(self, payload: Payload | None, *, again: bool = False) -> None:
        """Reads the payload; decides and writes nothing but how far the run has come."""
        self.payload = payload
        self.run.fetched_at = None if payload and payload.kept else self.now()
        self.run.origin, self.run.error = (payload.origin, payload.note) if payload else ("network (304)", "")
        self.is_repeated = payload is None or (not again and self._was_read(payload))
        self.is_older = payload is not None and not self.is_repeated and self._is_older(payload)
        if payload and not self.is_repeated and not self.is_older:
            self.packed = payloads.pack(payload.body, declared=self.declared)
            self.parsed = self.source.parse(payload.body)
            self.run.parsed_at = self.now()
            dates.leave_out_the_impossible(self.parsed, on=self.at.date())
            self.run.seen, self.run.rejected = self.parsed.seen, len(self.parsed.rejected)
            self.run.unreadable = len(self.parsed.unreadable)
            self.run.notices = {storable(word): count for word, count in sorted(self.parsed.notices.items())[:500]}
            self.run.shape_changes = self._shape_changes()
        if self.run.pk:
            self.run.save(update_fields=["fetched_at", "parsed_at", "origin", "seen", "rejected", "unreadable"])

    def read(self) -> None:
        """Takes what the payload says: claims or scores, and what they change.

        Each step is a transaction of its own. The payload counts as read once the run is closed: one that is stopped
        before is read again by the next run, and what is due by then is decided by the schedule.
        """
        if self.is_older:
            self.run.status = Run.Status.UNCHANGED
            return
        if self.is_repeated:
            self._match_again()
        else:
            self._take()
        with self._transaction():
            due = self._close()
            if not self.keep:  # the end of the transaction takes it all back, as was done with what was touched
                self._decide_anew(set(due) - self.touched)
        if self.keep:
            self._decide_anew(due)
        self.count()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction of the one writer, of which nothing stays in a dry run."""
        with sole_writer():
            yield
            if not self.keep:
                transaction.set_rollback(True)

    def _take(self) -> None:
        """What the payload changes."""
        match self.parsed:
            case ParsedScores():
                self._publish_scores(self.parsed)
            case ParsedRates():
                self._keep_rates(self.parsed)
            case _:
                self._take_claims(self._believed())

    def _close(self) -> list[str]:
        """Puts on record that the source was read. Returns the offerings that are to be decided anew by that."""
        self.row = ensure_source(self.declared)
        returned = self._count_reading(self.row)
        self.row.save(update_fields=delisting.READ_WELL)
        if self.is_repeated:
            self.run.status = Run.Status.UNCHANGED
            self._confirm_payload()
        else:
            bad = (StoredPayload.Role.QUARANTINED, StoredPayload.Role.UNREADABLE)
            StoredPayload.objects.filter(source=self.row, role__in=bad).delete()
            if self.listed.held:  # for a person, who may believe all of it
                self._keep_payload(StoredPayload.Role.QUARANTINED)
            self._keep_payload(StoredPayload.Role.GOOD)
            self.run.status = Run.Status.OK
        return delisting.due(self.row.pk, returned=returned) if self._reads_well else []

    def _believed(self) -> stored_claims.Difference:
        """What the claims that are believed say otherwise than before. Raises Suspicious when none of them is."""
        difference = stored_claims.compare(self.row, self.parsed.claims)
        self.run.offerings = _remembered(difference)
        self._check_size(len(self.parsed.claims), len(self.parsed.claims))
        self.listed = listings.take(self.row, self.source, self.parsed, at=self.at, accept=self.accept)
        if self.listed.held:
            self.note(self.listed.note)
            difference = stored_claims.compare(self.row, self.parsed.claims)
        difference.missing = self.listed.without_held(self.source.really_missing(difference.missing, self.parsed))
        self.run.offerings = _remembered(difference)
        return difference

    def _take_claims(self, difference: stored_claims.Difference) -> None:
        self.run.new, self.run.changed = len(difference.new), len(difference.changed)
        self.run.missing = len(difference.missing)
        if not difference.touched:
            return
        self.touched = difference.touched
        # What a kept payload states was stated when it was fetched, what was installed when it came out.
        said_at = (self.payload.dated if self.payload else None) or self.at
        incoming = stored_claims.incoming(self.row, difference, said_at)
        if not self.accept:
            self._check_share(incoming)
        # What a source says again after a long silence is not old any more: it is decided by the source as it is now.
        as_read = copy(self.row)
        self._count_reading(as_read)
        reconcile(
            difference.touched,
            actor=self.run.actor,
            reason=f"sync of {self.row.slug} from {self.run.origin}",
            batch=self.run.batch,
            at=self.at,
            run="" if self.accept else self.row.pk,
            is_reading=True,
            incoming=replace(incoming, source=as_read),
            outcome=self.outcome,
            keep=self.keep,
        )

    def _decide_anew(self, keys: Collection[str]) -> None:
        """Decides what counts otherwise by this reading though nothing new is said of it: see `delisting.due`."""
        if keys:
            reconcile(
                keys,
                actor=self.run.actor,
                reason=f"{self.row.slug} was read",
                batch=self.run.batch,
                at=self.at,
                is_reading=True,
                outcome=self.outcome,
            )
        if self._confirms:
            # After it: what waits was seen again, unless it is gone or came up just now.
            times_seen.seen_again(self.row.pk, at=self.at)

    def _match_again(self) -> None:
        """Scores are of models: one that nobody offered when they were sent may be published by now."""
        if isinstance(self.source, BenchmarkList) and self.before:
            self.parsed = parsed = self.source.parse(payloads.body_of(self.before))
            self.run.seen = parsed.seen
            self._publish_scores(parsed)

    def _publish_scores(self, parsed: ParsedScores) -> None:
        source = self.source
        if not isinstance(source, BenchmarkList):
            raise TypeError(f"{self.row.slug} has scores and is no list of benchmarks")
        with self._transaction():
            scores = source.match(parsed, set(Model.objects.values_list("key", flat=True)))
            known = Benchmark.objects.filter(source=self.row.slug, model__isnull=False).count()
            self._check_size(len(parsed.scores), len(scores), known, "scores")
            reason = f"benchmarks of {self.row.slug} from {self.run.origin}"
            done = publish_scores(
                self.row.slug, scores, actor=self.run.actor, reason=reason, batch=self.run.batch, at=self.at
            )
        self.run.rejected = len(parsed.rejected)
        self.run.new, self.run.changed, self.run.missing = done.new, done.changed, done.gone
        moved = done.new + done.changed + done.gone
        self.outcome.applied, self.outcome.rows = moved, done.rows
        self.outcome.published = Publication(done.revision, moved, done.rows)

    def _keep_rates(self, parsed: ParsedRates) -> None:
        self._check_size(len(parsed.rates), len(parsed.rates), what="exchange rates")
        odd = exchange.jumps(parsed.rates, source=self.row.slug)
        if odd and not self.accept:
            raise Suspicious(f"{len(odd):,} rates moved by more than any currency does: {'; '.join(odd[:3])}")
        with self._transaction():
            kept = exchange.keep(parsed.rates, source=self.row.slug, at=self.at)
        self.run.rejected = len(parsed.rejected)
        self.run.new, self.run.changed = kept.new, kept.changed
        self.outcome.applied = self.outcome.rows = kept.new + kept.changed

    def _was_read(self, payload: Payload) -> bool:
        """The very bytes that were read last, by the very mapping: there is nothing to find."""
        known = self.before
        return bool(
            known
            and known.digest == payloads.digest_of(payload.body)
            and known.mapping == mapping_version(self.declared)
        )

    def _is_older(self, payload: Payload) -> bool:
        """Whether something newer of the source was read before: then this decides nothing."""
        if payload.kept and payload.kept == self.before:
            return False  # it is what was read last, whatever confirmed it since
        row = curation.Source.objects.filter(pk=self.declared.slug, url__gt="").first()
        read_at, stated_at = (row.last_good_at if row else None), payload.dated or self.at
        if read_at is None or stated_at >= read_at:
            return False
        said = f"the payload of {stated_at:%Y-%m-%d} is older than what was read on {read_at:%Y-%m-%d}"
        self.note(f"{said}; nothing was decided by it")
        return True

    def _shape_changes(self) -> dict[str, str]:
        return shape.changes(self.before.shape, self.parsed.shape) if self.before and self.before.shape else {}

    def _check_size(self, listed: int, kept: int, known: int = 0, what: str = "offerings") -> None:
        """Whether so many are believable: `listed` in all, `kept` of them, where `known` were kept before."""
        least, most = self.source.expected
        if not listed:
            raise BadPayload(f"none of {self.parsed.seen:,} records could be taken; {self._first_rejection()}")
        if self.accept:
            return
        if not least <= listed <= most:
            raise Suspicious(f"{listed:,} {what} listed, {least:,} to {most:,} expected; nothing was changed")
        if known and kept < known * LARGEST_SHRINK:
            raise Suspicious(
                f"the list shrank from {known:,} to {kept:,} {what}; nothing was changed. "
                f"If that is right, run `sync {self.row.slug} --accept`"
            )

    def _first_rejection(self) -> str:
        first = self.parsed.rejected[0] if self.parsed.rejected else None
        return f"the first at {first.where}: {first.reason}" if first else "no record was rejected either"

    def _check_share(self, incoming: Incoming) -> None:
        """Raises TooMuchAtOnce where the source moves what it says about too much of what it listed before."""
        listed = self.listed.before
        moving = [key for key in incoming.moving(on=self.at.date()) if key in listed]
        run_guard.check_share(run_guard.Guard().after(self.listed.days), moving, len(listed))

    @property
    def _confirms(self) -> bool:
        """Whether the payload says what the source lists now. A kept or installed one does not, nor one of which a part
        is gone or not believed: the run counts, but the source grows stale until the part is back, or is not asked for
        any more.
        """
        if self.parsed.absent or self.listed.held:
            return False
        payload = self.payload
        return payload is None or (payload.confirms and not fetch.absent_parts(payload.body))

    @property
    def _is_in_part(self) -> bool:
        """Whether more may be taken of the payload when it comes again: some of it was held, or it lacks files."""
        missing = set(self.parsed.absent) - set(fetch.absent_parts(self.payload.body if self.payload else b""))
        return bool(self.listed.held or missing)

    @property
    def _reads_well(self) -> bool:
        """Whether this is a reading of what the source lists now: what it does not list is missed once more."""
        return self._confirms or bool(self.payload and self.payload.installed and not self.declared.url)

    def _count_reading(self, row: curation.Source) -> bool:
        """Everything this source lists is confirmed as of now: one row, however many claims. Not saved by this. Whether
        the source had been silent before.

        Installed data is as old as its release. Of a source that has nothing else it was read well now, which confirms
        nothing: see `curation.models.Source.confirmed_at`.
        """
        payload = self.payload
        if self._reads_well:
            return delisting.count_good_reading(row, at=self.at)
        if (
            payload
            and payload.installed
            and payload.dated
            and (not row.last_good_at or row.last_good_at < payload.dated)
        ):
            row.last_good_at = min(payload.dated, self.at)
        return False

    def _confirm_payload(self) -> None:
        """The run brought what is kept; when it was the network that said so, the payload is as good as fetched now."""
        self.run.payload = self.before
        if self.before and (self.payload is None or self.payload.origin == payloads.NETWORK):
            payloads.confirm(self.before, at=self.at)

    def _keep_payload(self, role: str) -> None:
        if self.payload is None or self.packed is None:
            return
        kept = self.payload.kept
        self.run.payload = payloads.keep(
            self.row,
            role,
            self.packed,
            fetched_at=kept.fetched_at if kept else self.at,
            origin=(kept.origin if kept else storable(self.payload.origin))[:200],
            etag=self.payload.etag,
            last_modified=self.payload.last_modified,
            mapping="" if self._is_in_part else mapping_version(self.declared),
            keys=sorted(self.listed.keys),
            parts=self.parsed.parts,
            shape=self.parsed.shape,
        )

    # -- the record -----------------------------------------------------------------------------------------------

    def record(self) -> None:
        """Writes the run, its rejected records and, for a payload not believed or not readable, the payload."""
        self.run.finished_at = self.now()
        self.run.origin, self.run.error = storable(self.run.origin)[:200], storable(self.run.error)
        with transaction.atomic():
            self.run.source = self.row = ensure_source(self.declared)
            if self.run.status in (Run.Status.STALE, Run.Status.FAILED):
                delisting.read_badly(self.row.pk)
            if self.run.status == Run.Status.QUARANTINED:
                self._keep_payload(StoredPayload.Role.QUARANTINED)
            elif self.unreadable:
                self._keep_payload(StoredPayload.Role.UNREADABLE)
            self.run.save()
            self.write_rejected(self.parsed)


def _remembered(difference: stored_claims.Difference) -> dict[str, list[str]]:
    """The offerings that a run is about, as its page lists them."""
    found = {
        "new": sorted(claim.offering for claim in difference.new),
        "changed": sorted(claim.offering for claim in difference.changed),
        "missing": difference.missing,
    }
    return {which: keys[:OFFERINGS_KEPT] for which, keys in found.items() if keys}
