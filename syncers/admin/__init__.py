"""The admin of sources, runs, rejected records, claims and schedules."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from syncers.admin import runs, schedules, sources

admin.site.index_title = _("Overview")
admin.site.index_template = "syncers/admin/dashboard/page.html"

__all__ = ["runs", "schedules", "sources"]
