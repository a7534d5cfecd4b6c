"""Numbers beside the links of the sidebar, counted once a page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from curation.models import Change, Conflict
from curation.review import queue


def waiting(request: HttpRequest) -> int:
    """How many changes are pending, without postponed ones."""
    if not hasattr(request, "_changes_waiting"):
        request._changes_waiting = queue.in_state(Change.objects.all(), queue.WAITING).count()  # type: ignore[attr-defined]
    count: int = request._changes_waiting  # type: ignore[attr-defined]
    return count


def overdue(request: HttpRequest) -> int:
    """How many conflicts have been open for too long."""
    if not hasattr(request, "_conflicts_overdue"):
        request._conflicts_overdue = Conflict.objects.overdue(timezone.now()).count()  # type: ignore[attr-defined]
    count: int = request._conflicts_overdue  # type: ignore[attr-defined]
    return count
