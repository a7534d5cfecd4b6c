"""Aliases stated by curators: state and withdraw. Admin, API and shell call the same functions.

A statement is stored with its author, reason and time. `curation.apply.load` adds it to the aliases that sources state,
so that it is published by the one writer and no sync can lose it. A name that a lookup resolves already, or that would
be ambiguous, is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone

from curation.apply.reconcile import reconcile
from curation.audit import trail
from curation.models import StatedAlias
from curation.review.stale_check import LONGEST_REASON, Refused, reason_for
from registry.catalogue import cache
from registry.catalogue.publish import sole_writer
from registry.models import Alias, Offering

LONGEST_NAME: Final = 320
"""As the column is."""


def state(*, name: str, offering: str, actor: User, reason: str, at: datetime | None = None) -> StatedAlias:
    """States that a name means a published offering; no sync changes that. Raises Refused."""
    at, name, why = at or timezone.now(), name.strip(), _reason(reason)
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused(f"A name has 1 to {LONGEST_NAME} printable signs; this has {len(name):,}, or others.")
    with sole_writer():
        if not Offering.objects.filter(key=offering).exists():
            raise Refused(f"There is no published offering {offering}. Choose one by its full id: provider/its own id.")
        _must_be_free(name, offering)
        alias = StatedAlias.objects.create(name=name, offering_key=offering, reason=why, author=actor, stated_at=at)
        _publish(alias, actor, f"alias {name}: {why}", at)
    return alias


def record_names(meanings: Mapping[str, str], *, actor: User, reason: str, at: datetime) -> None:
    """Stores aliases (name → offering). The caller has checked that the names are free, and reconciles."""
    why = _reason(reason)
    rows = [
        StatedAlias(name=name, offering_key=offering, reason=why, author=actor, stated_at=at)
        for name, offering in meanings.items()
    ]
    StatedAlias.objects.bulk_create(rows)
    trail.record_all("made", rows, actor=actor, reason=why, at=at)


def withdraw(statement: StatedAlias, *, actor: User, reason: str, at: datetime | None = None) -> None:
    """Withdraws an alias; the name keeps its meaning only if a source states it too. Raises Refused."""
    at, why = at or timezone.now(), _reason(reason)
    with sole_writer():
        held = StatedAlias.objects.select_for_update().get(pk=statement.pk)
        if held.withdrawn_at:
            raise Refused(f"This alias has been withdrawn already, by {held.withdrawn_by}.")
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = at, actor.get_username(), why
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        _publish(held, actor, f"alias {held.name} withdrawn: {why}", at)
    statement.refresh_from_db()


def _reason(text: str) -> str:
    reason_for(text)
    if len(text.strip()) > LONGEST_REASON:
        raise Refused(f"The reason has {len(text.strip()):,} signs; {LONGEST_REASON:,} are kept.")
    return text.strip()


def _must_be_free(name: str, offering: str) -> None:
    """Refuses a name that a lookup resolves already, or that would get two meanings."""
    if own := Offering.objects.filter(key__iexact=name).values_list("key", flat=True).first():
        raise Refused(
            f"{name} is the id of an offering itself ({own}), and an offering's own id always means that one."
        )
    if own := Offering.objects.filter(native_id__iexact=name).order_by("key").values_list("key", flat=True).first():
        raise Refused(
            f"{name} is what {own.partition('/')[0]} itself calls {own}; a provider's own id precedes any alias."
        )
    aliases = Alias.objects.filter(name__iexact=name).order_by("offering__key")
    for key, source in aliases.values_list("offering__key", "source"):
        if key == offering:
            raise Refused(f"{name} means {offering} already, as {source} says.")
        raise Refused(f"{name} means {key} already, as {source} says; a second meaning would leave lookups undecided.")
    # A name that is ambiguous by spelling alone may be given a meaning; one that the rules resolve may not.
    answer = cache.current().lookup(name)
    if answer.found:
        raise Refused(
            f"{name} is known already: it means {answer.offering or answer.model} (matched by {answer.matched_by})."
        )


def _publish(statement: StatedAlias, actor: User, reason: str, at: datetime) -> None:
    # `approved={}`: stating a name approves nothing else that waits for this offering.
    reconcile([statement.offering_key], actor=actor.get_username(), reason=reason, batch=uuid4(), at=at, approved={})
