"""Relinks stored offerings after the identity rules have changed.

Only values derived from ids are compared; pins and what sources state about the model stand. A move to another model
waits in the review queue like any change, unless a person approves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone

from curation.apply.reconcile import reconcile
from curation.core.inputs import derive_identity
from curation.core.merge import DERIVING_SOURCE
from curation.core.price_lists import unit_of
from curation.models import StoredClaim
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.columns import DERIVED
from registry.domain.provenance import Provenance
from registry.models import Offering

ACTOR: Final = "registry"
REASON: Final = "rules of identity"


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """One field that the identity rules derive differently now, in canonical JSON form."""

    offering: str
    field: str
    old: Any
    new: Any


def identity_changes() -> Iterator[IdentityChange]:
    """Derived fields that differ from what is published, in order of offerings."""
    rows = Offering.objects.order_by("key").values_list("key", "facts", "provenance")
    for key, facts, provenance in rows.iterator(chunk_size=2000):
        claim = derive_identity(key)
        for name in DERIVED:
            derived = fields.field(name).encode(claim.values.get(name)) if claim else None
            known_by = Provenance(provenance.get(name, {})).source or DERIVING_SOURCE
            if known_by == DERIVING_SOURCE and (facts.get(name) or None) != derived:
                yield IdentityChange(key, name, facts.get(name), derived)


@dataclass(slots=True)
class RelinkReport:
    """Result of relinking."""

    offerings: int = 0
    applied: int = 0
    held: int = 0


def relink(
    changes: Iterable[IdentityChange],
    *,
    approved_by: str = "",
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> RelinkReport:
    """Reconciles the offerings of these changes, a few hundred at a time. `approved_by` publishes moves at once."""
    by_offering: dict[str, list[str]] = {}
    for change in changes:
        by_offering.setdefault(change.offering, []).append(change.field)
    done, batch, at = RelinkReport(), uuid4(), timezone.now()
    for chunk in chunks(_claimed(sorted(by_offering))):
        places = {(key, unit_of(name)): approved_by for key in chunk for name in by_offering[key]}
        approved = places if approved_by else None
        outcome = reconcile(chunk, actor=approved_by or ACTOR, reason=REASON, batch=batch, at=at, approved=approved)
        done.offerings += len(chunk)
        done.applied += outcome.applied
        done.held += outcome.held
        progress(done.offerings, len(by_offering))
    return done


def _claimed(keys: Sequence[str]) -> list[str]:
    """The keys that some source claims; the others have nothing to be reconciled with."""
    claimed: set[str] = set()
    for chunk in chunks(keys):
        claimed.update(StoredClaim.objects.filter(offering_key__in=chunk).values_list("offering_key", flat=True))
    return [key for key in keys if key in claimed]
