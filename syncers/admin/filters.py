"""Filters of the lists about sources and runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter

from curation.models import Source
from syncers.monitoring.health import SourceState, health


class SourceStateFilter(RadioFilter):
    """Sources in a state. There are few sources, so the state of each is looked at."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("attention", _("failing or stale")), *((state.value, _(state.value)) for state in SourceState)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not (wanted := self.value()):
            return queryset
        health_by_slug = health(Source.objects.all(), now=timezone.now())
        return queryset.filter(
            slug__in=[
                slug
                for slug, source_health in health_by_slug.items()
                if source_health.shown_state == wanted or (wanted == "attention" and source_health.needs_attention)
            ]
        )


class RunSource(DropdownFilter):
    """Sources by slug. `path` leads from the row to its source."""

    title, parameter_name = _("source"), "source"
    path = "source_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(slug, slug) for slug in Source.objects.values_list("slug", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(Q((self.path, self.value()))) if self.value() else queryset


class RecordSource(RunSource):
    path = "run__source_id"
