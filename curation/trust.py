"""Who is believed about what: the standing of sources and their authority over fields, as plain data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry import fields


class Standing(StrEnum):
    """How near to the facts a source is. Listed best first; the order is the law of the merge."""

    OFFICIAL = "official"
    MARKETPLACE = "marketplace"
    CATALOGUE = "catalogue"
    COMMUNITY = "community"
    ESTIMATE = "estimate"

    @property
    def rank(self) -> int:
        """0 is the best standing."""
        return _RANKS[self]


_RANKS: Final = {standing: rank for rank, standing in enumerate(Standing)}
EVERYTHING: Final = ("*",)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the merge needs to know of a source."""

    slug: str
    standing: Standing
    authority: tuple[str, ...] = EVERYTHING
    """Groups (`price`, `limit`, …) and field names it is an authority for; `*` for all."""
    speaks_for: str = ""
    """The provider whose own statement this is. About that provider's offerings its standing is official."""
    origin: str = ""
    """The source it copies, if it does: copies of one origin count as one voice."""
    preference: int = 100
    """Decides between sources that are equal in all else; lower first."""

    def is_authority_for(self, name: str) -> bool:
        return covers(self.authority, name)

    def standing_towards(self, provider: str) -> Standing:
        return Standing.OFFICIAL if self.speaks_for and self.speaks_for == provider else self.standing

    @property
    def voice(self) -> str:
        """Whose statement this really is, for counting independent agreement."""
        return self.origin or self.slug


def covers(authority: Collection[str], name: str) -> bool:
    """Whether a list of groups and field names includes the field."""
    return "*" in authority or name in authority or fields.field(name).group.value in authority


def check_authority(authority: Collection[str]) -> None:
    """Raises ValueError for a word that is neither a group nor a field, so that a slip fails where it was made."""
    groups = {group.value for group in fields.Group}
    for word in authority:
        if word != "*" and word not in groups:
            fields.field(word)
