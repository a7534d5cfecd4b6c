"""Applies the exchange rates of a run."""

from __future__ import annotations

from registry.cost import exchange
from syncers.errors import Suspicious
from syncers.kinds.exchange_rates import ParsedRates
from syncers.sync.size_guard import check_count
from syncers.sync.state import RunState


def apply_rates(state: RunState, parsed: ParsedRates) -> None:
    """Stores the rates. Raises Suspicious where some moved by more than any currency does."""
    check_count(state, len(parsed.rates), "exchange rates")
    jumps = exchange.jumps(parsed.rates, source=state.row.slug)
    if jumps and not state.accept:
        raise Suspicious(f"{len(jumps):,} rates moved by more than any currency does: {'; '.join(jumps[:3])}")
    with state.transaction():
        stored = exchange.save(parsed.rates, source=state.row.slug, at=state.at)
    state.run.rejected = len(parsed.rejected)
    state.run.new, state.run.changed = stored.new, stored.changed
    state.outcome.applied = state.outcome.rows = stored.new + stored.changed
