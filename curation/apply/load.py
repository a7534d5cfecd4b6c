"""Loads the inputs of the merge from the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q

from curation.apply import delisting
from curation.apply.incoming import Incoming
from curation.core import authority
from curation.core.authority import SourceFacts
from curation.core.inputs import Inputs, PublishedState, base_offering, derive_identity, regional_offerings
from curation.core.merge import is_frozen
from curation.core.policy import Rule
from curation.core.price_lists import ORDINARY
from curation.core.statements import Listing, PastMove, PinnedValue, SourceClaim
from curation.models import Pin, Policy, Source, StatedAlias, StoredClaim
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import behind_from_json, of_fields
from registry.models import Offering
from registry.quality import FactSheet, fact_sheet

_PUBLISHED: Final = (
    "key", "facts", "provenance", "behind", "missing_since", "not_seen_since", "created_at", "updated_at",
)  # fmt: skip


CURATOR: Final = "curator"
"""The source of the aliases that curators state."""


def gather(keys: Collection[str], *, at: datetime, incoming: Incoming | None = None) -> dict[str, Inputs]:
    """The claims and pins in force of offerings, with derived identity. Four queries a chunk.

    `incoming` claims count as if they were stored.
    """
    gathered = {key: Inputs() for key in keys}
    rows = list(Source.objects.all())
    rows = incoming.source_over(rows) if incoming else rows
    sources, origins = _with_origins({source.slug: source.facts() for source in rows})
    read_on = {source.slug: source.confirmed_at for source in rows}
    gone_before = {source.slug: delisting.gone_before(source) for source in rows}
    for chunk in chunks(sorted(gathered)):
        listed: set[str] = set()
        gone: dict[str, datetime] = {}
        may_return: set[str] = set()
        retired: dict[str, datetime] = {}
        stored = _stored(chunk, incoming)
        repeating = _repeating(stored, incoming)
        for row in sorted(stored, key=lambda row: _by_source_type(row, sources[row.source_id])):
            facts, key = sources[row.source_id], row.offering_key
            inputs, listing = gathered[key], listing_of(row, gone_before[row.source_id])
            claim = read_claim(row, facts, read_on[row.source_id], listing)
            repeats = (key, row.source_id) in repeating
            claim = replace(claim, origin=origins.get(row.origin, row.origin), repeats_base=repeats)
            inputs.claims.append(claim)
            for name in row.aliases:
                inputs.aliases.setdefault(name, facts.slug)
            if row.missing_since is None:
                listed.add(key)
            else:
                gone[key] = max(row.missing_since, gone.get(key, row.missing_since))
                if listing is Listing.MISSING:
                    may_return.add(key)
                elif facts.speaks_for == provider_of(key):
                    retired[key] = row.missing_since
        for key, since in gone.items():
            if key in retired and is_frozen(provider_of(key), gathered[key].claims):
                gathered[key].missing_since = retired[key]  # even if other sources still list it
            elif key in may_return:
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


def _stored(keys: Collection[str], incoming: Incoming | None) -> list[StoredClaim]:
    """The claims about offerings, including incoming ones. One query."""
    stored = list(StoredClaim.objects.filter(offering_key__in=keys))
    return incoming.over(stored, keys) if incoming else stored


def load_rules() -> list[Rule]:
    """The enabled policies in their order."""
    return [row.rule() for row in Policy.objects.filter(enabled=True).order_by("position", "name")]


def source_facts() -> dict[str, SourceFacts]:
    """The facts of sources that decisions depend on, without counts of failed readings."""
    return {row.slug: replace(row.facts(), failed_readings=0) for row in Source.objects.all()}


def _with_origins(sources: Mapping[str, SourceFacts]) -> tuple[dict[str, SourceFacts], dict[str, str]]:
    """The sources, copies with the origin that they count as; and these origins by source."""
    origins = authority.origins(sources)
    copies = {slug: replace(facts, origin=origins[slug]) for slug, facts in sources.items() if facts.origin}
    return {**sources, **copies}, origins


def published_states(keys: Collection[str]) -> dict[str, PublishedState]:
    """The published states of those of the offerings that are published. Two queries a chunk."""
    states: dict[str, PublishedState] = {}
    for chunk in chunks(sorted(keys)):
        rows = Offering.objects.filter(key__in=chunk).prefetch_related("aliases")
        for row in rows.only(*_PUBLISHED):
            names = {alias.name: alias.source for alias in row.aliases.all()}
            states[row.key] = PublishedState(
                row.facts,
                of_fields(row.provenance),
                aliases=names,
                behind=behind_from_json(row.behind),
                missing_since=row.missing_since,
                not_seen_since=row.not_seen_since,
                created_at=row.created_at,
                updated_at=row.updated_at,
            )
    return states


def siblings(models: Collection[str], *, on: date) -> dict[str, list[FactSheet]]:
    """The published offerings of models that sources still list, by model. One query a chunk."""
    sheets: dict[str, list[FactSheet]] = {}
    for chunk in chunks(sorted(models)):
        listed = Offering.objects.filter(model__in=chunk, missing_since__isnull=True)
        for key, model, facts in listed.values_list("key", "model_id", "facts"):
            sheets.setdefault(model, []).append(fact_sheet(key, facts, on=on))
    return sheets


def _by_source_type(row: StoredClaim, source: SourceFacts) -> tuple[str, int, int, str]:
    source_type = source.source_type_towards(provider_of(row.offering_key))
    return row.offering_key, source_type.rank, source.preference, source.slug


def in_force(at: datetime) -> Any:
    """The pins in force at a time: neither released nor expired."""
    return Pin.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), released_at__isnull=True)


def read_claim(
    row: StoredClaim, source: SourceFacts, heard_at: datetime | None, listing: Listing = Listing.LISTED
) -> SourceClaim:
    """A stored claim as the merge sees it. `heard_at`: see `Source.confirmed_at`."""
    return SourceClaim(
        source,
        {name: fields.field(name).decode(data) for name, data in row.values.items()},
        since=_days(row.since),
        as_of=row.as_of,
        estimates=frozenset(row.estimates),
        origin=row.origin,
        confirmed_on=_confirmed_on(row, heard_at),
        unreadable=_days(row.unreadable),
        listing=listing,
        moves={name: _moves(name, moves) for name, moves in row.moved.items()},
        dropped=frozenset(row.dropped),
    )


def _days(stored: Mapping[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in stored.items()}


def _moves(name: str, moves: Sequence[Mapping[str, Any]]) -> tuple[PastMove, ...]:
    declared = fields.field(name)
    return tuple(PastMove(declared.decode(move["from"]), date.fromisoformat(move["on"])) for move in moves)


def listing_of(row: StoredClaim, gone_before: datetime | None) -> Listing:
    """Whether a source lists the offering; `gone_before`: see `curation.apply.delisting`."""
    if row.missing_since is None:
        return Listing.LISTED
    may_return = gone_before is None or row.missing_since > gone_before
    return Listing.MISSING if may_return else Listing.GONE


def with_regional(keys: Collection[str]) -> set[str]:
    """These offerings and their regional ones: the rank of a source that repeats a base offering changes with the base.

    One query a chunk, none where no offering has regional ones.
    """
    all_keys = set(keys)
    candidates = sorted({regional_offering for key in keys for regional_offering in regional_offerings(key)} - all_keys)
    for chunk in chunks(candidates):
        all_keys.update(StoredClaim.objects.filter(offering_key__in=chunk).values_list("offering_key", flat=True))
    return all_keys


def _repeating(rows: Collection[StoredClaim], incoming: Incoming | None) -> set[tuple[str, str]]:
    """(offering, source) where a source states for a regional offering what it states for its base offering.

    Both lists are compared in their stored form. One query, none where no offering is regional.
    """
    bases = {row.offering_key: base for row in rows if (base := base_offering(row.offering_key))}
    if not bases:
        return set()
    of_base = {
        (claim.offering_key, claim.source_id): _ordinary(claim.values)
        for claim in _stored(set(bases.values()), incoming)
    }
    return {
        (row.offering_key, row.source_id)
        for row in rows
        if row.offering_key in bases
        and any(prices := _ordinary(row.values))
        and of_base.get((bases[row.offering_key], row.source_id)) == prices
    }


def _ordinary(values: Mapping[str, fields.Json]) -> list[fields.Json]:
    """The ordinary prices of a claim, as they are stored."""
    return [values.get(name) for name in ORDINARY]


def _confirmed_on(row: StoredClaim, heard_at: datetime | None) -> date | None:
    """The last day on which the source stated the claim; None where nothing is fetched (see `as_of`)."""
    # While a source is read, its changed claims are newer than its last good run.
    return max(heard_at, row.changed_at).date() if heard_at else None


def read_pin(pin: Pin) -> PinnedValue:
    return PinnedValue(
        fields.field(pin.field).decode(pin.value), bool(pin.evidence), pin.author.get_username(), pin.created_at.date()
    )
