"""The admin of what is published and what is decided, one module per area.

Modules show and ask; everything that is decided is decided by `curation.review.decisions`.
"""

from __future__ import annotations

from curation.admin import (
    aliases,
    audit,
    catalogue,
    conflicts,
    exchange_rates,
    fallbacks,
    imports,
    manual,
    matches,
    notes,
    offerings,
    people,
    pins,
    policies,
    review,
    subscriptions,
    tokens,
    unknown_ids,
    views_saved,
)

__all__ = [
    "aliases",
    "audit",
    "catalogue",
    "conflicts",
    "exchange_rates",
    "fallbacks",
    "imports",
    "manual",
    "matches",
    "notes",
    "offerings",
    "people",
    "pins",
    "policies",
    "review",
    "subscriptions",
    "tokens",
    "unknown_ids",
    "views_saved",
]
