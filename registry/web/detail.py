"""`/offerings/<id>` and `/models/<id>`: all published values of one of them, with source and date."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry import display
from registry.catalogue import announcements, cache, ending, evidence, freshness, queries
from registry.catalogue.explanation import ExplainedValue, by_group, explain
from registry.catalogue.snapshot import afterwards
from registry.domain import places, rates
from registry.domain.lifecycle import lifecycle
from registry.domain.provenance import Proposed
from registry.history import entries as history
from registry.history import timeline
from registry.models import Alias, Benchmark, LedgerEntry, Model, Offering, OfferingVersion, UnknownId
from registry.reference import unresolved_ids
from registry.reports import retirements
from registry.web.catalogue import limit
from registry.web.chart import picture
from registry.web.gate import for_visitors, page
from registry.web.listing.model_rows import price, stated_name
from registry.web.price_table import price_rows

MOST_ALSO: Final = 12
MOST_CHANGES: Final = 50
MOST_OFFERINGS: Final = 500
LONGEST_ID: Final = 400
CHARTED: Final = ("input", "output", "cache_read")
"""Meters whose prices are drawn over time."""


@require_safe
@for_visitors
def offering(request: HttpRequest, key: str) -> HttpResponse:
    """One offering. Another spelling of its id redirects to it; anything else is 404, with suggestions."""
    row = Offering.objects.select_related("model", "provider").filter(key=key).first() if _may_be(key) else None
    if row is None:
        return _elsewhere(request, key, "offering")
    now = timezone.now()
    entries = list(history.entries_of(row.key))
    confirmed = freshness.of_offering(row.key, row.provenance, now=now)
    also = _served(row.model_id, now.date()).exclude(offering=row) if row.model_id else None
    prices = _prices(entries)
    stage = lifecycle(row.facts, now.date())
    context = {
        "offering": row,
        "over": [("id", row.key)],
        "stage": stage,
        "has_successor": bool(stage.successor and retirements.published([stage.successor])),
        "headline": [(meter, price(row.facts, meter, now.date())) for meter in ("input", "output", "cache_read")],
        "context": limit(row.facts, "context_window"),
        "regions": places.served_in(row.facts, now.date()),
        "groups": _groups(row, confirmed["fields"], entries).items(),
        "confirmed": confirmed,
        "aliases": list(Alias.objects.filter(offering=row).order_by("name").values_list("name", "source")),
        "price_rows": price_rows(row.facts, now.date()),
        "announced": announcements.of_offering(row.facts, row.provenance, now.date()),
        "prices": [(display.label(name, prices), points) for name, points in prices.items()],
        "chart": picture({meter: prices.get(f"{rates.PREFIX}{meter}", ()) for meter in CHARTED}, now),
        "changes": _changes(entries[::-1][:MOST_CHANGES]),
        "changes_in_all": len(entries),
        "also": [_line(version) for version in also[:MOST_ALSO]] if also is not None else [],
        "site": request.build_absolute_uri("/").rstrip("/"),
        "api_url": reverse("api:offering", args=[row.key]),
        "claims_url": f"{reverse('api:offering', args=[row.key]).rstrip('/')}/claims/",
        "history_url": reverse("api:history", args=[row.key]),
    }
    return page(request, "offering", context)


@require_safe
@for_visitors
def model(request: HttpRequest, slug: str) -> HttpResponse:
    """One model with its offerings, the cheapest first and those without a price last."""
    row = Model.objects.filter(slug=slug).first() if _may_be(slug) else None
    if row is None:
        return _elsewhere(request, slug, "model")
    served = _served(row.key, timezone.now().date())
    context = {
        "model": row,
        "name": row.name or stated_name(served) or row.slug,
        "over": [("model", row.slug)],
        "offerings": [_line(version) for version in served[:MOST_OFFERINGS]],
        "benchmarks": list(Benchmark.objects.filter(model=row).order_by("name", "source", "variant")),
    }
    return page(request, "model", context)


def _may_be(text: str) -> bool:
    return "\0" not in text and len(text) <= LONGEST_ID


def _elsewhere(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """Redirects another spelling to its page, else 404."""
    result = cache.current().lookup(text[:LONGEST_ID].replace("\0", ""))
    resolved = result.offering if kind == "offering" else result.model
    if resolved and resolved != text:
        return HttpResponseRedirect(reverse(f"{kind}-page", args=[resolved]))
    afterwards(lambda: unresolved_ids.note([result], UnknownId.Origin.SITE))
    context = {"text": text[:LONGEST_ID], "candidates": result.candidates, "answer": result}
    return page(request, "missing", context, 404)


def _served(model: str, today: date) -> QuerySet[OfferingVersion]:
    """The offerings of a model, the cheapest of the day first; the retired and the delisted after all others."""
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
    is_over = Case(When(ending.retired(today) | Q(missing_since__isnull=False), then=1), default=0)
    cheapest = (F("input_price").asc(nulls_last=True), F("output_price").asc(nulls_last=True), "key")
    served = queries.offerings(today).filter(model_id=model)
    return served.order_by(is_over, *cheapest).select_related("content").only(*columns)


def _line(version: OfferingVersion) -> dict[str, Any]:
    today = timezone.now().date()
    return {
        "offering": version,
        "prices": [price(version.facts, meter, today) for meter in ("input", "output", "cache_read")],
        "context": limit(version.facts, "context_window"),
        "stage": lifecycle(version.facts, today).stage,
    }


def _groups(row: Offering, confirmed: Any, entries: list[LedgerEntry]) -> dict[str, list[dict[str, Any]]]:
    """Every published value under the title of its group, with its account and its previous value."""
    before = {entry.field: entry.old for entry in entries if entry.old is not None}
    lines = evidence.of_offering(row.key)
    groups = by_group(explain(row.facts, row.provenance))
    return {
        title: [
            _value(value, row.facts, confirmed, before) | {"lines": lines.get((value.source, value.name), ())}
            for value in values
        ]
        for title, values in groups.items()
    }


def _value(value: ExplainedValue, facts: dict[str, Any], confirmed: Any, before: dict[str, Any]) -> dict[str, Any]:
    name, account = value.name, value.account
    is_price = name.startswith(rates.PREFIX)
    return {
        "value": value,
        "text": announcements.in_force(name, facts[name], timezone.now().date()) if is_price else value.text,
        "disagree": [source for source in account.disagree if source != account.source],
        "is_checked": account.source in account.disagree,
        "confirmed": (confirmed.get(name) or {}).get("confirmed_at"),
        "pending": _pending(name, account.pending),
        "before": display.text(name, before[name]) if name in before else "",
    }


def _pending(name: str, pending: Proposed | None) -> str:
    """A pending value as text, with its source; "" where there is none."""
    if not pending:
        return ""
    value = _("nothing") if pending.value is None else display.text(name, pending.value)
    return _("%(value)s (%(source)s)") % {"value": value, "source": pending.source} if pending.source else value


def _prices(entries: list[LedgerEntry]) -> dict[str, Any]:
    """The history of every price, in display order."""
    lines = timeline.prices([entry for entry in entries if entry.field.startswith(rates.PREFIX)])
    return {name: lines[name] for name in sorted(lines, key=display.position)}


def _changes(entries: list[LedgerEntry]) -> list[dict[str, Any]]:
    """The newest changes, with what each did to announced prices."""
    numbers = {entry.revision_id for entry in entries}
    dates = history.revision_dates(max(numbers, default=0), numbers)
    return [_change(entry, dates[entry.revision_id].date()) for entry in entries]


def _change(entry: LedgerEntry, on: date) -> dict[str, Any]:
    return {
        "revision": entry.revision_id,
        "label": display.label(entry.field) if timeline.group_of(entry.field) else entry.field,
        "old": _words(entry.field, entry.old),
        "new": _words(entry.field, entry.new),
        "revoked": [words for _how, _day, words in announcements.revocations(entry.field, entry.old, entry.new, on)],
        "source": entry.source,
        "actor": timeline.actor_shown(entry.actor),
    }


def _words(name: str, value: Any) -> str:
    if value is None or timeline.group_of(name) is None:
        return ""
    return display.text(name, value)
