"""Background tasks of curation."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from curation.apply import due
from curation.models import Subscription
from curation.notifications import collect, post
from curation.review import delayed_apply, jobs


@shared_task(name="curation.decide_many")
def decide_many(batch: str) -> str:
    """Runs a job of the review queue. Returns its final state."""
    try:
        return str(jobs.run(UUID(batch)).state)
    except Exception as error:
        jobs.fail(UUID(batch), f"{type(error).__name__}: {error}")
        raise


@shared_task(name="curation.tell")
def tell() -> dict[str, int]:
    """Collects notices and sends the messages that are due. Collects nothing while there are no subscriptions."""
    at = timezone.now()
    forgotten = post.forget_old(at=at)
    notices = collect.collect(at=at) if Subscription.objects.filter(enabled=True).exists() else 0
    sent, failed = post.deliver(at=at)
    return {"found": notices, "sent": sent, "failed": failed, "forgotten": forgotten}


@shared_task(name="curation.apply_due")
def apply_due() -> int:
    """Decides what is due, and applies changes whose delay has passed without an objection. Returns how many of these
    were published.
    """
    due.decide_due()
    return delayed_apply.apply_due().applied
