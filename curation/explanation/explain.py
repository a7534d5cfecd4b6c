"""Why each value is what it is, in words: what every source states, which one won, what a pin holds back.

Read-only and without HTML: the admin, the API and the command line tell the same story.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.apply import pin_drift
from curation.apply.delisting import gone_before
from curation.apply.load import listing_of, read_claim
from curation.core import modality_flags, price_lists
from curation.core.inputs import PublishedState, derive_identity
from curation.core.merge import PIN_SOURCE, Reason, SourceClaim, is_coherent
from curation.models import Change, Pin, StoredClaim
from curation.pins.story import PinStory
from registry import display
from registry.catalogue.explanation import ExplainedValue
from registry.domain import fields
from registry.domain.provenance import Provenance, behind_from_json, of_fields
from registry.models import Offering


class Verdict(StrEnum):
    """What became of one source's statement."""

    WON = "won"
    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_HEARD = "not heard"
    """The source is no authority for the field: its value is shown and never published."""
    OTHER_LIST = "other price list"
    """A special price of a source whose ordinary prices are not the published ones: shown, and not published."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says about one field."""

    source: str
    value: Any
    text: str
    since: date | None
    confirmed: datetime | None
    """The source's last good run, in which it said so still; None when it no longer does."""
    gone_since: datetime | None
    """Since when the source no longer lists the offering; what it said last still counts."""
    source_type: str
    has_authority: bool
    verdict: Verdict
    dropped_since: datetime | None = None
    """Since when the source lists the offering and does not state this any more: it is kept for a while."""
    is_aged: bool = False
    """Whether its word counts less, since nobody confirms it any more."""


@dataclass(frozen=True, slots=True)
class FieldStory(ExplainedValue):
    """All that is known of one field of one offering."""

    is_published: bool
    value: fields.Json
    why: str
    statements: tuple[Statement, ...]
    pin: PinStory | None
    waiting: Change | None
    """A change that waits for a person and would move this field, alone or with others."""

    @property
    def is_disputed(self) -> bool:
        """Whether a source that is heard says something else than what is published."""
        return any(statement.verdict is Verdict.DIFFERS for statement in self.statements)


@dataclass(frozen=True, slots=True)
class _Heard:
    """One source's claim as the merge sees it, with the row it was read from (a derived claim has none)."""

    claim: SourceClaim
    row: StoredClaim | None = None


def explain(offering: Offering) -> list[FieldStory]:
    """The stories of all fields that are published, stated or pinned, in the order of the groups.

    Three queries, whatever the number of fields and sources.
    """
    key, now = offering.key, timezone.now()
    rows = StoredClaim.objects.filter(offering_key=key).select_related("source")
    heard = [_Heard(_read(row), row) for row in rows]
    if heard and (derived := derive_identity(key)):
        heard.append(_Heard(derived))
    claims = [each.claim for each in heard]
    pins = _pin_stories(offering, claims, now)
    open_changes = Change.objects.awaiting_review().filter(offering_key=key)
    waiting = {name: change for change in open_changes for name in change.moved_fields}
    names = {*offering.facts, *pins, *waiting, *(name for claim in claims for name in claim.values)}
    return [
        _story(
            offering,
            name,
            [_statement(each, name, offering, now.date()) for each in heard if name in each.claim.values],
            pins.get(name),
            waiting.get(name),
        )
        for name in sorted(names, key=display.position)
    ]


def _pin_stories(offering: Offering, claims: Sequence[SourceClaim], now: datetime) -> dict[str, PinStory]:
    """The pins of an offering that are not released, by field."""
    pins = list(Pin.objects.filter(offering_key=offering.key, released_at__isnull=True).select_related("author"))
    if not pins:
        return {}
    published = PublishedState(offering.facts, of_fields(offering.provenance), behind=behind_from_json(offering.behind))
    decided = pin_drift.without_pins(offering.key, claims, published, on=now.date())
    return {pin.field: PinStory(pin, pin_drift.behind(pin, claims, decided, on=now.date()), now) for pin in pins}


def _read(row: StoredClaim) -> SourceClaim:
    source = row.source
    return read_claim(row, source.facts(), source.confirmed_at, listing_of(row, gone_before(source)))


def _story(
    offering: Offering, name: str, statements: Collection[Statement], pin: PinStory | None, waiting: Change | None
) -> FieldStory:
    facts, account = offering.facts, Provenance(offering.provenance.get(name, {}))
    return FieldStory(
        name=name,
        label=display.label(name, facts),
        text=display.text(name, facts[name]) if name in facts else str(display.UNKNOWN),
        account=account,
        is_published=name in facts,
        value=facts.get(name),
        why=_why(account, pin, statements, is_published=name in facts),
        statements=tuple(sorted(statements, key=lambda statement: (_ORDER[statement.verdict], statement.source))),
        pin=pin,
        waiting=waiting,
    )


def _statement(heard: _Heard, name: str, offering: Offering, on: date) -> Statement:
    claim, row = heard.claim, heard.row
    facts, declared = claim.source, fields.field(name)
    is_estimate = name in claim.estimates
    value = declared.encode(claim.values[name])
    gone = row.missing_since if row else None
    dropped = datetime.fromisoformat(row.dropped[name]) if row and name in row.dropped else None
    confirmed = None if row is None or dropped or name in row.unreadable else row.confirmed_at
    return Statement(
        source=facts.slug,
        value=value,
        text=display.text(name, value),
        since=claim.since.get(name),
        confirmed=confirmed,
        gone_since=gone,
        source_type="estimate" if is_estimate else facts.source_type_towards(offering.provider_id).value,
        has_authority=facts.is_authority_for(name),
        verdict=_verdict(claim, declared, offering, on),
        dropped_since=dropped,
        is_aged=claim.heard(name, offering.provider_id, on).is_aged,
    )


def _verdict(claim: SourceClaim, declared: fields.Field, offering: Offering, on: date) -> Verdict:
    name = declared.name
    if not claim.source.is_authority_for(name):
        return Verdict.NOT_HEARD
    published = declared.decode(offering.facts.get(name))
    if name not in offering.facts or not fields.agrees(name, published, claim.values[name], on=on):
        return Verdict.DIFFERS if _is_of_the_published_list(claim, name, offering, on) else Verdict.OTHER_LIST
    won = Provenance(offering.provenance.get(name, {})).source == claim.source.slug
    return Verdict.WON if won else Verdict.AGREES


def _is_of_the_published_list(claim: SourceClaim, name: str, offering: Offering, on: date) -> bool:
    anchors = {*modality_flags.LISTS, *(anchor for group in price_lists.anchors(name) for anchor in group)}
    published = {
        anchor: fields.field(anchor).decode(offering.facts[anchor]) for anchor in anchors if anchor in offering.facts
    }
    return is_coherent(name, claim.values, published, on=on)


_REASONS: Final[Mapping[str, Any]] = {
    Reason.ONLY_SOURCE: gettext_lazy("%(source)s says so, and is the only source that counts for it."),
    Reason.BEST_SOURCE_TYPE: gettext_lazy("%(source)s says so, and has the best source type."),
    Reason.INCUMBENT: gettext_lazy("%(source)s was there first, and no majority of equal sources says otherwise."),
    Reason.SAME_LIST: gettext_lazy("%(source)s states it beside the very ordinary prices that are published."),
    Reason.LATEST_MOVE: gettext_lazy("%(source)s was seen to move last, among sources of equal source type."),
    Reason.MAJORITY: gettext_lazy("%(source)s says so, and most independent sources agree."),
    Reason.PREFERRED: gettext_lazy("%(source)s says so, and is preferred among equals."),
    Reason.DERIVED: gettext_lazy("Derived by the registry's own rule (%(source)s)."),
}


def _why(account: Provenance, pin: PinStory | None, statements: Collection[Statement], *, is_published: bool) -> str:
    """One sentence on why the published value is what it is."""
    if pin and (not is_published or account.source == PIN_SOURCE):
        return pin.why
    if not is_published:
        heard = [statement for statement in statements if statement.has_authority]
        if heard and all(statement.verdict is Verdict.OTHER_LIST for statement in heard):
            return _("Stated only by sources whose ordinary prices are not the published ones.")
        return _("Not published yet.") if heard else _("Nobody with authority over it states it.")
    if account.source == PIN_SOURCE:
        return _("Pinned by a curator; the pin has been released since.")
    names = {"source": account.source, "reason": account.reason}
    if not any(statement.verdict is Verdict.WON and not statement.dropped_since for statement in statements):
        return _("%(source)s said so, and does not any more.") % names
    return str(_REASONS.get(account.reason, "%(source)s: %(reason)s")) % names


_ORDER: Final = {verdict: position for position, verdict in enumerate(Verdict)}
