"""Delivers notices to subscriptions: each once, immediately or in the daily message.

A notice and its deliveries are written together, so that none is lost; a delivery is claimed before it is sent, so that
two workers never send the same one. What fails is tried again, later each time, under the same message id.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F

from curation.models import Delivery, Notice, Subscription
from curation.notifications import mail, recount, webhook
from curation.notifications.digest import Item, Message, digest
from curation.notifications.errors import Gone, NotSent

log = logging.getLogger(__name__)

BACKOFF: Final = tuple(timedelta(minutes=m) for m in (5, 30, 120, 300, 600, 840, 1200, 1440))
"""How long to wait after each failure; after the last, the delivery fails. About three days in all."""
_CRASHED_AFTER: Final = timedelta(minutes=15)
"""A delivery in state SENDING for longer than this belongs to a worker that died."""
KEPT: Final = timedelta(days=90)
"""For how long notices and the log of their deliveries are kept."""


def announce(notices: Collection[Notice], *, at: datetime) -> int:
    """Stores notices that are new (by their key) and their deliveries. Returns how many there were."""
    by_key = {notice.key: notice for notice in notices}
    stored_keys = set(Notice.objects.filter(key__in=by_key).values_list("key", flat=True))
    fresh = [notice for key, notice in by_key.items() if key not in stored_keys]
    if not fresh:
        return 0
    for notice in fresh:
        notice.at = at
    with transaction.atomic():
        Notice.objects.bulk_create(fresh, ignore_conflicts=True)
        stored = list(Notice.objects.filter(key__in=[notice.key for notice in fresh]))
        Delivery.objects.bulk_create(
            (
                Delivery(subscription=subscription, notice=notice, due_at=due(subscription, at))
                for subscription in _listening()
                for notice in stored
                if notice.event in subscription.events
            ),
            ignore_conflicts=True,
        )
    return len(fresh)


def due(subscription: Subscription, at: datetime) -> datetime:
    """When a notice of this time is to be sent: now, or with the next daily message."""
    if subscription.pace == Subscription.Pace.IMMEDIATE:
        return at
    today = at.replace(hour=subscription.hour, minute=0, second=0, microsecond=0)
    return today if today > at else today + timedelta(days=1)


def deliver(*, at: datetime) -> tuple[int, int]:
    """Sends what is due, one message per subscription. Returns how many messages were sent, and how many failed."""
    stuck = Delivery.objects.filter(state=Delivery.State.SENDING, tried_at__lt=at - _CRASHED_AFTER)
    stuck.update(state=Delivery.State.WAITING, due_at=at)
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    waiting.filter(subscription__enabled=False).update(
        state=Delivery.State.FAILED, error="The notification was switched off."
    )
    to = set(waiting.filter(due_at__lte=at).values_list("subscription_id", flat=True))
    done = [_send_due(subscription, at) for subscription in _listening() if subscription.pk in to]
    return sum(sent for sent, _failed in done), sum(failed for _sent, failed in done)


def forget_old(*, at: datetime) -> int:
    """Deletes notices that are older than `KEPT`, and their deliveries. Returns how many rows."""
    return Notice.objects.filter(at__lt=at - KEPT).delete()[0]


def send_test(subscription: Subscription, *, at: datetime) -> None:
    """Sends one message now, whatever the pace, and logs it like any other. Raises NotSent."""
    with transaction.atomic():
        notice = Notice.objects.create(
            key=f"test:{uuid4()}", event="test", title="This is how notifications of the registry arrive.",
            path="/admin/curation/subscription/", at=at,
        )  # fmt: skip
        row = Delivery.objects.create(
            subscription=subscription, notice=notice, due_at=at, state=Delivery.State.SENDING, message=uuid4(),
            attempts=1, tried_at=at,
        )  # fmt: skip
    try:
        _send(subscription, row.message or uuid4(), [row], at)
    except NotSent as error:
        # A test is not tried again: the person sees the result at once.
        Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.FAILED, error=str(error)[:500])
        raise
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT, sent_at=at, error="")


def _listening() -> list[Subscription]:
    """The active subscriptions: enabled, of people who may still sign in."""
    return list(Subscription.objects.filter(enabled=True, person__is_active=True, person__is_staff=True))


def _send_due(subscription: Subscription, at: datetime) -> tuple[int, int]:
    mine = Delivery.objects.filter(subscription=subscription)
    ready = mine.filter(state=Delivery.State.WAITING, due_at__lte=at)
    groups: dict[UUID | None, list[int]] = {}
    for pk, message in ready.values_list("pk", "message"):
        groups.setdefault(message, []).append(pk)
    sent = failed = 0
    for earlier, keys in groups.items():
        message = earlier or uuid4()
        claimed = ready.filter(pk__in=keys).update(
            state=Delivery.State.SENDING, message=message, attempts=F("attempts") + 1, tried_at=at
        )
        if not claimed:  # another worker claimed them
            continue
        rows = list(mine.filter(message=message, state=Delivery.State.SENDING).select_related("notice"))
        try:
            sent += _send(subscription, message, rows, at)
        except NotSent as error:
            failed += 1
            _failed(subscription, rows, error, at)
        except Exception as error:  # a bug of ours must not be retried every minute forever
            log.exception("a message to subscription %s could not be made", subscription.pk)
            failed += 1
            _failed(subscription, rows, NotSent(f"The registry could not make this message: {error!r}"), at)
        else:
            sending = Delivery.objects.filter(pk__in=[row.pk for row in rows], state=Delivery.State.SENDING)
            sending.update(state=Delivery.State.SENT, sent_at=at, error="")
    return sent, failed


def _send(subscription: Subscription, message: UUID, rows: Sequence[Delivery], at: datetime) -> bool:
    """Sends the deliveries whose notices still hold; marks the others settled. Returns whether anything was sent."""
    counts = recount.still([row.notice for row in rows])
    gone = [row.pk for row in rows if not counts[row.notice_id]]
    Delivery.objects.filter(pk__in=gone).update(state=Delivery.State.SETTLED)
    content = digest((_item(row.notice, counts[row.notice_id]) for row in rows), site=settings.SITE_URL)
    if content is None:
        return False
    if subscription.channel == Subscription.Channel.MAIL:
        mail.send(subscription, message, content)
    else:
        webhook.send(subscription, message, _body(content, at), at=at)
    return True


def _body(content: Message, at: datetime) -> bytes:
    return orjson.dumps({"type": "registry.notices", "timestamp": at.isoformat(), "data": content.as_json()})


def _item(notice: Notice, count: int) -> Item:
    return Item(notice.event, notice.title, notice.path, count, notice.weight, notice.at)


def _failed(subscription: Subscription, rows: Sequence[Delivery], error: NotSent, at: datetime) -> None:
    reason = str(error)[:500]
    log.warning("a message to subscription %s was not sent: %s", subscription.pk, reason)
    tries = max(row.attempts for row in rows)
    sending = Delivery.objects.filter(pk__in=[row.pk for row in rows], state=Delivery.State.SENDING)
    if isinstance(error, Gone) or tries > len(BACKOFF):
        sending.update(state=Delivery.State.FAILED, error=reason)
    else:
        sending.update(state=Delivery.State.WAITING, error=reason, due_at=at + BACKOFF[tries - 1])
    if isinstance(error, Gone):
        subscription.enabled, subscription.stopped_because = False, reason[:300]
        subscription.save(update_fields=["enabled", "stopped_because"])
