"""The decision: from claims and accepted values to what is published, what waits and what is refused.

One pure function. Syncs, approvals, pins and imports call it through `curation.apply.reconcile`; simulations, previews
and tests call it directly. The steps, in order: merge the claims, compare with the accepted values, judge by policies,
apply the quality rules, group the changes by unit, leave out what people rejected, lay the pins over the accepted
values. A unit (`curation.core.units`) is decided whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from curation.core.accepted import AcceptedState, Notes, Publication, hidden_values, publication
from curation.core.account import provenance
from curation.core.corroboration import Side, contested
from curation.core.decided import Decided, Fate, Request, Ruling
from curation.core.inputs import Base, Inputs, Lookups
from curation.core.judging import Deliberation, is_due
from curation.core.merge import Reason
from curation.core.parts import Part, refusals
from curation.core.plan import NOTHING_RESTORED
from curation.core.policy import Counts, Verdict
from curation.core.price_lists import ORDINARY
from registry.domain.changeset import OfferingChange
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import AccountedValue, Proposed


def decide(
    inputs: Mapping[str, Inputs],
    base: Mapping[str, Base],
    lookups: Lookups,
    *,
    at: datetime,
    run: str = "",
    request: Request | None = None,
    counts: Counts | None = None,
) -> Decided:
    """Decides a set of offerings, by their claims and pins (`inputs`) and what is accepted (`base`).

    With a `run` of a source, raises TooMuchAtOnce where a policy does not accept it.
    """
    deliberation = Deliberation(inputs, base, lookups, at, request or Request(), Counter(counts or ()))
    deliberation.judge(run)
    publishing = _Publishing(deliberation)
    return Decided(
        deliberation.rulings,
        [change for key in inputs if (change := publishing.published(key))],
        sorted(deliberation.refused),
        {key: publishing.conflicts(key) for key in inputs},
        deliberation.counts,
    )


class _Publishing:
    """What is to be written about the offerings of a deliberation."""

    def __init__(self, deliberation: Deliberation) -> None:
        self.deliberation = deliberation

    def published(self, key: str) -> OfferingChange | None:
        """What is to be written about an offering; None where there is nothing."""
        inputs, published = self.deliberation.inputs[key], self.deliberation.base_of(key).published
        to_publish = self._publication(key)
        change = OfferingChange(key, to_publish.changes, to_publish.accounts, inputs.aliases, inputs.missing_since)
        change.not_seen_since = inputs.not_seen_since
        if published is None:
            change.behind = to_publish.behind or None
            return change if to_publish.changes else None
        change.behind = to_publish.behind if to_publish.behind != published.behind else None
        if published.aliases == inputs.aliases:
            change.aliases = None
        before = published.missing_since, published.not_seen_since
        listing = change.listing(published.missing_since)
        moves = to_publish.changes or to_publish.accounts or change.aliases is not None or change.behind is not None
        if not moves and before == listing:
            return None
        same_pins = published.pinned == inputs.pins.keys()
        same_behind = hidden_values(to_publish.behind) == hidden_values(published.behind)
        same = change.aliases is None and before[0] == listing[0] and same_pins and same_behind
        change.account_only = not to_publish.changes and same
        return change

    def _publication(self, key: str) -> Publication:
        planned = self.deliberation.plans[key]
        changed: dict[str, AccountedValue | None] = {}
        policies: dict[str, str] = {}
        for ruling in self._by_offering.get(key, ()):
            for judgement in ruling.unit.judgements if ruling.fate is Fate.APPLIED else ():
                change, policy = judgement.change, ruling.policy(judgement)
                if not ruling.approver and not is_due(judgement):
                    continue  # announced for a later day
                is_gone = change.decision.reason is Reason.NO_LONGER_STATED
                new = change.new if ruling.approver else change.firm
                changed[change.field] = None if is_gone else AccountedValue(new, provenance(change.decision, policy))
                policies[change.field] = policy
        now = (planned.opening or AcceptedState()).with_changes(
            {**changed, **self.deliberation.restored.get(key, NOTHING_RESTORED)}
        )
        decided = dict(planned.merged.decided)
        if changed.keys().isdisjoint(ORDINARY):
            decided |= planned.merged.accepted_list or {}
        base, notes = self.deliberation.base_of(key), self._notes(key)
        inputs, ledger_policy = self.deliberation.inputs[key], self.deliberation.request.ledger_policy
        return publication(
            key,
            base.published,
            now,
            decided,
            policies,
            inputs,
            notes,
            on=self.deliberation.on,
            ledger_policy=ledger_policy,
        )

    def _notes(self, key: str) -> Notes:
        """What accounts say about changes that wait or were rejected."""
        base = self.deliberation.base_of(key)
        pending: dict[str, Proposed] = {}
        rejected: dict[str, Proposed] = {}
        for ruling in self._by_offering.get(key, ()):
            if ruling.fate is Fate.HELD:
                waiting = base.waiting.get(ruling.unit.unit)
                same = waiting if waiting and waiting.fingerprint == ruling.unit.fingerprint else None
                since = ((same and same.since) or self.deliberation.at).date().isoformat()
                pending |= {part.field: _pending(part, ruling, since) for part in ruling.unit.parts}
            elif ruling.fate is Fate.REMEMBERED:
                rejected = {**dict(_rejected(ruling.unit.parts, base)), **rejected}
        return Notes(pending, rejected)

    @cached_property
    def _by_offering(self) -> dict[str, list[Ruling]]:
        """The rulings, by offering."""
        rulings: dict[str, list[Ruling]] = defaultdict(list)
        for ruling in self.deliberation.rulings:
            rulings[ruling.unit.offering].append(ruling)
        return rulings

    def conflicts(self, key: str) -> dict[str, list[Side]]:
        """What independent sources contradict each other about, pinned fields left out."""
        inputs = self.deliberation.inputs[key]
        decided = {
            name: decision
            for name, decision in self.deliberation.plans[key].merged.decided.items()
            if name not in inputs.pins
        }
        return contested(provider_of(key), inputs.claims, decided, on=self.deliberation.on)


def _pending(part: Part, ruling: Ruling, since: str) -> Proposed:
    """The waiting change of a field, as the published account shows it."""
    judged = next(judgement for judgement in ruling.unit.judgements if judgement.change.field == part.field)
    why = judged.policy if judged.verdict is Verdict.HOLD else ruling.unit.policy
    return Proposed(part.new, part.source, why, since)


def _rejected(parts: Sequence[Part], base: Base) -> Iterator[tuple[str, Proposed]]:
    """The fields whose own value was rejected, as the published account shows it. Other parts only move beside them."""
    for part in parts:
        for refusal in refusals([part]):
            if refusal in base.rejected:
                yield part.field, Proposed(part.new, part.source, base.rejected[refusal])
