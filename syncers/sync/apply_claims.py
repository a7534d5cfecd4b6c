"""Applies the claims of a run: guards the list, compares it with the stored claims, reconciles what differs."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Final

from curation.apply.incoming import Incoming
from curation.apply.reconcile import reconcile
from curation.core import run_guard
from curation.review import times_seen
from syncers.sync import listings, stored_claims
from syncers.sync.size_guard import check_count
from syncers.sync.state import RunState

OFFERINGS_KEPT: Final = 1000
"""How many ids of each kind (new, changed, missing) a run stores."""


def apply_claims(state: RunState) -> None:
    """Reconciles the offerings whose accepted claims differ from the stored ones."""
    difference = _accepted_difference(state)
    run = state.run
    run.new, run.changed, run.missing = len(difference.new), len(difference.changed), len(difference.missing)
    if not difference.touched:
        return
    state.touched = difference.touched
    # A stored payload was stated when it was fetched, an installed one when it was released.
    stated_at = (state.payload.stated_at if state.payload else None) or state.at
    incoming = stored_claims.incoming(state.row, difference, stated_at, _page(state, stated_at))
    if not state.accept:
        _check_share(state, incoming)
    # A source that was silent for long counts as current again: decide with the source as it is after this run.
    as_read = copy(state.row)
    state.count_reading(as_read)
    reconcile(
        difference.touched,
        actor=run.actor,
        reason=f"sync of {state.row.slug} from {run.origin}",
        batch=run.batch,
        at=state.at,
        run="" if state.accept else state.row.pk,
        is_reading=True,
        incoming=replace(incoming, source=as_read),
        outcome=state.outcome,
        keep=state.keep,
    )


def _page(state: RunState, at: datetime) -> dict[str, str]:
    """The page that this payload is, for the evidence of its values: address, digest and day."""
    return {
        "url": state.row.homepage or state.row.url,
        "digest": state.packed.digest if state.packed else "",
        "on": at.date().isoformat(),
    }


def reconcile_due(state: RunState, keys: Collection[str]) -> None:
    """Reconciles offerings that this run affects although their claims are unchanged: see `delisting.due`."""
    if keys:
        reconcile(
            keys,
            actor=state.run.actor,
            reason=f"{state.row.slug} was read",
            batch=state.run.batch,
            at=state.at,
            is_reading=True,
            outcome=state.outcome,
        )
    if state.confirms:
        # Afterwards: pending changes count as seen again, unless they are gone or new.
        times_seen.seen_again(state.row.pk, at=state.at)


def _accepted_difference(state: RunState) -> stored_claims.Difference:
    """The differences of the accepted claims. Raises Suspicious when none is accepted."""
    parsed = state.parsed
    difference = stored_claims.compare(state.row, parsed.claims)
    state.run.offerings = _remembered(difference)
    check_count(state, len(parsed.claims))
    state.listed = listings.check(state.row, state.source, parsed, at=state.at, accept=state.accept)
    if state.listed.held:
        state.note(state.listed.note)
        difference = stored_claims.compare(state.row, parsed.claims)
    difference.missing = state.listed.without_held(state.source.really_missing(difference.missing, parsed))
    state.run.offerings = _remembered(difference)
    return difference


def _check_share(state: RunState, incoming: Incoming) -> None:
    """Raises TooMuchAtOnce where the source changes values of too many of its listed offerings."""
    listed = state.listed.before
    moving = [key for key in incoming.moving(on=state.at.date()) if key in listed]
    run_guard.check_share(run_guard.Guard().after(state.listed.days), moving, len(listed))


def _remembered(difference: stored_claims.Difference) -> dict[str, list[str]]:
    """The offerings of a run, as its page lists them."""
    keys_of = {
        "new": sorted(claim.offering for claim in difference.new),
        "changed": sorted(claim.offering for claim in difference.changed),
        "missing": difference.missing,
    }
    return {which: keys[:OFFERINGS_KEPT] for which, keys in keys_of.items() if keys}
