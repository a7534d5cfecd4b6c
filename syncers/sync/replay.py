"""Replays a stored payload as a new run: after a mapping was fixed, or to check that the result is the same."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from curation.review.decisions import Refused
from syncers.models import Run, StoredPayload
from syncers.payload import store
from syncers.registry import SOURCES, load
from syncers.sync import engine
from syncers.sync.record import Report


def check(run: Run) -> StoredPayload:
    """The payload of a run, if it may be read again. Raises Refused, saying what to do instead.

    Only the latest payload may be: an older one would return the source to its earlier statements.
    """
    newest = store.latest(run.source_id)
    if run.payload_id is None:
        raise Refused(_("The payload of this run is not kept any more."))
    if run.source_id not in SOURCES:
        raise Refused(_("No source of that name is installed."))
    role = StoredPayload.objects.values_list("role", flat=True).get(pk=run.payload_id)
    if role == StoredPayload.Role.QUARANTINED:
        raise Refused(_("This payload is in quarantine: accept it, or discard it."))
    if role == StoredPayload.Role.UNREADABLE:
        raise Refused(_("This payload could not be read. The source has to be asked again."))
    if newest is None or newest.pk != run.payload_id:
        raise Refused(
            _("The source has been read since; this payload would return it to older values. Roll that run back.")
        )
    return newest


def read_again(source: str, *, digest: str, actor: str, batch: UUID | None = None) -> Report:
    """Reads the latest good payload of a source again, if it is still the one that was shown.

    Its statements are as old as its fetch; it confirms nothing.
    """
    latest = store.latest(source)
    if latest is None or latest.digest != digest:
        reason = "the source has been read since this was asked for; nothing was read again"
        return engine.refused(load(source), reason, actor=actor, batch=batch)
    return engine.sync(load(source), again=latest, actor=actor, batch=batch)
