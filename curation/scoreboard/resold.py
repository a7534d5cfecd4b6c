"""What marketplaces state about their own offerings of the models that a provider offers itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.apply.load import read_claim
from curation.core.authority import SourceType
from curation.core.scoreboard import Listed, Row, Verdict, name_resellers
from curation.core.statements import SourceClaim
from curation.models import Source
from curation.scoreboard import published, statements
from registry.domain.offering_ids import provider_of

SameModel = Mapping[str, Sequence[str]]
"""Offering → the listed offerings of its model at other providers."""


@dataclass(frozen=True, slots=True)
class Resold:
    """The statements of marketplaces."""

    listed: Mapping[str, Mapping[str, Listed]]
    """Marketplace → the provider's offering → what it states about its own."""
    claims: Mapping[tuple[str, str], SourceClaim]
    """(marketplace, its own offering) → its claim."""


def load(sources: Mapping[str, Source], same_model: SameModel) -> Resold:
    """Of each model that a marketplace lists exactly once, variants such as `:free` apart, what it states about it."""
    slugs = {
        source.speaks_for: slug for slug, source in sources.items() if source.source_type == SourceType.MARKETPLACE
    }
    offered = {other for others in same_model.values() for other in others if provider_of(other) in slugs}
    claims = {
        (row.source_id, row.offering_key): read_claim(
            row, sources[row.source_id].facts(), sources[row.source_id].confirmed_at
        )
        for row in statements.claims_on(sorted(key for key in offered if ":" not in key))
        if row.source_id == slugs[provider_of(row.offering_key)]
    }
    listed: dict[str, dict[str, Listed]] = defaultdict(dict)
    for key, others in same_model.items():
        for slug in slugs.values():
            own = [other for other in others if (slug, other) in claims]
            if len(own) == 1:
                listed[slug][key] = Listed(statements.stated(claims[slug, own[0]]), seller=own[0])
    return Resold(listed, claims)


def explain(rows: Sequence[Row], same_model: SameModel) -> list[Row]:
    """The rows, where a price that fits nothing else is what another provider of the model charges."""
    unexplained = {row.offering for row in rows if row.verdict is Verdict.OTHER}
    values = published.values_of({other for key in unexplained for other in same_model.get(key, ())})
    sold = {key: {other: values[other] for other in same_model.get(key, ()) if other in values} for key in unexplained}
    return list(name_resellers(rows, sold))
