"""What was decided in the past days, as cases that can be judged again.

Two places keep it: the ledger what policies let through, and the changes what they held, rejected or put on time. What
people did by themselves (pins, undo) is no policy's decision and left out. The ledger does not keep everything that a
policy may ask about: the independent sources behind a correction and, for the first entry of a field within the time,
the quality of the value before it are not known; the type of a source is today's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from curation.core.merge import Decision, Quality, Reason
from curation.core.policy import PIN_ENDED, PINS_APPLY, PolicyContext, Rule
from curation.core.policy.conditions import CorroborationAtLeast
from curation.core.quality_gate import POLICY
from curation.core.replaced import POLICY as REPLACED
from curation.core.units import LEAVES
from curation.rollback.undo import ROLLED_BACK
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.models import LedgerEntry, Offering

MOST: Final = 10_000
"""Of each kind, the newest."""


@dataclass(frozen=True, slots=True)
class Past:
    """One decision of the past."""

    change: diff.Change
    context: PolicyContext
    at: datetime
    run: Any
    then: str
    """apply, wait, hold or reject."""
    policy: str
    """The policy that decided it, or the rule of quality that held it after one had let it through."""
    number: int
    """Of the row that keeps it: a change, or an entry of the ledger."""
    in_ledger: bool

    @property
    def gate(self) -> str:
        """The rule that held it though a policy let it through: one of quality, or about first prices; "" for none."""
        return self.policy if self.policy.startswith(POLICY.format("")) or self.policy in (CONTESTED, FAR) else ""

    @property
    def is_unasked(self) -> bool:
        """Whether it waits whatever policies say."""
        return self.policy in (NEWS, UNCONFIRMED)


@dataclass(slots=True)
class History:
    """The decisions of some days, the oldest first."""

    cases: list[Past]
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
    rows = list(changes.order_by("-first_seen_at", "-pk")[:MOST])
    written = list(by_policy.select_related("revision").order_by("-id")[:MOST])
    keys = {row.offering_key for row in written} | {row.offering_key for row in rows}
    known = _published_at(keys)
    waited = {(row.offering_key, part.field, _written(part.old, part.new)) for row in rows for part in row.parts_shown}
    total, waiting = by_policy.count(), changes.count()
    cases = [*_held(rows), *_applied(reversed(written), known, waited, rules)]
    cases.sort(key=lambda case: case.at)
    left = total + waiting - len(written) - len(rows)
    return History(cases, left, entries.count() - total)


def runs(cases: Sequence[Past], rules: Sequence[Rule]) -> Counter[tuple[Any, str, str]]:
    """By (run, policy, source): how many changes of one run meet all conditions of a policy that counts, but the count.

    What is not known is taken to meet a condition here.
    """
    counts: Counter[tuple[Any, str, str]] = Counter()
    for rule in (rule for rule in rules if rule.counts):
        for case in cases:
            if rule.holds_but_for_count(case.change, case.context) is not False:
                counts[case.run, rule.name, case.change.decision.source] += 1
    return counts


def _held(rows: Sequence[models.Change]) -> Iterator[Past]:
    for row in rows:
        by_policy = row.decided_by == BY_POLICY and row.state == models.Change.State.REJECTED
        together = "reject" if by_policy else "wait" if row.apply_after else "hold"
        for change in pure_changes(row):
            told = row.policy_context.get(change.field, {})
            then, policy = told.get("verdict", together), told.get("policy", row.policy)
            context = PolicyContext.from_json(told)
            yield Past(change, context, row.first_seen_at, row.batch, then, policy, row.pk, in_ledger=False)


def pure_changes(row: models.Change) -> list[diff.Change]:
    """The fields of a held change as the pure changes that they were."""
    return [
        diff.Change(
            row.offering_key, part.field, diff.Kind(part.kind), part.old, part.new, _decision(part.source, None, ""),
            part.factor,
            firm=part.new,
            corroboration=int(row.policy_context.get(part.field, {}).get("corroboration", 0)),
        )
        for part in row.parts_shown
    ]  # fmt: skip


def _written(old: fields.Json, new: fields.Json) -> str:
    return json.dumps([old, new], sort_keys=True)


def _applied(
    entries: Iterator[LedgerEntry],
    published_at: Mapping[str, datetime],
    waited: set[tuple[str, str, str]],
    rules: Sequence[Rule],
) -> Iterator[Past]:
    sources = {source.slug: source.facts() for source in models.Source.objects.all()}
    quality: dict[tuple[str, str], str] = {}
    for entry in entries:
        at, place = entry.revision.created_at, (entry.offering_key, entry.field)
        change = _change(entry, published_at.get(entry.offering_key))
        before = "unknown" if entry.old is None else quality.get(place)
        quality[place] = entry.quality
        if change is None or (*place, _written(change.old, change.new)) in waited:
            continue  # it was held first, and is told once
        source, first = sources.get(entry.source), published_at.get(entry.offering_key)
        context = PolicyContext(
            source_type=source.source_type_towards(provider_of(entry.offering_key)).value if source else None,
            quality=before,
            age_days=max((at - first).days, 0) if first else None,
            corroboration_is_known=False,
        )
        change, context = _corroborated(change, context, entry.policy, rules)
        yield Past(change, context, at, entry.revision.batch, "apply", entry.policy, entry.pk, in_ledger=True)


def _corroborated(
    change: diff.Change, context: PolicyContext, policy: str, rules: Sequence[Rule]
) -> tuple[diff.Change, PolicyContext]:
    """What a policy let through because independent sources back it had as many as the policy asks for."""
    asked = {rule.name: one.value for rule in rules if (one := rule.condition(CorroborationAtLeast))}
    if policy not in asked or asked[policy] < max(asked.values()):
        return change, context
    return replace(change, corroboration=asked[policy]), replace(context, corroboration_is_known=True)


def _change(entry: LedgerEntry, published_at: datetime | None) -> diff.Change | None:
    """An entry as the change that it was; None for one that cannot be read any more."""
    try:
        declared = fields.field(entry.field)
        published = None if published_at == entry.revision.created_at else {entry.field: entry.old}
        if published and entry.old is None:
            published = {}
        gone = entry.new is None and entry.reason == Reason.NO_LONGER_STATED
        said = _decision(entry.source, declared.decode(entry.new), entry.reason)
        decided = {} if gone else {entry.field: said}
        found = diff.diff(entry.offering_key, published, decided, on=entry.revision.created_at.date())
    except (ValueError, KeyError, TypeError):
        return None
    return next(iter(found), None)


def _decision(source: str, value: Any, reason: str) -> Decision:
    known = {word.value: word for word in Reason}
    return Decision(value, source, known.get(reason, Reason.ONLY_SOURCE), Quality.UNKNOWN, None)


def _published_at(keys: set[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for chunk in chunks(sorted(keys)):
        found |= dict(Offering.objects.filter(key__in=chunk).values_list("key", "created_at"))
    return found
