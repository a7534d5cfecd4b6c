"""One run of one source in progress: parse the payload, apply its claims, close the run."""

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
"""A list with less than this share of the stored scores is held. For lists of offerings see `syncers.sync.key_guard`.
"""
OFFERINGS_KEPT: Final = 1000
"""How many ids of each kind (new, changed, missing) a run stores."""


class Reading(RunRecord):
    """The state of one run in progress."""

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
        self.listed = listings.AcceptedListing()
        self.is_repeated = self.is_older = False
        self.touched: set[str] = set()

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

    # -- reading --------------------------------------------------------------------------------------------------

    def look(self, payload: Payload | None, *, again: bool = False) -> None:
        """Parses the payload; decides nothing and writes only the progress of the run."""
        self.payload = payload
        self.run.fetched_at = None if payload and payload.stored else self.now()
        self.run.origin, self.run.error = (payload.origin, payload.note) if payload else ("network (304)", "")
        self.is_repeated = payload is None or (not again and self._was_read(payload))
        self.is_older = payload is not None and not self.is_repeated and self._is_older(payload)
        if payload and not self.is_repeated and not self.is_older:
            self.packed = payloads.pack(payload.body, declared=self.declared)
            self.parsed = self.source.parse(payload.body)
            self.run.parsed_at = self.now()
            dates.drop_impossible(self.parsed, on=self.at.date())
            self.run.seen, self.run.rejected = self.parsed.seen, len(self.parsed.rejected)
            self.run.unreadable = len(self.parsed.unreadable)
            self.run.notices = {storable(word): count for word, count in sorted(self.parsed.notices.items())[:500]}
            self.run.shape_changes = self._shape_changes()
        if self.run.pk:
            self.run.save(update_fields=["fetched_at", "parsed_at", "origin", "seen", "rejected", "unreadable"])

    def read(self) -> None:
        """Applies the payload: claims, scores or rates, and the changes that follow from them.

        Each step is a separate transaction. The payload counts as read once the run is closed: the next run reads the
        payload of an interrupted run again, and the schedule decides what is due by then.
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
            if not self.keep:  # the transaction is rolled back, as were the touched offerings
                self._decide_anew(set(due) - self.touched)
        if self.keep:
            self._decide_anew(due)
        self.count()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction of the single writer, rolled back in a dry run."""
        with sole_writer():
            yield
            if not self.keep:
                transaction.set_rollback(True)

    def _take(self) -> None:
        """Applies the payload by its kind."""
        match self.parsed:
            case ParsedScores():
                self._publish_scores(self.parsed)
            case ParsedRates():
                self._keep_rates(self.parsed)
            case _:
                self._take_claims(self._accepted_difference())

    def _close(self) -> list[str]:
        """Records that the source was read. Returns the offerings that must be reconciled because of that."""
        self.row = ensure_source(self.declared)
        returned = self._count_reading(self.row)
        self.row.save(update_fields=delisting.READ_WELL)
        if self.is_repeated:
            self.run.status = Run.Status.UNCHANGED
            self._confirm_payload()
        else:
            bad = (StoredPayload.Role.QUARANTINED, StoredPayload.Role.UNREADABLE)
            StoredPayload.objects.filter(source=self.row, role__in=bad).delete()
            if self.listed.held:  # for a person, who may accept all of it
                self._keep_payload(StoredPayload.Role.QUARANTINED)
            self._keep_payload(StoredPayload.Role.GOOD)
            self.run.status = Run.Status.OK
        return delisting.due(self.row.pk, returned=returned) if self._reads_well else []

    def _accepted_difference(self) -> stored_claims.Difference:
        """The differences of the accepted claims. Raises Suspicious when none is accepted."""
        difference = stored_claims.compare(self.row, self.parsed.claims)
        self.run.offerings = _remembered(difference)
        self._check_size(len(self.parsed.claims), len(self.parsed.claims))
        self.listed = listings.check(self.row, self.source, self.parsed, at=self.at, accept=self.accept)
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
        # A stored payload was stated when it was fetched, an installed one when it was released.
        stated_at = (self.payload.stated_at if self.payload else None) or self.at
        incoming = stored_claims.incoming(self.row, difference, stated_at, self._page(stated_at))
        if not self.accept:
            self._check_share(incoming)
        # A source that was silent for long counts as current again: decide with the source as it is after this run.
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
        """Reconciles offerings that this run affects although their claims are unchanged: see `delisting.due`."""
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
            # Afterwards: pending changes count as seen again, unless they are gone or new.
            times_seen.seen_again(self.row.pk, at=self.at)

    def _match_again(self) -> None:
        """Matches stored scores again: a model that was unknown then may be published now."""
        if isinstance(self.source, BenchmarkList) and self.before:
            self.parsed = parsed = self.source.parse(payloads.body_of(self.before))
            self.run.seen = parsed.seen
            self._publish_scores(parsed)

    def _publish_scores(self, parsed: ParsedScores) -> None:
        source = self.source
        if not isinstance(source, BenchmarkList):
            raise TypeError(f"{self.row.slug} has scores but is not a BenchmarkList")
        with self._transaction():
            scores = source.match(parsed, set(Model.objects.values_list("key", flat=True)))
            before = Benchmark.objects.filter(source=self.row.slug, model__isnull=False).count()
            self._check_size(len(parsed.scores), len(scores), before, "scores")
            reason = f"benchmarks of {self.row.slug} from {self.run.origin}"
            done = publish_scores(
                self.row.slug, scores, actor=self.run.actor, reason=reason, batch=self.run.batch, at=self.at
            )
        self.run.rejected = len(parsed.rejected)
        self.run.new, self.run.changed, self.run.missing = done.new, done.changed, done.gone
        changes = done.new + done.changed + done.gone
        self.outcome.applied, self.outcome.rows = changes, done.rows
        self.outcome.published = Publication(done.revision, changes, done.rows)

    def _page(self, at: datetime) -> dict[str, str]:
        """The page that this payload is, for the evidence of its values: address, digest and day."""
        return {
            "url": self.row.homepage or self.row.url,
            "digest": self.packed.digest if self.packed else "",
            "on": at.date().isoformat(),
        }

    def _keep_rates(self, parsed: ParsedRates) -> None:
        self._check_size(len(parsed.rates), len(parsed.rates), what="exchange rates")
        jumps = exchange.jumps(parsed.rates, source=self.row.slug)
        if jumps and not self.accept:
            raise Suspicious(f"{len(jumps):,} rates moved by more than any currency does: {'; '.join(jumps[:3])}")
        with self._transaction():
            stored = exchange.save(parsed.rates, source=self.row.slug, at=self.at)
        self.run.rejected = len(parsed.rejected)
        self.run.new, self.run.changed = stored.new, stored.changed
        self.outcome.applied = self.outcome.rows = stored.new + stored.changed

    def _was_read(self, payload: Payload) -> bool:
        """Whether these are the bytes that were read last, by the same mapping."""
        latest = self.before
        return bool(
            latest
            and latest.digest == payloads.digest_of(payload.body)
            and latest.mapping == mapping_version(self.declared)
        )

    def _is_older(self, payload: Payload) -> bool:
        """Whether a newer payload of the source was read before: then this one decides nothing."""
        if payload.stored and payload.stored == self.before:
            return False  # it is the latest payload, whatever confirmed it since
        row = curation.Source.objects.filter(pk=self.declared.slug, url__gt="").first()
        read_at, stated_at = (row.last_good_at if row else None), payload.stated_at or self.at
        if read_at is None or stated_at >= read_at:
            return False
        message = f"the payload of {stated_at:%Y-%m-%d} is older than what was read on {read_at:%Y-%m-%d}"
        self.note(f"{message}; nothing was decided by it")
        return True

    def _shape_changes(self) -> dict[str, str]:
        return shape.changes(self.before.shape, self.parsed.shape) if self.before and self.before.shape else {}

    def _check_size(self, count: int, size: int, before: int = 0, what: str = "offerings") -> None:
        """Raises Suspicious for an implausible size: `count` listed, `size` of them kept, `before` stored before."""
        least, most = self.source.expected
        if not count:
            raise BadPayload(f"none of {self.parsed.seen:,} records could be taken; {self._first_rejection()}")
        if self.accept:
            return
        if not least <= count <= most:
            raise Suspicious(f"{count:,} {what} listed, {least:,} to {most:,} expected; nothing was changed")
        if before and size < before * LARGEST_SHRINK:
            raise Suspicious(
                f"the list shrank from {before:,} to {size:,} {what}; nothing was changed. "
                f"If that is right, run `sync {self.row.slug} --accept`"
            )

    def _first_rejection(self) -> str:
        first = self.parsed.rejected[0] if self.parsed.rejected else None
        return f"the first at {first.where}: {first.reason}" if first else "no record was rejected either"

    def _check_share(self, incoming: Incoming) -> None:
        """Raises TooMuchAtOnce where the source changes values of too many of its listed offerings."""
        listed = self.listed.before
        moving = [key for key in incoming.moving(on=self.at.date()) if key in listed]
        run_guard.check_share(run_guard.Guard().after(self.listed.days), moving, len(listed))

    @property
    def _confirms(self) -> bool:
        """Whether the payload is what the source lists now. A stored or installed one is not, nor one with an absent or
        held part: the run counts, but the source becomes stale until the part is back, or is not requested any
        more.
        """
        if self.parsed.absent or self.listed.held:
            return False
        payload = self.payload
        return payload is None or (payload.confirms and not fetch.absent_parts(payload.body))

    @property
    def _is_in_part(self) -> bool:
        """Whether the payload was applied in part only: some of it was held, or files are missing."""
        missing = set(self.parsed.absent) - set(fetch.absent_parts(self.payload.body if self.payload else b""))
        return bool(self.listed.held or missing)

    @property
    def _reads_well(self) -> bool:
        """Whether this run counts as a reading of the current list: unlisted offerings are missed once more."""
        return self._confirms or bool(self.payload and self.payload.installed and not self.declared.url)

    def _count_reading(self, row: curation.Source) -> bool:
        """Confirms everything that this source lists: one row, however many claims. Not saved by this. Returns whether
        the source had been silent before.

        Installed data is as old as its release. For a source that has nothing else this is a good reading, which
        confirms nothing: see `curation.models.Source.confirmed_at`.
        """
        payload = self.payload
        if self._reads_well:
            return delisting.count_good_reading(row, at=self.at)
        if (
            payload
            and payload.installed
            and payload.stated_at
            and (not row.last_good_at or row.last_good_at < payload.stated_at)
        ):
            row.last_good_at = min(payload.stated_at, self.at)
        return False

    def _confirm_payload(self) -> None:
        """Links the run to the stored payload; when the network confirmed it, it counts as fetched now."""
        self.run.payload = self.before
        if self.before and (self.payload is None or self.payload.origin == payloads.NETWORK):
            payloads.confirm(self.before, at=self.at)

    def _keep_payload(self, role: str) -> None:
        if self.payload is None or self.packed is None:
            return
        stored = self.payload.stored
        self.run.payload = payloads.keep(
            self.row,
            role,
            self.packed,
            fetched_at=stored.fetched_at if stored else self.at,
            origin=(stored.origin if stored else storable(self.payload.origin))[:200],
            etag=self.payload.etag,
            last_modified=self.payload.last_modified,
            mapping="" if self._is_in_part else mapping_version(self.declared),
            keys=sorted(self.listed.keys),
            parts=self.parsed.parts,
            shape=self.parsed.shape,
        )

    # -- the record -----------------------------------------------------------------------------------------------

    def record(self) -> None:
        """Writes the run, its rejected records and, for a payload that is held or not readable, the payload."""
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
    """The offerings of a run, as its page lists them."""
    keys_of = {
        "new": sorted(claim.offering for claim in difference.new),
        "changed": sorted(claim.offering for claim in difference.changed),
        "missing": difference.missing,
    }
    return {which: keys[:OFFERINGS_KEPT] for which, keys in keys_of.items() if keys}
