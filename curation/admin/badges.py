"""Numbers beside the links of the sidebar, counted once a page."""

from __future__ import annotations

from django.http import HttpRequest

from curation.models import Change
from curation.review import queue

_KEPT = "_changes_waiting"


def waiting(request: HttpRequest) -> int:
    """How many changes wait for a decision, those that are put off aside."""
    if not hasattr(request, _KEPT):
        count = queue.in_state(Change.objects.all(), queue.WAITING).count()
        setattr(request, _KEPT, count)
    found: int = getattr(request, _KEPT)
    return found
