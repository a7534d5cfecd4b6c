"""How pins stand: what the sources say behind each, whether that moved since it was pinned, and which ask for somebody.

What stands behind a pin is kept on its row, and brought up to date whenever the claims about its offering are
reconciled, so that lists, counts and the dashboard ask the database once. Nothing in here moves a pin or a value.
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
    """What can be said of a pin; of one that is in force, several may hold at once."""

    CONTRADICTED = "contradicted"
    MOVED = "moved"
    AGREES = "agrees"
    REVIEW = "review"
    """Its review date has come."""
    EXPIRING = "expiring"
    EXPIRED = "expired"
    """Over, and not ended yet by the schedule."""
    HOLDING = "holding"
    """In force, and nothing to be said of it."""
    RELEASED = "released"


URGENT: Final = (State.CONTRADICTED, State.MOVED, State.AGREES, State.REVIEW, State.EXPIRING)
"""What asks for somebody while a pin is in force, the most pressing first."""


# -- which pins are in which state ---------------------------------------------------------------------------------


def condition(state: State, now: datetime) -> Q:
    """What the pins of a state are selected by."""
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
    """What the pins that hold are selected by."""
    return Q(released_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def states(pin: Pin, now: datetime, *, drift: str | None = None) -> tuple[State, ...]:
    """All states of one pin, the most pressing first. `drift` stands in for what is kept on the row."""
    drift = pin.drift if drift is None else drift
    if pin.released_at is not None:
        return (State.RELEASED,)
    if pin.expires_at is not None and pin.expires_at <= now:
        return (State.EXPIRED,)
    found = [state for state, said in _BY_DRIFT.items() if drift == said]
    if pin.review_at is not None and pin.review_at <= now:
        found.append(State.REVIEW)
    if pin.expires_at is not None and pin.expires_at <= now + EXPIRING_WITHIN:
        found.append(State.EXPIRING)
    return tuple(found) or (State.HOLDING,)


def counts(now: datetime) -> dict[State, int]:
    """How many pins are in each state, those in force that are in two counted in both. One query."""
    return counts_and_total(now)[0]


def counts_and_total(now: datetime) -> tuple[dict[State, int], int]:
    """The same, and how many are in force. One query."""
    asked = {state.value: Count("pk", filter=condition(state, now)) for state in State}
    found = Pin.objects.aggregate(total=Count("pk", filter=in_force(now)), **asked)
    total = found.pop("total")
    return {State(name): count for name, count in found.items()}, total


_BY_DRIFT: Final = {
    State.CONTRADICTED: Drift.CONTRADICTED,
    State.MOVED: Drift.MOVED,
    State.AGREES: Drift.CAME_ROUND,
}


# -- what stands behind a pin --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """What the sources say about a pinned field."""

    drift: Pin.Drift
    decision: Decision | None
    """What would be decided without the pin; None where no source states it."""
    official: tuple[str, ...] = ()
    """Official sources that state something else than the pin."""


def behind(pin: Pin, claims: Iterable[SourceClaim], decided: Mapping[str, Decision], *, on: date) -> Behind:
    """What the sources say behind a pin on a day, by their claims and what these come to (`without_pins`). No query."""
    found = decided.get(pin.field)
    pinned = fields.field(pin.field).decode(pin.value)
    if found is None:
        return Behind(Drift.UNSTATED, None)
    if fields.agrees(pin.field, pinned, found.value, on=on):
        return Behind(Drift.CAME_ROUND, found)
    if official := _official(pin, pinned, claims, on):
        return Behind(Drift.CONTRADICTED, found, official)
    return Behind(Drift.MOVED if _has_moved(pin, found, on) else Drift.DIFFERS, found)


def behind_all(chosen: Sequence[Pin], *, at: datetime, inputs: Mapping[str, Inputs] | None = None) -> list[Behind]:
    """The same of pins of any offerings, in their order. As many queries for a hundred as for one, and one merge for
    each offering. `inputs` is what is known of the offerings already.
    """
    keys, on = {pin.offering_key for pin in chosen}, at.date()
    if not keys:
        return []
    known, states = gather(keys, at=at) if inputs is None else inputs, published_states(keys)
    decided = {key: without_pins(key, known[key].claims, states.get(key), on=on) for key in keys}
    return [behind(pin, known[pin.offering_key].claims, decided[pin.offering_key], on=on) for pin in chosen]


def without_pins(
    offering: str, claims: Sequence[SourceClaim], published: PublishedState | None, *, on: date
) -> dict[str, Decision]:
    """What the merge decides of an offering where nothing is pinned, by field.

    What was accepted behind a pin has its seat like any other value: a pin has moved when what its end would bring has.
    """
    base = accepted(published).incumbents() if published else {}
    return merge(provider_of(offering), claims, on=on, base=base).decided


def recorded(name: str, decision: Decision | None) -> dict[str, Any]:
    """What stands behind a field, as `Pin.behind_then` keeps it."""
    if decision is None:
        return {}
    return {"value": fields.field(name).encode(decision.value), "source": decision.source}


def moved_by(pin: Pin, decision: Decision | None, *, on: date) -> tuple[Decimal | None, Decimal | None]:
    """How far the sources stand from the pinned value, and from what they said when it was pinned, as factors.

    None where a factor has no meaning or is not known.
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
    """Who contradicts it officially. Wording is no contradiction."""
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


def _has_moved(pin: Pin, found: Decision, on: date) -> bool:
    """Whether the sources say something else than when it was pinned. What was not recorded is not known to have."""
    if pin.behind_then is None:
        return False
    if not pin.behind_then:
        return True
    then = fields.field(pin.field).decode(pin.behind_then["value"])
    return not fields.agrees(pin.field, then, found.value, on=on)


# -- keeping it up to date -----------------------------------------------------------------------------------------


def start(made: Collection[Pin], *, at: datetime) -> None:
    """Notes on pins of this moment what stands behind them. Saves nothing."""
    for pin, found in zip(made, behind_all(list(made), at=at), strict=True):
        pin.behind_then = recorded(pin.field, found.decision)
        pin.drift, pin.drift_since = found.drift, at


def start_all(made: Collection[Pin], *, at: datetime) -> None:
    """The same for pins that are saved already, and saves it."""
    start(made, at=at)
    Pin.objects.bulk_update(made, ["behind_then", "drift", "drift_since"], batch_size=200)


def note(inputs: Mapping[str, Inputs], *, at: datetime) -> int:
    """Brings what is kept of the pins of some offerings up to date, once what was decided about them is published.
    Returns the rows written.

    Three queries for each chunk of pinned offerings, none where nothing is pinned.
    """
    pinned = sorted(key for key, known in inputs.items() if known.pins)
    moved = []
    for chunk in chunks(pinned):
        held = list(Pin.objects.filter(offering_key__in=chunk, released_at__isnull=True))
        for pin, found in zip(held, behind_all(held, at=at, inputs=inputs), strict=True):
            if found.drift != pin.drift:
                pin.drift, pin.drift_since = found.drift, at
                moved.append(pin)
    Pin.objects.bulk_update(moved, ["drift", "drift_since"], batch_size=500)
    return len(moved)


def note_all(*, at: datetime) -> int:
    """The same for every pin in force: what ages moves without any claim that changes. For the schedule."""
    keys: Collection[str] = set(Pin.objects.filter(in_force(at)).values_list("offering_key", flat=True))
    return note(gather(keys, at=at), at=at) if keys else 0
