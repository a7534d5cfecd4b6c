"""From the database to the plain values that the merge takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q

from curation import delisting
from curation.core.inputs import Inputs, PublishedState, derive_identity
from curation.merge import PinnedValue, SourceClaim
from curation.models import Pin, Source, StatedAlias, StoredClaim
from curation.trust import SourceFacts
from registry import fields
from registry.models import Offering
from registry.quality import Sheet, read

CHUNK: Final = 500

CURATOR: Final = "curator"
"""The source of the aliases that curators state."""


def gather(keys: Collection[str], *, at: datetime) -> dict[str, Inputs]:
    """Claims and pins in force of the given offerings, derived identity included. Four queries a chunk."""
    gathered = {key: Inputs() for key in keys}
    rows = list(Source.objects.all())
    sources = {source.slug: source.facts() for source in rows}
    read_on = {source.slug: source.confirmed_at for source in rows}
    gone_before = {source.slug: delisting.gone_before(source) for source in rows}
    for chunk in chunks(sorted(gathered)):
        listed: set[str] = set()
        gone: dict[str, datetime] = {}
        may_return: set[str] = set()
        stored = StoredClaim.objects.filter(offering_key__in=chunk)
        for row in sorted(stored, key=lambda row: _by_standing(row, sources[row.source_id])):
            facts = sources[row.source_id]
            inputs = gathered[row.offering_key]
            inputs.claims.append(read_claim(row, facts, read_on[row.source_id]))
            for name in row.aliases:
                inputs.aliases.setdefault(name, facts.slug)
            if row.missing_since is None:
                listed.add(row.offering_key)
            else:
                gone[row.offering_key] = max(row.missing_since, gone.get(row.offering_key, row.missing_since))
                before = gone_before[row.source_id]
                if before is None or row.missing_since > before:
                    may_return.add(row.offering_key)
        for key, since in gone.items():
            if key in may_return:
                gathered[key].not_seen_since = None if key in listed else since
            else:
                gathered[key].missing_since = None if key in listed else since
        for pin in in_force(at).filter(offering_key__in=chunk).select_related("author"):
            gathered[pin.offering_key].pins[pin.field] = read_pin(pin)
        stated_names = StatedAlias.objects.filter(offering_key__in=chunk, withdrawn_at__isnull=True)
        for key, name in stated_names.values_list("offering_key", "name"):
            gathered[key].aliases[name] = CURATOR
    for key, inputs in gathered.items():
        if inputs.claims and (derived := derive_identity(key)):
            inputs.claims.append(derived)
    return gathered


def published_states(keys: Collection[str]) -> dict[str, PublishedState]:
    """The published side of those of the given offerings that are published. Two queries a chunk."""
    found: dict[str, PublishedState] = {}
    for chunk in chunks(sorted(keys)):
        rows = Offering.objects.filter(key__in=chunk).prefetch_related("aliases")
        for row in rows.only("key", "facts", "provenance", "missing_since", "not_seen_since", "created_at"):
            names = {alias.name: alias.source for alias in row.aliases.all()}
            found[row.key] = PublishedState(
                row.facts, row.provenance, row.missing_since, names, row.created_at, row.not_seen_since
            )
    return found


def siblings(models: Collection[str], *, on: date) -> dict[str, list[Sheet]]:
    """The published offerings of the models that are still listed, by model. One query a chunk."""
    found: dict[str, list[Sheet]] = {}
    for chunk in chunks(sorted(models)):
        listed = Offering.objects.filter(model__in=chunk, missing_since__isnull=True)
        for key, model, facts in listed.values_list("key", "model_id", "facts"):
            found.setdefault(model, []).append(read(key, facts, on=on))
    return found


def _by_standing(row: StoredClaim, source: SourceFacts) -> tuple[str, int, int, str]:
    standing = source.standing_towards(row.offering_key.partition("/")[0])
    return row.offering_key, standing.rank, source.preference, source.slug


def in_force(at: datetime) -> Any:
    """Pins that hold at a time: neither released nor expired."""
    return Pin.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), released_at__isnull=True)


def read_claim(row: StoredClaim, source: SourceFacts, heard_at: datetime | None) -> SourceClaim:
    """A stored claim as the merge sees it. `heard_at`: see `Source.confirmed_at`."""
    return SourceClaim(
        source,
        {name: fields.field(name).decode(data) for name, data in row.values.items()},
        {name: date.fromisoformat(day) for name, day in row.since.items()},
        row.as_of,
        frozenset(row.estimates),
        row.origin,
        _confirmed_on(row, heard_at),
        {name: date.fromisoformat(day) for name, day in row.unreadable.items()},
    )


def _confirmed_on(row: StoredClaim, heard_at: datetime | None) -> date | None:
    """The last day on which the source is known to have said so. Unknown for what has a date of its own (`as_of`)."""
    if row.missing_since:
        return row.missing_since.date()
    # While a source is being read, what it just changed is newer than its last good run.
    return max(heard_at, row.changed_at).date() if heard_at else None


def read_pin(pin: Pin) -> PinnedValue:
    return PinnedValue(
        fields.field(pin.field).decode(pin.value), bool(pin.evidence), pin.author.get_username(), pin.created_at.date()
    )


def chunks(items: Sequence[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
