"""What was decided in the past days, as cases that can be judged again.

Two places keep it: the ledger what policies let through, and the changes what they held, rejected or put on time. What
people did by themselves (pins, undo) is no policy's decision and left out. The ledger does not keep everything that a
policy may ask about: the independent sources behind a correction and, for the first entry of a field within the time,
the quality of the value before it are not known; the type of a source is today's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from curation import models
from curation.apply.proposals import BY_POLICY
from curation.core import diff
from curation.core.accepted import TAKEN_BACK
from curation.core.first_statements import CONTESTED, FAR, UNCONFIRMED
from curation.core.judging import NEWS
from curation.core.merge import Decision, Reason
from curation.core.policy import PIN_ENDED, PINS_APPLY, PolicyContext, Rule
from curation.core.policy.conditions import CorroborationAtLeast
from curation.core.quality_gate import POLICY
from curation.core.replaced import POLICY as REPLACED
from curation.core.units import LEAVES
from curation.policies.outcomes import APPLY, HOLD, REJECT, WAIT, Outcome
from curation.rollback.undo import ROLLED_BACK
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.models import LedgerEntry, Offering

MOST: Final = 10_000
"""Of each kind, the newest."""


@dataclass(frozen=True, slots=True)
class PastCase:
    """One decision of the past."""

    change: diff.Change
    context: PolicyContext
    at: datetime
    run: Any
    decided: Outcome
    """What became of it, by a policy, or by the rule of quality that held it after one had let it through."""
    number: int
    """Of the row that keeps it: a change, or an entry of the ledger."""
    in_ledger: bool

    @property
    def gate(self) -> str:
        """The rule that held it though a policy let it through: one of quality, or about first prices; "" for none."""
        policy = self.decided.policy
        return policy if policy.startswith(POLICY.format("")) or policy in (CONTESTED, FAR) else ""

    @property
    def is_unasked(self) -> bool:
        """Whether it waits whatever policies say."""
        return self.decided.policy in (NEWS, UNCONFIRMED)


@dataclass(slots=True)
class History:
    """The decisions of some days, the oldest first."""

    cases: list[PastCase]
    left_out: int = 0
    """Older ones of those days, beyond `MOST`."""
    by_people: int = 0
    """Entries that no policy decided."""


def history(since: datetime, rules: Sequence[Rule] = ()) -> History:
    """All that policies decided since a time. A handful of queries. `rules` are the policies of today."""
    entries = LedgerEntry.objects.filter(revision__created_at__gte=since)
    by_policy = entries.exclude(policy__in=("", PINS_APPLY, PIN_ENDED, LEAVES, REPLACED, TAKEN_BACK)).filter(note="")
    by_policy = by_policy.exclude(Q(policy__startswith="approved by ") | Q(policy__startswith=ROLLED_BACK))
    changes = models.Change.objects.filter(first_seen_at__gte=since)
    newest_changes = list(changes.order_by("-first_seen_at", "-pk")[:MOST])
    newest_entries = list(by_policy.select_related("revision").order_by("-id")[:MOST])
    held = list(_held(newest_changes))
    cases = [*held, *_applied(newest_entries[::-1], {_move(case.change) for case in held}, rules)]
    cases.sort(key=lambda case: case.at)
    count = by_policy.count()
    left_out = count + changes.count() - len(newest_entries) - len(newest_changes)
    return History(cases, left_out, entries.count() - count)


def counts_by_run(cases: Sequence[PastCase], rules: Sequence[Rule]) -> Counter[tuple[Any, str, str]]:
    """By (run, policy, source): how many changes of one run meet all conditions of a policy that counts, but the count.

    What is not known is taken to meet a condition here.
    """
    return Counter(
        (case.run, rule.name, case.change.decision.source)
        for rule in rules
        if rule.counts
        for case in cases
        if rule.holds_but_for_count(case.change, case.context) is not False
    )


def _held(rows: Sequence[models.Change]) -> Iterator[PastCase]:
    """The fields of held changes, each as it was judged when the change came up."""
    for row in rows:
        by_policy = row.decided_by == BY_POLICY and row.state == models.Change.State.REJECTED
        of_unit = REJECT if by_policy else WAIT if row.apply_after else HOLD
        for change in pure_changes(row):
            recorded = row.policy_context.get(change.field, {})
            decided = Outcome(recorded.get("verdict", of_unit), recorded.get("policy", row.policy))
            context = PolicyContext.from_json(recorded)
            yield PastCase(change, context, row.first_seen_at, row.batch, decided, row.pk, in_ledger=False)


def pure_changes(row: models.Change) -> list[diff.Change]:
    """The fields of a held change as the pure changes that they were."""
    return [
        diff.Change(
            row.offering_key, part.field, diff.Kind(part.kind), part.old, part.new,
            Decision.of_value(None, part.source), part.factor,
            firm=part.new,
            corroboration=int(row.policy_context.get(part.field, {}).get("corroboration", 0)),
        )
        for part in row.parts_shown
    ]  # fmt: skip


def _move(change: diff.Change) -> tuple[str, str, str]:
    """What a change moves, for comparison."""
    return change.offering, change.field, json.dumps([change.old, change.new], sort_keys=True)


def _applied(
    entries: Sequence[LedgerEntry], moves_held: Container[tuple[str, str, str]], rules: Sequence[Rule]
) -> Iterator[PastCase]:
    """The entries of the ledger, but those of changes that were held first: each is told once."""
    sources = {source.slug: source.facts() for source in models.Source.objects.all()}
    published_at = _published_at({entry.offering_key for entry in entries})
    quality: dict[tuple[str, str], str] = {}
    for entry in entries:
        at, first = entry.revision.created_at, published_at.get(entry.offering_key)
        change, place = _change(entry, first), (entry.offering_key, entry.field)
        quality_before = "unknown" if entry.old is None else quality.get(place)
        quality[place] = entry.quality
        if change is None or _move(change) in moves_held:
            continue
        source = sources.get(entry.source)
        context = PolicyContext(
            source_type=source.source_type_towards(provider_of(entry.offering_key)).value if source else None,
            quality=quality_before,
            age_days=max((at - first).days, 0) if first else None,
            corroboration_is_known=False,
        )
        change, context = _corroborated(change, context, entry.policy, rules)
        decided = Outcome(APPLY, entry.policy)
        yield PastCase(change, context, at, entry.revision.batch, decided, entry.pk, in_ledger=True)


def _corroborated(
    change: diff.Change, context: PolicyContext, policy: str, rules: Sequence[Rule]
) -> tuple[diff.Change, PolicyContext]:
    """What a policy let through because independent sources back it had as many as the policy asks for."""
    least = {rule.name: condition.value for rule in rules if (condition := rule.condition(CorroborationAtLeast))}
    if policy not in least or least[policy] < max(least.values()):
        return change, context
    return replace(change, corroboration=least[policy]), replace(context, corroboration_is_known=True)


def _change(entry: LedgerEntry, published_at: datetime | None) -> diff.Change | None:
    """An entry as the change that it was; None for one that cannot be read any more."""
    try:
        published = None if published_at == entry.revision.created_at else {entry.field: entry.old}
        if published and entry.old is None:
            published = {}
        value, reason = fields.field(entry.field).decode(entry.new), _REASONS.get(entry.reason, Reason.ONLY_SOURCE)
        gone = entry.new is None and reason is Reason.NO_LONGER_STATED
        decided = {} if gone else {entry.field: Decision.of_value(value, entry.source, reason)}
        changes = diff.diff(entry.offering_key, published, decided, on=entry.revision.created_at.date())
    except (ValueError, KeyError, TypeError):
        return None
    return next(iter(changes), None)


_REASONS: Final = {reason.value: reason for reason in Reason}


def _published_at(keys: set[str]) -> dict[str, datetime]:
    created: dict[str, datetime] = {}
    for chunk in chunks(sorted(keys)):
        created |= dict(Offering.objects.filter(key__in=chunk).values_list("key", "created_at"))
    return created
