"""Loads what providers state themselves, and what catalogues state beside it, for `curation.core.scoreboard`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.apply.load import read_claim
from curation.core.authority import SourceType
from curation.core.scoreboard import Reference, Row, compare, is_compared
from curation.core.statements import SourceClaim
from curation.explanation import evidence
from curation.models import Source, StoredClaim
from registry.catalogue.evidence import EvidenceLine, Lines
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.fields import Value
from registry.domain.offering_ids import provider_of
from registry.models import LedgerEntry, Offering

PUBLISHED: Final = "published"
"""The name of our own catalogue in the table."""


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """The rows, and what is needed to show both statements of one."""

    rows: Sequence[Row]
    claims: Mapping[tuple[str, str], SourceClaim]
    """(source, offering) → its claim."""
    stated_by: Mapping[tuple[str, str], str]
    """(offering, field) → the source that states it for the provider."""
    lines: Mapping[str, Lines]
    """Offering → the lines of pages that state its values."""

    def evidence(self, row: Row) -> tuple[EvidenceLine, ...]:
        """The lines of the provider's page that state the provider's value of a row."""
        return self.lines.get(row.offering, {}).get((self.stated_by[row.offering, row.field], row.field), ())


def scoreboard(*, on: date, providers: Collection[str] = (), names: Collection[str] = ()) -> Scoreboard:
    """Compares the published catalogue and each source that is not the provider's own with the providers' statements.

    `providers` and `names` of fields restrict the comparison; empty for all.
    """
    official, others, lines = _claims(providers)
    stated_by = _stated_by(official, names)
    references = _references(official, stated_by)
    catalogues = _listed(others, references)
    rows = [row for slug in sorted(catalogues) for row in compare(slug, catalogues[slug], references, on=on)]
    published = compare(PUBLISHED, _published(references), references, on=on)
    claims = {(claim.source.slug, key): claim for key, group in [*official, *others] for claim in group}
    return Scoreboard([*published, *rows], claims, stated_by, lines)


Grouped = list[tuple[str, list[SourceClaim]]]


def _claims(providers: Collection[str]) -> tuple[Grouped, Grouped, dict[str, Lines]]:
    """The listed claims of providers about themselves, pages first; those of others; the lines of pages."""
    sources = {source.slug: source for source in Source.objects.all()}
    official: dict[str, list[tuple[bool, SourceClaim]]] = defaultdict(list)
    others: dict[str, list[SourceClaim]] = defaultdict(list)
    lines: dict[str, Lines] = {}
    rows = StoredClaim.objects.filter(missing_since__isnull=True).order_by("offering_key", "source_id")
    for row in rows.iterator(chunk_size=1000):
        if providers and (provider_of(row.offering_key) not in providers):
            continue
        source = sources[row.source_id]
        claim = read_claim(row, source.facts(), source.confirmed_at)
        if claim.source.source_type_towards(provider_of(row.offering_key)) is SourceType.OFFICIAL:
            official[row.offering_key].append((not row.evidence, claim))
            if row.evidence:
                lines[row.offering_key] = {**lines.get(row.offering_key, {}), **evidence.of_claims([row])}
        else:
            others[row.offering_key].append(claim)
    ranked = [(key, [claim for _, claim in sorted(group, key=_by_rank)]) for key, group in official.items()]
    return ranked, list(others.items()), lines


def _by_rank(entry: tuple[bool, SourceClaim]) -> tuple[bool, int, str]:
    is_list, claim = entry
    return is_list, claim.source.preference, claim.source.slug


def _stated(claim: SourceClaim) -> dict[str, Value]:
    """What a source states today."""
    return {name: value for name, value in claim.values.items() if name not in claim.dropped | claim.unreadable.keys()}


def _stated_by(official: Grouped, names: Collection[str]) -> dict[tuple[str, str], str]:
    first: dict[tuple[str, str], str] = {}
    for key, group in official:
        for claim in group:
            for name, value in _stated(claim).items():
                if value is None or not is_compared(name) or (names and name not in names):
                    continue
                if name not in claim.estimates and claim.source.is_authority_for(name):
                    first.setdefault((key, name), claim.source.slug)
    return first


def _references(official: Grouped, stated_by: Mapping[tuple[str, str], str]) -> dict[str, Reference]:
    published = _published_before({key for key, _ in stated_by}, stated_by)
    references: dict[str, Reference] = {}
    for key, group in official:
        values: dict[str, Value] = {}
        before: dict[str, list[Value]] = {}
        for claim in group:
            for name in (name for name in claim.values if stated_by.get((key, name)) == claim.source.slug):
                values[name] = claim.values[name]
                moves = [move.value for move in claim.moves.get(name, ())]
                before[name] = moves + published.get((key, name), [])
        if values:
            references[key] = Reference(values, before)
    return references


def _published_before(
    keys: Collection[str], stated_by: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], list[Value]]:
    """(offering, field) → what was published of the source that now states it for the provider."""
    before: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for chunk in chunks(sorted(keys)):
        entries = LedgerEntry.objects.filter(offering_key__in=chunk).order_by("id")
        for key, name, value, source in entries.values_list("offering_key", "field", "new", "source"):
            if stated_by.get((key, name)) == source:
                before[key, name].append(fields.field(name).decode(value))
    return before


def _listed(others: Grouped, references: Collection[str]) -> dict[str, dict[str, dict[str, Value]]]:
    """Catalogue → offering → what it states, of catalogues that list any of the offerings."""
    catalogues: dict[str, dict[str, dict[str, Value]]] = defaultdict(dict)
    for key, group in others:
        for claim in group if key in references else ():
            catalogues[claim.source.slug][key] = _stated(claim)
    return catalogues


def _published(keys: Iterable[str]) -> dict[str, dict[str, Value]]:
    return dict(_published_rows(sorted(keys)))


def _published_rows(keys: Sequence[str]) -> Iterator[tuple[str, dict[str, Value]]]:
    for chunk in chunks(keys):
        listed = Offering.objects.filter(key__in=chunk, missing_since__isnull=True).order_by("key")
        for key, facts in listed.values_list("key", "facts"):
            yield key, {name: fields.field(name).decode(value) for name, value in facts.items() if is_compared(name)}
