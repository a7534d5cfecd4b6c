"""Notes of curators about offerings, models, providers and sources."""

from __future__ import annotations

from curation.admin.notes import admin

__all__ = ["admin"]
