"""The state of one run: its payload, what the payload proves about the source, and what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from curation import models as curation
from curation.apply import delisting
from registry.catalogue.publish import sole_writer
from syncers.kinds.record import Parsed
from syncers.kinds.source import Source
from syncers.models import StoredPayload
from syncers.payload import fetch
from syncers.payload import store as payloads
from syncers.payload.acquire import Payload
from syncers.payload.parse import storable
from syncers.payload.parser_version import mapping_version
from syncers.sync import listings
from syncers.sync.declared import declaration
from syncers.sync.record import RunRecord


class RunState(RunRecord):
    """What the steps of a run read and change."""

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

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of the single writer, rolled back in a dry run."""
        with sole_writer():
            yield
            if not self.keep:
                transaction.set_rollback(True)

    # -- what the payload proves ----------------------------------------------------------------------------------

    def was_read(self, payload: Payload) -> bool:
        """Whether these are the bytes that were read last, by the same mapping."""
        latest = self.before
        return bool(
            latest
            and latest.digest == payloads.digest_of(payload.body)
            and latest.mapping == mapping_version(self.declared)
        )

    def was_overtaken(self, payload: Payload) -> bool:
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

    @property
    def confirms(self) -> bool:
        """Whether the payload is what the source lists now. A stored or installed one is not, nor one with an absent or
        held part: the run counts, but the source becomes stale until the part is back, or is not requested any
        more.
        """
        if self.parsed.absent or self.listed.held:
            return False
        payload = self.payload
        return payload is None or (payload.confirms and not fetch.absent_parts(payload.body))

    @property
    def is_in_part(self) -> bool:
        """Whether the payload was applied in part only: some of it was held, or files are missing."""
        missing = set(self.parsed.absent) - set(fetch.absent_parts(self.payload.body if self.payload else b""))
        return bool(self.listed.held or missing)

    @property
    def reads_well(self) -> bool:
        """Whether this run counts as a reading of the current list: unlisted offerings are missed once more."""
        return self.confirms or bool(self.payload and self.payload.installed and not self.declared.url)

    def count_reading(self, row: curation.Source) -> bool:
        """Confirms everything that this source lists: one row, however many claims. Not saved by this. Returns whether
        the source had been silent before.

        Installed data is as old as its release. For a source that has nothing else this is a good reading, which
        confirms nothing: see `curation.models.Source.confirmed_at`.
        """
        if self.reads_well:
            return delisting.count_good_reading(row, at=self.at)
        released_at = self.payload.stated_at if self.payload and self.payload.installed else None
        if released_at and (not row.last_good_at or row.last_good_at < released_at):
            row.last_good_at = min(released_at, self.at)
        return False

    # -- what is stored of it -------------------------------------------------------------------------------------

    def confirm_payload(self) -> None:
        """Links the run to the stored payload; when the network confirmed it, it counts as fetched now."""
        self.run.payload = self.before
        if self.before and (self.payload is None or self.payload.origin == payloads.NETWORK):
            payloads.confirm(self.before, at=self.at)

    def keep_payload(self, role: str) -> None:
        """Stores the payload in this role, and links the run to it."""
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
            mapping="" if self.is_in_part else mapping_version(self.declared),
            keys=sorted(self.listed.keys),
            parts=self.parsed.parts,
            shape=self.parsed.shape,
        )
