"""Offerings: their list, and the page of one in tabs."""

from __future__ import annotations

from curation.admin.offerings import admin

__all__ = ["admin"]
