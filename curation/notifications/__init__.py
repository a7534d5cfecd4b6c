"""Telling people what happens: notices are collected, written into digests, and sent by mail or webhook.

`collect` finds what happened, `post` brings it to those who asked for it, `digest` words it (pure), `mail` and
`webhook` carry it. See docs/notifications.md.
"""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake() -> None:
    """Has the notifications looked after soon, once what is being written is committed. The schedule does so anyway."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    from curation.models import Subscription

    if not Subscription.objects.filter(enabled=True).exists():
        return
    try:
        current_app.send_task("curation.tell")
    except (OperationalError, OSError) as error:
        log.warning("the task queue cannot be reached; notifications wait for the schedule (%s)", error)
