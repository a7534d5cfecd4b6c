"""The inputs of a decision: claims, pins, published values, what waits for a person, what was rejected.

Pure. `curation.apply.load` and `curation.apply.proposals` read these values from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from curation.core.authority import SourceFacts, SourceType
from curation.core.diff import Change
from curation.core.parts import Part, Refusal, refusals
from curation.core.policy import Rule
from curation.core.statements import DERIVING_SOURCE, PinnedValue, SourceClaim
from registry.domain import fields
from registry.domain.fields import Value
from registry.domain.offering_ids import OfferingId
from registry.domain.provenance import AccountedValue, Provenance
from registry.identity import affixes
from registry.identity.normalise import identify
from registry.quality import FactSheet, claim_sheet

#: The rules of identity take part in the merge like a source: they read what an id says. Others are preferred.
IDENTITY: Final = SourceFacts(DERIVING_SOURCE, SourceType.ESTIMATE, authority=("model", "variants"), preference=1000)


@dataclass(slots=True)
class Inputs:
    """The claims, pins and aliases of one offering, and whether it is listed."""

    claims: list[SourceClaim] = field(default_factory=list)
    pins: dict[str, PinnedValue] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """Other name → the source that states it: a curator, else the best source type of those that do."""
    missing_since: datetime | None = None
    """Since when no source lists the offering any more; None while one does, or may again."""
    not_seen_since: datetime | None = None
    """Since when no source has listed it, while that is too short to call it delisted."""

    @property
    def pinned(self) -> dict[str, fields.Json]:
        """The values of the pins in force, by field, in canonical JSON form."""
        return {name: fields.field(name).encode(pin.value) for name, pin in self.pins.items()}

    def rivals(self, sources: Collection[str], *, on: date) -> list[FactSheet]:
        """What sources other than these state about the offering, one fact sheet for each."""
        return [
            claim_sheet(f"source:{c.counted_as}", c.values, on=on) for c in self.claims if c.source.slug not in sources
        ]


@dataclass(frozen=True, slots=True)
class PublishedState:
    """The published side of one offering."""

    facts: Mapping[str, fields.Json]
    provenance: Mapping[str, Provenance]
    missing_since: datetime | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other name → the source that states it."""
    created_at: datetime | None = None
    """When it was published first."""
    not_seen_since: datetime | None = None
    behind: Mapping[str, AccountedValue | None] = field(default_factory=dict)
    """Pinned field → what was accepted behind the pin, None where nothing was."""
    updated_at: datetime | None = None
    """When a value of it moved last."""

    @property
    def pinned(self) -> set[str]:
        """The fields of which a pin is published."""
        return {name for name, account in self.provenance.items() if account.is_pinned}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit that waits for a person."""

    fingerprint: str
    parts: tuple[Part, ...] = ()
    held_by: Mapping[str, str] = field(default_factory=dict)
    """Field → the policy that holds it."""
    apply_after: datetime | None = None
    postponed_until: datetime | None = None
    since: datetime | None = None

    def policy_of(self, change: Change) -> str:
        """The policy that holds this very change of a field; "" where another value or source waits, or none."""
        proposed = Part.of(change)
        same = any(part.means(proposed) for part in self.parts)
        return self.held_by.get(change.field, "") if same else ""

    def is_due(self, at: datetime) -> bool:
        """Whether its delayed apply is due. A change that a person postponed waits for a person."""
        return self.apply_after is not None and self.apply_after <= at and self.postponed_until is None


@dataclass(frozen=True, slots=True)
class Opening:
    """What changes are measured against, where that is not what is published now."""

    before: Mapping[str, AccountedValue | None] = field(default_factory=dict)
    """What moved by itself since the day began, or since a person last decided if that is later: field → what it was
    then. Automatic changes of a day are measured against that, whatever the order of readings."""
    was_new: bool = False
    """Whether it was published within this day, automatically: then nothing was accepted when the day began."""


AS_PUBLISHED: Final = Opening()


@dataclass(frozen=True, slots=True)
class Base:
    """What is published of one offering, what waits and what was rejected, before anything is decided."""

    published: PublishedState | None = None
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    """Unit → what waits of it."""
    rejected: Mapping[Refusal, str] = field(default_factory=dict)
    """What was rejected → who rejected it, and on which day, in words."""
    opening: Opening = AS_PUBLISHED

    def was_rejected(self, parts: Sequence[Part]) -> bool:
        """Whether a person rejected a value that is in it: such a list is not proposed again."""
        return bool(self.rejected) and any(refusal in self.rejected for refusal in refusals(parts))


NOTHING: Final = Base()


def derive_identity(key: str) -> SourceClaim | None:
    """What the rules of identity read from an offering's id, as a claim: the model and its variants."""
    provider, native_id = OfferingId.of(key)
    values: dict[str, Value] = {}
    if identity := identify(provider, native_id):
        values["model"] = identity.key
    if variants := affixes.parse(provider, native_id).variants:
        values["variants"] = variants
    return SourceClaim(IDENTITY, values) if values else None


def base_offering(key: str) -> str | None:
    """The base offering of a regional one: of the same provider, its id without the region, such as `us.` at Bedrock.

    None for an offering without region.
    """
    provider, native_id = OfferingId.of(key)
    place = affixes.geography(provider, native_id)
    return f"{provider}/{native_id.removeprefix(place)}" if place else None


def regional_offerings(key: str) -> list[str]:
    """The offerings of which this may be the base offering: see `base_offering`."""
    provider, native_id = OfferingId.of(key)
    return [f"{provider}/{regional_id}" for regional_id in affixes.regional_ids(provider, native_id)]


Siblings = Mapping[str, Sequence[FactSheet]]
"""Published offerings by model."""
MonthAgo = Mapping[str, Mapping[str, fields.Json]]
"""Offering → field → its value of 30 days ago, or of when a person last decided if that is later, where known."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What is loaded when policies and rules of quality are asked: not where a person approves all that moves."""

    rules: Callable[[], Sequence[Rule]]
    """The enabled policies, in their order."""
    siblings: Callable[[Collection[str]], Siblings]
    """The published offerings of these models."""
    month_ago: Callable[[], MonthAgo] = dict
