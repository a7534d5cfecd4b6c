"""The admin of reading sources: the sources and their health, runs, what could not be taken, schedules."""

from __future__ import annotations

from django.contrib import admin

from syncers.admin import runs, schedules, sources

admin.site.index_template = "syncers/admin/dashboard.html"

__all__ = ["runs", "schedules", "sources"]
