"""The admin of what is published and what is decided, one module per area.

Modules show and ask; everything that is decided is decided by `curation.review`.
"""

from __future__ import annotations

from curation.admin import catalogue, matches, offerings, people, pins, policies, review, unknown_ids

__all__ = ["catalogue", "matches", "offerings", "people", "pins", "policies", "review", "unknown_ids"]
