"""The history of one offering: its ledger entries by field, and all its pins."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone

from curation.admin.base import list_url
from curation.admin.pins import states as pin_states
from curation.admin.severity import field_summary
from curation.apply import pin_drift
from curation.core.merge import Reason
from curation.models import Pin
from registry import display
from registry.catalogue import announcements
from registry.models import LedgerEntry, Offering

PER_PAGE: Final = 50
PINS_SHOWN: Final = 50


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """One page of the ledger, newest first; `?field=` for one field. Four queries."""
    counted = _counted(offering.key)
    field = request.GET.get("field", "")
    field = field if field in counted else ""
    chosen = {"offering_key": offering.key, **({"field": field} if field else {})}
    total = counted[field] if field else sum(counted.values())
    pages = _Counted(LedgerEntry.objects.filter(**chosen).select_related("revision").order_by("-id"), PER_PAGE)
    pages.count = total
    page = pages.get_page(request.GET.get("page"))
    return {
        "field": field,
        "field_label": _label(field) if field else "",
        "facets": [
            {"title": _label(name), "count": count, "url": _url(name), "is_current": name == field}
            for name, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        ],
        "all_url": _url(""),
        "total": sum(counted.values()),
        "entries": [_entry(entry) for entry in page],
        "page": page,
        "page_query": urlencode({"tab": "history", **({"field": field} if field else {})}),
        "ledger_url": list_url("registry_ledgerentry", q=offering.key),
        "pins_ever": _pins(chosen),
    }


class _Counted(Paginator):
    """Pages of rows that are already counted."""

    count: int = 0


def _counted(key: str) -> dict[str, int]:
    """How often each field changed."""
    rows = LedgerEntry.objects.filter(offering_key=key).order_by().values_list("field")
    return dict(rows.annotate(number=Count("pk")))


def _url(field: str) -> str:
    return "?" + urlencode({"tab": "history", **({"field": field} if field else {})})


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    published_on = entry.revision.created_at.date()
    revocations = announcements.revocations(entry.field, entry.old, entry.new, published_on)
    return {
        "entry": entry,
        "label": _label(entry.field),
        "url": _url(entry.field),
        "summary": field_summary(entry.field, entry.old, entry.new, is_removal=entry.reason == Reason.NO_LONGER_STATED),
        "revoked": [words for _how, _day, words in revocations],
    }


def _label(name: str) -> str:
    """The label of a field; its name where the registry no longer has it."""
    try:
        return display.label(name)
    except ValueError:
        return name


def _pins(chosen: dict[str, str]) -> list[dict[str, Any]]:
    now = timezone.now()
    pins = Pin.objects.filter(**chosen).select_related("author")[:PINS_SHOWN]
    return [
        {
            "pin": pin,
            "label": _label(pin.field),
            "text": display.text(pin.field, pin.value),
            "badges": pin_states.badges(pin_drift.states(pin, now)),
        }
        for pin in pins
    ]
