"""Finds the lines of pages that state the values of offerings, in the stored claims."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from curation.core.evidence import Evidence
from curation.models import StoredClaim
from registry.catalogue.evidence import EvidenceLine, Lines
from registry.domain.fields import Json


def of_claims(claims: Iterable[StoredClaim]) -> Lines:
    """(source, field) → the lines that state it."""
    return {
        (claim.source_id, name): tuple(_line(claim.evidence["page"], Evidence.from_json(line)) for line in lines)
        for claim in claims
        if claim.evidence
        for name, lines in claim.evidence["lines"].items()
    }


def of_offerings(keys: Collection[str]) -> dict[str, Lines]:
    """Offering → its lines, of all sources that are pages. One query."""
    stored = StoredClaim.objects.filter(offering_key__in=keys).exclude(evidence={})
    claims: dict[str, list[StoredClaim]] = {}
    for claim in stored.only("source_id", "offering_key", "evidence"):
        claims.setdefault(claim.offering_key, []).append(claim)
    return {key: of_claims(grouped) for key, grouped in claims.items()}


def _line(page: Mapping[str, Json], evidence: Evidence) -> EvidenceLine:
    return EvidenceLine(
        page["url"],
        page["on"],
        page["digest"],
        evidence.path,
        evidence.row,
        evidence.column,
        evidence.text,
    )
