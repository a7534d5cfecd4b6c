"""Imports of files: form, preview, import and undo."""

from __future__ import annotations

from curation.admin.imports import admin

__all__ = ["admin"]
