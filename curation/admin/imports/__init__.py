"""Imports of files: the form, what a file comes to, import and undo."""

from __future__ import annotations

from curation.admin.imports import admin

__all__ = ["admin"]
