"""What undoing a set of ledger entries would come to: which fields go back to what, and what stays and why.

Reads and decides nothing for good; `curation.undo` does it, and the admin shows it beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from curation.gather import chunks
from curation.merge import PIN_SOURCE, Reason
from curation.models import Pin
from registry import fields
from registry.models import LedgerEntry, Offering

#: Not published at all, which is something else than published as "there is none".
ABSENT: Final[Any] = object()

IS_NEW: Final = _("With this the offering became known; an offering is retired, not deleted.")
NEWER: Final = _("Something newer sits on top: what is published now is not what this entry wrote.")
PINNED: Final = _("The field is pinned; release the pin first.")
PINNED_SINCE: Final = _("The field was pinned anew since; release that pin first.")
PIN_OVER: Final = _("This was a pin, and it does not hold any more.")
PIN_EXPIRED: Final = _("The pin that held the earlier value has expired; pin the field again if it is still right.")
NO_MOVE: Final = _("These entries cancel each other out: the value is what it was before them.")
NOT_THERE: Final = _("The offering or the field is not known any more.")


@dataclass(frozen=True, slots=True)
class Step:
    """One field of one offering that can go back."""

    offering: str
    field: str
    entries: tuple[LedgerEntry, ...]
    """What is undone, newest first."""
    now: Any
    before: Any
    """The published value and the one it goes back to, in JSON form or `ABSENT`."""
    origin: LedgerEntry | None
    """The entry that had published the earlier value, when a source stated it."""
    release: Pin | None
    """The pin in force that is undone."""
    hold_again: Pin | None
    """The pin that held the earlier value."""


@dataclass(slots=True)
class Plan:
    """Everything that undoing would do, and what it would leave."""

    steps: list[Step] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Ledger entry and the reason, as a sentence."""

    @property
    def done(self) -> list[int]:
        return sorted(entry.pk for step in self.steps for entry in step.entries)


def select(
    *,
    batch: UUID | None = None,
    revision: int | None = None,
    entries: Collection[int] | None = None,
    actor_name: str = "",
    since: datetime | None = None,
) -> QuerySet[LedgerEntry]:
    """The ledger entries of one batch, one revision, one list, or one actor since a time. Give exactly one of them."""
    asked = [batch is not None, revision is not None, entries is not None, bool(actor_name)]
    if sum(asked) != 1 or bool(actor_name) != (since is not None):
        raise TypeError("give one of: batch, revision, entries, actor_name with since")
    found = LedgerEntry.objects.select_related("revision")
    if batch is not None:
        return found.filter(revision__batch=batch)
    if revision is not None:
        return found.filter(revision_id=revision)
    if entries is not None:
        return found.filter(pk__in=entries)
    return found.filter(actor=actor_name, revision__created_at__gte=since)


def plan(chosen: Iterable[LedgerEntry], *, at: datetime) -> Plan:
    """What undoing these entries at a time would do. Four queries for every 500 offerings."""
    by_offering: dict[str, dict[str, list[LedgerEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in sorted(chosen, key=lambda entry: entry.pk, reverse=True):
        by_offering[entry.offering_key][entry.field].append(entry)
    made = Plan()
    for keys in chunks(sorted(by_offering)):
        known = _Known(keys, {name for key in keys for name in by_offering[key]}, at)
        for key in keys:
            for name, entries in sorted(by_offering[key].items()):
                if step := _unwind((key, name), entries, known, made.skipped):
                    made.steps.append(step)
    return made


class _Known:
    """What is published about some offerings, how it came to be, and what is pinned."""

    def __init__(self, keys: Collection[str], names: Collection[str], at: datetime) -> None:
        self.at = at
        self.facts: dict[str, dict[str, Any]] = dict(Offering.objects.filter(key__in=keys).values_list("key", "facts"))
        self.history: dict[tuple[str, str], list[LedgerEntry]] = defaultdict(list)
        self.pins: dict[tuple[str, str], list[Pin]] = defaultdict(list)
        ledger = LedgerEntry.objects.filter(offering_key__in=keys)
        for entry in ledger.filter(field__in=names).order_by("id"):
            self.history[entry.offering_key, entry.field].append(entry)
        self.first: dict[str, int] = dict(
            ledger.order_by().values_list("offering_key").annotate(first=Min("revision_id"))
        )
        for pin in Pin.objects.filter(offering_key__in=keys, field__in=names).order_by("-created_at", "-id"):
            self.pins[pin.offering_key, pin.field].append(pin)

    def pin_in_force(self, place: tuple[str, str]) -> Pin | None:
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


def wrote(entry: LedgerEntry) -> Any:
    """What was published with an entry: a value, or `ABSENT`."""
    return ABSENT if entry.new is None and entry.reason == Reason.WITHDRAWN else entry.new


def _unwind(
    place: tuple[str, str], entries: list[LedgerEntry], known: _Known, skipped: list[tuple[int, str]]
) -> Step | None:
    key, name = place
    if key not in known.facts or not _is_field(name):
        skipped += ((entry.pk, str(NOT_THERE)) for entry in entries)
        return None
    now = value = known.facts[key].get(name, ABSENT)
    pin = known.pin_in_force(place)
    taken: list[LedgerEntry] = []
    for entry in entries:
        if why := _obstacle(entry, value, known, pin, is_first=not taken):
            skipped.append((entry.pk, str(why)))
        else:
            taken.append(entry)
            value = known.before(entry)
    if not taken:
        return None
    hold_again = _pin_before(taken[-1], value, pin, known)
    why = PIN_EXPIRED if hold_again and known.is_over(hold_again) else None
    if why is None and value == now and not pin and not hold_again:
        why = NO_MOVE
    if why:
        skipped += ((entry.pk, str(why)) for entry in taken)
        return None
    return Step(key, name, tuple(taken), now, value, _origin(taken[-1], value, known), pin, hold_again)


def _obstacle(entry: LedgerEntry, value: Any, known: _Known, pin: Pin | None, *, is_first: bool) -> Any:
    """Why an entry cannot be undone, None when it can. `value` is what is published once newer ones are undone."""
    if entry.revision_id == known.first.get(entry.offering_key):
        return IS_NEW
    if is_first and pin and entry.source != PIN_SOURCE:
        return PINNED
    if wrote(entry) != value:
        return NEWER
    if is_first and pin and pin.created_at > entry.revision.created_at:
        return PINNED_SINCE
    return PIN_OVER if is_first and not pin and entry.source == PIN_SOURCE else None


def _pin_before(oldest: LedgerEntry, value: Any, undone: Pin | None, known: _Known) -> Pin | None:
    """The pin that held the earlier value when the oldest of the entries replaced it."""
    then = oldest.revision.created_at
    for pin in known.pins[oldest.offering_key, oldest.field]:
        held_then = pin.created_at <= then and (pin.released_at is None or pin.released_at >= then)
        if pin is not undone and held_then and pin.value == value:
            return pin
    return None


def _origin(oldest: LedgerEntry, value: Any, known: _Known) -> LedgerEntry | None:
    """The last entry before these that published the value as a source's."""
    for entry in reversed(known.history[oldest.offering_key, oldest.field]):
        if entry.pk < oldest.pk and entry.source != PIN_SOURCE and wrote(entry) == value:
            return entry
    return None


def _is_field(name: str) -> bool:
    try:
        fields.field(name)
    except ValueError:
        return False
    return True
