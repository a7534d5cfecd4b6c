"""Recounts notices when their message is sent, so that a digest does not list changes decided in the meantime."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from curation.models import Change, Event, Notice


def still(notices: Sequence[Notice]) -> dict[int, int]:
    """Notice id → how many of its changes still wait; 0 when it is settled. At most one query."""
    batches = {notice.pk: notice.key.partition(":")[2] for notice in notices if notice.event == Event.HELD}
    open_now: dict[str, int] = {}
    if batches:
        waiting = Change.objects.filter(state=Change.State.PROPOSED, batch__in=set(batches.values()))
        counted = waiting.order_by().values_list("batch").annotate(count=Count("pk"))
        open_now = {str(batch): count for batch, count in counted}
    return {
        notice.pk: open_now.get(batches[notice.pk], 0) if notice.pk in batches else notice.count for notice in notices
    }
