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

    `whole`: the revisions that are taken back with all that moved in them behind pins, see `Selection.revisions`.
    """
    with_pins = (acts or PinActs()).by_place()
    by_offering: dict[str, dict[str, list[LedgerEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in sorted(chosen, key=lambda entry: entry.pk, reverse=True):
        by_offering[entry.offering_key][entry.field].append(entry)
    for key, name in with_pins:
        by_offering[key].setdefault(name, [])
    for key in _moved_with_pins(whole):
        by_offering.setdefault(key, defaultdict(list))
    result = Plan()
    for keys in chunks(sorted(by_offering)):
        ledger = LedgerState(keys, {name for key in keys for name in by_offering[key]}, at)
        behind = _courses(ledger, by_offering, whole)
        for key in keys:
            hidden = list(behind[key].hidden_moves()) if key in behind else []
            units = _by_unit(by_offering[key])
            for unit in (*units, *{unit_of(move.field) for move in hidden if move.revision in whole} - units.keys()):
                wanted = units.get(unit, {})
                pinned = BehindPins(key, unit, behind[key], hidden, whole) if key in behind else None
                result.add(_unit_back(key, wanted, with_pins, ledger, pinned))
    return result


def _moved_with_pins(whole: Collection[int]) -> set[str]:
    """The offerings with pins that moved in some revisions."""
    if not whole:
        return set()
    versions = OfferingVersion.objects.filter(revision_from__in=whole, pinned_fields__gt=0)
    return set(versions.values_list("key", flat=True))


def _courses(
    ledger: LedgerState, wanted: Mapping[str, Mapping[str, list[LedgerEntry]]], whole: Collection[int]
) -> dict[str, Course]:
    """What was accepted of the offerings that were ever pinned, since before what is to be undone."""
    keys = ledger.ever_pinned
    entries = (entry.revision_id for key in keys for of_field in wanted[key].values() for entry in of_field)
    oldest = min((*entries, *whole), default=None)
    return courses(keys, oldest - 1) if keys and oldest is not None else {}


def _by_unit(wanted: Mapping[str, list[LedgerEntry]]) -> dict[str, dict[str, list[LedgerEntry]]]:
    units: dict[str, dict[str, list[LedgerEntry]]] = defaultdict(dict)
    for name, entries in sorted(wanted.items()):
        units[unit_of(name) if is_field(name) else name][name] = entries
    return units


def _unit_back(
    key: str,
    wanted: dict[str, list[LedgerEntry]],
    with_pins: Mapping[Place, PinActs],
    ledger: LedgerState,
    pinned: BehindPins | None,
) -> Plan:
    """Takes the fields of one unit back: all of them as far as the one that goes back least."""
    left: list[tuple[int, str]] = []
    stopped = 0
    while True:
        trial = Plan()
        for name, entries in wanted.items():
            if step := _unwind((key, name), entries, with_pins.get((key, name), PinActs()), ledger, trial):
                trial.steps.append(step)
        undone = [entry for step in trial.steps for entry in step.entries if is_of_a_list(entry)]
        newer, list_moved = _stopped_at(trial, wanted), _moved_at(key, wanted, undone, ledger)
        list_moved = max(list_moved, pinned.moved_at(wanted, undone) if pinned else 0)
        stopped, why = max(stopped, newer, list_moved), WITH_ITS_LIST if newer >= list_moved else LIST_MOVED
        gone_too_far = {entry.pk for entry in undone if entry.revision_id <= stopped}
        if not gone_too_far:
            break
        left += ((pk, str(why)) for pk in sorted(gone_too_far))
        wanted = {
            name: [entry for entry in entries if entry.pk not in gone_too_far] for name, entries in wanted.items()
        }
        wanted = {name: entries for name, entries in wanted.items() if entries or (key, name) in with_pins}
    if pinned:
        pinned.take_back(trial, wanted, after=stopped)
    trial.skipped = [*left, *trial.skipped]
    return trial


def _stopped_at(result: Plan, wanted: Mapping[str, list[LedgerEntry]]) -> int:
    """The newest revision of which an entry of a price list stays because something newer sits on top; 0 for none."""
    newer = {pk for pk, why in result.skipped if why == str(NEWER)}
    stay = (e.revision_id for entries in wanted.values() for e in entries if e.pk in newer and is_of_a_list(e))
    return max(stay, default=0)


def _moved_at(
    key: str, wanted: Mapping[str, list[LedgerEntry]], undone: Sequence[LedgerEntry], ledger: LedgerState
) -> int:
    """The newest revision since the oldest that is taken back in which another price of the list moved; 0 for none."""
    if not undone:
        return 0
    oldest, newest = min(entry.revision_id for entry in undone), 0
    for name in ledger.names_of(key) - set(wanted):
        since = [e for e in ledger.history[key, name] if e.revision_id > oldest and is_of_a_list(e)]
        if since and ledger.before(since[0]) != wrote(since[-1]):
            newest = max(newest, since[-1].revision_id)
    return newest


def _unwind(place: Place, entries: list[LedgerEntry], own: PinActs, ledger: LedgerState, result: Plan) -> Step | None:
    if place[0] not in ledger.facts or not is_field(place[1]):
        result.skipped += ((entry.pk, str(NOT_THERE)) for entry in entries)
        return None
    return _values_back(place, entries, own, ledger, result) if entries else _pins_back(place, own, ledger, result)


# -- values, and the pins that moved them --------------------------------------------------------------------------


def _values_back(
    place: Place, entries: list[LedgerEntry], own: PinActs, ledger: LedgerState, result: Plan
) -> Step | None:
    now = value = ledger.now(place)
    pin = ledger.pin_in_force(place)
    in_the_way = None if pin in own.made else pin
    undone: list[LedgerEntry] = []
    for entry in entries:
        why = _obstacle(entry, value, ledger, in_the_way, is_first=not undone)
        if why is None and not undone and not pin and entry.source == PIN_SOURCE:
            why = PIN_OVER
        if why:
            result.skipped.append((entry.pk, str(why)))
        else:
            undone.append(entry)
            value = ledger.before(entry)
    if not undone:
        return None
    began = _began(place, undone[-1], own, ledger)
    undone_pins = [*own.made, *([pin] if pin else [])]
    hold_again = ledger.pin_at(place, began, value, other_than=undone_pins)
    why = PIN_EXPIRED if hold_again and ledger.is_over(hold_again) else None
    if why is None and value == now and not pin and not hold_again:
        why = NO_MOVE
    if why:
        result.skipped += ((entry.pk, str(why)) for entry in undone)
        return None
    origin = ledger.origin(place, value, before=undone[-1])
    return Step(*place, tuple(undone), now, value, origin, pin, hold_again)


def _began(place: Place, oldest: LedgerEntry, own: PinActs, ledger: LedgerState) -> datetime:
    """When what is undone began: with its oldest entry, or with what was done with pins right before it.

    What was done earlier than another entry, or than a pin of somebody else, stays.
    """
    then = oldest.revision.created_at
    between = [entry.revision.created_at for entry in ledger.history[place] if entry.pk < oldest.pk]
    between += [pin.created_at for pin in ledger.pins[place] if pin not in own.made and pin.created_at < then]
    return min((then, *(moment for moment in own.times if not between or moment > max(between))))


def _obstacle(entry: LedgerEntry, value: Any, ledger: LedgerState, pin: Pin | None, *, is_first: bool) -> Any:
    """Why an entry cannot be undone, None when it can. `value` is what is published once newer ones are undone, `pin`
    a pin in force that is not undone by itself.
    """
    if entry.revision_id == ledger.first.get(entry.offering_key):
        return IS_NEW
    if is_first and pin and entry.source != PIN_SOURCE:
        return PINNED
    if wrote(entry) != value:
        return NEWER
    return PINNED_SINCE if is_first and pin and pin.created_at > entry.revision.created_at else None


# -- pins that moved no value --------------------------------------------------------------------------------------


def _pins_back(place: Place, own: PinActs, ledger: LedgerState, result: Plan) -> Step | None:
    now, pin, began = ledger.now(place), ledger.pin_in_force(place), own.began
    held_before = ledger.pin_at(place, began, now, other_than=own.made) if began else None
    why = None
    if pin in own.made:
        if held_before and ledger.is_over(held_before):
            held_before = None  # that one is over; this one goes all the same
        return Step(*place, (), now, now, ledger.origin(place, now), pin, held_before)
    if pin:
        why = PINNED_SINCE
    elif not own.released or _ended_by_others(own):
        why = PIN_OVER
    elif held_before is None:
        why = NO_MOVE if set(own.released) <= set(own.made) else NEWER
    elif ledger.is_over(held_before):
        why = PIN_EXPIRED
    if why:
        result.skipped_pins += ((pin, str(why)) for pin in dict.fromkeys((*own.made, *own.released)))
        return None
    return Step(*place, (), now, now, ledger.origin(place, now), None, held_before)


def _ended_by_others(own: PinActs) -> bool:
    """Whether the newest of the pins made was ended by somebody else, or by its expiry."""
    return bool(own.made) and own.made[0] not in own.released
