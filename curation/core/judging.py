"""Judging: the verdicts of policies and quality rules on all changes, and the fate of each unit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from curation.core import first_statements, run_guard
from curation.core.cases import cases
from curation.core.decided import Fate, Request, Ruling
from curation.core.diff import Change
from curation.core.inputs import NOTHING, Base, Inputs, Lookups
from curation.core.measure import measured
from curation.core.merge import Reason
from curation.core.parts import Place
from curation.core.plan import NOTHING_RESTORED, plan
from curation.core.policy import (
    NO_POLICY,
    NOTHING_KNOWN,
    Case,
    Counts,
    Judgement,
    PolicyContext,
    Verdict,
    counted,
    judge_run,
)
from curation.core.price_lists import TOKEN_PRICES
from curation.core.quality_gate import gated
from curation.core.replaced import with_replaced
from curation.core.units import UnitJudgement, by_unit, with_leaving
from registry.domain.provenance import AccountedValue

NEWS: Final = "moved away from the accepted value"
"""Named in place of a policy where an equal of the lead was seen to move: a second source makes it a change."""


class Deliberation:
    """The working state of one decision."""

    def __init__(
        self,
        inputs: Mapping[str, Inputs],
        base: Mapping[str, Base],
        lookups: Lookups,
        at: datetime,
        request: Request,
        counts: Counts,
    ) -> None:
        self.counts = counts
        self.inputs, self.base, self.lookups, self.at, self.request = inputs, base, lookups, at, request
        self.on = at.date()
        self.restored = _by_key(request)
        self.plans = {
            key: plan(key, offering_inputs, self.base_of(key), at=at, restored=self.restored.get(key, NOTHING_RESTORED))
            for key, offering_inputs in inputs.items()
        }
        self.pins = {key: offering_inputs.pinned for key, offering_inputs in inputs.items() if offering_inputs.pins}
        self.rulings: list[Ruling] = []
        self.refused: set[Place] = set()

    def base_of(self, key: str) -> Base:
        """The published side of an offering, with its queue."""
        return self.base.get(key, NOTHING)

    # -- judging --------------------------------------------------------------------------------------------------

    def judge(self, run: str) -> None:
        """Judges all changes and rules on each unit. Raises TooMuchAtOnce where a policy does not accept the run."""
        contexts: Mapping[Place, PolicyContext] = {}
        if units := self._approved():
            self.rulings = [Ruling(unit, {}, Fate.APPLIED, self._approver(unit)) for unit in units]
        else:
            contexts = self._judge_by_policies(run)
        for unit in self._news():
            self._rule(unit, contexts)
        self.refused = _moved(self.request.expected, [ruling.unit for ruling in self.rulings])
        if self.request.approved is None:
            self._add_to_accepted_lists()

    def _approved(self) -> list[UnitJudgement]:
        """All units, where a person approves each as it was shown: then neither policies nor rules are asked."""
        if not self.request.approved:
            return []
        changes = [change for planned in self.plans.values() for change in planned.changes]
        units = by_unit([Judgement(change, Verdict.APPLY, NO_POLICY) for change in changes], self.pins)
        return units if all(map(self._approver, units)) else []

    def _judge_by_policies(self, run: str) -> Mapping[Place, PolicyContext]:
        """Rules as policies and rules of quality say. Returns the contexts in which they were asked."""
        rules, month_ago = self.lookups.rules(), self.lookups.month_ago()
        changes = {
            key: measured(planned, self.inputs[key].claims, month_ago.get(key, {}), on=self.on)
            for key, planned in self.plans.items()
        }
        change_cases = self._cases(changes)
        self.counts |= counted(change_cases, rules)
        judgements = judge_run(change_cases, rules, self.counts)
        if run:
            run_guard.check_policies(run, judgements)
        types = [case.context.source_type for case in change_cases]
        contexts = _contexts(change_cases)
        for unit in self._units(first_statements.measured(judgements, types)):
            self._rule(unit, contexts)
        return contexts

    def _cases(self, changes: Mapping[str, Sequence[Change]]) -> list[Case]:
        return [
            case
            for key, changes_of_offering in changes.items()
            for case in cases(
                changes_of_offering, self.inputs[key], self.base_of(key), self.plans[key].opening, at=self.at
            )
        ]

    def _units(self, judgements: Sequence[Judgement]) -> list[UnitJudgement]:
        """The units of judgements, after the quality gate."""
        outside = with_leaving([_outside_of_a_run(judgement) for judgement in judgements])
        final = with_replaced(self._gated(outside))
        return [part for unit in by_unit(final, self.pins) for part in self._apart(unit)]

    def _apart(self, unit: UnitJudgement) -> Sequence[UnitJudgement]:
        """The unit; where its list is applied now, the list and apart from it the special rates that are held.

        While a person decides, all that waits of a unit is one change.
        """
        rest, *held = first_statements.apart(unit)
        if held and self.request.approved is None and self._fate(rest) is Fate.APPLIED:
            return [rest, *held]
        return [unit]

    def _gated(self, judgements: Sequence[Judgement]) -> list[Judgement]:
        facts = {
            key: {**planned.opening.facts, **self.pins.get(key, {})}
            for key, planned in self.plans.items()
            if planned.opening
        }
        return gated(judgements, self.inputs, facts, on=self.on, siblings=self.lookups.siblings)

    def _news(self) -> list[UnitJudgement]:
        """The units of news of which nothing else waits and nothing was applied."""
        decided_places = {ruling.unit.place for ruling in self.rulings if ruling.fate in (Fate.HELD, Fate.APPLIED)}
        judgements = [
            Judgement(change, Verdict.HOLD, NEWS) for planned in self.plans.values() for change in planned.news
        ]
        return [unit for unit in by_unit(judgements, self.pins) if unit.place not in decided_places]

    def _add_to_accepted_lists(self) -> None:
        """Adds rates of the accepted list to it while a new list waits."""
        applied = {ruling.unit.place for ruling in self.rulings if ruling.fate is Fate.APPLIED}
        change_cases = self._cases(
            {
                key: planned.additions
                for key, planned in self.plans.items()
                if planned.additions and (key, TOKEN_PRICES) not in applied
            }
        )
        contexts = _contexts(change_cases)
        for unit in self._units(judge_run(change_cases, self.lookups.rules())):
            if unit.verdict is Verdict.APPLY:
                self._rule(unit, contexts)

    def _rule(self, unit: UnitJudgement, contexts: Mapping[Place, PolicyContext]) -> None:
        """Records the ruling on one unit."""
        names = [judgement.change.field for judgement in unit.judgements]
        contexts_of_unit = {name: contexts.get((unit.offering, name), NOTHING_KNOWN) for name in names}
        self.rulings.append(Ruling(unit, contexts_of_unit, self._fate(unit), self._approver(unit)))

    def _fate(self, unit: UnitJudgement) -> Fate:
        """The fate of one unit. Policies decide only where nobody requests anything.

        What policies let through is applied behind a pin of the same value too, so that the end of the pin shows it.
        """
        policies_decide = self.request.approved is None
        if self._approver(unit):
            return Fate.APPLIED
        if self.base_of(unit.offering).was_rejected(unit.parts):
            return Fate.REMEMBERED
        if unit.verdict is Verdict.APPLY and not any(map(is_due, unit.judgements)):
            return Fate.ANNOUNCED
        if unit.verdict is Verdict.APPLY and policies_decide:
            return Fate.APPLIED
        if self._is_pinned_so(unit):
            return Fate.PINNED
        if unit.verdict is Verdict.REJECT and policies_decide:
            return Fate.DECLINED
        return Fate.HELD

    def _approver(self, unit: UnitJudgement) -> str:
        """Who approved the unit as it is; "" where nobody did, or another fingerprint was shown."""
        was_shown = self.request.expected.get(unit.place, unit.fingerprint) == unit.fingerprint
        return (self.request.approved or {}).get(unit.place, "") if was_shown else ""

    def _is_pinned_so(self, unit: UnitJudgement) -> bool:
        """Whether a person pinned the proposed values: there is nothing to ask while the pins are in force."""
        return all(part.field in unit.pins and unit.pins[part.field] == part.new for part in unit.parts)


def _by_key(request: Request) -> dict[str, dict[str, AccountedValue | None]]:
    """The values that a person restores: offering → field → value and account, None for a field that is removed."""
    by_offering: dict[str, dict[str, AccountedValue | None]] = defaultdict(dict)
    for (offering, name), back in request.restored.items():
        by_offering[offering][name] = back and AccountedValue(
            back.value, back.account.with_policy(request.ledger_policy)
        )
    return by_offering


def _contexts(change_cases: Sequence[Case]) -> dict[Place, PolicyContext]:
    """(offering, field) → the policy context."""
    return {(case.change.offering, case.change.field): case.context for case in change_cases}


def _outside_of_a_run(judgement: Judgement) -> Judgement:
    """The judgement where no run is guarded: what would quarantine a run holds the change."""
    return replace(judgement, verdict=Verdict.HOLD) if judgement.verdict is Verdict.QUARANTINE else judgement


def _moved(expected: Mapping[Place, str], units: Sequence[UnitJudgement]) -> set[Place]:
    """The expected units that have another fingerprint by now, or no longer move."""
    now = {(unit.place, unit.fingerprint) for unit in units}
    return {place for place, fingerprint in expected.items() if (place, fingerprint) not in now}


def is_due(judgement: Judgement) -> bool:
    """Whether a change that a policy lets through has a part that holds today."""
    return judgement.change.firm != judgement.change.old or judgement.change.decision.reason is Reason.NO_LONGER_STATED
