"""Conflicts: sources that state different values and rank alike."""

from __future__ import annotations

from curation.admin.conflicts import admin

__all__ = ["admin"]
