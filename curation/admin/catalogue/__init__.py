"""What is published besides offerings: providers, models, names, revisions, the ledger, exchange rates."""

from __future__ import annotations

from curation.admin.catalogue import exchange_rates, fallback_log, ledger, models, providers

__all__ = ["exchange_rates", "fallback_log", "ledger", "models", "providers"]
