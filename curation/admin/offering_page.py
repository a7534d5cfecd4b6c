"""The page of one offering: every value, who states it, which one won and why, and what a pin holds back."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from curation.admin.base import list_url
from curation.admin.weight import after, before, weigh
from curation.explain import by_group, explain
from curation.merge import Reason
from registry import display, fields, rates
from registry.choices import COLOURS, Status
from registry.models import LedgerEntry, Offering

HISTORY_SHOWN: Final = 100


def context(offering: Offering, *, may_pin: bool) -> dict[str, Any]:
    """What the page's template shows."""
    stories = explain(offering)
    history = LedgerEntry.objects.filter(offering_key=offering.key).select_related("revision")
    entries = list(history[: HISTORY_SHOWN + 1])
    return {
        "title": offering.key,
        "offering": offering,
        "groups": by_group(stories),
        "disputed": sum(story.is_disputed for story in stories),
        "waiting": [weigh(story.waiting) for story in stories if story.waiting],
        "status_colour": COLOURS.get(Status(offering.status), "") if offering.status else "",
        "rates": [
            {"rate": rate, "label": display.label(rate.field), "text": _rate_text(offering, rate.field)}
            for rate in offering.rates.filter(revision_to__isnull=True)
        ],
        "aliases": list(offering.aliases.all()),
        "history": [_entry(entry) for entry in entries[:HISTORY_SHOWN]],
        "history_url": list_url("registry_ledgerentry", q=offering.key),
        "has_more_history": len(entries) > HISTORY_SHOWN,
        "api_url": f"/api/v1/offerings/{offering.key}/",
        "may_pin": may_pin,
        "other_fields": pinnable(story.name for story in stories) if may_pin else [],
    }


def pinnable(shown: Any) -> list[tuple[str, str]]:
    """Fields that are not on the page yet, with their labels: what nobody states can be pinned too."""
    usual = [*fields.FIELDS, *(rates.RateKey(meter).field for meter in rates.METERS)]
    known = set(shown)
    return [(name, display.label(name)) for name in usual if name not in known]


def redirect_by_key(request: HttpRequest) -> HttpResponseRedirect:
    """From an offering's id to its page; to the list, with a word, when it is not published."""
    key = request.GET.get("key", "")
    pk = Offering.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        messages.warning(request, _("%(key)s is not published (yet).") % {"key": key})
        return HttpResponseRedirect(list_url("registry_offering", q=key))
    return HttpResponseRedirect(reverse("admin:registry_offering_change", args=[pk]))


def _rate_text(offering: Offering, name: str) -> str:
    return display.text(name, offering.facts.get(name))


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "label": display.label(entry.field),
        "old": before(entry.field, entry.old),
        "new": after(entry.field, entry.new, withdrawn=entry.reason == Reason.WITHDRAWN),
    }
