"""The comparison with its rows, and what is needed to show both statements of a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.apply.load import read_claim
from curation.core.authority import SourceType
from curation.core.scoreboard import Listed, Reference, Row, Verdict, compare, name_resellers
from curation.core.statements import SourceClaim
from curation.models import Source
from curation.scoreboard import published, statements
from registry.catalogue.evidence import EvidenceLine, Lines
from registry.domain.offering_ids import provider_of

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

    def reference_claim(self, row: Row) -> SourceClaim:
        """The claim in which the provider states its value of a row."""
        return self.claims[self.stated_by[row.offering, row.field], row.offering]

    def claim(self, row: Row) -> SourceClaim | None:
        """The claim in which the catalogue of a row states its value; None for the published catalogue."""
        own = self.claims.get((row.catalogue, row.offering))
        return own or self.claims.get((row.catalogue, row.seller))


def scoreboard(*, on: date, providers: Collection[str] = (), names: Collection[str] = ()) -> Scoreboard:
    """Compares the published catalogue and each source that is not the provider's own with the providers' statements.

    `providers` and `names` of fields restrict the comparison; empty for all.
    """
    sources = {source.slug: source for source in Source.objects.all()}
    stated = statements.load(sources, providers or speakers(sources))
    stated_by = statements.stated_by(stated.official, names)
    references = statements.references(stated.official, stated_by)
    same_model = published.same_model(references.keys())
    resold = _resold(sources, same_model)
    catalogues = {**_listed(stated.others, references), **resold.listed}
    rows = list(compare(PUBLISHED, published.listed(references.keys()), references, on=on))
    for slug in sorted(catalogues):
        rows += compare(slug, catalogues[slug], references, on=on)
    claims = {
        (claim.source.slug, key): claim
        for part in (stated.official, stated.others, resold.claims)
        for key, group in part.items()
        for claim in group
    }
    return Scoreboard(_with_resellers(rows, same_model), claims, stated_by, stated.lines)


def speakers(sources: Mapping[str, Source]) -> list[str]:
    """The providers for which a source speaks."""
    return sorted({source.speaks_for for source in sources.values() if source.speaks_for})


def _listed(
    others: Mapping[str, Sequence[SourceClaim]], references: Mapping[str, Reference]
) -> dict[str, dict[str, Listed]]:
    """Catalogue → offering → what it states, of catalogues that list any of the offerings."""
    catalogues: dict[str, dict[str, Listed]] = defaultdict(dict)
    for key in others.keys() & references.keys():
        for claim in others[key]:
            catalogues[claim.source.slug][key] = Listed(statements.stated(claim))
    return catalogues


@dataclass(frozen=True, slots=True)
class _Resold:
    """What marketplaces state about their own offerings of the same models."""

    listed: Mapping[str, Mapping[str, Listed]]
    """Marketplace → the provider's offering → what it states about its own."""
    claims: Mapping[str, Sequence[SourceClaim]]
    """Its own offering → its claims."""


def _resold(sources: Mapping[str, Source], same_model: Mapping[str, Sequence[str]]) -> _Resold:
    """A model that a marketplace offers once, variants such as `:free` apart, is compared with that offering."""
    marketplaces = {
        source.speaks_for: slug for slug, source in sources.items() if source.source_type == SourceType.MARKETPLACE
    }
    sold_as = {
        (slug, key): own[0]
        for key, others in same_model.items()
        for provider, slug in marketplaces.items()
        if len(own := [other for other in others if provider_of(other) == provider and ":" not in other]) == 1
    }
    claims = {
        row.offering_key: [read_claim(row, sources[row.source_id].facts(), sources[row.source_id].confirmed_at)]
        for row in statements.claims_on(sorted(set(sold_as.values())))
        if row.source_id in marketplaces.values()
    }
    listed: dict[str, dict[str, Listed]] = defaultdict(dict)
    for (slug, key), own in sold_as.items():
        for claim in claims.get(own, ()):
            listed[slug][key] = Listed(statements.stated(claim), seller=own)
    return _Resold(listed, claims)


def _with_resellers(rows: Sequence[Row], same_model: Mapping[str, Sequence[str]]) -> list[Row]:
    unexplained = {row.offering for row in rows if row.verdict is Verdict.OTHER}
    values = published.values_of({other for key in unexplained for other in same_model.get(key, ())})
    sold = {key: {other: values[other] for other in same_model.get(key, ()) if other in values} for key in unexplained}
    return list(name_resellers(rows, sold))
