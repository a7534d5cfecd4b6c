"""Manual entries of curators."""

from __future__ import annotations

from curation.admin.statements import manual_entry

__all__ = ["manual_entry"]
