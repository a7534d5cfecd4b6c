"""Decisions on quarantined payloads: a curator accepts the run, or discards it.

The stale check refuses a payload that was replaced since it was shown, and one that is older than the source's last
good run.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from curation.audit import trail
from curation.review.decisions import Refused
from syncers.models import Run, StoredPayload
from syncers.payload import store
from syncers.registry import load
from syncers.sync import engine
from syncers.sync.record import Report


def release(source: str, *, actor: User, digest: str = "") -> Report:
    """Reads the quarantined payload of a source and accepts it. `digest`: of the payload that was shown, if any.

    Raises Refused. When it cannot be read, the report says so and the payload stays.
    """
    payload = _held(source, digest)
    if payload.source.last_good_at and payload.source.last_good_at > payload.fetched_at:
        raise Refused(_("The source has had a good run since; this payload is older. Discard it."))
    report = engine.sync(
        load(source),
        body=store.body_of(payload),
        accept=True,
        actor=actor.get_username(),
        origin="quarantine",
    )
    if report.status in (Run.Status.OK, Run.Status.UNCHANGED):
        trail.record("released from quarantine", payload.source, actor=actor, after={"payload": payload.digest})
        if good := store.latest(source):
            store.settle(good)
        StoredPayload.objects.filter(pk=payload.pk, digest=payload.digest).delete()
    return report


def discard(source: str, *, actor: User, digest: str = "") -> None:
    """Deletes the quarantined payload of a source; its run stays on record with who did it. Raises Refused."""
    with transaction.atomic():
        payload = _held(source, digest)
        for run in quarantined_runs(payload):
            run.error = f"{run.error}\nDiscarded by {actor.get_username()}."
            run.save(update_fields=["error"])
        StoredPayload.objects.filter(pk=payload.pk, digest=payload.digest).delete()
        trail.record("discarded from quarantine", payload.source, actor=actor, before={"payload": payload.digest})


def quarantined_runs(payload: StoredPayload) -> QuerySet[Run]:
    """The held runs of a payload."""
    return Run.objects.filter(payload=payload, status=Run.Status.QUARANTINED)


def payload_of(source: str) -> StoredPayload | None:
    """The payload of a source that is in quarantine, without its body."""
    held = StoredPayload.objects.filter(source_id=source, role=StoredPayload.Role.QUARANTINED)
    return held.defer("body").first()


def held_payload(run: Run) -> StoredPayload | None:
    """The payload that a run put into quarantine, while it is there."""
    if run.status != Run.Status.QUARANTINED or run.payload_id is None:
        return None
    held = StoredPayload.objects.filter(pk=run.payload_id, role=StoredPayload.Role.QUARANTINED)
    return held.defer("body").first()


def _held(source: str, digest: str) -> StoredPayload:
    held = StoredPayload.objects.filter(source_id=source, role=StoredPayload.Role.QUARANTINED)
    payload = held.select_related("source").first()
    if payload is None:
        raise Refused(_("%(source)s has no payload in quarantine.") % {"source": source})
    if digest and payload.digest != digest:
        raise Refused(_("Another payload is in quarantine now; please reload the page."))
    return payload
