"""Source types, how statements age, and the authority of sources over fields, as plain data. Pure.

A statement that is not confirmed any more loses weight. A source that is not official ranks like one of the next lower
source type when it has not been read well for `UNCONFIRMED_AFTER` although `SILENT_AFTER` readings were tried, or when
the date of its own statement is more than `OUTDATED_AFTER` ago. A statement that has been the same for years does not
age while the source is read and still makes it. An official statement ages only by a date of its own, that of a copy
which came with the installation: after `COPY_OUTDATED_AFTER` it ranks with catalogues, which are read now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from registry.domain import fields


class SourceType(StrEnum):
    """How near to the facts a source is. Listed best first; the merge ranks by this order."""

    OFFICIAL = "official"
    MARKETPLACE = "marketplace"
    CATALOGUE = "catalogue"
    COMMUNITY = "community"
    ESTIMATE = "estimate"

    @property
    def rank(self) -> int:
        """0 is the best source type."""
        return _RANKS[self]


_RANKS: Final = {source_type: rank for rank, source_type in enumerate(SourceType)}

UNCONFIRMED_AFTER: Final = timedelta(days=14)
"""How long a source may be silent before its statements lose weight."""
SILENT_AFTER: Final = 3
"""How many readings of it must have failed since."""
OUTDATED_AFTER: Final = timedelta(days=180)
"""How old a statement may be, by the source's own date, before it loses weight."""
COPY_OUTDATED_AFTER: Final = timedelta(days=30)
"""The same of an official statement: prices of a page that nobody has looked at for so long may have changed."""


def is_aged(source_type: SourceType, *, confirmed_on: date | None, as_of: date | None, on: date, failures: int) -> bool:
    """Whether a statement has lost weight by the day. A statement of unknown age has not.

    `failures`: readings of the source that failed since the last good one. A source that was never tried is not silent.
    """
    if source_type is SourceType.OFFICIAL:
        return as_of is not None and on - as_of > COPY_OUTDATED_AFTER
    silent = confirmed_on is not None and on - confirmed_on > UNCONFIRMED_AFTER and failures >= SILENT_AFTER
    return silent or (as_of is not None and on - as_of > OUTDATED_AFTER)


def weight(source_type: SourceType, *, aged: bool) -> int:
    """The rank by which statements are compared, lower is better: an aged one ranks with the next lower source type.

    An aged official one ranks with catalogues. Nothing that a source states ranks as low as an estimate.
    """
    if aged and source_type is SourceType.OFFICIAL:
        return 2 * SourceType.CATALOGUE.rank
    lowest = 2 * SourceType.ESTIMATE.rank - 1
    if source_type is SourceType.ESTIMATE:
        return lowest + 1
    return min(2 * (source_type.rank + aged), lowest)


EVERYTHING: Final = ("*",)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the merge needs to know of a source."""

    slug: str
    source_type: SourceType
    authority: tuple[str, ...] = EVERYTHING
    """Groups (`price`, `limit`, …) and field names it is an authority for; `*` for all."""
    speaks_for: str = ""
    """The provider whose own statement this is. About that provider's offerings its source type is official."""
    origin: str = ""
    """The source it copies, if it does: copies of one origin count as one."""
    preference: int = 100
    """Decides between sources that are equal in all else; lower first."""
    failed_readings: int = 0
    """Readings that failed since the last good one."""

    def is_authority_for(self, name: str) -> bool:
        """Whether its statements on a field take part in the merge."""
        return covers(self.authority, name)

    def source_type_towards(self, provider: str) -> SourceType:
        """Its source type for offerings of a provider: official where it speaks for that provider."""
        return SourceType.OFFICIAL if self.speaks_for and self.speaks_for == provider else self.source_type

    @property
    def counted_as(self) -> str:
        """What it is counted as where independent sources are counted: a copy as its origin, else see `own_origin`."""
        return self.origin or self.own_origin

    @property
    def own_origin(self) -> str:
        """What it is counted as where it copies nobody: all sources of a provider are one."""
        return f"provider:{self.speaks_for}" if self.speaks_for else self.slug


def origins(sources: Mapping[str, SourceFacts]) -> dict[str, str]:
    """Source → what it is counted as: copies of copies as their origin, those that copy each other as one.

    A name that is no source's, such as an origin that was never read, is counted as itself.
    """
    return {slug: _origin_of(slug, sources) for slug in sources}


def _origin_of(slug: str, sources: Mapping[str, SourceFacts]) -> str:
    passed: list[str] = []
    while slug in sources and sources[slug].origin and slug not in passed:
        passed.append(slug)
        slug = sources[slug].origin
    if slug in passed:
        return min(passed[passed.index(slug) :])
    return sources[slug].own_origin if slug in sources else slug


def covers(authority: Collection[str], name: str) -> bool:
    """Whether a list of groups and field names includes the field."""
    return "*" in authority or name in authority or fields.field(name).group.value in authority


def check_authority(authority: Collection[str]) -> None:
    """Raises ValueError for a word that is neither a group nor a field, so that it fails where it was written."""
    groups = {group.value for group in fields.Group}
    for word in authority:
        if word != "*" and word not in groups:
            fields.field(word)
