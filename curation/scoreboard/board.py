"""The comparison with its rows, and what is needed to show both statements of a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.core.scoreboard import Listed, Reference, Row, compare
from curation.core.statements import SourceClaim
from curation.models import Source
from curation.scoreboard import published, resold, statements
from registry.catalogue.evidence import EvidenceLine, Lines

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

    def listed_as(self, row: Row) -> str:
        """The offering about which the catalogue of a row states its value: that of a reseller in its column."""
        return row.seller if (row.catalogue, row.seller) in self.claims else row.offering

    def claim(self, row: Row) -> SourceClaim | None:
        """The claim in which the catalogue of a row states its value; None for the published catalogue."""
        return self.claims.get((row.catalogue, self.listed_as(row)))


def scoreboard(*, on: date, providers: Collection[str] = (), names: Collection[str] = ()) -> Scoreboard:
    """Compares the published catalogue and each source that is not the provider's own with the providers' statements.

    `providers` and `names` of fields restrict the comparison; empty for all.
    """
    sources = {source.slug: source for source in Source.objects.all()}
    stated = statements.load(sources, providers or speakers(sources))
    stated_by = statements.stated_by(stated.official, names)
    references = statements.references(stated.official, stated_by)
    same_model = published.same_model(references.keys())
    marketplaces = resold.load(sources, same_model)
    catalogues = {**_listed(stated.others, references), **marketplaces.listed}
    rows = list(compare(PUBLISHED, published.listed(references.keys()), references, on=on))
    for slug in sorted(catalogues):
        rows += compare(slug, catalogues[slug], references, on=on)
    claims = {
        (claim.source.slug, key): claim
        for part in (stated.official, stated.others)
        for key, group in part.items()
        for claim in group
    }
    lines = stated.lines
    return Scoreboard(resold.explain(rows, same_model), {**claims, **marketplaces.claims}, stated_by, lines)


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
