"""The drift of pins: what sources state behind each, whether that changed since, and which pins need attention.

The drift is stored on the row of the pin and updated whenever its offering is reconciled, so that lists, counts and the
dashboard need one query. Nothing here changes a pin or a value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, Q

from curation.apply.load import gather, published_states
from curation.core import diff
from curation.core.accepted import accepted
from curation.core.authority import SourceType
from curation.core.inputs import Inputs, PublishedState
from curation.core.merge import Decision, SourceClaim, merge
from curation.models import Pin
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.offering_ids import provider_of

Drift = Pin.Drift

EXPIRING_WITHIN: Final = timedelta(days=14)


class State(StrEnum):
    """States of a pin. A pin in force can have several at once."""

    CONTRADICTED = "contradicted"
    MOVED = "moved"
    AGREES = "agrees"
    REVIEW = "review"
    """Its review date has come."""
    EXPIRING = "expiring"
    EXPIRED = "expired"
    """Expired, and not released yet by the schedule."""
    HOLDING = "holding"
    """In force, and none of the above."""
    RELEASED = "released"


URGENT: Final = (State.CONTRADICTED, State.MOVED, State.AGREES, State.REVIEW, State.EXPIRING)
"""The states of a pin in force that need attention, most urgent first."""


# -- which pins are in which state ---------------------------------------------------------------------------------


def condition(state: State, now: datetime) -> Q:
    """The condition that selects the pins of a state."""
    over = Q(released_at__isnull=True, expires_at__lte=now)
    held = in_force(now)
    match state:
        case State.CONTRADICTED:
            return held & Q(drift=Drift.CONTRADICTED)
        case State.MOVED:
            return held & Q(drift=Drift.MOVED)
        case State.AGREES:
            return held & Q(drift=Drift.CAME_ROUND)
        case State.REVIEW:
            return held & Q(review_at__lte=now)
        case State.EXPIRING:
            return held & Q(expires_at__lte=now + EXPIRING_WITHIN)
        case State.EXPIRED:
            return over
        case State.RELEASED:
            return Q(released_at__isnull=False)
    quiet = Q(review_at__isnull=True) | Q(review_at__gt=now)
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=now + EXPIRING_WITHIN)
    silent = ~Q(drift__in=(Drift.CONTRADICTED, Drift.MOVED, Drift.CAME_ROUND))
    return held & quiet & lasting & silent


def in_force(now: datetime) -> Q:
    """The condition that selects the pins in force."""
    return Q(released_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def states(pin: Pin, now: datetime, *, drift: str | None = None) -> tuple[State, ...]:
    """All states of one pin, most urgent first. `drift` replaces the stored drift."""
    drift = pin.drift if drift is None else drift
    if pin.released_at is not None:
        return (State.RELEASED,)
    if pin.expires_at is not None and pin.expires_at <= now:
        return (State.EXPIRED,)
    current = [state for state, drift_of_state in _BY_DRIFT.items() if drift == drift_of_state]
    if pin.review_at is not None and pin.review_at <= now:
        current.append(State.REVIEW)
    if pin.expires_at is not None and pin.expires_at <= now + EXPIRING_WITHIN:
        current.append(State.EXPIRING)
    return tuple(current) or (State.HOLDING,)


def counts(now: datetime) -> dict[State, int]:
    """The number of pins in each state; a pin with two states counts in both. One query."""
    return counts_and_total(now)[0]


def counts_and_total(now: datetime) -> tuple[dict[State, int], int]:
    """The same, and how many are in force. One query."""
    aggregates = {state.value: Count("pk", filter=condition(state, now)) for state in State}
    totals = Pin.objects.aggregate(total=Count("pk", filter=in_force(now)), **aggregates)
    total = totals.pop("total")
    return {State(name): count for name, count in totals.items()}, total


_BY_DRIFT: Final = {
    State.CONTRADICTED: Drift.CONTRADICTED,
    State.MOVED: Drift.MOVED,
    State.AGREES: Drift.CAME_ROUND,
}


# -- what sources state behind a pin -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """What sources state about a pinned field."""

    drift: Pin.Drift
    decision: Decision | None
    """The decision without the pin; None where no source states the field."""
    official: tuple[str, ...] = ()
    """Official sources that state a different value than the pin."""


def behind(pin: Pin, claims: Iterable[SourceClaim], decided: Mapping[str, Decision], *, on: date) -> Behind:
    """What sources state behind a pin on a day, by their claims and the decisions `without_pins`. No query."""
    decision = decided.get(pin.field)
    pinned = fields.field(pin.field).decode(pin.value)
    if decision is None:
        return Behind(Drift.UNSTATED, None)
    if fields.agrees(pin.field, pinned, decision.value, on=on):
        return Behind(Drift.CAME_ROUND, decision)
    if official := _official(pin, pinned, claims, on):
        return Behind(Drift.CONTRADICTED, decision, official)
    return Behind(Drift.MOVED if _has_moved(pin, decision, on) else Drift.DIFFERS, decision)


def behind_all(chosen: Sequence[Pin], *, at: datetime, inputs: Mapping[str, Inputs] | None = None) -> list[Behind]:
    """The same for pins of any offerings, in their order. The number of queries does not depend on the number of pins;
    one merge for each offering. `inputs`: those of the offerings, where they are loaded already.
    """
    keys, on = {pin.offering_key for pin in chosen}, at.date()
    if not keys:
        return []
    loaded, states = gather(keys, at=at) if inputs is None else inputs, published_states(keys)
    decided = {key: without_pins(key, loaded[key].claims, states.get(key), on=on) for key in keys}
    return [behind(pin, loaded[pin.offering_key].claims, decided[pin.offering_key], on=on) for pin in chosen]


def without_pins(
    offering: str, claims: Sequence[SourceClaim], published: PublishedState | None, *, on: date
) -> dict[str, Decision]:
    """The merge decisions of an offering without pins, by field.

    The accepted values behind pins are incumbents like any other: a pin counts as moved when the value that its end
    would publish has changed.
    """
    base = accepted(published).incumbents() if published else {}
    return merge(provider_of(offering), claims, on=on, base=base).decided


def recorded(name: str, decision: Decision | None) -> dict[str, Any]:
    """The decision behind a pin, in the form of `Pin.behind_then`."""
    if decision is None:
        return {}
    return {"value": fields.field(name).encode(decision.value), "source": decision.source}


def moved_by(pin: Pin, decision: Decision | None, *, on: date) -> tuple[Decimal | None, Decimal | None]:
    """The factors between the sources' present value and the pinned one, and between it and their value at pinning.

    None where a factor is undefined or unknown.
    """
    if decision is None:
        return None, None
    now = {pin.field: decision}
    then = pin.behind_then.get("value") if pin.behind_then else None
    from_pin = _factor(pin, pin.value, now, on)
    return from_pin, _factor(pin, then, now, on) if then is not None else None


def _factor(pin: Pin, base: fields.Json, now: Mapping[str, Decision], on: date) -> Decimal | None:
    changes = diff.diff(pin.offering_key, {pin.field: base}, now, on=on)
    return changes[0].factor if changes else None


def _official(pin: Pin, pinned: Any, claims: Iterable[SourceClaim], on: date) -> tuple[str, ...]:
    """The official sources that contradict a pin. A different wording of a text is no contradiction."""
    provider, declared = provider_of(pin.offering_key), fields.field(pin.field)
    if declared.group is fields.Group.TEXT or pin.field == "name":
        return ()
    return tuple(
        claim.source.slug
        for claim in claims
        if pin.field in claim.values
        and claim.source.is_authority_for(pin.field)
        and claim.source_type(pin.field, provider) is SourceType.OFFICIAL
        and not fields.agrees(pin.field, pinned, claim.values[pin.field], on=on)
    )


def _has_moved(pin: Pin, decision: Decision, on: date) -> bool:
    """Whether the sources' value has changed since pinning. False where the earlier value was not recorded."""
    if pin.behind_then is None:
        return False
    if not pin.behind_then:
        return True
    then = fields.field(pin.field).decode(pin.behind_then["value"])
    return not fields.agrees(pin.field, then, decision.value, on=on)


# -- keeping it up to date -----------------------------------------------------------------------------------------


def start(new_pins: Collection[Pin], *, at: datetime) -> None:
    """Sets on new pins what sources state behind them, without saving."""
    for pin, behind_pin in zip(new_pins, behind_all(list(new_pins), at=at), strict=True):
        pin.behind_then = recorded(pin.field, behind_pin.decision)
        pin.drift, pin.drift_since = behind_pin.drift, at


def start_all(new_pins: Collection[Pin], *, at: datetime) -> None:
    """The same for saved pins; saves them."""
    start(new_pins, at=at)
    Pin.objects.bulk_update(new_pins, ["behind_then", "drift", "drift_since"], batch_size=200)


def note(inputs: Mapping[str, Inputs], *, at: datetime) -> int:
    """Updates the stored drift of the pins of offerings, after the decisions about them are published. Returns the rows
    written.

    Three queries for each chunk of pinned offerings, none where nothing is pinned.
    """
    pinned = sorted(key for key, of_offering in inputs.items() if of_offering.pins)
    drifted = []
    for chunk in chunks(pinned):
        held = list(Pin.objects.filter(offering_key__in=chunk, released_at__isnull=True))
        for pin, behind_pin in zip(held, behind_all(held, at=at, inputs=inputs), strict=True):
            if behind_pin.drift != pin.drift:
                pin.drift, pin.drift_since = behind_pin.drift, at
                drifted.append(pin)
    Pin.objects.bulk_update(drifted, ["drift", "drift_since"], batch_size=500)
    return len(drifted)


def note_all(*, at: datetime) -> int:
    """The same for every pin in force, since drift also changes with time alone. For the schedule."""
    keys: Collection[str] = set(Pin.objects.filter(in_force(at)).values_list("offering_key", flat=True))
    return note(gather(keys, at=at), at=at) if keys else 0
