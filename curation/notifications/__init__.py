"""Notifications: notices are collected, written into digests, and sent by mail or webhook.

`collect` finds events, `post` delivers them to subscriptions, `digest` writes the text (pure), `mail` and `webhook`
send it. See docs/notifications.md.
"""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake() -> None:
    """Starts a delivery after the current transaction commits. The schedule does so anyway."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    from curation.models import Subscription

    if not Subscription.objects.filter(enabled=True).exists():
        return
    try:
        current_app.send_task("curation.tell")
    except (OperationalError, OSError) as error:
        log.warning("the task queue cannot be reached; notifications wait for the schedule (%s)", error)
