"""What conditions may ask about besides the change itself: the type of the source, the quality of the published value,
the age of the offering. Plain values, kept with every held change, so that a backtest can judge it again. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.domain.fields import Json


@dataclass(frozen=True, slots=True)
class PolicyContext:
    """The context of one change. None means unknown, and meets no condition about it."""

    source_type: str | None = None
    """The type of the new value's source towards the offering's provider; "" for a value that nobody states."""
    quality: str | None = None
    """The quality of the published value, `unknown` where nothing is published."""
    age_days: int | None = None
    """How long the offering has been published."""
    held_by: str = ""
    """The policy that holds this change already."""
    is_due: bool = False
    """Whether its delayed apply under that policy is due: the time has passed, and nobody objected."""
    one_way: bool | None = None
    """Whether all prices of the unit that move go up, or all go down, none becoming free or of another kind."""
    corroboration_is_known: bool = True
    """Whether `Change.corroboration` was counted; history does not keep it."""
    policy: str = ""
    """The name of the policy that asks, where it counts changes."""
    count: int | None = None
    """Changes of the same source in the same run that meet all other conditions of the policy that asks."""

    def as_json(self, corroboration: int) -> dict[str, Json]:
        """As a held change keeps it."""
        data = {
            "source_type": self.source_type,
            "quality": self.quality,
            "age_days": self.age_days,
            "corroboration": corroboration,
        }
        return data if self.one_way is None else data | {"one_way": self.one_way}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> PolicyContext:
        """The context of a held change; what was not kept is unknown."""
        return cls(
            data.get("source_type"),
            data.get("quality"),
            data.get("age_days"),
            one_way=data.get("one_way"),
            corroboration_is_known="corroboration" in data,
        )


NOTHING_KNOWN: Final = PolicyContext()
