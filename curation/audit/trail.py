"""The audit trail: who decided what about which object, when and why. Written here only, and never changed.

The ledger records changes of published values. Decisions that publish nothing (a rejection, a policy, a paused source,
a note, a token, somebody's groups) are recorded here. Django's admin log is no audit trail: its rows can be edited and
deleted, it has no reasons and no batches, and it misses what the API, the shell and services do.

Services call `record`; rows that forms save by themselves are watched by `curation.audit.watch`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from curation.audit import acting
from curation.models import AuditEntry, Change

NOBODY: Final = "registry"
"""Who acts when no person does: the schedule, an upgrade, the command line."""
_LONGEST_REASON: Final = 500
_LONGEST_KEY: Final = 320


def record(
    action: str,
    about: models.Model,
    *,
    actor: AbstractBaseUser | str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    batch: UUID | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Records one decision about one object. Missing arguments come from the current request, if any.

    `before` and `after` hold the values that the decision was about; secrets do not belong there.
    """
    entry = _entry(action, about, actor, before, after, reason, batch or acting.batch(), at or timezone.now())
    entry.save()
    return entry


def record_all(
    action: str,
    about: Collection[models.Model],
    *,
    actor: AbstractBaseUser | str = "",
    reason: str = "",
    batch: UUID | None = None,
    at: datetime | None = None,
) -> None:
    """Records one decision about many objects, under one batch id and in one query for each 500."""
    batch, at = batch or acting.batch(), at or timezone.now()
    entries = [_entry(action, row, actor, *_sides(row), reason, batch, at) for row in about]
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def _entry(
    action: str,
    about: models.Model,
    actor: AbstractBaseUser | str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str,
    batch: UUID,
    at: datetime,
) -> AuditEntry:
    name = actor if isinstance(actor, str) else actor.get_username()
    return AuditEntry(
        at=at,
        actor=name or acting.person() or NOBODY,
        action=action,
        kind=about._meta.label_lower,
        key=str(about.pk)[:_LONGEST_KEY],
        label=str(about)[:_LONGEST_KEY],
        offering_key=getattr(about, "offering_key", "") or "",
        before=_plain(before),
        after=_plain(after),
        reason=(reason.strip() or acting.reason())[:_LONGEST_REASON],
        batch=batch,
    )


def _sides(about: models.Model) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Old and new values of a proposed change by field, so that a rejection shows what it was about."""
    if not isinstance(about, Change):
        return None, None
    return about.old_values, about.new_values


def _plain(values: Mapping[str, Any] | None) -> Any:
    """As JSON keeps it: times, decimals and lazy texts as text."""
    return None if values is None else json.loads(json.dumps(values, cls=DjangoJSONEncoder))
