"""A pin and what stands behind it, as the admin and the API show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from curation.apply import pin_drift
from curation.apply.pin_drift import Behind, Drift
from curation.models import Pin
from registry import display


@dataclass(frozen=True)
class PinStory:
    """A pin, and what its sources say behind it."""

    pin: Pin
    sources: Behind
    now: datetime

    @property
    def text(self) -> str:
        """The pinned value in words."""
        return display.text(self.pin.field, self.pin.value)

    @property
    def is_expired(self) -> bool:
        """Whether it is over, and not ended yet by the schedule."""
        return self.pin.expires_at is not None and self.pin.expires_at <= self.now

    @property
    def drift(self) -> Drift:
        """How the sources stand to it."""
        return self.sources.drift

    @cached_property
    def states(self) -> tuple[pin_drift.State, ...]:
        """All that can be said of it, the most pressing first."""
        return pin_drift.states(self.pin, self.now, drift=self.drift)

    @property
    def official(self) -> tuple[str, ...]:
        """Official sources that contradict it."""
        return self.sources.official

    @cached_property
    def recorded(self) -> Mapping[str, Any]:
        """What the merge would give without it: value and source; empty where nobody states it."""
        return pin_drift.recorded(self.pin.field, self.sources.decision)

    @property
    def behind(self) -> str:
        """The same in words."""
        return self._in_words(self.recorded)

    @property
    def then(self) -> str:
        """What the sources gave when it was pinned, in words; "" where that is not recorded."""
        return "" if self.pin.behind_then is None else self._in_words(self.pin.behind_then)

    @property
    def has_moved(self) -> bool:
        """Whether the sources gave something else when it was pinned."""
        return bool(self.then) and self.then != self.behind

    @cached_property
    def factors(self) -> tuple[Decimal | None, Decimal | None]:
        """How far the sources stand from it, and from what they said when it was pinned."""
        return pin_drift.moved_by(self.pin, self.sources.decision, on=self.now.date())

    @property
    def from_pin(self) -> str:
        """How far the sources stand from the pin: `×3`, `+25 %`; "" where that has no meaning."""
        return display.movement(self.factors[0])

    @property
    def from_then(self) -> str:
        """How far they have moved since it was pinned."""
        return display.movement(self.factors[1])

    @property
    def why(self) -> str:
        """Who pinned it, and the reason."""
        return _("Pinned by %(author)s on %(day)s, because: %(reason)s") % {
            "author": self.pin.author.get_username(),
            "day": self.pin.created_at.date().isoformat(),
            "reason": self.pin.reason,
        }

    def _in_words(self, recorded: Mapping[str, Any]) -> str:
        if not recorded:
            return str(display.UNKNOWN)
        value = display.text(self.pin.field, recorded["value"])
        return _("%(value)s (%(source)s)") % {"value": value, "source": recorded["source"]}


def stories(pins: Collection[Pin], *, now: datetime) -> dict[int, PinStory]:
    """Those of the pins that are not released, by id, in as many queries for a hundred as for one."""
    held = [pin for pin in pins if pin.released_at is None]
    behind = pin_drift.behind_all(held, at=now)
    return {pin.pk: PinStory(pin, sources, now) for pin, sources in zip(held, behind, strict=True)}
