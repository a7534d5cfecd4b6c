"""The filter that finds what is announced to retire, in a module of its own so that lists can share it."""

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
        today, asked = timezone.now().date(), self.value()
        if asked == PASSED:
            return queryset.filter(retires_on__lte=today)
        if asked in {str(days) for days in AHEAD_DAYS}:
            return queryset.filter(retires_on__gt=today, retires_on__lte=today + timedelta(days=int(asked)))
        return queryset
