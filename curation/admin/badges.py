"""Numbers beside the links of the sidebar. The tiles of the dashboard show the same ones, counted once a page."""

from __future__ import annotations

from django.http import HttpRequest

from curation.models import Change, Conflict
from curation.review import queue


def waiting(request: HttpRequest) -> int:
    """How many changes are pending, without postponed ones."""
    if not hasattr(request, "_changes_waiting"):
        request._changes_waiting = queue.in_state(Change.objects.all(), queue.WAITING).count()  # type: ignore[attr-defined]
    count: int = request._changes_waiting  # type: ignore[attr-defined]
    return count


def conflicts(request: HttpRequest) -> int:
    """How many conflicts are open."""
    if not hasattr(request, "_conflicts_open"):
        request._conflicts_open = Conflict.objects.filter(state=Conflict.State.OPEN).count()  # type: ignore[attr-defined]
    count: int = request._conflicts_open  # type: ignore[attr-defined]
    return count
