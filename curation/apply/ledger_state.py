"""What undoing has to know: what is published, how it came to be, what is pinned, and what somebody did with pins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Min, Q

from curation.core.merge import PIN_SOURCE, Reason
from curation.core.policy import PIN_ENDED
from curation.models import Pin
from registry.domain import rates
from registry.models import LedgerEntry, Offering

#: Not published at all, which is something else than published as "there is none".
ABSENT: Final[Any] = object()

Place = tuple[str, str]
"""An offering and a field."""


def wrote(entry: LedgerEntry) -> Any:
    """What was published with an entry: a value, or `ABSENT`."""
    return ABSENT if entry.new is None and entry.reason == Reason.NO_LONGER_STATED else entry.new


def is_of_sources(entry: LedgerEntry) -> bool:
    """Whether an entry moved what sources state, and not only what a pin shows."""
    return entry.source != PIN_SOURCE and not entry.policy.startswith(PIN_ENDED)


class LedgerState:
    """What is published about some offerings, how it came to be, and what is pinned. Four queries.

    The history is that of these fields, and of all prices where one of them is a price: a list is looked at whole.
    """

    def __init__(self, keys: Collection[str], names: Collection[str], at: datetime) -> None:
        self.at = at
        self.facts: dict[str, dict[str, Any]] = dict(Offering.objects.filter(key__in=keys).values_list("key", "facts"))
        self.history: dict[Place, list[LedgerEntry]] = defaultdict(list)
        self.pins: dict[Place, list[Pin]] = defaultdict(list)
        self._names: dict[str, set[str]] = defaultdict(set)
        ledger = LedgerEntry.objects.filter(offering_key__in=keys).select_related("revision")
        wanted = Q(field__in=names)
        if any(name.startswith(rates.PREFIX) for name in names):
            wanted |= Q(field__startswith=rates.PREFIX)
        for entry in ledger.filter(wanted).order_by("id"):
            self.history[entry.offering_key, entry.field].append(entry)
            self._names[entry.offering_key].add(entry.field)
        self.first: dict[str, int] = dict(
            ledger.order_by().values_list("offering_key").annotate(first=Min("revision_id"))
        )
        for pin in Pin.objects.filter(offering_key__in=keys).order_by("-created_at", "-id"):
            self.pins[pin.offering_key, pin.field].append(pin)

    @property
    def ever_pinned(self) -> set[str]:
        """The offerings of which anything is or was pinned: what moved behind a pin is not in the ledger."""
        return {offering for offering, _name in self.pins}

    def names_of(self, offering: str) -> set[str]:
        """The fields of an offering of which the history is known."""
        return self._names[offering]

    def now(self, place: Place) -> Any:
        """The published value, or `ABSENT`."""
        return self.facts[place[0]].get(place[1], ABSENT)

    def pin_in_force(self, place: Place) -> Pin | None:
        held = (pin for pin in self.pins[place] if pin.released_at is None and not self.is_over(pin))
        return next(held, None)

    def is_over(self, pin: Pin) -> bool:
        return pin.expires_at is not None and pin.expires_at <= self.at

    def before(self, entry: LedgerEntry) -> Any:
        """What was published before an entry. Its old value alone does not tell "unknown" from "there is none"."""
        earlier = [one for one in self.history[entry.offering_key, entry.field] if one.pk < entry.pk]
        if earlier and earlier[-1].new == entry.old:
            return wrote(earlier[-1])
        return ABSENT if entry.old is None else entry.old

    def pin_at(self, place: Place, then: datetime, value: Any, *, other_than: Collection[Pin]) -> Pin | None:
        """The pin that held a value until a time, if it is none of those that are undone themselves."""
        for pin in self.pins[place]:
            held_then = pin.created_at <= then and (pin.released_at is None or pin.released_at >= then)
            if pin not in other_than and held_then and pin.value == value:
                return pin
        return None

    def origin(self, place: Place, value: Any, *, before: LedgerEntry | None = None) -> LedgerEntry | None:
        """The last entry (before another one) that published the value as a source's."""
        for entry in reversed(self.history[place]):
            is_earlier = before is None or entry.pk < before.pk
            if is_earlier and entry.source != PIN_SOURCE and wrote(entry) == value:
                return entry
        return None


@dataclass(slots=True)
class PinActs:
    """What one person since a time, or one batch, did with pins: also where no value moved, which the ledger omits."""

    made: list[Pin] = field(default_factory=list)
    released: list[Pin] = field(default_factory=list)
    """Newest first, as `made`. What was replaced by another pin was released by whoever pinned anew."""

    @property
    def places(self) -> set[Place]:
        return {(pin.offering_key, pin.field) for pin in (*self.made, *self.released)}

    @property
    def moments(self) -> list[datetime]:
        """When it was done."""
        return [pin.created_at for pin in self.made] + [pin.released_at for pin in self.released if pin.released_at]

    @property
    def began(self) -> datetime | None:
        """When the first of it was done; None where nothing was."""
        return min(self.moments, default=None)

    def by_place(self) -> dict[Place, PinActs]:
        found: dict[Place, PinActs] = defaultdict(PinActs)
        for pin in self.made:
            found[pin.offering_key, pin.field].made.append(pin)
        for pin in self.released:
            found[pin.offering_key, pin.field].released.append(pin)
        return found


def pin_acts(*, actor_name: str = "", since: datetime | None = None, batch: UUID | None = None) -> PinActs:
    """What a person did with pins since a time, or which pins a batch made. Two queries at most."""
    if batch is not None:
        return PinActs(_newest(Pin.objects.filter(batch=batch), "created_at"))
    if since is None:
        return PinActs()
    made = Pin.objects.filter(author__username=actor_name, created_at__gte=since)
    ended = Pin.objects.filter(released_by=actor_name, released_at__gte=since)
    return PinActs(_newest(made, "created_at"), _newest(ended, "released_at"))


def _newest(pins: Any, column: str) -> list[Pin]:
    found: Iterable[Pin] = pins.order_by(f"-{column}", "-id")
    return list(found)
