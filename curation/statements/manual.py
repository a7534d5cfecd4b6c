"""Manual statements of curators: a source like any other, whose claims are written here instead of by a sync.

    manual.state("acme/rocket-1", {"context_window": 200_000}, actor=ada, reason="read in their docs")

There are two such sources, so that the precedence rules need no exception: `manual` has the source type of a community
source, `manual-official` that of an official one, for what was read on the provider's own page; it needs a link to it.
Statements are merged and decided by the policies like any claim. They override nothing; a pin does. Each value is a row
with its author, reason, evidence and day. A newer statement replaces it; a withdrawn one stays in the table. It gets
stale like those of other sources: by the day for which it was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply.reconcile import Outcome, reconcile
from curation.audit import trail
from curation.core.authority import SourceType
from curation.core.claim import InvalidClaim, claim
from curation.models import Change, Statement
from curation.review.stale_check import LONGEST_REASON, Refused, reason_for
from curation.statements.claims import SOURCES, ensure_sources, write_claims
from registry.catalogue.publish import sole_writer
from registry.database.chunks import chunks

__all__ = [
    "SOURCES",
    "OfferingStatement",
    "check",
    "ensure_sources",
    "mark_withdrawn",
    "state",
    "state_all",
    "withdraw",
    "write_claims",
]

_LONGEST_EVIDENCE: Final = 500


@dataclass(frozen=True, slots=True)
class OfferingStatement:
    """What is stated about one offering: values in the Python form of their kinds, None states that there is none."""

    offering: str
    values: Mapping[str, Any]
    as_of: date | None = None
    estimates: frozenset[str] = field(default_factory=frozenset)
    origin: str = ""
    """The source of ours that this was copied from; it then counts as that origin."""


def state(
    offering: str,
    values: Mapping[str, Any],
    *,
    actor: User,
    reason: str,
    source_type: SourceType = SourceType.COMMUNITY,
    evidence: str = "",
    as_of: date | None = None,
    at: datetime | None = None,
    batch: UUID | None = None,
) -> Outcome:
    """States values about one offering, which need not be published yet. Raises Refused."""
    entry = [OfferingStatement(offering, values, as_of)]
    return state_all(entry, actor=actor, reason=reason, source_type=source_type, evidence=evidence, at=at, batch=batch)


def state_all(
    entries: Collection[OfferingStatement],
    *,
    actor: User,
    reason: str,
    source_type: SourceType = SourceType.COMMUNITY,
    evidence: str = "",
    at: datetime | None = None,
    batch: UUID | None = None,
) -> Outcome:
    """States values about many offerings: all of them or, when anything is wrong, none. Raises Refused."""
    at, batch = at or timezone.now(), batch or uuid4()
    slug = check(reason, source_type, evidence)
    rows = [row for entry in entries for row in _rows(entry, at)]
    if not rows:
        raise Refused(_("There is nothing to state: give at least one value."))
    with sole_writer():
        source = ensure_sources()[slug]
        for row in rows:
            row.source, row.author, row.reason, row.evidence, row.batch = source, actor, reason.strip(), evidence, batch
        _replace(rows, actor, at)
        _lift_rejections(rows, actor, at)
        keys = {entry.offering for entry in entries}
        write_claims(keys, at=at)
        trail.record_all("stated", rows, actor=actor, reason=reason, batch=batch, at=at)
        return reconcile(keys, actor=actor.get_username(), reason=f"stated: {reason}"[:500], batch=batch, at=at)


def withdraw(
    statements: Iterable[Statement], *, actor: User, reason: str, at: datetime | None = None, batch: UUID | None = None
) -> Outcome:
    """Withdraws statements. Another source's value takes their place, as policies allow. Where nobody states the field
    any more, a price waits in the review queue like that of any source, and other values are removed. Raises Refused.
    """
    at, batch, wanted = at or timezone.now(), batch or uuid4(), [row.pk for row in statements]
    reason = reason_for(reason)
    with sole_writer():
        keys = mark_withdrawn(wanted, actor=actor, reason=reason, at=at)
        if not keys:
            raise Refused(_("These statements have been withdrawn or replaced already."))
        write_claims(keys, at=at)
        why = f"statement withdrawn: {reason}"[:500]
        return reconcile(keys, actor=actor.get_username(), reason=why, batch=batch, at=at)


def mark_withdrawn(statements: Collection[int], *, actor: User, reason: str, at: datetime) -> set[str]:
    """Marks statements as withdrawn. Returns their offerings. The caller writes the claims and reconciles."""
    ended: list[Statement] = []
    wanted = sorted(statements)
    for some in chunks(wanted):
        for row in Statement.objects.select_for_update().filter(pk__in=some, withdrawn_at__isnull=True):
            row.withdrawn_at, row.withdrawn_by = at, actor.get_username()
            row.withdrawn_reason = reason[:LONGEST_REASON]
            row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
            ended.append(row)
    trail.record_all("statement withdrawn", ended, actor=actor, reason=reason, at=at)
    return {row.offering_key for row in ended}


def check(reason: str, source_type: SourceType, evidence: str) -> str:
    """Checks what every statement needs. Returns the slug of its source. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Say how you know: a statement without a reason cannot be judged later."))
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused(_("The reason is too long: at most %(most)s signs are kept.") % {"most": LONGEST_REASON})
    if source_type not in SOURCES:
        raise Refused(_("Choose one of the source types: %(known)s.") % {"known": ", ".join(SOURCES)})
    if evidence and not _is_web_address(evidence):
        raise Refused(_("The evidence must be a web address that begins with https:// or http://."))
    if source_type is SourceType.OFFICIAL and not evidence:
        raise Refused(_("The provider's own word needs evidence: the address of its page that says so."))
    return SOURCES[source_type]


def _is_web_address(text: str) -> bool:
    try:
        URLValidator(schemes=("https", "http"))(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST_EVIDENCE


def _rows(entry: OfferingStatement, at: datetime) -> list[Statement]:
    """The statements about one offering, not yet saved, without their source and author. Raises Refused."""
    if entry.as_of and entry.as_of > at.date():
        raise Refused(_("%(day)s is still to come; nothing can have been read then.") % {"day": entry.as_of})
    try:
        checked = claim(entry.offering, entry.values, estimates=entry.estimates, origin=entry.origin)
    except InvalidClaim as error:
        raise Refused(f"{entry.offering}: {error}") from error
    return [
        Statement(
            offering_key=checked.offering,
            field=name,
            value=value,
            is_estimate=name in checked.estimates,
            origin=entry.origin,
            as_of=entry.as_of,
            stated_at=at,
        )
        for name, value in checked.encoded().items()
    ]


def _replace(rows: list[Statement], actor: User, at: datetime) -> None:
    """Saves the statements; they replace those in force about the same fields."""
    wanted = {(row.offering_key, row.field): row for row in rows}
    if len(wanted) < len(rows):
        raise Refused(_("A field of an offering is stated twice."))
    replaced = []
    for chunk in chunks(sorted({row.offering_key for row in rows})):
        for old in Statement.objects.select_for_update().filter(offering_key__in=chunk, withdrawn_at__isnull=True):
            if (old.offering_key, old.field) in wanted:
                old.withdrawn_at, old.withdrawn_by, old.withdrawn_reason = at, actor.get_username(), "stated anew"
                replaced.append(old)
    Statement.objects.bulk_update(replaced, ["withdrawn_at", "withdrawn_by", "withdrawn_reason"], batch_size=200)
    Statement.objects.bulk_create(rows, batch_size=500)
    for old in replaced:
        old.replaced_by = wanted[old.offering_key, old.field]
    Statement.objects.bulk_update(replaced, ["replaced_by"], batch_size=200)


def _lift_rejections(rows: list[Statement], actor: User, at: datetime) -> None:
    """Closes earlier rejections of manual statements about these fields: stating a field again proposes it again."""
    places = {(row.offering_key, row.field) for row in rows}
    note = _("stated again by %(who)s") % {"who": actor.get_username()}
    for chunk in chunks(sorted({key for key, _name in places})):
        rejected = Change.objects.filter(
            offering_key__in=chunk, source__in=SOURCES.values(), state=Change.State.REJECTED
        )
        over = [row for row in rejected if any((row.offering_key, name) in places for name in row.moved_fields)]
        for row in over:
            row.state, row.decided_at, row.reason = Change.State.SUPERSEDED, at, note
        Change.objects.bulk_update(over, ["state", "decided_at", "reason"], batch_size=200)
