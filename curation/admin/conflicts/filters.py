"""The filters of the list of conflicts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from curation.admin.filters import OpenUnlessAsked
from curation.models import Conflict
from registry.models import Provider


class ConflictState(OpenUnlessAsked):
    states = Conflict.State


class Age(DropdownFilter):
    """Open for at least so many days."""

    title, parameter_name = gettext_lazy("age"), "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        days = sorted({settings.CONFLICT_DAYS, 30, 90, 365})
        return [(str(number), _("%(days)s days or more") % {"days": number}) for number in days]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value() or ""
        if not chosen.isdecimal() or len(chosen) > 4:
            return queryset
        return queryset.filter(first_seen_at__lte=timezone.now() - timedelta(days=int(chosen)))


class OfProvider(DropdownFilter):
    title, parameter_name = gettext_lazy("provider"), "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(slug, slug) for slug in Provider.objects.order_by("slug").values_list("slug", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(provider_slug=self.value()) if self.value() else queryset
