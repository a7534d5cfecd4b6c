"""What goes back behind pins: the ledger does not tell of it, the versions do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from curation.apply.accepted_then import Accepted, Course, HiddenMove
from curation.apply.ledger_state import is_of_sources
from curation.core.price_lists import TOKEN_PRICES, unit_of
from curation.rollback.steps import NOT_KEPT, PINNED, Plan, Step
from registry.models import LedgerEntry


class BehindPins:
    """The accepted values of one unit of an offering that was ever pinned: the ledger does not tell how they moved."""

    def __init__(
        self, key: str, unit: str, course: Course, hidden: Iterable[HiddenMove], whole: Collection[int]
    ) -> None:
        self._key, self._unit, self._course, self._whole = key, unit, course, whole
        self._moves = [move for move in hidden if unit_of(move.field) == unit]

    def _wanted(self, revisions: Collection[int], after: int = 0) -> list[HiddenMove]:
        """What of it is undone for its own sake. What came with the end of a pin is left to the ledger."""
        return [
            move for move in self._moves if move.revision in revisions and move.revision > after and not move.ended_pin
        ]

    def moved_at(self, wanted: Mapping[str, list[LedgerEntry]], undone: Sequence[LedgerEntry]) -> int:
        """The newest revision since the oldest that is taken back in which another value moved behind a pin, 0 for
        none.
        """
        revisions = self._revisions(wanted)
        began = [entry.revision_id for entry in undone] + [move.revision for move in self._wanted(revisions)]
        later: dict[str, list[HiddenMove]] = defaultdict(list)
        for move in self._moves:
            if began and move.revision > min(began) and move.revision not in revisions:
                later[move.field].append(move)
        net = [moves[-1].revision for moves in later.values() if moves[0].before != moves[-1].after]
        return max(net, default=0)

    def take_back(self, trial: Plan, wanted: Mapping[str, list[LedgerEntry]], *, after: int) -> None:
        """Adds to a plan what goes back behind pins of what came after a revision.

        A price list goes back to the one that was accepted before the oldest revision of it that is taken back.
        """
        is_list, revisions = self._unit == TOKEN_PRICES, self._revisions(wanted)
        hidden = self._wanted(revisions, after)
        began = [entry.revision_id for step in trial.steps for entry in step.entries if is_of_sources(entry)]
        began += [move.revision for move in hidden]
        if not began:
            return
        pinned = self._pinned_entries(trial, wanted, after) if is_list else []
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
        undone = {entry.pk for step in trial.steps for entry in step.entries}
        trial.skipped = [(pk, why) for pk, why in trial.skipped if pk not in undone]

    def _revisions(self, wanted: Mapping[str, list[LedgerEntry]]) -> set[int]:
        """The revisions of which all of the unit is taken back."""
        of_sources = (e.revision_id for entries in wanted.values() for e in entries if is_of_sources(e))
        return {*self._whole, *of_sources}

    def _pinned_entries(self, trial: Plan, wanted: Mapping[str, list[LedgerEntry]], after: int) -> list[LedgerEntry]:
        """What has been pinned since and would stay: behind the pin it goes back with its list. Newest first."""
        left = {pk for pk, why in trial.skipped if why == str(PINNED)}
        return [e for entries in wanted.values() for e in entries if e.pk in left and e.revision_id > after]

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
