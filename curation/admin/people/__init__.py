"""People: users, tokens, notifications, and the audit trail of what they did."""

from __future__ import annotations

from curation.admin.people import audit, subscriptions, tokens, users

__all__ = ["audit", "subscriptions", "tokens", "users"]
