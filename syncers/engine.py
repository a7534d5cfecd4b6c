"""One reading of one source: get the payload, parse it, keep its claims, reconcile what they touch, record the run.

Nothing a source sends can harm what is published: an unreadable, empty or shrunken payload ends the run and changes
nothing; a run in which too much would change at once is held as a whole; one failing source never stops the others.
"""

from __future__ import annotations

import hashlib
import logging
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from curation import models as curation
from curation.policy import Guard
from curation.reconcile import Outcome, TooMuchAtOnce, reconcile
from registry.models import Benchmark, Model
from registry.publish import publish_scores, sole_writer
from syncers import fetching, shape, store
from syncers.base import Parsed, Source
from syncers.benchmarks import BenchmarkList, ParsedScores
from syncers.errors import BadPayload, NotConfigured, SourceError, Suspicious, Unreachable
from syncers.locks import AlreadyRunning, only_one
from syncers.models import RejectedRecord, Run, StoredPayload
from syncers.payload import storable
from syncers.registry import all_sources

log = logging.getLogger(__name__)

LARGEST_SHRINK: Final = 0.5
"""A list that keeps less than this share of what the source listed before is not believed."""
REJECTED_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; the shape of `sync --json`."""

    source: str
    status: str
    seen: int = 0
    new: int = 0
    changed: int = 0
    applied: int = 0
    held: int = 0
    rejected: int = 0
    missing: int = 0
    rows_written: int = 0
    seconds: float = 0.0
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether the source was read, or there was nothing to read."""
        return self.status in (Run.Status.OK, Run.Status.UNCHANGED, Run.Status.SKIPPED)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and where it came from."""

    body: bytes
    origin: str
    etag: str = ""
    last_modified: str = ""
    note: str = ""
    """What went wrong on the way, when another payload had to stand in."""


class _DryRun(Exception):
    """Rolls back everything that a dry run wrote."""


def sync(
    declared: type[Source],
    *,
    body: bytes | None = None,
    origin: str = "",
    dry_run: bool = False,
    believe: bool = False,
    actor: str = "",
    at: datetime | None = None,
) -> Report:
    """Reads a source and brings the catalogue up to date. Never raises for what the source does; see `Report.error`.

    `body` replays a payload instead of fetching one. `believe` accepts a payload that the guards would hold.
    A dry run computes the very same and keeps nothing.
    """
    at = at or timezone.now()
    if declared.nothing_fetched and body is None:
        return Report(declared.slug, Run.Status.SKIPPED, error=declared.nothing_fetched)
    run = _Reading(declared, actor=actor or f"sync:{declared.slug}", believe=believe, at=at)
    try:
        with only_one(f"sync:{declared.slug}"):
            # Outside of any transaction: a slow network must not keep others from writing.
            payload = run.get_payload() if body is None else Payload(body, origin or "given")
            with transaction.atomic():
                run.read(payload)
                if dry_run:
                    raise _DryRun
    except _DryRun:
        return run.report()
    except NotConfigured as error:
        run.fail(error)
        return run.report()  # nothing happened, so there is no run to keep
    except AlreadyRunning:
        return Report(declared.slug, Run.Status.SKIPPED, error="another run of this source is under way")
    except SourceError as error:
        run.fail(error)
    except TooMuchAtOnce as error:
        run.fail(Suspicious(str(error)))
    except Exception as error:
        log.exception("sync of %s broke", declared.slug)
        run.fail(SourceError(f"the registry itself failed here ({type(error).__name__}: {error}); please report this"))
    if dry_run:
        return run.report()
    run.record()
    return run.report()


class _Reading:
    """The state of one reading while it goes on."""

    def __init__(self, declared: type[Source], *, actor: str, believe: bool, at: datetime) -> None:
        self.declared, self.source = declared, declared()
        known = curation.Source.objects.filter(slug=declared.slug).first()
        self.row = known or curation.Source(slug=declared.slug)
        self.believe, self.at = believe, at
        self.run = Run(source=self.row, actor=actor, batch=uuid4(), started_at=at)
        self.payload: Payload | None = None
        self.parsed = Parsed()

    # -- payload --------------------------------------------------------------------------------------------------

    def get_payload(self) -> Payload | None:
        """The newest payload to be had: from the network, else what comes with the installation. None: unchanged."""
        source, embedded = self.source, self.source.embedded()
        if not source.url:
            if embedded is None:
                raise NotConfigured(f"{source.label} has no address and no data of its own")
            return Payload(embedded, "installation")
        known = StoredPayload.objects.filter(source=self.row, role=StoredPayload.Role.GOOD).first()
        fresh = known if known and known.mapping == mapping_version() else None
        try:
            answer = fetching.fetch(
                source, etag=fresh.etag if fresh else "", last_modified=fresh.last_modified if fresh else ""
            )
        except Unreachable as error:
            if embedded is None or (known and self._knows_more(known, embedded)):
                raise
            return Payload(embedded, "installation", note=f"{error}; read the data of the installed package instead")
        if answer.unchanged:
            return None
        if embedded is not None and self._is_behind(answer.body, embedded):
            return Payload(embedded, "installation", note="what the network serves is older than the installed data")
        return Payload(answer.body, "network", answer.etag, answer.last_modified)

    def _knows_more(self, known: StoredPayload, embedded: bytes) -> bool:
        """Whether what was read from the network before must not give way to the installed data: it stands, stale."""
        if known.digest == hashlib.sha256(embedded).hexdigest():
            return False
        return not self._is_behind(zlib.decompress(known.body), embedded)

    def _is_behind(self, body: bytes, embedded: bytes) -> bool:
        return self.source.is_older(self.source.read(body), self.source.read(embedded))

    # -- reading --------------------------------------------------------------------------------------------------

    def read(self, payload: Payload | None) -> None:
        self.row = ensure_source(self.declared)
        self.payload = payload
        if self.payload is None or self._is_repeated(self.payload):
            self.run.status = Run.Status.UNCHANGED
            self.run.origin = self.payload.origin if self.payload else "network (304)"
            self.run.error = self.payload.note if self.payload else ""
            self._match_again()
            self._confirm()
            return
        self.run.origin, self.run.error = self.payload.origin, self.payload.note
        self.parsed = self.source.parse(self.payload.body)
        self.run.seen, self.run.rejected = self.parsed.seen, len(self.parsed.rejected)
        self.run.notices = {storable(word): count for word, count in sorted(self.parsed.notices.items())[:500]}
        self.run.shape_changes = self._shape_changes()
        if isinstance(self.parsed, ParsedScores):
            self._publish_scores(self.parsed)
        else:
            self._take_claims()
        self._keep_payload(StoredPayload.Role.GOOD)
        StoredPayload.objects.filter(source=self.row, role=StoredPayload.Role.QUARANTINED).delete()
        self.run.status = Run.Status.OK
        self._confirm()

    def _take_claims(self) -> None:
        difference = store.compare(self.row, self.parsed.claims)
        count = len(self.parsed.claims)
        self._check_size(count, count, difference.known)
        self.run.new, self.run.changed = len(difference.new), len(difference.changed)
        self.run.missing = len(difference.missing)
        self.run.rows_written = store.write(self.row, difference, self.at)
        if difference.touched:
            self._count(self._reconcile(difference))

    def _match_again(self) -> None:
        """Scores are of models: one that nobody offered when they were sent may be published by now."""
        known = StoredPayload.objects.filter(source=self.row, role=StoredPayload.Role.GOOD).first()
        if isinstance(self.source, BenchmarkList) and known:
            self.parsed = parsed = self.source.parse(zlib.decompress(known.body))
            self.run.seen = parsed.seen
            self._publish_scores(parsed)

    def _publish_scores(self, parsed: ParsedScores) -> None:
        source = self.source
        if not isinstance(source, BenchmarkList):
            raise TypeError(f"{self.row.slug} has scores and is no list of benchmarks")
        with sole_writer():
            scores = source.match(parsed, set(Model.objects.values_list("key", flat=True)))
            known = Benchmark.objects.filter(source=self.row.slug, model__isnull=False).count()
            self._check_size(len(parsed.scores), len(scores), known, "scores")
            reason = f"benchmarks of {self.row.slug} from {self.run.origin}"
            done = publish_scores(
                self.row.slug, scores, actor=self.run.actor, reason=reason, batch=self.run.batch, at=self.at
            )
        self.run.rejected = len(parsed.rejected)
        self.run.new, self.run.changed, self.run.missing = done.new, done.changed, done.gone
        self.run.applied, self.run.rows_written = done.new + done.changed + done.gone, done.rows

    def _is_repeated(self, payload: Payload) -> bool:
        """The very bytes that were read before, by the very mapping: there is nothing to find."""
        return StoredPayload.objects.filter(
            source=self.row,
            role=StoredPayload.Role.GOOD,
            digest=hashlib.sha256(payload.body).hexdigest(),
            mapping=mapping_version(),
        ).exists()

    def _shape_changes(self) -> dict[str, str]:
        before = StoredPayload.objects.filter(source=self.row, role=StoredPayload.Role.GOOD).first()
        return shape.changes(before.shape, self.parsed.shape) if before and before.shape else {}

    def _check_size(self, listed: int, kept: int, known: int, what: str = "offerings") -> None:
        """Whether so many are believable: `listed` in all, `kept` of them, where `known` were kept before."""
        least, most = self.source.expected
        if not listed:
            raise BadPayload(f"none of {self.parsed.seen:,} records could be taken; {self._first_rejection()}")
        if self.believe:
            return
        if not least <= listed <= most:
            raise Suspicious(f"{listed:,} {what} listed, {least:,} to {most:,} expected; nothing was changed")
        if known and kept < known * LARGEST_SHRINK:
            raise Suspicious(
                f"the list shrank from {known:,} to {kept:,} {what}; nothing was changed. "
                f"If that is right, run `sync {self.row.slug} --believe`"
            )

    def _first_rejection(self) -> str:
        first = self.parsed.rejected[0] if self.parsed.rejected else None
        return f"the first at {first.where}: {first.reason}" if first else "no record was rejected either"

    def _reconcile(self, difference: store.Difference) -> Outcome:
        return reconcile(
            difference.touched,
            actor=self.run.actor,
            reason=f"sync of {self.row.slug} from {self.run.origin}",
            batch=self.run.batch,
            at=self.at,
            guard=None if self.believe else Guard(),
            restated=[claim.offering for claim in difference.changed],
            known_before=difference.known,
        )

    def _count(self, outcome: Outcome) -> None:
        self.run.applied, self.run.held = outcome.applied, outcome.held
        self.run.rows_written += outcome.rows

    def _confirm(self) -> None:
        """Everything this source lists is confirmed as of now: one row, however many claims."""
        curation.Source.objects.filter(pk=self.row.pk).update(last_good_at=self.at)

    def _keep_payload(self, role: str) -> None:
        if self.payload is None:
            return
        StoredPayload.objects.update_or_create(
            source=self.row,
            role=role,
            defaults={
                "digest": hashlib.sha256(self.payload.body).hexdigest(),
                "body": zlib.compress(self.payload.body, 6),
                "length": len(self.payload.body),
                "fetched_at": self.at,
                "etag": self.payload.etag,
                "last_modified": self.payload.last_modified,
                "mapping": mapping_version(),
                "shape": self.parsed.shape,
            },
        )

    # -- the record -----------------------------------------------------------------------------------------------

    def fail(self, error: SourceError) -> None:
        """What the run comes to when the source could not be read or believed. Nothing it wrote is kept."""
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
        self.run.new = self.run.changed = self.run.missing = 0
        self.run.applied = self.run.held = self.run.rows_written = 0

    def record(self) -> None:
        """Writes the run, its rejected records and, for a payload not believed, the payload."""
        self.run.finished_at = timezone.now()
        self.run.origin, self.run.error = storable(self.run.origin)[:200], storable(self.run.error)
        with transaction.atomic():
            self.run.source = self.row = ensure_source(self.declared)
            self.run.save()
            if self.run.status == Run.Status.QUARANTINED:
                self._keep_payload(StoredPayload.Role.QUARANTINED)
            RejectedRecord.objects.bulk_create(
                RejectedRecord(
                    run=self.run,
                    where=storable(one.where)[:400],
                    reason=storable(one.reason)[:1000],
                    fragment=storable(str(one.fragment or ""))[:4000],
                )
                for one in self.parsed.rejected[:REJECTED_KEPT]
            )

    def report(self) -> Report:
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
            run.missing,
            run.rows_written,
            round((timezone.now() - self.at).total_seconds(), 3),
            run.error,
        )


def ensure_source(declared: type[Source]) -> curation.Source:
    """The source's row, brought in line with its declaration; what curators set on it stays."""
    wanted = {
        "label": declared.label,
        "standing": declared.standing.value,
        "authority": list(declared.authority),
        "speaks_for": declared.speaks_for,
        "origin": declared.origin,
        "preference": declared.preference,
        "url": declared.url,
        "homepage": declared.homepage,
        "key_variable": declared.key_variable,
        "key_required": declared.key_required,
        "nothing_fetched": declared.nothing_fetched,
        "every_seconds": int(declared.every.total_seconds()),
    }
    row, made = curation.Source.objects.get_or_create(slug=declared.slug, defaults=wanted)
    if not made and any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(wanted))
    return row


def ensure_sources() -> None:
    """A row for every source, read or not."""
    for declared in all_sources():
        ensure_source(declared)


@cache
def mapping_version() -> str:
    """Fingerprint of all code that turns payloads into claims: when it changes, payloads are read again."""
    base = Path(__file__).resolve().parent
    own = (base / "base.py", base / "benchmarks.py")
    files = sorted([*base.glob("sources/*.py"), *own, *base.parent.glob("registry/identity/*.py")])
    digest = hashlib.sha256()
    for path in [*files, base.parent / "registry/fields.py", base.parent / "registry/rates.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
