"""Celery tasks: read one source, and the small periodic jobs."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import shared_task

from curation.linking import matching
from curation.models import Source
from curation.pins import pinning
from syncers.registry import load
from syncers.sync import engine, replay

log = logging.getLogger(__name__)


@shared_task(name="syncers.sync_source")
def sync_source(slug: str, actor: str = "", batch: str = "") -> dict[str, Any]:
    """Reads one source; a paused one only when a person asks. Returns the report as JSON.

    `batch` is the id by which that person looks for the run.
    """
    if not actor and Source.objects.filter(slug=slug, enabled=False).exists():
        return {"source": slug, "status": "paused"}
    report = engine.sync(load(slug), actor=actor, batch=UUID(batch) if batch else None)
    log.info("sync of %s: %s %s", slug, report.status, report.error)
    return report.as_json()


@shared_task(name="syncers.read_again")
def read_again(slug: str, digest: str, actor: str, batch: str) -> dict[str, Any]:
    """Reads the latest kept payload of a source once more. Returns the report as JSON."""
    report = replay.read_again(slug, digest=digest, actor=actor, batch=UUID(batch))
    log.info("payload of %s read again: %s %s", slug, report.status, report.error)
    return report.as_json()


@shared_task(name="syncers.end_expired_pins")
def end_expired_pins() -> int:
    """Gives fields whose pin has expired back to their sources."""
    return len(pinning.end_expired_pins())


@shared_task(name="syncers.find_matches")
def find_matches() -> int:
    """Finds candidate models for unlinked offerings. Returns how many candidates are new."""
    return matching.find_matches().new
