"""Links of offerings to models, aliases, and unresolved ids."""

from __future__ import annotations

from curation.admin.linking import aliases, matches, unresolved_ids

__all__ = ["aliases", "matches", "unresolved_ids"]
