"""The two sources of manual statements, and their claims: the statements in force, ready for the merge."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from curation.core.authority import SourceType
from curation.core.claim import claim
from curation.core.lines import next_start
from curation.models import Source, Statement, StoredClaim
from registry.database.chunks import chunks
from registry.domain import fields

SOURCES: Final[Mapping[SourceType, str]] = {SourceType.COMMUNITY: "manual", SourceType.OFFICIAL: "manual-official"}
"""Source type that a curator may choose → the source that such statements are of."""
_LABELS: Final = {"manual": "Stated by curators", "manual-official": "Read by curators off the provider's own pages"}
_PREFERENCE: Final = 80
"""Preferred to the curated files that come with the software (90): these statements are about this installation."""
_NOT_FETCHED: Final = "People state it in the admin, or import it from a file."
_WRITTEN: Final = (
    "digest", "values", "since", "next_start", "as_of", "estimates", "origin", "changed_at", "missing_since",
)  # fmt: skip


def ensure_sources() -> dict[str, Source]:
    """The rows of the two sources, by slug; created when first needed."""
    return {
        slug: Source.objects.get_or_create(
            slug=slug,
            defaults={
                "label": _LABELS[slug],
                "source_type": source_type.value,
                "authority": ["*"],
                "preference": _PREFERENCE,
                "nothing_fetched": _NOT_FETCHED,
            },
        )[0]
        for source_type, slug in SOURCES.items()
    }


def write_claims(keys: Collection[str], *, at: datetime) -> None:
    """Updates the claims of the two sources about these offerings to the statements in force.

    A claim without statements stays, empty and missing: the source then does not list the offering.
    """
    for chunk in chunks(sorted(keys)):
        statements: dict[tuple[str, str], list[Statement]] = {}
        for statement in Statement.objects.filter(offering_key__in=chunk, withdrawn_at__isnull=True).order_by("field"):
            statements.setdefault((statement.source_id, statement.offering_key), []).append(statement)
        stored = StoredClaim.objects.filter(source__in=SOURCES.values(), offering_key__in=chunk)
        stored_by_place = {(row.source_id, row.offering_key): row for row in stored}
        fresh: list[StoredClaim] = []
        changed: list[StoredClaim] = []
        for place in sorted({*statements, *stored_by_place}):
            row = stored_by_place.get(place) or StoredClaim(source_id=place[0], offering_key=place[1], first_seen_at=at)
            if _update(row, statements.get(place, []), at):
                (changed if place in stored_by_place else fresh).append(row)
        StoredClaim.objects.bulk_update(changed, _WRITTEN, batch_size=200)
        StoredClaim.objects.bulk_create(fresh, batch_size=500)


def _update(row: StoredClaim, statements: list[Statement], at: datetime) -> bool:
    """Writes the statements into the claim, without saving it. Returns whether it changed."""
    days = {statement.field: statement.as_of or statement.stated_at.date() for statement in statements}
    estimates = frozenset(statement.field for statement in statements if statement.is_estimate)
    # A claim has one origin. If any of it is a copy, all of it counts as one, so that corroboration is never too high.
    origin = next((statement.origin for statement in statements if statement.origin), "")
    values = {statement.field: fields.field(statement.field).decode(statement.value) for statement in statements}
    new_claim = claim(
        row.offering_key, values, as_of=max(days.values(), default=None), estimates=estimates, origin=origin
    )
    since = {name: day.isoformat() for name, day in days.items()}
    missing = None if statements else row.missing_since or at
    if (row.digest, row.since, row.missing_since) == (new_claim.digest(), since, missing):
        return False
    row.digest, row.values, row.since, row.as_of = new_claim.digest(), new_claim.encoded(), since, new_claim.as_of
    row.next_start = next_start(row.values, at.date())
    row.estimates, row.origin, row.changed_at, row.missing_since = sorted(estimates), origin, at, missing
    return True
