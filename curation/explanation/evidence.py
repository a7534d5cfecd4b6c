"""Finds the lines of pages that state the values of an offering, in the stored claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def of_offering(key: str) -> Lines:
    """The same of one offering, of all sources that are pages. One query."""
    stored = StoredClaim.objects.filter(offering_key=key).exclude(evidence={})
    return of_claims(stored.only("source_id", "evidence"))


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
