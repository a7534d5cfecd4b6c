"""Pins whose value behind was never stored: it is the last published value that is not a pin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from curation.apply.ledger_state import ABSENT, wrote
from curation.core.inputs import Inputs, PublishedState
from curation.core.merge import PIN_SOURCE
from curation.upgrade.finding import Finding, Kind
from registry.domain.provenance import AccountedValue, Provenance
from registry.models import LedgerEntry


def values_behind(inputs: Mapping[str, Inputs], published: Mapping[str, PublishedState]) -> list[Finding]:
    """The values behind pins that store none. One query where there are any."""
    places = [(key, name) for key, state in sorted(published.items()) for name in _without_value(inputs[key], state)]
    if not places:
        return []
    keys, names = {key for key, _name in places}, {name for _key, name in places}
    entries = LedgerEntry.objects.filter(offering_key__in=keys, field__in=names).exclude(source=PIN_SOURCE)
    last = {(entry.offering_key, entry.field): entry for entry in entries.order_by("id")}
    return [_finding(key, name, published[key], last.get((key, name))) for key, name in places]


def with_value(state: PublishedState, restored: Mapping[str, AccountedValue | None]) -> PublishedState:
    """A published state with these values behind its pins."""
    return replace(state, behind={**state.behind, **restored})


def _without_value(inputs: Inputs, state: PublishedState) -> Iterator[str]:
    """Fields that a pin holds, or held until it expired, without a stored value behind."""
    yield from sorted((state.pinned | inputs.pins.keys()) - state.behind.keys())


def _finding(key: str, name: str, state: PublishedState, last: LedgerEntry | None) -> Finding:
    finding = Finding(Kind.PIN, key, name, {name: state.facts.get(name)})
    if last is None or wrote(last) is ABSENT:
        return replace(finding, why="nothing was published before it", restored={name: None})
    account = Provenance.of(last.source, last.quality, last.reason, policy=last.policy)
    why = f"published before it, in revision {last.revision_id}"
    return replace(
        finding, new={name: last.new}, source=last.source, why=why, restored={name: AccountedValue(last.new, account)}
    )
