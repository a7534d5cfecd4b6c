"""The decision: from what is known and what stands to what is published, what waits and what is refused.

One pure function, called by whoever has to know: syncs, approvals, pins and imports through `curation.apply.reconcile`,
the tester, previews and tests directly. The steps, in order: merge the claims, compare with what is accepted, judge by
policies, ask the rules of quality, group what moves by unit, remember what people rejected, lay the pins over what was
accepted. A unit (`curation.core.units`) is decided whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Final

from curation.core import first_statements, run_guard
from curation.core.accepted import AcceptedState, Notes, Publication, hidden_values, publication
from curation.core.account import provenance
from curation.core.cases import cases
from curation.core.corroboration import Side, contested
from curation.core.decided import Decided, Fate, Request, Ruling
from curation.core.diff import Change
from curation.core.inputs import NOTHING, Base, Inputs, Siblings
from curation.core.merge import Reason
from curation.core.plan import NOTHING_RESTORED, plan
from curation.core.policy import (
    NOTHING_KNOWN,
    Case,
    Counts,
    Judgement,
    PolicyContext,
    Rule,
    Verdict,
    counted,
    judge_run,
)
from curation.core.price_lists import ORDINARY, TOKEN_PRICES
from curation.core.quality_gate import gated
from curation.core.replaced import with_replaced
from curation.core.units import Part, Place, UnitJudgement, by_unit, refusals, with_leaving
from registry.domain.changeset import OfferingChange
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import AccountedValue, Proposed

NEWS: Final = "moved away from the accepted value"
"""Stands in for a policy where an equal of the lead was seen to move: the word of one more makes it a change."""


def decide(
    inputs: Mapping[str, Inputs],
    base: Mapping[str, Base],
    rules: Sequence[Rule],
    *,
    at: datetime,
    siblings: Callable[[Collection[str]], Siblings],
    run: str = "",
    request: Request | None = None,
    counts: Counts | None = None,
) -> Decided:
    """Decides a set of offerings, by what is known (`inputs`) and what stands (`base`).

    `siblings` gives the published offerings of models. With a `run` of a source, raises TooMuchAtOnce where a
    policy does not believe it.
    """
    deliberation = _Deliberation(inputs, base, rules, at, siblings, request or Request(), Counter(counts or ()))
    deliberation.judge(run)
    return Decided(
        deliberation.rulings,
        [change for key in inputs if (change := deliberation.published(key))],
        sorted(deliberation.refused),
        {key: deliberation.conflicts(key) for key in inputs},
        deliberation.counts,
    )


class _Deliberation:
    """One decision while it is made."""

    def __init__(
        self,
        inputs: Mapping[str, Inputs],
        base: Mapping[str, Base],
        rules: Sequence[Rule],
        at: datetime,
        siblings: Callable[[Collection[str]], Siblings],
        request: Request,
        counts: Counts,
    ) -> None:
        self.counts = counts
        self.inputs, self.base, self.rules, self.at, self.request = inputs, base, rules, at, request
        self.on, self._siblings = at.date(), siblings
        self._restored = _by_key(request)
        self.plans = {
            key: plan(key, known, self._base(key), at=at, restored=self._restored.get(key, NOTHING_RESTORED))
            for key, known in inputs.items()
        }
        self.pins = {key: known.pinned for key, known in inputs.items() if known.pins}
        self.rulings: list[Ruling] = []
        self.refused: set[Place] = set()

    def _base(self, key: str) -> Base:
        return self.base.get(key, NOTHING)

    # -- judging --------------------------------------------------------------------------------------------------

    def judge(self, run: str) -> None:
        """Judges what would move, and rules what becomes of it."""
        asked = self._cases({key: planned.changes for key, planned in self.plans.items()})
        self.counts |= counted(asked, self.rules)
        judgements = judge_run(asked, self.rules, self.counts)
        if run:
            run_guard.check_policies(run, judgements)
        types = [case.context.source_type for case in asked]
        contexts = _contexts(asked)
        for unit in self._units(first_statements.measured(judgements, types)):
            self._rule(unit, contexts)
        for unit in self._news():
            self._rule(unit, contexts)
        self.refused = _moved(self.request.expected, [ruling.unit for ruling in self.rulings])
        if self.request.approved is None:
            self._add_to_accepted_lists()

    def _cases(self, changes: Mapping[str, Sequence[Change]]) -> list[Case]:
        return [
            case
            for key, some in changes.items()
            for case in cases(some, self.inputs[key], self._base(key), self.plans[key].opening, at=self.at)
        ]

    def _units(self, judgements: Sequence[Judgement]) -> list[UnitJudgement]:
        """The units that judgements come to, after the rules of quality had their say."""
        outside = with_leaving([_outside_of_a_run(one) for one in judgements])
        final = with_replaced(self._gated(outside))
        return [part for unit in by_unit(final, self.pins) for part in self._apart(unit)]

    def _apart(self, unit: UnitJudgement) -> Sequence[UnitJudgement]:
        """A unit; where its list is applied now, the special rates that are held for themselves apart from it.

        Whatever a person decides beside, what waits of a unit is one change.
        """
        rest, *held = first_statements.apart(unit)
        if held and self.request.approved is None and self._fate(rest) is Fate.APPLIED:
            return [rest, *held]
        return [unit]

    def _gated(self, judgements: Sequence[Judgement]) -> list[Judgement]:
        facts = {key: {**p.opening.facts, **self.pins.get(key, {})} for key, p in self.plans.items() if p.opening}
        return gated(judgements, self.inputs, facts, on=self.on, siblings=self._siblings)

    def _news(self) -> list[UnitJudgement]:
        """What waits as news, where nothing else of the unit waits, and the lead moved nothing of it."""
        taken = {ruling.unit.place for ruling in self.rulings if ruling.fate in (Fate.HELD, Fate.APPLIED)}
        judgements = [
            Judgement(change, Verdict.HOLD, NEWS) for planned in self.plans.values() for change in planned.news
        ]
        return [unit for unit in by_unit(judgements, self.pins) if unit.place not in taken]

    def _add_to_accepted_lists(self) -> None:
        """While a new list waits, the accepted one goes on: rates of that very list are added to it."""
        applied = {ruling.unit.place for ruling in self.rulings if ruling.fate is Fate.APPLIED}
        asked = self._cases(
            {
                key: planned.additions
                for key, planned in self.plans.items()
                if planned.additions and (key, TOKEN_PRICES) not in applied
            }
        )
        contexts = _contexts(asked)
        for unit in self._units(judge_run(asked, self.rules)):
            if unit.verdict is Verdict.APPLY:
                self._rule(unit, contexts)

    def _rule(self, unit: UnitJudgement, contexts: Mapping[Place, PolicyContext]) -> None:
        """Writes down what becomes of one unit."""
        names = [judgement.change.field for judgement in unit.judgements]
        known = {name: contexts.get((unit.offering, name), NOTHING_KNOWN) for name in names}
        self.rulings.append(Ruling(unit, known, self._fate(unit), self._approver(unit)))

    def _fate(self, unit: UnitJudgement) -> Fate:
        """What becomes of one unit."""
        policies_decide = self.request.approved is None
        if self._approver(unit):
            return Fate.APPLIED
        if self._base(unit.offering).was_rejected(unit.parts):
            return Fate.REMEMBERED
        if self._is_pinned_so(unit):
            return Fate.PINNED
        if unit.verdict is Verdict.APPLY and not any(map(_is_due, unit.judgements)):
            return Fate.ANNOUNCED
        if unit.verdict is Verdict.APPLY and policies_decide:
            return Fate.APPLIED
        if unit.verdict is Verdict.REJECT and policies_decide:
            return Fate.DECLINED
        return Fate.HELD

    def _approver(self, unit: UnitJudgement) -> str:
        """Who approved this very unit; "" where nobody did, or another one was shown."""
        was_shown = self.request.expected.get(unit.place, unit.fingerprint) == unit.fingerprint
        return (self.request.approved or {}).get(unit.place, "") if was_shown else ""

    def _is_pinned_so(self, unit: UnitJudgement) -> bool:
        """Whether a person pinned the very values that are proposed: while the pin holds, there is nothing to ask."""
        return all(part.field in unit.pins and unit.pins[part.field] == part.new for part in unit.parts)

    # -- publishing -----------------------------------------------------------------------------------------------

    def published(self, key: str) -> OfferingChange | None:
        """What there is to write about an offering; None where there is nothing."""
        known, published = self.inputs[key], self._base(key).published
        found = self._publication(key)
        change = OfferingChange(key, found.changes, found.accounts, known.aliases, known.missing_since)
        change.not_seen_since = known.not_seen_since
        if published is None:
            change.behind = found.behind or None
            return change if found.changes else None
        change.behind = found.behind if found.behind != published.behind else None
        if published.aliases == known.aliases:
            change.aliases = None
        before = published.missing_since, published.not_seen_since
        listing = change.listing(published.missing_since)
        moves = found.changes or found.accounts or change.aliases is not None or change.behind is not None
        if not moves and before == listing:
            return None
        same_pins = published.pinned == known.pins.keys()
        same_behind = hidden_values(found.behind) == hidden_values(published.behind)
        same = change.aliases is None and before[0] == listing[0] and same_pins and same_behind
        change.account_only = not found.changes and same
        return change

    def _publication(self, key: str) -> Publication:
        planned = self.plans[key]
        changed: dict[str, AccountedValue | None] = {}
        policies: dict[str, str] = {}
        for ruling in self._by_offering.get(key, ()):
            for judgement in ruling.unit.judgements if ruling.fate is Fate.APPLIED else ():
                change, policy = judgement.change, ruling.policy(judgement)
                if not ruling.approver and not _is_due(judgement):
                    continue  # announced for a later day
                is_gone = change.decision.reason is Reason.WITHDRAWN
                new = change.new if ruling.approver else change.firm
                changed[change.field] = None if is_gone else AccountedValue(new, provenance(change.decision, policy))
                policies[change.field] = policy
        now = (planned.opening or AcceptedState()).with_changes(
            {**changed, **self._restored.get(key, NOTHING_RESTORED)}
        )
        decided = dict(planned.merged.decided)
        if changed.keys().isdisjoint(ORDINARY):
            decided |= planned.merged.accepted_list or {}
        base, notes = self._base(key), self._notes(key)
        known, said = self.inputs[key], self.request.said
        return publication(key, base.published, now, decided, policies, known, notes, on=self.on, said=said)

    def _notes(self, key: str) -> Notes:
        """What accounts say of changes that wait, or that were rejected."""
        base = self._base(key)
        pending: dict[str, Proposed] = {}
        rejected: dict[str, Proposed] = {}
        for ruling in self._by_offering.get(key, ()):
            if ruling.fate is Fate.HELD:
                waiting = base.waiting.get(ruling.unit.unit)
                same = waiting if waiting and waiting.fingerprint == ruling.unit.fingerprint else None
                since = ((same and same.since) or self.at).date().isoformat()
                pending |= {part.field: _pending(part, ruling, since) for part in ruling.unit.parts}
            elif ruling.fate is Fate.REMEMBERED:
                rejected = {**dict(_rejected(ruling.unit.parts, base)), **rejected}
        return Notes(pending, rejected)

    @cached_property
    def _by_offering(self) -> dict[str, list[Ruling]]:
        """The rulings, by offering."""
        found: dict[str, list[Ruling]] = defaultdict(list)
        for ruling in self.rulings:
            found[ruling.unit.offering].append(ruling)
        return found

    def conflicts(self, key: str) -> dict[str, list[Side]]:
        """What independent sources contradict each other about, pinned fields left out."""
        known = self.inputs[key]
        decided = {n: one for n, one in self.plans[key].merged.decided.items() if n not in known.pins}
        return contested(provider_of(key), known.claims, decided, on=self.on)


def _by_key(request: Request) -> dict[str, dict[str, AccountedValue | None]]:
    """What a person puts back: offering → field → value and account, None for a field that goes."""
    found: dict[str, dict[str, AccountedValue | None]] = defaultdict(dict)
    for (offering, name), back in request.restored.items():
        found[offering][name] = back and AccountedValue(back.value, back.account.with_policy(request.said))
    return found


def _contexts(asked: Sequence[Case]) -> dict[Place, PolicyContext]:
    """(offering, field) → what policies could ask about."""
    return {(case.change.offering, case.change.field): case.context for case in asked}


def _pending(part: Part, ruling: Ruling, since: str) -> Proposed:
    """What waits of a field, as the published account tells it."""
    judged = next(one for one in ruling.unit.judgements if one.change.field == part.field)
    why = judged.policy if judged.verdict is Verdict.HOLD else ruling.unit.policy
    return Proposed(part.new, part.source, why, since)


def _rejected(parts: Sequence[Part], base: Base) -> Iterator[tuple[str, Proposed]]:
    """The fields of which the very value was refused, as the published account tells it. Others only move beside it."""
    for part in parts:
        for refusal in refusals([part]):
            if refusal in base.rejected:
                yield part.field, Proposed(part.new, part.source, base.rejected[refusal])


def _is_due(judgement: Judgement) -> bool:
    """Whether anything is to be published of a change that a policy lets through."""
    return judgement.change.firm != judgement.change.old or judgement.change.decision.reason is Reason.WITHDRAWN


def _outside_of_a_run(judgement: Judgement) -> Judgement:
    """A run that people believe all the same, and what is no run, is held change by change."""
    return replace(judgement, verdict=Verdict.HOLD) if judgement.verdict is Verdict.QUARANTINE else judgement


def _moved(expected: Mapping[Place, str], units: Sequence[UnitJudgement]) -> set[Place]:
    """The expected units that are other ones by now, or none at all."""
    now = {(unit.place, unit.fingerprint) for unit in units}
    return {place for place, fingerprint in expected.items() if (place, fingerprint) not in now}
