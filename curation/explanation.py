"""Why each value is what it is, in words: what every source states, which one won, what a pin holds back.

Read-only and without HTML: the admin, the API and the command line tell the same story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply import pin_drift
from curation.apply.delisting import gone_before
from curation.apply.load import listing_of, read_claim
from curation.apply.pin_drift import Drift
from curation.core import modality_flags, price_lists
from curation.core.inputs import PublishedState, derive_identity
from curation.core.merge import PIN_SOURCE, Reason, SourceClaim, is_coherent
from curation.models import Change, Pin, StoredClaim
from registry import display
from registry.domain import fields
from registry.domain.provenance import Agreement, Provenance, behind_from_json, of_fields
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
class PinStory:
    """A pin that is not released, and what stands behind it."""

    pin: Pin
    text: str
    is_expired: bool
    drift: Drift
    behind: str
    """What the merge would give without the pin, in words."""
    states: tuple[pin_drift.State, ...] = ()
    """The most pressing first."""
    then: str = ""
    """What the sources gave when it was pinned, in words; "" where that is not recorded."""
    from_pin: str = ""
    """How far the sources stand from the pin: `×3`, `+25 %`; "" where that has no meaning."""
    from_then: str = ""
    """How far they have moved since it was pinned."""
    official: tuple[str, ...] = ()
    """Official sources that contradict it."""

    @property
    def has_moved(self) -> bool:
        """Whether the sources gave something else when it was pinned."""
        return bool(self.then) and self.then != self.behind


@dataclass(frozen=True, slots=True)
class FieldStory:
    """All that is known of one field of one offering."""

    name: str
    label: str
    group: fields.Group
    is_published: bool
    value: fields.Json
    text: str
    source: str
    quality: str
    since: str
    policy: str
    why: str
    statements: tuple[Statement, ...]
    pin: PinStory | None = None
    waiting: Change | None = None
    """A change that waits for a person and would move this field, alone or with others."""
    agreement: Agreement | None = None
    """How many independent sources state the value, of how many."""

    @property
    def is_disputed(self) -> bool:
        """Whether a source that is heard says something else than what is published."""
        return any(said.verdict is Verdict.DIFFERS for said in self.statements)


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
    claims = [one.claim for one in heard]
    open_pins = Pin.objects.filter(offering_key=key, released_at__isnull=True).select_related("author")
    published = PublishedState(offering.facts, of_fields(offering.provenance), behind=behind_from_json(offering.behind))
    decided = pin_drift.without_pins(key, claims, published, on=now.date()) if open_pins else {}
    pinned = {
        pin.field: _pin_story(pin, pin_drift.behind(pin, claims, decided, on=now.date()), now) for pin in open_pins
    }
    open_changes = Change.objects.awaiting_review().filter(offering_key=key)
    waiting = {name: change for change in open_changes for name in change.moved_fields}
    names = {*offering.facts, *pinned, *waiting, *(name for claim in claims for name in claim.values)}
    return [
        _story(offering, name, heard, pinned.get(name), waiting.get(name), now)
        for name in sorted(names, key=display.position)
    ]


def _read(row: StoredClaim) -> SourceClaim:
    source = row.source
    return read_claim(row, source.facts(), source.confirmed_at, listing_of(row, gone_before(source)))


def drifts(chosen: Collection[Pin], *, now: datetime) -> dict[int, PinStory]:
    """The stories of pins of any offerings, by the pin's id, in as many queries for a hundred as for one."""
    held = list(chosen)
    return {
        pin.pk: _pin_story(pin, found, now) for pin, found in zip(held, pin_drift.behind_all(held, at=now), strict=True)
    }


def _pin_story(pin: Pin, found: pin_drift.Behind, now: datetime) -> PinStory:
    day = now.date()
    recorded = pin_drift.recorded(pin.field, found.decision)
    from_pin, from_then = pin_drift.moved_by(pin, found.decision, on=day)
    return PinStory(
        pin,
        display.text(pin.field, pin.value),
        pin.expires_at is not None and pin.expires_at <= now,
        found.drift,
        _behind(pin, recorded),
        pin_drift.states(pin, now, drift=found.drift),
        "" if pin.behind_then is None else _behind(pin, pin.behind_then),
        display.movement(from_pin),
        display.movement(from_then),
        found.official,
    )


def _behind(pin: Pin, recorded: Mapping[str, Any]) -> str:
    """What stands behind a pin, as `pins.recorded` gives it, in words."""
    if not recorded:
        return str(display.UNKNOWN)
    said = {"value": display.text(pin.field, recorded["value"]), "source": recorded["source"]}
    return _("%(value)s (%(source)s)") % said


def _story(
    offering: Offering,
    name: str,
    heard: Iterable[_Heard],
    pin: PinStory | None,
    waiting: Change | None,
    now: datetime,
) -> FieldStory:
    origin = Provenance(offering.provenance.get(name, {}))
    published = name in offering.facts
    value = offering.facts.get(name)
    said = tuple(_statement(one, name, offering, now.date()) for one in heard if name in one.claim.values)
    return FieldStory(
        name=name,
        label=display.label(name, offering.facts),
        group=fields.field(name).group,
        is_published=published,
        value=value,
        text=display.text(name, value) if published else str(display.UNKNOWN),
        source=origin.source,
        quality=origin.quality,
        since=origin.since or "",
        policy=origin.policy,
        why=_why(origin, pin, published, said),
        statements=tuple(sorted(said, key=lambda one: (_SPOKEN_ORDER[one.verdict], one.source))),
        pin=pin,
        waiting=waiting,
        agreement=origin.agreement,
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
        is_aged=claim.is_aged(name, offering.provider_id, on),
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
    known = {
        anchor: fields.field(anchor).decode(offering.facts[anchor]) for anchor in anchors if anchor in offering.facts
    }
    return is_coherent(name, claim.values, known, on=on)


def _why(
    origin: Provenance,
    pin: PinStory | None,
    published: bool,
    statements: Collection[Statement],
) -> str:
    """One sentence on why the published value is what it is."""
    if pin is not None and not published:
        return _why_pinned(pin)
    if not published:
        heard = [said for said in statements if said.has_authority]
        if heard and all(said.verdict is Verdict.OTHER_LIST for said in heard):
            return _("Stated only by sources whose ordinary prices are not the published ones.")
        return _("Not published yet.") if heard else _("Nobody with authority over it states it.")
    if origin.source == PIN_SOURCE:
        return _why_pinned(pin)
    if not any(said.verdict is Verdict.WON and not said.dropped_since for said in statements):
        return _("%(source)s said so, and does not any more.") % {"source": origin.source}
    known = {
        Reason.ONLY_SOURCE: _("%(source)s says so, and is the only source that counts for it."),
        Reason.BEST_SOURCE_TYPE: _("%(source)s says so, and has the best source type."),
        Reason.INCUMBENT: _("%(source)s was there first, and no majority of equal sources says otherwise."),
        Reason.SAME_LIST: _("%(source)s states it beside the very ordinary prices that are published."),
        Reason.LATEST_MOVE: _("%(source)s was seen to move last, among sources of equal source type."),
        Reason.MAJORITY: _("%(source)s says so, and most independent sources agree."),
        Reason.PREFERRED: _("%(source)s says so, and is preferred among equals."),
        Reason.DERIVED: _("Derived by the registry's own rule (%(source)s)."),
    }
    sentence = next((said for word, said in known.items() if word.value == origin.reason), "%(source)s: %(reason)s")
    return sentence % {"source": origin.source, "reason": origin.reason}


def _why_pinned(pin: PinStory | None) -> str:
    if pin is None:
        return _("Pinned by a curator; the pin has been released since.")
    return _("Pinned by %(author)s on %(day)s, because: %(reason)s") % {
        "author": pin.pin.author.get_username(),
        "day": pin.pin.created_at.date().isoformat(),
        "reason": pin.pin.reason,
    }


_SPOKEN_ORDER: Final = {verdict: position for position, verdict in enumerate(Verdict)}


def by_group(stories: Iterable[FieldStory]) -> dict[str, list[FieldStory]]:
    """Stories under the titles of their groups, in order."""
    grouped: dict[str, list[FieldStory]] = defaultdict(list)
    for story in stories:
        grouped[str(display.GROUPS[story.group])].append(story)
    return dict(grouped)
