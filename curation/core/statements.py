"""What a source states about an offering, and what was decided: the plain values of the merge. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Generic, NamedTuple, TypeVar

from curation.core.authority import SourceFacts, SourceType, is_aged
from registry.domain.fields import Value
from registry.domain.provenance import Quality
from registry.domain.rates import PriceLine

Prices = Mapping[str, Value]
"""The prices of one list, by field."""
V = TypeVar("V")
"""The value of one field, or the prices of one list."""

PIN_SOURCE: Final = "pin"
DERIVING_SOURCE: Final = "identity"


class Reason(StrEnum):
    """Why a value won. Shown in the admin and the API, so the words are part of the contract."""

    PINNED = "pinned"
    ONLY_SOURCE = "only source"
    BEST_SOURCE_TYPE = "best source type"
    INCUMBENT = "incumbent"
    """Its source leads the accepted value, and no majority of equals states another."""
    MAJORITY = "most independent sources"
    SAME_LIST = "same list"
    """A rate that another source adds, whose ordinary prices are those of the lead."""
    LATEST_MOVE = "latest move"
    """Its own statement moved last, of those that are equal in all else."""
    PREFERRED = "preferred source"
    DERIVED = "derived"
    NO_LONGER_STATED = "no longer stated"
    """Nobody states it any more; the proposal is to publish nothing."""


class Listing(StrEnum):
    """Whether a source lists the offering."""

    LISTED = "listed"
    MISSING = "missing"
    """Not in its last readings, and may come back (`curation.apply.delisting`). Keeps its seat, is not counted."""
    GONE = "gone"
    """Delisted. Its statements take no part any more."""


@dataclass(frozen=True, slots=True)
class PastMove:
    """A source was seen to move its own statement: it stated `value` until `on`."""

    value: Value
    on: date


class Heard(NamedTuple):
    """How the statement of a source on one field is weighed."""

    source_type: SourceType
    is_aged: bool
    """Whether it has lost weight, since it is not confirmed any more."""
    counts: bool
    """Whether it is counted: the source lists the offering, calls it no estimate, and still confirms it."""


@dataclass(frozen=True, slots=True)
class SourceClaim:
    """What one source states about the offering in question, as the merge sees it."""

    source: SourceFacts
    values: Mapping[str, Value]
    since: Mapping[str, date] = field(default_factory=dict)
    """Per field, the day since when the source has said so."""
    as_of: date | None = None
    """The source's own date of its statement; used where `since` has no day; it never makes a claim newer."""
    estimates: frozenset[str] = frozenset()
    origin: str = ""
    """The source that this statement was taken from, when it is not the source's own."""
    confirmed_on: date | None = None
    """The day on which the source was last read well and still said so; None where that is not known."""
    unreadable: Mapping[str, date] = field(default_factory=dict)
    """Field → the last day on which it could be read; what the source stated then holds until it can be read again."""
    listing: Listing = Listing.LISTED
    moves: Mapping[str, tuple[PastMove, ...]] = field(default_factory=dict)
    """Per field, what the source stated before it was seen to move, the last move last."""
    dropped: frozenset[str] = frozenset()
    """Fields that the source stated in its last readings and states no longer: they keep their seat for a while."""
    repeats_base: bool = False
    """Whether its prices are exactly those that it states for the base offering (the same without region)."""

    @property
    def counted_as(self) -> str:
        """What it is counted as where independent sources are counted."""
        return self.origin or self.source.counted_as

    @property
    def is_copy(self) -> bool:
        """Whether it was taken from another source."""
        return self.counted_as not in (self.source.slug, self.source.own_origin)

    def stated_on(self, name: str) -> date:
        """The day since when it states a field, by its own date where that is earlier; `date.min` where unknown."""
        since = self.since.get(name, date.min)
        return min(since, self.as_of) if self.as_of and since != date.min else self.as_of or since

    def source_type(self, name: str, provider: str) -> SourceType:
        """The source type by which its statement on a field counts for offerings of a provider."""
        return SourceType.ESTIMATE if name in self.estimates else self.source.source_type_towards(provider)

    def heard(self, name: str, provider: str, on: date) -> Heard:
        """How its statement on a field is weighed on a day for offerings of a provider."""
        source_type = self.source_type(name, provider)
        aged = is_aged(
            self.source.source_type_towards(provider),
            confirmed_on=self.unreadable.get(name, self.confirmed_on),
            as_of=self.as_of,
            on=on,
            failures=self.source.failed_readings,
        )
        is_stated = self.listing is Listing.LISTED and name not in self.unreadable and name not in self.dropped
        return Heard(source_type, aged, is_stated and not aged and source_type is not SourceType.ESTIMATE)


@dataclass(frozen=True, slots=True)
class PinnedValue:
    """A pin in force."""

    value: Value
    has_evidence: bool = False
    author: str = ""
    pinned_on: date = date.min


@dataclass(frozen=True, slots=True)
class Accepted(Generic[V]):
    """A value (or a price list) as it was accepted before, and the source that it was accepted from: the incumbent."""

    value: V
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one field, and why."""

    value: Value
    source: str
    reason: Reason
    quality: Quality
    stated_on: date | None
    agreeing: tuple[str, ...] = ()
    """Other sources that state the same; copies of one origin are all named here, but counted once for quality."""
    disagreeing: tuple[str, ...] = ()
    """Sources with authority over the field that state something else."""
    agree: int = 1
    """How many independent sources state the value: copies of one origin are one."""
    of: int = 1
    """How many independent sources state anything about the field."""
    contested_by: Decimal | None = None
    """Where equals state something else, without majority or incumbent: how far they are apart, as a factor. None where
    nobody contests it."""
    firm: PriceLine | None = None
    """Of a price line with an announced start that is not firm: the line without that start. None where all of it is
    firm."""
    is_unconfirmed: bool = False
    """Whether today's price began since its source was last heard to announce it."""
    announced: tuple[tuple[str, PriceLine], ...] = ()
    """Who announces a price of a later day that is not accepted, and what."""
    far_from: Decimal | None = None
    """The largest factor between this price and what sources of a lower rank state. Used for first statements."""
    heard_since: date | None = None
    """Of an incumbent, the first day on which it was read to state this: a start since then was announced."""

    @classmethod
    def of_value(cls, value: Value, source: str = "", reason: Reason = Reason.ONLY_SOURCE) -> Decision:
        """A decision of which only the value, and perhaps its source, is known."""
        return cls(value, source, reason, Quality.UNKNOWN, None)


NOBODY: Final = Decision(None, "", Reason.NO_LONGER_STATED, Quality.UNKNOWN, None)
"""The decision on a field that nobody states any more: to publish nothing."""
