"""What providers state about their own offerings, and what catalogues state about the same, from stored claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from curation.apply.load import read_claim
from curation.core.scoreboard import Reference, is_compared
from curation.core.statements import SourceClaim
from curation.explanation import evidence
from curation.models import Source, StoredClaim
from registry.catalogue.evidence import Lines
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.fields import Value
from registry.domain.offering_ids import provider_of
from registry.models import LedgerEntry

Place = tuple[str, str]
"""An offering and a field of it."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Offering → its listed claims."""

    official: Mapping[str, Sequence[SourceClaim]]
    """Of the provider itself, pages first."""
    others: Mapping[str, Sequence[SourceClaim]]
    lines: Mapping[str, Lines]
    """Offering → the lines of pages that state its values."""


def load(sources: Mapping[str, Source], providers: Collection[str]) -> Statements:
    """The claims on all offerings about which their provider states something itself."""
    official: dict[str, list[tuple[bool, SourceClaim]]] = defaultdict(list)
    others: dict[str, list[SourceClaim]] = defaultdict(list)
    lines: dict[str, Lines] = {}
    for row in claims_on(_official_keys(sources, providers)):
        key, source = row.offering_key, sources[row.source_id]
        claim = read_claim(row, source.facts(), source.confirmed_at)
        if source.speaks_for == provider_of(key):
            official[key].append((not row.evidence, claim))
            lines[key] = {**lines.get(key, {}), **evidence.of_claims([row])}
        else:
            others[key].append(claim)
    return Statements(
        {key: [claim for _, claim in sorted(group, key=_by_rank)] for key, group in official.items()}, others, lines
    )


def claims_on(keys: Sequence[str]) -> list[StoredClaim]:
    """The listed claims on offerings, in order of offering and source."""
    listed = StoredClaim.objects.filter(missing_since__isnull=True).order_by("offering_key", "source_id")
    return [row for chunk in chunks(keys) for row in listed.filter(offering_key__in=chunk)]


def _official_keys(sources: Mapping[str, Source], providers: Collection[str]) -> list[str]:
    speakers = [slug for slug, source in sources.items() if source.speaks_for in providers]
    listed = StoredClaim.objects.filter(source__in=speakers, missing_since__isnull=True).order_by()
    rows = listed.values_list("offering_key", "source_id")
    return sorted({key for key, slug in rows if sources[slug].speaks_for == provider_of(key)})


def _by_rank(entry: tuple[bool, SourceClaim]) -> tuple[bool, int, str]:
    is_list, claim = entry
    return is_list, claim.source.preference, claim.source.slug


def stated(claim: SourceClaim) -> dict[str, Value]:
    """What a source states today."""
    return {name: value for name, value in claim.values.items() if name not in claim.dropped | claim.unreadable.keys()}


def confirmed_on(claim: SourceClaim) -> date | None:
    """The day on which a source was last known to state it."""
    return claim.confirmed_on or claim.as_of


def stated_by(official: Mapping[str, Sequence[SourceClaim]], names: Collection[str]) -> dict[Place, str]:
    """The source that states a value for the provider: the first that does."""
    first: dict[Place, str] = {}
    for key, group in official.items():
        for claim in group:
            for name, value in stated(claim).items():
                if value is None or not is_compared(name) or (names and name not in names):
                    continue
                if name not in claim.estimates and claim.source.is_authority_for(name):
                    first.setdefault((key, name), claim.source.slug)
    return first


def references(official: Mapping[str, Sequence[SourceClaim]], speakers: Mapping[Place, str]) -> dict[str, Reference]:
    """Offering → what its provider states; `speakers`: see `stated_by`."""
    published = _published_before(speakers)
    by_offering: dict[str, Reference] = {}
    for key, group in official.items():
        values: dict[str, Value] = {}
        before: dict[str, list[Value]] = {}
        confirmed: dict[str, date] = {}
        for claim in group:
            for name in (name for name in claim.values if speakers.get((key, name)) == claim.source.slug):
                values[name] = claim.values[name]
                before[name] = [move.value for move in claim.moves.get(name, ())] + published.get((key, name), [])
                if day := confirmed_on(claim):
                    confirmed[name] = day
        if values:
            by_offering[key] = Reference(values, before, confirmed)
    return by_offering


def _published_before(speakers: Mapping[Place, str]) -> dict[Place, list[Value]]:
    """What was published of the source that now states a value for the provider."""
    before: dict[Place, list[Value]] = defaultdict(list)
    for chunk in chunks(sorted({key for key, _ in speakers})):
        entries = LedgerEntry.objects.filter(offering_key__in=chunk).order_by("id")
        for key, name, value, source in entries.values_list("offering_key", "field", "new", "source"):
            if speakers.get((key, name)) == source:
                before[key, name].append(fields.field(name).decode(value))
    return before
