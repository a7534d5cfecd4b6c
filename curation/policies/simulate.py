"""Which policy decides this change, and why? Of a change that waits, or of one that somebody makes up.

Every policy answers in order, with what it asks and what the change has to say, and so does the gate. Nothing is
written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation import models
from curation.apply.load import gather, published_states, siblings
from curation.apply.opening import openings
from curation.apply.proposals import Queue, as_waiting
from curation.core import diff, first_statements
from curation.core.accepted import AcceptedState
from curation.core.cases import cases, policy_context
from curation.core.inputs import Base, Inputs, PublishedState
from curation.core.judging import NEWS
from curation.core.merge import Decision, Quality, Reason, SourceClaim
from curation.core.parts import Part, refusals
from curation.core.plan import Plan, plan
from curation.core.policy import NO_POLICY, Judgement, PolicyContext, Verdict, verdict_of
from curation.core.price_lists import ORDINARY, unit_of
from curation.core.quality_gate import gated
from curation.policies import words as policy_words
from curation.policies.history import pure_changes
from registry.domain import fields, kinds, rates

NOBODY: Final = ""
"""As a source: no source states the value any more."""


class Untestable(Exception):
    """What was asked makes no change; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition of a policy, and what the change has to say to it."""

    title: str
    wanted: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One policy in its turn."""

    policy: models.Policy
    asked: tuple[Asked, ...]
    matches: bool
    is_asked: bool
    """Whether the turn comes to it: none before it has matched."""
    decided: str

    @property
    def decides(self) -> bool:
        return self.matches and self.is_asked


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
    at, kept = (
        at or timezone.now(),
        next((pure_change for pure_change in pure_changes(row) if pure_change.field == field), _deciding(row)),
    )
    known, base = _loaded(row.offering_key, at, row)
    planned = plan(row.offering_key, known, base, at=at)
    said = [str(_LEFT)] if _has_left(kept, row) else []
    wanted = (kept.field, kept.old, kept.new)
    changes = [*planned.changes, *planned.news]
    if live := next((change for change in changes if (change.field, change.old, change.new) == wanted), None):
        context = _context(live, planned, known, base, at)
        said += _pinned_or_refused(live, changes, known, base)
        return _answer(live, context, known, base, said, at, is_news=live in planned.news)
    said += [str(_MOVED), *_pinned_or_refused(kept, pure_changes(row), known, base)]
    return _answer(kept, PolicyContext.from_json(row.policy_context.get(kept.field, {})), known, base, said, at)


def _deciding(row: models.Change) -> diff.Change:
    """The part by which a change was held: of those that its policy held, the one that moves farthest."""
    told, changes = row.policy_context, pure_changes(row)
    held = [change for change in changes if told.get(change.field, {}).get("policy", row.policy) == row.policy]
    return max(held or changes, key=lambda one: one.reach)


def _has_left(change: diff.Change, row: models.Change) -> bool:
    """Whether a rate goes because its list moves without it."""
    is_removed = change.kind in (diff.Kind.NO_LONGER_STATED, diff.Kind.OTHER_LIST)
    return is_removed and any(part.field in ORDINARY and not part.is_removal for part in row.parts_shown)


_LEFT: Final = gettext_lazy("Its price list moves without it, so what becomes of the list becomes of it.")
_MOVED: Final = gettext_lazy("Its values have moved since. It is judged as it was when it came up.")


def of_statement(
    offering: str, field: str, source: models.Source | None, value: Any, *, at: datetime | None = None
) -> Answer:
    """Of what a source might say. `source` None: nobody states the field any more. Raises Untestable."""
    at = at or timezone.now()
    known, base = _loaded(offering, at)
    known = _supposing(known, field, source, value, at)
    planned = plan(offering, known, base, at=at)
    live = next((change for change in planned.changes if change.field == field), None)
    new = None if source is None else fields.field(field).encode(value)
    if live and (live.new, live.decision.source) == (new, source.slug if source else NOBODY):
        before = _pinned_or_refused(live, planned.changes, known, base)
        return _answer(live, _context(live, planned, known, base, at), known, base, before, at)
    change = _forced(offering, field, source, value, planned.opening, at)
    winner = planned.merged.decided.get(field)
    if change is None:
        raise Untestable(_("That is what is published: nothing would change."))
    notes = [_NOT_CHOSEN % {"source": winner.source, "reason": winner.reason.value} if winner else str(_NOT_HEARD)]
    notes += _pinned_or_refused(change, [change], known, base)
    context = policy_context(change, known, base, planned.opening, at=at)
    return _answer(change, context, known, base, notes, at)


def _context(change: diff.Change, planned: Plan, known: Inputs, base: Base, at: datetime) -> PolicyContext:
    """What policies may ask about one of the changes of a plan."""
    asked = cases([*planned.changes, *planned.news], known, base, planned.opening, at=at)
    return next(case.context for case in asked if case.change is change)


def _loaded(offering: str, at: datetime, row: models.Change | None = None) -> tuple[Inputs, Base]:
    """What is known of an offering, and what stands as a reading finds it, the row as what waits."""
    published = published_states([offering])
    queue = Queue([offering], batch=uuid4(), at=at)
    base = queue.base(published, openings(published, at=at, whole_day=True))[offering]
    if row:
        base = replace(base, waiting={**base.waiting, row.unit: as_waiting(row)})
    return gather([offering], at=at)[offering], base


_NOT_CHOSEN: Final = gettext_lazy(
    "The merge would not choose it: %(source)s wins (%(reason)s). It is judged as if it had been chosen."
)
_NOT_HEARD: Final = gettext_lazy("The source is not heard about this field. It is judged as if it had been chosen.")


def read_value(field: str, text: str) -> Any:
    """A value as people write it: 2.5, free, yes, 128000, image text, none. Raises ValueError."""
    declared, said = fields.field(field), text.strip()
    if said.lower() == "none":
        return None
    if declared.group is fields.Group.PRICE:
        state = said.lower().replace(" ", "_")
        if state in {amounts.value for amounts in rates.Amounts} - {rates.Amounts.PRICED.value}:
            return rates.stated(rates.Amounts(state))
        try:
            return rates.price(Decimal(said.lstrip("$").replace(",", "")))
        except InvalidOperation as error:
            raise ValueError(_("“%(text)s” is no price.") % {"text": said}) from error
    if declared.kind is kinds.FLAG:
        if said.lower() not in ("yes", "no"):
            raise ValueError(_("Say yes or no."))
        return said.lower() == "yes"
    if declared.kind is kinds.TAGS:
        return declared.clean([word for word in said.replace(",", " ").split() if word])
    if declared.kind.name == "count":
        try:
            return declared.clean(int(said.replace(",", "").replace("_", "")))
        except ValueError as error:
            raise ValueError(_("“%(text)s” is no whole number.") % {"text": said}) from error
    return declared.clean(said)


def _supposing(known: Inputs, field: str, source: models.Source | None, value: Any, at: datetime) -> Inputs:
    """What would be known if the source said so today."""
    if source is None:
        claims = [replace(c, values={n: v for n, v in c.values.items() if n != field}) for c in known.claims]
        return replace(known, claims=claims)
    claims, today = [], at.date()
    mine = next((c for c in known.claims if c.source.slug == source.slug), None)
    for claim in known.claims:
        if claim is mine:
            days = {**claim.since, field: today}
            claim = replace(claim, values={**claim.values, field: value}, since=days, confirmed_on=today)
        claims.append(claim)
    if mine is None:
        claims.append(SourceClaim(source.facts(), {field: value}, {field: today}, confirmed_on=today))
    return replace(known, claims=claims)


def _forced(
    offering: str, field: str, source: models.Source | None, value: Any, opening: AcceptedState | None, at: datetime
) -> diff.Change | None:
    """The change that the statement would be by itself."""
    facts: Mapping[str, Any] | None = None
    if opening is not None:
        facts = {field: opening.facts[field]} if field in opening.facts else {}
    slug = source.slug if source else NOBODY
    decided = {} if source is None else {
        field: Decision(value, slug, Reason.ONLY_SOURCE, Quality.PARTIAL, at.date())
    }  # fmt: skip
    return next(iter(diff.diff(offering, facts, decided, on=at.date())), None)


def _answer(
    change: diff.Change,
    context: PolicyContext,
    known: Inputs,
    base: Base,
    before: Sequence[str],
    at: datetime,
    *,
    is_news: bool = False,
) -> Answer:
    rows = list(models.Policy.objects.filter(enabled=True).order_by("position", "name"))
    judgement, steps = _ask(change, context, rows)
    judgement = first_statements.measured([judgement], [context.source_type])[0]
    if is_news:
        judgement = Judgement(change, Verdict.HOLD, NEWS)
    held_by = _gate(change, known, base.published, at)
    outcome, by = policy_words.decided(judgement.verdict, judgement.grace_hours), judgement.policy
    if held_by and judgement.verdict is Verdict.APPLY:
        outcome, by = _("held for review"), held_by
    return Answer(change, context, tuple(before), held_by, tuple(steps), outcome, by)


def _ask(change: diff.Change, context: PolicyContext, rows: Sequence[models.Policy]) -> tuple[Judgement, list[Step]]:
    """What each policy answers. A run of this change alone, as far as policies count."""
    judgement, steps = None, []
    for row in rows:
        rule = row.rule()
        seen = rule.context(context, int(rule.holds_but_for_count(change, context) is True))
        asked = tuple(
            Asked(
                condition.title,
                condition.wanted,
                condition.answer_in_words(change, seen),
                condition.holds(change, seen) is True,
            )
            for condition in rule.conditions
        )
        matches, given = all(one.holds for one in asked), verdict_of(rule, change, context)
        words = policy_words.decided(given.verdict, given.grace_hours)
        steps.append(Step(row, asked, matches, judgement is None, words))
        if matches and judgement is None:
            judgement = given
    return judgement or Judgement(change, Verdict.HOLD, NO_POLICY), steps


def _gate(change: diff.Change, known: Inputs, published: PublishedState | None, at: datetime) -> str:
    """The rule of quality by which the gate would hold it if a policy let it through."""
    if published is not None and published.facts.get(change.field) != change.old:
        return ""
    asked = [Judgement(change, Verdict.APPLY, NO_POLICY)]
    facts = {change.offering: published.facts} if published is not None else {}
    on = at.date()
    answer = gated(asked, {change.offering: known}, facts, on=on, siblings=partial(siblings, on=on))[0]
    return answer.policy if answer.verdict is Verdict.HOLD else ""


def _pinned_or_refused(change: diff.Change, beside: Sequence[diff.Change], known: Inputs, base: Base) -> list[str]:
    """What comes before all policies, in a sentence. `beside` are the changes of all units that would move with it."""
    if change.field in known.pins:
        return [_("The field is pinned: whatever its sources say stays behind the pin.")]
    unit = unit_of(change.field)
    parts = [Part.of(other) for other in beside if unit_of(other.field) == unit]
    if not base.was_rejected(parts):
        return []
    who = next(base.rejected[refusal] for refusal in refusals(parts) if refusal in base.rejected)
    return [_("The very same was %(rejected)s: it is not asked again, and not applied.") % {"rejected": who}]
