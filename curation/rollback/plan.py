"""What undoing a set of ledger entries would come to: which fields go back to what, and what stays and why.

Where a batch or one person's edits are undone, the pins that were made are undone with them, also those that moved no
value. What moved behind pins goes back behind them, so that a price list stays whole. Reads and decides nothing for
good; `curation.rollback.undo` does it, and the admin shows it beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from curation.apply.accepted_then import Course, courses
from curation.apply.ledger_state import LedgerState, PinActs, Place, wrote
from curation.core.merge import PIN_SOURCE
from curation.core.price_lists import unit_of
from curation.models import Pin
from curation.rollback.behind_pins import BehindPins
from curation.rollback.selection import is_field, is_of_a_list
from curation.rollback.steps import (
    IS_NEW,
    LIST_MOVED,
    NEWER,
    NO_MOVE,
    NOT_THERE,
    PIN_EXPIRED,
    PIN_OVER,
    PINNED,
    PINNED_SINCE,
    WITH_ITS_LIST,
    Plan,
    Step,
)
from registry.database.chunks import chunks
from registry.models import LedgerEntry, OfferingVersion


def plan(
    chosen: Iterable[LedgerEntry],
    acts: PinActs | None = None,
    *,
    at: datetime,
    whole: Collection[int] = (),
) -> Plan:
    """What undoing these entries, and these acts with pins, would do. Five queries for every 500 offerings.

    `whole`: the revisions that are taken back with all that moved in them behind pins, see `revisions`.
    """
    with_pins = (acts or PinActs()).by_place()
    by_offering: dict[str, dict[str, list[LedgerEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in sorted(chosen, key=lambda entry: entry.pk, reverse=True):
        by_offering[entry.offering_key][entry.field].append(entry)
    for key, name in with_pins:
        by_offering[key].setdefault(name, [])
    for key in _moved_with_pins(whole):
        by_offering.setdefault(key, defaultdict(list))
    made = Plan()
    for keys in chunks(sorted(by_offering)):
        known = LedgerState(keys, {name for key in keys for name in by_offering[key]}, at)
        behind = _courses(known, by_offering, whole)
        for key in keys:
            hidden = list(behind[key].hidden_moves()) if key in behind else []
            units = _by_unit(by_offering[key])
            for unit in (*units, *{unit_of(move.field) for move in hidden if move.revision in whole} - units.keys()):
                asked = units.get(unit, {})
                pinned = BehindPins(key, unit, behind[key], hidden, whole) if key in behind else None
                made.add(_unit_back(key, asked, with_pins, known, pinned))
    return made


def _moved_with_pins(whole: Collection[int]) -> set[str]:
    """The offerings with pins that moved in some revisions."""
    if not whole:
        return set()
    moved = OfferingVersion.objects.filter(revision_from__in=whole, pinned_fields__gt=0)
    return set(moved.values_list("key", flat=True))


def _courses(
    known: LedgerState, asked: Mapping[str, Mapping[str, list[LedgerEntry]]], whole: Collection[int]
) -> dict[str, Course]:
    """What was accepted of the offerings that were ever pinned, since before what is to be undone."""
    keys = known.ever_pinned
    entries = (entry.revision_id for key in keys for some in asked[key].values() for entry in some)
    oldest = min((*entries, *whole), default=None)
    return courses(keys, oldest - 1) if keys and oldest is not None else {}


def _by_unit(asked: Mapping[str, list[LedgerEntry]]) -> dict[str, dict[str, list[LedgerEntry]]]:
    units: dict[str, dict[str, list[LedgerEntry]]] = defaultdict(dict)
    for name, entries in sorted(asked.items()):
        units[unit_of(name) if is_field(name) else name][name] = entries
    return units


def _unit_back(
    key: str,
    asked: dict[str, list[LedgerEntry]],
    with_pins: Mapping[Place, PinActs],
    known: LedgerState,
    pinned: BehindPins | None,
) -> Plan:
    """Takes the fields of one unit back: all of them as far as the one that goes back least."""
    kept: list[tuple[int, str]] = []
    stopped = 0
    while True:
        trial = Plan()
        for name, entries in asked.items():
            if step := _unwind((key, name), entries, with_pins.get((key, name), PinActs()), known, trial):
                trial.steps.append(step)
        taken = [entry for step in trial.steps for entry in step.entries if is_of_a_list(entry)]
        newer, moved = _stopped_at(trial, asked), _moved_at(key, asked, taken, known)
        moved = max(moved, pinned.moved_at(asked, taken) if pinned else 0)
        stopped, why = max(stopped, newer, moved), WITH_ITS_LIST if newer >= moved else LIST_MOVED
        gone_too_far = {entry.pk for entry in taken if entry.revision_id <= stopped}
        if not gone_too_far:
            break
        kept += ((pk, str(why)) for pk in sorted(gone_too_far))
        asked = {name: [entry for entry in entries if entry.pk not in gone_too_far] for name, entries in asked.items()}
        asked = {name: entries for name, entries in asked.items() if entries or (key, name) in with_pins}
    if pinned:
        pinned.take_back(trial, asked, after=stopped)
    trial.skipped = [*kept, *trial.skipped]
    return trial


def _stopped_at(made: Plan, asked: Mapping[str, list[LedgerEntry]]) -> int:
    """The newest revision of which an entry of a price list stays because something newer sits on top; 0 for none."""
    newer = {pk for pk, why in made.skipped if why == str(NEWER)}
    stay = (e.revision_id for entries in asked.values() for e in entries if e.pk in newer and is_of_a_list(e))
    return max(stay, default=0)


def _moved_at(
    key: str, asked: Mapping[str, list[LedgerEntry]], taken: Sequence[LedgerEntry], known: LedgerState
) -> int:
    """The newest revision since the oldest that is taken back in which another price of the list moved; 0 for none."""
    if not taken:
        return 0
    oldest, moved = min(entry.revision_id for entry in taken), 0
    for name in known.names_of(key) - set(asked):
        since = [e for e in known.history[key, name] if e.revision_id > oldest and is_of_a_list(e)]
        if since and known.before(since[0]) != wrote(since[-1]):
            moved = max(moved, since[-1].revision_id)
    return moved


def _unwind(place: Place, entries: list[LedgerEntry], own: PinActs, known: LedgerState, made: Plan) -> Step | None:
    if place[0] not in known.facts or not is_field(place[1]):
        made.skipped += ((entry.pk, str(NOT_THERE)) for entry in entries)
        return None
    return _values_back(place, entries, own, known, made) if entries else _pins_back(place, own, known, made)


# -- values, and the pins that moved them --------------------------------------------------------------------------


def _values_back(place: Place, entries: list[LedgerEntry], own: PinActs, known: LedgerState, made: Plan) -> Step | None:
    now = value = known.now(place)
    pin = known.pin_in_force(place)
    in_the_way = None if pin in own.made else pin
    taken: list[LedgerEntry] = []
    for entry in entries:
        why = _obstacle(entry, value, known, in_the_way, is_first=not taken)
        if why is None and not taken and not pin and entry.source == PIN_SOURCE:
            why = PIN_OVER
        if why:
            made.skipped.append((entry.pk, str(why)))
        else:
            taken.append(entry)
            value = known.before(entry)
    if not taken:
        return None
    began = _began(place, taken[-1], own, known)
    undone = [*own.made, *([pin] if pin else [])]
    hold_again = known.pin_at(place, began, value, other_than=undone)
    why = PIN_EXPIRED if hold_again and known.is_over(hold_again) else None
    if why is None and value == now and not pin and not hold_again:
        why = NO_MOVE
    if why:
        made.skipped += ((entry.pk, str(why)) for entry in taken)
        return None
    origin = known.origin(place, value, before=taken[-1])
    return Step(*place, tuple(taken), now, value, origin, pin, hold_again)


def _began(place: Place, oldest: LedgerEntry, own: PinActs, known: LedgerState) -> datetime:
    """When what is undone began: with its oldest entry, or with what was done with pins right before it.

    What was done earlier than another entry, or than a pin of somebody else, stays.
    """
    then = oldest.revision.created_at
    between = [entry.revision.created_at for entry in known.history[place] if entry.pk < oldest.pk]
    between += [pin.created_at for pin in known.pins[place] if pin not in own.made and pin.created_at < then]
    return min((then, *(moment for moment in own.moments if not between or moment > max(between))))


def _obstacle(entry: LedgerEntry, value: Any, known: LedgerState, pin: Pin | None, *, is_first: bool) -> Any:
    """Why an entry cannot be undone, None when it can. `value` is what is published once newer ones are undone, `pin`
    a pin in force that is not undone by itself.
    """
    if entry.revision_id == known.first.get(entry.offering_key):
        return IS_NEW
    if is_first and pin and entry.source != PIN_SOURCE:
        return PINNED
    if wrote(entry) != value:
        return NEWER
    return PINNED_SINCE if is_first and pin and pin.created_at > entry.revision.created_at else None


# -- pins that moved no value --------------------------------------------------------------------------------------


def _pins_back(place: Place, own: PinActs, known: LedgerState, made: Plan) -> Step | None:
    now, pin, began = known.now(place), known.pin_in_force(place), own.began
    held_before = known.pin_at(place, began, now, other_than=own.made) if began else None
    why = None
    if pin in own.made:
        if held_before and known.is_over(held_before):
            held_before = None  # that one is over; this one goes all the same
        return Step(*place, (), now, now, known.origin(place, now), pin, held_before)
    if pin:
        why = PINNED_SINCE
    elif not own.released or _ended_by_others(own):
        why = PIN_OVER
    elif held_before is None:
        why = NO_MOVE if set(own.released) <= set(own.made) else NEWER
    elif known.is_over(held_before):
        why = PIN_EXPIRED
    if why:
        made.skipped_pins += ((pin, str(why)) for pin in dict.fromkeys((*own.made, *own.released)))
        return None
    return Step(*place, (), now, now, known.origin(place, now), None, held_before)


def _ended_by_others(own: PinActs) -> bool:
    """Whether the newest of the pins made was ended by somebody else, or by its expiry."""
    return bool(own.made) and own.made[0] not in own.released
