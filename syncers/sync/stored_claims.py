"""Stores claims: which are new, changed, repeated or missing. Repeated claims are not written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from curation.apply.incoming import Incoming
from curation.core.claim import Claim
from curation.core.lines import next_start
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, question_of, unit_of
from curation.models import Source, StoredClaim
from registry.database.chunks import chunks
from registry.domain.fields import Json

_MOVES_KEPT: Final = 3
"""How many changes of one value are stored."""


@dataclass(slots=True)
class Difference:
    """The differences between a payload and the stored claims of its source, by offering id."""

    new: list[Claim] = field(default_factory=list)
    changed: list[Claim] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    """Listed again, with the same claim as before they went missing."""
    missing: list[str] = field(default_factory=list)
    """Not listed any more, for the first time."""

    @property
    def touched(self) -> set[str]:
        """Offerings whose merge may change."""
        return (
            {c.offering for c in self.new} | {c.offering for c in self.changed} | set(self.returned) | set(self.missing)
        )


def compare(source: Source, claims: Iterable[Claim]) -> Difference:
    """Compares digests, in one query."""
    stored = {
        key: (digest, missing)
        for key, digest, missing in StoredClaim.objects.filter(source=source).values_list(
            "offering_key", "digest", "missing_since"
        )
    }
    difference = Difference()
    for claim in claims:
        before = stored.pop(claim.offering, None)
        if before is None:
            difference.new.append(claim)
        elif before[0] != claim.digest():
            difference.changed.append(claim)
        elif before[1] is not None:
            difference.returned.append(claim.offering)
    difference.missing = sorted(key for key, (_, missing) in stored.items() if missing is None)
    return difference


def incoming(
    source: Source, difference: Difference, at: datetime, page: Mapping[str, str] = MappingProxyType({})
) -> Incoming:
    """The changed rows, not saved yet. Two queries for every 500 stored claims. `page` is what evidence is of."""
    rows = {claim.offering: _row(source, claim, at, page) for claim in difference.new}
    changed = {claim.offering: claim for claim in difference.changed}
    before: dict[str, Mapping[str, Json]] = {}
    for chunk in chunks(sorted({*changed, *difference.returned, *difference.missing})):
        for row in StoredClaim.objects.filter(source=source, offering_key__in=chunk):
            rows[row.offering_key] = row
            if claim := changed.get(row.offering_key):
                before[row.offering_key] = row.values
                confirmed_at = source.last_good_at or row.changed_at
                row.evidence = _evidence(claim, page)
                _update(row, claim, at, confirmed_at=confirmed_at, keeps=not source.nothing_fetched)
    for key in difference.returned:
        rows[key].missing_since, rows[key].delisted = None, False
    for key in difference.missing:
        rows[key].missing_since = at
    return Incoming(source, rows, before)


def write(source: Source, difference: Difference, at: datetime) -> int:
    """Writes the differences only. Returns rows written."""
    return incoming(source, difference, at).write(difference.touched)


def _evidence(claim: Claim, page: Mapping[str, str]) -> dict[str, Json]:
    """The lines that state the values, and the page on which they stand; nothing for a source that is no page."""
    if not claim.evidence:
        return {}
    return {"page": dict(page), "lines": claim.encoded_evidence()}


def _row(source: Source, claim: Claim, at: datetime, page: Mapping[str, str]) -> StoredClaim:
    values = claim.encoded()
    return StoredClaim(
        source=source,
        offering_key=claim.offering,
        digest=claim.digest(),
        values=values,
        since=dict.fromkeys(values, at.date().isoformat()),
        aliases=list(claim.aliases),
        as_of=claim.as_of,
        estimates=sorted(claim.estimates),
        origin=claim.origin,
        evidence=_evidence(claim, page),
        next_start=next_start(values, at.date()),
        first_seen_at=at,
        changed_at=at,
    )


def _update(row: StoredClaim, claim: Claim, at: datetime, *, confirmed_at: datetime, keeps: bool) -> None:
    """`confirmed_at` is the last good reading before this one: values that cannot be read now could be read then.
    `keeps`: whether values that are no longer stated are kept for a while.
    """
    today = at.date().isoformat()
    unreadable = {name: value for name, value in row.values.items() if claim.leaves_open(name)}
    row.unreadable = {name: row.unreadable.get(name, confirmed_at.date().isoformat()) for name in sorted(unreadable)}
    current = claim.encoded()
    dropped = _dropped(row, current | unreadable, claim.denied) if keeps else {}
    row.dropped = {name: row.dropped.get(name, at.isoformat()) for name in sorted(dropped)}
    values = dict(sorted((current | unreadable | dropped).items()))
    row.since = {
        name: row.since.get(name, today) if name in row.values and row.values[name] == value else today
        for name, value in values.items()
    }
    row.moved = _moves(row, values, today)
    row.values, row.digest = values, claim.digest()
    row.next_start = next_start(values, at.date())
    row.aliases, row.as_of, row.estimates = (
        list(claim.aliases),
        claim.as_of,
        sorted(claim.estimates | ({*row.estimates} & unreadable.keys())),
    )
    row.origin, row.changed_at, row.missing_since, row.delisted = claim.origin, at, None, False


def _dropped(row: StoredClaim, current: Mapping[str, Json], denied: Collection[str]) -> dict[str, Json]:
    """Values that the source stated before and does not state now.

    Values that were replaced do not count: when a price list changes, its unstated rates are removed at once. So is a
    price that is now stated in another unit, or a value that the source now denies.
    """
    list_moved = any(
        name in row.values and row.values[name] != current.get(name, row.values[name]) for name in ORDINARY
    )
    answered = {question_of(name) for name in current if name not in row.values}
    return {
        name: value
        for name, value in row.values.items()
        if name not in current
        and name not in denied
        and not (list_moved and unit_of(name) == TOKEN_PRICES)
        and question_of(name) not in answered
    }


def _moves(row: StoredClaim, values: Mapping[str, Json], today: str) -> dict[str, list[dict[str, Json]]]:
    """The stored changes of the values that are stated now. Several on one day count as one, from the day's start."""
    moves: dict[str, list[dict[str, Json]]] = {}
    for name, value in values.items():
        earlier = list(row.moved.get(name, ()))
        if name in row.values and row.values[name] != value and not (earlier and earlier[-1]["on"] == today):
            earlier.append({"from": row.values[name], "on": today})
        if earlier:
            moves[name] = earlier[-_MOVES_KEPT:]
    return moves
