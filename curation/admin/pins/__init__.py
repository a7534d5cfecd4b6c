"""Pins: manual overrides that no sync may touch."""

from __future__ import annotations

from curation.admin.pins import admin

__all__ = ["admin"]
