"""`/offerings/<id>` and `/models/<id>`: everything published about one of them, with who says so and since when."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry import display
from registry.catalogue import cache, freshness, queries
from registry.catalogue.snapshot import afterwards
from registry.domain import fields, rates
from registry.domain.lifecycle import lifecycle
from registry.domain.provenance import Proposed, Provenance
from registry.history import entries as history
from registry.history import timeline
from registry.models import Alias, Benchmark, LedgerEntry, Model, Offering, OfferingVersion, UnknownId
from registry.reference import unresolved_ids
from registry.web.catalogue import limit, price
from registry.web.chart import picture
from registry.web.gate import for_visitors, page

MOST_ALSO: Final = 12
MOST_CHANGES: Final = 50
MOST_OFFERINGS: Final = 500
LONGEST_ID: Final = 400


@require_safe
@for_visitors
def offering(request: HttpRequest, key: str) -> HttpResponse:
    """One offering. Another spelling of its id leads to it; anything else is 404, with what was probably meant."""
    row = Offering.objects.select_related("model", "provider").filter(key=key).first() if _may_be(key) else None
    if row is None:
        return _elsewhere(request, key, "offering")
    now = timezone.now()
    entries = list(history.entries_of(row.key))
    confirmed = freshness.of_offering(row.key, row.provenance, now=now)
    also = _served(row.model_id, now.date()).exclude(offering=row) if row.model_id else None
    prices = _prices(entries)
    context = {
        "offering": row,
        "stage": lifecycle(row.facts, now.date()),
        "headline": [(meter, price(row.facts, meter, now.date())) for meter in ("input", "output", "cache_read")],
        "context": limit(row.facts, "context_window"),
        "groups": _groups(row, confirmed["fields"], entries),
        "confirmed": confirmed,
        "aliases": list(Alias.objects.filter(offering=row).order_by("name").values_list("name", "source")),
        "prices": [(display.label(name, prices), points) for name, points in prices.items()],
        "chart": picture({meter: prices.get(f"{rates.PREFIX}{meter}", ()) for meter in ("input", "output")}, now),
        "changes": [_change(entry) for entry in entries[::-1][:MOST_CHANGES]],
        "changes_in_all": len(entries),
        "also": [_line(one) for one in also[:MOST_ALSO]] if also is not None else [],
        "api_url": reverse("api:offering", args=[row.key]),
        "history_url": reverse("api:history", args=[row.key]),
    }
    return page(request, "offering", context)


@require_safe
@for_visitors
def model(request: HttpRequest, slug: str) -> HttpResponse:
    """One model with all who serve it, the cheapest first and what has no price last."""
    row = Model.objects.filter(slug=slug).first() if _may_be(slug) else None
    if row is None:
        return _elsewhere(request, slug, "model")
    served = _served(row.key, timezone.now().date())
    context = {
        "model": row,
        "offerings": [_line(one) for one in served[:MOST_OFFERINGS]],
        "benchmarks": list(Benchmark.objects.filter(model=row).order_by("name", "source", "variant")),
    }
    return page(request, "model", context)


def _may_be(text: str) -> bool:
    return "\0" not in text and len(text) <= LONGEST_ID


def _elsewhere(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """To the page that another spelling means, or 404."""
    answer = cache.current().lookup(text[:LONGEST_ID].replace("\0", ""))
    found = answer.offering if kind == "offering" else answer.model
    if found and found != text:
        return HttpResponseRedirect(reverse(f"{kind}-page", args=[found]))
    afterwards(lambda: unresolved_ids.note([answer], UnknownId.Origin.SITE))
    context = {"text": text[:LONGEST_ID], "candidates": answer.candidates, "answer": answer}
    return page(request, "missing", context, 404)


def _served(model: str, today: date) -> QuerySet[OfferingVersion]:
    """Who serves a model, the cheapest of the day first."""
    columns = (
        "key",
        "model",
        "content__facts",
        "status",
        "quality",
        "context_window",
        "missing_since",
        "not_seen_since",
        "quantization",
        "retires_on",
    )
    cheapest = (F("input_price").asc(nulls_last=True), F("output_price").asc(nulls_last=True), "key")
    served = queries.offerings(today).filter(model_id=model)
    return served.order_by(*cheapest).select_related("content").only(*columns)


def _line(one: OfferingVersion) -> dict[str, Any]:
    today = timezone.now().date()
    return {
        "offering": one,
        "prices": [price(one.facts, meter, today) for meter in ("input", "output", "cache_read")],
        "context": limit(one.facts, "context_window"),
    }


def _groups(row: Offering, confirmed: Any, entries: list[LedgerEntry]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every published value under the title of its group, with its account and what it was before."""
    before = {entry.field: entry.old for entry in entries if entry.old is not None}
    found: dict[fields.Group, list[dict[str, Any]]] = defaultdict(list)
    for name in sorted(row.facts, key=display.position):
        if name == "model":
            continue
        said = Provenance(row.provenance.get(name, {}))
        found[fields.field(name).group].append(
            {
                "field": name,
                "label": display.label(name, row.facts),
                "text": display.text(name, row.facts[name]),
                "source": said.source,
                "quality": said.quality,
                "since": said.since or "",
                "is_pinned": said.is_pinned,
                "agree": said.agree,
                "disagree": [one for one in said.disagree if one != said.source],
                "is_checked": said.source in said.disagree,
                "confirmed": (confirmed.get(name) or {}).get("confirmed_at"),
                "pending": _pending(name, said.pending),
                "before": display.text(name, before[name]) if name in before else "",
            }
        )
    return [(str(display.GROUPS[group]), values) for group, values in found.items()]


def _pending(name: str, waiting: Proposed | None) -> str:
    """A value that waits for a person, in words, with who states it; "" where none does."""
    if not waiting:
        return ""
    value = _("nothing") if waiting.value is None else display.text(name, waiting.value)
    return _("%(value)s (%(source)s)") % {"value": value, "source": waiting.source} if waiting.source else value


def _prices(entries: list[LedgerEntry]) -> dict[str, Any]:
    """The history of every price, in the order in which prices are shown."""
    found = timeline.prices([entry for entry in entries if entry.field.startswith(rates.PREFIX)])
    return {name: found[name] for name in sorted(found, key=display.position)}


def _change(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "revision": entry.revision_id,
        "label": display.label(entry.field) if timeline.group_of(entry.field) else entry.field,
        "old": _words(entry.field, entry.old),
        "new": _words(entry.field, entry.new),
        "source": entry.source,
        "actor": timeline.actor_shown(entry.actor),
    }


def _words(name: str, value: Any) -> str:
    if value is None or timeline.group_of(name) is None:
        return ""
    return display.text(name, value)
