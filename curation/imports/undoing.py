"""Undoes an import: withdraws its statements, aliases and pins, and restores what they replaced.

A value that was changed again since stays, and is reported. Nothing is erased: statements are withdrawn, the ledger
gets new entries (`curation.rollback.undo`), and the import records who undid it and why.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply.reconcile import reconcile
from curation.audit import trail
from curation.models import ImportBatch, StatedAlias, Statement
from curation.review.stale_check import LONGEST_REASON, Refused, reason_for
from curation.rollback import undo as ledger
from curation.rollback.selection import Selection
from curation.statements import manual
from registry.catalogue.publish import sole_writer


def undo(batch: ImportBatch, *, actor: User, reason: str, at: datetime | None = None) -> ledger.Outcome:
    """Undoes a finished import, once. `skipped` of the outcome says what stays, and why. Raises Refused."""
    at, why = at or timezone.now(), reason_for(reason)
    with sole_writer():
        held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state != ImportBatch.State.DONE:
            raise Refused(
                _("This import is %(state)s; there is nothing to undo.") % {"state": held.get_state_display()}
            )
        note = _("import undone: %(reason)s") % {"reason": why}
        keys = _withdraw(held, actor, note, at)
        manual.write_claims(keys, at=at)
        outcome = ledger.roll_back(Selection(batch=held.pk), actor=actor, reason=note[:LONGEST_REASON], at=at)
        # Closes its waiting changes and removes its aliases; other changes keep waiting.
        reconcile(keys, actor=actor.get_username(), reason=note[:500], batch=uuid4(), at=at, approved={})
        held.state, held.undone_at = ImportBatch.State.UNDONE, at
        held.undone_by, held.undone_reason = actor.get_username(), why
        held.save(update_fields=["state", "undone_at", "undone_by", "undone_reason"])
        trail.record("import undone", held, actor=actor, reason=why, batch=held.pk, at=at)
    batch.refresh_from_db()
    return outcome


def _withdraw(batch: ImportBatch, actor: User, reason: str, at: datetime) -> set[str]:
    """Withdraws the import's statements and aliases that still hold, and restores those that they replaced."""
    mine = Statement.objects.filter(batch=batch.pk, withdrawn_at__isnull=True)
    keys = set(mine.values_list("offering_key", flat=True))
    ended = list(mine.values_list("pk", flat=True))
    manual.mark_withdrawn(ended, actor=actor, reason=reason, at=at)
    again = list(Statement.objects.filter(replaced_by__batch=batch.pk, replaced_by__withdrawn_at=at))
    for row in again:  # a new row each: a withdrawn statement stays withdrawn
        row.pk, row._state.adding = None, True
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason, row.replaced_by = None, "", "", None
    Statement.objects.bulk_create(again, batch_size=500)
    aliases = StatedAlias.objects.filter(author_id=batch.author_id, reason=batch.reason, withdrawn_at__isnull=True)
    for alias in aliases:
        if alias.stated_at != batch.done_at:
            continue
        alias.withdrawn_at, alias.withdrawn_by, alias.withdrawn_reason = (
            at,
            actor.get_username(),
            reason[:LONGEST_REASON],
        )
        alias.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        keys.add(alias.offering_key)
    return keys
