"""Filters of the lists behind the figures of the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter

from curation.models import Source
from registry.domain import rates
from registry.models import LedgerEntry
from registry.models.choices import ProviderKind

AGES: Final = (
    ("day", _("up to a day"), 0, 1),
    ("week", _("1 to 7 days"), 1, 7),
    ("month", _("7 to 30 days"), 7, 30),
    ("older", _("older"), 30, None),
)
"""Word, title, and the days from and to."""
INTERVALS: Final = 2
"""A source without a successful sync for so many of its intervals has missed its objective."""
MOVED_DAYS: Final = 7


def of_age(word: str, now: datetime) -> Q:
    """Changes that have been pending for so long."""
    youngest, oldest = next((least, most) for name, _title, least, most in AGES if name == word)
    aged = Q(first_seen_at__lte=now - timedelta(days=youngest)) if youngest else Q()
    return aged & Q(first_seen_at__gt=now - timedelta(days=oldest)) if oldest else aged


def late_sources(now: datetime) -> list[Source]:
    """Sources that have missed their objective, the oldest sync first. One query."""
    return late_among(Source.objects.all(), now)


def late_among(sources: Iterable[Source], now: datetime) -> list[Source]:
    """The given sources that have missed their objective."""
    late = [
        source
        for source in sources
        if source.last_good_at is None
        or now - source.last_good_at > INTERVALS * timedelta(seconds=source.every_seconds)
    ]
    return sorted(late, key=lambda source: (str(source.last_good_at or ""), source.slug))


def price_moves(now: datetime) -> QuerySet[LedgerEntry]:
    """Changes of published prices within the last days; the first day counts as a whole."""
    first = datetime.combine(now.date() - timedelta(days=MOVED_DAYS), time(), tzinfo=now.tzinfo)
    entries = LedgerEntry.objects.filter(revision__created_at__gte=first, field__startswith=rates.PREFIX)
    return entries.filter(old__isnull=False, new__isnull=False)


class WaitingSince(DropdownFilter):
    title, parameter_name = _("waiting for"), "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(word, title) for word, title, _least, _most in AGES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = self.value() or ""
        words = {word for word, *_rest in AGES}
        return queryset.filter(of_age(wanted, timezone.now())) if wanted in words else queryset


class KindOfProvider(DropdownFilter):
    title, parameter_name = _("kind of provider"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [*ProviderKind.choices, ("unknown", _("unknown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not (kind := self.value()):
            return queryset
        return queryset.filter(provider__kind="" if kind == "unknown" else kind)


class IsStale(RadioFilter):
    """Offerings whose main source has missed its objective."""

    title, parameter_name = _("stale"), "stale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in ("yes", "no"):
            return queryset
        stale = Q(source__in=[source.slug for source in late_sources(timezone.now())])
        return queryset.filter(stale if self.value() == "yes" else ~stale)


class HasMoved(RadioFilter):
    """Entries of the ledger that change a published price."""

    title, parameter_name = _("price moves"), "moved"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("week", _("of the week"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "week":
            return queryset
        return queryset.filter(pk__in=price_moves(timezone.now()).order_by().values("pk"))
