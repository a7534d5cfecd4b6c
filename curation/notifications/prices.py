"""Collects notices of prices that will change or end, and of announced prices that were withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from curation.models import Event, Notice
from curation.notifications.collect import LOOKED_BACK, offering_page
from registry import display
from registry.catalogue import announcements
from registry.catalogue.announcements import AnnouncedPrice
from registry.domain import rates
from registry.domain.announced import Revoked
from registry.models import LedgerEntry, Offering


def changing(at: datetime) -> Iterator[Notice]:
    """Published prices that change or end within PRICE_LEAD_DAYS, one notice for each offering and day."""
    today, last = at.date(), at.date() + timedelta(days=settings.PRICE_LEAD_DAYS)
    for key, facts, accounts in _dated().values_list("key", "facts", "provenance"):
        accepted = (price for price in announcements.of_offering(facts, accounts, today) if price.is_accepted)
        for day, prices in groupby(accepted, lambda price: price.day):
            if day <= last:
                yield _change(key, day, list(prices), (day - today).days)


def _dated() -> QuerySet[Offering]:
    """The offerings with a dated price, by a search for the word: the columns of versions leave most rates out."""
    has_date = Q(text__contains='"from": "') | Q(text__contains='"to": "')
    listed = Offering.objects.filter(missing_since__isnull=True)
    return listed.alias(text=Cast("facts", TextField())).filter(has_date).order_by("key")


def _change(key: str, day: date, prices: list[AnnouncedPrice], days_left: int) -> Notice:
    first = prices[0]
    more = f", and {len(prices) - 1:,} more" if len(prices) > 1 else ""
    return Notice(
        key=f"price:{day}:{key}"[:200],
        event=Event.PRICE,
        title=(
            f"{key} on {day}, in {days_left} days: {first.label} {first.now} → {first.then}{more}, "
            f"as {first.source} says"
        )[:400],
        path=offering_page(key, tab="prices"),
        weight=1000 - days_left,
    )


def withdrawn(at: datetime) -> Iterator[Notice]:
    """Announced prices that were withdrawn, one notice for each offering, revision and day."""
    entries = LedgerEntry.objects.filter(
        revision__created_at__gte=at - LOOKED_BACK, field__startswith=rates.PREFIX, old__isnull=False
    )
    seen: set[tuple[str, int, date]] = set()
    for entry in entries.select_related("revision").order_by("id").iterator():
        published_on = entry.revision.created_at.date()
        for how, day, words in announcements.revocations(entry.field, entry.old, entry.new, published_on):
            event = (entry.offering_key, entry.revision_id, day)
            if how is Revoked.WITHDRAWN and event not in seen:
                seen.add(event)
                yield Notice(
                    key=f"withdrawn:{entry.revision_id}:{day}:{entry.offering_key}"[:200],
                    event=Event.PRICE,
                    title=f"{entry.offering_key}, {display.label(entry.field)}: {words}"[:400],
                    path=offering_page(entry.offering_key, tab="history"),
                    weight=1000,
                )
