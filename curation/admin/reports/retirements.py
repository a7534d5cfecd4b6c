"""The filter of announced retirements, which several lists share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from registry.domain.lifecycle import AHEAD_DAYS

PASSED = "passed"


class Retiring(DropdownFilter):
    """Offerings by their announced day of retirement: within so many days, or passed."""

    title, parameter_name = _("retires"), "retires"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        within = [(str(days), _("within %(days)s days") % {"days": days}) for days in sorted(AHEAD_DAYS)]
        return [*within, (PASSED, _("has passed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today, wanted = timezone.now().date(), self.value()
        if wanted == PASSED:
            return queryset.filter(retires_on__lte=today)
        if wanted in {str(days) for days in AHEAD_DAYS}:
            return queryset.filter(retires_on__gt=today, retires_on__lte=today + timedelta(days=int(wanted)))
        return queryset
