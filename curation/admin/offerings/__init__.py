"""Offerings: their list, and the page of an offering with its tabs."""

from __future__ import annotations

from curation.admin.offerings import admin

__all__ = ["admin"]
