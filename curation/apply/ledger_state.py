"""The state that an undo needs: published values, their ledger entries, pins, and what people did with pins."""

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

#: Not published at all. A published None says that there is none.
ABSENT: Final[Any] = object()

Place = tuple[str, str]
"""An offering and a field."""


def wrote(entry: LedgerEntry) -> Any:
    """What was published with an entry: a value, or `ABSENT`."""
    return ABSENT if entry.new is None and entry.reason == Reason.NO_LONGER_STATED else entry.new


def is_of_sources(entry: LedgerEntry) -> bool:
    """Whether an entry changed an accepted value, and not only a pinned one."""
    return entry.source != PIN_SOURCE and not entry.policy.startswith(PIN_ENDED)


class LedgerState:
    """What is published about some offerings, by which ledger entries, and what is pinned. Four queries.

    The history is that of these fields, and of all prices where one of them is a price, since a price list is one unit.
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
        """The offerings with a present or past pin. Changes behind a pin are not in the ledger."""
        return {offering for offering, _name in self.pins}

    def names_of(self, offering: str) -> set[str]:
        """The fields of an offering that have ledger entries here."""
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
        earlier = [other for other in self.history[entry.offering_key, entry.field] if other.pk < entry.pk]
        if earlier and earlier[-1].new == entry.old:
            return wrote(earlier[-1])
        return ABSENT if entry.old is None else entry.old

    def pin_at(self, place: Place, then: datetime, value: Any, *, other_than: Collection[Pin]) -> Pin | None:
        """The pin that set a value until a time, except those that are undone themselves."""
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
    """The pins that a person since a time, or a batch, made and released. The ledger omits those that move no value."""

    made: list[Pin] = field(default_factory=list)
    released: list[Pin] = field(default_factory=list)
    """Newest first, as `made`. A pin that another one replaced was released by whoever made that one."""

    @property
    def places(self) -> set[Place]:
        return {(pin.offering_key, pin.field) for pin in (*self.made, *self.released)}

    @property
    def times(self) -> list[datetime]:
        """The times at which pins were made or released."""
        return [pin.created_at for pin in self.made] + [pin.released_at for pin in self.released if pin.released_at]

    @property
    def began(self) -> datetime | None:
        """The first of these times; None where there is none."""
        return min(self.times, default=None)

    def by_place(self) -> dict[Place, PinActs]:
        acts: dict[Place, PinActs] = defaultdict(PinActs)
        for pin in self.made:
            acts[pin.offering_key, pin.field].made.append(pin)
        for pin in self.released:
            acts[pin.offering_key, pin.field].released.append(pin)
        return acts


def pin_acts(*, actor_name: str = "", since: datetime | None = None, batch: UUID | None = None) -> PinActs:
    """The pins that a person made and released since a time, or that a batch made. At most two queries."""
    if batch is not None:
        return PinActs(_newest(Pin.objects.filter(batch=batch), "created_at"))
    if since is None:
        return PinActs()
    created = Pin.objects.filter(author__username=actor_name, created_at__gte=since)
    ended = Pin.objects.filter(released_by=actor_name, released_at__gte=since)
    return PinActs(_newest(created, "created_at"), _newest(ended, "released_at"))


def _newest(pins: Any, column: str) -> list[Pin]:
    newest: Iterable[Pin] = pins.order_by(f"-{column}", "-id")
    return list(newest)
