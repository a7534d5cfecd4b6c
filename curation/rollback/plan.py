"""What undoing a set of ledger entries would come to: which fields go back to what, and what stays and why.

Where a batch or one person's edits are undone, the pins that were made are undone with them, also those that moved no
value. What moved behind pins goes back behind them, so that a price list stays whole. Reads and decides nothing for
good; `curation.rollback.undo` does it, and the admin shows it beforehand.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from curation.apply.accepted_then import Accepted, Course, HiddenMove, courses
from curation.apply.ledger_state import ABSENT, LedgerState, PinActs, Place, is_of_sources, wrote
from curation.apply.load import chunks
from curation.core.merge import PIN_SOURCE
from curation.core.policy import PIN_ENDED
from curation.core.units import TOKEN_PRICES, unit_of
from curation.models import Pin
from registry.domain import fields
from registry.models import LedgerEntry, OfferingVersion, Revision

IS_NEW: Final = _("With this the offering became known; an offering is retired, not deleted.")
NEWER: Final = _("Something newer sits on top: what is published now is not what this entry wrote.")
PINNED: Final = _("The field is pinned; release the pin first.")
PINNED_SINCE: Final = _("The field was pinned anew since; release that pin first.")
PIN_OVER: Final = _("This was a pin, and it does not hold any more.")
PIN_EXPIRED: Final = _("The pin that held the earlier value has expired; pin the field again if it is still right.")
NO_MOVE: Final = _("These entries cancel each other out: the value is what it was before them.")
WITH_ITS_LIST: Final = _("Another price of its list cannot go back that far, and a price list goes back whole.")
LIST_MOVED: Final = _("Another price of its list was published since; undo that one first, or both together.")
NOT_KEPT: Final = _("Another price of its list was pinned then, and what lay behind that pin was not kept.")
NOT_THERE: Final = _("The offering or the field is not known any more.")


@dataclass(frozen=True, slots=True)
class Step:
    """One field of one offering that can go back."""

    offering: str
    field: str
    entries: tuple[LedgerEntry, ...]
    """What is undone, newest first; none where a pin goes or comes back that moved no value."""
    now: Any
    before: Any
    """The published value and the one it goes back to, in JSON form or `ABSENT`."""
    origin: LedgerEntry | None
    """The entry that had published the earlier value, when a source stated it."""
    release: Pin | None
    """The pin in force that is undone."""
    hold_again: Pin | None
    """The pin that held the earlier value."""
    hidden: tuple[HiddenMove, ...] = ()
    """What is undone behind a pin, oldest first."""
    account: Mapping[str, Any] | None = None
    """Where accepted values go back behind a pin: the account of the earlier one. `now` and `before` are such values
    then, and what is published of the field is left to its pins.
    """

    @property
    def is_behind(self) -> bool:
        """Whether it is about the accepted value alone."""
        return self.account is not None

    @property
    def restores(self) -> bool:
        """Whether an accepted value goes back. What only a pin had hidden shows when the pin goes."""
        return self.is_behind or (not self.hold_again and any(map(is_of_sources, self.entries)))

    def __str__(self) -> str:
        """All that the step does, in one text."""
        values = ["nothing" if value is ABSENT else repr(value) for value in (self.now, self.before)]
        pins = [str(pin.pk) if pin else "-" for pin in (self.release, self.hold_again)]
        return " ".join((self.offering, self.field, *values, *pins, *(["behind"] if self.is_behind else [])))


@dataclass(slots=True)
class Plan:
    """Everything that undoing would do, and what it would leave."""

    steps: list[Step] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Ledger entry and the reason, as a sentence."""
    skipped_pins: list[tuple[Pin, str]] = field(default_factory=list)
    """The same for pins that moved no value, and so have no entry."""

    @property
    def done(self) -> list[int]:
        return sorted(entry.pk for step in self.steps for entry in step.entries)

    @property
    def pins(self) -> list[Pin]:
        """Pins that go or come back without any value that moves."""
        return [pin for step in self.steps if not step.entries for pin in (step.release, step.hold_again) if pin]

    @property
    def behind(self) -> list[Place]:
        """What goes back of what moved behind pins and has no entry."""
        return [(step.offering, step.field) for step in self.steps if step.is_behind and not step.entries]

    @property
    def fingerprint(self) -> str:
        """Of all that would be done: when it moves, what was shown is not what would be done."""
        told = "\n".join(sorted(map(str, self.steps)))
        return hashlib.sha256(f"{self.done}\n{told}".encode()).hexdigest()

    def add(self, other: Plan) -> None:
        """Takes over all of another plan."""
        self.steps += other.steps
        self.skipped += other.skipped
        self.skipped_pins += other.skipped_pins


def select(
    *,
    batch: UUID | None = None,
    revision: int | None = None,
    entries: Collection[int] | None = None,
    actor_name: str = "",
    since: datetime | None = None,
) -> QuerySet[LedgerEntry]:
    """The ledger entries of one batch, one revision, one list, or one actor since a time. Give exactly one of them.

    A list is filled up with the other token prices that were published with one of it: they are undone together.
    """
    asked = [batch is not None, revision is not None, entries is not None, bool(actor_name)]
    if sum(asked) != 1 or bool(actor_name) != (since is not None):
        raise TypeError("give one of: batch, revision, entries, actor_name with since")
    found = LedgerEntry.objects.select_related("revision")
    if batch is not None:
        return found.filter(revision__batch=batch)
    if revision is not None:
        return found.filter(revision_id=revision)
    if entries is not None:
        return found.filter(pk__in=_with_units(entries))
    return found.filter(actor=actor_name, revision__created_at__gte=since)


def revisions(
    *,
    batch: UUID | None = None,
    revision: int | None = None,
    entries: Collection[int] | None = None,
    actor_name: str = "",
    since: datetime | None = None,
) -> frozenset[int]:
    """The revisions of which a selection (see `select`) takes back everything; none for a list of entries."""
    found = Revision.objects.filter(number__gt=0)
    if revision is not None:
        return frozenset([revision])
    if batch is not None:
        return frozenset(found.filter(batch=batch).values_list("number", flat=True))
    if since is not None:
        return frozenset(found.filter(actor=actor_name, created_at__gte=since).values_list("number", flat=True))
    return frozenset()


def _with_units(entries: Collection[int]) -> set[int]:
    """These entries, and those of the same unit in the same revision. Two queries at most."""
    chosen = LedgerEntry.objects.filter(pk__in=entries)
    places = {(one.revision_id, one.offering_key) for one in chosen if _is_of_a_list(one)}
    revisions, keys = {revision for revision, _key in places}, {key for _revision, key in places}
    beside = LedgerEntry.objects.filter(revision__in=revisions, offering_key__in=keys) if places else ()
    whole = {one.pk for one in beside if (one.revision_id, one.offering_key) in places and _is_of_a_list(one)}
    return {*entries, *whole}


def _is_of_a_list(entry: LedgerEntry) -> bool:
    """Whether an entry published one of several token prices. A pin, and the end of one, stands for itself."""
    is_personal = entry.source == PIN_SOURCE or entry.policy == PIN_ENDED
    return not is_personal and _is_field(entry.field) and unit_of(entry.field) == TOKEN_PRICES


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
                pinned = _BehindPins(key, unit, behind[key], hidden, whole) if key in behind else None
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
        units[unit_of(name) if _is_field(name) else name][name] = entries
    return units


def _unit_back(
    key: str,
    asked: dict[str, list[LedgerEntry]],
    with_pins: Mapping[Place, PinActs],
    known: LedgerState,
    pinned: _BehindPins | None,
) -> Plan:
    """Takes the fields of one unit back: all of them as far as the one that goes back least."""
    kept: list[tuple[int, str]] = []
    stopped = 0
    while True:
        trial = Plan()
        for name, entries in asked.items():
            if step := _unwind((key, name), entries, with_pins.get((key, name), PinActs()), known, trial):
                trial.steps.append(step)
        taken = [entry for step in trial.steps for entry in step.entries if _is_of_a_list(entry)]
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
    stay = (e.revision_id for entries in asked.values() for e in entries if e.pk in newer and _is_of_a_list(e))
    return max(stay, default=0)


def _moved_at(
    key: str, asked: Mapping[str, list[LedgerEntry]], taken: Sequence[LedgerEntry], known: LedgerState
) -> int:
    """The newest revision since the oldest that is taken back in which another price of the list moved; 0 for none."""
    if not taken:
        return 0
    oldest, moved = min(entry.revision_id for entry in taken), 0
    for name in known.names_of(key) - set(asked):
        since = [e for e in known.history[key, name] if e.revision_id > oldest and _is_of_a_list(e)]
        if since and known.before(since[0]) != wrote(since[-1]):
            moved = max(moved, since[-1].revision_id)
    return moved


def _unwind(place: Place, entries: list[LedgerEntry], own: PinActs, known: LedgerState, made: Plan) -> Step | None:
    if place[0] not in known.facts or not _is_field(place[1]):
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


# -- what moved behind pins ----------------------------------------------------------------------------------------


class _BehindPins:
    """The accepted values of one unit of an offering that was ever pinned: the ledger does not tell how they moved."""

    def __init__(
        self, key: str, unit: str, course: Course, hidden: Iterable[HiddenMove], whole: Collection[int]
    ) -> None:
        self._key, self._unit, self._course, self._whole = key, unit, course, whole
        self._moves = [move for move in hidden if unit_of(move.field) == unit]

    def _asked(self, revisions: Collection[int], after: int = 0) -> list[HiddenMove]:
        """What of it is undone for its own sake. What came with the end of a pin is left to the ledger."""
        return [
            move for move in self._moves if move.revision in revisions and move.revision > after and not move.ended_pin
        ]

    def moved_at(self, asked: Mapping[str, list[LedgerEntry]], taken: Sequence[LedgerEntry]) -> int:
        """The newest revision since the oldest that is taken back in which another value moved behind a pin, 0 for
        none.
        """
        revisions = self._revisions(asked)
        began = [entry.revision_id for entry in taken] + [move.revision for move in self._asked(revisions)]
        later: dict[str, list[HiddenMove]] = defaultdict(list)
        for move in self._moves:
            if began and move.revision > min(began) and move.revision not in revisions:
                later[move.field].append(move)
        net = [moves[-1].revision for moves in later.values() if moves[0].before != moves[-1].after]
        return max(net, default=0)

    def take_back(self, trial: Plan, asked: Mapping[str, list[LedgerEntry]], *, after: int) -> None:
        """Adds to a plan what goes back behind pins of what came after a revision.

        A price list goes back to the one that was accepted before the oldest revision of it that is taken back.
        """
        is_list, revisions = self._unit == TOKEN_PRICES, self._revisions(asked)
        hidden = self._asked(revisions, after)
        began = [entry.revision_id for step in trial.steps for entry in step.entries if is_of_sources(entry)]
        began += [move.revision for move in hidden]
        if not began:
            return
        pinned = self._pinned_entries(trial, asked, after) if is_list else []
        then = self._course.at(min((*began, *(entry.revision_id for entry in pinned))) - 1)
        if any(unit_of(name) == self._unit for name in then.not_kept | self._course.now.not_kept):
            self._leave(trial)
            return
        would_be = {step.field: step.before for step in trial.steps if step.restores}
        for name in sorted(self._names(then)):
            current = would_be.get(name, self._course.now.value(name))
            if current != then.value(name) and (is_list or name not in would_be):
                moves = tuple(move for move in hidden if move.field == name)
                entries = tuple(entry for entry in pinned if entry.field == name)
                trial.steps.append(self._step(name, then, entries, moves))
        taken = {entry.pk for step in trial.steps for entry in step.entries}
        trial.skipped = [(pk, why) for pk, why in trial.skipped if pk not in taken]

    def _revisions(self, asked: Mapping[str, list[LedgerEntry]]) -> set[int]:
        """The revisions of which all of the unit is taken back."""
        of_sources = (e.revision_id for entries in asked.values() for e in entries if is_of_sources(e))
        return {*self._whole, *of_sources}

    def _pinned_entries(self, trial: Plan, asked: Mapping[str, list[LedgerEntry]], after: int) -> list[LedgerEntry]:
        """What has been pinned since and would stay: behind the pin it goes back with its list. Newest first."""
        left = {pk for pk, why in trial.skipped if why == str(PINNED)}
        return [e for entries in asked.values() for e in entries if e.pk in left and e.revision_id > after]

    def _names(self, then: Accepted) -> set[str]:
        facts = then.state.facts.keys() | self._course.now.state.facts.keys()
        return {name for name in facts if unit_of(name) == self._unit}

    def _step(self, name: str, then: Accepted, entries: tuple[LedgerEntry, ...], moves: tuple[HiddenMove, ...]) -> Step:
        now, before = self._course.now.value(name), then.value(name)
        return Step(self._key, name, entries, now, before, None, None, None, moves, then.account(name))

    def _leave(self, trial: Plan) -> None:
        """Leaves the values of the unit: half of it may be known only."""
        for step in [step for step in trial.steps if any(map(is_of_sources, step.entries))]:
            trial.steps.remove(step)
            trial.skipped += ((entry.pk, str(NOT_KEPT)) for entry in step.entries)


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
        made.skipped_pins += ((one, str(why)) for one in dict.fromkeys((*own.made, *own.released)))
        return None
    return Step(*place, (), now, now, known.origin(place, now), None, held_before)


def _ended_by_others(own: PinActs) -> bool:
    """Whether the newest of the pins made was ended by somebody else, or by its expiry."""
    return bool(own.made) and own.made[0] not in own.released


def _is_field(name: str) -> bool:
    try:
        fields.field(name)
    except ValueError:
        return False
    return True
