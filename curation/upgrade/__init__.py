"""One-time upgrade of a database that earlier rules have decided: fixes values that present rules would not accept.

Decisions of people stay: pins, approvals, rejections and undone decisions are only listed. All fixes are written by the
one writer as the actor `registry`, in one batch, so that they are in the ledger and can be undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from curation.apply.load import gather, published_states
from curation.apply.reconcile import reconcile
from curation.audit import trail
from curation.core.accepted import NO_NOTES, accepted, publication
from curation.core.inputs import PublishedState
from curation.core.parts import Place
from curation.core.policy import UPGRADED
from curation.models import AuditEntry
from curation.upgrade.finding import Finding, Kind
from curation.upgrade.findings import find
from curation.upgrade.pins import with_value
from registry.catalogue.publish import publish, sole_writer
from registry.database.chunks import chunks
from registry.domain.changeset import FieldChange, OfferingChange
from registry.domain.fields import Json
from registry.domain.provenance import AccountedValue, Provenance
from registry.models import Offering, Revision

__all__ = ["Finding", "Kind", "Report", "find", "is_done", "upgrade"]

ACTOR: Final = trail.NOBODY
ACTION: Final = "upgraded decisions"
REASON: Final = "upgrade of decisions"
POLICIES: Final = {
    Kind.MIXTURE: f"{UPGRADED}a price list that no source stated whole",
    Kind.SEAT: f"{UPGRADED}a seat lost to a later reading alone",
}
"""The policy names that the ledger and the provenance record."""
FIXED: Final = frozenset({*POLICIES, Kind.PIN})
"""The kinds that are fixed; the others are only listed."""


@dataclass(slots=True)
class Report:
    """The findings, and the results of fixing them."""

    findings: list[Finding] = field(default_factory=list)
    applied: int = 0
    """Changes that policies applied to these offerings since."""
    held: int = 0
    """Changes that wait for a person now and did not before."""

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind were found."""
        counts = Counter(finding.kind for finding in self.findings)
        return {kind.value: counts[kind] for kind in Kind}

    def of(self, kind: Kind) -> list[Finding]:
        """All of one kind, by offering."""
        chosen = [finding for finding in self.findings if finding.kind is kind]
        return sorted(chosen, key=lambda finding: finding.offering)


def is_done() -> bool:
    """Whether this database was upgraded before."""
    return AuditEntry.objects.filter(action=ACTION).exists()


def upgrade(
    *,
    dry_run: bool = False,
    at: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Report:
    """Upgrades all published offerings, a few hundred at a time. A dry run changes nothing."""
    at, batch, report = at or timezone.now(), uuid4(), Report()
    keys = list(Offering.objects.order_by("key").values_list("key", flat=True))
    done = 0
    for chunk in chunks(keys):
        findings = find(chunk, at=at)
        affected = {finding.offering for finding in findings if finding.kind in FIXED}
        report.findings += [finding for finding in findings if finding.offering not in affected]
        if affected:
            with sole_writer():
                _fix(affected, report, batch=batch, at=at)
                if dry_run:
                    transaction.set_rollback(True)
        done += len(chunk)
        progress(done, len(keys))
    if not dry_run:
        newest = Revision.objects.order_by("-number").first() or Revision(number=0)
        trail.record(ACTION, newest, actor=ACTOR, after=report.counts, reason=REASON, batch=batch, at=at)
    return report


def _fix(keys: Collection[str], report: Report, *, batch: UUID, at: datetime) -> None:
    """Searches again inside the writer's lock, and fixes the findings."""
    findings = find(keys, at=at)
    _keep_behind([finding for finding in findings if finding.kind is Kind.PIN], batch=batch, at=at)
    affected: set[str] = set()
    for kind, policy in POLICIES.items():
        chosen = [finding for finding in findings if finding.kind is kind]
        _put_back(chosen, policy, batch=batch, at=at)
        affected |= {finding.offering for finding in chosen}
    if affected:  # proposals, corroboration and conflicts follow from what is accepted now
        outcome = reconcile(affected, actor=ACTOR, reason=REASON, batch=batch, at=at)
        report.applied += outcome.applied
        report.held += outcome.held
    states = {key: accepted(state).facts for key, state in published_states(affected).items()}
    report.findings += [
        _since(finding, states[finding.offering]) if finding.kind in POLICIES else finding for finding in findings
    ]


def _since(finding: Finding, facts: Mapping[str, Json]) -> Finding:
    """A finding with what is accepted in the end, where that differs."""
    now = {name: facts[name] for name in finding.new or finding.old if name in facts}
    return replace(finding, since=now) if now != finding.new else finding


def _put_back(findings: Sequence[Finding], policy: str, *, batch: UUID, at: datetime) -> None:
    """Publishes the restored values, with the pins laid over them."""
    restored: dict[str, dict[str, AccountedValue | None]] = {}
    why: dict[Place, str] = {}
    for finding in findings:
        restored.setdefault(finding.offering, {}).update(finding.restored)
        why |= {(finding.offering, name): finding.why for name in finding.restored}
    inputs, states = gather(restored, at=at), published_states(restored)
    changes = []
    for key, values in restored.items():
        back = {
            name: value and AccountedValue(value.value, value.account.with_policy(policy))
            for name, value in values.items()
        }
        now = accepted(states[key]).with_changes(back)
        decision = publication(key, states[key], now, {}, {}, inputs[key], NO_NOTES, on=at.date(), ledger_policy=policy)
        noted = [replace(change, note=why.get((key, change.field), REASON)) for change in decision.changes]
        changes.append(_change(key, states[key], noted, decision.accounts, decision.behind))
    publish(changes, actor=ACTOR, reason=REASON, batch=batch, at=at)


def _change(
    key: str,
    state: PublishedState,
    changes: list[FieldChange],
    accounts: Mapping[str, Provenance],
    behind: Mapping[str, AccountedValue | None],
) -> OfferingChange:
    """A change of these values only: aliases and `missing_since` stay."""
    return OfferingChange(
        key,
        changes,
        accounts,
        missing_since=state.missing_since,
        not_seen_since=state.not_seen_since,
        behind=behind,
    )


def _keep_behind(findings: Sequence[Finding], *, batch: UUID, at: datetime) -> None:
    """Stores the values behind pins. Published values do not change."""
    states = published_states({finding.offering for finding in findings})
    for finding in findings:
        states[finding.offering] = with_value(states[finding.offering], finding.restored)
    changes = [_change(key, state, [], {}, state.behind) for key, state in states.items()]
    publish(changes, actor=ACTOR, reason=f"{REASON}: values behind pins", batch=batch, at=at)
