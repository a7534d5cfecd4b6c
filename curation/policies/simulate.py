"""Simulation: which policy decides a change, and why? Of a change that waits, or of one that somebody makes up.

Every policy answers in order, with what it asks and what the change has to say, and so does the gate. Nothing is
written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation import models
from curation.apply.load import gather, published_states, siblings
from curation.apply.month_ago import month_ago
from curation.apply.opening import openings
from curation.apply.proposals import Queue, as_waiting
from curation.core import diff, first_statements
from curation.core.cases import cases, policy_context
from curation.core.inputs import Base, Inputs
from curation.core.judging import NEWS
from curation.core.measure import measured
from curation.core.merge import Decision, SourceClaim
from curation.core.parts import Part, refusals
from curation.core.plan import Plan, plan
from curation.core.policy import NO_POLICY, Case, Judgement, PolicyContext, Verdict, judge_run, verdict_of
from curation.core.price_lists import ORDINARY, unit_of
from curation.core.quality_gate import gated
from curation.policies.history import pure_changes
from curation.policies.outcomes import in_words
from registry.domain import fields

_LEFT: Final = gettext_lazy("Its price list moves without it, so what becomes of the list becomes of it.")
_MOVED: Final = gettext_lazy("Its values have moved since. It is judged as it was when it came up.")
_NOT_CHOSEN: Final = gettext_lazy(
    "The merge would not choose it: %(source)s wins (%(reason)s). It is judged as if it had been chosen."
)
_NOT_HEARD: Final = gettext_lazy("The source is not heard about this field. It is judged as if it had been chosen.")


class Untestable(Exception):
    """What was asked makes no change; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """One condition of a policy, and what the change has to say to it."""

    title: str
    wanted: str
    actual: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One policy in its turn."""

    policy: models.Policy
    conditions: tuple[ConditionAnswer, ...]
    verdict: str
    """What it would decide, in words."""
    decides: bool
    """Whether it is the first that matches."""

    @property
    def matches(self) -> bool:
        """Whether all of its conditions hold."""
        return all(condition.holds for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of a change, and why."""

    change: diff.Change
    context: PolicyContext
    before: tuple[str, ...]
    """What comes before all policies, in sentences: a pin, a remembered No, what the merge says to it."""
    gate: str
    """The rule of quality that would hold it; "" when the gate lets it pass."""
    steps: tuple[Step, ...]
    outcome: str
    by: str


def of_change(row: models.Change, field: str = "", *, at: datetime | None = None) -> Answer:
    """Of one field of a change that waits or has waited: as it is now where it still stands, else as it was kept.

    Without a field, of the one that decided.
    """
    recorded = pure_changes(row)
    change = next((change for change in recorded if change.field == field), None) or _deciding(row, recorded)
    situation = _Situation.load(row.offering_key, at or timezone.now(), row)
    notes = [str(_LEFT)] if _has_left(change, row) else []
    if live := situation.proposed(change.field, change.old, change.new):
        return situation.answer(live, notes)
    context = PolicyContext.from_json(row.policy_context.get(change.field, {}))
    return situation.answer(change, [*notes, str(_MOVED)], beside=recorded, context=context)


def of_statement(
    offering: str, field: str, source: models.Source | None, value: Any, *, at: datetime | None = None
) -> Answer:
    """Of what a source might say. `source` None: nobody states the field any more. Raises Untestable."""
    situation = _Situation.load(offering, at or timezone.now()).supposing(field, source, value)
    slug, new = (source.slug, fields.field(field).encode(value)) if source else ("", None)
    live = next((change for change in situation.plan.changes if change.field == field), None)
    if live and (live.new, live.decision.source) == (new, slug):
        return situation.answer(live)
    change = situation.by_itself(field, {field: Decision.of_value(value, slug)} if source else {})
    if change is None:
        raise Untestable(_("That is what is published: nothing would change."))
    winner = situation.plan.merged.decided.get(field)
    note = _NOT_CHOSEN % {"source": winner.source, "reason": winner.reason.value} if winner else str(_NOT_HEARD)
    return situation.answer(change, [note], beside=[change])


def _deciding(row: models.Change, changes: Sequence[diff.Change]) -> diff.Change:
    """The part by which a change was held: of those that its policy held, the one that moves farthest."""
    contexts = row.policy_context
    held = [change for change in changes if contexts.get(change.field, {}).get("policy", row.policy) == row.policy]
    return max(held or changes, key=lambda change: change.reach)


def _has_left(change: diff.Change, row: models.Change) -> bool:
    """Whether a rate goes because its list moves without it."""
    is_removed = change.kind in (diff.Kind.NO_LONGER_STATED, diff.Kind.OTHER_LIST)
    return is_removed and any(part.field in ORDINARY and not part.is_removal for part in row.parts_shown)


@dataclass(frozen=True)
class _Situation:
    """What is known of an offering, and what stands, as a reading of this moment finds it."""

    offering: str
    inputs: Inputs
    base: Base
    month_ago: Mapping[str, fields.Json]
    at: datetime

    @classmethod
    def load(cls, offering: str, at: datetime, row: models.Change | None = None) -> _Situation:
        """From the database, with a row of the queue as what waits."""
        published = published_states([offering])
        queue = Queue([offering], batch=uuid4(), at=at)
        base = queue.base(published, openings(published, at=at))[offering]
        if row:
            base = replace(base, waiting={**base.waiting, row.unit: as_waiting(row)})
        inputs, before = gather([offering], at=at), month_ago(published, at=at)
        return cls(offering, inputs[offering], base, before.get(offering, {}), at)

    def supposing(self, field: str, source: models.Source | None, value: Any) -> _Situation:
        """The same if a source said so today, or, without a source, if nobody stated the field."""
        claims = self.inputs.claims
        if source is None:
            claims = [replace(claim, values=_without(claim.values, field)) for claim in claims]
        else:
            own = next((claim for claim in claims if claim.source.slug == source.slug), None)
            claim, today = own or SourceClaim(source.facts(), {}), self.at.date()
            since = {**claim.since, field: today}
            supposed = replace(claim, values={**claim.values, field: value}, since=since, confirmed_on=today)
            claims = [supposed if claim is own else claim for claim in claims] + ([] if own else [supposed])
        return replace(self, inputs=replace(self.inputs, claims=claims))

    @cached_property
    def plan(self) -> Plan:
        """What would change of the offering."""
        planned = plan(self.offering, self.inputs, self.base, at=self.at)
        return replace(planned, changes=measured(planned, self.inputs.claims, self.month_ago, on=self.at.date()))

    # -- changes ---------------------------------------------------------------------------------------------------

    def proposed(self, field: str, old: fields.Json, new: fields.Json) -> diff.Change | None:
        """The change that would be proposed now between two values."""
        changes = [*self.plan.changes, *self.plan.news]
        return next((c for c in changes if (c.field, c.old, c.new) == (field, old, new)), None)

    def by_itself(self, field: str, decided: Mapping[str, Decision]) -> diff.Change | None:
        """The change of a field to what is decided of it, whatever the merge says."""
        opening = self.plan.opening
        facts = None if opening is None else {name: data for name, data in opening.facts.items() if name == field}
        return next(iter(diff.diff(self.offering, facts, decided, on=self.at.date())), None)

    # -- answers ---------------------------------------------------------------------------------------------------

    def answer(
        self,
        change: diff.Change,
        notes: Sequence[str] = (),
        *,
        beside: Sequence[diff.Change] | None = None,
        context: PolicyContext | None = None,
    ) -> Answer:
        """What becomes of a change. `beside` are those that would move with it, of its unit and others."""
        is_news = change in self.plan.news
        if beside is None:
            beside = self.plan.news if is_news else self.plan.changes
        context = context or self._context(change)
        rows = list(models.Policy.objects.filter(enabled=True).order_by("position", "name"))
        judgements = judge_run([Case(change, context)], [row.rule() for row in rows])
        steps = tuple(_step(row, change, context, decides=row.name == judgements[0].policy) for row in rows)
        (judgement,) = first_statements.measured(judgements, [context.source_type])
        gate = self._gate(change)
        if is_news:
            judgement = Judgement(change, Verdict.HOLD, NEWS)
        elif gate and judgement.verdict is Verdict.APPLY:
            judgement = Judgement(change, Verdict.HOLD, gate)
        before = (*notes, *self._before_policies(change, beside))
        return Answer(change, context, before, gate, steps, in_words(judgement), judgement.policy)

    def _context(self, change: diff.Change) -> PolicyContext:
        """What policies may ask about a change: one of the plan, or one by itself."""
        planned, opening = [*self.plan.changes, *self.plan.news], self.plan.opening
        of_plan = cases(planned, self.inputs, self.base, opening, at=self.at) if change in planned else []
        by_itself = policy_context(change, self.inputs, self.base, opening, at=self.at)
        return next((case.context for case in of_plan if case.change == change), by_itself)

    def _gate(self, change: diff.Change) -> str:
        """The rule of quality by which the gate would hold it if a policy let it through."""
        published, on = self.base.published, self.at.date()
        if published is not None and published.facts.get(change.field) != change.old:
            return ""
        facts = {self.offering: published.facts} if published is not None else {}
        let_through = [Judgement(change, Verdict.APPLY, NO_POLICY)]
        (judgement,) = gated(let_through, {self.offering: self.inputs}, facts, on=on, siblings=partial(siblings, on=on))
        return judgement.policy if judgement.verdict is Verdict.HOLD else ""

    def _before_policies(self, change: diff.Change, beside: Sequence[diff.Change]) -> list[str]:
        """What comes before all policies, in a sentence."""
        if change.field in self.inputs.pins:
            return [_("The field is pinned: whatever its sources say stays behind the pin.")]
        unit = unit_of(change.field)
        of_unit = refusals(Part.of(other) for other in beside if unit_of(other.field) == unit)
        who = next((self.base.rejected[refusal] for refusal in of_unit if refusal in self.base.rejected), "")
        if not who:
            return []
        return [_("The very same was %(rejected)s: it is not asked again, and not applied.") % {"rejected": who}]


def _without(values: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != field}


def _step(row: models.Policy, change: diff.Change, context: PolicyContext, *, decides: bool) -> Step:
    """What one policy answers. A run of this change alone, as far as policies count."""
    rule = row.rule()
    seen_context = rule.context(context, int(rule.holds_but_for_count(change, context) is True))
    answers = tuple(
        ConditionAnswer(
            condition.title,
            condition.wanted,
            condition.answer_in_words(change, seen_context),
            condition.holds(change, seen_context) is True,
        )
        for condition in rule.conditions
    )
    return Step(row, answers, in_words(verdict_of(rule, change, context)), decides)
