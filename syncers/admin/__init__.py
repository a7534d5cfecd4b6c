"""The admin of reading sources: the sources and their health, runs, what could not be taken, schedules."""

from __future__ import annotations

from syncers.admin import runs, schedules, sources

__all__ = ["runs", "schedules", "sources"]
