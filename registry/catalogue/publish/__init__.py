"""The one writer of the published catalogue.

Everything that changes what is published (syncs, approvals, pins, imports, undo) comes through `publish`, in one
transaction: offerings with their versions, benchmarks and aliases, the append-only ledger, and the next revision.
What is rendered from it is made afterwards, see `registry.exports.rendering`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from registry.catalogue import versions
from registry.catalogue.publish.related_rows import ensure_models, ensure_providers, write_aliases, write_benchmarks
from registry.catalogue.publish.revisions import announce, newest_revision, next_revision
from registry.catalogue.publish.revisions import is_sole_writer as is_sole_writer
from registry.catalogue.publish.revisions import sole_writer as sole_writer
from registry.database.chunks import CHUNK, chunks
from registry.domain import columns
from registry.domain.changeset import OfferingChange
from registry.domain.offering_ids import OfferingId
from registry.domain.provenance import behind_as_json
from registry.models import LedgerEntry, Offering, Revision

_UPDATED: Final = (
    "model", "facts", "provenance", "behind", "updated_at", "missing_since", "not_seen_since", "revision", "serial",
    *columns.COLUMNS,
)  # fmt: skip
_ACCOUNT: Final = ("provenance", "behind", "not_seen_since", "serial", *columns.OF_ACCOUNTS)


class StaleBase(Exception):
    """A change was made against a value that is no longer the published one."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of a publication. `revision` is None when there was nothing to do."""

    revision: int | None
    entries: int = 0
    rows: int = 0


def publish(changes: Sequence[OfferingChange], *, actor: str, reason: str, batch: UUID, at: datetime) -> Publication:
    """Publishes changes as the next revision. Must run inside `sole_writer`. Raises StaleBase, and then writes nothing.

    Accounts that move alone make no revision: they are shown from now on, under another serial number.
    `actor` is a person's name or `sync:<source>`; `batch` groups everything that one action did, for undo.
    """
    if not changes:
        return Publication(None)
    moving = [change for change in changes if not change.account_only]
    accounts = [change for change in changes if change.account_only]
    entries = sum(len(change.changes) for change in moving)
    rows = 1
    with transaction.atomic():
        if moving:
            revision = next_revision(actor=actor, reason=reason, batch=batch, at=at, entries=entries)
        else:
            revision = newest_revision()
            revision.serial, revision.shown_at = revision.serial + 1, at
            revision.save(update_fields=["serial", "shown_at"])
        for chunk in chunks(moving):
            rows += _publish_chunk(chunk, revision, actor, at)
        for chunk in chunks(accounts):
            rows += _write_accounts(chunk, revision.serial, at)
        announce()
    return Publication(revision.number if moving else None, entries, rows)


def _write_accounts(changes: Sequence[OfferingChange], serial: int, at: datetime) -> int:
    """Brings accounts up to date. The rows of today show them; versions keep those of their revision."""
    offerings = {o.key: o for o in Offering.objects.filter(key__in=[change.key for change in changes])}
    for change in changes:
        offering = offerings[change.key]
        _apply(change, offering, offering.revision, at)
        offering.serial = serial
    Offering.objects.bulk_update(offerings.values(), list(_ACCOUNT), batch_size=200)
    versions.refresh(list(offerings.values()))
    return len(offerings)


def _publish_chunk(changes: Sequence[OfferingChange], revision: Revision, actor: str, at: datetime) -> int:
    offerings = {o.key: o for o in Offering.objects.filter(key__in=[c.key for c in changes])}
    fresh = [c.key for c in changes if c.key not in offerings]
    rows = ensure_providers(fresh) if fresh else 0
    rows += ensure_models(changes, at)
    ledger: list[LedgerEntry] = []
    for change in changes:
        offering = offerings.get(change.key)
        if offering is None:
            offering = offerings[change.key] = _new_offering(change.key, at)
        _apply(change, offering, revision.number, at)
        offering.serial = revision.serial
        ledger += _ledger_entries(change, revision, actor)
    changed = [offerings[change.key] for change in changes]
    Offering.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["key"], update_fields=list(_UPDATED), batch_size=CHUNK
    )
    ids = {key: offering.pk for key, offering in offerings.items() if offering.pk}
    ids |= dict(Offering.objects.filter(key__in=fresh).values_list("key", "id")) if fresh else {}
    LedgerEntry.objects.bulk_create(ledger, batch_size=2000)
    rows += len(changed) + len(ledger)
    rows += write_benchmarks(changes, ids)
    rows += write_aliases(changes, ids)
    return rows + versions.write([_touched(change, offerings[change.key], ids) for change in changes], revision.number)


def _touched(change: OfferingChange, offering: Offering, ids: Mapping[str, int]) -> versions.WrittenOffering:
    offering.pk = ids[change.key]
    return versions.WrittenOffering(offering, {field_change.field for field_change in change.changes}, change.aliases)


def _new_offering(key: str, at: datetime) -> Offering:
    provider, native_id = OfferingId.of(key)
    return Offering(key=key, provider_id=provider, native_id=native_id, created_at=at)


def _apply(change: OfferingChange, offering: Offering, revision: int, at: datetime) -> None:
    facts, provenance = dict(offering.facts), dict(offering.provenance)
    for field_change in change.changes:
        now = facts.get(field_change.field)
        if now != field_change.old:
            raise StaleBase(f"{change.key} {field_change.field}: published is {now!r}, not {field_change.old!r}")
        if field_change.gone:
            facts.pop(field_change.field, None)
            provenance.pop(field_change.field, None)
        else:
            facts[field_change.field] = field_change.new
            provenance[field_change.field] = field_change.provenance.as_json()
    for name, account in change.provenance.items():
        if name in facts:
            provenance[name] = account.as_json()
    offering.facts, offering.provenance = facts, provenance
    offering.behind = behind_as_json(change.behind) if change.behind is not None else offering.behind
    offering.model_id = facts.get("model")
    offering.missing_since, offering.not_seen_since = change.listing(offering.missing_since)
    offering.revision = revision
    if change.changes:
        offering.updated_at = at
    for column, value in columns.columns(facts, provenance, at.date()).items():
        setattr(offering, column, value)


def _ledger_entries(change: OfferingChange, revision: Revision, actor: str) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            revision=revision,
            offering_key=change.key,
            field=field_change.field,
            old=field_change.old,
            new=field_change.new,
            source=field_change.provenance.source,
            quality=field_change.provenance.quality,
            reason=field_change.provenance.reason,
            policy=(field_change.policy or field_change.provenance.policy)[:80],
            actor=actor,
            note=field_change.note[:500],
        )
        for field_change in change.changes
    ]
