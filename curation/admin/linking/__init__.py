"""Which model an offering belongs to, and what other names mean."""

from __future__ import annotations

from curation.admin.linking import aliases, matches, unresolved_ids

__all__ = ["aliases", "matches", "unresolved_ids"]
