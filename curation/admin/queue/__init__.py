"""The review queue: its rows, and the actions on them."""

from __future__ import annotations

from curation.admin.queue import admin, saved_views

__all__ = ["admin", "saved_views"]
